//! Answers as Markdown, and docs/claims.md.

use std::fmt::Write;

use super::figure_lines;
use crate::{Answer, Article, Verdict, counts};

const HEAD: &str = "\
# Claims of four articles, answered

Written from `fixtures/claims.toml` and from what the code computes; a test holds them equal
(`UPDATE_DOCS=1 cargo test -p seawall-claims` rewrites this page). `seawall claims` prints the same,
`seawall claims S1-17` one claim in full.

Four published articles make 126 statements: on divergence loss as an amplifier of a falling market
(article 0) and as a trap (article 1), on its derivation (article 2), and on a perpetual market with
tranched vaults (article 3). Their statements are given in words of our own. Each has a verdict:

| verdict | meaning |
|---|---|
| holds | as it was made |
| holds with a correction | the direction is right, a figure or a word is not |
| holds in part | under a condition that the statement leaves out |
| wrong | it does not hold |
| context | a name, an event or an opinion: nothing to compute |

Every figure below is computed by the code when the page is made. What an article prints stands in
brackets behind it.
";

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '|' | '*' | '_' | '<' | '>') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn row(answer: &Answer) -> String {
    let claim = &answer.claim;
    let figures: Vec<String> = figure_lines(answer).iter().map(|l| escaped(l)).collect();
    let tests: Vec<String> = claim.proof.iter().map(|test| format!("`{test}`")).collect();
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        claim.id,
        escaped(&claim.says),
        claim.verdict,
        escaped(&claim.reason),
        figures.join("<br>"),
        tests.join("<br>"),
    )
}

/// A table of the answers with their reasons.
#[must_use]
pub fn markdown(answers: &[Answer]) -> String {
    let mut text = String::from(
        "| id | the article says | verdict | because | our numbers | tests |\n|---|---|---|---|---|---|\n",
    );
    text.extend(answers.iter().map(row));
    text
}

fn listed(answers: &[Answer], verdict: Verdict) -> String {
    let of = answers.iter().filter(|each| each.claim.verdict == verdict);
    let mut text = String::new();
    for answer in of {
        let claim = &answer.claim;
        let _ = writeln!(
            text,
            "* **{}** {} {}",
            claim.id,
            sentence(&escaped(&claim.says)),
            escaped(&claim.reason)
        );
        for line in figure_lines(answer) {
            let _ = writeln!(text, "  * {}", escaped(&line));
        }
    }
    text
}

/// With a full stop.
fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

/// docs/claims.md of all claims.
#[must_use]
pub fn page(answers: &[Answer]) -> String {
    let mut text = String::from(HEAD);
    text.push_str("\n## Summary\n\n| article |");
    for verdict in Verdict::ALL {
        let _ = write!(text, " {verdict} |");
    }
    text.push_str(" all |\n|---|---:|---:|---:|---:|---:|---:|\n");
    let line = |title: &str, answers: &[Answer]| {
        let cells = counts(answers).map(|(_, count)| format!(" {count} |"));
        format!("| {title} |{} {} |\n", cells.concat(), answers.len())
    };
    for article in Article::ALL {
        let of = of(answers, article);
        text.push_str(&line(&format!("{article}, {}", article.about()), &of));
    }
    text.push_str(&line("all", answers));
    text.push_str("\n## What is wrong, and what is right instead\n\n");
    text.push_str(&listed(answers, Verdict::Wrong));
    text.push_str("\n## What needs a correction\n\n");
    text.push_str(&listed(answers, Verdict::HoldsWithACorrection));
    for article in Article::ALL {
        let _ = write!(
            text,
            "\n## Article {}: {}\n\n",
            article.number(),
            article.about()
        );
        text.push_str(&markdown(&of(answers, article)));
    }
    text
}

fn of(answers: &[Answer], article: Article) -> Vec<Answer> {
    let of = answers
        .iter()
        .filter(|each| each.claim.article() == Some(article));
    of.cloned().collect()
}
