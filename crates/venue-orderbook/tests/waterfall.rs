//! Liquidation, takeover and ADL, worked by hand to the last unit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use common::{World, assert_laws, capital, empty_book, id, price, setup, usd};
use seawall_ledger::{Account, AccountKind, DeficitId};
use seawall_units::{Base, Ratio, Side, Usd};
use seawall_venue::{
    Event, Liquidation, SetupError, SkipReason, StageEnd, StageId, StageReport, Venue, WinnerCut,
};
use seawall_venue_orderbook::{OrderBookVenue, Params, ShortReading, ranking_score};

fn liquidations(world: &World) -> Vec<Liquidation> {
    let pick = |event: &Event| match event {
        Event::Liquidation(one) => Some(*one),
        _ => None,
    };
    world.events.iter().filter_map(pick).collect()
}

fn cuts(world: &World) -> Vec<WinnerCut> {
    let pick = |event: &Event| match event {
        Event::Cut(one) => Some(*one),
        _ => None,
    };
    world.events.iter().filter_map(pick).collect()
}

fn stages_of(world: &World, number: u32) -> Vec<StageReport> {
    let pick = |event: &Event| match event {
        Event::Stage(one) if one.deficit == Some(DeficitId::new(number)) => Some(one.clone()),
        _ => None,
    };
    world.events.iter().filter_map(pick).collect()
}

fn opened(world: &World) -> Vec<Usd> {
    let pick = |event: &Event| match event {
        Event::DeficitOpened { amount, .. } => Some(*amount),
        _ => None,
    };
    world.events.iter().filter_map(pick).collect()
}

fn residuals(world: &World) -> Vec<Usd> {
    let pick = |event: &Event| match event {
        Event::DeficitClosed { residual, .. } => Some(*residual),
        _ => None,
    };
    world.events.iter().filter_map(pick).collect()
}

/// Long 100 from 100 with 200 against shorts 40 from 100 with 100 and 60 from 99 with 600;
/// maintenance 1 %, an empty book, one vault with 30.
fn gap_world(vaults: &[&str]) -> World {
    let positions = [(100, "100", "200"), (-40, "100", "100"), (-60, "99", "600")];
    let setup = setup("100", Some(("2%", "1%")), &positions);
    World::new(setup, capital("1000", vaults), empty_book())
}

/// M-11.6: the deficit is −equity where the position leaves its owner, taken is what the batch gives
/// less than the mark, overshoot what of it was not placed.
#[test]
fn adl_by_hand_with_deficit_and_overshoot() {
    let mut world = gap_world(&["30"]);
    // The makers are flat; what the entries differ by, 10 000 − 4 000 − 5 940 = 60, is theirs.
    assert_eq!(world.balance(Account::Makers), usd("1060"));
    // Second 3: mark 98.5, equity 200 − 150 = 50 below 2/3 of 98.5, but takeovers come at 6.
    world.until(3, "98.5");
    assert_eq!(opened(&world), []);
    // Second 6: mark 97, equity 200 − 300 = −100. The vault pays 30, ADL the other 70.
    world.until(6, "97");
    assert_eq!(opened(&world), [usd("100")]);
    assert_eq!(residuals(&world), [Usd::ZERO]);
    // At 98.5 instead of 97 the shorts get 1.5 less for each unit. Ranking: account 1
    // (100/97)·(3 880/220) = 18.2 before account 2 (99/97)·(5 820/720) = 8.25.
    let cut = |account, closed: i32, profit: &str, taken: &str| WinnerCut {
        time: common::START.plus(6),
        account: id(account),
        deficit: Some(DeficitId::new(0)),
        closed: Base::whole(closed),
        profit: usd(profit),
        taken: usd(taken),
    };
    assert_eq!(
        cuts(&world),
        [cut(1, -40, "120", "60"), cut(2, -60, "120", "90")]
    );
    let stages = stages_of(&world, 0);
    let figures: Vec<_> = stages
        .iter()
        .map(|stage| (stage.stage, stage.absorbed, stage.end))
        .collect();
    assert_eq!(
        figures,
        [
            (StageId::Junior, usd("30"), StageEnd::Exhausted),
            (StageId::Adl, usd("70"), StageEnd::Cleared),
            (
                StageId::Residual,
                Usd::ZERO,
                StageEnd::Skipped(SkipReason::NothingLeft)
            ),
        ]
    );
    assert_eq!(stages[1].closed, Base::whole(100));
    let moved = |stage: &StageReport| -> Usd { stage.transfers.iter().map(|t| t.amount()).sum() };
    assert_eq!(
        (moved(&stages[0]), moved(&stages[1])),
        (usd("30"), usd("70"))
    );
    // Closing balances: 150 taken, 70 placed, 80 beyond goes to the vault.
    assert_eq!(world.balance(Account::Free(id(0))), Usd::ZERO);
    assert_eq!(world.balance(Account::Free(id(1))), usd("160"));
    assert_eq!(world.balance(Account::Free(id(2))), usd("630"));
    assert_eq!(world.balance(Account::Backstop(0)), usd("80"));
    assert_eq!(world.balance(Account::Makers), usd("1060"));
    assert_eq!(world.balance(Account::Variation), Usd::ZERO);
    assert_eq!(world.balance(Account::External), usd("-1930"));
    assert_laws(&world.venue);
}

#[test]
fn beyond_the_loser_goes_to_the_makers_where_there_is_no_vault() {
    let mut world = gap_world(&[]);
    world.until(3, "98.5");
    world.until(6, "97");
    // 150 taken for a deficit of 100.
    assert_eq!(world.balance(Account::Makers), usd("1110"));
    assert_eq!(
        stages_of(&world, 0)[0].end,
        StageEnd::Skipped(SkipReason::NoCapacity)
    );
    assert_laws(&world.venue);
}

#[test]
fn a_position_below_zero_does_not_wait_for_the_takeovers() {
    let positions = [
        (100, "100", "200"),
        (-40, "101", "100"),
        (-60, "102", "600"),
    ];
    let setup = setup("100", Some(("2%", "1%")), &positions);
    let mut world = World::new(setup, capital("1000", &[]), empty_book());
    // Second 3 has a batch of ADL and no takeovers: mark 97, equity −100, the mark before it 100.
    world.until(3, "97");
    assert_eq!(opened(&world), [usd("100")]);
    assert_eq!(residuals(&world), [Usd::ZERO]);
    // Winners close at 100 and give up 3 on each of 100, as far as that is their profit.
    let taken: Usd = cuts(&world).iter().map(|cut| cut.taken).sum();
    assert_eq!(taken, usd("300"));
    assert_laws(&world.venue);
}

#[test]
fn a_previous_mark_worse_for_the_loser_takes_nothing() {
    let positions = [(100, "100", "200"), (-40, "100", "100"), (-60, "99", "600")];
    let setup = setup("100", Some(("2%", "1%")), &positions);
    let mut params = empty_book();
    params.adl.interval = 6;
    let mut world = World::new(setup, capital("1000", &["30"]), params);
    world.until(3, "97");
    // Second 6: mark 97.5, equity −50; the mark before it, 97, would give winners more.
    world.until(6, "97.5");
    assert_eq!(opened(&world), [usd("50")]);
    assert!(cuts(&world).iter().all(|cut| cut.taken.is_zero()));
    assert_eq!(residuals(&world), [usd("20")]);
    assert_eq!(stages_of(&world, 0)[1].end, StageEnd::Capped);
    assert_eq!(stages_of(&world, 0)[2].end, StageEnd::Exhausted);
    assert_eq!(
        world.balance(Account::OpenDeficit(DeficitId::new(0))),
        usd("-20")
    );
    // Gross at 97.5: 40·2.5 and 60·1.5.
    assert_eq!(world.balance(Account::Free(id(1))), usd("200"));
    assert_eq!(world.balance(Account::Free(id(2))), usd("690"));
    assert_laws(&world.venue);
}

#[test]
fn both_short_readings() {
    // Two shorts with equal leverage at 80: one from 100 (gained most), one from 90.
    let run = |reading| {
        let positions = [
            (20, "100", "600"),
            (-10, "100", "600"),
            (-10, "90", "700"),
            (-10, "79", "700"),
        ];
        let mut params = empty_book();
        params.adl.short_reading = reading;
        // A jump of the sources together is no deviation among them.
        let setup = setup("85", Some(("2%", "1%")), &positions);
        let mut world = World::new(setup, capital("1000", &[]), params);
        world.until(3, "80");
        world.until(6, "69");
        cuts(&world)
            .iter()
            .map(|cut| (cut.account, cut.closed))
            .collect::<Vec<_>>()
    };
    // At 69: equity 600 − 620 = −20. Account values: 600 + 310 = 910, 700 + 210 = 910,
    // 700 + 100 = 800; the last is at a loss at the previous mark, 80, and stays out.
    let ten = Base::whole(-10);
    let first = run(ShortReading::EntryOverMark);
    assert_eq!(first, [(id(1), ten), (id(2), ten)]);
    let letter = run(ShortReading::MarkOverEntry);
    assert_eq!(letter, [(id(2), ten), (id(1), ten)]);
}

#[test]
fn takeover_below_two_thirds_and_not_at_it() {
    // Long 100 from 101: at 100 maintenance 1.2 % is 120, two thirds 80, equity C − 100.
    let run = |margin: &str| {
        let setup = setup("101", Some(("2%", "1.2%")), &[(100, "101", margin)]);
        let mut world = World::new(setup, capital("2000", &["50"]), empty_book());
        world.until(6, "100");
        assert_laws(&world.venue);
        world
    };
    let at = run("180");
    assert_eq!(liquidations(&at), []);
    assert_eq!(at.venue.positions().len(), 1);
    let below = run("179.999999");
    assert_eq!(below.venue.positions().len(), 0);
    assert_eq!(liquidations(&below)[0].stage, StageId::Junior);
    // The vault has the whole margin, 79.999999 after the loss, and the owner nothing.
    assert_eq!(below.balance(Account::Backstop(0)), usd("129.999999"));
    assert_eq!(below.balance(Account::Free(id(0))), Usd::ZERO);
    assert_eq!(opened(&below), []);
}

/// M-11.6: what a vault loses later is a deficit of its own, not the trader's.
#[test]
fn a_vault_that_pays_the_deficit_carries_the_position() {
    let mut world = gap_world(&["130", "500"]);
    world.until(3, "98.5");
    world.until(6, "97");
    assert_eq!(residuals(&world), [Usd::ZERO]);
    assert_eq!(cuts(&world), []);
    assert_eq!(world.balance(Account::Backstop(0)), usd("30"));
    assert_eq!(
        stages_of(&world, 0)[1].end,
        StageEnd::Skipped(SkipReason::NothingLeft)
    );
    // It carries 100 from 97 with 30: at 96 its own value is −70, and ADL at 97 takes 100.
    world.until(9, "96");
    assert_eq!(opened(&world), [usd("100"), usd("70")]);
    let stages = stages_of(&world, 1);
    assert_eq!(stages[0].end, StageEnd::Skipped(SkipReason::NoCapacity));
    assert_eq!(
        (stages[1].absorbed, stages[1].closed),
        (usd("70"), Base::whole(100))
    );
    // Beyond the deficit: 100 − 70 stays with the vault that lost. The other one is ring-fenced.
    assert_eq!(world.balance(Account::Backstop(0)), usd("30"));
    assert_eq!(world.balance(Account::Backstop(1)), usd("500"));
    assert_laws(&world.venue);
}

/// Long 2 000 from 100 with 2 600 at native BTC terms: maintenance 1.25 %.
fn large_long() -> World {
    let setup = setup("100", None, &[(2_000, "100", "2600")]);
    World::new(setup, capital("10000000", &["100000"]), Params::plain())
}

#[test]
fn one_fifth_goes_to_the_book_then_all_within_the_cooldown() {
    let mut world = large_long();
    // 99.9: equity 2 400 below 2 497.5; notional above 100 000, so 400 of 2 000 are sold.
    world.until(3, "99.9");
    let first = liquidations(&world)[0];
    assert_eq!(first.size, Base::whole(400));
    assert_eq!(
        (first.equity, first.maintenance),
        (usd("2400"), usd("2497.5"))
    );
    assert!(first.price < price("99.9"));
    assert_eq!(world.venue.positions()[0].size, Base::whole(1_600));
    // 99.6 three seconds later: below maintenance again, in the cooldown: all 1 600.
    world.until(6, "99.6");
    assert_eq!(liquidations(&world)[1].size, Base::whole(1_600));
    assert_eq!(world.venue.positions(), []);
    assert!(world.balance(Account::Free(id(0))).is_positive());
    assert_laws(&world.venue);
}

#[test]
fn after_the_cooldown_one_fifth_again() {
    let mut world = large_long();
    world.until(33, "99.9");
    assert_eq!(liquidations(&world).len(), 1);
    world.until(36, "99.6");
    assert_eq!(liquidations(&world)[1].size, Base::whole(320));
}

#[test]
fn a_small_position_is_sold_whole_and_keeps_the_rest() {
    let setup = setup("100", None, &[(500, "100", "650")]);
    let mut world = World::new(setup, capital("10000000", &[]), Params::plain());
    world.until(3, "99.9");
    assert_eq!(liquidations(&world)[0].size, Base::whole(500));
    // 650 − 50 at the mark, less what the book cost against it; no fee.
    let stage = world.events.iter().find_map(|event| match event {
        Event::Stage(stage) => Some(stage.clone()),
        _ => None,
    });
    let stage = stage.unwrap();
    assert_eq!(stage.end, StageEnd::Cleared);
    assert!(stage.owner_cost.is_positive());
    let free = world.balance(Account::Free(id(0)));
    assert_eq!(free + stage.owner_cost, usd("600"));
    assert_eq!(
        world.venue.ledger().subtotal(AccountKind::Protocol),
        Usd::ZERO
    );
}

#[test]
fn bankrupt_makers_are_deleveraged_like_everyone() {
    // Users long 100 from 100, the makers short 100 with 250; at 103 they are at −50.
    let positions = [(100, "100", "5000")];
    let setup = setup("100", Some(("2%", "1%")), &positions);
    let mut params = empty_book();
    params.book.maker_leverage = 50;
    let mut world = World::new(setup, capital("250", &["20"]), params);
    world.until(3, "102");
    world.until(6, "103");
    // 50: the vault pays 20, ADL at 102 instead of 103 takes 100, 30 placed, 70 for the makers.
    assert_eq!(opened(&world), [usd("50")]);
    assert_eq!(residuals(&world), [Usd::ZERO]);
    assert_eq!(cuts(&world)[0].taken, usd("100"));
    assert_eq!(world.balance(Account::Makers), usd("70"));
    assert_eq!(world.balance(Account::Backstop(0)), Usd::ZERO);
    assert_eq!(world.balance(Account::Free(id(0))), usd("5200"));
    assert_laws(&world.venue);
}

#[test]
fn without_a_valid_mark_nothing_is_liquidated_and_the_book_trades() {
    let mut world = gap_world(&["30"]);
    while world.second < 30 {
        world.tick_apart(price("90"), None);
    }
    assert_eq!(liquidations(&world), []);
    assert_eq!(opened(&world), []);
    assert_eq!(world.venue.state().mark, price("100"));
    let setup = setup("100", None, &[]);
    let mut open = World::new(setup, capital("1000000", &[]), Params::plain());
    open.tick_apart(price("100"), None);
    assert!(open.order(0, "1", "50").is_ok());
}

#[test]
fn endowments_are_refused_below_maintenance_or_beyond_the_makers() {
    let new = |margin, makers| {
        let setup = setup("100", None, &[(2_000, "100", margin)]);
        OrderBookVenue::new(setup, capital(makers, &[]), Params::plain())
    };
    let error = new("2499.999999", "1000000").unwrap_err();
    assert!(matches!(error, SetupError::Unhealthy { required, .. } if required == usd("2500")));
    // 200 000 at ten times leverage.
    let error = new("2500", "19999.999999").unwrap_err();
    assert!(matches!(error, SetupError::Limit { value, .. } if value == usd("20000")));
    assert!(new("2500", "20000").is_ok());
}

#[test]
fn a_quoted_share_of_zero_is_an_empty_book() {
    let params = empty_book();
    assert_eq!(params.book.depth, Ratio::ZERO);
    let world = World::new(setup("100", None, &[]), capital("1000000", &[]), params);
    let quote = world.venue.quote(seawall_units::Side::Long, usd("1000"));
    assert_eq!(quote.filled, Usd::ZERO);
}

#[test]
fn what_no_winner_closes_goes_to_the_vault_at_the_mark() {
    // The makers are the only short: nobody stands in the queue.
    let setup = setup("100", Some(("2%", "1%")), &[(100, "100", "200")]);
    let mut world = World::new(setup, capital("2000", &["30"]), empty_book());
    world.until(3, "98.5");
    world.until(6, "97");
    assert_eq!(opened(&world), [usd("100")]);
    assert_eq!(
        stages_of(&world, 0)[1].end,
        StageEnd::Skipped(SkipReason::NoWinners)
    );
    assert_eq!(residuals(&world), [usd("70")]);
    let taken = liquidations(&world)[0];
    assert_eq!((taken.size, taken.equity), (Base::whole(100), usd("-100")));
    // The vault holds it from 97 with nothing; at 97.5 it is worth 50.
    world.until(9, "97.5");
    let capital = world.venue.state().capital;
    assert_eq!(capital[1].value, usd("50"));
    // Makers: 2 000 + 100·2.5 at 97.5, less the 70 that nobody paid and that their gain stands on.
    assert_eq!(capital[0].value, usd("2180"));
    assert_laws(&world.venue);
}

#[test]
fn a_vault_leaves_through_the_book_at_a_bounded_rate() {
    // Long 1 000 from 100 with 1 300 at native terms, taken over at 99.4 with 700 left.
    let setup = setup("100", None, &[(1_000, "100", "1300")]);
    let mut params = Params::plain();
    params.book.withdrawal = Ratio::ZERO;
    params.liquidation.partial_above = usd("0");
    params.liquidation.partial_share = "0.001".parse().unwrap();
    let mut world = World::new(setup, capital("20000", &["100"]), params);
    world.until(3, "100");
    world.until(6, "99.4");
    assert_eq!(world.venue.positions(), []);
    let held = |world: &World| {
        // Sizes sum to zero: the makers' side is what the vault holds.
        let parts = world.venue.state().capital;
        parts[1].value
    };
    let before = held(&world);
    // Depth is twice the makers' equity in all, one tenth of it every three seconds.
    world.until(60, "99.4");
    assert!(held(&world) < before, "leaving costs the spread");
    assert!(held(&world).is_positive());
    assert_laws(&world.venue);
}

/// The index of an account worth nothing is the largest there is: one that is worth a
/// micro-dollar does not stand before it.
#[test]
fn nobody_ranks_above_an_account_worth_nothing() {
    let score = |worth| {
        let (notional, cost) = (usd("20000"), usd("10000"));
        ranking_score(Side::Long, notional, cost, worth, ShortReading::default())
    };
    // 2 · 20 000 / 0.000001 = 4 · 10^10 is more than the largest ratio, 10^9.
    assert_eq!(score(Usd::ULP), Ratio::MAX);
    assert_eq!(score(Usd::ZERO), Ratio::MAX);
    assert_eq!(score(usd("20000")), Ratio::whole(2));
}
