//! Sums that must stay the sums of their parts.

use proptest::prelude::*;
use seawall_ledger::{Account, AccountKind, Cause, Transfer};
use seawall_units::{Base, Rate, Ratio, Usd};
use seawall_venue::{Command, Venue};
use seawall_venue_tranched::TranchedVenue;

use crate::law::{Held, assert_found, require};
use crate::world::{
    Books, Step, What, World, acts, endowed, records, tranched, tranched_params, usd,
};

/// A long of 1 000 from 100 with 2 500 goes 7 500 below zero in a gap to 90; Junior pays it.
fn gap() -> World<TranchedVenue> {
    let mut params = tranched_params();
    params.rates.funding.velocity_per_minute = Rate::ZERO;
    params.rates.utilisation.base = Rate::ZERO;
    params.rates.utilisation.max = Rate::ZERO;
    let both = vec![
        endowed(0, 1_000, "100", 2_500),
        endowed(1, -800, "100", 20_000),
    ];
    let mut world = tranched(both, [800_000, 200_000, 8_000], params);
    world.until(1);
    world.at("90");
    world
}

/// Junior's payment for the gap.
fn payment(steps: &[Step]) -> usize {
    let pays = |step: &Step| step.posted(Cause::JuniorLoss).is_positive();
    steps.iter().position(pays).unwrap()
}

// B10 ------------------------------------------------------------------------------------------

/// **B10** A loss waterfall debits the tranches' own balances and not the pool's total, so that
/// later the tranches claim less than the total and somebody withdraws the difference.
///
/// Law: after every operation the claims of the tranches are the pool's equity, and cash moves by
/// the postings alone. **Source** dcccrypto/percolator-launch issue 978.
fn tranche_claims_are_the_total(steps: &[Step]) -> Held {
    for step in steps {
        let books = &step.after;
        let claims = books.value("senior") + books.value("junior");
        let total = books.recount("pool equity").counted.max(0);
        require("B10", claims.units() == total, || {
            format!("tranches claim {claims}, the pool's equity is {total} micro-dollars")
        })?;
        for vault in [Account::Senior, Account::Junior] {
            let posted = step.before.balance(vault) + step.moved(vault);
            require("B10", books.balance(vault) == posted, || {
                format!("cash of {vault} is not what was posted")
            })?;
        }
    }
    Ok(())
}

#[test]
fn b10_loss_debits_the_total_holds() {
    tranche_claims_are_the_total(&gap().steps).unwrap();
}

#[test]
fn b10_planted_is_found() {
    let mut steps = gap().steps;
    let at = payment(&steps);
    let paid = steps[at].posted(Cause::JuniorLoss).units();
    let pairs = steps[at].after.recounts.iter_mut();
    pairs
        .filter(|pair| pair.what == "pool equity")
        .for_each(|pair| pair.counted += paid);
    assert_found(
        tranche_claims_are_the_total(&steps),
        "B10",
        "the pool's equity is",
    );
}

// B12 ------------------------------------------------------------------------------------------

/// **B12** The kept total of margins goes wrong by sign: a negative sum of funding is cast to an
/// unsigned number.
///
/// Law: the kept total is the sum over accounts, and what the venue owes to everybody is what came
/// in from outside, to the last unit. **Source** sherlock-audit/2023-12-flatmoney-judging, 005-H
/// and 006-H.
fn margin_total_is_the_sum(steps: &[Step]) -> Held {
    for Step { after, .. } in steps {
        let margins = after.balances.iter();
        let margins = margins.filter(|(account, _)| account.kind() == AccountKind::Margin);
        let sum: Usd = margins.map(|(_, balance)| *balance).sum();
        require("B12", after.margin_total == sum, || {
            format!("kept {} for margins of {sum}", after.margin_total)
        })?;
        let inside = after.balances.iter();
        let inside = inside.filter(|(account, _)| **account != Account::External);
        let owed: Usd = inside.map(|(_, balance)| *balance).sum();
        let custody = -after.balance(Account::External);
        require("B12", owed == custody, || {
            format!("{owed} is owed on custody of {custody}")
        })?;
    }
    Ok(())
}

/// Funding flows for minutes between a crowd of longs and one short.
fn funded() -> Vec<Step> {
    let crowd = vec![
        endowed(0, 700, "100", 9_000),
        endowed(1, -200, "100", 9_000),
        endowed(2, 500, "100", 9_000),
    ];
    let mut world = tranched(crowd, [400_000, 150_000, 5_000], tranched_params());
    world.until(600);
    for account in 0..3 {
        let size = world.venue.positions()[0].size;
        world.order(account, -size, Usd::ZERO);
    }
    world.steps
}

/// The record with its total of margins kept by another hand.
fn with_margin_total(mut steps: Vec<Step>, change: impl Fn(&Step) -> i128) -> Vec<Step> {
    let mut kept = steps[0].before.margin_total.units();
    for step in &mut steps {
        kept += change(step);
        step.after.margin_total = Usd::from_units(kept).unwrap();
    }
    steps
}

/// What margins get by funding and by everything else.
fn margin_changes(step: &Step) -> (i128, i128) {
    let signed = |transfer: &Transfer| {
        let of = |account: Account| account.kind() == AccountKind::Margin;
        i128::from(of(transfer.to())) - i128::from(of(transfer.from()))
    };
    let (mut funding, mut rest) = (0, 0);
    for transfer in &step.transfers {
        let amount = signed(transfer) * transfer.amount().units();
        match transfer.cause() {
            Cause::FundingPaid | Cause::FundingReceived => funding += amount,
            _ => rest += amount,
        }
    }
    (funding, rest)
}

#[test]
fn b12_margin_total_holds() {
    let steps = funded();
    let funding = steps.iter().map(|step| margin_changes(step).0);
    assert!(funding.min() < Some(0), "longs pay funding");
    margin_total_is_the_sum(&steps).unwrap();
    let again = with_margin_total(steps, |step| {
        let (funding, rest) = margin_changes(step);
        funding + rest
    });
    margin_total_is_the_sum(&again).unwrap();
}

#[test]
fn b12_planted_is_found() {
    // The sum of funding is made unsigned before it is added.
    let doctored = with_margin_total(funded(), |step| {
        let (funding, rest) = margin_changes(step);
        i128::from(u64::try_from(funding).unwrap_or(0)) + rest
    });
    assert_found(margin_total_is_the_sum(&doctored), "B12", "for margins of");
}

// B13 ------------------------------------------------------------------------------------------

/// Traders' open PnL at the mark, rounded up, without accruals.
fn open_pnl(books: &Books) -> Usd {
    let size: Base = books.positions.iter().map(|view| view.size).sum();
    let cost: Usd = books.positions.iter().map(|view| view.cost).sum();
    books.mark.value_ceil(size) - cost
}

/// **B13** A liquidation takes the position out of the global PnL at its entry price instead of at
/// the mark: the vault's value jumps by what the position had gained or lost.
///
/// Law: over a liquidation, at one mark and without accruals, the pool's equity changes by its
/// postings and by what traders' open PnL gives up, and by nothing else. **Source**
/// sherlock-audit/2023-12-flatmoney-judging, 008-H.
fn liquidation_moves_equity_by_its_postings(steps: &[Step]) -> Held {
    for step in steps.iter().filter(|step| step.what == What::Liquidation) {
        let kept = |books: &Books| books.recount("pool equity").kept;
        let posted = step.moved(Account::Senior) + step.moved(Account::Junior);
        let given_up = open_pnl(&step.before) - open_pnl(&step.after);
        let (is, should) = (
            kept(&step.after) - kept(&step.before),
            (posted + given_up).units(),
        );
        require("B13", is == should, || {
            format!("equity moved by {is}, postings and PnL by {should}")
        })?;
    }
    Ok(())
}

#[test]
fn b13_liquidation_at_the_mark_holds() {
    let world = gap();
    assert!(world.venue.positions().len() == 1, "the long is gone");
    liquidation_moves_equity_by_its_postings(&world.steps).unwrap();
}

#[test]
fn b13_planted_is_found() {
    let mut steps = gap().steps;
    let at = payment(&steps);
    let gone = steps[at].before.positions[0];
    // Taken out at cost: its open loss of 10 000 stays in the global PnL.
    let left = gone.open_pnl.units();
    let pairs = steps[at].after.recounts.iter_mut();
    pairs
        .filter(|pair| pair.what == "pool equity")
        .for_each(|pair| pair.kept -= left);
    assert_found(
        liquidation_moves_equity_by_its_postings(&steps),
        "B13",
        "equity moved",
    );
}

// B21 ------------------------------------------------------------------------------------------

/// The limits that a venue states: a share of the capital for the larger side, and the depth that
/// the net skew may use. Each with the minimum fill that is outside every cap.
struct Stated {
    reserved: Ratio,
    minimum: Usd,
}

/// **B21** Limits are checked on the state before the operation, or an exit of liquidity is checked
/// with the wrong measure, and the operation itself breaks them.
///
/// Law: an order that raises the open interest leaves it within the stated share of the capital
/// that stands after it; so does an exit of liquidity that is paid. **Source**
/// sherlock-audit/2023-12-flatmoney-judging, 009-H, 014-M, 025-M.
fn limits_hold_on_the_state_after(steps: &[Step], stated: &Stated) -> Held {
    for step in steps {
        let reserved = |books: &Books| books.open_interest[0].max(books.open_interest[1]);
        let (was, is) = (reserved(&step.before), reserved(&step.after));
        let capital = step.after.value("senior") + step.after.value("junior");
        let allowed = capital.mul_floor(stated.reserved);
        let exits = step.posted(Cause::VaultRedemption).is_positive();
        let (binds, room) = match step.what {
            What::Command(Command::Order { .. }) => (is > was, allowed.max(was) + stated.minimum),
            _ => (exits, allowed),
        };
        require("B21", !binds || is <= room, || {
            format!(
                "open interest {is} on an allowance of {room} after {:?}",
                step.what
            )
        })?;
    }
    Ok(())
}

/// Orders and exits that ask for more than there is room for.
fn crowded(reserved: Ratio) -> Vec<Step> {
    let mut params = tranched_params();
    params.limits.reserved = reserved;
    params.ladder.near_senior = Ratio::ONE;
    params.ladder.near_junior = Ratio::ONE;
    params.vault.min_coverage = Ratio::ZERO;
    let mut world = tranched(Vec::new(), [80_000, 20_000, 0], params);
    let lp = seawall_ledger::BidderId::new(0);
    let senior = seawall_venue::TrancheName::Senior;
    world.venue.endow_lp(lp, senior, usd(70_000)).unwrap();
    let redeem = Command::Redeem {
        lp,
        tranche: senior,
        amount: usd(70_000),
    };
    world.until(1);
    world.order(0, Base::whole(700), usd(10_000));
    world.commit(redeem).unwrap();
    world.order(1, Base::whole(900), usd(10_000));
    world.order(2, Base::whole(-1_500), usd(10_000));
    world.until(121);
    world.order(3, Base::whole(1_000), usd(10_000));
    world.steps
}

const STATED: Stated = Stated {
    reserved: Ratio::bps(9_000),
    minimum: Usd::whole(1_000),
};

#[test]
fn b21_limits_after_operation_holds() {
    let steps = crowded(STATED.reserved);
    let paid: Usd = steps.iter().map(|s| s.posted(Cause::VaultRedemption)).sum();
    assert!(
        paid.is_zero(),
        "90 000 of open interest need all of the capital: {paid}"
    );
    limits_hold_on_the_state_after(&steps, &STATED).unwrap();
    // With less open interest a part of the exit is filled, up to the limit.
    let mut world = tranched(Vec::new(), [80_000, 20_000, 0], tranched_params());
    let lp = seawall_ledger::BidderId::new(0);
    let tranche = seawall_venue::TrancheName::Senior;
    world.venue.endow_lp(lp, tranche, usd(70_000)).unwrap();
    world.until(1);
    world.order(0, Base::whole(190), usd(10_000));
    world.order(1, Base::whole(-190), usd(10_000));
    let amount = usd(70_000);
    world
        .commit(Command::Redeem {
            lp,
            tranche,
            amount,
        })
        .unwrap();
    world.until(121);
    let paid: Usd = world
        .steps
        .iter()
        .map(|s| s.posted(Cause::VaultRedemption))
        .sum();
    assert!(paid.is_positive());
    limits_hold_on_the_state_after(&world.steps, &STATED).unwrap();
}

#[test]
fn b21_planted_is_found() {
    // The engine without its check, judged by the limit that it states.
    let unchecked = crowded(Ratio::whole(100));
    assert_found(
        limits_hold_on_the_state_after(&unchecked, &STATED),
        "B21",
        "Order",
    );
    let exits: Vec<Step> = unchecked
        .into_iter()
        .filter(|step| !matches!(step.what, What::Command(_)))
        .collect();
    assert_found(
        limits_hold_on_the_state_after(&exits, &STATED),
        "B21",
        "Attribution",
    );
}

// B28 ------------------------------------------------------------------------------------------

/// **B28** A transfer into the insurance fund moves money and not the value that the fund is
/// tracked at: what was paid in cannot be used.
///
/// Law: the fund's tracked value moves one for one with what comes in and goes out. **Source**
/// sherlock-audit/2023-02-gmx-judging, 018-M.
fn a_top_up_counts(steps: &[Step]) -> Held {
    for step in steps {
        let is = step.after.value("insurance") - step.before.value("insurance");
        let paid = step.moved(Account::Insurance);
        require("B28", is == paid, || {
            format!("{paid} came in and the fund is worth {is} more")
        })?;
    }
    Ok(())
}

/// Liquidation fees, shares of fees and a recovery come into the fund.
fn topped_up() -> Vec<Step> {
    let mut world = gap();
    world.order(2, Base::whole(500), usd(5_000));
    world.until(61);
    world.at("93");
    let amount = usd(9_000);
    world.commit(Command::Recover { amount }).unwrap();
    world.until(180);
    world.steps
}

#[test]
fn b28_insurance_top_up_holds() {
    let steps = topped_up();
    let came: Usd = steps.iter().map(|s| s.moved(Account::Insurance)).sum();
    assert!(came.is_positive());
    a_top_up_counts(&steps).unwrap();
    // What is tracked is what pays: the capacity of the stage is the balance.
    let world = gap();
    let tracked = world.venue.market();
    use seawall_waterfall::Market;
    let capacity = tracked.capacity(seawall_venue::StageId::Insurance);
    assert_eq!(capacity, tracked.ledger().balance(Account::Insurance));
}

#[test]
fn b28_planted_is_found() {
    let mut steps = topped_up();
    let top_up = |step: &Step| step.moved(Account::Insurance).is_positive();
    let at = steps.iter().position(top_up).unwrap();
    let stale = steps[at].before.value("insurance");
    steps[at].after.capital.insert("insurance", stale);
    assert_found(a_top_up_counts(&steps), "B28", "the fund is worth");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b10_b12_b28_random_streams_holds(acts in acts(40)) {
        for (name, steps) in records(&acts) {
            margin_total_is_the_sum(&steps)?;
            if name == "tranched" {
                tranche_claims_are_the_total(&steps)?;
                a_top_up_counts(&steps)?;
            }
        }
    }
}
