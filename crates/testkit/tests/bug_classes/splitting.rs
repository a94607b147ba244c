//! Who comes in parts, as several or again never gets beyond a cap.

use proptest::prelude::*;
use seawall_ledger::{AccountId, DeficitId};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{Deficit, Venue};
use seawall_waterfall::{AdlCaps, AdlConfig, JuniorConfig, JuniorEpoch, Winner, plan_batch};

use crate::world::{tranched, usd};

/// The default market of 10 M with no position.
fn market() -> crate::world::World<seawall_venue_tranched::TranchedVenue> {
    let mut world = tranched(Vec::new(), [8_000_000, 2_000_000, 0], Default::default());
    world.until(1);
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// M-7 and M-4.7: one account, in any number of orders of a minute, holds at most a tenth of
    /// the cap and the minute's minimum fill: 905 000; whole or in parts, and no more in parts.
    #[test]
    fn splitting_never_beats_the_account_cap(parts in prop::collection::vec(1i64..600_000_000_000, 1..12), long in any::<bool>()) {
        let sign = if long { 1 } else { -1 };
        let (mut in_parts, mut whole) = (market(), market());
        let mut got = Base::ZERO;
        for part in &parts {
            let size = Base::units_i64(sign * part);
            got += in_parts.order(0, size, usd(100_000)).unwrap_or(Base::ZERO);
        }
        let all = Base::units_i64(sign * parts.iter().sum::<i64>());
        let once = whole.order(0, all, usd(1_200_000)).unwrap_or(Base::ZERO);
        prop_assert!(got.abs() <= once.abs(), "{got} in parts and {once} at once");
        let position = in_parts.venue.position(AccountId::new(0));
        let mark: Price = "100".parse().unwrap();
        let held = position.map_or(Usd::ZERO, |view| mark.value_ceil(view.size.abs()));
        prop_assert!(held <= usd(905_000), "{held}");
    }

    /// M-8.5: a winner who has split his position among several accounts cannot be closed for more
    /// in a batch than the stated share of all of it, nor the side beyond its share, and the batch
    /// stops at the profit that it is for, whoever holds it.
    #[test]
    fn splitting_winners_never_beats_a_batch(
        pieces in prop::collection::vec(1i64..1_000_000_000_000, 1..20), profit in 1i64..1_000_000, target in 1i64..1_000_000_000_000,
    ) {
        let config = AdlConfig::default();
        let mark: Price = "100".parse().unwrap();
        let winner = |n: u32, size: i64| {
            let size = Base::units_i64(-size);
            let notional = mark.value_ceil(size.abs());
            // The same profit a unit, whoever has it.
            let part = notional.mul_div_floor(Usd::units_i64(profit), Usd::units_i64(1_000_000)).unwrap();
            Winner { account: AccountId::new(n), size, profit: part.max(Usd::ULP), margin: notional, notional, equity: notional + part }
        };
        let total: i64 = pieces.iter().sum();
        let all = mark.value_ceil(Base::units_i64(total));
        let caps = AdlCaps { profit: Usd::units_i64(target), notional: all.mul_floor(config.side_share) };
        let winners: Vec<Winner> = (0..).zip(&pieces).map(|(n, size)| winner(n, *size)).collect();
        let batch = plan_batch(winners.clone(), mark, caps, &config);
        let closed: Base = batch.iter().map(|(_, size)| *size).sum();
        prop_assert!(closed <= Base::units_i64(total).mul_floor(config.account_share));
        prop_assert!(mark.value_floor(closed) <= caps.notional);
        let realised: Usd = batch
            .iter()
            .map(|(account, size)| {
                let of = &winners[account.index()];
                of.profit.mul_div_floor(*size, of.size.abs()).unwrap()
            })
            .sum();
        // The size that reaches the target rounds up to the next unit of one position.
        let most = caps.profit + winners.iter().map(|w| w.profit.mul_div_ceil(Base::ULP, w.size.abs()).unwrap()).max().unwrap();
        prop_assert!(realised <= most, "{realised} of {most}");
    }

    /// M-8.3: however an epoch's deficits are cut into parts, Junior loses the same, the stated share
    /// of what it was worth when the epoch began.
    #[test]
    fn splitting_deficits_never_beats_the_junior_cap(
        value in 1i64..1_000_000_000_000, cap in 0i32..=10_000, parts in prop::collection::vec(1i64..500_000_000_000, 1..12),
    ) {
        let config = JuniorConfig { loss_cap: Ratio::bps(cap) };
        let lose = |amounts: &[i64]| {
            let (mut epoch, mut left) = (JuniorEpoch::default(), Usd::units_i64(value));
            let mut lost = Usd::ZERO;
            for (n, amount) in (0..).zip(amounts) {
                let (id, who) = (DeficitId::new(n), AccountId::new(n));
                let mut deficit = Deficit::open(id, who, Side::Long, Time::default(), Usd::units_i64(*amount));
                let (absorbed, _) = epoch.absorb(&mut deficit, left, 1, &config);
                left -= absorbed;
                lost += absorbed;
            }
            lost
        };
        let (in_parts, at_once) = (lose(&parts), lose(&[parts.iter().sum()]));
        prop_assert_eq!(in_parts, at_once);
        prop_assert!(in_parts <= Usd::units_i64(value).mul_floor(config.loss_cap));
    }
}
