//! Products, quotients and splits against exact rationals, and the edges of the grid.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use seawall_units::{
    Base, Index, Price, Rate, Ratio, Round, Usd, checked_product, mul_div, mul_div_wide, product,
    split_pro_rata,
};

fn exact(a: i128, b: i128, d: i128, round: Round) -> BigInt {
    let q = BigRational::new(BigInt::from(a) * BigInt::from(b), BigInt::from(d));
    match round {
        Round::Floor => q.floor().to_integer(),
        Round::Ceil => q.ceil().to_integer(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// M-2.2: one exact product, rounded once.
    #[test]
    fn mul_div_is_the_rational_rounded_once(
        a in any::<i128>(), b in any::<i128>(), d in any::<i128>().prop_filter("zero", |d| *d != 0),
        ceil in any::<bool>(),
    ) {
        let round = if ceil { Round::Ceil } else { Round::Floor };
        let want = exact(a, b, d, round);
        match mul_div(a, b, d, round) {
            Some(got) => prop_assert_eq!(BigInt::from(got), want),
            None => prop_assert!(want > BigInt::from(i128::MAX) || want < BigInt::from(i128::MIN)
                || BigInt::from(a) * BigInt::from(b) >= (BigInt::from(1) << 255)),
        }
    }

    /// Every length of operands and divisor: each way of dividing gives the one exact answer.
    #[test]
    fn mul_div_of_any_length_is_exact(
        a in any::<i128>(), b in any::<i128>(), d in any::<i128>(),
        (la, lb, ld) in (0_u32..127, 0_u32..127, 0_u32..127),
    ) {
        let (a, b, d) = (a >> la, b >> lb, d >> ld);
        let wide = ethnum::I256::from(a).checked_mul(ethnum::I256::from(b)).unwrap();
        prop_assert_eq!(product(a, b), wide);
        for c in [d, i128::MAX] {
            let c = ethnum::I256::from(c);
            prop_assert_eq!(checked_product(wide, c), wide.checked_mul(c));
        }
        for round in [Round::Floor, Round::Ceil] {
            let want = (d != 0).then(|| exact(a, b, d, round)).and_then(|n| i128::try_from(n).ok());
            // Only the quotient of the least number by −1, before its rounding, has no room.
            prop_assert_eq!(mul_div(a, b, d, round), want);
            prop_assert_eq!(mul_div_wide(a.into(), b.into(), d.into(), round), want);
        }
    }

    #[test]
    fn small_mul_div_is_exact_too(a in -1_000_000i128..1_000_000, b in -1_000i128..1_000, d in 1i128..1_000) {
        for round in [Round::Floor, Round::Ceil] {
            for sign in [1, -1] {
                let got = mul_div(a, b, d * sign, round).map(BigInt::from);
                prop_assert_eq!(got, Some(exact(a, b, d * sign, round)));
            }
        }
    }

    #[test]
    fn splits_sum_to_the_whole_and_stay_within_one_unit(
        total in 0i64..i64::MAX, weights in prop::collection::vec(0i64..i64::MAX, 1..12),
    ) {
        let weights: Vec<Usd> = weights.into_iter().map(Usd::units_i64).collect();
        let whole: Usd = weights.iter().copied().sum();
        let total = Usd::units_i64(total);
        match split_pro_rata(total, &weights) {
            None => prop_assert!(whole.is_zero()),
            Some(parts) => {
                prop_assert_eq!(parts.iter().copied().sum::<Usd>(), total);
                for (part, weight) in parts.iter().zip(&weights) {
                    let down = total.mul_div_floor(*weight, whole).unwrap();
                    prop_assert!(*part == down || *part == down + Usd::ULP);
                }
            }
        }
    }

    #[test]
    fn text_round_trips(units in -1_000_000_000_000_000_000_000i128..=1_000_000_000_000_000_000_000) {
        let usd = Usd::from_units(units).unwrap();
        prop_assert_eq!(usd.to_string().parse::<Usd>().unwrap(), usd);
        prop_assert_eq!(Usd::from_decimal_exact(usd.to_decimal().unwrap()).unwrap(), usd);
        let json = serde_json::to_string(&usd).unwrap();
        prop_assert_eq!(serde_json::from_str::<Usd>(&json).unwrap(), usd);
    }

    /// M-2.1: what is no value of the grid is refused at the door.
    #[test]
    fn any_text_is_taken_exactly_or_refused(text in "\\PC{0,30}") {
        let _ = text.parse::<Usd>();
        let _ = text.parse::<Price>();
        let _ = text.parse::<Ratio>();
    }

    #[test]
    fn size_and_value_never_create_value(price in 1i128..10_000_000_000_000_000_000_000, value in 0i64..i64::MAX) {
        let price = Price::from_units(price).unwrap();
        let value = Usd::units_i64(value);
        let size = price.size_floor(value);
        prop_assert!(price.value_floor(size) <= value);
        prop_assert!(price.value_ceil(price.size_ceil(value)) >= value);
    }
}

#[test]
fn no_product_inside_the_stated_ranges_overflows() {
    let corners = |max: i128| [-max, -1, 0, 1, max];
    for base in corners(Base::MAX.units()) {
        let base = Base::from_units(base).unwrap();
        for price in [Price::ULP, Price::MAX] {
            let _ = (price.value_floor(base), price.value_ceil(base));
        }
        for index in corners(Index::MAX.units()) {
            let _ = Index::from_units(index).unwrap().owed(base, Round::Ceil);
        }
    }
    for usd in corners(Usd::MAX.units()) {
        let usd = Usd::from_units(usd).unwrap();
        for ratio in corners(Ratio::MAX.units()) {
            let _ = usd.mul_ceil(Ratio::from_units(ratio).unwrap());
        }
        for price in [Price::ULP, Price::MAX] {
            let _ = (price.size_floor(usd), price.size_ceil(usd));
        }
    }
    assert_eq!(Price::MAX.deviation_from(Price::ULP), Ratio::MAX);
    for rate in corners(Rate::MAX.units()) {
        let _ = Rate::from_units(rate)
            .unwrap()
            .index_step(Price::MAX, Round::Ceil);
    }
}

#[test]
fn the_door_is_exact() {
    for text in [
        "0.0000001",
        "1000000000000001",
        "1e5",
        "",
        "-",
        "NaN",
        "∞",
        "1,5",
        "+1",
        "0x10",
    ] {
        assert!(text.parse::<Usd>().is_err(), "{text:?} was taken");
    }
    for text in ["0", "-1", "0.00000000001", "1000000000001"] {
        assert!(text.parse::<Price>().is_err(), "{text:?} was taken");
    }
    assert_eq!("-0".parse::<Usd>().unwrap().to_string(), "0.000000");
    assert!(
        serde_json::from_str::<Usd>("12.5").is_err(),
        "a bare float is refused"
    );
    assert_eq!(serde_json::from_str::<Usd>("12").unwrap(), Usd::whole(12));
    assert_eq!(
        "90%".parse::<Ratio>().unwrap().to_string(),
        "0.900000000000000000"
    );
}

#[test]
fn auction_price_walk_of_the_pinned_lot() {
    // Mark 95.5, bankruptcy price 95.0 (M-8.2): 0/30/60 s give 95.5/95.25/95.0.
    let mark: Price = "95.5".parse().unwrap();
    let floor: Price = "95".parse().unwrap();
    let at = |s| mark.towards(floor, s, 60, Round::Floor).to_string();
    assert_eq!(
        [at(0), at(30), at(60), at(99)].map(|p| p[..5].to_owned()),
        ["95.50", "95.25", "95.00", "95.00"]
    );
}

#[test]
fn money_takes_no_percent() {
    for text in ["100%", "100bp"] {
        let said = [
            text.parse::<Usd>().unwrap_err().to_string(),
            text.parse::<Base>().unwrap_err().to_string(),
            text.parse::<Price>().unwrap_err().to_string(),
            text.parse::<Index>().unwrap_err().to_string(),
        ];
        for error in said {
            let legal = "is not a decimal number; legal: digits with one point, such as \"12.50\"";
            assert_eq!(error, format!("`{text}` {legal}"));
        }
    }
    assert_eq!("100%".parse(), Ok(Ratio::ONE));
    assert_eq!("100bp".parse(), "0.01".parse::<Rate>());
    for error in [
        "4 %".parse::<Ratio>().unwrap_err(),
        "4%%".parse::<Rate>().unwrap_err(),
    ] {
        let said = error.to_string();
        assert!(
            said.ends_with("such as \"0.04\", \"4%\" or \"400bp\""),
            "{said}"
        );
    }
}

/// However many digits a number has: what is too large is out of range, not off the grid.
#[test]
fn what_is_too_large_is_out_of_range() {
    let range = "is out of range; legal: -1000000000 to 1000000000";
    for digits in [28, 29, 30, 39] {
        let text = "9".repeat(digits);
        let error = text.parse::<Ratio>().unwrap_err().to_string();
        assert_eq!(error, format!("{text} ratio {range}"));
    }
    let error = "-1000000000000000000000000000000.5".parse::<Usd>();
    assert_eq!(
        error.unwrap_err().to_string(),
        "-1000000000000000000000000000000.5 USD is out of range; legal: -1000000000000000 to 1000000000000000"
    );
    let wrong = "1000000000000000000000000000000-0".parse::<Usd>();
    assert!(wrong.unwrap_err().to_string().contains("not a decimal"));
}
