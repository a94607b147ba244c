use seawall_ledger::AccountId;

use crate::StageId;

/// How a venue relates to one stage of the published liquidation order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageRule {
    /// The venue has this stage.
    Native,
    /// It has something else in this place, named here; its figures stand under this stage.
    Equivalent(&'static str),
    /// It has nothing in this place; the text says what happens instead.
    Absent(&'static str),
}

/// What a venue is called and how its stages map to the published ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueProfile {
    /// Name in files and flags: `tranched`, `hyperliquid`, `gmx`.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// One rule for each of [`StageId::ALL`].
    pub stages: [StageRule; 7],
    /// The order in which a deficit's payers pay.
    pub loss_order: Vec<StageId>,
    /// Events name the venue's own parties (makers, backstop vaults) by accounts from this number
    /// on; `None` when it has none. What they owe stands apart from traders' deficits (M-11.6).
    pub house: Option<AccountId>,
}

impl VenueProfile {
    /// The rule for one stage.
    #[must_use]
    pub fn rule(&self, stage: StageId) -> StageRule {
        let rules = StageId::ALL.into_iter().zip(self.stages);
        rules
            .filter(|(each, _)| *each == stage)
            .map(|(_, rule)| rule)
            .next()
            .unwrap_or(StageRule::Native)
    }
}
