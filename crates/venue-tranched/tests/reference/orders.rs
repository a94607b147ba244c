//! Orders, margin and withdrawals (M-4, M-5.1, M-7).

use seawall_venue::{FillRule, MarketStatus};

use super::books::Purse;
use super::number::{
    above, base, price_down, price_up, share_down, share_up, usd, usd_down, usd_up, whole,
};
use super::second::Gate;
use super::{Answer, Exact, Model, Position, Q, place};

/// The largest price, in units.
const HIGHEST: i128 = 10_000_000_000_000_000_000_000;

pub struct Order {
    pub account: u32,
    pub size: i128,
    pub margin: i128,
    pub limit: Option<i128>,
    pub fill: FillRule,
}

/// What a change of the net size pays against the mark.
#[derive(Debug, Clone, Copy, Default)]
pub struct Charges {
    pub spread: i128,
    pub fee: i128,
    pub impact: i128,
    pub rebate: i128,
}

impl Charges {
    pub fn total(&self) -> i128 {
        self.spread + self.fee + self.impact - self.rebate
    }
}

impl Model {
    /// Charges of a change of the net size; an order that crosses zero is charged as two (M-4.3).
    /// `fees` are the rates inward and outward.
    pub fn charges(&self, change: i128, gate: Gate, fees: [Q; 2]) -> Charges {
        let net = self.net();
        let inward = match net.signum() * change.signum() {
            -1 => change.abs().min(net.abs()),
            _ => 0,
        };
        let outward = change.abs() - inward;
        let ladder = &self.params.ladder;
        let half_spread = match gate {
            Gate::ReduceAtLastMark => {
                ladder.half_spread.q() * whole(ladder.reduce_only_spread.into())
            }
            _ => ladder.half_spread.q(),
        };
        let mut charges = Charges::default();
        for (part, fee) in [inward, outward].into_iter().zip(fees) {
            let notional = usd(self.worth_up(part));
            charges.spread += usd_up(notional.clone() * half_spread.clone());
            charges.fee += usd_up(notional * fee);
        }
        let turned = net.abs() - inward;
        let (from, at) = (self.work(net), self.work(turned));
        charges.impact = above(self.work(turned + outward) - at);
        let reserve = self.books.of(Purse::Reserve);
        charges.rebate = match above(from - at) {
            earned if reserve >= from => earned,
            earned => share_down(earned, reserve, from),
        };
        charges
    }

    pub fn taker_fees(&self) -> [Q; 2] {
        let charges = &self.params.charges;
        [charges.taker_inward.q(), charges.taker_outward.q()]
    }

    /// What of the minimum fill is left to a direction this minute (M-4.7).
    fn minimum_left(&self, side: i128) -> i128 {
        let ladder = &self.params.ladder;
        let share = usd_down(usd(self.capital()) * ladder.minimum_fill_share.q());
        above(ladder.minimum_fill.units().max(share) - self.minimum_used[place(side)])
    }

    fn refused_by_status(&self) -> Answer {
        let status = match self.status() {
            MarketStatus::Live => MarketStatus::ReduceOnly,
            status => status,
        };
        Answer::refused(format!("status {status:?}"))
    }

    pub fn order(&mut self, order: &Order) -> Answer {
        match self.decide(order) {
            Ok(deal) => self.execute(order, &deal),
            Err(answer) => answer,
        }
    }

    /// How much closes and opens, and how much of the minimum fill that uses.
    fn size_up(&mut self, order: &Order) -> Result<(i128, i128, i128), Answer> {
        let gate = self.gate();
        let held = self.position(order.account).size;
        let side = order.size.signum();
        let wanted = match held.signum() * side {
            -1 => order.size.abs().min(held.abs()),
            _ => 0,
        };
        let closing = match gate {
            Gate::ReduceAtLastMark => wanted.min(self.bought(self.minimum_left(side))),
            _ => wanted,
        };
        if gate != Gate::Open && closing == 0 {
            return Err(self.refused_by_status());
        }
        let rest = order.size.abs() - wanted;
        if rest == 0 || closing < wanted {
            return Ok((closing, 0, 0));
        }
        if gate != Gate::Open {
            return match order.fill {
                FillRule::Partial => Ok((closing, 0, 0)),
                FillRule::AllOrNone => Err(self.refused_by_status()),
            };
        }
        let (limit, room) = self.tightest(order.account, side, side * closing);
        let most = self.bought(above(room) + self.minimum_left(side));
        let opening = rest.min(most);
        if opening == 0 && closing == 0 {
            return Err(Answer::refused(format!("limit {limit}")));
        }
        let beyond = above(self.worth_up(opening) - above(room));
        if beyond > 0 {
            self.reach("minimum fill used");
        }
        Ok((closing, opening, beyond))
    }

    /// The size that an account may open on a side as things stand.
    pub fn room_to_open(&self, account: u32, side: i128) -> i128 {
        let (_, room) = self.tightest(account, side, 0);
        self.bought(above(room) + self.minimum_left(side))
    }

    /// The limit of M-7 that leaves least to open on a side, after `closed` (signed).
    fn tightest(&self, account: u32, side: i128, closed: i128) -> (&'static str, i128) {
        let limits = &self.params.limits;
        let cap = usd_down(usd(self.capital()) * limits.reserved.q());
        let own = self.position(account);
        let own = if own.size.signum() == side {
            self.notional(&own)
        } else {
            0
        };
        let skew = self.worth_up((self.net() + closed) * side);
        let left = [
            ("open interest", cap - self.open_interest(side)),
            ("net skew", self.depth() - skew),
            (
                "account notional",
                usd_down(usd(cap) * limits.account.q()) - own,
            ),
        ];
        let mut least = left[0];
        for each in left {
            if each.1 < least.1 {
                least = each;
            }
        }
        least
    }

    /// Decides an order on the state after it.
    fn decide(&mut self, order: &Order) -> Result<Deal, Answer> {
        if self
            .cases
            .get(&order.account)
            .is_some_and(|case| case.auctioned)
        {
            return Err(Answer::refused("in liquidation"));
        }
        if order.size == 0 || order.margin < 0 {
            return Err(Answer::refused("not positive"));
        }
        if self.gate() == Gate::Closed {
            return Err(Answer::refused("status Halted"));
        }
        let (closing, opening, minimum) = self.size_up(order)?;
        let side = order.size.signum();
        let filled = side * (closing + opening);
        if filled != order.size && order.fill == FillRule::AllOrNone {
            return Err(Answer::refused("part only"));
        }
        let charges = self.charges(filled, self.gate(), self.taker_fees());
        self.check_limit(order, filled, &charges)?;
        let position = self.position(order.account);
        let (pnl, _) = self.close(position, closing, self.mark);
        let deal = Deal {
            closing,
            opening: side * opening,
            minimum,
            charges,
            pnl,
            cut: self.cut_of(&position, above(pnl)),
            missing: above(pnl).min(self.shortfall()),
        };
        self.check_margin(order, &position, deal)
    }

    /// What deficits that wait for ADL take of a winner who closes: D/(open profit of his side),
    /// up (M-8.5).
    fn cut_of(&self, position: &Position, profit: i128) -> i128 {
        let side = position.size.signum();
        if side == 0 || profit == 0 {
            return 0;
        }
        let claim = self.adl_claim(side);
        let all: i128 = self
            .of_side(side)
            .map(|(_, p)| above(self.open_pnl(&p)))
            .sum();
        if claim == 0 || all == 0 {
            return 0;
        }
        share_up(profit, claim.min(all), all).min(profit)
    }

    fn check_limit(&self, order: &Order, filled: i128, charges: &Charges) -> Result<(), Answer> {
        let Some(limit) = order.limit else {
            return Ok(());
        };
        let size = filled.abs();
        let apart = charges.spread + charges.impact - charges.rebate;
        let legal = |at: i128| if at > 0 && at <= HIGHEST { at } else { 1 };
        let worse = match order.size > 0 {
            true => legal(price_up(usd(self.worth_up(size) + apart) / base(size))) > limit,
            false => legal(price_down(usd(self.worth_down(size) - apart) / base(size))) < limit,
        };
        if worse {
            Err(Answer::refused("limit price"))
        } else {
            Ok(())
        }
    }

    /// The position once a deal is done, nothing due.
    fn after(&self, position: &Position, deal: &Deal) -> Position {
        let (_, rest) = self.close(self.settled(*position), deal.closing, self.mark);
        match deal.opening {
            0 => rest,
            opening => self.entered(rest, opening, self.worth_up(opening)),
        }
    }

    fn check_margin(
        &self,
        order: &Order,
        position: &Position,
        mut deal: Deal,
    ) -> Result<Deal, Answer> {
        let funding = self.owed_funding(position);
        let margin = self.margin(order.account) + order.margin + deal.pnl
            - funding
            - self.owed_fee(position)
            - deal.charges.total();
        // Never principal: a cut takes what is there.
        deal.cut = deal.cut.min(above(margin));
        let margin = margin - deal.cut;
        let after = self.after(position, &deal);
        let equity = margin + self.open_pnl(&after);
        let needed = match deal.opening {
            0 => 0,
            _ => self.required(self.notional(&after), self.initial),
        };
        let drawn = above(-margin);
        if equity < needed || (after.size == 0 && drawn > 0) {
            return Err(Answer::refused("initial margin"));
        }
        let payout = above(deal.pnl) + above(-funding) + drawn;
        if payout - deal.missing > self.pool_cash() {
            return Err(Answer::refused("limit pool cash"));
        }
        Ok(deal)
    }

    fn execute(&mut self, order: &Order, deal: &Deal) -> Answer {
        let (account, charges) = (order.account, deal.charges);
        let side = self.position(account).size.signum();
        let purse = Purse::Margin(account);
        let filled = order.size.signum() * deal.closing + deal.opening;
        let notional = self.worth_up(filled.abs());
        self.post(account, order.margin);
        self.pay_pool(Purse::Missing(self.next_deficit), deal.missing);
        self.books.pay(Purse::Reserve, purse, charges.rebate);
        let more = charges.spread + charges.fee + charges.impact + deal.cut;
        self.realise(account, deal.closing, self.mark, more);
        self.books
            .pay(purse, Purse::Fees, charges.spread + charges.fee);
        self.books.pay(purse, Purse::Reserve, charges.impact);
        if deal.opening != 0 {
            let cost = self.worth_up(deal.opening);
            let held = self.position(account);
            let opened = self.entered(held, deal.opening, cost);
            self.set_position(account, opened);
        }
        self.minimum_used[place(filled.signum())] += match self.status() {
            MarketStatus::ReduceOnly => notional,
            _ => deal.minimum,
        };
        if deal.missing > 0 {
            self.reach("winner's shortfall");
            self.open_deficit(
                account,
                -side,
                deal.missing,
                super::deficits::Payer::Insurance,
            );
        }
        if deal.cut > 0 {
            self.reach("winner's own cut");
            self.contribute(account, side, deal.cut);
        }
        if self.position(account).size == 0 {
            self.release(account);
        }
        self.note_fill(order, deal, filled);
        Answer::Filled {
            asked: order.size,
            filled,
            notional,
            cost: charges.total(),
            mark: self.mark,
        }
    }

    fn note_fill(&mut self, order: &Order, deal: &Deal, filled: i128) {
        self.reach(match (deal.closing, deal.opening) {
            (0, _) => "opened",
            (_, 0) => "reduced",
            _ => "flipped",
        });
        if filled != order.size {
            self.reach("partly filled");
        }
        if deal.charges.rebate > 0 {
            self.reach("rebate");
        }
    }

    pub fn add_margin(&mut self, account: u32, amount: i128) -> Answer {
        if amount <= 0 {
            return Answer::refused("not positive");
        }
        if self.status() == MarketStatus::Halted {
            return Answer::refused("status Halted");
        }
        if self.position(account).size == 0 {
            return Answer::refused("no position");
        }
        self.post(account, amount);
        Answer::Moved(amount)
    }

    pub fn withdraw(&mut self, account: u32, amount: i128) -> Answer {
        if amount <= 0 {
            return Answer::refused("not positive");
        }
        if amount > self.books.of(Purse::Free(account)) {
            return Answer::refused("collateral");
        }
        self.books.pay(Purse::Free(account), Purse::Outside, amount);
        Answer::Moved(amount)
    }
}

/// An order, decided.
#[derive(Debug, Clone, Copy)]
struct Deal {
    closing: i128,
    /// Signed.
    opening: i128,
    minimum: i128,
    charges: Charges,
    pnl: i128,
    cut: i128,
    /// What equity misses for K when the profit is paid (M-8.3).
    missing: i128,
}
