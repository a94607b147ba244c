//! Owners with positions in several places: cash raised in one of them for a loan in another, and
//! LP shares that are posted for more LP shares.

#![allow(clippy::unwrap_used)] // helpers of tests are tests

use proptest::prelude::*;
use seawall_cascade::books::{Account, Asset, Cause};
use seawall_cascade::config::CashSource;
use seawall_cascade::{CashCall, Config, Holding, OwnerSheet, World};
use seawall_units::{Ratio, TokenPrice, Tokens};

/// A whale owns three quarters of the pool and owes 730 000 against 10 000 tokens: at 95 his
/// health is 0.8·10 000·95/730 000 = 1.0411. Up to 1.25, 122 000 are missing to 608 000.
const WHALE: &str = r#"
[tokens.T]
price = "100"

[pools.main]
token = "T"
curve.constant_product = { token = "10000", quote = "1000000" }

[providers.whale]
pool = "main"
share = "75%"

[feeds]
spot.pool_spot.pool = "main"

[lending.hit]
collateral = "T"
feed = "spot"
[lending.hit.rules]
max_ltv = "80%"
liquidation_threshold = "80%"
protocol_fee = "0"
close.fixed = { factor = "50%", full_below = "95%" }
bonus.fixed = "5%"
rate.kinked = { base = "0", kink = "90%", slope_1 = "0", slope_2 = "0" }

[loans.whale]
market = "hit"
collateral = "10000"
debt.amount = "730000"

[shocks.fall]
act.trade_to = { pool = "main", price = "95" }

[rounds]
most = 1
"#;

fn world(text: &str) -> World {
    let config: Config = toml::from_str(text).unwrap();
    World::new(&config).unwrap()
}

fn with(more: &str) -> World {
    world(&format!("{more}\n{WHALE}"))
}

fn tokens(text: &str) -> Tokens {
    text.parse().unwrap()
}

#[track_caller]
fn close(left: Tokens, right: &str, units: i128) {
    let gap = (left - tokens(right)).units().abs();
    assert!(gap <= units, "{left} against {right}: {gap} units");
}

/// One round, and what the whale raised in it.
fn calls(world: &mut World) -> Vec<(CashSource, Tokens, Tokens)> {
    let told = world.step();
    let call = |call: &CashCall| (call.source, call.raised, call.repaid);
    told.cash_calls.iter().map(call).collect()
}

fn debt(world: &World) -> Tokens {
    let market = world.market_named("hit").unwrap();
    world.loan(market, world.owner_named("whale").unwrap()).debt
}

#[test]
fn nobody_acts_whom_no_rule_is_stated_for() {
    let mut world = with("");
    assert_eq!(calls(&mut world), []);
    assert_eq!(debt(&world), Tokens::whole(730_000));
}

/// 122 000 of 200 000 in cash; the pool is not touched.
#[test]
fn cash_is_paid_first_and_moves_no_price() {
    let mut world =
        with("whales.whale = { order = ['cash', 'shares'] }\nwallets.whale.USD = '200000'");
    let needed = Tokens::whole(122_000);
    let told = calls(&mut world);
    let [(CashSource::Cash, raised, repaid)] = told[..] else {
        panic!("{told:?}");
    };
    // The spot price is 95 but for a unit, so the need is 122 000 but for a few.
    assert!(
        (raised - needed).units().abs() <= 10_000 && raised == repaid,
        "{raised}"
    );
    let spot = world.spot().unwrap().units() - "95".parse::<TokenPrice>().unwrap().units();
    assert!(spot.abs() <= 1, "{spot}");
}

/// What cash does not do, the next place does: 50 000 in cash, 72 000 by selling tokens, exactly.
#[test]
fn places_are_asked_in_their_order() {
    let more = "wallets.whale = { USD = '50000', T = '5000' }\nwhales.whale.order = ";
    let mut world = with(&format!("{more}['cash', 'tokens', 'shares']"));
    let told = calls(&mut world);
    let [
        (CashSource::Cash, first, _),
        (CashSource::Tokens, second, _),
    ] = told[..]
    else {
        panic!("{told:?}");
    };
    assert_eq!(first, Tokens::whole(50_000));
    close(second, "72000", 10_000);
    close(debt(&world), "608000", 10_000);
    // 974 679.434480895… of quote lay in the pool at 95; 902 679.43… after 72 000 have left it:
    // 95·(902 679.43/974 679.43)² = 81.48301614….
    let spot = world.spot().unwrap();
    assert!(spot.to_string().starts_with("81.4830161"), "{spot}");
    // The other way about, tokens are sold for all of it.
    let mut world = with(&format!("{more}['tokens', 'cash']"));
    let told = calls(&mut world);
    assert!(
        matches!(told[..], [(CashSource::Tokens, raised, _)] if raised > Tokens::whole(121_999))
    );
}

/// Shares: liquidity leaves and its tokens are sold into what is left, so a part of the need is
/// left over; the price falls as by (1 − f)² for a part f of the pool withdrawn.
#[test]
fn shares_are_withdrawn_and_their_tokens_sold() {
    let mut world = with("whales.whale.order = ['shares']");
    let told = calls(&mut world);
    let [(CashSource::Shares, raised, repaid)] = told[..] else {
        panic!("{told:?}");
    };
    // At 95 the pool is worth 2·974 679.4344808963…; f = 122 000/1 949 358.87 = 0.06258467…
    // brings 61 000 of quote and 61 000·(1 − f) for the tokens.
    let pool = &world.exchange().pools()[0].pool;
    let f = Ratio::ONE - pool.shares().ratio_ceil(Tokens::whole(100_000)).unwrap();
    assert!(f.to_string().starts_with("0.06258467"), "{f}");
    close(raised, "118182.334551891141610806", 10_000);
    assert_eq!(raised, repaid);
    let kept = Ratio::ONE - f;
    let expected = Tokens::whole(95).mul_floor(kept).mul_floor(kept);
    let gap = (expected.units() - world.spot().unwrap().units()).abs();
    assert!(gap <= 1_000, "{gap}");
}

/// Another loan's spare collateral: 5 000 tokens without debt are all spare.
#[test]
fn what_other_loans_do_not_need_is_released() {
    let mut world = with(
        "lending.other = { collateral = 'T', feed = 'spot', rules.rate.kinked = { base = '0', kink = '90%', slope_1 = '0', slope_2 = '0' } }
         loans.second = { market = 'other', collateral = '5000', debt.amount = '100000', owner = 'whale' }
         whales.whale.order = ['collateral']",
    );
    let told = calls(&mut world);
    let [(CashSource::Collateral, raised, repaid)] = told[..] else {
        panic!("{told:?}");
    };
    // Selling for an exact amount leaves a few units more.
    assert!(
        repaid <= raised && (raised - repaid).units() <= 1_000,
        "{raised} {repaid}"
    );
    close(raised, "122000", 10_000);
    let other = world.market_named("other").unwrap();
    let owner = world.owner_named("whale").unwrap();
    // x·r/(y − r) tokens bring r: 10 259.7835…·122 000/852 679.43… = 1 467.953299….
    let left = world.loan(other, owner).collateral;
    assert!(
        left > Tokens::whole(3_531) && left < Tokens::whole(3_533),
        "{left}"
    );
}

/// What the other loan needs for itself stays: 100 000 at 1.25 bind 125 000/0.83 of tokens.
#[test]
fn what_other_loans_need_stays() {
    let mut world = with(
        "lending.other = { collateral = 'T', feed = 'spot', rules.rate.kinked = { base = '0', kink = '90%', slope_1 = '0', slope_2 = '0' } }
         loans.second = { market = 'other', collateral = '1700', debt.amount = '100000', owner = 'whale' }
         whales.whale.order = ['collateral']",
    );
    assert_eq!(calls(&mut world).len(), 1);
    let other = world.market_named("other").unwrap();
    let left = world
        .loan(other, world.owner_named("whale").unwrap())
        .collateral;
    // 1.25·100 000/0.83/95 = 1 585.288…
    close(left, "1585.288522511097", 1_000_000_000);
}

/// The loan itself: what it does not need to stay unliquidated is sold, so that the rest stands at
/// the target if the sale fetched the price.
#[test]
fn a_loan_unwinds_itself_as_far_as_it_may() {
    let mut world = with("whales.whale.order = ['unwind']");
    let told = calls(&mut world);
    let [(CashSource::Unwind, raised, repaid)] = told[..] else {
        panic!("{told:?}");
    };
    // Free at a health of one: 10 000 − 730 000/0.8/95 = 394.736842…; sold, 394.73…·974 679.43…/
    // (10 259.78… + 394.73…) = 36 110.67….
    close(raised, "36110.671238621632759652", 10_000);
    assert_eq!(raised, repaid);
    let market = world.market_named("hit").unwrap();
    let posted = world
        .loan(market, world.owner_named("whale").unwrap())
        .collateral;
    close(posted, "9605.263157894736842105", 10_000);
}

/// The balance sheet of one who sits in several places, before and after.
#[test]
fn one_owner_is_one_balance_sheet() {
    let mut world = with("wallets.whale.USD = '50000'\nwhales.whale.order = ['cash', 'shares']");
    world.step();
    let whale = world.owner_named("whale").unwrap();
    let sheets = world.sheets();
    let sheet: &OwnerSheet = sheets.iter().find(|sheet| sheet.owner == whale).unwrap();
    let (market, pool) = (
        world.market_named("hit").unwrap(),
        world.pool_ids().next().unwrap(),
    );
    let at = |holding| sheet.holdings[&holding];
    assert_eq!(at(Holding::Wallet).opening, Tokens::whole(50_000));
    close(at(Holding::Shares(pool)).opening, "1500000", 10);
    assert_eq!(
        at(Holding::Posted(market)).opening,
        Tokens::whole(1_000_000)
    );
    assert_eq!(at(Holding::Owed(market)).opening, Tokens::whole(730_000));
    close(sheet.assets.opening, "2550000", 10);
    close(sheet.equity().opening, "1820000", 10);
    assert_eq!(at(Holding::Wallet).now, Tokens::ZERO);
    // A fall of five percent in one pool has taken more than a tenth of all that he has.
    assert!(
        sheet.assets.contraction() > Ratio::bps(1_000),
        "{:?}",
        sheet.assets
    );
    assert_eq!(sheet.debts.now, debt(&world));
    // Everybody together: the sum over owners of one pool's shares is the pool.
    let shares: Tokens = sheets
        .iter()
        .filter_map(|sheet| sheet.holdings.get(&Holding::Shares(pool)))
        .map(|worth| worth.now)
        .sum();
    let value = world.exchange().pools()[0].pool.value().unwrap();
    assert!((shares - value).units().abs() <= 1_000, "{shares} {value}");
}

/// Three loans on the shares of one pool. Everything that happens then is in the comments.
const REUSE: &str = r#"
[tokens.T]
price = "100"

[pools.main]
token = "T"
curve.constant_product = { token = "10000", quote = "1000000" }

[feeds]
share.lp_share = { pool = "main", pricing = "fair", price = { pool_spot = { pool = "main" } } }

[lending.shares]
collateral = "main"
feed = "share"
[lending.shares.rules]
max_ltv = "75%"
liquidation_threshold = "78%"
protocol_fee = "0"
close.fixed = { factor = "50%", full_below = "95%" }
bonus.fixed = "5%"
rate.kinked = { base = "0", kink = "90%", slope_1 = "0", slope_2 = "0" }

[reuse.farmer]
market = "shares"
equity = "320000"
ltv = "75%"
depth = 3

[shocks.fall]
act.trade_to = { pool = "main", price = "64" }
"#;

/// 320 000 + 240 000 + 180 000 + 135 000 provided, 555 000 owed: 43 750 of 100 000 shares at 20.
#[test]
fn turns_open_as_loans_on_shares_of_the_pool() {
    let world = world(REUSE);
    let (market, farmer) = (
        world.market_named("shares").unwrap(),
        world.owner_named("farmer").unwrap(),
    );
    let loan = world.loan(market, farmer);
    assert_eq!(
        (loan.collateral, loan.debt),
        (Tokens::whole(43_750), Tokens::whole(555_000))
    );
    let lent = |cause| {
        let of = world.books().journal().iter().map(|entry| entry.transfer);
        of.filter(|moved| moved.cause() == cause)
            .map(|moved| moved.amount())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        lent(Cause::Borrowed),
        [240_000, 180_000, 135_000].map(Tokens::whole)
    );
    assert_eq!(
        lent(Cause::CollateralPosted),
        [16_000, 12_000, 9_000, 6_750].map(Tokens::whole)
    );
    let share = Asset::Share(world.pool_ids().next().unwrap());
    assert_eq!(
        world.books().balance(share, Account::Wallet(farmer)),
        Tokens::ZERO
    );
    assert_eq!(
        world.share_of(world.pool_ids().next().unwrap(), farmer),
        "43.75%".parse().unwrap()
    );
}

/// At 64 a share is worth 20·√0.64 = 16, the loan's health 0.78·700 000/555 000 = 0.98. Half is
/// repaid, 277 500, for 1.05·277 500/16 = 18 210.9375 shares: f = 18.2109375 % of the pool. Taking
/// a part f out and selling its tokens back leaves as many tokens and (1 − f)² of the quote, so the
/// price is 64·(1 − f)² = 42.812484765625 and a share 16·(1 − f) = 13.08625: health 0.939, and the
/// rest is closed: 291 375/13.08625 = 22 265.7369… of 81 789.0625 shares, and the price
/// 42.812…·(1 − 0.272233…)² = 22.675368….
#[test]
fn closing_a_loan_on_shares_takes_the_price_down_by_its_square() {
    let mut world = world(REUSE);
    let first = world.step();
    let close_price = |found: Option<TokenPrice>, text: &str| {
        let gap = found.unwrap().units() - text.parse::<TokenPrice>().unwrap().units();
        assert!(gap.abs() <= 100, "{found:?} {gap}");
    };
    close_price(first.pools[0].spot, "42.812484765625");
    close(first.markets[0].seized, "18210.9375", 10_000);
    assert_eq!(first.markets[0].repaid, Tokens::whole(277_500));
    close(first.pools[0].sold, "2276.3671875", 10_000);
    let second = world.step();
    close_price(second.pools[0].spot, "22.675368230428422695");
    close(
        second.markets[0].seized,
        "22265.736937625370140457",
        100_000,
    );
    assert_eq!(second.markets[0].shortfall, Tokens::ZERO);
    let third = world.step();
    assert_eq!(third.markets[0].liquidated, 0);
    assert_eq!(third.pools[0].spot, second.pools[0].spot);
}

/// One turn less is one loan that is never touched: 420 000 against 740 000 at 100 is a health of
/// 0.78·592 000/420 000 = 1.099 at 64.
#[test]
fn one_turn_less_is_not_reached() {
    let mut world = world(&REUSE.replace("depth = 3", "depth = 2"));
    assert_eq!(world.step().markets[0].liquidated, 0);
    // A feed that looks outside stops after the first half, worth 16 a share for ever.
    let outside = REUSE.replace(
        "{ pool_spot = { pool = \"main\" } }",
        "{ outside = { token = \"T\" } }",
    );
    let mut stopped = self::world(&format!(
        "{outside}\n[shocks.outside]\nact.outside = {{ token = \"T\", price = \"64\" }}"
    ));
    stopped.step();
    assert_eq!(stopped.step().markets[0].liquidated, 0);
    assert!(
        stopped
            .spot()
            .unwrap()
            .to_string()
            .starts_with("42.8124847656")
    );
}

/// What no world can be made of, with the field and what would be legal.
#[test]
fn what_is_not_legal_is_refused() {
    #[track_caller]
    fn refused(text: &str, words: &[&str]) {
        let config: Config = toml::from_str(text).unwrap();
        let message = World::new(&config).unwrap_err().to_string();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
    }
    let whale = |more: &str| format!("{more}\n{WHALE}");
    refused(
        &whale("whales.wale.order = ['cash']"),
        &["`whales.wale`", "legal: whale"],
    );
    refused(
        &whale("whales.whale.order = []"),
        &["`whales.whale.order` is empty", "cash, tokens, shares"],
    );
    refused(
        &whale("whales.whale.order = ['cash', 'cash']"),
        &["order.1", "each place once"],
    );
    refused(
        &whale("whales.whale = { order = ['cash'], below = '2', target = '1.5' }"),
        &["target", "from below, 2.0"],
    );
    refused(
        &whale("whales.whale = { order = ['cash'], below = '0' }"),
        &["below", "above 0 to 1000"],
    );
    let reuse = |from: &str, to: &str| REUSE.replace(from, to);
    refused(
        &reuse("\nltv = \"75%\"", "\nltv = \"76%\""),
        &["`reuse.farmer.ltv`", "0.75"],
    );
    refused(
        &reuse("depth = 3", "depth = 101"),
        &["`reuse.farmer.depth`", "0 to 100"],
    );
    refused(
        &reuse("equity = \"320000\"", "equity = \"0\""),
        &["`reuse.farmer.equity`"],
    );
    refused(
        &reuse("equity = \"320000\"", "equity = \"800000\""),
        &["`reuse.farmer.equity`", "no provider has"],
    );
    refused(
        &reuse("market = \"shares\"", "market = \"share\""),
        &["`reuse.farmer.market`", "legal: shares"],
    );
    let token = REUSE.replace("collateral = \"main\"", "collateral = \"T\"");
    refused(&token, &["`reuse.farmer.market`", "a pool's shares"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever he has, owes and tries: the books close after every phase (which stops the run if
    /// they do not), who pays sums to zero, no call repays more than it raised, and no place is
    /// asked twice in a round.
    #[test]
    fn whales_conserve(
        debt in 500_000_i32..780_000, cash in 0_i32..200_000, held in 0_i32..20_000, to in 50_i32..99,
        order in Just(CashSource::ALL.to_vec()).prop_shuffle(), taken in 1_usize..=5, fee in 0_i32..500,
    ) {
        let order: Vec<&str> = order.iter().take(taken).map(|source| source.name()).collect();
        let text = format!(
            "lending.other = {{ collateral = 'T', feed = 'spot' }}
             loans.second = {{ market = 'other', collateral = '3000', debt.amount = '100000', owner = 'whale' }}
             wallets.whale = {{ USD = '1{cash}', T = '1{held}' }}
             whales.whale.order = {order:?}\n{WHALE}"
        );
        let text = text.replace("730000", &debt.to_string()).replace("most = 1", "most = 12");
        let text = text.replace("price = \"95\"", &format!("price = \"{to}\""));
        let text = text.replace("token = \"T\"\ncurve", &format!("token = \"T\"\nfee = \"{fee}bp\"\ncurve"));
        let run = world(&text).run();
        prop_assert_eq!(run.outcome.who_paid.sum(), Tokens::ZERO);
        for round in &run.rounds {
            let calls = &round.cash_calls;
            prop_assert!(calls.len() <= 2 * taken, "{calls:?}");
            for call in calls {
                prop_assert!(call.repaid <= call.raised && call.raised.is_positive(), "{call:?}");
            }
        }
    }
}
