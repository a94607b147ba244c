//! Laws of the tranched venue on random streams of prices and commands.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, BidderId, Cause, Replay};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{
    Command, Endowment, Event, FillRule, MarginTable, Receipt, Setup, SourceQuote, StageId, Tick,
    TrancheName, Venue,
};
use seawall_venue_tranched::{BidderSetup, Capital, Params, TranchedVenue};

const ACCOUNTS: u32 = 12;

#[derive(Debug, Clone)]
enum Step {
    Command(Command),
    /// The price moves by this many basis points, over this many seconds.
    Move(i32, u64),
    /// No source publishes for this long.
    Outage(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let account = (0..ACCOUNTS).prop_map(AccountId::new);
    let order = (
        account.clone(),
        -3_000i64..3_000,
        0i64..20_000,
        any::<bool>(),
    )
        .prop_map(|(account, size, margin, all)| Command::Order {
            account,
            size: Base::units_i64(size * 100_000_000),
            margin: Usd::units_i64(margin * 1_000_003),
            limit: None,
            fill: if all {
                FillRule::AllOrNone
            } else {
                FillRule::Partial
            },
        });
    let amount = (0i64..2_000_000).prop_map(|a| Usd::units_i64(a * 1_000_000));
    let lp = (0u32..3).prop_map(BidderId::new);
    let tranche = prop_oneof![Just(TrancheName::Senior), Just(TrancheName::Junior)];
    let money =
        (account, amount.clone(), any::<bool>()).prop_map(|(account, amount, add)| match add {
            true => Command::AddMargin { account, amount },
            false => Command::Withdraw { account, amount },
        });
    let liquidity =
        (lp, tranche, amount, 0u8..9).prop_map(|(lp, tranche, amount, what)| match what {
            0..4 => Command::Provide {
                lp,
                tranche,
                amount,
            },
            4..7 => Command::Redeem {
                lp,
                tranche,
                amount,
            },
            7 => Command::Claim { lp, tranche },
            _ => Command::Recover { amount },
        });
    prop_oneof![
        6 => prop_oneof![4 => order, 1 => money, 2 => liquidity].prop_map(Step::Command),
        5 => (-300i32..300, 1u64..40).prop_map(|(bps, secs)| Step::Move(bps, secs)),
        2 => (-2_500i32..2_500, 1u64..3).prop_map(|(bps, secs)| Step::Move(bps, secs)),
        1 => (1u64..120).prop_map(Step::Outage),
    ]
}

fn venue(capital: i32, bidders: bool, adl_last: bool) -> TranchedVenue {
    let opening: Price = "100".parse().unwrap();
    let scale = |size: i32| Base::whole(size * capital.clamp(500, 5_000) / 5_000);
    let endowments = (0..6u32).map(|n| Endowment {
        account: AccountId::new(n),
        size: scale(if n % 3 == 2 { -200 } else { 150 }),
        entry: "100.5".parse().unwrap(),
        margin: Usd::whole(
            (1_500 + 100 * i32::try_from(n).unwrap()) * capital.clamp(500, 5_000) / 5_000,
        ),
    });
    let setup = Setup {
        start: Time::from_secs(1),
        opening,
        margin: Some(MarginTable {
            initial: Ratio::bps(500),
            maintenance: Ratio::bps(250),
        }),
        endowments: endowments.collect(),
        accounts: ACCOUNTS,
    };
    let bidder = BidderSetup {
        id: BidderId::new(0),
        capital: Usd::whole(20_000),
        discount: Ratio::bps(30),
        appetite: Usd::whole(200_000),
        from: setup.start,
        until: Time::from_secs(u64::MAX),
    };
    let capital = Capital {
        senior: Usd::whole(capital * 4),
        junior: Usd::whole(capital),
        insurance: Usd::whole(capital / 50),
    };
    let mut params = Params::default();
    params.limits.reserved = Ratio::whole(if capital.senior < Usd::whole(1_000) {
        100
    } else {
        3
    });
    params.limits.account = Ratio::ONE;
    params.vault.epoch = 60;
    params.vault.junior_epochs = 2;
    let all = if capital.senior < Usd::whole(1_000) {
        10_000
    } else {
        5_000
    };
    params.ladder.near_senior = Ratio::bps(all);
    params.ladder.near_junior = Ratio::bps(all);
    params.ladder.far_senior = Ratio::bps(all);
    params.ladder.far_junior = Ratio::bps(all);
    if adl_last {
        params.waterfall.loss_order = seawall_waterfall::LossOrder::AdlLast;
    }
    TranchedVenue::new(
        setup,
        capital,
        params,
        if bidders { vec![bidder] } else { vec![] },
    )
    .unwrap()
}

struct Run {
    venue: TranchedVenue,
    now: Time,
    price: Price,
    replay: Replay,
    events: Vec<Event>,
    adl_posted: Usd,
}

impl Run {
    fn second(&mut self, with_quotes: bool) {
        self.now = self.now.plus(1);
        let (price, at) = (self.price, self.now);
        let quotes = (0..3).map(|source| SourceQuote { source, price, at });
        let quotes: Vec<_> = quotes.filter(|_| with_quotes).collect();
        self.venue.observe(&Tick {
            now: self.now,
            outside: price,
            quotes: &quotes,
        });
        self.venue.accrue();
        self.venue.liquidate();
        if self.now.is_whole_minute() {
            self.venue.attribute();
        }
        self.check();
    }

    fn check(&mut self) {
        for entry in self.venue.drain_entries() {
            assert!(self.replay.apply(&entry), "the journal has no gap");
            if entry.transfer.cause() == Cause::AdlCut {
                self.adl_posted += entry.transfer.amount();
            }
        }
        self.events.extend(self.venue.drain_events());
        let ledger = self.venue.ledger();
        assert!(ledger.sum().is_zero() && ledger.recount().is_zero());
        for pair in self.venue.recount() {
            assert_eq!(pair.kept, pair.counted, "{}", pair.what);
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Command(command) => self.command(&command),
            Step::Move(bps, secs) => {
                let by = Ratio::ONE + Ratio::bps(bps);
                if let Some(price) = self.price.scaled(by, seawall_units::Round::Floor) {
                    self.price = price;
                }
                (0..secs).for_each(|_| self.second(true));
            }
            Step::Outage(secs) => (0..secs).for_each(|_| self.second(false)),
        }
    }

    fn command(&mut self, command: &Command) {
        let before: Vec<_> = self.venue.ledger().balances().collect();
        let positions = self.venue.positions();
        let planned = self.venue.plan(command);
        assert_eq!(planned, self.venue.plan(command), "a plan changes nothing");
        let committed = self.venue.commit(command);
        assert_eq!(planned, committed, "commit does what plan decides");
        if let (Ok(Receipt::Moved { amount }), Command::Claim { .. } | Command::Recover { .. }) =
            (&committed, command)
        {
            assert!(amount.is_positive());
        }
        if committed.is_err() {
            assert_eq!(before, self.venue.ledger().balances().collect::<Vec<_>>());
            assert_eq!(positions, self.venue.positions());
        }
        self.check();
    }

    /// The laws of the whole run.
    fn finish(mut self) -> Vec<Event> {
        self.venue.finish();
        self.check();
        let state: std::collections::BTreeMap<_, _> = self.venue.ledger().balances().collect();
        assert_eq!(
            state,
            self.replay.balances().collect(),
            "replay gives the balances"
        );
        let (mut opened, mut absorbed, mut residual, mut adl) =
            (Usd::ZERO, Usd::ZERO, Usd::ZERO, Usd::ZERO);
        for event in &self.events {
            match event {
                Event::DeficitOpened { amount, .. } => opened += *amount,
                Event::DeficitClosed { residual: left, .. } => residual += *left,
                Event::Stage(report) => {
                    let filled: Usd = report.transfers.iter().map(|t| t.amount()).sum();
                    if report.stage == StageId::Residual {
                        assert!(report.absorbed.is_zero());
                    } else {
                        assert_eq!(filled, report.absorbed, "{report:?}");
                    }
                    absorbed += report.absorbed;
                    if report.stage == StageId::Adl {
                        adl += report.absorbed;
                    }
                }
                Event::Cut(cut) => assert!(cut.taken <= cut.profit.or_zero(), "{cut:?}"),
                _ => {}
            }
        }
        assert_eq!(opened, absorbed + residual, "absorbed + residual = opening");
        assert_eq!(adl, self.adl_posted, "ADL takes exactly what it places");
        let open: Usd = state
            .iter()
            .filter(|(a, _)| matches!(a, Account::OpenDeficit(_)))
            .map(|(_, b)| *b)
            .sum();
        assert!(open <= Usd::ZERO && -open <= residual);
        self.events
    }
}

fn run(venue: TranchedVenue, steps: &[Step]) -> Vec<Event> {
    let price = venue.market().mark();
    let mut run = Run {
        venue,
        now: Time::from_secs(1),
        price,
        replay: Replay::new(),
        events: Vec::new(),
        adl_posted: Usd::ZERO,
    };
    run.check();
    steps.iter().for_each(|step| run.step(step));
    run.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_law_holds_on_every_stream(
        steps in prop::collection::vec(any_step(), 1..40),
        capital in prop_oneof![Just(50), Just(500), Just(5_000), Just(50_000)], bidders in any::<bool>(), adl_last in any::<bool>(),
    ) {
        run(venue(capital, bidders, adl_last), &steps);
    }
}

/// The streams above are worth something only if they get everywhere.
#[test]
fn the_streams_reach_every_stage() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let streams = prop::collection::vec(any_step(), 30..60);
    let mut acted = std::collections::BTreeMap::<&str, u32>::new();
    for n in 0..600u32 {
        let steps = streams.new_tree(&mut runner).unwrap().current();
        let capital = [50, 500, 5_000, 50_000][n as usize % 4];
        for event in run(venue(capital, n % 2 == 0, n % 5 == 0), &steps) {
            match event {
                Event::Stage(report)
                    if report.absorbed.is_positive() || report.closed.is_positive() =>
                {
                    *acted.entry(report.stage.name()).or_default() += 1;
                }
                Event::DeficitClosed { residual, .. } if residual.is_positive() => {
                    *acted.entry("residual").or_default() += 1;
                }
                _ => {}
            }
        }
    }
    for stage in StageId::ALL {
        let times = acted.get(stage.name()).copied().unwrap_or(0);
        assert!(
            times >= 10,
            "{} was reached {times} times: {acted:?}",
            stage.name()
        );
    }
}
