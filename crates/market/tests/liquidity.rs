//! Liquidity in and out: when it moves, and which gates hold it.
#![allow(clippy::unwrap_used)] // helpers of tests

mod common;

use common::{
    ask, cash, check, claim, granted, holder, lose, market, market_with, minute, minute_at, params,
    position, price, provide, redeem, redeem_all, try_ask, usd,
};
use seawall_ledger::{Account, AccountId, BidderId, Cause};
use seawall_market::Params;
use seawall_units::{Time, Usd};
use seawall_vault::OpenLoss;
use seawall_venue::{
    MarketStatus, Receipt, StageId,
    TrancheName::{Junior, Senior},
};

/// M-11.7: a deposit is only taken down; money moves in the Attribution phase.
#[test]
fn liquidity_moves_when_the_minute_is_attributed() {
    let mut market = market();
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    let before = [8_000_000, 2_000_000].map(Usd::whole);
    assert_eq!(cash(&market), before);
    market.observe(Time::from_secs(60), price(), MarketStatus::Live);
    assert_eq!(cash(&market), before);
    minute(&mut market, 1);
    assert_eq!(cash(&market), [8_000_000, 2_100_000].map(Usd::whole));
}

/// M-3.3: without a valid mark a deposit waits, and is executed at the next minute that has one.
#[test]
fn a_deposit_waits_for_a_valid_mark() {
    let mut market = market();
    ask(&mut market, provide(0, Junior, Usd::whole(1_000)));
    market.observe(Time::from_secs(60), price(), MarketStatus::ReduceOnly);
    market.attribute_minute(OpenLoss::None);
    assert_eq!(cash(&market)[1], Usd::whole(2_000_000));
    minute(&mut market, 2);
    assert_eq!(cash(&market)[1], Usd::whole(2_001_000));
}

/// M-9.2: the shares leave their owner when he asks, Senior's are executed when the next epoch
/// begins and Junior's at the third, and what was granted is taken out by a claim.
#[test]
fn a_redemption_waits_its_epochs_and_is_claimed() {
    let mut market = market();
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    ask(&mut market, provide(1, Senior, Usd::whole(40_000)));
    minute(&mut market, 1);
    market.observe(Time::from_secs(61), price(), MarketStatus::Live);
    let due = |receipt| match receipt {
        Receipt::Requested { amount, due, .. } => (amount, due.secs()),
        other => panic!("{other:?}"),
    };
    let junior = redeem(0, Junior, Usd::whole(40_000));
    assert_eq!(due(ask(&mut market, junior)), (Usd::whole(40_000), 240));
    let senior = redeem_all(1, Senior);
    assert_eq!(due(ask(&mut market, senior)), (Usd::whole(40_000), 120));
    assert!(
        try_ask(&mut market, senior).is_err(),
        "all of it is in escrow"
    );
    assert!(try_ask(&mut market, claim(1, Senior)).is_err());
    check(&market);
    minute(&mut market, 2);
    assert_eq!(cash(&market), [8_000_000, 2_100_000].map(Usd::whole));
    assert_eq!(
        (granted(&market, 1), granted(&market, 0)),
        (Usd::whole(40_000), Usd::ZERO)
    );
    minute(&mut market, 3);
    assert_eq!(granted(&market, 0), Usd::ZERO);
    minute(&mut market, 4);
    assert_eq!(granted(&market, 0), Usd::whole(40_000));
    let amount = Usd::whole(40_000);
    assert_eq!(
        ask(&mut market, claim(0, Junior)),
        Receipt::Moved { amount }
    );
    assert_eq!(granted(&market, 0), Usd::ZERO);
    check(&market);
}

/// M-9.2: an epoch of a day begins a whole number of days after the minute of the start.
#[test]
fn epochs_are_days_by_default() {
    let mut market = market_with([8_000_000, 2_000_000, 0], Vec::new(), Params::default());
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    minute(&mut market, 1);
    ask(&mut market, redeem(0, Junior, Usd::whole(1_000)));
    for at in [1_439, 1_440, 2_880, 4_319] {
        minute(&mut market, at);
        assert_eq!(granted(&market, 0), Usd::ZERO, "minute {at}");
    }
    minute(&mut market, 4_320);
    assert_eq!(granted(&market, 0), Usd::whole(1_000));
}

/// M-9.2: an epoch that begins while exits are shut is executed in its first minute in which they
/// are not.
#[test]
fn a_shut_epoch_is_executed_when_exits_open() {
    let mut market = market();
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    minute(&mut market, 1);
    ask(&mut market, redeem(0, Junior, Usd::whole(1_000)));
    minute_at(&mut market, 4, price(), OpenLoss::Deficit);
    minute_at(&mut market, 5, price(), OpenLoss::Adl);
    market.observe(Time::from_secs(360), price(), MarketStatus::ReduceOnly);
    market.attribute_minute(OpenLoss::None);
    assert_eq!(granted(&market, 0), Usd::ZERO);
    minute(&mut market, 7);
    assert_eq!(granted(&market, 0), Usd::whole(1_000));
}

/// M-9.3: at the minimum of coverage there are no senior deposits and no junior exits. Senior
/// deposits beyond what coverage allows are cut by one factor; exits beyond it wait.
#[test]
fn coverage_holds_senior_in_and_junior_out() {
    let mut market = market();
    ask(&mut market, provide(0, Senior, Usd::whole(1)));
    minute(&mut market, 1);
    assert_eq!(cash(&market), [8_000_000, 2_000_000].map(Usd::whole));
    // 100 000 more of Junior make room for 400 000 of Senior: half of what two ask for.
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    ask(&mut market, provide(1, Senior, Usd::whole(600_000)));
    ask(&mut market, provide(2, Senior, Usd::whole(200_000)));
    minute(&mut market, 2);
    assert_eq!(cash(&market), [8_400_000, 2_100_000].map(Usd::whole));
    ask(&mut market, redeem(0, Junior, Usd::whole(100_000)));
    minute(&mut market, 5);
    assert_eq!(granted(&market, 0), Usd::ZERO);
    // 100 000 of Senior leave and free 25 000 of Junior, executed in the same epoch; the rest of
    // the request is due in the next one again.
    let senior = redeem(2, Senior, Usd::whole(100_000));
    ask(&mut market, senior);
    minute(&mut market, 6);
    assert_eq!(granted(&market, 2), Usd::whole(100_000));
    assert_eq!(granted(&market, 0), Usd::whole(25_000));
    ask(&mut market, provide(3, Junior, Usd::whole(10_000)));
    minute(&mut market, 7);
    minute(&mut market, 8);
    assert_eq!(granted(&market, 0), Usd::whole(35_000));
}

/// M-7 and M-9.2: exits stop where the open interest needs the capital, and are filled pro rata.
#[test]
fn open_interest_holds_exits_pro_rata() {
    let positions = vec![position(0, 89_000, 200_000), position(1, -89_000, 200_000)];
    let mut terms = params();
    terms.limits.account = seawall_units::Ratio::ONE;
    let mut market = market_with([8_000_000, 3_000_000, 0], positions, terms);
    for lp in [0, 1] {
        ask(&mut market, provide(lp, Senior, Usd::whole(400_000)));
    }
    minute(&mut market, 1);
    ask(&mut market, redeem_all(0, Senior));
    ask(&mut market, redeem(1, Senior, Usd::whole(200_000)));
    // 8.9 M are reserved, which 9 888 888.89 of capital carry: all of the 600 000 can go.
    minute(&mut market, 2);
    assert_eq!(granted(&market, 0), usd("400000"));
    assert_eq!(granted(&market, 1), usd("200000"));
    ask(&mut market, redeem_all(1, Senior));
    // At 120 the larger side is 10 680 000, which needs 11 866 666.67 of capital: nothing goes.
    let mark = "120".parse().unwrap();
    minute_at(&mut market, 3, mark, OpenLoss::None);
    assert_eq!(granted(&market, 1), usd("200000"));
    // At 112 it is 9 968 000 and needs 11 075 555.555556: 124 444.444444 can go. The net open
    // profit is nothing, but an exit does not count the shorts' loss: 1 068 000 less of Junior.
    let mark = "112".parse().unwrap();
    minute_at(&mut market, 4, mark, OpenLoss::None);
    assert_eq!(granted(&market, 1), usd("200000"));
    minute(&mut market, 5);
    assert_eq!(granted(&market, 1), usd("400000"));
}

/// M-9.3 and M-9.4: nothing comes in while a deficit is open; while ADL runs without one, deposits do.
#[test]
fn an_open_loss_holds_liquidity() {
    let mut market = market();
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    minute_at(&mut market, 1, price(), OpenLoss::Deficit);
    assert_eq!(cash(&market)[1], Usd::whole(2_000_000));
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    minute_at(&mut market, 2, price(), OpenLoss::Adl);
    assert_eq!(cash(&market)[1], Usd::whole(2_100_000));
}

/// M-9.3: the part of the junior deposits of a minute that lies above 60 % coverage pays 0.5 %,
/// in proportion.
#[test]
fn junior_deposits_beyond_the_ceiling_pay_in_proportion() {
    let mut market = market_with([400_000, 400_000, 0], Vec::new(), params());
    ask(&mut market, provide(0, Junior, Usd::whole(100_000)));
    ask(&mut market, provide(1, Junior, Usd::whole(200_000)));
    minute(&mut market, 1);
    // The ceiling over 400 000 is 600 000: 100 000 lie above it and pay 500 together, each its part rounded up.
    assert_eq!(cash(&market)[1], usd("699499.999999"));
    let held = |lp| market.shares(holder(lp)).1;
    assert_eq!(held(0).to_string(), "99833.333333000");
    assert_eq!(held(1).to_string(), "199666.666666000");
}

/// M-8.3 and M-9.4: a series at zero is frozen with the requests in its escrow; a new one opens at
/// 1:1, and what is recovered goes first to it, up to what it bore, then to the frozen one.
#[test]
fn a_frozen_series_keeps_its_requests_for_recoveries() {
    let mut market = market_with([8_000_000, 2_000_000, 0], Vec::new(), params());
    for lp in [0, 1] {
        ask(&mut market, provide(lp, Junior, Usd::whole(1_000_000)));
    }
    minute(&mut market, 1);
    ask(&mut market, redeem_all(0, Junior));
    lose(&mut market, &[(StageId::Junior, 4_000_000)]);
    assert_eq!(market.values().junior, Usd::ZERO);
    // Due at minute 4, but the series is frozen: nothing is burned for nothing.
    minute(&mut market, 4);
    assert!(try_ask(&mut market, redeem_all(1, Junior)).is_err());
    ask(&mut market, provide(2, Junior, Usd::whole(3_000_000)));
    ask(&mut market, provide(3, Junior, Usd::whole(10)));
    minute(&mut market, 5);
    assert_eq!(market.shares(holder(2)).1.to_string(), "2999999.000000000");
    assert_eq!(market.shares(holder(3)).1.to_string(), "10.000000000");
    lose(&mut market, &[(StageId::Junior, 500)]);
    let taken = market
        .plan_recovery(Usd::whole(1_000_500), OpenLoss::None)
        .unwrap();
    // 500 to the running series; of 1 000 000 a quarter stands for a dead share of 4 000 000.
    assert_eq!(taken, usd("1000499.750000"));
    market.commit_recovery(Usd::whole(1_000_500));
    market.ledger_mut().end_step();
    check(&market);
    assert_eq!(market.values().junior, Usd::whole(3_000_010));
    // A quarter of the 4 000 000 shares each, in escrow or not; the dead one's part stays outside.
    assert_eq!(
        (granted(&market, 0), granted(&market, 1)),
        (usd("250000"), usd("250000"))
    );
    ask(&mut market, claim(0, Junior));
    ask(&mut market, claim(1, Junior));
    check(&market);
    // What came back stays on the record of who had it, and was no redemption.
    let held = market.lp_holding(BidderId::new(0), Junior);
    assert_eq!(held.recovered, usd("250000"));
    assert_eq!((held.granted, held.claimable), (Usd::ZERO, Usd::ZERO));
    // The rest is still to come back, and no more than that is taken: of 3 000 000.25 what stands
    // for 3 999 999 of 4 000 000 shares, 2 999 999.4999999375, each part rounded down.
    let rest = market
        .plan_recovery(Usd::whole(2_000_000_000), OpenLoss::None)
        .unwrap();
    assert_eq!(rest, usd("2999999.499999"));
}

/// M-9.4: the reverse order of loss: Senior, then insurance, then Junior.
#[test]
fn a_recovery_goes_back_the_last_payer_first() {
    let mut market = market();
    lose(
        &mut market,
        &[
            (StageId::Junior, 300),
            (StageId::Insurance, 50),
            (StageId::Senior, 70),
        ],
    );
    let before = market.values();
    assert!(
        market
            .plan_recovery(Usd::whole(1), OpenLoss::Deficit)
            .is_err()
    );
    for (amount, senior, insurance, junior) in [
        (50, 50, 0, 0),
        (50, 20, 30, 0),
        (100, 0, 20, 80),
        (1_000, 0, 0, 220),
    ] {
        let was = (
            market.values(),
            market.ledger().balance(seawall_ledger::Account::Insurance),
        );
        market.commit_recovery(Usd::whole(amount));
        let now = (
            market.values(),
            market.ledger().balance(seawall_ledger::Account::Insurance),
        );
        assert_eq!(now.0.senior - was.0.senior, Usd::whole(senior));
        assert_eq!(now.1 - was.1, Usd::whole(insurance));
        assert_eq!(now.0.junior - was.0.junior, Usd::whole(junior));
    }
    assert_eq!(market.values().senior - before.senior, Usd::whole(70));
    assert!(market.plan_recovery(Usd::whole(1), OpenLoss::None).is_err());
}

/// M-9.4: what stands behind shares that nobody owns comes back to nobody. Junior is wiped out and
/// gains 1 500 before anybody comes in, which is no one's; a deposit of 20 opens the next series, in
/// which 1 501 dead shares stand beside 19. A second loss takes all of it, and of what comes back for
/// it the holder gets 19 of 1 520 parts.
#[test]
fn a_recovery_gives_nobody_the_part_of_dead_shares() {
    let mut market = market_with([8_000_000, 2_000_000, 0], Vec::new(), params());
    lose(&mut market, &[(StageId::Junior, 2_000_000)]);
    minute(&mut market, 1);
    let loser = Account::Margin(AccountId::new(3));
    let gain = Usd::whole(1_500);
    let ledger = market.ledger_mut();
    ledger.pay(loser, Account::Junior, gain, Cause::LossRealised);
    ledger.end_step();
    ask(&mut market, provide(0, Junior, Usd::whole(20)));
    minute(&mut market, 2);
    assert_eq!(market.shares(holder(0)).1.to_string(), "19.000000000");
    lose(&mut market, &[(StageId::Junior, 1_520)]);
    market.commit_recovery(Usd::whole(1_520));
    market.ledger_mut().end_step();
    check(&market);
    assert_eq!(granted(&market, 0), Usd::whole(19));
}

/// M-9.4: who comes in after a loss buys nothing of what comes back for it. Of 2 000 000 shares of
/// each tranche a provider holds 500 000; half of Junior and an eighth of Senior are lost, a newcomer
/// pays 100 into each, and the whole loss comes back.
#[test]
fn a_newcomer_has_no_part_in_a_recovery() {
    let mut terms = params();
    terms.vault.junior_epochs = 1;
    let mut market = market_with([4_000_000, 2_000_000, 0], Vec::new(), terms);
    for tranche in [Junior, Senior] {
        let amount = Usd::whole(500_000);
        market.endow_lp(BidderId::new(0), tranche, amount).unwrap();
    }
    let parts = [(StageId::Junior, 1_000_000), (StageId::Senior, 500_000)];
    lose(&mut market, &parts);
    for tranche in [Junior, Senior] {
        ask(&mut market, provide(1, tranche, Usd::whole(100)));
    }
    minute(&mut market, 1);
    let (senior, junior) = market.shares(holder(1));
    // A junior share is worth a half, a senior one 3.5/4.
    assert_eq!(junior.to_string(), "199.999999999");
    assert_eq!(senior.to_string(), "114.285714285");
    market.commit_recovery(Usd::whole(1_500_000));
    market.ledger_mut().end_step();
    check(&market);
    // A quarter of 1 000 000 and an eighth of 500 000 are for the one who was there.
    assert_eq!(market.claimable(holder(0), Junior), usd("250000"));
    assert_eq!(market.claimable(holder(0), Senior), usd("62500"));
    assert_eq!(
        market.lp_holding(BidderId::new(0), Senior).recovered,
        usd("62500")
    );
    for tranche in [Junior, Senior] {
        ask(&mut market, redeem_all(1, tranche));
    }
    minute(&mut market, 2);
    assert!(granted(&market, 1) <= Usd::whole(200));
    assert!(granted(&market, 1) >= usd("199.999998"));
    check(&market);
    // A second loss is borne by all who are there, and comes back in the value of the tranche.
    let before = market.values().junior;
    lose(&mut market, &[(StageId::Junior, 1_000)]);
    market.commit_recovery(Usd::whole(2_000));
    assert_eq!(market.values().junior, before);
    ask(&mut market, claim(0, Junior));
    ask(&mut market, claim(0, Senior));
    check(&market);
}

/// M-8.3: when the largest deposit of a minute does not pay for the dead shares of a new series,
/// all of that minute lapse; the next minute that has one that does opens it.
#[test]
fn deposits_too_small_for_a_new_series_lapse() {
    let mut market = market();
    lose(&mut market, &[(StageId::Junior, 2_000_000)]);
    for lp in [0, 1] {
        ask(&mut market, provide(lp, Junior, Usd::whole(1)));
    }
    minute(&mut market, 1);
    minute(&mut market, 2);
    assert_eq!(cash(&market)[1], Usd::ZERO);
    assert!(market.shares(holder(0)).1.is_zero());
    ask(&mut market, provide(0, Junior, Usd::whole(1)));
    ask(&mut market, provide(1, Junior, usd("1.000001")));
    minute(&mut market, 3);
    assert_eq!(cash(&market)[1], usd("2.000001"));
    assert_eq!(market.shares(holder(1)).1.to_string(), "0.000001000");
}

/// A redemption that no plan allowed is a fault of ours and is not passed over in silence.
#[test]
#[should_panic(expected = "invariant: planned shares are there")]
fn an_unplanned_redemption_is_a_fault() {
    market().commit_request(redeem(7, Senior, Usd::whole(1)));
}

/// M-9.1: the margin of a position below t counts as the pool's in a deposit price, and of no
/// other. Long 10 from 100, N 1 000, t 1.25 %: with 12.5 it is at t and counts nothing, with a unit
/// less all of it. The index by which such positions are found has five units of slack.
#[test]
fn a_deposit_price_counts_margins_below_the_target_and_no_unit_above_it() {
    let junior_at = |margin: &str| {
        let long = seawall_venue::Endowment {
            margin: usd(margin),
            ..position(0, 10, 0)
        };
        let market = market_with([8_000_000, 2_000_000, 80_000], vec![long], params());
        market.deposit_values().junior
    };
    let cash = Usd::whole(2_000_000);
    assert_eq!(junior_at("12.5"), cash);
    assert_eq!(junior_at("12.499999"), cash + usd("12.499999"));
}
