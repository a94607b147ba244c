use std::fmt::Display;

use seawall_units::Ratio;

/// A parameter outside of its legal range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {value}; legal: {legal}")]
pub struct ParamError {
    /// The field, as a file writes it, such as `regimes[1].volatility`.
    pub field: String,
    /// Its value.
    pub value: String,
    /// What would have been legal.
    pub legal: String,
}

impl ParamError {
    /// The error of this field.
    pub(crate) fn new(field: &str, value: impl Display, legal: impl Display) -> Self {
        Self {
            field: field.to_owned(),
            value: value.to_string(),
            legal: legal.to_string(),
        }
    }
}

/// Whether `value` lies between whole numbers, both included.
pub(crate) fn within(
    field: &str,
    value: Ratio,
    (least, most): (i32, i32),
) -> Result<(), ParamError> {
    if (Ratio::whole(least)..=Ratio::whole(most)).contains(&value) {
        return Ok(());
    }
    Err(ParamError::new(field, value, format!("{least} to {most}")))
}

/// Whether a whole number lies between two others, both included.
pub(crate) fn counted(
    field: &str,
    value: u64,
    (least, most): (u64, u64),
) -> Result<(), ParamError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ParamError::new(field, value, format!("{least} to {most}")))
}

/// Why there is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A parameter lies outside of its legal range.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// A model that needs a recorded path was given none.
    #[error("the model {model} needs a recorded path; name one, or take another model")]
    NoRecording {
        /// The model's name.
        model: &'static str,
    },
    /// A path's tick is not a whole number of recorded ones.
    #[error(
        "a tick of {tick} s is not a multiple of the {recorded} s between recorded prices; take a multiple"
    )]
    Unaligned {
        /// Seconds of the path's tick.
        tick: u32,
        /// Seconds between recorded prices.
        recorded: u32,
    },
    /// A recorded path is shorter than what is asked of it.
    #[error("the recorded path has {recorded} ticks of this length; this needs at least {needed}")]
    TooShort {
        /// Ticks that were recorded.
        recorded: u64,
        /// Ticks that are needed.
        needed: u64,
    },
    /// A sampling that changes nothing, or cannot be, with this model.
    #[error("{sampling} sampling has nothing to act on in the model {model}; take independent")]
    Sampling {
        /// The sampling's name.
        sampling: &'static str,
        /// The model's name.
        model: &'static str,
    },
    /// A price left the range of prices upwards.
    #[error(
        "path {path} leaves the range of prices at tick {tick}; legal: up to 1000000000000 USD; lower the drift, the volatility or the jumps"
    )]
    Beyond {
        /// The path.
        path: u64,
        /// The tick.
        tick: u64,
    },
}
