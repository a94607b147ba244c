use seawall_units::{Base, Index, Price, Ratio, Round, Side, Usd};

/// The cumulative indices that a position is settled against (M-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accrual {
    /// F: funding, paid by longs and received by shorts.
    pub funding: Index,
    /// B of the long side: utilisation fee.
    pub long: Index,
    /// B of the short side.
    pub short: Index,
}

impl Accrual {
    /// The utilisation index of a side.
    #[must_use]
    pub const fn utilisation(&self, side: Side) -> Index {
        match side {
            Side::Long => self.long,
            Side::Short => self.short,
        }
    }
}

/// One net position: signed size, signed cost, and the indices it was last settled at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    pub(crate) size: Base,
    pub(crate) cost: Usd,
    pub(crate) funding_then: Index,
    pub(crate) utilisation_then: Index,
}

/// What closing a part of a position comes to, at a price, before any charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// Realised PnL, rounded down.
    pub pnl: Usd,
    /// What is left.
    pub rest: Position,
}

impl Position {
    /// No position.
    pub const FLAT: Self = Self {
        size: Base::ZERO,
        cost: Usd::ZERO,
        funding_then: Index::ZERO,
        utilisation_then: Index::ZERO,
    };

    /// A new position of signed `size` entered at `price`, settled at `now`.
    ///
    /// **Rounding** the signed cost `size · price` rounds up, against the trader.
    ///
    /// ```
    /// use seawall_margin::{Accrual, Position};
    /// use seawall_units::{Base, Price, Usd};
    /// let entry: Price = "100".parse()?;
    /// let long = Position::open(Base::whole(10), entry, &Accrual::default());
    /// assert_eq!(long.open_pnl("95.5".parse::<Price>()?), Usd::whole(-45));
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn open(size: Base, price: Price, now: &Accrual) -> Self {
        Self {
            size,
            cost: price.value_ceil(size),
            ..Self::FLAT
        }
        .settled(now)
    }

    /// Signed size, long positive.
    #[must_use]
    pub const fn size(&self) -> Base {
        self.size
    }

    /// Signed cost of entry, `size · entry price`.
    #[must_use]
    pub const fn cost(&self) -> Usd {
        self.cost
    }

    /// The side; `None` when flat.
    #[must_use]
    pub fn side(&self) -> Option<Side> {
        self.size.side()
    }

    /// Whether there is no position.
    #[must_use]
    pub const fn is_flat(&self) -> bool {
        self.size.is_zero()
    }

    /// The funding index it was last settled at.
    #[must_use]
    pub const fn funding_then(&self) -> Index {
        self.funding_then
    }

    /// The utilisation index of its side it was last settled at.
    #[must_use]
    pub const fn utilisation_then(&self) -> Index {
        self.utilisation_then
    }

    /// The entry price, rounded down; `None` when flat.
    #[must_use]
    pub fn entry(&self) -> Option<Price> {
        Price::of(self.cost.abs(), self.size.abs(), Round::Floor)
    }

    /// Notional at a price, rounded up.
    #[must_use]
    pub fn notional(&self, price: Price) -> Usd {
        price.value_ceil(self.size.abs())
    }

    /// Open PnL at a price: `q·P − cost`, rounded down.
    #[must_use]
    pub fn open_pnl(&self, price: Price) -> Usd {
        price.value_floor(self.size) - self.cost
    }

    /// Funding owed since it was last settled; negative when it receives. The payer rounds up,
    /// the receiver down.
    #[must_use]
    pub fn owed_funding(&self, now: &Accrual) -> Usd {
        (now.funding - self.funding_then).owed(self.size, Round::Ceil)
    }

    /// Utilisation fee owed since it was last settled, rounded up.
    #[must_use]
    pub fn owed_utilisation(&self, now: &Accrual) -> Usd {
        let Some(side) = self.side() else {
            return Usd::ZERO;
        };
        (now.utilisation(side) - self.utilisation_then).owed(self.size.abs(), Round::Ceil)
    }

    /// Equity with `margin` posted, at a price: `C + q·P − cost − accrued`, rounded down (M-6).
    #[must_use]
    pub fn equity(&self, margin: Usd, price: Price, now: &Accrual) -> Usd {
        margin + self.open_pnl(price) - self.owed_funding(now) - self.owed_utilisation(now)
    }

    /// The same position with nothing accrued: its indices are those of `now`.
    #[must_use]
    pub fn settled(self, now: &Accrual) -> Self {
        let utilisation_then = match self.side() {
            Some(side) => now.utilisation(side),
            None => Index::ZERO,
        };
        Self {
            funding_then: now.funding,
            utilisation_then,
            ..self
        }
    }

    /// Adds to a settled position on its own side, at a price; the cost rounds up.
    #[must_use]
    pub fn increased(self, size: Base, price: Price) -> Self {
        Self {
            size: self.size + size,
            cost: self.cost + price.value_ceil(size),
            ..self
        }
    }

    /// The same position with `amount` of its open PnL taken out in cash: its cost rises by it, so
    /// equity stays what it was once the cash is in the margin.
    #[must_use]
    pub fn drawn(self, amount: Usd) -> Self {
        Self {
            cost: self.cost + amount,
            ..self
        }
    }

    /// Closes `size` of it (unsigned, at most all of it) at a price.
    ///
    /// **Formula** `pnl = x·P − cost·x/q` with the sign of the position. **Rounding** the value of
    /// the closed part rounds down and its share of the cost up, so the parts of a close never come
    /// to more than the whole; the rest keeps its cost by subtraction.
    ///
    /// ```
    /// use seawall_margin::{Accrual, Position};
    /// use seawall_units::{Base, Price, Usd};
    /// let entry: Price = "100".parse()?;
    /// let short = Position::open(Base::whole(-10), entry, &Accrual::default());
    /// let closing = short.close(Base::whole(4), "90".parse::<Price>()?);
    /// assert_eq!(closing.pnl, Usd::whole(40));
    /// assert_eq!(closing.rest.size(), Base::whole(-6));
    /// assert_eq!(closing.rest.cost(), Usd::whole(-600));
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn close(self, size: Base, price: Price) -> Closing {
        let (Some(side), closed) = (self.side(), size.abs().min(self.size.abs())) else {
            return Closing {
                pnl: Usd::ZERO,
                rest: self,
            };
        };
        let share = match self.cost.mul_div_ceil(closed, self.size.abs()) {
            Some(share) if closed != self.size.abs() => share,
            _ => self.cost,
        };
        let pnl = price.value_floor(side.signed(closed)) - share;
        let size = self.size - side.signed(closed);
        let rest = match size.is_zero() {
            true => Self::FLAT,
            false => Self {
                size,
                cost: self.cost - share,
                ..self
            },
        };
        Closing { pnl, rest }
    }

    /// The price at which equity equals maintenance: `(cost + owed − C) / (q·(1 ∓ mmr))`.
    ///
    /// **Rounding** towards being liquidated: up for a long, down for a short. `None` when flat or
    /// not a legal price. **Source** Hyperliquid docs, trading/liquidations, the same formula.
    #[must_use]
    pub fn liquidation_price(&self, margin: Usd, mmr: Ratio, now: &Accrual) -> Option<Price> {
        let owed = self.owed_funding(now) + self.owed_utilisation(now);
        let value = self.cost + owed - margin;
        match self.side()? {
            Side::Long => {
                let size = self.size.mul_floor(Ratio::ONE - mmr);
                Price::of(value, size, Round::Ceil)
            }
            Side::Short => {
                let size = (-self.size).mul_ceil(Ratio::ONE + mmr);
                Price::of(-value, size, Round::Floor)
            }
        }
    }
}

/// Maintenance requirement: `mmr · N`, rounded up.
#[must_use]
pub fn maintenance(notional: Usd, mmr: Ratio) -> Usd {
    notional.mul_ceil(mmr)
}
