//! Price impact: what a trade costs for worsening the balance of longs and shorts, or earns for
//! improving it.
use ethnum::I256;
use seawall_units::{Ratio, Side, Usd};

use crate::params::{Balance, ImpactParams};
use crate::pool::Pool;
use crate::prices::Prices;
use crate::wide::{F30, mul, wide};

/// The impact of one trade, before any cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Impact {
    /// Above zero for a gain.
    pub(crate) usd: F30,
    /// Whether the difference of the sides became smaller: decides the fee tier.
    pub(crate) improved: bool,
}

/// Open interest of longs and shorts.
pub(crate) type Sides = (Usd, Usd);

/// The impact of a trade that moves the open interest from `before` to `after`.
///
/// **Formula** with d = |long − short|, same larger side: `±|f·d₀ᵉ − f·d₁ᵉ|`, the positive pair
/// (f, e) when d₁ < d₀, else the negative one; when the larger side changes:
/// `f₊·d₀^e₊ − f₋·d₁^e₋`. Terms of d < 1 USD are zero. The effective positive f and e are the
/// smaller of both.
/// **Units** USD with thirty decimals. **Rounding** none: with exponents 1 and 2 it is exact.
/// **Source** gmx-synthetics, `pricing/PositionPricingUtils.sol` and `pricing/PricingUtils.sol`.
pub(crate) fn price_impact(params: &ImpactParams, before: Sides, after: Sides) -> Impact {
    let positive = Curve {
        factor: params.factor_positive.min(params.factor_negative),
        exponent: params.exponent_positive.min(params.exponent_negative),
    };
    let negative = Curve {
        factor: params.factor_negative,
        exponent: params.exponent_negative,
    };
    let d0 = (before.0 - before.1).abs();
    let d1 = (after.0 - after.1).abs();
    let improved = d1 < d0;
    let same_side = (before.0 <= before.1) == (after.0 <= after.1);
    let usd = match (same_side, improved) {
        (true, true) => positive.term(d0).minus(positive.term(d1)),
        (true, false) => negative.term(d0).minus(negative.term(d1)),
        (false, _) => positive.term(d0).minus(negative.term(d1)),
    };
    Impact { usd, improved }
}

struct Curve {
    factor: Ratio,
    exponent: u8,
}

impl Curve {
    /// `f·dᵉ`. The square of an amount on 10⁻⁶ times a factor on 10⁻¹⁸ has thirty decimals.
    fn term(&self, difference: Usd) -> F30 {
        let difference = difference.min(Usd::MAX);
        if difference < Usd::whole(1) {
            return F30::ZERO;
        }
        let d = wide(difference.units());
        let power = match self.exponent {
            1 => mul(d, wide(Usd::ONE_UNITS)),
            _ => mul(d, d),
        };
        F30(mul(power, wide(self.factor.units())))
    }
}

/// The impact of changing a side by signed `tokens`, or by signed `entry_usd` where open interest
/// is balanced at entry prices.
pub(crate) fn of_trade(
    params: &ImpactParams,
    pool: &Pool,
    prices: Prices,
    trade: &Change,
) -> Impact {
    let mid = prices.mid();
    let balance = |side: Side, change: Option<&Change>| {
        let book = pool.side(side);
        let change = change.filter(|change| change.side == side);
        match params.balance {
            Balance::Tokens => {
                let tokens = book.tokens + change.map_or(Default::default(), |c| c.tokens);
                mid.value_floor(tokens).or_zero()
            }
            Balance::EntryUsd => {
                let change = change.map_or(Usd::ZERO, |c| c.entry_usd);
                (book.size + change).or_zero()
            }
        }
    };
    let both = |change| (balance(Side::Long, change), balance(Side::Short, change));
    price_impact(params, both(None), both(Some(trade)))
}

/// How a trade changes the open interest of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) side: Side,
    pub(crate) tokens: seawall_units::Base,
    pub(crate) entry_usd: Usd,
}

/// A gain is capped at `max_positive · size`; a cost is not capped here.
pub(crate) fn capped_gain(params: &ImpactParams, impact: F30, size: Usd) -> F30 {
    let most = params.max_positive.min(params.max_negative);
    impact.min(portion(most, size))
}

/// `ratio · size`, exact: 10⁻¹⁸ times 10⁻⁶ has twenty-four decimals.
pub(crate) fn portion(ratio: Ratio, size: Usd) -> F30 {
    let product = mul(wide(ratio.units()), wide(size.units()));
    F30(mul(product, I256::from(Usd::ONE_UNITS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use seawall_units::Round;

    fn usd(whole: i32) -> Usd {
        Usd::whole(whole)
    }

    fn cost(params: &ImpactParams, before: Sides, after: Sides) -> Usd {
        price_impact(params, before, after).usd.usd(Round::Floor)
    }

    /// Parameter sheet, ETH: 1 m from balance costs 9e-11 · (10^6)^2 = 90, 10 m costs 9 000.
    #[test]
    fn from_balance_one_million_costs_ninety() {
        let eth = ImpactParams::default();
        let flat = (Usd::ZERO, Usd::ZERO);
        assert_eq!(cost(&eth, flat, (usd(1_000_000), Usd::ZERO)), usd(-90));
        assert_eq!(cost(&eth, flat, (Usd::ZERO, usd(10_000_000))), usd(-9_000));
    }

    /// Parameter sheet, SOL: 1.35e-9 · (10^6)^2 = 1 350.
    #[test]
    fn the_factor_of_sol_gives_the_sheet_value() {
        let sol = ImpactParams {
            factor_negative: "0.00000000135".parse().unwrap(),
            factor_positive: "0.00000000045".parse().unwrap(),
            ..ImpactParams::default()
        };
        let flat = (Usd::ZERO, Usd::ZERO);
        assert_eq!(cost(&sol, flat, (usd(1_000_000), Usd::ZERO)), usd(-1_350));
    }

    /// Executed contracts: 3e-11 · (2e6² − 1e6²) is 90 up to their 1.7e-17; here exactly.
    #[test]
    fn halving_a_skew_of_two_million_earns_ninety() {
        let impact = ImpactParams::default();
        let before = (usd(2_000_000), Usd::ZERO);
        let after = (usd(2_000_000), usd(1_000_000));
        let found = price_impact(&impact, before, after);
        assert_eq!(
            (found.usd.usd(Round::Floor), found.improved),
            (usd(90), true)
        );
    }

    /// Crossing over: 3e-11 · (1e6)² − 9e-11 · (0.5e6)² = 30 − 22.5 = 7.5. From 0.5 m to 0.4 m on
    /// the other side: 7.5 − 14.4 = −6.9, though the balance improved.
    #[test]
    fn crossing_over_takes_one_term_of_each_curve() {
        let impact = ImpactParams::default();
        let found = cost(
            &impact,
            (usd(1_000_000), Usd::ZERO),
            (usd(1_000_000), usd(1_500_000)),
        );
        assert_eq!(found, "7.5".parse().unwrap());
        let improved = price_impact(
            &impact,
            (usd(500_000), Usd::ZERO),
            (usd(500_000), usd(900_000)),
        );
        assert_eq!(improved.usd.usd(Round::Floor), "-6.9".parse().unwrap());
        assert!(improved.improved);
    }

    /// Opening and closing again costs (9e-11 − 3e-11) · (10^6)^2 = 60: never a gain.
    #[test]
    fn a_round_trip_costs() {
        let impact = ImpactParams::default();
        let (flat, out) = ((usd(0), usd(0)), (usd(1_000_000), usd(0)));
        assert_eq!(
            cost(&impact, flat, out) + cost(&impact, out, flat),
            usd(-60)
        );
    }

    #[test]
    fn a_skew_below_one_dollar_has_no_impact() {
        let impact = ImpactParams {
            exponent_negative: 1,
            ..ImpactParams::default()
        };
        let flat = (Usd::ZERO, Usd::ZERO);
        let below = (Usd::whole(1) - Usd::ULP, Usd::ZERO);
        assert_eq!(price_impact(&impact, flat, below).usd, F30::ZERO);
        let one = price_impact(&impact, flat, (Usd::whole(1), Usd::ZERO));
        assert_eq!(
            one.usd,
            F30(wide(-90_000_000) * wide(Usd::ONE_UNITS * Usd::ONE_UNITS))
        );
    }

    /// With the positive exponent 1 of one configuration branch: 3e-11 · 10^6 = 0.00003.
    #[test]
    fn exponent_one_makes_the_gain_practically_nothing() {
        let impact = ImpactParams {
            exponent_positive: 1,
            ..ImpactParams::default()
        };
        let found = cost(
            &impact,
            (usd(2_000_000), Usd::ZERO),
            (usd(2_000_000), usd(1_000_000)),
        );
        assert_eq!(found, "0.00003".parse().unwrap());
    }
}
