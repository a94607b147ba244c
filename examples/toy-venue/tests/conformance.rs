//! Everything it takes to hold a venue of one's own against every law of the suite.

use seawall_ledger::AccountId;
use seawall_testkit::conformance::{Config, Kind, Subject, World, conformance_tests};
use seawall_units::{Base, Time, Usd};
use seawall_venue::{Endowment, Setup};
use toy_venue::ToyVenue;

fn subject() -> Subject {
    let short = Endowment {
        account: AccountId::new(0),
        size: Base::whole(-500),
        entry: "100".parse().unwrap(),
        margin: Usd::whole(50_000),
    };
    let setup = Setup {
        start: Time::from_secs(0),
        opening: "100".parse().unwrap(),
        margin: None,
        endowments: vec![short],
        accounts: 6,
    };
    use Kind::{Bidding, Claim, Provide, Recover, Redeem};
    let world = World::new(setup).refusing(&[Provide, Redeem, Claim, Recover, Bidding]);
    Subject::new("toy", world, |setup| {
        Ok(Box::new(ToyVenue::new(setup, Usd::whole(1_000_000))?))
    })
}

conformance_tests!(subject(), Config::default());
