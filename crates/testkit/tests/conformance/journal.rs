//! The journal of any stream, written in the format of `docs/journal.md`, is clean for `check`, which
//! shares nothing with the venues.

use seawall_check::{Options, check, table};
use seawall_report::journal::{FORMAT, Header, Sink, VERSION};
use seawall_sim::{JournalSink, Phase as Written, Step};
use seawall_testkit::conformance::{
    Config, Fault, Held, Phase, Posted, Watch, drive, with_streams,
};
use seawall_units::Time;
use seawall_venue::Venue;

use crate::subjects::{self, Case};

/// What watches writes.
struct Writer(Sink<Vec<u8>>);

fn written(phase: Phase) -> Written {
    match phase {
        Phase::Setup => Written::Setup,
        Phase::Oracle => Written::Oracle,
        Phase::Funding => Written::Funding,
        Phase::Orders => Written::Orders,
        Phase::Liquidation => Written::Liquidation,
        Phase::Attribution => Written::Attribution,
        Phase::Check => Written::Check,
        Phase::Finish => Written::Finish,
    }
}

impl Watch for Writer {
    fn begun(&mut self, venue: &dyn Venue) -> Held {
        self.0.begun(venue);
        Ok(())
    }

    fn phase(&mut self, posted: &Posted<'_>, _venue: &dyn Venue) -> Held {
        self.0.step(&Step {
            phase: written(posted.phase),
            time: posted.time,
            entries: posted.entries,
            told: posted.told,
        });
        Ok(())
    }

    fn second(&mut self, now: Time, venue: &dyn Venue) -> Held {
        self.0.end_second(now);
        self.0.standing(now, venue);
        Ok(())
    }

    fn ended(&mut self, venue: &mut dyn Venue) -> Held {
        self.0.ended(venue);
        Ok(())
    }
}

fn header(case: &Case) -> Header {
    let setup = &case.subject.world().setup;
    Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        program: String::from("0.1.0"),
        scenario: String::from("conformance"),
        scenario_sha256: "0".repeat(64),
        seed: 0,
        venue: case.venue.to_owned(),
        start: setup.start,
        opening: setup.opening,
        margin: setup.margin,
        loss_order: Vec::new(),
        parameters: case.parameters.clone(),
        names: Default::default(),
    }
}

/// Every journal of a case is clean; how many lines they have together.
fn clean(case: &Case, config: &Config) -> u64 {
    let world = case.subject.world();
    let found = with_streams(world, config, |stream| {
        let mut writer = Writer(Sink::new(Vec::new(), header(case)));
        let venue = case.subject.venue(&world.setup).unwrap();
        drive(venue, world, stream, &mut writer)?;
        let (bytes, _) = writer.0.finish().unwrap();
        let verdict = check(bytes.as_slice(), &Options::default());
        if verdict.exit_code() != 0 {
            return Err(Fault::new("a clean journal", table(&verdict)));
        }
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        Ok(u64::try_from(lines).unwrap())
    });
    match found {
        Ok(lines) => lines,
        Err(broken) => panic!("{}: {}\n{}", case.subject.name(), broken.0.found, broken.1),
    }
}

#[test]
fn check_accepts_every_journal() {
    let config = Config {
        cases: 24,
        steps: 30,
        seed: 1,
    };
    for case in subjects::all() {
        let lines = clean(&case, &config);
        assert!(lines > 1_000, "{}: {lines} lines", case.subject.name());
    }
}
