//! The arithmetic of single stages: the pins of partial deleverage, lots, ranking and batches.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::SkipReason;
use seawall_waterfall::{
    AdlCaps, AdlConfig, AuctionConfig, Bid, CloseTerms, Health, PartialConfig, PartialStep,
    StepsTaken, Winner, close_amount, lot_limit, plan_batch, plan_partial, score_cmp, share_takes,
};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

/// The table of M-8.1.
#[test]
fn the_three_pins_of_partial_deleverage() {
    let x =
        |n: &str, e: &str, t: &str| close_amount(usd(n), usd(e), ratio(t), ratio("0.5%")).unwrap();
    assert_eq!(x("10000", "400", "7.5%"), usd("5000"));
    assert_eq!(x("10000", "480", "6.25%"), usd("2521.739130"));
    assert_eq!(x("100000", "900", "1.25%"), usd("46666.666666"));
}

fn health(notional: &str, equity: &str, mmr: &str) -> Health {
    let notional = usd(notional);
    Health {
        account: AccountId::new(1),
        size: Price::from_units(10_000_000_000)
            .unwrap()
            .size_floor(notional),
        notional,
        equity: usd(equity),
        maintenance: notional.mul_ceil(ratio(mmr)),
    }
}

fn step(health: &Health, mmr: &str, fee: &str, count: u32, secs: Option<u64>) -> PartialStep {
    let terms = CloseTerms {
        mark: "1".parse().unwrap(),
        mmr: ratio(mmr),
        fee: ratio(fee),
    };
    let taken = StepsTaken {
        count,
        seconds_since_last: secs,
    };
    plan_partial(health, &terms, taken, &PartialConfig::default())
}

/// M-8.1: the bounds of x, the three cases that come first, the cooldown.
#[test]
fn stage_one_decides_by_its_table() {
    let thin = PartialStep::ToAuction(SkipReason::TooThin);
    let base = |whole: i32| PartialStep::Close(Base::whole(whole));
    // mmr 1 %, t 1.25 %, f 0.5 %: N 100 000, E 900 closes 46 666.67, within 20–50 %.
    let close = step(&health("100000", "900", "1%"), "1%", "0.5%", 0, None);
    assert_eq!(close, PartialStep::Close("46666.666666".parse().unwrap()));
    // E 999 wants (1 250 − 999)/0.75 % = 33 466.67; E 999.99 with f 0.1 % would want less than 20 %.
    assert_eq!(
        step(&health("100000", "999", "1%"), "1%", "0.1%", 0, None),
        PartialStep::Close("21826.086956".parse().unwrap())
    );
    assert_eq!(
        step(&health("100000", "700", "1%"), "1%", "0.5%", 0, None),
        base(50_000)
    );
    // A third off: E below 2/3 of maintenance goes to the auction, on the edge it does not.
    assert_eq!(
        step(&health("100000", "666.66", "1%"), "1%", "0.5%", 0, None),
        thin
    );
    assert_eq!(
        step(&health("100000", "666.67", "1%"), "1%", "0.5%", 0, None),
        base(50_000)
    );
    // f at or above E/N: closing would lower the ratio.
    assert_eq!(
        step(&health("100000", "900", "1%"), "1%", "0.9%", 0, None),
        thin
    );
    // Small positions are closed whole, thin ones too.
    assert_eq!(
        step(&health("999.99", "1", "1%"), "1%", "0.5%", 0, None),
        PartialStep::CloseAll
    );
    // Cooldown, and the three steps.
    let well = health("100000", "900", "1%");
    assert_eq!(
        step(&well, "1%", "0.5%", 1, Some(29)),
        PartialStep::CoolDown
    );
    assert!(matches!(
        step(&well, "1%", "0.5%", 1, Some(30)),
        PartialStep::Close(_)
    ));
    assert_eq!(
        step(&well, "1%", "0.5%", 3, Some(30)),
        PartialStep::ToAuction(SkipReason::StepsUsed)
    );
}

/// M-8.2: the size of a lot and what may be in flight.
#[test]
fn lots_keep_to_size_depth_and_flight() {
    let config = AuctionConfig::default();
    let limit = |depth: i32, flight: i32| lot_limit(Usd::whole(depth), Usd::whole(flight), &config);
    assert_eq!(limit(1_000_000, 0), Usd::whole(50_000));
    assert_eq!(limit(300_000, 0), Usd::whole(30_000)); // 10 % of the near depth
    assert_eq!(limit(1_000_000, 230_000), Usd::whole(20_000)); // 25 % in flight
    assert_eq!(limit(1_000_000, 250_000), Usd::ZERO);
}

/// M-8.2: bids of the same second.
#[test]
fn ties_share_pro_rata() {
    let bid = |n, size| Bid {
        account: AccountId::new(n),
        size: Base::whole(size),
    };
    let shares = share_takes(Base::whole(-9), &[bid(1, 6), bid(2, 12)]);
    assert_eq!(
        shares,
        [
            (AccountId::new(1), Base::whole(3)),
            (AccountId::new(2), Base::whole(6))
        ]
    );
    let less = share_takes(Base::whole(9), &[bid(1, 2), bid(2, 3)]);
    assert_eq!(
        less,
        [
            (AccountId::new(1), Base::whole(2)),
            (AccountId::new(2), Base::whole(3))
        ]
    );
    assert!(share_takes(Base::whole(9), &[]).is_empty());
}

fn winner(n: u32, profit: i64, margin: i64, notional: i64) -> Winner {
    let u = Usd::units_i64;
    Winner {
        account: AccountId::new(n),
        size: Base::whole(-1),
        profit: u(profit),
        margin: u(margin),
        notional: u(notional),
        equity: u(margin + profit),
    }
}

/// The ranking of M-8.5.
#[test]
fn ranking_is_profit_over_margin_times_leverage() {
    // (uPnL/margin)(N/E): a 50/100 · 1000/150 = 3.33; b 50/50 · 500/100 = 5; c 10/100 · 1000/110 = 0.91
    let mut all = [
        winner(1, 50, 100, 1_000),
        winner(2, 50, 50, 500),
        winner(3, 10, 100, 1_000),
    ];
    all.sort_by(score_cmp);
    assert_eq!(all.map(|w| w.account.number()), [2, 1, 3]);
}

/// M-8.5: a batch ends at its profit or at one of its two limits.
#[test]
fn a_batch_stops_at_profit_or_notional() {
    let mark: Price = "1000".parse().unwrap();
    let make = |n| Winner {
        size: Base::whole(-4),
        ..winner(n, 400_000_000, 100_000_000, 4_000_000_000)
    };
    let config = AdlConfig::default();
    let caps = |profit: i32, notional: i32| AdlCaps {
        profit: Usd::whole(profit),
        notional: Usd::whole(notional),
    };
    let sizes = |caps| -> Vec<String> {
        plan_batch(vec![make(1), make(2), make(3)], mark, caps, &config)
            .iter()
            .map(|(_, s)| s.to_string()[..4].to_owned())
            .collect()
    };
    // 25 % of each position is 1 base with a profit of 100.
    assert_eq!(sizes(caps(250, 1_000_000)), ["1.00", "1.00", "0.50"]);
    assert_eq!(sizes(caps(250, 1_200)), ["1.00", "0.20"]);
    assert_eq!(sizes(caps(40, 1_000_000)), ["0.40"]);
}

proptest! {
    /// The ranking of M-8.5 in exact arithmetic.
    #[test]
    fn ranking_is_a_total_order_that_agrees_with_the_exact_fraction(
        a in (1i64..1_000_000_000_000, 1i64..1_000_000_000_000, 1i64..1_000_000_000_000),
        b in (1i64..1_000_000_000_000, 1i64..1_000_000_000_000, 1i64..1_000_000_000_000),
    ) {
        use num::exact;
        let (x, y) = (winner(1, a.0, a.1, a.2), winner(2, b.0, b.1, b.2));
        let order = exact(&y).cmp(&exact(&x)).then(std::cmp::Ordering::Less);
        prop_assert_eq!(score_cmp(&x, &y), order);
        prop_assert_eq!(score_cmp(&y, &x), order.reverse());
    }

    /// M-8.1: what is closed lies between 20 % and 50 % of the position.
    /// A take at the bankruptcy price costs the owner at most his equity, on any grid of prices
    /// (M-8.2): a price of ten grid units moves by a tenth from one to the next.
    #[test]
    fn the_bankruptcy_price_never_costs_more_than_the_equity(
        price in prop_oneof![1i128..1_000, 1i128..1_000_000_000_000_000], size in 1i64..i64::MAX,
        permille in 0i64..1_000, long in any::<bool>(),
    ) {
        let mark = Price::from_units(price).unwrap();
        let size = Base::units_i64(if long { size } else { -size });
        let notional = mark.value_ceil(size.abs());
        let equity = notional.mul_div_floor(Usd::units_i64(permille), Usd::units_i64(1_000)).unwrap();
        let health = Health { account: AccountId::new(0), size, notional, equity, maintenance: notional };
        let bankruptcy = health.bankruptcy(mark, Usd::ZERO);
        let cost = mark.value_floor(size) - bankruptcy.value_floor(size);
        prop_assert!(cost <= equity + Usd::ULP, "{cost} of {equity}");
        prop_assert!(cost >= -Usd::ULP);
    }

    #[test]
    fn a_closed_part_brings_the_ratio_to_the_target_or_stays_in_its_band(
        notional in 1_000_000_000i64..1_000_000_000_000_000, permille in 67i64..100,
    ) {
        // E between 0.67 % and 1 % of N, maintenance 1 %, f 0.3 %.
        let notional = Usd::units_i64(notional);
        let equity = notional.mul_div_floor(Usd::units_i64(permille), Usd::units_i64(10_000)).unwrap();
        let h = Health { notional, equity, maintenance: notional.mul_ceil(ratio("1%")),
            size: Price::from_units(10_000_000_000).unwrap().size_floor(notional), ..health("1000", "1", "1%") };
        match step(&h, "1%", "0.3%", 0, None) {
            PartialStep::Close(size) => {
                let closed = "1".parse::<Price>().unwrap().value_ceil(size);
                let tolerance = Usd::units_i64(1);
                prop_assert!(closed + tolerance >= notional.mul_floor(ratio("20%")));
                prop_assert!(closed <= notional.mul_floor(ratio("50%")) + tolerance);
            }
            other => prop_assert!(equity < h.maintenance.mul_ceil(PartialConfig::default().auction_below), "{other:?}"),
        }
    }
}

mod num {
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use seawall_waterfall::Winner;

    pub(crate) fn exact(w: &Winner) -> BigRational {
        let int = |u: seawall_units::Usd| BigInt::from(u.units());
        BigRational::new(
            int(w.profit) * int(w.notional),
            int(w.margin) * int(w.equity),
        )
    }
}
