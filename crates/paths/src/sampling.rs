use serde::{Deserialize, Serialize};

use crate::ParamError;

/// How the paths of a sweep relate to each other.
///
/// ```
/// use seawall_paths::Sampling;
/// assert_eq!(Sampling::Antithetic.sample(), 2);
/// assert_eq!(Sampling::Sobol { sequence: 1024 }.sample(), 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Sampling {
    /// Each path has numbers of its own.
    #[default]
    Independent,
    /// Path 2k + 1 mirrors path 2k: its normal numbers are the negated ones, its uniform numbers
    /// are one minus those.
    ///
    /// **Source** Hammersley and Morton (1956).
    Antithetic,
    /// The price's own normal numbers come from Owen-scrambled Sobol sequences, through a Brownian
    /// bridge that puts their first dimensions on the largest moves.
    ///
    /// **Source** Sobol (1967); Owen (1995); Caflisch, Morokoff and Owen (1997) for the bridge.
    Sobol {
        /// Paths of one scrambled sequence, a power of two from 2 to 65,536. The next sequence has
        /// another scramble, so a standard error comes from the means of whole sequences.
        sequence: u64,
    },
}

/// The longest sequence that the generator offers.
const LONGEST: u64 = 1 << 16;

impl Sampling {
    /// Consecutive paths, from a multiple of this on, that form one independent sample.
    #[must_use]
    pub const fn sample(self) -> u64 {
        match self {
            Self::Independent => 1,
            Self::Antithetic => 2,
            Self::Sobol { sequence } => sequence,
        }
    }

    /// Its key in a file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Independent => "independent",
            Self::Antithetic => "antithetic",
            Self::Sobol { .. } => "sobol",
        }
    }

    /// Whether its length is legal.
    ///
    /// **Errors** [`ParamError`] for a sequence that is no power of two from 2 to 65,536: only
    /// those are balanced in every dimension.
    pub fn validate(self) -> Result<(), ParamError> {
        match self {
            Self::Sobol { sequence }
                if !sequence.is_power_of_two() || !(2..=LONGEST).contains(&sequence) =>
            {
                let legal = "a power of two from 2 to 65536";
                Err(ParamError::new("sobol.sequence", sequence, legal))
            }
            _ => Ok(()),
        }
    }
}
