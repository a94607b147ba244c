//! Liquidity in, and what providers have (M-8.3, M-9.1 to M-9.3).

use seawall_venue::TrancheName;

use super::books::Purse;
use super::number::{above, ratio_down, share_down, share_up, usd, usd_up, whole};
use super::{Answer, Exact, Model, Shares};

/// What a provider has in a tranche.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    pub shares: i128,
    pub share_price: i128,
    pub value: i128,
    pub exit_value: i128,
    pub waiting: i128,
    pub granted: i128,
    pub recovered: i128,
    pub claimable: i128,
}

impl Model {
    pub fn wound_up(&self) -> bool {
        self.wound_up
    }

    /// Hands founder's shares to a provider, one USD each.
    pub fn endow(&mut self, lp: u32, tranche: TrancheName, amount: i128) {
        let shares = amount * 1_000;
        let series = match tranche {
            TrancheName::Senior => &mut self.senior,
            TrancheName::Junior => &mut self.junior,
        };
        series.give(0, -shares);
        series.give(lp + 1, shares);
    }

    pub fn provide(&mut self, holder: u32, tranche: TrancheName, amount: i128) -> Answer {
        if let Some(refused) = self.refused_request(amount) {
            return refused;
        }
        *self.asked.entry((tranche, holder)).or_default() += amount;
        Answer::Queued
    }

    /// The minute's deposits, at one price: Junior first, whose cover makes room for Senior. What
    /// no gate lets in lapses.
    pub fn execute_deposits(&mut self) {
        let asked = std::mem::take(&mut self.asked);
        let of = |tranche| {
            let mine = asked.iter().filter(move |((t, _), _)| *t == tranche);
            mine.map(|((_, holder), amount)| (*holder, *amount))
                .collect::<Vec<_>>()
        };
        let (senior, junior) = self.deposit_tranches();
        self.deposit_junior(of(TrancheName::Junior), junior);
        self.deposit_senior(of(TrancheName::Senior), senior);
    }

    fn deposit_junior(&mut self, asked: Vec<(u32, i128)>, value: i128) {
        let (senior, junior) = self.gated_tranches();
        if asked.is_empty() {
            return;
        }
        let shut = match self.junior_is_frozen {
            true => self.shortfall() > 0,
            false => junior == 0,
        };
        if self.has_deficit() || shut {
            return self.reach("junior deposits lapsed");
        }
        let vault = self.params.vault;
        let total: i128 = asked.iter().map(|(_, amount)| amount).sum();
        let top = vault.junior_ceiling.q();
        let ceiling = usd_up(usd(senior) * top.clone() / (whole(1) - top)).max(junior);
        let fees = usd_up(usd(above(junior + total - ceiling)) * vault.balancing_fee.q());
        if fees > 0 {
            self.reach("balancing fee");
        }
        let nets = asked.into_iter().map(|(holder, amount)| {
            let fee = share_up(fees, amount, total);
            (holder, amount - fee, fee)
        });
        let nets: Vec<_> = nets.collect();
        let minted = match self.junior_is_frozen {
            true => self.open_series(nets, value),
            false => admit(&mut self.junior, &nets, value),
        };
        for (_, net, fee) in minted {
            self.books.pay(Purse::Outside, Purse::Fees, fee);
            self.books.pay(Purse::Outside, Purse::Junior, net);
            self.reach("junior deposit");
        }
    }

    /// A new series at 1:1. The largest deposit pays for the dead shares; dead shares stand for
    /// what Junior has gained meanwhile. When it does not reach, all lapse (M-8.3, M-9.4).
    fn open_series(
        &mut self,
        mut nets: Vec<(u32, i128, i128)>,
        value: i128,
    ) -> Vec<(u32, i128, i128)> {
        nets.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let (first, net, _) = nets[0];
        let dead = self.params.vault.dead_deposit.units() + value;
        if net + value <= dead {
            self.reach("deposit too small for a new series");
            return Vec::new();
        }
        let mut opened = Shares::open(dead, first, net + value);
        let mut minted = mint(&mut opened, &nets[1..], net + value);
        minted.push(nets[0]);
        self.frozen
            .push(std::mem::replace(&mut self.junior, opened));
        self.junior_is_frozen = false;
        self.reach("new junior series");
        minted
    }

    fn deposit_senior(&mut self, asked: Vec<(u32, i128)>, value: i128) {
        let (senior, junior) = self.gated_tranches();
        if asked.is_empty() {
            return;
        }
        let least = self.params.vault.min_coverage;
        let most = share_down(junior, 1_000_000_000_000_000_000, least.units()) - senior - junior;
        if self.has_deficit() || senior == 0 || most <= 0 {
            return self.reach("senior deposits lapsed");
        }
        let total: i128 = asked.iter().map(|(_, amount)| amount).sum();
        if total > most {
            self.reach("senior deposits cut");
        }
        let part = |amount| {
            if total <= most {
                amount
            } else {
                share_down(amount, most, total)
            }
        };
        let nets: Vec<_> = asked
            .into_iter()
            .map(|(who, amount)| (who, part(amount), 0))
            .collect();
        for (_, net, _) in admit(&mut self.senior, &nets, value) {
            self.claim += net;
            self.books.pay(Purse::Outside, Purse::Senior, net);
            self.reach("senior deposit");
        }
    }

    /// What a provider has in a tranche at the mark; shares in escrow are his.
    pub fn holding(&self, lp: u32, tranche: TrancheName) -> Holding {
        let holder = lp + 1;
        let (values, exits) = (self.tranches(), self.exit_tranches());
        let (series, value, exit) = match tranche {
            TrancheName::Senior => (&self.senior, values.0, exits.0),
            TrancheName::Junior => (&self.junior, values.1, exits.1),
        };
        let waiting = series.waiting_of(holder);
        let all = series.held_by(holder) + waiting;
        let frozen = tranche == TrancheName::Junior && self.junior_is_frozen;
        let per_share = usd(value + 1) * whole(1_000_000_000) / whole(series.supply() + 1_000);
        let back = self.given_back.get(&(holder, tranche));
        Holding {
            shares: all,
            share_price: ratio_down(per_share),
            value: series.worth(all, value),
            exit_value: if frozen { 0 } else { series.worth(all, exit) },
            waiting: series.worth(waiting, value),
            granted: self.granted.get(&(tranche, holder)).copied().unwrap_or(0),
            recovered: back.copied().unwrap_or(0),
            claimable: self.claimable(holder, tranche),
        }
    }

    /// Supplies of the running series: Senior's and Junior's.
    pub fn supplies(&self) -> (i128, i128) {
        (self.senior.supply(), self.junior.supply())
    }
}

/// Lets deposits into a running series: what it bore until then stays with who was in it (M-9.4).
fn admit(series: &mut Shares, nets: &[(u32, i128, i128)], value: i128) -> Vec<(u32, i128, i128)> {
    let bearers = series.bearers();
    let minted = mint(series, nets, value);
    if !minted.is_empty() && bearers.bore > 0 {
        series.bore = 0;
        series.before.push(bearers);
    }
    minted
}

/// The largest number of shares, in units.
const MOST: i128 = 1_000_000_000_000_000_000_000_000_000_000_000;

/// Mints for every deposit at the price before any of them; gives those for which there are shares.
fn mint(series: &mut Shares, nets: &[(u32, i128, i128)], value: i128) -> Vec<(u32, i128, i128)> {
    let shares: Vec<i128> = nets
        .iter()
        .map(|(_, net, _)| series.bought(*net, value))
        .collect();
    let mut minted = Vec::new();
    for (deposit, shares) in nets.iter().zip(shares) {
        // Beyond the range of shares a deposit lapses.
        if shares > 0 && series.supply() + shares <= MOST {
            series.give(deposit.0, shares);
            minted.push(*deposit);
        }
    }
    minted
}
