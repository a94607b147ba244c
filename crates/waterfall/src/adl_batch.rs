//! Batches of ADL: for deficits that wait, and without a cut when open profit threatens the
//! capital before ADL (M-8.5).

use seawall_ledger::{AccountId, DeficitId};
use seawall_units::{Base, Side, Time, Usd, split_pro_rata};
use seawall_venue::{Event, SkipReason, StageEnd, StageId, StageReport, WinnerCut};

use crate::adl::{AdlCaps, plan_batch};
use crate::waterfall::{OpenDeficit, Pace, Waterfall};
use crate::{Market, Winner};

/// What one winner gave up in a batch.
struct Closed {
    account: AccountId,
    size: Base,
    profit: Usd,
}

impl Waterfall {
    /// One batch for the deficits that bankrupts of `side` left, if one is due.
    pub(crate) fn run_batch(
        &mut self,
        side: Side,
        open: &mut [OpenDeficit],
        market: &mut dyn Market,
        pace: Pace,
    ) {
        let mut group: Vec<&mut OpenDeficit> = open
            .iter_mut()
            .filter(|each| each.deficit.side() == side && self.waits_for_adl(each))
            .collect();
        if group.is_empty() {
            return;
        }
        let winning = winning_side(side, market);
        if pace == Pace::Interval && !self.batch_is_due(winning) {
            return;
        }
        let winners = market.winners(winning);
        for each in &mut group {
            each.adl_side = Some(winning);
            let may = !winners.is_empty() && each.batches < self.config.adl.max_batches;
            if each.deficit.is_cleared() || !may {
                self.end_adl(each, market);
            }
        }
        group.retain(|each| self.waits_for_adl(each));
        if group.is_empty() {
            return;
        }
        let owed: Usd = group.iter().map(|each| each.deficit.left()).sum();
        let multiple = Usd::units_i64(self.config.adl.batch_multiple.into());
        let profit = owed.mul_div_ceil(multiple, Usd::ULP).unwrap_or(owed);
        let closed = self.close_winners(winning, (winners, profit), market);
        if closed.iter().all(|c| c.profit.is_zero()) {
            // Nothing closable is left, however small the sizes: the side has no more to give.
            for each in group {
                self.end_adl(each, market);
            }
            return;
        }
        self.cut(owed, closed, &mut group, market);
    }

    fn batch_is_due(&self, side: Side) -> bool {
        let last = self.last_batch.get(&side);
        last.is_none_or(|last| self.now.since(*last) >= self.config.adl.interval)
    }

    fn caps(&self, side: Side, profit: Usd, market: &dyn Market) -> AdlCaps {
        let share = self.config.adl.side_share;
        AdlCaps {
            profit,
            notional: market.open_interest(side).mul_floor(share),
        }
    }

    /// Closes winners down the ranking until their profit reaches `profit` or a cap is met.
    fn close_winners(
        &mut self,
        side: Side,
        (winners, profit): (Vec<Winner>, Usd),
        market: &mut dyn Market,
    ) -> Vec<Closed> {
        self.last_batch.insert(side, self.now);
        let caps = self.caps(side, profit, market);
        let batch = plan_batch(winners, market.mark(), caps, &self.config.adl);
        let close = |(account, size)| {
            let profit = market.close_winner(account, size);
            market.tell(Event::AdlClose {
                account,
                size,
                profit,
            });
            Closed {
                account,
                size,
                profit,
            }
        };
        batch.into_iter().map(close).collect()
    }

    /// Takes the same share `min(1, D/Q)` of each profit, exactly, and places it oldest first.
    fn cut(
        &mut self,
        owed: Usd,
        closed: Vec<Closed>,
        group: &mut [&mut OpenDeficit],
        market: &mut dyn Market,
    ) {
        let profits: Vec<Usd> = closed.iter().map(|c| c.profit).collect();
        let taken = owed.min(profits.iter().copied().sum());
        let parts = split_pro_rata(taken, &profits).unwrap_or_default();
        let first = group.first().map(|each| each.deficit.id());
        let mut reports: Vec<StageReport> = group
            .iter()
            .map(|each| self.blank(StageId::Adl, Some(each.deficit.id()), StageEnd::Waiting))
            .collect();
        let mut turn = 0;
        for (winner, part) in closed.iter().zip(parts) {
            let mut left = part;
            while left.is_positive() {
                let Some((each, report)) = group.get_mut(turn).zip(reports.get_mut(turn)) else {
                    break;
                };
                let amount = each.deficit.pay(left).absorbed;
                if amount.is_positive() {
                    let id = each.deficit.id();
                    report
                        .transfers
                        .push(market.cut_winner(winner.account, amount, id));
                    report.absorbed += amount;
                    left -= amount;
                }
                if each.deficit.is_cleared() {
                    turn = turn.saturating_add(1);
                }
            }
            market.tell(cut_event(self.now, first, winner, part));
        }
        if let Some(report) = reports.first_mut() {
            report.closed = closed.iter().map(|c| c.size).sum();
        }
        for (each, mut report) in group.iter_mut().zip(reports) {
            each.batches = each.batches.saturating_add(1);
            let capped = each.batches >= self.config.adl.max_batches;
            if each.deficit.is_cleared() || capped {
                let cleared = each.deficit.is_cleared();
                report.end = if cleared {
                    StageEnd::Cleared
                } else {
                    StageEnd::Capped
                };
                self.end_turn(each, report, market);
            } else {
                self.note_payment(each, report.absorbed);
                market.tell(Event::Stage(report));
            }
        }
    }

    /// No winner is left, or nothing of the deficit.
    fn end_adl(&self, each: &mut OpenDeficit, market: &mut dyn Market) {
        let end = match (each.deficit.is_cleared(), each.batches) {
            (true, _) => StageEnd::Skipped(SkipReason::NothingLeft),
            (false, 0) => StageEnd::Skipped(SkipReason::NoWinners),
            (false, _) => StageEnd::Exhausted,
        };
        let report = self.blank(StageId::Adl, Some(each.deficit.id()), end);
        self.end_turn(each, report, market);
    }

    /// What deficits waiting for ADL still miss that winners of `side` would be cut for.
    #[must_use]
    pub fn claim_on(&self, side: Side) -> Usd {
        let waiting = self.open.iter().filter(|each| self.waits_for_adl(each));
        let claims = waiting.filter(|each| adl_side(each) == side);
        claims.map(|each| each.deficit.left()).sum()
    }

    /// A winner of the side closes on his own while a deficit waits: `amount` of his profit goes
    /// to it, oldest first (M-8.5).
    pub fn contribute(&mut self, mut cut: WinnerCut, side: Side, market: &mut dyn Market) {
        let mut left = cut.taken;
        let mut open = std::mem::take(&mut self.open);
        for each in &mut open {
            if left.is_zero() || !self.waits_for_adl(each) || adl_side(each) != side {
                continue;
            }
            let (id, amount) = (each.deficit.id(), each.deficit.pay(left).absorbed);
            if !amount.is_positive() {
                continue;
            }
            cut.deficit = cut.deficit.or(Some(id));
            left -= amount;
            let mut report = self.blank(StageId::Adl, Some(id), StageEnd::Waiting);
            report.absorbed = amount;
            report.transfers = vec![market.cut_winner(cut.account, amount, id)];
            self.note_payment(each, amount);
            market.tell(Event::Stage(report));
        }
        self.open = open;
        market.tell(Event::Cut(cut));
    }

    /// Winners that are to be closed while equity does not reach Senior's claim: what is missing
    /// for their profit is a deficit, placed from insurance on, as in a close of their own (M-8.3).
    fn book_shortfalls(
        &mut self,
        side: Side,
        winners: &[Winner],
        profit: Usd,
        market: &mut dyn Market,
    ) {
        let caps = self.caps(side, profit, market);
        for (account, size) in plan_batch(winners.to_vec(), market.mark(), caps, &self.config.adl) {
            let missing = market.book_shortfall(account, size, self.next_deficit());
            self.open_shortfall((account, side.opposite()), missing, market);
        }
    }

    /// Deleverages without a cut while traders' open profit exceeds the trigger share of the
    /// capital that pays before ADL, down to the target share.
    pub(crate) fn guard_capital(&mut self, market: &mut dyn Market) {
        let payers = self.config.loss_order.payers();
        let before = payers.split(|payer| *payer == StageId::Adl).next();
        let (open_pnl, capital) = market.open_pnl_and_capital(before.unwrap_or_default());
        let (config, capital) = (&self.config.adl, capital.or_zero());
        let floor = capital.mul_ceil(config.capital_target);
        let trigger = capital.mul_ceil(config.capital_trigger);
        self.deleveraging = open_pnl > if self.deleveraging { floor } else { trigger };
        if !self.deleveraging {
            return;
        }
        if !Side::BOTH.into_iter().any(|side| self.batch_is_due(side)) {
            return;
        }
        let total = |side| market.winners_profit(side);
        let side = if total(Side::Long) >= total(Side::Short) {
            Side::Long
        } else {
            Side::Short
        };
        if !self.batch_is_due(side) {
            return;
        }
        let winners = market.winners(side);
        self.book_shortfalls(side, &winners, open_pnl - floor, market);
        let closed = self.close_winners(side, (winners, open_pnl - floor), market);
        let mut report = self.blank(StageId::Adl, None, StageEnd::Cleared);
        report.closed = closed.iter().map(|c| c.size).sum();
        for winner in &closed {
            market.tell(cut_event(self.now, None, winner, Usd::ZERO));
        }
        market.tell(Event::Stage(report));
    }
}

fn cut_event(time: Time, deficit: Option<DeficitId>, winner: &Closed, taken: Usd) -> Event {
    let Closed {
        account,
        size: closed,
        profit,
    } = *winner;
    Event::Cut(WinnerCut {
        time,
        account,
        deficit,
        closed,
        profit,
        taken,
    })
}

/// The side opposite the bankrupt; if nobody wins there, his own.
fn winning_side(bankrupt: Side, market: &dyn Market) -> Side {
    match market.has_winners(bankrupt.opposite()) {
        true => bankrupt.opposite(),
        false => bankrupt,
    }
}

fn adl_side(open: &OpenDeficit) -> Side {
    open.adl_side.unwrap_or(open.deficit.side().opposite())
}
