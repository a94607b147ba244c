use seawall_units::Ratio;

/// The longest time in seconds that any parameter takes: one day.
const MAX_SECONDS: u64 = 86_400;

/// The parameters of M-3, checked by [`OracleConfig::validate`].
///
/// ```
/// use seawall_oracle::OracleConfig;
/// let config = OracleConfig::default();
/// assert_eq!((config.quorum, config.max_age, config.grace, config.reopening), (2, 10, 60, 300));
/// assert!(OracleConfig { quorum: 0, ..config }.validate().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct OracleConfig {
    /// How many sources must agree for a mark to be valid; 1 or more.
    pub quorum: u16,
    /// The age in seconds up to which a quote is fresh that has no age of its own (a push
    /// source's has: the heartbeat).
    pub max_age: u64,
    /// How far a source may lie from the median, as a ratio of the median.
    pub max_deviation: Ratio,
    /// Seconds without a valid mark before the market halts.
    pub grace: u64,
    /// Seconds of reducing and adding margin only after a halt.
    pub reopening: u64,
}

impl Default for OracleConfig {
    fn default() -> Self {
        Self {
            quorum: 2,
            max_age: 10,
            max_deviation: Ratio::bps(100),
            grace: 60,
            reopening: 300,
        }
    }
}

impl OracleConfig {
    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`OracleError`] for the first one that does not.
    pub fn validate(&self) -> Result<(), OracleError> {
        if self.quorum == 0 {
            return Err(OracleError::Quorum { value: self.quorum });
        }
        if !self.max_deviation.is_positive() || self.max_deviation > Ratio::ONE {
            return Err(OracleError::MaxDeviation {
                value: self.max_deviation,
            });
        }
        let times = [
            ("max_age", self.max_age),
            ("grace", self.grace),
            ("reopening", self.reopening),
        ];
        for (field, value) in times {
            if value > MAX_SECONDS {
                return Err(OracleError::Seconds { field, value });
            }
        }
        Ok(())
    }
}

/// Why an [`OracleConfig`] is not legal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OracleError {
    /// A mark of no sources is none.
    #[error("quorum = {value}; legal: 1 to 65535")]
    Quorum {
        /// What was given.
        value: u16,
    },
    /// The deviation is a positive ratio.
    #[error("max_deviation = {value}; legal: above 0 to 1")]
    MaxDeviation {
        /// What was given.
        value: Ratio,
    },
    /// A time lies within one day.
    #[error("{field} = {value} s; legal: 0 to 86400 s")]
    Seconds {
        /// The name of the parameter.
        field: &'static str,
        /// What was given.
        value: u64,
    },
    /// A parameter of a source's design.
    #[error("{field} = {value}; legal: {legal}")]
    Design {
        /// Its path below the design, such as `push.heartbeat`.
        field: &'static str,
        /// What was given.
        value: String,
        /// The legal range.
        legal: &'static str,
    },
}
