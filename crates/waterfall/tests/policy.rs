//! Laws of the policies that share a loss.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use seawall_units::{Ratio, Usd};
use seawall_waterfall::policy::{PolicyError, capped, pro_rata, queue, socialised, top_survivor};

fn amounts() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let amount = prop_oneof![0_i64..20, 0_i64..2_000_000_000_000];
    prop::collection::vec((amount.clone(), amount), 1..12)
}

fn usd(units: i64) -> Usd {
    Usd::units_i64(units)
}

/// Weights, caps not above them, and a deficit and severity that the caps cover.
fn cases() -> impl Strategy<Value = (Vec<Usd>, Vec<Usd>, Usd)> {
    (amounts(), 0_u32..=1_000_000).prop_map(|(pairs, share)| {
        let weights: Vec<Usd> = pairs.iter().map(|(a, b)| usd(*a.max(b))).collect();
        let caps: Vec<Usd> = pairs.iter().map(|(a, b)| usd(*a.min(b))).collect();
        let capacity: Usd = caps.iter().copied().sum();
        let share = Ratio::from_units(i128::from(share) * 1_000_000_000_000).unwrap();
        let budget = socialised(capacity, share).unwrap();
        (weights, caps, budget)
    })
}

/// The rank of everybody by endowment, and turned around.
fn orders(endowments: &[Usd]) -> [Vec<usize>; 2] {
    let mut order: Vec<usize> = (0..endowments.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(endowments[*place]));
    let turned = order.iter().rev().copied().collect();
    [order, turned]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn cuts_add_up_to_the_budget_and_stay_within_what_there_is(case in cases()) {
        let (weights, caps, budget) = case;
        let mut all = vec![
            (capped(budget, &weights, &caps).unwrap(), caps.clone()),
            (pro_rata(budget, &weights).unwrap(), weights.clone()),
        ];
        for order in orders(&weights) {
            all.push((queue(budget, &weights, &order).unwrap(), weights.clone()));
        }
        for (cuts, most) in all {
            prop_assert_eq!(cuts.iter().copied().sum::<Usd>(), budget);
            for (cut, most) in cuts.iter().zip(&most) {
                prop_assert!(!cut.is_negative() && cut <= most, "{} of {}", cut, most);
            }
        }
    }

    /// Everybody below his cap gives the same share, to one unit; whoever is at his cap would give
    /// no less at that share.
    #[test]
    fn water_stands_level(case in cases()) {
        let (weights, caps, budget) = case;
        let cuts = capped(budget, &weights, &caps).unwrap();
        let one = i128::from(1);
        for (place, cut) in cuts.iter().enumerate().filter(|(place, cut)| **cut < caps[*place]) {
            for (other, given) in cuts.iter().enumerate().filter(|(o, _)| weights[*o].is_positive()) {
                // Nobody's share is above that of one who has room left: x·w' ≤ (x' + 1)·w + w'.
                let left = (given.units() - one) * weights[place].units();
                let right = (cut.units() + one) * weights[other].units();
                prop_assert!(left <= right, "{} gives {}, {} gives {}", other, given, place, cut);
            }
        }
    }

    /// Paying the top of the ranking first never leaves the top survivor more than sharing does.
    #[test]
    fn a_queue_by_wealth_leaves_the_top_no_more_than_sharing(case in cases()) {
        let (weights, _, budget) = case;
        let [richest_first, _] = orders(&weights);
        let queued = queue(budget, &weights, &richest_first).unwrap();
        let shared = pro_rata(budget, &weights).unwrap();
        prop_assert!(
            top_survivor(&weights, &queued) <= top_survivor(&weights, &shared).max(second(&weights))
        );
    }
}

fn second(weights: &[Usd]) -> Usd {
    let mut sorted = weights.to_vec();
    sorted.sort();
    sorted.iter().rev().nth(1).copied().unwrap_or_default()
}

#[test]
fn what_cannot_be_shared_is_said() {
    let have = [usd(5), usd(7)];
    let capacity = usd(12);
    let budget = usd(13);
    assert_eq!(
        pro_rata(budget, &have),
        Err(PolicyError::Uncoverable { budget, capacity })
    );
    let amount = usd(-1);
    assert_eq!(
        pro_rata(amount, &have),
        Err(PolicyError::Negative { amount })
    );
    assert_eq!(
        pro_rata(usd(1), &[amount]),
        Err(PolicyError::Negative { amount })
    );
    for order in [&[0_usize, 0][..], &[0], &[0, 2]] {
        assert!(matches!(
            queue(usd(1), &have, order),
            Err(PolicyError::Payers { payers: 2, .. })
        ));
    }
    let severity = "1.1".parse().unwrap();
    assert_eq!(
        socialised(usd(5), severity),
        Err(PolicyError::Severity { severity })
    );
    assert_eq!(
        PolicyError::Uncoverable { budget, capacity }.to_string(),
        "the budget of 0.000013 USD is above the 0.000012 USD that may be taken"
    );
}

/// v_PR − v_Q = H·(1 − w₁/U) for a budget that the first can pay alone (arXiv:2512.01112):
/// w = (8, 4, 0.5), H = 2 gives 6.72 against 6; 2·(1 − 8/12.5) = 0.72.
#[test]
fn queue_and_sharing_differ_by_the_stated_gap() {
    let [a, b, c] = ["8", "4", "0.5"].map(|text| text.parse::<Usd>().unwrap());
    let (endowments, budget) = ([a, b, c], Usd::whole(2));
    let shared = top_survivor(&endowments, &pro_rata(budget, &endowments).unwrap());
    let queued = queue(budget, &endowments, &[0, 1, 2]).unwrap();
    let queued = top_survivor(&endowments, &queued);
    assert_eq!(shared - queued, "0.72".parse().unwrap());
}
