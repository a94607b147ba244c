use seawall_oracle::Design;
use seawall_units::{Ratio, TokenPrice};

use crate::config::{LEGAL_PRICES, is_legal_price};
use crate::feed::{FeedError, SharePricing};

/// The longest time in seconds that any parameter takes: one day.
const MAX_SECONDS: u64 = 86_400;
/// How deep feeds may lie within feeds.
const MAX_DEPTH: usize = 8;

/// Where a price comes from. Feeds may lie within feeds, up to eight deep.
///
/// ```
/// use seawall_cascade::feed::FeedConfig;
/// #[derive(serde::Deserialize)]
/// struct File { feed: FeedConfig }
/// let file: File = toml::from_str(r#"
///     [feed.clamped]
///     inner = { outside = { token = "LUNA" } }
///     min = "0.107"
/// "#)?;
/// assert!(file.feed.validate().is_ok());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FeedConfig {
    /// The spot price of a pool, as it is in this moment.
    PoolSpot {
        /// The name of the pool.
        pool: String,
    },
    /// The outside price of a token.
    Outside {
        /// The name of the token.
        token: String,
    },
    /// A price that never moves, such as a stablecoin counted as one.
    Fixed {
        /// Quote per token.
        price: TokenPrice,
    },
    /// What a source makes of another feed: pushed by deviation and heartbeat, averaged, or held in
    /// a pool of its own.
    Source {
        /// The feed that the source watches.
        inner: Box<FeedConfig>,
        /// How it publishes.
        design: Design,
    },
    /// Another feed that never shows less or more than a contract allows.
    Clamped {
        /// The feed.
        inner: Box<FeedConfig>,
        /// The least price that is shown; none when it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<TokenPrice>,
        /// The highest price that is shown; none when it is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<TokenPrice>,
    },
    /// What another feed showed some time ago. With `seconds` and `step` of an hour: a price that
    /// changes on the hour to what was seen one hour before.
    Delayed {
        /// The feed.
        inner: Box<FeedConfig>,
        /// How long ago, in seconds; 1 to 86400.
        seconds: u64,
        /// It changes only at whole multiples of this from the start, in seconds; 1 to 86400.
        #[serde(default = "one_second")]
        step: u64,
    },
    /// The middle of several feeds; of an even number, the mean of the two in the middle.
    Median {
        /// The feeds; 1 to 31.
        of: Vec<FeedConfig>,
        /// The last price stands unless more than half of the feeds lie within this share of the
        /// middle; above 0 to 1. Without it the middle is always shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_deviation: Option<Ratio>,
    },
    /// What one LP share of a pool is worth in quote.
    LpShare {
        /// The name of the pool.
        pool: String,
        /// From the reserves as they are, or from what they would be at the price.
        pricing: SharePricing,
        /// The price of the pool's token in quote.
        price: Box<FeedConfig>,
    },
    /// Another feed that is broken for a while.
    Faulty {
        /// The feed.
        inner: Box<FeedConfig>,
        /// What is wrong with it.
        fault: Fault,
        /// From when, in seconds from the start.
        #[serde(default)]
        from: u64,
        /// Until when, in seconds from the start; to the end when it is left out.
        #[serde(default = "for_ever")]
        until: u64,
    },
}

const fn one_second() -> u64 {
    1
}

const fn for_ever() -> u64 {
    u64::MAX
}

/// What is wrong with a feed. It spoils what is shown; put it inside of a source to spoil what the
/// source sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Shows what it showed when the fault began.
    Frozen {},
    /// Shows its price plus this share of it.
    Offset {
        /// The share; above −1 to 1000.
        by: Ratio,
    },
    /// Shows what it would have shown so long ago; what it showed when the fault began until then.
    Late {
        /// How long ago, in seconds; 1 to 86400.
        seconds: u64,
    },
}

/// A name that a feed takes its price from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named<'a> {
    /// A pool.
    Pool(&'a str),
    /// A token.
    Token(&'a str),
}

impl FeedConfig {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`FeedError`] for the first one that does not, with its path below the feed.
    pub fn validate(&self) -> Result<(), FeedError> {
        self.check(MAX_DEPTH)
    }

    /// The pools and tokens that it takes prices from, each with the path of the key that names it.
    ///
    /// ```
    /// use seawall_cascade::feed::{FeedConfig, Named};
    /// let spot = FeedConfig::PoolSpot { pool: "TOK".to_owned() };
    /// let feed = FeedConfig::Median { of: vec![spot], max_deviation: None };
    /// assert_eq!(feed.names(), [("median.of.0.pool_spot.pool".to_owned(), Named::Pool("TOK"))]);
    /// ```
    #[must_use]
    pub fn names(&self) -> Vec<(String, Named<'_>)> {
        let own = match self {
            Self::PoolSpot { pool } => Some(("pool_spot.pool", Named::Pool(pool))),
            Self::Outside { token } => Some(("outside.token", Named::Token(token))),
            Self::LpShare { pool, .. } => Some(("lp_share.pool", Named::Pool(pool))),
            _ => None,
        };
        let own = own.map(|(path, name)| (path.to_owned(), name));
        let inner = self.inner().into_iter().flat_map(|(path, feed)| {
            let below = move |(rest, name)| (format!("{path}.{rest}"), name);
            feed.names().into_iter().map(below)
        });
        own.into_iter().chain(inner).collect()
    }

    /// The feeds within it, each with its path.
    fn inner(&self) -> Vec<(String, &Self)> {
        fn one<'a>(path: &str, feed: &'a FeedConfig) -> Vec<(String, &'a FeedConfig)> {
            vec![(path.to_owned(), feed)]
        }
        match self {
            Self::PoolSpot { .. } | Self::Outside { .. } | Self::Fixed { .. } => Vec::new(),
            Self::Source { inner, .. } => one("source.inner", inner),
            Self::Clamped { inner, .. } => one("clamped.inner", inner),
            Self::Delayed { inner, .. } => one("delayed.inner", inner),
            Self::LpShare { price, .. } => one("lp_share.price", price),
            Self::Faulty { inner, .. } => one("faulty.inner", inner),
            Self::Median { of, .. } => {
                let numbered = of.iter().enumerate();
                numbered
                    .map(|(index, feed)| (format!("median.of.{index}"), feed))
                    .collect()
            }
        }
    }

    fn check(&self, depth: usize) -> Result<(), FeedError> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(FeedError::range(
                "inner",
                "deeper",
                "8 feeds within each other",
            ));
        };
        self.check_own()?;
        for (path, feed) in self.inner() {
            feed.check(depth).map_err(|error| error.below(&path))?;
        }
        Ok(())
    }

    fn check_own(&self) -> Result<(), FeedError> {
        match self {
            Self::Source { design, .. } => Ok(design.validate()?),
            Self::Clamped { min, max, .. } => match (min, max) {
                (Some(min), Some(max)) if min > max => {
                    let legal = "at least clamped.min";
                    Err(FeedError::range("clamped.max", max, legal))
                }
                (min, max) => {
                    stated("clamped.min", *min)?;
                    stated("clamped.max", *max)
                }
            },
            Self::Fixed { price } => stated("fixed.price", Some(*price)),
            Self::Delayed {
                seconds: late,
                step,
                ..
            } => {
                seconds("delayed.seconds", *late)?;
                seconds("delayed.step", *step)
            }
            Self::Median { of, max_deviation } => {
                if !(1..=31).contains(&of.len()) {
                    return Err(FeedError::range("median.of", of.len(), "1 to 31 feeds"));
                }
                match max_deviation {
                    Some(most) if !most.is_positive() || *most > Ratio::ONE => Err(
                        FeedError::range("median.max_deviation", most, "above 0 to 1"),
                    ),
                    _ => Ok(()),
                }
            }
            Self::Faulty {
                fault, from, until, ..
            } => {
                if from >= until {
                    return Err(FeedError::range("faulty.until", until, "above faulty.from"));
                }
                fault
                    .validate()
                    .map_err(|error| error.below("faulty.fault"))
            }
            _ => Ok(()),
        }
    }
}

/// A price that a file states, if it states one.
fn stated(field: &'static str, price: Option<TokenPrice>) -> Result<(), FeedError> {
    match price.filter(|price| !is_legal_price(*price)) {
        Some(price) => Err(FeedError::range(field, price, LEGAL_PRICES)),
        None => Ok(()),
    }
}

impl Fault {
    /// Whether its parameter lies in its legal range.
    ///
    /// **Errors** [`FeedError::Range`] when it does not.
    pub fn validate(&self) -> Result<(), FeedError> {
        match self {
            Self::Frozen {} => Ok(()),
            Self::Offset { by } => {
                let legal = *by > -Ratio::ONE && *by <= Ratio::bps(10_000_000);
                match legal {
                    true => Ok(()),
                    false => Err(FeedError::range("offset.by", by, "above -1 to 1000")),
                }
            }
            Self::Late { seconds: late } => seconds("late.seconds", *late),
        }
    }
}

fn seconds(field: &str, value: u64) -> Result<(), FeedError> {
    match (1..=MAX_SECONDS).contains(&value) {
        true => Ok(()),
        false => Err(FeedError::range(field, value, "1 to 86400 s")),
    }
}
