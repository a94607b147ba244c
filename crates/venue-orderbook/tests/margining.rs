//! What margin an open profit is, and whom a loss never reaches.
#![allow(clippy::unwrap_used)] // helpers of tests are tests
mod common;

use common::coins::{A, B, Floor, assert_laws, coin, deposit, endowment, margin, order, setup};
use common::{capital, id, usd};
use seawall_ledger::Account;
use seawall_units::{Base, Ratio};
use seawall_venue::{Event, Refusal};
use seawall_venue_orderbook::{ExchangeParams, MarginMode};

const CROSS: MarginMode = MarginMode::Cross;

/// A at 100 with 2 % initial and 1 % maintenance, B at 50 with 4 % and 2 %.
fn floor(params: ExchangeParams, cash: &str) -> Floor {
    let coins = vec![
        coin(&params, "A", "100", ("2%", "1%")),
        coin(&params, "B", "50", ("4%", "2%")),
    ];
    let mut setup = setup(coins, vec![CROSS; 3]);
    setup.endowments = vec![
        endowment(0, A, 100, "100", cash),
        endowment(1, A, -100, "101", "5000"),
    ];
    setup.deposits = vec![deposit(2, "700")];
    Floor::new(params, capital("1000000", &[]), setup)
}

/// Long 100 A with 300. At 110 its equity is 1 300 and A asks for 2 % of 11 000, 220: 1 080 are
/// free for B, which asks for 4 % of 50 a unit. Without the profit of 1 000 there would be 80.
#[test]
fn open_profit_is_margin_for_a_new_position() {
    let asked = |price: &str| {
        let mut floor = floor(ExchangeParams::plain(), "300");
        floor.until(3, &[price, "50"]);
        let done = floor.ask(order(0, B, "400", "0"));
        assert_laws(&floor.exchange);
        (done.map(|_| ()), floor.size(0, B))
    };
    // 4 % of 20 000 are 800.
    assert_eq!(asked("110"), (Ok(()), Base::whole(400)));
    let (refused, size) = asked("100");
    assert!(matches!(
        refused,
        Err(Refusal::InitialMargin { required, .. }) if required == usd("1000")
    ));
    assert_eq!(size, Base::ZERO);
}

/// Nothing is quoted; A falls from 100 to 95, and who is long 100 of it with 300 owes 200. The short
/// is closed at the mark before; who holds cash and no position keeps every unit.
#[test]
fn who_holds_nothing_loses_nothing() {
    let mut params = ExchangeParams::plain();
    params.venue.book.depth = Ratio::ZERO;
    let mut floor = floor(params, "300");
    floor.until(2, &["100", "50"]);
    floor.until(3, &["95", "50"]);
    let cut = floor.told.iter().find_map(|(_, event)| match event {
        Event::Cut(cut) => Some(cut.account),
        _ => None,
    });
    assert_eq!(cut, Some(id(1)));
    assert_eq!(floor.balance(margin(2)), usd("700"));
    assert_eq!(floor.balance(Account::Free(id(2))), usd("0"));
    assert_laws(&floor.exchange);
}
