use seawall_paths::PathError;
use seawall_results::ResultsError;
use seawall_scenario::ScenarioError;
use seawall_sim::SimError;

/// Why a sweep cannot be planned or a path not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// A file says something that is not legal.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// A point of the grid cannot be run at all.
    #[error("point {point}: {error}")]
    Point {
        /// The point.
        point: usize,
        /// Why.
        error: Box<SimError>,
    },
    /// One path cannot be run at one point.
    #[error("path {path}, point {point}: {error}")]
    Path {
        /// The path.
        path: u64,
        /// The point.
        point: usize,
        /// Why.
        error: Box<SimError>,
    },
    /// One path has no prices.
    #[error("{0}")]
    Prices(#[from] PathError),
    /// Finished paths cannot be read or noted.
    #[error(transparent)]
    Results(#[from] ResultsError),
}
