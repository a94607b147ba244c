//! Who pays a fee, and where all of it goes.

use proptest::prelude::*;
use seawall_ledger::{Account, Cause, Transfer};
use seawall_units::{Base, Rate, Side, Usd};
use seawall_vault::{Arrears, FeeConfig, FeeSplit, Recipients, distribute};
use seawall_venue::{Command, Event, FillRule, TrancheName};

use crate::law::{Held, assert_found, require};
use crate::world::{
    Books, Step, What, World, acts, all_venues, endowed, pool, records, tranched, tranched_params,
    usd,
};

// B7 -------------------------------------------------------------------------------------------

type Split<'a> = dyn Fn(Usd, Recipients) -> FeeSplit + 'a;

/// **B7** Fees are split by a gross value of one tranche and a net value of the other while a loss is
/// open, or an overflow falls back to giving all to one of them.
///
/// Law: the parts are never below zero and sum to the fee, exactly; a tranche worth nothing gets
/// nothing; and a fee a million times as large has parts a million times as large, up to the
/// million units that flooring the small one can hold back. **Source** dcccrypto/percolator-stake
/// issues 182 and 120.
fn a_split_is_one_split(split: &Split<'_>, gross: Usd, before: Recipients) -> Held {
    let parts = |split: &FeeSplit| [split.protocol, split.insurance, split.senior, split.junior];
    let small = split(gross, before);
    require("B7", small.total() == gross, || {
        format!("{gross} was split into {}", small.total())
    })?;
    let below = parts(&small).into_iter().any(Usd::is_negative);
    require("B7", !below, || format!("a part is below zero: {small:?}"))?;
    require(
        "B7",
        before.junior.is_positive() || small.junior.is_zero(),
        || format!("{} for a junior tranche worth nothing", small.junior),
    )?;
    let times = 1_000_000;
    let large = split(Usd::from_units(gross.units() * times).unwrap(), before);
    for (small, large) in parts(&small).into_iter().zip(parts(&large)) {
        let more = large.units() - small.units() * times;
        require("B7", more.abs() <= 2 * times, || {
            format!("{small} of {gross}, and {large} of a million times as much")
        })?;
    }
    Ok(())
}

/// The real waterfall of fees; insurance is at its target and nothing is in arrears.
fn real_split(gross: Usd, before: Recipients) -> FeeSplit {
    distribute(
        gross,
        before,
        &mut Arrears::default(),
        &FeeConfig::default(),
    )
}

fn recipients(senior: Usd, junior: Usd) -> Recipients {
    Recipients {
        insurance: Usd::MAX,
        senior,
        junior,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Up to the end of the range of money.
    #[test]
    fn b07_fee_split_holds(gross in 0i128..=10i128.pow(15), senior in 0i128..=10i128.pow(21), junior in 0i128..=10i128.pow(21)) {
        let usd = |units| Usd::from_units(units).unwrap();
        let before = recipients(usd(senior), usd(junior));
        if junior > 0 {
            a_split_is_one_split(&real_split, usd(gross), before)?;
        }
        // With Junior at zero its part is the fund's.
        let before = recipients(usd(senior), Usd::ZERO);
        let split = real_split(usd(gross), before);
        prop_assert!(split.total() == usd(gross) && split.junior.is_zero());
    }
}

#[test]
fn b07_planted_is_found() {
    let before = recipients(usd(8_000), usd(2_000));
    a_split_is_one_split(&real_split, usd(100), before).unwrap();
    // Junior gross, Senior net of an open loss of 500, both over the whole.
    let mixed = |gross: Usd, before: Recipients| {
        let all = before.senior + before.junior;
        let of = |value: Usd| gross.mul_div_floor(value, all).unwrap();
        FeeSplit {
            senior: of(before.senior - usd(500)),
            junior: of(before.junior),
            ..FeeSplit::default()
        }
    };
    assert_found(
        a_split_is_one_split(&mixed, usd(100), before),
        "B7",
        "was split into",
    );
    // A product that does not fit gives Junior all.
    let fallback = |gross: Usd, before: Recipients| {
        let all = (before.senior + before.junior).units();
        let senior = gross
            .units()
            .checked_mul(before.senior.units() * 1_000_000_000_000);
        let senior = senior.map_or(0, |product| product / all / 1_000_000_000_000);
        let senior = Usd::from_units(senior).unwrap();
        FeeSplit {
            senior,
            junior: gross - senior,
            ..FeeSplit::default()
        }
    };
    let found = a_split_is_one_split(&fallback, usd(100_000), before);
    assert_found(found, "B7", "of a million times as much");
}

// B26 ------------------------------------------------------------------------------------------

/// **B26** A fee is counted twice, or the pool's value counts the part of it that is another's.
///
/// Law: what an order is said to cost is what was posted for it; and the pool is worth its own cash
/// less the traders' open PnL, with no fee of others in it. **Source**
/// sherlock-audit/2023-02-gmx-judging, 005-H and 006-H; code-423n4/2023-03-polynomial-findings,
/// H-07 and H-08.
fn fees_are_counted_once(steps: &[Step]) -> Held {
    for step in steps {
        let charged = |cause| step.posted(cause);
        let cost = charged(Cause::TakerFee) + charged(Cause::Spread) + charged(Cause::ImpactPaid)
            - charged(Cause::ImpactRebate);
        for fill in step.events.iter().filter_map(fill) {
            let spread = if step.after.capital.contains_key("pool") {
                // In a pool the spread is in the price and not a posting.
                continue;
            } else {
                cost
            };
            require("B26", fill.cost == spread, || {
                format!("an order cost {} and {spread} was posted", fill.cost)
            })?;
        }
        let Some(value) = step.after.capital.get("pool") else {
            continue;
        };
        let open = |side: Side| {
            let of_side = step.after.positions.iter();
            let of_side = of_side.filter(|view| view.size.side() == Some(side));
            let (size, cost) = of_side.fold((Base::ZERO, Usd::ZERO), |(size, cost), view| {
                (size + view.size, cost + view.cost)
            });
            step.after.mark.value_ceil(size) - cost
        };
        let cash = step.after.balance(Account::Pool);
        let worth = cash - open(Side::Long) - open(Side::Short);
        require("B26", *value == worth, || {
            format!("a pool of {worth} is valued at {value}")
        })?;
    }
    Ok(())
}

fn fill(event: &Event) -> Option<&seawall_venue::Fill> {
    match event {
        Event::Fill(fill) => Some(fill),
        _ => None,
    }
}

/// A pool without rates, so that nothing is owed and not paid.
fn traded_pool() -> Vec<Step> {
    let mut params = seawall_venue_pool::Params::btc();
    params.borrowing.base = Rate::ZERO;
    params.borrowing.above = Rate::ZERO;
    params.funding = seawall_venue_pool::Funding::None;
    let mut world = pool(vec![endowed(0, 900, "100", 4_000)], 500_000, params);
    world.until(2);
    world.order(1, Base::whole(-400), usd(3_000));
    world.at("101.37");
    world.order(0, Base::whole(-300), Usd::ZERO);
    world.order(1, Base::whole(100), Usd::ZERO);
    world.at("96.5");
    world.order(2, Base::whole(50), usd(900));
    world.until(130);
    world.steps
}

fn traded_tranches() -> Vec<Step> {
    let mut world = tranched(
        vec![endowed(0, 900, "100", 4_000)],
        [400_000, 100_000, 0],
        tranched_params(),
    );
    world.until(2);
    world.order(1, Base::whole(-400), usd(3_000));
    world.at("101.37");
    world.order(0, Base::whole(-300), Usd::ZERO);
    world.order(1, Base::whole(500), usd(3_000));
    world.until(130);
    world.steps
}

#[test]
fn b26_fees_counted_once_holds() {
    fees_are_counted_once(&traded_pool()).unwrap();
    let steps = traded_tranches();
    assert!(
        steps
            .iter()
            .flat_map(|s| &s.events)
            .filter_map(fill)
            .count()
            == 3
    );
    fees_are_counted_once(&steps).unwrap();
    fees_go_out_whole(&steps).unwrap();
}

/// The end of **B26**: what a minute distributes is what had come in. **Source** as above.
fn fees_go_out_whole(steps: &[Step]) -> Held {
    for step in steps.iter().filter(|step| step.what == What::Attribution) {
        let destinations = [
            Account::Protocol,
            Account::Insurance,
            Account::Senior,
            Account::Junior,
        ];
        let came = step.before.balance(Account::Fees) + step.posted(Cause::ReserveDrip);
        let of = |to: Account| -> Usd {
            let parts = step.transfers.iter();
            let parts = parts.filter(|t| t.to() == to && t.from() == Account::Fees);
            parts.map(Transfer::amount).sum()
        };
        let went: Usd = destinations.into_iter().map(of).sum();
        let left = step.after.balance(Account::Fees);
        require("B26", went + left == came, || {
            format!("{came} of fees: {went} went out and {left} is left")
        })?;
    }
    Ok(())
}

#[test]
fn b26_planted_is_found() {
    // The protocol's part of a fee in the pool's value, as if it were the pool's.
    let mut steps = traded_pool();
    let last = steps.last_mut().unwrap();
    let others = last.after.balance(Account::Protocol);
    assert!(others.is_positive());
    let pool = last.after.value("pool");
    last.after.capital.insert("pool", pool + others);
    assert_found(fees_are_counted_once(&steps), "B26", "is valued at");
    // A taker fee that is told once and charged twice.
    let mut steps = traded_tranches();
    let at = steps
        .iter()
        .position(|s| s.posted(Cause::TakerFee).is_positive());
    let step = &mut steps[at.unwrap()];
    let fee = *step
        .transfers
        .iter()
        .find(|t| t.cause() == Cause::TakerFee)
        .unwrap();
    step.transfers.push(fee);
    assert_found(fees_are_counted_once(&steps), "B26", "was posted");
    // A distribution that loses the protocol's part.
    let mut steps = traded_tranches();
    let to_protocol = |t: &Transfer| t.cause() == Cause::FeeToProtocol;
    let step = steps
        .iter_mut()
        .find(|s| s.transfers.iter().any(to_protocol))
        .unwrap();
    step.transfers.retain(|t| !to_protocol(t));
    assert_found(fees_go_out_whole(&steps), "B26", "of fees");
}

// B39 ------------------------------------------------------------------------------------------

/// The most postings that one act of a user may take, however many others there are: each part of
/// a close, a flip and an opening goes to two vaults at most.
const MOST_POSTINGS: usize = 24;

/// **B39** Acts of dust make the vault pay something fixed, or work that grows with the number of
/// users.
///
/// Law: acts at one mark, however many, never cost the capital more than they cost who sends them,
/// but for the one unit by which each part of it is rounded down when it is valued, and for
/// `rounded` units by which a posting between two positions is rounded against both; and each act
/// takes a bounded number of postings. **Source** sherlock-audit/2023-07-perennial-judging, 058-M;
/// 2023-02-carapace-judging, 001-H.
fn dust_costs_its_sender(steps: &[Step], rounded: i64) -> Held {
    let worth = |books: &Books| -> Usd { books.capital.values().copied().sum() };
    let mut first: Option<(&Books, Usd)> = None;
    for step in steps {
        let What::Command(command) = step.what else {
            first = None;
            continue;
        };
        let (start, spent) = first.unwrap_or((&step.before, Usd::ZERO));
        let postings = step.transfers.len();
        let rounded = Usd::units_i64(rounded * i64::try_from(postings).unwrap());
        let spent = spent + cost_to_sender(step, &command) + rounded;
        first = Some((start, spent));
        let (was, is) = (worth(start), worth(&step.after));
        let valued = Usd::units_i64(i64::try_from(step.after.capital.len()).unwrap());
        require("B39", is + spent + valued > was, || {
            format!(
                "{command:?} cost the capital {} and its sender {spent}",
                was - is
            )
        })?;
        require("B39", postings <= MOST_POSTINGS, || {
            format!("{command:?} took {postings} postings")
        })?;
    }
    Ok(())
}

/// What a trader has less after his command, what he paid in counted.
fn cost_to_sender(step: &Step, command: &Command) -> Usd {
    let account = match *command {
        Command::Order { account, .. } | Command::AddMargin { account, .. } => account,
        _ => return Usd::ZERO,
    };
    let wealth = |books: &Books| {
        let equity = books
            .position(account)
            .map_or(Usd::ZERO, |view| view.equity);
        equity + books.balance(Account::Free(account))
    };
    let paid_in = -step.moved(Account::External);
    (wealth(&step.before) + paid_in - wealth(&step.after)).or_zero()
}

fn dust() -> impl Strategy<Value = Command> {
    use seawall_ledger::{AccountId, BidderId};
    let account = (0..8u32).prop_map(AccountId::new);
    let units = prop_oneof![-3i64..=3, -20_000i64..20_000];
    let order =
        (account.clone(), units, 0i64..50).prop_map(|(account, size, margin)| Command::Order {
            account,
            size: Base::units_i64(size),
            margin: Usd::units_i64(margin * 1_000_000),
            limit: None,
            fill: FillRule::Partial,
        });
    let amount = || (1i64..50).prop_map(Usd::units_i64);
    let lp = BidderId::new(0);
    let tranche = TrancheName::Senior;
    prop_oneof![
        6 => order,
        1 => (account, amount()).prop_map(|(account, amount)| Command::AddMargin { account, amount }),
        1 => amount().prop_map(move |amount| Command::Provide { lp, tranche, amount }),
        1 => amount().prop_map(move |amount| Command::Redeem { lp, tranche, amount }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b39_dust_holds(commands in prop::collection::vec(dust(), 1..20), bps in -90i32..90) {
        for mut world in all_venues() {
            // A minute on, every mark is the outside price.
            world.act(&crate::world::Act::Move(bps, 61));
            for command in &commands {
                let _ = world.commit(*command);
            }
            let name = world.venue.profile().name;
            // On a book each side of a trade has a position, and both round against themselves.
            let rounded = i64::from(name == "hyperliquid");
            dust_costs_its_sender(&world.steps, rounded)?;
        }
    }

    #[test]
    fn b26_fees_go_out_whole_holds(acts in acts(30)) {
        let (_, steps) = records(&acts).swap_remove(0);
        fees_go_out_whole(&steps)?;
    }
}

#[test]
fn b39_planted_is_found() {
    let dusty = || {
        let mut world: World<_> = tranched(Vec::new(), [400_000, 100_000, 0], tranched_params());
        world.until(1);
        world.order(0, Base::units_i64(1_000), usd(1));
        world.steps
    };
    // A fixed fee of a cent for the keeper of every order, paid by Junior.
    let mut steps = dusty();
    let last = steps.last_mut().unwrap();
    let junior = last.after.value("junior");
    last.after
        .capital
        .insert("junior", junior - Usd::units_i64(10_000));
    assert_found(
        dust_costs_its_sender(&steps, 0),
        "B39",
        "cost the capital 0.01",
    );
    // Every order settles everybody.
    let mut steps = dusty();
    let last = steps.last_mut().unwrap();
    let one = last.transfers[0];
    last.transfers.extend(std::iter::repeat_n(one, 100));
    assert_found(dust_costs_its_sender(&steps, 0), "B39", "postings");
}
