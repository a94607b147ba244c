//! A conformance suite for [`Venue`](seawall_venue::Venue): laws that hold for every mechanism, run
//! against any implementation, inside this workspace or outside of it.
//!
//! A [`Subject`] says how to make a fresh venue and which [`World`] it is meant for. [`all`] holds it
//! against every [`Law`] and gives a [`Report`] with a count for each, so that a law that was never
//! applied is seen, or a [`Finding`] with the shortest stream that breaks one.
//! [`conformance_tests!`](crate::conformance_tests) writes one `#[test]` for each law.
//!
//! ```
//! use seawall_ledger::AccountId;
//! use seawall_testkit::conformance::{Config, Kind, Subject, World, all};
//! use seawall_units::{Time, Usd};
//! use seawall_venue::{Endowment, Setup};
//! use seawall_venue_pool::{Params, PoolVenue};
//!
//! let setup = Setup {
//!     start: Time::from_secs(0),
//!     opening: "100".parse()?,
//!     margin: None,
//!     endowments: vec![Endowment {
//!         account: AccountId::new(0), size: "5000".parse()?, entry: "100".parse()?,
//!         margin: Usd::whole(20_000),
//!     }],
//!     accounts: 4,
//! };
//! let world = World::new(setup).refusing(&[Kind::Claim, Kind::Recover, Kind::Bidding]);
//! let subject = Subject::new("pool", world, |setup| {
//!     Ok(Box::new(PoolVenue::new(setup.clone(), Usd::whole(1_000_000), Params::btc())?))
//! });
//! let report = all(&subject, &Config { cases: 2, steps: 10, seed: 7 })?;
//! println!("{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod drive;
mod law;
mod laws;
mod report;
mod stream;
mod subject;

pub use crate::conformance_tests;
pub use drive::{Fault, Held, Phase, Posted, Run, Watch, drive};
pub use law::Law;
pub use report::{Finding, Report, Tally};
pub use stream::{Ask, Feed, Second, Step, Stream};
pub use subject::{Kind, Made, Subject, World};

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;
use proptest::test_runner::{
    Config as Runs, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};

/// How long the suite tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Config {
    /// Streams for each law.
    pub cases: u32,
    /// Rounds of a stream at most: in each the price moves, something is asked, and time passes.
    pub steps: usize,
    /// Seed of the streams: the same seed, the same streams.
    pub seed: u64,
}

impl Default for Config {
    /// 16 streams of up to 40 rounds.
    fn default() -> Self {
        Self {
            cases: 16,
            steps: 40,
            seed: 1,
        }
    }
}

/// Holds a subject against every law.
///
/// **Errors** the first law that is broken, with the shortest stream that shows it.
pub fn all(subject: &Subject, config: &Config) -> Result<Report, Box<Finding>> {
    let laws = Law::ALL.iter().map(|law| hold(*law, subject, config));
    Ok(Report {
        subject: subject.name().to_owned(),
        laws: laws.collect::<Result<_, _>>()?,
    })
}

/// Holds a subject against one law.
///
/// **Errors** the shortest stream that breaks it. A panic is a breach of [`Law::NoPanic`] whichever
/// law it comes up under.
pub fn hold(law: Law, subject: &Subject, config: &Config) -> Result<Tally, Box<Finding>> {
    let stream = stream::streams(subject.world(), config.steps, law.figures());
    let case = prop::collection::vec(stream, law.streams());
    let held = tried(config, &case, |streams| {
        let judged = catch_unwind(AssertUnwindSafe(|| laws::judge(law, subject, streams)));
        match judged {
            Ok(judged) => judged.map_err(|fault| (law, fault)),
            Err(panic) => Err((Law::NoPanic, panicked(panic.as_ref()))),
        }
    });
    match held {
        Ok(applied) => Ok(Tally {
            law,
            cases: config.cases,
            applied,
        }),
        Err(((law, fault), streams)) => Err(Box::new(Finding {
            subject: subject.name().to_owned(),
            law,
            fault,
            streams,
        })),
    }
}

/// Holds a law of one's own against the same streams: `judge` says how often it was applied. The sum of
/// that over all streams.
///
/// **Errors** the fault of the shortest stream that breaks it, with that stream.
pub fn with_streams(
    world: &World,
    config: &Config,
    judge: impl Fn(&Stream) -> Result<u64, Fault>,
) -> Result<u64, Box<(Fault, Stream)>> {
    let streams = stream::streams(world, config.steps, stream::Figures::Ordinary);
    tried(config, &streams, judge).map_err(Box::new)
}

/// Tries a law on cases; the sum of what it gives, or its last breach, which is that of the shortest
/// case, with that case.
fn tried<C: Clone + Default + std::fmt::Debug, B>(
    config: &Config,
    cases: &impl Strategy<Value = C>,
    judge: impl Fn(&C) -> Result<u64, B>,
) -> Result<u64, (B, C)> {
    let applied = Cell::new(0_u64);
    let broken = RefCell::new(None);
    let result = runner(config).run(cases, |case| match judge(&case) {
        Ok(count) => {
            applied.set(applied.get().saturating_add(count));
            Ok(())
        }
        Err(breach) => {
            broken.replace(Some(breach));
            Err(TestCaseError::fail("broken"))
        }
    });
    let case = match result {
        Err(TestError::Fail(_, case)) => case,
        Ok(()) | Err(TestError::Abort(_)) => C::default(),
    };
    match broken.take() {
        Some(breach) => Err((breach, case)),
        None => Ok(applied.get()),
    }
}

fn runner(config: &Config) -> TestRunner {
    let runs = Runs {
        cases: config.cases,
        failure_persistence: None,
        max_shrink_iters: 1_000,
        ..Runs::default()
    };
    let mut seed = [0; 32];
    for (place, byte) in seed.iter_mut().zip(config.seed.to_le_bytes()) {
        *place = byte;
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    TestRunner::new_with_rng(runs, rng)
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Fault {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    Fault::new("no panic", text.unwrap_or("a panic without a message"))
}

/// What a test of [`conformance_tests!`](crate::conformance_tests) does.
///
/// # Panics
/// When the law is broken, with the finding.
pub fn assert_held(law: Law, subject: &Subject, config: &Config) {
    if let Err(finding) = hold(law, subject, config) {
        panic!("{finding}");
    }
}

/// Writes one `#[test]` for each law: `conformance_tests!(subject(), Config::default());` in a module
/// of its own for each subject.
#[macro_export]
macro_rules! conformance_tests {
    ($subject:expr, $config:expr) => {
        $crate::conformance_tests! { @each $subject, $config;
            sum_zero SumZero, overdraft Overdraft, replay Replay, recount Recount,
            told_in_place ToldInPlace, looking_is_free LookingIsFree,
            commit_as_planned CommitAsPlanned, refusal_is_empty RefusalIsEmpty,
            refused_as_stated RefusedAsStated, same_stream SameStream,
            spare_accounts SpareAccounts, isolation Isolation, bystander Bystander,
            numbering Numbering, payouts Payouts, nothing_from_nothing NothingFromNothing,
            accrue_twice AccrueTwice, accrual_frequency AccrualFrequency, touch_order TouchOrder,
            quote_monotone QuoteMonotone, quote_as_filled QuoteAsFilled, deficit_sum DeficitSum,
            finish_closes FinishCloses, no_panic NoPanic,
        }
    };
    (@each $subject:expr, $config:expr; $($name:ident $law:ident,)+) => {
        /// The laws that are tested here.
        #[allow(dead_code)]
        pub(crate) const TESTED: &[$crate::conformance::Law] =
            &[$($crate::conformance::Law::$law,)+];

        $(#[test]
        fn $name() {
            let law = $crate::conformance::Law::$law;
            $crate::conformance::assert_held(law, &$subject, &$config);
        })+
    };
}
