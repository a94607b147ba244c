//! Liquidations worked by hand, to the last unit.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use seawall_ledger::{Account, AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{
    Endowment, Event, MarginTable, Setup, SourceQuote, StageId, StageReport, Tick, Venue,
};
use seawall_venue_tranched::{BidderSetup, Capital, Params, TranchedVenue};

const OWNER: AccountId = AccountId::new(0);
const OTHER: AccountId = AccountId::new(1);

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn endowed(account: AccountId, size: i32, entry: &str, margin: &str) -> Endowment {
    Endowment {
        account,
        size: Base::whole(size),
        entry: entry.parse().unwrap(),
        margin: usd(margin),
    }
}

/// Maintenance 1 %, no ladder limits in the way, bidders with a discount in basis points.
fn venue(
    endowments: Vec<Endowment>,
    senior: i32,
    junior: i32,
    bids: &[(i32, i32)],
) -> TranchedVenue {
    let setup = Setup {
        start: Time::from_secs(0),
        opening: "100".parse().unwrap(),
        margin: Some(MarginTable {
            initial: Ratio::bps(200),
            maintenance: Ratio::bps(100),
        }),
        endowments,
        accounts: 2,
    };
    let bidder = |(n, (discount, appetite)): (usize, &(i32, i32))| BidderSetup {
        id: BidderId::new(n as u32),
        capital: Usd::whole(1_000_000),
        discount: Ratio::bps(*discount),
        appetite: Usd::whole(*appetite),
        from: Time::from_secs(0),
        until: Time::from_secs(u64::MAX),
    };
    let capital = Capital {
        senior: Usd::whole(senior),
        junior: Usd::whole(junior),
        insurance: Usd::ZERO,
    };
    let mut params = Params::default();
    params.limits.reserved = Ratio::whole(100);
    params.limits.account = Ratio::ONE;
    params.ladder.near_senior = Ratio::ONE;
    params.ladder.near_junior = Ratio::ONE;
    params.ladder.far_senior = Ratio::ONE;
    params.ladder.far_junior = Ratio::ONE;
    params.waterfall.partial.full_close_below = Usd::ZERO;
    params.waterfall.adl.capital_trigger = Ratio::whole(100);
    let bidders = bids.iter().enumerate().map(bidder).collect();
    TranchedVenue::new(setup, capital, params, bidders).unwrap()
}

fn second(venue: &mut TranchedVenue, now: u64, price: &str) -> Vec<Event> {
    let (now, price): (Time, Price) = (Time::from_secs(now), price.parse().unwrap());
    let quotes: Vec<_> = (0..3)
        .map(|source| SourceQuote::new(source, price, now))
        .collect();
    venue.observe(&Tick {
        now,
        outside: price,
        quotes: &quotes,
    });
    venue.liquidate();
    venue.drain_events()
}

fn stage(events: &[Event], stage: StageId) -> Vec<StageReport> {
    let reports = events.iter().filter_map(|event| match event {
        Event::Stage(report) if report.stage == stage => Some(report.clone()),
        _ => None,
    });
    reports.collect()
}

fn value(venue: &TranchedVenue, role: &str) -> Usd {
    venue
        .state()
        .capital
        .iter()
        .find(|part| part.role == role)
        .unwrap()
        .value
}

/// S 800, J 200 in cash, one long 10 from 100 with margin 50, mark gaps to 90 (M-8.2): E −50, D 50.
/// Junior's value falls from 300 to 250 while its cash rises by 50.
#[test]
fn a_gap_through_the_bankruptcy_price() {
    let mut venue = venue(vec![endowed(OWNER, 10, "100", "50")], 800, 200, &[]);
    let events = second(&mut venue, 1, "90");
    assert_eq!(value(&venue, "junior"), usd("250"));
    assert_eq!(venue.ledger().balance(Account::Junior), usd("250"));
    assert_eq!(value(&venue, "senior"), usd("800"));
    let junior = stage(&events, StageId::Junior);
    assert_eq!(
        junior.iter().map(|r| r.absorbed).collect::<Vec<_>>(),
        [usd("50")]
    );
    assert!(venue.positions().is_empty());
    assert_eq!(venue.ledger().balance(Account::Margin(OWNER)), Usd::ZERO);
    assert!(
        venue
            .ledger()
            .balances()
            .all(|(account, _)| !matches!(account, Account::OpenDeficit(_)))
    );
}

/// Long 10 from 100, margin 50, maintenance 1 %, mark 95.5 (M-8.2): E = 5, b = 95.0. Thin, so it
/// goes to the auction at once. A bidder who wants 26 bp takes it at 30 s, at 95.25 (26.18 bp):
/// the owner keeps 2.5.
#[test]
fn the_pinned_lot_is_taken_at_half_time() {
    let mut venue = venue(
        vec![endowed(OWNER, 10, "100", "50")],
        8_000,
        2_000,
        &[(26, 1_000_000)],
    );
    for now in 1..=30 {
        assert!(
            stage(&second(&mut venue, now, "95.5"), StageId::Auction).is_empty(),
            "second {now}"
        );
        assert_eq!(venue.position(OWNER).unwrap().size, Base::whole(10));
    }
    let taken = stage(&second(&mut venue, 31, "95.5"), StageId::Auction);
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (taken[0].closed, taken[0].owner_cost),
        (Base::whole(10), usd("2.5"))
    );
    assert_eq!(venue.ledger().balance(Account::Free(OWNER)), usd("2.5"));
    let bidder = venue.position(AccountId::new(2)).unwrap();
    assert_eq!((bidder.size, bidder.cost), (Base::whole(10), usd("952.5")));
    // M-5.1: an auction lot pays no fee.
    assert_eq!(venue.ledger().balance(Account::Keeper), Usd::ZERO);
    // The pool has the owner's loss of 47.5 in cash and owes the bidder 2.5: 45 at the mark.
    assert_eq!(value(&venue, "junior"), usd("2045"));
}

/// The same lot without bidders (M-8.2): after 60 s the pool takes it at 95.0 and what equity was left, 5,
/// is its reward. No deficit.
#[test]
fn an_unsold_lot_goes_to_the_pool_at_the_bankruptcy_price() {
    let mut venue = venue(vec![endowed(OWNER, 10, "100", "50")], 8_000, 2_000, &[]);
    for now in 1..=60 {
        second(&mut venue, now, "95.5");
        assert!(venue.position(OWNER).is_some(), "second {now}");
    }
    let taken = stage(&second(&mut venue, 61, "95.5"), StageId::Auction);
    assert_eq!(taken[0].owner_cost, usd("5"));
    assert!(venue.position(OWNER).is_none());
    assert_eq!(value(&venue, "junior"), usd("2050"));
    assert_eq!(venue.ledger().balance(Account::Free(OWNER)), Usd::ZERO);
}

/// Two bidders at one second share pro rata of what they take (M-8.2).
#[test]
fn tied_bidders_share_pro_rata() {
    // Appetites of 191 and 382 USD at 95.5 are 2 and 4 base.
    let mut venue = venue(
        vec![endowed(OWNER, 10, "100", "50")],
        8_000,
        2_000,
        &[(0, 191), (0, 382)],
    );
    second(&mut venue, 1, "95.5");
    let taken = stage(&second(&mut venue, 2, "95.5"), StageId::Auction);
    assert_eq!(
        taken.iter().map(|r| r.closed).collect::<Vec<_>>(),
        [Base::whole(2), Base::whole(4)]
    );
    assert_eq!(venue.position(OWNER).unwrap().size, Base::whole(4));
    assert_eq!(
        venue.ledger().balance(Account::Free(OWNER)),
        Usd::ZERO,
        "kept until the last lot"
    );
}

/// Two lots sold one after the other leave the owner what one lot of both would: margin goes with
/// size (M-8.2), so what the first leaves does not lower the price of the second. Long 1 000 from 100 with
/// margin 5 000, mark 95.5, b = 95; lots of 50 000 USD; both taken 30 s after they went live at 95.25.
#[test]
fn selling_in_lots_is_not_worse_than_selling_whole() {
    let mut venue = venue(
        vec![endowed(OWNER, 1_000, "100", "5000")],
        800_000,
        200_000,
        &[(26, 10_000_000)],
    );
    let mut cost = Usd::ZERO;
    for now in 1..=31 {
        for report in stage(&second(&mut venue, now, "95.5"), StageId::Auction) {
            cost += report.owner_cost;
        }
    }
    // 250 in all; the values of two lots are each rounded up at the mark and down at the price.
    assert_eq!(cost, usd("250.000002"));
    assert_eq!(
        venue.ledger().balance(Account::Free(OWNER)),
        usd("249.999999")
    );
}

/// Margin added in the auction brings it back over t·N: cancelled at no cost (M-8.2).
#[test]
fn an_owner_may_add_margin_and_leave_the_auction() {
    use seawall_venue::{Command, FillRule, Refusal};
    let mut venue = venue(vec![endowed(OWNER, 10, "100", "50")], 8_000, 2_000, &[]);
    second(&mut venue, 1, "95.5");
    let order = Command::Order {
        account: OWNER,
        size: Base::whole(-1),
        margin: Usd::ZERO,
        limit: None,
        fill: FillRule::Partial,
    };
    assert_eq!(venue.commit(&order), Err(Refusal::InLiquidation));
    // t·N = 1.25 % of 955 = 11.9375; equity is 5.
    venue
        .commit(&Command::AddMargin {
            account: OWNER,
            amount: usd("6.9375"),
        })
        .unwrap();
    let events = second(&mut venue, 2, "95.5");
    assert!(stage(&events, StageId::Auction).is_empty());
    assert!(venue.commit(&order).is_ok(), "it is the owner's own again");
    assert_eq!(venue.ledger().balance(Account::Keeper), Usd::ZERO);
}

/// M-8.1: partial deleverage of 1 000 from 100 with margin 5 000 at mark 95.9: E 900, N 95 900, mm 959,
/// t·N 1 198.75. Closing into a skew of 1 000 to balance pays spread 2 bp and the fee 0.5 %: f =
/// 0.52 %. x = (1 198.75 − 900)/(1.25 % − 0.52 %) = 40 924.657534.
/// M-5.1: the liquidation fee takes the place of the taker fee.
#[test]
fn partial_deleverage_brings_the_ratio_back() {
    let mut venue = venue(
        vec![endowed(OWNER, 1_000, "100", "5000")],
        800_000,
        200_000,
        &[],
    );
    let events = second(&mut venue, 1, "95.9");
    let report = &stage(&events, StageId::PartialDeleverage)[0];
    let notional = "95.9".parse::<Price>().unwrap().value_floor(report.closed);
    assert_eq!(notional, usd("40924.657534"));
    // Spread 2 bp of 40 924.66 and the fee 0.5 % of it, each rounded up.
    assert_eq!(report.owner_cost, usd("8.184932") + usd("204.623288"));
    let left = venue.position(OWNER).unwrap();
    let ratio = left
        .equity
        .ratio_floor("95.9".parse::<Price>().unwrap().value_ceil(left.size))
        .unwrap();
    let target: Ratio = "1.25%".parse().unwrap();
    assert!(
        target - ratio < "0.0000001".parse().unwrap()
            && ratio - target < "0.0000001".parse().unwrap(),
        "{ratio}"
    );
    // Keeper 50 %, insurance 25 %, Junior the rest, to the unit.
    assert_eq!(venue.ledger().balance(Account::Keeper), usd("102.311644"));
    assert_eq!(venue.ledger().balance(Account::Insurance), usd("51.155822"));
}

/// A winner closes while equity is below K: what is missing is a deficit of its own (M-8.3), placed
/// from insurance on. S 800, J 200; short 75 from 100 and long 1, mark 95: open PnL 375 − 5 = 370,
/// equity 630, K 800. Closing 20 realises 100, less than the 170 missing, so all of it is.
#[test]
fn a_winner_who_closes_below_the_claim_opens_a_deficit() {
    use seawall_venue::{Command, FillRule};
    let shorts = vec![
        endowed(OWNER, -75, "100", "2000"),
        endowed(OTHER, 1, "100", "100"),
    ];
    let mut venue = venue(shorts, 800, 200, &[]);
    second(&mut venue, 1, "95");
    assert_eq!(
        (value(&venue, "senior"), value(&venue, "junior")),
        (usd("630"), Usd::ZERO)
    );
    let size = Base::whole(20);
    let fill = FillRule::AllOrNone;
    let close = Command::Order {
        account: OWNER,
        size,
        margin: Usd::ZERO,
        limit: None,
        fill,
    };
    venue.commit(&close).unwrap();
    let events = second(&mut venue, 2, "95");
    let absorbed = |id| -> Usd { stage(&events, id).iter().map(|r| r.absorbed).sum() };
    assert_eq!(
        (absorbed(StageId::Junior), absorbed(StageId::Insurance)),
        (Usd::ZERO, Usd::ZERO)
    );
    // ADL: the owner is the one winner. 5 % of the side's open interest of 5 225 is 2.75 base with
    // a profit of 13.75, cut whole; the rest waits for the next batch.
    assert_eq!(absorbed(StageId::Adl), usd("13.75"));
    assert_eq!(venue.state().open_deficit, usd("86.25"));
    // Nine more batches could take 5 % each of what is left of the side, more than the rest: ADL
    // places all of it and Senior loses nothing.
    venue.finish();
    let events = venue.drain_events();
    let rest: Usd = stage(&events, StageId::Adl)
        .iter()
        .map(|r| r.absorbed)
        .sum();
    assert_eq!(rest, usd("86.25"));
    assert!(
        stage(&events, StageId::Senior)
            .iter()
            .all(|r| r.absorbed.is_zero())
    );
    assert!(venue.state().open_deficit.is_zero());
}

/// A profit beyond all cash of the pool (M-8.3): S 80 000, J 20 000; long 50 from 100, mark 2 700:
/// profit 130 000, equity −30 000, K 80 000. The close is filled; min(130 000, 110 000) is missing.
/// Nobody else is there: Senior pays its 80 000 and 30 000 are left.
#[test]
fn a_profit_beyond_the_pools_cash_is_a_deficit_and_not_a_refusal() {
    use seawall_venue::{Command, FillRule};
    let mut venue = venue(vec![endowed(OWNER, 50, "100", "5000")], 80_000, 20_000, &[]);
    second(&mut venue, 1, "2700");
    let close = Command::Order {
        account: OWNER,
        size: Base::whole(-50),
        margin: Usd::ZERO,
        limit: None,
        fill: FillRule::AllOrNone,
    };
    assert!(venue.commit(&close).is_ok());
    let events = second(&mut venue, 2, "2700");
    let opened: Usd = events
        .iter()
        .filter_map(|event| match event {
            Event::DeficitOpened { amount, .. } => Some(*amount),
            _ => None,
        })
        .sum();
    assert_eq!(opened, usd("110000"));
    let absorbed = |id| -> Usd { stage(&events, id).iter().map(|r| r.absorbed).sum() };
    assert_eq!(absorbed(StageId::Junior), Usd::ZERO);
    assert_eq!(absorbed(StageId::Adl), Usd::ZERO);
    assert_eq!(absorbed(StageId::Senior), usd("80000"));
    let residual = events.iter().find_map(|event| match event {
        Event::DeficitClosed { residual, .. } => Some(*residual),
        _ => None,
    });
    assert_eq!(residual, Some(usd("30000")));
    // Nothing backs the rest of what was paid out: it stays visible in the books.
    let missing = Account::OpenDeficit(seawall_ledger::DeficitId::new(0));
    assert_eq!(venue.ledger().balance(missing), usd("-30000"));
}

/// While a market reopens a bankrupt trader's loss counts at most his margin (M-9.1): S 80 000,
/// J 20 000, a long of 1 000 and a short of 1 000 from 100 with 2 000 and 50 000, mark 55. The long
/// owes 45 000 − 2 000 = 43 000 beyond his margin, so that equity is 100 000 − 45 000 + 2 000 =
/// 57 000, Junior is worth nothing, and a deposit into it is not let in.
#[test]
fn nobody_comes_in_on_a_loss_that_will_not_be_paid() {
    use seawall_ledger::Cause;
    use seawall_venue::{Command, TrancheName};
    let both = vec![
        endowed(OWNER, 1_000, "100", "2000"),
        endowed(OTHER, -1_000, "100", "50000"),
    ];
    let mut venue = venue(both, 80_000, 20_000, &[]);
    let quiet = |venue: &mut TranchedVenue, now: u64| {
        let outside = "55".parse().unwrap();
        let now = Time::from_secs(now);
        venue.observe(&Tick {
            now,
            outside,
            quotes: &[],
        });
    };
    (1..=61).for_each(|now| quiet(&mut venue, now));
    assert_eq!(venue.state().status, seawall_venue::MarketStatus::Halted);
    second(&mut venue, 119, "55");
    assert_eq!(venue.state().status, seawall_venue::MarketStatus::Reopening);
    let deposit = Command::Provide {
        lp: BidderId::new(7),
        tranche: TrancheName::Junior,
        amount: usd("20000"),
    };
    venue.commit(&deposit).unwrap();
    second(&mut venue, 120, "55");
    venue.attribute();
    assert_eq!(venue.market().senior_shortfall(), usd("23000"));
    let entries = venue.drain_entries();
    let came = entries
        .iter()
        .any(|e| e.transfer.cause() == Cause::VaultDeposit);
    assert!(!came, "{entries:?}");
}
