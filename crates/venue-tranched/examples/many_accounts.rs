//! 437,000 accounts and 3.2 million events in one run of the tranched market, through the `Venue`
//! trait, the conservation law held at every step:
//!
//! ```console
//! $ cargo run --release -p seawall-venue-tranched --example many_accounts
//! $ cargo run --release -p seawall-venue-tranched --example many_accounts -- --journal
//! ```
#![allow(clippy::print_stdout)] // it prints what it measured

#[path = "../tests/crowd/mod.rs"]
mod crowd;

use std::time::Instant;

use crowd::{Crowd, Size, figures};
use seawall_venue::Venue;

const SIZE: Size = Size {
    accounts: 437_000,
    seconds: 3_600,
    commands_a_second: 960,
    look_every: 3_600,
};

fn main() {
    let journal = std::env::args().any(|argument| argument == "--journal");
    let mut crowd = match journal {
        true => Crowd::new(SIZE),
        false => Crowd::new(SIZE).without_journal(),
    };
    let start = Instant::now();
    crowd.run(|_| {});
    let took = start.elapsed();
    let happened = crowd.happened;
    println!("accounts {}, seconds {}", SIZE.accounts, SIZE.seconds);
    println!("events {}: {happened:?}", happened.events());
    println!("postings {}", crowd.venue.ledger().posted());
    println!("wall time {took:.2?}");
    if let Some(peak) = peak_memory() {
        println!("largest resident set {peak}");
    }
    for (name, value) in figures(&crowd.venue) {
        println!("{name} {value}");
    }
}

/// As Linux tells it.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}
