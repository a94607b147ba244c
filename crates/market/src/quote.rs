//! What an order would get, and what that is made of: pure, for measuring and for curves (M-4).

use seawall_ledger::{Account, AccountId};
use seawall_units::{Base, Ratio, Side, Usd};
use seawall_venue::{Quote, QuoteBasis, QuoteParts};

use crate::charges::{Charges, Fee};
use crate::{Gate, IsolatedMarket};

/// An account that no scenario names.
const NOBODY: AccountId = AccountId::new(u32::MAX);

impl IsolatedMarket {
    /// What an opening order of `notional` on `side` would get now, from an account without a
    /// position and with margin enough; pure.
    #[must_use]
    pub fn quote_open(&self, side: Side, notional: Usd, gate: Gate) -> Quote {
        match self.quote_charges(side, notional, gate) {
            Some((filled, charges)) => {
                let size = side.signed(self.mark.size_floor(notional));
                let value = match filled == size {
                    true => notional,
                    false => self.mark.value_floor(filled.abs()),
                };
                Quote {
                    filled: value,
                    cost: charges.total(),
                }
            }
            None => Quote::default(),
        }
    }

    /// What [`IsolatedMarket::quote_open`] is a function of, beside the parameters: the mark and the
    /// gate, both sides' open sizes, the capital that the caps are shares of, what is left of the
    /// minimum fills, the reserve that rebates are paid from, and the ladder. Its bands follow from
    /// the depth of the near ones and of all: the bands of a kind are alike.
    #[must_use]
    pub fn quote_basis(&self, gate: Gate) -> QuoteBasis {
        let [long_used, short_used] = self.minimum_used;
        QuoteBasis::of([
            self.mark.units(),
            match gate {
                Gate::Open => 0,
                Gate::Reduce => 1,
                Gate::ReduceAtLastMark => 2,
                Gate::Closed => 3,
            },
            self.totals.long.size.units(),
            self.totals.short.size.units(),
            self.values().total().units(),
            long_used.units(),
            short_used.units(),
            self.ledger.balance(Account::ImpactReserve).units(),
            self.ladder.near_depth().units(),
            self.ladder.total().units(),
        ])
    }

    /// What an order of `notional` costs on the ladder, and how the ladder would stand behind it;
    /// priced up to the ladder's end, whatever one account may hold. `None` when nothing is quoted.
    ///
    /// **Formula** at the net skew Z1 behind the order the last unit's price lies
    /// `half-spread + i(|Z1|)` from the mark when it moves outward, and `half-spread −
    /// i(|Z1|)·min(1, R/W0)` when it moves inward, with `i` the ladder's impact; the depth left is
    /// `total − Z1`, Z1 counted in the order's direction. **Source** M-4.
    #[must_use]
    pub fn quote_parts(&self, side: Side, notional: Usd, gate: Gate) -> Option<QuoteParts> {
        let depth = self.ladder.total() - self.skew_towards(side);
        let priced = notional.min(depth);
        let size = side.signed(self.mark.size_floor(priced));
        if gate != Gate::Open || !priced.is_positive() || size.is_zero() {
            return None;
        }
        let charges = self.charges(size, gate, Fee::Taker);
        let behind = self.net_size() + size;
        let distance = self.ladder.impact(self.mark.value_floor(behind.abs()));
        let spread = self.half_spread(gate);
        Some(QuoteParts {
            priced,
            spread: charges.spread,
            fee: charges.fee,
            impact: charges.impact - charges.rebate,
            marginal: match behind.side() == Some(side) {
                true => spread + distance,
                false => spread - self.rebated(distance),
            },
            depth_left: depth - priced,
        })
    }

    /// The net skew, counted in a side's direction.
    fn skew_towards(&self, side: Side) -> Usd {
        let skew = self.mark.value_floor(self.net_size().abs());
        match self.net_size().side() == Some(side) {
            true => skew,
            false => -skew,
        }
    }

    /// Sizes of orders on `side` that end at an edge of a band, the smallest first: where the
    /// curve of quotes bends.
    #[must_use]
    pub fn quote_corners(&self, side: Side) -> Vec<Usd> {
        let start = self.skew_towards(side);
        let mut edges = vec![Usd::ZERO];
        let mut edge = Usd::ZERO;
        for band in self.ladder.bands() {
            edge += band.capacity;
            edges.extend([edge, -edge]);
        }
        let mut sizes: Vec<Usd> = edges.into_iter().map(|edge| edge - start).collect();
        sizes.retain(|size| size.is_positive());
        sizes.sort();
        sizes.dedup();
        sizes
    }

    /// What would be filled for an account without a position, and its charges.
    fn quote_charges(&self, side: Side, notional: Usd, gate: Gate) -> Option<(Base, Charges)> {
        if gate != Gate::Open {
            return None;
        }
        let size = side.signed(self.mark.size_floor(notional));
        let room = self.room(NOBODY, size, Base::ZERO);
        let filled = side.signed(size.abs().min(room.size));
        let charges = || self.charges(filled, gate, Fee::Taker);
        (!filled.is_zero()).then(|| (filled, charges()))
    }

    /// The part of an inward move's impact that the reserve can pay back, rounded down.
    fn rebated(&self, distance: Ratio) -> Ratio {
        let reserve = self.ledger.balance(Account::ImpactReserve);
        let work = self.work_at(self.net_size());
        match reserve >= work {
            true => distance,
            false => distance.mul_div_floor(reserve, work).unwrap_or(Ratio::ZERO),
        }
    }
}
