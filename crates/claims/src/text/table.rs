//! Answers for people at a terminal.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};

use super::figure_lines;
use crate::{Answer, summary};

/// Columns of the table.
const WIDTH: u16 = 118;

/// Every answer in a row: what the article says, the verdict, our numbers, the test.
#[must_use]
pub fn table(answers: &[Answer]) -> String {
    let mut table = Table::new();
    table
        .load_style(UTF8_HORIZONTAL_ONLY)
        .force_no_tty()
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH)
        .set_header(["id", "the article says", "verdict", "our numbers", "test"]);
    for answer in answers {
        let claim = &answer.claim;
        table.add_row([
            claim.id.clone(),
            claim.says.clone(),
            claim.verdict.to_string(),
            figure_lines(answer).join("\n"),
            claim.proof.first().cloned().unwrap_or_default(),
        ]);
    }
    let table = table.to_string();
    let lines: String = table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect();
    format!("{lines}\n{}\n", summary(answers))
}

/// One answer with everything that is known about it.
#[must_use]
pub fn full(answer: &Answer) -> String {
    let claim = &answer.claim;
    let about = claim.article();
    let about = about.map_or("", |article| article.about());
    let number = claim.article().map_or(0, |article| article.number());
    let mut text = format!("{}: {}\n", claim.id, claim.verdict);
    let mut part = |name: &str, lines: &[String]| {
        for (place, line) in lines.iter().enumerate() {
            let name = if place == 0 { name } else { "" };
            let wrapped = wrapped(line, usize::from(WIDTH) - 16);
            for (place, line) in wrapped.iter().enumerate() {
                let name = if place == 0 { name } else { "" };
                text.push_str(format!("  {name:<12}  {line}").trim_end());
                text.push('\n');
            }
        }
    };
    part("article", &[format!("{number}, {about}")]);
    part("says", std::slice::from_ref(&claim.says));
    part("because", std::slice::from_ref(&claim.reason));
    part("our numbers", &figure_lines(answer));
    part("source", std::slice::from_ref(&claim.source));
    part("tests", &claim.proof);
    text
}

/// Text in lines of at most so many characters, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 0 && line + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrapped("longer than that", 4), ["longer", "than", "that"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
