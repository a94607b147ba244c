use seawall_units::{Ratio, Usd};

use crate::OracleError;

/// How a source makes what it publishes out of the outside price (M-3.4).
///
/// | design | publishes |
/// |---|---|
/// | `instant` | the outside price, every second |
/// | `push` | the outside price, when it has moved by the deviation or the heartbeat has passed |
/// | `arithmetic_twap` | the mean of the window's seconds |
/// | `geometric_twap` | the mean of the logarithms of the window's seconds |
/// | `pool` | the price that trades have left in a constant-product pool |
///
/// The median of several is what [`aggregate`](crate::aggregate) makes of the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Design {
    /// Publishes the outside price every second.
    #[default]
    Instant,
    /// Publishes the outside price by deviation and heartbeat.
    Push(PushConfig),
    /// Publishes the arithmetic mean of the last seconds.
    ArithmeticTwap(TwapConfig),
    /// Publishes the geometric mean of the last seconds.
    GeometricTwap(TwapConfig),
    /// Publishes the spot price of a constant-product pool.
    Pool(PoolConfig),
}

/// A push source: what makes it publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PushConfig {
    /// It publishes when the outside price is at least this share of its last price away from it;
    /// above 0, at most 1.
    pub deviation: Ratio,
    /// It publishes when its last price is this many seconds old, and a price counts as fresh as
    /// long; 1 to 86400.
    pub heartbeat: u64,
}

impl Default for PushConfig {
    /// 0.5 % and one hour.
    fn default() -> Self {
        Self {
            deviation: Ratio::bps(50),
            heartbeat: 3600,
        }
    }
}

/// A time-weighted average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TwapConfig {
    /// The seconds that are averaged, this one included; 1 to 86400.
    pub window: u64,
}

impl Default for TwapConfig {
    /// Half an hour.
    fn default() -> Self {
        Self { window: 1800 }
    }
}

/// A constant-product pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PoolConfig {
    /// USD in the pool at the opening price, with base of the same value beside them; 1000 to
    /// 10^12.
    pub reserve: Usd,
    /// What a trade pays on what it brings, kept beside the reserves; 0 to 10 %.
    pub fee: Ratio,
}

impl Default for PoolConfig {
    /// 5 million USD and 0.3 %.
    fn default() -> Self {
        Self {
            reserve: Usd::whole(5_000_000),
            fee: Ratio::bps(30),
        }
    }
}

/// One source of a market: how it publishes and how much it counts.
///
/// ```
/// use seawall_oracle::{Design, Feed, PushConfig};
/// let push = Feed { design: Design::Push(PushConfig::default()), weight: 2 };
/// assert_eq!((push.max_age(), Feed::default().max_age()), (Some(3600), None));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// How it publishes.
    pub design: Design,
    /// How much it weighs in the median; 1 or more.
    pub weight: u16,
}

impl Default for Feed {
    /// An instant source of weight one.
    fn default() -> Self {
        Self {
            design: Design::Instant,
            weight: 1,
        }
    }
}

impl Feed {
    /// The age up to which its quotes are fresh; the market's `max_age` when it has none of its
    /// own (M-3: a push source's heartbeat).
    #[must_use]
    pub const fn max_age(&self) -> Option<u64> {
        match self.design {
            Design::Push(push) => Some(push.heartbeat),
            _ => None,
        }
    }
}

/// The deviation of the laziest source when all of them push; `None` when one of them does not,
/// or when there are none (M-3.2).
///
/// A market whose sources all push executes orders at the mark that it has and asks for a
/// half-spread of at least this.
///
/// ```
/// use seawall_oracle::{Design, Feed, PushConfig, push_only};
/// let push = Feed { design: Design::Push(PushConfig::default()), weight: 1 };
/// assert_eq!(push_only(&[push, push]), Some("0.5%".parse()?));
/// assert_eq!(push_only(&[push, Feed::default()]), None);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn push_only(feeds: &[Feed]) -> Option<Ratio> {
    let deviations = feeds.iter().map(|feed| match feed.design {
        Design::Push(push) => Some(push.deviation),
        _ => None,
    });
    let deviations: Option<Vec<Ratio>> = deviations.collect();
    deviations?.into_iter().max()
}

impl Design {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`OracleError::Design`] for the first one that does not; its field is the path
    /// below the design, such as `push.heartbeat`.
    ///
    /// ```
    /// use seawall_oracle::{Design, TwapConfig};
    /// let none = Design::ArithmeticTwap(TwapConfig { window: 0 });
    /// let said = none.validate().map_err(|error| error.to_string());
    /// assert_eq!(said, Err("arithmetic_twap.window = 0; legal: 1 to 86400 s".to_owned()));
    /// ```
    pub fn validate(&self) -> Result<(), OracleError> {
        match *self {
            Self::Instant => Ok(()),
            Self::Push(push) => {
                let legal = push.deviation.is_positive() && push.deviation <= Ratio::ONE;
                within("push.deviation", push.deviation, "above 0 to 1", legal)?;
                seconds("push.heartbeat", push.heartbeat)
            }
            Self::ArithmeticTwap(twap) => seconds("arithmetic_twap.window", twap.window),
            Self::GeometricTwap(twap) => seconds("geometric_twap.window", twap.window),
            Self::Pool(pool) => {
                let most = Usd::whole(1_000_000).units().saturating_mul(1_000_000);
                let reserve = Usd::whole(1000).units()..=most;
                let legal = reserve.contains(&pool.reserve.units());
                within("pool.reserve", pool.reserve, "1000 to 10^12 USD", legal)?;
                let legal = (Ratio::ZERO..=Ratio::bps(1000)).contains(&pool.fee);
                within("pool.fee", pool.fee, "0 to 0.1", legal)
            }
        }
    }
}

fn seconds(field: &'static str, value: u64) -> Result<(), OracleError> {
    within(field, value, "1 to 86400 s", (1..=86_400).contains(&value))
}

fn within(
    field: &'static str,
    value: impl std::fmt::Display,
    legal: &'static str,
    is_legal: bool,
) -> Result<(), OracleError> {
    match is_legal {
        true => Ok(()),
        false => Err(OracleError::Design {
            field,
            value: value.to_string(),
            legal,
        }),
    }
}
