//! Recoveries: back in the reverse order of loss, to who bore it (M-9.4).

use std::collections::BTreeMap;

use super::books::Purse;
use super::deficits::Payer;
use super::number::{pro_rata, share_down};
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

    /// The running series in its value; then frozen ones, the last first, every share alike and
    /// down: the part of dead shares and what does not divide are not taken.
    fn give_back_juniors(&mut self, left: &mut i128) {
        if !self.junior_is_frozen {
            let back = (*left).min(self.junior.bore);
            self.junior.bore -= back;
            self.books.pay(Purse::Outside, Purse::Junior, back);
            self.note_recovery(left, back, "recovery of the running series");
        }
        let own = usize::from(self.junior_is_frozen);
        let frozen = self.frozen.len();
        for place in (0..frozen + own).rev() {
            let series = if place < frozen {
                &mut self.frozen[place]
            } else {
                &mut self.junior
            };
            let amount = (*left).min(series.bore);
            let owners = series.owners();
            let all = owners.values().sum::<i128>() + series.dead;
            let mut back = 0;
            for (holder, shares) in owners {
                let part = share_down(amount, shares, all);
                if part > 0 {
                    *self.recovered.entry(holder).or_default() += part;
                    *self.given_back.entry(holder).or_default() += part;
                    self.books.pay(Purse::Outside, Purse::Granted(holder), part);
                }
                back += part;
            }
            series.bore -= back;
            self.note_recovery(left, back, "recovery of a frozen series");
        }
    }
}
