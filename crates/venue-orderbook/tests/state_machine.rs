//! Full streams of seconds and commands, against a slow reference in exact rationals.
//!
//! The reference (`tests/reference`) is written from the rules and shares no arithmetic with the
//! engine. After every transition everything that the venue shows is compared, to the last unit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod reference;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use reference::deficit::Owing;
use reference::liquidity::Holding;
use reference::market::{
    Cut, Dawn, Market, No, Opening, Purse, Reply, Side as Way, Taken, Transition, Who,
};
use reference::oracle::Status;
use reference::rules::{Margins, ShortIndex};
use reference::stream::Stream;
use seawall_ledger::{Account, AccountId, BidderId};
use seawall_oracle::{MarketStatus, OracleConfig};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{
    Endowment, Event, MarginTable, Receipt, Refusal, Setup, SourceQuote, StageId, Tick,
    TrancheName, Venue,
};
use seawall_venue_orderbook::{
    AdlParams, BackstopParams, BookParams, Capital, FeeParams, FundingParams, LiquidationParams,
    OrderBookVenue, Params, Segment, ShortReading, Tier,
};

fn usd(units: i128) -> Usd {
    Usd::from_units(units).unwrap()
}

fn price(units: i128) -> Price {
    Price::from_units(units).unwrap()
}

fn ratio(units: i128) -> Ratio {
    Ratio::from_units(units).unwrap()
}

fn account(number: usize) -> AccountId {
    AccountId::new(u32::try_from(number).unwrap())
}

fn params(opening: &Opening) -> Params {
    let rules = &opening.rules;
    let segment = |(to, share): &(i128, i128)| Segment {
        to: ratio(*to),
        share: ratio(*share),
    };
    let tier = |(above, most): &(i128, u32)| Tier {
        above: usd(*above),
        max_leverage: *most,
    };
    let defaults = Params::default();
    Params {
        fees: FeeParams {
            taker: ratio(rules.taker_fee),
            maker: ratio(rules.maker_fee),
        },
        tiers: match &rules.margins {
            Margins::Tiers(tiers) => tiers.iter().map(tier).collect(),
            Margins::Table(..) => defaults.tiers,
        },
        book: BookParams {
            half_spread: ratio(rules.book.half_spread),
            segments: rules.book.segments.iter().map(segment).collect(),
            depth: ratio(rules.book.depth),
            maker_leverage: rules.book.leverage,
            half_life: rules.book.half_life,
            volatility_half_life: rules.book.memory,
            calm_volatility: ratio(rules.book.calm),
            withdrawal: ratio(rules.book.withdrawal),
        },
        oracle: OracleConfig {
            quorum: u16::try_from(rules.oracle.quorum).unwrap(),
            max_age: rules.oracle.max_age,
            max_deviation: ratio(rules.oracle.max_deviation),
            grace: rules.oracle.grace,
            reopening: rules.oracle.reopening,
        },
        mark_interval: rules.mark_every,
        funding: FundingParams {
            sample_interval: rules.funding.sample_every,
            impact_notional: usd(rules.funding.impact_notional),
            interest: ratio(rules.funding.interest),
            clamp: ratio(rules.funding.clamp),
            hourly_cap: ratio(rules.funding.hourly_cap),
        },
        liquidation: LiquidationParams {
            partial_above: usd(rules.partial_above),
            partial_share: ratio(rules.partial_share),
            cooldown: rules.cooldown,
        },
        backstop: BackstopParams {
            threshold: ratio(rules.takeover_below),
            interval: rules.takeover_every,
            carry: ratio(rules.carry),
            unwind_interval: rules.unwind_every,
            unwind_share: ratio(rules.unwind_share),
        },
        adl: AdlParams {
            interval: rules.adl_every,
            short_reading: match rules.short_index {
                ShortIndex::EntryOverMark => ShortReading::EntryOverMark,
                ShortIndex::MarkOverEntry => ShortReading::MarkOverEntry,
            },
        },
    }
}

fn open(opening: &Opening) -> OrderBookVenue {
    let endowment = |each: &reference::market::Endowed| Endowment {
        account: account(each.user),
        size: Base::from_units(each.size).unwrap(),
        entry: price(each.entry),
        margin: usd(each.margin),
    };
    let setup = Setup {
        start: Time::from_secs(opening.start),
        opening: price(opening.price),
        margin: match opening.rules.margins {
            Margins::Table(initial, maintenance) => Some(MarginTable {
                initial: ratio(initial),
                maintenance: ratio(maintenance),
            }),
            Margins::Tiers(_) => None,
        },
        endowments: opening.endowed.iter().map(endowment).collect(),
        accounts: u32::try_from(opening.users).unwrap(),
    };
    let capital = Capital {
        makers: usd(opening.makers),
        backstops: opening.vaults.iter().map(|vault| usd(*vault)).collect(),
    };
    let mut venue = OrderBookVenue::new(setup, capital, params(opening)).unwrap();
    for (lp, amount) in &opening.providers {
        venue
            .endow_lp(BidderId::new(*lp), TrancheName::Junior, usd(*amount))
            .unwrap();
    }
    venue
}

fn dawn(venue: &mut OrderBookVenue, dawn: &Dawn) {
    let quotes: Vec<SourceQuote> = dawn
        .quotes
        .iter()
        .map(|seen| SourceQuote {
            source: seen.source,
            price: price(seen.price),
            at: Time::from_secs(seen.at),
            weight: seen.weight,
            max_age: seen.max_age,
        })
        .collect();
    venue.observe(&Tick {
        now: Time::from_secs(dawn.now),
        outside: price(dawn.outside),
        quotes: &quotes,
    });
    venue.accrue();
}

fn reply(answer: Result<Receipt, Refusal>) -> Reply {
    match answer {
        Ok(Receipt::Filled(fill)) => Reply::Filled {
            filled: fill.filled.units(),
            mark: fill.mark.units(),
            notional: fill.notional.units(),
            cost: fill.cost.units(),
        },
        Ok(Receipt::Moved { amount }) => Reply::Moved(amount.units()),
        Ok(Receipt::Queued) => Reply::Queued,
        Ok(Receipt::Noted) => Reply::Noted,
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Reply::No(no(&refusal)),
    }
}

fn no(refusal: &Refusal) -> No {
    match refusal {
        Refusal::NoPosition { .. } => No::NoPosition,
        Refusal::NotPositive => No::NotPositive,
        Refusal::InLiquidation => No::InLiquidation,
        Refusal::LimitPrice { price, limit } => No::LimitPrice {
            price: price.units(),
            limit: limit.units(),
        },
        Refusal::NoLiquidity => No::NoLiquidity,
        Refusal::PartOnly { filled, .. } => No::PartOnly {
            filled: filled.units(),
        },
        Refusal::InitialMargin { equity, required } => No::InitialMargin {
            equity: equity.units(),
            required: required.units(),
        },
        Refusal::Collateral { available, .. } => No::Collateral {
            available: available.units(),
        },
        Refusal::Liquidity { .. } => No::Liquidity,
        other => panic!("{other:?}"),
    }
}

/// What the engine says it did to positions and deficits; the one place that reads its events.
fn heard(venue: &mut OrderBookVenue) -> (Vec<Taken>, Vec<Cut>, Vec<Owing>) {
    let (mut taken, mut cuts, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let mut closed = Vec::new();
    for event in venue.drain_events() {
        match event {
            Event::Liquidation(one) => {
                let (user, size) = (one.account.index(), one.size.units());
                let equity = one.equity.units();
                taken.push(match one.stage {
                    StageId::PartialDeleverage => Taken::ByBook { user, size, equity },
                    StageId::Junior => Taken::ByVault { user, size, equity },
                    _ => Taken::ByAdl { user, size, equity },
                });
            }
            Event::Cut(cut) => cuts.push(Cut {
                winner: cut.account.index(),
                deficit: cut.deficit.unwrap().index(),
                closed: cut.closed.units(),
                profit: cut.profit.units(),
                taken: cut.taken.units(),
            }),
            Event::DeficitOpened {
                id,
                account,
                amount,
                ..
            } => open.push(Owing {
                number: id.index(),
                owner: account.index(),
                opening: amount.units(),
                by_vaults: 0,
                by_winners: 0,
                residual: 0,
            }),
            Event::Stage(stage) => {
                let number = stage.deficit.map(seawall_ledger::DeficitId::index);
                let found = open.iter_mut().find(|owing| Some(owing.number) == number);
                match (found, stage.stage) {
                    (Some(owing), StageId::Junior) => owing.by_vaults += stage.absorbed.units(),
                    (Some(owing), StageId::Adl) => owing.by_winners += stage.absorbed.units(),
                    _ => {}
                }
            }
            Event::DeficitClosed { id, residual, .. } => {
                let at = open
                    .iter()
                    .position(|owing| owing.number == id.index())
                    .unwrap();
                let mut owing = open.remove(at);
                owing.residual = residual.units();
                closed.push(owing);
            }
            _ => {}
        }
    }
    assert!(
        open.is_empty(),
        "no deficit of an order book outlives its second"
    );
    (taken, cuts, closed)
}

fn purse(account: Account) -> Purse {
    match account {
        Account::External => Purse::Outside,
        Account::Protocol => Purse::Protocol,
        Account::Makers => Purse::Makers,
        Account::Backstop(vault) => Purse::Vault(usize::from(vault)),
        Account::Variation => Purse::Variation,
        Account::OpenDeficit(id) => Purse::Owing(id.index()),
        Account::Margin(id) => Purse::Margin(id.index()),
        Account::Free(id) => Purse::Free(id.index()),
        other => panic!("an order book has no {other}"),
    }
}

fn same_books(venue: &OrderBookVenue, market: &Market) {
    let balances: BTreeMap<Purse, i128> = venue
        .ledger()
        .balances()
        .map(|(account, of)| (purse(account), of.units()))
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
}

/// A small and a large order on both sides: the curve, its consumption and its end.
fn same_quotes(venue: &OrderBookVenue, market: &Market) {
    for (side, way) in [(Side::Long, Way::Buy), (Side::Short, Way::Sell)] {
        for notional in [3_000_000_000, 1_000_000_000_000] {
            let shown = venue.quote(side, usd(notional));
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
        open(&market.opening)
    }

    fn apply(mut venue: OrderBookVenue, market: &Market, transition: Transition) -> OrderBookVenue {
        let mut answer = None;
        match &transition {
            Transition::Dawn(seen) => dawn(&mut venue, seen),
            Transition::Ask(command) => {
                let planned = venue.plan(command);
                let done = venue.commit(command);
                assert_eq!(planned, done);
                answer = Some(reply(done));
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
        let (taken, cuts, deficits) = heard(&mut venue);
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
        same_state(venue, market);
        same_providers(venue, market);
    }

    fn teardown(mut venue: OrderBookVenue, market: Market) {
        venue.finish();
        let market = market.apply(&Transition::Finish);
        let (_, _, deficits) = heard(&mut venue);
        assert_eq!(deficits, market.happened.deficits);
        Self::check_invariants(&venue, &market);
    }
}

fn cases(count: u32) -> Config {
    let config = Config {
        max_shrink_iters: 4_000,
        ..Config::default()
    };
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => Config {
            cases: count,
            ..config
        },
    }
}

prop_state_machine! {
    #![proptest_config(cases(60))]

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
    "AddMargin: NoPosition",
    "AddMargin: NotPositive",
    "AddMargin: yes",
    "Bidding: yes",
    "Order: InLiquidation",
    "Order: InitialMargin",
    "Order: LimitPrice",
    "Order: NoLiquidity",
    "Order: NoPosition",
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
    "taken ByAdl",
    "taken ByBook",
    "taken ByVault",
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
