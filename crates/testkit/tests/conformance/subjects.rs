//! The three venues, each with several parameter sets.

use seawall_ledger::{AccountId, BidderId};
use seawall_testkit::conformance::{Kind, Subject, World};
use seawall_units::{Base, Price, Rate, Ratio, Time, Usd};
use seawall_venue::{Endowment, MarginTable, Setup, TrancheName, Venue};
use seawall_venue_orderbook::{Capital as BookCapital, OrderBookVenue, ShortReading};
use seawall_venue_pool::{Funding, PoolVenue};
use seawall_venue_tranched::{BidderSetup, Capital, TranchedVenue};
use seawall_waterfall::LossOrder;
use serde_json::Value;

/// A subject with what a journal of it says of its parameters.
pub(crate) struct Case {
    pub(crate) subject: Subject,
    pub(crate) venue: &'static str,
    pub(crate) parameters: Value,
}

/// Eight accounts; the last two begin without anything, and so do all bidders.
fn setup(scale: i32, margin: Option<MarginTable>) -> Setup {
    // Size at scale 1, entry, margin at scale 1.
    let positions = [
        (60, "100", 900),
        (-50, "100.5", 800),
        (40, "99", 450),
        (25, "101", 2_500),
        (-30, "98", 500),
        (-10, "100", 160),
    ];
    let endowment = |(number, (size, entry, posted)): (u32, (i32, &str, i32))| Endowment {
        account: AccountId::new(number),
        size: Base::whole(size * scale),
        entry: entry.parse().unwrap(),
        margin: Usd::whole(posted * scale),
    };
    Setup {
        start: Time::from_secs(1_735_689_600),
        opening: Price::from_units(1_000_000_000_000).unwrap(),
        margin,
        endowments: (0..).zip(positions).map(endowment).collect(),
        accounts: 8,
    }
}

fn table(initial: i32, maintenance: i32) -> Option<MarginTable> {
    Some(MarginTable {
        initial: Ratio::bps(initial),
        maintenance: Ratio::bps(maintenance),
    })
}

fn endowed(mut venue: Box<dyn Venue>, parts: &[(TrancheName, Usd)]) -> Box<dyn Venue> {
    for lp in (0..2).map(BidderId::new) {
        for (tranche, capital) in parts {
            let part = capital.mul_floor(Ratio::bps(2_000));
            venue.endow_lp(lp, *tranche, part).unwrap();
        }
    }
    venue
}

fn tranched(
    name: &str,
    (world, capital): (World, Capital),
    params: seawall_venue_tranched::Params,
) -> Case {
    let parameters = serde_json::to_value(&params).unwrap();
    let world = World {
        order: Usd::whole(200_000),
        ..world
    };
    let start = world.setup.start;
    let subject = Subject::new(name, world, move |setup| {
        let bidder = BidderSetup {
            id: BidderId::new(0),
            capital: Usd::whole(20_000),
            discount: Ratio::bps(20),
            appetite: Usd::whole(200_000),
            from: start,
            until: Time::from_secs(u64::MAX),
        };
        let venue = TranchedVenue::new(setup.clone(), capital, params.clone(), vec![bidder])?;
        let parts = [
            (TrancheName::Senior, capital.senior),
            (TrancheName::Junior, capital.junior),
        ];
        Ok(endowed(Box::new(venue), &parts))
    });
    Case {
        subject,
        venue: "tranched",
        parameters,
    }
}

/// A market of 10 million with the rules' defaults.
pub(crate) fn tranched_default() -> Case {
    let capital = Capital {
        senior: Usd::whole(8_000_000),
        junior: Usd::whole(2_000_000),
        insurance: Usd::whole(80_000),
    };
    let world = World::new(setup(40, table(200, 100)));
    tranched("tranched, defaults", (world, capital), Default::default())
}

/// Little capital: deficits reach ADL, Senior and the residual.
pub(crate) fn tranched_thin(order: LossOrder) -> Case {
    let capital = Capital {
        senior: Usd::whole(60_000),
        junior: Usd::whole(15_000),
        insurance: Usd::whole(500),
    };
    let mut params = seawall_venue_tranched::Params::default();
    params.limits.reserved = Ratio::whole(20);
    params.limits.account = Ratio::ONE;
    for weight in [
        &mut params.ladder.near_senior,
        &mut params.ladder.near_junior,
        &mut params.ladder.far_senior,
        &mut params.ladder.far_junior,
    ] {
        *weight = Ratio::ONE;
    }
    params.vault.epoch = 60;
    params.vault.junior_epochs = 2;
    params.waterfall.loss_order = order;
    let world = World::new(setup(10, table(200, 100)));
    tranched(
        &format!("tranched, thin, {order:?}"),
        (world, capital),
        params,
    )
}

fn book(
    name: &str,
    (world, capital): (World, BookCapital),
    params: seawall_venue_orderbook::Params,
) -> Case {
    let parameters = serde_json::to_value(&params).unwrap();
    let world = world.refusing(&[Kind::Claim, Kind::Recover]);
    let subject = Subject::new(name, world, move |setup| {
        let venue = OrderBookVenue::new(setup.clone(), capital.clone(), params.clone())?;
        let parts = [(TrancheName::Junior, capital.makers)];
        Ok(endowed(Box::new(venue), &parts))
    });
    Case {
        subject,
        venue: "hyperliquid",
        parameters,
    }
}

/// A deep book with two backstop vaults.
pub(crate) fn book_default() -> Case {
    let capital = BookCapital {
        makers: Usd::whole(8_000_000),
        backstops: vec![Usd::whole(200_000), Usd::whole(50_000)],
    };
    let world = World::new(setup(40, None));
    book("order book, defaults", (world, capital), Default::default())
}

/// A shallow book, a small backstop, one margin table: ADL and residuals.
pub(crate) fn book_thin(short_reading: ShortReading) -> Case {
    let capital = BookCapital {
        makers: Usd::whole(60_000),
        backstops: vec![Usd::whole(500)],
    };
    let mut params = seawall_venue_orderbook::Params::default();
    params.book.depth = Ratio::bps(100);
    params.adl.short_reading = short_reading;
    let world = World::new(setup(10, table(200, 100)));
    let name = format!("order book, thin, {short_reading:?}");
    book(&name, (world, capital), params)
}

fn pool(name: &str, (world, capital): (World, Usd), params: seawall_venue_pool::Params) -> Case {
    let parameters = serde_json::to_value(&params).unwrap();
    let world = world.refusing(&[Kind::Claim, Kind::Recover]);
    let subject = Subject::new(name, world, move |setup| {
        let venue = PoolVenue::new(setup.clone(), capital, params.clone())?;
        Ok(endowed(Box::new(venue), &[(TrancheName::Senior, capital)]))
    });
    Case {
        subject,
        venue: "gmx",
        parameters,
    }
}

/// The live market of BTC.
pub(crate) fn pool_default() -> Case {
    let world = World::new(setup(40, None));
    let params = seawall_venue_pool::Params::btc();
    pool("pool, BTC", (world, Usd::whole(10_000_000)), params)
}

/// Little capital and rates a hundred times the live ones: ADL, insolvent closes.
pub(crate) fn pool_thin() -> Case {
    let mut params = seawall_venue_pool::Params::btc();
    let rate = Rate::whole(100);
    params.funding = Funding::SkewProportional {
        factor: rate,
        max: rate,
    };
    params.borrowing.base = Rate::whole(10);
    params.borrowing.above = Rate::whole(20);
    params.impact_pool = Usd::whole(100);
    let world = World::new(setup(10, table(200, 100)));
    pool("pool, thin", (world, Usd::whole(120_000)), params)
}

/// Every case.
pub(crate) fn all() -> Vec<Case> {
    vec![
        tranched_default(),
        tranched_thin(LossOrder::SeniorLast),
        tranched_thin(LossOrder::AdlLast),
        book_default(),
        book_thin(ShortReading::default()),
        book_thin(ShortReading::MarkOverEntry),
        pool_default(),
        pool_thin(),
    ]
}
