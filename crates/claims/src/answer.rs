//! Claims with what was computed for them.

use crate::bench::Bench;
use crate::figures::figures;
use crate::{Ask, Claim, ClaimError, Expected, Value, Verdict, claims};

/// A claim and its figures, computed now.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The claim.
    pub claim: Claim,
    /// One for every figure that it states, in their order.
    pub values: Vec<Value>,
}

impl Answer {
    /// Each figure as it is expected, and as it was computed with as many decimals.
    pub fn figures(&self) -> impl Iterator<Item = (&Expected, String)> {
        let pairs = self.claim.figures.iter().zip(&self.values);
        pairs.map(|(expected, value)| (expected, value.text(expected.decimals())))
    }

    /// Figures that did not come to what they must: the figure, and what it came to.
    pub fn differences(&self) -> impl Iterator<Item = (&Expected, String)> {
        self.figures()
            .filter(|(expected, computed)| expected.is != *computed)
    }
}

/// Computes every figure of the claims that are asked for.
///
/// **Errors** [`ClaimError`]: an unknown id, or a figure that is stated and not computed or
/// computed and not stated.
///
/// ```
/// use seawall_claims::{Ask, answers};
///
/// let ask = Ask { ids: vec![String::from("S3-24")], ..Ask::default() };
/// let [answer] = &answers(&ask)?[..] else { unreachable!("one was asked for") };
/// assert_eq!(answer.differences().count(), 0);
/// # Ok::<(), seawall_claims::ClaimError>(())
/// ```
pub fn answers(ask: &Ask) -> Result<Vec<Answer>, ClaimError> {
    let bench = Bench::default();
    let asked = ask.among(claims()?)?;
    asked
        .into_iter()
        .map(|claim| answer(claim, &bench))
        .collect()
}

fn answer(claim: Claim, bench: &Bench) -> Result<Answer, ClaimError> {
    let computed = figures(&claim.id, bench)?;
    let unmatched = |key: &str| ClaimError::Unmatched {
        id: claim.id.clone(),
        key: key.to_owned(),
    };
    let stated = |key: &str| claim.figures.iter().any(|each| each.key == key);
    if let Some(extra) = computed.iter().find(|each| !stated(each.key)) {
        return Err(unmatched(extra.key));
    }
    let value = |expected: &Expected| {
        let found = computed.iter().find(|each| each.key == expected.key);
        let value = found.map(|each| each.value.clone());
        value.ok_or_else(|| unmatched(&expected.key))
    };
    let values: Result<Vec<Value>, ClaimError> = claim.figures.iter().map(value).collect();
    let values = values?;
    Ok(Answer { claim, values })
}

/// How many of the answers have each verdict.
#[must_use]
pub fn counts(answers: &[Answer]) -> [(Verdict, usize); 5] {
    Verdict::ALL.map(|verdict| {
        let of = answers.iter().filter(|each| each.claim.verdict == verdict);
        (verdict, of.count())
    })
}

/// The counts in one line.
#[must_use]
pub fn summary(answers: &[Answer]) -> String {
    let counts = counts(answers);
    let parts = counts.iter().filter(|(_, count)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    let claims = if answers.len() == 1 {
        "claim"
    } else {
        "claims"
    };
    format!("{} {claims}: {}.", answers.len(), parts.join(", "))
}
