//! Whole streams of seconds and commands, against a slow model in rationals that is written from
//! the rules and shares no code with the engine. After every step both must agree on every answer,
//! balance, position, value, share and deficit, to the last unit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod reference;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use reference::reach::{RARE, REACHED};
use reference::stream::{Reference, Run, Step};
use reference::world::{BIDDERS, PROVIDERS};
use reference::{Answer, Model, Outcome, Payer};
use seawall_ledger::{Account, BidderId};
use seawall_units::{Side, Time};
use seawall_venue::{Event, StageId, Tick, TrancheName, Venue};
use seawall_venue_tranched::TranchedVenue;

/// The engine, with what its events have said of deficits.
struct Engine {
    venue: TranchedVenue,
    outcomes: BTreeMap<u32, Outcome>,
    answer: Answer,
    now: u64,
    /// Kinds of events, and how stages ended, counted.
    told: BTreeMap<String, u64>,
}

impl Engine {
    fn new(run: &Run) -> Self {
        let outcomes = BTreeMap::new();
        Self {
            venue: run.world.venue(),
            outcomes,
            answer: Answer::Nothing,
            now: 0,
            told: BTreeMap::new(),
        }
    }

    fn apply(&mut self, step: &Step) {
        match step {
            Step::Observe { now, quotes } => {
                // The venue must take the mark from the sources, not from outside.
                self.now = *now;
                let (now, outside) = (Time::from_secs(*now), seawall_units::Price::ULP);
                self.venue.observe(&Tick {
                    now,
                    outside,
                    quotes,
                });
                self.venue.accrue();
            }
            Step::Settle => {
                self.venue.liquidate();
                if self.now.is_multiple_of(60) {
                    self.venue.attribute();
                }
            }
            Step::Ask(command) => {
                let planned = self.venue.plan(command);
                let told = self.venue.commit(command);
                assert_eq!(planned, told, "a plan says what a commit does");
                self.answer = Answer::of(&told);
            }
            Step::Finish => self.venue.finish(),
        }
        self.listen();
        self.venue.drain_entries();
    }

    /// What events say of deficits: the one place that reads them.
    fn listen(&mut self) {
        for event in self.venue.drain_events() {
            *self.told.entry(name_of(&event)).or_default() += 1;
            match event {
                Event::DeficitOpened {
                    id,
                    account,
                    side,
                    amount,
                    ..
                } => {
                    let side = if side == Side::Long { 1 } else { -1 };
                    let opened = Outcome {
                        account: account.number(),
                        side,
                        opening: amount.units(),
                        ..Outcome::default()
                    };
                    assert!(self.outcomes.insert(id.number(), opened).is_none());
                }
                Event::Stage(report) => {
                    let Some(id) = report.deficit.filter(|_| report.absorbed.is_positive()) else {
                        continue;
                    };
                    let payer = match report.stage {
                        StageId::Junior => Payer::Junior,
                        StageId::Insurance => Payer::Insurance,
                        StageId::Adl => Payer::Adl,
                        StageId::Senior => Payer::Senior,
                        other => panic!("{other:?} pays for no deficit"),
                    };
                    let outcome = self.outcomes.get_mut(&id.number()).unwrap();
                    *outcome.absorbed.entry(payer).or_default() += report.absorbed.units();
                }
                Event::DeficitClosed { id, residual, .. } => {
                    let outcome = self.outcomes.get_mut(&id.number()).unwrap();
                    assert_eq!(outcome.residual.replace(residual.units()), None);
                }
                _ => {}
            }
        }
    }
}

/// The kind of an event; of a stage's report also the stage and how it ended.
fn name_of(event: &Event) -> String {
    match event {
        Event::Stage(report) => format!("stage {:?} {:?}", report.stage, report.end),
        other => {
            let kind: String = format!("{other:?}")
                .chars()
                .take_while(|c| c.is_alphabetic())
                .collect();
            format!("event {kind}")
        }
    }
}

/// Both agree on everything that can be seen, and the engine on its own sums.
fn agree(engine: &Engine, model: &Model) {
    let venue = &engine.venue;
    assert_eq!(engine.answer, model.answer, "answer");
    assert_eq!(venue.ledger().recount().units(), 0, "the books sum to zero");
    assert_eq!(venue.ledger().sum().units(), 0, "the subtotals sum to zero");
    for each in venue.recount() {
        assert_eq!(each.kept, each.counted, "{}", each.what);
    }
    let books: BTreeMap<Account, i128> = venue
        .ledger()
        .balances()
        .map(|(account, balance)| (account, balance.units()))
        .collect();
    assert_eq!(books, model.books.told(), "balances");
    agree_on_positions(venue, model);
    agree_on_state(venue, model);
    agree_on_tranches(venue, model);
    assert_eq!(engine.outcomes, model.outcomes, "deficits");
}

fn agree_on_positions(venue: &TranchedVenue, model: &Model) {
    let told: Vec<_> = venue
        .positions()
        .into_iter()
        .map(|view| {
            let money = [view.cost, view.margin, view.open_pnl, view.equity];
            (
                view.account.number(),
                view.size.units(),
                money.map(|money| money.units()),
            )
        })
        .collect();
    let known: Vec<_> = model
        .positions
        .iter()
        .map(|(account, position)| {
            let money = [
                position.cost,
                model.margin(*account),
                model.open_pnl(position),
                model.equity(*account),
            ];
            (*account, position.size, money)
        })
        .collect();
    assert_eq!(
        told, known,
        "positions: size, then cost, margin, open PnL and equity"
    );
    for n in 0..BIDDERS {
        let told = venue.bidder_equity(BidderId::new(n)).unwrap().units();
        assert_eq!(told, model.bidder_equity(n), "equity of bidder {n}");
    }
}

fn agree_on_state(venue: &TranchedVenue, model: &Model) {
    let state = venue.state();
    assert_eq!(state.mark.units(), model.mark, "mark");
    assert_eq!(state.status, model.shown_status(), "status");
    let interest = [state.open_interest_long, state.open_interest_short];
    let known = [model.open_interest(1), model.open_interest(-1)];
    assert_eq!(interest.map(|side| side.units()), known, "open interest");
    let capital: Vec<_> = state
        .capital
        .iter()
        .map(|part| (part.role, part.value.units()))
        .collect();
    assert_eq!(capital, model.parts_of_capital(), "capital");
    assert_eq!(
        state.open_deficit.units(),
        model.open_deficits(),
        "open deficits"
    );
    let indices = venue.market().indices();
    let told = [
        indices.rate.units(),
        indices.funding.units(),
        indices.long.units(),
        indices.short.units(),
    ];
    assert_eq!(told, model.indices(), "rate and indices");
    for side in Side::BOTH {
        for notional in [1_i128, 7_000_000_000, 900_000_000_000] {
            let sign = if side == Side::Long { 1 } else { -1 };
            let quote = venue.quote(side, seawall_units::Usd::from_units(notional).unwrap());
            let told = (quote.filled.units(), quote.cost.units());
            assert_eq!(
                told,
                model.quote(sign, notional),
                "quote of {notional} {side}"
            );
        }
    }
}

fn agree_on_tranches(venue: &TranchedVenue, model: &Model) {
    let view = venue.tranches().unwrap();
    assert_eq!(view.arrears.due.units(), model.coupon_due(), "arrears");
    let oldest = view.arrears.oldest.map(Time::secs);
    assert_eq!(oldest, model.oldest_coupon(), "oldest arrears");
    assert_eq!(
        view.arrears.lapsed.units(),
        model.lapsed_coupon(),
        "lapsed arrears"
    );
    assert_eq!(view.waiting.units(), model.worth_waiting(), "waiting");
    assert_eq!(view.claimable.units(), model.all_claimable(), "claimable");
    let worst = [
        view.worst_case.loss,
        view.worst_case.fall,
        view.worst_case.rise,
    ];
    assert_eq!(
        worst.map(|loss| loss.units()),
        model.worst_case(),
        "worst case"
    );
    let supply = |what| {
        venue
            .recount()
            .into_iter()
            .find(|each| each.what == what)
            .unwrap()
            .kept
    };
    assert_eq!(
        (supply("senior shares"), supply("junior shares")),
        model.supplies(),
        "supply"
    );
    for lp in 0..=PROVIDERS {
        for tranche in [TrancheName::Senior, TrancheName::Junior] {
            let told = venue.lp_holding(BidderId::new(lp), tranche);
            let known = model.holding(lp, tranche);
            assert_eq!(
                reference::Holding::of(&told),
                known,
                "holding of {lp} in {tranche:?}"
            );
        }
    }
}

struct Market;

impl StateMachineTest for Market {
    type SystemUnderTest = Engine;
    type Reference = Reference;

    fn init_test(run: &Run) -> Engine {
        let engine = Engine::new(run);
        agree(&engine, &run.model);
        engine
    }

    fn apply(mut engine: Engine, run: &Run, step: Step) -> Engine {
        engine.apply(&step);
        agree(&engine, &run.model);
        engine
    }
}

fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() {
        default.cases
    } else {
        96
    };
    ProptestConfig {
        cases,
        max_shrink_iters: 20_000,
        ..default
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_engine_does_what_the_rules_say(sequential 40..160 => Market);
}

/// A fixed set of streams reaches every stage, refusal and kind of event, so that the test above
/// proves something of each. More streams: `REACH_SEEDS=4000 cargo test ... -- --nocapture`.
#[test]
fn the_streams_reach_every_rule() {
    let mut reached = BTreeMap::<String, u64>::new();
    let most = env("REACH_SEEDS", 100);
    let rare = RARE.iter().copied().filter(|seed| *seed >= most);
    let mut steps = 0;
    for seed in (env("REACH_FROM", 0)..most).chain(rare) {
        let (stream, counts) = follow(seed);
        steps += stream;
        for (what, count) in counts {
            if !reached.contains_key(&what) {
                println!("stream {seed} is the first to reach `{what}`");
            }
            *reached.entry(what).or_default() += count;
        }
    }
    for (what, count) in &reached {
        println!("{count:8} {what}");
    }
    println!("{steps:8} steps");
    for what in REACHED {
        assert!(reached.contains_key(*what), "no stream reaches `{what}`");
    }
}

/// Follows the stream of a seed to its end; gives its steps and what it reached.
fn follow(seed: u64) -> (usize, BTreeMap<String, u64>) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let streams = Reference::sequential_strategy(40..160);
    let (mut run, stream, _) = streams.new_tree(&mut runner).unwrap().current();
    let mut engine = Engine::new(&run);
    let mut reached = BTreeMap::<String, u64>::new();
    let steps = stream.len();
    for step in stream {
        run = <Reference as ReferenceStateMachine>::apply(run, &step);
        engine.apply(&step);
        agree(&engine, &run.model);
        if let Step::Ask(_) = step {
            *reached.entry(run.model.answer.kind()).or_default() += 1;
        }
    }
    let of_model = run.model.reached.iter();
    reached.extend(of_model.map(|(what, count)| ((*what).into(), *count)));
    reached.extend(engine.told);
    (steps, reached)
}

fn env(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}
