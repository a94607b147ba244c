//! Answers for programs.

use serde::Serialize;

use crate::{Answer, ClaimError, Verdict, counts};

#[derive(Serialize)]
struct Document<'a> {
    summary: Summary,
    claims: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Summary {
    claims: usize,
    holds: usize,
    holds_with_a_correction: usize,
    holds_in_part: usize,
    wrong: usize,
    context: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    article: Option<u8>,
    says: &'a str,
    verdict: Verdict,
    reason: &'a str,
    source: &'a str,
    tests: &'a [String],
    figures: Vec<Computed<'a>>,
}

#[derive(Serialize)]
struct Computed<'a> {
    key: &'a str,
    what: &'a str,
    unit: &'a str,
    value: String,
    article: Option<&'a str>,
}

fn computed(answer: &Answer) -> Vec<Computed<'_>> {
    let figures = answer.figures();
    let each = figures.map(|(expected, value)| Computed {
        key: &expected.key,
        what: &expected.what,
        unit: &expected.unit,
        value,
        article: expected.printed.as_deref(),
    });
    each.collect()
}

/// As JSON: a summary, and one object for every claim; figures are strings of decimal digits.
///
/// **Errors** [`ClaimError::Json`] when the writer fails.
pub fn json(answers: &[Answer]) -> Result<String, ClaimError> {
    let [holds, corrected, in_part, wrong, context] = counts(answers).map(|(_, count)| count);
    let rows = answers.iter().map(|answer| Row {
        id: &answer.claim.id,
        article: answer.claim.article().map(|article| article.number()),
        says: &answer.claim.says,
        verdict: answer.claim.verdict,
        reason: &answer.claim.reason,
        source: &answer.claim.source,
        tests: &answer.claim.proof,
        figures: computed(answer),
    });
    let document = Document {
        summary: Summary {
            claims: answers.len(),
            holds,
            holds_with_a_correction: corrected,
            holds_in_part: in_part,
            wrong,
            context,
        },
        claims: rows.collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

/// As CSV: one line for every figure, and one for every claim without figures.
#[must_use]
pub fn csv(answers: &[Answer]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = || -> csv::Result<()> {
        writer.write_record([
            "id", "verdict", "figure", "what", "value", "unit", "article", "says", "test",
        ])?;
        for answer in answers {
            let claim = &answer.claim;
            let verdict = claim.verdict.name();
            let test = claim.proof.first().map_or("", String::as_str);
            let figures = computed(answer);
            if figures.is_empty() {
                writer.write_record([&claim.id, verdict, "", "", "", "", "", &claim.says, test])?;
            }
            for each in figures {
                let printed = each.article.unwrap_or("");
                writer.write_record([
                    &claim.id,
                    verdict,
                    each.key,
                    each.what,
                    &each.value,
                    each.unit,
                    printed,
                    &claim.says,
                    test,
                ])?;
            }
        }
        Ok(())
    };
    // Memory takes every byte, and every line has the columns of the head.
    let written = write().is_ok();
    let bytes = writer.into_inner().unwrap_or_default();
    match written {
        true => String::from_utf8(bytes).unwrap_or_default(),
        false => String::new(),
    }
}
