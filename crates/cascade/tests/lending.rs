//! Figures of lending from outside: protocols' configurations, papers, and hand calculations.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use seawall_cascade::lending::frontier::{impact_multiplier, toxic_ltv, toxic_ltv_in_pool};
use seawall_cascade::lending::{
    AaveClose, BonusRule, CloseRule, CompoundClose, CompoundLine, Compounding, FixedClose,
    LendingParams, Loan, LossPayer, Market, Prices, RateModel, Seizure, StoreFront,
    accrue_interest, health, is_liquidatable, ltv, plan_liquidation, quote_rate,
};
use seawall_units::{Rate, Ratio, Round, TokenPrice, Tokens};

fn t(text: &str) -> Tokens {
    text.parse().unwrap()
}

fn r(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

fn at(price: &str) -> Prices {
    Prices {
        collateral: price.parse().unwrap(),
        debt: TokenPrice::ONE,
    }
}

fn loan(collateral: &str, debt: &str) -> Loan {
    Loan {
        collateral: t(collateral),
        debt: t(debt),
    }
}

/// Borrow and supply at utilisations, reserve factor zero.
fn borrow_at(model: RateModel, used: &str) -> Rate {
    let rules = LendingParams {
        rate: model,
        ..LendingParams::default()
    };
    rules.validate().unwrap();
    quote_rate(r(used), &rules).borrow
}

fn kinked(kink: &str, slope_1: &str, slope_2: &str) -> RateModel {
    RateModel::Kinked {
        base: Rate::ZERO,
        kink: r(kink),
        slope_1: rate(slope_1),
        slope_2: rate(slope_2),
    }
}

#[test]
fn aave_rates() {
    let usdc = kinked("92%", "6.5%", "35%");
    // 6.5 % · 50/92, rounded up
    assert_eq!(borrow_at(usdc, "50%"), rate("0.035326086956521740"));
    assert_eq!(borrow_at(usdc, "92%"), rate("6.5%"));
    assert_eq!(borrow_at(usdc, "96%"), rate("24%"));
    assert_eq!(borrow_at(usdc, "100%"), rate("41.5%"));
    let weth = LendingParams::default().rate;
    assert_eq!(borrow_at(weth, "100%"), rate("22.7%"));
    assert_eq!(borrow_at(kinked("80%", "1%", "40%"), "100%"), rate("41%"));
}

#[test]
fn compound_v2_jump_rates() {
    let model = RateModel::Jump(CompoundLine::default());
    let pins = [
        ("0%", "2%"),
        ("50%", "12%"),
        ("90%", "20%"),
        ("95%", "30%"),
        ("100%", "40%"),
    ];
    for (used, expected) in pins {
        assert_eq!(borrow_at(model, used), rate(expected), "{used}");
    }
}

#[test]
fn compound_iii_pays_lenders_more_than_borrowers_pay_at_full_use() {
    let line = |base, slope, jump| CompoundLine {
        base: rate(base),
        slope: rate(slope),
        jump: rate(jump),
        kink: r("80%"),
    };
    let rules = LendingParams {
        rate: RateModel::TwoLines {
            borrow: line("1.5%", "3.5%", "25%"),
            supply: line("0%", "3.25%", "40%"),
        },
        ..LendingParams::default()
    };
    let pins = [
        ("50%", "3.25%", "1.625%"),
        ("80%", "4.3%", "2.6%"),
        ("90%", "6.8%", "6.6%"),
        ("100%", "9.3%", "10.6%"),
    ];
    for (used, borrow, supply) in pins {
        let rates = quote_rate(r(used), &rules);
        assert_eq!(
            (rates.borrow, rates.supply),
            (rate(borrow), rate(supply)),
            "{used}"
        );
    }
}

#[test]
fn lenders_earn_what_borrowers_pay_less_the_reserve_factor() {
    // 24 % · 0.96 · 0.9 = 20.736 %
    let rules = LendingParams {
        rate: kinked("92%", "6.5%", "35%"),
        reserve_factor: r("10%"),
        ..LendingParams::default()
    };
    assert_eq!(quote_rate(r("96%"), &rules).supply, rate("20.736%"));
}

#[test]
fn toxic_thresholds() {
    let pins = [
        ("5%", "0.952380952380952380"),
        ("5.5%", "0.947867298578199052"),
        ("8%", "0.925925925925925925"),
        ("10%", "0.909090909090909090"),
        ("15%", "0.869565217391304347"),
    ];
    for (bonus, expected) in pins {
        assert_eq!(toxic_ltv(r(bonus)), r(expected), "{bonus}");
    }
}

#[test]
fn toxic_frontier_in_a_pool() {
    let pins = [
        ("1", "0.93370682"),
        ("5", "0.86580087"),
        ("10", "0.79365079"),
        ("20", "0.68027211"),
        ("50", "0.47619048"),
    ];
    for (collateral, expected) in pins {
        let bound = toxic_ltv_in_pool(r("5%"), t(collateral), Tokens::whole(100));
        // Printed with eight decimals, to the nearest.
        let rounded = (bound + r("0.000000005")).to_string();
        assert!(rounded.starts_with(expected), "{collateral}: {bound}");
    }
    // A bonus that is nothing at the threshold leaves 1/λ there: 1/1.1.
    let linked = BonusRule::HealthLinked { at_zero: r("5%") };
    let bound = toxic_ltv_in_pool(linked.at(Ratio::ONE), t("5"), t("100"));
    assert_eq!(bound, r("0.909090909090909090"));
    assert_eq!(impact_multiplier(t("5"), t("100")), Some(r("1.1")));
    assert_eq!(impact_multiplier(t("5"), t("0")), None);
    assert_eq!(toxic_ltv_in_pool(r("5%"), t("5"), t("0")), Ratio::ZERO);
}

fn fixture_rules(factor: &str) -> LendingParams {
    LendingParams {
        liquidation_threshold: r("80%"),
        max_ltv: r("80%"),
        close: CloseRule::Fixed(FixedClose {
            factor: r(factor),
            full_below: Some(r("95%")),
        }),
        bonus: BonusRule::Fixed(r("5%")),
        protocol_fee: Ratio::ZERO,
        ..LendingParams::default()
    }
}

/// What ten borrowers with thresholds 96, 93, … 69 and one constant-product pool come to: final
/// price, rounds, collateral sold, debt repaid, shortfall.
fn ten_borrowers(rules: &LendingParams, depth: i32) -> (TokenPrice, u32, [Tokens; 3]) {
    rules.validate().unwrap();
    let shock = t("259.783520851540955").mul_floor(Ratio::whole(depth));
    let (mut x, mut y) = (
        Tokens::whole(10_000 * depth),
        Tokens::whole(1_000_000 * depth),
    );
    let mut sell = |amount: Tokens| {
        let out = y.mul_div_floor(amount, x + amount).unwrap();
        (x, y) = (x + amount, y - out);
        TokenPrice::of(y, x, Round::Floor).unwrap()
    };
    let mut spot = sell(shock);
    let mut loans: Vec<Loan> = (0..10)
        .map(|i| Loan {
            collateral: Tokens::whole(500),
            debt: Tokens::whole(400 * (96 - 3 * i)),
        })
        .collect();
    let (mut rounds, mut sold, mut repaid) = (0, Tokens::ZERO, Tokens::ZERO);
    loop {
        let prices = Prices {
            collateral: spot,
            debt: TokenPrice::ONE,
        };
        let mut taken = Vec::new();
        for loan in &mut loans {
            if let Some(seizure) = plan_liquidation(loan, &prices, rules) {
                loan.debt -= seizure.repaid;
                loan.collateral -= seizure.seized;
                repaid += seizure.repaid;
                taken.push(seizure.seized);
            }
        }
        if taken.is_empty() {
            break;
        }
        rounds += 1;
        sold += taken.iter().copied().sum();
        taken.into_iter().for_each(|amount| spot = sell(amount));
    }
    let bare = |loan: &Loan| (loan.debt - spot.value(loan.collateral, Round::Floor)).or_zero();
    (spot, rounds, [sold, repaid, loans.iter().map(bare).sum()])
}

/// Whether an amount is the real-number figure to twelve significant digits.
fn close_to(amount: impl ToString, expected: &str) {
    let shown = amount.to_string();
    let digits = |text: &str| -> String { text.chars().filter(|c| *c != '.').take(12).collect() };
    assert_eq!(shown.find('.'), expected.find('.'), "{shown} {expected}");
    assert_eq!(digits(&shown), digits(expected), "{shown} {expected}");
}

#[test]
fn the_first_round_of_the_ten_borrowers() {
    let first = Loan {
        collateral: Tokens::whole(500),
        debt: Tokens::whole(38_400),
    };
    let seizure = plan_liquidation(&first, &at("95"), &fixture_rules("50%")).unwrap();
    assert_eq!(seizure.repaid, t("19200"));
    assert_eq!(seizure.seized, t("212.210526315789473684"));
    assert_eq!(seizure.written_off, Tokens::ZERO);
    assert_eq!(seizure.from_reserves(), Tokens::ZERO);
    // At its threshold health is exactly one: not liquidatable.
    assert!(!is_liquidatable(&first, &at("96"), &fixture_rules("50%")));
    assert_eq!(
        health(&first, &at("96"), &fixture_rules("50%")),
        Some(Ratio::ONE)
    );
    assert_eq!(ltv(&first, &at("96")), Some(r("80%")));
}

#[test]
fn ten_borrowers_in_one_pool() {
    let (spot, rounds, [sold, repaid, shortfall]) = ten_borrowers(&fixture_rules("50%"), 1);
    close_to(spot, "43.61107786372654");
    assert_eq!(rounds, 7);
    close_to(sold, "4882.856204976141");
    close_to(repaid, "327566.7393560441");
    close_to(shortfall, "2433.260643955898");
}

#[test]
fn a_whole_close_factor_halves_the_rounds_and_triples_the_shortfall() {
    let (spot, rounds, [sold, repaid, shortfall]) = ten_borrowers(&fixture_rules("100%"), 1);
    close_to(spot, "45.43671497508652");
    assert_eq!(rounds, 4);
    close_to(sold, "4575.523465747224");
    close_to(repaid, "323354.5841741427");
    close_to(shortfall, "6645.415825857247");
}

#[test]
fn twice_the_depth_or_half_the_close_factor_ends_it_after_one() {
    let (_, rounds, [sold, repaid, shortfall]) = ten_borrowers(&fixture_rules("25%"), 1);
    assert_eq!((rounds, repaid, shortfall), (1, t("9600"), Tokens::ZERO));
    close_to(sold, "106.1052631578947");
    let (spot, ..) = ten_borrowers(&fixture_rules("25%"), 1);
    close_to(spot, "93.06511322733076");
}

#[test]
fn aave_closes_small_and_sick_positions_whole() {
    let aave = LendingParams {
        bonus: BonusRule::Fixed(r("5%")),
        liquidation_threshold: r("80%"),
        max_ltv: r("80%"),
        ..LendingParams::default()
    };
    aave.validate().unwrap();
    let repaid = |loan: Loan, price| plan_liquidation(&loan, &at(price), &aave).unwrap().repaid;
    // Health 0.8·100·50/4 100 = 0.9756: half.
    assert_eq!(repaid(loan("100", "4100"), "50"), t("2050"));
    // Health exactly 0.95: all of it. 0.8·100·49.875/4 200 = 0.95
    assert_eq!(repaid(loan("100", "4200"), "49.875"), t("4200"));
    // Collateral of 2 400 but a debt below 2 000: all of it.
    assert_eq!(repaid(loan("48", "1999"), "50"), t("1999"));
    // The same just at the bound: half of 2 000 leaves 1 000 of debt.
    assert_eq!(repaid(loan("49", "2000"), "50"), t("1000"));
}

#[test]
fn aave_leaves_no_dust() {
    // LT 95 %, bonus 5 %: collateral 2 100, debt 2 000, health 0.9975. Half would leave collateral
    // of 2 100 − 1 050 = 1 050: allowed. At 2 040 of collateral (health 0.969) half would leave
    // 990; the most that leaves 1 000 is 1 040/1.05 = 990.476…
    let rules = LendingParams {
        bonus: BonusRule::Fixed(r("5%")),
        liquidation_threshold: r("95%"),
        max_ltv: r("90%"),
        ..LendingParams::default()
    };
    rules.validate().unwrap();
    let whole = plan_liquidation(&loan("2100", "2000"), &at("1"), &rules).unwrap();
    assert_eq!(whole.repaid, t("1000"));
    let less = plan_liquidation(&loan("2040", "2000"), &at("1"), &rules).unwrap();
    assert_eq!(less.repaid, t("990.476190476190476190"));
    assert!(t("2040") - less.seized >= t("1000"));
    // One tenth of the bonus of 5/105 is the protocol's.
    assert_eq!(whole.seized, t("1050"));
    assert_eq!(whole.to_protocol, t("5"));
    assert_eq!(whole.to_liquidator(), t("1045"));
}

#[test]
fn aave_refuses_a_bonus_beyond_the_threshold() {
    let rules = LendingParams {
        liquidation_threshold: r("90%"),
        bonus: BonusRule::Fixed(r("12%")), // 0.9 · 1.12 = 1.008
        ..LendingParams::default()
    };
    let error = rules.validate().unwrap_err();
    assert_eq!(
        (error.field, error.value.as_str()),
        ("bonus.fixed", "0.120000000000000000")
    );
    let fixed = LendingParams {
        close: CloseRule::Fixed(FixedClose::default()),
        ..rules
    };
    fixed.validate().unwrap();
}

#[test]
fn capped_collateral_leaves_bad_debt() {
    // 100 tokens at 36 pay for 3 600/1.05 = 3 428.571…; 571.428… of 4 000 is left bare.
    let seizure = plan_liquidation(&loan("100", "4000"), &at("36"), &fixture_rules("50%")).unwrap();
    assert_eq!(seizure.seized, t("100"));
    assert_eq!(seizure.repaid, t("3428.571428571428571429"));
    assert_eq!(seizure.written_off, t("571.428571428571428571"));
}

#[test]
fn compound_v2_takes_a_share_of_all_that_is_seized() {
    let rules = LendingParams {
        liquidation_threshold: r("75%"),
        max_ltv: r("75%"),
        close: CloseRule::CompoundV2(CompoundClose::default()),
        bonus: BonusRule::Fixed(r("8%")),
        ..LendingParams::default()
    };
    rules.validate().unwrap();
    let seizure = plan_liquidation(&loan("10", "800"), &at("100"), &rules).unwrap();
    // Half of 800 at 1.08/100: 4.32, of which 2.8 % = 0.12096.
    assert_eq!(seizure.repaid, t("400"));
    assert_eq!(seizure.seized, t("4.32"));
    assert_eq!(seizure.to_protocol, t("0.12096"));
}

#[test]
fn compound_iii_absorbs_and_sells_at_its_store_front() {
    let rules = LendingParams {
        liquidation_threshold: r("89.5%"),
        max_ltv: r("82.5%"),
        close: CloseRule::CompoundV3(StoreFront::default()),
        ..LendingParams::default()
    };
    rules.validate().unwrap();
    // 10 WETH at 1 990 against 18 000: 0.895 · 19 900 = 17 810.5. The borrower is credited
    // 0.95 · 19 900 − 18 000 = 905; the collateral brings 0.975 · 19 900 = 19 402.5; the reserves
    // gain 19 402.5 − 18 000 − 905 = 497.5.
    let seizure = plan_liquidation(&loan("10", "18000"), &at("1990"), &rules).unwrap();
    let expected = Seizure {
        repaid: t("18000"),
        paid: t("19402.5"),
        seized: t("10"),
        to_protocol: Tokens::ZERO,
        bonus: r("0.025641025641025642"), // 0.025/0.975, up
        credited: t("905"),
        written_off: Tokens::ZERO,
    };
    assert_eq!(seizure, expected);
    assert_eq!(seizure.from_reserves(), t("-497.5"));
    // At 1 800 the collateral brings 17 550 for a debt of 18 000: the reserves lose 450.
    let deep = plan_liquidation(&loan("10", "18000"), &at("1800"), &rules).unwrap();
    assert_eq!(
        (deep.credited, deep.from_reserves()),
        (Tokens::ZERO, t("450"))
    );
}

#[test]
fn hard_bounds_of_the_contracts() {
    let compound = |factor, threshold: &str| LendingParams {
        liquidation_threshold: r(threshold),
        max_ltv: r("50%"),
        close: CloseRule::CompoundV2(CompoundClose {
            factor: r(factor),
            ..CompoundClose::default()
        }),
        ..LendingParams::default()
    };
    let said = |rules: LendingParams| rules.validate().unwrap_err().to_string();
    assert!(compound("5%", "90%").validate().is_ok());
    assert!(said(compound("4%", "80%")).ends_with("legal: 0.05 to 0.9"));
    assert!(said(compound("91%", "80%")).contains("`close.compound_v2.factor` is 0.91"));
    assert!(said(compound("50%", "91%")).ends_with("legal: above 0 to 0.9 under compound_v2"));
    let aave = LendingParams {
        close: CloseRule::AaveV3(AaveClose {
            leftover: t("2001"),
            ..AaveClose::default()
        }),
        ..LendingParams::default()
    };
    assert!(said(aave).ends_with("legal: 0 to small_position"));
    let kink = LendingParams {
        rate: kinked("100%", "1%", "1%"),
        ..LendingParams::default()
    };
    assert!(said(kink).ends_with("legal: 0.01 to 0.99"));
}

#[test]
fn interest_by_name() {
    let month = 2_592_000;
    // 1 000 · 41.5 % · 30/365 = 34.109589041095890410…, up
    let simple = accrue_interest(t("1000"), rate("41.5%"), month, Compounding::None);
    assert_eq!(simple, t("34.109589041095890411"));
    // 1 000 · ((1 + 0.415/31 536 000)^2 592 000 − 1) = 34.697991843663038379… (sixty-digit decimals)
    let every = accrue_interest(t("1000"), rate("41.5%"), month, Compounding::EverySecond);
    let exact = t("34.697991843663038379");
    // Above the exact figure, by less than 10⁻²⁷ of 1 035 a second, and a grid unit: 0.000000000000000004.
    assert!(
        every > exact && every - exact <= t("0.000000000000000004"),
        "{every}"
    );
}

#[test]
fn bad_debt_is_borne_in_order() {
    let market = Market {
        cash: t("200"),
        borrowed: t("800"),
        reserves: t("50"),
        cover: t("30"),
        uncovered: Tokens::ZERO,
    };
    let order = [LossPayer::Reserves, LossPayer::Cover, LossPayer::Lenders];
    let mut after = market;
    let plan = market.plan_write_off(t("100"), &order);
    assert_eq!(
        (plan.reserves, plan.cover, plan.lenders),
        (t("50"), t("30"), t("20"))
    );
    after.commit_write_off(&plan);
    assert_eq!(after.lenders_claim(), market.lenders_claim() - t("20"));
    // Aave without an Umbrella records the deficit; the claims do not move.
    let mut recorded = market;
    recorded.commit_write_off(&market.plan_write_off(t("100"), &[]));
    assert_eq!(recorded.uncovered, t("100"));
    assert_eq!(recorded.lenders_claim(), market.lenders_claim());
}

#[test]
fn rules_read_from_a_file() {
    let text = r#"
        max_ltv = "75%"
        liquidation_threshold = "80%"
        close = { aave_v3 = { small_position = "3000", leftover = "1500" } }
        bonus = { health_linked = { at_zero = "50%" } }
        rate = { jump = { kink = "85%" } }
        compounding = "every_second"
        losses = ["reserves", "cover", "lenders"]
    "#;
    let rules: LendingParams = toml::from_str(text).unwrap();
    rules.validate().unwrap();
    assert_eq!(rules.bonus.most(), r("50%"));
    let fixed: LendingParams =
        toml::from_str("bonus = { fixed = \"8%\" }\nclose = { fixed = {} }").unwrap();
    assert_eq!(fixed.close, CloseRule::Fixed(FixedClose::default()));
    assert!(toml::from_str::<LendingParams>("bonuss = \"8%\"").is_err());
}
