//! Which bands filled an order has no say in who bears a loss.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use seawall_ledger::{AccountId, Cause, Entry};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{
    Command, Event, FillRule, MarginTable, Setup, SourceQuote, StageId, Tick, Venue,
};
use seawall_venue_tranched::{Capital, Params, TranchedVenue};

const OWNER: AccountId = AccountId::new(0);

/// S 8 M, J 2 M, the default ladder; one account may hold all of it.
fn venue() -> TranchedVenue {
    let setup = Setup {
        start: Time::from_secs(0),
        opening: "100".parse().unwrap(),
        margin: Some(MarginTable {
            initial: Ratio::bps(1_000),
            maintenance: Ratio::bps(500),
        }),
        endowments: Vec::new(),
        accounts: 1,
    };
    let capital = Capital {
        senior: Usd::whole(8_000_000),
        junior: Usd::whole(2_000_000),
        insurance: Usd::whole(80_000),
    };
    let mut params = Params::default();
    params.limits.account = Ratio::ONE;
    TranchedVenue::new(setup, capital, params, Vec::new()).unwrap()
}

fn second(venue: &mut TranchedVenue, now: u64, price: &str) -> (Vec<Event>, Vec<Entry>) {
    let (now, price): (Time, Price) = (Time::from_secs(now), price.parse().unwrap());
    let quotes: Vec<_> = (0..3)
        .map(|source| SourceQuote::new(source, price, now))
        .collect();
    venue.observe(&Tick {
        now,
        outside: price,
        quotes: &quotes,
    });
    venue.accrue();
    venue.liquidate();
    if now.is_whole_minute() {
        venue.attribute();
    }
    (venue.drain_events(), venue.drain_entries())
}

fn value(venue: &TranchedVenue, role: &str) -> Usd {
    let capital = venue.state().capital;
    capital.iter().find(|part| part.role == role).unwrap().value
}

/// Long `size` at 100 with a margin of a tenth and its charges, through a gap to 85. What each tranche
/// got of the fees, and what each bore of the deficit.
fn opened_and_gapped(size: i32) -> ([Usd; 2], [Usd; 2]) {
    let mut venue = venue();
    second(&mut venue, 1, "100");
    let order = Command::Order {
        account: OWNER,
        size: Base::whole(size),
        margin: Usd::whole(size * 11),
        limit: None,
        fill: FillRule::AllOrNone,
    };
    venue.commit(&order).unwrap();
    let (_, entries) = second(&mut venue, 60, "100");
    let paid = |cause| -> Usd {
        let entries = entries.iter().filter(|e| e.transfer.cause() == cause);
        entries.map(|e| e.transfer.amount()).sum()
    };
    let fees = [paid(Cause::FeeToSenior), paid(Cause::FeeToJunior)];
    let senior = value(&venue, "senior");
    let (events, _) = second(&mut venue, 61, "85");
    let absorbed = |id| -> Usd {
        let reports = events.iter().filter_map(|event| match event {
            Event::Stage(report) if report.stage == id => Some(report.absorbed),
            _ => None,
        });
        reports.sum()
    };
    assert_eq!(value(&venue, "senior"), senior);
    (fees, [absorbed(StageId::Senior), absorbed(StageId::Junior)])
}

/// M-4.8: 250 000 USD stay in the first near band, of which Senior funds four fifths; 1 500 000
/// reach far bands that Junior alone funds. Junior bears either loss whole, and the tranches share
/// either order's fees as M-5.2 says, 20 to 80.
#[test]
fn junior_bears_the_loss_of_near_and_of_far_fills() {
    for size in [2_500, 15_000] {
        let (fees, losses) = opened_and_gapped(size);
        let [senior, junior] = losses;
        assert_eq!(senior, Usd::ZERO);
        assert!(junior.is_positive(), "{size}");
        let [senior, junior] = fees;
        // Both floor once, so four senior parts are the junior part up to four units below.
        let quarter = junior.units() / 4;
        assert!(senior.is_positive());
        assert!(
            (quarter - 1..=quarter).contains(&senior.units()),
            "{senior} {junior}"
        );
    }
}
