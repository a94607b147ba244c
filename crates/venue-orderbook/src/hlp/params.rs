use seawall_units::{Ratio, Usd};
use seawall_venue::ParamError;

use super::losses::{Carrier, DeficitPayers};

/// The rules of a time, by name. What differs between them can be set on its own.
///
/// | | `before_march_2025` | `since_march_2025` |
/// |---|---|---|
/// | a child below zero | the parent and the other children pay | ring-fenced: ADL |
/// | a bankrupt account | the whole vault pays | the liquidator that takes it over pays |
/// | a liquidator carries a position | with all of the vault behind it | with its own equity |
/// | rebalanced | every minute (an assumption) | once a day |
///
/// **Source** announcements after the JELLY squeeze of 26 March 2025: a tight cap on the
/// liquidator, less frequent rebalancing, ADL when the liquidator itself loses past a threshold
/// instead of drawing on the other vaults (public restatements; no text of rules is published).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HlpRules {
    /// One purse: a liquidator draws on the other vaults, and ADL comes when all of them together
    /// cannot pay.
    #[serde(rename = "before_march_2025")]
    BeforeMarch2025,
    /// Each child for itself: ADL comes when the child cannot pay.
    #[default]
    #[serde(rename = "since_march_2025")]
    SinceMarch2025,
}

/// Whether a child's loss beyond its equity reaches the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    /// It does: the children stand for each other.
    Shared,
    /// It does not.
    Fenced,
}

impl HlpRules {
    /// Whether children stand for each other.
    #[must_use]
    pub const fn ring(self) -> Ring {
        match self {
            Self::BeforeMarch2025 => Ring::Shared,
            Self::SinceMarch2025 => Ring::Fenced,
        }
    }

    /// Who pays for an account that goes below zero.
    #[must_use]
    pub const fn payers(self) -> DeficitPayers {
        match self {
            Self::BeforeMarch2025 => DeficitPayers::WholeHlp,
            Self::SinceMarch2025 => DeficitPayers::Taker,
        }
    }

    /// Seconds between two rebalancings.
    #[must_use]
    pub const fn rebalanced_every(self) -> u64 {
        match self {
            Self::BeforeMarch2025 => MINUTE,
            Self::SinceMarch2025 => DAY,
        }
    }
}

const MINUTE: u64 = 60;
const DAY: u64 = 86_400;
/// Nobody waits longer than a year.
const YEAR: u64 = 365 * DAY;

/// The parent vault of makers and backstops: whose money they trade with, and who stands for whom.
///
/// Without it, makers and backstops are ring-fenced as since March 2025, nothing is rebalanced and
/// providers of liquidity own the makers' capital alone. With it, the makers' capital is that of
/// the strategies, the backstops are the liquidators, and providers own the parent.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct HlpParams {
    /// The rules by name, `before_march_2025` or `since_march_2025`; the latter.
    pub rules: HlpRules,
    /// Seconds for which a deposit is locked, from the owner's most recent one; 345 600, four days.
    /// What an owner holds at the start has been there for longer.
    pub lock: u64,
    /// Share of the net asset value that may be withdrawn in one day (UTC); absent: all of it. A
    /// cap is named by third parties only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_withdrawals: Option<Ratio>,
    /// Seconds between two rebalancings, whole minutes; absent: as the rules say, 86 400 or 60.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rebalanced_every: Option<u64>,
    /// When the first rebalancing of a day (UTC) is due, in seconds after midnight, whole minutes;
    /// 16 500, 04:35 (observed 04:35:16 to 04:36:01 on 7 to 11 October 2025).
    pub rebalanced_at: u64,
    /// What each liquidator shall hold after a rebalancing, in their order; a liquidator beyond the
    /// list, its equity at the opening.
    pub targets: Vec<Usd>,
    /// Largest share of the net asset value that a rebalancing leaves in one liquidator; 1. "A small
    /// percentage" has been announced, no number.
    pub cap: Ratio,
    /// What the parent keeps as cash; the rest goes to the strategies; 0.
    pub parent_cash: Usd,
    /// Which liquidator takes a position over, of those that can carry it; `first_able`.
    pub carrier: Carrier,
    /// Who pays for an account below zero before ADL; absent: as the rules say, `taker` or
    /// `whole_hlp`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payers: Option<DeficitPayers>,
    /// Share of what it had at the last rebalancing that a ring-fenced liquidator may lose before
    /// ADL closes its positions; 1: only below zero. A threshold has been announced, no number.
    pub adl_loss: Ratio,
}

impl Default for HlpParams {
    fn default() -> Self {
        Self {
            rules: HlpRules::default(),
            lock: 4 * DAY,
            daily_withdrawals: None,
            rebalanced_every: None,
            rebalanced_at: 16_500,
            targets: Vec::new(),
            cap: Ratio::ONE,
            parent_cash: Usd::ZERO,
            carrier: Carrier::default(),
            payers: None,
            adl_loss: Ratio::ONE,
        }
    }
}

fn refuse(field: &'static str, value: impl ToString, legal: &'static str) -> ParamError {
    ParamError {
        field,
        value: value.to_string(),
        legal,
    }
}

impl HlpParams {
    /// The rules of a time, everything else at its default.
    #[must_use]
    pub fn of(rules: HlpRules) -> Self {
        Self {
            rules,
            ..Self::default()
        }
    }

    /// Seconds between two rebalancings.
    #[must_use]
    pub fn every(&self) -> u64 {
        let by_rules = self.rules.rebalanced_every();
        self.rebalanced_every.unwrap_or(by_rules)
    }

    /// Who pays for an account below zero before ADL.
    #[must_use]
    pub fn deficit_payers(&self) -> DeficitPayers {
        self.payers.unwrap_or(self.rules.payers())
    }

    /// Whether every parameter lies in its legal range.
    ///
    /// **Errors** [`ParamError`] with the dotted path of the first one that does not.
    ///
    /// ```
    /// use seawall_venue_orderbook::hlp::HlpParams;
    /// let mut params = HlpParams::default();
    /// assert!(params.validate().is_ok());
    /// params.rebalanced_at = 86_400;
    /// assert_eq!(params.validate().unwrap_err().field, "hlp.rebalanced_at");
    /// ```
    pub fn validate(&self) -> Result<(), ParamError> {
        let part = |value: Ratio| value.is_positive() && value <= Ratio::ONE;
        if self.lock > YEAR {
            return Err(refuse("hlp.lock", self.lock, "0 to 31536000 seconds"));
        }
        if let Some(value) = self.daily_withdrawals.filter(|value| !part(*value)) {
            return Err(refuse("hlp.daily_withdrawals", value, "above 0 to 1"));
        }
        let minutes = |value: u64| value.is_multiple_of(MINUTE);
        let every = self.every();
        if !minutes(every) || !(MINUTE..=DAY).contains(&every) {
            let legal = "60 to 86400 seconds, whole minutes";
            return Err(refuse("hlp.rebalanced_every", every, legal));
        }
        if !minutes(self.rebalanced_at) || self.rebalanced_at >= DAY {
            let legal = "0 to 86340 seconds, whole minutes";
            return Err(refuse("hlp.rebalanced_at", self.rebalanced_at, legal));
        }
        if let Some(value) = self.targets.iter().find(|value| value.is_negative()) {
            return Err(refuse("hlp.targets", value, "0 or more"));
        }
        if !part(self.cap) {
            return Err(refuse("hlp.cap", self.cap, "above 0 to 1"));
        }
        if !part(self.adl_loss) {
            return Err(refuse("hlp.adl_loss", self.adl_loss, "above 0 to 1"));
        }
        if self.parent_cash.is_negative() {
            return Err(refuse("hlp.parent_cash", self.parent_cash, "0 or more"));
        }
        Ok(())
    }

    /// What the liquidator at this place shall hold: its target or, without one, what it opened
    /// with, and at most the capped share of the net asset value.
    ///
    /// **Rounding** the cap down.
    ///
    /// ```
    /// use seawall_units::{Ratio, Usd};
    /// use seawall_venue_orderbook::hlp::HlpParams;
    /// let usd = Usd::whole;
    /// let params = HlpParams { targets: vec![usd(30)], cap: Ratio::bps(1_000), ..HlpParams::default() };
    /// assert_eq!(params.target_of(0, usd(5), usd(279)), "27.9".parse::<Usd>()?);
    /// assert_eq!(params.target_of(1, usd(5), usd(279)), usd(5));
    /// # Ok::<(), seawall_units::UnitsError>(())
    /// ```
    #[must_use]
    pub fn target_of(&self, place: usize, opening: Usd, value: Usd) -> Usd {
        let target = self.targets.get(place).copied().unwrap_or(opening);
        target.min(value.or_zero().mul_floor(self.cap))
    }
}
