//! The common job run three ways in turn, in one process: what each took, and how they compare.
//!
//! ```console
//! $ cargo run --release -p seawall-benches --example common_job_race
//! $ cargo run --release -p seawall-benches --example common_job_race -- 3 --raw
//! ```
//!
//! The number is how many rounds; `--raw` prints the seconds of every round instead of the table, for
//! a script that alternates with other programs. Each round gives every way its turn, a ratio is the
//! median of the rounds' ratios, and time is the processor's: other programs on the machine take the
//! caches, but not the clock.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::hint::black_box;

use rustix::time::{ClockId, clock_gettime};
use seawall_benches::common_job::{Figures, Job, POSITIONS, TICKS, draw, engine::Engine, floats};

const WAYS: [&str; 3] = [
    "engine, exact",
    "f64, blocked and vectorised",
    "f64, obvious loop",
];

/// Nanoseconds that this thread has had the processor.
fn processor_time() -> i128 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    i128::from(now.tv_sec) * 1_000_000_000 + i128::from(now.tv_nsec)
}

/// Seconds of the processor, with what is run already made.
fn seconds(run: impl FnOnce() -> Figures) -> f64 {
    let start = processor_time();
    let figures = run();
    let taken = (processor_time() - start) as f64 / 1e9;
    assert_eq!(black_box(figures).liquidations, 2_005);
    taken
}

fn round(job: &Job, opened: &Engine) -> [f64; 3] {
    let (engine, first, second) = (opened.clone(), job.clone(), job.clone());
    [
        seconds(|| engine.run()),
        seconds(|| floats::blocked(first)),
        seconds(|| floats::obvious(second)),
    ]
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = arguments.iter().find_map(|text| text.parse::<usize>().ok());
    let job = draw(1.0);
    let opened = Engine::open(&job);
    round(&job, &opened); // the caches and the clock speed of the first round are nobody's
    let rounds: Vec<[f64; 3]> = (0..number.unwrap_or(21).max(1))
        .map(|_| round(&job, &opened))
        .collect();
    if arguments.iter().any(|text| text == "--raw") {
        for taken in &rounds {
            println!("{} {} {}", taken[0], taken[1], taken[2]);
        }
        return;
    }
    println!("| way | median, ms | million position-ticks a second | times the engine's |");
    println!("|---|---:|---:|---:|");
    for (n, way) in WAYS.iter().enumerate() {
        let taken = median(rounds.iter().map(|round| round[n]));
        let rate = (POSITIONS * TICKS) as f64 / taken / 1e6;
        let ratio = median(rounds.iter().map(|round| round[n] / round[0]));
        println!("| {way} | {:.2} | {rate:.0} | {ratio:.2} |", taken * 1e3);
    }
}
