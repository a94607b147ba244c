use seawall_venue::StageId;

/// The order of payers. The published order does not say whether Senior stands before or after
/// ADL, so it is data (M-8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LossOrder {
    /// Junior, insurance, ADL, senior: winners are cut before Senior loses.
    #[default]
    SeniorLast,
    /// Junior, insurance, senior, ADL: Senior loses before winners are cut.
    AdlLast,
}

impl LossOrder {
    /// The payers in order; the residual is what is left after them.
    #[must_use]
    pub const fn payers(self) -> [StageId; 5] {
        use StageId::{Adl, Insurance, Junior, Residual, Senior};
        match self {
            Self::SeniorLast => [Junior, Insurance, Adl, Senior, Residual],
            Self::AdlLast => [Junior, Insurance, Senior, Adl, Residual],
        }
    }
}
