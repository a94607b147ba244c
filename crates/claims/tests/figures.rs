//! What the code computes is what `fixtures/claims.toml` states, digit by digit.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::sync::LazyLock;

use seawall_claims::{Answer, Article, Ask, Verdict, answers, claims};

static ALL: LazyLock<Vec<Answer>> = LazyLock::new(|| answers(&Ask::default()).unwrap());

#[test]
fn every_figure_is_what_it_must_be() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for answer in ALL.iter() {
        compared += answer.values.len();
        for (expected, computed) in answer.differences() {
            let id = &answer.claim.id;
            wrong.push(format!(
                "{id} {}: {} came to {computed}",
                expected.key, expected.is
            ));
        }
    }
    assert!(compared > 300, "only {compared} figures");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_claim_is_answered_by_a_test_and_a_number_or_is_context() {
    let mut faults = Vec::new();
    for claim in claims().unwrap() {
        let answered = !claim.proof.is_empty() && !claim.figures.is_empty();
        if answered == (claim.verdict == Verdict::Context) {
            faults.push(claim.id.clone());
        }
        if claim.says.is_empty() || claim.reason.is_empty() || claim.source.is_empty() {
            faults.push(format!("{}: an empty field", claim.id));
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn the_claims_of_an_article_are_numbered_without_a_gap() {
    let claims = claims().unwrap();
    for article in Article::ALL {
        let of = claims
            .iter()
            .filter(|claim| claim.article() == Some(article));
        let numbers: Vec<u32> = of.filter_map(|claim| claim.number()).collect();
        let expected: Vec<u32> = (1..=article.claims()).collect();
        assert_eq!(numbers, expected, "{article}");
    }
}

#[test]
fn an_answer_to_one_claim_is_the_one_among_all() {
    for id in ["S0-17", "S1-17", "S3-22"] {
        let ask = Ask {
            ids: vec![id.to_owned()],
            ..Ask::default()
        };
        let alone = answers(&ask).unwrap();
        assert_eq!(alone.len(), 1);
        assert!(ALL.contains(&alone[0]));
    }
}
