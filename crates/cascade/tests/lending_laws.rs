//! Laws of lending, for any loan, any price and any rules in range.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use ethnum::I256;
use proptest::prelude::*;
use seawall_cascade::lending::frontier::toxic_ltv;
use seawall_cascade::lending::{
    AaveClose, BonusRule, CloseRule, CompoundClose, CompoundLine, Compounding, FixedClose,
    LendingParams, Loan, LossPayer, Market, Prices, RateModel, StoreFront, accrue_interest, health,
    is_liquidatable, ltv, plan_liquidation, quote_rate,
};
use seawall_units::{Rate, Ratio, TokenPrice, Tokens};

fn wide(units: i128) -> I256 {
    I256::from(units)
}

/// A number of so many digits at most: every size is as likely.
fn sized(digits: u32) -> impl Strategy<Value = i128> {
    (0..=digits, 1..10_i128, any::<u64>()).prop_map(move |(power, first, rest)| {
        let unit = 10_i128.pow(power);
        (first * unit + i128::from(rest) % unit).min(10_i128.pow(digits))
    })
}

fn tokens() -> impl Strategy<Value = Tokens> {
    sized(33).prop_map(|units| Tokens::from_units(units).unwrap())
}

fn price() -> impl Strategy<Value = TokenPrice> {
    sized(33).prop_map(|units| TokenPrice::from_units(units).unwrap())
}

fn share() -> impl Strategy<Value = Ratio> {
    (1..=10_000_i32).prop_map(Ratio::bps)
}

fn close() -> impl Strategy<Value = CloseRule> {
    let fixed = (share(), proptest::option::of(share()));
    let aave = (share(), share(), tokens(), share());
    prop_oneof![
        fixed.prop_map(|(factor, full_below)| CloseRule::Fixed(FixedClose { factor, full_below })),
        aave.prop_map(
            |(factor, full_up_to, small, part)| CloseRule::AaveV3(AaveClose {
                factor,
                full_up_to,
                small_position: small,
                leftover: small.mul_floor(part),
            })
        ),
        (500..=9_000_i32, share()).prop_map(|(factor, seize_share)| {
            CloseRule::CompoundV2(CompoundClose {
                factor: Ratio::bps(factor),
                seize_share,
            })
        }),
        (share(), share()).prop_map(|(liquidation_factor, store_front_price_factor)| {
            CloseRule::CompoundV3(StoreFront {
                liquidation_factor,
                store_front_price_factor,
            })
        }),
    ]
}

fn rules() -> impl Strategy<Value = LendingParams> {
    let bonus = prop_oneof![
        (0..=5_000_i32).prop_map(|bps| BonusRule::Fixed(Ratio::bps(bps))),
        (0..=100_000_i32).prop_map(|bps| BonusRule::HealthLinked {
            at_zero: Ratio::bps(bps)
        }),
    ];
    (close(), bonus, share(), share()).prop_map(|(close, bonus, threshold, fee)| LendingParams {
        max_ltv: Ratio::ZERO,
        liquidation_threshold: threshold,
        close,
        bonus,
        protocol_fee: fee,
        ..LendingParams::default()
    })
}

fn any_case() -> impl Strategy<Value = (Loan, Prices)> {
    (tokens(), tokens(), price(), price()).prop_map(|(collateral, debt, first, second)| {
        let prices = Prices {
            collateral: first,
            debt: second,
        };
        (Loan { collateral, debt }, prices)
    })
}

/// A loan near its threshold in ordinary amounts.
fn near_case() -> impl Strategy<Value = (Loan, Prices)> {
    (sized(24), 1..20_000_i32, sized(22), sized(22)).prop_map(|(units, share, first, second)| {
        let collateral = Tokens::from_units(units).unwrap();
        let prices = Prices {
            collateral: TokenPrice::from_units(first).unwrap(),
            debt: TokenPrice::from_units(second).unwrap(),
        };
        let worth = prices.in_debt(collateral, seawall_units::Round::Ceil);
        let debt = worth.mul_floor(Ratio::bps(share)).min(Tokens::MAX);
        (Loan { collateral, debt }, prices)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Nothing in range panics, and nobody takes more than there is.
    #[test]
    fn never_more_than_there_is(case in any_case(), rules in rules()) {
        let (loan, prices) = case;
        let sick = health(&loan, &prices, &rules).is_some_and(|health| health < Ratio::ONE);
        prop_assert!(sick || !is_liquidatable(&loan, &prices, &rules));
        if let Some(plan) = plan_liquidation(&loan, &prices, &rules) {
            prop_assert!(plan.repaid <= loan.debt && plan.seized <= loan.collateral);
            prop_assert!(plan.repaid.is_positive() && plan.seized.is_positive());
            prop_assert!(plan.to_protocol <= plan.seized && !plan.to_protocol.is_negative());
            let bare = plan.seized == loan.collateral && plan.credited.is_zero();
            let left = loan.debt - plan.repaid;
            prop_assert_eq!(plan.written_off, if bare { left } else { Tokens::ZERO });
        }
    }

    /// What is paid, with the bonus, is worth what is seized or more.
    #[test]
    fn nothing_is_seized_unpaid(case in near_case(), rules in rules()) {
        let (loan, prices) = case;
        if let Some(plan) = plan_liquidation(&loan, &prices, &rules) {
            let paid = wide(plan.paid.units()) * wide(prices.debt.units());
            let seized = wide(plan.seized.units()) * wide(prices.collateral.units());
            let with_bonus = paid * wide((Ratio::ONE + plan.bonus).units());
            prop_assert!(with_bonus >= seized * wide(Ratio::ONE_UNITS));
        }
    }

    /// Aave's rule clears the debt, takes all collateral, or leaves enough of both.
    #[test]
    fn aave_leaves_no_dust(case in near_case(), bonus in 0..2_000_i32) {
        let (loan, prices) = case;
        let rules = LendingParams {
            liquidation_threshold: Ratio::bps(8_300),
            bonus: BonusRule::Fixed(Ratio::bps(bonus)),
            ..LendingParams::default()
        };
        let Some(plan) = plan_liquidation(&loan, &prices, &rules) else { return Ok(()) };
        let (owed, kept) = (loan.debt - plan.repaid, loan.collateral - plan.seized);
        if owed.is_zero() || kept.is_zero() {
            return Ok(());
        }
        let least = Tokens::whole(1_000);
        prop_assert!(prices.debt.value(owed, seawall_units::Round::Floor) >= least);
        prop_assert!(prices.collateral.value(kept, seawall_units::Round::Floor) >= least);
    }

    /// A liquidation that leaves collateral lowers the loan-to-value exactly when it lay below
    /// 1/(1+i). Rounding seizes up to one grid unit too little: below the bound it always falls;
    /// at it or above, it would not fall if that unit were seized as well.
    #[test]
    fn ltv_falls_below_the_toxic_bound_and_only_there(
        case in near_case(),
        bonus in 0..2_000_i32,
        factor in share(),
    ) {
        let (loan, prices) = case;
        let rules = LendingParams {
            liquidation_threshold: Ratio::bps(5_000),
            max_ltv: Ratio::ZERO,
            close: CloseRule::Fixed(FixedClose { factor, full_below: None }),
            bonus: BonusRule::Fixed(Ratio::bps(bonus)),
            ..LendingParams::default()
        };
        let Some(plan) = plan_liquidation(&loan, &prices, &rules) else { return Ok(()) };
        if plan.seized == loan.collateral || plan.repaid == loan.debt {
            return Ok(());
        }
        // (D−d)/(C−s) < D/C  ⇔  D·s < d·C
        let given = |extra: i128| wide(loan.debt.units()) * wide(plan.seized.units() + extra);
        let taken = wide(plan.repaid.units()) * wide(loan.collateral.units());
        // LTV < 1/(1+i)  ⇔  (1+i)·D·P_d < C·P_c
        let grown = wide(loan.debt.units())
            * wide(prices.debt.units())
            * wide(Ratio::bps(10_000 + bonus).units());
        let posted = wide(loan.collateral.units())
            * wide(prices.collateral.units())
            * wide(Ratio::ONE_UNITS);
        match grown < posted {
            true => prop_assert!(given(0) < taken),
            false => prop_assert!(given(1) > taken),
        }
        let printed = ltv(&loan, &prices).unwrap();
        prop_assert!(printed > toxic_ltv(Ratio::bps(bonus)) || given(0) < taken || bonus == 0);
    }

    /// Utilisation and rates stay in their ranges, and rates rise with utilisation.
    #[test]
    fn rates_rise_with_use(
        (cash, lent) in (tokens(), tokens()),
        kept in share(),
        (low, high) in (0..=10_000_i32, 0..=10_000_i32),
        slopes in (0..100_000_i32, 0..100_000_i32, 100..9_900_i32),
    ) {
        let market = Market {
            cash,
            borrowed: lent,
            reserves: (cash + lent).mul_floor(kept),
            ..Market::default()
        };
        let used = market.utilisation();
        prop_assert!(used >= Ratio::ZERO && used <= Ratio::ONE);
        let yearly = |bps: i32| Rate::from_units(Ratio::bps(bps).units()).unwrap();
        let kink = Ratio::bps(slopes.2);
        let models = [
            RateModel::Kinked { base: Rate::ZERO, kink, slope_1: yearly(slopes.0), slope_2: yearly(slopes.1) },
            RateModel::Jump(CompoundLine { base: Rate::ZERO, slope: yearly(slopes.0), jump: yearly(slopes.1), kink }),
        ];
        let (low, high) = (Ratio::bps(low.min(high)), Ratio::bps(low.max(high)));
        for rate in models {
            let rules = LendingParams { rate, ..LendingParams::default() };
            prop_assert!(rules.validate().is_ok());
            let (first, second) = (quote_rate(low, &rules), quote_rate(high, &rules));
            prop_assert!(first.borrow <= second.borrow && first.supply <= second.supply);
            prop_assert!(first.supply <= first.borrow);
        }
    }

    /// Interest is never below the exact figure, and looking twice never pays the borrower.
    #[test]
    fn interest_never_favours_the_borrower(
        debt in sized(27), bps in 0..100_000_i32, first in 0..10_000_000_u64, then in 0..10_000_000_u64,
    ) {
        let debt = Tokens::from_units(debt).unwrap();
        let rate = Rate::from_units(Ratio::bps(bps).units()).unwrap();
        let gathered = |debt, seconds, how| accrue_interest(debt, rate, seconds, how);
        let simple = gathered(debt, first, Compounding::None);
        let exact = wide(debt.units()) * wide(rate.units()) * wide(first.into());
        let year = wide(31_536_000) * wide(Ratio::ONE_UNITS);
        prop_assert!(wide(simple.units()) * year >= exact);
        prop_assert!((wide(simple.units()) - 1) * year < exact || simple.is_zero());
        prop_assert!(gathered(debt, first, Compounding::EverySecond) >= simple);
        for how in [Compounding::None, Compounding::EverySecond] {
            let once = gathered(debt, first + then, how);
            let early = gathered(debt, first, how);
            let late = gathered(debt + early, then, how);
            // The unit that the first look rounded up gathers interest itself, and the growth is
            // counted in 10⁻²⁷ a second: within one part in 10¹⁵.
            let slack = Tokens::ULP
                + Tokens::ULP
                + gathered(Tokens::ULP, then, how)
                + once.mul_ceil(Ratio::from_units(1_000).unwrap());
            prop_assert!(early + late + slack >= once, "{how:?}");
            prop_assert!(how == Compounding::None || early + late <= once + slack);
        }
    }

    /// Every unit of bad debt has exactly one payer, and nobody pays more than it has.
    #[test]
    fn bad_debt_is_split_exactly(
        market in (tokens(), tokens(), tokens(), tokens()),
        loss in tokens(),
        order in proptest::collection::vec(
            prop_oneof![Just(LossPayer::Reserves), Just(LossPayer::Cover), Just(LossPayer::Lenders)],
            0..4,
        ),
    ) {
        let (cash, borrowed, reserves, cover) = market;
        let market = Market { cash, borrowed, reserves, cover, uncovered: Tokens::ZERO };
        let plan = market.plan_write_off(loss, &order);
        prop_assert_eq!(plan.total(), loss.min(borrowed));
        prop_assert!(plan.reserves <= reserves && plan.cover <= cover);
        let mut after = market;
        after.commit_write_off(&plan);
        let fell = market.lenders_claim() - after.lenders_claim();
        prop_assert_eq!(fell, plan.lenders);
    }
}
