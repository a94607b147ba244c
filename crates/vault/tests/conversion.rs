//! ERC-4626 conversion: the four roundings, the standard's properties, the inflation attack (M-9).
#![allow(clippy::unwrap_used)] // helpers of tests

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use seawall_units::{Shares, Usd};
use seawall_vault::{Conversion, GateRefusal, HolderId, JuniorTranche, Vault, VaultError};

type At = Conversion<JuniorTranche>;

fn usd(units: i128) -> Usd {
    Usd::from_units(units).unwrap()
}

fn shares(units: i128) -> Shares<JuniorTranche> {
    Shares::from_units(units).unwrap()
}

fn at(value: i128, supply: i128) -> At {
    At::new(usd(value), shares(supply)).unwrap()
}

#[test]
fn an_empty_vault_gives_one_share_for_one_usd() {
    let empty = at(0, 0);
    assert_eq!(
        empty.preview_deposit(Usd::whole(1)).unwrap().to_string(),
        "1.000000000"
    );
    assert_eq!(
        empty
            .preview_mint(shares(1_000_000_001))
            .unwrap()
            .to_string(),
        "1.000001"
    );
}

#[test]
fn the_roundings_by_hand() {
    // 7 units of money behind 4 000 units of shares: 8/5 000 each with the virtual ones.
    let now = at(7, 4_000);
    assert_eq!(now.preview_deposit(usd(3)).unwrap().units(), 1_875); // 3·5 000/8
    assert_eq!(now.preview_deposit(usd(1)).unwrap().units(), 625);
    assert_eq!(now.preview_redeem(shares(1_000)).unwrap().units(), 1); // 1.6
    assert_eq!(now.preview_mint(shares(1_000)).unwrap().units(), 2);
    assert_eq!(now.convert_to_assets(shares(1_000)).unwrap().units(), 1);
    // 8 units behind 4 000: 9/5 000; 5 000/9 = 555.6.
    let now = at(8, 4_000);
    assert_eq!(now.preview_deposit(usd(1)).unwrap().units(), 555);
    assert_eq!(now.convert_to_shares(usd(1)).unwrap().units(), 555);
    assert_eq!(now.preview_withdraw(usd(1)).unwrap().units(), 556);
}

#[test]
fn ranges_are_errors_and_never_a_stop() {
    let wiped = at(0, Shares::<JuniorTranche>::MAX.units());
    assert!(matches!(
        wiped.preview_deposit(Usd::MAX),
        Err(VaultError::SharesOutOfRange {
            vault: "junior",
            assets: Usd::MAX
        })
    ));
    let rich = At::new(Usd::MAX, Shares::ZERO).unwrap();
    assert!(matches!(
        rich.preview_mint(Shares::MAX),
        Err(VaultError::AssetsOutOfRange { .. })
    ));
    assert!(matches!(
        At::new(usd(-1), Shares::ZERO),
        Err(VaultError::NegativeAmount { .. })
    ));
    assert!(matches!(
        rich.preview_deposit(usd(-1)),
        Err(VaultError::NegativeAmount { .. })
    ));
    assert_eq!(rich.max_deposit(Ok(Usd::MAX)), Usd::ZERO);
    assert_eq!(wiped.max_deposit(Ok(Usd::MAX)), Usd::ZERO);
}

/// A vault whose value is the sum of what was paid in, gained and lost: what the attack needs.
struct Bank {
    vault: Vault<JuniorTranche>,
    value: Usd,
}

impl Bank {
    fn deposit(&mut self, holder: HolderId, assets: Usd) {
        let minted = self
            .vault
            .conversion(self.value)
            .unwrap()
            .preview_deposit(assets)
            .unwrap();
        self.vault.mint(holder, minted).unwrap();
        self.value += assets;
    }

    fn worth(&self, holder: HolderId) -> i128 {
        let now = self.vault.conversion(self.value).unwrap();
        now.convert_to_assets(self.vault.held(holder))
            .unwrap()
            .units()
    }
}

/// (attacker's worth, victim's worth) in units after depositing `first`, donating `donation` and
/// the victim's deposit of `victim`, in a vault opened with `opening` units, one of them the
/// opener's and the others dead.
fn attack(opening: i128, first: i128, donation: i128, victim: i128) -> (i128, i128) {
    let [opener, attacker, prey] = [0, 1, 2].map(HolderId::new);
    let vault = Vault::open(usd(opening - 1), opener, usd(opening)).unwrap();
    let mut bank = Bank {
        vault,
        value: usd(opening),
    };
    bank.deposit(attacker, usd(first));
    bank.value += usd(donation);
    bank.deposit(prey, usd(victim));
    (bank.worth(attacker), bank.worth(prey))
}

#[test]
fn inflation_without_dead_shares_is_the_sheet_s_example() {
    // OpenZeppelin's ERC4626 at offset 3, executed: deposit 1, donate 100 000, victim deposits
    // 100 000: the attacker is left with 50 013, the victim with 99 975. By hand: 1·1 000 = 1 000
    // shares; 100 000·2 000/100 002 = 1 999; 1 999·200 002/3 999 = 99 975.9; 1 000·.. = 50 013.0.
    let (first, donation) = (usd(1), usd(100_000));
    let bought = at(0, 0).preview_deposit(first).unwrap();
    let victim = usd(100_000);
    let got = at(100_001, 1_000).preview_deposit(victim).unwrap();
    assert_eq!((bought.units(), got.units()), (1_000, 1_999));
    let end = At::new(first + donation + victim, bought.checked_add(got).unwrap()).unwrap();
    assert_eq!(end.convert_to_assets(got).unwrap().units(), 99_975);
    assert_eq!(end.convert_to_assets(bought).unwrap().units(), 50_013);
}

#[test]
fn inflation_with_dead_shares_gives_the_donation_away() {
    // 1 USD opens the vault: 10⁶ units behind 10⁹ shares. The attacker's unit buys 1 000 shares.
    // With 100 000 donated units: value 1 100 001, supply 1 000 001 000; the victim's 100 000
    // buys 100 000·1 000 002 000/1 100 002 = 90 909 107.4; of the end value 1 200 001 he holds
    // 90 909 107·1 200 002/1 090 911 107 = 99 999.9 and the attacker 1 000·.. = 1.1.
    assert_eq!(attack(1_000_000, 1, 100_000, 100_000), (1, 99_999));
    // 100 000 USD donated against a deposit of 100 000 USD: 10¹¹·1 000 002 000/100 001 000 002 =
    // 999 992 000.0 shares, worth 99 999 999 996 units: four millionths of a dollar are lost, and
    // the attacker keeps 0.10 of 100 000 USD.
    assert_eq!(
        attack(1_000_000, 1, 100_000_000_000, 100_000_000_000),
        (100_000, 99_999_999_996)
    );
    // 100 million USD donated against a deposit of one: 10 shares, worth 0.999998.
    assert_eq!(
        attack(1_000_000, 1, 100_000_000_000_000, 1_000_000).1,
        999_998
    );
}

#[test]
fn a_vault_is_opened_by_who_pays_for_the_dead_shares() {
    let opener = HolderId::new(7);
    let vault = Vault::<JuniorTranche>::open(Usd::whole(1), opener, Usd::whole(200)).unwrap();
    assert_eq!(vault.dead().units(), 1_000_000_000);
    assert_eq!(vault.held(opener).units(), 199_000_000_000);
    let error = Vault::<JuniorTranche>::open(Usd::whole(1), opener, Usd::whole(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1.000000 USD open no junior vault; legal: more than 1.000000"
    );
}

#[test]
fn nobody_burns_what_he_does_not_have() {
    let (owner, other) = (HolderId::new(1), HolderId::new(2));
    let mut vault = Vault::<JuniorTranche>::open(Usd::whole(1), owner, Usd::whole(3)).unwrap();
    let before = vault.clone();
    let all = vault.supply(); // the dead ones among them
    assert!(matches!(
        vault.burn(owner, all),
        Err(VaultError::NotEnoughShares { .. })
    ));
    assert!(matches!(
        vault.burn(other, shares(1)),
        Err(VaultError::NotEnoughShares { .. })
    ));
    assert!(matches!(
        vault.mint(other, Shares::MAX),
        Err(VaultError::SupplyOutOfRange { .. })
    ));
    assert_eq!(vault, before, "a refusal changes nothing");
    vault.burn(owner, vault.held(owner)).unwrap();
    assert_eq!(vault.holders().count(), 0);
    assert_eq!(vault.supply(), vault.dead());
}

#[test]
fn handing_over_keeps_the_supply_or_changes_nothing() {
    let (founder, lp) = (HolderId::FOUNDER, HolderId::provider(3));
    let mut vault = Vault::<JuniorTranche>::open(Usd::whole(1), founder, Usd::whole(201)).unwrap();
    let before = vault.clone();
    for amount in [Usd::whole(200) + Usd::ULP, -Usd::ULP] {
        assert!(vault.hand_over(founder, lp, amount).is_err());
        assert_eq!(vault, before, "a refusal changes nothing");
    }
    vault.hand_over(founder, lp, Usd::whole(200)).unwrap();
    assert_eq!(vault.held(lp), before.held(founder));
    assert!(vault.held(founder).is_zero());
    assert_eq!(vault.supply(), before.supply());
    // To himself: nothing comes of it.
    vault.hand_over(lp, lp, Usd::whole(5)).unwrap();
    assert_eq!(vault.held(lp), before.held(founder));
}

/// Any state a vault may be in: value and supply in units.
fn states() -> impl Strategy<Value = At> {
    let value = prop_oneof![Just(0i128), 0i128..1_000, 0i128..10i128.pow(16)];
    let supply = prop_oneof![Just(0i128), 0i128..10_000, 0i128..10i128.pow(19)];
    (value, supply).prop_map(|(value, supply)| at(value, supply))
}

fn rational(a: i128, b: i128, d: i128) -> BigRational {
    BigRational::new(BigInt::from(a) * BigInt::from(b), BigInt::from(d))
}

proptest! {
    #[test]
    fn each_rounding_is_the_rational_rounded_its_way(
        now in states(), assets in 0i128..10i128.pow(15), burned in 0i128..10i128.pow(18),
    ) {
        let (value, supply) = (now.value().units() + 1, now.supply().units() + 1_000);
        let in_shares = rational(assets, supply, value);
        if let Ok(got) = now.preview_deposit(usd(assets)) {
            prop_assert_eq!(BigInt::from(got.units()), in_shares.floor().to_integer());
            prop_assert_eq!(now.convert_to_shares(usd(assets)), Ok(got));
        } else {
            prop_assert!(in_shares.floor().to_integer() > BigInt::from(10i128.pow(33)));
        }
        if let Ok(got) = now.preview_withdraw(usd(assets)) {
            prop_assert_eq!(BigInt::from(got.units()), in_shares.ceil().to_integer());
        }
        let in_assets = rational(burned, value, supply);
        if let Ok(got) = now.preview_redeem(shares(burned)) {
            prop_assert_eq!(BigInt::from(got.units()), in_assets.floor().to_integer());
            prop_assert_eq!(now.convert_to_assets(shares(burned)), Ok(got));
        } else {
            prop_assert!(in_assets.floor().to_integer() > BigInt::from(10i128.pow(21)));
        }
        if let Ok(got) = now.preview_mint(shares(burned)) {
            prop_assert_eq!(BigInt::from(got.units()), in_assets.ceil().to_integer());
        }
    }

    #[test]
    fn nothing_is_free_and_nothing_gives_nothing(now in states(), few in 1i128..1_000) {
        let (none, some) = (shares(0), shares(few));
        prop_assert_eq!(now.preview_deposit(Usd::ZERO), Ok(none));
        prop_assert_eq!(now.preview_redeem(none), Ok(Usd::ZERO));
        prop_assert!(now.preview_mint(some)?.is_positive());
        if let Ok(burned) = now.preview_withdraw(usd(few)) {
            prop_assert!(!burned.is_zero());
        }
    }

    /// a16z/erc4626-tests, properties 19, 20, 23 and 24: what goes in and comes out.
    #[test]
    fn round_trips_that_begin_with_a_deposit_never_gain(
        now in states(), assets in 0i128..10i128.pow(15), wanted in 0i128..10i128.pow(15),
    ) {
        if let Ok(got) = now.preview_deposit(usd(assets)) {
            let after = at(now.value().units() + assets, now.supply().units() + got.units());
            prop_assert!(after.preview_redeem(got)?.units() <= assets, "19");
            prop_assert!(after.preview_withdraw(usd(assets))? >= got, "20");
        }
        if let Ok(paid) = now.preview_mint(shares(wanted)) {
            let after = at(now.value().units() + paid.units(), now.supply().units() + wanted);
            prop_assert!(after.preview_withdraw(paid)?.units() >= wanted, "23");
            prop_assert!(after.preview_redeem(shares(wanted))? <= paid, "24");
        }
    }

    /// a16z/erc4626-tests, properties 21, 22, 25 and 26: what comes out and goes in again.
    #[test]
    fn round_trips_that_begin_with_an_exit_never_gain(now in states(), part in 0u32..=1_000) {
        let burned = now.supply().units() / 1_000 * i128::from(part);
        let got = now.preview_redeem(shares(burned))?;
        let after = at(now.value().units() - got.units(), now.supply().units() - burned);
        prop_assert!(after.preview_deposit(got)?.units() <= burned, "21");
        prop_assert!(after.preview_mint(shares(burned))? >= got, "22");
        let out = usd(now.value().units() / 1_000 * i128::from(part));
        match now.preview_withdraw(out) {
            Ok(burned) if burned <= now.supply() => {
                let supply = now.supply().checked_sub(burned).ok_or(TestCaseError::fail("supply"))?;
                let after = At::new(now.value() - out, supply)?;
                prop_assert!(after.preview_mint(burned)? >= out, "25");
                prop_assert!(after.preview_deposit(out)? <= burned, "26");
            }
            // More shares than there are, or than the range holds: nobody can ask for it.
            _ => {}
        }
    }

    #[test]
    fn limits_are_never_too_high(now in states(), limit in 0i128..10i128.pow(21), held in 0i128..10i128.pow(20)) {
        let (limit, held) = (usd(limit), shares(held));
        let most = now.max_deposit(Ok(limit));
        prop_assert!(most <= limit);
        let minted = now.preview_deposit(most)?;
        prop_assert!(now.supply().checked_add(minted).is_some(), "the deposit succeeds");
        prop_assert!(now.preview_mint(now.max_mint(Ok(limit)))? <= most);
        let out = now.max_redeem(held, Ok(limit));
        prop_assert!(out <= held);
        prop_assert!(now.preview_redeem(out).is_err() || now.preview_redeem(out)? <= limit);
        prop_assert!(now.max_withdraw(held, Ok(limit)) <= limit);
        let closed = Err(GateRefusal::DeficitOpen);
        prop_assert!(now.max_deposit(closed).is_zero() && now.max_mint(closed).is_zero());
        prop_assert!(now.max_redeem(held, closed).is_zero() && now.max_withdraw(held, closed).is_zero());
    }

    /// Four holders at random, with gains and losses in between.
    #[test]
    fn supply_is_the_holders_and_the_dead_and_nobody_is_diluted(
        steps in prop::collection::vec((0u32..4, 0u8..6, 0i128..10i128.pow(12)), 1..60),
    ) {
        let opener = HolderId::new(0);
        let mut bank = Bank {
            vault: Vault::open(Usd::whole(1), opener, Usd::whole(100))?,
            value: Usd::whole(100),
        };
        for (who, what, amount) in steps {
            let holder = HolderId::new(who);
            let now = bank.vault.conversion(bank.value)?;
            let held = bank.vault.held(holder);
            match what {
                0 => {
                    // A deposit of a wiped vault would give too many shares; the gate refuses it.
                    if !bank.value.is_zero() && now.preview_deposit(usd(amount)).is_ok_and(|s| s.units() < 10i128.pow(30)) {
                        bank.deposit(holder, usd(amount));
                    }
                }
                1 if !bank.value.is_zero() => {
                    let minted = shares(amount);
                    let paid = now.preview_mint(minted)?;
                    bank.vault.mint(holder, minted)?;
                    bank.value += paid;
                }
                2 => {
                    let burned = held.min(shares(amount));
                    let out = now.preview_redeem(burned)?;
                    bank.vault.burn(holder, burned)?;
                    bank.value -= out;
                }
                3 => {
                    let out = usd(amount).min(now.max_withdraw(held, Ok(Usd::MAX)));
                    bank.vault.burn(holder, now.preview_withdraw(out)?)?;
                    bank.value -= out;
                }
                4 => bank.value += usd(amount),
                _ => bank.value -= bank.value.min(usd(amount)),
            }
            let held: i128 = bank.vault.holders().map(|(_, s)| s.units()).sum();
            prop_assert_eq!(bank.vault.supply().units(), held + bank.vault.dead().units());
            prop_assert!(!bank.value.is_negative(), "nobody takes more than there is");
            if what < 4 {
                // Price after ≥ price before, as fractions.
                let after = bank.vault.conversion(bank.value)?;
                let price = |c: &At| rational(c.value().units() + 1, 1, c.supply().units() + 1_000);
                prop_assert!(price(&after) >= price(&now));
            }
        }
    }
}
