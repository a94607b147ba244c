//! A position over a path: figures by hand, and the laws of its parts.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use proptest::prelude::*;
use seawall_lp::blocks::Arbitrage;
use seawall_lp::path::{
    Action, ArbitrageTo, Path, PathError, Plan, Point, RewardBase, Rewards, walk,
};
use seawall_lp::{
    Concentrated, ConstantProduct, Curve, Fee, PriceRatio, Range, Span, StablePair, Volatility,
    Weighted,
};
use seawall_units::{Price, Ratio, Time, Usd};
use support::{Chance, Mean};

const MICRO: i128 = 1_000_000;

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn hundred() -> Price {
    "100".parse().unwrap()
}

/// A price a minute.
fn points(prices: &[&str]) -> Vec<Point> {
    let each = (0_u64..).zip(prices);
    each.map(|(minute, price)| Point::new(minute_of(minute), price.parse().unwrap()))
        .collect()
}

fn minute_of(minute: u64) -> Time {
    Time::from_secs(minute * 60)
}

fn plan() -> Plan {
    Plan::new(usd("1000"))
}

fn walked(curve: &dyn Curve, plan: &Plan, prices: &[&str]) -> Path {
    walk(curve, plan, &points(prices)).unwrap()
}

fn range(lower: f64, upper: f64) -> Concentrated {
    Concentrated::new(Range::new(lower, upper).unwrap(), 100.0).unwrap()
}

/// Deposit 1000 at 100: 5 units and 500 USD. At 200, 5/√2 units and 500·√2: worth 1000·√2.
#[test]
fn a_price_that_doubles() {
    let path = walked(&ConstantProduct, &plan(), &["100", "200"]);
    let last = path.last().unwrap();
    assert_eq!(last.value, usd("1414.213562"));
    assert_eq!(last.hold, usd("1500"));
    assert_eq!(last.divergence(), usd("-85.786438"));
    // 5 units sold down to 3.535534 for 207.106781; at 200 they are worth 292.893219.
    assert_eq!(last.lvr, usd("85.786437"));
    assert_eq!(last.traded, usd("207.106781"));
    let parts = path.parts(last);
    // One step: rebalancing only at its end is holding until then, but for one micro-dollar of rounding.
    assert_eq!(
        (parts.holding, parts.rotation),
        (usd("500"), usd("-0.000001"))
    );
    assert_eq!(parts.total(), last.wealth() - usd("1000"));
    assert!((path.variance - 2.0_f64.ln().powi(2)).abs() < 1e-15);
}

#[test]
fn what_returns_has_lost_nothing_to_divergence_and_all_of_lvr() {
    for shape in [
        Shape::Product,
        Shape::Weight(20),
        Shape::Range(80.0, 1.5625),
        Shape::Stable(10.0),
    ] {
        let path = walked(
            shape.curve().as_ref(),
            &plan(),
            &["100", "70", "90", "160", "100"],
        );
        let last = path.last().unwrap();
        assert_eq!((last.divergence(), last.open), (Usd::ZERO, Usd::ZERO));
        assert_eq!(last.value, usd("1000"));
        assert!(last.lvr > usd("50"));
        assert_eq!(path.parts(last).rotation, last.lvr);
    }
}

/// Ten steps of 5 %, one way or to and fro: the same squared log returns. Both lose about σ²/8 of
/// their value to arbitrage; only the trend loses against holding.
#[test]
fn a_trend_and_an_oscillation_of_the_same_variance() {
    let (mut trend, mut swing) = (vec![Point::new(Time::default(), hundred())], Vec::new());
    swing.push(trend[0]);
    for minute in 1..=10_i32 {
        let price = |steps: i32| {
            format!("{:.10}", 100.0 * 0.95_f64.powi(steps))
                .parse()
                .unwrap()
        };
        let at = minute_of(u64::try_from(minute).unwrap());
        trend.push(Point::new(at, price(minute)));
        swing.push(Point::new(at, price(minute % 2)));
    }
    let trend = walk(&ConstantProduct, &plan(), &trend).unwrap();
    let swing = walk(&ConstantProduct, &plan(), &swing).unwrap();
    assert!((trend.variance - swing.variance).abs() < 1e-12);
    let (down, back) = (trend.last().unwrap(), swing.last().unwrap());
    // (1 − √R)²/2 of the deposit, √R = 0.95⁵ = 0.7737809375: 0.2262190625² = 0.05117506…
    assert_eq!(down.divergence(), usd("-25.587532"));
    assert_eq!(back.divergence(), Usd::ZERO);
    // A step takes V·((1 + R)/2 − √R), 0.3205 per thousand of V downwards: a geometric series in the
    // trend, V₀·(0.975 − √0.95)·(1 − 0.95⁵)/(1 − √0.95); and back up as much again of a smaller V.
    assert_eq!((down.lvr, back.lvr), (usd("2.863997"), usd("3.247294")));
    // σ²T/8 of the deposit.
    assert!((swing.variance / 8.0 * 1000.0 - 3.288753).abs() < 1e-4);
    assert!(trend.parts(down).rotation.is_negative());
    assert!(swing.parts(back).rotation.is_positive());
}

/// Fees of 1 % on 207.106781 paid in: 1/99 of it; and on a volume of 10 000, of which a tenth is
/// the position's.
#[test]
fn fees_by_hand() {
    let mut plan = plan();
    (plan.fee, plan.share) = (ratio("0.01"), ratio("0.1"));
    let mut points = points(&["100", "200"]);
    points[1].volume = usd("10000");
    let path = walk(&ConstantProduct, &plan, &points).unwrap();
    let last = path.last().unwrap();
    assert_eq!(last.fees, usd("12.091987"));
    assert_eq!(last.arbitrage_fees, usd("2.091987"));
    assert_eq!(last.traded, usd("1207.106781"));
    assert_eq!(last.net(), usd("-85.786438") + usd("12.091987"));
    // Back again: √2 − 1 of 1000·√2/2 are paid in by sellers, as much as buyers had.
    points.push(Point::new(minute_of(2), hundred()));
    let path = walk(&ConstantProduct, &plan, &points).unwrap();
    // 5 − 3.535534 units at 100 are 146.446609; a 99th of them is 1.479258.
    assert_eq!(path.last().unwrap().fees, usd("13.571246"));
}

#[test]
fn out_of_its_range_a_position_earns_nothing() {
    let mut plan = plan();
    plan.fee = ratio("0.01");
    let mut points = points(&["100", "130", "130"]);
    points[2].volume = usd("1000000");
    let path = walk(&range(80.0, 125.0), &plan, &points).unwrap();
    assert_eq!(path.steps[1].fees, path.steps[2].fees);
    assert!(path.steps[1].fees.is_positive());
}

/// A fee of 20 % keeps arbitrage from trading between 80 and 125.
#[test]
fn arbitrage_only_where_it_pays() {
    let mut plan = plan();
    (plan.fee, plan.arbitrage) = (ratio("0.2"), ArbitrageTo::FeeEdge);
    let path = walked(&ConstantProduct, &plan, &["100", "124", "81", "180"]);
    for step in &path.steps[1..3] {
        assert_eq!(
            (step.traded, step.fees, step.lvr),
            (Usd::ZERO, Usd::ZERO, Usd::ZERO)
        );
        assert_eq!(step.value, step.hold);
    }
    // At 180 the pool goes to 144: √1.44 = 1.2. Buyers pay in 500·0.2 and a quarter of it as fee,
    // for 5 − 5/1.2 units, which are worth 150 at 180:
    // 50 of LVR, down to a micro-dollar from a float.
    let last = path.last().unwrap();
    assert_eq!(
        (last.traded, last.fees, last.lvr),
        (usd("100"), usd("25"), usd("49.999999"))
    );
    assert_eq!(last.value, usd("1350"));
    assert_eq!(last.hold, usd("1400"));
}

#[test]
fn rewards_by_hand() {
    // A day a point; half of the position leaves after the first day.
    let day =
        |day: u64, price: &str| Point::new(Time::from_secs(day * 86_400), price.parse().unwrap());
    let mut points = [day(0, "100"), day(73, "400"), day(146, "400")];
    points[2].reward = usd("7");
    let mut plan = plan();
    plan.rewards = Rewards {
        apr: Ratio::ONE,
        on: RewardBase::Deposit,
    };
    let half = ratio("0.5");
    let at = points[1].at;
    plan.actions = vec![Action::Withdraw { at, part: half }];
    let path = walk(&ConstantProduct, &plan, &points).unwrap();
    let rewards: Vec<Usd> = path.steps.iter().map(|step| step.rewards).collect();
    // A fifth of a year at 100 %: 200 on 1000, 100 on the half that stays, and 7.
    assert_eq!(rewards, [usd("0"), usd("200"), usd("307")]);
    plan.rewards.on = RewardBase::Value;
    let path = walk(&ConstantProduct, &plan, &points).unwrap();
    // On the value: 1000 at first, then half of 2000.
    assert_eq!(path.last().unwrap().rewards, usd("407"));
}

/// A quarter of the position leaves at 400, where it is worth 2000 of 2500 held; the price returns.
#[test]
fn a_withdrawal_makes_the_loss_final() {
    let mut plan = plan();
    let at = minute_of(1);
    plan.actions = vec![Action::Withdraw {
        at,
        part: ratio("0.25"),
    }];
    let path = walked(&ConstantProduct, &plan, &["100", "400", "100"]);
    let [_, there, back] = &path.steps[..] else {
        panic!()
    };
    assert_eq!((there.value, there.withdrawn), (usd("1500"), usd("500")));
    assert_eq!((there.realised, there.open), (usd("-125"), usd("-375")));
    assert_eq!((back.realised, back.open), (usd("-125"), Usd::ZERO));
    assert_eq!(back.divergence(), usd("-125"));
    assert_eq!((back.value, back.hold), (usd("750"), usd("1375")));
}

/// Out and in again at 400 changes nothing that a constant-product position holds. It changes what
/// it is compared with: 500 of 2500 are final, and from 400 down to 100 another 250 are lost
/// against holding 2000 worth since. Losses compound: (1 − 20 %)² of what two holders had.
#[test]
fn reentry_sets_the_reference_anew() {
    let prices = ["100", "400", "100"];
    let mut with = plan();
    with.actions = vec![Action::Reenter { at: minute_of(1) }];
    let left = walked(&ConstantProduct, &plan(), &prices);
    let reentered = walked(&ConstantProduct, &with, &prices);
    let (left, again) = (left.last().unwrap(), reentered.last().unwrap());
    assert_eq!((left.value, again.value), (usd("1000"), usd("1000")));
    assert_eq!(
        (left.realised + left.open, left.divergence()),
        (Usd::ZERO, Usd::ZERO)
    );
    assert_eq!((again.realised, again.open), (usd("-500"), usd("-250")));
    assert_eq!(again.divergence(), Usd::ZERO);
}

/// A range moves along with re-entry: there the money is really gone. In [25, 400] around 100 a
/// fourfold price ends at the range's upper end: L = 1000/(2·10 − 5 − 5) = 100, V = 100·(20 − 5) =
/// 1500. Entered anew in [100, 1600] it falls to the lower end: L = 1500/20 = 75, x =
/// 75·(1/10 − 1/40) = 5.625 units, worth 562.5.
#[test]
fn reentry_with_a_range_costs_money() {
    let prices = ["100", "400", "100"];
    let mut with = plan();
    with.actions = vec![Action::Reenter { at: minute_of(1) }];
    let left = walked(&range(25.0, 400.0), &plan(), &prices);
    let again = walked(&range(25.0, 400.0), &with, &prices);
    assert_eq!(left.last().unwrap().value, usd("1000"));
    let last = again.last().unwrap();
    assert_eq!(last.value, usd("562.5"));
    assert_eq!(last.divergence(), usd("-437.5"));
    // Held since: half of 1500 in units at 400, which are worth a quarter of it at 100.
    assert_eq!((last.realised, last.open), (usd("-1000"), usd("-375")));
}

#[test]
fn what_makes_no_path_is_refused() {
    let walk = |plan: &Plan, points: &[Point]| walk(&ConstantProduct, plan, points).unwrap_err();
    let two = points(&["100", "200"]);
    assert_eq!(walk(&plan(), &two[..1]), PathError::TooShort { count: 1 });
    let error = walk(&plan(), &[two[1], two[0]]).to_string();
    assert_eq!(
        error,
        "point 2 is at second 0, not after second 60; legal: later than the point before it"
    );
    let refused = |change: fn(&mut Plan), expect: &str| {
        let mut plan = plan();
        change(&mut plan);
        assert_eq!(walk(&plan, &two).to_string(), expect);
    };
    refused(
        |plan| plan.deposit = Usd::ZERO,
        "deposit is 0.000000 USD; legal: above 0, up to 10^15",
    );
    refused(
        |plan| plan.fee = Ratio::ONE,
        "fee is 1.000000000000000000; legal: 0 <= fee < 1",
    );
    refused(
        |plan| plan.share = Ratio::ZERO,
        "share is 0.000000000000000000; legal: 0 < share <= 1",
    );
    refused(
        |plan| plan.actions = vec![Action::Reenter { at: minute_of(2) }],
        "the action at second 120 is out of place; legal: in order of time, after the first point and not after the last",
    );
    refused(
        |plan| {
            let at = minute_of(1);
            plan.actions = vec![Action::Withdraw {
                at,
                part: ratio("1.5"),
            }];
        },
        "withdrawn part is 1.500000000000000000; legal: 0 < part <= 1",
    );
    let far = points(&["0.0000000001", "1000000000000"]);
    assert_eq!(
        walk(&plan(), &far).to_string(),
        "held deposit at second 60 is 5e24 USD; legal: up to 10^15"
    );
    let mut negative = two.clone();
    negative[1].volume = usd("-1");
    assert_eq!(
        walk(&plan(), &negative).to_string(),
        "volume is -1.000000 USD; legal: 0 or more"
    );
}

/// A year of daily prices at σ = 80 %, without drift.
fn year(chance: &mut Chance) -> Vec<Point> {
    let variance = 0.64 / 365.0_f64;
    let mut ln = 100.0_f64.ln();
    let mut points = vec![Point::new(Time::default(), hundred())];
    for day in 0..365_u64 {
        let [normal, _] = chance.normals();
        ln += variance.sqrt() * normal - variance / 2.0;
        let price = format!("{:.10}", libm::exp(ln)).parse().unwrap();
        points.push(Point::new(Time::from_secs((day + 1) * 86_400), price));
    }
    points
}

/// Divergence loss and LVR have one mean, `1 − exp(−σ²T/8)`, and different distributions.
#[test]
fn means_over_random_paths() {
    let mut chance = Chance::new(7);
    let (mut lost, mut lvr, mut drops) = (Vec::new(), Vec::new(), 0);
    for _ in 0..4_000 {
        let path = walk(&ConstantProduct, &plan(), &year(&mut chance)).unwrap();
        let last = path.last().unwrap();
        lost.push(-last.divergence().units() as f64 / (1000 * MICRO) as f64);
        lvr.push(last.lvr.units() as f64 / (1000 * MICRO) as f64);
        let steps = path.steps.windows(2);
        drops += steps
            .filter(|pair| pair[1].divergence() > pair[0].divergence())
            .count();
        assert!(path.steps.windows(2).all(|pair| pair[0].lvr <= pair[1].lvr));
    }
    let expect = 0.0768836536133642;
    let (lost, lvr) = (Mean::of(&lost), Mean::of(&lvr));
    lost.check("divergence loss", expect, 0.04);
    lvr.check("gross LVR", expect, 0.01);
    // Divergence loss spreads at least three times as far, and shrinks on two days of five.
    assert!(lost.error > 3.0 * lvr.error, "{lost:?} {lvr:?}");
    let part = f64::from(u32::try_from(drops).unwrap()) / (4_000.0 * 365.0);
    assert!((0.3..0.6).contains(&part), "{part}");
}

/// A fee of 5 bp under blocks of 12 s leaves arbitrageurs the part of LVR that the formula for
/// equal spacing says: two days a path, with a volatility of 5 % a day.
#[test]
fn a_walk_through_blocks_finds_what_a_fee_leaves() {
    let volatility = Volatility::per_day(0.05).unwrap();
    let block = Span::seconds(12.0).unwrap();
    let mut plan = Plan::new(Usd::whole(1_000_000_000));
    (plan.fee, plan.arbitrage) = (ratio("0.0005"), ArbitrageTo::FeeEdge);
    let mut chance = Chance::new(11);
    let ratios = (0..30).map(|_| {
        let mut ln = 100.0_f64.ln();
        let mut points = vec![Point::new(Time::default(), hundred())];
        for number in 1..=14_400_u64 {
            let [normal, _] = chance.normals();
            ln += volatility.deviation(block) * normal;
            let price = Price::from_units((libm::exp(ln) * 1e10) as i128).unwrap();
            points.push(Point::new(Time::from_secs(12 * number), price));
        }
        let path = walk(&ConstantProduct, &plan, &points).unwrap();
        let value: f64 = path
            .steps
            .iter()
            .map(|step| step.value.units() as f64)
            .sum();
        let without_fee = value * volatility.variance(block) / 8.0;
        path.last().unwrap().arbitrage_profit().units() as f64 / without_fee
    });
    let found = Mean::of(&ratios.collect::<Vec<_>>());
    let fee = Fee::of_rate(plan.fee).unwrap();
    let expect = Arbitrage::new(volatility, block, fee)
        .unwrap()
        .constant_spacing_ratio();
    found.check("arbitrage profit", expect, 0.01);
}

/// A curve by its parameters, so that a failing case can be read.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Product,
    /// Percent on the risky asset.
    Weight(i64),
    Range(f64, f64),
    Stable(f64),
}

impl Shape {
    fn curve(self) -> Box<dyn Curve> {
        match self {
            Self::Product => Box::new(ConstantProduct),
            Self::Weight(percent) => {
                let weight = Ratio::units_i64(percent * 10_000_000_000_000_000);
                Box::new(Weighted::new(weight).unwrap())
            }
            Self::Range(lower, n) => Box::new(range(lower, lower * n)),
            Self::Stable(amplification) => Box::new(StablePair::balanced(amplification).unwrap()),
        }
    }
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Product),
        (1_i64..99).prop_map(Shape::Weight),
        (20.0_f64..150.0, 1.01_f64..5.0).prop_map(|(lower, n)| Shape::Range(lower, n)),
        (1.0_f64..100.0).prop_map(Shape::Stable),
    ]
}

prop_compose! {
    fn any_points()(moves in prop::collection::vec((-0.3_f64..0.3, 0_i64..1_000_000_000), 1..40)) -> Vec<Point> {
        let mut ln = 100.0_f64.ln();
        let mut points = vec![Point::new(Time::default(), hundred())];
        for (minute, (step, volume)) in (1..).zip(moves) {
            ln += step;
            let price = format!("{:.10}", ln.exp()).parse().unwrap();
            let volume = Usd::units_i64(volume);
            points.push(Point { volume, ..Point::new(minute_of(minute), price) });
        }
        points
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_laws_of_the_parts(
        shape in any_shape(),
        points in any_points(),
        fee in 0_i64..50,
        edge in any::<bool>(),
        part in 1_i64..100,
    ) {
        let mut plan = Plan::new(usd("1000000"));
        plan.fee = Ratio::units_i64(fee * 1_000_000_000_000_000);
        plan.arbitrage = if edge { ArbitrageTo::FeeEdge } else { ArbitrageTo::Market };
        plan.rewards.apr = ratio("0.1");
        let at = points[points.len() / 2].at;
        if at > Time::default() {
            let part = Ratio::units_i64(part * 10_000_000_000_000_000);
            plan.actions = vec![Action::Withdraw { at, part }];
        }
        let path = walk(shape.curve().as_ref(), &plan, &points).unwrap();
        for (before, step) in path.steps.iter().zip(&path.steps[1..]) {
            let parts = path.parts(step);
            prop_assert_eq!(parts.total(), step.wealth() - plan.deposit);
            prop_assert_eq!(parts.divergence(), step.divergence());
            // Without a re-entry what is realised and what is open is all there is.
            prop_assert_eq!(step.realised + step.open, step.divergence());
            prop_assert!(step.lvr >= before.lvr && step.fees >= before.fees);
            if !edge {
                prop_assert!(!step.divergence().is_positive() && !step.open.is_positive());
            }
        }
    }

    /// The portfolio that holds what the pool held before each step: what is derived by subtraction is the
    /// sum of holdings times price moves, within a micro-dollar for rounding and 10⁻⁹ USD a step for floats.
    #[test]
    fn rebalancing_is_the_sum_of_holdings_times_moves(shape in any_shape(), points in any_points()) {
        let path = walk(shape.curve().as_ref(), &Plan::new(usd("1000000")), &points).unwrap();
        let at = |step: usize| {
            PriceRatio::between(points[0].price.into(), points[step].price.into())
        };
        let mut sum = 1e6;
        for (number, step) in path.steps.iter().enumerate().skip(1) {
            let held = shape.curve().holdings(at(number - 1)).risky;
            sum += 1e6 * held * (at(number).ratio() - at(number - 1).ratio());
            let found = step.rebalanced().units() as f64 / 1e6;
            prop_assert!((found - sum).abs() < 2.1e-6 + 1e-9 * number as f64, "{found} {sum}");
        }
    }

    /// A step's LVR is the divergence loss of who enters at every step; arbitrageurs, who pay the
    /// fee out of it, never lose.
    #[test]
    fn lvr_is_divergence_loss_entered_anew_at_each_step(points in any_points(), fee in 0_i64..50) {
        let mut plan = Plan::new(usd("1000000"));
        plan.actions = points[1..].iter().map(|point| Action::Reenter { at: point.at }).collect();
        let path = walk(&ConstantProduct, &plan, &points).unwrap();
        let last = path.last().unwrap();
        let steps = i128::try_from(points.len()).unwrap();
        let gap = last.lvr + last.realised + last.open;
        prop_assert!(gap.units().abs() <= 2 * steps, "{gap}");

        plan.actions.clear();
        plan.arbitrage = ArbitrageTo::FeeEdge;
        plan.fee = Ratio::units_i64(fee * 1_000_000_000_000_000);
        let path = walk(&ConstantProduct, &plan, &points).unwrap();
        for pair in path.steps.windows(2) {
            let profit = pair[1].arbitrage_profit() - pair[0].arbitrage_profit();
            prop_assert!(profit.units() >= -1, "{profit}");
        }
    }

    /// Without re-entry only the last price counts; not the way to it.
    #[test]
    fn divergence_does_not_depend_on_the_way(shape in any_shape(), points in any_points()) {
        let whole = walk(shape.curve().as_ref(), &Plan::new(usd("1000000")), &points).unwrap();
        let ends = [points[0], *points.last().unwrap()];
        let direct = walk(shape.curve().as_ref(), &Plan::new(usd("1000000")), &ends).unwrap();
        prop_assert_eq!(
            whole.last().unwrap().divergence(),
            direct.last().unwrap().divergence()
        );
    }

    /// Whatever is asked, the answer is a walk or an error.
    #[test]
    fn nothing_that_may_be_asked_stops_it(
        shape in any_shape(),
        steps in prop::collection::vec((0_u64..3, 1_i128..10_i128.pow(22), -1_i64..10_i64.pow(15)), 0..6),
        fee in -1_i128..2_000_000_000_000_000_000,
        deposit in -1_i128..10_i128.pow(21),
        apr in -1_i128..10_i128.pow(27),
        at in prop::array::uniform2(0_u64..8),
    ) {
        let mut second = 0;
        let points: Vec<Point> = steps.iter().map(|(wait, price, volume)| {
            second += wait;
            let price = Price::from_units(*price).unwrap();
            let (volume, reward) = (Usd::units_i64(*volume), Usd::units_i64(*volume));
            Point { volume, reward, ..Point::new(Time::from_secs(second), price) }
        }).collect();
        let of = |units| Ratio::from_units(units).unwrap();
        let mut plan = Plan::new(Usd::from_units(deposit).unwrap());
        (plan.fee, plan.rewards.apr) = (of(fee), of(apr));
        plan.arbitrage = ArbitrageTo::FeeEdge;
        let [first, second] = at.map(Time::from_secs);
        plan.actions = vec![Action::Withdraw { at: first, part: of(fee) }, Action::Reenter { at: second }];
        if let Ok(path) = walk(shape.curve().as_ref(), &plan, &points) {
            for step in &path.steps {
                prop_assert_eq!(path.parts(step).total(), step.wealth() - plan.deposit);
            }
        }
    }
}
