//! Steps of a position computed a second time, with big integers and written from the rules alone:
//! with an exponent of one every figure is the same to the last digit.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
mod case;
#[path = "../common/mod.rs"]
mod common;
mod model;

use case::case;
use model::{check_decrease, check_increase, impact_again, z, zs};
use proptest::prelude::*;
use seawall_gmx::decrease::Kind;
use seawall_gmx::{ONE, Side, U256, impact};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn an_increase_is_the_same_to_the_last_digit(
        case in case(),
        collateral in case::amount(1_000_000),
        size in case::amount(6_000_000),
    ) {
        let price = case.prices.of(case.position.collateral_token).min;
        let collateral = ONE * U256::from(collateral) / price;
        check_increase(&case, collateral, ONE * U256::from(size))?;
    }

    #[test]
    fn a_decrease_is_the_same_to_the_last_digit(case in case(), share in 1..2_000_u64) {
        let size = case.position.size_usd * U256::from(share.min(1_000)) / 1_000_u128;
        check_decrease(&case, Kind::Order, size)?;
    }

    #[test]
    fn a_liquidation_is_the_same_to_the_last_digit(case in case()) {
        let size = case.position.size_usd;
        prop_assert!(check_decrease(&case, Kind::Liquidation, size)?);
    }

    #[test]
    fn the_impact_of_a_step_is_the_same_to_the_last_digit(
        case in case(),
        size in case::amount(9_000_000),
        (is_long, opens) in any::<(bool, bool)>(),
    ) {
        let side = if is_long { Side::Long } else { Side::Short };
        let (direction, sign) = match opens {
            true => (impact::Direction::Increase, 1),
            false => (impact::Direction::Decrease, -1),
        };
        let by_usd = ONE * U256::from(size);
        let tokens = by_usd / case.prices.index.max;
        let change = impact::Change { side, direction, usd: by_usd, tokens };
        let quote = impact::quote(&case.market, &change, case.prices.index).unwrap();
        let again = impact_again(&case, side, (z(by_usd) * sign, z(tokens) * sign));
        prop_assert_eq!((zs(quote.usd), quote.improved), again);
    }
}
