//! One run through a venue small enough to be worked by hand.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support;

use seawall_ledger::{AccountId, BidderId, Entry};
use seawall_scenario::{
    Flow, Observation, PriceKind, PricePath, TimedLiquidity, TimedMargin, TimedOrder, Wish,
};
use seawall_sim::{CommandSources, CommandStream, JournalSink, Plan, ProbeSizes, World, drive};
use seawall_units::{Base, Ratio, Time, Usd};
use seawall_venue::{Command, Endowment, Event, FillRule, Setup, StageEnd, StageId, TrancheName};
use support::TinyVenue;

const LONG: AccountId = AccountId::new(0);
const SHORT: AccountId = AccountId::new(1);

fn at(secs: u64) -> Time {
    Time::from_secs(secs)
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

/// 100 until second 629, 90 from second 630 to the end at 720.
fn path() -> PricePath {
    let point = |secs, price: &str| Observation {
        at: at(secs),
        price: price.parse().unwrap(),
        kind: PriceKind::Mark,
    };
    let points = [point(600, "100"), point(629, "100"), point(630, "90")];
    PricePath::join(at(600), at(720), &points).unwrap()
}

fn close(sent: u64, account: AccountId, share: &str) -> TimedOrder {
    TimedOrder {
        at: at(sent),
        account,
        wish: Wish::Close {
            share: share.parse().unwrap(),
        },
        limit: None,
        fill: FillRule::Partial,
    }
}

/// A long of 300 from 100 with 100 of margin, a short of 50 from 100 with 1 000.
fn endowments() -> Vec<Endowment> {
    let endowment = |account, size, margin| Endowment {
        account,
        size: Base::whole(size),
        entry: "100".parse().unwrap(),
        margin: Usd::whole(margin),
    };
    vec![endowment(LONG, 300, 100), endowment(SHORT, -50, 1000)]
}

fn setup() -> Setup {
    Setup {
        start: at(600),
        opening: "100".parse().unwrap(),
        margin: None,
        endowments: endowments(),
        accounts: 2,
    }
}

fn plan() -> Plan {
    let orders = [
        close(640, SHORT, "0.5"),
        close(640, LONG, "1"),
        close(720, SHORT, "1"),
    ];
    let margins = [TimedMargin {
        at: at(640),
        account: SHORT,
        amount: Usd::whole(5),
    }];
    let liquidity = [TimedLiquidity {
        at: at(650),
        lp: BidderId::new(0),
        tranche: TrancheName::Junior,
        flow: Flow::Provide(Usd::whole(500)),
    }];
    let sources = CommandSources {
        seed: 1,
        accounts: 2,
        orders: &orders,
        flows: &[],
        margins: &margins,
        liquidity: &liquidity,
        recoveries: &[],
    };
    Plan {
        commands: CommandStream::new(&sources, &path(), &endowments()),
        world: World::new(path(), 3, Vec::new()),
        probes: ProbeSizes::default(),
    }
}

#[derive(Default, PartialEq, Debug)]
struct Kept {
    entries: Vec<Entry>,
    events: Vec<Event>,
}

impl JournalSink for Kept {
    fn entry(&mut self, entry: &Entry) {
        self.entries.push(*entry);
    }
    fn event(&mut self, event: &Event) {
        self.events.push(event.clone());
    }
}

fn tiny() -> TinyVenue {
    TinyVenue::new(&setup(), Usd::whole(1000), Usd::whole(500))
}

/// The figures of M-10.
#[test]
fn figures_are_those_worked_by_hand() {
    let mut venue = tiny();
    let outcome = drive(&mut venue, &plan(), &mut ());
    assert_eq!(outcome.breaches, Vec::<String>::new());
    assert_eq!(
        (outcome.order_violations, outcome.ledger_sum),
        (0, Usd::ZERO)
    );
    // The long loses 3 000 with 100 of margin: 2 900. The pool has 1 000 + 3 000, half of it
    // stands: 2 000. The fund has 500. Nobody pays the last 400.
    assert_eq!(outcome.opening_deficit, Usd::whole(2900));
    assert_eq!(outcome.bad_debt, Usd::whole(2900));
    assert_eq!((outcome.deficits, outcome.residual), (1, Usd::whole(400)));
    let stage = |id| *outcome.stages.iter().find(|s| s.stage == id).unwrap();
    let junior = stage(StageId::Junior);
    assert_eq!(junior.absorbed, Usd::whole(2000));
    assert_eq!((junior.acted, junior.end), (1, Some(StageEnd::Capped)));
    let insurance = stage(StageId::Insurance);
    assert_eq!(insurance.absorbed, Usd::whole(500));
    assert_eq!(insurance.end, Some(StageEnd::Exhausted));
    assert_eq!(stage(StageId::Senior).end, None);
    // 300 at 90.
    assert_eq!(outcome.liquidated_accounts, 1);
    assert_eq!(outcome.liquidated_notional, Usd::whole(27_000));
    // The short gains 10 on each of 50; half of it is realised by its close.
    assert_eq!(outcome.winners.profit_before, Usd::whole(500));
    assert_eq!(
        (outcome.winners.taken, outcome.winners.count),
        (Usd::ZERO, 0)
    );
    // The pool: 1 000 + 3 000 − 2 000 − 500 = 1 500, half as much again; the 500 that came in
    // later are no gain.
    assert_eq!(outcome.lp_return, "0.5".parse::<Ratio>().unwrap());
    assert_eq!(
        (outcome.senior_drawdown, outcome.backstop_result),
        (None, None)
    );
    let split = [("pool", Usd::whole(1000)), ("insurance", Usd::whole(500))];
    assert_eq!(outcome.capital_split, split);
}

#[test]
fn orders_count_where_there_is_something_to_close() {
    let mut venue = tiny();
    let outcome = drive(&mut venue, &plan(), &mut ());
    // The long is gone when its close executes: not asked. The close of the last second never
    // executes. Left: 25 at 90.
    assert_eq!((outcome.orders.sent, outcome.orders.refused), (1, 0));
    assert_eq!(outcome.orders.asked, Usd::whole(2250));
    assert_eq!(outcome.orders.filled, Usd::whole(2250));
    let times: Vec<u64> = venue.seen.iter().map(|(time, _)| time.secs()).collect();
    assert_eq!(times, [641, 641, 651]);
    assert!(matches!(venue.seen[0].1, Command::AddMargin { .. }));
    let Command::Order { size, account, .. } = venue.seen[1].1 else {
        panic!("a close was expected, found {:?}", venue.seen[1]);
    };
    assert_eq!((account, size), (SHORT, Base::whole(25)));
}

#[test]
fn depth_is_measured_every_second_on_both_sides() {
    let outcome = drive(&mut tiny(), &plan(), &mut ());
    assert_eq!(outcome.seconds_without_quote, 0);
    let bp = Ratio::bps;
    let shares: Vec<Ratio> = outcome
        .cost_vs_mark
        .iter()
        .map(|c| c.filled_share)
        .collect();
    assert_eq!(shares, [Ratio::ONE, Ratio::ONE, "0.1".parse().unwrap()]);
    for cost in &outcome.cost_vs_mark {
        assert_eq!((cost.mean, cost.worst), (Some(bp(5)), Some(bp(5))));
    }
    let mut wide = plan();
    wide.probes.least = Usd::whole(100_001);
    let outcome = drive(&mut tiny(), &wide, &mut ());
    assert_eq!(outcome.seconds_without_quote, 121);
}

#[test]
fn minutes_are_whole_ones_and_attribution_waits_for_the_first_to_pass() {
    let mut venue = tiny();
    let outcome = drive(&mut venue, &plan(), &mut ());
    let rows: Vec<u64> = outcome.minutes.iter().map(|row| row.time.secs()).collect();
    assert_eq!(rows, [600, 660, 720]);
    assert_eq!(venue.attributed, [at(660), at(720)]);
    let last = outcome.minutes.last().unwrap();
    assert_eq!(last.mark, "90".parse().unwrap());
    // The short's 25 at 90; the pool's 1 500 and the 500 that came in.
    assert_eq!(last.open_interest_long, Usd::ZERO);
    assert_eq!(last.open_interest_short, Usd::whole(2250));
    assert_eq!(last.lp_value, Usd::whole(2000));
}

#[test]
fn the_sink_sees_the_whole_journal_and_runs_repeat() {
    let run = || {
        let mut kept = Kept::default();
        let outcome = drive(&mut tiny(), &plan(), &mut kept);
        (kept, outcome)
    };
    let (first, second) = (run(), run());
    assert_eq!(first, second);
    let places: Vec<u64> = first.0.entries.iter().map(|entry| entry.seq).collect();
    let expected: Vec<u64> = (0..).take(places.len()).collect();
    assert_eq!(places, expected);
    let opened = |event: &&Event| matches!(event, Event::DeficitOpened { .. });
    assert_eq!(first.0.events.iter().filter(opened).count(), 1);
    let posted = first.0.entries.iter().map(|entry| entry.transfer.amount());
    assert!(posted.sum::<Usd>() > usd("9000"));
}

#[test]
fn a_partly_liquidated_position_is_closed_to_nothing_and_no_further() {
    // The venue holds a third of what the stream believes in.
    let mut smaller = setup();
    smaller.endowments[1].size = Base::whole(-10);
    let mut venue = TinyVenue::new(&smaller, Usd::whole(1000), Usd::whole(500));
    let outcome = drive(&mut venue, &plan(), &mut ());
    assert_eq!(outcome.breaches, Vec::<String>::new());
    // Asked for 25, 10 are left.
    assert_eq!(outcome.orders.asked, Usd::whole(900));
    assert!(
        outcome
            .minutes
            .last()
            .unwrap()
            .open_interest_short
            .is_zero()
    );
    // A position on the other side is nothing to reduce.
    smaller.endowments[1].size = Base::whole(10);
    let mut venue = TinyVenue::new(&smaller, Usd::whole(1000), Usd::whole(500));
    assert_eq!(drive(&mut venue, &plan(), &mut ()).orders.sent, 0);
}
