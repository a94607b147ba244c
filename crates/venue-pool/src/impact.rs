//! Price impact: what a trade costs for worsening the balance of longs and shorts, or earns for
//! improving it.
use ethnum::I256;
use seawall_gmx::{self as gmx, BySide};
use seawall_units::{Base, Ratio, Side, Usd};

use crate::params::{Balance, ImpactParams, VirtualInventory};
use crate::pool::Pool;
use crate::prices::Prices;
use crate::terms::Terms;
use crate::wide::{F30, done, mul, usd30, wide};

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
/// **Units** USD with thirty decimals. **Rounding** none with exponents 1 and 2: it is exact; with
/// others that of [`gmx::impact::between`].
/// **Source** gmx-synthetics, `pricing/PositionPricingUtils.sol` and `pricing/PricingUtils.sol`.
pub(crate) fn price_impact(terms: &Terms, before: Sides, after: Sides) -> Impact {
    let params = &terms.params.impact;
    let both = [params.exponent_positive, params.exponent_negative];
    if both.into_iter().any(|exponent| !is_whole(exponent)) {
        let of = |(long, short): Sides| BySide {
            long: usd30(long),
            short: usd30(short),
        };
        let (usd, improved) = done(gmx::impact::between(&terms.impact, &of(before), &of(after)));
        let usd = F30(usd);
        return Impact { usd, improved };
    }
    exact_impact(params, before, after)
}

fn is_whole(exponent: Ratio) -> bool {
    exponent == Ratio::ONE || exponent == Ratio::whole(2)
}

/// The same where both exponents are 1 or 2, without the error of the contracts' power.
fn exact_impact(params: &ImpactParams, before: Sides, after: Sides) -> Impact {
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
    exponent: Ratio,
}

impl Curve {
    /// `f·dᵉ`. The square of an amount on 10⁻⁶ times a factor on 10⁻¹⁸ has thirty decimals.
    fn term(&self, difference: Usd) -> F30 {
        let difference = difference.min(Usd::MAX);
        if difference < Usd::whole(1) {
            return F30::ZERO;
        }
        let d = wide(difference.units());
        let power = match self.exponent == Ratio::ONE {
            true => mul(d, wide(Usd::ONE_UNITS)),
            false => mul(d, d),
        };
        F30(mul(power, wide(self.factor.units())))
    }
}

/// The impact of changing a side by signed `tokens`, or by signed `entry_usd` where open interest
/// is balanced at entry prices: the worse of the market's own and, for a cost, that on the virtual
/// inventory.
pub(crate) fn of_trade(terms: &Terms, pool: &Pool, prices: Prices, trade: &Change) -> Impact {
    let params = &terms.params.impact;
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
    let own = price_impact(terms, both(None), both(Some(trade)));
    match params.virtual_inventory {
        VirtualInventory::Others(others) if own.usd.is_negative() => Impact {
            usd: own
                .usd
                .min(on_inventory(terms, pool, prices, (others, trade))),
            ..own
        },
        _ => own,
    }
}

/// The impact of a trade on the net open interest of all markets of the token.
///
/// **Formula** net short open interest of this market and the others stands on one side; a
/// decrease first adds itself to both sides, so that neither falls below zero.
fn on_inventory(
    terms: &Terms,
    pool: &Pool,
    prices: Prices,
    (others, trade): (Base, &Change),
) -> F30 {
    let mid = prices.mid();
    let (long, short) = (pool.side(Side::Long), pool.side(Side::Short));
    let worth = |tokens: Base| {
        let size = mid.value_floor(tokens.abs());
        if tokens.is_negative() { -size } else { size }
    };
    let (net, delta) = match terms.params.impact.balance {
        Balance::Tokens => (
            worth(others + short.tokens - long.tokens),
            mid.value_floor(trade.tokens.abs()),
        ),
        Balance::EntryUsd => (
            worth(others) + short.size - long.size,
            trade.entry_usd.abs(),
        ),
    };
    let grows = trade.tokens.is_positive();
    let both = if grows { Usd::ZERO } else { delta };
    let before = ((-net).or_zero() + both, net.or_zero() + both);
    let moved = if grows { delta } else { -delta };
    let after = match trade.side {
        Side::Long => (before.0 + moved, before.1),
        Side::Short => (before.0, before.1 + moved),
    };
    price_impact(terms, before, after).usd
}

/// How a trade changes the open interest of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    pub(crate) side: Side,
    pub(crate) tokens: Base,
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
    use crate::Params;
    use seawall_units::Round;

    fn usd(whole: i32) -> Usd {
        Usd::whole(whole)
    }

    fn price_impact(impact: &ImpactParams, before: Sides, after: Sides) -> Impact {
        let params = Params {
            impact: impact.clone(),
            ..Params::btc()
        };
        super::price_impact(&Terms::new(params, None), before, after)
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

    /// Parameter sheet, DOGE with exponent 1.62: 1 m costs 1 669, 10 m 69 571.
    #[test]
    fn the_exponent_of_doge_gives_the_sheet_values() {
        let doge = Params::doge().impact;
        let flat = (Usd::ZERO, Usd::ZERO);
        let half = Usd::ONE_UNITS / 2;
        let whole = |found: Usd| (found.units() - half) / Usd::ONE_UNITS; // to the nearest
        assert_eq!(
            whole(cost(&doge, flat, (usd(1_000_000), Usd::ZERO))),
            -1_669
        );
        assert_eq!(
            whole(cost(&doge, flat, (Usd::ZERO, usd(10_000_000)))),
            -69_571
        );
    }

    /// Where the exponents are whole, the contracts' power is within 10⁻¹⁶ of both terms.
    #[test]
    fn the_exact_impact_is_that_of_the_contracts_but_for_their_power() {
        let terms = Terms::new(Params::eth(), None);
        let (before, after) = ((usd(7_123_456), usd(1_000)), (usd(2_000_001), usd(5_999)));
        let own = super::price_impact(&terms, before, after).usd.0;
        let of = |(long, short): Sides| BySide {
            long: usd30(long),
            short: usd30(short),
        };
        let contracts = gmx::impact::between(&terms.impact, &of(before), &of(after)).unwrap();
        assert!((own - contracts.0).abs() * I256::new(10_i128.pow(16)) < own.abs());
    }

    /// Others are net long 10,000 tokens at 100: an order of 1 m on the long side of an empty
    /// market costs 9e-11 · (2 m² − 1 m²) = 270 instead of 90, one on the short side its own 90.
    #[test]
    fn what_others_hold_makes_an_order_on_their_side_dearer() {
        let mut params = Params::btc();
        params.half_spread = Ratio::ZERO;
        params.impact.virtual_inventory = VirtualInventory::Others(Base::whole(-10_000));
        let terms = Terms::new(params, None);
        let pool = Pool::new(usd(50_000_000), Usd::ZERO, Default::default());
        let prices = Prices::around("100".parse().unwrap(), Ratio::ZERO);
        let change = |side| Change {
            side,
            tokens: Base::whole(10_000),
            entry_usd: usd(1_000_000),
        };
        let found = |side| {
            of_trade(&terms, &pool, prices, &change(side))
                .usd
                .usd(Round::Floor)
        };
        assert_eq!(found(Side::Long), usd(-270));
        assert_eq!(found(Side::Short), usd(-90));
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
            exponent_negative: Ratio::ONE,
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
            exponent_positive: Ratio::ONE,
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
