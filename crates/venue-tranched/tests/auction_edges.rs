//! Two edges of the auction (M-8.2): what may be sold, and who may bid.
#![allow(clippy::unwrap_used)]

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Rate, Ratio, Time, Usd};
use seawall_venue::{Command, FillRule, MarginTable, Setup, SourceQuote, Tick, Venue};
use seawall_venue_tranched::{BidderSetup, Capital, Params, TranchedVenue};

const OWNER: AccountId = AccountId::new(0);
const BIDDER: AccountId = AccountId::new(1);

/// An empty market at 100 with deep bands, one trader and one bidder who takes lots at the mark.
fn market(table: (i32, i32), capital: i32, params: impl FnOnce(&mut Params)) -> TranchedVenue {
    let setup = Setup {
        start: Time::from_secs(0),
        opening: "100".parse().unwrap(),
        margin: Some(MarginTable {
            initial: Ratio::bps(table.0),
            maintenance: Ratio::bps(table.1),
        }),
        endowments: Vec::new(),
        accounts: 1,
    };
    let bidder = BidderSetup {
        id: BidderId::new(0),
        capital: Usd::whole(capital),
        discount: Ratio::ZERO,
        appetite: Usd::whole(1_000_000),
        from: Time::from_secs(0),
        until: Time::from_secs(u64::MAX),
    };
    let capital = Capital {
        senior: Usd::whole(800_000),
        junior: Usd::whole(200_000),
        insurance: Usd::ZERO,
    };
    let mut all = Params::default();
    all.limits.account = Ratio::ONE;
    params(&mut all);
    TranchedVenue::new(setup, capital, all, vec![bidder]).unwrap()
}

fn see(venue: &mut TranchedVenue, now: u64, price: &str) {
    let (now, outside) = (Time::from_secs(now), price.parse().unwrap());
    let quotes: Vec<_> = (0..3)
        .map(|source| SourceQuote::new(source, outside, now))
        .collect();
    venue.observe(&Tick {
        now,
        outside,
        quotes: &quotes,
    });
    venue.accrue();
}

fn order(venue: &mut TranchedVenue, account: AccountId, size: i32, margin: i32) {
    let (size, margin) = (Base::whole(size), Usd::whole(margin));
    let order = Command::Order {
        account,
        size,
        margin,
        limit: None,
        fill: FillRule::AllOrNone,
    };
    venue.commit(&order).unwrap();
}

fn size(venue: &TranchedVenue, account: AccountId) -> Base {
    venue.position(account).map_or(Base::ZERO, |view| view.size)
}

/// A lot is a part of its owner's position. A long of 100 from 100 with margin 210 has not paid its
/// utilisation for hours: it is in profit at 100.5, and below maintenance. In one second all of it
/// is offered, and ADL without a cut closes 5 % of the side, 5 of it. Only 95 can be sold.
#[test]
fn a_lot_is_no_larger_than_what_is_left_of_the_position() {
    let mut venue = market((200, 100), 100_000, |params| {
        params.rates.funding.velocity_per_minute = Rate::ZERO;
        params.rates.utilisation.base = Rate::whole(100);
        params.rates.utilisation.max = Rate::whole(100);
        params.waterfall.adl.capital_trigger = Ratio::bps(1);
        params.waterfall.adl.capital_target = Ratio::ZERO;
    });
    see(&mut venue, 1, "100");
    order(&mut venue, OWNER, 100, 210);
    let mut minute = 0;
    // Until less than 2/3 of the maintenance margin of 100 is left at 100: 10 and the profit of 50.
    while venue.position(OWNER).unwrap().equity > Usd::whole(10) {
        minute += 1;
        see(&mut venue, 60 * minute, "100");
    }
    see(&mut venue, 60 * minute + 1, "100.5");
    venue.liquidate();
    assert_eq!(size(&venue, OWNER), Base::whole(95));
    see(&mut venue, 60 * minute + 2, "100.5");
    venue.liquidate();
    assert_eq!(size(&venue, OWNER), Base::ZERO);
    assert_eq!(size(&venue, BIDDER), Base::whole(95));
}

/// The owner of a position that is being sold may only add margin, a bidder too. He is long 100
/// with 0.1 % left at 90.1. A short of 120 opens there with 10 %, and at 95.2 has 4.2 % left,
/// below its 5 %; the bidder has 5.5 %, less than the 6.25 % that would let him go.
#[test]
fn a_bidder_whose_position_is_being_sold_does_not_bid() {
    let mut venue = market((1_000, 500), 1_012, |params| {
        params.waterfall.partial.max_steps = 0;
    });
    see(&mut venue, 1, "100");
    order(&mut venue, BIDDER, 100, 0);
    see(&mut venue, 2, "90.1");
    venue.liquidate();
    order(&mut venue, OWNER, -120, 1_095);
    for now in 3..6 {
        see(&mut venue, now, "95.2");
        venue.liquidate();
    }
    assert_eq!(size(&venue, BIDDER), Base::whole(100));
    assert_eq!(size(&venue, OWNER), Base::whole(-120));
}
