//! Laws over random streams of commands and prices.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use std::collections::BTreeMap;

use common::{START, assert_laws, id};
use proptest::prelude::*;
use seawall_ledger::{Account, BidderId, Cause, DeficitId, Replay};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{
    Command, Endowment, Event, FillRule, MarginTable, Receipt, Setup, SourceQuote, StageEnd,
    StageId, Tick, TrancheName, Venue,
};
use seawall_venue_orderbook::{Capital, OrderBookVenue, Params, ShortReading};

const ACCOUNTS: u32 = 8;

#[derive(Debug, Clone)]
enum Step {
    /// The outside price moves by this many tenths of a basis point; the sources follow or not.
    Tick {
        move_by: i32,
        sources: u16,
        lag: i32,
    },
    Ask(Command),
}

fn amount() -> impl Strategy<Value = Usd> {
    (0_i64..40_000_000_000).prop_map(Usd::units_i64)
}

fn command() -> impl Strategy<Value = Command> {
    let account = (0..ACCOUNTS + 1).prop_map(id);
    let size = (-8_000_000_000_i64..8_000_000_000).prop_map(Base::units_i64);
    let limit = prop::option::weighted(0.2, 900_000_000_000_i64..1_100_000_000_000);
    let limit = limit.prop_map(|units| units.map(|u| Price::from_units(u.into()).unwrap()));
    let order = (account.clone(), size, amount(), limit, any::<bool>()).prop_map(
        |(account, size, margin, limit, whole)| Command::Order {
            account,
            size,
            margin,
            limit,
            fill: match whole {
                true => FillRule::AllOrNone,
                false => FillRule::Partial,
            },
        },
    );
    let moved = (account, amount(), any::<bool>()).prop_map(|(account, amount, adds)| match adds {
        true => Command::AddMargin { account, amount },
        false => Command::Withdraw { account, amount },
    });
    let liquidity = (amount(), any::<bool>()).prop_map(|(amount, provides)| {
        let (lp, tranche) = (BidderId::new(0), TrancheName::Junior);
        match provides {
            true => Command::Provide {
                lp,
                tranche,
                amount,
            },
            false => Command::Redeem {
                lp,
                tranche,
                amount,
            },
        }
    });
    prop_oneof![6 => order, 1 => moved, 1 => liquidity]
}

fn step() -> impl Strategy<Value = Step> {
    let calm = (-30..30_i32, 2..4_u16, -20..20_i32);
    let wild = (-4_000..4_000_i32, 0..4_u16, -500..500_i32);
    let tick = prop_oneof![3 => calm, 1 => wild];
    let tick = tick.prop_map(|(move_by, sources, lag)| Step::Tick {
        move_by,
        sources,
        lag,
    });
    prop_oneof![5 => tick, 2 => command().prop_map(Step::Ask)]
}

#[derive(Debug, Clone)]
struct Start {
    endowments: Vec<(i64, i64, i64)>,
    makers: i64,
    backstops: Vec<i64>,
    native: bool,
    depth: i32,
    letter: bool,
}

fn start() -> impl Strategy<Value = Start> {
    // Size in thousandths, entry in cents, leverage of the margin in tenths.
    let endowment = (-300_000..300_000_i64, 9_800..10_200_i64, 20..330_i64);
    (
        prop::collection::vec(endowment, 0..8),
        10_000..200_000_i64,
        prop::collection::vec(0..3_000_i64, 0..3),
        any::<bool>(),
        0..30_000_i32,
        any::<bool>(),
    )
        .prop_map(
            |(endowments, makers, backstops, native, depth, letter)| Start {
                endowments,
                makers,
                backstops,
                native,
                depth,
                letter,
            },
        )
}

fn venue(start: &Start) -> Option<OrderBookVenue> {
    let dollars = |count: i64| Usd::units_i64(count * 1_000_000);
    let endowment = |(number, (size, cents, leverage)): (u32, &(i64, i64, i64))| {
        let size = Base::units_i64(size * 100_000);
        let entry = Price::from_units(i128::from(*cents) * 100_000_000).unwrap();
        let margin = entry.value_ceil(size.abs()).mul_div_ceil(
            Ratio::whole(10),
            Ratio::units_i64(*leverage)
                .mul_div_ceil(Ratio::ONE, Ratio::ULP)
                .unwrap(),
        );
        Endowment {
            account: id(number),
            size,
            entry,
            margin: margin.unwrap(),
        }
    };
    let setup = Setup {
        start: START.plus(3_480),
        opening: "100".parse().unwrap(),
        margin: (!start.native).then_some(MarginTable {
            initial: Ratio::bps(200),
            maintenance: Ratio::bps(100),
        }),
        endowments: (0..).zip(&start.endowments).map(endowment).collect(),
        accounts: ACCOUNTS,
    };
    let capital = Capital {
        makers: dollars(start.makers),
        backstops: start.backstops.iter().map(|v| dollars(*v)).collect(),
    };
    let mut params = Params::default();
    params.book.depth = Ratio::bps(start.depth);
    if start.letter {
        params.adl.short_reading = ShortReading::MarkOverEntry;
    }
    OrderBookVenue::new(setup, capital, params).ok()
}

/// Drives the venue and keeps what an auditor would.
struct Run {
    venue: OrderBookVenue,
    replay: Replay,
    now: seawall_units::Time,
    outside: i128,
    opened: BTreeMap<DeficitId, Usd>,
    absorbed: BTreeMap<DeficitId, Usd>,
    closed: u32,
}

impl Run {
    fn new(venue: OrderBookVenue) -> Self {
        Self {
            venue,
            replay: Replay::new(),
            now: START.plus(3_480),
            outside: 1_000_000_000_000,
            opened: BTreeMap::new(),
            absorbed: BTreeMap::new(),
            closed: 0,
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Tick {
                move_by,
                sources,
                lag,
            } => self.tick(i128::from(*move_by), *sources, i128::from(*lag)),
            Step::Ask(command) => self.ask(command),
        }
        self.check();
    }

    fn tick(&mut self, move_by: i128, sources: u16, lag: i128) {
        self.now = self.now.plus(1);
        self.outside = (self.outside + self.outside * move_by / 100_000)
            .clamp(200_000_000_000, 5_000_000_000_000);
        let published = self.outside + self.outside * lag / 100_000;
        let quotes: Vec<SourceQuote> = (0..sources)
            .map(|source| {
                SourceQuote::new(
                    source,
                    Price::from_units(published + i128::from(source)).unwrap(),
                    self.now,
                )
            })
            .collect();
        self.venue.observe(&Tick {
            now: self.now,
            outside: Price::from_units(self.outside).unwrap(),
            quotes: &quotes,
        });
        self.venue.accrue();
        self.venue.liquidate();
        if self.now.secs().is_multiple_of(20) {
            self.venue.attribute();
        }
    }

    fn ask(&mut self, command: &Command) {
        let planned = self.venue.plan(command);
        let before = planned.is_err().then(|| format!("{:?}", self.venue));
        let done = self.venue.commit(command);
        assert_eq!(planned, done);
        if let Some(before) = before {
            assert_eq!(
                before,
                format!("{:?}", self.venue),
                "a refusal changes nothing"
            );
        }
        if let Ok(Receipt::Filled(fill)) = done {
            assert!(fill.filled.abs() <= fill.asked.abs());
            assert_eq!(fill.filled.signum(), fill.asked.signum());
            let view = self.venue.position(fill.account);
            assert!(
                view.is_none_or(|view| !view.equity.is_negative() && !view.margin.is_negative())
            );
        }
    }

    fn check(&mut self) {
        assert_laws(&self.venue);
        for entry in self.venue.drain_entries() {
            assert!(self.replay.apply(&entry));
        }
        for event in self.venue.drain_events() {
            self.hear(event);
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::DeficitOpened { id, amount, .. } => {
                self.opened.insert(id, amount);
            }
            Event::Stage(stage) => {
                let Some(deficit) = stage.deficit else { return };
                let moved: Usd = stage.transfers.iter().map(|t| t.amount()).sum();
                assert_eq!(moved, stage.absorbed, "transfers carry what was absorbed");
                *self.absorbed.entry(deficit).or_default() += stage.absorbed;
                let left = self.opened[&deficit] - self.absorbed[&deficit];
                assert!(!left.is_negative());
                if stage.stage == StageId::Adl && stage.end == StageEnd::Cleared {
                    assert!(left.is_zero());
                }
            }
            Event::DeficitClosed { id, residual, .. } => {
                self.closed += 1;
                assert_eq!(self.absorbed[&id] + residual, self.opened[&id]);
                let account = Account::OpenDeficit(id);
                assert_eq!(self.venue.ledger().balance(account), -residual);
            }
            Event::Cut(cut) => {
                assert!(!cut.taken.is_negative() && cut.taken <= cut.profit.or_zero());
            }
            Event::Liquidation(_) | Event::Fill(_) | Event::Status { .. } => {}
            other => panic!("{other:?}"),
        }
    }

    fn finish(&mut self) {
        self.venue.finish();
        self.check();
        assert_eq!(usize::try_from(self.closed).unwrap(), self.opened.len());
        for (account, balance) in self.venue.ledger().balances() {
            assert_eq!(self.replay.balance(account), balance, "replay of {account}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn laws_hold_over_random_streams(start in start(), steps in prop::collection::vec(step(), 1..240)) {
        let Some(venue) = venue(&start) else { return Ok(()) };
        let mut run = Run::new(venue.clone());
        for step in &steps {
            run.step(step);
        }
        run.finish();
        // The same stream gives the same venue.
        let mut again = Run::new(venue);
        for step in &steps {
            again.step(step);
        }
        again.finish();
        prop_assert_eq!(format!("{:?}", run.venue), format!("{:?}", again.venue));
    }

    #[test]
    fn a_quote_is_what_an_order_pays(
        makers in 10_000..1_000_000_i32, notional in 1_000..2_000_000_i64, buys in any::<bool>(),
    ) {
        use seawall_units::Side;
        let start = Start {
            endowments: vec![], makers: makers.into(), backstops: vec![], native: true,
            depth: 10_000, letter: false,
        };
        let mut venue = venue(&start).unwrap();
        let side = match buys { true => Side::Long, false => Side::Short };
        let notional = Usd::units_i64(notional * 1_000_000);
        let quote = venue.quote(side, notional);
        let size = side.signed("100".parse::<Price>().unwrap().size_floor(notional));
        let receipt = venue.commit(&Command::Order {
            account: id(0), size, margin: Usd::whole(10_000_000), limit: None,
            fill: FillRule::Partial,
        });
        let Ok(Receipt::Filled(fill)) = receipt else { panic!("{receipt:?}") };
        prop_assert_eq!(fill.cost, quote.cost);
        let gap = (fill.notional - quote.filled).abs();
        prop_assert!(gap <= Usd::ULP);
        // A larger order never costs less per dollar, and closing it again never wins.
        let half = venue.quote(side, Usd::whole(1));
        prop_assert!(half.filled.is_zero() || half.cost.is_positive());
        venue.commit(&Command::Order {
            account: id(0), size: -fill.filled, margin: Usd::ZERO, limit: None,
            fill: FillRule::Partial,
        }).unwrap();
        let worth: Usd = [Account::Margin(id(0)), Account::Free(id(0))]
            .into_iter()
            .map(|account| venue.ledger().balance(account))
            .sum();
        prop_assert!(worth < Usd::whole(10_000_000) || !venue.positions().is_empty());
        assert_laws(&venue);
    }
}

/// The random streams do reach every stage: a law that is never exercised proves nothing.
#[test]
fn the_streams_reach_every_stage() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut deficits, mut causes) = (0, BTreeMap::<Cause, u32>::new());
    for _ in 0..150 {
        let start = start().new_tree(&mut runner).unwrap().current();
        let steps = prop::collection::vec(step(), 240);
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let Some(venue) = venue(&start) else { continue };
        let mut run = Run::new(venue);
        for step in &steps {
            let pending = &mut causes;
            match step {
                Step::Tick {
                    move_by,
                    sources,
                    lag,
                } => run.tick(i128::from(*move_by), *sources, i128::from(*lag)),
                Step::Ask(command) => run.ask(command),
            }
            for entry in run.venue.ledger().pending() {
                *pending.entry(entry.transfer.cause()).or_default() += 1;
            }
            run.check();
        }
        deficits += run.opened.len();
    }
    assert!(deficits > 100, "{deficits}");
    for cause in [
        Cause::BackstopTakeover,
        Cause::BackstopLoss,
        Cause::AdlCut,
        Cause::FundingPaid,
        Cause::FundingReceived,
        Cause::VaultRedemption,
        Cause::DeficitOpened,
        Cause::CounterpartyLoss,
    ] {
        assert!(causes.contains_key(&cause), "{cause} in {causes:?}");
    }
}
