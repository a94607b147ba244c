//! The one command stream that goes to every venue (M-11.3).

use seawall_ledger::AccountId;
use seawall_scenario::{
    Collateral, Flow, PricePath, TimedFlow, TimedLiquidity, TimedMargin, TimedOrder, TimedRecovery,
    Wish,
};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{Command, Endowment, FillRule};

use crate::draw::{Group, Purpose, arrivals};

/// What a command may do to a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anything.
    Any,
    /// Reduce what is left of it in that venue; where nothing is left, it is not sent there.
    Reduce,
}

/// A command and the second in which it executes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedCommand {
    /// The first second after it was sent.
    pub at: Time,
    /// What it may do to a position.
    pub reach: Reach,
    /// What is asked.
    pub command: Command,
}

/// All commands in the order of their execution, the same for every venue.
///
/// A command sent in second t executes in t + 1, the first second with a mark observed after it;
/// what is sent in the last second executes never. In one second: margin additions, stated
/// orders, drawn orders, recoveries, liquidity; among these, in the order of the file or of the draw.
///
/// The size of a `close` is a share of what the account would hold if no venue had liquidated or
/// refused anything: its endowment and its orders before. So every venue is asked the same. A
/// venue in which less is left is asked for what is left, and one in which nothing is left is not
/// asked: the order counts neither as sent nor as refused there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommandStream {
    commands: Vec<TimedCommand>,
    accounts: u32,
}

/// What a scenario says of commands.
#[derive(Debug, Clone, Copy)]
pub struct CommandSources<'a> {
    /// Seed of the drawn orders.
    pub seed: u64,
    /// Accounts that exist without drawn orders; those open accounts of their own after them.
    pub accounts: u32,
    /// Stated orders.
    pub orders: &'a [TimedOrder],
    /// Flows of drawn orders.
    pub flows: &'a [TimedFlow],
    /// Margin additions.
    pub margins: &'a [TimedMargin],
    /// Liquidity in and out.
    pub liquidity: &'a [TimedLiquidity],
    /// Money that comes back for losses.
    pub recoveries: &'a [TimedRecovery],
}

/// The order of the kinds of commands in one second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Margin,
    Stated,
    Drawn,
    Recovery,
    Liquidity,
}

/// What is sent: when, as which kind, and what.
#[derive(Debug, Clone, Copy)]
struct Letter {
    sent: Time,
    kind: Kind,
    text: Text,
}

/// A command before the size of a close is known.
#[derive(Debug, Clone, Copy)]
enum Text {
    Ready(Command),
    CloseShare {
        account: AccountId,
        share: Ratio,
        limit: Option<Price>,
        fill: FillRule,
    },
    CloseUpTo {
        account: AccountId,
        size: Base,
    },
}

impl CommandStream {
    /// The stream of a scenario over these endowments.
    #[must_use]
    pub fn new(sources: &CommandSources<'_>, path: &PricePath, endowments: &[Endowment]) -> Self {
        let end = path.iter().last().map_or_else(Time::default, |s| s.0);
        let mut letters = stated(sources, path);
        let mut accounts = sources.accounts;
        for flow in sources.flows {
            letters.extend(drawn(sources.seed, flow, path, endowments, &mut accounts));
        }
        // Stable: of one second and kind, the order of the file or of the draw.
        letters.sort_by_key(|letter| (letter.sent, letter.kind));
        let mut holdings = Holdings::new(accounts, endowments);
        let commands = letters.into_iter().filter_map(|letter| {
            let at = letter.sent.plus(1);
            let (reach, command) = holdings.resolve(letter.text)?;
            (at <= end).then_some(TimedCommand { at, reach, command })
        });
        Self {
            commands: commands.collect(),
            accounts,
        }
    }

    /// The commands in order.
    #[must_use]
    pub fn commands(&self) -> &[TimedCommand] {
        &self.commands
    }

    /// Accounts that endowments and commands refer to: 0 up to this number.
    #[must_use]
    pub const fn accounts(&self) -> u32 {
        self.accounts
    }
}

/// What every account would hold if no venue had liquidated or refused anything.
struct Holdings {
    sizes: Vec<Base>,
}

impl Holdings {
    fn new(accounts: u32, endowments: &[Endowment]) -> Self {
        let accounts = usize::try_from(accounts).unwrap_or(usize::MAX);
        let mut sizes = vec![Base::ZERO; accounts];
        for endowment in endowments {
            if let Some(size) = sizes.get_mut(endowment.account.index()) {
                *size = endowment.size;
            }
        }
        Self { sizes }
    }

    /// The command itself; `None` when there is nothing to close.
    fn resolve(&mut self, text: Text) -> Option<(Reach, Command)> {
        let (reach, command) = match text {
            Text::Ready(command) => (Reach::Any, command),
            Text::CloseShare {
                account,
                share,
                limit,
                fill,
            } => {
                let held = self.of(account);
                let size = held.abs().mul_floor(share);
                (Reach::Reduce, closing(account, held, size, (limit, fill))?)
            }
            Text::CloseUpTo { account, size } => {
                let held = self.of(account);
                let size = held.abs().min(size);
                let terms = (None, FillRule::Partial);
                (Reach::Reduce, closing(account, held, size, terms)?)
            }
        };
        if let Command::Order { account, size, .. } = command
            && let Some(held) = self.sizes.get_mut(account.index())
        {
            *held += size;
        }
        Some((reach, command))
    }

    fn of(&self, account: AccountId) -> Base {
        let held = self.sizes.get(account.index());
        held.copied().unwrap_or_default()
    }
}

/// An order that closes `size` of what is held; `None` when that is nothing.
fn closing(
    account: AccountId,
    held: Base,
    size: Base,
    (limit, fill): (Option<Price>, FillRule),
) -> Option<Command> {
    let side = held.side()?.opposite();
    size.is_positive().then(|| Command::Order {
        account,
        size: side.signed(size),
        margin: Usd::ZERO,
        limit,
        fill,
    })
}

/// The stated commands, in the order of the file.
fn stated(sources: &CommandSources<'_>, path: &PricePath) -> Vec<Letter> {
    let margins = sources.margins.iter().map(|added| Letter {
        sent: added.at,
        kind: Kind::Margin,
        text: Text::Ready(Command::AddMargin {
            account: added.account,
            amount: added.amount,
        }),
    });
    let orders = sources.orders.iter().map(|order| Letter {
        sent: order.at,
        kind: Kind::Stated,
        text: order_text(order, path.price_at(order.at)),
    });
    let liquidity = sources.liquidity.iter().map(|moved| Letter {
        sent: moved.at,
        kind: Kind::Liquidity,
        text: Text::Ready(liquidity_command(moved)),
    });
    let recoveries = sources.recoveries.iter().map(|recovery| Letter {
        sent: recovery.at,
        kind: Kind::Recovery,
        text: Text::Ready(Command::Recover {
            amount: recovery.amount,
        }),
    });
    let liquidity = recoveries.chain(liquidity);
    margins.chain(orders).chain(liquidity).collect()
}

/// A stated order; a notional is taken at the outside price when it is sent, rounded down, and a
/// leverage asks for a margin rounded up.
fn order_text(order: &TimedOrder, outside: Price) -> Text {
    let &TimedOrder {
        account,
        limit,
        fill,
        ..
    } = order;
    match order.wish {
        Wish::Trade {
            side,
            amount,
            collateral,
        } => {
            let size = amount.size_at(outside);
            Text::Ready(Command::Order {
                account,
                size: side.signed(size),
                margin: collateral.margin_for(outside.value_ceil(size)),
                limit,
                fill,
            })
        }
        Wish::Close { share } => Text::CloseShare {
            account,
            share,
            limit,
            fill,
        },
    }
}

fn liquidity_command(moved: &TimedLiquidity) -> Command {
    let &TimedLiquidity { lp, tranche, .. } = moved;
    match moved.flow {
        Flow::Provide(amount) => Command::Provide {
            lp,
            tranche,
            amount,
        },
        Flow::Redeem(amount) => Command::Redeem {
            lp,
            tranche,
            amount,
        },
        Flow::Claim => Command::Claim { lp, tranche },
    }
}

/// The orders of a flow, in the order of the draw.
///
/// An order closes with probability `closes_share`: it takes an initial position, each with the
/// same probability, and reduces it by the drawn notional, at most to nothing. Every other order
/// opens a position for an account of its own.
fn drawn(
    seed: u64,
    timed: &TimedFlow,
    path: &PricePath,
    endowments: &[Endowment],
    accounts: &mut u32,
) -> Vec<Letter> {
    let (flow, window) = (&timed.flow, timed.window);
    let mut arrival = Group::new(seed, Purpose::Arrivals, &flow.name).member(0);
    let moments = arrivals(&mut arrival, flow.per_minute, window.from, window.until);
    let orders = Group::new(seed, Purpose::Orders, &flow.name);
    let letter = |(place, sent): (u64, Time)| {
        let outside = path.price_at(sent);
        let mut draws = orders.member(place);
        let closes = draws.happens(flow.closes_share);
        let size = outside.size_floor(draws.value(&flow.notional));
        let text = match closes {
            true => {
                let count = i128::try_from(endowments.len()).unwrap_or(0);
                let index = usize::try_from(draws.below(count)).unwrap_or(0);
                let account = endowments.get(index)?.account;
                Text::CloseUpTo { account, size }
            }
            false => {
                let side = match draws.happens(flow.long_share) {
                    true => Side::Long,
                    false => Side::Short,
                };
                let leverage = Collateral::Leverage(draws.value(&flow.leverage));
                let account = AccountId::new(*accounts);
                *accounts = accounts.saturating_add(1);
                Text::Ready(Command::Order {
                    account,
                    size: side.signed(size),
                    margin: leverage.margin_for(outside.value_ceil(size)),
                    limit: None,
                    fill: FillRule::Partial,
                })
            }
        };
        Some(Letter {
            sent,
            kind: Kind::Drawn,
            text,
        })
    };
    (0..).zip(moments).filter_map(letter).collect()
}
