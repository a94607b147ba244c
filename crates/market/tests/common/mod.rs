//! A market without positions, and how its liquidity is asked and moved.
#![allow(clippy::unwrap_used, dead_code)] // helpers of several tests

use seawall_ledger::{Account, AccountId, BidderId, DeficitId, OwnerId};
use seawall_market::{Capital, IsolatedMarket, LiquidityRequest, Params};
use seawall_units::{Base, Price, Time, Usd};
use seawall_vault::{HolderId, OpenLoss};
use seawall_venue::{Endowment, MarketStatus, Receipt, Refusal, Setup, StageId, TrancheName};
use seawall_waterfall::Market;

pub(crate) fn price() -> Price {
    "100".parse().unwrap()
}

pub(crate) fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

/// Epochs of a minute, Senior waits 1 and Junior 3; S 8 M, J 2 M and I 80 000 unless stated.
pub(crate) fn params() -> Params {
    let mut params = Params::default();
    params.vault.epoch = 60;
    params
}

pub(crate) fn market_with(
    capital: [i32; 3],
    positions: Vec<Endowment>,
    params: Params,
) -> IsolatedMarket {
    let [senior, junior, insurance] = capital.map(Usd::whole);
    let setup = Setup {
        start: Time::from_secs(0),
        opening: price(),
        margin: None,
        endowments: positions,
        accounts: 4,
    };
    let capital = Capital {
        senior,
        junior,
        insurance,
    };
    IsolatedMarket::new(&setup, capital, params, Vec::new()).unwrap()
}

pub(crate) fn market() -> IsolatedMarket {
    market_with([8_000_000, 2_000_000, 80_000], Vec::new(), params())
}

pub(crate) fn position(account: u32, size: i32, margin: i32) -> Endowment {
    Endowment {
        account: AccountId::new(account),
        size: Base::whole(size),
        entry: price(),
        margin: Usd::whole(margin),
    }
}

pub(crate) fn provide(lp: u32, tranche: TrancheName, amount: Usd) -> LiquidityRequest {
    LiquidityRequest::Provide {
        lp: BidderId::new(lp),
        tranche,
        amount,
    }
}

pub(crate) fn redeem(lp: u32, tranche: TrancheName, amount: Usd) -> LiquidityRequest {
    LiquidityRequest::Redeem {
        lp: BidderId::new(lp),
        tranche,
        amount,
    }
}

pub(crate) fn claim(lp: u32, tranche: TrancheName) -> LiquidityRequest {
    LiquidityRequest::Claim {
        lp: BidderId::new(lp),
        tranche,
    }
}

/// Everything that a provider holds, by asking for more than there is.
pub(crate) fn redeem_all(lp: u32, tranche: TrancheName) -> LiquidityRequest {
    redeem(lp, tranche, Usd::whole(2_000_000_000))
}

pub(crate) fn try_ask(
    market: &mut IsolatedMarket,
    request: LiquidityRequest,
) -> Result<Receipt, Refusal> {
    let receipt = market.plan_request(&request)?;
    market.commit_request(request);
    market.ledger_mut().end_step();
    Ok(receipt)
}

pub(crate) fn ask(market: &mut IsolatedMarket, request: LiquidityRequest) -> Receipt {
    try_ask(market, request).unwrap()
}

/// Whole minute number `minute` at a mark, with its Attribution phase.
pub(crate) fn minute_at(market: &mut IsolatedMarket, minute: u64, mark: Price, loss: OpenLoss) {
    market.observe(Time::from_secs(60 * minute), mark, MarketStatus::Live);
    market.attribute_minute(loss);
    market.ledger_mut().end_step();
    check(market);
}

pub(crate) fn minute(market: &mut IsolatedMarket, minute: u64) {
    minute_at(market, minute, price(), OpenLoss::None);
}

/// The ledger sums to zero and every kept figure is the counted one.
pub(crate) fn check(market: &IsolatedMarket) {
    assert!(market.ledger().recount().is_zero());
    for pair in market.recount() {
        assert_eq!(pair.kept, pair.counted, "{}", pair.what);
    }
}

/// The cash of the two vaults.
pub(crate) fn cash(market: &IsolatedMarket) -> [Usd; 2] {
    [Account::Senior, Account::Junior].map(|vault| market.ledger().balance(vault))
}

/// What the books hold for a provider until he claims it.
pub(crate) fn granted(market: &IsolatedMarket, lp: u32) -> Usd {
    let owner = OwnerId::new(lp + 1);
    market.ledger().balance(Account::PendingRedemption(owner))
}

pub(crate) fn holder(lp: u32) -> HolderId {
    HolderId::new(lp + 1)
}

/// A deficit of `amount` that no position left, placed on the payers in these parts: what the
/// waterfall posts, without a waterfall.
pub(crate) fn lose(market: &mut IsolatedMarket, parts: &[(StageId, i32)]) {
    let id = DeficitId::new(0);
    for (payer, amount) in parts {
        market.pay(*payer, Usd::whole(*amount), id);
    }
    let paid = market.ledger().balance(Account::OpenDeficit(id));
    // The counterpart of the deficit, which a settled position would have put there.
    let (outside, cause) = (
        Account::Margin(AccountId::new(3)),
        seawall_ledger::Cause::DeficitOpened,
    );
    market
        .ledger_mut()
        .pay(Account::OpenDeficit(id), outside, paid, cause);
    market.ledger_mut().end_step();
}
