use seawall_ledger::{Account, AccountId, Cause};
use seawall_units::{Base, Price, Ratio, Round, Side, Usd, mul_div};
use seawall_venue::{Command, Event, Fill, FillRule, Receipt, Refusal};

use crate::depth::Taken;
use crate::liquidity::{QueuedLiquidity, Way};
use crate::parties::Party;
use crate::position::{Leg, Position};
use crate::quoters::Quoter;
use crate::venue::OrderBookVenue;

/// An order as asked.
#[derive(Debug, Clone, Copy)]
struct Asked {
    account: AccountId,
    size: Base,
    margin: Usd,
    limit: Option<Price>,
    fill: FillRule,
}

/// An order as it will be executed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    fill: Fill,
    side: Side,
    from_free: Usd,
    from_outside: Usd,
    taker: Leg,
    makers: Leg,
    fee: Usd,
    maker_fee: Usd,
    released: Usd,
}

/// What a command will do.
#[derive(Debug, Clone)]
pub(crate) enum Decision {
    Order(Box<Order>),
    AddMargin { account: AccountId, amount: Usd },
    Withdraw { account: AccountId, amount: Usd },
    Liquidity(QueuedLiquidity),
    Bidding(Quoter),
}

impl Decision {
    pub(crate) fn receipt(&self) -> Receipt {
        match self {
            Self::Order(order) => Receipt::Filled(order.fill),
            Self::AddMargin { amount, .. } | Self::Withdraw { amount, .. } => {
                Receipt::Moved { amount: *amount }
            }
            Self::Liquidity(_) => Receipt::Queued,
            Self::Bidding(_) => Receipt::Noted,
        }
    }
}

impl OrderBookVenue {
    /// Decides a command; writes nothing.
    pub(crate) fn decide(&self, command: &Command) -> Result<Decision, Refusal> {
        match *command {
            Command::Order {
                account,
                size,
                margin,
                limit,
                fill,
            } => {
                let asked = Asked {
                    account,
                    size,
                    margin,
                    limit,
                    fill,
                };
                self.decide_order(&asked).map(Box::new).map(Decision::Order)
            }
            Command::AddMargin { account, amount } => {
                positive(amount)?;
                match self.held_by(Party::User(account)).is_flat() {
                    true => Err(Refusal::NoPosition { account }),
                    false => Ok(Decision::AddMargin { account, amount }),
                }
            }
            Command::Withdraw { account, amount } => {
                positive(amount)?;
                let available = self.ledger.balance(Account::Free(account));
                match amount > available {
                    true => Err(Refusal::Collateral {
                        available,
                        asked: amount,
                    }),
                    false => Ok(Decision::Withdraw { account, amount }),
                }
            }
            Command::Provide { lp, amount, .. } => self.decide_liquidity(QueuedLiquidity {
                lp,
                way: Way::In,
                amount,
            }),
            Command::Redeem { lp, amount, .. } => self.decide_liquidity(QueuedLiquidity {
                lp,
                way: Way::Out,
                amount,
            }),
            Command::Bidding {
                bidder,
                presence,
                book_share,
            } => Ok(Decision::Bidding(Quoter {
                bidder,
                presence,
                book_share,
            })),
            Command::Claim { .. } => Err(Refusal::Liquidity {
                reason: "redemptions are paid when they are executed",
            }),
            Command::Recover { .. } => Err(Refusal::Liquidity {
                reason: "no rule gives a recovery back",
            }),
        }
    }

    fn decide_order(&self, asked: &Asked) -> Result<Order, Refusal> {
        let account = asked.account;
        if account.index() >= self.users.len() {
            return Err(Refusal::NoPosition { account });
        }
        let side = asked.size.side().ok_or(Refusal::NotPositive)?;
        if asked.margin.is_negative() {
            return Err(Refusal::NotPositive);
        }
        let party = Party::User(account);
        let before = self.held_by(party);
        if !before.is_flat() && self.equity(party) < self.maintenance(&before) {
            return Err(Refusal::InLiquidation);
        }
        let taken = self.taken_by(asked, side, &before)?;
        let size = side.signed(taken.size);
        let value = match side {
            Side::Long => taken.value,
            Side::Short => -taken.value,
        };
        let cash = self.cash(party) + asked.margin;
        let legs = self.legs((party, cash), Party::Makers, (size, value));
        let Some((taker, makers)) = legs else {
            return Err(self.cannot_pay(cash, &before, size, value));
        };
        let fee = taken.value.mul_ceil(self.params.fees.taker).min(taker.cash);
        let left = taker.cash - fee;
        self.margin_suffices(&before, &taker.position, left)?;
        let from_free = asked
            .margin
            .min(self.ledger.balance(Account::Free(account)));
        let maker_fee = taken.value.mul_ceil(self.params.fees.maker);
        Ok(Order {
            fill: Fill {
                account,
                asked: asked.size,
                filled: size,
                mark: self.mark,
                notional: self.mark.value_floor(taken.size),
                cost: value - self.mark.value_floor(size) + fee,
            },
            side,
            from_free,
            from_outside: asked.margin - from_free,
            taker,
            makers,
            fee,
            maker_fee: maker_fee.min(makers.cash),
            released: self.released(&before, &taker.position, cash, left),
        })
    }

    /// What the book gives within the order's limit. An order that reduces is also held to the
    /// price at which the position would be worth nothing, fee included: beyond it the owner
    /// would be paid less than nothing.
    fn taken_by(&self, asked: &Asked, side: Side, before: &Position) -> Result<Taken, Refusal> {
        let reduces = before.size.side() == Some(side.opposite());
        let own = match reduces {
            true => self.reducing_limit(asked, side),
            false => None,
        };
        let limit = tighter(side, asked.limit, own);
        let curve = self.curve(side);
        let taken = curve.take(asked.size, limit);
        let nothing = !taken.size.is_positive();
        match (nothing, curve.best(), asked.limit) {
            (true, Some(price), Some(limit))
                if curve.available().is_positive() && worse(side, price, limit) =>
            {
                Err(Refusal::LimitPrice { price, limit })
            }
            (true, _, _) => Err(Refusal::NoLiquidity),
            _ if asked.fill == FillRule::AllOrNone && taken.size < asked.size.abs() => {
                Err(Refusal::PartOnly {
                    asked: asked.size,
                    filled: side.signed(taken.size),
                })
            }
            _ => Ok(taken),
        }
    }

    fn reducing_limit(&self, asked: &Asked, side: Side) -> Option<Price> {
        let party = Party::User(asked.account);
        let price = self.closing_limit(party, self.cash(party) + asked.margin)?;
        let fee = self.params.fees.taker;
        let (factor, round) = match side {
            // A long sells: p·(1 − fee) is what it gets; a short buys at p·(1 + fee).
            Side::Short => (Ratio::ONE - fee, Round::Ceil),
            Side::Long => (Ratio::ONE + fee, Round::Floor),
        };
        let units = mul_div(price.units(), Ratio::ONE_UNITS, factor.units(), round)?;
        Price::from_units(units).ok()
    }

    /// Why a trade that nobody could settle is refused.
    fn cannot_pay(&self, cash: Usd, before: &Position, size: Base, value: Usd) -> Refusal {
        let funding = self.funding.index;
        let trade = before.trade(size, value, funding);
        match before.leg(cash, &trade, funding) {
            Some(_) => Refusal::NoLiquidity,
            None => Refusal::InitialMargin {
                equity: before.equity(cash, self.mark, funding),
                required: self.tiers.initial(self.mark.value_ceil(before.size.abs())),
            },
        }
    }

    /// An order that increases or turns a position needs initial margin after it, at the mark; one
    /// that reduces must leave equity at or above zero.
    fn margin_suffices(
        &self,
        before: &Position,
        after: &Position,
        cash: Usd,
    ) -> Result<(), Refusal> {
        let equity = after.equity(cash, self.mark, self.funding.index);
        let same_side = before.size.signum() == after.size.signum() || after.is_flat();
        let required = match same_side && after.size.abs() < before.size.abs() {
            true => Usd::ZERO,
            false => self.tiers.initial(self.mark.value_ceil(after.size.abs())),
        };
        match equity < required {
            true => Err(Refusal::InitialMargin { equity, required }),
            false => Ok(()),
        }
    }

    /// Margin set free by an order: all of it on going flat; on reducing, what is more than the
    /// same share of the margin as of the size, if the rest stays at maintenance.
    fn released(&self, before: &Position, after: &Position, cash: Usd, left: Usd) -> Usd {
        if after.is_flat() {
            return left;
        }
        let reduced =
            before.size.signum() == after.size.signum() && after.size.abs() < before.size.abs();
        let kept = cash.mul_div_ceil(after.size.abs(), before.size.abs());
        let (true, Some(kept)) = (reduced, kept) else {
            return Usd::ZERO;
        };
        let equity = after.equity(kept, self.mark, self.funding.index);
        match equity < self.maintenance(after) {
            true => Usd::ZERO,
            false => (left - kept).or_zero(),
        }
    }

    /// Executes what was decided.
    pub(crate) fn execute(&mut self, decision: Decision) {
        match decision {
            Decision::Order(order) => self.execute_order(&order),
            Decision::AddMargin { account, amount } => {
                let margin = Account::Margin(account);
                self.pay(Account::External, margin, amount, Cause::MarginPosted);
                self.reindex(account);
            }
            Decision::Withdraw { account, amount } => {
                let free = Account::Free(account);
                self.pay(free, Account::External, amount, Cause::CollateralWithdrawn);
            }
            Decision::Liquidity(queued) => self.enqueue(queued),
            Decision::Bidding(quoter) => self.note_presence(quoter),
        }
    }

    fn execute_order(&mut self, order: &Order) {
        let account = order.fill.account;
        let party = Party::User(account);
        let (margin, free) = (Account::Margin(account), Account::Free(account));
        self.pay(free, margin, order.from_free, Cause::MarginPosted);
        let posted = order.from_outside;
        self.pay(Account::External, margin, posted, Cause::MarginPosted);
        self.apply(party, &order.taker);
        self.apply(Party::Makers, &order.makers);
        self.pay(margin, Account::Protocol, order.fee, Cause::TakerFee);
        let fee = order.maker_fee;
        self.pay(Account::Makers, Account::Protocol, fee, Cause::TakerFee);
        self.pay(margin, free, order.released, Cause::MarginReleased);
        self.depth.eat(order.side, order.fill.filled);
        self.reindex(account);
        self.tell(Event::Fill(order.fill));
    }
}

pub(crate) fn positive(amount: Usd) -> Result<(), Refusal> {
    match amount.is_positive() {
        true => Ok(()),
        false => Err(Refusal::NotPositive),
    }
}

/// Whether a taker of this side finds `price` worse than `limit`.
fn worse(side: Side, price: Price, limit: Price) -> bool {
    match side {
        Side::Long => price > limit,
        Side::Short => price < limit,
    }
}

/// The stricter of two limits for a taker of this side.
fn tighter(side: Side, one: Option<Price>, other: Option<Price>) -> Option<Price> {
    match (one, other, side) {
        (Some(one), Some(other), Side::Long) => Some(one.min(other)),
        (Some(one), Some(other), Side::Short) => Some(one.max(other)),
        (one, other, _) => one.or(other),
    }
}
