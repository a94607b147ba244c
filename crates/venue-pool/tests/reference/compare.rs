//! Every figure of the engine against the model, exactly.
use std::collections::BTreeMap;

use seawall_ledger::{AccountId, BidderId};
use seawall_units::Side as EngineSide;
use seawall_units::Usd;
use seawall_venue::{MarketStatus, TrancheName, Venue};
use seawall_venue_pool::PoolVenue;

use super::books::{Flow, Purse};
use super::command::{Got, No};
use super::door::{self, Answer, money, price, ratio, shares, tokens};
use super::market::{Market, Outcome};
use super::number::{MONEY, Q, RATIO, TOKENS, down, of_units, or_zero, zero};
use super::rules::Side;
use super::value::Bound;

/// Providers are numbered from 0 up to this.
pub(crate) const PROVIDERS: u32 = 3;

/// What an opening order of this notional would get: notional filled, cost.
pub(crate) fn quote(market: &Market, side: Side, notional: &Q) -> (Q, Q) {
    let tokens = down(&(notional / &market.prices.mark), TOKENS);
    if !market.live || tokens <= zero() {
        return (zero(), zero());
    }
    match market.terms(side, &tokens) {
        Ok(terms) => (notional.clone(), terms.cost),
        Err(_) => (zero(), zero()),
    }
}

/// The engine's quote must be the model's.
pub(crate) fn same_quote(venue: &PoolVenue, market: &Market, (long, notional): (bool, i64)) {
    let (side, engine_side) = match long {
        true => (Side::Long, EngineSide::Long),
        false => (Side::Short, EngineSide::Short),
    };
    let found = venue.quote(engine_side, Usd::units_i64(notional));
    let told = quote(market, side, &of_units(i128::from(notional), MONEY));
    assert_eq!(
        (money(found.filled), money(found.cost)),
        told,
        "quote {side:?} {notional}"
    );
}

pub(crate) fn answer(got: &Result<Got, No>) -> Answer {
    match got.clone() {
        Ok(Got::Filled {
            account,
            tokens,
            mark,
            notional,
            cost,
        }) => {
            let who = of_units(i128::from(account), 0);
            ("filled", vec![who, tokens, mark, notional, cost])
        }
        Ok(Got::Moved(amount)) => ("moved", vec![amount]),
        Ok(Got::Queued) => ("queued", vec![]),
        Err(No::Status) => ("status", vec![]),
        Err(No::WithoutPosition) => ("no position", vec![]),
        Err(No::NotPositive) => ("not positive", vec![]),
        Err(No::InitialMargin(equity, required)) => ("initial margin", vec![equity, required]),
        Err(No::Limit(limit, value, allowed)) => (limit, vec![value, allowed]),
        Err(No::BelowMinimum(value, least)) => ("position size", vec![value, least]),
        Err(No::LimitPrice(found, limit)) => ("limit price", vec![found, limit]),
        Err(No::Collateral(available, asked)) => ("collateral", vec![available, asked]),
        Err(No::WithoutBidders) => ("no bidders", vec![]),
        Err(No::Liquidity(_)) => ("liquidity", vec![]),
    }
}

/// All of the state: books, mark, status, positions, capital, providers.
pub(crate) fn same_state(venue: &PoolVenue, market: &Market) {
    same_books(venue, market);
    same_market(venue, market);
    same_positions(venue, market);
    let value = or_zero(market.value_at_mark());
    let exit = market.value(Bound::Low);
    for lp in 0..PROVIDERS {
        same_provider(venue, market, (lp, &value, &exit));
    }
    assert_eq!(venue.ledger().sum(), Usd::ZERO);
    assert_eq!(venue.ledger().recount(), Usd::ZERO);
    assert_eq!(market.books.sum(), zero());
    for recount in venue.recount() {
        assert_eq!(recount.kept, recount.counted, "{}", recount.what);
    }
}

fn same_books(venue: &PoolVenue, market: &Market) {
    let balances = venue.ledger().balances();
    let found: BTreeMap<Purse, Q> = balances.map(|(a, b)| (door::purse(a), money(b))).collect();
    let told: BTreeMap<Purse, Q> = market.books.open().map(|(p, b)| (p, b.clone())).collect();
    assert_eq!(found, told, "balances");
}

fn same_market(venue: &PoolVenue, market: &Market) {
    let state = venue.state();
    assert_eq!(price(state.mark), market.prices.mark, "mark");
    assert_eq!(state.status == MarketStatus::Live, market.live, "status");
    let interest = |side| market.interest_at_mark(side);
    assert_eq!(money(state.open_interest_long), interest(Side::Long));
    assert_eq!(money(state.open_interest_short), interest(Side::Short));
    assert_eq!(state.capital.len(), 1);
    assert_eq!(
        money(state.capital[0].value),
        market.value_at_mark(),
        "capital"
    );
    assert_eq!(state.open_deficit, Usd::ZERO);
}

fn same_positions(venue: &PoolVenue, market: &Market) {
    let views = venue.positions();
    assert_eq!(views.len(), market.held.len(), "open positions");
    for (account, held) in &market.held {
        let view = venue
            .position(AccountId::new(*account))
            .expect("a position");
        let (size, cost) = match held.side {
            Side::Long => (held.tokens.clone(), held.size.clone()),
            Side::Short => (-held.tokens.clone(), -held.size.clone()),
        };
        assert_eq!(tokens(view.size), size, "size of {account}");
        assert_eq!(money(view.cost), cost, "cost of {account}");
        assert_eq!(money(view.margin), market.margin(*account));
        assert_eq!(money(view.open_pnl), market.pnl_at_mark(held));
        let equity = market.equity_at_mark(*account, held);
        assert_eq!(money(view.equity), equity, "equity of {account}");
        assert!(views.contains(&view));
    }
}

fn same_provider(venue: &PoolVenue, market: &Market, (lp, value, exit): (u32, &Q, &Q)) {
    let found = venue.lp_holding(BidderId::new(lp), TrancheName::Senior);
    let told = market.provider(lp);
    let asked = market.requests.iter().filter(|r| r.lp == lp && !r.enters);
    assert_eq!(shares(found.shares), told.tokens, "market tokens of {lp}");
    assert_eq!(money(found.granted), told.granted, "granted to {lp}");
    assert_eq!(
        money(found.waiting),
        asked.map(|r| r.amount.clone()).sum::<Q>()
    );
    assert_eq!(
        money(found.value),
        market.share(&told.tokens, value),
        "value of {lp}"
    );
    let exit = market.share(&told.tokens, exit);
    assert_eq!(money(found.exit_value), exit, "exit value of {lp}");
    let each = match market.supply > zero() {
        true => down(&(value / &market.supply), RATIO),
        false => zero(),
    };
    assert_eq!(ratio(found.share_price), each, "share price");
    assert_eq!((found.recovered, found.claimable), (Usd::ZERO, Usd::ZERO));
}

/// What moved in the step and what happened in it, taken out of the engine.
pub(crate) fn same_step(venue: &mut PoolVenue, market: &Market) {
    let mut found: BTreeMap<Flow, Q> = BTreeMap::new();
    for entry in venue.drain_entries() {
        let transfer = &entry.transfer;
        let flow = (
            door::purse(transfer.from()),
            door::purse(transfer.to()),
            transfer.cause().name(),
        );
        *found.entry(flow).or_insert_with(zero) += money(transfer.amount());
    }
    assert_eq!(found, market.books.flows, "movements by cause");
    let happened = door::outcomes(&venue.drain_events());
    for kind in 0..6 {
        let of_kind = |all: &[Outcome]| -> Vec<Outcome> {
            all.iter()
                .filter(|each| place(each) == kind)
                .cloned()
                .collect()
        };
        assert_eq!(of_kind(&happened), of_kind(&market.outcomes));
    }
}

fn place(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Status { .. } => 0,
        Outcome::Liquidation { .. } => 1,
        Outcome::Deficit { .. } => 2,
        Outcome::Deleveraged { .. } => 3,
        Outcome::Cut { .. } => 4,
        Outcome::Filled { .. } => 5,
    }
}
