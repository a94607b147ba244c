//! What a scenario says that a run must come to, against what it came to.

use std::fmt;

use seawall_scenario::Scenario;
use seawall_scenario::model::ExpectedVenue;
use seawall_units::Usd;
use seawall_venue::StageId;

use crate::{Comparison, StageOutcome, VenueName, VenueOutcome};

/// A figure that is not what the scenario says it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// In which venue.
    pub venue: &'static str,
    /// Which field of `[expected]`.
    pub field: &'static str,
    /// What the file says.
    pub expected: String,
    /// What the run came to.
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            venue,
            field,
            expected,
            found,
        } = self;
        write!(
            f,
            "expected.{venue}.{field}: expected {expected}, found {found}"
        )
    }
}

/// Compares a comparison with the scenario's `[expected]`, to the last unit; venues that were not
/// run are not checked.
#[must_use]
pub fn check_expected(scenario: &Scenario, comparison: &Comparison) -> Vec<Mismatch> {
    let expected = &scenario.file().expected;
    let of = |outcome: &VenueOutcome| {
        let table = match outcome.name.parse().ok()? {
            VenueName::Tranched => &expected.tranched,
            VenueName::Hyperliquid => &expected.hyperliquid,
            VenueName::Gmx => &expected.gmx,
        };
        table.as_ref().map(|table| check_venue(table, outcome))
    };
    comparison.venues.iter().filter_map(of).flatten().collect()
}

fn check_venue(expected: &ExpectedVenue, outcome: &VenueOutcome) -> Vec<Mismatch> {
    let stage = |id: StageId| outcome.stages.iter().find(|each| each.stage == id);
    let absorbed = |id| stage(id).map_or(Usd::ZERO, |each| each.absorbed);
    let owner_cost = |id| stage(id).map_or(Usd::ZERO, |each| each.owner_cost);
    let money = [
        (
            "opening_deficit",
            expected.opening_deficit,
            outcome.opening_deficit,
        ),
        ("junior", expected.junior, absorbed(StageId::Junior)),
        (
            "insurance",
            expected.insurance,
            absorbed(StageId::Insurance),
        ),
        ("adl", expected.adl, absorbed(StageId::Adl)),
        ("senior", expected.senior, absorbed(StageId::Senior)),
        ("residual", expected.residual, outcome.residual),
        (
            "partial_deleverage_owner_cost",
            expected.partial_deleverage_owner_cost,
            owner_cost(StageId::PartialDeleverage),
        ),
        (
            "auction_owner_cost",
            expected.auction_owner_cost,
            owner_cost(StageId::Auction),
        ),
    ];
    let vaults = vault_money(expected, outcome);
    let closed = |id| stage(id).map_or_else(Default::default, |each| each.closed);
    let sizes = [
        (
            "partial_deleverage_closed",
            expected.partial_deleverage_closed,
            closed(StageId::PartialDeleverage),
        ),
        (
            "auction_closed",
            expected.auction_closed,
            closed(StageId::Auction),
        ),
    ];
    let text = |stage: Option<StageId>| stage.map_or("none", StageId::name).to_owned();
    let last = last_stage(outcome);
    let last = (expected.last_stage.is_some() && expected.last_stage != last)
        .then(|| ("last_stage", text(expected.last_stage), text(last)));
    let money = money.into_iter().chain(vaults).filter_map(differs);
    let sizes = sizes.into_iter().filter_map(differs);
    let refused = expected.orders_refused;
    let refused = differs(("orders_refused", refused, outcome.orders.refused));
    let all = money.chain(sizes).chain(last).chain(refused);
    all.map(|(field, expected, found)| Mismatch {
        venue: outcome.name,
        field,
        expected,
        found,
    })
    .collect()
}

/// Figures of the vaults; what a venue without tranches does not have is zero.
fn vault_money(
    expected: &ExpectedVenue,
    outcome: &VenueOutcome,
) -> [(&'static str, Option<Usd>, Usd); 9] {
    let tranches = outcome.tranches.unwrap_or_default();
    let change = |change: Option<Usd>| change.unwrap_or_default();
    let redemptions = outcome.redemptions;
    [
        (
            "senior_change",
            expected.senior_change,
            change(outcome.senior_change),
        ),
        (
            "junior_change",
            expected.junior_change,
            change(outcome.junior_change),
        ),
        ("redeemed", expected.redeemed, redemptions.granted),
        ("claimed", expected.claimed, redemptions.claimed),
        ("waiting", expected.waiting, tranches.waiting),
        ("arrears_due", expected.arrears_due, tranches.arrears_due),
        (
            "arrears_lapsed",
            expected.arrears_lapsed,
            tranches.arrears_lapsed,
        ),
        ("recovered", expected.recovered, outcome.recovered),
        (
            "senior_worst_case",
            expected.senior_worst_case,
            tranches.worst_case_most.loss,
        ),
    ]
}

fn differs<T: PartialEq + ToString>(
    (field, expected, found): (&'static str, Option<T>, T),
) -> Option<(&'static str, String, String)> {
    let expected = expected.filter(|expected| *expected != found)?;
    Some((field, expected.to_string(), found.to_string()))
}

/// The furthest stage of the published order that did something.
fn last_stage(outcome: &VenueOutcome) -> Option<StageId> {
    if outcome.residual.is_positive() {
        return Some(StageId::Residual);
    }
    let acted = |each: &&StageOutcome| each.acted > 0;
    let furthest = outcome.stages.iter().filter(acted).map(|each| each.stage);
    furthest.max()
}
