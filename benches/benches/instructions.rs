//! Instructions by Callgrind: the same on a loaded machine as on an idle one, so that a change that
//! makes the engine do more work shows at once. `.ci/instructions` compares them with the record.
//!
//! Setting up is outside every count.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use gungraun::{
    Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main,
};
use seawall::ledger::Ledger;
use seawall::scenario::Scenario;
use seawall::sim::{Instance, Template, VenueName, VenueOutcome};
use seawall::venue_tranched::TranchedVenue;
use seawall_benches::common_job::{Figures, Job, draw, engine::Engine};
use seawall_benches::{Driven, gap, mechanisms, minute, order, posts, trader, tranched};

/// After the first minutes, in which buffers find their size.
fn settled(positions: u32) -> Driven {
    let mut driven = tranched(positions);
    (0..3).for_each(|_| driven.minute());
    driven
}

#[library_benchmark(setup = settled)]
#[bench::thousand(1_000)]
#[bench::million(1_000_000)]
fn quiet_minutes(mut driven: Driven) -> Driven {
    (0..100).for_each(|_| driven.minute());
    driven
}

/// The first four hours of the common job, opened.
fn four_hours() -> Engine {
    let Job {
        sizes,
        margins,
        mut prices,
    } = draw(1.0);
    prices.truncate(240);
    Engine::open(&Job {
        sizes,
        margins,
        prices,
    })
}

#[library_benchmark(setup = four_hours)]
fn common_job(engine: Engine) -> Figures {
    engine.run()
}

const POSITIONS: u32 = 10_000;

/// The mechanism with a crowd, its first second gone by.
fn mechanism(number: usize) -> Driven {
    let (_, mut driven) = mechanisms(POSITIONS).into_iter().nth(number).unwrap();
    driven.second();
    driven
}

#[library_benchmark(setup = mechanism)]
#[bench::tranched(0)]
#[bench::pool(1)]
#[bench::orderbook(2)]
fn open_and_close(mut driven: Driven) -> Driven {
    let account = trader(POSITIONS);
    for (size, margin) in [(1, 20), (-1, 0)] {
        let command = black_box(order(account, size, margin));
        driven.venue.commit(&command).unwrap();
    }
    driven
}

#[library_benchmark]
#[bench::journal(posts::ledger())]
#[bench::no_journal(posts::without_journal())]
fn posts_to_fees(ledger: Ledger) -> Ledger {
    posts::to_fees(ledger)
}

#[library_benchmark(setup = gap)]
fn waterfall(venue: TranchedVenue) -> TranchedVenue {
    seawall_benches::whole_waterfall(venue)
}

// A sweep prepares its scenario once, so that this is counted by itself.
#[library_benchmark(setup = minute)]
fn prepare_a_path(scenario: Scenario) -> Scenario {
    drop(black_box(Template::new(black_box(&scenario)).unwrap()));
    scenario
}

fn prepared() -> &'static Template<'static> {
    let scenario: &'static Scenario = Box::leak(Box::new(minute()));
    Box::leak(Box::new(Template::new(scenario).unwrap()))
}

#[library_benchmark]
#[bench::tranched(prepared(), VenueName::Tranched)]
#[bench::orderbook(prepared(), VenueName::Hyperliquid)]
#[bench::pool(prepared(), VenueName::Gmx)]
fn path(template: &'static Template<'static>, venue: VenueName) -> VenueOutcome {
    let instance = Instance {
        seed: 7,
        prices: None,
    };
    template.run_one(&instance, venue, &mut ()).unwrap()
}

library_benchmark_group!(
    name = counts;
    benchmarks = quiet_minutes, common_job, open_and_close, posts_to_fees, waterfall, prepare_a_path, path
);

main!(
    config = LibraryBenchmarkConfig::default()
        .tool(Callgrind::with_args(["--cache-sim=no"]));
    library_benchmark_groups = counts
);
