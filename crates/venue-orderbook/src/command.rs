use seawall_ledger::{Account, AccountId, BidderId, Cause};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Event, FillRule, Presence, Receipt, Refusal};

use crate::account::MarginMode;
use crate::coin::CoinId;
use crate::exchange::Exchange;
use crate::execute::{Asked, Order};
use crate::liquidity::{QueuedLiquidity, Way};
use crate::parties::Party;
use crate::quoters::Quoter;
use crate::terms::CoinMargin;

/// What somebody asks of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeCommand {
    /// Change a position by a signed size; reduces, opens or flips it.
    Order {
        /// Which margin account.
        account: AccountId,
        /// In which coin.
        coin: CoinId,
        /// How much, long positive.
        size: Base,
        /// Margin to post with it: of a cross account from outside, of an isolated one from its
        /// owner's cross account, of a single one from free collateral first.
        margin: Usd,
        /// Worst execution price.
        limit: Option<Price>,
        /// What to do about a part that cannot be filled.
        fill: FillRule,
    },
    /// Post more margin from outside; to an isolated or single account only with a position.
    AddMargin {
        /// Which margin account.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// Take money out: of a cross account what the floor leaves free, of a single one its free
    /// collateral.
    Withdraw {
        /// Which margin account.
        account: AccountId,
        /// How much.
        amount: Usd,
    },
    /// Move margin between an isolated account and its owner's cross account.
    MoveMargin {
        /// From which.
        from: AccountId,
        /// To which.
        to: AccountId,
        /// How much.
        amount: Usd,
    },
    /// Choose the leverage at which positions in a coin are opened from now on.
    SetLeverage {
        /// Which margin account.
        account: AccountId,
        /// For which coin.
        coin: CoinId,
        /// A whole number from 1 to the coin's highest.
        leverage: u32,
    },
    /// Provide makers' capital.
    Provide {
        /// The liquidity provider.
        lp: BidderId,
        /// How much.
        amount: Usd,
    },
    /// Ask for makers' capital back.
    Redeem {
        /// The liquidity provider.
        lp: BidderId,
        /// How much at the present share price.
        amount: Usd,
    },
    /// Take quotes away from the makers, or bring them back.
    Bidding {
        /// The bidder.
        bidder: BidderId,
        /// Whether he stands by from now on.
        presence: Presence,
        /// The share of the makers' quotes that is his.
        book_share: Ratio,
    },
}

/// What a command will do.
#[derive(Debug, Clone)]
pub(crate) enum Decision {
    Order(Box<Order>),
    AddMargin {
        account: AccountId,
        amount: Usd,
    },
    Withdraw {
        account: AccountId,
        amount: Usd,
    },
    MoveMargin {
        from: AccountId,
        to: AccountId,
        amount: Usd,
    },
    Leverage {
        account: AccountId,
        coin: CoinId,
        leverage: u32,
    },
    Liquidity(QueuedLiquidity),
    Bidding(Quoter),
}

impl Decision {
    pub(crate) fn receipt(&self) -> Receipt {
        match self {
            Self::Order(order) => Receipt::Filled(order.fill),
            Self::AddMargin { amount, .. }
            | Self::Withdraw { amount, .. }
            | Self::MoveMargin { amount, .. } => Receipt::Moved { amount: *amount },
            Self::Liquidity(_) => Receipt::Queued,
            Self::Leverage { .. } | Self::Bidding(_) => Receipt::Noted,
        }
    }

    /// What a journal says of it; orders tell their own fill.
    pub(crate) const fn told(&self) -> Option<Event> {
        match *self {
            Self::AddMargin { account, amount }
            | Self::MoveMargin {
                to: account,
                amount,
                ..
            } => Some(Event::MarginAdded { account, amount }),
            Self::Withdraw { account, amount } => Some(Event::Withdrawn { account, amount }),
            Self::Order(_) | Self::Leverage { .. } | Self::Liquidity(_) | Self::Bidding(_) => None,
        }
    }
}

fn refused(reason: &'static str) -> Refusal {
    Refusal::Account { reason }
}

impl Exchange {
    /// Decides a command without writing anything.
    ///
    /// **Errors** the [`Refusal`] that [`Exchange::commit`] would give.
    pub fn plan(&self, command: &ExchangeCommand) -> Result<Receipt, Refusal> {
        self.decide(command).map(|decision| decision.receipt())
    }

    /// Executes a command exactly as [`Exchange::plan`] decides it.
    ///
    /// **Errors** the refusal; nothing has changed then.
    pub fn commit(&mut self, command: &ExchangeCommand) -> Result<Receipt, Refusal> {
        let decision = self.decide(command)?;
        let receipt = decision.receipt();
        let told = decision.told();
        self.execute(decision);
        if let Some(event) = told {
            self.tell(event);
        }
        self.ledger.end_step();
        Ok(receipt)
    }

    fn decide(&self, command: &ExchangeCommand) -> Result<Decision, Refusal> {
        match *command {
            ExchangeCommand::Order {
                account,
                coin,
                size,
                margin,
                limit,
                fill,
            } => {
                self.may_hold(account, coin)?;
                let asked = Asked {
                    account,
                    coin,
                    size,
                    margin,
                    limit,
                    fill,
                };
                self.decide_order(&asked).map(Box::new).map(Decision::Order)
            }
            ExchangeCommand::AddMargin { account, amount } => self.decide_addition(account, amount),
            ExchangeCommand::Withdraw { account, amount } => {
                self.decide_withdrawal(account, amount)
            }
            ExchangeCommand::MoveMargin { from, to, amount } => self.decide_move(from, to, amount),
            ExchangeCommand::SetLeverage {
                account,
                coin,
                leverage,
            } => {
                self.may_hold(account, coin)?;
                match (1..=self.coins[coin].tiers.max_leverage()).contains(&leverage) {
                    true => Ok(Decision::Leverage {
                        account,
                        coin,
                        leverage,
                    }),
                    false => Err(refused("leverage is from 1 to the highest of the coin")),
                }
            }
            ExchangeCommand::Provide { lp, amount } => self.decide_liquidity(QueuedLiquidity {
                lp,
                way: Way::In,
                amount,
            }),
            ExchangeCommand::Redeem { lp, amount } => self.decide_liquidity(QueuedLiquidity {
                lp,
                way: Way::Out,
                amount,
            }),
            ExchangeCommand::Bidding {
                bidder,
                presence,
                book_share,
            } => Ok(Decision::Bidding(Quoter {
                bidder,
                presence,
                book_share,
            })),
        }
    }

    fn mode_of(&self, account: AccountId) -> Result<MarginMode, Refusal> {
        let user = self.accounts.get(account.index());
        user.map(|user| user.mode)
            .ok_or(Refusal::NoPosition { account })
    }

    /// Whether an account may have a position in a coin.
    fn may_hold(&self, account: AccountId, coin: CoinId) -> Result<(), Refusal> {
        let mode = self.mode_of(account)?;
        if !self.coins.has(coin) {
            return Err(refused("there is no such coin"));
        }
        match (mode.coin(), self.coins[coin].params.margin) {
            (None, CoinMargin::IsolatedOnly) => {
                Err(refused("the coin is held in isolated accounts only"))
            }
            (Some(only), _) if only != coin => Err(refused("the account holds another coin")),
            _ => Ok(()),
        }
    }

    fn decide_addition(&self, account: AccountId, amount: Usd) -> Result<Decision, Refusal> {
        positive(amount)?;
        let alone = self.mode_of(account)? != MarginMode::Cross;
        match alone && self.holdings(Party::User(account)).is_empty() {
            true => Err(Refusal::NoPosition { account }),
            false => Ok(Decision::AddMargin { account, amount }),
        }
    }

    fn decide_withdrawal(&self, account: AccountId, asked: Usd) -> Result<Decision, Refusal> {
        positive(asked)?;
        let available = match self.mode_of(account) {
            Ok(MarginMode::Cross) => self.free_of(account),
            Ok(MarginMode::Isolated { .. }) => {
                return Err(refused("isolated margin goes back to the cross account"));
            }
            _ => self.ledger.balance(Account::Free(account)),
        };
        match asked > available {
            true => Err(Refusal::Collateral { available, asked }),
            false => Ok(Decision::Withdraw {
                account,
                amount: asked,
            }),
        }
    }

    fn decide_move(
        &self,
        from: AccountId,
        to: AccountId,
        amount: Usd,
    ) -> Result<Decision, Refusal> {
        positive(amount)?;
        match (self.mode_of(from)?, self.mode_of(to)?) {
            (_, MarginMode::Isolated { owner, .. }) if owner == from => {
                if self.holdings(Party::User(to)).is_empty() {
                    return Err(Refusal::NoPosition { account: to });
                }
            }
            (MarginMode::Isolated { owner, coin }, _) if owner == to => {
                if self.coins[coin].params.margin == CoinMargin::IsolatedOnly {
                    let reason = "margin of this coin comes back only as its position closes";
                    return Err(refused(reason));
                }
            }
            _ => {
                let reason = "margin moves between an isolated account and its owner";
                return Err(refused(reason));
            }
        }
        let available = self.free_of(from);
        match amount > available {
            true => Err(Refusal::Collateral {
                available,
                asked: amount,
            }),
            false => Ok(Decision::MoveMargin { from, to, amount }),
        }
    }

    fn execute(&mut self, decision: Decision) {
        match decision {
            Decision::Order(order) => self.execute_order(&order),
            Decision::AddMargin { account, amount } => {
                let margin = Account::Margin(account);
                self.pay(Account::External, margin, amount, Cause::MarginPosted);
                self.pay_back(Party::User(account));
                self.reindex(account);
            }
            Decision::Withdraw { account, amount } => self.pay_withdrawal(account, amount),
            Decision::MoveMargin { from, to, amount } => {
                self.move_margin(from, to, amount);
                self.reindex(to);
            }
            Decision::Leverage {
                account,
                coin,
                leverage,
            } => {
                if let Some(user) = self.accounts.get_mut(account.index()) {
                    user.choose_leverage(coin, leverage);
                }
            }
            Decision::Liquidity(queued) => self.enqueue(queued),
            Decision::Bidding(quoter) => self.note_presence(quoter),
        }
    }

    fn pay_withdrawal(&mut self, account: AccountId, amount: Usd) {
        let free = Account::Free(account);
        if self.mode_of(account) != Ok(MarginMode::Cross) {
            self.pay(free, Account::External, amount, Cause::CollateralWithdrawn);
            return;
        }
        let party = Party::User(account);
        self.draw_for(party, amount);
        let (from, to) = (party.account(), Account::External);
        self.pay(from, to, amount, Cause::MarginReleased);
        self.reindex(account);
    }

    /// Moves margin out of one margin account into another, on its open profits if it must.
    pub(crate) fn move_margin(&mut self, from: AccountId, to: AccountId, amount: Usd) {
        let (payer, payee) = (Party::User(from), Party::User(to));
        self.draw_for(payer, amount);
        let cause = Cause::MarginReleased;
        self.pay(payer.account(), payee.account(), amount, cause);
        self.pay_back(payee);
        self.reindex(from);
    }
}

pub(crate) fn positive(amount: Usd) -> Result<(), Refusal> {
    match amount.is_positive() {
        true => Ok(()),
        false => Err(Refusal::NotPositive),
    }
}
