//! M-9.5: nothing within the stated events costs Senior more than the stated figure.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use proptest::prelude::*;
use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Round, Time, Usd};
use seawall_venue::{
    Command, Endowment, FillRule, MarginTable, Setup, SourceQuote, Tick, Venue, WorstCase,
};
use seawall_venue_tranched::{BidderSetup, Capital, Params, TranchedVenue};

const ACCOUNTS: u32 = 6;

#[derive(Debug, Clone, Copy)]
enum Step {
    /// To this place between the lowest and the highest stated price, in basis points.
    Price(i32),
    /// An account reduces by this share, in basis points.
    Reduce(u32, i32),
    /// An account adds margin.
    Add(u32, i32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0i32..=10_000).prop_map(Step::Price),
        1 => prop_oneof![Just(0), Just(10_000)].prop_map(Step::Price),
        2 => (0..ACCOUNTS, 1_000i32..=10_000).prop_map(|(who, share)| Step::Reduce(who, share)),
        1 => (0..ACCOUNTS, 1i32..5_000).prop_map(|(who, amount)| Step::Add(who, amount)),
    ]
}

#[derive(Debug, Clone)]
struct Terms {
    sizes: Vec<i32>,
    junior: i32,
    fall: i32,
    rise: i32,
    loss_cap: i32,
    adl_last: bool,
    bids: bool,
}

fn terms() -> impl Strategy<Value = Terms> {
    (
        prop::collection::vec(-400i32..400, ACCOUNTS as usize),
        prop_oneof![Just(500), Just(5_000), Just(20_000)],
        prop_oneof![Just(1_000), Just(5_000), Just(10_000)],
        prop_oneof![Just(1_000), Just(10_000), Just(30_000)],
        prop_oneof![3 => Just(10_000), 1 => Just(3_000), 1 => Just(0)],
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(sizes, junior, fall, rise, loss_cap, adl_last, bids)| Terms {
                sizes,
                junior,
                fall,
                rise,
                loss_cap,
                adl_last,
                bids,
            },
        )
}

fn venue(terms: &Terms) -> TranchedVenue {
    let opening: Price = "100".parse().unwrap();
    let endowments = (0u32..).zip(&terms.sizes).filter(|(_, size)| **size != 0);
    let endowments = endowments.map(|(n, size)| Endowment {
        account: AccountId::new(n),
        size: Base::whole(*size),
        entry: "100.5".parse().unwrap(),
        margin: Usd::whole(size.abs() * 100 / 10 + 300),
    });
    let setup = Setup {
        start: Time::from_secs(60),
        opening,
        margin: Some(MarginTable {
            initial: Ratio::bps(500),
            maintenance: Ratio::bps(250),
        }),
        endowments: endowments.collect(),
        accounts: ACCOUNTS,
    };
    let capital = Capital {
        senior: Usd::whole(40_000),
        junior: Usd::whole(terms.junior),
        insurance: Usd::whole(300),
    };
    let mut params = Params::default();
    params.limits.reserved = Ratio::whole(100);
    params.limits.account = Ratio::ONE;
    params.ladder.near_senior = Ratio::ONE;
    params.ladder.far_senior = Ratio::ONE;
    params.vault.worst_fall = Ratio::bps(terms.fall);
    params.vault.worst_rise = Ratio::bps(terms.rise);
    params.waterfall.junior.loss_cap = Ratio::bps(terms.loss_cap);
    params.waterfall.adl.interval = 3;
    if terms.adl_last {
        params.waterfall.loss_order = seawall_waterfall::LossOrder::AdlLast;
    }
    let bidder = BidderSetup {
        id: BidderId::new(0),
        capital: Usd::whole(20_000),
        discount: Ratio::bps(30),
        appetite: Usd::whole(200_000),
        from: setup.start,
        until: Time::from_secs(u64::MAX),
    };
    let bidders = terms.bids.then_some(bidder).into_iter().collect();
    TranchedVenue::new(setup, capital, params, bidders).unwrap()
}

fn second(venue: &mut TranchedVenue, now: Time, price: Price) {
    let quotes = (0..3).map(|source| SourceQuote::new(source, price, now));
    let quotes: Vec<_> = quotes.collect();
    venue.observe(&Tick {
        now,
        outside: price,
        quotes: &quotes,
    });
    venue.accrue();
    venue.liquidate();
}

fn worst(venue: &TranchedVenue) -> WorstCase {
    venue.tranches().unwrap().worst_case
}

/// The price this far from the lowest to the highest stated one.
fn between(terms: &Terms, place: i32) -> Price {
    let span = i64::from(terms.fall + terms.rise) * i64::from(place) / 10_000;
    let by = 10_000 - i64::from(terms.fall) + span;
    let by = Ratio::bps(i32::try_from(by.max(1)).unwrap());
    let opening: Price = "100".parse().unwrap();
    opening.scaled(by, Round::Ceil).unwrap()
}

fn act(venue: &mut TranchedVenue, step: Step) {
    let command = match step {
        Step::Reduce(who, share) => {
            let Some(held) = venue.position(AccountId::new(who)) else {
                return;
            };
            Command::Order {
                account: held.account,
                size: -held.size.mul_floor(Ratio::bps(share)),
                margin: Usd::ZERO,
                limit: None,
                fill: FillRule::Partial,
            }
        }
        Step::Add(who, amount) => Command::AddMargin {
            account: AccountId::new(who),
            amount: Usd::whole(amount),
        },
        Step::Price(_) => return,
    };
    let _ = venue.commit(&command);
}

/// Runs the steps within one minute; gives Senior's value after the first second, its stated
/// worst case then, and the lowest value afterwards.
fn run(terms: &Terms, steps: &[Step]) -> (Usd, WorstCase, Usd) {
    let mut venue = venue(terms);
    let mut price: Price = "100".parse().unwrap();
    second(&mut venue, Time::from_secs(61), price);
    let (start, stated) = (venue.market().values().senior, worst(&venue));
    let mut lowest = start;
    for (now, step) in (62..120).zip(steps) {
        if let Step::Price(place) = step {
            price = between(terms, *place);
        }
        act(&mut venue, *step);
        second(&mut venue, Time::from_secs(now), price);
        lowest = lowest.min(venue.market().values().senior);
    }
    venue.finish();
    (start, stated, lowest.min(venue.market().values().senior))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_path_within_the_stated_events_costs_senior_more(
        terms in terms(), steps in prop::collection::vec(step(), 1..40),
    ) {
        let (start, stated, lowest) = run(&terms, &steps);
        prop_assert!(start - lowest <= stated.loss, "{start} to {lowest}, stated {stated:?}");
        prop_assert!(stated.fall.max(stated.rise) <= stated.loss);
    }
}

/// A fall by half with no bidder costs Senior most of the loss stated for the fall, and no more.
#[test]
fn the_stated_loss_can_happen() {
    // A short and a long of 300 each, entered at 100.5 with a margin of 3 300; S 40 000, J 500.
    // The mark goes from 100 to 50: the short gains 15 000 and the long, which nobody bids for,
    // pays no more than its margin.
    let terms = Terms {
        sizes: vec![-300, 300, 0, 0, 0, 0],
        junior: 500,
        fall: 5_000,
        rise: 5_000,
        loss_cap: 10_000,
        adl_last: true,
        bids: false,
    };
    let (start, stated, lowest) = run(&terms, &[Step::Price(0)]);
    assert_eq!(start, Usd::whole(40_000));
    // 300·50 = 15 000 either way, less Junior's 500; a thousandth a position for roundings.
    assert_eq!(stated.fall, "14500.002".parse::<Usd>().unwrap());
    assert_eq!(stated.rise, "14500.002".parse::<Usd>().unwrap());
    assert_eq!(stated.loss, "29500.002".parse::<Usd>().unwrap());
    // 15 000 less the 3 300 − 150 that the long has left at 100, less J's 500 and I's 300: 11 050.
    let lost: Usd = start - lowest;
    assert!(lost > Usd::whole(11_000) && lost <= stated.fall, "{lost}");
}
