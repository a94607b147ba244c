//! Transactions of an attacker, worked by hand: which prices can be moved within one moment, what
//! is gained by it, and that a transaction that does not stand leaves nothing behind.
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_cascade::attack::{AttackEnd, AttackReport, Undone};
use seawall_cascade::books::{Account, Asset};
use seawall_cascade::config::AttackConfig;
use seawall_cascade::{Class, Config, World};
use seawall_units::{TokenPrice, Tokens};

/// A pool of 10 000 T and 1 000 000, a market that lends 75 % on T and one that lends it on the
/// pool's shares, each with 20 million to lend; somebody owes 38 400 on 500 T.
fn world(feed: &str) -> World {
    let text = format!(
        r#"
        tokens.T.price = "100"
        pools.main = {{ token = "T", curve.constant_product = {{ token = "10000", quote = "1000000" }} }}
        [feeds]
        f = {feed}
        naive = {{ lp_share = {{ pool = "main", pricing = "naive", price = {{ outside = {{ token = "T" }} }} }} }}
        fair = {{ lp_share = {{ pool = "main", pricing = "fair", price = {{ outside = {{ token = "T" }} }} }} }}
        [lending.coin]
        collateral = "T"
        feed = "f"
        lenders = "20000000"
        [lending.coin.rules]
        max_ltv = "75%"
        liquidation_threshold = "80%"
        protocol_fee = "0"
        close.fixed = {{ factor = "50%", full_below = "95%" }}
        bonus.fixed = "5%"
        rate.kinked = {{ base = "0", kink = "90%", slope_1 = "0", slope_2 = "0" }}
        [lending.share-naive]
        collateral = "main"
        feed = "naive"
        lenders = "20000000"
        rules.max_ltv = "75%"
        [lending.share-fair]
        collateral = "main"
        feed = "fair"
        lenders = "20000000"
        rules.max_ltv = "75%"
        [loans.victim]
        market = "coin"
        collateral = "500"
        debt.amount = "38400"
        "#
    );
    let config: Config = toml::from_str(&text).unwrap();
    World::new(&config).unwrap()
}

const SPOT: &str = r#"{ pool_spot = { pool = "main" } }"#;
/// Prices that one transaction does not move.
const FIRM: [&str; 6] = [
    r#"{ outside = { token = "T" } }"#,
    r#"{ source = { inner = { pool_spot = { pool = "main" } }, design = { arithmetic_twap = { window = 1800 } } } }"#,
    r#"{ source = { inner = { pool_spot = { pool = "main" } }, design = { geometric_twap = { window = 1800 } } } }"#,
    r#"{ source = { inner = { pool_spot = { pool = "main" } }, design = { push = { deviation = "0.5%", heartbeat = 3600 } } } }"#,
    r#"{ delayed = { inner = { pool_spot = { pool = "main" } }, seconds = 3600, step = 3600 } }"#,
    r#"{ median = { of = [
        { pool_spot = { pool = "main" } }, { outside = { token = "T" } },
        { source = { inner = { pool_spot = { pool = "main" } }, design = { arithmetic_twap = { window = 1800 } } } } ] } }"#,
];

fn attack(text: &str) -> AttackConfig {
    toml::from_str(text).unwrap()
}

fn tokens(text: &str) -> Tokens {
    text.parse().unwrap()
}

/// Pump, borrow on what was bought, sell the rest.
fn over_borrow() -> AttackConfig {
    attack(
        r#"
        flash = { asset = "USD", amount = "1000000" }
        steps = [
            { buy = { pool = "main", quote = { exactly = "1000000" } } },
            { borrow = { market = "coin", collateral = { exactly = "2000" } } },
            { sell = { pool = "main", token = "all" } },
        ]
        "#,
    )
}

#[test]
fn a_market_that_is_shown_the_spot_price_lends_four_times_too_much() {
    // 1 000 000 buys 5 000 T and makes 100 into 400. On 2 000 T at 400 the market lends
    // 0.75 · 800 000 = 600 000. The other 3 000 T fetch 2 000 000 − 10^10/8 000 = 750 000.
    // 750 000 + 600 000 − 1 000 000 − 0.05 % of it = 349 500.
    let report = world(SPOT).preview_attack(&over_borrow());
    assert_eq!(report.end, AttackEnd::Stands);
    assert_eq!(report.borrowed, Tokens::whole(600_000));
    assert_eq!(report.fee, Tokens::whole(500));
    assert_eq!(report.profit, Tokens::whole(349_500));
    let shown: Vec<TokenPrice> = report.shown.iter().map(|shown| shown[0]).collect();
    let prices = ["100", "400", "400", "156.25"];
    assert_eq!(shown, prices.map(|price| price.parse().unwrap()));
}

#[test]
fn what_one_transaction_does_not_move_leaves_it_a_loss() {
    // At 100 the market lends 150 000: 750 000 + 150 000 does not repay 1 000 500.
    for feed in FIRM {
        let report = world(feed).preview_attack(&over_borrow());
        let missing = Tokens::whole(100_500);
        let undone = AttackEnd::Undone(Undone::NotRepaid { missing });
        assert_eq!(report.end, undone, "{feed}");
        assert_eq!(report.borrowed, Tokens::whole(150_000));
        let shown: TokenPrice = "100".parse().unwrap();
        assert!(report.shown.iter().all(|each| each[0] == shown), "{feed}");
    }
}

/// Buys half of the tokens, provides them, and borrows on the shares while the pool is pushed.
fn on_shares(market: &str) -> AttackConfig {
    attack(&format!(
        r#"
        flash = {{ asset = "USD", amount = "39000000" }}
        steps = [
            {{ buy = {{ pool = "main", quote = {{ exactly = "1000000" }} }} }},
            {{ provide = {{ pool = "main", token = "all", quote = {{ exactly = "2000000" }} }} }},
            {{ buy = {{ pool = "main", quote = {{ exactly = "36000000" }} }} }},
            {{ borrow = {{ market = "{market}", collateral = "all" }} }},
            {{ sell = {{ pool = "main", token = "all" }} }},
        ]
        "#
    ))
}

#[test]
fn shares_counted_by_their_reserves_are_worth_what_a_swap_makes_of_them() {
    // 1 000 000 buys 5 000 T: 5 000 T and 2 000 000 are left at 400. As much again is provided for
    // half of the shares, 100 000. 36 000 000 more leave 1 000 T and 40 000 000: counted at the
    // outside price of 100, (100 000 + 40 000 000) / 200 000 = 200.5 a share. The market lends
    // 0.75 · 20 050 000 = 15 037 500. The 9 000 T sell for 36 000 000 again.
    // 36 000 000 + 15 037 500 − 39 000 000 − 19 500 = 12 018 000.
    let report = world(SPOT).preview_attack(&on_shares("share-naive"));
    assert_eq!(report.end, AttackEnd::Stands);
    assert_eq!(report.borrowed, Tokens::whole(15_037_500));
    assert_eq!(report.profit, Tokens::whole(12_018_000));
    // Markets in the order of names: coin, share-fair, share-naive.
    let naive: Vec<String> = report
        .shown
        .iter()
        .map(|shown| shown[2].to_string())
        .collect();
    assert_eq!(naive[0], "20.000000000000000000");
    assert_eq!(naive[3], "200.500000000000000000");
    // Fairly priced: 2·√(4·10^10·100) / 200 000 = 20 throughout. 1 500 000 is lent.
    let report = world(SPOT).preview_attack(&on_shares("share-fair"));
    assert!(
        report
            .shown
            .iter()
            .all(|shown| shown[1] == "20".parse().unwrap())
    );
    assert_eq!(report.borrowed, Tokens::whole(1_500_000));
    let missing = Tokens::whole(1_519_500);
    assert_eq!(report.end, AttackEnd::Undone(Undone::NotRepaid { missing }));
}

/// Pushes the price down, liquidates somebody who was healthy, and trades back.
fn on_a_victim() -> AttackConfig {
    attack(
        r#"
        capital = "40000"
        flash = { asset = "T", amount = "2500", fee = "0" }
        steps = [
            { sell = { pool = "main", token = "all" } },
            { liquidate = { market = "coin", owner = "victim" } },
            { back = { pool = "main" } },
        ]
        "#,
    )
}

#[test]
fn a_healthy_loan_is_liquidated_where_the_spot_price_is_shown() {
    // 2 500 T fetch 200 000 and make 100 into 64. The health of 0.8 · 500 · 64 / 38 400 = 2/3 opens
    // the whole loan; 500 T at 64 pay 32 000 / 1.05 = 30 476.19… of it. 200 000 buy the 2 500 T back.
    // 500 T at 100 for 30 476.19…: 19 523.81….
    let report = world(SPOT).preview_attack(&on_a_victim());
    assert_eq!(report.end, AttackEnd::Stands);
    assert_eq!(report.profit.to_string(), "19523.809523809523809523");
    for feed in FIRM {
        let report = world(feed).preview_attack(&on_a_victim());
        assert_eq!(report.end, AttackEnd::Undone(Undone::Healthy { step: 2 }));
    }
}

#[test]
fn a_transaction_that_does_not_stand_changes_nothing() {
    let mut shocked = world(FIRM[0]);
    let mut text = over_borrow();
    let report = stepped(&mut shocked, &text);
    assert!(matches!(report.end, AttackEnd::Undone(_)));
    let mut calm = world(FIRM[0]);
    calm.step();
    assert_eq!(shocked.books().journal(), calm.books().journal());
    // Nor does one that only breaks even, unless it does not mind.
    text.flash = None;
    text.capital = Tokens::whole(1_000_000);
    text.steps.truncate(1);
    text.steps.push(
        attack(r#"steps = [{ back = { pool = "main" } }]"#)
            .steps
            .remove(0),
    );
    let report = world(SPOT).preview_attack(&text);
    assert_eq!(report.end, AttackEnd::Undone(Undone::NoProfit));
    text.unless = seawall_cascade::config::Unless::Repaid;
    let report = world(SPOT).preview_attack(&text);
    assert_eq!(
        (report.end, report.profit),
        (AttackEnd::Stands, Tokens::ZERO)
    );
}

#[test]
fn what_an_attacker_takes_the_lenders_miss() {
    let mut world = world(SPOT);
    let report = stepped(&mut world, &over_borrow());
    assert_eq!(report.end, AttackEnd::Stands);
    let attacker = world.books().balance(Asset::Quote, Account::Attacker);
    assert_eq!(attacker, report.profit);
    let lender = world.books().balance(Asset::Quote, Account::FlashLender);
    assert_eq!(lender, report.fee);
    // At 156.25 the 2 000 T are worth 312 500 and the loan is liquidated in the same round: they pay
    // 312 500 / 1.05 of the 600 000, and nobody pays the rest.
    let paid = world.who_paid();
    assert_eq!(paid.sum(), Tokens::ZERO);
    let lenders = paid.of(Class::Lenders);
    assert_eq!(lenders, -tokens("302380.952380952380952380"));
}

/// Runs a round in which the attack is the only shock.
fn stepped(world: &mut World, attack: &AttackConfig) -> AttackReport {
    let mut config = world.config().clone();
    let act = seawall_cascade::config::ShockAct::Attack(attack.clone());
    let shock = seawall_cascade::config::ShockConfig { round: 1, act };
    config.shocks.insert("attack".to_owned(), shock);
    *world = World::new(&config).unwrap();
    world.step().attacks.remove(0)
}
