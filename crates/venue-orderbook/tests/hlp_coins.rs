//! The parent vault over several coins, and what a withdrawal of margin leaves for it to bear; worked
//! by hand to the last unit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use common::coins::{A, B, Floor, assert_laws, coin, deposit, endowment, setup};
use common::{capital, id, usd};
use seawall_ledger::Account;
use seawall_units::{Base, Ratio, Usd};
use seawall_venue::Event;
use seawall_venue_orderbook::hlp::{HlpParams, HlpRules};
use seawall_venue_orderbook::{ExchangeCommand, ExchangeParams, MarginMode};

fn params(rules: HlpRules) -> ExchangeParams {
    let mut params = ExchangeParams::plain();
    params.venue.book.depth = Ratio::ZERO;
    params.venue.hlp = Some(HlpParams::of(rules));
    params
}

fn vault(floor: &Floor, number: usize) -> Usd {
    floor.exchange.vaults()[number].equity
}

fn cuts(floor: &Floor) -> Vec<Usd> {
    let pick = |(_, event): &(_, Event)| match event {
        Event::Cut(cut) => Some(cut.taken),
        _ => None,
    };
    floor.told.iter().filter_map(pick).collect()
}

/// Account 0, cross, with 390: long 100 A from 100 and 100 B from 50; each short is somebody's.
/// Strategies 19 600, liquidators 20 and 30.
fn taken_over(rules: HlpRules) -> Floor {
    let params = params(rules);
    let coins = vec![
        coin(&params, "A", "100", ("2%", "1%")),
        coin(&params, "B", "50", ("4%", "2%")),
    ];
    let modes = vec![
        MarginMode::Cross,
        MarginMode::Single { coin: A },
        MarginMode::Cross,
    ];
    let mut setup = setup(coins, modes);
    setup.deposits = vec![deposit(0, "390"), deposit(2, "500")];
    setup.endowments = vec![
        endowment(0, A, 100, "100", "0"),
        endowment(0, B, 100, "50", "0"),
        endowment(1, A, -100, "100", "1000"),
        endowment(2, B, -100, "50", "0"),
    ];
    let mut floor = Floor::new(params, capital("19600", &["20", "30"]), setup);
    // 390 − 250 − 50 = 90, below two thirds of 97.5 + 99: liquidator 0 takes both positions.
    floor.until(6, &["97.5", "49.5"]);
    assert_eq!(vault(&floor, 0), usd("110"));
    // 110 − 150 − 50 = −90.
    floor.until(9, &["96", "49"]);
    assert_laws(&floor.exchange);
    floor
}

#[test]
fn before_march_2025_the_sisters_pay_for_a_liquidator_of_several_coins() {
    let floor = taken_over(HlpRules::BeforeMarch2025);
    assert_eq!((vault(&floor, 0), vault(&floor, 1)), (Usd::ZERO, Usd::ZERO));
    assert_eq!(floor.exchange.makers().equity, usd("19540"));
    assert_eq!(cuts(&floor), []);
    assert_eq!(floor.exchange.vaults()[0].positions.len(), 2);
}

#[test]
fn since_march_2025_it_is_deleveraged_in_all_of_them() {
    let floor = taken_over(HlpRules::SinceMarch2025);
    // At the marks before, A gives 1.5 and B 0.5 for each of 100: 90 fill the deficit, 110 are left.
    assert_eq!(cuts(&floor), [usd("150"), usd("50")]);
    assert_eq!(
        (vault(&floor, 0), vault(&floor, 1)),
        (usd("110"), usd("30"))
    );
    assert_eq!(floor.exchange.makers().equity, usd("19600"));
    assert!(floor.exchange.vaults()[0].positions.is_empty());
}

/// The whale of 12 March 2025 in round figures: long 140 000 ETH from 1 884 with 23 M of margin, at a
/// mark of 1 940. A notional of 271.6 M, an equity of 23 + 7.84 = 30.84 M; 25x ask for 4 %.
fn whale(floor_share: Ratio) -> Floor {
    let mut params = params(HlpRules::SinceMarch2025);
    params.accounts.withdrawal_floor = floor_share;
    let coins = vec![coin(&params, "ETH", "1884", ("4%", "2%"))];
    let modes = vec![MarginMode::Cross, MarginMode::Single { coin: A }];
    let mut setup = setup(coins, modes);
    setup.deposits = vec![deposit(0, "23000000")];
    setup.endowments = vec![
        endowment(0, A, 140_000, "1884", "0"),
        endowment(1, A, -140_000, "1884", "60000000"),
    ];
    let mut floor = Floor::new(params, capital("270000000", &["8000000"]), setup);
    floor.until(3, &["1940"]);
    assert_eq!(floor.exchange.equity(id(0)), usd("30840000"));
    floor
}

fn withdraw(floor: &mut Floor, amount: &str) -> bool {
    let command = ExchangeCommand::Withdraw {
        account: id(0),
        amount: usd(amount),
    };
    floor.ask(command).is_ok()
}

#[test]
fn without_a_floor_a_whale_takes_its_margin_out_and_the_liquidator_pays() {
    let mut floor = whale(Ratio::ZERO);
    // 4 % of 271.6 M = 10.864 M stay: about 10 M behind a long of 271 M, as on that day.
    assert_eq!(floor.exchange.withdrawable(id(0)), usd("19976000"));
    assert!(!withdraw(&mut floor, "19976000.000001"));
    assert!(withdraw(&mut floor, "19976000"));
    // 5 % lower, at 1 843: 10.864 − 13.58 = −2.716 M, the liquidator's.
    floor.until(6, &["1843"]);
    assert_eq!(vault(&floor, 0), usd("5284000"));
    assert_eq!(
        floor.exchange.vaults()[0].positions[0].size,
        Base::whole(140_000)
    );
    assert_laws(&floor.exchange);
}

#[test]
fn with_the_floor_of_ten_per_cent_it_stays_whole() {
    let mut floor = whale(Ratio::bps(1_000));
    // 10 % of 271.6 M = 27.16 M stay.
    assert_eq!(floor.exchange.withdrawable(id(0)), usd("3680000"));
    assert!(!withdraw(&mut floor, "3680000.000001"));
    assert!(withdraw(&mut floor, "3680000"));
    // 27.16 − 13.58 = 13.58 M, well above 2 % of 258.02 M.
    floor.until(6, &["1843"]);
    assert_eq!(floor.exchange.equity(id(0)), usd("13580000"));
    assert_eq!(vault(&floor, 0), usd("8000000"));
    assert_eq!(floor.balance(Account::Parent), Usd::ZERO);
    assert_laws(&floor.exchange);
}
