//! Auto-deleveraging of the tranched market: who is closed, how much, and what is taken (M-8.5).

use std::collections::BTreeMap;

use crate::books::{Books, Held};
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Base, Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, AccountKind, End, Phase, Side, Stage};
use crate::record::{AdlClose, Cut, Data};
use crate::wide::{Round, compare_quotients, part, split, times, value};

use super::positions::got;
use super::{Event, Laws};

/// The laws of ADL.
#[derive(Debug)]
pub(crate) struct Adl {
    terms: Terms,
    batch: Option<Batch>,
    /// When the last batch of a side was.
    last: BTreeMap<Side, u64>,
    /// Batches by deficit.
    batches: BTreeMap<u32, u64>,
    /// Open profit beyond the capital as it stood before the batch without a cut booked what the
    /// pool misses for its winners (M-8.3).
    beyond: Option<Usd>,
    /// Whose bankrupts the last batch of the finish was for: there batch follows batch, longs'
    /// bankrupts and shorts' in turn.
    finishing: Option<Side>,
}

/// The parameters of batches.
#[derive(Debug)]
struct Terms {
    multiple: i128,
    side_share: Ratio,
    account_share: Ratio,
    interval: u64,
    max_batches: u64,
    target: Ratio,
}

/// A batch that is under way.
#[derive(Debug)]
struct Batch {
    side: Side,
    /// What the deficits that wait for it miss; `None` for a batch without a cut.
    owed: Option<Usd>,
    /// Winners that may be closed, the last one first.
    queue: Vec<Winner>,
    /// Profit and notional that may still be closed.
    profit_left: Usd,
    notional_left: Usd,
    closed: Vec<Closed>,
    /// How many of them have been cut.
    cuts: usize,
    /// Whether the shares have been compared.
    shared: bool,
}

/// A winner as it stands when the batch begins.
#[derive(Debug, Clone, Copy)]
struct Winner {
    account: u32,
    held: Held,
    profit: Usd,
    score: [i128; 4],
}

/// What was closed of a winner, and what was taken from him.
#[derive(Debug, Clone, Copy)]
struct Closed {
    account: u32,
    profit: Usd,
    taken: Usd,
    paid: Usd,
}

impl Adl {
    /// The laws, where the header has every parameter that they need.
    pub(crate) fn new(books: &Books) -> Option<Self> {
        let at = &books.parameters;
        let terms = Terms {
            multiple: at.count("waterfall.adl.batch_multiple")?.into(),
            side_share: at.ratio("waterfall.adl.side_share")?,
            account_share: at.ratio("waterfall.adl.account_share")?,
            interval: at.count("waterfall.adl.interval")?,
            max_batches: at.count("waterfall.adl.max_batches")?,
            target: at.ratio("waterfall.adl.capital_target")?,
        };
        Some(Self {
            terms,
            batch: None,
            last: BTreeMap::new(),
            batches: BTreeMap::new(),
            beyond: None,
            finishing: None,
        })
    }
}

impl Laws for Adl {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        match &event.data {
            Data::AdlClose(close) => {
                self.count_cuts(event);
                if self.batch.as_ref().is_some_and(|batch| batch.cuts > 0) {
                    self.end(findings);
                }
                if self.batch.is_none() {
                    self.batch = self.begin(books, (event, close), findings);
                }
                self.close(books, close, event, findings);
            }
            Data::Cut(cut) => {
                self.count_cuts(event);
                self.cut(cut, event, findings);
            }
            Data::Stage(report) if report.stage == Stage::Adl => {
                self.count_cuts(event);
                self.report(books, event, report.end, findings);
            }
            // What a bankrupt owes is booked by his liquidation, what a winner's close misses by this line.
            Data::DeficitOpened(_)
                if event.line.phase == Phase::Liquidation && !event.line.transfers.is_empty() =>
            {
                self.end(findings);
                let beyond = self.beyond_capital(books).0;
                self.beyond.get_or_insert(beyond);
            }
            _ => self.end(findings),
        }
    }

    fn second_ends(&mut self, _books: &Books, findings: &mut Findings) {
        self.end(findings);
        self.beyond = None;
    }
}

impl Adl {
    /// A batch begins with the first winner that is closed: the ranking of this moment holds.
    fn begin(
        &mut self,
        books: &Books,
        (event, close): (&Event<'_>, &AdlClose),
        findings: &mut Findings,
    ) -> Option<Batch> {
        let side = books.held(Account::margin(close.account)).side()?;
        let waiting = waiting(books, side, self.finishing);
        if event.line.phase == Phase::Finish {
            self.finishing = waiting.map(|(bankrupt, _)| bankrupt);
        }
        let owed = waiting.map(|(_, owed)| owed);
        findings.applied(Law::AdlPace);
        if let Some(last) = self.last.insert(side, books.now) {
            let since = books.now.saturating_sub(last);
            if since < self.terms.interval && event.line.phase != Phase::Finish {
                let expected = format_args!("{} s after the last batch", self.terms.interval);
                findings.broken(Law::AdlPace, expected, format_args!("{since} s"));
            }
        }
        let interest = books.totals.open_interest(side, books.mark);
        let profit_left = match owed {
            Some(owed) => Usd::from_units(owed.units().saturating_mul(self.terms.multiple)),
            None => self.uncut(books, findings),
        };
        let mut queue = ranking(books, side);
        queue.reverse();
        Some(Batch {
            side,
            owed,
            queue,
            profit_left,
            notional_left: times(interest, self.terms.side_share, Round::Floor),
            closed: Vec::new(),
            cuts: 0,
            shared: false,
        })
    }

    /// Without a deficit that waits ADL runs only while open profit is beyond its share of the
    /// capital.
    fn uncut(&mut self, books: &Books, findings: &mut Findings) -> Usd {
        let (beyond, floor) = self.beyond_capital(books);
        let beyond = self.beyond.take().unwrap_or(beyond);
        findings.applied(Law::AdlUncut);
        if !beyond.is_positive() {
            let expected = format_args!("a deficit that waits, or open profit above {floor}");
            findings.broken(Law::AdlUncut, expected, books.open_pnl());
        }
        beyond
    }

    /// Open profit beyond the target share of the capital before ADL, and that share.
    fn beyond_capital(&self, books: &Books) -> (Usd, Usd) {
        let junior = (books.pool_cash() - books.claim).or_zero();
        let before = books
            .payers
            .iter()
            .take_while(|payer| **payer != Stage::Adl);
        let capital: Usd = before
            .map(|payer| match payer {
                Stage::Junior => junior,
                Stage::Insurance => books.of(AccountKind::Insurance),
                Stage::Senior => books.claim.min(books.pool_cash()),
                _ => Usd::ZERO,
            })
            .sum();
        let floor = times(capital.or_zero(), self.terms.target, Round::Ceil);
        (books.open_pnl() - floor, floor)
    }

    /// The next winner of the ranking is closed, within the limits.
    fn close(
        &mut self,
        books: &Books,
        close: &AdlClose,
        event: &Event<'_>,
        findings: &mut Findings,
    ) {
        let holder = Account::margin(close.account);
        let held = books.held(holder);
        let realised = got(event, holder, Cause::ProfitRealised);
        findings.at_most(
            Law::AdlPrincipal,
            "a profit to cut of",
            realised,
            close.profit,
        );
        findings.applied(Law::AdlCandidate);
        let Some(batch) = self
            .batch
            .as_mut()
            .filter(|batch| held.side() == Some(batch.side))
        else {
            findings.broken(
                Law::AdlCandidate,
                "a position of the winning side",
                held.size,
            );
            return;
        };
        if !held.pnl(books.mark).is_positive() {
            findings.broken(
                Law::AdlCandidate,
                "a position in profit",
                held.pnl(books.mark),
            );
        }
        findings.applied(Law::AdlLimits);
        if !batch.profit_left.is_positive() || !batch.notional_left.is_positive() {
            findings.broken(Law::AdlLimits, "no more winners in this batch", holder);
        }
        let share = times(held.size.abs(), self.terms.account_share, Round::Floor);
        if close.size > share {
            findings.broken(
                Law::AdlLimits,
                format_args!("at most {share} of {holder}"),
                close.size,
            );
        }
        let notional = value(close.size, books.mark, Round::Ceil);
        if notional > batch.notional_left {
            findings.broken(
                Law::AdlLimits,
                format_args!("at most {} of the side", batch.notional_left),
                notional,
            );
        }
        batch.rank(books, &self.terms, close, findings);
        batch.notional_left -= notional;
        batch.closed.push(Closed {
            account: close.account,
            profit: close.profit,
            taken: Usd::ZERO,
            paid: Usd::ZERO,
        });
    }

    /// The winner's line says what is taken of the profit that his close has realised.
    fn cut(&mut self, cut: &Cut, event: &Event<'_>, findings: &mut Findings) {
        findings.at_most(
            Law::AdlPrincipal,
            "taken of the profit,",
            cut.profit.or_zero(),
            cut.taken,
        );
        if event.line.deficit.is_none() {
            findings.equal(
                Law::AdlUncut,
                "taken without a deficit,",
                Usd::ZERO,
                cut.taken,
            );
        }
        let Some(batch) = &mut self.batch else { return };
        let place = batch.cuts;
        batch.cuts = batch.cuts.saturating_add(1);
        findings.applied(Law::AdlShare);
        match batch.closed.get_mut(place) {
            Some(closed) if closed.account == cut.account && closed.profit == cut.profit => {
                closed.taken = cut.taken
            }
            Some(closed) => {
                let expected = format_args!(
                    "margin:{} with a profit of {}",
                    closed.account, closed.profit
                );
                findings.broken(
                    Law::AdlShare,
                    expected,
                    format_args!("margin:{} with {}", cut.account, cut.profit),
                );
            }
            None => findings.broken(Law::AdlShare, "one cut for each winner closed", "one more"),
        }
    }

    /// The first report after the cuts: each profit has lost the same share.
    fn report(&mut self, books: &Books, event: &Event<'_>, end: End, findings: &mut Findings) {
        let Some(batch) = &mut self.batch else { return };
        if batch.cuts == 0 {
            self.batch = None; // nothing could be closed
            return;
        }
        if let Some(id) = event.line.deficit {
            let count = self.batches.entry(id).or_default();
            *count = count.saturating_add(1);
            findings.at_most(
                Law::AdlPace,
                "batches of a deficit,",
                self.terms.max_batches,
                *count,
            );
            if end != End::Waiting {
                self.batches.remove(&id);
            }
        }
        let _ = books;
        if batch.shared {
            return;
        }
        batch.shared = true;
        let profits: Vec<i128> = batch
            .closed
            .iter()
            .map(|closed| closed.profit.units())
            .collect();
        let all: Usd = batch.closed.iter().map(|closed| closed.profit).sum();
        let taken = batch.owed.unwrap_or(Usd::ZERO).min(all);
        let parts = split(taken.units(), &profits).unwrap_or_default();
        for (closed, part) in batch.closed.iter().zip(parts) {
            let name = format!("of margin:{},", closed.account);
            findings.equal(Law::AdlShare, &name, Usd::from_units(part), closed.taken);
        }
    }

    /// Postings of cuts may stand in the lines that follow: they are counted by account.
    fn count_cuts(&mut self, event: &Event<'_>) {
        let Some(batch) = &mut self.batch else { return };
        for posted in event
            .line
            .transfers
            .iter()
            .filter(|t| t.cause == Cause::AdlCut)
        {
            let of = |closed: &&mut Closed| posted.from == Account::margin(closed.account);
            if let Some(closed) = batch.closed.iter_mut().find(of) {
                closed.paid += posted.amount;
            }
        }
    }

    /// The batch is over: what was posted is what was said.
    fn end(&mut self, findings: &mut Findings) {
        let Some(batch) = self.batch.take() else {
            return;
        };
        for closed in batch
            .closed
            .iter()
            .filter(|closed| closed.taken != closed.paid)
        {
            let expected = format_args!(
                "postings of {} from margin:{}",
                closed.taken, closed.account
            );
            findings.broken(Law::AdlShare, expected, closed.paid);
        }
    }
}

impl Batch {
    /// The winner is the next of the ranking of whom anything may be closed, and it is closed as far
    /// as profit and limits ask.
    fn rank(&mut self, books: &Books, terms: &Terms, close: &AdlClose, findings: &mut Findings) {
        findings.applied(Law::AdlRanking);
        while let Some(winner) = self.queue.pop() {
            let most = self.most(books, terms, &winner);
            if winner.account != close.account {
                if most.is_positive() {
                    let expected = format_args!("margin:{} next", winner.account);
                    findings.broken(
                        Law::AdlRanking,
                        expected,
                        format_args!("margin:{}", close.account),
                    );
                    self.queue.retain(|each| each.account != close.account);
                    return;
                }
                continue;
            }
            if close.size > most {
                findings.broken(
                    Law::AdlLimits,
                    format_args!("at most {most}, for the profit aimed at"),
                    close.size,
                );
            }
            let realised = part(
                winner.profit,
                close.size.units(),
                winner.held.size.abs().units(),
                Round::Floor,
            );
            self.profit_left -= realised;
            return;
        }
        findings.broken(
            Law::AdlRanking,
            "a winner that has not been closed",
            format_args!("margin:{}", close.account),
        );
    }

    fn most(&self, books: &Books, terms: &Terms, winner: &Winner) -> Base {
        let all = winner.held.size.abs();
        let share = times(all, terms.account_share, Round::Floor);
        let enough = part(
            all,
            self.profit_left.units(),
            winner.profit.units(),
            Round::Ceil,
        );
        let room = crate::wide::size_floor(self.notional_left.or_zero(), books.mark);
        share.min(enough).min(room)
    }
}

/// What the deficits that wait for winners of a side miss; `None` where none does: a deficit that
/// the payers before ADL have not yet been asked for does not wait for it.
///
/// Winners stand opposite the bankrupt; where nobody wins there, beside him.
fn waiting(books: &Books, side: Side, last: Option<Side>) -> Option<(Side, Usd)> {
    let left = |bankrupt: Side| {
        let waits = books.at_adl().filter(|open| open.side == bankrupt);
        let left = waits.map(|deficit| deficit.left).reduce(|a, b| a + b);
        left.map(|left| (bankrupt, left))
    };
    let wins = |side: Side| {
        let mut all = books.positions.of_kind(AccountKind::Margin);
        all.any(|(_, held)| held.side() == Some(side) && held.pnl(books.mark).is_positive())
    };
    let winning = |bankrupt: Side| match wins(bankrupt.opposite()) {
        true => bankrupt.opposite(),
        false => bankrupt,
    };
    let bankrupts = match last {
        Some(Side::Long) => [Side::Short, Side::Long],
        _ => [Side::Long, Side::Short],
    };
    bankrupts
        .into_iter()
        .filter(|bankrupt| winning(*bankrupt) == side)
        .find_map(left)
}

/// The winners of a side by (profit/margin)·(notional/equity), highest first, ties by account.
fn ranking(books: &Books, side: Side) -> Vec<Winner> {
    let all = books.positions.of_kind(AccountKind::Margin);
    let of_side = all.filter(|(_, held)| held.side() == Some(side));
    let mut winners: Vec<Winner> = of_side
        .filter_map(|(holder, held)| {
            let profit = held.pnl(books.mark);
            let (margin, equity) = (books.balance(holder), books.equity(holder));
            let above = [profit.units(), held.notional(books.mark).units()];
            let below = [margin.or_zero().units(), equity.or_zero().units()];
            profit.is_positive().then_some(Winner {
                account: holder.number,
                held,
                profit,
                score: [above[0], above[1], below[0], below[1]],
            })
        })
        .collect();
    winners.sort_by(|a, b| {
        let bare = |winner: &Winner| winner.score[2] == 0 || winner.score[3] == 0;
        // Nothing stands behind a position without margin or equity: it comes first.
        let order = match (bare(a), bare(b)) {
            (false, false) => compare_quotients(b.score, a.score),
            (a, b) => b.cmp(&a),
        };
        order.then(a.account.cmp(&b.account))
    });
    winners
}
