//! When a position may be taken from its owner, how much of it, and at which price (M-8).

use std::collections::BTreeMap;

use crate::books::Books;
use crate::findings::Findings;
use crate::fixed::{Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, AccountKind, Phase, Stage, Venue};
use crate::record::{Data, Liquidation};
use crate::wide::{Round, size_floor, times, value};

use super::auction::Auction;
use super::hlp::Hlp;
use super::requirement::Requirement;
use super::{Event, Laws};

/// The laws of liquidations.
#[derive(Debug)]
pub(crate) struct Liquidations {
    requirement: Option<Requirement>,
    /// The figures of the last sale by auction: several bidders may share one offer of a lot.
    offer: Option<(u32, u64, Usd, Usd)>,
    partial: Partial,
    auction: Option<Auction>,
    /// Equity and requirement of bankrupts of an order book, from before they were settled.
    bankrupt: BTreeMap<u32, (Usd, Usd)>,
    steps: BTreeMap<u32, Steps>,
    /// Whether the phase of liquidations has begun in this second.
    began: bool,
}

/// The parameters of partial closes.
#[derive(Debug, Default)]
struct Partial {
    least: Option<Ratio>,
    most: Option<Ratio>,
    cooldown: u64,
    max_steps: u64,
    reset_after: u64,
    whole_below: Usd,
    auction_below: Option<Ratio>,
    /// Order book: a position above this notional is closed in parts.
    above: Usd,
    threshold: Option<Ratio>,
    carry: Ratio,
}

/// Partial closes of one account so far.
#[derive(Debug, Clone, Copy, Default)]
struct Steps {
    count: u64,
    last: u64,
}

impl Partial {
    fn of(books: &Books) -> Self {
        let at = &books.parameters;
        match books.venue {
            Venue::Tranched => Self {
                least: at.ratio("waterfall.partial.min_share"),
                most: at.ratio("waterfall.partial.max_share"),
                cooldown: at.count("waterfall.partial.cooldown").unwrap_or(0),
                max_steps: at.count("waterfall.partial.max_steps").unwrap_or(u64::MAX),
                reset_after: at.count("waterfall.partial.reset_after").unwrap_or(0),
                whole_below: at
                    .usd("waterfall.partial.full_close_below")
                    .unwrap_or_default(),
                auction_below: at.ratio("waterfall.partial.auction_below"),
                ..Self::default()
            },
            Venue::Hyperliquid => Self {
                most: at.ratio("liquidation.partial_share"),
                cooldown: at.count("liquidation.cooldown").unwrap_or(0),
                above: at.usd("liquidation.partial_above").unwrap_or_default(),
                threshold: at.ratio("backstop.threshold"),
                carry: at.ratio("backstop.carry").unwrap_or_default(),
                ..Self::default()
            },
            Venue::Gmx => Self::default(),
        }
    }
}

impl Liquidations {
    pub(crate) fn new(books: &Books) -> Self {
        Self {
            requirement: Requirement::of(books),
            offer: None,
            partial: Partial::of(books),
            auction: Auction::of(books),
            bankrupt: BTreeMap::new(),
            steps: BTreeMap::new(),
            began: false,
        }
    }
}

impl Laws for Liquidations {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if event.line.phase >= Phase::Liquidation && !self.began {
            self.began = true;
            self.begins(books);
        }
        match &event.data {
            Data::Liquidation(taken) => {
                self.status(books, event, findings);
                self.taken(books, taken, findings);
            }
            Data::DeficitOpened(opened) if books.venue == Venue::Hyperliquid => {
                let holder = Account::margin(opened.account);
                if let Some(requirement) = &self.requirement
                    && !books.held(holder).is_flat()
                {
                    let figures = (
                        books.equity(holder),
                        requirement.of_position(books, &books.held(holder)),
                    );
                    self.bankrupt.insert(opened.account, figures);
                }
            }
            Data::Lot(lot) => {
                if let Some(auction) = &mut self.auction {
                    auction.listed(books, lot, findings);
                }
            }
            Data::Cut(_) if matches!(event.line.phase, Phase::Liquidation) => {
                self.status(books, event, findings)
            }
            _ => {}
        }
    }

    fn second_ends(&mut self, books: &Books, _findings: &mut Findings) {
        if !std::mem::take(&mut self.began) {
            self.begins(books);
        }
    }
}

impl Liquidations {
    /// What stands at the beginning of the phase decides who has come back.
    fn begins(&mut self, books: &Books) {
        if let (Some(auction), Some(requirement)) = (&mut self.auction, &self.requirement) {
            auction.begins(books, requirement);
        }
    }

    fn status(&self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        findings.applied(Law::LiquidationStatus);
        let live = books.is_live()
            || event.line.phase == Phase::Finish
            || books.venue == Venue::Hyperliquid && books.status == crate::names::Status::Reopening;
        if !live {
            findings.broken(Law::LiquidationStatus, "a live mark", books.status);
        }
    }

    fn taken(&mut self, books: &Books, taken: &Liquidation, findings: &mut Findings) {
        self.figures(books, taken, findings);
        match (books.venue, taken.stage) {
            (Venue::Tranched, Stage::PartialDeleverage) => {
                self.partial_close(books, taken, findings)
            }
            (Venue::Tranched, Stage::Auction) => {
                if let Some(auction) = &mut self.auction {
                    auction.sold(books, taken, findings);
                }
            }
            (Venue::Tranched, _) => {
                self.steps.remove(&taken.account);
                let holder = Account::margin(taken.account);
                findings.at_most(
                    Law::LiquidationTrigger,
                    "equity of a position that is settled",
                    Usd::ZERO,
                    taken.equity,
                );
                findings.equal(
                    Law::LiquidationTrigger,
                    "all of it,",
                    books.held(holder).size,
                    taken.size,
                );
            }
            (Venue::Hyperliquid, Stage::PartialDeleverage) => {
                self.book_close(books, taken, findings)
            }
            (Venue::Hyperliquid, Stage::Junior) => self.takeover(books, taken, findings),
            _ => {}
        }
    }

    /// The line's own figures, and that they call for it.
    fn figures(&mut self, books: &Books, taken: &Liquidation, findings: &mut Findings) {
        let Some(requirement) = &self.requirement else {
            let why = "the header has no margin table";
            findings.cannot_apply(Law::LiquidationFigures, why);
            return;
        };
        let holder = Account::margin(taken.account);
        let held = books.held(holder);
        if books.venue == Venue::Gmx {
            requirement.pool_figures(books, taken, findings);
            return;
        }
        let stated = (taken.account, books.now, taken.equity, taken.maintenance);
        if (books.venue, taken.stage) == (Venue::Tranched, Stage::Auction) {
            if self.offer == Some(stated) {
                findings.applied(Law::LiquidationFigures);
                return;
            }
            self.offer = Some(stated);
        }
        let settled = self.bankrupt.remove(&taken.account);
        let (equity, required) = settled
            .unwrap_or_else(|| (books.equity(holder), requirement.of_position(books, &held)));
        findings.equal(Law::LiquidationFigures, "equity", equity, taken.equity);
        findings.equal(
            Law::LiquidationFigures,
            "requirement",
            required,
            taken.maintenance,
        );
        // A lot stays for sale until its owner is back at his target: `auction.rs` looks at that.
        let limit = match (books.venue, taken.stage) {
            (Venue::Tranched, Stage::Auction) => return,
            _ => required,
        };
        findings.applied(Law::LiquidationTrigger);
        if equity >= limit {
            findings.broken(
                Law::LiquidationTrigger,
                format_args!("equity below {limit}"),
                equity,
            );
        }
    }

    /// Part of a position goes into the ladder, or all of a small one (M-8.1).
    fn partial_close(&mut self, books: &Books, taken: &Liquidation, findings: &mut Findings) {
        let law = Law::PartialClose;
        let held = books.held(Account::margin(taken.account));
        let (notional, size) = (held.notional(books.mark), taken.size.abs());
        findings.applied(law);
        if size == held.size.abs() {
            self.steps.remove(&taken.account);
            if notional >= self.partial.whole_below {
                let expected = format_args!("at most a part of {notional}");
                findings.broken(law, expected, "all of it");
            }
            return;
        }
        if notional < self.partial.whole_below {
            findings.broken(law, format_args!("all of {notional}"), size);
        }
        if let (Some(least), Some(most)) = (self.partial.least, self.partial.most) {
            let one = crate::fixed::Base::from_units(1);
            let least = size_floor(times(notional, least, Round::Floor), books.mark);
            let most = size_floor(times(notional, most, Round::Ceil), books.mark) + one;
            if size < least || size > most {
                findings.broken(law, format_args!("between {least} and {most}"), size);
            }
        }
        if let Some(below) = self.partial.auction_below {
            let least = times(taken.maintenance, below, Round::Floor);
            if taken.equity < least {
                findings.broken(
                    law,
                    format_args!("equity of {least} or the auction"),
                    taken.equity,
                );
            }
        }
        self.step(books, taken.account, findings);
    }

    /// Cooldown and number of partial closes of one account.
    fn step(&mut self, books: &Books, account: u32, findings: &mut Findings) {
        let steps = self.steps.entry(account).or_default();
        let since = books.now.saturating_sub(steps.last);
        if steps.count > 0 && since >= self.partial.reset_after {
            steps.count = 0;
        }
        if steps.count > 0 && since < self.partial.cooldown {
            let expected = format_args!("{} s after the last close", self.partial.cooldown);
            findings.broken(Law::PartialClose, expected, format_args!("{since} s"));
        }
        steps.count = steps.count.saturating_add(1);
        steps.last = books.now;
        if steps.count > self.partial.max_steps {
            let expected = format_args!("at most {} partial closes", self.partial.max_steps);
            findings.broken(Law::PartialClose, expected, steps.count);
        }
    }

    /// A position goes to the book: a part of a large one, all of it within the cooldown.
    fn book_close(&mut self, books: &Books, taken: &Liquidation, findings: &mut Findings) {
        let law = Law::PartialClose;
        let held = books.held(Account::margin(taken.account));
        findings.applied(law);
        if !taken.equity.is_positive() {
            findings.broken(
                law,
                "equity above 0.000000 of a position that goes to the book",
                taken.equity,
            );
        }
        let last = self.steps.get(&taken.account).copied().unwrap_or_default();
        let cooling = last.count > 0 && books.now < last.last.saturating_add(self.partial.cooldown);
        let large = held.notional(books.mark) > self.partial.above;
        let Some(share) = self.partial.most.filter(|_| large && !cooling) else {
            return;
        };
        let most = times(held.size.abs(), share, Round::Ceil);
        if taken.size.abs() > most {
            findings.broken(law, format_args!("at most {most} first"), taken.size.abs());
        }
        let count = last.count.saturating_add(1);
        self.steps.insert(
            taken.account,
            Steps {
                count,
                last: books.now,
            },
        );
    }

    /// A backstop takes a position over whole, below its threshold, if it can carry it.
    fn takeover(&mut self, books: &Books, taken: &Liquidation, findings: &mut Findings) {
        let law = Law::Takeover;
        findings.applied(law);
        if let Some(threshold) = self.partial.threshold {
            let limit = times(taken.maintenance, threshold, Round::Ceil);
            if taken.equity >= limit {
                findings.broken(law, format_args!("equity below {limit}"), taken.equity);
            }
        }
        if taken.price != books.mark {
            findings.broken(law, format_args!("a price of {}", books.mark), taken.price);
        }
        let Some(vault) = taken
            .taker
            .filter(|taker| taker.kind == AccountKind::Backstop)
        else {
            findings.broken(law, "a backstop that takes it", "no taker");
            return;
        };
        let backing = Hlp::new(books).backing(books, vault);
        let after = books.equity(vault) + backing + taken.equity.or_zero();
        let size = (books.held(vault).size + taken.size).abs();
        let least = times(
            value(size, books.mark, Round::Ceil),
            self.partial.carry,
            Round::Ceil,
        );
        if !after.is_positive() || after < least {
            findings.broken(
                law,
                format_args!("{vault} with equity above 0.000000, at least {least}"),
                after,
            );
        }
    }
}
