//! Deficits on their way through the payers (M-8.2 to M-8.6).

use std::collections::BTreeMap;

use seawall_waterfall::LossOrder;

use super::books::Purse;
use super::number::{above, pro_rata, usd, usd_down};
use super::{Exact, Model, Position};

/// Who pays for a deficit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Payer {
    Junior,
    Insurance,
    Adl,
    Senior,
}

/// What became of a deficit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    pub account: u32,
    pub side: i128,
    pub opening: i128,
    pub absorbed: BTreeMap<Payer, i128>,
    /// What nobody paid, once it is closed.
    pub residual: Option<i128>,
}

/// An open deficit.
#[derive(Debug, Clone)]
pub struct Open {
    pub id: u32,
    /// The side of the bankrupt position.
    pub side: i128,
    pub left: i128,
    /// Payers whose turn is still to come, the present one first; empty: the residual.
    pub payers: Vec<Payer>,
    pub batches: u32,
    /// The side that ADL works on, once it is known.
    pub adl_side: Option<i128>,
}

impl Open {
    pub fn waits_for_adl(&self) -> bool {
        self.payers.first() == Some(&Payer::Adl)
    }
}

impl Model {
    pub fn payers(&self) -> Vec<Payer> {
        use Payer::{Adl, Insurance, Junior, Senior};
        match self.params.waterfall.loss_order {
            LossOrder::SeniorLast => vec![Junior, Insurance, Adl, Senior],
            LossOrder::AdlLast => vec![Junior, Insurance, Senior, Adl],
        }
    }

    /// Opens a deficit whose first payer is `first`; nothing when the amount is zero.
    pub fn open_deficit(&mut self, account: u32, side: i128, amount: i128, first: Payer) {
        if amount == 0 {
            return;
        }
        let id = self.next_deficit;
        self.next_deficit += 1;
        let outcome = Outcome {
            account,
            side,
            opening: amount,
            ..Outcome::default()
        };
        self.outcomes.insert(id, outcome);
        let payers = self
            .payers()
            .into_iter()
            .skip_while(|payer| *payer != first)
            .collect();
        self.open.push(Open {
            id,
            side,
            left: amount,
            payers,
            batches: 0,
            adl_side: None,
        });
        self.reach("deficit opened");
    }

    /// Money that has come in for a deficit.
    pub fn absorb(&mut self, open: &mut Open, payer: Payer, amount: i128) {
        open.left -= amount;
        if amount > 0 {
            let outcome = self.outcomes.get_mut(&open.id).unwrap();
            *outcome.absorbed.entry(payer).or_default() += amount;
            self.reach(match payer {
                Payer::Junior => "junior paid",
                Payer::Insurance => "insurance paid",
                Payer::Adl => "adl paid",
                Payer::Senior => "senior paid",
            });
        }
    }

    pub fn waits_for_adl(&self) -> bool {
        self.open.iter().any(Open::waits_for_adl)
    }

    pub fn open_deficits(&self) -> i128 {
        self.open.iter().map(|open| open.left).sum()
    }

    pub fn has_deficit(&self) -> bool {
        !self.open.is_empty()
    }

    /// Drives every deficit to its end at the present mark.
    pub fn finish(&mut self) {
        while self.has_deficit() {
            self.place_deficits(true);
        }
    }

    /// Hands every open deficit down its payers, oldest first; one batch of ADL in between for each
    /// side, if it is due or the scenario is over.
    pub fn place_deficits(&mut self, to_the_end: bool) {
        let mut open = std::mem::take(&mut self.open);
        let mut closed = vec![false; open.len()];
        for (each, closed) in open.iter_mut().zip(&mut closed) {
            *closed = *closed || self.pay_in_turn(each);
        }
        for side in [1, -1] {
            self.batch(side, &mut open, to_the_end);
        }
        for (each, closed) in open.iter_mut().zip(&mut closed) {
            *closed = *closed || self.pay_in_turn(each);
        }
        let left = open.into_iter().zip(closed).filter(|(_, closed)| !closed);
        self.open = left.map(|(each, _)| each).collect();
    }

    /// From payer to payer until it is closed (true) or waits for ADL.
    fn pay_in_turn(&mut self, open: &mut Open) -> bool {
        while let Some(payer) = open.payers.first().copied() {
            if open.left > 0 {
                if payer == Payer::Adl {
                    return false;
                }
                let amount = open.left.min(self.capacity(payer));
                if amount > 0 {
                    self.pay(payer, amount, open.id);
                }
                self.absorb(open, payer, amount);
            }
            open.payers.remove(0);
        }
        let residual = std::mem::take(&mut open.left);
        if residual > 0 {
            self.wind_up(residual, open.id);
        }
        self.outcomes.get_mut(&open.id).unwrap().residual = Some(residual);
        true
    }

    /// The epoch of the vaults in which a moment lies (M-9.2).
    pub fn epoch(&self) -> u64 {
        (self.now - (self.start - self.start % 60)) / self.params.vault.epoch
    }

    /// What a payer could give: its value at the mark, losses in full, and no more than there is
    /// cash.
    fn capacity(&mut self, payer: Payer) -> i128 {
        let (senior, junior) = self.tranches();
        let cash = self.pool_cash();
        match payer {
            Payer::Junior => {
                let worth = junior.min(cash);
                let epoch = self.epoch();
                if self.junior_lost.0 != epoch {
                    self.junior_lost = (epoch, 0);
                }
                // Up to the cap of what Junior was worth when the epoch's losses began.
                let lost = self.junior_lost.1;
                let cap = self.params.waterfall.junior.loss_cap.q();
                let room = above(usd_down(usd(worth + lost) * cap) - lost);
                if room < worth {
                    self.reach("junior's cap");
                }
                room.min(worth)
            }
            Payer::Insurance => self.books.of(Purse::Insurance),
            Payer::Senior => senior.min(cash),
            Payer::Adl => 0,
        }
    }

    fn pay(&mut self, payer: Payer, amount: i128, id: u32) {
        let to = Purse::Missing(id);
        match payer {
            Payer::Junior => {
                self.junior_lost.1 += amount;
                if !self.junior_is_frozen {
                    self.junior.bore += amount;
                }
                self.pay_cash(Purse::Junior, Purse::Senior, amount, to);
                if self.tranches().1 == 0 {
                    if !self.junior_is_frozen {
                        self.reach("junior series frozen");
                    }
                    self.junior_is_frozen = true;
                    self.low_coverage = true;
                }
            }
            Payer::Senior => {
                self.claim -= amount;
                self.senior.bore += amount;
                self.pay_cash(Purse::Senior, Purse::Junior, amount, to);
            }
            Payer::Insurance => {
                self.insurance_bore += amount;
                self.books.pay(Purse::Insurance, to, amount);
            }
            Payer::Adl => panic!("ADL pays from margins"),
        }
    }

    /// From one's own cash, then from the other's.
    fn pay_cash(&mut self, own: Purse, other: Purse, amount: i128, to: Purse) {
        let first = amount.min(self.books.of(own));
        self.books.pay(own, to, first);
        self.books.pay(other, to, amount - first);
    }

    /// The residual: every position is closed at the mark, losers first, and every positive equity
    /// is cut pro rata (M-8.6).
    fn wind_up(&mut self, amount: i128, id: u32) {
        self.reach("residual");
        self.wound_up = true;
        let mut open: Vec<(i128, u32)> = self
            .positions
            .iter()
            .map(|(a, position)| (self.open_pnl(position), *a))
            .collect();
        open.sort_unstable();
        for (pnl, account) in &open {
            let position = self.position(*account);
            let (funding, fee) = (self.owed_funding(&position), self.owed_fee(&position));
            let purse = Purse::Margin(*account);
            self.pool_pays(purse, above(*pnl) + above(-funding));
            let loss = (above(-pnl) + above(funding)).min(self.margin(*account));
            self.pay_pool(purse, loss);
            self.charge(*account, Purse::Fees, fee);
            self.set_position(*account, Position::default());
        }
        let equities: Vec<i128> = open
            .iter()
            .map(|(_, account)| self.margin(*account))
            .collect();
        let cut = amount.min(equities.iter().sum());
        for ((_, account), part) in open.iter().zip(pro_rata(cut, &equities)) {
            if part > 0 {
                self.reach("equity cut for a residual");
                self.books
                    .pay(Purse::Margin(*account), Purse::Missing(id), part);
                *self.residual_took.entry(*account).or_default() += part;
            }
            self.release(*account);
        }
    }
}
