//! Inflating the price of a share before somebody else deposits: what it costs whom (M-9.2).
//!
//! The usual test of this wants the attacker's first unit to buy exactly one share, which with
//! virtual shares never happens, so it holds of itself. These have no such condition.
#![allow(clippy::unwrap_used)] // helpers of tests

mod support;

use proptest::prelude::*;
use seawall_units::Usd;
use seawall_vault::{Conversion, JuniorTranche, Vault};
use support::{OPENER, shares, usd, user};

type At = Conversion<JuniorTranche>;

/// What an attack leaves the attacker and the victim, in units.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    attacker: i128,
    victim: i128,
}

/// Units of an attack, in the order in which they are paid in.
#[derive(Debug, Clone, Copy)]
struct Attack {
    first: i128,
    donation: i128,
    victim: i128,
}

/// Attacks a vault of this value and supply.
fn attack(value: i128, supply: i128, attack: Attack) -> Left {
    let Attack {
        first,
        donation,
        victim,
    } = attack;
    let at = |value: i128, supply: i128| At::new(usd(value), shares(supply)).unwrap();
    let bought = at(value, supply)
        .preview_deposit(usd(first))
        .unwrap()
        .units();
    let (value, supply) = (value + first + donation, supply + bought);
    let got = at(value, supply)
        .preview_deposit(usd(victim))
        .unwrap()
        .units();
    let end = at(value + victim, supply + got);
    let worth = |of: i128| end.preview_redeem(shares(of)).unwrap().units();
    Left {
        attacker: worth(bought),
        victim: worth(got),
    }
}

/// An empty vault with nothing but its virtual shares.
const BARE: (i128, i128) = (0, 0);

/// As the default of the dead deposit opens it, with one unit of the opener.
fn opened() -> (i128, i128) {
    let vault = Vault::<JuniorTranche>::open(Usd::whole(1), OPENER, usd(1_000_001)).unwrap();
    assert_eq!(vault.held(user(0)).units(), 0);
    (1_000_001, vault.supply().units())
}

/// Executed on OpenZeppelin's ERC4626 at offset 3: 50 013 and 99 975 of 100 000 each.
#[test]
fn virtual_shares_alone_cost_the_victim_a_quarter_of_a_thousandth() {
    let one_to_one = Attack {
        first: 1,
        donation: 100_000,
        victim: 100_000,
    };
    let left = attack(BARE.0, BARE.1, one_to_one);
    assert_eq!(
        left,
        Left {
            attacker: 50_013,
            victim: 99_975
        }
    );
}

/// With dead shares of a dollar, by hand: the attacker's unit buys 1 000 shares; behind
/// 1 000 002 000 there are 1 100 002 units; 100 000·1 000 003 000/1 100 003 = 90 909 115.9
/// shares, which at the end are worth 90 909 115·1 200 003/1 090 912 115 = 99 999.9. The attacker
/// keeps 1 000·1 200 003/1 090 912 115 = 1.1 of the 100 001 that he paid.
#[test]
fn with_dead_shares_the_attacker_loses_his_donation() {
    let one_to_one = Attack {
        first: 1,
        donation: 100_000,
        victim: 100_000,
    };
    let (value, supply) = opened();
    assert_eq!(
        attack(value, supply, one_to_one),
        Left {
            attacker: 1,
            victim: 99_999
        }
    );
}

/// The worst attack with a donation of up to `times` the victim's deposit, of a victim with a dollar
/// or more: his loss in thousand-millionths, rounded up, and the attack.
///
/// For a given price the loss is largest just below a whole number of shares, so only those
/// deposits are tried.
fn worst(start: (i128, i128), times: i128) -> (i128, Attack) {
    let mut worst = (
        0,
        Attack {
            first: 0,
            donation: 0,
            victim: 1,
        },
    );
    for first in [
        0,
        1,
        2,
        10,
        1_000,
        1_000_000,
        1_000_000_000,
        1_000_000_000_000,
    ] {
        for power in 0..=18 {
            for donation in [10i128.pow(power), 3 * 10i128.pow(power)] {
                let bought = At::new(usd(start.0), shares(start.1)).unwrap();
                let bought = bought.preview_deposit(usd(first)).unwrap().units();
                let (behind, of) = (start.0 + first + donation + 1, start.1 + bought + 1_000);
                let least = (donation / times).max(1_000_000);
                let from = least * of / behind + 1;
                for count in (from..from + 20).chain([from * 2, from * 10]) {
                    // The most that buys one share less than `count`.
                    let victim = (count * behind - 1) / of;
                    let tried = Attack {
                        first,
                        donation,
                        victim,
                    };
                    if victim < least {
                        continue;
                    }
                    let lost = victim - attack(start.0, start.1, tried).victim;
                    let loss = (lost * 1_000_000_000 + victim - 1) / victim;
                    if loss > worst.0 {
                        worst = (loss, tried);
                    }
                }
            }
        }
    }
    worst
}

/// M-9.2: with virtual shares alone a donation of the victim's deposit costs him 0.05 %, ten times of it
/// 0.9 %, and a thousand times all he has. With dead shares of a dollar his loss is one unit of
/// rounding, a millionth of a dollar, up to a thousand times and beyond; only a donation of a
/// million times his deposit comes near a thousandth of it.
#[test]
fn the_worst_case_by_search() {
    let loss = |start, times| worst(start, times).0;
    let bare = [1, 10, 100, 1_000].map(|times| loss(BARE, times));
    assert_eq!(bare, [500_334, 9_100_000, 99_109_000, 1_000_000_000]);
    let dead = [1, 10, 1_000, 100_000, 1_000_000].map(|times| loss(opened(), times));
    assert_eq!(dead, [1_000, 1_000, 1_000, 100_000, 999_001]);
    // The last one is a donation of 10¹² USD against a deposit of a million.
    let Attack {
        first,
        donation,
        victim,
    } = worst(opened(), 1_000_000).1;
    assert_eq!(
        (first, donation, victim),
        (0, 10i128.pow(18), 1_000_997_998_005)
    );
}

fn amounts() -> impl Strategy<Value = i128> {
    (0u32..=15).prop_flat_map(|power| 0i128..=10i128.pow(power))
}

fn attacks() -> impl Strategy<Value = Attack> {
    (amounts(), amounts(), amounts()).prop_map(|(first, donation, victim)| Attack {
        first,
        donation,
        victim,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    /// The victim loses at most two units of rounding and the thousand-millionth part of the
    /// donation, whatever was deposited and donated before: one share costs at most that.
    #[test]
    fn a_victim_loses_a_thousand_millionth_of_the_donation(tried in attacks()) {
        let (value, supply) = opened();
        let lost = tried.victim - attack(value, supply, tried).victim;
        prop_assert!((0..=tried.donation / 1_000_000_000 + 2).contains(&lost), "{lost}");
    }

    /// So from a dollar on he loses less than a thousandth, unless the attacker donates more than
    /// 990 000 times the victim's deposit.
    #[test]
    fn a_victim_loses_less_than_a_thousandth(
        first in amounts(), victim in (6u32..=14).prop_flat_map(|p| 1_000_000..=10i128.pow(p)), part in 0i128..=1_000,
    ) {
        let (value, supply) = opened();
        let donation = victim * 990 * part;
        let lost = victim - attack(value, supply, Attack { first, donation, victim }).victim;
        prop_assert!(lost * 1_000 < victim, "{lost} of {victim}");
    }

    /// Whatever the victim loses, the attacker does not gain, with dead shares and without.
    #[test]
    fn an_attacker_never_profits(tried in attacks()) {
        for (value, supply) in [BARE, opened()] {
            prop_assert!(attack(value, supply, tried).attacker <= tried.first + tried.donation);
        }
    }

    /// With dead shares all but his part of the vault is lost of a donation: he gets back at most
    /// what his deposit is of his deposit and the dollar, and a thousand-millionth of it more.
    #[test]
    fn a_donation_goes_to_the_dead_shares(tried in attacks()) {
        let (value, supply) = opened();
        let Attack { first, donation, .. } = tried;
        let back = attack(value, supply, tried).attacker - first;
        let due = donation * first / (first + 1_000_000) + donation / 1_000_000_000 + 1;
        prop_assert!(back <= due, "{back} of {due}");
    }

    /// Buying in at once or in pieces, before the donation and after it, changes nothing for him.
    #[test]
    fn an_attacker_never_profits_in_pieces(
        pieces in prop::collection::vec((amounts(), amounts()), 1..5), victim in amounts(),
    ) {
        let mut vault = Vault::<JuniorTranche>::open(Usd::whole(1), OPENER, usd(1_000_001))?;
        let (mut value, mut paid) = (usd(1_000_001), Usd::ZERO);
        for (first, donation) in pieces {
            let bought = vault.conversion(value)?.preview_deposit(usd(first))?;
            vault.mint(user(1), bought)?;
            value += usd(first) + usd(donation);
            paid += usd(first) + usd(donation);
        }
        let got = vault.conversion(value)?.preview_deposit(usd(victim))?;
        vault.mint(user(2), got)?;
        let end = vault.conversion(value + usd(victim))?;
        prop_assert!(end.preview_redeem(vault.held(user(1)))? <= paid);
    }
}
