//! Commands.

use seawall_venue::{Command, FillRule, Presence};

use super::liquidity::{Asked, Direction};
use super::market::{Market, No, Purse, Reply, Side, Who};
use super::number::{ONE, PRICE, USD, Way, base, price, ratio, rounded, share, up, usd, value};
use super::quotes::Got;
use super::rules::required;
use super::trade::{Held, legal_price};

/// An order as it comes in.
#[derive(Debug, Clone, Copy)]
struct Order {
    user: usize,
    size: i128,
    margin: i128,
    limit: Option<i128>,
    all: bool,
}

impl Market {
    pub fn ask(&mut self, command: &Command) -> Result<Reply, No> {
        match *command {
            Command::Order {
                account,
                size,
                margin,
                limit,
                fill,
            } => {
                let order = Order {
                    user: account.index(),
                    size: size.units(),
                    margin: margin.units(),
                    limit: limit.map(|limit| limit.units()),
                    all: fill == FillRule::AllOrNone,
                };
                // Tried on a copy; a refusal leaves the market as it was.
                let mut trial = self.clone();
                let reply = trial.order(&order)?;
                *self = trial;
                Ok(reply)
            }
            Command::AddMargin { account, amount } => {
                positive(amount.units())?;
                let user = account.index();
                if self.held(Who::User(user)).size == 0 {
                    return Err(No::Flat);
                }
                self.pay(Purse::Outside, Purse::Margin(user), amount.units());
                Ok(Reply::Moved(amount.units()))
            }
            Command::Withdraw { account, amount } => {
                positive(amount.units())?;
                let free = Purse::Free(account.index());
                let available = self.balance(free);
                if amount.units() > available {
                    return Err(No::Collateral { available });
                }
                self.pay(free, Purse::Outside, amount.units());
                Ok(Reply::Moved(amount.units()))
            }
            Command::Provide { lp, amount, .. } => {
                let asked = Asked {
                    lp: lp.number(),
                    way: Direction::In,
                    amount: amount.units(),
                };
                self.line_up(asked)
            }
            Command::Redeem { lp, amount, .. } => {
                let asked = Asked {
                    lp: lp.number(),
                    way: Direction::Out,
                    amount: amount.units(),
                };
                self.line_up(asked)
            }
            // Redemptions are paid when executed, and no rule gives a recovery back.
            Command::Claim { .. } | Command::Recover { .. } => Err(No::Liquidity),
            Command::Bidding {
                bidder,
                presence,
                book_share,
            } => {
                match presence {
                    Presence::Here => self.gone.remove(&bidder.number()),
                    Presence::Gone => self.gone.insert(bidder.number(), book_share.units()),
                };
                Ok(Reply::Noted)
            }
        }
    }

    fn order(&mut self, order: &Order) -> Result<Reply, No> {
        let who = Who::User(order.user);
        if order.user >= self.users.len() {
            return Err(No::Flat);
        }
        if order.size == 0 || order.margin < 0 {
            return Err(No::NotPositive);
        }
        let before = self.held(who);
        if before.size != 0 && self.equity(who) < self.maintenance(&before) {
            return Err(No::InLiquidation);
        }
        self.post(order);
        let got = self.got_by(order)?;
        let side = Side::of(order.size);
        let trade = (side.sign() * got.size, side.sign() * got.value);
        let cash = self.cash(who);
        self.settle_order(order.user, trade)?;
        let (user, makers) = (who.purse(), Purse::Makers);
        let fee = share(got.value, self.rules.taker_fee, Way::Up).min(self.balance(user));
        self.pay(user, Purse::Protocol, fee);
        self.has_margin(who, &before)?;
        let maker_fee = share(got.value, self.rules.maker_fee, Way::Up).min(self.balance(makers));
        self.pay(makers, Purse::Protocol, maker_fee);
        let released = self.set_free(who, &before, cash);
        self.pay(user, Purse::Free(order.user), released);
        self.memory.eaten[side.place()] += got.size;
        self.note_order(&before, who, released);
        Ok(Reply::Filled {
            filled: trade.0,
            mark: self.mark,
            notional: value(got.size, self.mark, Way::Down),
            cost: trade.1 - value(trade.0, self.mark, Way::Down) + fee,
        })
    }

    fn note_order(&mut self, before: &Held, who: Who, released: i128) {
        let after = self.held(who);
        self.note(
            match (before.size.signum() * after.size.signum(), after.size) {
                (0, 0) => "an order closes",
                (0, _) => "an order opens",
                (-1, _) => "an order turns",
                _ if reduces(before, &after) => "an order reduces",
                _ => "an order increases",
            },
        );
        if released > 0 && after.size != 0 {
            self.note("an order that reduces frees margin");
        }
    }

    /// Margin comes from free collateral first, then from outside.
    fn post(&mut self, order: &Order) {
        let (free, margin) = (Purse::Free(order.user), Purse::Margin(order.user));
        let at_hand = order.margin.min(self.balance(free));
        self.pay(free, margin, at_hand);
        self.pay(Purse::Outside, margin, order.margin - at_hand);
    }

    /// What the book gives within the order's limit and, where it reduces, within the price at
    /// which its owner would be paid less than nothing, fee included.
    fn got_by(&self, order: &Order) -> Result<Got, No> {
        let side = Side::of(order.size);
        let quotes = self.quotes(side);
        let own = self.own_limit(order.user, side);
        let strictest = match side {
            Side::Buy => [order.limit, own].into_iter().flatten().min(),
            Side::Sell => [order.limit, own].into_iter().flatten().max(),
        };
        let got = quotes.take(order.size, strictest);
        if got.size == 0 {
            let best = quotes.best().filter(|_| quotes.available() > 0);
            return match (best, order.limit) {
                (Some(price), Some(limit)) if side.sign() * (price - limit) > 0 => {
                    Err(No::LimitPrice { price, limit })
                }
                _ => Err(No::Empty),
            };
        }
        match order.all && got.size < order.size.abs() {
            true => Err(No::PartOnly {
                filled: side.sign() * got.size,
            }),
            false => Ok(got),
        }
    }

    /// A seller of a long gets `p·(1 − fee)`, a buyer back of a short pays `p·(1 + fee)`.
    fn own_limit(&self, user: usize, side: Side) -> Option<i128> {
        let who = Who::User(user);
        let held = self.held(who);
        if held.size.signum() * side.sign() >= 0 {
            return None;
        }
        let nothing = held.bankruptcy(self.cash(who), self.index)?;
        let net = ONE + side.sign() * self.rules.taker_fee;
        let way = if side == Side::Buy {
            Way::Down
        } else {
            Way::Up
        };
        legal_price(rounded(&(price(nothing) / ratio(net)), PRICE, way))
    }

    fn settle_order(&mut self, user: usize, trade: (i128, i128)) -> Result<(), No> {
        let who = Who::User(user);
        if self.trade(who, Who::Makers, trade).is_some() {
            return Ok(());
        }
        let held = self.held(who);
        let alone = super::trade::Deal {
            size: trade.0,
            value: trade.1,
            settled: match held.size + trade.0 {
                0 => -super::trade::funding_of(held.size, self.index),
                _ => super::trade::funding_of(trade.0, self.index),
            },
        };
        // Either the makers cannot pay, or the account cannot.
        match held.after(self.cash(who), &alone, self.index) {
            Some(_) => Err(No::Empty),
            None => Err(No::InitialMargin {
                equity: self.equity(who),
                required: self.initial(&held),
            }),
        }
    }

    fn initial(&self, held: &Held) -> i128 {
        let notional = value(held.size.abs(), self.mark, Way::Up);
        required(&self.initial, notional)
    }

    /// An order that only reduces must leave equity at or above zero, any other initial margin.
    fn has_margin(&self, who: Who, before: &Held) -> Result<(), No> {
        let after = self.held(who);
        let equity = self.equity(who);
        let required = match reduces(before, &after) {
            true => 0,
            false => self.initial(&after),
        };
        match equity < required {
            true => Err(No::InitialMargin { equity, required }),
            false => Ok(()),
        }
    }

    /// All margin on going flat; on reducing what is more than the same share of margin as of
    /// size, if the rest stays at maintenance.
    fn set_free(&self, who: Who, before: &Held, cash: i128) -> i128 {
        let (after, left) = (self.held(who), self.cash(who));
        if after.size == 0 {
            return left;
        }
        if !reduces(before, &after) {
            return 0;
        }
        let kept = up(
            &(usd(cash) * base(after.size.abs()) / base(before.size.abs())),
            USD,
        );
        match after.equity(kept, self.mark, self.index) < self.maintenance(&after) {
            true => 0,
            false => (left - kept).max(0),
        }
    }
}

/// Whether a position became smaller and did not turn.
fn reduces(before: &Held, after: &Held) -> bool {
    before.size.signum() * after.size.signum() >= 0 && after.size.abs() < before.size.abs()
}

pub fn positive(amount: i128) -> Result<(), No> {
    match amount > 0 {
        true => Ok(()),
        false => Err(No::NotPositive),
    }
}

#[test]
fn reducing_is_becoming_smaller() {
    let held = |size: i128| Held {
        size,
        cost: 0,
        settled: 0,
    };
    assert!(reduces(&held(5), &held(3)) && reduces(&held(-5), &held(0)));
    assert!(!reduces(&held(5), &held(-3)) && !reduces(&held(0), &held(1)));
}
