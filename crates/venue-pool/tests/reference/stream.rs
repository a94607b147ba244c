//! Streams of steps, each chosen with the model's state in view: ticks with jumps and silent or
//! disagreeing sources, orders of every kind, margin, liquidity, and commands that a pool refuses.
use std::rc::Rc;

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Command, FillRule, Presence, SourceQuote, TrancheName};

use super::command::{Got, No};
use super::compare::PROVIDERS;
use super::door;
use super::edges;
use super::market::Market;
use super::number::{MONEY, PRICE, SHARES, TOKENS, units};
use super::paths::tick;
use super::regimes::{ACCOUNTS, Picks, REGIMES, World, sets};
use super::rules::Side;

/// One step of a stream.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Tick { wait: u64, quotes: Vec<SourceQuote> },
    Command(Command),
    Liquidate,
    Attribute,
    Finish,
    Quote { long: bool, notional: i64 },
}

/// The model and what it answered last.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) market: Market,
    pub(crate) answer: Option<Result<Got, No>>,
}

/// A stream that fails is printed from its beginning: the picks say all of it.
impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.world.picks)
    }
}

#[derive(Debug)]
pub(crate) struct Stream;

impl ReferenceStateMachine for Stream {
    type State = State;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<State> {
        let start = |(groups, endowed, scale)| {
            let world = World::new(Picks {
                groups,
                endowed,
                scale,
            });
            let market = world.market();
            State {
                world,
                market,
                answer: None,
            }
        };
        let mixed = prop::array::uniform8(0..REGIMES);
        // Live limits and factors are made for the larger one.
        let scale = prop::sample::select(vec![1i32, 1, 1_000]);
        let pure = (0..REGIMES).prop_map(|regime| [regime; 8]);
        (prop_oneof![pure, mixed], 0..sets(), scale)
            .prop_map(start)
            .boxed()
    }

    fn transitions(state: &State) -> BoxedStrategy<Step> {
        let market = Rc::new(state.market.clone());
        let scale = i64::from(state.world.picks.scale);
        let ticks = if market.live { 30 } else { 60 };
        let moves_liquidity = if market.held.is_empty() { 25 } else { 8 };
        prop_oneof![
            ticks => tick(Rc::clone(&market)),
            20 => order(&market, scale),
            14 => edges::orders(order(&market, scale), Rc::clone(&market)),
            4 => margin(scale),
            4 => edges::margins(Rc::clone(&market)),
            5 => withdrawal(&market),
            moves_liquidity => liquidity(&market, scale),
            2 => refused(),
            14 => Just(Step::Liquidate),
            6 => Just(Step::Attribute),
            3 => quote(scale),
            1 => Just(Step::Finish),
        ]
        .boxed()
    }

    fn apply(mut state: State, step: &Step) -> State {
        let market = &mut state.market;
        market.begin();
        state.answer = None;
        match step {
            Step::Tick { wait, quotes } => {
                let now = market.now + wait;
                market.observe(now, &door::quoted(quotes));
                market.accrue();
            }
            Step::Command(command) => state.answer = Some(market.command(&door::ask(command))),
            Step::Liquidate => market.liquidate(),
            Step::Attribute => market.attribute(),
            // Every deficit ended in the step that opened it; a quote moves nothing.
            Step::Finish | Step::Quote { .. } => {}
        }
        market.forget_rate();
        state
    }
}

/// What an order does with the position that is there.
#[derive(Debug, Clone, Copy)]
enum Aim {
    Any,
    Close,
    Reduce,
    Flip,
    Tiny,
    Huge,
    Odd,
}

fn aims() -> impl Strategy<Value = Aim> {
    prop_oneof![
        12 => Just(Aim::Any),
        3 => Just(Aim::Close),
        4 => Just(Aim::Reduce),
        2 => Just(Aim::Flip),
        1 => Just(Aim::Tiny),
        1 => Just(Aim::Huge),
        1 => Just(Aim::Odd),
    ]
}

/// What an order's sizes are drawn from.
struct View {
    mark: i128,
    /// Signed tokens by account, in grid units.
    held: Vec<i128>,
}

impl View {
    fn of(market: &Market) -> Self {
        let signed = |account: u32| {
            let held = market.held.get(&account);
            held.map_or(0, |held| match held.side {
                Side::Long => units(&held.tokens, TOKENS),
                Side::Short => -units(&held.tokens, TOKENS),
            })
        };
        Self {
            mark: units(&market.prices.mark, PRICE),
            held: (0..ACCOUNTS).map(signed).collect(),
        }
    }

    /// Signed size in grid units; `permille` of the position where one is aimed at.
    fn size(&self, account: u32, aim: Aim, (notional, permille, buys): (i128, i128, bool)) -> Base {
        let held = self.held.get(account as usize).copied().unwrap_or(0);
        let sign = if buys { 1 } else { -1 };
        // USD of 10^-6 over a price of 10^-10 in tokens of 10^-8.
        let any = sign * notional * 10_i128.pow(12) / self.mark;
        let size = match aim {
            Aim::Huge => return Base::units_i64(i64::try_from(sign).unwrap() * i64::MAX),
            Aim::Odd if permille < 300 => return Base::ZERO,
            Aim::Odd => return Base::MAX + Base::ULP,
            Aim::Tiny => sign * permille,
            Aim::Close if held != 0 => -held,
            Aim::Reduce if held != 0 => match permille {
                0..20 => -held.signum(),
                20..40 => -held + held.signum(),
                _ => -held * permille / 1_000,
            },
            Aim::Flip if held != 0 => -held - held * permille / 1_000,
            _ => any,
        };
        Base::from_units(size).unwrap()
    }

    fn limit(&self, bp: Option<i32>, size: Base) -> Option<Price> {
        let away = if size.is_positive() { bp? } else { -bp? };
        Price::from_units(self.mark * i128::from(10_000 + away) / 10_000).ok()
    }
}

/// From ten cents to some 100 000 USD, as likely in each decade; in grid units.
fn notionals() -> impl Strategy<Value = i128> {
    let small = (10i128..100, 4u32..7).prop_map(|(digits, decade)| digits * 10_i128.pow(decade));
    let large = (10_000_000i128..100_000_000, 2u32..4).prop_map(|(n, d)| n * 10_i128.pow(d));
    prop_oneof![1 => small, 8 => large]
}

/// Margin as the notional over a leverage; or an odd amount.
fn margins() -> impl Strategy<Value = Option<i128>> {
    let leverage = prop::sample::select(vec![2i128, 5, 8, 9, 12, 20, 40, 80, 120, 170, 250]);
    prop_oneof![12 => leverage.prop_map(Some), 1 => Just(None)]
}

fn order(market: &Market, scale: i64) -> BoxedStrategy<Step> {
    let view = View::of(market);
    let limit = prop_oneof![5 => Just(None), 1 => (-30i32..200).prop_map(Some)];
    let all_or_none = any::<bool>();
    let size = (aims(), notionals(), 0i128..1_000, any::<bool>());
    let build = move |(account, (aim, notional, permille, buys), leverage, limit, all)| {
        let notional = notional * i128::from(scale);
        let size = view.size(account, aim, (notional, permille, buys));
        let margin = match (leverage, aim) {
            (Some(leverage), Aim::Any | Aim::Flip) => notional / leverage,
            (Some(_), _) => 0,
            (None, _) => permille - 200,
        };
        let margin = match aim {
            Aim::Odd if permille > 800 => Usd::MAX + Usd::ULP,
            _ => Usd::from_units(margin).unwrap(),
        };
        let size = match aim {
            Aim::Odd if permille > 800 => Base::whole(1),
            _ => size,
        };
        Step::Command(Command::Order {
            account: AccountId::new(account),
            size,
            margin,
            limit: view.limit(limit, size),
            fill: if all {
                FillRule::AllOrNone
            } else {
                FillRule::Partial
            },
        })
    };
    let accounts = prop_oneof![60 => 0..ACCOUNTS, 1 => Just(ACCOUNTS)];
    (accounts, size, margins(), limit, all_or_none)
        .prop_map(build)
        .boxed()
}

fn margin(scale: i64) -> BoxedStrategy<Step> {
    let amount = prop_oneof![1 => -3i64..3, 8 => 1_000i64..3_000_000_000];
    let build = move |(account, amount)| {
        Step::Command(Command::AddMargin {
            account: AccountId::new(account),
            amount: Usd::units_i64(amount * scale),
        })
    };
    (0..ACCOUNTS, amount).prop_map(build).boxed()
}

fn withdrawal(market: &Market) -> BoxedStrategy<Step> {
    let free = |account| {
        let purse = super::books::Purse::Free(account);
        units(&market.books.balance(purse), MONEY)
    };
    let free: Vec<i128> = (0..ACCOUNTS).map(free).collect();
    // Permille of what is free, and some units more.
    let share = prop_oneof![3 => Just(1_000i128), 3 => 0i128..1_000];
    let more = prop_oneof![6 => Just(0i128), 1 => Just(1i128)];
    let build = move |(account, share, more): (u32, i128, i128)| {
        let amount = free[account as usize] * share / 1_000 + more;
        Step::Command(Command::Withdraw {
            account: AccountId::new(account),
            amount: Usd::from_units(amount).unwrap(),
        })
    };
    (0..ACCOUNTS, share, more).prop_map(build).boxed()
}

fn tranche(senior: bool) -> TrancheName {
    if senior {
        TrancheName::Senior
    } else {
        TrancheName::Junior
    }
}

fn liquidity(market: &Market, scale: i64) -> BoxedStrategy<Step> {
    let has: Vec<i128> = (0..PROVIDERS)
        .map(|lp| units(&market.provider(lp).tokens, SHARES) / 1_000)
        .collect();
    let amount = prop_oneof![12 => -1i64..30_000_000_000, 1 => Just(i64::MAX / 1_000)];
    let lp = || prop_oneof![2 => Just(0u32), 3 => 0u32..PROVIDERS];
    let provide = (lp(), any::<bool>(), amount);
    let provide = provide.prop_map(move |(lp, senior, amount)| Command::Provide {
        lp: BidderId::new(lp),
        tranche: tranche(senior),
        amount: Usd::units_i64(amount * scale),
    });
    let share = prop_oneof![2 => 2_000i128..5_000, 3 => 1i128..1_000];
    let redeem = (lp(), any::<bool>(), share);
    let redeem = redeem.prop_map(move |(lp, senior, share)| Command::Redeem {
        lp: BidderId::new(lp),
        tranche: tranche(senior),
        amount: Usd::from_units(has[lp as usize] * share / 1_000 + share % 2).unwrap(),
    });
    prop_oneof![provide, redeem].prop_map(Step::Command).boxed()
}

/// Commands that only other venues know.
fn refused() -> BoxedStrategy<Step> {
    let lp = BidderId::new(1);
    let claim = Command::Claim {
        lp,
        tranche: TrancheName::Senior,
    };
    let recover = Command::Recover {
        amount: Usd::whole(100),
    };
    let bidding = Command::Bidding {
        bidder: lp,
        presence: Presence::Gone,
        book_share: Ratio::ONE,
    };
    prop::sample::select(vec![claim, recover, bidding])
        .prop_map(Step::Command)
        .boxed()
}

fn quote(scale: i64) -> BoxedStrategy<Step> {
    let build = move |(long, notional): (bool, i64)| Step::Quote {
        long,
        notional: notional * scale,
    };
    (any::<bool>(), 0i64..250_000_000_000)
        .prop_map(build)
        .boxed()
}
