//! Liquidity in and out: when it moves, and which gates hold it.
#![allow(clippy::unwrap_used)] // helpers of tests

use seawall_ledger::{Account, BidderId};
use seawall_market::{Capital, IsolatedMarket, LiquidityRequest, Params};
use seawall_units::{Price, Time, Usd};
use seawall_vault::OpenLoss;
use seawall_venue::{MarketStatus, Setup, TrancheName};

const LP: BidderId = BidderId::new(0);

fn price() -> Price {
    "100".parse().unwrap()
}

/// S 8 M, J 2 M: coverage stands at its minimum of 20 %.
fn market() -> IsolatedMarket {
    let setup = Setup {
        start: Time::from_secs(1),
        opening: price(),
        margin: None,
        endowments: Vec::new(),
        accounts: 1,
    };
    let capital = Capital {
        senior: Usd::whole(8_000_000),
        junior: Usd::whole(2_000_000),
        insurance: Usd::whole(80_000),
    };
    IsolatedMarket::new(&setup, capital, Params::default(), Vec::new()).unwrap()
}

fn provide(tranche: TrancheName, amount: i32) -> LiquidityRequest {
    LiquidityRequest::Provide {
        lp: LP,
        tranche,
        amount: Usd::whole(amount),
    }
}

fn redeem(tranche: TrancheName, amount: i32) -> LiquidityRequest {
    LiquidityRequest::Redeem {
        lp: LP,
        tranche,
        amount: Usd::whole(amount),
    }
}

/// Takes a request down.
fn ask(market: &mut IsolatedMarket, request: LiquidityRequest) {
    market.plan_request(&request).unwrap();
    market.commit_request(request);
}

fn attribute(market: &mut IsolatedMarket, loss: OpenLoss) {
    market.attribute_minute(loss);
    market.ledger_mut().end_step();
}

/// The cash of the two vaults.
fn cash(market: &IsolatedMarket) -> [Usd; 2] {
    [Account::Senior, Account::Junior].map(|vault| market.ledger().balance(vault))
}

/// M-11.7: a deposit or redemption is only taken down; money moves in the Attribution phase.
#[test]
fn liquidity_moves_when_the_minute_is_attributed() {
    let mut market = market();
    ask(&mut market, provide(TrancheName::Junior, 100_000));
    let before = [8_000_000, 2_000_000].map(Usd::whole);
    assert_eq!(cash(&market), before);
    market.observe(Time::from_secs(60), price(), MarketStatus::Live);
    assert_eq!(cash(&market), before);
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market), [8_000_000, 2_100_000].map(Usd::whole));
    ask(&mut market, redeem(TrancheName::Junior, 40_000));
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market), [8_000_000, 2_060_000].map(Usd::whole));
}

/// M-3.3: without a valid mark a request waits, and is executed at the next minute that has one.
#[test]
fn a_request_waits_for_a_valid_mark() {
    let mut market = market();
    ask(&mut market, provide(TrancheName::Junior, 1_000));
    market.observe(Time::from_secs(60), price(), MarketStatus::ReduceOnly);
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market)[1], Usd::whole(2_000_000));
    market.observe(Time::from_secs(120), price(), MarketStatus::Live);
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market)[1], Usd::whole(2_001_000));
}

/// M-9.3: at the minimum of coverage there are no senior deposits and no junior exits. A request
/// that a gate refuses lapses: when the gate opens later, it is not executed.
#[test]
fn coverage_holds_senior_in_and_junior_out() {
    let mut market = market();
    ask(&mut market, provide(TrancheName::Senior, 1));
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market), [8_000_000, 2_000_000].map(Usd::whole));
    // 100 000 more of Junior: Senior may grow by four times that, and Junior may leave again.
    ask(&mut market, provide(TrancheName::Junior, 100_000));
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market), [8_000_000, 2_100_000].map(Usd::whole));
    ask(&mut market, provide(TrancheName::Senior, 400_001));
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market)[0], Usd::whole(8_000_000));
    ask(&mut market, provide(TrancheName::Senior, 400_000));
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market)[0], Usd::whole(8_400_000));
    ask(&mut market, redeem(TrancheName::Junior, 1));
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market)[1], Usd::whole(2_100_000));
}

/// M-9.2 and M-9.3: nothing moves while a deficit is open; while ADL runs without one, deposits do.
#[test]
fn an_open_loss_holds_liquidity() {
    let mut market = market();
    ask(&mut market, provide(TrancheName::Junior, 100_000));
    attribute(&mut market, OpenLoss::Deficit);
    assert_eq!(cash(&market)[1], Usd::whole(2_000_000));
    ask(&mut market, provide(TrancheName::Junior, 100_000));
    attribute(&mut market, OpenLoss::Adl);
    assert_eq!(cash(&market)[1], Usd::whole(2_100_000));
    ask(&mut market, redeem(TrancheName::Junior, 1_000));
    attribute(&mut market, OpenLoss::Adl);
    assert_eq!(cash(&market)[1], Usd::whole(2_100_000));
    ask(&mut market, redeem(TrancheName::Junior, 1_000));
    attribute(&mut market, OpenLoss::None);
    assert_eq!(cash(&market)[1], Usd::whole(2_099_000));
}
