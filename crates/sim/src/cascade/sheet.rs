//! Figures of one owner's balance sheet over all places.

use seawall_cascade::{OwnerSheet, Run, ThenNow};
use seawall_units::Ratio;

use super::figure::{CascadeUnit, CascadeValue, UnknownFigure, unknown};

/// Figures of one owner: what he had and owed at the opening and in the end.
const OF_SHEET: [&str; 8] = [
    "assets_opening",
    "assets",
    "debts_opening",
    "debts",
    "equity_opening",
    "equity",
    "contraction",
    "raised",
];

/// `NAME.FIGURE` of a run.
pub(super) fn of_sheet(run: &Run, rest: &str) -> Result<CascadeValue, UnknownFigure> {
    let (name, figure) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let Some(owner) = run.world.owner_named(name) else {
        let owners = run.world.owners().iter();
        return Err(unknown(name, owners.map(|owner| owner.name.as_str())));
    };
    let sheets = run.world.sheets();
    let sheet = sheets.iter().find(|sheet| sheet.owner == owner);
    let nothing = ThenNow::default();
    let of = |worth: fn(&OwnerSheet) -> ThenNow| sheet.map_or(nothing, worth);
    let quote = match figure {
        "assets_opening" => of(|sheet| sheet.assets).opening,
        "assets" => of(|sheet| sheet.assets).now,
        "debts_opening" => of(|sheet| sheet.debts).opening,
        "debts" => of(|sheet| sheet.debts).now,
        "equity_opening" => of(OwnerSheet::equity).opening,
        "equity" => of(OwnerSheet::equity).now,
        "contraction" => {
            let lost: Ratio = of(|sheet| sheet.assets).contraction();
            let units = Some(lost.units());
            return Ok(CascadeValue::Number(units, CascadeUnit::Share));
        }
        "raised" => {
            let calls = run.rounds.iter().flat_map(|round| &round.cash_calls);
            let his = calls.filter(|call| call.owner == owner);
            his.map(|call| call.raised).sum()
        }
        _ => return Err(unknown(figure, OF_SHEET)),
    };
    Ok(CascadeValue::Number(
        Some(quote.units()),
        CascadeUnit::Quote,
    ))
}
