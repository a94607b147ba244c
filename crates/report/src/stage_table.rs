//! The small table of one scenario that is kept beside the code and reviewed when a figure moves.

use seawall_sim::{Comparison, StageOutcome, VenueOutcome};
use seawall_venue::{StageEnd, StageId, StageRule};

/// One line of the table: a label and one text a venue.
type Line = (String, Vec<String>);

/// Who paid at each stage, to the last unit: columns are venues, rows the seven stages (absorbed,
/// closed, end), then the opening deficit, the residual and what was taken from winners.
///
/// Nothing is rounded, so that any change of behaviour changes the text.
#[must_use]
pub fn render(comparison: &Comparison) -> String {
    let venues = &comparison.venues;
    let mut lines: Vec<Line> = Vec::new();
    lines.push(line("", venues, |venue| venue.name.to_owned()));
    lines.push(line("opening deficit USD", venues, |v| {
        v.opening_deficit.to_string()
    }));
    for stage in StageId::ALL {
        let row = |what: &str, text: fn(&StageOutcome) -> String| {
            let label = format!("{} {what}", stage.name());
            line(&label, venues, |venue| of_stage(venue, stage, text))
        };
        lines.push(row("absorbed USD", absorbed));
        lines.push(row("closed base", |s| s.closed.to_string()));
        lines.push(row("end", end));
    }
    lines.push(line("residual USD", venues, |v| v.residual.to_string()));
    lines.push(line("taken from winners USD", venues, |v| {
        v.winners.taken.to_string()
    }));
    lines.push(line("order violations", venues, |v| {
        v.order_violations.to_string()
    }));
    lines.push(line("ledger sum USD", venues, |v| v.ledger_sum.to_string()));
    aligned(&lines)
}

fn line(label: &str, venues: &[VenueOutcome], text: impl Fn(&VenueOutcome) -> String) -> Line {
    (label.to_owned(), venues.iter().map(text).collect())
}

fn of_stage(venue: &VenueOutcome, stage: StageId, text: fn(&StageOutcome) -> String) -> String {
    match venue.stages.iter().find(|each| each.stage == stage) {
        Some(found) if is_absent(found) => String::from("n/a"),
        Some(found) => text(found),
        None => String::from("-"),
    }
}

/// Whether the venue has no such stage, and indeed nothing happened in it.
fn is_absent(stage: &StageOutcome) -> bool {
    matches!(stage.rule, StageRule::Absent(_)) && stage.absorbed.is_zero() && stage.acted == 0
}

fn absorbed(stage: &StageOutcome) -> String {
    match stage.rule {
        StageRule::Equivalent(_) => format!("~{}", stage.absorbed),
        _ => stage.absorbed.to_string(),
    }
}

fn end(stage: &StageOutcome) -> String {
    match stage.end {
        None => String::from("never reached"),
        Some(StageEnd::Skipped(reason)) => {
            let reason = crate::json::SkipWord::from(reason);
            format!("skipped: {}", reason.name())
        }
        Some(end) => crate::json::EndWord::from(end).name().to_owned(),
    }
}

/// Labels to the left, values to the right of their columns.
fn aligned(lines: &[Line]) -> String {
    let label_width = lines.iter().map(|(label, _)| label.len()).max();
    let columns = lines.first().map_or(0, |(_, values)| values.len());
    let width = |column: usize| {
        let values = lines.iter().filter_map(|(_, values)| values.get(column));
        values.map(String::len).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (label, values) in lines {
        let mut row = format!("{label:<w$}", w = label_width.unwrap_or(0));
        for (value, width) in values.iter().zip(&widths) {
            row.push_str(&format!("  {value:>width$}"));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}
