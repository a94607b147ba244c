//! What every journal of a venue has: parameters, marks and valuations in their places.

use crate::books::Books;
use crate::findings::Findings;
use crate::fixed::Price;
use crate::law::Law;
use crate::names::{End, Kind, Phase, Skip, Stage, Venue};
use crate::record::{Data, StageReport, Values};

use super::{Event, Laws};

/// Parameters that laws read, by venue.
const TRANCHED: &[&str] = &[
    "charges.insurance_share",
    "charges.keeper_share",
    "charges.liquidation",
    "charges.taker_inward",
    "charges.taker_outward",
    "fees.arrears_day",
    "fees.arrears_days",
    "fees.coupon",
    "fees.insurance",
    "fees.insurance_target",
    "fees.protocol",
    "fees.senior_share",
    "limits.margin.maintenance",
    "rates.funding.cap",
    "vault.epoch",
    "waterfall.adl.account_share",
    "waterfall.adl.batch_multiple",
    "waterfall.adl.capital_target",
    "waterfall.adl.interval",
    "waterfall.adl.max_batches",
    "waterfall.adl.side_share",
    "waterfall.auction.duration",
    "waterfall.auction.in_flight",
    "waterfall.auction.lot",
    "waterfall.auction.lot_share",
    "waterfall.auction.max_lots",
    "waterfall.junior.loss_cap",
    "waterfall.loss_order",
    "waterfall.partial.auction_below",
    "waterfall.partial.cooldown",
    "waterfall.partial.full_close_below",
    "waterfall.partial.max_share",
    "waterfall.partial.max_steps",
    "waterfall.partial.min_share",
    "waterfall.partial.reset_after",
    "waterfall.partial.target",
];
const BOOK: &[&str] = &[
    "adl.short_reading",
    "backstop.carry",
    "backstop.threshold",
    "fees.maker",
    "fees.taker",
    "funding.hourly_cap",
    "liquidation.cooldown",
    "liquidation.partial_above",
    "liquidation.partial_share",
    "tiers",
];
const POOL: &[&str] = &[
    "adl_order",
    "collateral.min_factor_for_liquidation",
    "collateral.min_usd",
    "fees.improving",
    "fees.worsening",
    "half_spread",
    "pnl.adl",
    "pnl.traders",
];

/// The laws of a journal's frame.
#[derive(Debug)]
pub(crate) struct Frame {
    started: bool,
    /// The second of the last mark.
    marked: Option<u64>,
    /// The next minute that is to be valued.
    minute: u64,
    /// Valuations at the end.
    finished: u64,
}

impl Frame {
    pub(crate) fn new(books: &Books, findings: &mut Findings) -> Self {
        header(books, findings);
        Self {
            started: false,
            marked: None,
            minute: books.start.div_ceil(60).saturating_mul(60),
            finished: 0,
        }
    }
}

impl Laws for Frame {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if !std::mem::replace(&mut self.started, true) && event.line.time != books.start {
            let expected = format_args!("`start` {} in the first event", books.start);
            findings.broken(Law::Record, expected, event.line.time);
        }
        let (kind, rule) = (event.line.event, event.line.rule);
        let legal = rules(books.venue, kind);
        if !legal.is_empty() && !legal.contains(&rule) {
            let expected = format_args!("{} under {}", kind, legal.join(" or "));
            findings.broken(Law::Record, expected, rule);
        }
        match &event.data {
            Data::Mark(mark) => {
                findings.applied(Law::Mark);
                let zero = Price::from_units(0);
                if event.line.phase != Phase::Oracle {
                    findings.broken(Law::Mark, "a mark in the phase oracle", event.line.phase);
                }
                if self.marked == Some(event.line.time) {
                    findings.broken(Law::Mark, "one mark a second", "a second one");
                }
                if mark.price <= zero || mark.outside <= zero {
                    findings.broken(Law::Mark, "prices above 0", mark.price.min(mark.outside));
                }
                self.marked = Some(event.line.time);
            }
            Data::Stage(report) if event.line.deficit.is_some() => {
                reason(books, report, findings);
            }
            Data::Values(said) => self.values(books, (event, said), findings),
            _ => {}
        }
    }

    fn journal_ends(&mut self, books: &Books, findings: &mut Findings) {
        findings.applied(Law::Valuations);
        if self.minute <= books.now {
            let expected = format_args!("a valuation at {}", self.minute);
            findings.broken(Law::Valuations, expected, "none");
        }
        findings.equal(Law::Valuations, "valuations at the end,", 1, self.finished);
    }
}

impl Frame {
    fn values(
        &mut self,
        books: &Books,
        (event, said): (&Event<'_>, &Values),
        findings: &mut Findings,
    ) {
        let venue = books.venue;
        let has_parent = books.parameters.at("hlp").is_some();
        findings.applied(Law::Valuations);
        if event.line.phase == Phase::Finish {
            self.finished = self.finished.saturating_add(1);
        } else {
            let time = event.line.time;
            findings.equal(Law::Valuations, "a valuation at", self.minute, time);
            self.minute = (time / 60).saturating_add(1).saturating_mul(60);
        }
        let (roles, supply): (&[&str], &[&str]) = match venue {
            Venue::Hyperliquid if has_parent => (&["makers", "parent"], &["hlp"]),
            Venue::Tranched => (&["insurance", "junior", "senior"], &["junior", "senior"]),
            Venue::Hyperliquid => (&["makers"], &["makers"]),
            Venue::Gmx => (&["pool"], &["pool"]),
        };
        let vault = |name: &str| venue == Venue::Hyperliquid && name.starts_with("backstop:");
        let found: Vec<&str> = said.values.keys().map(String::as_str).collect();
        let own = found.iter().copied().filter(|name| !vault(name));
        if !own.eq(roles.iter().copied()) {
            findings.broken(Law::Valuations, roles.join(", "), found.join(", "));
        }
        let found: Vec<&str> = said.supply.keys().map(String::as_str).collect();
        if found != supply {
            let expected = format_args!("the supply of {}", supply.join(", "));
            findings.broken(Law::Valuations, expected, found.join(", "));
        }
        if said.claim.is_some() != (venue == Venue::Tranched) {
            findings.broken(
                Law::Valuations,
                "a claim of tranches, of no other",
                "the other",
            );
        }
    }
}

/// The loss order of the venue and its parameters.
fn header(books: &Books, findings: &mut Findings) {
    let stated = books.parameters.at("waterfall.loss_order");
    let order: &[Stage] = match (books.venue, stated.and_then(|value| value.as_str())) {
        (Venue::Tranched, Some("senior_last")) => {
            &[Stage::Junior, Stage::Insurance, Stage::Adl, Stage::Senior]
        }
        (Venue::Tranched, Some("adl_last")) => {
            &[Stage::Junior, Stage::Insurance, Stage::Senior, Stage::Adl]
        }
        (Venue::Tranched, _) => &[],
        (Venue::Hyperliquid, _) => &[Stage::Junior, Stage::Adl],
        (Venue::Gmx, _) => &[Stage::Junior],
    };
    if books.payers != order {
        let names = |stages: &[Stage]| {
            let names: Vec<&str> = stages.iter().map(|stage| stage.name()).collect();
            names.join(", ")
        };
        let found = names(&books.payers);
        findings.broken_at(
            1,
            Law::Record,
            format_args!("payers {}", names(order)),
            found,
        );
    }
    let keys = match books.venue {
        Venue::Tranched => TRANCHED,
        Venue::Hyperliquid => BOOK,
        Venue::Gmx => POOL,
    };
    for key in keys.iter().filter(|key| books.parameters.at(key).is_none()) {
        findings.broken_at(
            1,
            Law::Record,
            format_args!("the parameter `{key}`"),
            "none",
        );
    }
}

/// The rules under which a kind of event stands; empty where the format names none.
const fn rules(venue: Venue, kind: Kind) -> &'static [&'static str] {
    match (kind, venue) {
        (Kind::Endowment, _) => &["M-11.2"],
        (Kind::Opening, _) => &["M-11.1"],
        (Kind::Mark | Kind::Status, _) => &["M-3.1"],
        (Kind::Index, _) => &["M-6"],
        (Kind::Fill, _) => &["M-4"],
        (Kind::MarginAdded, _) => &["M-7"],
        (Kind::Shares | Kind::Values, _) => &["M-9.1"],
        (Kind::Fees, _) => &["M-5.2"],
        (Kind::Liquidation, Venue::Tranched) => &["M-8.1", "M-8.2", "M-8.3"],
        (Kind::Lot | Kind::DeficitOpened, Venue::Tranched) => &["M-8.2"],
        (Kind::DeficitClosed, Venue::Tranched) => &["M-8.6"],
        (Kind::Liquidation | Kind::DeficitOpened | Kind::DeficitClosed, Venue::Hyperliquid) => {
            &["HL-2"]
        }
        (Kind::Liquidation | Kind::DeficitOpened | Kind::DeficitClosed, Venue::Gmx) => &["GMX-1.3"],
        _ => &[],
    }
}

/// A payer is passed over for want of a deficit, of capacity or of winners only; only a cap of
/// its own ends it early.
fn reason(books: &Books, report: &StageReport, findings: &mut Findings) {
    if !books.payers.contains(&report.stage) {
        return;
    }
    let legal = match report.skip_reason {
        None | Some(Skip::NothingLeft | Skip::NoCapacity) => true,
        Some(Skip::NoWinners) => report.stage == Stage::Adl,
        Some(_) => false,
    };
    if !legal {
        let found = report.skip_reason.map_or("none", Skip::name);
        findings.broken(Law::StageEnd, "a payer's reason", found);
    }
    let whole = crate::fixed::Ratio::parse_short("1");
    let uncapped = match (books.venue, report.stage) {
        (Venue::Tranched, Stage::Junior) => {
            let cap = books.parameters.ratio("waterfall.junior.loss_cap");
            cap.is_some() && cap >= whole
        }
        (Venue::Tranched, Stage::Insurance | Stage::Senior) => true,
        (Venue::Gmx, Stage::Junior) => true,
        _ => false,
    };
    if uncapped && report.end == End::Capped {
        findings.broken(Law::StageEnd, "no cap in the parameters", report.end);
    }
}
