//! ADL of a pool: winners of a side are closed at the market while its profit is too much for its
//! half of the pool; what the cap on profits withholds is what is taken (GMX-1.3).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::books::{Books, Held};
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, AccountKind, Phase, Side};
use crate::record::{Cut, Data};
use crate::wide::{Round, mul_div, times, value};

use super::positions::paid;
use super::{Event, Laws};

/// The laws of a pool's ADL.
#[derive(Debug)]
pub(crate) struct PoolAdl {
    start: Option<Ratio>,
    order: Order,
    /// The liquidation of the line before.
    liquidated: Option<u32>,
    run: Option<Run>,
    /// When each position was opened or increased last.
    grown: BTreeMap<u32, u64>,
}

/// In which order the keeper closes winners.
#[derive(Debug, Clone, Copy)]
enum Order {
    Profit,
    Return,
    Size,
    /// The one that was opened or increased longest ago.
    Age,
    /// Whom it draws: any winner, but each only once.
    Any,
}

/// The winners of a side as they stood when the first of them was closed.
#[derive(Debug)]
struct Run {
    time: u64,
    side: Side,
    /// The last one first.
    queue: Vec<u32>,
}

impl PoolAdl {
    pub(crate) fn new(books: &Books) -> Self {
        let order = books
            .parameters
            .at("adl_order")
            .and_then(|word| word.as_str());
        Self {
            start: books.parameters.ratio("pnl.adl"),
            order: match order {
                Some("largest_return") => Order::Return,
                Some("largest_position") => Order::Size,
                Some("oldest") => Order::Age,
                Some("random") => Order::Any,
                _ => Order::Profit,
            },
            liquidated: None,
            run: None,
            grown: BTreeMap::new(),
        }
    }
}

impl Laws for PoolAdl {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let liquidated = self.liquidated.take();
        if matches!(self.order, Order::Age) {
            self.note_growth(books, event);
        }
        match &event.data {
            Data::Liquidation(taken) => self.liquidated = Some(taken.account),
            Data::Cut(cut) => {
                findings.at_most(
                    Law::AdlPrincipal,
                    "taken of the profit,",
                    cut.profit.or_zero(),
                    cut.taken,
                );
                let own = event.line.phase == Phase::Liquidation && liquidated != Some(cut.account);
                if own {
                    self.closed(books, cut, event, findings);
                }
            }
            _ => {}
        }
    }
}

impl PoolAdl {
    fn closed(&mut self, books: &Books, cut: &Cut, event: &Event<'_>, findings: &mut Findings) {
        let winner = Account::margin(cut.account);
        findings.applied(Law::AdlCandidate);
        let held = books.held(winner);
        let Some(side) = held.side().filter(|_| books.profit(&held).is_positive()) else {
            findings.broken(
                Law::AdlCandidate,
                "a position in profit",
                books.profit(&held),
            );
            return;
        };
        let posted = paid(event, winner, Cause::PnlCap);
        findings.equal(
            Law::AdlPrincipal,
            "what the cap withheld,",
            posted,
            cut.taken,
        );
        let stands = |run: &Run| (run.time, run.side) == (books.now, side);
        if !self.run.as_ref().is_some_and(stands) {
            self.begins(books, side, findings);
        }
        let Some(run) = &mut self.run else { return };
        findings.applied(Law::AdlRanking);
        let next = match self.order {
            Order::Any => {
                let place = run.queue.iter().position(|one| *one == cut.account);
                place.map(|place| run.queue.remove(place))
            }
            _ => run.queue.pop(),
        };
        match next {
            Some(next) if next == cut.account => {}
            next => {
                let next =
                    next.map_or_else(|| String::from("nobody"), |next| format!("margin:{next}"));
                findings.broken(Law::AdlRanking, format_args!("{next} next"), winner);
            }
        }
    }

    /// Notes the positions that the event opens, increases or turns to the other side.
    fn note_growth(&mut self, books: &Books, event: &Event<'_>) {
        for position in &event.line.positions {
            let held = books.held(position.holder);
            let turns = position.size.signum() != held.size.signum();
            if turns || position.size.abs() > held.size.abs() {
                self.grown.insert(position.holder.number, event.line.time);
            }
        }
    }

    /// The keeper begins when the side's profit is beyond its share of the side's half of the pool.
    fn begins(&mut self, books: &Books, side: Side, findings: &mut Findings) {
        if let Some(start) = self.start {
            let most = times(books.side_pool(), start, Round::Floor);
            findings.applied(Law::AdlCandidate);
            let profit = books.side_pnl_max(side);
            if profit <= most {
                findings.broken(
                    Law::AdlCandidate,
                    format_args!("a side's profit above {most}"),
                    profit,
                );
            }
        }
        let all = books.positions.of_kind(AccountKind::Margin);
        let winners =
            all.filter(|(_, held)| held.side() == Some(side) && books.profit(held).is_positive());
        let mut ranked: Vec<(i128, Reverse<u32>)> = winners
            .map(|(holder, held)| {
                (
                    self.rank(books, holder.number, &held),
                    Reverse(holder.number),
                )
            })
            .collect();
        ranked.sort_unstable();
        let queue = ranked.into_iter().map(|(_, account)| account.0).collect();
        self.run = Some(Run {
            time: books.now,
            side,
            queue,
        });
    }

    fn rank(&self, books: &Books, account: u32, held: &Held) -> i128 {
        let (profit, size) = (books.profit(held).units(), held.cost.abs().units());
        match self.order {
            Order::Profit => profit,
            Order::Return => {
                mul_div(profit, Ratio::ONE_UNITS, size, Round::Floor).unwrap_or(i128::MAX)
            }
            Order::Size => size,
            Order::Age => {
                let grown = self.grown.get(&account).copied().unwrap_or(books.start);
                i128::from(grown).saturating_neg()
            }
            Order::Any => 0,
        }
    }
}

impl Books {
    /// A position's profit at the price that is worse for it, rounded down.
    pub(crate) fn profit(&self, held: &Held) -> Usd {
        let (prices, size) = (self.prices(), held.size.abs());
        match held.side() {
            Some(Side::Long) => value(size, prices.min, Round::Floor) - held.cost.abs(),
            Some(Side::Short) => held.cost.abs() - value(size, prices.max, Round::Ceil),
            None => Usd::ZERO,
        }
    }
}
