//! The points of a grid.

use crate::ScenarioError;
use crate::cascade::spaced;
use crate::document::Document;
use crate::overrides::is_path;
use crate::sweep::file::SweepAxis;

/// The most points of a grid.
pub(super) const MOST: usize = 10_000;
const FORMS: &str =
    "`key` with `values`, `key` with `from`, `to` and `count`, or `keys` with `rows`";

/// A key and the value that it takes, as `--set` takes them.
pub type Setting = (String, String);

/// One set of parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SweepPoint {
    /// What every axis sets, in their order; nothing without axes.
    pub settings: Vec<Setting>,
}

/// Every combination of the axes' values, the last axis fastest.
pub(super) fn points(
    document: &Document<'_>,
    axes: &[SweepAxis],
) -> Result<Vec<SweepPoint>, ScenarioError> {
    let mut points = vec![SweepPoint::default()];
    for (place, axis) in axes.iter().enumerate() {
        let values = values(document, axis, &format!("grid[{place}]"))?;
        let count = points.len().saturating_mul(values.len());
        if count > MOST {
            let found = format!("a grid of at least {count} points with the axes before");
            return Err(document.fail(&format!("grid[{place}]"), found, "at most 10000 points"));
        }
        let with = |point: &SweepPoint, more: &[Setting]| SweepPoint {
            settings: point.settings.iter().chain(more).cloned().collect(),
        };
        let all = points
            .iter()
            .flat_map(|point| values.iter().map(|more| with(point, more)));
        points = all.collect();
    }
    Ok(points)
}

/// The keys of an axis.
pub(super) fn keys(axis: &SweepAxis) -> impl Iterator<Item = &str> {
    axis.key.iter().chain(&axis.keys).map(String::as_str)
}

fn values(
    document: &Document<'_>,
    axis: &SweepAxis,
    path: &str,
) -> Result<Vec<Vec<Setting>>, ScenarioError> {
    for key in keys(axis) {
        if !is_path(key) {
            let legal = "a dotted path such as market.junior or price.gbm.volatility";
            return Err(document.fail(path, format!("over `{key}`, which is no key"), legal));
        }
    }
    let forms = || document.fail(path, "in no form, or in two", FORMS);
    let is_spaced = axis.from.is_some() || axis.to.is_some() || axis.count.is_some();
    match &axis.key {
        Some(_) if !axis.keys.is_empty() || !axis.rows.is_empty() => Err(forms()),
        Some(key) => {
            let values = match (axis.values.is_empty(), is_spaced) {
                (false, false) => axis.values.clone(),
                (true, true) => {
                    evenly(axis).map_err(|(found, legal)| document.fail(path, found, legal))?
                }
                _ => return Err(forms()),
            };
            distinct(document, &values, path)?;
            let setting = |value: String| vec![(key.clone(), value)];
            Ok(values.into_iter().map(setting).collect())
        }
        None if axis.keys.is_empty()
            || axis.rows.is_empty()
            || is_spaced
            || !axis.values.is_empty() =>
        {
            Err(forms())
        }
        None => rows(document, axis, path),
    }
}

fn evenly(axis: &SweepAxis) -> Result<Vec<String>, (String, &'static str)> {
    match (&axis.from, &axis.to, axis.count) {
        (Some(from), Some(to), Some(count)) => spaced((from.trim(), to.trim()), &count.to_string())
            .map_err(|(found, legal)| (format!("an axis that {found}"), legal)),
        _ => Err((
            String::from("an axis without all of `from`, `to` and `count`"),
            FORMS,
        )),
    }
}

fn rows(
    document: &Document<'_>,
    axis: &SweepAxis,
    path: &str,
) -> Result<Vec<Vec<Setting>>, ScenarioError> {
    let mut points = Vec::new();
    for (place, row) in axis.rows.iter().enumerate() {
        if row.len() != axis.keys.len() {
            let found = format!("{} values for {} keys", row.len(), axis.keys.len());
            return Err(document.fail(
                &format!("{path}.rows[{place}]"),
                found,
                "one value for each key",
            ));
        }
        points.push(axis.keys.iter().cloned().zip(row.iter().cloned()).collect());
    }
    Ok(points)
}

/// Two equal points would say the same twice.
fn distinct(document: &Document<'_>, values: &[String], path: &str) -> Result<(), ScenarioError> {
    for (place, value) in values.iter().enumerate() {
        if values.iter().take(place).any(|other| other == value) {
            let path = format!("{path}.values[{place}]");
            return Err(document.fail(
                &path,
                format!("`{value}` a second time"),
                "each value once",
            ));
        }
    }
    Ok(())
}
