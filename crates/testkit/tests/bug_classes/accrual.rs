//! What time brings, whoever calls and whenever.

use proptest::prelude::*;
use seawall_funding::{Indices, RateConfig};
use seawall_ledger::AccountId;
use seawall_margin::{Accrual, Position};
use seawall_units::{Base, Price, Rate, Ratio, Usd};
use seawall_venue::{Command, Venue};

use crate::law::{Held, assert_found, require};
use crate::world::{World, endowed, order_book, pool, tranched, tranched_params, usd};

// B34 ------------------------------------------------------------------------------------------

/// Something that a position pays as time passes.
trait Accrues {
    /// So many minutes pass and nobody touches the position.
    fn pass(&mut self, minutes: u64);
    /// The position is touched, so that what it owes may be settled.
    fn touch(&mut self);
    /// What it has paid and what it owes.
    fn cost(&self) -> Usd;
}

/// **B34** An accumulator skips the epochs in which nobody called it, or in which nobody was there to
/// share.
///
/// Law: catching up over any number of minutes comes to what minute by minute comes to; each
/// settlement rounds up once for funding and once for utilisation, against who pays. **Source**
/// code-423n4/2022-12-tigris-findings, M-14 and M-16; sherlock-audit/2023-05-perennial-judging,
/// 001-H; 2023-02-carapace-judging, 017-M; 2024-03-zivoe-judging, 013-M.
fn catching_up_is_step_by_step(
    lazy: &mut dyn Accrues,
    eager: &mut dyn Accrues,
    minutes: u64,
) -> Held {
    lazy.pass(minutes);
    for _ in 0..minutes {
        eager.pass(1);
        eager.touch();
    }
    let more = (eager.cost() - lazy.cost()).units();
    let roundings = 2 * i128::from(minutes);
    require("B34", (0..=roundings).contains(&more), || {
        format!(
            "{} in {minutes} steps and {} in one",
            eager.cost(),
            lazy.cost()
        )
    })
}

/// A position and the market's indices, with a skew and a utilisation that change by the minute.
#[derive(Clone)]
struct Settled {
    indices: Indices,
    position: Position,
    paid: Usd,
    path: Vec<(i64, i64, i64)>,
    minute: usize,
}

impl Settled {
    fn new(size: Base, path: Vec<(i64, i64, i64)>) -> Self {
        let position = Position::open(size, "100".parse().unwrap(), &Accrual::default());
        Self {
            indices: Indices::default(),
            position,
            paid: Usd::ZERO,
            path,
            minute: 0,
        }
    }

    fn accrual(&self) -> Accrual {
        let Indices {
            funding,
            long,
            short,
            ..
        } = self.indices;
        Accrual {
            funding,
            long,
            short,
        }
    }

    fn owed(&self) -> Usd {
        let now = self.accrual();
        self.position.owed_funding(&now) + self.position.owed_utilisation(&now)
    }

    fn one_minute(&mut self) {
        let (skew, utilisation, cents) = self.path[self.minute % self.path.len()];
        self.minute += 1;
        self.indices.accrue_minute(
            &RateConfig::default(),
            Ratio::units_i64(skew * 1_000_000_000_000),
            Ratio::units_i64(utilisation * 1_000_000_000_000),
            Price::from_units(i128::from(cents) * 100_000_000).unwrap(),
        );
    }
}

impl Accrues for Settled {
    fn pass(&mut self, minutes: u64) {
        (0..minutes).for_each(|_| self.one_minute());
    }
    fn touch(&mut self) {
        self.paid += self.owed();
        self.position = self.position.settled(&self.accrual());
    }
    fn cost(&self) -> Usd {
        self.paid + self.owed()
    }
}

/// Account 0 of a venue, touched by adding margin: what it has lost beside the price.
struct Held0<V: Venue> {
    world: World<V>,
    added: Usd,
}

impl<V: Venue> Accrues for Held0<V> {
    fn pass(&mut self, minutes: u64) {
        let now = self.world.now;
        self.world.until(now + 60 * minutes);
    }
    fn touch(&mut self) {
        let (account, amount) = (AccountId::new(0), usd(1));
        self.world
            .commit(Command::AddMargin { account, amount })
            .unwrap();
        // Others who come and go in one second leave no trace in what accrues.
        self.world.order(5, Base::whole(1), usd(50));
        self.world.order(5, Base::whole(-1), Usd::ZERO);
        self.added += amount;
    }
    fn cost(&self) -> Usd {
        let view = self.world.venue.position(AccountId::new(0)).unwrap();
        self.added - view.equity + usd(30_000)
    }
}

fn held<V: Venue>(mut world: World<V>) -> Held0<V> {
    world.until(1);
    Held0 {
        world,
        added: Usd::ZERO,
    }
}

/// Longs of 700 against shorts of 300, margin enough.
fn skewed() -> Vec<seawall_venue::Endowment> {
    vec![
        endowed(0, 700, "100", 30_000),
        endowed(1, -300, "100", 30_000),
    ]
}

/// No fee, spread or impact, so that who comes and goes changes nothing else.
fn free_of_charge() -> seawall_venue_tranched::Params {
    let mut params = tranched_params();
    params.charges.taker_inward = Ratio::ZERO;
    params.charges.taker_outward = Ratio::ZERO;
    params.ladder.half_spread = Ratio::ZERO;
    params.ladder.near_width = Ratio::ZERO;
    params.ladder.far_width = Ratio::ZERO;
    params
}

fn path() -> impl Strategy<Value = Vec<(i64, i64, i64)>> {
    let minute = (-1_000_000i64..1_000_000, 0i64..1_500_000, 1i64..1_000_000);
    prop::collection::vec(minute, 1..90)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b34_catch_up_holds(path in path(), minutes in 1u64..90, size in -1_000_000_000_000i64..1_000_000_000_000) {
        prop_assume!(size != 0);
        let lazy = Settled::new(Base::units_i64(size), path);
        catching_up_is_step_by_step(&mut lazy.clone(), &mut lazy.clone(), minutes)?;
    }
}

#[test]
fn b34_catch_up_in_every_venue_holds() {
    let in_tranches = || held(tranched(skewed(), [400_000, 100_000, 0], free_of_charge()));
    let in_pool = || {
        let mut params = seawall_venue_pool::Params::btc();
        params.fees.improving = Ratio::ZERO;
        params.fees.worsening = Ratio::ZERO;
        params.half_spread = Ratio::ZERO;
        // The adaptive rate walks by the time between two calls, as deployed.
        let rate = "75%".parse().unwrap();
        params.funding = seawall_venue_pool::Funding::SkewProportional {
            factor: rate,
            max: rate,
        };
        params.impact.factor_negative = Ratio::ZERO;
        params.impact.factor_positive = Ratio::ZERO;
        held(pool(skewed(), 500_000, params))
    };
    let on_book = || held(order_book(skewed(), 500_000));
    for minutes in [1, 7, 130] {
        catching_up_is_step_by_step(&mut in_tranches(), &mut in_tranches(), minutes).unwrap();
        catching_up_is_step_by_step(&mut in_pool(), &mut in_pool(), minutes).unwrap();
        catching_up_is_step_by_step(&mut on_book(), &mut on_book(), minutes).unwrap();
    }
    // And something did accrue.
    let mut world = in_tranches();
    world.pass(130);
    assert!(world.cost() > usd(1), "{}", world.cost());
}

/// Minutes in which nobody calls are one minute.
struct Skips(Settled);

impl Accrues for Skips {
    fn pass(&mut self, _: u64) {
        self.0.one_minute();
    }
    fn touch(&mut self) {
        self.0.touch();
    }
    fn cost(&self) -> Usd {
        self.0.cost()
    }
}

#[test]
fn b34_planted_is_found() {
    let position = Settled::new(Base::whole(100), vec![(500_000, 600_000, 10_000)]);
    let (mut lazy, mut eager) = (Skips(position.clone()), Skips(position));
    let found = catching_up_is_step_by_step(&mut lazy, &mut eager, 60);
    assert_found(found, "B34", "in 60 steps and");
}

// B35 ------------------------------------------------------------------------------------------

/// What the next minute takes from traders and gives to holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NextMinute {
    indices: Indices,
    rate: Rate,
    to_lps: Usd,
}

/// **B35** A weight is read at the moment of the distribution, so that who comes and goes around it
/// bends the average, or shares in what is distributed.
///
/// Law: what stands for no time has no weight: a position opened and closed within a second, and a
/// deposit of the same minute, change neither rates, nor indices, nor what is distributed.
/// **Source** sherlock-audit/2024-03-zivoe-judging, 020-M and 027-M.
fn a_flash_has_no_weight(without: NextMinute, with: NextMinute) -> Held {
    require("B35", without == with, || {
        format!("without it {without:?}, with it {with:?}")
    })
}

/// How somebody comes and goes around the end of a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flash {
    None,
    /// In and out within a second.
    InASecond,
    /// In before a second's average is taken, and out after it.
    Sampled,
}

fn minute_after(flash: Flash, size: i32) -> NextMinute {
    let mut world = tranched(skewed(), [400_000, 100_000, 0], free_of_charge());
    world.until(if flash == Flash::Sampled { 118 } else { 119 });
    if flash != Flash::None {
        let opened = world.order(5, Base::whole(size), usd(20_000));
        assert_eq!(opened, Some(Base::whole(size)));
        world.until(119);
        world.order(5, Base::whole(-size), Usd::ZERO);
        let lp = seawall_ledger::BidderId::new(4);
        let (tranche, amount) = (seawall_venue::TrancheName::Junior, usd(50_000));
        world
            .commit(Command::Provide {
                lp,
                tranche,
                amount,
            })
            .unwrap();
    }
    // Something is earned in the minute.
    world.order(0, Base::whole(-10), Usd::ZERO);
    world.until(120);
    use seawall_ledger::Cause;
    let last = world.steps.last().unwrap();
    let indices = *world.venue.market().indices();
    NextMinute {
        indices,
        rate: indices.rate,
        to_lps: last.posted(Cause::FeeToSenior)
            + last.posted(Cause::FeeToJunior)
            + last.posted(Cause::Coupon),
    }
}

#[test]
fn b35_flash_weight_holds() {
    let without = minute_after(Flash::None, 0);
    assert!(without.to_lps.is_positive());
    for size in [1, -200, 400, -600] {
        a_flash_has_no_weight(without, minute_after(Flash::InASecond, size)).unwrap();
    }
}

#[test]
fn b35_planted_is_found() {
    let without = minute_after(Flash::None, 0);
    let sampled = minute_after(Flash::Sampled, -600);
    assert_found(a_flash_has_no_weight(without, sampled), "B35", "with it");
}
