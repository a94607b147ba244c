//! Runs a scenario at so many seeds and says what they come to, so that a profiler can tell what a
//! path costs: `paths FILE COUNT TICK [VENUE..]`. The price of every TICK seconds is held until the
//! next; with 0 the scenario's own price of every second is taken. The cost of two runs less that
//! of one is that of a path without the preparation.
#![allow(clippy::print_stdout)] // a program

use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::ExitCode;

use seawall_scenario::{Between, PricePath, Scenario};
use seawall_sim::{Instance, Template, VenueName};
use seawall_units::Price;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(count), Some(tick)) = (args.next(), args.next(), args.next()) else {
        eprintln!("usage: paths FILE COUNT TICK [VENUE..]");
        return ExitCode::from(2);
    };
    let asked: Vec<String> = args.collect();
    match run(&file, (&count, &tick), &asked) {
        Ok(print) => {
            println!("{print:016x}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A fingerprint of all outcomes.
fn run(
    file: &str,
    (count, tick): (&str, &str),
    asked: &[String],
) -> Result<u64, Box<dyn std::error::Error>> {
    let scenario = Scenario::load(file)?;
    let template = Template::new(&scenario)?;
    let named = asked.iter().map(|name| name.parse());
    let mut venues = named.collect::<Result<Vec<VenueName>, _>>()?;
    if venues.is_empty() {
        venues = VenueName::ALL.to_vec();
    }
    let prices = held(&scenario, tick.parse()?);
    let mut print = DefaultHasher::new();
    for place in 0..count.parse::<u64>()? {
        let seed = scenario.stated_seed().wrapping_add(place);
        let outcomes = template.run(
            &Instance {
                seed,
                prices: prices.clone(),
            },
            &venues,
        )?;
        format!("{outcomes:?}").hash(&mut print);
    }
    Ok(print.finish())
}

/// The scenario's price of every `tick` seconds, held until the next.
fn held(scenario: &Scenario, tick: u32) -> Option<PricePath> {
    let every = usize::try_from(tick).ok().filter(|every| *every > 0)?;
    let prices = scenario.path().iter().map(|(_, price, _)| price);
    let prices: Vec<Price> = prices.step_by(every).collect();
    PricePath::from_ticks(scenario.start(), tick, &prices, Between::Hold)
}
