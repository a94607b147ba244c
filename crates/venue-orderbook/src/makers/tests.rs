#![allow(clippy::arithmetic_side_effects)] // test figures

use super::merge::{Levels, Scratch};
use super::quotes::{Sight, quoted, widening};
use super::*;
use crate::depth::{Ladder, reach_within, stretches};
use proptest::prelude::*;

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

fn base(text: &str) -> Base {
    text.parse().unwrap()
}

fn squared(bps: i32) -> Ratio {
    Ratio::bps(bps).mul_floor(Ratio::bps(bps))
}

fn stretch(size: &str, from: &str, to: &str) -> Stretch {
    Stretch {
        size: base(size),
        from: price(from),
        to: price(to),
    }
}

fn sight() -> Sight {
    Sight {
        outside: price("100"),
        capital: Usd::whole(1_000),
        variance: Ratio::ZERO,
        inventory: Base::ZERO,
        eaten: [Base::ZERO; 2],
    }
}

fn merged(side: Side, quotes: &[Vec<Stretch>]) -> Levels {
    let mut levels = Levels::default();
    levels.merge(side, quotes, &mut Scratch::default());
    levels
}

/// A maker who states nothing quotes the single curve, in calm and in storm.
#[test]
fn one_maker_is_the_single_curve() {
    let book = BookParams::default();
    let maker = MakerParams::default();
    for variance in [Ratio::ZERO, squared(3), squared(40)] {
        for side in Side::BOTH {
            let sight = Sight {
                variance,
                ..sight()
            };
            let share = crate::quoted_share(&book, variance);
            let ladder = Ladder {
                half_spread: book.half_spread,
                widened: Ratio::ZERO,
                segments: &book.segments,
            };
            let depth = sight.capital.mul_floor(share);
            let curve: Vec<Stretch> = stretches(&ladder, side, sight.outside, depth).collect();
            let own = quoted(&book, &maker, &sight, side);
            let alone = merged(side, std::slice::from_ref(&own)).stretches;
            assert_eq!((&own, &alone), (&curve, &curve));
        }
    }
}

/// 50 of 100 held: half of a skew of 20 bp moves the centre to 99.9; bids of 1 000 · 0.775 USD are
/// a quarter smaller, since size_skew is one half and the limit is half used: 775/99.9 =
/// 7.757757…, 581.25/99.9 = 5.818318….
#[test]
fn inventory_moves_centre_and_sizes() {
    let book = BookParams::default();
    let maker = MakerParams {
        skew: Ratio::bps(20),
        size_skew: Ratio::bps(5_000),
        ..MakerParams::default()
    };
    let held = Sight {
        inventory: Base::whole(50),
        ..sight()
    };
    let asks = quoted(&book, &maker, &held, Side::Long);
    let bids = quoted(&book, &maker, &held, Side::Short);
    assert_eq!(
        (asks[0].from, asks[0].size),
        (price("99.90999"), base("7.75775775"))
    );
    assert_eq!(
        (bids[0].from, bids[0].size),
        (price("99.89001"), base("5.81831831"))
    );
    // 150 of room to sell 100 more than the limit; at 100 held nothing more is bought.
    let full = Sight {
        inventory: Base::whole(100),
        ..sight()
    };
    let bought: Base = quoted(&book, &maker, &full, Side::Short)
        .iter()
        .map(|s| s.size)
        .sum();
    assert!(bought < base("0.3"), "{bought}"); // the centre is below the limit's price
    let none = Sight {
        inventory: Base::whole(101),
        ..sight()
    };
    assert_eq!(quoted(&book, &maker, &none, Side::Short), []);
}

/// 8 bp against 1 bp of calm: 20 · 7 = 140 bp, and 20 bp of hedging above 5 bp.
#[test]
fn spreads_widen_with_volatility_and_stress() {
    let book = BookParams::default();
    let makers = default_makers();
    let patient = makers.iter().find(|maker| maker.name == "patient").unwrap();
    assert_eq!(widening(&book, patient, Ratio::bps(8)), Ratio::bps(160));
    assert_eq!(widening(&book, patient, Ratio::bps(5)), Ratio::bps(80));
    assert_eq!(widening(&book, patient, Ratio::bps(1)), Ratio::ZERO);
    // At 50 bp a second, 980 bp: double-digit per cent from bid to ask.
    assert_eq!(widening(&book, patient, Ratio::bps(50)), Ratio::bps(1_000));
}

/// Published: depth fell by more than 90 % to 98 % in the slide, of 4 to 8 bp a second.
#[test]
fn default_makers_withdraw_as_published() {
    let book = BookParams::default();
    let size = |bps: i32| -> Base {
        let depth = |maker: &MakerParams| {
            let sight = Sight {
                capital: Usd::whole(1_000).mul_floor(maker.share),
                variance: squared(bps),
                ..sight()
            };
            let quotes = quoted(&book, maker, &sight, Side::Short);
            quotes.iter().map(|stretch| stretch.size).sum::<Base>()
        };
        book.makers.iter().map(depth).sum()
    };
    let left = |bps| Ratio::ONE.mul_div_floor(size(bps), size(1)).unwrap();
    assert!(
        left(4) > Ratio::bps(700) && left(4) < Ratio::bps(900),
        "{}",
        left(4)
    );
    assert!(
        left(8) > Ratio::bps(150) && left(8) < Ratio::bps(250),
        "{}",
        left(8)
    );
}

/// One stands at 100 to 102 with 4, the other at 101 to 105 with 8: 2 to 101, then 2 + 2 to 102,
/// then 6.
#[test]
fn quotes_merge_by_price() {
    let quotes = [
        vec![stretch("4", "100", "102")],
        vec![stretch("8", "101", "105")],
    ];
    let levels = merged(Side::Long, &quotes);
    let level = |size, from, to, parts: &[(usize, &str)]| {
        let parts = parts.iter().map(|(maker, size)| (*maker, base(size)));
        (stretch(size, from, to), parts.collect())
    };
    assert_eq!(
        levels.listed(),
        [
            level("2", "100", "101", &[(0, "2")]),
            level("4", "101", "102", &[(0, "2"), (1, "2")]),
            level("6", "102", "105", &[(1, "6")]),
        ]
    );
    // From 1 to 5: one of the first level, three of the second, in halves.
    let given = levels.shares(base("1"), base("5"));
    assert_eq!(given, [(0, base("1")), (0, base("1.5")), (1, base("1.5"))]);
    // The other way round for bids.
    let bids = merged(Side::Short, &[vec![stretch("4", "102", "100")], Vec::new()]);
    assert_eq!(bids.stretches[0], stretch("4", "102", "100"));
}

/// The outside price rose from 100 to 101 a second ago; the slow maker still asks 100.1. The fast
/// one's bid of 100.899 would trade with that at once: what of his bids lies at 100.1 or above is
/// not placed. A second later the slow one has moved too.
#[test]
fn a_stale_quote_keeps_others_from_crossing_it() {
    let maker = |latency, bps| MakerParams {
        share: Ratio::bps(5_000),
        half_spread: Ratio::bps(bps),
        latency,
        ..MakerParams::default()
    };
    let book = BookParams {
        makers: vec![maker(0, 10), maker(1, 10)],
        ..BookParams::default()
    };
    let at = Time::from_secs;
    let mut makers = Makers::new(&book, price("100"), at(0));
    let stance = |now| Stance {
        now: at(now),
        capital: Usd::whole(1_000_000),
        held: Base::ZERO,
    };
    let best = |makers: &Makers, side| makers.stretches(side)[0].from;
    makers.observe(at(1), price("101"), Ratio::ZERO);
    makers.place(&book, &stance(1));
    assert_eq!(best(&makers, Side::Long), price("100.1"));
    assert_eq!(best(&makers, Side::Short), price("100.0999999999"));
    makers.observe(at(2), price("101"), Ratio::ZERO);
    makers.place(&book, &stance(2));
    assert_eq!(best(&makers, Side::Long), price("101.101"));
    assert_eq!(best(&makers, Side::Short), price("100.899"));
}

fn some_maker() -> impl Strategy<Value = MakerParams> {
    let figures = (0..50_i32, 0..4_u64, 0..5_i32, 0..30_i32);
    let inventory = (0..60_i32, 0..10_000_i32, 0..60_i32, 0..20_i32);
    (figures, inventory, 5..60_i32).prop_map(
        |((half, latency, withdrawal, response), (skew, size, cost, stress), above)| MakerParams {
            share: Ratio::bps(2_500),
            half_spread: Ratio::bps(half),
            latency,
            withdrawal: Ratio::whole(withdrawal),
            spread_response: Ratio::whole(response),
            withdraw_above: Ratio::bps(above),
            skew: Ratio::bps(skew),
            size_skew: Ratio::bps(size),
            hedge_cost: Ratio::bps(cost),
            stress_above: Ratio::bps(stress),
            ..MakerParams::default()
        },
    )
}

fn some_makers() -> impl Strategy<Value = BookParams> {
    prop::collection::vec(some_maker(), 1..5).prop_map(|makers| BookParams {
        makers,
        ..BookParams::default()
    })
}

/// How much of these quotes a taker finds no worse than a price.
fn within(side: Side, quotes: &[Stretch], limit: Price) -> Base {
    quotes
        .iter()
        .map(|stretch| reach_within(side, stretch, limit))
        .sum()
}

/// The size of a stretch that lies between two prices, told by the price alone.
fn between(side: Side, stretch: &Stretch, from: Price, to: Price) -> Base {
    reach_within(side, stretch, to) - reach_within(side, stretch, from)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Every level of a book is what each maker's stretches have between its two prices, and what
    /// a merge leaves behind does not reach the next one.
    #[test]
    fn a_merge_is_what_everybody_has_between_two_prices(
        quotes in prop::collection::vec(
            prop::collection::vec((0..40_i64, 1..30_i32, 1..30_i32), 0..4), 0..5),
        earlier in prop::collection::vec((1..40_i64, 1..30_i32, 1..30_i32), 0..4),
    ) {
        let stretch = |side: Side, (size, from, width): (i64, i32, i32)| {
            let at = |cents: i32| {
                let cents = if side == Side::Long { 10_000 + cents } else { 10_000 - cents };
                Price::from_units(i128::from(cents) * 100_000_000).unwrap()
            };
            Stretch { size: Base::units_i64(size * 7), from: at(from), to: at(from + width) }
        };
        for side in Side::BOTH {
            let list = |of: &[(i64, i32, i32)]| of.iter().map(|one| stretch(side, *one)).collect();
            let quotes: Vec<Vec<Stretch>> = quotes.iter().map(|own| list(own)).collect();
            let (mut levels, mut scratch) = (Levels::default(), Scratch::default());
            levels.merge(side, &[list(&earlier)], &mut scratch);
            levels.merge(side, &quotes, &mut scratch);
            for (level, parts) in levels.listed() {
                let mut plain = Vec::new();
                for (maker, own) in quotes.iter().enumerate() {
                    let sizes = own.iter().map(|one| between(side, one, level.from, level.to));
                    plain.extend(sizes.filter(|size| size.is_positive()).map(|size| (maker, size)));
                }
                prop_assert_eq!(parts, plain);
            }
            let all: Base = quotes.iter().flatten().map(|one| one.size).sum();
            let merged: Base = levels.stretches.iter().map(|one| one.size).sum();
            prop_assert_eq!(merged, all);
        }
    }

    /// Placing again after nothing has changed gives the books that placing from nothing gives.
    #[test]
    fn books_that_stand_are_the_books_placed_anew(
        book in some_makers(),
        path in prop::collection::vec((9_990..10_010_i32, 0..3_i32, 1..9_u64), 1..8),
    ) {
        let mut makers = Makers::new(&book, price("100"), Time::from_secs(0));
        let mut now = 0;
        for (cents, bps, seconds) in path {
            let outside = Price::from_units(i128::from(cents) * 100_000_000).unwrap();
            for _ in 0..seconds {
                now += 1;
                makers.observe(Time::from_secs(now), outside, squared(bps));
                let stance = Stance {
                    now: Time::from_secs(now),
                    capital: Usd::whole(5_000),
                    held: Base::whole(7),
                };
                makers.place(&book, &stance);
                let mut anew = makers.clone();
                anew.stands.fill(None);
                anew.books = Default::default();
                anew.placing = Placing {
                    quotes: Side::BOTH.map(|_| vec![Vec::new(); book.makers.len()]),
                    ..Placing::default()
                };
                anew.place(&book, &stance);
                for side in Side::BOTH {
                    prop_assert_eq!(makers.stretches(side), anew.stretches(side));
                }
            }
        }
    }

    /// More volatility never brings the best quote nearer nor more size within any price.
    #[test]
    fn volatility_never_helps_a_taker(
        maker in some_maker(),
        calm in 0..60_i32,
        more in 0..60_i32,
        held in -200..200_i32,
        distance in 1..2_000_i32,
    ) {
        let book = BookParams::default();
        for side in Side::BOTH {
            let at = |bps| {
                let inventory = Base::whole(held);
                quoted(&book, &maker, &Sight { variance: squared(bps), inventory, ..sight() }, side)
            };
            let (quiet, wild) = (at(calm), at(calm + more));
            let away = match side {
                Side::Long => Ratio::ONE + Ratio::bps(distance),
                Side::Short => Ratio::ONE - Ratio::bps(distance),
            };
            let limit = price("100").scaled(away, seawall_units::Round::Floor).unwrap();
            // One unit of rounding for each of the three stretches.
            prop_assert!(within(side, &wild, limit) <= within(side, &quiet, limit) + Base::units_i64(3));
            if let (Some(quiet), Some(wild)) = (quiet.first(), wild.first()) {
                prop_assert_eq!(better(side, Some(quiet.from), wild.from), quiet.from);
            }
        }
    }

    /// Whatever makers see and hold, the best bid is below the best ask; what takers take is some
    /// maker's to the last unit.
    #[test]
    fn never_crossed_and_nothing_lost(
        book in some_makers(),
        path in prop::collection::vec((9_500..10_500_i32, -400..400_i32, 0..40_i32), 1..12),
    ) {
        let mut makers = Makers::new(&book, price("100"), Time::from_secs(0));
        let mut held = Base::whole(7);
        for (second, (cents, order, bps)) in (1..).zip(path) {
            let outside = Price::from_units(i128::from(cents) * 100_000_000).unwrap();
            let now = Time::from_secs(second);
            makers.observe(now, outside, squared(bps));
            let stance = Stance { now, capital: Usd::whole(5_000), held };
            makers.place(&book, &stance);
            prop_assert_eq!(makers.inventory(), held);
            let best = Side::BOTH.map(|side| makers.stretches(side).first().map(|s| s.from));
            if let [Some(ask), Some(bid)] = best {
                prop_assert!(bid < ask || (bid == ask && book.makers.iter().any(|m| m.half_spread.is_zero())));
            }
            if let Some(side) = Base::whole(order).side() {
                let there: Base = makers.stretches(side).iter().map(|s| s.size).sum();
                let size = (Base::whole(order.abs())).mul_floor(Ratio::bps(1_000)).min(there);
                for part in [size.mul_floor(Ratio::bps(3_333)), size - size.mul_floor(Ratio::bps(3_333))] {
                    makers.take(side, part);
                }
                held -= side.signed(size);
                prop_assert_eq!(makers.inventory(), held);
            }
        }
    }
}

/// The first segment ends 0.5 % from the centre: quotes that begin there would skip it.
#[test]
fn a_half_spread_ends_before_the_first_segment_does() {
    let mut book = BookParams::default();
    book.makers[0].half_spread = Ratio::bps(50) - Ratio::ULP;
    assert!(book.validate().is_ok());
    book.makers[0].half_spread = Ratio::bps(50);
    let refused = book.validate().unwrap_err();
    assert_eq!(refused.field, "book.makers.half_spread");
}
