//! Auctions in a world: who bids, who pays, and that the books hold.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use proptest::prelude::*;
use seawall_cascade::books::Account;
use seawall_cascade::{AuctionReport, Class, Config, Run, World};
use seawall_units::{TokenPrice, Tokens};

fn t(text: &str) -> Tokens {
    text.parse().unwrap()
}

/// One vault of 120 at 100 of debt each, liquidatable below 150; the price falls to 140.
const VAULT: &str = r#"
    tokens.ETH = { price = "200", path = ["140"] }
    pools.main = { token = "ETH", curve.constant_product = { token = "10000", quote = "2000000" } }
    feeds.eth.outside.token = "ETH"
    measures.spiral_from = "2"
    loans.vault = { market = "maker", collateral = "120", debt.amount = "12000" }

    [lending.maker]
    collateral = "ETH"
    feed = "eth"
    reserves = "500"
    rules.max_ltv = "66%"
    rules.liquidation_threshold = "66.66%"
    rules.rate.kinked = { base = "0", kink = "90%", slope_1 = "0", slope_2 = "0" }
    rules.losses = ["reserves"]

    [lending.maker.auction]
    keepers.first = { cash = "100000", gas_up_to = "10", sells = "0" }
    keepers.second = { cash = "100000", gas_up_to = "10", sells = "0" }
    keepers.third = { cash = "100", gas_up_to = "100", sells = "0" }
    debt_auction = { lot = "1000", price = "200", discount = "0" }
"#;

fn run(text: &str) -> Run {
    let config: Config = toml::from_str(text).unwrap();
    World::new(&config).unwrap().run()
}

fn auctions(run: &Run) -> AuctionReport {
    run.outcome.auctions.unwrap()
}

#[test]
fn keepers_who_are_awake_pay_the_debt_and_give_back_the_rest() {
    let run = run(VAULT);
    let told = auctions(&run);
    // Lots of 50, 50 and 20; 5 650, 5 650 and 2 260 are wanted. At 140 less 5 % both keepers would
    // take 5 650/133 = 42.481… and 2 260/133 = 16.992… for it, and neither undercuts the other by 3 %.
    assert_eq!((told.lots, told.unopposed), (3, 0));
    assert_eq!(told.raised, t("13560"));
    let sold = t("42.481203007518796993") + t("42.481203007518796993") + t("16.992481203007518797");
    assert_eq!(told.returned, t("120") - sold);
    assert_eq!(run.outcome.repaid, t("12000"));
    assert_eq!(run.outcome.shortfall, Tokens::ZERO);
    // The penalty of 13 % is the market's.
    let market = run.world.market_named("maker").unwrap();
    let reserves = run.world.market(market).reserves;
    assert_eq!(reserves, t("500") + t("1560"));
    assert_eq!(run.outcome.who_paid.sum(), Tokens::ZERO);
}

#[test]
fn one_keeper_alone_pays_nothing_and_the_protocol_pays_all() {
    let text = VAULT.replace(
        "[lending.maker.auction]",
        "[lending.maker.auction]\n gas = [\"50\"]",
    );
    let run = run(&text);
    let told = auctions(&run);
    assert_eq!(
        (told.lots, told.unopposed, told.raised),
        (3, 3, Tokens::ZERO)
    );
    assert_eq!(told.given_away, t("16800")); // 120 · 140
    // 500 from the reserves; of 11 500 eleven lots of 1 000, for 55 tokens at 200; 500 wait.
    let borne = run.outcome.written_off;
    assert_eq!((borne.reserves, borne.holders), (t("500"), t("11000")));
    assert_eq!(told.minted, t("55"));
    assert_eq!(run.outcome.shortfall, t("12000"));
    let paid = &run.outcome.who_paid;
    assert_eq!(paid.sum(), Tokens::ZERO);
    // The keeper has 120 at the pool's price of 200.
    assert_eq!(paid.of(Class::Keepers), t("24000"));
    assert_eq!(paid.of(Class::Protocol), t("-11500"));
    assert_eq!(paid.of(Class::Lenders), t("-500"));
    assert_eq!(paid.of(Class::Borrowers), t("-12000"));
}

#[test]
fn a_lot_waits_until_somebody_is_awake() {
    // Nobody pays 500 for a bid; from round 4 on it costs nothing.
    let gas = "[lending.maker.auction]\n gas = [\"500\", \"500\", \"500\", \"0\"]";
    let run = run(&VAULT.replace("[lending.maker.auction]", gas));
    let with: Vec<u32> = run
        .rounds
        .iter()
        .filter(|round| round.markets[0].auctions.is_some())
        .map(|round| round.round)
        .collect();
    assert_eq!(with, [4]);
    assert_eq!(auctions(&run).lots, 3);
    // While the lots wait, what is in them stands behind the debt.
    assert_eq!(run.rounds[1].markets[0].shortfall, Tokens::ZERO);
}

#[test]
fn what_keepers_sell_moves_the_pool() {
    let text = VAULT.replace("sells = \"0\"", "sells = \"1\"");
    let run = run(&text);
    let sold = t("101.954887218045112783");
    let pool = Account::Pool(run.world.exchange().pool_named("main").unwrap());
    let eth = run.world.asset_named("ETH").unwrap();
    assert_eq!(run.world.books().balance(eth, pool), t("10000") + sold);
    assert!(run.outcome.final_spot.unwrap() < "200".parse::<TokenPrice>().unwrap());
    // They have the cash to bid again.
    assert_eq!(run.outcome.sold, sold);
}

#[test]
fn auctions_only_of_a_token_for_the_quote_asset() {
    let text = VAULT.replace("collateral = \"ETH\"", "collateral = \"main\"");
    let config: Config = toml::from_str(&text).unwrap();
    let error = World::new(&config).unwrap_err().to_string();
    assert!(error.contains("lending.maker.auction"), "{error}");
    let text = VAULT.replace("lot = \"1000\"", "lot = \"0\"");
    let config: Config = toml::from_str(&text).unwrap();
    let error = World::new(&config).unwrap_err().to_string();
    assert!(
        error.contains("lending.maker.auction.debt_auction.lot"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever gas, cash and prices do, the books hold (asserted in every phase), gains sum to
    /// zero, and a vault's debt is repaid, borne or open to the last unit.
    #[test]
    fn every_unit_of_debt_is_accounted_for(
        vaults in proptest::collection::vec((1..400_u32, 1..140_u32), 1..6),
        gas in proptest::collection::vec(0..120_u32, 0..5),
        path in proptest::collection::vec(20..220_u32, 1..6),
        cash in 0..50_000_u32,
        rounds in 0..3_u32,
    ) {
        let quoted = |numbers: &[u32]| {
            let texts: Vec<String> = numbers.iter().map(|n| format!("\"{n}\"")).collect();
            format!("[{}]", texts.join(", "))
        };
        let mut text = VAULT.replace("path = [\"140\"]", &format!("path = {}", quoted(&path)));
        let house = format!("[lending.maker.auction]\n gas = {}\n rounds = {rounds}", quoted(&gas));
        text = text.replace("[lending.maker.auction]", &house);
        text = text.replace("cash = \"100000\"", &format!("cash = \"{cash}\""));
        text = text.replace("sells = \"0\"", "sells = \"0.5\"");
        let mut lent = t("12000");
        for (place, (collateral, each)) in vaults.iter().enumerate() {
            let debt = collateral * each.min(&130);
            lent += t(&debt.to_string());
            text.push_str(&format!(
                "\n[loans.v{place}]\nmarket = \"maker\"\ncollateral = \"{collateral}\"\ndebt.amount = \"{debt}\"",
            ));
        }
        let run = run(&text);
        prop_assert_eq!(run.outcome.who_paid.sum(), Tokens::ZERO);
        let market = run.world.market_named("maker").unwrap();
        let open = run.world.market(market).borrowed;
        let borne = run.outcome.written_off.total();
        prop_assert_eq!(lent, run.outcome.repaid + borne + open);
    }
}
