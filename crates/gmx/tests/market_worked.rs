//! Figures of the market's half worked by hand.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests
mod numbers;

use numbers::{eth, eth_price, market, milli_eth, prices, usd, usdc};
use seawall_gmx::reserve::ReserveKind;
use seawall_gmx::value::{PnlCap, Valuation};
use seawall_gmx::{
    BorrowingCurve, Bound, BySide, ByToken, DepositTerms, GmxError, I256, Market, ONE, ONE_TOKEN,
    PoolToken, Position, Preset, Price, Receiver, Side, U256, WithdrawalTerms, borrowing,
    distribution, funding, reserve, swap_impact, value,
};

fn signed(number: U256) -> I256 {
    I256::try_from(number).unwrap()
}

/// Rates per second as the published configuration divides them: seven digits of each.
#[test]
fn yearly_rates_are_divided_by_the_seconds_of_365_days() {
    let eth = Preset::Eth.market().unwrap().params;
    let sol = Preset::Sol.market().unwrap().params;
    let doge = Preset::Doge.market().unwrap().params;
    let starts = |rate: U256, digits: &str| assert!(rate.to_string().starts_with(digits), "{rate}");
    starts(eth.funding.max, "2378234"); // 75 % → 2.378234e-8
    starts(eth.funding.increase, "2202068"); // over 3 h → 2.202069e-12, rounded there
    starts(sol.funding.max, "2853881"); // 90 %
    starts(sol.funding.increase, "2642482"); // 2.642483e-12
    starts(eth.funding.min, "3170979"); // 1 % → 3.170979e-10
    let kink = |params: &seawall_gmx::Params| match params.borrowing.long {
        BorrowingCurve::Kink { base, above, .. } => (base, above),
        BorrowingCurve::Power { .. } => panic!("a kink is configured"),
    };
    starts(kink(&eth).0, "1426940"); // 45 % → 1.426941e-8
    starts(kink(&doge).0, "1585489"); // 50 % → 1.585490e-8
    starts(kink(&doge).1, "4122272"); // 130 % → 4.122273e-8
}

/// 1,000 ETH at 2,000 and 1 m USDC, longs 100 ETH from 1,900, shorts 50 ETH from 2,100; 10 ETH in
/// the impact pool, 1 ETH lent. Longs gain 10,000, shorts 5,000; no borrowing yet.
fn with_positions() -> Market {
    let mut market = market();
    market.pool = ByToken {
        long: eth(1_000),
        short: usdc(1_000_000),
    };
    market.open_interest.long.long = usd(190_000);
    market.open_interest_tokens.long.long = eth(100);
    market.open_interest.short.short = usd(105_000);
    market.open_interest_tokens.short.short = eth(50);
    market.impact_pool = eth(10);
    market.lent_impact = eth(1);
    market.supply = ONE_TOKEN * 1_000_000;
    market
}

#[test]
fn the_pool_is_worth_its_tokens_less_what_is_owed() {
    let market = with_positions();
    let report = value::pool_value(&market, &prices(2_000), Valuation::for_deposit(0)).unwrap();
    // 2,000,000 + 1,000,000 − 10,000 − 5,000 − 20,000 + 2,000 = 2,967,000.
    assert_eq!(report.value, signed(usd(2_967_000)));
    assert_eq!(report.pnl.long, signed(usd(10_000)));
    assert_eq!(report.pnl.short, signed(usd(5_000)));
    let price = value::token_price(&market, &prices(2_000), Valuation::for_deposit(0)).unwrap();
    assert_eq!(price, signed(ONE * 2_967 / 1_000));
}

#[test]
fn the_bound_turns_every_price_against_the_mover() {
    let market = with_positions();
    let mut prices = prices(2_000);
    prices.index = Price {
        min: eth_price(1_990),
        max: eth_price(2_010),
    };
    prices.long = prices.index;
    // Greatest: 1,000·2010 + 1 m − (100·1990 − 190,000) − (105,000 − 50·2010) − 10·1990 + 2010.
    let most = value::pool_value(&market, &prices, Valuation::for_deposit(0)).unwrap();
    assert_eq!(
        most.value,
        signed(usd(3_010_000 - 9_000 - 4_500 - 19_900 + 2_010))
    );
    // Least: 1,000·1990 + 1 m − (100·2010 − 190,000) − (105,000 − 50·1990) − 10·2010 + 1990.
    let least = value::pool_value(&market, &prices, Valuation::for_withdrawal(0)).unwrap();
    assert_eq!(
        least.value,
        signed(usd(2_990_000 - 11_000 - 5_500 - 20_100 + 1_990))
    );
}

#[test]
fn profits_count_up_to_the_cap_and_losses_in_full() {
    let mut market = with_positions();
    market.impact_pool = U256::ZERO;
    market.lent_impact = U256::ZERO;
    // Longs gain 10,000 on a pool of 5 ETH: 70 % of it is 7,000.
    market.pool.long = eth(5);
    let report = value::pool_value(&market, &prices(2_000), Valuation::for_withdrawal(0)).unwrap();
    assert_eq!(report.pnl.long, signed(usd(7_000)));
    assert_eq!(
        value::pnl_factor(&market, &prices(2_000), Side::Long, Bound::Max),
        Ok(signed(ONE))
    );
    let refused = value::validate_pnl(&market, &prices(2_000), PnlCap::Deposits);
    assert!(
        matches!(refused, Err(GmxError::Limit { .. })),
        "{refused:?}"
    );
    // At 1,000 longs lose 90,000, far more than their pool: all of it is the pool's.
    let report = value::pool_value(&market, &prices(1_000), Valuation::for_withdrawal(0)).unwrap();
    assert_eq!(report.pnl.long, -signed(usd(90_000)));
}

#[test]
fn a_pool_without_tokens_out_costs_one_dollar_each() {
    let mut market = market();
    let how = Valuation::for_deposit(0);
    assert_eq!(
        value::token_price(&market, &prices(2_000), how),
        Ok(signed(ONE))
    );
    // 100 USD stand in the pool already: who brings 50 owns 150 tokens, worth 1 USD each.
    market.pool.short = usdc(100);
    let brings = ByToken {
        long: U256::ZERO,
        short: usdc(50),
    };
    market.params.fees.swap_worsening = U256::ZERO;
    market.params.swap_impact.negative_factor = U256::ZERO;
    let report = market
        .deposit(&prices(2_000), brings, DepositTerms::at(0))
        .unwrap();
    assert_eq!(report.minted, ONE_TOKEN * 150);
    assert_eq!(
        value::token_price(&market, &prices(2_000), how),
        Ok(signed(ONE))
    );
}

#[test]
fn reserves_of_longs_are_tokens_and_of_shorts_dollars() {
    let market = with_positions();
    let at = prices(3_000);
    assert_eq!(
        reserve::reserved_usd(&market, &at, Side::Long),
        Ok(usd(300_000))
    );
    assert_eq!(
        reserve::reserved_usd(&market, &at, Side::Short),
        Ok(usd(105_000))
    );
    // 275 % of 1,000 · 3,000, and 270 %.
    let most = |side, kind| reserve::max_reserved_usd(&market, &at, side, kind).unwrap();
    assert_eq!(most(Side::Long, ReserveKind::Pool), usd(8_250_000));
    assert_eq!(most(Side::Long, ReserveKind::OpenInterest), usd(8_100_000));
    assert_eq!(most(Side::Short, ReserveKind::Pool), usd(2_750_000));
    // 105,000 / 2,700,000.
    let used = reserve::usage(&market, &at, Side::Short).unwrap();
    assert_eq!(used, ONE * 105_000 / 2_700_000);
}

/// Open interest of 100 m at most 110 m: the limit is on the sum of both collateral tokens.
#[test]
fn open_interest_is_limited_by_side() {
    let mut market = market();
    market.open_interest.long = ByToken {
        long: usd(60_000_000),
        short: usd(50_000_000),
    };
    assert_eq!(reserve::validate_open_interest(&market, Side::Long), Ok(()));
    market.open_interest.long.short += 1;
    let refused = reserve::validate_open_interest(&market, Side::Long).unwrap_err();
    let text = format!(
        "open interest of longs: {} is above {}",
        usd(110_000_000) + 1,
        usd(110_000_000)
    );
    assert_eq!(refused.to_string(), text);
}

#[test]
fn the_kink_is_reached_at_its_usage() {
    let curve = BorrowingCurve::Kink {
        optimal: ONE * 3 / 4,
        base: ONE / 2,
        above: ONE * 13 / 10,
    };
    let rate = |used: u128| borrowing::curve_rate(&curve, usd(used), usd(100)).unwrap();
    assert_eq!(rate(0), U256::ZERO);
    assert_eq!(rate(75), ONE * 375 / 1_000);
    // 85: 0.425 + 0.8·0.10/0.25 = 0.745.
    assert_eq!(rate(85), ONE * 745 / 1_000);
    assert_eq!(rate(100), ONE * 13 / 10);
    // Beyond full usage it goes on: 1.2·0.5 + 0.8·0.45/0.25 = 2.04.
    assert_eq!(rate(120), ONE * 204 / 100);
}

#[test]
fn the_power_curve_charges_what_is_reserved_over_the_pool() {
    let linear = BorrowingCurve::Power {
        factor: ONE / 1_000,
        exponent: ONE,
    };
    // 0.1 % of 30 over 120: 0.025 %.
    assert_eq!(
        borrowing::curve_rate(&linear, usd(30), usd(120)),
        Ok(ONE / 4_000)
    );
    let square = BorrowingCurve::Power {
        factor: ONE / 1_000,
        exponent: ONE * 2,
    };
    // 30² = 900 over 120 is 7.5, times 0.1 %: within 10⁻¹⁶ of 0.75 %, as powers go.
    let rate = borrowing::curve_rate(&square, usd(30), usd(120)).unwrap();
    let off = rate.abs_diff(ONE * 75 / 10_000);
    assert!(off < ONE * 75 / 10_000 / 10_000_000_000_000_000, "{off}");
}

#[test]
fn the_first_update_charges_nothing_and_the_next_one_simply() {
    let mut market = with_positions();
    market.accrue(&prices(2_000), 1_000_000).unwrap();
    assert_eq!(market.borrowing.long.cumulative, U256::ZERO);
    market.accrue(&prices(2_000), 1_000_100).unwrap();
    let rate = borrowing::rate(&market, &prices(2_000), Side::Long).unwrap();
    assert_eq!(market.borrowing.long.cumulative, rate * 100);
    // 200,000 reserved of 5,400,000: usage 0.037037…, times 45 % a year.
    let usage = ONE * 200_000 / 5_400_000;
    let yearly = ONE * 45 / 100 / 31_536_000;
    assert_eq!(rate, usage * (yearly) / ONE);
    // The smaller side pays nothing.
    assert_eq!(market.borrowing.short.cumulative, U256::ZERO);
    // Sides of the same size both pay.
    market.open_interest.short.short = usd(190_000);
    let both = borrowing::rate(&market, &prices(2_000), Side::Short).unwrap();
    assert!(both > U256::ZERO);
}

#[test]
fn open_interest_without_a_pool_is_an_error() {
    let mut market = with_positions();
    market.pool.long = U256::ZERO;
    let before = market.clone();
    let refused = market.accrue(&prices(2_000), 5).unwrap_err();
    assert!(matches!(refused, GmxError::Refused { .. }), "{refused}");
    assert_eq!(market, before);
}

/// Longs 200 k in ETH and 0 in USDC, shorts 100 k; 8 USD are due: 0.004 ETH from longs to shorts.
#[test]
fn funding_moves_from_the_larger_side_to_the_smaller() {
    let mut market = market();
    market.open_interest.long.long = usd(200_000);
    market.open_interest.short.short = usd(100_000);
    let of = &mut market.params.funding;
    of.increase = U256::ZERO;
    of.min = U256::ZERO;
    // s = 1/3, rate 1/3 · 1.2e-6 = 4e-7 per second: 200,000 · 4e-7 · 100 s = 8 USD.
    of.factor = U256::new(1_200_000_000_000_000_000_000_003);
    of.max = ONE;
    market.funding.updated_at = Some(0);
    let step = funding::quote(&market, &prices(2_000), 100).unwrap();
    assert_eq!(step.payer, Side::Long);
    assert_eq!(step.usd, usd(8));
    funding::update(&mut market, &prices(2_000), 100).unwrap();
    let mut long = Position::empty(Side::Long, PoolToken::Long);
    long.size_usd = usd(200_000);
    let mut short = Position::empty(Side::Short, PoolToken::Short);
    short.size_usd = usd(100_000);
    assert_eq!(funding::dues(&market, &long).unwrap().fee, milli_eth(4));
    let claim = funding::dues(&market, &short).unwrap().claim;
    assert_eq!(
        claim,
        ByToken {
            long: milli_eth(4),
            short: U256::ZERO
        }
    );
    funding::mark(&market, &mut short);
    let none = funding::dues(&market, &short).unwrap();
    assert_eq!(none.claim, ByToken::default());
}

/// With one token for both sides the halves are added in one place: the same 8 USD, not 16 or 4.
#[test]
fn one_token_for_both_sides_is_charged_once() {
    let mut market = market();
    market.params.single_token = true;
    market.open_interest.long.long = usd(200_000);
    market.open_interest.short.long = usd(100_000);
    let of = &mut market.params.funding;
    of.increase = U256::ZERO;
    of.min = U256::ZERO;
    of.factor = U256::new(1_200_000_000_000_000_000_000_003);
    of.max = ONE;
    market.funding.updated_at = Some(0);
    let mut at = prices(2_000);
    at.short = at.long;
    funding::update(&mut market, &at, 100).unwrap();
    let mut long = Position::empty(Side::Long, PoolToken::Long);
    long.size_usd = usd(200_000);
    let mut short = Position::empty(Side::Short, PoolToken::Long);
    short.size_usd = usd(100_000);
    assert_eq!(funding::dues(&market, &long).unwrap().fee, milli_eth(4));
    let claim = funding::dues(&market, &short).unwrap().claim;
    assert_eq!(claim.long + claim.short, milli_eth(4));
}

/// Stored at 2 with a fall of 1 a second: after one second 1, after ten still 1 by its quirk.
#[test]
fn the_quirks_of_funding_are_switches() {
    let mut params = market().params.funding;
    params.stable_threshold = ONE;
    params.decrease_threshold = ONE;
    params.decrease = U256::ONE;
    params.min = U256::ZERO;
    let sides = BySide {
        long: usd(2),
        short: usd(1),
    };
    let next = |params: &_, stored: i128, seconds: u128| {
        funding::next_rate(params, I256::new(stored), &sides, U256::new(seconds)).unwrap()
    };
    assert_eq!(next(&params, 20, 5).stored, I256::new(15));
    assert_eq!(next(&params, 20, 20).stored, I256::ONE);
    params.quirks.decay_keeps_sign = false;
    assert_eq!(next(&params, 20, 20).stored, I256::ZERO);
    // A rate of nothing: longs pay the minimum though nobody is larger, unless switched off.
    params.min = U256::new(7);
    let even = BySide {
        long: usd(1),
        short: usd(1),
    };
    let at_zero = |params: &_| funding::next_rate(params, I256::ZERO, &even, U256::ZERO).unwrap();
    assert_eq!(at_zero(&params).charged, I256::new(7));
    params.quirks.zero_rate_charges_longs = false;
    assert_eq!(at_zero(&params).charged, I256::ZERO);
    // One side empty: the rate is forgotten, or kept.
    let mut market = market();
    market.open_interest.long.long = usd(1);
    market.funding.rate = I256::new(99);
    let after = funding::quote(&market, &prices(2_000), 5).unwrap();
    assert_eq!((after.rate.stored, after.usd), (I256::ZERO, U256::ZERO));
    market.params.funding.quirks.reset_when_one_sided = false;
    let after = funding::quote(&market, &prices(2_000), 5).unwrap();
    assert_eq!(
        (after.rate.stored, after.rate.charged),
        (I256::new(99), I256::ZERO)
    );
}

/// Funding against the skew first walks back to zero, and at most to the maximum.
#[test]
fn an_adaptive_rate_walks_and_is_bounded() {
    let params = market().params.funding;
    let sides = BySide {
        long: usd(2_000_000),
        short: usd(4_000_000),
    };
    let stored = I256::new(1_000_000_000_000_000_000_000);
    let hour = U256::new(3_600);
    let next = funding::next_rate(&params, stored, &sides, hour).unwrap();
    // The hour's step of the recorded case, downwards.
    assert_eq!(
        next.stored,
        stored - I256::new(2_642_482_665_313_715_538_000)
    );
    let day = U256::new(86_400 * 30);
    let next = funding::next_rate(&params, stored, &sides, day).unwrap();
    assert_eq!(next.stored, -signed(params.max));
    // A balance between the thresholds holds the rate; the charge is at least the minimum.
    let near = BySide {
        long: usd(101),
        short: usd(100),
    };
    let next = funding::next_rate(&params, I256::ONE, &near, hour).unwrap();
    assert_eq!(next.stored, I256::ONE);
    assert_eq!(next.charged, signed(params.min));
}

/// The power of the deployed library, times a factor: exact squares would give these figures.
#[test]
fn swap_impact_is_a_difference_of_powers() {
    let params = Preset::Eth.market().unwrap().params.swap_impact;
    let pool = |long, short| ByToken {
        long: usd(long),
        short: usd(short),
    };
    let near = |impact: I256, whole: I256| {
        let off = (impact - whole).unsigned_abs();
        assert!(off < ONE / 100_000_000, "{impact} against {whole}");
    };
    let worse = swap_impact::quote(&params, &pool(0, 40_000_000), &pool(0, 50_000_000)).unwrap();
    assert!(!worse.improved);
    // From 40 m to 50 m: 3e-10 · (25e14 − 16e14).
    near(worse.usd, -(signed(ONE) * 270_000));
    let better = swap_impact::quote(&params, &pool(0, 10_000_000), &pool(0, 8_000_000)).unwrap();
    // 2e-10 · (1e14 − 0.64e14) = 7,200.
    near(better.usd, signed(ONE) * 7_200);
    let across = swap_impact::quote(&params, &pool(0, 10_000_000), &pool(18_000_000, 10_000_000));
    // 2e-10·1e14 − 3e-10·0.64e14 = 20,000 − 19,200: better, and still at a gain of 800.
    near(across.unwrap().usd, signed(ONE) * 800);
}

/// 10,000 USDC into a pool of 100 ETH and 200,000 USDC: it unbalances by 10,000 USD.
#[test]
fn a_deposit_pays_fee_and_impact_before_it_mints() {
    let mut market = market();
    market.params.swap_impact.exponent = ONE;
    market.params.swap_impact.negative_factor = ONE / 1_000;
    market.pool = ByToken {
        long: eth(100),
        short: usdc(200_000),
    };
    market.supply = ONE_TOKEN * 400_000;
    let amounts = ByToken {
        long: U256::ZERO,
        short: usdc(10_000),
    };
    let report = market
        .deposit(&prices(2_000), amounts, DepositTerms::at(9))
        .unwrap();
    // Impact 0.1 % of 10,000 = 10 USD. Fee 0.07 % = 7 USDC, 2.59 to the protocol.
    assert_eq!(report.impact.usd, -signed(usd(10)));
    let one = report.tokens.short;
    assert_eq!(
        (one.fee.protocol, one.fee.pool),
        (U256::new(2_590_000), U256::new(4_410_000))
    );
    assert_eq!(one.impact_cost, usdc(10));
    // 9,983 USD at 1 USD each.
    assert_eq!(report.minted, ONE_TOKEN * 9_983);
    assert_eq!(market.swap_impact_pool.short, usdc(10));
    assert_eq!(market.pool.short, usdc(209_987) + U256::new(410_000));
    assert_eq!(market.protocol_fees.short, U256::new(2_590_000));
    // Balancing it again is paid out of that pool, in USDC for a deposit of ETH.
    market.params.swap_impact.positive_factor = ONE / 1_000;
    let amounts = ByToken {
        long: eth(4),
        short: U256::ZERO,
    };
    let report = market
        .deposit(&prices(2_000), amounts, DepositTerms::at(9))
        .unwrap();
    assert!(report.impact.improved);
    assert_eq!(report.impact.usd, signed(usd(8)));
    assert_eq!(report.tokens.long.impact_gain, usdc(8));
    assert_eq!(market.swap_impact_pool.short, usdc(2));
}

#[test]
fn the_first_deposit_may_have_to_belong_to_nobody() {
    let mut market = market();
    market.params.min_first_deposit = ONE_TOKEN * 10;
    let amounts = ByToken {
        long: U256::ZERO,
        short: usdc(20),
    };
    let before = market.clone();
    let refused = market.deposit(&prices(2_000), amounts, DepositTerms::at(0));
    assert!(matches!(refused, Err(GmxError::Refused { .. })));
    let terms = DepositTerms {
        receiver: Receiver::Nobody,
        ..DepositTerms::at(0)
    };
    let small = ByToken {
        long: U256::ZERO,
        short: usdc(9),
    };
    let refused = market.deposit(&prices(2_000), small, terms);
    assert!(matches!(refused, Err(GmxError::BelowMinimum { .. })));
    assert_eq!(market, before);
    assert!(market.deposit(&prices(2_000), amounts, terms).is_ok());
}

#[test]
fn who_leaves_is_refused_when_the_rest_does_not_cover_the_reserve() {
    let mut market = with_positions();
    market.impact_pool = U256::ZERO;
    market.lent_impact = U256::ZERO;
    market.pool = ByToken {
        long: eth(40),
        short: usdc(80_000),
    };
    market.supply = ONE_TOKEN * 145_000;
    // Longs reserve 200,000: the pool of 80,000 may reserve 220,000, so about 9 % may leave.
    let before = market.clone();
    let refused = market.withdraw(&prices(2_000), ONE_TOKEN * 29_000, WithdrawalTerms::at(0));
    let is_reserve = |limit: &str| limit == "reserve of longs";
    assert!(
        matches!(refused, Err(GmxError::Limit { limit, .. }) if is_reserve(limit)),
        "{refused:?}"
    );
    assert_eq!(market, before);
    assert!(
        market
            .withdraw(&prices(2_000), ONE_TOKEN * 2_900, WithdrawalTerms::at(0))
            .is_ok()
    );
}

#[test]
fn what_is_lent_keeps_liquidity_in() {
    let mut market = with_positions();
    let refused = market.withdraw(&prices(2_000), ONE_TOKEN, WithdrawalTerms::at(0));
    assert!(
        matches!(
            refused,
            Err(GmxError::Limit {
                limit: "lent impact",
                ..
            })
        ),
        "{refused:?}"
    );
    market.params.impact.max_lendable_factor = ONE / 100;
    assert!(
        market
            .withdraw(&prices(2_000), ONE_TOKEN, WithdrawalTerms::at(0))
            .is_ok()
    );
}

/// 0.864 ETH a day are 10¹³ wei a second; the pool stops at its least.
#[test]
fn the_impact_pool_drips_down_to_its_least() {
    let text = Preset::Eth.text().1.replace(
        "distribution_tokens_per_day = \"0\"",
        "distribution_tokens_per_day = \"0.864\"",
    );
    let params = seawall_gmx::parse("drip.toml", &text).unwrap().params;
    let mut market = Market::new(params).unwrap();
    market.impact_pool = eth(1_628);
    assert_eq!(
        distribution::update(&mut market, 100).unwrap().amount,
        U256::ZERO
    );
    let dripped = distribution::update(&mut market, 200).unwrap();
    assert_eq!(dripped.amount, U256::new(10_u128.pow(15)));
    let dripped = distribution::update(&mut market, 100_000_000).unwrap();
    assert_eq!(dripped.left, eth(1_627));
    assert_eq!(
        distribution::update(&mut market, 200_000_000)
            .unwrap()
            .amount,
        U256::ZERO
    );
}
