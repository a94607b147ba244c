//! What a cascade came to, round by round, and what sweeps and ablations of it found.
//!
//! | type | what it tells |
//! |---|---|
//! | [`CascadeReport`] | one run: rounds, summary, who paid, what was seen beside it |
//! | [`SweepReport`] | every combination of the points of several axes |
//! | [`AblationReport`] | one rule changed at a time |

mod ablation;
mod number;
mod one;
mod rounds;
mod section;
mod sweep;

pub use ablation::AblationReport;
pub use one::CascadeReport;
pub use sweep::SweepReport;

use seawall_scenario::Cascade;

use crate::WIDTH;
use crate::grid::escaped;
use crate::table::Ink;
use crate::wrap::wrapped;

/// The question, the file, and what stands in the place of its statements.
fn heading(cascade: &Cascade, ink: Ink) -> String {
    let mut text = format!("{}\n", ink.bold(cascade.name()));
    text.push_str(&wrapped("", cascade.question(), WIDTH));
    for (key, change) in changes(cascade) {
        text.push_str(&wrapped("  with ", &format!("{key} = {change}"), WIDTH));
    }
    text
}

fn heading_markdown(cascade: &Cascade) -> String {
    let question = escaped(cascade.question());
    let mut text = format!("## {}\n\n{question}\n", escaped(cascade.name()));
    for (key, change) in changes(cascade) {
        text.push_str(&format!("\nWith `{key}` = {}.\n", escaped(&change)));
    }
    text
}

/// Keys with another value than the file's, with both.
fn changes(cascade: &Cascade) -> Vec<(String, String)> {
    let told = cascade.changes().iter().map(|change| {
        let before = change.before.as_deref();
        let before = before.map_or(String::new(), |before| format!(" instead of {before}"));
        (change.key.clone(), format!("{}{before}", change.after))
    });
    told.collect()
}
