//! ADL of an order book: winners on the other side close the loser, down the ranking, at the mark
//! before its last move (HL-2).

use crate::books::{Books, Held};
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Base, Price, Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, AccountKind, Side};
use crate::record::{Cut, Data};
use crate::wide::{Round, mul_div, part, value};

use super::positions::{got, left, paid};
use super::{Event, Laws};

/// The laws of an order book's ADL.
#[derive(Debug)]
pub(crate) struct BookAdl {
    /// Whether a short's index is read as entry over mark.
    entry_over_mark: bool,
    ranking: Option<Ranking>,
}

/// The winners of a side as they stood when the first of them was closed for these losers.
#[derive(Debug)]
struct Ranking {
    time: u64,
    side: Side,
    /// Whether it is for the house: traders come first, and the house ranks anew.
    house: bool,
    /// The last one first.
    queue: Vec<u32>,
}

impl BookAdl {
    pub(crate) fn new(books: &Books) -> Self {
        let reading = books.parameters.at("adl.short_reading");
        Self {
            entry_over_mark: reading.and_then(|word| word.as_str()) != Some("mark_over_entry"),
            ranking: None,
        }
    }
}

impl Laws for BookAdl {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let Data::Cut(cut) = &event.data else { return };
        let winner = Account::margin(cut.account);
        let held = books.held(winner);
        let others = event.line.positions.iter().map(|position| position.holder);
        let loser = others.into_iter().find(|holder| *holder != winner);
        findings.applied(Law::AdlCandidate);
        let (Some(side), Some(loser)) = (held.side(), loser) else {
            findings.broken(
                Law::AdlCandidate,
                "a winner and the loser whom he closes",
                winner,
            );
            return;
        };
        if books.held(loser).side() != Some(side.opposite()) {
            let found = format_args!("{loser} with {}", books.held(loser).size);
            findings.broken(Law::AdlCandidate, "a loser on the other side", found);
        }
        let gap = gap(books, side.opposite());
        let price = match gap {
            Some(_) => books.previous_mark,
            None => books.mark,
        };
        if !held.pnl(price).is_positive() {
            findings.broken(
                Law::AdlCandidate,
                format_args!("a position in profit at {price}"),
                held.pnl(price),
            );
        }
        self.rank(books, (cut, side, loser), event, findings);
        taken(books, (cut, winner, gap), event, findings);
    }
}

impl BookAdl {
    /// The winner is the next of the ranking who still holds a position.
    fn rank(
        &mut self,
        books: &Books,
        (cut, side, loser): (&Cut, Side, Account),
        event: &Event<'_>,
        findings: &mut Findings,
    ) {
        let house = loser.kind != AccountKind::Margin;
        let stands = |ranking: &Ranking| {
            (ranking.time, ranking.side, ranking.house) == (books.now, side, house)
        };
        if !self.ranking.as_ref().is_some_and(stands) {
            let queue = self.queue(books, side);
            self.ranking = Some(Ranking {
                time: books.now,
                side,
                house,
                queue,
            });
        }
        let Some(ranking) = &mut self.ranking else {
            return;
        };
        findings.applied(Law::AdlRanking);
        let flat = |account: &u32| books.held(Account::margin(*account)).is_flat();
        while ranking.queue.last().is_some_and(flat) {
            ranking.queue.pop();
        }
        match ranking.queue.last() {
            Some(next) if *next == cut.account => {}
            Some(next) => {
                let expected = format_args!("margin:{next} next");
                findings.broken(
                    Law::AdlRanking,
                    expected,
                    format_args!("margin:{}", cut.account),
                );
                ranking.queue.retain(|account| *account != cut.account);
                return;
            }
            None => findings.broken(
                Law::AdlRanking,
                "a winner that has not been closed",
                cut.account,
            ),
        }
        // Whom the loser outlasts has given all that he can.
        let rest = event
            .line
            .positions
            .iter()
            .find(|position| position.holder == loser);
        if rest.is_some_and(|position| !position.size.is_zero()) {
            ranking.queue.pop();
        }
    }

    fn queue(&self, books: &Books, side: Side) -> Vec<u32> {
        let price = match gap(books, side.opposite()) {
            Some(_) => books.previous_mark,
            None => books.mark,
        };
        let all = books.positions.of_kind(AccountKind::Margin);
        let winners =
            all.filter(|(_, held)| held.side() == Some(side) && held.pnl(price).is_positive());
        let mut ranked: Vec<(i128, std::cmp::Reverse<u32>)> = winners
            .map(|(holder, held)| {
                (
                    self.score(books, holder, &held),
                    std::cmp::Reverse(holder.number),
                )
            })
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, account)| account.0).collect()
    }

    /// `(mark/entry)·(notional/account value)` on the grid of ratios, rounded down.
    fn score(&self, books: &Books, holder: Account, held: &Held) -> i128 {
        let notional = value(held.size.abs(), books.mark, Round::Floor);
        let cost = held.cost.abs();
        let scaled = match held.side() {
            Some(Side::Short) if self.entry_over_mark => cost,
            _ => part(notional, notional.units(), cost.units(), Round::Floor),
        };
        let equity = books.equity(holder);
        let score = match equity.is_positive() {
            true => mul_div(
                scaled.units(),
                Ratio::ONE_UNITS,
                equity.units(),
                Round::Floor,
            ),
            false => None,
        };
        score.unwrap_or(i128::MAX)
    }
}

/// How much better for a loser of this side the mark before its last move is.
fn gap(books: &Books, loser: Side) -> Option<Price> {
    let gap = match loser {
        Side::Long => books.previous_mark - books.mark,
        Side::Short => books.mark - books.previous_mark,
    };
    gap.is_positive().then_some(gap)
}

/// What the older mark gives the winner less is taken, at most his profit.
fn taken(
    books: &Books,
    (cut, winner, gap): (&Cut, Account, Option<Price>),
    event: &Event<'_>,
    findings: &mut Findings,
) {
    let realised =
        got(event, winner, Cause::ProfitRealised) - paid(event, winner, Cause::LossRealised);
    findings.equal(Law::AdlPrincipal, "a profit of", realised, cut.profit);
    findings.at_most(
        Law::AdlPrincipal,
        "taken of the profit,",
        cut.profit.or_zero(),
        cut.taken,
    );
    let posted = paid(event, winner, Cause::AdlCut);
    findings.equal(Law::AdlPrice, "postings of a cut of", cut.taken, posted);
    let cash = left(books, event, winner) + posted;
    let better = gap.map_or(Usd::ZERO, |gap| value(cut.closed.abs(), gap, Round::Floor));
    let most = better.min(cut.profit.or_zero()).min(cash);
    findings.equal(
        Law::AdlPrice,
        "taken at the price of the batch,",
        most,
        cut.taken,
    );
    let size: Base = books.held(winner).size;
    if cut.closed.signum() != size.signum() || cut.closed.abs() > size.abs() {
        findings.broken(
            Law::AdlCandidate,
            format_args!("a part of {size}"),
            cut.closed,
        );
    }
}
