use seawall_units::{Base, Index, Price, Rate, Ratio, Round, Side, Usd};

use crate::{RateConfig, crowded_share, next_rate, utilisation_rate};

/// The cumulative indices of one market and the funding rate that moves them (M-6).
///
/// A position of size q that was last settled at `then` owes `q·(F − F_then)` of funding and
/// `|q|·(B − B_then)` of utilisation, B being the index of its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Indices {
    /// F: what one unit of base long has paid in funding since the beginning.
    pub funding: Index,
    /// B_long: what one unit of base long has paid for utilisation.
    pub long: Index,
    /// B_short: what one unit of base short has paid for utilisation.
    pub short: Index,
    /// The present funding rate, positive when longs pay.
    pub rate: Rate,
}

impl Indices {
    /// Accrues one whole minute: the rate moves by the minute's average skew, then the indices by
    /// the new rates at `price`.
    ///
    /// **Formula** `dF = r·P/525 600`, `dB_long = w·u·P/525 600`, `dB_short = (1 − w)·u·P/525 600`.
    /// **Rounding** B up, against who pays. F towards minus infinity: every trader's funding comes
    /// from the same F, so what one side pays by it the others receive, and the 10⁻¹⁸ USD per
    /// base favours nobody's settlement, which rounds up by itself.
    ///
    /// ```
    /// use seawall_funding::{Indices, RateConfig};
    /// use seawall_units::{Index, Ratio};
    /// let mut indices = Indices::default();
    /// indices.accrue_minute(&RateConfig::default(), Ratio::ONE, Ratio::ONE, "525600".parse()?);
    /// assert_eq!(indices.rate, "0.5%".parse()?);
    /// assert_eq!(indices.funding, "0.005".parse::<Index>()?); // 0.005 · 525 600 / 525 600
    /// assert_eq!(indices.long, "1.3".parse::<Index>()?); // longs only: all on their side
    /// assert_eq!(indices.short, Index::ZERO);
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    pub fn accrue_minute(
        &mut self,
        config: &RateConfig,
        average_skew: Ratio,
        average_utilisation: Ratio,
        price: Price,
    ) {
        self.rate = next_rate(self.rate, average_skew, &config.funding);
        self.funding += self.rate.index_step(price, Round::Floor);
        let fee = utilisation_rate(average_utilisation, &config.utilisation);
        let share = crowded_share(average_skew, &config.utilisation);
        let paid_by = |share: Ratio| fee.mul_ceil(share).index_step(price, Round::Ceil);
        self.long += paid_by(share);
        self.short += paid_by(Ratio::ONE - share);
    }

    /// The utilisation index of one side.
    #[must_use]
    pub const fn utilisation(&self, side: Side) -> Index {
        match side {
            Side::Long => self.long,
            Side::Short => self.short,
        }
    }

    /// All that one unit of base of this side has paid: `A_long = F + B_long`,
    /// `A_short = B_short − F`, the index in the constant liquidation key (M-6).
    #[must_use]
    pub fn cost(&self, side: Side) -> Index {
        match side {
            Side::Long => self.long + self.funding,
            Side::Short => self.short - self.funding,
        }
    }
}

/// The funding a position owes for the move of F from `then` to `now` (M-6); negative when it
/// receives.
///
/// **Formula** `q·(F_now − F_then)`. **Units** USD.
/// **Rounding** up: the payer pays the unit more, the receiver gets the unit less, so that the
/// pool, which stands between them, never loses by rounding.
///
/// ```
/// use seawall_funding::owed_funding;
/// use seawall_units::{Base, Index, Usd};
/// let (now, then) = ("0.0000015".parse::<Index>()?, Index::ZERO);
/// assert_eq!(owed_funding("1".parse()?, now, then), "0.000002".parse::<Usd>()?);
/// assert_eq!(owed_funding("-1".parse()?, now, then), "-0.000001".parse::<Usd>()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn owed_funding(size: Base, now: Index, then: Index) -> Usd {
    (now - then).owed(size, Round::Ceil)
}

/// The utilisation fee a position owes for the move of its side's index from `then` to `now`.
///
/// **Formula** `|q|·(B_now − B_then)`. **Units** USD. **Rounding** up, against who pays.
///
/// ```
/// use seawall_funding::owed_utilisation;
/// use seawall_units::{Base, Index, Usd};
/// let (now, then) = ("2.5".parse::<Index>()?, "1".parse::<Index>()?);
/// assert_eq!(owed_utilisation("-2".parse()?, now, then), Usd::whole(3));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn owed_utilisation(size: Base, now: Index, then: Index) -> Usd {
    (now - then).owed(size.abs(), Round::Ceil)
}
