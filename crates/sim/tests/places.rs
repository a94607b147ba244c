//! Markets of perpetual futures as places in the world of a cascade: the world's books have at
//! every step what the venue's own ledger says, and what a liquidation hands over is hedged.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_cascade::books::{Account, Asset, Books, Cause};
use seawall_cascade::place::{Place, PlaceRules, PlaceSight, PlaceStep, Seat};
use seawall_cascade::{OwnerId, PlaceId, PoolId};
use seawall_ledger::{Account as Own, AccountId};
use seawall_scenario::Scenario;
use seawall_sim::{VenueName, opening_venue};
use seawall_units::{Base, Ratio, TokenPrice, Tokens, Usd};
use seawall_venue::{Command, Refusal};

const OPENING: &str = "100";

/// One long of 1 000 at 100 with a margin of 10 000 in each venue.
fn scenario() -> Scenario {
    let file = "../../fixtures/scenarios/stage-3-junior.toml";
    Scenario::load(file).unwrap()
}

fn price(text: &str) -> TokenPrice {
    text.parse().unwrap()
}

struct World {
    books: Books,
    place: Place,
    passed: u64,
}

const OWNER: OwnerId = OwnerId::new(3);

impl World {
    fn new(name: VenueName, rules: PlaceRules) -> Self {
        let scenario = scenario();
        let mut books = Books::new();
        let wallet = (Account::External, Account::Wallet(OWNER));
        books.pay(Asset::Quote, wallet, Tokens::whole(5_000), Cause::Endowed);
        let account = scenario.account_id("long").unwrap();
        let owners = BTreeMap::from([(account, OWNER)]);
        let venue = opening_venue(&scenario, name).unwrap();
        let seat = Seat {
            id: PlaceId::new(0),
            name: name.to_string(),
            rules,
            feed: 0,
            pool: PoolId::new(0),
            owners,
        };
        let place = Place::new(seat, venue, scenario.start(), &mut books);
        Self {
            books,
            place,
            passed: 0,
        }
    }

    fn round(&mut self, shown: &str) -> PlaceStep {
        self.passed += 12;
        let sight = PlaceSight {
            passed: self.passed,
            shown: price(shown),
            outside: price(shown),
        };
        let step = self.place.advance(&sight, &mut self.books);
        self.books.end_step();
        step
    }

    fn account(&self) -> AccountId {
        scenario().account_id("long").unwrap()
    }
}

#[test]
fn capital_and_margin_are_in_the_books_of_the_world_from_the_first_second() {
    for (name, capital) in [
        (VenueName::Tranched, 10_080_000),
        (VenueName::Hyperliquid, 10_080_000),
        (VenueName::Gmx, 10_080_000),
    ] {
        let world = World::new(name, PlaceRules::default());
        let place = Account::Perp(PlaceId::new(0));
        let held = world.books.balance(Asset::Quote, place);
        assert_eq!(held, Tokens::whole(capital + 10_000), "{name}");
        assert_eq!(held, world.place.owed());
    }
}

#[test]
fn what_a_liquidated_long_leaves_is_sold_by_the_stated_share() {
    let half = PlaceRules {
        hedge: "50%".parse().unwrap(),
        ..PlaceRules::default()
    };
    let mut world = World::new(VenueName::Tranched, half);
    assert_eq!(world.round(OPENING), PlaceStep::default());
    // The mark gaps through the bankruptcy price in the last second of the round.
    let gap = world.round("85");
    assert_eq!(gap.longs, Base::whole(1_000));
    assert_eq!(gap.shorts, Base::ZERO);
    assert_eq!(gap.hedge, Tokens::whole(500));
    // 10 000 − 15 000: the deficit that Junior pays.
    assert_eq!(gap.deficits, Usd::whole(5_000));
    assert_eq!(world.round("85").hedge, Tokens::ZERO);
}

#[test]
fn a_price_between_rounds_is_the_one_shown_before() {
    // 96 keeps the position: 10 000 − 4 000 is more than 5 % of 96 000. A round of twelve seconds
    // that ends at 85 was at 96 for eleven of them.
    let mut world = World::new(VenueName::Tranched, PlaceRules::default());
    assert_eq!(world.round("96"), PlaceStep::default());
    let step = world.round("85");
    assert_eq!(step.longs, Base::whole(1_000));
    let mark = world.place.venue().state().mark;
    assert_eq!(mark, "85".parse().unwrap());
}

#[test]
fn an_owner_posts_margin_from_his_wallet_and_no_more_than_is_there() {
    let mut world = World::new(VenueName::Tranched, PlaceRules::default());
    world.round(OPENING);
    let account = world.account();
    let amount = Usd::whole(4_000);
    let add = |amount| Command::AddMargin { account, amount };
    let posted = world.place.commit(&add(amount), &mut world.books);
    assert!(posted.is_ok());
    let wallet = world.books.balance(Asset::Quote, Account::Wallet(OWNER));
    assert_eq!(wallet, Tokens::whole(1_000));
    let margin = world.place.venue().ledger().balance(Own::Margin(account));
    assert_eq!(margin, Usd::whole(14_000));
    let before = world.books.journal().len();
    let refused = world.place.commit(&add(amount), &mut world.books);
    let available = Usd::whole(1_000);
    let short = Refusal::Collateral {
        available,
        asked: amount,
    };
    assert_eq!(refused, Err(short));
    assert_eq!(world.books.journal().len(), before);
}

#[test]
fn every_venue_can_be_a_place() {
    for name in VenueName::ALL {
        let mut world = World::new(name, PlaceRules::default());
        let steps = ["100", "97", "92", "90", "88", "85", "85", "85"].map(|at| world.round(at));
        let longs: Base = steps.iter().map(|step| step.longs).sum();
        assert!(longs >= Base::whole(1_000), "{name}: {longs}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever prices come, what the books have of a place is what it owes, and nothing is lost.
    #[test]
    fn the_books_have_what_the_venue_owes(
        path in prop::collection::vec(40..160_i32, 1..12), venue in 0..3_usize, share in 0..=100_i32,
    ) {
        let rules = PlaceRules { hedge: Ratio::bps(share * 100), ..PlaceRules::default() };
        let mut world = World::new(VenueName::ALL[venue], rules);
        for at in path {
            let step = world.round(&at.to_string());
            // `Place::advance` holds the equality; the hedge is never more than was taken.
            let taken = Tokens::from_units((step.longs - step.shorts).units() * 10_000_000_000).unwrap();
            prop_assert!(step.hedge.abs() <= taken.abs() + Tokens::ULP);
            let held = world.books.balance(Asset::Quote, Account::Perp(PlaceId::new(0)));
            let own = world.place.venue().ledger().balance(Own::External);
            prop_assert_eq!(held.units(), -own.units() * 1_000_000_000_000);
        }
    }
}
