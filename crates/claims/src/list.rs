//! The list of claims, as `fixtures/claims.toml` states it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{Article, Claim, ClaimError, Verdict};

const TEXT: &str = include_str!("../../../fixtures/claims.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    claim: Vec<Claim>,
}

/// Every claim of the four articles, in their order.
///
/// **Errors** [`ClaimError::List`] when the file is not of its form, [`ClaimError::Id`] when an id
/// is none or stands there twice.
///
/// ```
/// let claims = seawall_claims::claims()?;
/// let isolation = claims.iter().find(|claim| claim.id == "S3-25");
/// assert!(isolation.is_some_and(|claim| claim.verdict.words() == "holds"));
/// # Ok::<(), seawall_claims::ClaimError>(())
/// ```
pub fn claims() -> Result<Vec<Claim>, ClaimError> {
    parse(TEXT)
}

fn parse(text: &str) -> Result<Vec<Claim>, ClaimError> {
    let File { claim: mut claims } = toml::from_str(text)?;
    let mut seen = BTreeSet::new();
    for claim in &claims {
        let legal = claim.article().zip(claim.number());
        let legal = legal.is_some_and(|(article, number)| {
            (1..=article.claims()).contains(&number)
                && claim.id == format!("S{}-{number:02}", article.number())
        });
        if !legal || !seen.insert(claim.id.clone()) {
            return Err(ClaimError::Id {
                id: claim.id.clone(),
            });
        }
    }
    claims.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(claims)
}

/// Which claims are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    /// By id, in any case; all when there is none.
    pub ids: Vec<String>,
    /// Of one article.
    pub article: Option<Article>,
    /// With one verdict.
    pub verdict: Option<Verdict>,
}

impl Ask {
    /// The claims that were asked for, in the order of the list.
    ///
    /// **Errors** [`ClaimError::Unknown`] for an id that is not in the list, with one that is.
    ///
    /// ```
    /// use seawall_claims::{Ask, claims};
    ///
    /// let ask = Ask { ids: vec![String::from("s3-17")], ..Ask::default() };
    /// assert_eq!(ask.among(claims()?)?.len(), 1);
    /// # Ok::<(), seawall_claims::ClaimError>(())
    /// ```
    pub fn among(&self, claims: Vec<Claim>) -> Result<Vec<Claim>, ClaimError> {
        for asked in &self.ids {
            if !claims.iter().any(|claim| is(claim, asked)) {
                return Err(ClaimError::Unknown {
                    asked: asked.clone(),
                    near: nearest(&claims, asked),
                });
            }
        }
        let mut kept = claims;
        kept.retain(|claim| {
            let by_id = self.ids.is_empty() || self.ids.iter().any(|asked| is(claim, asked));
            let by_article = self.article.is_none_or(|it| claim.article() == Some(it));
            by_id && by_article && self.verdict.is_none_or(|it| claim.verdict == it)
        });
        Ok(kept)
    }
}

fn is(claim: &Claim, asked: &str) -> bool {
    claim.id.eq_ignore_ascii_case(asked)
}

/// The id that is closest to what was asked; of several, one with the same letters in another order.
fn nearest(claims: &[Claim], asked: &str) -> Option<String> {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let asked = asked.to_ascii_uppercase();
    let distance = |claim: &Claim| strsim::damerau_levenshtein(&claim.id, &asked);
    let key = |claim: &&Claim| (distance(claim), sorted(&claim.id) != sorted(&asked));
    let near = claims.iter().min_by_key(key)?;
    (distance(near) <= 2).then(|| near.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(id: &str) -> String {
        format!(
            "[[claim]]\nid = \"{id}\"\nsays = \"a\"\nverdict = \"holds\"\nreason = \"b\"\nsource = \"c\"\n"
        )
    }

    #[test]
    fn an_id_belongs_to_its_article_once() {
        assert!(parse(&one("S3-36")).is_ok());
        for wrong in ["S3-37", "S4-01", "S1-1", "S1-00", "1-01", "S1-x"] {
            assert!(parse(&one(wrong)).is_err(), "{wrong}");
        }
        assert!(parse(&format!("{}{}", one("S0-01"), one("S0-01"))).is_err());
        assert!(parse(&one("S0-01").replace("holds", "maybe")).is_err());
    }

    #[test]
    fn an_unknown_id_is_met_with_one_that_reads_like_it() {
        let ask = |id: &str| Ask {
            ids: vec![id.to_owned()],
            ..Ask::default()
        };
        let said = |id: &str| match ask(id).among(claims().unwrap()) {
            Err(error) => error.to_string(),
            Ok(_) => String::new(),
        };
        assert!(said("S3-51").contains("did you mean `S3-15`?"));
        assert!(!said("everything").contains("did you mean"));
        assert_eq!(said("s3-36"), "");
    }
}
