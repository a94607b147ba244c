//! Twenty thousand accounts with four coins each through 240 moves of all marks.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use common::coins::{assert_laws, coin};
use common::{START, capital, id};
use seawall_units::{Base, Price, Usd};
use seawall_venue::{Event, SourceQuote};
use seawall_venue_orderbook::{
    CoinEndowment, CoinId, CoinTick, Deposit, Exchange, ExchangeParams, ExchangeSetup, MarginMode,
};

const ACCOUNTS: u32 = 20_000;
const OPENING: [i128; 4] = [120_000, 4_300, 220, 42];

fn price(units: i128) -> Price {
    Price::from_units(units).unwrap()
}

fn exchange() -> Exchange {
    let params = ExchangeParams::default();
    let names = ["BTC", "ETH", "SOL", "HYPE"];
    let coins = names.iter().zip(OPENING).map(|(name, opening)| {
        let mut coin = coin(&params, name, &opening.to_string(), ("2.5%", "1.25%"));
        coin.params.makers_share = "0.25".parse().unwrap();
        coin
    });
    // A thousand dollars or so of each coin, three accounts in five long, at leverage 2 to 31.
    let endowments = (0..ACCOUNTS).flat_map(|number| {
        let side = if number % 5 < 3 { 1 } else { -1 };
        (0_u16..).zip(OPENING).map(move |(coin, opening)| {
            let dollars = i128::from(1_000 + number % 97 * 10 + u32::from(coin));
            let size = Base::from_units(side * dollars * 100_000_000 / opening).unwrap();
            CoinEndowment {
                account: id(number),
                coin: CoinId::new(coin),
                size,
                entry: price(opening * Price::ONE_UNITS),
                margin: Usd::ZERO,
            }
        })
    });
    let deposit = |number: u32| Deposit {
        account: id(number),
        amount: Usd::units_i64(i64::from(6_000 / (2 + number % 30)) * 1_000_000),
    };
    let setup = ExchangeSetup {
        start: START,
        coins: coins.collect(),
        accounts: vec![MarginMode::Cross; usize::try_from(ACCOUNTS).unwrap()],
        deposits: (0..ACCOUNTS).map(deposit).collect(),
        endowments: endowments.collect(),
    };
    Exchange::new(params, capital("20000000", &["600000", "7500000"]), setup).unwrap()
}

/// Every coin falls by a different part of `fall` over 240 moves, with a way back now and then.
fn run(exchange: &mut Exchange, fall: i128) -> usize {
    let mut marks = OPENING.map(|opening| opening * Price::ONE_UNITS);
    for second in 1..=720_u64 {
        let now = START.plus(second);
        if second % 3 == 0 {
            for (mark, part) in marks.iter_mut().zip([2, 3, 4, 5]) {
                let way = if second % 15 == 0 { 1 } else { -1 };
                *mark += way * *mark * fall * part / 10_000_000;
            }
        }
        let quotes = marks.map(|mark| [1, 2, 3].map(|s| SourceQuote::new(s, price(mark), now)));
        let ticks: Vec<CoinTick<'_>> = quotes
            .iter()
            .zip(marks)
            .map(|(quotes, mark)| CoinTick {
                outside: price(mark),
                quotes,
            })
            .collect();
        exchange.observe(now, &ticks);
        exchange.accrue();
        exchange.liquidate();
    }
    let told = exchange.drain_told();
    let opened = |event: &Event| matches!(event, Event::DeficitOpened { .. });
    told.iter().filter(|(_, told)| opened(&told.event)).count()
}

#[test]
fn quiet_marks_touch_nobody() {
    let mut exchange = exchange();
    assert_eq!(run(&mut exchange, 0), 0);
    assert_eq!(exchange.positions(id(ACCOUNTS - 1)).len(), 4);
    assert_laws(&exchange);
}

#[test]
fn a_crash_of_four_coins() {
    let mut exchange = exchange();
    run(&mut exchange, 4_000);
    let left = (0..ACCOUNTS).filter(|number| !exchange.positions(id(*number)).is_empty());
    let left = left.count();
    assert!((4_000..18_000).contains(&left), "{left}");
    assert_laws(&exchange);
}
