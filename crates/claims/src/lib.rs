//! Published claims about divergence loss, downward spirals and tranched perpetual markets, each
//! with a verdict, figures that are computed when they are asked for, and the test that shows it.
//!
//! | file | idea |
//! |---|---|
//! | `claim` | a claim, its verdict, what it must come to |
//! | `list` | `fixtures/claims.toml`, and which of it is asked for |
//! | `figures/` | the computations, by claim |
//! | `bench` | scenarios and cascades that several claims share |
//! | `answer` | claims with their figures |
//! | `text/` | as a table, in full, as Markdown, JSON, CSV, and as the page docs/claims.md |
//!
//! Nothing in an answer is copied: `fixtures/claims.toml` states what a figure must come to, and a
//! test compares.

mod answer;
mod bench;
mod claim;
mod error;
mod figures;
mod list;
mod text;
mod value;

pub use answer::{Answer, answers, counts, summary};
pub use claim::{Article, Claim, Expected, Verdict};
pub use error::ClaimError;
pub use list::{Ask, claims};
pub use text::{csv, full, json, markdown, page, table};
pub use value::{Figure, Value};
