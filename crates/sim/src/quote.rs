//! One question about price put to several venues: what would an order cost, by size?

use rayon::prelude::*;
use seawall_ledger::AccountId;
use seawall_scenario::Scenario;
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{Endowment, MarketStatus, Quote, QuoteParts, Setup, Venue};

use crate::compare::Prepared;
use crate::{SimError, VenueName};

/// A stated net skew is held by so many accounts of equal size, as no venue lets one hold it.
const HOLDERS: u32 = 20;

/// How many sizes draw a curve.
const STEPS: i64 = 100;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteAsk {
    /// Seconds after the start; the orders of that second are not yet executed.
    pub at: u64,
    /// The net skew at the start, instead of the scenario's positions: twenty equal positions of
    /// one side, opened at the opening price with their whole value as margin.
    pub skew: Option<Usd>,
    /// Sizes of the orders; the corners of each venue's curve are added.
    pub sizes: Vec<Usd>,
}

impl Default for QuoteAsk {
    /// At the start, with the scenario's positions, from 10 000 to 5 million USD.
    fn default() -> Self {
        let sizes = [
            10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 1_500_000, 2_000_000, 5_000_000,
        ];
        Self {
            at: 0,
            skew: None,
            sizes: sizes.map(Usd::whole).to_vec(),
        }
    }
}

impl QuoteAsk {
    /// The same question with so many sizes that their curve can be drawn: evenly up to `reach`.
    #[must_use]
    pub fn drawn(&self, reach: Usd) -> Self {
        let steps = 1..=STEPS;
        let size = |step: i64| reach.mul_div_floor(Usd::units_i64(step), Usd::units_i64(STEPS));
        Self {
            sizes: steps.filter_map(size).collect(),
            ..self.clone()
        }
    }
}

/// The curves of several venues at one moment of one scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The scenario's name.
    pub scenario: String,
    /// The moment.
    pub at: Time,
    /// Seconds after the scenario's start.
    pub after: u64,
    /// The net skew that was asked for instead of the scenario's positions.
    pub skew: Option<Usd>,
    /// The outside price then.
    pub outside: Price,
    /// One per venue, in the order asked for.
    pub venues: Vec<VenueCurve>,
}

impl Quotation {
    /// The largest size that any venue prices or fills whole.
    #[must_use]
    pub fn reach(&self) -> Usd {
        let points = self.venues.iter().flat_map(|curve| &curve.points);
        let priced = |point: &QuotePoint| point.parts.map_or(Usd::ZERO, |parts| parts.priced);
        let reach = points.map(|point| point.quote.filled.max(priced(point)));
        reach.max().unwrap_or_default()
    }
}

/// One venue's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueCurve {
    /// `tranched`, `hyperliquid`, `gmx`.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Its mark.
    pub mark: Price,
    /// Its market's status.
    pub status: MarketStatus,
    /// Long and short open interest at the mark.
    pub open_interest: (Usd, Usd),
    /// Longs first, then by size.
    pub points: Vec<QuotePoint>,
}

/// What one order would get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotePoint {
    /// Buy (long) or sell (short).
    pub side: Side,
    /// What is asked.
    pub size: Usd,
    /// What would be filled, and its cost against the mark.
    pub quote: Quote,
    /// What it costs on the venue's curve, in its parts, where the venue can tell.
    pub parts: Option<QuoteParts>,
    /// Whether the curve bends here.
    pub is_corner: bool,
}

impl QuotePoint {
    /// Everything that the order costs against the mark, over what is filled; `None` when nothing
    /// is. **Rounding** up: against the taker.
    #[must_use]
    pub fn cost(&self) -> Option<Ratio> {
        Ratio::ONE.mul_div_ceil(self.quote.cost, self.quote.filled)
    }

    /// The fee on the venue's curve over what is priced, where the venue can tell it.
    #[must_use]
    pub fn fee(&self) -> Option<Ratio> {
        let parts = self.parts?;
        Ratio::ONE.mul_div_ceil(parts.fee, parts.priced)
    }

    /// Distance of the average price from the mark on the venue's curve: half-spread and impact
    /// over what is priced, without the fee. **Source** the pins of M-4.5.
    #[must_use]
    pub fn distance(&self) -> Option<Ratio> {
        let parts = self.parts?;
        Ratio::ONE.mul_div_ceil(parts.spread + parts.impact, parts.priced)
    }
}

/// Asks several venues what orders would cost at one moment; each is led there as in a comparison.
///
/// **Errors** [`SimError`] when the scenario cannot be run, the second is not of it, or a venue
/// cannot hold the stated skew.
pub fn quote(
    scenario: &Scenario,
    venues: &[VenueName],
    ask: &QuoteAsk,
) -> Result<Quotation, SimError> {
    let last = scenario.end().since(scenario.start());
    if ask.at > last {
        return Err(SimError::Second { at: ask.at, last });
    }
    let mut prepared = Prepared::new(scenario)?;
    if let Some(skew) = ask.skew {
        endow_skew(&mut prepared.setup, skew);
        for name in venues {
            refuse_skew(&prepared, *name)?;
        }
    }
    let at = scenario.start().plus(ask.at);
    let curve = |name: &VenueName| -> Result<VenueCurve, SimError> {
        Ok(curve(prepared.led(*name, at)?.as_ref(), &ask.sizes))
    };
    let curves: Vec<Result<VenueCurve, SimError>> = venues.par_iter().map(curve).collect();
    Ok(Quotation {
        scenario: scenario.name().to_owned(),
        at,
        after: ask.at,
        skew: ask.skew,
        outside: scenario.path().price_at(at),
        venues: curves.into_iter().collect::<Result<_, _>>()?,
    })
}

/// Puts a net skew in the place of the initial positions.
fn endow_skew(setup: &mut Setup, skew: Usd) {
    let side = if skew.is_negative() {
        Side::Short
    } else {
        Side::Long
    };
    let whole = setup.opening.size_floor(skew.abs());
    let holders = Base::units_i64(HOLDERS.into());
    let each = whole.mul_div_floor(Base::ULP, holders).unwrap_or_default();
    let first = setup.accounts;
    let mut left = whole;
    setup.endowments = (1..=HOLDERS)
        .map(|number| {
            let size = if number == HOLDERS { left } else { each };
            left -= size;
            Endowment {
                account: AccountId::new(first.saturating_add(number).saturating_sub(1)),
                size: side.signed(size),
                entry: setup.opening,
                margin: setup.opening.value_ceil(size),
            }
        })
        .filter(|held| !held.size.is_zero())
        .collect();
    setup.accounts = first.saturating_add(HOLDERS);
}

fn refuse_skew(prepared: &Prepared<'_>, venue: VenueName) -> Result<(), SimError> {
    for used in prepared.entrant(venue).limit_use(&prepared.setup) {
        if used.value > used.allowed {
            return Err(SimError::Skew {
                venue,
                limit: used.limit,
                value: used.value,
                allowed: used.allowed,
            });
        }
    }
    Ok(())
}

fn curve(venue: &dyn Venue, sizes: &[Usd]) -> VenueCurve {
    let (profile, state) = (venue.profile(), venue.state());
    let points = Side::BOTH.into_iter().flat_map(|side| {
        let corners = venue.quote_corners(side);
        let mut all: Vec<Usd> = sizes.iter().chain(&corners).copied().collect();
        all.retain(|size| size.is_positive());
        all.sort();
        all.dedup();
        all.into_iter().map(move |size| QuotePoint {
            side,
            size,
            quote: venue.quote(side, size),
            parts: venue.quote_parts(side, size),
            is_corner: corners.contains(&size),
        })
    });
    VenueCurve {
        name: profile.name,
        title: profile.title,
        mark: state.mark,
        status: state.status,
        open_interest: (state.open_interest_long, state.open_interest_short),
        points: points.collect(),
    }
}
