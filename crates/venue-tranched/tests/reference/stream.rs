//! Streams of seconds and commands, drawn so that accounts crowd, fall and are liquidated.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{Command, FillRule, Presence, SourceQuote, TrancheName};

use super::books::Purse;
use super::world::{BIDDERS, PROVIDERS, TRADERS, World, choices, world};
use super::{Model, Position};

/// One step of a stream.
#[derive(Debug, Clone)]
pub enum Step {
    /// A second: its observations, then accrual.
    Observe {
        now: u64,
        quotes: Vec<SourceQuote>,
    },
    /// The second's liquidation, and the minute's Attribution.
    Settle,
    Ask(Command),
    /// Every open deficit is driven to its end.
    Finish,
}

/// The reference with the world it was made for.
#[derive(Debug, Clone)]
pub struct Run {
    pub world: World,
    pub model: Model,
    /// The present second has been observed and not settled.
    observed: bool,
}

pub struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Run;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Run> {
        let run = |choice| {
            let world = world(choice);
            let model = world.model();
            Run {
                world,
                model,
                observed: false,
            }
        };
        choices().prop_map(run).boxed()
    }

    fn transitions(run: &Run) -> BoxedStrategy<Step> {
        let ask = commands(&run.model).prop_map(Step::Ask);
        match run.observed {
            true => {
                prop_oneof![55 => ask, 44 => Just(Step::Settle), 1 => Just(Step::Finish)].boxed()
            }
            false => prop_oneof![15 => ask, 85 => seconds(&run.model)].boxed(),
        }
    }

    fn preconditions(run: &Run, step: &Step) -> bool {
        match step {
            Step::Observe { now, .. } => *now > run.model.now,
            _ => true,
        }
    }

    fn apply(mut run: Run, step: &Step) -> Run {
        match step {
            Step::Observe { now, quotes } => {
                run.model.observe(*now, quotes);
                run.observed = true;
            }
            Step::Settle => {
                run.model.settle_second();
                run.observed = false;
            }
            Step::Ask(command) => run.model.command(command),
            Step::Finish => run.model.finish(),
        }
        run
    }
}

/// The next second that is looked at: the next one, one soon, or the next whole minute.
fn seconds(model: &Model) -> BoxedStrategy<Step> {
    let (now, mark) = (model.now, model.mark);
    // Whom stage 1 has just closed in part falls again now and then.
    let again = model.just_deleveraged();
    let weight = if again.is_empty() { 3 } else { 25 };
    let fallers = match again.is_empty() {
        true => (0..TRADERS + BIDDERS).collect(),
        false => again,
    };
    // Some of them at the very edge of a wait: cooldown, auction, batches of ADL, reopening.
    let next = prop_oneof![
        4 => Just(now + 1),
        2 => (2..12_u64).prop_map(move |secs| now + secs),
        2 => Just(now + 10),
        2 => Just(now + 20),
        1 => (12..40_u64).prop_map(move |secs| now + secs),
        1 => Just(now + 45),
        5 => Just(now - now % 60 + 60),
        1 => Just(now - now % 60 + 120),
    ];
    let move_ = prop_oneof![
        5 => (-30..=30_i128).prop_map(Move::By),
        6 => (-300..=300_i128).prop_map(Move::By),
        3 => (-1_500..=1_500_i128).prop_map(Move::By),
        1 => (-6_000..=9_000_i128).prop_map(Move::By),
        3 => (0..TRADERS + BIDDERS, -50..=130_i128).prop_map(|(n, e)| Move::To(n, e)),
        weight => (prop::sample::select(fallers), 67..=100_i128)
            .prop_map(|(n, e)| Move::To(n, e)),
        1 => (0..TRADERS + BIDDERS, -4_000..=2_000_i128).prop_map(|(n, e)| Move::To(n, e)),
    ];
    let maintenance = model.maintenance_bps();
    let held: Vec<_> = (0..=TRADERS + BIDDERS)
        .map(|n| (model.position(n), model.margin(n)))
        .collect();
    let shown = prop_oneof![
        26 => Just(Shown::Agreed),
        2 => Just(Shown::Apart),
        2 => Just(Shown::Nothing),
    ];
    let second = (next, move_, shown, -40..=40_i128, 0..12_u64, 0..3_u16);
    let second = second.prop_map(move |(now, bps, shown, apart, age, weight)| {
        let at = match bps {
            Move::By(bps) => mark + mark * bps / 10_000,
            Move::To(n, part) => {
                price_at(held[n as usize], part * maintenance / 100).unwrap_or(mark)
            }
        };
        let lowest = 50_000_000_000;
        let at = at.clamp(lowest, 10_000 * lowest);
        let quotes = shown.quotes(now, at, (apart, age, weight));
        Step::Observe { now, quotes }
    });
    second.boxed()
}

/// Where the price goes.
#[derive(Debug, Clone, Copy)]
enum Move {
    /// By so many basis points.
    By(i128),
    /// To where the equity of an account is about so many per cent of its maintenance margin.
    To(u32, i128),
}

/// The price at which C + q·P − cost is a share of |q|·P, about; nothing far from a legal price.
fn price_at((position, margin): (Position, i128), bps: i128) -> Option<i128> {
    let share = position.size.abs() / 10_000 * bps;
    let value = position.cost - margin;
    let at = value
        .checked_mul(1_000_000_000_000)?
        .checked_div(position.size - share)?;
    (at > 0).then_some(at)
}

/// What the sources show.
#[derive(Debug, Clone, Copy)]
enum Shown {
    /// Three that are near each other.
    Agreed,
    /// One far off, one old, one of the future, one twice, with weights of their own.
    Apart,
    Nothing,
}

impl Shown {
    fn quotes(
        self,
        now: u64,
        at: i128,
        (apart, age, weight): (i128, u64, u16),
    ) -> Vec<SourceQuote> {
        let price = |units: i128| Price::from_units(units).unwrap();
        let aged = |age: u64| Time::from_secs(now.saturating_sub(age));
        let near = at + at * apart / 10_000;
        match self {
            Self::Nothing => Vec::new(),
            Self::Agreed => vec![
                SourceQuote::new(0, price(at), aged(0)),
                SourceQuote::new(1, price(near), aged(age)),
                SourceQuote::new(2, price(at), aged(0)),
            ],
            Self::Apart => vec![
                SourceQuote {
                    weight,
                    ..SourceQuote::new(0, price(at), aged(0))
                },
                SourceQuote::new(1, price(at + at * apart / 100), aged(age)),
                SourceQuote {
                    max_age: Some(3),
                    ..SourceQuote::new(2, price(near), aged(age))
                },
                SourceQuote {
                    weight,
                    ..SourceQuote::new(3, price(near + 7), aged(age))
                },
                SourceQuote::new(3, price(near), aged(age + 1)),
                SourceQuote::new(4, price(at), Time::from_secs(now + 1)),
            ],
        }
    }
}

fn commands(model: &Model) -> BoxedStrategy<Command> {
    let amount = || {
        prop_oneof![
            1 => -1..=1_i128,
            2 => 1..1_000_000_i128,
            6 => 1_000_000..3_000_000_000_i128,
            3 => 1_000_000_000..40_000_000_000_i128,
        ]
        .prop_map(|units| Usd::from_units(units).unwrap())
    };
    let tranche = || prop_oneof![Just(TrancheName::Senior), Just(TrancheName::Junior)];
    let lp = || (0..=PROVIDERS).prop_map(BidderId::new);
    let presence = prop_oneof![2 => Just(Presence::Here), 1 => Just(Presence::Gone)];
    prop_oneof![
        60 => orders(model),
        6 => (accounts(), amount())
            .prop_map(|(account, amount)| Command::AddMargin { account, amount }),
        4 => withdrawals(model),
        8 => (lp(), tranche(), amount())
            .prop_map(|(lp, tranche, amount)| Command::Provide { lp, tranche, amount }),
        7 => (lp(), tranche(), amount())
            .prop_map(|(lp, tranche, amount)| Command::Redeem { lp, tranche, amount }),
        4 => claims(model),
        3 => amount().prop_map(|amount| Command::Recover { amount }),
        3 => (0..=BIDDERS, presence).prop_map(|(bidder, presence)| Command::Bidding {
            bidder: BidderId::new(bidder),
            presence,
            book_share: Ratio::ZERO,
        }),
    ]
    .boxed()
}

/// By somebody who has something to claim, if there is anybody, or by anybody.
fn claims(model: &Model) -> BoxedStrategy<Command> {
    let both = [TrancheName::Senior, TrancheName::Junior];
    let all = (0..=PROVIDERS).flat_map(|lp| both.map(|tranche| (lp, tranche)));
    let all: Vec<_> = all.collect();
    let granted = |(lp, tranche): &(u32, TrancheName)| model.claimable(lp + 1, *tranche) > 0;
    let some: Vec<_> = all.iter().copied().filter(granted).collect();
    let from = if some.is_empty() { all } else { some };
    let claim = prop::sample::select(from);
    let claim = claim.prop_map(|(lp, tranche)| Command::Claim {
        lp: BidderId::new(lp),
        tranche,
    });
    claim.boxed()
}

/// Mostly traders; now and then a bidder's account or one that nobody has used.
fn accounts() -> impl Strategy<Value = AccountId> {
    let number = prop_oneof![14 => 0..TRADERS, 1 => TRADERS..TRADERS + BIDDERS + 1];
    number.prop_map(AccountId::new)
}

fn withdrawals(model: &Model) -> BoxedStrategy<Command> {
    let free: Vec<i128> = (0..=TRADERS + BIDDERS)
        .map(|n| model.books.of(Purse::Free(n)))
        .collect();
    let part = prop_oneof![Just(1_i128), Just(2), Just(3)];
    let asked = (accounts(), part, -1..=1_i128);
    let asked = asked.prop_map(move |(account, part, more)| Command::Withdraw {
        account,
        amount: Usd::from_units(free[account.index()] / part + more).unwrap(),
    });
    asked.boxed()
}

/// How large an order is.
#[derive(Debug, Clone, Copy)]
enum Size {
    /// So many units, signed.
    Plain(i128),
    /// This many per cent of what is held, the other way: closes, reduces and flips.
    Against(i128),
}

fn orders(model: &Model) -> BoxedStrategy<Command> {
    let mark = model.mark;
    let held: Vec<i128> = (0..=TRADERS + BIDDERS)
        .map(|n| model.position(n).size)
        .collect();
    // In units of size; a base is worth about 100 USD.
    let plain = prop_oneof![
        1 => 0..1_000_i128,
        3 => 1_000..1_000_000_000_i128,
        8 => 1_000_000_000..40_000_000_000_i128,
        8 => 40_000_000_000..250_000_000_000_i128,
        1 => Just(100_000_000_000_000_i128),
    ];
    let sign = prop_oneof![Just(1_i128), Just(-1)];
    let size = prop_oneof![
        6 => (plain, sign).prop_map(|(size, sign)| Size::Plain(size * sign)),
        2 => Just(Size::Against(100)),
        2 => (1..100_i128).prop_map(Size::Against),
        1 => (101..300_i128).prop_map(Size::Against),
    ];
    // Margin in per cent of the order's initial margin.
    let initial = model.initial_bps();
    let margin = prop_oneof![
        3 => Just(0_i128),
        6 => 75..175_i128,
        3 => 175..1_250_i128,
        1 => Just(50_000_i128),
    ];
    let limit = prop_oneof![4 => Just(None), 1 => (-60..=60_i128).prop_map(Some)];
    let fill = prop_oneof![3 => Just(FillRule::Partial), 1 => Just(FillRule::AllOrNone)];
    let spoiled = prop::bool::weighted(0.01);
    let drawn = (accounts(), size, margin, limit, fill, spoiled);
    let order = drawn.prop_map(move |(account, size, margin, limit, fill, spoiled)| {
        let size = match size {
            Size::Plain(units) => units,
            Size::Against(part) => match held[account.index()] {
                0 => 10_000_000_000 * (part % 7 - 3),
                held => -held * part / 100,
            },
        };
        let notional = size.abs() / 100_000 * (mark / 10_000_000);
        let margin = if spoiled {
            -1
        } else {
            (notional * initial / 10_000 * margin / 100).min(100_000_000_000)
        };
        Command::Order {
            account,
            size: Base::from_units(size).unwrap(),
            margin: Usd::from_units(margin).unwrap(),
            limit: limit.map(|bps| Price::from_units(mark + mark * bps / 10_000).unwrap()),
            fill,
        }
    });
    order.boxed()
}
