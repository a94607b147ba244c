//! Who bears a loss, and who gets what comes back of it.

use proptest::prelude::*;
use seawall_ledger::{Account, AccountKind, Cause, Transfer};
use seawall_units::Usd;
use seawall_venue::{StageId, TrancheName};

use crate::law::{Held, assert_found, require};
use crate::pair::{Defect, Pair, Spoilt, TRANCHES, Tranches, open_gates};
use crate::world::{Step, What, World, acts, all_venues, endowed, pool, tranched, usd};

const NEWCOMER: u32 = 9;

/// The stage at which a tranche loses.
const fn payer(tranche: TrancheName) -> StageId {
    match tranche {
        TrancheName::Senior => StageId::Senior,
        TrancheName::Junior => StageId::Junior,
    }
}

// B2 -------------------------------------------------------------------------------------------

/// **B2** A newcomer deposits at the price after a loss and so buys a part of the recovery of a loss
/// that others have borne.
///
/// Law: who comes in after a loss takes out at most what he put in, whatever comes back, and
/// everything that comes back is the others'. **Source** dcccrypto/percolator-stake issues 145, 156
/// and 159.
fn a_recovery_is_not_for_sale(
    pair: &mut dyn Tranches,
    tranche: TrancheName,
    [lost, deposit, back]: [Usd; 3],
) -> Held {
    pair.lose(payer(tranche), lost);
    let paid = pair.deposit(NEWCOMER, tranche, deposit);
    pair.recover(back);
    let got = pair.redeem(NEWCOMER, tranche);
    require("B2", got <= paid, || {
        format!("{got} for {paid} after {back} came back of {lost}")
    })
}

fn losses() -> impl Strategy<Value = [Usd; 3]> {
    let part = || (1i64..1_900_000_000_000).prop_map(Usd::units_i64);
    (part(), part(), part()).prop_map(|(lost, deposit, back)| [lost, deposit, back])
}

/// The published example: 1 000 shares are worth 500 after a loss of 1 000.
fn half_lost() -> Pair {
    let mut pair = Pair::new([4_000, 1_000, 0], Vec::new(), open_gates());
    let ledger = pair.market.ledger_mut();
    // Junior has earned 500 before.
    ledger.pay(
        Account::External,
        Account::Junior,
        usd(500),
        Cause::VaultDeposit,
    );
    ledger.end_step();
    pair
}

#[test]
fn b02_recovery_buyer_pinned_holds() {
    let figures = [usd(1_000), usd(100), usd(900)];
    a_recovery_is_not_for_sale(&mut half_lost(), TrancheName::Junior, figures).unwrap();
    // The same deposit mints the same 200 shares; it is the recovery that is not theirs.
    let mut pair = half_lost();
    pair.lose(StageId::Junior, usd(1_000));
    pair.deposit(NEWCOMER, TrancheName::Junior, usd(100));
    let held = pair
        .market
        .shares(seawall_vault::HolderId::provider(NEWCOMER));
    assert_eq!(held.1.to_string(), "199.999999800");
}

#[test]
fn b02_planted_is_found() {
    let into_value = Defect::RecoveryIntoValue(TrancheName::Junior);
    let mut spoilt = Spoilt::new(half_lost(), into_value);
    let figures = [usd(1_000), usd(100), usd(900)];
    let found = a_recovery_is_not_for_sale(&mut spoilt, TrancheName::Junior, figures);
    // 200 of 1 200 shares of 1 500: 250, a profit of 150.
    assert_found(found, "B2", "249.999999 for 100.000000");
}

// B3 -------------------------------------------------------------------------------------------

/// **B3** The loss that a tranche shows is the present total of open losses, so that who joins later
/// bears a part of one from before he joined.
///
/// Law: a loss hits the shares that exist when it falls. Who joins after it and leaves again bears
/// nothing of it: at most the two roundings of his own deposit and exit, which leave less than two
/// units in the vault. **Source** dcccrypto/percolator-stake issue 149.
fn a_loss_is_not_inherited(
    pair: &mut dyn Tranches,
    tranche: TrancheName,
    [lost, deposit, _]: [Usd; 3],
) -> Held {
    pair.lose(payer(tranche), lost);
    let paid = pair.deposit(NEWCOMER, tranche, deposit);
    pair.wait();
    let got = pair.redeem(NEWCOMER, tranche);
    require("B3", paid - got <= Usd::ULP, || {
        format!("{got} of {paid} after a loss of {lost} before it")
    })
}

#[test]
fn b03_planted_is_found() {
    let mut spoilt = Spoilt::new(Pair::held(8_000, 4_000), Defect::NewcomerInheritsLoss);
    let found = a_loss_is_not_inherited(&mut spoilt, TrancheName::Junior, [1_000, 500, 0].map(usd));
    assert_found(found, "B3", "after a loss of 1000.000000 before it");
}

// B5 -------------------------------------------------------------------------------------------

/// **B5** The last holder of the junior tranche leaves, and what later comes back of the loss that
/// he bore falls to Senior.
///
/// Law: a recovery leaves the worth of every other tranche as it is, whoever is still there.
/// **Source** dcccrypto/percolator-stake issue 161.
fn a_recovery_is_no_windfall(pair: &mut dyn Tranches, [lost, _, back]: [Usd; 3]) -> Held {
    pair.lose(StageId::Junior, lost);
    for lp in 0..2 {
        pair.redeem(lp, TrancheName::Junior);
    }
    let before = [0, 1].map(|lp| pair.worth(lp, TrancheName::Senior));
    pair.recover(back);
    let after = [0, 1].map(|lp| pair.worth(lp, TrancheName::Senior));
    require("B5", before == after, || {
        format!("Senior was worth {before:?} and is worth {after:?}, {back} came back of {lost}")
    })
}

#[test]
fn b05_planted_is_found() {
    // Junior is worth nothing while a trader has gained 4 800: what is paid into the vaults as such,
    // and not to who bore the loss, makes Senior whole first.
    let mut params = open_gates();
    params.ladder.near_senior = seawall_units::Ratio::ONE;
    let mut pair = Pair::new([8_000, 4_000, 0], vec![endowed(0, 80, "100", 500)], params);
    for lp in 0..2 {
        pair.endow(lp, TrancheName::Senior, usd(2_000));
        pair.endow(lp, TrancheName::Junior, usd(1_000));
    }
    pair.mark = "160".parse().unwrap();
    let mut spoilt = Spoilt::new(pair, Defect::RecoveryIntoValue(TrancheName::Senior));
    let found = a_recovery_is_no_windfall(&mut spoilt, [1_000, 0, 500].map(usd));
    assert_found(found, "B5", "Senior was worth");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b02_recovery_buyer_holds(figures in losses(), at in 0usize..2) {
        let mut pair = Pair::held(8_000_000, 2_000_000);
        a_recovery_is_not_for_sale(&mut pair, TRANCHES[at], figures)?;
    }

    #[test]
    fn b03_inherited_loss_holds(figures in losses(), at in 0usize..2) {
        let mut pair = Pair::held(8_000_000, 2_000_000);
        a_loss_is_not_inherited(&mut pair, TRANCHES[at], figures)?;
    }

    #[test]
    fn b05_recovery_windfall_holds(figures in losses()) {
        let mut pair = Pair::held(8_000_000, 2_000_000);
        a_recovery_is_no_windfall(&mut pair, figures)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same on the postings of whole runs.
    #[test]
    fn b05_recoveries_follow_losses_holds(acts in acts(40)) {
        let mut world = all_venues().remove(0);
        acts.iter().for_each(|act| world.act(act));
        let transfers: Vec<_> = world.steps.iter().flat_map(|step| step.transfers.clone()).collect();
        recoveries_follow_losses(&transfers)?;
    }
}

/// Who bears, in the default order of payers.
fn bearer(transfer: &Transfer) -> Option<(usize, i128)> {
    let amount = transfer.amount().units();
    let place = match (transfer.cause(), transfer.to().kind()) {
        (Cause::JuniorLoss, _) => return Some((0, amount)),
        (Cause::InsuranceLoss, _) => return Some((1, amount)),
        (Cause::AdlCut, _) => return Some((2, amount)),
        (Cause::SeniorLoss, _) => return Some((3, amount)),
        (Cause::ResidualCut, _) => return Some((4, amount)),
        (Cause::Recovery, AccountKind::Junior) => 0,
        (Cause::Recovery, AccountKind::Insurance) => 1,
        (Cause::Recovery, AccountKind::Senior) => 3,
        // Claims are Junior's or Senior's; free collateral is a winner's or a cut trader's.
        (Cause::Recovery, _) => return None,
        _ => return None,
    };
    Some((place, -amount))
}

/// The law of **B5** on postings: nobody gets back more than he bore. **Source** as above.
fn recoveries_follow_losses(transfers: &[Transfer]) -> Held {
    let mut borne = [0i128; 5];
    for transfer in transfers {
        let Some((place, amount)) = bearer(transfer) else {
            continue;
        };
        borne[place] += amount;
        require("B5", borne[place] >= 0, || {
            format!("{} got back more than it bore", transfer.to())
        })?;
    }
    Ok(())
}

#[test]
fn b05_planted_in_postings_is_found() {
    let loss = |from, cause| {
        let to = Account::OpenDeficit(seawall_ledger::DeficitId::new(0));
        Transfer::new(from, to, usd(1_000), cause).unwrap()
    };
    let back = |to| Transfer::new(Account::External, to, usd(400), Cause::Recovery).unwrap();
    let right = [
        loss(Account::Junior, Cause::JuniorLoss),
        back(Account::Junior),
    ];
    recoveries_follow_losses(&right).unwrap();
    let wrong = [right[0], back(Account::Senior)];
    assert_found(recoveries_follow_losses(&wrong), "B5", "senior got back");
}

// B18 ------------------------------------------------------------------------------------------

/// **B18** A bankrupt account is left below zero and nobody bears it: the others' claims are more
/// than the cash, and who leaves first is paid in full.
///
/// Law: when the liquidation of a second is done, no position is below zero, and all claims that
/// are above zero together are at most the cash and what a deficit on its way still owes.
/// **Source** sherlock-audit/2023-07-perennial-judging, 072-M.
fn claims_are_covered(steps: &[Step]) -> Held {
    let done = |step: &&Step| step.what == What::Liquidation && step.liquidates;
    for Step { after, .. } in steps.iter().filter(done) {
        let below = after
            .positions
            .iter()
            .find(|view| view.equity.is_negative());
        require("B18", below.is_none(), || {
            format!("a position is left below zero: {below:?}")
        })?;
        let cash = -after.balance(Account::External);
        let receivable: Usd = balances(after, |kind| kind == AccountKind::OpenDeficit);
        let traders: Usd = after
            .positions
            .iter()
            .map(|view| view.equity.or_zero())
            .sum();
        let lps: Usd = after
            .capital
            .iter()
            .filter(|(role, _)| **role != "insurance")
            .map(|(_, value)| value.or_zero())
            .sum();
        let others = balances(after, is_cash_of_others);
        let claims = traders + lps + others;
        require("B18", claims <= cash - receivable, || {
            format!(
                "claims of {claims} on cash of {cash} and receivables of {}",
                -receivable
            )
        })?;
    }
    Ok(())
}

fn balances(books: &crate::world::Books, of: impl Fn(AccountKind) -> bool) -> Usd {
    let found = books
        .balances
        .iter()
        .filter(|(account, _)| of(account.kind()));
    found.map(|(_, balance)| *balance).sum()
}

/// Accounts whose balance is a claim by itself and not a part of a position's or a pool's value.
fn is_cash_of_others(kind: AccountKind) -> bool {
    use AccountKind as Kind;
    matches!(
        kind,
        Kind::Insurance
            | Kind::ImpactReserve
            | Kind::Fees
            | Kind::Keeper
            | Kind::Protocol
            | Kind::Dust
            | Kind::Free
            | Kind::PendingRedemption
    )
}

/// The published case: 500 and 500 of margin, 10 for the liquidator. A long of 10 from 100 and its
/// short; the mark gaps to 40: the long has lost 600.
fn published<V: seawall_venue::Venue + ?Sized>(mut world: World<V>) -> Vec<Step> {
    world.until(1);
    world.at("40");
    world.steps
}

fn both() -> Vec<seawall_venue::Endowment> {
    vec![endowed(0, 10, "100", 500), endowed(1, -10, "100", 500)]
}

#[test]
fn b18_bad_debt_left_negative_holds() {
    let params = crate::world::tranched_params();
    let in_tranches = published(tranched(both(), [8_000, 2_000, 10], params));
    claims_are_covered(&in_tranches).unwrap();
    let deficit = in_tranches.iter().map(|s| s.posted(Cause::JuniorLoss));
    assert_eq!(
        deficit.sum::<Usd>(),
        usd(100),
        "the long's missing 100 is Junior's"
    );
    let in_pool = pool(both(), 10_000, seawall_venue_pool::Params::btc());
    claims_are_covered(&published(in_pool)).unwrap();
    let on_book = crate::world::order_book(both(), 10_000);
    claims_are_covered(&published(on_book)).unwrap();
}

#[test]
fn b18_planted_is_found() {
    // The same second without its liquidation: the long is left at −100, the short claims 1 100.
    let params = crate::world::tranched_params();
    let mut steps = published(tranched(both(), [8_000, 2_000, 10], params));
    let last = steps.last_mut().unwrap();
    last.after = last.before.clone();
    assert_found(claims_are_covered(&steps), "B18", "left below zero");
    // And when the books do not show it as a position any more, the claims do: 1 100 of two
    // traders and 10 on 1 000 and 10.
    let last = steps.last_mut().unwrap();
    last.after.positions.remove(0);
    last.after.capital.clear();
    last.after.balances.retain(|account, _| {
        !matches!(
            account,
            Account::Senior | Account::Junior | Account::External
        )
    });
    let traders = usd(1_010);
    last.after.balances.insert(Account::External, -traders);
    assert_found(
        claims_are_covered(&steps),
        "B18",
        "claims of 1110.000000 on cash of 1010.000000",
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b18_claims_on_random_streams_holds(acts in acts(40)) {
        for (_, steps) in crate::world::records(&acts) {
            claims_are_covered(&steps)?;
        }
    }
}
