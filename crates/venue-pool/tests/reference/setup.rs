//! Whether a market may be opened with its endowments: within the limits, and nobody liquidatable.
use super::door::Answer;
use super::market::Market;
use super::number::{Q, of_units};
use super::rules::Side;

impl Market {
    /// Why a market as it stands at its opening is refused.
    pub(crate) fn refusal(&self) -> Option<Answer> {
        for side in Side::BOTH {
            for (name, value, allowed) in self.limits(side) {
                if value > allowed {
                    return Some((name, vec![value, allowed]));
                }
            }
        }
        for (account, held) in &self.held {
            if self.is_liquidatable(*account, held) {
                let (remaining, required) = self.health(*account, held);
                let who = of_units(i128::from(*account), 0);
                return Some(("unhealthy", vec![who, remaining, required]));
            }
        }
        None
    }

    /// Open interest and reserve of a side, and the most of each.
    fn limits(&self, side: Side) -> [(&'static str, Q, Q); 2] {
        let (interest, reserve) = match side {
            Side::Long => ("long open interest", "long reserve"),
            Side::Short => ("short open interest", "short reserve"),
        };
        let of_traders = self.rules.interest_reserve_factor.clone();
        let factor = of_traders.min(self.rules.reserve_factor.clone());
        let most = self.rules.max_open_interest.clone();
        [
            (interest, self.interest(side), most),
            (reserve, self.reserved(side), self.part_of_half(&factor)),
        ]
    }
}
