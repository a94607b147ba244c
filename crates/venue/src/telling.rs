use seawall_ledger::{Account, OwnerId};
use seawall_units::{Base, Usd};

use crate::Event;

/// An event with its place between the postings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Postings of the venue since its start when the event was told: those that it made stand
    /// before it.
    pub posted: u64,
    /// What happened.
    pub event: Event,
}

/// How much a venue tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Detail {
    /// What figures are made of.
    #[default]
    Figures,
    /// Everything that a journal needs to be verified on its own.
    Full,
}

/// The events of a venue in their order, with their places between the postings.
#[derive(Debug, Clone, Default)]
pub struct Telling {
    detail: Detail,
    told: Vec<Told>,
}

impl Telling {
    /// From now on as much as `detail` says.
    pub const fn set_detail(&mut self, detail: Detail) {
        self.detail = detail;
    }

    /// How much is told.
    #[must_use]
    pub const fn detail(&self) -> Detail {
        self.detail
    }

    /// Whether everything is told.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        matches!(self.detail, Detail::Full)
    }

    /// Tells an event after `posted` postings.
    pub fn tell(&mut self, posted: u64, event: Event) {
        if self.is_full() || !event.is_detail() {
            self.told.push(Told { posted, event });
        }
    }

    /// Takes what was told since the last call.
    pub fn drain(&mut self) -> Vec<Told> {
        std::mem::take(&mut self.told)
    }

    /// The same into a buffer of the caller's, whose room is used again.
    pub fn take(&mut self, buffer: &mut Vec<Told>) {
        buffer.clear();
        std::mem::swap(buffer, &mut self.told);
    }
}

/// A named figure on its own grid, in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its name in files.
    pub name: &'static str,
    /// Its value, with all digits of its grid.
    pub value: String,
}

impl Level {
    /// A figure as its grid writes it.
    #[must_use]
    pub fn new(name: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        Self { name, value }
    }
}

/// A position with all that decides what it owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionState {
    /// The account that holds its margin.
    pub holder: Account,
    /// Signed size.
    pub size: Base,
    /// Signed cost of entry.
    pub cost: Usd,
    /// What it was settled at.
    pub since: Vec<Level>,
}

/// Why shares were made or burned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareReason {
    /// They were there from the start.
    Opening,
    /// Nobody's: they keep the price of the first share from being moved.
    Dead,
    /// A deposit.
    Deposit,
    /// A redemption that was executed.
    Redemption,
    /// The deposit that opens a new series; the old shares are worth nothing.
    NewSeries,
}

/// Shares made or burned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShareChange {
    /// Of what: `senior`, `junior`, `pool`, `makers`.
    pub tranche: &'static str,
    /// Whose; `None` for shares of nobody.
    pub holder: Option<OwnerId>,
    /// How many, in units of 10^-9; negative when burned.
    pub change: i128,
    /// What was paid in or out for them; `None` from the start.
    pub assets: Option<Usd>,
    /// The value of the tranche that priced them; `None` from the start.
    pub value: Option<Usd>,
    /// All shares before, dead ones included.
    pub supply: i128,
    /// Why.
    pub why: ShareReason,
}

/// What the fee waterfall had to distribute, and the state before it (M-5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeRound {
    /// All fees.
    pub gross: Usd,
    /// The insurance fund.
    pub insurance: Usd,
    /// Senior's value.
    pub senior: Usd,
    /// Junior's value.
    pub junior: Usd,
    /// Coupon that is due.
    pub coupon_due: Usd,
}

/// A venue as a journal states it at the end of a whole minute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The parts of the risk capital by the account or role that holds them.
    pub values: Vec<(String, Usd)>,
    /// Senior's claim, where there is one.
    pub claim: Option<Usd>,
    /// Shares by tranche, in units of 10^-9.
    pub supply: Vec<(&'static str, i128)>,
}
