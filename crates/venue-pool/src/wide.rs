//! Numbers with thirty decimals, as the contracts keep USD and factors, in 256 bits.
//!
//! They meet the ledger's grid once, in [`F30::usd`] or [`F30::applied`], in a named direction.
use ethnum::{I256, U256};
use seawall_gmx::{self as gmx, GmxError};
use seawall_units::{Base, Grid, Price, Rate, Ratio, Round, Usd, checked_product, mul_div_wide};

use crate::prices::Prices;

const SECONDS_PER_YEAR: U256 = U256::new(31_536_000);
/// 10³⁰, one.
const ONE: i128 = 1_000_000_000_000_000_000_000_000_000_000;
/// From a grid of 10⁻¹⁸ to thirty decimals.
const FROM_RATIO: i128 = 1_000_000_000_000;
/// From a grid of 10⁻⁶ to thirty decimals.
const FROM_USD: i128 = 1_000_000_000_000_000_000_000_000;
/// A price of 10⁻¹⁰ as USD with thirty decimals per 10⁻¹⁸ of a token: 10³⁰ / (10¹⁰ · 10¹⁸).
const PER_TOKEN: i128 = 100;

#[cold]
#[inline(never)]
#[allow(clippy::panic)]
fn unfit(what: &'static str) -> ! {
    panic!("invariant: thirty-decimal numbers stay inside 256 bits ({what})")
}

fn fit(number: Option<I256>, what: &'static str) -> I256 {
    match number {
        Some(number) => number,
        None => unfit(what),
    }
}

/// A figure of the contracts' formulas, whose parameters and amounts are inside their ranges here.
pub(crate) fn done<T>(result: Result<T, GmxError>) -> T {
    match result {
        Ok(figure) => figure,
        Err(_) => unfit("formula"),
    }
}

/// An amount of USD in the contracts' units; what is below zero counts as zero.
pub(crate) fn usd30(amount: Usd) -> U256 {
    gmx::or_zero(mul(wide(amount.units()), wide(FROM_USD)))
}

pub(crate) fn wide(number: i128) -> I256 {
    I256::from(number)
}

pub(crate) fn add(a: I256, b: I256) -> I256 {
    fit(a.checked_add(b), "sum")
}

pub(crate) fn sub(a: I256, b: I256) -> I256 {
    fit(a.checked_sub(b), "difference")
}

pub(crate) fn mul(a: I256, b: I256) -> I256 {
    fit(checked_product(a, b), "product")
}

/// `floor(a / b)` for `b > 0`.
pub(crate) fn div_floor(a: I256, b: I256) -> I256 {
    fit(a.checked_div_euclid(b), "quotient")
}

/// The amount of `units` grid units, clipped to the stated range of money.
pub(crate) fn usd_of(units: Option<i128>) -> Usd {
    let (least, most) = ((Usd::ZERO - Usd::MAX).units(), Usd::MAX.units());
    let units = units.unwrap_or(most).clamp(least, most);
    Usd::from_units(units).unwrap_or(Usd::MAX)
}

/// A factor, or an amount of USD, with thirty decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct F30(pub(crate) I256);

impl Default for F30 {
    fn default() -> Self {
        Self::ZERO
    }
}

impl F30 {
    pub(crate) const ZERO: Self = Self(I256::ZERO);

    pub(crate) fn one() -> Self {
        Self(wide(ONE))
    }

    pub(crate) fn of_ratio(ratio: Ratio) -> Self {
        Self(mul(wide(ratio.units()), wide(FROM_RATIO)))
    }

    /// A number of the contracts' formulas.
    pub(crate) fn of(number: U256) -> Self {
        Self(done(gmx::signed(number)))
    }

    /// It without its sign.
    pub(crate) fn magnitude(self) -> U256 {
        self.0.unsigned_abs()
    }

    /// A yearly rate per second, rounded down as in the parameter files.
    pub(crate) fn per_second(rate: Rate) -> Self {
        let yearly = mul(wide(rate.units()), wide(FROM_RATIO));
        let yearly = gmx::or_zero(yearly);
        Self::of(done(gmx::divide(
            yearly,
            SECONDS_PER_YEAR,
            gmx::Rounding::Down,
        )))
    }

    /// `floor(a · 10³⁰ / b)`; zero when `b` is not above zero.
    pub(crate) fn quotient<G: Grid>(a: G, b: G) -> Self {
        if b.units() <= 0 {
            return Self::ZERO;
        }
        Self(div_floor(mul(wide(a.units()), wide(ONE)), wide(b.units())))
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(add(self.0, other.0))
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(sub(self.0, other.0))
    }

    pub(crate) fn is_negative(self) -> bool {
        self.0.signum128() < 0
    }

    pub(crate) fn negated(self) -> Self {
        Self::ZERO.minus(self)
    }

    pub(crate) fn seconds(self, count: u64) -> Self {
        Self(mul(self.0, I256::from(count)))
    }

    /// `amount · self` on the ledger's grid.
    pub(crate) fn applied(self, amount: Usd, round: Round) -> Usd {
        usd_of(mul_div_wide(wide(amount.units()), self.0, wide(ONE), round))
    }

    /// This amount on the ledger's grid. Down is against the trader on both sides of zero: he
    /// receives less and pays more.
    pub(crate) fn usd(self, round: Round) -> Usd {
        usd_of(mul_div_wide(self.0, I256::ONE, wide(FROM_USD), round))
    }
}

impl std::fmt::Display for F30 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_fixed(f, self.0, (ONE, 30))
    }
}

/// All digits of a number whose unit is `1/one`, `one` being ten to the `places`.
fn write_fixed(
    f: &mut std::fmt::Formatter<'_>,
    units: I256,
    (one, places): (i128, usize),
) -> std::fmt::Result {
    let sign = if units.is_negative() { "-" } else { "" };
    let units = units.unsigned_abs();
    let one = ethnum::U256::from(one.unsigned_abs());
    let whole = units.checked_div(one).unwrap_or_default();
    let part = units.checked_rem(one).unwrap_or_default();
    write!(f, "{sign}{whole}.{part:0places$}")
}

/// A signed count of index tokens with eighteen decimals: the unit of pending price impact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tokens(I256);

impl std::fmt::Display for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write_fixed(f, self.0, (Ratio::ONE_UNITS, 18))
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self(I256::ZERO)
    }
}

impl Tokens {
    /// What an impact is in index tokens: a gain at the higher price rounded down, a cost at the
    /// lower price rounded up in magnitude; both against the trader.
    pub(crate) fn of_impact(impact: F30, prices: Prices) -> Self {
        Self(done(gmx::impact::in_tokens(impact.0, index(prices))))
    }

    /// Its value now: a gain at the lower price, a cost at the higher one. Exact.
    pub(crate) fn value(self, prices: Prices) -> F30 {
        let bound = match self.0.is_negative() {
            true => gmx::Bound::Max,
            false => gmx::Bound::Min,
        };
        F30(done(gmx::signed_in_usd(self.0, index(prices).pick(bound))))
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self(add(self.0, other.0))
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self(sub(self.0, other.0))
    }

    /// The share `part/whole` of it, a cost rounded up in magnitude.
    pub(crate) fn part(self, part: Base, whole: Base) -> Self {
        if part == whole || !whole.is_positive() {
            return self;
        }
        Self(div_floor(
            mul(self.0, wide(part.units())),
            wide(whole.units()),
        ))
    }
}

/// Both prices as USD with thirty decimals per 10⁻¹⁸ of a token.
fn index(prices: Prices) -> gmx::Price {
    gmx::Price {
        min: per_token(prices.min),
        max: per_token(prices.max),
    }
}

fn per_token(price: Price) -> U256 {
    gmx::or_zero(mul(wide(price.units()), wide(PER_TOKEN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GMX parameter sheet: yearly factors per second, seven digits.
    #[test]
    fn yearly_rates_per_second_are_the_published_constants() {
        for (rate, digits, exponent) in [
            ("75%", 2_378_234_i128, 16_u32),
            ("90%", 2_853_881, 16),
            ("1%", 3_170_979, 14),
            ("45%", 1_426_941, 16),
            ("50%", 1_585_490, 16),
            ("130%", 4_122_273, 16),
        ] {
            // 75 %: 2.378234e-8, with thirty decimals 2378234 · 10^16.
            let step = I256::from(10).pow(exponent);
            let nearest = (F30::per_second(rate.parse().unwrap()).0 + step / 2) / step;
            assert_eq!(nearest, wide(digits), "{rate}");
        }
    }

    #[test]
    fn the_rest_of_a_sign_goes_against_the_trader() {
        let third = F30(wide(FROM_USD / 3));
        assert_eq!(third.usd(Round::Floor), Usd::ZERO);
        assert_eq!(third.negated().usd(Round::Floor), -Usd::ULP);
    }

    proptest::proptest! {
        /// What an impact leaves on its way to the ledger: less than one unit, always to the
        /// pool; and what it leaves while it waits as tokens: less than 10⁻¹⁸ of one.
        #[test]
        fn an_impact_leaves_less_than_a_unit_to_the_pool(
            high in -1_000_000_000_000_i64..1_000_000_000_000, low in 0..FROM_USD,
            mark in 1_i64..1_000_000_000_000_000_000,
        ) {
            let impact = F30(add(mul(wide(high.into()), wide(FROM_USD)), wide(low)));
            let left = sub(impact.0, mul(wide(impact.usd(Round::Floor).units()), wide(FROM_USD)));
            proptest::prop_assert!(left >= 0 && left < wide(FROM_USD));
            let mark = Price::from_units(mark.into()).unwrap();
            let prices = Prices::around(mark, Ratio::ZERO);
            let left = sub(impact.0, Tokens::of_impact(impact, prices).value(prices).0);
            proptest::prop_assert!(left >= 0 && left < per_token(mark).as_i256());
        }
    }
}
