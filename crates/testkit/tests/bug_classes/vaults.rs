//! What a share costs who comes and brings who goes.

use proptest::prelude::*;
use seawall_ledger::{Account, BidderId, Cause};
use seawall_units::{Price, Ratio, Shares, Usd};
use seawall_vault::{Conversion, HolderId, SeniorTranche, Vault};
use seawall_venue::{Command, StageId, TrancheName, Venue};

use crate::law::{Held, assert_found, require};
use crate::pair::{Defect, Pair, Spoilt, TRANCHES, Tranches, open_gates};
use crate::world::{World, endowed, order_book, pool, tranched, tranched_params, usd};

const NEWCOMER: u32 = 9;

// B1 -------------------------------------------------------------------------------------------

/// **B1** A deposit is priced on another basis than a withdrawal: all of the pool against one
/// tranche of it.
///
/// Law: paying in and taking out in one state of the vault, in whichever tranche, never pays more
/// than it took. **Source** dcccrypto/percolator-stake issue 134.
fn a_round_trip_gains_nothing(paid: Usd, got: Usd) -> Held {
    require("B1", got <= paid, || format!("{got} for {paid}"))
}

/// In and out at one mark and in one second; what was paid and what was got.
fn in_and_out<V: Venue + ?Sized>(
    world: &mut World<V>,
    tranche: TrancheName,
    amount: Usd,
) -> [Usd; 2] {
    let lp = BidderId::new(NEWCOMER);
    let first = world.steps.len();
    let asks = [
        Command::Provide {
            lp,
            tranche,
            amount,
        },
        Command::Redeem {
            lp,
            tranche,
            amount: usd(2_000_000_000),
        },
    ];
    for ask in asks {
        let _ = world.commit(ask);
        world.attribute();
    }
    [Cause::VaultDeposit, Cause::VaultRedemption].map(|cause| {
        world.steps[first..]
            .iter()
            .map(|step| step.posted(cause))
            .sum()
    })
}

/// Whoever pays in for either tranche buys shares of the whole pool, and is paid on the tranche.
struct GlobalBasis {
    senior: Vault<SeniorTranche>,
    values: [Usd; 2],
    supplies: [i128; 2],
}

impl GlobalBasis {
    fn round_trip(&mut self, amount: Usd) -> [Usd; 2] {
        let all: Usd = self.values.iter().copied().sum();
        let supply = Shares::from_units(self.supplies.iter().sum()).unwrap();
        let global = Conversion::<SeniorTranche>::new(all, supply).unwrap();
        let bought = global.preview_deposit(amount).unwrap();
        self.senior
            .mint(HolderId::provider(NEWCOMER), bought)
            .unwrap();
        let own = self.senior.conversion(self.values[0] + amount).unwrap();
        [amount, own.preview_redeem(bought).unwrap()]
    }
}

#[test]
fn b01_planted_is_found() {
    // The published figures: 1 000 000 in each tranche, Junior has borne 800 000, 1 000 000 come
    // in at 0.6 and go out at 0.75.
    let senior = Vault::open(Usd::ZERO, HolderId::FOUNDER, usd(1_000_000)).unwrap();
    let supply = senior.supply().units();
    let mut global = GlobalBasis {
        senior,
        values: [usd(1_000_000), usd(200_000)],
        supplies: [supply, supply],
    };
    let [paid, got] = global.round_trip(usd(1_000_000));
    assert_found(
        a_round_trip_gains_nothing(paid, got),
        "B1",
        "1249999.999999 for 1000000.000000",
    );
}

fn anywhere() -> impl Strategy<Value = (Price, Usd, usize)> {
    let mark = (6_000i128..18_000).prop_map(|c| Price::from_units(c * 100_000_007).unwrap());
    let amount = (1i64..2_000_000_000_000).prop_map(Usd::units_i64);
    (mark, amount, 0usize..2)
}

fn two_sides() -> Vec<seawall_venue::Endowment> {
    vec![
        endowed(0, 2_500, "100", 200_000),
        endowed(1, -1_500, "100", 200_000),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// In the pool at marks between the factors of deposits and of withdrawals, too.
    #[test]
    fn b01_deposit_basis_holds((mark, amount, at) in anywhere()) {
        let mut in_pool = pool(two_sides(), 400_000, seawall_venue_pool::Params::btc());
        let mut on_book = order_book(two_sides(), 400_000);
        in_pool.price = mark;
        in_pool.observe();
        on_book.price = mark;
        on_book.observe();
        for [paid, got] in [
            in_and_out(&mut in_pool, TRANCHES[at], amount),
            in_and_out(&mut on_book, TRANCHES[at], amount),
        ] {
            a_round_trip_gains_nothing(paid, got)?;
        }
        let mut params = open_gates();
        params.limits.reserved = Ratio::whole(10);
        params.ladder.near_senior = Ratio::ONE;
        params.rates.funding.velocity_per_minute = seawall_units::Rate::ZERO;
        params.rates.utilisation.base = seawall_units::Rate::ZERO;
        params.rates.utilisation.max = seawall_units::Rate::ZERO;
        let mut pair = Pair::new([200_000, 200_000, 0], two_sides(), params);
        pair.mark = mark;
        let paid = pair.deposit(NEWCOMER, TRANCHES[at], amount);
        let got = pair.redeem(NEWCOMER, TRANCHES[at]);
        a_round_trip_gains_nothing(paid, got)?;
    }
}

// B6 -------------------------------------------------------------------------------------------

/// **B6** Fees are folded into the value after deposits were priced: who comes in just in time buys
/// them.
///
/// Law: what an interval earned belongs to who was there in it. Who comes in at its end takes out at
/// most what he put in, and the holders gain all of it that goes to LPs. **Source**
/// dcccrypto/percolator-stake issue 146.
fn fees_are_the_holders(pair: &mut dyn Tranches, [fees, deposit]: [Usd; 2]) -> Held {
    for tranche in TRANCHES {
        pair.earn(fees);
        let paid = pair.deposit(NEWCOMER, tranche, deposit);
        pair.wait();
        let got = pair.redeem(NEWCOMER, tranche);
        require("B6", got <= paid, || {
            format!("{got} for {paid} in {tranche:?} where {fees} of fees came in before")
        })?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b06_fee_snipe_holds(fees in 1i64..1_000_000_000_000, deposit in 1i64..1_900_000_000_000) {
        let mut pair = Pair::held(8_000_000, 2_000_000);
        let before = pair.worth(0, TrancheName::Junior);
        fees_are_the_holders(&mut pair, [fees, deposit].map(Usd::units_i64))?;
        prop_assert!(fees < 100 || pair.worth(0, TrancheName::Junior) > before);
    }
}

#[test]
fn b06_planted_is_found() {
    let pair = Pair::held(8_000_000, 2_000_000);
    let mut spoilt = Spoilt::new(pair, Defect::FeesAfterDeposits);
    let found = fees_are_the_holders(&mut spoilt, [50_000, 1_000_000].map(usd));
    assert_found(found, "B6", "of fees came in before");
}

// B9 -------------------------------------------------------------------------------------------

/// What an attack of a first depositor came to.
#[derive(Debug, Clone, Copy)]
struct Attack {
    spent: Usd,
    kept: Usd,
    victim_paid: Usd,
    victim_kept: Usd,
    victim_has_shares: bool,
}

/// **B9** The first depositor inflates the share price by a donation, so that the next one's deposit
/// buys too few shares or none.
///
/// Law: the attack costs at least what it takes from the victim, and who pays in has shares.
/// **Source** sherlock-audit/2023-12-flatmoney-judging, 018-H; 2023-05-perennial-judging, 013-M;
/// 2023-07-perennial-judging, 154-M; 2023-02-carapace-judging, 005-M.
fn inflation_costs_the_attacker(attack: Attack) -> Held {
    let cost = attack.spent - attack.kept;
    let taken = attack.victim_paid - attack.victim_kept;
    require("B9", cost >= taken, || {
        format!("the attacker pays {cost} and the victim loses {taken}")
    })?;
    let served = attack.victim_has_shares || attack.victim_paid.is_zero();
    require("B9", served, || {
        format!("{} bought no share", attack.victim_paid)
    })
}

/// The attack on a new junior series of the real market, opened after the one before lost all.
fn attack_series([first, donation, victim]: [Usd; 3]) -> Attack {
    let mut pair = Pair::new([1_000, 2_000_000, 0], Vec::new(), open_gates());
    pair.lose(StageId::Junior, usd(2_000_000));
    let junior = TrancheName::Junior;
    let spent = pair.deposit(0, junior, first) + donation;
    let ledger = pair.market.ledger_mut();
    ledger.pay(
        Account::External,
        Account::Junior,
        donation,
        Cause::VaultDeposit,
    );
    let victim_paid = pair.deposit(1, junior, victim);
    let held = pair.market.shares(HolderId::provider(1)).1;
    Attack {
        spent,
        kept: pair.redeem(0, junior),
        victim_paid,
        victim_kept: pair.redeem(1, junior),
        victim_has_shares: !held.is_zero(),
    }
}

/// A vault of whole units without virtual or dead shares.
fn attack_plain([first, donation, victim]: [i128; 3]) -> Attack {
    let (mut value, mut supply) = (first, first);
    value += donation;
    let bought = victim * supply / value;
    value += victim;
    supply += bought;
    let out = |shares: i128| Usd::from_units(shares * value / supply).unwrap();
    let usd = |units| Usd::from_units(units).unwrap();
    Attack {
        spent: usd(first + donation),
        kept: out(first),
        victim_paid: usd(victim),
        victim_kept: out(bought),
        victim_has_shares: bought > 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b09_donation_holds(
        first in prop_oneof![Just(1_000_001i64), 1_000_001i64..2_000_000_000],
        donation in prop_oneof![Just(0i64), 0i64..3_000_000_000_000], victim in 1_000_000i64..3_000_000_000_000,
    ) {
        inflation_costs_the_attacker(attack_series([first, donation, victim].map(Usd::units_i64)))?;
    }
}

#[test]
fn b09_planted_is_found() {
    // One unit, a donation of 10 000, a victim of 20 000: its 1.9999 shares are one, half of it all.
    let attack = attack_plain([1, 10_000_000_000, 20_000_000_000]);
    assert_found(
        inflation_costs_the_attacker(attack),
        "B9",
        "the victim loses",
    );
    let mute = attack_plain([1, 30_000_000_000, 20_000_000_000]);
    let mute = Attack {
        kept: Usd::ZERO,
        ..mute
    };
    assert_found(inflation_costs_the_attacker(mute), "B9", "bought no share");
}

// B23 ------------------------------------------------------------------------------------------

/// **B23** A deposit just before a liquidation that everybody can see harvests a part of the margin
/// that it leaves to the pool.
///
/// Law: who enters at a time earns nothing from positions that were lost before it. **Source**
/// sherlock-audit/2023-12-flatmoney-judging, 038-H; 2023-02-carapace-judging, 113-H.
fn a_known_liquidation_is_not_harvested(paid: Usd, got: Usd) -> Held {
    require("B23", got <= paid, || {
        format!("{got} for {paid} paid in before the liquidation")
    })
}

/// At which mark a deposit is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Executed {
    AtTheNextMark,
    AtTheOldMark,
}

/// A long is lost at `mark` in the second before the minute; a newcomer pays into Junior in that
/// second and leaves as soon as he can.
fn harvest(mark: Price, executed: Executed, amount: Usd) -> [Usd; 2] {
    let mut params = tranched_params();
    params.vault.junior_epochs = 1;
    params.vault.min_coverage = Ratio::ZERO;
    params.vault.balancing_fee = Ratio::ZERO;
    params.fees.coupon = seawall_units::Rate::ZERO;
    let long = vec![endowed(0, 1_000, "100", 2_900)];
    let mut world = tranched(long, [800_000, 200_000, 0], params);
    world.until(59);
    let (lp, tranche) = (BidderId::new(NEWCOMER), TrancheName::Junior);
    let first = world.steps.len();
    let provide = Command::Provide {
        lp,
        tranche,
        amount,
    };
    world.commit(provide).unwrap();
    if executed == Executed::AtTheOldMark {
        world.attribute();
    }
    world.price = mark;
    world.until(60);
    // Until the last lot is settled; 25 000 of 97 000 can be in flight at once.
    world.until(600);
    let amount = usd(2_000_000_000);
    let _ = world.commit(Command::Redeem {
        lp,
        tranche,
        amount,
    });
    world.until(780);
    [Cause::VaultDeposit, Cause::VaultRedemption].map(|cause| {
        world.steps[first..]
            .iter()
            .map(|step| step.posted(cause))
            .sum()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b23_harvest_holds(cents in 8_000i128..9_900, amount in 1i64..500_000_000_000) {
        let mark = Price::from_units(cents * 100_000_000).unwrap();
        let [paid, got] = harvest(mark, Executed::AtTheNextMark, Usd::units_i64(amount));
        a_known_liquidation_is_not_harvested(paid, got)?;
    }
}

#[test]
fn b23_planted_is_found() {
    // The deposit is executed at the mark that it was sent at, with the gap in sight.
    let mark = "97".parse().unwrap();
    let [paid, got] = harvest(mark, Executed::AtTheOldMark, usd(100_000));
    assert_found(
        a_known_liquidation_is_not_harvested(paid, got),
        "B23",
        "before the liquidation",
    );
}
