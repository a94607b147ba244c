use seawall_venue::SetupError;

/// A validation cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ValidationError {
    /// A file is not of its form; the message names line, column and the legal values.
    #[error("{file}: {message}")]
    File {
        /// Which file.
        file: String,
        /// What the reader says.
        message: String,
    },
    /// An assumption is out of its range.
    #[error("`{field}` is {value}; legal: {legal}")]
    Assumption {
        /// Path of the field.
        field: String,
        /// What was given.
        value: String,
        /// The legal range.
        legal: &'static str,
    },
    /// A venue cannot be opened with what was drawn.
    #[error("seed {seed}, {what}: {fault}")]
    Setup {
        /// Whose draw.
        seed: u64,
        /// Which venue.
        what: String,
        /// What the venue says.
        fault: SetupError,
    },
}

impl ValidationError {
    pub(crate) fn file(file: &str, fault: &dyn std::fmt::Display) -> Self {
        Self::File {
            file: file.to_owned(),
            message: fault.to_string(),
        }
    }

    pub(crate) fn assumption(
        field: impl Into<String>,
        value: impl ToString,
        legal: &'static str,
    ) -> Self {
        Self::Assumption {
            field: field.into(),
            value: value.to_string(),
            legal,
        }
    }
}
