//! What is to be run: points, venues, paths, and where each path's prices come from.

use seawall_paths::{PathSource, PriceModel, Recorded, Setup};
use seawall_report::figures::{Row as Figure, rows_of};
use seawall_results::{Better, Column, Head, Point};
use seawall_scenario::{Scenario, Setting, Sweep, SweepPrices, nearest};
use seawall_sim::VenueName;
use seawall_units::Price;
use sha2::{Digest, Sha256};

use crate::SweepError;
use crate::stop::Stop;

/// A sweep that may be run: every point's scenario is loaded, every price model is ready.
#[derive(Debug)]
pub struct Plan {
    pub(crate) sweep: Sweep,
    pub(crate) venues: Vec<VenueName>,
    pub(crate) spots: Vec<Spot>,
    pub(crate) sources: Vec<PathSource>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) stop: Option<Stop>,
    head: Head,
}

/// One point with its scenario.
#[derive(Debug)]
pub(crate) struct Spot {
    pub(crate) settings: Vec<Setting>,
    pub(crate) scenario: Scenario,
    /// The place of its prices among the sources; `None` for the scenario's own.
    pub(crate) source: Option<usize>,
}

impl Plan {
    /// Loads every point.
    ///
    /// **Errors** [`SweepError::Scenario`] with the place in the file: a venue or figure that is not known, a
    /// value of the grid that the scenario refuses, a tick that does not divide the scenario's length.
    pub fn new(sweep: Sweep) -> Result<Self, SweepError> {
        let venues = venues(&sweep)?;
        let mut spots = Vec::new();
        let mut sources: Vec<PathSource> = Vec::new();
        for point in sweep.points() {
            let scenario = sweep.scenario_at(&point.settings)?;
            let setup = setup(&sweep, &scenario, &point.settings)?;
            let source = match setup {
                None => None,
                Some(setup) => {
                    let known = sources.iter().position(|one| *one.setup() == setup);
                    match known {
                        Some(place) => Some(place),
                        None => {
                            sources.push(source(&sweep, setup)?);
                            Some(sources.len().saturating_sub(1))
                        }
                    }
                }
            };
            spots.push(Spot {
                settings: point.settings.clone(),
                scenario,
                source,
            });
        }
        let figures = rows_of(std::slice::from_ref(sweep.scenario()));
        metric(&sweep, &figures, ("by", &sweep.file().by))?;
        let stop = Stop::of(&sweep, &figures, &venues)?;
        let head = head(&sweep, &spots, (&venues, &figures));
        Ok(Self {
            sweep,
            venues,
            spots,
            sources,
            figures,
            stop,
            head,
        })
    }

    /// What results of this sweep say of themselves.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// The file.
    #[must_use]
    pub const fn sweep(&self) -> &Sweep {
        &self.sweep
    }

    /// The venues, in their order.
    #[must_use]
    pub fn venues(&self) -> &[VenueName] {
        &self.venues
    }

    /// Whether paths are sampled together, mirrored or by Sobol's numbers, while what is drawn beside the
    /// prices is drawn for each by itself: it keeps the error that the sampling takes away.
    #[must_use]
    pub fn sampling_misses_draws(&self) -> bool {
        let file = self.sweep.file();
        file.sampling.sample() > 1
            && (file.redraw == seawall_scenario::Redraw::All || !file.draw.is_empty())
    }

    /// Whether it may stop before its last path.
    #[must_use]
    pub const fn may_stop(&self) -> bool {
        self.stop.is_some()
    }

    /// Runs of one path: points times venues.
    #[must_use]
    pub fn runs_a_path(&self) -> u64 {
        let runs = self.spots.len().saturating_mul(self.venues.len());
        u64::try_from(runs).unwrap_or(u64::MAX)
    }
}

fn venues(sweep: &Sweep) -> Result<Vec<VenueName>, SweepError> {
    let stated = &sweep.file().venues;
    if stated.is_empty() {
        return Ok(VenueName::ALL.to_vec());
    }
    let mut venues = Vec::new();
    for (place, name) in stated.iter().enumerate() {
        let path = format!("venues[{place}]");
        let Ok(venue) = name.parse::<VenueName>() else {
            let names = VenueName::ALL.map(VenueName::as_str);
            let found = format!("`{name}`, which is no venue");
            return Err(sweep.refuse(&path, &found, &names.join(", ")).into());
        };
        if venues.contains(&venue) {
            let found = format!("`{name}` a second time");
            return Err(sweep.refuse(&path, &found, "each venue once").into());
        }
        venues.push(venue);
    }
    Ok(venues)
}

/// The place of a figure by its id.
pub(crate) fn metric(
    sweep: &Sweep,
    figures: &[Figure],
    (path, id): (&str, &str),
) -> Result<usize, SweepError> {
    let place = figures.iter().position(|figure| figure.id == id);
    place.ok_or_else(|| {
        let near = nearest(id, figures.iter().map(|figure| figure.id.as_str()));
        let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        let found = format!("`{id}`, which is no figure{hint}");
        sweep
            .refuse(path, &found, "an id of docs/metrics.md")
            .into()
    })
}

/// How the prices of a scenario are drawn with these settings; `None` for its own.
pub(crate) fn setup(
    sweep: &Sweep,
    scenario: &Scenario,
    settings: &[Setting],
) -> Result<Option<Setup>, SweepError> {
    let Some(prices) = sweep.prices_at(settings)? else {
        return Ok(None);
    };
    let Some(model) = prices.model() else {
        return Ok(None);
    };
    let seconds = scenario.end().since(scenario.start());
    let ticks = seconds.checked_div(u64::from(prices.tick));
    let ticks = ticks.and_then(|ticks| u32::try_from(ticks).ok());
    let ticks = ticks.filter(|ticks| {
        u64::from(*ticks).saturating_mul(u64::from(prices.tick)) == seconds && *ticks > 0
    });
    let Some(ticks) = ticks else {
        let legal = format!("a divisor of the scenario's {seconds} seconds");
        return Err(sweep
            .refuse("price.tick", &prices.tick.to_string(), &legal)
            .into());
    };
    Ok(Some(Setup {
        recorded: recorded(sweep, &prices, &model)?,
        model,
        sampling: sweep.file().sampling,
        shocks: prices.shocks,
        seed: sweep.file().seed,
        opening: scenario.opening(),
        ticks,
        tick_seconds: prices.tick,
    }))
}

/// The recorded prices at their ticks, for a model that needs them.
fn recorded(
    sweep: &Sweep,
    prices: &SweepPrices,
    model: &PriceModel,
) -> Result<Option<Recorded>, SweepError> {
    if !model.needs_recording() {
        return match prices.recorded {
            None => Ok(None),
            Some(_) => {
                let found = format!("there, beside the model {}", model.name());
                let legal = "beside bootstrap and replay only";
                Err(sweep.refuse("price.recorded", &found, legal).into())
            }
        };
    }
    let own = sweep.recorded();
    let seconds = own.end().since(own.start());
    let tick = u64::from(prices.tick);
    let count = seconds.checked_div(tick).unwrap_or(0);
    let at = |place: u64| {
        own.path()
            .price_at(own.start().plus(place.saturating_mul(tick)))
    };
    let list: Vec<Price> = (0..=count).map(at).collect();
    let recorded = Recorded::new(list, prices.tick);
    recorded
        .map(Some)
        .map_err(|error| sweep.refuse_prices(model, &error).into())
}

pub(crate) fn source(sweep: &Sweep, setup: Setup) -> Result<PathSource, SweepError> {
    let model = setup.model.clone();
    PathSource::new(setup).map_err(|error| sweep.refuse_prices(&model, &error).into())
}

fn head(sweep: &Sweep, spots: &[Spot], (venues, figures): (&[VenueName], &[Figure])) -> Head {
    let file = sweep.file();
    let engine = env!("CARGO_PKG_VERSION").to_owned();
    let mut hash = Sha256::new_with_prefix(sweep.hash());
    hash.update(&engine);
    let digits = hash.finalize();
    let several = spots.len() > 1;
    let point = |(number, spot): (u32, &Spot)| Point {
        number,
        values: match several {
            true => spot.settings.clone(),
            false => Vec::new(),
        },
    };
    Head {
        engine,
        question: file.question.clone(),
        plan: digits.iter().map(|byte| format!("{byte:02x}")).collect(),
        set: sweep.given().to_vec(),
        seed: file.seed,
        paths: file.paths,
        sample: file.sampling.sample(),
        points: (0..).zip(spots).map(point).collect(),
        venues: venues.iter().map(ToString::to_string).collect(),
        drawn: file.draw.iter().map(|draw| draw.key.clone()).collect(),
        figures: figures.iter().map(column).collect(),
    }
}

fn column(figure: &Figure) -> Column {
    let unit = figure.metric.unit;
    Column {
        id: figure.id.clone(),
        label: unindented(&figure.label),
        unit: unit.label().to_owned(),
        places: unit.places(),
        better: figure.better().map(|better| match better {
            seawall_sim::Better::Higher => Better::Higher,
            seawall_sim::Better::Lower => Better::Lower,
        }),
    }
}

/// A label that stands by itself: in the table of a comparison some stand below another one.
fn unindented(label: &str) -> String {
    label.trim_start_matches("of it ").to_owned()
}
