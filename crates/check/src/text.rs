//! A verdict for people and as JSON.

use std::fmt::Write;

use crate::law::Law;
use crate::verdict::{Report, Unreadable, Verdict};

/// A verdict for people.
#[must_use]
pub fn table(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Unreadable(why) => format!("unreadable: {why}\n"),
        Verdict::Read(report) => of_report(report),
    }
}

fn of_report(report: &Report) -> String {
    let mut out = String::new();
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<12}{value}");
    };
    row("journal", format!("{}, {}", report.scenario, report.venue));
    row("lines", report.lines.to_string());
    row("transfers", report.transfers.to_string());
    row("deficits", report.deficits.to_string());
    row("final hash", report.hash.clone());
    row("verdict", verdict(report));
    let laws: Vec<_> = report
        .tallies
        .iter()
        .filter(|(law, _)| law.holds_in(report.venue))
        .collect();
    let widest = laws
        .iter()
        .map(|(law, _)| law.id().len())
        .max()
        .unwrap_or(0);
    if !report.violations.is_empty() {
        out.push('\n');
    }
    for violation in &report.violations {
        let time = violation
            .time
            .map_or_else(String::new, |time| format!(", {}", moment(time)));
        let _ = writeln!(
            out,
            "line {}{time}: {} ({})",
            violation.line,
            violation.law,
            violation.law.rule()
        );
        let _ = writeln!(out, "  expected  {}", violation.expected);
        let _ = writeln!(out, "  found     {}", violation.found);
    }
    let kept = u64::try_from(report.violations.len()).unwrap_or(u64::MAX);
    if report.total() > kept {
        let _ = writeln!(out, "and {} more", report.total().saturating_sub(kept));
    }
    let _ = writeln!(
        out,
        "\n{:<widest$}  {:>12}  {:>10}",
        "law", "applied", "violations"
    );
    for (law, tally) in &laws {
        let why = match tally.applied {
            0 => format!("  {}", why_not(report, *law)),
            _ => String::new(),
        };
        let _ = writeln!(
            out,
            "{:<widest$}  {:>12}  {:>10}{why}",
            law.id(),
            tally.applied,
            tally.violations
        );
    }
    out
}

/// Why a law was not applied.
fn why_not(report: &Report, law: Law) -> String {
    let told = report
        .unapplied
        .iter()
        .find(|(unapplied, _)| *unapplied == law);
    match told {
        Some((_, why)) => (*why).to_owned(),
        None if law == Law::ExpectedHash => format!("not asked for: {}", law.needs()),
        None => format!("not in this journal: {}", law.needs()),
    }
}

fn verdict(report: &Report) -> String {
    match (report.total(), report.complete) {
        (0, true) => String::from("clean"),
        (0, false) => format!(
            "incomplete: no final record; valid to line {}",
            report.lines
        ),
        (1, _) => String::from("1 violation"),
        (count, _) => format!("{count} violations"),
    }
}

/// A second in UTC.
fn moment(time: u64) -> String {
    let second = i64::try_from(time)
        .ok()
        .and_then(|time| jiff::Timestamp::from_second(time).ok());
    second.map_or_else(|| format!("{time} s"), |moment| moment.to_string())
}

/// A verdict as one JSON document.
#[must_use]
pub fn json(verdict: &Verdict) -> String {
    let value = match verdict {
        Verdict::Unreadable(why) => serde_json::json!({
            "verdict": "unreadable",
            "line": line_of(why),
            "reason": why.to_string(),
        }),
        Verdict::Read(report) => document(verdict.exit_code(), report),
    };
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

const fn line_of(why: &Unreadable) -> u64 {
    match why {
        Unreadable::File { line, .. }
        | Unreadable::TooLong { line, .. }
        | Unreadable::NotText { line }
        | Unreadable::NotJson { line, .. } => *line,
        _ => 1,
    }
}

fn document(code: u8, report: &Report) -> serde_json::Value {
    let word = match code {
        0 => "clean",
        3 => "incomplete",
        _ => "violations",
    };
    let laws: Vec<_> = report
        .tallies
        .iter()
        .filter(|(law, _)| law.holds_in(report.venue))
        .map(|(law, tally)| {
            serde_json::json!({
                "law": law.id(),
                "rule": law.rule(),
                "sentence": law.sentence(),
                "applied": tally.applied,
                "violations": tally.violations,
                "not_applied": (tally.applied == 0).then(|| why_not(report, *law)),
            })
        })
        .collect();
    serde_json::json!({
        "verdict": word,
        "scenario": report.scenario,
        "venue": report.venue.name(),
        "lines": report.lines,
        "transfers": report.transfers,
        "deficits": report.deficits,
        "complete": report.complete,
        "hash": report.hash,
        "total": report.total(),
        "violations": report.violations,
        "laws": laws,
    })
}
