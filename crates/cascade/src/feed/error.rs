use seawall_oracle::OracleError;

/// Why there is no such feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeedError {
    /// A parameter out of its range.
    #[error("{field} = {value}; legal: {legal}")]
    Range {
        /// Its path below the feed.
        field: String,
        /// What was given.
        value: String,
        /// The legal range.
        legal: &'static str,
    },
    /// A pool that there is not, or that has nothing in it at the opening.
    #[error("no price of a pool {pool}; legal: a pool of this file that is not empty")]
    Pool {
        /// Its name.
        pool: String,
    },
    /// A token that has no outside price.
    #[error("no outside price of {token}; legal: a token of this file")]
    Token {
        /// Its name.
        token: String,
    },
    /// A parameter of a source's design.
    #[error(transparent)]
    Design(#[from] OracleError),
}

impl FeedError {
    pub(crate) fn range(field: &str, value: impl std::fmt::Display, legal: &'static str) -> Self {
        Self::Range {
            field: field.to_owned(),
            value: value.to_string(),
            legal,
        }
    }

    pub(crate) fn no_pool(pool: &str) -> Self {
        Self::Pool {
            pool: pool.to_owned(),
        }
    }

    pub(crate) fn no_token(token: &str) -> Self {
        Self::Token {
            token: token.to_owned(),
        }
    }

    pub(crate) fn empty_median() -> Self {
        Self::range("median.of", 0, "1 to 31 feeds")
    }

    /// The same error seen from further out.
    pub(crate) fn below(self, path: &str) -> Self {
        match self {
            Self::Range {
                field,
                value,
                legal,
            } => Self::Range {
                field: format!("{path}.{field}"),
                value,
                legal,
            },
            other => other,
        }
    }
}
