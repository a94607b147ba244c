//! What can go wrong between the list and its figures.

use seawall_scenario::ScenarioError;
use seawall_sim::SimError;

/// Why the claims cannot be answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// The list of claims is not of its form.
    #[error("fixtures/claims.toml: {0}")]
    List(#[from] toml::de::Error),
    /// A claim in the list cannot be placed.
    #[error("fixtures/claims.toml: `{id}` is no id; legal: S0-01 to S3-36, once each")]
    Id {
        /// As it was written.
        id: String,
    },
    /// A claim was asked for that there is not.
    #[error("there is no claim `{asked}`{}; legal: S0-01 to S0-40, S1-01 to S1-28, S2-01 to S2-22, S3-01 to S3-36", suggestion(.near))]
    Unknown {
        /// As it was asked.
        asked: String,
        /// An id that reads much like it.
        near: Option<String>,
    },
    /// A figure is expected that nothing computes, or computed and not expected.
    #[error("{id}: the figure `{key}` is not both stated and computed")]
    Unmatched {
        /// Whose.
        id: String,
        /// Its name.
        key: String,
    },
    /// A closed form was asked outside of its range.
    #[error("{0}")]
    Lp(#[from] seawall_lp::LpError),
    /// A scenario of the workspace cannot be read.
    #[error("{0}")]
    Scenario(#[from] ScenarioError),
    /// A scenario of the workspace cannot be run.
    #[error("{0}")]
    Sim(#[from] SimError),
    /// A computation left the range of its numbers, or a run has not the part that was asked for.
    #[error("{what} cannot be computed")]
    Missing {
        /// What was asked for.
        what: &'static str,
    },
    /// The answer cannot be written as JSON.
    #[error("the claims cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

fn suggestion(near: &Option<String>) -> String {
    near.as_ref()
        .map_or_else(String::new, |id| format!(", did you mean `{id}`?"))
}
