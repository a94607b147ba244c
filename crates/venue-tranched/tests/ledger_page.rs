//! The engine makes the very postings of docs/ledger.md, cases A and B (M-8.1 to M-8.6).
#![allow(clippy::unwrap_used)]

use seawall_ledger::{Account, AccountId, BidderId, Cause, Transfer};
use seawall_units::{Price, Ratio, Time, Usd};
use seawall_venue::{Endowment, MarginTable, Setup, SourceQuote, Tick, Venue};
use seawall_venue_tranched::{BidderSetup, Capital, Params, TranchedVenue};
use seawall_waterfall::LossOrder;

/// 12:00:00 of some day.
const NOON: u64 = 43_200;

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn endowed(account: u32, size: &str, entry: &str, margin: &str) -> Endowment {
    Endowment {
        account: AccountId::new(account),
        size: size.parse().unwrap(),
        entry: entry.parse().unwrap(),
        margin: usd(margin),
    }
}

/// The opening of the page. The limits of M-7 are opened: one account is to break its pool.
fn venue(loss_order: LossOrder) -> TranchedVenue {
    let start = Time::from_secs(NOON);
    let setup = Setup {
        start,
        opening: "970".parse().unwrap(),
        margin: Some(MarginTable {
            initial: Ratio::bps(1_000),
            maintenance: Ratio::bps(500),
        }),
        endowments: vec![
            endowed(0, "5", "1000", "410.6"),
            endowed(1, "-2.5", "1042", "200"),
        ],
        accounts: 2,
    };
    let bidder = BidderSetup {
        id: BidderId::new(0),
        capital: usd("10"),
        discount: Ratio::bps(69),
        appetite: usd("9.033"),
        from: start,
        until: Time::from_secs(u64::MAX),
    };
    let capital = Capital {
        senior: usd("700"),
        junior: usd("277.03125"),
        insurance: usd("47.03125"),
    };
    let mut params = Params::default();
    params.limits.reserved = Ratio::whole(100);
    params.limits.account = Ratio::ONE;
    params.ladder.far_senior = Ratio::ONE;
    params.ladder.far_junior = Ratio::ONE;
    params.waterfall.adl.max_batches = 1;
    params.waterfall.loss_order = loss_order;
    TranchedVenue::new(setup, capital, params, vec![bidder]).unwrap()
}

/// The postings from noon to a second after the gap, without the opening ones.
fn postings(venue: &mut TranchedVenue) -> Vec<Transfer> {
    let opening = [Cause::CapitalPaidIn, Cause::MarginPosted];
    for second in 0..=51 {
        let price: Price = match second {
            0..5 => "970",
            5..15 => "950",
            15..50 => "903.3",
            _ => "722",
        }
        .parse()
        .unwrap();
        let now = Time::from_secs(NOON).plus(second);
        let quote = |source| SourceQuote::new(source, price, now);
        let quotes: Vec<_> = (0..3).map(quote).collect();
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
    }
    let entries = venue
        .drain_entries()
        .into_iter()
        .map(|entry| entry.transfer);
    entries
        .filter(|transfer| !opening.contains(&transfer.cause()))
        .collect()
}

/// The postings of a case of the page.
fn page(case: &str) -> (Vec<Transfer>, Vec<(Account, Usd)>) {
    let text = include_str!("../../../fixtures/vectors/ledger-page.toml");
    let page: toml::Table = toml::from_str(text).unwrap();
    let cases = page["case"].as_array().unwrap();
    let found = cases
        .iter()
        .find(|each| each["name"].as_str() == Some(case))
        .unwrap();
    let text = |value: &toml::Value, key: &str| value[key].as_str().unwrap().to_owned();
    let posting = |value: &toml::Value| {
        let account = |key| text(value, key).parse::<Account>().unwrap();
        let cause: Cause = text(value, "cause").parse().unwrap();
        Transfer::new(
            account("from"),
            account("to"),
            usd(&text(value, "amount")),
            cause,
        )
        .unwrap()
    };
    let balance = |value: &toml::Value| {
        (
            text(value, "account").parse().unwrap(),
            usd(&text(value, "balance")),
        )
    };
    let postings = found["posting"]
        .as_array()
        .unwrap()
        .iter()
        .map(posting)
        .collect();
    let mut closing: Vec<(Account, Usd)> = found["closing"]
        .as_array()
        .unwrap()
        .iter()
        .map(balance)
        .collect();
    closing.sort_unstable();
    (postings, closing)
}

fn check(case: &str, order: LossOrder) {
    let (want, closing) = page(case);
    let mut venue = venue(order);
    let made = postings(&mut venue);
    for (number, (made, want)) in made.iter().zip(&want).enumerate() {
        assert_eq!(made, want, "posting {} of case {case}", number + 1);
    }
    assert_eq!(made.len(), want.len(), "{made:#?}");
    let mut balances: Vec<_> = venue.ledger().balances().collect();
    balances.sort_unstable();
    assert_eq!(balances, closing, "closing trial balance of case {case}");
}

#[test]
fn case_a_senior_last() {
    check("A", LossOrder::SeniorLast);
}

#[test]
fn case_b_adl_last() {
    check("B", LossOrder::AdlLast);
}
