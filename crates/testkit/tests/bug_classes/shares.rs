//! Whose a share is, what it is rounded to, and when it is paid.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_units::{Shares, Usd};
use seawall_vault::{
    Epoch, HolderId, JuniorTranche, OperatorStatus, RedeemRequest, Redemptions, SeniorTranche,
    Vault,
};
use seawall_venue::{StageId, TrancheName};

use crate::law::{Held, assert_found, require};
use crate::pair::{Defect, Pair, Spoilt, TRANCHES, Tranches};
use crate::world::usd;

// B24 ------------------------------------------------------------------------------------------

const fn payer(tranche: TrancheName) -> StageId {
    match tranche {
        TrancheName::Senior => StageId::Senior,
        TrancheName::Junior => StageId::Junior,
    }
}

/// **B24** Liquidity providers get out ahead of a loss that is not recognised yet, or ask in every
/// cycle, so that one of their requests is always ripe.
///
/// Law: who asked before a loss is paid no more for a share than those who stay can read on theirs
/// after it; and a request that is due is paid at that price, whatever comes later. **Source**
/// sherlock-audit/2023-02-carapace-judging, 012-M and 054-H.
fn exits_wait_for_losses(pair: &mut dyn Tranches, tranche: TrancheName, lost: Usd) -> Held {
    pair.request(0, tranche);
    pair.lose(payer(tranche), lost);
    pair.wait();
    let (got, stays) = (pair.claim(0, tranche), pair.worth(1, tranche));
    require("B24", got <= stays, || {
        format!("{got} were paid ahead of a loss of {lost} that leaves others {stays}")
    })
}

/// The second half of **B24**.
fn a_request_is_no_option(pair: &mut dyn Tranches, tranche: TrancheName, fees: Usd) -> Held {
    pair.request(0, tranche);
    pair.wait();
    let due = pair.worth(0, tranche);
    pair.earn(fees);
    pair.wait();
    let got = pair.claim(0, tranche);
    require("B24", got == due, || {
        format!("{got} were paid for a request that was due at {due}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b24_exit_before_loss_holds(lost in 1i64..1_900_000_000_000, at in 0usize..2) {
        let mut pair = Pair::held(8_000_000, 2_000_000);
        exits_wait_for_losses(&mut pair, TRANCHES[at], Usd::units_i64(lost))?;
        let mut pair = Pair::held(8_000_000, 2_000_000);
        a_request_is_no_option(&mut pair, TRANCHES[at], Usd::units_i64(lost))?;
    }
}

#[test]
fn b24_planted_is_found() {
    let spoilt = |defect| Spoilt::new(Pair::held(8_000_000, 2_000_000), defect);
    let junior = TrancheName::Junior;
    let found = exits_wait_for_losses(&mut spoilt(Defect::PricedAtRequest), junior, usd(1_000_000));
    assert_found(found, "B24", "ahead of a loss");
    let found = a_request_is_no_option(&mut spoilt(Defect::OptionToStay), junior, usd(100_000));
    assert_found(found, "B24", "that was due at");
}

// B40 ------------------------------------------------------------------------------------------

/// Shares with what was paid for them.
trait Owned {
    /// Whether so many shares could be given away.
    fn transfer(&mut self, from: u32, to: u32, shares: i128) -> bool;
    fn held(&self, who: u32) -> i128;
    /// What the shares of somebody cost.
    fn principal(&self, who: u32) -> i128;
}

/// **B40** Slips of bookkeeping: a share of the whole is taken after the whole was reduced, a claim
/// is kept under the receiver instead of the owner, a setter is open, a loop runs past the end.
///
/// Law: shares can be given away in any parts and to the last one; what was paid for them goes with
/// them in proportion and is never more or less together. **Source** Avantis v1, `Tranche.sol`,
/// `_transfer` and `_withdraw`.
fn principal_follows_the_shares(book: &mut dyn Owned, parts: &[i128]) -> Held {
    for part in parts {
        let (held, principal) = (book.held(0), book.principal(0));
        let (held_by_other, others) = (book.held(1), book.principal(1));
        let shares = (*part).min(held);
        require("B40", book.transfer(0, 1, shares), || {
            format!("{shares} of {held} shares could not be given away")
        })?;
        let moved = book.held(0) == held - shares && book.held(1) == held_by_other + shares;
        require("B40", moved, || format!("{shares} shares did not move"))?;
        let together = book.principal(0) + book.principal(1);
        require("B40", together == principal + others, || {
            format!(
                "{} was paid for all and {together} is kept",
                principal + others
            )
        })?;
    }
    let rest = (book.held(0), book.principal(0));
    require("B40", rest.0 > 0 || rest.1 == 0, || {
        format!("{} is kept for who has no share", rest.1)
    })
}

/// The real vault: a share carries what it cost, one USD of the opening.
impl Owned for Vault<JuniorTranche> {
    fn transfer(&mut self, from: u32, to: u32, shares: i128) -> bool {
        let shares = Shares::from_units(shares).unwrap();
        self.transfer(HolderId::provider(from), HolderId::provider(to), shares)
            .is_ok()
    }
    fn held(&self, who: u32) -> i128 {
        self.held(HolderId::provider(who)).units()
    }
    fn principal(&self, who: u32) -> i128 {
        Owned::held(self, who)
    }
}

/// Keeps principals in a table beside the shares.
struct Beside {
    vault: Vault<JuniorTranche>,
    principal: BTreeMap<u32, i128>,
    order: Order,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    DivideThenReduce,
    ReduceThenDivide,
}

impl Owned for Beside {
    fn transfer(&mut self, from: u32, to: u32, shares: i128) -> bool {
        let before = Owned::held(&self.vault, from);
        let of = match self.order {
            Order::DivideThenReduce => before,
            Order::ReduceThenDivide => before - shares,
        };
        let principal = self.principal.entry(from).or_default();
        let Some(part) = (*principal * shares).checked_div(of) else {
            return shares == 0;
        };
        *principal = (*principal - part).max(0);
        *self.principal.entry(to).or_default() += part;
        Owned::transfer(&mut self.vault, from, to, shares)
    }
    fn held(&self, who: u32) -> i128 {
        Owned::held(&self.vault, who)
    }
    fn principal(&self, who: u32) -> i128 {
        self.principal.get(&who).copied().unwrap_or_default()
    }
}

fn opened() -> Vault<JuniorTranche> {
    Vault::open(usd(1), HolderId::provider(0), usd(101)).unwrap()
}

fn beside(order: Order) -> Beside {
    let vault = opened();
    let principal = [(0, Owned::held(&vault, 0))].into();
    Beside {
        vault,
        principal,
        order,
    }
}

/// Who may take what a request was granted.
type Claim<'a> = dyn FnMut(HolderId) -> Usd + 'a;

/// The second half of **B40**: what was asked back for an owner is the owner's, whoever asked.
/// **Source** Avantis v1, `Tranche.sol`, `_withdraw`.
fn a_claim_is_the_owners(claim: &mut Claim<'_>, asked_by: HolderId, owner: HolderId) -> Held {
    let (stranger, own) = (claim(asked_by), claim(owner));
    require("B40", stranger.is_zero() && own.is_positive(), || {
        format!("who asked got {stranger}, the owner {own}")
    })
}

/// An operator without a right to claim asks for all shares of an owner, and they are executed.
fn asked_by_another(controller: HolderId) -> Redemptions<JuniorTranche> {
    let (owner, spender) = (HolderId::provider(0), HolderId::provider(1));
    let mut vault = opened();
    let mut queue = Redemptions::default();
    vault.approve(owner, spender, seawall_vault::Allowance::Unlimited);
    let request = RedeemRequest {
        shares: vault.held(owner),
        caller: spender,
        controller,
        owner,
    };
    queue.set_operator(owner, spender, OperatorStatus::Revoked);
    queue.request(&mut vault, request, Epoch::new(1)).unwrap();
    let price = vault.conversion(usd(101)).unwrap();
    queue
        .execute(&mut vault, Epoch::new(1), &price, usd(101))
        .unwrap();
    queue
}

#[test]
fn b40_bookkeeping_holds() {
    for parts in [
        &[i128::MAX][..],
        &[1, 7, 1_000_000_000, i128::MAX],
        &[0, 50_000_000_000],
    ] {
        principal_follows_the_shares(&mut opened(), parts).unwrap();
        let mut right = beside(Order::DivideThenReduce);
        principal_follows_the_shares(&mut right, parts).unwrap();
    }
    let (owner, spender) = (HolderId::provider(0), HolderId::provider(1));
    let mut queue = asked_by_another(owner);
    let mut claim = |who: HolderId| {
        let granted = queue.claimable(owner);
        queue.claim(who, owner, granted).unwrap_or_default()
    };
    a_claim_is_the_owners(&mut claim, spender, owner).unwrap();
}

#[test]
fn b40_planted_is_found() {
    let mut slip = beside(Order::ReduceThenDivide);
    let whole = principal_follows_the_shares(&mut slip, &[i128::MAX]);
    assert_found(whole, "B40", "could not be given away");
    let mut slip = beside(Order::ReduceThenDivide);
    let parts = principal_follows_the_shares(&mut slip, &[60_000_000_000]);
    assert_found(parts, "B40", "was paid for all");
    // The grant is kept under who asked.
    let (owner, spender) = (HolderId::provider(0), HolderId::provider(1));
    let mut queue = asked_by_another(spender);
    let mut claim = |who: HolderId| {
        let granted = queue.claimable(who);
        queue.claim(who, who, granted).unwrap_or_default()
    };
    let found = a_claim_is_the_owners(&mut claim, spender, owner);
    assert_found(found, "B40", "who asked got");
}

// B42 ------------------------------------------------------------------------------------------

/// A vault as ERC-4626 sees it.
trait Vault4626 {
    fn preview_deposit(&self, assets: i128) -> i128;
    fn deposit(&mut self, who: u32, assets: i128) -> i128;
    fn preview_redeem(&self, shares: i128) -> i128;
    fn redeem(&mut self, who: u32, shares: i128) -> i128;
    fn gain(&mut self, assets: i128);
    fn held(&self, who: u32) -> i128;
}

/// One act on a vault.
#[derive(Debug, Clone, Copy)]
enum Act {
    Deposit(u32, i128),
    Redeem(u32, i128),
    Gain(i128),
}

const STAYS: u32 = 7;

/// **B42** The share price starts anew once a vault is empty, a preview promises more than the act
/// gives, or a rounding favours who acts.
///
/// Law: an act gives no less than its preview; no act of another lowers what a holder's shares are
/// worth; and who comes into a vault that everybody has left takes out at most what he put in.
/// **Source** OpenZeppelin contracts, issue 3800; sherlock-audit/2023-05-perennial-judging, 029-M;
/// 2023-12-flatmoney-judging, 024-M.
fn rounding_is_the_vaults(vault: &mut dyn Vault4626, acts: &[Act]) -> Held {
    vault.deposit(STAYS, 1_000_000);
    for act in acts {
        let worth = vault.preview_redeem(vault.held(STAYS));
        let (told, given) = match *act {
            Act::Deposit(who, assets) => {
                (vault.preview_deposit(assets), vault.deposit(who, assets))
            }
            Act::Redeem(who, shares) => {
                let shares = shares.min(vault.held(who));
                (vault.preview_redeem(shares), vault.redeem(who, shares))
            }
            Act::Gain(assets) => {
                vault.gain(assets);
                (0, 0)
            }
        };
        require("B42", given >= told, || {
            format!("{given} where {told} was told: {act:?}")
        })?;
        let after = vault.preview_redeem(vault.held(STAYS));
        require("B42", after >= worth, || {
            format!("who stays had {worth} and has {after} after {act:?}")
        })?;
    }
    for who in 0..=STAYS {
        vault.redeem(who, vault.held(who));
    }
    let paid = 5_000_000;
    let bought = vault.deposit(0, paid);
    let got = vault.redeem(0, bought);
    require("B42", got <= paid, || {
        format!("{got} for {paid} in a vault that all have left")
    })
}

/// The real vault and its conversion.
struct Real {
    vault: Vault<SeniorTranche>,
    value: Usd,
}

impl Real {
    fn new() -> Self {
        Self {
            vault: Vault::open(usd(1), HolderId::FOUNDER, usd(2)).unwrap(),
            value: usd(2),
        }
    }

    fn price(&self) -> seawall_vault::Conversion<SeniorTranche> {
        self.vault.conversion(self.value).unwrap()
    }
}

fn units(units: i128) -> Usd {
    Usd::from_units(units).unwrap()
}

impl Vault4626 for Real {
    fn preview_deposit(&self, assets: i128) -> i128 {
        self.price().preview_deposit(units(assets)).unwrap().units()
    }
    fn deposit(&mut self, who: u32, assets: i128) -> i128 {
        let shares = self.price().preview_deposit(units(assets)).unwrap();
        self.vault.mint(HolderId::provider(who), shares).unwrap();
        self.value += units(assets);
        shares.units()
    }
    fn preview_redeem(&self, shares: i128) -> i128 {
        let shares = Shares::from_units(shares).unwrap();
        self.price().preview_redeem(shares).unwrap().units()
    }
    fn redeem(&mut self, who: u32, shares: i128) -> i128 {
        let paid = self.preview_redeem(shares);
        let shares = Shares::from_units(shares).unwrap();
        self.vault.burn(HolderId::provider(who), shares).unwrap();
        self.value -= units(paid);
        paid
    }
    fn gain(&mut self, assets: i128) {
        self.value += units(assets);
    }
    fn held(&self, who: u32) -> i128 {
        self.vault.held(HolderId::provider(who)).units()
    }
}

/// The real vault with one spoilt step.
struct Sloppy {
    real: Real,
    defect: Slip,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    /// Redemptions round up.
    RoundsForTheUser,
    /// A redemption pays a unit less than its preview.
    PaysLessThanTold,
    /// An empty vault gives all it has to the next who comes in.
    StartsAnew,
}

impl Vault4626 for Sloppy {
    fn preview_deposit(&self, assets: i128) -> i128 {
        self.real.preview_deposit(assets)
    }
    fn deposit(&mut self, who: u32, assets: i128) -> i128 {
        let empty = (0..=STAYS).all(|who| self.held(who) == 0) && self.real.value > usd(2);
        let bought = self.real.deposit(who, assets);
        if empty && self.defect == Slip::StartsAnew {
            // The founder's and the dead shares are the only ones beside: 1:1 for who comes.
            let all = self.real.value.units() * 1_000;
            let rest = Shares::from_units(all - bought).unwrap();
            self.real.vault.mint(HolderId::provider(who), rest).unwrap();
            return all;
        }
        bought
    }
    fn preview_redeem(&self, shares: i128) -> i128 {
        let down = self.real.preview_redeem(shares);
        match self.defect {
            Slip::RoundsForTheUser if shares > 0 => down + 1,
            _ => down,
        }
    }
    fn redeem(&mut self, who: u32, shares: i128) -> i128 {
        let mut paid = self.real.redeem(who, shares);
        if self.defect == Slip::RoundsForTheUser && shares > 0 {
            paid += 1;
            self.real.value -= Usd::ULP;
        }
        match self.defect {
            Slip::PaysLessThanTold => (paid - 1).max(0),
            _ => paid,
        }
    }
    fn gain(&mut self, assets: i128) {
        self.real.gain(assets);
    }
    fn held(&self, who: u32) -> i128 {
        self.real.held(who)
    }
}

fn vault_acts() -> impl Strategy<Value = Vec<Act>> {
    let amount = || prop_oneof![1i128..10, 1i128..10_000_000_000];
    let act = prop_oneof![
        3 => (0u32..4, amount()).prop_map(|(who, assets)| Act::Deposit(who, assets)),
        3 => (0u32..4, amount()).prop_map(|(who, shares)| Act::Redeem(who, shares * 1_000)),
        1 => amount().prop_map(Act::Gain),
    ];
    prop::collection::vec(act, 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b42_rounding_and_reset_holds(acts in vault_acts()) {
        rounding_is_the_vaults(&mut Real::new(), &acts)?;
    }
}

#[test]
fn b42_planted_is_found() {
    let sloppy = |defect| Sloppy {
        real: Real::new(),
        defect,
    };
    let acts = [
        Act::Deposit(1, 1_000_000),
        Act::Gain(7),
        Act::Redeem(1, 300_000),
    ];
    let many: Vec<Act> = acts
        .into_iter()
        .chain((0..9).map(|_| Act::Redeem(1, 1_000_000)))
        .collect();
    for (slip, reason) in [
        (Slip::RoundsForTheUser, "who stays had"),
        (Slip::PaysLessThanTold, "was told"),
        (Slip::StartsAnew, "that all have left"),
    ] {
        let found = rounding_is_the_vaults(&mut sloppy(slip), &many);
        assert_found(found, "B42", reason);
    }
}
