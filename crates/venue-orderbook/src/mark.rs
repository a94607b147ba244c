//! The mark: a median of the oracle, the book and the outside perpetuals.

use seawall_oracle::weighted_median;
use seawall_units::{Price, Ratio, Round, Time};
use seawall_venue::ParamError;
use smallvec::SmallVec;

use crate::decay::TimeAverage;
use crate::params::{DAY, refuse, seconds};
use crate::past::Past;

/// How the mark is made.
///
/// **Source** Hyperliquid docs, trading/robust-price-indices.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OrderbookMarkParams")
)]
#[serde(deny_unknown_fields, default)]
pub struct MarkParams {
    /// `documented`, the median of oracle, book and outside perpetuals, or `oracle`, the oracle
    /// price alone.
    pub rule: MarkRule,
    /// Time constant in seconds of the averaged difference between book and oracle; 150.
    pub basis_time: u64,
    /// Time constant in seconds of the average of the book's price that joins when only two of
    /// the three prices exist; 30.
    pub book_time: u64,
    /// Outside perpetuals; five with weights of 3, 2, 2, 1 and 1 that see the outside price at
    /// once. Without any, the third price does not exist.
    pub perps: Vec<OutsidePerp>,
    /// What the book says while one of its sides is empty.
    pub one_sided: OneSided,
}

impl Default for MarkParams {
    fn default() -> Self {
        let perp = |weight| OutsidePerp {
            weight,
            ..OutsidePerp::default()
        };
        Self {
            rule: MarkRule::default(),
            basis_time: 150,
            book_time: 30,
            perps: [3, 2, 2, 1, 1].map(perp).to_vec(),
            one_sided: OneSided::default(),
        }
    }
}

/// What the mark is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MarkRule {
    /// The median of oracle, book and outside perpetuals.
    #[default]
    Documented,
    /// The oracle price and nothing else.
    Oracle,
}

/// What the book says of the price while one of its sides is empty; the docs do not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OneSided {
    /// Nothing: the average of its earlier prices takes its place.
    #[default]
    Absent,
    /// The median of what there is, the last trade included.
    Rest,
}

/// A perpetual on an outside venue, as it follows the outside price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct OutsidePerp {
    /// Its weight in the median; 1.
    pub weight: u32,
    /// Seconds by which it lags behind the outside price; 0.
    pub lag: u64,
    /// Its distance from that price, above 0 when it is dearer; 0.
    pub offset: Ratio,
}

impl Default for OutsidePerp {
    fn default() -> Self {
        Self {
            weight: 1,
            lag: 0,
            offset: Ratio::ZERO,
        }
    }
}

impl MarkParams {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        seconds("mark.basis_time", self.basis_time)?;
        seconds("mark.book_time", self.book_time)?;
        for perp in &self.perps {
            if !(1..=1_000_000).contains(&perp.weight) {
                return Err(refuse("mark.perps.weight", perp.weight, "1 to 1000000"));
            }
            if perp.lag > DAY {
                return Err(refuse("mark.perps.lag", perp.lag, "0 to 86400 seconds"));
            }
            if perp.offset.abs() > Ratio::bps(5_000) {
                return Err(refuse("mark.perps.offset", perp.offset, "-0.5 to 0.5"));
            }
        }
        Ok(())
    }

    /// How far back the slowest outside perpetual looks.
    pub(crate) fn reach(&self) -> u64 {
        self.perps.iter().map(|perp| perp.lag).max().unwrap_or(0)
    }
}

/// The best quotes and the last trade of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BookTop {
    /// The best bid.
    pub bid: Option<Price>,
    /// The best ask.
    pub ask: Option<Price>,
    /// The price of the last unit traded.
    pub last: Option<Price>,
}

impl BookTop {
    /// The middle between the best quotes; `None` while a side is empty. **Rounding** down.
    #[must_use]
    pub fn mid(&self) -> Option<Price> {
        Some(self.bid?.towards(self.ask?, 1, 2, Round::Floor))
    }

    /// The median of best bid, best ask and last trade; before the first trade, the middle.
    ///
    /// ```
    /// use seawall_venue_orderbook::{BookTop, OneSided};
    /// let top = BookTop { bid: "99".parse().ok(), ask: "101".parse().ok(), last: "97".parse().ok() };
    /// assert_eq!(top.price(OneSided::Absent), "99".parse().ok());
    /// let thin = BookTop { bid: None, ..top };
    /// assert_eq!(thin.price(OneSided::Absent), None);
    /// assert_eq!(thin.price(OneSided::Rest), "99".parse().ok()); // between 97 and 101
    /// ```
    #[must_use]
    pub fn price(&self, one_sided: OneSided) -> Option<Price> {
        if one_sided == OneSided::Absent && (self.bid.is_none() || self.ask.is_none()) {
            return None;
        }
        let prices = [self.bid, self.ask, self.last];
        median(prices.into_iter().flatten().collect())
    }
}

/// The prices that the documented mark is the median of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MarkParts {
    /// Oracle price plus the averaged difference between the book's middle and the oracle.
    pub based: Option<Price>,
    /// Median of best bid, best ask and last trade.
    pub book: Option<Price>,
    /// Weighted median of the outside perpetuals.
    pub perps: Option<Price>,
    /// The average of `book`, which joins when exactly two of the others exist.
    pub book_average: Option<Price>,
}

impl MarkParts {
    /// The mark; `None` when none of the three prices exists.
    ///
    /// **Formula** the median of those of the three that exist, with the average of the book when
    /// they are exactly two; of two the mean. **Rounding** of a mean down.
    ///
    /// ```
    /// use seawall_venue_orderbook::MarkParts;
    /// let parts = MarkParts {
    ///     based: "100".parse().ok(),
    ///     book: "97".parse().ok(),
    ///     perps: "98".parse().ok(),
    ///     book_average: "90".parse().ok(),
    /// };
    /// assert_eq!(parts.mark(), "98".parse().ok());
    /// // Without the book its average of 99 joins the two that are left: 98, 99, 100.
    /// let two = MarkParts { book: None, book_average: "99".parse().ok(), ..parts };
    /// assert_eq!(two.mark(), "99".parse().ok());
    /// // Without that, the mean of the two; of one, that one.
    /// let mean = MarkParts { book_average: None, ..two };
    /// assert_eq!(mean.mark(), "99".parse().ok());
    /// assert_eq!(MarkParts { perps: None, ..mean }.mark(), "100".parse().ok());
    /// ```
    #[must_use]
    pub fn mark(&self) -> Option<Price> {
        let mut prices: SmallVec<[Price; 3]> = [self.based, self.book, self.perps]
            .into_iter()
            .flatten()
            .collect();
        if prices.len() == 2 {
            prices.extend(self.book_average);
        }
        median(prices)
    }
}

/// The middle one of an odd number of prices, the mean of the two in the middle of an even one.
fn median(mut prices: SmallVec<[Price; 3]>) -> Option<Price> {
    prices.sort_unstable();
    weighted_median(prices.iter().map(|price| (*price, 1)))
}

/// What the mark of one coin remembers between its moves.
#[derive(Debug, Clone)]
pub(crate) struct Marking {
    basis: TimeAverage,
    book: TimeAverage,
    past: Past<Price>,
}

impl Marking {
    pub(crate) fn new(params: &MarkParams, opening: Price, start: Time) -> Self {
        Self {
            basis: TimeAverage::new(start),
            book: TimeAverage::new(start),
            past: Past::new(opening, start, params.reach()),
        }
    }

    /// Takes the second's outside price.
    pub(crate) fn observe(&mut self, now: Time, outside: Price) {
        self.past.observe(now, outside);
    }

    /// The parts of the mark at an oracle update, with the averages brought up to it first.
    pub(crate) fn update(
        &mut self,
        params: &MarkParams,
        now: Time,
        oracle: Price,
        top: &BookTop,
    ) -> MarkParts {
        if let Some(mid) = top.mid() {
            let gap = mid.units().saturating_sub(oracle.units());
            self.basis.take(now, gap, params.basis_time);
        }
        let book = top.price(params.one_sided);
        if let Some(price) = book {
            self.book.take(now, price.units(), params.book_time);
        }
        // A difference that was never seen counts as none.
        let gap = self.basis.value().unwrap_or_default();
        let based = Price::from_units(oracle.units().saturating_add(gap)).unwrap_or(oracle);
        let average = self.book.value();
        MarkParts {
            based: Some(based),
            book,
            perps: self.perps(params, now),
            book_average: average.and_then(|units| Price::from_units(units).ok()),
        }
    }

    fn perps(&self, params: &MarkParams, now: Time) -> Option<Price> {
        let seen = |perp: &OutsidePerp| {
            let price = self.past.before(now, perp.lag);
            let moved = price.scaled(Ratio::ONE + perp.offset, Round::Floor)?;
            Some((moved, u64::from(perp.weight)))
        };
        let mut prices: SmallVec<[(Price, u64); 8]> =
            params.perps.iter().filter_map(seen).collect();
        prices.sort_unstable();
        weighted_median(prices.iter().copied())
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)] // test figures
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    fn at(seconds: u64) -> Time {
        Time::from_secs(seconds)
    }

    fn quoted(bid: &str, ask: &str) -> BookTop {
        BookTop {
            bid: Some(price(bid)),
            ask: Some(price(ask)),
            last: None,
        }
    }

    /// Oracle 100 at 3, 6 and 9 s; the book's middle at 110, 100 and 95, so differences of 10, 0
    /// and −5: their average is 1.566784432756… (see `decay`), the first price 101.5667844327….
    #[test]
    fn the_basis_is_averaged() {
        let params = MarkParams::default();
        let mut marking = Marking::new(&params, price("100"), at(0));
        let oracle = price("100");
        marking.update(&params, at(3), oracle, &quoted("109", "111"));
        marking.update(&params, at(6), oracle, &quoted("99", "101"));
        marking.observe(at(9), price("102"));
        let parts = marking.update(&params, at(9), oracle, &quoted("94", "96"));
        assert_eq!(parts.based, Some(price("101.5667844327")));
        assert_eq!(
            (parts.book, parts.perps),
            (Some(price("95")), Some(price("102")))
        );
        assert_eq!(parts.mark(), Some(price("101.5667844327")));
    }

    /// Without quotes there is no book: the average of its prices of 110 at 3 s and 100 at 6 s with
    /// 30 s: (110·3·w + 100·3)/(3·w + 3) with w = e^(−0.1) = 0.904837418…, 104.75020812….
    #[test]
    fn an_empty_book_is_remembered() {
        let params = MarkParams::default();
        let mut marking = Marking::new(&params, price("100"), at(0));
        marking.update(&params, at(3), price("100"), &quoted("109", "111"));
        marking.update(&params, at(6), price("100"), &quoted("99", "101"));
        let parts = marking.update(&params, at(9), price("100"), &BookTop::default());
        assert_eq!(parts.book, None);
        assert_eq!(parts.book_average, Some(price("104.7502081252")));
        // 100 + 4.95…, 100 and 104.75: the middle one.
        assert_eq!(parts.mark(), Some(price("104.7502081252")));
    }

    /// Weights 3, 2, 2, 1, 1 with lags: half of the weight of nine falls on the second price.
    #[test]
    fn outside_perpetuals_have_lags_and_offsets() {
        let perp = |weight, lag, bps| OutsidePerp {
            weight,
            lag,
            offset: Ratio::bps(bps),
        };
        let params = MarkParams {
            perps: vec![
                perp(3, 0, 0),
                perp(2, 2, 0),
                perp(2, 1, -10),
                perp(1, 0, 100),
                perp(1, 9, 0),
            ],
            ..MarkParams::default()
        };
        let mut marking = Marking::new(&params, price("100"), at(0));
        for (second, outside) in [(1, "99"), (2, "98"), (3, "97")] {
            marking.observe(at(second), price(outside));
        }
        // 97 (3), 97.902 (2), 97.97 (1), 99 (2), 100 (1): 97 has 3 of 9, 97.902 has 5.
        assert_eq!(marking.perps(&params, at(3)), Some(price("97.902")));
        let none = MarkParams {
            perps: Vec::new(),
            ..params
        };
        assert_eq!(marking.perps(&none, at(3)), None);
    }

    fn some_price() -> impl Strategy<Value = Option<Price>> {
        let price =
            (50..150_i128).prop_map(|whole| Price::from_units(whole * Price::ONE_UNITS).ok());
        prop_oneof![4 => price, 1 => Just(None)]
    }

    proptest! {
        /// The mark lies between the smallest and the largest of what it is made of.
        #[test]
        fn between_its_parts(
            based in some_price(),
            book in some_price(),
            perps in some_price(),
            book_average in some_price(),
        ) {
            let parts = MarkParts { based, book, perps, book_average };
            let three: Vec<Price> = [based, book, perps].into_iter().flatten().collect();
            let mut all = three.clone();
            if three.len() == 2 {
                all.extend(book_average);
            }
            let (low, high) = (all.iter().min(), all.iter().max());
            match parts.mark() {
                None => prop_assert!(three.is_empty()),
                Some(mark) => prop_assert!(low <= Some(&mark) && Some(&mark) <= high),
            }
        }
    }
}
