//! The lines of a journal as values. Numbers and names are checked as they are read; text that is
//! not needed stays in the line's buffer.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::chart::Cause;
use crate::fixed::{Base, Factor, Price, Ratio, Shares, Usd};
use crate::names::{
    Account, End, Kind, Phase, SharesWhy, Side, Skip, Stage, Status, Tranche, Venue,
};

/// What the reader has to know of a header before it can read the rest.
#[derive(Debug, Deserialize)]
pub(crate) struct Probe {
    pub(crate) header: ProbeHeader,
}

/// Format and version.
#[derive(Debug, Deserialize)]
pub(crate) struct ProbeHeader {
    #[serde(default)]
    pub(crate) format: String,
    #[serde(default)]
    pub(crate) version: u64,
}

/// The first line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeaderLine {
    pub(crate) header: Header,
    #[serde(rename = "chain")]
    _chain: String,
}

/// Which run it is and which laws hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u64,
    #[serde(rename = "program")]
    _program: String,
    pub(crate) scenario: String,
    #[serde(rename = "scenario_sha256")]
    _scenario_sha256: String,
    #[serde(rename = "seed")]
    _seed: u64,
    pub(crate) venue: Venue,
    pub(crate) start: u64,
    pub(crate) opening: Price,
    pub(crate) margin: Option<serde_json::Value>,
    pub(crate) loss_order: Vec<Stage>,
    pub(crate) parameters: serde_json::Value,
    #[serde(rename = "names")]
    _names: serde_json::Value,
}

/// The last line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndLine {
    pub(crate) end: Final,
}

/// What the last line says of the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Final {
    pub(crate) lines: u64,
    pub(crate) transfers: u64,
    pub(crate) chain: String,
}

/// One event as it stands in its line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line<'a> {
    pub(crate) seq: u64,
    pub(crate) time: u64,
    pub(crate) phase: Phase,
    pub(crate) event: Kind,
    #[serde(borrow)]
    pub(crate) rule: &'a str,
    pub(crate) deficit: Option<u32>,
    /// The text of an object.
    #[serde(borrow, default, deserialize_with = "raw")]
    pub(crate) data: Option<&'a str>,
    #[serde(default)]
    pub(crate) transfers: Vec<Transfer>,
    #[serde(default)]
    pub(crate) positions: Vec<Position>,
    #[serde(borrow)]
    #[allow(dead_code)] // its bytes are compared before
    pub(crate) chain: &'a str,
}

fn raw<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<&'de str>, D::Error> {
    Option::<&RawValue>::deserialize(from).map(|data| data.map(RawValue::get))
}

/// One posting.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    pub(crate) from: Account,
    pub(crate) to: Account,
    pub(crate) amount: Usd,
    pub(crate) cause: Cause,
}

/// One position as it stands after the event.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    pub(crate) holder: Account,
    pub(crate) size: Base,
    pub(crate) cost: Usd,
    pub(crate) since: Since,
}

/// What a position was settled at; which fields there are is the venue's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Since {
    /// `tranched`
    pub(crate) funding: Option<Ratio>,
    /// `tranched`
    pub(crate) utilisation: Option<Ratio>,
    /// `hyperliquid`
    pub(crate) settled: Option<Usd>,
    /// `gmx`
    pub(crate) borrowing: Option<Factor>,
    /// `gmx`
    pub(crate) funding_paid: Option<Factor>,
    /// `gmx`
    pub(crate) funding_received: Option<Factor>,
    /// `gmx`
    pub(crate) pending_impact: Option<Ratio>,
}

impl Position {
    /// Whether its fields are those of the venue; a flat one owes nothing.
    pub(crate) fn fits(&self, venue: Venue) -> bool {
        let flat = self.size.is_zero() && self.cost.is_zero();
        self.since.fits(venue) || (flat && self.since == Since::default())
    }
}

impl Since {
    /// Whether the fields are those of the venue.
    pub(crate) const fn fits(&self, venue: Venue) -> bool {
        let tranched = self.funding.is_some() && self.utilisation.is_some();
        let book = self.settled.is_some();
        let pool = self.borrowing.is_some()
            && self.funding_paid.is_some()
            && self.funding_received.is_some()
            && self.pending_impact.is_some();
        match venue {
            Venue::Tranched => tranched && !book && self.borrowing.is_none(),
            Venue::Hyperliquid => book && self.funding.is_none() && self.borrowing.is_none(),
            Venue::Gmx => pool && !book && self.funding.is_none(),
        }
    }
}

/// Writes the data of each kind of event.
macro_rules! data {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[allow(dead_code)] // every field of the format is read, not every one is needed
            pub(crate) struct $name { $($(#[$field_doc])* pub(crate) $field: $type,)* }
        )+
    };
}

data! {
    /// `opening`, `postings`
    Nothing {}
    /// `endowment`
    Endowment { account: u32, }
    /// `shares`
    SharesMoved {
        tranche: Tranche,
        holder: Option<u32>,
        change: Shares,
        assets: Option<Usd>,
        value: Option<Usd>,
        supply: Shares,
        why: SharesWhy,
    }
    /// `mark`
    Mark { price: Price, outside: Price, previous: Option<Price>, made_of: Option<MadeOf>, }
    /// What an order book's mark is made of.
    MadeOf {
        oracle: Price,
        based: Option<Price>,
        book: Option<Price>,
        perps: Option<Price>,
        book_average: Option<Price>,
    }
    /// `status`
    StatusChanged { status: Status, }
    /// `fill`
    Fill {
        account: u32,
        asked: Base,
        filled: Base,
        mark: Price,
        notional: Usd,
        cost: Usd,
    }
    /// `margin_added`, `withdrawn`
    MarginMoved { account: u32, amount: Usd, }
    /// `requested`
    Requested { lp: u32, tranche: Tranche, shares: Shares, due: u64, }
    /// `claimed`
    Claimed { lp: u32, tranche: Tranche, amount: Usd, }
    /// `recovery`
    Recovery { amount: Usd, }
    /// `liquidation`
    Liquidation {
        account: u32,
        stage: Stage,
        size: Base,
        price: Price,
        mark: Price,
        equity: Usd,
        maintenance: Usd,
        taker: Option<Account>,
    }
    /// `lot`
    Lot { account: u32, size: Base, near_depth: Usd, }
    /// `deficit_opened`
    DeficitOpened { id: u32, account: u32, side: Side, amount: Usd, mark: Price, }
    /// `stage`
    StageReport {
        stage: Stage,
        account: Option<u32>,
        closed: Base,
        absorbed: Usd,
        capacity: Option<Usd>,
        owner_cost: Usd,
        end: End,
        skip_reason: Option<Skip>,
    }
    /// `adl_close`
    AdlClose { account: u32, size: Base, profit: Usd, }
    /// `wound_up`, `released`
    Whose { account: u32, }
    /// `unwound`
    Unwound { vault: Account, size: Base, }
    /// `rebalanced`
    Rebalanced { from: Account, to: Account, amount: Usd, }
    /// `cut`
    Cut { account: u32, closed: Base, profit: Usd, taken: Usd, }
    /// `deficit_closed`
    DeficitClosed { id: u32, residual: Usd, }
    /// `fees`
    Fees { gross: Usd, insurance: Usd, senior: Usd, junior: Usd, coupon_due: Usd, }
}

/// `index`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index<'a> {
    #[serde(borrow)]
    pub(crate) levels: &'a RawValue,
    pub(crate) coupon_due: Option<Usd>,
}

/// `values`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Values {
    pub(crate) values: std::collections::BTreeMap<String, Usd>,
    pub(crate) claim: Option<Usd>,
    #[serde(default)]
    pub(crate) supply: std::collections::BTreeMap<String, Shares>,
}

/// What an event says.
#[derive(Debug, Clone)]
#[allow(dead_code)] // the same
pub(crate) enum Data<'a> {
    Opening,
    Endowment(Endowment),
    Shares(SharesMoved),
    Mark(Mark),
    Status(StatusChanged),
    Index(Index<'a>),
    Fill(Fill),
    MarginAdded(MarginMoved),
    Withdrawn(MarginMoved),
    Requested(Requested),
    Claimed(Claimed),
    Recovery(Recovery),
    Liquidation(Liquidation),
    Lot(Lot),
    DeficitOpened(DeficitOpened),
    Stage(StageReport),
    AdlClose(AdlClose),
    WoundUp(Whose),
    Released(Whose),
    Unwound(Unwound),
    Rebalanced(Rebalanced),
    Cut(Cut),
    DeficitClosed(DeficitClosed),
    Fees(Fees),
    Values(Values),
    Postings,
}

impl<'a> Line<'a> {
    /// Reads what the event says, as its kind asks.
    ///
    /// **Errors** those of JSON, and of fields that the kind does not have.
    pub(crate) fn data(&self) -> serde_json::Result<Data<'a>> {
        let text = self.data.unwrap_or("{}");
        let read = serde_json::from_str::<Nothing>;
        Ok(match self.event {
            Kind::Opening => read(text).map(|_| Data::Opening)?,
            Kind::Postings => read(text).map(|_| Data::Postings)?,
            Kind::Endowment => Data::Endowment(serde_json::from_str(text)?),
            Kind::Shares => Data::Shares(serde_json::from_str(text)?),
            Kind::Mark => Data::Mark(serde_json::from_str(text)?),
            Kind::Status => Data::Status(serde_json::from_str(text)?),
            Kind::Index => Data::Index(serde_json::from_str(text)?),
            Kind::Fill => Data::Fill(serde_json::from_str(text)?),
            Kind::MarginAdded => Data::MarginAdded(serde_json::from_str(text)?),
            Kind::Withdrawn => Data::Withdrawn(serde_json::from_str(text)?),
            Kind::Requested => Data::Requested(serde_json::from_str(text)?),
            Kind::Claimed => Data::Claimed(serde_json::from_str(text)?),
            Kind::Recovery => Data::Recovery(serde_json::from_str(text)?),
            Kind::Liquidation => Data::Liquidation(serde_json::from_str(text)?),
            Kind::Lot => Data::Lot(serde_json::from_str(text)?),
            Kind::DeficitOpened => Data::DeficitOpened(serde_json::from_str(text)?),
            Kind::Stage => Data::Stage(serde_json::from_str(text)?),
            Kind::AdlClose => Data::AdlClose(serde_json::from_str(text)?),
            Kind::WoundUp => Data::WoundUp(serde_json::from_str(text)?),
            Kind::Released => Data::Released(serde_json::from_str(text)?),
            Kind::Unwound => Data::Unwound(serde_json::from_str(text)?),
            Kind::Rebalanced => Data::Rebalanced(serde_json::from_str(text)?),
            Kind::Cut => Data::Cut(serde_json::from_str(text)?),
            Kind::DeficitClosed => Data::DeficitClosed(serde_json::from_str(text)?),
            Kind::Fees => Data::Fees(serde_json::from_str(text)?),
            Kind::Values => Data::Values(serde_json::from_str(text)?),
        })
    }
}
