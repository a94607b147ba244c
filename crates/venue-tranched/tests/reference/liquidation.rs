//! A second of liquidation: who is below maintenance, partial deleverage, and what is bankrupt
//! (M-8, M-8.1).

use super::books::Purse;
use super::deficits::Payer;
use super::number::{
    above, base, base_down, base_up, price, ratio, ratio_down, ratio_up, usd, usd_down, usd_up,
    whole,
};
use super::second::Gate;
use super::{Exact, Model, Position, Q};

/// A position as the liquidation sees it.
#[derive(Debug, Clone, Copy)]
pub struct Health {
    pub account: u32,
    pub size: i128,
    pub notional: i128,
    pub equity: i128,
}

impl Health {
    /// E/N.
    fn ratio(&self) -> Q {
        usd(self.equity) / usd(self.notional)
    }
}

/// The lowest E/N first, ties by account.
pub fn worst_first(all: &mut [Health]) {
    all.sort_by(|a, b| a.ratio().cmp(&b.ratio()).then(a.account.cmp(&b.account)));
}

enum Step {
    Wait,
    Close(i128),
    Auction,
}

impl Model {
    pub fn health(&self, account: u32) -> Option<Health> {
        let position = self.positions.get(&account)?;
        Some(Health {
            account,
            size: position.size,
            notional: self.notional(position),
            equity: self.equity(account),
        })
    }

    /// t of the rule, as a ratio.
    pub fn target(&self) -> i128 {
        ratio_down(ratio(self.maintenance) * self.params.waterfall.partial.target.q())
    }

    /// Whose position was closed in part no longer ago than the cooldown.
    pub fn just_deleveraged(&self) -> Vec<u32> {
        let cooldown = self.params.waterfall.partial.cooldown;
        let mut cases = self.cases.clone();
        cases.retain(|_, case| case.last_step.is_some_and(|at| self.now - at <= cooldown));
        cases.into_keys().collect()
    }

    /// All of a second's stages, in order.
    pub fn liquidate(&mut self) {
        let all: Vec<u32> = self.positions.keys().copied().collect();
        let all = all.into_iter().filter_map(|account| self.health(account));
        let mut below: Vec<Health> = all
            .filter(|h| h.equity < self.required(h.notional, self.maintenance))
            .collect();
        worst_first(&mut below);
        self.note_recovered(&below);
        for health in &below {
            self.liquidate_one(health);
        }
        self.run_auction();
        self.place_deficits(false);
        self.guard_capital();
    }

    /// Who is back at E ≥ t·N leaves the auction at no cost; an hour there forgets his steps. Seen
    /// every second in the auction, at whole minutes otherwise.
    fn note_recovered(&mut self, below: &[Health]) {
        let accounts: Vec<u32> = self.cases.keys().copied().collect();
        for account in accounts {
            let case = self.cases[&account];
            let watched = case.auctioned || self.now.is_multiple_of(60);
            if !watched || below.iter().any(|h| h.account == account) {
                continue;
            }
            let Some(health) = self.health(account) else {
                self.forget(account);
                continue;
            };
            let well = health.equity >= self.required(health.notional, self.target());
            let case = self.cases.get_mut(&account).unwrap();
            if !well {
                case.well_since = None;
                continue;
            }
            let cancelled = case.auctioned;
            case.kept = 0;
            case.auctioned = false;
            let since = *case.well_since.get_or_insert(self.now);
            if cancelled {
                self.reach("auction cancelled");
                self.lots.retain(|lot| lot.owner != account);
            }
            if self.now - since >= self.params.waterfall.partial.reset_after {
                self.reach("steps forgotten");
                self.forget(account);
            }
        }
    }

    pub fn forget(&mut self, account: u32) {
        self.cases.remove(&account);
        self.lots.retain(|lot| lot.owner != account);
    }

    fn liquidate_one(&mut self, health: &Health) {
        let account = health.account;
        if health.equity <= 0 {
            return self.settle_bankrupt(account);
        }
        let case = self.cases.entry(account).or_default();
        case.well_since = None;
        if case.auctioned {
            return;
        }
        match self.step_of(health) {
            Step::Wait => self.reach("cooldown"),
            Step::Auction => {
                self.reach("to the auction");
                self.cases.get_mut(&account).unwrap().auctioned = true;
            }
            Step::Close(size) => self.close_into_ladder(health, size),
        }
    }

    /// Stage 1 (M-8.1): small ones whole, thin and used-up ones to the auction, else
    /// x = (t·N − E)/(t − f) within 20 % and 50 %.
    fn step_of(&mut self, health: &Health) -> Step {
        let config = self.params.waterfall.partial.clone();
        let (notional, equity) = (usd(health.notional), usd(health.equity));
        if health.notional < config.full_close_below.units() {
            self.reach("small position closed whole");
            return Step::Close(health.size.abs());
        }
        let maintenance = self.required(health.notional, self.maintenance);
        let fee = self.closing_fee(health);
        let thin = health.equity < usd_up(usd(maintenance) * config.auction_below.q());
        if thin || usd_up(notional.clone() * ratio(fee)) >= health.equity {
            return Step::Auction;
        }
        let case = self.cases[&health.account];
        if case.steps >= config.max_steps {
            self.reach("steps used up");
            return Step::Auction;
        }
        if case
            .last_step
            .is_some_and(|last| self.now - last < config.cooldown)
        {
            return Step::Wait;
        }
        let target = self.target();
        if target <= fee {
            return Step::Auction;
        }
        let x = usd_down((ratio(target) * notional.clone() - equity) / ratio(target - fee));
        let least = usd_up(notional.clone() * config.min_share.q());
        let most = usd_down(notional.clone() * config.max_share.q());
        let amount = above(x).max(least).min(most.max(least));
        Step::Close(base_up(usd(amount) / price(self.mark)).min(health.size.abs()))
    }

    /// f: the liquidation fee and the average spread and impact of closing half, rebates as zero.
    fn closing_fee(&self, health: &Health) -> i128 {
        let liquidation = self.params.charges.liquidation;
        let half = base_down(base(health.size.abs()) / whole(2));
        let change = -half * health.size.signum();
        let charges = self.charges(change, Gate::Open, [liquidation.q(), liquidation.q()]);
        let average = match self.worth_down(half) {
            0 => 0,
            worth => ratio_up(usd(charges.spread + charges.impact) / usd(worth)),
        };
        liquidation.units() + average
    }

    /// Closes into the ladder; every charge takes at most the margin left (M-5.1).
    fn close_into_ladder(&mut self, health: &Health, size: i128) {
        let account = health.account;
        let config = self.params.charges.clone();
        let change = -size * health.size.signum();
        let fee = config.liquidation.q();
        let charges = self.charges(change, Gate::Open, [fee.clone(), fee]);
        self.books
            .pay(Purse::Reserve, Purse::Margin(account), charges.rebate);
        self.realise(account, size, self.mark, 0);
        self.charge(account, Purse::Fees, charges.spread);
        self.charge(account, Purse::Reserve, charges.impact);
        let fee = above(charges.fee.min(self.margin(account)));
        let keeper = usd_down(usd(fee) * config.keeper_share.q());
        let insurance = usd_down(usd(fee) * config.insurance_share.q());
        let purse = Purse::Margin(account);
        self.books.pay(purse, Purse::Keeper, keeper);
        self.books.pay(purse, Purse::Insurance, insurance);
        self.books
            .pay(purse, Purse::Junior, fee - keeper - insurance);
        if size == health.size.abs() {
            self.release(account);
            self.cases.remove(&account);
        } else {
            self.reach("partial deleverage");
            let now = self.now;
            let case = self.cases.get_mut(&account).unwrap();
            case.steps += 1;
            case.last_step = Some(now);
        }
    }

    /// A position at E ≤ 0 goes to the pool at the mark; what is missing is a deficit (M-8.2).
    fn settle_bankrupt(&mut self, account: u32) {
        let position = self.position(account);
        let (funding, fee) = (self.owed_funding(&position), self.owed_fee(&position));
        let pnl = self.open_pnl(&position);
        let margin = self.margin(account);
        let id = Purse::Missing(self.next_deficit);
        let purse = Purse::Margin(account);
        let gains = self.pool_pays(purse, above(-funding)) + self.pool_pays(purse, above(pnl));
        let owes = fee + above(funding) + above(-pnl);
        let missing = above(owes - margin - gains);
        self.books.pay(id, purse, missing);
        self.books.pay(purse, Purse::Fees, fee);
        self.pay_pool(purse, above(funding));
        self.pay_pool(purse, above(-pnl));
        self.set_position(account, Position::default());
        if self.cases.get(&account).is_some_and(|case| case.auctioned) {
            self.reach("bankrupt in the auction");
        }
        self.forget(account);
        self.reach("bankrupt settled");
        self.open_deficit(account, position.size.signum(), missing, Payer::Junior);
    }
}
