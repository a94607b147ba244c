//! What holds for every provider in every venue, whatever is asked and wherever the price goes.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{Command, Endowment, LpHolding, Setup, SourceQuote, Tick, TrancheName, Venue};
use seawall_venue_orderbook::OrderBookVenue;
use seawall_venue_pool::PoolVenue;
use seawall_venue_tranched::TranchedVenue;

const LPS: [BidderId; 3] = [BidderId::new(0), BidderId::new(1), BidderId::new(2)];
const TRANCHES: [TrancheName; 2] = [TrancheName::Senior, TrancheName::Junior];

fn usd(amount: i32) -> Usd {
    Usd::whole(amount)
}

/// 100 000 of capital, a long and a short, three providers with a fifth of each tranche.
fn venues() -> Vec<Box<dyn Venue>> {
    let position = |account, size, margin| Endowment {
        account: AccountId::new(account),
        size: Base::whole(size),
        entry: "100".parse().unwrap(),
        margin: usd(margin),
    };
    let setup = Setup {
        start: Time::from_secs(0),
        opening: "100".parse().unwrap(),
        margin: None,
        endowments: vec![position(0, 60, 900), position(1, -40, 5_000)],
        accounts: 2,
    };
    let tranched = seawall_venue_tranched::Capital {
        senior: usd(70_000),
        junior: usd(29_000),
        insurance: usd(1_000),
    };
    let book = seawall_venue_orderbook::Capital {
        makers: usd(99_000),
        backstops: vec![usd(1_000)],
    };
    let params = seawall_venue_pool::Params::btc();
    let mut venues: Vec<Box<dyn Venue>> = vec![
        Box::new(
            TranchedVenue::new(setup.clone(), tranched, Default::default(), Vec::new()).unwrap(),
        ),
        Box::new(OrderBookVenue::new(setup.clone(), book, Default::default()).unwrap()),
        Box::new(PoolVenue::new(setup, usd(100_000), params).unwrap()),
    ];
    for venue in &mut venues {
        for lp in LPS {
            venue
                .endow_lp(lp, TrancheName::Senior, usd(14_000))
                .unwrap();
            venue.endow_lp(lp, TrancheName::Junior, usd(5_800)).unwrap();
        }
    }
    venues
}

#[derive(Debug, Clone)]
struct Minute {
    price: i32,
    /// Whether everybody pays in or takes out: who does both at once is paid for the balance.
    into: bool,
    asks: Vec<(usize, usize, i32)>,
}

fn minutes() -> impl Strategy<Value = Vec<Minute>> {
    let ask = (0_usize..3, 0_usize..2, 1..20_000);
    let into = prop_oneof![1 => Just(true), 4 => Just(false)];
    let minute = (80..120, into, prop::collection::vec(ask, 0..4));
    let minute = minute.prop_map(|(price, into, asks)| Minute { price, into, asks });
    prop::collection::vec(minute, 1..12)
}

fn second(venue: &mut dyn Venue, now: Time, price: Price) {
    let quotes: Vec<SourceQuote> = (0..3)
        .map(|source| SourceQuote::new(source, price, now))
        .collect();
    venue.observe(&Tick {
        now,
        outside: price,
        quotes: &quotes,
    });
    venue.accrue();
}

fn holdings(venue: &dyn Venue) -> Vec<LpHolding> {
    let of = |lp| TRANCHES.map(|tranche| venue.lp_holding(lp, tranche));
    LPS.into_iter().flat_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Nobody is paid more for a share than those who stay can still read on theirs, nobody's
    /// shares are less than none, and all that providers have is part of the capital.
    #[test]
    fn nobody_takes_more_than_is_his(minutes in minutes()) {
        for mut venue in venues() {
            let venue = venue.as_mut();
            let one_pool = venue.state().capital.iter().all(|part| part.role != "junior");
            for (minute, step) in (1_u64..).zip(&minutes) {
                let price = step.price.to_string().parse().unwrap();
                let now = Time::from_secs(minute * 60);
                second(venue, Time::from_secs(minute * 60 - 30), price);
                for (lp, tranche, amount) in &step.asks {
                    let (lp, tranche) = (LPS[*lp], TRANCHES[*tranche]);
                    let amount = usd(*amount);
                    let command = match step.into {
                        true => Command::Provide { lp, tranche, amount },
                        false => Command::Redeem { lp, tranche, amount },
                    };
                    let _ = venue.commit(&command);
                }
                second(venue, now, price);
                venue.liquidate();
                let before = holdings(venue);
                venue.attribute();
                let after = holdings(venue);
                for (before, after) in before.iter().zip(&after) {
                    let paid = after.granted - before.granted;
                    prop_assert!(after.shares >= 0 && !paid.is_negative());
                    prop_assert!(!after.waiting.is_negative());
                    let burned = before.shares - after.shares;
                    if paid.is_positive() && !step.into {
                        // Ten to the ninth of a share's grid, ten to the sixth of money's.
                        let worth = Usd::from_units(burned / 1_000 + 1).unwrap();
                        let most = worth.mul_ceil(after.share_price + Ratio::ULP);
                        prop_assert!(paid <= most, "{} {paid} {most}", venue.profile().name);
                    }
                }
                let state = venue.state();
                let whole: Usd = state.capital.iter().map(|part| part.value.or_zero()).sum();
                // One pool shows each provider under both names.
                let own = after.iter().step_by(if one_pool { 2 } else { 1 });
                prop_assert!(own.map(|each| each.value).sum::<Usd>() <= whole);
                prop_assert_eq!(venue.ledger().sum(), Usd::ZERO);
                for each in venue.recount() {
                    prop_assert_eq!(each.kept, each.counted, "{}", each.what);
                }
            }
        }
    }
}
