//! Several isolated markets on one clock, and the proof that they are isolated (M-1.5).

use std::fmt::Write;

use rayon::prelude::*;
use seawall_ledger::Entry;
use seawall_scenario::Exchange;
use seawall_units::Time;
use seawall_venue::{Event, Venue};
use sha2::{Digest, Sha256};

use crate::compare::Prepared;
use crate::run::{Seat, drive_together, drive_with};
use crate::sink::JournalSink;
use crate::{Comparison, SimError, VenueName, VenueOutcome};

/// What the markets of an exchange came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeOutcome {
    /// The file's name without its ending.
    pub scenario: String,
    /// The question it asks.
    pub question: String,
    /// First and last second.
    pub span: (Time, Time),
    /// One per market, in the file's order.
    pub markets: Vec<MarketOutcome>,
}

impl ExchangeOutcome {
    /// Whether every market came to the same, bit for bit, as without the others.
    #[must_use]
    pub fn is_isolated(&self) -> bool {
        let markets = self.markets.iter();
        markets
            .flat_map(|market| &market.isolation)
            .all(Isolation::holds)
    }
}

/// What one market came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketOutcome {
    /// The market's name.
    pub name: String,
    /// Its comparison of the venues, run together with the other markets.
    pub comparison: Comparison,
    /// One per venue, in the order asked for.
    pub isolation: Vec<Isolation>,
}

/// A market's run beside the others against its run without them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Isolation {
    /// In which venue.
    pub venue: &'static str,
    /// Fingerprint of the run with the other markets.
    pub together: String,
    /// Fingerprint of the run without them.
    pub alone: String,
}

impl Isolation {
    /// Whether both runs are the same, bit for bit.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.together == self.alone
    }
}

/// Runs every market of an exchange through the venues, all markets of one venue on one clock,
/// and each of them once more alone.
///
/// **Errors** [`SimError`] when a parameter is not legal or a venue cannot be started.
///
/// ```
/// use seawall_scenario::Exchange;
/// use seawall_sim::{VenueName, compare_markets};
/// let text = r#"
/// question = "Does the fall of one market reach the other?"
/// seed = 1
/// [time]
/// start = "2025-10-10T21:00:00Z"
/// end = "2025-10-10T21:02:00Z"
/// [capital]
/// total = "1000000"
/// tranched = { senior = "790000", junior = "200000", insurance = "10000" }
/// orderbook = { makers = "900000", backstops = ["100000"] }
/// [terms.common]
/// initial = "10%"
/// maintenance = "5%"
/// [[markets]]
/// name = "falls"
/// market = { coin = "MEME" }
/// price.points.points = [{ at = 0, price = "1" }, { at = 30, price = "1" }, { at = 31, price = "0.5" }]
/// [[markets.positions.each]]
/// account = "ann"
/// side = "long"
/// size = "50000"
/// entry = "1"
/// margin = "5000"
/// [[markets]]
/// name = "stays"
/// market = { coin = "BTC" }
/// price.points.points = [{ at = 0, price = "100" }]
/// "#;
/// let exchange = Exchange::parse(text, "two.toml", &|_| unreachable!())?;
/// let outcome = compare_markets(&exchange, &[VenueName::Tranched])?;
/// let [falls, stays] = outcome.markets.as_slice() else { unreachable!() };
/// // 50 000 · (0.5 − 1) + 5 000 = −20 000, in one market only.
/// assert_eq!(falls.comparison.venues[0].opening_deficit, "20000".parse()?);
/// assert!(stays.comparison.venues[0].opening_deficit.is_zero());
/// assert!(outcome.is_isolated());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compare_markets(
    exchange: &Exchange,
    venues: &[VenueName],
) -> Result<ExchangeOutcome, SimError> {
    let prepared = prepare(exchange)?;
    let run = |name: &VenueName| of_venue(&prepared, *name);
    let runs: Vec<Result<Vec<_>, SimError>> = venues.par_iter().map(run).collect();
    let mut runs: Vec<_> = runs
        .into_iter()
        .map(|run| run.map(Vec::into_iter))
        .collect::<Result<_, _>>()?;
    let markets = exchange.markets().iter().zip(&prepared);
    let markets = markets.map(|((name, _), prepared)| {
        let (outcomes, isolation) = runs.iter_mut().filter_map(Iterator::next).unzip();
        MarketOutcome {
            name: name.clone(),
            comparison: prepared.comparison(outcomes),
            isolation,
        }
    });
    Ok(ExchangeOutcome {
        scenario: exchange.name().to_owned(),
        question: exchange.question().to_owned(),
        span: exchange.span(),
        markets: markets.collect(),
    })
}

/// Runs every market of an exchange through one venue and hands the journal of one of them to
/// `sink`; `None` when no market has that name.
///
/// **Errors** as [`compare_markets`].
pub fn run_market(
    exchange: &Exchange,
    market: &str,
    venue: VenueName,
    sink: &mut dyn JournalSink,
) -> Result<Option<VenueOutcome>, SimError> {
    let prepared = prepare(exchange)?;
    let names = exchange.markets().iter().map(|(name, _)| name);
    let Some(asked) = names.into_iter().position(|name| name == market) else {
        return Ok(None);
    };
    let mut venues = build(&prepared, venue)?;
    let mut others = vec![(); prepared.len()];
    let mut seats = Vec::with_capacity(prepared.len());
    let mut sink = Some(sink);
    for (index, ((venue, prepared), other)) in venues
        .iter_mut()
        .zip(&prepared)
        .zip(&mut others)
        .enumerate()
    {
        let chosen = if index == asked { sink.take() } else { None };
        seats.push(Seat {
            venue: venue.as_mut(),
            plan: prepared.plan(),
            cast: prepared.cast(),
            sink: match chosen {
                Some(sink) => sink,
                None => other,
            },
        });
    }
    Ok(drive_together(seats).into_iter().nth(asked))
}

fn prepare(exchange: &Exchange) -> Result<Vec<Prepared<'_>>, SimError> {
    let markets = exchange.markets().iter();
    markets
        .map(|(_, scenario)| Prepared::new(scenario))
        .collect()
}

fn build(prepared: &[Prepared<'_>], name: VenueName) -> Result<Vec<Box<dyn Venue>>, SimError> {
    prepared.iter().map(|market| market.build(name)).collect()
}

/// All markets through one venue: together, then each alone.
fn of_venue(
    prepared: &[Prepared<'_>],
    name: VenueName,
) -> Result<Vec<(VenueOutcome, Isolation)>, SimError> {
    let mut venues = build(prepared, name)?;
    let mut prints: Vec<Fingerprint> = prepared.iter().map(|_| Fingerprint::default()).collect();
    let seats = venues.iter_mut().zip(prepared).zip(&mut prints);
    let seats = seats.map(|((venue, prepared), sink)| Seat {
        venue: venue.as_mut(),
        plan: prepared.plan(),
        cast: prepared.cast(),
        sink,
    });
    let outcomes = drive_together(seats.collect());
    let together = prepared.iter().zip(outcomes).zip(prints);
    together
        .map(|((prepared, outcome), print)| {
            let mut alone = Fingerprint::default();
            let mut venue = prepared.build(name)?;
            let cast = prepared.cast();
            drive_with(venue.as_mut(), prepared.plan(), cast, &mut alone);
            let isolation = Isolation {
                venue: outcome.name,
                together: print.hex(),
                alone: alone.hex(),
            };
            Ok((outcome, isolation))
        })
        .collect()
}

/// SHA-256 of all that can be seen of a run: every entry and event of its journal, the venue's
/// state after each second, and at the end every balance and every position with its equity,
/// which is a function of the indices.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint {
    hash: Sha256,
    line: String,
}

impl Fingerprint {
    /// In hexadecimal digits.
    #[must_use]
    pub fn hex(self) -> String {
        let digest = self.hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn take(&mut self, what: &dyn std::fmt::Debug) {
        self.line.clear();
        // Writing to a string does not fail.
        let _ = writeln!(self.line, "{what:?}");
        self.hash.update(&self.line);
    }
}

impl JournalSink for Fingerprint {
    fn entry(&mut self, entry: &Entry) {
        self.take(entry);
    }

    fn event(&mut self, event: &Event) {
        self.take(event);
    }

    fn standing(&mut self, now: Time, venue: &dyn Venue) {
        self.take(&(now, venue.state()));
        if now.is_whole_minute() {
            self.take(&venue.recount());
        }
    }

    fn ended(&mut self, venue: &dyn Venue) {
        self.take(&venue.positions());
        for balance in venue.ledger().balances() {
            self.take(&balance);
        }
    }
}
