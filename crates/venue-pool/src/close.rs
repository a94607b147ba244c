//! Closing a position, wholly or in part, and the order in which it pays.
use seawall_ledger::{Account, Cause};
use seawall_units::{Base, Price, Round, Side, Usd};
use seawall_venue::{Event, Refusal, WinnerCut};

use crate::draft::{Draft, Fee, impact_usd};
use crate::impact::{self, Change};
use crate::position::{Dues, Position, fee_tier};
use crate::prices::share;
use crate::wide::F30;

/// Who closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closer {
    /// The owner; refused when the position cannot pay what it owes.
    Owner,
    /// The liquidation keeper; may close insolvent.
    Liquidator,
    /// The ADL keeper; may close insolvent if it closes everything.
    Deleverager,
}

/// What a close came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closed {
    /// The price with impact.
    pub(crate) price: Price,
    /// Profit at the mark of the part that was closed.
    pub(crate) profit: Usd,
    /// What the cap on traders' profits withheld of it.
    pub(crate) withheld: Usd,
    /// Position fee, half-spread and closing impact against the mark.
    pub(crate) cost: Usd,
    /// Loss and funding that the pool did not get.
    pub(crate) shortfall: Usd,
    /// What was set free.
    pub(crate) released: Usd,
}

/// The figures of a close, all taken from the state before it.
struct Leg {
    tokens: Base,
    size: Usd,
    /// Realised profit or loss before the cap.
    pnl: Usd,
    withheld: Usd,
    profit_at_mark: Usd,
    /// Impact of this close alone, for the execution price and the cost figure.
    own_impact: Usd,
    /// Impact that is settled, with what was pending; above zero for a gain.
    settled_impact: Usd,
    /// Impact cost beyond the cap; charged, and kept by the pool.
    excess_impact: Usd,
    fee: Usd,
    dues: Dues,
}

impl Draft<'_> {
    fn leg(&self, position: &Position, tokens: Base, dues: Dues) -> Leg {
        let side = position.side;
        // A part's entry value goes against the trader; the last part takes what is left.
        let round = match side {
            Side::Long => Round::Ceil,
            Side::Short => Round::Floor,
        };
        let size = share(position.size, tokens, position.tokens, round);
        let (worth, at_mark) = (self.closing_worth(side, tokens), self.prices.mark);
        let (pnl, profit_at_mark) = match side {
            Side::Long => (worth - size, at_mark.value_floor(tokens) - size),
            Side::Short => (size - worth, size - at_mark.value_ceil(tokens)),
        };
        let kept = self.pool.capped_pnl(self.terms, self.prices, side, pnl);
        let kept = kept.min(self.pool.cash);
        let change = Change {
            side,
            tokens: -tokens,
            entry_usd: -size,
        };
        let params = &self.terms.params.impact;
        let found = impact::of_trade(self.terms, &self.pool, self.prices, &change);
        let own = impact::capped_gain(params, found.usd, size);
        let pending = position.pending.part(tokens, position.tokens);
        let total = own.plus(pending.value(self.prices));
        let (settled_impact, excess_impact) = self.settled_impact(total, size);
        Leg {
            tokens,
            size,
            pnl,
            withheld: pnl - kept,
            profit_at_mark,
            own_impact: impact_usd(own),
            settled_impact,
            excess_impact,
            fee: size.mul_ceil(fee_tier(self.terms, found.improved)),
            dues,
        }
    }

    /// What a close of `tokens` trades for: a long sells, a short buys back.
    fn closing_worth(&self, side: Side, tokens: Base) -> Usd {
        self.prices.trade(side.opposite(), tokens)
    }

    /// The impact to settle and the cost beyond the cap.
    ///
    /// **Formula** a cost beyond `max_negative · size` is split off; a gain is capped at
    /// `max_positive · size` and at what the impact pool holds.
    /// **Source** gmx-synthetics, `position/DecreasePositionCollateralUtils.sol`, since V2.2.
    fn settled_impact(&self, total: F30, size: Usd) -> (Usd, Usd) {
        let params = &self.terms.params.impact;
        let floor = impact::portion(params.max_negative, size).negated();
        let clamped = total.max(floor);
        let excess = impact_usd(clamped.minus(total).negated());
        let gain = impact::capped_gain(params, clamped, size);
        let settled = impact_usd(gain).min(self.pool.impact_pool);
        (settled, -excess)
    }

    /// Closes `tokens ≤` the position.
    ///
    /// Profit and an impact gain come in first; then funding, loss, fees, impact cost and its
    /// excess are paid in this order, from what came in, then from the margin. The first that
    /// cannot be paid in full leaves nothing for those after it.
    pub(crate) fn close(&mut self, tokens: Base, closer: Closer) -> Result<Closed, Refusal> {
        let Some(mut position) = self.position.take() else {
            return Err(Refusal::NoPosition {
                account: self.account,
            });
        };
        let side = position.side;
        let dues = position.dues(self.pool.side(side));
        self.claim_funding(dues.claim);
        let leg = self.leg(&position, tokens, dues);
        self.pool.exclude(&position);
        let before = self.margin;
        self.take_profit(&leg);
        let income = self.margin - before;
        let due = self.margin;
        let (shortfall, unpaid) = self.pay_in_order(&leg, closer);
        let is_whole = tokens == position.tokens;
        let may_fail = match closer {
            Closer::Owner => false,
            Closer::Liquidator => true,
            Closer::Deleverager => is_whole,
        };
        if unpaid.is_positive() && !may_fail {
            return Err(Refusal::InitialMargin {
                equity: -unpaid,
                required: Usd::ZERO,
            });
        }
        let released = match is_whole {
            true => self.margin,
            false => (income - (due - self.margin)).or_zero(),
        };
        self.release(released);
        if !is_whole {
            position.touch(self.pool.side(side));
            position.pending = position
                .pending
                .minus(position.pending.part(tokens, position.tokens));
            position.tokens -= tokens;
            position.size -= leg.size;
            self.pool.include(&position);
            self.position = Some(position);
        }
        Ok(self.closed(&leg, side, shortfall, released))
    }

    fn closed(&self, leg: &Leg, side: Side, shortfall: Usd, released: Usd) -> Closed {
        let trade = side.opposite();
        let (tokens, impact) = (leg.tokens, leg.own_impact);
        Closed {
            price: self.prices.execution(trade, tokens, impact),
            profit: leg.profit_at_mark,
            withheld: leg.withheld,
            cost: leg.fee + self.prices.spread(trade, tokens) - impact,
            shortfall,
            released,
        }
    }

    /// Profit comes in gross and the cap takes its part back; a gain of impact comes in.
    ///
    /// The part of a gross profit that the pool has no cash for is withheld in any case: it is
    /// posted through `Clearing` so that the journal shows both sides of it.
    fn take_profit(&mut self, leg: &Leg) {
        let margin = self.margin_account();
        let gross = leg.pnl.or_zero();
        let uncovered = (gross - self.pool.cash).or_zero().min(leg.withheld);
        let covered = gross - uncovered;
        self.pay(Account::Pool, margin, covered, Cause::ProfitRealised);
        self.pay(Account::Clearing, margin, uncovered, Cause::ProfitRealised);
        self.pay(margin, Account::Clearing, uncovered, Cause::PnlCap);
        let back = leg.withheld - uncovered;
        self.pay(margin, Account::Pool, back, Cause::PnlCap);
        let gain = leg.settled_impact.or_zero();
        self.pay(Account::ImpactPool, margin, gain, Cause::ImpactRebate);
    }

    /// Gives what the pool is short of in funding and loss, and everything unpaid.
    fn pay_in_order(&mut self, leg: &Leg, closer: Closer) -> (Usd, Usd) {
        let mut shortfall = self.pay_funding(leg.dues.funding);
        let loss = (-leg.pnl).or_zero();
        shortfall += self.pay_up(Account::Pool, loss, Cause::LossRealised);
        let liquidation = match closer {
            Closer::Liquidator => leg.size.mul_ceil(self.terms.params.fees.liquidation),
            Closer::Owner | Closer::Deleverager => Usd::ZERO,
        };
        let fees = [
            Fee {
                amount: leg.dues.borrowing,
                cause: Cause::Utilisation,
            },
            Fee {
                amount: leg.fee,
                cause: Cause::TakerFee,
            },
            Fee {
                amount: liquidation,
                cause: Cause::LiquidationFee,
            },
        ];
        let mut unpaid = shortfall + self.pay_fees(&fees);
        let cost = (-leg.settled_impact).or_zero();
        unpaid += self.pay_up(Account::ImpactPool, cost, Cause::ImpactPaid);
        unpaid += self.pay_up(Account::Pool, leg.excess_impact, Cause::ImpactPaid);
        (shortfall, unpaid)
    }

    /// Notes what the cap on traders' profits withheld, or that a winner was closed.
    pub(crate) fn note_cut(&mut self, closed: &Closed, size: Base) {
        self.tell(Event::Cut(WinnerCut {
            time: self.now,
            account: self.account,
            deficit: None,
            closed: size,
            profit: closed.profit,
            taken: closed.withheld,
        }));
    }
}
