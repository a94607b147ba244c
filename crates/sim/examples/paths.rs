//! Runs a scenario at so many seeds and says what they come to, so that a profiler can tell what a
//! path costs: `paths FILE COUNT [VENUE..]`. Twice the count less once is the cost without the
//! preparation.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::process::ExitCode;

use seawall_scenario::Scenario;
use seawall_sim::{Instance, Template, VenueName};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(count)) = (args.next(), args.next()) else {
        eprintln!("usage: paths FILE COUNT [VENUE..]");
        return ExitCode::from(2);
    };
    let asked: Vec<String> = args.collect();
    match run(&file, &count, &asked) {
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
fn run(file: &str, count: &str, asked: &[String]) -> Result<u64, Box<dyn std::error::Error>> {
    let scenario = Scenario::load(file)?;
    let template = Template::new(&scenario)?;
    let named = asked.iter().map(|name| name.parse());
    let mut venues = named.collect::<Result<Vec<VenueName>, _>>()?;
    if venues.is_empty() {
        venues = VenueName::ALL.to_vec();
    }
    let mut print = DefaultHasher::new();
    for place in 0..count.parse::<u64>()? {
        let seed = scenario.stated_seed().wrapping_add(place);
        let outcomes = template.run(&Instance { seed, prices: None }, &venues)?;
        format!("{outcomes:?}").hash(&mut print);
    }
    Ok(print.finish())
}
