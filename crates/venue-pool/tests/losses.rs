//! Liquidation, insolvent closes, the cap on profits and ADL, to the last unit.
#![allow(clippy::unwrap_used)] // `profit_factor` is a helper of tests
mod world;

use seawall_ledger::{Account, Cause};
use seawall_units::{Base, Ratio, Usd};
use seawall_venue::{Event, Refusal, SkipReason, StageEnd, StageId, Venue};
use seawall_venue_pool::{AdlOrder, Params};
use world::*;

/// A long of 1 000 from 100 with 5 000; the feed's bid gaps to 89.991: loss 10 009, of which the
/// margin pays 5 000. The pool is short of 5 009, which is the opening deficit (M-11.6); the fees are
/// dropped.
#[test]
fn an_insolvent_close_is_the_pools_loss() {
    let endowments = vec![endowment(0, "1000", "100", "5000")];
    let mut venue = venue(setup("100", endowments), "1000000", Params::btc());
    venue.drain_entries();
    observe(&mut venue, 0, price("90"));
    // The owner may not leave an insolvent position by himself.
    let refused = commit(&mut venue, &order(0, "-1000", "0"));
    assert!(
        matches!(refused, Err(Refusal::InitialMargin { .. })),
        "{refused:?}"
    );
    assert_eq!(venue.state().capital[0].value, Usd::whole(1_010_000));
    venue.liquidate();
    let missing = Usd::whole(5_009);
    assert_eq!(balance(&venue, Account::Pool), Usd::whole(1_005_000));
    assert_eq!(venue.state().capital[0].value, Usd::whole(1_005_000));
    assert_eq!(balance(&venue, Account::Free(account(0))), Usd::ZERO);
    assert_eq!(balance(&venue, Account::Protocol), Usd::ZERO);
    let entries = venue.drain_entries();
    assert_eq!(posted(&entries, Cause::LossRealised), Usd::whole(5_000));
    assert_eq!(posted(&entries, Cause::DeficitOpened), missing);
    assert_eq!(posted(&entries, Cause::PoolLoss), missing);
    let mut stages = Vec::new();
    for event in venue.drain_events() {
        match event {
            Event::Liquidation(found) => {
                assert_eq!(found.size, Base::whole(1_000));
                assert_eq!(found.price, price("89.991"));
                // 5 000 − 10 009 − 40 of fee.
                assert_eq!(found.equity, Usd::whole(-5_049));
                assert_eq!(found.maintenance, Usd::whole(500));
            }
            Event::DeficitOpened { amount, .. } => assert_eq!(amount, missing),
            Event::Stage(report) => stages.push((
                report.stage,
                report.absorbed,
                report.end,
                report.transfers.len(),
            )),
            Event::DeficitClosed { residual, .. } => assert_eq!(residual, Usd::ZERO),
            other => panic!("{other:?}"),
        }
    }
    let nothing_left = StageEnd::Skipped(SkipReason::NothingLeft);
    let expected = vec![
        (StageId::Junior, missing, StageEnd::Cleared, 1),
        (StageId::Residual, Usd::ZERO, nothing_left, 0),
    ];
    assert_eq!(stages, expected);
    assert!(venue.positions().is_empty());
    kept_is_counted(&venue);
}

/// At 95.01 the loss is 4 990 and 10 are left for fees of 240: the pool gets the 10, the
/// protocol nothing, the rest is dropped, and there is no deficit.
#[test]
fn fees_that_cannot_be_paid_are_dropped() {
    let endowments = vec![endowment(0, "1000", "100", "5000")];
    let mut venue = venue(setup("100", endowments), "1000000", spreadless());
    observe(&mut venue, 0, price("95.01"));
    venue.liquidate();
    assert_eq!(balance(&venue, Account::Pool), Usd::whole(1_005_000));
    assert_eq!(balance(&venue, Account::Protocol), Usd::ZERO);
    let events = venue.drain_events();
    assert!(
        events
            .iter()
            .all(|event| matches!(event, Event::Liquidation(_))),
        "{events:?}"
    );
}

/// At 95.5: loss 4 500; position fee 4 bp = 40 and liquidation fee 20 bp = 200, of which the
/// protocol gets 88.8; the closing impact, a gain of 3e-11 · 95 500², finds an empty impact pool;
/// 260 go back to the owner. The test counts no liquidation fee: 5 000 − 4 500 − 40 < 500.
#[test]
fn a_solvent_liquidation_pays_its_fees_and_gives_back_the_rest() {
    let endowments = vec![endowment(0, "1000", "100", "5000")];
    let mut venue = venue(setup("100", endowments), "1000000", spreadless());
    // 5 000 − 4 460 − 40 = 500 is enough.
    observe(&mut venue, 0, price("95.54"));
    venue.liquidate();
    assert_eq!(venue.positions().len(), 1);
    observe(&mut venue, 0, price("95.5"));
    venue.liquidate();
    assert_eq!(balance(&venue, Account::Free(account(0))), Usd::whole(260));
    assert_eq!(balance(&venue, Account::Protocol), usd("88.8"));
    assert_eq!(balance(&venue, Account::Pool), usd("1004651.2"));
}

#[test]
fn the_worst_position_is_liquidated_first_and_ties_go_to_the_lower_account() {
    let endowments = vec![
        endowment(3, "10", "100", "50"),
        endowment(1, "10", "100", "50"),
        endowment(2, "10", "100", "20"),
    ];
    let mut venue = venue(setup("100", endowments), "1000000", spreadless());
    observe(&mut venue, 0, price("94"));
    venue.liquidate();
    let order: Vec<u32> = venue
        .drain_events()
        .iter()
        .filter_map(|event| match event {
            Event::Liquidation(found) => Some(found.account.number()),
            _ => None,
        })
        .collect();
    assert_eq!(order, vec![2, 1, 3]);
}

fn two_winners(params: Params) -> seawall_venue_pool::PoolVenue {
    let endowments = vec![
        endowment(0, "8000", "100", "100000"),
        endowment(1, "8000", "100", "100000"),
    ];
    let mut venue = venue(setup("100", endowments), "1000000", params);
    venue.drain_entries();
    venue
}

/// At 130 the longs gain 480 000; the cap is 90 % of 500 000. A profit of 240 000 keeps
/// 240 000 · 450/480 = 225 000.
#[test]
fn a_close_beyond_the_cap_is_cut_pro_rata() {
    let mut venue = two_winners(spreadless());
    observe(&mut venue, 0, price("130"));
    commit(&mut venue, &order(0, "-8000", "0")).unwrap();
    let entries = venue.drain_entries();
    assert_eq!(posted(&entries, Cause::ProfitRealised), Usd::whole(240_000));
    assert_eq!(posted(&entries, Cause::PnlCap), Usd::whole(15_000));
    let events = venue.drain_events();
    let expected = (
        0,
        Base::whole(8_000),
        Usd::whole(240_000),
        Usd::whole(15_000),
    );
    assert_eq!(cuts(&events), vec![expected]);
    kept_is_counted(&venue);
}

/// At 400 one winner's 2 400 000 is more than all the cash. It keeps 450/4 800 of it, 225 000;
/// the journal shows the gross profit and the cut all the same.
#[test]
fn a_profit_beyond_all_cash_is_posted_gross_and_cut() {
    let mut venue = two_winners(spreadless());
    observe(&mut venue, 0, price("400"));
    commit(&mut venue, &order(0, "-8000", "0")).unwrap();
    let entries = venue.drain_entries();
    assert_eq!(
        posted(&entries, Cause::ProfitRealised),
        Usd::whole(2_400_000)
    );
    assert_eq!(posted(&entries, Cause::PnlCap), Usd::whole(2_175_000));
    assert_eq!(balance(&venue, Account::Clearing), Usd::ZERO);
    kept_is_counted(&venue);
}

/// The longs' profit, maximised, over half of the pool, without spread.
fn profit_factor(venue: &seawall_venue_pool::PoolVenue) -> Ratio {
    let pool = balance(venue, Account::Pool);
    let (one, two) = (Usd::units_i64(1), Usd::units_i64(2));
    let half = pool.mul_div_floor(one, two).unwrap();
    let positions = venue.positions();
    let tokens: Base = positions.iter().map(|each| each.size).sum();
    let cost: Usd = positions.iter().map(|each| each.cost).sum();
    let open = venue.state().mark.value_ceil(tokens) - cost;
    open.ratio_floor(half).unwrap()
}

/// 16 000 · 26.5625 = 425 000 is 85 % exactly: nothing happens. At 127 it is 86.4 %: the lower
/// account of two equal winners is closed in part, down to 77 % and not below.
#[test]
fn adl_runs_above_its_limit_and_stops_at_its_minimum() {
    let mut venue = two_winners(spreadless());
    observe(&mut venue, 0, price("126.5625"));
    venue.liquidate();
    assert!(venue.drain_events().is_empty());
    observe(&mut venue, 0, price("127"));
    venue.liquidate();
    let factor = profit_factor(&venue);
    let least = Ratio::bps(7_700);
    assert!(
        factor >= least && factor < least + "0.000000001".parse().unwrap(),
        "{factor}"
    );
    let events = venue.drain_events();
    let cuts = cuts(&events);
    assert_eq!(cuts.len(), 1);
    let (who, closed, profit, taken) = cuts[0];
    assert_eq!((who, taken), (0, Usd::ZERO));
    // Without fees (432 000 − 27x) = 77 % of (500 000 − 13.5x) at x = 2 835.6; fees that stay
    // with the pool move it a little.
    assert!(
        closed > Base::whole(2_800) && closed < Base::whole(2_850),
        "{closed}"
    );
    assert_eq!(
        profit,
        Usd::whole(27)
            .mul_div_floor(closed, Base::whole(1))
            .unwrap()
    );
    let reports: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::Stage(report) => {
                Some((report.stage, report.deficit, report.closed, report.absorbed))
            }
            _ => None,
        })
        .collect();
    assert_eq!(reports, vec![(StageId::Adl, None, closed, Usd::ZERO)]);
    kept_is_counted(&venue);
    // The profit goes to the trader, the margin stays.
    assert!(balance(&venue, Account::Free(account(0))) > Usd::whole(70_000));
    assert_eq!(
        balance(&venue, Account::Margin(account(0))),
        Usd::whole(100_000)
    );
}

/// At 127 they gain 108 000 (10 % of 1 035 000), 192 000 (34 % of 570 000) and 134 000 (112 % of
/// 120 000): 86.8 % of half of the pool. The keeper's order decides who goes first.
#[test]
fn the_keepers_order_is_a_parameter() {
    let first = |adl_order| {
        let params = Params {
            adl_order,
            ..spreadless()
        };
        let endowments = vec![
            endowment(0, "9000", "115", "300000"),
            endowment(1, "6000", "95", "300000"),
            endowment(2, "2000", "60", "300000"),
        ];
        let mut venue = venue(setup("100", endowments), "1000000", params);
        observe(&mut venue, 0, price("127"));
        venue.liquidate();
        cuts(&venue.drain_events())[0].0
    };
    assert_eq!(first(AdlOrder::LargestProfit), 1);
    assert_eq!(first(AdlOrder::LargestReturn), 2);
    assert_eq!(first(AdlOrder::LargestPosition), 0);
}

/// Many small winners are closed whole, one after the other; only the last in part.
#[test]
fn adl_closes_whole_winners_until_the_last() {
    let endowments = (0..8)
        .map(|n| endowment(n, "2000", "100", "30000"))
        .collect();
    let mut venue = venue(setup("100", endowments), "1000000", spreadless());
    observe(&mut venue, 0, price("129"));
    venue.liquidate();
    let cuts = cuts(&venue.drain_events());
    let (last, whole) = cuts.split_last().unwrap();
    assert!(!whole.is_empty());
    assert!(whole.iter().all(|cut| cut.1 == Base::whole(2_000)));
    assert!(last.1 < Base::whole(2_000));
    assert!(profit_factor(&venue) >= Ratio::bps(7_700));
    kept_is_counted(&venue);
}
