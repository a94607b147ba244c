//! Commands: what each does, or why it is refused.
use super::books::Purse;
use super::close::{Closed, Closer};
use super::market::{Market, Outcome, worth};
use super::number::{Q, Way, abs, is_positive, whole, zero};
use super::rules::Side;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Order {
        account: u32,
        tokens: Q,
        margin: Q,
        limit: Option<Q>,
    },
    AddMargin {
        account: u32,
        amount: Q,
    },
    Withdraw {
        account: u32,
        amount: Q,
    },
    Provide {
        lp: u32,
        amount: Q,
    },
    Redeem {
        lp: u32,
        amount: Q,
    },
    Claim,
    Recover,
    Bidding,
}

/// Why not, with the figures that a refusal names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum No {
    Status,
    WithoutPosition,
    NotPositive,
    InitialMargin(Q, Q),
    Limit(&'static str, Q, Q),
    BelowMinimum(Q, Q),
    LimitPrice(Q, Q),
    Collateral(Q, Q),
    WithoutBidders,
    Liquidity(Gate),
}

/// What keeps liquidity from moving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gate {
    ProfitForDeposits,
    WithoutValue,
    Full,
    WithoutTokens,
    BeyondWorth,
    Reserve,
    ProfitForWithdrawals,
    NothingToClaim,
    NoRecoveries,
}

/// What a command got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Got {
    Filled {
        account: u32,
        tokens: Q,
        mark: Q,
        notional: Q,
        cost: Q,
    },
    Moved(Q),
    Queued,
}

/// The largest amount and the largest size that are taken in.
const MOST: i64 = 1_000_000_000_000_000;

fn positive(amount: &Q) -> Result<(), No> {
    match is_positive(amount) && *amount <= whole(MOST) {
        true => Ok(()),
        false => Err(No::NotPositive),
    }
}

impl Market {
    /// Works on a copy, which a refusal throws away.
    pub(crate) fn command(&mut self, ask: &Ask) -> Result<Got, No> {
        let mut copy = self.clone();
        let got = copy.run(ask)?;
        *self = copy;
        Ok(got)
    }

    fn run(&mut self, ask: &Ask) -> Result<Got, No> {
        match ask {
            Ask::Order {
                account,
                tokens,
                margin,
                limit,
            } => self.order(*account, (tokens, margin), limit.as_ref()),
            Ask::AddMargin { account, amount } => {
                positive(amount)?;
                self.require_live()?;
                if !self.held.contains_key(account) {
                    return Err(No::WithoutPosition);
                }
                let margin = Purse::Margin(*account);
                self.pay(Purse::External, margin, amount, "margin_posted");
                Ok(Got::Moved(amount.clone()))
            }
            Ask::Withdraw { account, amount } => {
                positive(amount)?;
                let free = Purse::Free(*account);
                let there = self.books.balance(free);
                if *amount > there {
                    return Err(No::Collateral(there, amount.clone()));
                }
                self.pay(free, Purse::External, amount, "collateral_withdrawn");
                Ok(Got::Moved(amount.clone()))
            }
            Ask::Provide { lp, amount } => self.request(*lp, (amount, true)),
            Ask::Redeem { lp, amount } => self.request(*lp, (amount, false)),
            Ask::Claim => Err(No::Liquidity(Gate::NothingToClaim)),
            Ask::Recover => Err(No::Liquidity(Gate::NoRecoveries)),
            Ask::Bidding => Err(No::WithoutBidders),
        }
    }

    fn request(&mut self, lp: u32, (amount, enters): (&Q, bool)) -> Result<Got, No> {
        positive(amount)?;
        self.require_live()?;
        self.ask_liquidity(lp, amount, enters)?;
        Ok(Got::Queued)
    }

    fn require_live(&self) -> Result<(), No> {
        match self.live {
            true => Ok(()),
            false => Err(No::Status),
        }
    }

    fn order(
        &mut self,
        account: u32,
        (tokens, margin): (&Q, &Q),
        limit: Option<&Q>,
    ) -> Result<Got, No> {
        self.require_live()?;
        if account >= self.accounts {
            return Err(No::WithoutPosition);
        }
        let size = abs(tokens.clone());
        if *margin < zero() {
            return Err(No::NotPositive);
        }
        positive(&size)?;
        if *margin > whole(MOST) {
            return Err(No::NotPositive);
        }
        let side = match is_positive(tokens) {
            true => Side::Long,
            false => Side::Short,
        };
        let against = self.held.get(&account).filter(|held| held.side != side);
        let cost = match against.map(|held| held.tokens.clone()) {
            None => {
                self.post(account, margin);
                self.open_more(account, (side, &size), limit)?
            }
            Some(there) if size < there => {
                self.post(account, margin);
                let closed = self.close_own(account, (side, &size), limit)?;
                self.require_health(account)?;
                closed.cost
            }
            Some(there) => {
                let closed = self.close_own(account, (side, &there), limit)?;
                let rest = &size - there;
                match is_positive(&rest) {
                    false => closed.cost,
                    true => {
                        self.post(account, &(margin + &closed.released));
                        closed.cost + self.open_more(account, (side, &rest), limit)?
                    }
                }
            }
        };
        let mark = self.prices.mark.clone();
        let (tokens, notional) = (tokens.clone(), worth(&size, &mark, Way::Down));
        self.outcomes.push(Outcome::Filled {
            account,
            tokens: tokens.clone(),
            notional: notional.clone(),
            cost: cost.clone(),
        });
        Ok(Got::Filled {
            account,
            tokens,
            mark,
            notional,
            cost,
        })
    }

    /// An owner's close by a trade on `side`, within his limit price.
    fn close_own(
        &mut self,
        account: u32,
        (side, tokens): (Side, &Q),
        limit: Option<&Q>,
    ) -> Result<Closed, No> {
        let closed = self.close(account, tokens, Closer::Owner)?;
        Self::require_price(side, &closed.price, limit)?;
        if is_positive(&closed.withheld) {
            self.note_cut(account, side.other(), (tokens, &closed));
        }
        Ok(closed)
    }

    /// A winner of `side` was closed or cut.
    pub(crate) fn note_cut(&mut self, account: u32, side: Side, (tokens, closed): (&Q, &Closed)) {
        let tokens = match side {
            Side::Long => tokens.clone(),
            Side::Short => -tokens.clone(),
        };
        self.outcomes.push(Outcome::Cut {
            account,
            tokens,
            profit: closed.profit.clone(),
            taken: closed.withheld.clone(),
        });
    }
}
