use seawall_ledger::{Account, AccountId, Cause};
use seawall_units::{Base, Price, Ratio, Round, Side, Usd, mul_div};
use seawall_venue::{Event, Fill, FillRule, Refusal};

use crate::account::MarginMode;
use crate::coin::CoinId;
use crate::depth::Taken;
use crate::exchange::Exchange;
use crate::parties::{Deal, Party};
use crate::position::{Leg, Position};

/// An order as asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) account: AccountId,
    pub(crate) coin: CoinId,
    pub(crate) size: Base,
    pub(crate) margin: Usd,
    pub(crate) limit: Option<Price>,
    pub(crate) fill: FillRule,
}

/// An order as it will be executed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) fill: Fill,
    coin: CoinId,
    side: Side,
    posted: Posted,
    taker: Leg,
    makers: Leg,
    fee: Usd,
    maker_fee: Usd,
    released: Usd,
    taken: Taken,
}

/// Where the margin that comes with an order is taken from.
#[derive(Debug, Clone, Copy)]
struct Posted {
    free: Usd,
    owner: Option<(AccountId, Usd)>,
    outside: Usd,
}

impl Exchange {
    pub(crate) fn decide_order(&self, asked: &Asked) -> Result<Order, Refusal> {
        let (account, id) = (asked.account, asked.coin);
        let side = asked.size.side().ok_or(Refusal::NotPositive)?;
        if asked.margin.is_negative() {
            return Err(Refusal::NotPositive);
        }
        let (party, coin) = (Party::User(account), &self.coins[id]);
        let before = self.held_by(party, id);
        if !self.is_healthy(party) {
            return Err(Refusal::InLiquidation);
        }
        let posted = self.posted(asked)?;
        let taken = self.taken_by(asked, side, &before)?;
        let size = side.signed(taken.size);
        let value = match side {
            Side::Long => taken.value,
            Side::Short => -taken.value,
        };
        let balance = self.balance(party) + asked.margin;
        let deal = Deal {
            coin: id,
            size,
            value,
        };
        let legs = self.legs((party, balance), Party::Makers, deal);
        let Some((taker, makers)) = legs else {
            return Err(self.cannot_pay((party, balance), deal));
        };
        let credit = self.credit((party, taker.cash), id, || taker.position);
        let fee = taken.value.mul_ceil(self.params.fees.taker);
        let fee = fee.min(taker.cash + credit);
        let left = taker.cash - fee;
        self.margin_suffices((account, id), &before, &taker.position, left)?;
        let maker_fee = taken.value.mul_ceil(self.params.fees.maker);
        Ok(Order {
            fill: Fill {
                account,
                asked: asked.size,
                filled: size,
                mark: coin.mark,
                notional: coin.mark.value_floor(taken.size),
                cost: value - coin.mark.value_floor(size) + fee,
            },
            coin: id,
            side,
            posted,
            taker,
            makers,
            fee,
            maker_fee: maker_fee.min(makers.cash).or_zero(),
            released: self.released(asked, &taker.position, (balance, left)),
            taken,
        })
    }

    /// Where an order's margin comes from: an isolated account draws it from its owner, as far as
    /// the owner may let it go.
    fn posted(&self, asked: &Asked) -> Result<Posted, Refusal> {
        let (account, margin) = (asked.account, asked.margin);
        let mode = self.accounts.get(account.index()).map(|user| user.mode);
        let mut posted = Posted {
            free: Usd::ZERO,
            owner: None,
            outside: margin,
        };
        match mode {
            Some(MarginMode::Single { .. }) => {
                posted.free = margin.min(self.ledger.balance(Account::Free(account)));
                posted.outside = margin - posted.free;
            }
            Some(MarginMode::Isolated { owner, .. }) => {
                let available = self.free_of(owner);
                if margin > available {
                    let asked = margin;
                    return Err(Refusal::Collateral { available, asked });
                }
                posted.owner = Some((owner, margin));
                posted.outside = Usd::ZERO;
            }
            _ => {}
        }
        Ok(posted)
    }

    /// What the book gives within the order's limit. An order that reduces is also held to the
    /// price at which the account would be worth nothing, fee included: beyond it the owner
    /// would be paid less than nothing.
    fn taken_by(&self, asked: &Asked, side: Side, before: &Position) -> Result<Taken, Refusal> {
        let reduces = before.size.side() == Some(side.opposite());
        let own = match reduces {
            true => self.reducing_limit(asked, side),
            false => None,
        };
        let limit = tighter(side, asked.limit, own);
        let curve = self.curve(asked.coin, side);
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
        let balance = self.balance(party) + asked.margin;
        let price = self.closing_limit((party, balance), asked.coin)?;
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
    fn cannot_pay(&self, (party, balance): (Party, Usd), deal: Deal) -> Refusal {
        let coin = &self.coins[deal.coin];
        let (funding, before) = (coin.funding.index, self.held_by(party, deal.coin));
        let trade = before.trade(deal.size, deal.value, funding);
        let credit = self.credit((party, balance), deal.coin, || before.rest_of(&trade));
        match before.leg((balance, credit), &trade, funding) {
            Some(_) => Refusal::NoLiquidity,
            None => Refusal::InitialMargin {
                equity: balance + coin.worth(&before) + self.worth_beside(party, deal.coin),
                required: coin.initial(before.size, None),
            },
        }
    }

    /// An order that increases or turns a position needs the initial margin of the whole account
    /// after it, at the marks; one that reduces must leave equity at or above zero.
    fn margin_suffices(
        &self,
        (account, coin): (AccountId, CoinId),
        before: &Position,
        after: &Position,
        balance: Usd,
    ) -> Result<(), Refusal> {
        let beside = self.worth_beside(Party::User(account), coin);
        let equity = balance + self.coins[coin].worth(after) + beside;
        let same_side = before.size.signum() == after.size.signum() || after.is_flat();
        let required = match same_side && after.size.abs() < before.size.abs() {
            true => Usd::ZERO,
            false => self.initial_of(account, coin, after) + self.initial_beside(account, coin),
        };
        match equity < required {
            true => Err(Refusal::InitialMargin { equity, required }),
            false => Ok(()),
        }
    }

    /// Margin that an order sets free out of an isolated account: all of it on going flat; on
    /// reducing, what is more than the same share of the margin as of the size, if the rest stays
    /// at maintenance.
    fn released(&self, asked: &Asked, after: &Position, (balance, left): (Usd, Usd)) -> Usd {
        let (account, coin) = (asked.account, &self.coins[asked.coin]);
        let before = self.held_by(Party::User(account), asked.coin);
        match (self.released_to(account), after.is_flat()) {
            (None, _) => return Usd::ZERO,
            (_, true) => return left,
            _ => {}
        }
        let reduced =
            before.size.signum() == after.size.signum() && after.size.abs() < before.size.abs();
        let kept = balance.mul_div_ceil(after.size.abs(), before.size.abs());
        let (true, Some(kept)) = (reduced, kept) else {
            return Usd::ZERO;
        };
        match kept + coin.worth(after) < coin.maintenance(after.size) {
            true => Usd::ZERO,
            false => (left - kept).or_zero(),
        }
    }

    pub(crate) fn execute_order(&mut self, order: &Order) {
        let account = order.fill.account;
        let party = Party::User(account);
        let (margin, free) = (Account::Margin(account), Account::Free(account));
        self.pay(free, margin, order.posted.free, Cause::MarginPosted);
        let posted = order.posted.outside;
        self.pay(Account::External, margin, posted, Cause::MarginPosted);
        if let Some((owner, amount)) = order.posted.owner {
            self.move_margin(owner, account, amount);
        }
        self.apply(party, order.coin, &order.taker);
        self.apply(Party::Makers, order.coin, &order.makers);
        self.draw_for(party, order.fee);
        self.pay(margin, Account::Protocol, order.fee, Cause::TakerFee);
        let fee = order.maker_fee;
        self.pay(Account::Makers, Account::Protocol, fee, Cause::TakerFee);
        self.release(account, order.released);
        let (now, coin) = (self.now, &mut self.coins[order.coin]);
        coin.consume(now, order.side, &order.taken);
        self.reindex(account);
        self.tell_of(order.coin, Event::Fill(order.fill));
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
