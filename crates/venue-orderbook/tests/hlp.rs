//! The parent vault: shares, lock, cap and rebalancing, by hand and as laws.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use proptest::prelude::*;
use seawall_ledger::{Account, Cause, Ledger};
use seawall_units::{Ratio, Time, Usd};
use seawall_vault::HolderId;
use seawall_venue_orderbook::hlp::{
    Child, Depositors, HlpParams, HlpRules, Move, Ring, Target, Withdrawal, net_asset_value,
    plan_raising, plan_rebalancing,
};

const DAY: u64 = 86_400;

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn asked(amount: &str, value: Usd, now: Time) -> Withdrawal {
    Withdrawal {
        asked: usd(amount),
        payable: Usd::MAX,
        value,
        now,
    }
}

fn strategy(account: Account, equity: &str, free: &str) -> Child {
    Child {
        account,
        equity: usd(equity),
        free: usd(free),
        target: Target::Rest,
    }
}

fn liquidator(number: u8, equity: &str, target: &str) -> Child {
    Child {
        account: Account::Backstop(number),
        equity: usd(equity),
        free: usd(equity).or_zero(),
        target: Target::Hold(usd(target)),
    }
}

#[test]
fn shares_are_made_and_burned_at_net_asset_value() {
    // 8 October 2025: strategies A and B with 135.65 M and 135.26 M, liquidators with 0.6 M and
    // 7.5 M, nothing in the parent: 279.01 M, opened at one share for one USD.
    let at_opening = usd("279010000");
    let mut owners = Depositors::open(at_opening).unwrap();
    // The liquidators gain 31.25 M and a strategy loses 2.74 M: 279.01 + 31.25 − 2.74 = 307.52.
    let children = [
        strategy(Account::Makers, "268170000", "0"),
        liquidator(0, "31850000", "600000"),
        liquidator(1, "7500000", "7500000"),
    ];
    let value = net_asset_value(Usd::ZERO, &children, Ring::Fenced);
    assert_eq!(value, usd("307520000"));
    // 10⁷·10⁶·(279 010 000·10⁹ + 10³)/(307 520 000·10⁶ + 1) = 9 072 905 827 263 270.44..
    let (ann, params) = (HolderId::provider(0), HlpParams::default());
    let now = Time::from_secs(0);
    let shares = owners.deposit(ann, usd("10000000"), value, now).unwrap();
    assert_eq!(shares.units(), 9_072_905_827_263_270);
    // Half of it lost: what she has is worth half, down, and nothing more is asked of her.
    let half = usd("158760000");
    assert_eq!(owners.worth(ann, half), usd("5000000"));
    assert_eq!(owners.worth(ann, Usd::ZERO), Usd::ZERO);
    let later = Time::from_secs(4 * DAY);
    let all = asked("10000000", half, later);
    let grant = owners.withdraw(ann, &all, &params).unwrap();
    assert_eq!((grant.paid, grant.waits), (usd("5000000"), Usd::ZERO));
    // Burning rounds up, and what she held rounds down: nothing of hers is left.
    assert!(owners.worth(ann, half) <= Usd::ULP);
}

#[test]
fn a_new_deposit_locks_everything_anew() {
    let params = HlpParams::default();
    let mut owners = Depositors::open(usd("1000")).unwrap();
    let (ann, value) = (HolderId::provider(0), usd("1000"));
    let at = Time::from_secs;
    assert_eq!(owners.locked(ann, at(0), &params), None);
    owners.deposit(ann, usd("10"), value, at(100)).unwrap();
    owners.deposit(ann, usd("10"), value, at(DAY)).unwrap();
    let until = |now| owners.locked(ann, at(now), &params).map(|one| one.until);
    assert_eq!(until(4 * DAY + 100), Some(at(5 * DAY)));
    assert_eq!(until(5 * DAY - 1), Some(at(5 * DAY)));
    assert_eq!(until(5 * DAY), None);
    // What was there at the opening is not locked, for whoever gets it.
    owners.hand_over(HolderId::provider(1), usd("100")).unwrap();
    assert_eq!(owners.locked(HolderId::provider(1), at(0), &params), None);
    let free = HlpParams { lock: 0, ..params };
    assert_eq!(owners.locked(ann, at(DAY), &free), None);
}

#[test]
fn the_daily_cap_is_a_share_of_the_value_at_the_days_first_withdrawal() {
    let params = HlpParams {
        daily_withdrawals: Some(Ratio::bps(2_500)),
        ..HlpParams::default()
    };
    let mut owners = Depositors::open(usd("1000")).unwrap();
    owners.hand_over(HolderId::provider(0), usd("600")).unwrap();
    let ann = HolderId::provider(0);
    let mut out = |amount, value, now| {
        let asked = asked(amount, usd(value), Time::from_secs(now));
        let grant = owners.withdraw(ann, &asked, &params);
        grant.map(|grant| (grant.paid, grant.waits)).unwrap()
    };
    // 25 % of 1000 = 250: 200 now, 50 of 100 later, nothing more on that day.
    assert_eq!(out("200", "1000", 10), (usd("200"), Usd::ZERO));
    assert_eq!(out("100", "800", DAY - 2), (usd("50"), usd("50")));
    assert_eq!(out("50", "750", DAY - 1), (Usd::ZERO, usd("50")));
    // 25 % of 750 = 187.5 on the next day.
    assert_eq!(out("200", "750", DAY), (usd("187.5"), usd("12.5")));
}

#[test]
fn a_deficient_strategy_keeps_its_margin_and_the_queue_waits() {
    // Free margin is what the floor of 10 % of open notional leaves: 135 M of equity with 1.2 bn
    // open may give 15 M and no more.
    let floor = usd("1200000000").mul_ceil(Ratio::bps(1_000));
    let free = usd("135000000") - floor;
    let child = Child {
        account: Account::Makers,
        equity: usd("135000000"),
        free,
        target: Target::Rest,
    };
    let given = plan_raising(usd("20000000"), &[child]);
    let up = Move {
        from: Account::Makers,
        to: Account::Parent,
        amount: usd("15000000"),
    };
    assert_eq!(given, [up]);
}

#[test]
fn what_a_liquidator_misses_comes_from_the_strategies() {
    // The parent has 1 M, the liquidators miss 4.4 M and 22.5 M: 25.9 M out of A and B, pro rata to
    // 40 and 60: 10.36 M and 15.54 M.
    let children = [
        strategy(Account::Makers, "100000000", "40000000"),
        strategy(Account::Backstop(9), "90000000", "60000000"),
        liquidator(0, "600000", "5000000"),
        liquidator(1, "7500000", "30000000"),
    ];
    let moves = plan_rebalancing((usd("1000000"), Usd::ZERO), &children, Ring::Fenced);
    let amounts: Vec<String> = moves
        .iter()
        .map(|each| format!("{} {} {}", each.from, each.to, each.amount))
        .collect();
    let expected = [
        "makers parent 10360000.000000",
        "backstop:9 parent 15540000.000000",
        "parent backstop:0 4400000.000000",
        "parent backstop:1 22500000.000000",
    ];
    assert_eq!(amounts, expected);
}

#[test]
fn only_the_old_rules_fill_a_child_below_zero() {
    let children = [
        strategy(Account::Makers, "100", "100"),
        liquidator(0, "-20", "5"),
    ];
    let keep = (Usd::ZERO, Usd::ZERO);
    assert_eq!(plan_rebalancing(keep, &children, Ring::Fenced), []);
    let shared = plan_rebalancing(keep, &children, Ring::Shared);
    assert_eq!(shared.last().map(|last| last.amount), Some(usd("25")));
    let rules = [HlpRules::BeforeMarch2025, HlpRules::SinceMarch2025];
    assert_eq!(rules.map(HlpRules::ring), [Ring::Shared, Ring::Fenced]);
}

fn amount() -> impl Strategy<Value = Usd> {
    (0_i64..2_000_000_000_000).prop_map(Usd::units_i64)
}

/// Children with a cash of their equity's size or less; liquidators may be below zero.
fn children() -> impl Strategy<Value = Vec<Child>> {
    let one = (
        -500_000_000_000_i64..2_000_000_000_000,
        0_i64..=100,
        amount(),
        any::<bool>(),
    );
    prop::collection::vec(one, 1..6).prop_map(|parts| {
        let numbers = 0_u8..;
        let children = parts.into_iter().zip(numbers);
        let child =
            |((equity, free, target, strategy), number): ((i64, i64, Usd, bool), u8)| Child {
                account: Account::Backstop(number),
                equity: Usd::units_i64(equity),
                free: Usd::units_i64(equity.max(0) / 100 * free),
                target: match strategy {
                    true => Target::Rest,
                    false => Target::Hold(target),
                },
            };
        children.map(child).collect()
    })
}

/// Posts moves in a ledger in which every child's cash is what is free.
fn posted(parent: Usd, children: &[Child], moves: &[Move]) -> Ledger {
    let mut ledger = Ledger::new(Time::from_secs(0));
    let paid_in = Cause::CapitalPaidIn;
    ledger.pay(Account::External, Account::Parent, parent, paid_in);
    for child in children {
        ledger.pay(Account::External, child.account, child.free, paid_in);
    }
    for each in moves {
        let cause = match each.to {
            Account::Parent => Cause::HlpSwept,
            _ => Cause::HlpSeeded,
        };
        // The ledger refuses to take more than there is.
        ledger.pay(each.from, each.to, each.amount, cause);
    }
    ledger.end_step();
    ledger
}

fn moved(moves: &[Move], account: Account) -> Usd {
    let sign = |each: &Move| match (each.from == account, each.to == account) {
        (true, _) => -each.amount,
        (_, true) => each.amount,
        _ => Usd::ZERO,
    };
    moves.iter().map(sign).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_rebalancing_makes_and_loses_nothing(
        parent in amount(), keep in amount(), before in children(), shared in any::<bool>()
    ) {
        let ring = match shared { true => Ring::Shared, false => Ring::Fenced };
        let moves = plan_rebalancing((parent, keep), &before, ring);
        let ledger = posted(parent, &before, &moves);
        let cash = parent + before.iter().map(|child| child.free).sum::<Usd>();
        prop_assert_eq!(ledger.balance(Account::External), -cash);
        let after: Vec<Child> = before
            .iter()
            .map(|child| Child { equity: child.equity + moved(&moves, child.account), ..*child })
            .collect();
        let left = parent + moved(&moves, Account::Parent);
        prop_assert_eq!(
            net_asset_value(parent, &before, ring),
            net_asset_value(left, &after, ring)
        );
        for (old, new) in before.iter().zip(&after) {
            prop_assert!(old.equity - new.equity <= old.free);
            if let Target::Hold(target) = old.target {
                prop_assert!(new.equity <= old.equity.max(target));
                prop_assert!(new.equity >= old.equity.min(target));
            }
        }
    }

    /// The heart of the new rules: nobody pays for a child below zero.
    #[test]
    fn a_ring_fenced_child_below_zero_never_draws(
        parent in amount(), keep in amount(), before in children()
    ) {
        let moves = plan_rebalancing((parent, keep), &before, Ring::Fenced);
        for child in before.iter().filter(|child| child.equity.is_negative()) {
            prop_assert_eq!(moved(&moves, child.account), Usd::ZERO);
        }
    }

    #[test]
    fn raising_gives_what_is_asked_or_all_that_is_free(asked in amount(), from in children()) {
        let moves = plan_raising(asked, &from);
        let given: Usd = moves.iter().map(|each| each.amount).sum();
        let free: Usd = from.iter().map(|child| child.free).sum();
        prop_assert_eq!(given, asked.min(free));
        for child in &from {
            prop_assert!(-moved(&moves, child.account) <= child.free);
        }
    }

    /// What a share is worth, with the virtual ones, never falls by a deposit or a withdrawal, and
    /// rises by less than one unit of shares is worth.
    #[test]
    fn value_per_share_stays_but_for_one_unit(
        opening in 1_i64..1_000_000_000_000,
        steps in prop::collection::vec((any::<bool>(), 1_i64..500_000_000_000, 1_u64..1_000), 1..12)
    ) {
        let params = HlpParams { lock: 0, ..HlpParams::default() };
        let mut owners = Depositors::open(Usd::units_i64(opening)).unwrap();
        owners.hand_over(HolderId::provider(0), Usd::units_i64(opening / 2)).unwrap();
        // The vault has gained or lost before the first step.
        let mut value = Usd::units_i64(opening / 3 * 2 + 1);
        let now = Time::from_secs(0);
        for (is_in, amount, owner) in steps {
            let owner = HolderId::provider(u32::try_from(owner % 3).unwrap());
            let amount = Usd::units_i64(amount);
            let (supply, worth) = (owners.shares().supply().units() + 1_000, value.units() + 1);
            let unit = match is_in {
                true => {
                    // What no number of shares could stand for is refused, and nothing changed.
                    if owners.deposit(owner, amount, value, now).is_err() {
                        prop_assert_eq!(owners.shares().supply().units() + 1_000, supply);
                        continue;
                    }
                    value += amount;
                    1
                }
                false => {
                    let asked = Withdrawal { asked: amount, payable: Usd::MAX, value, now };
                    let grant = owners.withdraw(owner, &asked, &params).unwrap();
                    prop_assert!(grant.paid <= amount && grant.waits.is_zero());
                    value -= grant.paid;
                    i128::from(!grant.burned.is_zero())
                }
            };
            let (more, after) = (owners.shares().supply().units() + 1_000, value.units() + 1);
            prop_assert!(after * supply >= worth * more, "who stays loses");
            prop_assert!(after * supply <= worth * (more + unit), "more than one unit for who stays");
        }
    }
}
