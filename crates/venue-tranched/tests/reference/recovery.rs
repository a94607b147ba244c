//! Recoveries: back in the reverse order of loss, to who bore it (M-9.4).

use std::collections::BTreeMap;

use seawall_venue::TrancheName;

use super::books::Purse;
use super::deficits::Payer;
use super::number::{pro_rata, share_down};
use super::shares::{Bearers, Shares};
use super::{Answer, Model};

impl Model {
    pub fn recover(&mut self, amount: i128) -> Answer {
        if amount <= 0 {
            return Answer::refused("not positive");
        }
        if self.has_deficit() {
            return Answer::refused("liquidity: a deficit is still being placed");
        }
        let mut left = amount;
        let mut residual = std::mem::take(&mut self.residual_took);
        self.give_back_traders(&mut residual, &mut left, "recovery of a residual");
        self.residual_took = residual;
        for payer in self.payers().into_iter().rev() {
            match payer {
                Payer::Senior => {
                    let back = left.min(self.senior.bore);
                    self.senior.bore -= back;
                    self.claim += back;
                    self.books.pay(Purse::Outside, Purse::Senior, back);
                    self.note_recovery(&mut left, back, "recovery of senior");
                    let mut before = std::mem::take(&mut self.senior.before);
                    self.give_back_earlier(&mut before, &mut left, TrancheName::Senior);
                    self.senior.before = before;
                }
                Payer::Adl => {
                    let mut took = std::mem::take(&mut self.adl_took);
                    self.give_back_traders(&mut took, &mut left, "recovery of adl");
                    self.adl_took = took;
                }
                Payer::Insurance => {
                    let back = left.min(self.insurance_bore);
                    self.insurance_bore -= back;
                    self.books.pay(Purse::Outside, Purse::Insurance, back);
                    self.note_recovery(&mut left, back, "recovery of insurance");
                }
                Payer::Junior => self.give_back_juniors(&mut left),
            }
        }
        match amount - left {
            0 => Answer::refused("liquidity: nobody has borne a loss"),
            taken => Answer::Moved(taken),
        }
    }

    fn note_recovery(&mut self, left: &mut i128, back: i128, what: &'static str) {
        *left -= back;
        if back > 0 {
            self.reach(what);
        }
    }

    /// In proportion to what each was cut, as free collateral.
    fn give_back_traders(
        &mut self,
        took: &mut BTreeMap<u32, i128>,
        left: &mut i128,
        what: &'static str,
    ) {
        let lost: Vec<i128> = took.values().copied().collect();
        let all = (*left).min(lost.iter().sum());
        let parts = pro_rata(all, &lost);
        for ((account, took), part) in took.iter_mut().zip(parts) {
            *took -= part;
            self.books.pay(Purse::Outside, Purse::Free(*account), part);
        }
        took.retain(|_, lost| *lost > 0);
        self.note_recovery(left, all, what);
    }

    /// The running series in its value, then those who held it before others came in; then frozen
    /// ones, the last first.
    fn give_back_juniors(&mut self, left: &mut i128) {
        let running = match self.junior_is_frozen {
            true => None,
            false => Some(self.frozen.len()),
        };
        for place in (0..=self.frozen.len()).rev() {
            let mut series = std::mem::take(self.junior_at(place));
            if running == Some(place) {
                let back = (*left).min(series.bore);
                series.bore -= back;
                self.books.pay(Purse::Outside, Purse::Junior, back);
                self.note_recovery(left, back, "recovery of the running series");
            } else {
                let mut now = series.bearers();
                let before = *left;
                self.give_back_bearers(&mut now, left, TrancheName::Junior);
                series.bore = now.bore;
                self.note_recovery(&mut 0, before - *left, "recovery of a frozen series");
            }
            let mut before = std::mem::take(&mut series.before);
            self.give_back_earlier(&mut before, left, TrancheName::Junior);
            series.before = before;
            *self.junior_at(place) = series;
        }
    }

    /// Those who held a series before others came in, the last ones first.
    fn give_back_earlier(&mut self, all: &mut [Bearers], left: &mut i128, tranche: TrancheName) {
        let before = *left;
        for bearers in all.iter_mut().rev() {
            self.give_back_bearers(bearers, left, tranche);
        }
        self.note_recovery(&mut 0, before - *left, "recovery of earlier holders");
    }

    fn junior_at(&mut self, place: usize) -> &mut Shares {
        match place < self.frozen.len() {
            true => &mut self.frozen[place],
            false => &mut self.junior,
        }
    }

    /// Every share alike and down, as claims: the part of dead shares and what does not divide are
    /// not taken.
    fn give_back_bearers(&mut self, from: &mut Bearers, left: &mut i128, tranche: TrancheName) {
        let amount = (*left).min(from.bore);
        let all = from.owners.values().sum::<i128>() + from.dead;
        for (holder, shares) in &from.owners {
            let part = share_down(amount, *shares, all);
            if part > 0 {
                let of = (*holder, tranche);
                *self.recovered.entry(of).or_default() += part;
                *self.given_back.entry(of).or_default() += part;
                let to = Purse::Granted(*holder);
                self.books.pay(Purse::Outside, to, part);
                from.bore -= part;
                *left -= part;
            }
        }
    }
}
