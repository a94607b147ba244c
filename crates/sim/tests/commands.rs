//! The one command stream.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_ledger::{AccountId, BidderId};
use seawall_scenario::model::{Distribution, OrderFlow};
use seawall_scenario::{
    Amount, Collateral, Flow, Observation, PriceKind, PricePath, TimedFlow, TimedLiquidity,
    TimedMargin, TimedOrder, TimedRecovery, Window, Wish,
};
use seawall_sim::{CommandSources, CommandStream, Reach, TimedCommand};
use seawall_units::{Base, Ratio, Side, Time, Usd};
use seawall_venue::{Command, Endowment, FillRule, TrancheName};

fn at(secs: u64) -> Time {
    Time::from_secs(secs)
}

/// 100 at second 0, 200 at second 100, 200 at second 200; exact at these three.
fn path() -> PricePath {
    let point = |secs, price: &str| Observation {
        at: at(secs),
        price: price.parse().unwrap(),
        kind: PriceKind::Mark,
    };
    let points = [point(0, "100"), point(100, "200"), point(200, "200")];
    PricePath::join(at(0), at(200), &points).unwrap()
}

fn endowments() -> Vec<Endowment> {
    let endowment = |account, size| Endowment {
        account: AccountId::new(account),
        size: Base::whole(size),
        entry: "100".parse().unwrap(),
        margin: Usd::whole(1000),
    };
    vec![endowment(0, 8), endowment(1, -6)]
}

fn stream(orders: &[TimedOrder], flows: &[TimedFlow]) -> CommandStream {
    let sources = CommandSources {
        seed: 42,
        accounts: 2,
        orders,
        flows,
        margins: &[],
        liquidity: &[],
        recoveries: &[],
    };
    CommandStream::new(&sources, &path(), &endowments())
}

fn order(sent: u64, account: u32, wish: Wish) -> TimedOrder {
    TimedOrder {
        at: at(sent),
        account: AccountId::new(account),
        wish,
        limit: None,
        fill: FillRule::AllOrNone,
    }
}

fn close(share: &str) -> Wish {
    let share = share.parse().unwrap();
    Wish::Close { share }
}

fn buy(size: i32) -> Wish {
    Wish::Trade {
        side: Side::Long,
        amount: Amount::Size(Base::whole(size)),
        collateral: Collateral::Margin(Usd::whole(7)),
    }
}

fn sizes(stream: &CommandStream) -> Vec<Base> {
    let size = |timed: &TimedCommand| match timed.command {
        Command::Order { size, .. } => size,
        _ => Base::ZERO,
    };
    stream.commands().iter().map(size).collect()
}

/// M-11.3: a close means the same size in every venue, whatever the venue has filled before.
#[test]
fn a_close_is_a_share_of_what_the_stream_believes_in() {
    // 8 long, a quarter closed, 4 bought: 10; half of it closed, all of it, then nothing.
    let orders = [
        order(1, 0, close("0.25")),
        order(2, 0, buy(4)),
        order(3, 0, close("0.5")),
        order(4, 0, close("1")),
        order(5, 0, close("1")),
        order(6, 1, close("1")),
    ];
    let stream = stream(&orders, &[]);
    assert_eq!(sizes(&stream), [-2, 4, -5, -5, 6].map(Base::whole));
    let reach: Vec<Reach> = stream.commands().iter().map(|each| each.reach).collect();
    let reduce = Reach::Reduce;
    assert_eq!(reach, [reduce, Reach::Any, reduce, reduce, reduce]);
}

/// M-3.2.
#[test]
fn an_order_executes_in_the_second_after_it_was_sent_or_never() {
    let orders = [
        order(0, 0, buy(1)),
        order(199, 0, buy(1)),
        order(200, 0, buy(1)),
    ];
    let stream = stream(&orders, &[]);
    let times: Vec<u64> = stream
        .commands()
        .iter()
        .map(|each| each.at.secs())
        .collect();
    assert_eq!(times, [1, 200]);
}

#[test]
fn a_notional_is_taken_at_the_price_when_it_is_sent() {
    let wish = Wish::Trade {
        side: Side::Short,
        amount: Amount::Notional(Usd::whole(1000)),
        collateral: Collateral::Leverage("3".parse().unwrap()),
    };
    let stream = stream(&[order(100, 0, wish)], &[]);
    let Command::Order {
        size, margin, fill, ..
    } = stream.commands()[0].command
    else {
        panic!("an order was expected");
    };
    // 1 000 at 200; a third of it rounded up.
    assert_eq!(size, Base::whole(-5));
    assert_eq!(margin, "333.333334".parse().unwrap());
    assert_eq!(fill, FillRule::AllOrNone);
}

#[test]
fn in_one_second_margin_comes_first_and_liquidity_last() {
    let orders = [
        order(5, 0, buy(1)),
        order(5, 1, buy(2)),
        order(4, 1, buy(3)),
    ];
    let margins = [TimedMargin {
        at: at(5),
        account: AccountId::new(0),
        amount: Usd::whole(1),
    }];
    let moved = |flow| TimedLiquidity {
        at: at(5),
        lp: BidderId::new(0),
        tranche: TrancheName::Senior,
        flow,
    };
    let sources = CommandSources {
        seed: 42,
        accounts: 2,
        orders: &orders,
        flows: &[flow("noise", 5, 5)],
        margins: &margins,
        liquidity: &[
            moved(Flow::Redeem(Usd::ULP)),
            moved(Flow::Provide(Usd::ULP)),
            moved(Flow::Claim),
        ],
        recoveries: &[TimedRecovery {
            at: at(5),
            amount: Usd::ULP,
        }],
    };
    let stream = CommandStream::new(&sources, &path(), &endowments());
    let kind = |timed: &TimedCommand| match timed.command {
        Command::AddMargin { .. } => "margin",
        Command::Order {
            fill: FillRule::AllOrNone,
            ..
        } => "stated",
        Command::Order { .. } => "drawn",
        Command::Recover { .. } => "recover",
        Command::Redeem { .. } => "redeem",
        Command::Claim { .. } => "claim",
        _ => "provide",
    };
    let mut kinds: Vec<&str> = stream.commands().iter().map(kind).collect();
    assert!(kinds.iter().filter(|kind| **kind == "drawn").count() > 10);
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "stated", "margin", "stated", "drawn", "recover", "redeem", "provide", "claim"
        ]
    );
    assert_eq!(sizes(&stream)[..4], [3, 0, 1, 2].map(Base::whole));
}

/// 1 800 orders a minute, half of them closes.
fn flow(name: &str, from: u64, until: u64) -> TimedFlow {
    TimedFlow {
        window: Window {
            from: at(from),
            until: at(until),
        },
        flow: OrderFlow {
            name: name.into(),
            per_minute: Ratio::whole(1800),
            long_share: Ratio::ONE,
            notional: Distribution::Uniform {
                min: Usd::whole(10),
                max: Usd::whole(20),
            },
            leverage: Distribution::Fixed(Ratio::whole(10)),
            closes_share: "0.5".parse().unwrap(),
            from: None,
            until: None,
        },
    }
}

#[test]
fn drawn_orders_open_accounts_of_their_own_or_reduce_what_was_endowed() {
    let stream = stream(&[], &[flow("noise", 10, 150)]);
    let (mut held, mut next) = ([Base::whole(8), Base::whole(-6)], 2);
    for timed in stream.commands() {
        let Command::Order { account, size, .. } = timed.command else {
            panic!("an order was expected");
        };
        match held.get_mut(account.index()) {
            Some(held) => {
                assert_eq!(timed.reach, Reach::Reduce);
                let before = *held;
                *held += size;
                assert!(held.abs() < before.abs());
                assert_ne!(held.signum(), -before.signum());
            }
            None => {
                assert_eq!((account.number(), timed.reach), (next, Reach::Any));
                assert!(size.is_positive());
                next += 1;
            }
        }
    }
    assert!(next > 1000, "{next}");
    assert_eq!(stream.accounts(), next);
    // There is more flow than there are positions: all of them are closed in the end.
    assert_eq!(held, [Base::ZERO; 2]);
}

#[test]
fn another_flow_shifts_nobodys_numbers() {
    let alone = stream(&[], &[flow("noise", 10, 20)]);
    let both = stream(&[], &[flow("noise", 10, 20), flow("other", 30, 40)]);
    let count = alone.commands().len();
    assert_eq!(alone.commands(), &both.commands()[..count]);
    assert!(both.commands().len() > count);
}

proptest! {
    /// The stream is in time order, complete, and no close ever flips a position.
    #[test]
    fn closes_never_flip(
        orders in prop::collection::vec((0_u64..200, 0_u32..2, 0_i32..6, 0_i32..=10_000), 0..40)
    ) {
        let orders: Vec<TimedOrder> = orders.into_iter().map(|(sent, account, size, share)| {
            let wish = match size {
                0 | 1 => Wish::Close { share: Ratio::bps(share) },
                _ => buy(size),
            };
            order(sent, account, wish)
        }).collect();
        let stream = stream(&orders, &[]);
        let trades = orders.iter().filter(|each| matches!(each.wish, Wish::Trade { .. }));
        let any = stream.commands().iter().filter(|each| each.reach == Reach::Any);
        prop_assert_eq!(any.count(), trades.count());
        prop_assert!(stream.commands().windows(2).all(|two| two[0].at <= two[1].at));
        let mut held = [Base::whole(8), Base::whole(-6)];
        for timed in stream.commands() {
            if let Command::Order { account, size, .. } = timed.command {
                let held = &mut held[account.index()];
                if timed.reach == Reach::Reduce {
                    prop_assert_eq!(size.signum(), -held.signum());
                    prop_assert!(size.abs() <= held.abs());
                }
                *held += size;
            }
        }
    }
}
