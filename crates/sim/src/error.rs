use seawall_scenario::ScenarioError;
use seawall_units::Usd;
use seawall_venue::SetupError;

use crate::VenueName;

/// Why a scenario cannot be run through a venue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// The file says something that is not legal.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The second asked about is not of the scenario.
    #[error("second {at} is not of the scenario; legal: 0 to {last}")]
    Second {
        /// Seconds after the start.
        at: u64,
        /// The last second.
        last: u64,
    },
    /// A venue cannot hold the net skew asked about.
    #[error(
        "{venue} cannot hold this net skew: `{limit}` is {value} USD; legal: at most {allowed} USD"
    )]
    Skew {
        /// Which venue.
        venue: VenueName,
        /// Which of its limits.
        limit: &'static str,
        /// What the skew comes to.
        value: Usd,
        /// The most that is allowed.
        allowed: Usd,
    },
    /// A venue cannot be started with the scenario's positions and capital.
    #[error("{place}")]
    Setup {
        /// Which venue.
        venue: VenueName,
        /// Why.
        #[source]
        error: SetupError,
        /// The same with the place in the file, the account's name there and the remedy.
        place: Box<ScenarioError>,
    },
}
