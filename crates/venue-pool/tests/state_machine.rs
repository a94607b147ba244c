//! The engine against a slow model in exact rationals, on full streams of commands: every answer,
//! every balance, every movement by its cause, every position and every value, after every step.
//!
//! `PROPTEST_CASES` sets how many random streams are run, `REFERENCE_SEEDS` how many fixed ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod reference;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use reference::compare;
use reference::stream::{State, Step, Stream};
use reference::tally::Tally;
use seawall_units::Time;
use seawall_venue::{Tick, Venue};
use seawall_venue_pool::PoolVenue;

struct Pool;

impl StateMachineTest for Pool {
    type SystemUnderTest = (PoolVenue, u64);
    type Reference = Stream;

    fn init_test(state: &State) -> Self::SystemUnderTest {
        let world = &state.world;
        if let Some((endowments, told)) = &world.refused {
            let refused = world.venue(endowments).unwrap_err();
            assert_eq!(reference::door::setup_refusal(&refused), *told);
        }
        let mut venue = world.venue(&world.endowments).unwrap();
        compare::same_step(&mut venue, &state.market);
        (venue, 0)
    }

    fn apply(
        (mut venue, mut now): Self::SystemUnderTest,
        state: &State,
        step: Step,
    ) -> Self::SystemUnderTest {
        match step {
            Step::Tick { wait, quotes } => {
                now += wait;
                let now = Time::from_secs(now);
                venue.observe(&Tick {
                    now,
                    outside: venue.state().mark,
                    quotes: &quotes,
                });
                venue.accrue();
            }
            Step::Command(command) => {
                let planned = venue.plan(&command);
                let got = venue.commit(&command);
                assert_eq!(got, planned, "plan says what commit does");
                let told = state.answer.as_ref().expect("the model answers");
                let found = reference::door::answer(&got);
                assert_eq!(found, compare::answer(told), "{command:?}");
            }
            Step::Liquidate => venue.liquidate(),
            Step::Attribute => venue.attribute(),
            Step::Finish => venue.finish(),
            Step::Quote { long, notional } => {
                compare::same_quote(&venue, &state.market, (long, notional));
            }
        }
        compare::same_step(&mut venue, &state.market);
        (venue, now)
    }

    fn check_invariants((venue, _): &Self::SystemUnderTest, state: &State) {
        compare::same_state(venue, &state.market);
    }
}

fn number(name: &str, default: u32) -> u32 {
    let given = std::env::var(name).ok();
    given.map_or(default, |text| text.parse().expect("a number"))
}

prop_state_machine! {
    #![proptest_config(Config {
        cases: number("PROPTEST_CASES", 128),
        max_shrink_iters: 4_096,
        failure_persistence: None,
        ..Config::default()
    })]

    #[test]
    fn the_engine_is_the_model(sequential 20..100 => Pool);
}

/// Runs one stream of a fixed seed on both and counts what it reached.
fn run(seed: u32, tally: &mut Tally) {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = Stream::sequential_strategy(100..160);
    let (mut state, steps, _) = strategy.new_tree(&mut runner).unwrap().current();
    tally.begin(&state);
    let mut both = Pool::init_test(&state);
    for step in steps {
        let before = state.clone();
        state = Stream::apply(state, &step);
        tally.count(&step, &before, &state);
        both = Pool::apply(both, &state, step);
        Pool::check_invariants(&both, &state);
    }
}

/// What the fixed streams must reach: every command, every refusal, every stage, every turn that
/// a stream can be expected to take.
const REACHED: &str = "
    setup taken, setup refused: long reserve,
    setup refused: short reserve, setup refused: unhealthy,
    tick, tick without a mark, status live, status halted, liquidate, finish, quote, fill,
    open filled, increase filled, reduce filled, close filled, flip filled,
    add margin moved, withdraw moved, provide queued, redeem queued,
    attribute requests, attribute nothing, attribute waits, request cancelled,
    open refused: below minimum, open refused: initial margin, open refused: limit price,
    open refused: long open interest, open refused: long reserve, open refused: no position,
    open refused: not positive, open refused: short open interest, open refused: short reserve,
    open refused: status, increase refused: initial margin, reduce refused: initial margin,
    close refused: initial margin, flip refused: initial margin, flip refused: limit price,
    reduce refused: limit price, close refused: status,
    add margin refused: no position, add margin refused: not positive,
    add margin refused: status, withdraw refused: collateral, withdraw refused: not positive,
    provide refused: Full, provide refused: ProfitForDeposits, provide refused: WithoutValue,
    provide refused: status, redeem refused: BeyondWorth,
    redeem refused: ProfitForWithdrawals, redeem refused: Reserve,
    redeem refused: WithoutTokens, redeem refused: not positive, redeem refused: status,
    claim refused: NothingToClaim, recover refused: NoRecoveries, bidding refused: no bidders,
    liquidation of a long, liquidation of a short, deficit of a long, deficit of a short,
    ADL in part, ADL of all, cut by the cap, closed without a cut,
    posted liquidation_fee, posted pnl_cap, posted pool_loss, posted deficit_opened,
    posted funding_paid, posted funding_received, posted utilisation, posted impact_rebate,
    posted vault_deposit, posted vault_redemption,
    turn: claim beyond the pool's cash, turn: close: gain at its cap,
    turn: close: impact cost beyond its cap, turn: close: impact gained,
    turn: close: impact pool empty, turn: deficit in a pool worth nothing,
    turn: fees paid in part, turn: funding unpaid by a winner,
    turn: liquidation that pays all, turn: open: gain at its cap,
    turn: open: improves the balance, turn: profit beyond the pool's cash,
    turn: redeem more than held, turn: several liquidations at once,
    turn: several winners to rank, turn: remains exactly what must,
    turn: accrual at equal sides, turn: a rate against the skew, turn: a rate at its highest,
    turn: a rate that falls, turn: a rate that holds, turn: a rate kept while a side is empty,
    turn: the smaller side pays funding";

#[test]
fn fixed_streams_reach_every_stage_and_refusal() {
    let mut tally = Tally::default();
    for seed in 0..number("REFERENCE_SEEDS", 128) {
        run(seed, &mut tally);
    }
    for (what, count) in &tally.counts {
        println!("{count:>8} {what}");
    }
    println!("{:>8} steps", tally.steps);
    for what in REACHED.split(',').map(str::trim) {
        assert!(
            tally.counts.contains_key(what),
            "no stream reached `{what}`"
        );
    }
}
