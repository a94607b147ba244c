//! Full streams of seconds and commands, against a slow reference in exact rationals.
//!
//! The reference (`tests/reference`) is written from the rules and shares no arithmetic with the
//! engine. After every transition everything that the venue shows is compared, to the last unit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod reference;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::prelude::{prop_assert_eq, proptest};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use reference::door;
use reference::liquidity::Holding;
use reference::market::{Cut, Market, Purse, Reply, Side as Way, Transition, Who};
use reference::oracle::Status;
use reference::stream::{Stream, any_opening};
use reference::trade::Held;
use seawall_ledger::BidderId;
use seawall_units::{Side, Time, Usd};
use seawall_venue::{MarketStatus, TrancheName, Venue};
use seawall_venue_orderbook::OrderBookVenue;

fn same_books(venue: &OrderBookVenue, market: &Market) {
    let balances: BTreeMap<Purse, i128> = venue
        .ledger()
        .balances()
        .map(|(account, of)| (door::purse(account), of.units()))
        .collect();
    let nonzero = |books: &BTreeMap<Purse, i128>| -> BTreeMap<Purse, i128> {
        books
            .iter()
            .filter(|(_, of)| **of != 0)
            .map(|(purse, of)| (*purse, *of))
            .collect()
    };
    assert_eq!(nonzero(&balances), nonzero(&market.balances));
    assert_eq!(venue.ledger().sum(), Usd::ZERO);
    assert_eq!(venue.ledger().recount(), Usd::ZERO);
    for row in venue.recount() {
        assert_eq!(row.kept, row.counted, "{}", row.what);
    }
}

fn same_positions(venue: &OrderBookVenue, market: &Market) {
    let shown: Vec<_> = venue.positions();
    let held: Vec<usize> = (0..market.users.len())
        .filter(|u| market.users[*u].size != 0)
        .collect();
    assert_eq!(
        shown
            .iter()
            .map(|view| view.account.index())
            .collect::<Vec<_>>(),
        held
    );
    for (view, user) in shown.iter().zip(held) {
        let (who, held) = (Who::User(user), market.users[user]);
        let figures = [view.cost, view.margin, view.open_pnl, view.equity].map(Usd::units);
        let expected = [
            held.cost,
            market.cash(who),
            held.profit(market.mark),
            market.equity(who),
        ];
        assert_eq!(
            (view.size.units(), figures),
            (held.size, expected),
            "account {user}"
        );
        assert_eq!(venue.position(view.account).as_ref(), Some(view));
    }
}

/// Sizes, costs and settled funding of everybody, makers and vaults included.
fn same_holders(venue: &OrderBookVenue, market: &Market) {
    let users = (0..market.users.len()).map(Who::User);
    let vaults = (0..market.vaults.len()).map(Who::Vault);
    let all = users.chain([Who::Makers]).chain(vaults);
    let held = all.map(|who| (who.purse(), market.held(who)));
    let open: BTreeMap<Purse, Held> = held.filter(|(_, held)| held.size != 0).collect();
    assert_eq!(door::holders(venue), open);
}

fn same_state(venue: &OrderBookVenue, market: &Market) {
    let state = venue.state();
    let status = match state.status {
        MarketStatus::Live => Status::Live,
        MarketStatus::Reopening => Status::Reopening,
        MarketStatus::ReduceOnly => Status::ReduceOnly,
        MarketStatus::Halted => Status::Halted,
    };
    assert_eq!(
        (state.mark.units(), status),
        (market.mark, market.oracle.status)
    );
    let mut capital = vec![("makers", market.makers_value())];
    for vault in 0..market.vaults.len() {
        capital.push(("backstop", market.equity(Who::Vault(vault))));
    }
    let shown: Vec<_> = state
        .capital
        .iter()
        .map(|part| (part.role, part.value.units()))
        .collect();
    assert_eq!(shown, capital);
    let interest = (
        state.open_interest_long.units(),
        state.open_interest_short.units(),
    );
    assert_eq!(interest, (market.long_interest(), market.short_interest()));
    assert_eq!(state.open_deficit, Usd::ZERO);
}

fn same_providers(venue: &OrderBookVenue, market: &Market) {
    for lp in 0..4 {
        let shown = venue.lp_holding(BidderId::new(lp), TrancheName::Junior);
        let holding = Holding {
            shares: shown.shares,
            share_price: shown.share_price.units(),
            value: shown.value.units(),
            exit_value: shown.exit_value.units(),
            waiting: shown.waiting.units(),
            granted: shown.granted.units(),
        };
        assert_eq!(holding, market.holding(lp), "provider {lp}");
    }
    assert_eq!(venue.standing().supply, [("makers", market.supply())]);
}

/// A small and a large order on both sides: the curve, its consumption and its end.
fn same_quotes(venue: &OrderBookVenue, market: &Market) {
    for (side, way) in [(Side::Long, Way::Buy), (Side::Short, Way::Sell)] {
        for notional in [3_000_000_000, 1_000_000_000_000] {
            let shown = venue.quote(side, door::usd(notional));
            let figures = (shown.filled.units(), shown.cost.units());
            assert_eq!(figures, market.quote(way, notional), "{side} {notional}");
        }
    }
}

struct Engine;

impl StateMachineTest for Engine {
    type SystemUnderTest = OrderBookVenue;
    type Reference = Stream;

    fn init_test(market: &Market) -> OrderBookVenue {
        door::open(&market.opening).unwrap()
    }

    fn apply(mut venue: OrderBookVenue, market: &Market, transition: Transition) -> OrderBookVenue {
        let mut answer = None;
        match &transition {
            Transition::Dawn(seen) => door::dawn(&mut venue, seen),
            Transition::Ask(command) => {
                let planned = venue.plan(command);
                let done = venue.commit(command);
                assert_eq!(planned, done);
                answer = Some(door::reply(done));
            }
            Transition::Dusk => {
                venue.liquidate();
                if Time::from_secs(market.now).is_whole_minute() {
                    venue.attribute();
                }
            }
            Transition::Finish => venue.finish(),
        }
        assert_eq!(answer, market.happened.reply);
        let (taken, cuts, deficits) = door::heard(&mut venue);
        assert_eq!(deficits, market.happened.deficits);
        assert_eq!(cuts, market.happened.cuts);
        assert_eq!(taken, market.happened.taken);
        if matches!(transition, Transition::Dawn(_)) {
            same_quotes(&venue, market);
        }
        venue
    }

    fn check_invariants(venue: &OrderBookVenue, market: &Market) {
        same_books(venue, market);
        same_positions(venue, market);
        same_holders(venue, market);
        same_state(venue, market);
        same_providers(venue, market);
    }

    fn teardown(mut venue: OrderBookVenue, market: Market) {
        venue.finish();
        let market = market.apply(&Transition::Finish);
        let (_, _, deficits) = door::heard(&mut venue);
        assert_eq!(deficits, market.happened.deficits);
        Self::check_invariants(&venue, &market);
    }
}

proptest! {
    /// Both open the same markets, and name the same reason where they do not.
    #[test]
    fn both_refuse_the_same_openings(opening in any_opening()) {
        prop_assert_eq!(door::open(&opening).err(), Market::unfit(&opening));
    }
}

/// So many cases, unless the environment says otherwise.
fn cases(count: u32) -> Config {
    let config = Config::default();
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => Config {
            cases: count,
            ..config
        },
    }
}

prop_state_machine! {
    #![proptest_config(cases(80))]

    #[test]
    fn the_engine_does_what_the_reference_does(sequential 40..240 => Engine);
}

/// What must occur in streams of fixed seeds: a stage that is never reached proves nothing.
const REACHED: [&str; 62] = [
    "a bankrupt rest goes to a vault or the makers",
    "a deposit comes in",
    "a liquidation finds no quotes",
    "a part is liquidated",
    "a redemption is paid",
    "a redemption waits",
    "a vault unwinds",
    "ADL finds no winners",
    "ADL overshoots",
    "an hour is paid",
    "an order closes",
    "an order increases",
    "an order opens",
    "an order reduces",
    "an order that reduces frees margin",
    "an order turns",
    "becomes live",
    "becomes reduce-only",
    "Claim: Liquidity",
    "AddMargin: Flat",
    "AddMargin: NotPositive",
    "AddMargin: yes",
    "Bidding: yes",
    "Order: InLiquidation",
    "Order: InitialMargin",
    "Order: LimitPrice",
    "Order: Empty",
    "Order: Flat",
    "Order: NotPositive",
    "Order: PartOnly",
    "Order: yes",
    "Provide: Liquidity",
    "Provide: NotPositive",
    "Provide: yes",
    "Recover: Liquidity",
    "Redeem: Liquidity",
    "Redeem: NotPositive",
    "Redeem: yes",
    "Withdraw: Collateral",
    "Withdraw: NotPositive",
    "Withdraw: yes",
    "a cut of nothing",
    "a cut of profit",
    "funding is paid",
    "funding is received",
    "halts",
    "no vault carries a position",
    "reopens",
    "taken Winners",
    "taken Book",
    "taken Vault",
    "trader: nobody",
    "trader: vaults",
    "trader: vaults, nobody",
    "trader: vaults, winners",
    "trader: vaults, winners, nobody",
    "trader: winners",
    "trader: winners, nobody",
    "vault: nobody",
    "vault: winners",
    "makers: vaults",
    "makers: winners",
];

/// Sends streams of fixed seeds to both, and counts what they reached.
fn reached(streams: u32) -> BTreeMap<String, u32> {
    let mut runner = TestRunner::deterministic();
    let mut counts = BTreeMap::new();
    let strategy = Stream::sequential_strategy(200);
    for _ in 0..streams {
        let (mut market, transitions, _) = strategy.new_tree(&mut runner).unwrap().current();
        let mut venue = Engine::init_test(&market);
        for transition in transitions {
            market = market.apply(&transition);
            for what in occurrences(&transition, &market) {
                *counts.entry(what).or_default() += 1;
            }
            venue = Engine::apply(venue, &market, transition);
            Engine::check_invariants(&venue, &market);
        }
    }
    counts
}

/// The name of a variant.
fn variant(value: &dyn std::fmt::Debug) -> String {
    let debug = format!("{value:?}");
    debug.split([' ', '(', '{']).next().unwrap().to_owned()
}

fn occurrences(transition: &Transition, market: &Market) -> Vec<String> {
    let happened = &market.happened;
    let mut all: Vec<String> = happened
        .notes
        .iter()
        .map(|note| (*note).to_owned())
        .collect();
    if let Transition::Ask(command) = transition {
        let answer = match happened.reply {
            Some(Reply::No(no)) => variant(&no),
            _ => "yes".to_owned(),
        };
        all.push(format!("{}: {answer}", variant(command)));
    }
    all.extend(
        happened
            .taken
            .iter()
            .map(|taken| format!("taken {}", variant(taken))),
    );
    let cut = |cut: &Cut| {
        if cut.taken > 0 {
            "a cut of profit"
        } else {
            "a cut of nothing"
        }
    };
    all.extend(happened.cuts.iter().map(|one| cut(one).to_owned()));
    for owing in &happened.deficits {
        let owner = match owing.owner.cmp(&market.users.len()) {
            Ordering::Less => "trader",
            Ordering::Equal => "makers",
            Ordering::Greater => "vault",
        };
        let payers = [
            (owing.by_vaults, "vaults"),
            (owing.by_winners, "winners"),
            (owing.residual, "nobody"),
        ];
        let paid = payers.iter().filter(|(amount, _)| *amount > 0);
        let names: Vec<&str> = paid.map(|(_, name)| *name).collect();
        all.push(format!("{owner}: {}", names.join(", ")));
    }
    all
}

#[test]
fn the_streams_reach_every_stage_and_refusal() {
    let counts = reached(160);
    for (what, times) in &counts {
        println!("{times:>6} {what}");
    }
    let missing: Vec<&str> = REACHED
        .into_iter()
        .filter(|what| !counts.contains_key(*what))
        .collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
}
