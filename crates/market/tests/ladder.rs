//! The ladder by hand: where its bands end, what they hold, and when that changes.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use proptest::prelude::*;
use seawall_market::{Capital, IsolatedMarket, Ladder, LadderConfig, Params};
use seawall_units::{Price, Ratio, Time, Usd};
use seawall_vault::OpenLoss;
use seawall_venue::{Endowment, MarketStatus, Setup};

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn standard(config: &LadderConfig) -> Ladder {
    Ladder::new(config, Usd::whole(8_000_000), Usd::whole(2_000_000))
}

/// M-4.1: four bands of 5 bp and four of 20 bp end 100 bp from the mark; with the half-spread of
/// 2 bp the last dollar of the ladder is quoted at 102 bp.
#[test]
fn the_bands_end_a_hundred_basis_points_from_the_mark() {
    let config = LadderConfig::default();
    let ladder = standard(&config);
    let widths: Ratio = ladder.bands().iter().map(|band| band.width).sum();
    assert_eq!(widths, Ratio::bps(100));
    assert_eq!(widths + config.half_spread, Ratio::bps(102));
    // From 80 to 100 bp over 250 000 USD: the last 1 000 lie between 99.92 and 100 bp and cost
    // 1 000 · 99.96 bp = 9.996.
    let last = ladder.work(Usd::whole(2_000_000)) - ladder.work(Usd::whole(1_999_000));
    assert_eq!(last, usd("9.996"));
}

/// M-4.2: 2.5 % of 8 M and 2.5 % of 2 M are 250 000, and 12.5 % of 2 M are as well.
#[test]
fn every_band_of_the_standard_pair_holds_250_000() {
    let ladder = standard(&LadderConfig::default());
    assert_eq!(ladder.bands().len(), 8);
    for band in ladder.bands() {
        assert_eq!(band.capacity, Usd::whole(250_000));
    }
    assert_eq!(ladder.near_depth(), Usd::whole(1_000_000));
    assert_eq!(ladder.total(), Usd::whole(2_000_000));
}

/// M-4.2: what the vaults are worth moves with the mark, the bands only at the minute.
#[test]
fn capacities_change_at_the_minute_only() {
    let price = |text: &str| -> Price { text.parse().unwrap() };
    let setup = Setup {
        start: Time::from_secs(1),
        opening: price("100"),
        margin: None,
        endowments: vec![Endowment {
            account: seawall_ledger::AccountId::new(0),
            size: price("100").size_floor(Usd::whole(500_000)),
            entry: price("100"),
            margin: Usd::whole(100_000),
        }],
        accounts: 1,
    };
    let capital = Capital {
        senior: Usd::whole(8_000_000),
        junior: Usd::whole(2_000_000),
        insurance: Usd::ZERO,
    };
    let mut market = IsolatedMarket::new(&setup, capital, Params::default(), Vec::new()).unwrap();
    let far = |market: &IsolatedMarket| market.ladder().bands()[7].capacity;
    market.observe(Time::from_secs(30), price("90"), MarketStatus::Live);
    assert_eq!(far(&market), Usd::whole(250_000));
    market.observe(Time::from_secs(60), price("90"), MarketStatus::Live);
    market.attribute_minute(OpenLoss::None);
    // Junior has gained the long's 50 000: 12.5 % of 2 050 000.
    assert_eq!(far(&market), Usd::whole(256_250));
}

/// M-4.6: the same total evenly over 100 bp, so that the average impact of a whole order is
/// proportional to it: 2 M cost 50 bp, half of it 25.
#[test]
fn uniform_density_is_linear() {
    let config = LadderConfig {
        uniform_density: true,
        ..LadderConfig::default()
    };
    let ladder = standard(&config);
    assert_eq!(ladder.total(), Usd::whole(2_000_000));
    // A band of 5 bp holds 5 % of 2 M, one of 20 bp 20 %.
    assert_eq!(ladder.bands()[0].capacity, Usd::whole(100_000));
    assert_eq!(ladder.bands()[7].capacity, Usd::whole(400_000));
    assert_eq!(ladder.work(Usd::whole(2_000_000)), Usd::whole(10_000));
    assert_eq!(ladder.work(Usd::whole(1_000_000)), Usd::whole(2_500));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// M-4.6: everywhere on the ladder the impact is z²·100 bp/(2·2 M), rounded up.
    #[test]
    fn uniform_density_is_one_square(z in 0_i128..=2_000_000_000_000) {
        let config = LadderConfig { uniform_density: true, ..LadderConfig::default() };
        let work = standard(&config).work(Usd::from_units(z).unwrap()).units();
        // z² · 0.01 / 4·10⁶ USD, in micro-dollars: z²/(4·10¹⁴).
        let exact = z * z;
        let unit = 400_000_000_000_000;
        prop_assert_eq!(work, (exact + unit - 1) / unit);
    }
}
