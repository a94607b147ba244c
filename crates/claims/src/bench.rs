//! Where figures are computed: scenarios and cascades that are run once, however many claims ask.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::rc::Rc;

use seawall_cascade::Run;
use seawall_scenario::{Cascade, Exchange, Overrides, Scenario};
use seawall_sim::{
    Comparison, ExchangeOutcome, QuoteAsk, QuotePoint, VenueName, VenueOutcome, compare,
    compare_markets, quote, run_cascade,
};
use seawall_units::{Side, Usd};

use crate::ClaimError;

const SPIRAL: &str = include_str!("../../../fixtures/cascades/spiral.toml");
const PATH: &[u8] = include_bytes!("../../../fixtures/paths/oct10.csv");

macro_rules! scenarios {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../fixtures/scenarios/", $name, ".toml")))),+]
    };
}

const SCENARIOS: [(&str, &str); 13] = scenarios![
    "bank-run",
    "crash-2025-10-10",
    "latency-arbitrage",
    "quote-ladder",
    "residual",
    "senior-pays",
    "stage-1-partial-deleverage",
    "stage-2-auction",
    "stage-3-junior",
    "stage-4-insurance",
    "stage-5-adl",
    "stale-quotes",
    "two-markets-isolated",
];

/// Results that several claims share.
#[derive(Debug, Default)]
pub(crate) struct Bench {
    compared: RefCell<BTreeMap<&'static str, Rc<Comparison>>>,
    cascades: RefCell<BTreeMap<String, Rc<Run>>>,
}

fn text(name: &str) -> Result<(&'static str, &'static str), ClaimError> {
    let found = SCENARIOS.iter().find(|(each, _)| *each == name);
    let what = "a scenario that is not among those that claims use";
    found.copied().ok_or(ClaimError::Missing { what })
}

fn file(path: &Path) -> io::Result<Vec<u8>> {
    match path.file_name().is_some_and(|name| name == "oct10.csv") {
        true => Ok(PATH.to_vec()),
        false => Err(io::ErrorKind::NotFound.into()),
    }
}

impl Bench {
    /// A scenario of the workspace, as it stands.
    pub(crate) fn scenario(&self, name: &str) -> Result<Scenario, ClaimError> {
        let (name, text) = text(name)?;
        Ok(Scenario::parse(text, &format!("{name}.toml"), &file)?)
    }

    /// A scenario through every venue.
    pub(crate) fn compared(&self, name: &str) -> Result<Rc<Comparison>, ClaimError> {
        let (name, _) = text(name)?;
        if let Some(done) = self.compared.borrow().get(name) {
            return Ok(Rc::clone(done));
        }
        let done = Rc::new(compare(&self.scenario(name)?, &VenueName::ALL)?);
        self.compared.borrow_mut().insert(name, Rc::clone(&done));
        Ok(done)
    }

    /// What one venue came to in a scenario.
    pub(crate) fn outcome(&self, name: &str, venue: VenueName) -> Result<VenueOutcome, ClaimError> {
        let all = self.compared(name)?;
        let found = all.venues.iter().find(|each| each.name == venue.as_str());
        let what = "the outcome of a venue";
        found.cloned().ok_or(ClaimError::Missing { what })
    }

    /// Several isolated markets, together and alone.
    pub(crate) fn markets(&self) -> Result<ExchangeOutcome, ClaimError> {
        let (name, text) = text("two-markets-isolated")?;
        let exchange = Exchange::parse(text, &format!("{name}.toml"), &file)?;
        Ok(compare_markets(&exchange, &VenueName::ALL)?)
    }

    /// The cascade of ten borrowers, with other values in the place of its own.
    pub(crate) fn cascade(&self, sets: &[&str]) -> Result<Rc<Run>, ClaimError> {
        let key = sets.join("\n");
        if let Some(done) = self.cascades.borrow().get(&key) {
            return Ok(Rc::clone(done));
        }
        let sets = Overrides::parse(sets)?;
        let run = Rc::new(run_cascade(&Cascade::parse(
            SPIRAL,
            "spiral.toml",
            &file,
            &sets,
        )?)?);
        self.cascades.borrow_mut().insert(key, Rc::clone(&run));
        Ok(run)
    }

    /// What buying one size costs in the empty tranched market at a net skew.
    pub(crate) fn ladder(&self, skew: Usd, size: Usd) -> Result<QuotePoint, ClaimError> {
        let ask = QuoteAsk {
            at: 0,
            skew: skew.is_positive().then_some(skew),
            sizes: vec![size],
        };
        let asked = quote(
            &self.scenario("quote-ladder")?,
            &[VenueName::Tranched],
            &ask,
        )?;
        let mut points = asked.venues.into_iter().flat_map(|curve| curve.points);
        let found = points.find(|point| point.side == Side::Long && point.size == size);
        let what = "a point of the ladder";
        found.ok_or(ClaimError::Missing { what })
    }
}
