//! The rounding-error budget (M-2.3) of docs/rounding.md: what may stay where, as a function of counted
//! operations, held second by second in random streams and in the crash of 10 October 2025.
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects)] // helpers of tests
#![allow(clippy::indexing_slicing)]

mod book;
mod left;
mod pool;
mod second;
mod tranched;

use std::any::Any;
use std::path::Path;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use seawall_ledger::{Account, Cause, Entry, Transfer};
use seawall_scenario::Scenario;
use seawall_sim::{JournalSink, VenueName, run_one};
use seawall_units::{Time, Usd};
use seawall_venue::{Event, Venue};
use seawall_venue_orderbook::{FeeParams, OrderBookVenue};
use seawall_venue_pool::{Params, PoolVenue};
use seawall_venue_tranched::TranchedVenue;

use left::{Budget, exact, units};
use second::{Postings, Second};

/// A venue at the end of its last second.
enum Kept {
    Tranched(tranched::Kept),
    Pool(pool::Kept),
    Book,
}

impl Kept {
    fn of(venue: &dyn Any) -> Self {
        if let Some(venue) = venue.downcast_ref::<TranchedVenue>() {
            return Self::Tranched(tranched::Kept::of(venue.market()));
        }
        match venue.downcast_ref::<PoolVenue>() {
            Some(venue) => Self::Pool(pool::Kept::of(venue)),
            None => Self::Book,
        }
    }
}

/// Listens to one venue and holds its budget.
#[derive(Default)]
struct Meter {
    budget: Budget,
    before: Option<Kept>,
    entries: Vec<Entry>,
    events: Vec<Event>,
}

impl Meter {
    fn look(&mut self, now: Time, venue: &dyn Venue) {
        let mut postings = Postings::default();
        let entries = std::mem::take(&mut self.entries);
        entries.iter().for_each(|entry| postings.add(entry));
        let events = std::mem::take(&mut self.events);
        let second = Second {
            now,
            entries,
            postings,
            events,
        };
        // Nothing is ever posted to dust.
        let dust = venue.ledger().balance(Account::Dust);
        let rounded = second.postings.of(Cause::Rounding);
        self.budget
            .note("dust", exact(dust) + exact(rounded), units(0));
        let venue: &dyn Any = venue;
        let (budget, second) = (&mut self.budget, &second);
        match &mut self.before {
            None => self.before = Some(Kept::of(venue)),
            Some(Kept::Tranched(before)) => {
                let venue = venue.downcast_ref::<TranchedVenue>().unwrap();
                tranched::look(budget, venue.market(), before, second);
            }
            Some(Kept::Pool(before)) => {
                let venue = venue.downcast_ref::<PoolVenue>().unwrap();
                pool::look(budget, &Params::btc(), (venue, before), second);
            }
            Some(Kept::Book) => {
                let venue = venue.downcast_ref::<OrderBookVenue>().unwrap();
                book::look(budget, &FeeParams::default(), venue, second);
            }
        }
    }
}

impl JournalSink for Meter {
    fn entry(&mut self, entry: &Entry) {
        self.entries.push(*entry);
    }

    fn event(&mut self, event: &Event) {
        self.events.push(event.clone());
    }

    fn standing(&mut self, now: Time, venue: &dyn Venue) {
        self.look(now, venue);
    }
}

fn budget_of(scenario: &Scenario, venue: VenueName) -> Budget {
    let mut meter = Meter::default();
    run_one(scenario, venue, &mut meter).unwrap_or_else(|error| panic!("{error}"));
    meter.budget
}

fn crash() -> Scenario {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    Scenario::load(fixtures.join("crash-2025-10-10.toml")).unwrap_or_else(|error| panic!("{error}"))
}

/// Streams that are drawn alike at every run, and what a venue leaves over all of them.
fn over_streams(venue: VenueName) -> Budget {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut budget = Budget::default();
    for seed in 0..24 {
        let jumps = jumps().new_tree(&mut runner).unwrap().current();
        budget.merge(&budget_of(&scenario(seed, &jumps), venue));
    }
    budget
}

/// The crash holds the budget, and the page shows what was measured.
#[test]
fn the_page_shows_what_the_crash_and_the_streams_leave() {
    let crash = crash();
    let mut rows = String::from(HEAD);
    for venue in VenueName::ALL {
        let (in_crash, in_streams) = (budget_of(&crash, venue), over_streams(venue));
        for (name, place) in &in_crash.places {
            let other = in_streams.places.get(name).copied().unwrap_or_default();
            let shown = [*place, other].map(|place| {
                let left = left::text(place.left);
                format!(
                    "{} | {left} | {}",
                    place.operations,
                    left::text(place.worst)
                )
            });
            let [crash, streams] = shown;
            rows.push_str(&format!(
                "| `{}` | {name} | {crash} | {streams} |\n",
                venue.as_str()
            ));
        }
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rounding.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let expected = format!("{before}{BEGIN}{rows}{END}{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, &expected).unwrap();
    }
    assert!(
        text == expected || std::env::var_os("UPDATE_DOCS").is_some(),
        "docs/rounding.md is behind: UPDATE_DOCS=1 cargo test -p seawall-sim --test rounding"
    );
}

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->";
const HEAD: &str = "\
| venue | place | crash: roundings | left, µUSD | worst each | streams: roundings | left, µUSD | worst each |
|---|---|---|---|---|---|---|---|
";

/// Adds one micro-dollar to every posting of a cause.
struct Leak {
    meter: Meter,
    cause: Cause,
}

impl JournalSink for Leak {
    fn entry(&mut self, entry: &Entry) {
        let mut entry = *entry;
        let transfer = entry.transfer;
        if transfer.cause() == self.cause {
            let (from, to) = (transfer.from(), transfer.to());
            let more = transfer.amount() + Usd::ULP;
            entry.transfer = Transfer::new(from, to, more, self.cause).unwrap();
        }
        self.meter.entry(&entry);
    }

    fn event(&mut self, event: &Event) {
        self.meter.event(event);
    }

    fn standing(&mut self, now: Time, venue: &dyn Venue) {
        self.meter.standing(now, venue);
    }
}

/// One unit more an operation is too much in every place that a posting reaches.
#[test]
fn one_more_micro_dollar_a_posting_breaks_the_budget() {
    let scenario = scenario(
        7,
        &[30, -300, 150, -700, 20, 400, -40, 900, -1_200, 10, 5, -5],
    );
    let leaks = [
        (VenueName::Tranched, Cause::TakerFee, "taker fee"),
        (VenueName::Tranched, Cause::Spread, "spread"),
        (VenueName::Tranched, Cause::ImpactPaid, "impact"),
        (VenueName::Tranched, Cause::LossRealised, "realised PnL"),
        (VenueName::Tranched, Cause::FundingPaid, "funding"),
        (VenueName::Tranched, Cause::Utilisation, "utilisation"),
        (
            VenueName::Tranched,
            Cause::FeeToProtocol,
            "fee waterfall, to Junior",
        ),
        (VenueName::Hyperliquid, Cause::TakerFee, "taker fee"),
        (VenueName::Gmx, Cause::TakerFee, "position fee"),
        (VenueName::Gmx, Cause::LossRealised, "realised PnL"),
        (VenueName::Gmx, Cause::Utilisation, "borrowing fee"),
    ];
    for (venue, cause, place) in leaks {
        let run = || {
            let meter = Meter::default();
            let mut leak = Leak { meter, cause };
            run_one(&scenario, venue, &mut leak).map(|_| ())
        };
        let stopped = std::panic::catch_unwind(run).unwrap_err();
        let said = stopped.downcast_ref::<String>().unwrap();
        assert!(
            said.starts_with(place),
            "{cause} in {}: {said}",
            venue.as_str()
        );
    }
}

/// A quarter of an hour around a full hour, with positions, orders and providers drawn by `seed`
/// and a price that jumps every ten seconds by so many basis points.
fn scenario(seed: u32, jumps: &[i32]) -> Scenario {
    let mut price = 100_000_i64;
    let mut points = String::new();
    for (number, jump) in jumps.iter().enumerate() {
        price += price * i64::from(*jump) / 10_000;
        let at = 11 + 10 * number;
        points.push_str(&format!("  {{ at = {at}, price = \"{price}.37\" }},\n"));
    }
    let text = RANDOM
        .replace("SEED", &seed.to_string())
        .replace("POINTS", &points);
    let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    Scenario::parse(&text, "random.toml", &none).unwrap_or_else(|error| panic!("{error}"))
}

const RANDOM: &str = r#"
question = "What do roundings leave?"
seed = SEED
[time]
start = "2025-06-01T12:56:00Z"
end = "2025-06-01T13:03:00Z"
[market]
coin = "BTC"
[capital]
total = "1000000"
tranched = { senior = "790000", junior = "200000", insurance = "10000" }
orderbook = { makers = "990000", backstops = ["8000", "2000"] }
[terms.common]
initial = "4%"
maintenance = "2%"
[price.points]
points = [
  { at = 0, price = "100000" },
POINTS]
[positions]
scale = true
[[positions.drawn]]
name = "crowd"
count = 40
long_share = "0.55"
notional = { lognormal = { median = "4000", sigma = "1.5", min = "100", max = "50000" } }
leverage = { uniform = { min = "2", max = "25" } }
entry = { uniform = { min = "0.99", max = "1.01" } }
[[orders_drawn]]
name = "flow"
per_minute = "40"
long_share = "0.5"
notional = { lognormal = { median = "2000", sigma = "1.5", min = "50", max = "60000" } }
leverage = { uniform = { min = "2", max = "20" } }
closes_share = "0.5"
[[lps]]
name = "crowd"
tranche = "junior"
stake = "100000"
count = 4
[[lps.leave]]
when = { drawdown = "2%" }
who = "largest"
return_after = 60
[[bidders]]
name = "fund"
capital = "30000"
discount = "20bp"
[venues.tranched.vault]
epoch = 60
junior_epochs = 1
"#;

fn jumps() -> impl Strategy<Value = Vec<i32>> {
    let jump = prop_oneof![4 => -40..40_i32, 2 => -400..400_i32, 1 => -1_500..1_500_i32];
    prop::collection::vec(jump, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 100, ..ProptestConfig::with_cases(12) })]

    #[test]
    fn random_streams_stay_within_the_budget(seed in any::<u32>(), jumps in jumps()) {
        let scenario = scenario(seed, &jumps);
        for venue in VenueName::ALL {
            budget_of(&scenario, venue);
        }
    }
}
