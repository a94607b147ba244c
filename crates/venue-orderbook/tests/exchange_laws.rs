//! Laws over random streams of commands and prices in several coins.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use std::collections::BTreeSet;

use common::coins::{Floor, assert_laws, coin, margin};
use common::{START, id};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use seawall_ledger::{Account, AccountId, BidderId, Replay};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Detail, Event, FillRule, Presence};
use seawall_venue_orderbook::{
    Capital, CoinEndowment, CoinId, CoinMargin, Deposit, ExchangeCommand, ExchangeParams,
    ExchangeSetup, MarginMode,
};

const COINS: u16 = 3;

/// Three cross accounts, two isolated ones of theirs, two single ones.
fn modes() -> Vec<MarginMode> {
    let isolated = |owner, coin| MarginMode::Isolated {
        owner: id(owner),
        coin: CoinId::new(coin),
    };
    let single = |coin| MarginMode::Single {
        coin: CoinId::new(coin),
    };
    vec![
        MarginMode::Cross,
        MarginMode::Cross,
        MarginMode::Cross,
        isolated(0, 0),
        isolated(1, 2),
        single(0),
        single(1),
    ]
}

#[derive(Debug, Clone)]
enum Step {
    /// Each coin's outside price moves by this many tenths of a basis point.
    Tick([i32; 3]),
    Ask(ExchangeCommand),
}

fn amount() -> impl Strategy<Value = Usd> {
    (0_i64..300_000_000).prop_map(Usd::units_i64)
}

fn command() -> impl Strategy<Value = ExchangeCommand> {
    let account = || (0..8_u32).prop_map(id);
    let coin = || (0..COINS + 1).prop_map(CoinId::new);
    // Up to 3 000 dollars of any coin at its opening price.
    let size = (coin(), -30_000_000_000_i64..30_000_000_000);
    let order = (account(), size, amount()).prop_map(|(account, (coin, tenths), margin)| {
        let opening = [10_i64, 1, 100].get(coin.index()).copied();
        ExchangeCommand::Order {
            account,
            coin,
            size: Base::units_i64(tenths / opening.unwrap_or(1)),
            margin,
            limit: None,
            fill: FillRule::Partial,
        }
    });
    let money =
        (account(), amount(), any::<bool>()).prop_map(|(account, amount, adds)| match adds {
            true => ExchangeCommand::AddMargin { account, amount },
            false => ExchangeCommand::Withdraw { account, amount },
        });
    let moved = (account(), account(), amount())
        .prop_map(|(from, to, amount)| ExchangeCommand::MoveMargin { from, to, amount });
    let leverage = (account(), coin(), 0..60_u32).prop_map(|(account, coin, leverage)| {
        ExchangeCommand::SetLeverage {
            account,
            coin,
            leverage,
        }
    });
    let (lp, bidder) = (BidderId::new(0), BidderId::new(1));
    let liquidity = (amount(), any::<bool>()).prop_map(move |(amount, provides)| match provides {
        true => ExchangeCommand::Provide { lp, amount },
        false => ExchangeCommand::Redeem { lp, amount },
    });
    let quotes = any::<bool>().prop_map(move |here| ExchangeCommand::Bidding {
        bidder,
        presence: match here {
            true => Presence::Here,
            false => Presence::Gone,
        },
        book_share: Ratio::bps(9_500),
    });
    prop_oneof![8 => order, 2 => money, 2 => moved, 1 => leverage, 1 => liquidity, 1 => quotes]
}

fn step() -> impl Strategy<Value = Step> {
    let calm = [-40..40_i32, -40..40, -40..40];
    let wild = [-4_000..4_000_i32, -4_000..4_000, -4_000..4_000];
    let tick = prop_oneof![3 => calm, 2 => wild].prop_map(Step::Tick);
    prop_oneof![3 => tick, 2 => command().prop_map(Step::Ask)]
}

#[derive(Debug, Clone)]
struct Start {
    /// Size in thousandths for the three cross accounts in each coin.
    sizes: [[i64; 3]; 3],
    deposits: [i64; 3],
    /// The same and a leverage for the isolated and the single accounts.
    alone: [(i64, i64); 4],
    makers: i64,
    vaults: Vec<i64>,
    isolated_only: bool,
}

fn start() -> impl Strategy<Value = Start> {
    let sizes = prop::array::uniform3(prop::array::uniform3(-300_000..300_000_i64));
    let deposits = prop::array::uniform3(60..600_i64);
    let vaults = prop::collection::vec(0..100_i64, 0..3);
    let alone = prop::array::uniform4((-300_000..300_000_i64, 3..15_i64));
    let makers = 4_000..60_000_i64;
    (sizes, deposits, alone, makers, vaults, any::<bool>()).prop_map(
        |(sizes, deposits, alone, makers, vaults, isolated_only)| Start {
            sizes,
            deposits,
            alone,
            makers,
            vaults,
            isolated_only,
        },
    )
}

const OPENING: [&str; 3] = ["100", "10", "1000"];

/// Half of the floors have a single curve, the others makers who quote for themselves.
fn params_of(start: &Start) -> ExchangeParams {
    match start.makers % 2 {
        0 => ExchangeParams::plain(),
        _ => ExchangeParams::default(),
    }
}

fn floor(start: &Start) -> Option<Floor> {
    let dollars = |count: i64| Usd::units_i64(count * 1_000_000);
    let mut params = params_of(start);
    params.venue.liquidation.partial_above = Usd::whole(2_000);
    let table = [("5%", "2.5%"), ("10%", "5%"), ("2%", "1%")];
    let mut coins: Vec<_> = (0..3)
        .map(|place| {
            coin(
                &params,
                ["A", "B", "C"][place],
                OPENING[place],
                table[place],
            )
        })
        .collect();
    if start.isolated_only {
        coins[2].params.margin = CoinMargin::IsolatedOnly;
    }
    let mut endowments = Vec::new();
    let mut endow = |account, place: u16, size: i64, margin| {
        // Thousandths of a unit at 100 dollars, and what is as dear of the other coins.
        let scale = [100_000, 1_000_000, 10_000].get(usize::from(place));
        let size = Base::units_i64(size * scale.unwrap());
        if !size.is_zero() {
            endowments.push(CoinEndowment {
                account: id(account),
                coin: CoinId::new(place),
                size,
                entry: OPENING[usize::from(place)].parse().unwrap(),
                margin,
            });
        }
    };
    for (account, sizes) in (0..).zip(&start.sizes) {
        for (place, size) in (0..COINS).zip(sizes) {
            if !(start.isolated_only && place == 2) {
                endow(account, place, size / 10, Usd::ZERO);
            }
        }
    }
    for ((account, place), (size, leverage)) in [(3, 0), (4, 2), (5, 0), (6, 1)]
        .into_iter()
        .zip(start.alone)
    {
        let margin = Usd::units_i64(size.abs() / 10 * 100_000 / leverage + 1);
        endow(account, place, size / 10, margin);
    }
    let deposits = (0..).zip(&start.deposits);
    let setup = ExchangeSetup {
        start: START,
        coins,
        accounts: modes(),
        deposits: deposits
            .map(|(account, amount)| Deposit {
                account: id(account),
                amount: dollars(*amount),
            })
            .collect(),
        endowments,
    };
    let capital = Capital {
        makers: dollars(start.makers),
        backstops: start.vaults.iter().map(|amount| dollars(*amount)).collect(),
    };
    let exchange = seawall_venue_orderbook::Exchange::new(params, capital, setup).ok()?;
    Some(Floor {
        exchange,
        second: 0,
        told: Vec::new(),
    })
}

fn moved(price: Price, by: i32) -> Price {
    let units = price.units() + price.units() * i128::from(by) / 100_000;
    Price::from_units(units.max(1_000_000)).unwrap()
}

/// What the whole system holds may only change by what comes in and goes out.
fn run(floor: &mut Floor, steps: &[Step]) {
    let mut prices = OPENING.map(|text| text.parse::<Price>().unwrap());
    for step in steps {
        match step {
            Step::Tick(moves) => {
                for (price, by) in prices.iter_mut().zip(moves) {
                    *price = moved(*price, *by);
                }
                for _ in 0..3 {
                    floor.tick_at(&prices);
                }
            }
            Step::Ask(command) => {
                let _refused = floor.ask(*command);
            }
        }
        assert_laws(&floor.exchange);
    }
    floor.finish();
    assert_laws(&floor.exchange);
}

/// Which account had what done to it: `x` for cross, `i` for isolated, `s` for single, `v` for
/// makers and vaults.
fn reached(floor: &Floor, found: &mut BTreeSet<String>) {
    let kind = |account: AccountId| match account.number() {
        0..3 => 'x',
        3 | 4 => 'i',
        5 | 6 => 's',
        _ => 'v',
    };
    for (_, event) in &floor.told {
        match event {
            Event::Liquidation(one) => {
                found.insert(format!("{} {:?}", kind(one.account), one.stage));
            }
            Event::Cut(one) => {
                found.insert(format!("{} cut", kind(one.account)));
            }
            Event::DeficitOpened { account, .. } => {
                found.insert(format!("{} deficit", kind(*account)));
            }
            _ => {}
        }
    }
}

/// The laws below are worth something because their streams come everywhere.
#[test]
fn the_streams_reach_every_stage() {
    let mut runner = TestRunner::deterministic();
    let streams = (start(), prop::collection::vec(step(), 20..60));
    let mut found = BTreeSet::new();
    for _ in 0..150 {
        let (start, steps) = streams.new_tree(&mut runner).unwrap().current();
        if let Some(mut floor) = floor(&start) {
            run(&mut floor, &steps);
            reached(&floor, &mut found);
        }
    }
    let stages = ["PartialDeleverage", "Junior", "Adl", "deficit", "cut"];
    let wanted = "xis"
        .chars()
        .flat_map(|kind| stages.map(|stage| format!("{kind} {stage}")));
    let mut wanted: BTreeSet<String> = wanted.collect();
    wanted.insert("v deficit".to_owned());
    let missing: Vec<_> = wanted.difference(&found).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Ledger and sizes of each coin balance after every step, whatever happens; the journal alone
    /// gives the balances; the equities of all parties add up to what is there; and every deficit
    /// is filled or stays as a residual.
    #[test]
    fn books_balance_in_every_coin(start in start(), steps in prop::collection::vec(step(), 1..60)) {
        let Some(mut floor) = floor(&start) else {
            return Ok(());
        };
        run(&mut floor, &steps);
        let mut replay = Replay::default();
        for entry in floor.exchange.drain_entries() {
            prop_assert!(replay.apply(&entry));
        }
        for (account, balance) in floor.exchange.ledger().balances() {
            prop_assert_eq!(replay.balance(account), balance);
        }
        let (mut opened, mut closed) = (Usd::ZERO, Usd::ZERO);
        for (_, event) in &floor.told {
            match event {
                Event::DeficitOpened { amount, .. } => opened += *amount,
                Event::Stage(stage) if stage.deficit.is_some() => closed += stage.absorbed,
                _ => {}
            }
        }
        prop_assert_eq!(opened, closed + floor.exchange.residual());
    }

    /// With everything told or only the figures: the same state.
    #[test]
    fn telling_changes_nothing(start in start(), steps in prop::collection::vec(step(), 1..30)) {
        let (Some(mut one), Some(mut other)) = (floor(&start), floor(&start)) else {
            return Ok(());
        };
        other.exchange.set_detail(Detail::Full);
        run(&mut one, &steps);
        run(&mut other, &steps);
        prop_assert_eq!(one.exchange.drain_entries(), other.exchange.drain_entries());
    }

    /// A cross account that holds one coin goes the way of an isolated one, bit for bit: the same
    /// events, sizes and money. Only where it stands differs once the position is gone.
    #[test]
    fn one_coin_makes_no_difference(
        sizes in prop::collection::vec((-60_000..60_000_i64, 2..40_i64), 2..7),
        vaults in prop::collection::vec(0..500_i64, 0..3),
        steps in prop::collection::vec((any::<bool>(), 0..7_u32, -900..900_i32), 1..60),
    ) {
        let world = |mode: MarginMode| {
            let params = ExchangeParams::default();
            let coins = vec![coin(&params, "A", "100", ("2%", "1%"))];
            let endowments = (0..).zip(&sizes).filter(|(_, (size, _))| *size != 0);
            let endowment = |(account, (size, leverage)): (u32, &(i64, i64))| CoinEndowment {
                account: id(account),
                coin: CoinId::new(0),
                size: Base::units_i64(size * 100_000),
                entry: "100".parse().unwrap(),
                margin: Usd::units_i64(size.abs() * 100_000 / leverage),
            };
            let setup = ExchangeSetup {
                start: START,
                coins,
                accounts: vec![mode; sizes.len()],
                deposits: Vec::new(),
                endowments: endowments.map(endowment).collect(),
            };
            let capital = Capital {
                makers: Usd::whole(9_000),
                backstops: vaults.iter().map(|amount| Usd::whole(i32::try_from(*amount).unwrap())).collect(),
            };
            Floor::new(params, capital, setup)
        };
        let mut cross = world(MarginMode::Cross);
        let mut single = world(MarginMode::Single { coin: CoinId::new(0) });
        let mut price: Price = "100".parse().unwrap();
        for (adds, account, by) in &steps {
            let held = |floor: &Floor| floor.size(*account, CoinId::new(0));
            if *adds && !held(&cross).is_zero() {
                let command = ExchangeCommand::AddMargin {
                    account: AccountId::new(*account),
                    amount: Usd::units_i64(i64::from(by.abs()) * 1_000_000),
                };
                prop_assert_eq!(cross.ask(command), single.ask(command));
            }
            price = moved(price, *by);
            for _ in 0..3 {
                cross.tick_at(&[price]);
                single.tick_at(&[price]);
            }
            prop_assert_eq!(&cross.told, &single.told);
            for number in 0..u32::try_from(sizes.len()).unwrap() {
                let free = single.balance(Account::Free(id(number)));
                prop_assert_eq!(cross.balance(margin(number)), single.balance(margin(number)) + free);
                prop_assert_eq!(cross.exchange.positions(id(number)), single.exchange.positions(id(number)));
            }
            prop_assert_eq!(cross.exchange.vaults(), single.exchange.vaults());
            prop_assert_eq!(cross.exchange.makers(), single.exchange.makers());
        }
    }
}
