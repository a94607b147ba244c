use seawall_units::{Base, Index, Price, Round, Usd};

/// One account's net position.
///
/// `settled` is the funding that has been settled for the size held: what is owed is always
/// `size·F − settled`. A trade of size `d` hands `d·F` of it from one party to the other, so the
/// sum over all parties is exactly the cash that funding has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Position {
    /// Signed size.
    pub(crate) size: Base,
    /// Signed cost of entry.
    pub(crate) cost: Usd,
    /// Funding settled for this size.
    pub(crate) settled: Usd,
}

/// What a trade does to one of its two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Leg {
    /// The position after it.
    pub(crate) position: Position,
    /// Realised profit, negative for a loss.
    pub(crate) realised: Usd,
    /// Funding paid, negative when received.
    pub(crate) funding: Usd,
    /// Cash after it, less what is drawn on open profits.
    pub(crate) cash: Usd,
}

/// A trade as one party sees it: signed size, its signed value (what it pays) and the settled
/// funding that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trade {
    pub(crate) size: Base,
    pub(crate) value: Usd,
    pub(crate) settled: Usd,
}

impl Trade {
    /// The same trade as the other party sees it.
    pub(crate) fn mirrored(self) -> Self {
        Self {
            size: -self.size,
            value: -self.value,
            settled: -self.settled,
        }
    }
}

impl Position {
    pub(crate) fn is_flat(&self) -> bool {
        self.size.is_zero()
    }

    /// Funding owed now; the payer rounds up. Negative when it receives.
    pub(crate) fn owed(&self, funding: Index) -> Usd {
        funding.owed(self.size, Round::Ceil) - self.settled
    }

    /// Profit at a price, rounded down.
    pub(crate) fn open_pnl(&self, price: Price) -> Usd {
        price.value_floor(self.size) - self.cost
    }

    /// Equity with this cash at a price, rounded down.
    pub(crate) fn equity(&self, cash: Usd, price: Price, funding: Index) -> Usd {
        cash + self.open_pnl(price) - self.owed(funding)
    }

    /// The share of the cost that closing `size` (unsigned) releases, rounded down; the rest keeps
    /// what is left by subtraction.
    pub(crate) fn cost_of(&self, size: Base) -> Usd {
        match self.cost.mul_div_floor(size.abs(), self.size.abs()) {
            Some(share) if size.abs() < self.size.abs() => share,
            _ => self.cost,
        }
    }

    /// The trade of `size` for `value` that this position begins.
    ///
    /// Going flat it hands over all that is settled, so that nothing is left behind.
    pub(crate) fn trade(&self, size: Base, value: Usd, funding: Index) -> Trade {
        let settled = match (self.size + size).is_zero() {
            true => -funding.owed(self.size, Round::Ceil),
            false => funding.owed(size, Round::Ceil),
        };
        Trade {
            size,
            value,
            settled,
        }
    }

    /// What a trade leaves of this position, without settling what it owes.
    pub(crate) fn rest_of(&self, trade: &Trade) -> Self {
        Self {
            size: self.size + trade.size,
            cost: self.after(trade).0,
            settled: self.settled + trade.settled,
        }
    }

    /// What a trade does; `None` when this party cannot pay its realised loss, or cannot settle
    /// its funding on going flat, out of its cash and its credit. Without credit cash stays at or
    /// above zero; with it, what is missing is below zero.
    pub(crate) fn leg(
        &self,
        (cash, credit): (Usd, Usd),
        trade: &Trade,
        funding: Index,
    ) -> Option<Leg> {
        let (cost, realised) = self.after(trade);
        let size = self.size + trade.size;
        let owed = match size.is_zero() {
            true => -(self.settled + trade.settled),
            false => self.owed(funding),
        };
        // One unit of rounding is not worth a posting while the position lives.
        let due = match owed.abs() <= Usd::ULP && !size.is_zero() {
            true => Usd::ZERO,
            false => owed,
        };
        let before = cash + realised - due.min(Usd::ZERO);
        let means = before + credit;
        let paid = due.min(means.max(Usd::ZERO));
        if means.is_negative() || (size.is_zero() && paid != due) {
            return None;
        }
        let position = Position {
            size,
            cost,
            settled: self.settled + trade.settled + paid,
        };
        Some(Leg {
            position,
            realised,
            funding: paid,
            cash: before - paid.or_zero(),
        })
    }

    /// Cost after a trade, and what it realises.
    fn after(&self, trade: &Trade) -> (Usd, Usd) {
        let opposite = self.size.signum() != 0 && self.size.signum() != trade.size.signum();
        if !opposite {
            return (self.cost + trade.value, Usd::ZERO);
        }
        if trade.size.abs() <= self.size.abs() {
            let share = self.cost_of(trade.size);
            return (self.cost - share, -trade.value - share);
        }
        // Beyond flat: the closing part of the value first, the rest opens the other side.
        let closing = trade
            .value
            .mul_div_ceil(self.size.abs(), trade.size.abs())
            .unwrap_or(trade.value);
        (trade.value - closing, -closing - self.cost)
    }
}

/// The price at which equity is exactly zero, without fees.
///
/// **Formula** `(cost + owed − margin) / size`, all signed. **Rounding** in favour of whoever
/// stands behind the position: up for a long, down for a short. `None` when flat, or when no legal
/// price brings equity to zero.
///
/// ```
/// use seawall_units::{Base, Price, Usd};
/// use seawall_venue_orderbook::bankruptcy_price;
/// // Long 1 from 1 with 2/19: 1 − 0.1052631… = 0.8947369 on the money grid.
/// let price = bankruptcy_price(Base::whole(1), Usd::whole(1), "0.105263".parse::<Usd>()?);
/// assert_eq!(price, Some("0.894737".parse::<Price>()?));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn bankruptcy_price(size: Base, cost: Usd, margin: Usd) -> Option<Price> {
    let round = match size.side()? {
        seawall_units::Side::Long => Round::Ceil,
        seawall_units::Side::Short => Round::Floor,
    };
    Price::of(cost - margin, size, round)
}
