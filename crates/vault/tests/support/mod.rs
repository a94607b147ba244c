//! A synchronous ERC-4626 vault with four users, for holding conversion and shares to the standard.
//!
//! [`Book`] joins the shares of a [`Vault`] to assets and wallets. Exits are priced on `value`, and
//! deposits on `value + spread`, as M-9.1 prices them; what the standard calls `convertTo` and
//! `totalAssets` is the exit's.
#![allow(dead_code, unreachable_pub)] // each test file uses a part
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

pub mod flow;

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};
use seawall_units::{Shares, Tranche, Usd};
use seawall_vault::{Allowance, Conversion, GateRefusal, HolderId, Vault, VaultError};

/// Either tranche, with what its types derive.
pub trait Kind: Tranche + Copy + Eq + std::fmt::Debug {}
impl<T: Tranche + Copy + Eq + std::fmt::Debug> Kind for T {}

pub const USERS: u32 = 4;
/// Pays for the dead shares, and holds what the smallest opening leaves.
pub const OPENER: HolderId = HolderId::new(9);
/// In a wallet at the start, so that no law is about an empty one.
pub const WALLET: i128 = 10i128.pow(20);

pub fn usd(units: i128) -> Usd {
    Usd::from_units(units).unwrap()
}

pub fn shares<T: Tranche>(units: i128) -> Shares<T> {
    Shares::from_units(units).unwrap()
}

pub fn user(number: u32) -> HolderId {
    HolderId::new(number % USERS)
}

/// Why the book refuses an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    Vault(VaultError),
    AboveMax,
    Wallet,
    AssetAllowance,
}

impl From<VaultError> for Refused {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

/// What the vault may take out of a wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetAllowance {
    Limited(Usd),
    Unlimited,
}

/// Who moves, whose shares, and who gets what comes of it.
#[derive(Debug, Clone, Copy)]
pub struct Exit {
    pub caller: HolderId,
    pub receiver: HolderId,
    pub owner: HolderId,
}

impl Exit {
    pub fn of(holder: HolderId) -> Self {
        Self {
            caller: holder,
            receiver: holder,
            owner: holder,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book<T: Tranche> {
    pub vault: Vault<T>,
    pub value: Usd,
    pub spread: Usd,
    pub entry_gate: Result<Usd, GateRefusal>,
    pub exit_gate: Result<Usd, GateRefusal>,
    wallets: BTreeMap<HolderId, Usd>,
    allowances: BTreeMap<HolderId, AssetAllowance>,
}

impl<T: Kind> Book<T> {
    /// A vault whose opener keeps one unit beyond the dead shares.
    pub fn open(dead: i128) -> Self {
        let vault = Vault::open(usd(dead), OPENER, usd(dead + 1)).unwrap();
        let wallets = (0..USERS)
            .map(|number| (user(number), usd(WALLET)))
            .collect();
        let allowances = (0..USERS).map(|number| (user(number), AssetAllowance::Unlimited));
        Self {
            vault,
            value: usd(dead + 1),
            spread: Usd::ZERO,
            entry_gate: Ok(Usd::MAX),
            exit_gate: Ok(Usd::MAX),
            wallets,
            allowances: allowances.collect(),
        }
    }

    /// The price of exits, the lower one.
    pub fn at_exit(&self) -> Conversion<T> {
        self.vault.conversion(self.value).unwrap()
    }

    /// The price of deposits, the higher one.
    pub fn at_entry(&self) -> Conversion<T> {
        self.vault.conversion(self.value + self.spread).unwrap()
    }

    pub fn wallet(&self, holder: HolderId) -> Usd {
        self.wallets.get(&holder).copied().unwrap_or(Usd::ZERO)
    }

    pub fn set_wallet(&mut self, holder: HolderId, assets: Usd) {
        self.wallets.insert(holder, assets);
    }

    pub fn asset_allowance(&self, holder: HolderId) -> AssetAllowance {
        self.allowances[&holder]
    }

    pub fn set_asset_allowance(&mut self, holder: HolderId, allowance: AssetAllowance) {
        self.allowances.insert(holder, allowance);
    }

    /// What a user has: his wallet and what his shares convert to.
    pub fn wealth(&self, holder: HolderId) -> Usd {
        let held = self.vault.held(holder);
        self.wallet(holder) + self.at_exit().convert_to_assets(held).unwrap()
    }

    pub fn max_deposit(&self) -> Usd {
        self.at_entry().max_deposit(self.entry_gate)
    }

    pub fn max_mint(&self) -> Shares<T> {
        self.at_entry().max_mint(self.entry_gate)
    }

    pub fn max_withdraw(&self, owner: HolderId) -> Usd {
        self.at_exit()
            .max_withdraw(self.vault.held(owner), self.exit_gate)
    }

    pub fn max_redeem(&self, owner: HolderId) -> Shares<T> {
        self.at_exit()
            .max_redeem(self.vault.held(owner), self.exit_gate)
    }

    pub fn deposit(
        &mut self,
        caller: HolderId,
        assets: Usd,
        to: HolderId,
    ) -> Result<Shares<T>, Refused> {
        if assets > self.max_deposit() {
            return Err(Refused::AboveMax);
        }
        let minted = self.at_entry().preview_deposit(assets)?;
        self.enter(caller, assets, minted, to)?;
        Ok(minted)
    }

    pub fn mint(
        &mut self,
        caller: HolderId,
        minted: Shares<T>,
        to: HolderId,
    ) -> Result<Usd, Refused> {
        if minted > self.max_mint() {
            return Err(Refused::AboveMax);
        }
        let assets = self.at_entry().preview_mint(minted)?;
        self.enter(caller, assets, minted, to)?;
        Ok(assets)
    }

    pub fn withdraw(&mut self, exit: Exit, assets: Usd) -> Result<Shares<T>, Refused> {
        if assets > self.max_withdraw(exit.owner) {
            return Err(Refused::AboveMax);
        }
        let burned = self.at_exit().preview_withdraw(assets)?;
        self.leave(exit, burned, assets)?;
        Ok(burned)
    }

    pub fn redeem(&mut self, exit: Exit, burned: Shares<T>) -> Result<Usd, Refused> {
        if burned > self.max_redeem(exit.owner) {
            return Err(Refused::AboveMax);
        }
        let assets = self.at_exit().preview_redeem(burned)?;
        self.leave(exit, burned, assets)?;
        Ok(assets)
    }

    /// A gain of the vault, or a loss of up to all it has.
    pub fn earn(&mut self, change: i128) {
        self.value = usd((self.value.units() + change).max(0));
    }

    fn enter(
        &mut self,
        caller: HolderId,
        assets: Usd,
        minted: Shares<T>,
        to: HolderId,
    ) -> Result<(), Refused> {
        let left = self.wallet(caller) - assets;
        if left.is_negative() {
            return Err(Refused::Wallet);
        }
        let allowance = match self.asset_allowance(caller) {
            AssetAllowance::Limited(most) if most < assets => return Err(Refused::AssetAllowance),
            AssetAllowance::Limited(most) => AssetAllowance::Limited(most - assets),
            AssetAllowance::Unlimited => AssetAllowance::Unlimited,
        };
        self.vault.mint(to, minted)?;
        self.set_asset_allowance(caller, allowance);
        self.set_wallet(caller, left);
        self.value += assets;
        Ok(())
    }

    fn leave(&mut self, exit: Exit, burned: Shares<T>, assets: Usd) -> Result<(), Refused> {
        self.vault
            .spend_allowance(exit.owner, exit.caller, burned)?;
        self.vault.burn(exit.owner, burned)?;
        self.value -= assets;
        self.set_wallet(exit.receiver, self.wallet(exit.receiver) + assets);
        Ok(())
    }
}

/// One step of a vault's history.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    Deposit(u32, i128),
    /// Thousandths of what a user may redeem.
    Redeem(u32, i128),
    /// A gain in units.
    Gain(i128),
    /// A loss in thousandths of the value.
    Loss(i128),
}

/// A random vault and what a law does with it.
#[derive(Debug, Clone)]
pub struct Case {
    dead: i128,
    spread: i128,
    history: Vec<Step>,
    /// Caller, receiver, owner, somebody else; any of them may be the same.
    pub who: [HolderId; 4],
    /// An amount in units.
    pub amount: i128,
    /// Another one.
    pub other: i128,
    /// Thousandths of what may be taken out.
    pub part: i128,
}

impl Case {
    pub fn book<T: Kind>(&self) -> Book<T> {
        let mut book = Book::open(self.dead);
        for step in &self.history {
            match *step {
                // A vault without value has no price, so it takes none.
                Step::Deposit(who, units) => drop(book.deposit(user(who), usd(units), user(who))),
                Step::Redeem(who, part) => {
                    let burned = book.max_redeem(user(who)).units() * part / 1_000;
                    book.redeem(Exit::of(user(who)), shares(burned)).unwrap();
                }
                Step::Gain(units) => book.earn(units),
                Step::Loss(part) => book.earn(-(book.value.units() * part / 1_000)),
            }
        }
        book.spread = usd(self.spread);
        book
    }

    pub fn exit(&self) -> Exit {
        let [caller, receiver, owner, _] = self.who;
        Exit {
            caller,
            receiver,
            owner,
        }
    }

    /// Shares that the caller's wallet pays for.
    pub fn minted<T: Kind>(&self, book: &Book<T>) -> Shares<T> {
        let wallet = book.wallet(self.who[0]);
        let payable = book.at_entry().preview_deposit(wallet);
        shares(self.amount)
            .min(book.max_mint())
            .min(payable.unwrap_or(Shares::MAX))
    }

    /// A part of the shares that `owner` may redeem.
    pub fn part_of_shares<T: Kind>(&self, book: &Book<T>, owner: HolderId) -> Shares<T> {
        shares(book.max_redeem(owner).units() * self.part / 1_000)
    }

    /// A part of the assets that `owner` may withdraw.
    pub fn part_of_assets<T: Kind>(&self, book: &Book<T>, owner: HolderId) -> Usd {
        usd(book.max_withdraw(owner).units() * self.part / 1_000)
    }
}

/// Amounts of every size: 0 to 10 units, to a dollar, to a hundred million.
pub fn units() -> impl Strategy<Value = i128> {
    prop_oneof![0i128..10, 0i128..10i128.pow(6), 0i128..10i128.pow(14)]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..USERS, units()).prop_map(|(who, units)| Step::Deposit(who, units)),
        1 => (0..USERS, 0i128..=1_000).prop_map(|(who, part)| Step::Redeem(who, part)),
        1 => units().prop_map(Step::Gain),
        1 => prop_oneof![0i128..=1_000, 990i128..=1_000].prop_map(Step::Loss),
    ]
}

/// Four users with what a random history has left them, after gains, losses and exits.
pub fn cases() -> BoxedStrategy<Case> {
    let dead = prop_oneof![Just(0i128), Just(1_000_000), 0i128..10];
    let spread = prop_oneof![Just(0i128), units()];
    let history = prop::collection::vec(steps(), 0..16);
    let who = prop::array::uniform4((0..USERS).prop_map(user));
    (dead, spread, history, who, units(), units(), 0i128..=1_000)
        .prop_map(|(dead, spread, history, who, amount, other, part)| Case {
            dead,
            spread,
            history,
            who,
            amount,
            other,
            part,
        })
        .boxed()
}

/// Nothing may be moved of another's shares, or any number.
pub fn allow<T: Kind>(book: &mut Book<T>, exit: Exit, allowance: Allowance<T>) {
    book.vault.approve(exit.owner, exit.caller, allowance);
}

/// Runs each law over random vaults of either tranche: a test `senior::law` and one `junior::law`.
#[macro_export]
macro_rules! for_both_tranches {
    ($cases:expr; $($law:ident),* $(,)?) => {
        $crate::for_both_tranches!(@one senior, seawall_vault::SeniorTranche, $cases; $($law),*);
        $crate::for_both_tranches!(@one junior, seawall_vault::JuniorTranche, $cases; $($law),*);
    };
    (@one $name:ident, $tranche:ty, $cases:expr; $($law:ident),*) => {
        mod $name {
            use super::*;
            $(#[test]
            fn $law() {
                $crate::support::hold(&$cases, super::$law::<$tranche>);
            })*
        }
    };
}

/// Runs one law over random cases; one function for all laws, since each copy of the runner is
/// slow to compile.
pub fn hold<C: std::fmt::Debug>(cases: &BoxedStrategy<C>, law: fn(&C) -> TestCaseResult) {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(256)
    };
    let result = TestRunner::new(config).run(cases, |case| law(&case));
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
