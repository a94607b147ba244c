use seawall_scenario::ScenarioError;
use seawall_venue::SetupError;

use crate::VenueName;

/// Why a scenario cannot be run through a venue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SimError {
    /// The file says something that is not legal.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
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
