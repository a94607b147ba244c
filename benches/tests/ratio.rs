//! A quiet minute costs much the same whatever the number of positions, by the clock.

use std::time::{Duration, Instant};

use seawall_benches::{Driven, tranched};

/// Rounds; in each both markets have their turn, so that noise falls on both alike.
const ROUNDS: u32 = 400;

/// Minutes timed at once: far above the grain of the clock, far below a scheduler's slice.
const MINUTES: u32 = 50;

fn minutes(driven: &mut Driven) -> Duration {
    let start = Instant::now();
    (0..MINUTES).for_each(|_| driven.minute());
    start.elapsed()
}

/// The best of many rounds is what the work costs when nothing else disturbs it: noise only adds.
#[test]
fn a_million_positions_take_at_most_four_times_a_thousand() {
    let (mut few, mut many) = (tranched(1_000), tranched(1_000_000));
    let (mut least_few, mut least_many) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        least_few = least_few.min(minutes(&mut few));
        least_many = least_many.min(minutes(&mut many));
    }
    let figures = format!(
        "{MINUTES} minutes: {least_few:?} with 1,000 positions, {least_many:?} with 1,000,000"
    );
    println!("{figures}"); // shown by `-- --nocapture`
    assert!(least_many <= 4 * least_few, "{figures}");
}
