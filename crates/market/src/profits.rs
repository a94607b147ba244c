//! What the winners of a side have won, each rounded down: asked for while ADL waits (M-8.5).
//!
//! It is a sum over positions in profit, so it has to be added up anew at every new mark; asked for
//! again at the same mark it only follows the positions that have been written since.

use std::cell::Cell;

use seawall_margin::{Position, PositionBook};
use seawall_units::{Price, Side, Usd};

/// The sums that have been added up, and the mark that they were added up at.
#[derive(Debug, Default)]
pub(crate) struct Profits {
    long: Cell<Option<(Price, Usd)>>,
    short: Cell<Option<(Price, Usd)>>,
}

impl Profits {
    const fn side(&self, side: Side) -> &Cell<Option<(Price, Usd)>> {
        match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        }
    }

    /// Sum of the open profits of one side, in profit only.
    pub(crate) fn of(&self, book: &PositionBook, side: Side, mark: Price) -> Usd {
        let kept = self.side(side);
        if let Some((at, sum)) = kept.get()
            && at == mark
        {
            return sum;
        }
        let sum = book.in_profit(side, mark).map(|(_, profit)| profit).sum();
        kept.set(Some((mark, sum)));
        sum
    }

    /// A position has been replaced by another.
    pub(crate) fn replace(&self, old: &Position, new: &Position) {
        for side in Side::BOTH {
            let kept = self.side(side);
            let Some((mark, sum)) = kept.get() else {
                continue;
            };
            let profit = |position: &Position| match position.side() == Some(side) {
                true => position.open_pnl(mark).or_zero(),
                false => Usd::ZERO,
            };
            kept.set(Some((mark, sum - profit(old) + profit(new))));
        }
    }

    /// The mark has moved: nothing of this is asked for at an old one.
    pub(crate) fn forget(&self) {
        self.long.set(None);
        self.short.set(None);
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // test figures
mod tests {
    use proptest::prelude::*;
    use seawall_ledger::AccountId;
    use seawall_margin::Accrual;
    use seawall_units::Base;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// What is kept is what is added up anew, whatever is written and however the mark moves.
        #[test]
        fn what_is_kept_follows_every_write(
            steps in prop::collection::vec((0u32..6, -40i64..40, 1i64..400, prop::option::of(1i64..400)), 1..60),
        ) {
            let price = |units: i64| Price::from_units(i128::from(units) * 777_777).unwrap();
            let (mut book, profits, mut mark) = (PositionBook::default(), Profits::default(), price(200));
            for (account, size, entry, moved) in steps {
                if let Some(moved) = moved.map(price).filter(|moved| *moved != mark) {
                    profits.forget();
                    mark = moved;
                }
                let size = Base::units_i64(size * 12_345_678);
                let new = Position::open(size, price(entry), &Accrual::default());
                let old = book.replace(AccountId::new(account), new);
                profits.replace(&old, &new);
                for side in Side::BOTH {
                    let open = book.open().filter(|(_, p)| p.side() == Some(side));
                    let counted: Usd = open.map(|(_, p)| p.open_pnl(mark).or_zero()).sum();
                    prop_assert_eq!(profits.of(&book, side, mark), counted);
                }
            }
        }
    }
}
