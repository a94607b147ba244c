//! A small world to drive a pool through.
// Each test file uses its part of it; helpers of tests may unwrap.
#![allow(dead_code, clippy::unwrap_used)]
use seawall_ledger::{Account, AccountId, Cause, Entry};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{
    Command, Endowment, Event, FillRule, MarginTable, Receipt, Refusal, Setup, SourceQuote, Tick,
    Venue,
};
use seawall_venue_pool::{Params, PoolVenue};

pub(crate) fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(crate) fn account(number: u32) -> AccountId {
    AccountId::new(number)
}

pub(crate) fn endowment(number: u32, size: &str, entry: &str, margin: &str) -> Endowment {
    Endowment {
        account: account(number),
        size: size.parse().unwrap(),
        entry: price(entry),
        margin: usd(margin),
    }
}

pub(crate) fn setup(opening: &str, endowments: Vec<Endowment>) -> Setup {
    Setup {
        start: Time::from_secs(0),
        opening: price(opening),
        margin: None,
        endowments,
        accounts: 8,
    }
}

pub(crate) fn common(setup: Setup, initial: &str, maintenance: &str) -> Setup {
    let ratio = |text: &str| text.parse::<Ratio>().unwrap();
    Setup {
        margin: Some(MarginTable {
            initial: ratio(initial),
            maintenance: ratio(maintenance),
        }),
        ..setup
    }
}

/// The live parameters without a spread, so that figures can be worked by hand.
pub(crate) fn spreadless() -> Params {
    Params {
        half_spread: Ratio::ZERO,
        ..Params::btc()
    }
}

pub(crate) fn venue(setup: Setup, capital: &str, params: Params) -> PoolVenue {
    PoolVenue::new(setup, usd(capital), params).unwrap()
}

pub(crate) fn observe(venue: &mut PoolVenue, second: u64, mark: Price) {
    let now = Time::from_secs(second);
    let quote = |source| SourceQuote::new(source, mark, now);
    let quotes = [quote(1), quote(2), quote(3)];
    venue.observe(&Tick {
        now,
        outside: mark,
        quotes: &quotes,
    });
    venue.accrue();
}

pub(crate) fn silence(venue: &mut PoolVenue, second: u64, outside: Price) {
    venue.observe(&Tick {
        now: Time::from_secs(second),
        outside,
        quotes: &[],
    });
    venue.accrue();
}

pub(crate) fn order(number: u32, size: &str, margin: &str) -> Command {
    Command::Order {
        account: account(number),
        size: size.parse().unwrap(),
        margin: usd(margin),
        limit: None,
        fill: FillRule::Partial,
    }
}

/// Commits after checking that `plan` says the same and that a refusal changes nothing.
pub(crate) fn commit(venue: &mut PoolVenue, command: &Command) -> Result<Receipt, Refusal> {
    let before = snapshot(venue);
    let planned = venue.plan(command);
    assert_eq!(snapshot(venue), before, "plan writes nothing");
    let got = venue.commit(command);
    assert_eq!(got, planned, "plan says what commit does: {command:?}");
    if got.is_err() {
        assert_eq!(snapshot(venue), before, "a refusal writes nothing");
    }
    got
}

type Snapshot = (Vec<(Account, Usd)>, String, usize);

pub(crate) fn snapshot(venue: &PoolVenue) -> Snapshot {
    let balances = venue.ledger().balances().collect();
    let state = format!(
        "{:?} {:?} {:?}",
        venue.state(),
        venue.positions(),
        venue.recount()
    );
    (balances, state, venue.ledger().pending().len())
}

pub(crate) fn balance(venue: &PoolVenue, account: Account) -> Usd {
    venue.ledger().balance(account)
}

pub(crate) fn posted(entries: &[Entry], cause: Cause) -> Usd {
    let of_cause = entries
        .iter()
        .filter(|entry| entry.transfer.cause() == cause);
    of_cause.map(|entry| entry.transfer.amount()).sum()
}

pub(crate) fn kept_is_counted(venue: &PoolVenue) {
    assert_eq!(venue.ledger().recount(), Usd::ZERO);
    for recount in venue.recount() {
        assert_eq!(recount.kept, recount.counted, "{}", recount.what);
    }
}

pub(crate) fn cuts(events: &[Event]) -> Vec<(u32, Base, Usd, Usd)> {
    let mut cuts = Vec::new();
    for event in events {
        if let Event::Cut(cut) = event {
            cuts.push((cut.account.number(), cut.closed, cut.profit, cut.taken));
        }
    }
    cuts
}
