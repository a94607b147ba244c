//! The senior/junior pair: values, cash order, coverage and gates (M-8, M-9).
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_units::{Ratio, Usd};
use seawall_vault::{
    FeeConfig, GateRefusal, OpenLoss, OpenPnl, PairState, Series, Tranches, Unsettled, VaultConfig,
    VaultError, coverage, values,
};

fn usd(count: i32) -> Usd {
    Usd::whole(count)
}

fn pair(senior: i32, junior: i32, claim: i32) -> Tranches {
    Tranches {
        senior_cash: usd(senior),
        junior_cash: usd(junior),
        claim: usd(claim),
    }
}

#[test]
fn a_loser_below_zero_costs_junior_50_while_its_cash_rises_by_50() {
    // M-8.2: S 800, J 200 in cash, one long 10 from 100 with margin 50, the mark gaps to 90.
    let before = pair(800, 200, 800);
    // The pool's gain in full is 100: Junior is worth 300 before the step.
    assert_eq!(before.values(usd(-100)).junior, usd(300));
    // Settled: margin 50 and an open deficit of 50 go to the pool, all of it to Junior's cash.
    let split = before.split_loss_refill(usd(100));
    assert_eq!((split.to_senior, split.to_junior), (usd(0), usd(100)));
    // Junior fills the deficit of 50.
    let after = pair(800, 200 + 100 - 50, 800);
    let values = after.values(Usd::ZERO);
    assert_eq!((values.senior, values.junior), (usd(800), usd(250)));
    assert_eq!(after.junior_cash - before.junior_cash, usd(50));
}

/// M-9.1.
#[test]
fn winners_draw_on_junior_then_on_senior_and_losers_refill_senior_first() {
    let mut pair = pair(800, 200, 800);
    let paid = pair.split_payout(usd(230)).unwrap();
    assert_eq!((paid.from_junior, paid.from_senior), (usd(200), usd(30)));
    pair.junior_cash -= paid.from_junior;
    pair.senior_cash -= paid.from_senior;
    // Senior is worth what there is: its claim lacks 30.
    assert_eq!(pair.values(Usd::ZERO).senior, usd(770));
    let refill = pair.split_loss_refill(usd(50));
    assert_eq!((refill.to_senior, refill.to_junior), (usd(30), usd(20)));
    assert_eq!(
        pair.split_payout(usd(770)).map(|p| p.from_senior),
        Some(usd(770))
    );
    assert_eq!(pair.split_payout(usd(770) + Usd::ULP), None);
    assert_eq!(pair.split_payout(-Usd::ULP), None);
}

#[test]
fn below_zero_counts_as_nothing() {
    let worth = values(usd(10), usd(-5));
    assert_eq!((worth.senior, worth.junior), (usd(0), usd(10)));
    let paid = pair(-5, 10, 0).split_payout(usd(10)).unwrap();
    assert_eq!((paid.from_junior, paid.from_senior), (usd(10), usd(0)));
    let paid = pair(10, -5, 0).split_payout(usd(10)).unwrap();
    assert_eq!((paid.from_junior, paid.from_senior), (usd(0), usd(10)));
}

/// M-9.1.
#[test]
fn exits_are_priced_low_and_deposits_high() {
    let pair = pair(800, 200, 800);
    // Longs are 120 down, shorts 50 up.
    let open = OpenPnl {
        long: usd(-120),
        short: usd(50),
    };
    let due = Unsettled {
        utilisation: Usd::units_i64(3),
        arrears: usd(4),
        ..Unsettled::default()
    };
    let (fees, vault) = (FeeConfig::default(), VaultConfig::default());
    let high = pair.deposit_values(open, due, &fees, &vault);
    // 200 + 120 − 50, and 80 % of three units rounded up to three.
    assert_eq!(high.junior, usd(270) + Usd::units_i64(3));
    // 90 % of three units are three, 20 % of them one.
    assert_eq!(high.senior, usd(804) + Usd::ULP);
    let low = pair.exit_values(open);
    assert_eq!((low.senior, low.junior), (usd(800), usd(150)));
}

/// M-9.1: who comes in pays for the most that the fee split can give his tranche.
#[test]
fn deposits_count_what_the_fee_split_can_give() {
    let pair = pair(800, 200, 800);
    let due = Unsettled {
        utilisation: usd(100),
        roundings: Usd::units_i64(2),
        ..Unsettled::default()
    };
    let vault = VaultConfig::default();
    for (protocol, senior_share, senior, junior) in [
        // 80 % are more than 0.9 · 0.8 of it; Senior's part is 0.9 · 0.2.
        (1_000, 2_000, "818", "280"),
        // All of it is Junior's, with what settling two positions rounds up.
        (0, 0, "800", "300.000002"),
        // 0.95 · 0.9 = 85.5 %, and 1.71 units rounded up twice; 0.95 · 0.1 = 9.5 %.
        (500, 1_000, "809.5", "285.500002"),
        (0, 10_000, "900", "280"),
    ] {
        let fees = FeeConfig {
            protocol: Ratio::bps(protocol),
            senior_share: Ratio::bps(senior_share),
            ..FeeConfig::default()
        };
        let high = pair.deposit_values(OpenPnl::default(), due, &fees, &vault);
        let stated = (senior.parse().unwrap(), junior.parse().unwrap());
        assert_eq!(
            (high.senior, high.junior),
            stated,
            "{protocol}, {senior_share}"
        );
    }
}

/// M-9.1: of what is to drip both prices count the fee split alone; it adds to what utilisation
/// gives, which is 80 % of 100 here.
#[test]
fn deposits_count_what_is_to_drip() {
    let pair = pair(800, 200, 800);
    let vault = VaultConfig::default();
    for (protocol, senior_share, senior, junior) in [
        // 0.9 · 0.8 and 0.9 · 0.2 of 1 000.
        (1_000, 2_000, "998", "1000"),
        (0, 0, "800", "1300"),
        // 0.95 · 0.9 = 85.5 % of 1 100 and 0.95 · 0.1 = 9.5 %.
        (500, 1_000, "904.5", "1140.5"),
        (10_000, 2_000, "800", "280"),
    ] {
        let fees = FeeConfig {
            protocol: Ratio::bps(protocol),
            senior_share: Ratio::bps(senior_share),
            ..FeeConfig::default()
        };
        let due = Unsettled {
            utilisation: usd(100),
            drip: usd(1_000),
            ..Unsettled::default()
        };
        let high = pair.deposit_values(OpenPnl::default(), due, &fees, &vault);
        let stated = (senior.parse().unwrap(), junior.parse().unwrap());
        assert_eq!((high.senior, high.junior), stated);
    }
    // A reserve below its need drips nothing.
    let due = Unsettled {
        drip: usd(-5),
        ..Unsettled::default()
    };
    let high = pair.deposit_values(OpenPnl::default(), due, &FeeConfig::default(), &vault);
    assert_eq!((high.senior, high.junior), (usd(800), usd(200)));
}

/// M-9.3.
#[test]
fn coverage_of_the_standard_pair() {
    assert_eq!(coverage(usd(8), usd(2)), Some(Ratio::bps(2_000)));
    assert_eq!(coverage(usd(0), usd(2)), Some(Ratio::ONE));
    assert_eq!(coverage(usd(2), usd(0)), Some(Ratio::ZERO));
    assert_eq!(coverage(usd(0), usd(0)), None);
    assert_eq!(
        coverage(usd(2), usd(1)),
        Some("0.333333333333333333".parse().unwrap())
    );
}

fn state(senior: i32, junior: i32) -> PairState {
    PairState {
        senior: usd(senior),
        junior: usd(junior),
        ..PairState::default()
    }
}

/// M-9.3.
#[test]
fn gates_at_and_around_the_minimum() {
    let config = VaultConfig::default();
    let low = |coverage| GateRefusal::CoverageTooLow {
        coverage,
        min: Ratio::bps(2_000),
    };
    let at_min = state(8_000, 2_000);
    assert_eq!(
        at_min.gate_senior_deposit(&config),
        Err(low(Ratio::bps(2_000)))
    );
    assert_eq!(
        at_min.gate_junior_exit(&config),
        Err(low(Ratio::bps(2_000)))
    );
    // Its exits raise coverage, its deposits too.
    assert_eq!(at_min.gate_senior_exit(), Ok(usd(8_000)));
    assert_eq!(at_min.gate_junior_deposit(), Ok(Usd::MAX));
    let above = state(8_000, 2_001);
    assert_eq!(above.gate_senior_deposit(&config), Ok(usd(4)));
    assert_eq!(above.gate_junior_exit(&config), Ok(usd(1)));
    let below = state(9_000, 1_000);
    assert_eq!(
        below.gate_senior_deposit(&config),
        Err(low(Ratio::bps(1_000)))
    );
    assert_eq!(below.gate_junior_exit(&config), Err(low(Ratio::bps(1_000))));
    // Without a minimum there is no limit but the value.
    let free = VaultConfig {
        min_coverage: Ratio::ZERO,
        ..config
    };
    assert_eq!(below.gate_senior_deposit(&free), Ok(Usd::MAX));
    assert_eq!(below.gate_junior_exit(&free), Ok(usd(1_000)));
}

/// M-9.2: no exit while a deficit or ADL is open. No deposit while a deficit is.
#[test]
fn gates_while_a_loss_is_placed() {
    let config = VaultConfig::default();
    let deficit = PairState {
        loss: OpenLoss::Deficit,
        ..state(6_000, 2_000)
    };
    let refused = Err(GateRefusal::DeficitOpen);
    assert_eq!(deficit.gate_senior_deposit(&config), refused);
    assert_eq!(deficit.gate_junior_deposit(), refused);
    assert_eq!(deficit.gate_senior_exit(), refused);
    assert_eq!(deficit.gate_junior_exit(&config), refused);
    // ADL without a deficit stops exits only.
    let adl = PairState {
        loss: OpenLoss::Adl,
        ..state(6_000, 2_000)
    };
    assert_eq!(adl.gate_senior_deposit(&config), Ok(usd(2_000)));
    assert_eq!(adl.gate_junior_deposit(), Ok(Usd::MAX));
    assert_eq!(adl.gate_senior_exit(), Err(GateRefusal::AdlOpen));
    assert_eq!(adl.gate_junior_exit(&config), Err(GateRefusal::AdlOpen));
}

/// M-8.3: a new series opens when equity is back at K.
#[test]
fn a_tranche_worth_nothing_takes_deposits_in_a_new_series_only() {
    let config = VaultConfig::default();
    assert_eq!(
        state(8_000, 0).gate_junior_deposit(),
        Err(GateRefusal::NoValue)
    );
    assert_eq!(
        state(0, 0).gate_senior_deposit(&config),
        Err(GateRefusal::NoValue)
    );
    let new = PairState {
        series: Series::New,
        ..state(8_000, 0)
    };
    assert_eq!(new.gate_junior_deposit(), Ok(Usd::MAX));
    let short = PairState {
        senior_shortfall: usd(5),
        ..new
    };
    assert_eq!(
        short.gate_junior_deposit(),
        Err(GateRefusal::ClaimUncovered { shortfall: usd(5) })
    );
}

#[test]
fn the_balancing_fee_is_on_what_lies_above_the_ceiling() {
    let config = VaultConfig::default();
    // 60 % over S = 400 is J = 600; 0.5 % of the part above.
    for (junior, deposit, fee) in [
        (400, 200, "0"),
        (400, 300, "0.5"),
        (600, 100, "0.5"),
        (900, 100, "0.5"),
    ] {
        let fee: Usd = fee.parse().unwrap();
        assert_eq!(state(400, junior).balancing_fee(usd(deposit), &config), fee);
    }
    assert_eq!(
        state(400, 600).balancing_fee(Usd::ULP, &config),
        Usd::ULP,
        "rounded up"
    );
}

#[test]
fn illegal_parameters_name_field_value_and_range() {
    let config = VaultConfig::default();
    assert_eq!(config.validate(), Ok(()));
    let bad = VaultConfig {
        target_coverage: Ratio::bps(1_000),
        ..config
    };
    assert_eq!(
        bad.validate(),
        Err(VaultError::Ratio {
            field: "target_coverage",
            value: Ratio::bps(1_000),
            min: Ratio::bps(2_000),
            max: Ratio::bps(9_900),
        })
    );
    let bad = VaultConfig {
        dead_deposit: -Usd::ULP,
        ..config
    };
    assert!(matches!(
        bad.validate(),
        Err(VaultError::Amount {
            field: "dead_deposit",
            ..
        })
    ));
    assert!(toml::from_str::<VaultConfig>("min_coverag = \"20%\"").is_err());
    let read: VaultConfig = toml::from_str("min_coverage = \"10%\"").unwrap();
    assert_eq!(
        read,
        VaultConfig {
            min_coverage: Ratio::bps(1_000),
            ..config
        }
    );
}

/// Any amount of up to a trillion dollars either way.
fn amounts() -> impl Strategy<Value = Usd> {
    (-10i64.pow(18)..10i64.pow(18)).prop_map(Usd::units_i64)
}

proptest! {
    #[test]
    fn the_values_sum_to_the_equity(equity in amounts(), claim in amounts()) {
        let claim = claim.or_zero();
        let worth = values(equity, claim);
        prop_assert_eq!(worth.total(), equity.or_zero());
        prop_assert!(!worth.senior.is_negative() && !worth.junior.is_negative());
        prop_assert!(worth.senior <= claim);
        // Junior is worth something only when Senior's claim is covered.
        prop_assert!(worth.junior.is_zero() || worth.senior == claim);
    }

    /// M-1.1: Junior bears losses first.
    #[test]
    fn a_loss_falls_on_junior_first(equity in amounts(), claim in amounts(), loss in amounts()) {
        let (claim, loss) = (claim.or_zero(), loss.abs());
        let (before, after) = (values(equity, claim), values(equity - loss, claim));
        let senior_lost = before.senior - after.senior;
        prop_assert!(!senior_lost.is_negative());
        prop_assert!(senior_lost.is_zero() || after.junior.is_zero());
    }

    #[test]
    fn what_is_paid_and_refilled_sums_and_keeps_the_order(
        senior in amounts(), junior in amounts(), claim in amounts(), amount in amounts(),
    ) {
        let pair = Tranches { senior_cash: senior.or_zero(), junior_cash: junior.or_zero(), claim: claim.or_zero() };
        let amount = amount.abs();
        match pair.split_payout(amount) {
            Some(paid) => {
                prop_assert_eq!(paid.from_junior + paid.from_senior, amount);
                prop_assert!(paid.from_junior <= pair.junior_cash && paid.from_senior <= pair.senior_cash);
                prop_assert!(paid.from_senior.is_zero() || paid.from_junior == pair.junior_cash);
            }
            None => prop_assert!(amount > pair.senior_cash + pair.junior_cash),
        }
        let split = pair.split_loss_refill(amount);
        prop_assert_eq!(split.to_senior + split.to_junior, amount);
        prop_assert!(!split.to_senior.is_negative() && !split.to_junior.is_negative());
        let full = pair.senior_cash + split.to_senior >= pair.claim;
        prop_assert!(split.to_junior.is_zero() || full, "Junior gets nothing before Senior is full");
        prop_assert!(split.to_senior.is_zero() || pair.senior_cash + split.to_senior <= pair.claim);
        // Cash moves, value does not: what a settlement pays out was open PnL before.
        let equity_after = pair.senior_cash + pair.junior_cash + split.to_senior + split.to_junior;
        prop_assert_eq!(pair.equity(-amount), equity_after);
    }

    #[test]
    fn deposits_are_never_priced_below_exits(
        cash in (amounts(), amounts(), amounts()), open in (amounts(), amounts()), due in (amounts(), amounts(), amounts()),
    ) {
        let pair = Tranches { senior_cash: cash.0.or_zero(), junior_cash: cash.1.or_zero(), claim: cash.2.or_zero() };
        let open = OpenPnl { long: open.0, short: open.1 };
        let due = Unsettled { utilisation: due.0, arrears: due.1, drip: due.2, ..Unsettled::default() };
        let (fees, vault) = (FeeConfig::default(), VaultConfig::default());
        let (high, low) = (pair.deposit_values(open, due, &fees, &vault), pair.exit_values(open));
        prop_assert!(high.senior >= low.senior && high.junior >= low.junior);
    }

    #[test]
    fn what_a_gate_lets_pass_keeps_the_minimum_and_one_unit_more_would_not(
        senior in 1i64..10i64.pow(15), junior in 0i64..10i64.pow(15), min in 1i32..9_900,
    ) {
        let config = VaultConfig { min_coverage: Ratio::bps(min), ..VaultConfig::default() };
        let state = PairState {
            senior: Usd::units_i64(senior), junior: Usd::units_i64(junior), ..PairState::default()
        };
        let (s, j, m) = (i128::from(senior), i128::from(junior), i128::from(min));
        let kept = |s: i128, j: i128| j * 10_000 >= m * (s + j);
        let entry = state.gate_senior_deposit(&config).map_or(0, Usd::units);
        prop_assert!(entry == 0 || kept(s + entry, j));
        prop_assert!(!kept(s + entry + 1, j));
        let exit = state.gate_junior_exit(&config).map_or(0, Usd::units);
        prop_assert!(exit == 0 || kept(s, j - exit));
        prop_assert!(exit == j || !kept(s, j - exit - 1));
    }

    #[test]
    fn splitting_a_deposit_saves_no_balancing_fee(
        senior in 0i64..10i64.pow(14), junior in 0i64..10i64.pow(14), parts in (0i64..10i64.pow(14), 0i64..10i64.pow(14)),
    ) {
        let config = VaultConfig::default();
        let (first, second) = (Usd::units_i64(parts.0), Usd::units_i64(parts.1));
        let before = PairState { senior: Usd::units_i64(senior), junior: Usd::units_i64(junior), ..PairState::default() };
        let between = PairState { junior: before.junior + first, ..before };
        let whole = before.balancing_fee(first + second, &config);
        let split = before.balancing_fee(first, &config) + between.balancing_fee(second, &config);
        prop_assert!((0..=1).contains(&(split - whole).units()));
    }
}
