//! Answers as text.

mod data;
mod page;
mod table;

pub use data::{csv, json};
pub use page::{markdown, page};
pub use table::{full, table};

use crate::{Answer, Expected};

/// One figure in a line: `what: 20 % (the article: 25 %)`.
fn figure_line(expected: &Expected, computed: &str) -> String {
    let value = expected.with_unit(computed);
    match &expected.printed {
        Some(printed) => {
            let printed = expected.with_unit(printed);
            format!("{}: {value} (the article: {printed})", expected.what)
        }
        None => format!("{}: {value}", expected.what),
    }
}

fn figure_lines(answer: &Answer) -> Vec<String> {
    let figures = answer.figures();
    figures
        .map(|(expected, computed)| figure_line(expected, &computed))
        .collect()
}
