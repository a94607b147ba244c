//! The market's half against a second computation in numbers without bounds, and its laws.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests
mod numbers;

use num_bigint::BigInt;
use numbers::{big, big_signed, ceil, market, ten};
use proptest::prelude::*;
use seawall_gmx::value::Valuation;
use seawall_gmx::{
    BorrowingCurve, Bound, BySide, ByToken, DepositTerms, I256, Market, ONE, ONE_TOKEN, PoolToken,
    Position, Price, Prices, Side, U256, WithdrawalTerms, borrowing, funding, value,
};

const NOW: u64 = 5_000_000;

/// A price around a whole number of USD with a spread, in USD per smallest unit.
fn price(decimals: u32) -> impl Strategy<Value = Price> {
    (1_u128..100_000_000, 0_u128..50_000).prop_map(move |(cents, spread)| {
        let unit = U256::new(10).pow(28 - decimals);
        let min = U256::new(cents) * unit;
        Price {
            min,
            max: min + min * spread / 1_000_000,
        }
    })
}

fn all_prices() -> impl Strategy<Value = Prices> {
    (price(18), price(18), price(6)).prop_map(|(index, long, short)| Prices { index, long, short })
}

/// USD with all their digits.
fn some_usd() -> impl Strategy<Value = U256> {
    (1_u128..200_000_000, any::<u64>()).prop_map(|(whole, digits)| ONE * whole + U256::from(digits))
}

fn tokens(decimals: u32) -> impl Strategy<Value = U256> {
    (0_u128..1_000_000_000)
        .prop_map(move |thousandths| U256::new(thousandths) * U256::new(10).pow(decimals) / 1_000)
}

fn by_token(decimals: (u32, u32)) -> impl Strategy<Value = ByToken<U256>> {
    (tokens(decimals.0), tokens(decimals.1)).prop_map(|(long, short)| ByToken { long, short })
}

fn usd_by_token() -> impl Strategy<Value = ByToken<U256>> {
    (some_usd(), some_usd()).prop_map(|(long, short)| ByToken { long, short })
}

prop_compose! {
    /// A market in the middle of its life; the borrowing totals fit the open interest.
    fn living()(
        pool in by_token((18, 6)),
        (long, short) in (usd_by_token(), usd_by_token()),
        (long_tokens, short_tokens) in (by_token((18, 18)), by_token((18, 18))),
        (impact, lent) in (0_u128..1_000_000, 0_u128..1_000_000),
        cumulative in (0_u128..ONE.as_u128(), 0_u128..ONE.as_u128()),
        paid in (0_u128..=100, 0_u128..=100),
        rate in -25_000_000_000_000_000_000_000_i128..25_000_000_000_000_000_000_000,
        (seconds, supply) in (0_u64..1_000_000, 1_u128..1_000_000_000),
    ) -> Market {
        let mut market = market();
        market.pool = ByToken { long: pool.long + 1, short: pool.short + 1 };
        market.open_interest = BySide { long, short };
        market.open_interest_tokens = BySide { long: long_tokens, short: short_tokens };
        market.impact_pool = U256::new(impact) * 10_u128.pow(15);
        market.lent_impact = U256::new(lent) * 10_u128.pow(15);
        for (side, cumulative, paid) in [
            (Side::Long, cumulative.0, paid.0),
            (Side::Short, cumulative.1, paid.1),
        ] {
            let whole = market.open_interest_usd(side).unwrap();
            let of = market.borrowing.of_mut(side);
            of.cumulative = U256::new(cumulative);
            of.total = whole * of.cumulative / ONE * paid / 100;
        }
        market.funding.rate = I256::new(rate);
        market.funding.updated_at = Some(NOW - seconds);
        market.borrowing_updated_at = Some(NOW - seconds);
        market.supply = ONE_TOKEN * supply;
        market
    }
}

/// Second computation: the borrowing rate of a side by the kink, from the sheet of rules.
fn rate_again(market: &Market, prices: &Prices, side: Side) -> BigInt {
    let one = ten(30);
    let usd = |side: Side| {
        let of = market.open_interest.of(side);
        big(of.long) + big(of.short)
    };
    let reserved = match side {
        Side::Long => {
            let of = market.open_interest_tokens.long;
            (big(of.long) + big(of.short)) * big(prices.index.max)
        }
        Side::Short => usd(Side::Short),
    };
    if reserved == BigInt::ZERO || usd(side) < usd(side.opposite()) {
        return BigInt::ZERO;
    }
    let pool = match side {
        Side::Long => big(market.pool.long) * big(prices.long.min),
        Side::Short => big(market.pool.short) * big(prices.short.min),
    };
    let allowed = pool * big(*market.params.open_interest_reserve_factor.of(side)) / &one;
    let used = reserved * &one / allowed;
    let BorrowingCurve::Kink {
        optimal,
        base,
        above,
    } = *market.params.borrowing.of(side)
    else {
        panic!("the live markets have a kink");
    };
    let low = &used * big(base) / &one;
    if used <= big(optimal) {
        return low;
    }
    low + (big(above) - big(base)) * (used - big(optimal)) / (one - big(optimal))
}

/// Second computation: the pool's value without borrowing fees, and the fees that are pending.
fn value_again(market: &Market, prices: &Prices, how: Valuation) -> (BigInt, BigInt) {
    let one = ten(30);
    let is_max = how.bound == Bound::Max;
    let pick = |price: Price, max: bool| big(if max { price.max } else { price.min });
    let (mut value, mut pending) = (BigInt::ZERO, BigInt::ZERO);
    for (side, pool, token) in [
        (Side::Long, market.pool.long, prices.long),
        (Side::Short, market.pool.short, prices.short),
    ] {
        let usd =
            big(market.open_interest.of(side).long) + big(market.open_interest.of(side).short);
        let in_tokens = market.open_interest_tokens.of(side);
        let in_tokens = big(in_tokens.long) + big(in_tokens.short);
        let worth = big(pool) * pick(token, is_max);
        value += &worth;
        let seconds = BigInt::from(NOW - market.borrowing_updated_at.unwrap());
        let of = market.borrowing.of(side);
        let next = big(of.cumulative) + rate_again(market, prices, side) * seconds;
        pending += &usd * next / &one - big(of.total);
        let pnl = match (side, is_max) {
            (Side::Long, max) => &in_tokens * pick(prices.index, !max) - &usd,
            (Side::Short, max) => &usd - &in_tokens * pick(prices.index, max),
        };
        let pnl = if in_tokens == BigInt::ZERO {
            BigInt::ZERO
        } else {
            pnl
        };
        let cap = worth * big(how.cap.factor(market, side)) / &one;
        value -= pnl.min(cap);
    }
    value -= big(market.impact_pool) * pick(prices.index, !is_max);
    value += big(market.lent_impact) * pick(prices.index, is_max);
    (value, pending)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn borrowing_is_the_same_to_the_last_digit(market in living(), prices in all_prices()) {
        for side in [Side::Long, Side::Short] {
            let rate = borrowing::rate(&market, &prices, side).unwrap();
            prop_assert_eq!(big(rate), rate_again(&market, &prices, side));
        }
    }

    #[test]
    fn the_value_is_the_same_to_the_last_digit(
        market in living(),
        prices in all_prices(),
        is_deposit in any::<bool>(),
    ) {
        let how = match is_deposit {
            true => Valuation::for_deposit(NOW),
            false => Valuation::for_withdrawal(NOW),
        };
        let report = value::pool_value(&market, &prices, how).unwrap();
        let (rest, pending) = value_again(&market, &prices, how);
        prop_assert_eq!(big(report.pending_borrowing_usd), pending.clone());
        let share = pending * (ten(30) - big(market.params.fees.borrowing_receiver_share)) / ten(30);
        prop_assert_eq!(big_signed(report.value), rest + share);
    }

    #[test]
    fn funding_is_the_same_to_the_last_digit(market in living(), prices in all_prices()) {
        let step = funding::quote(&market, &prices, NOW).unwrap();
        let one = ten(30);
        let of = |side: Side| big(market.open_interest.of(side).long) + big(market.open_interest.of(side).short);
        let (long, short) = (of(Side::Long), of(Side::Short));
        let params = &market.params.funding;
        let seconds = BigInt::from(NOW - market.funding.updated_at.unwrap());
        let skew = (&long - &short).magnitude().clone();
        let skew = BigInt::from(skew) * &one / (&long + &short);
        let stored = big_signed(market.funding.rate);
        let along = (stored > BigInt::ZERO && long > short) || (stored < BigInt::ZERO && long < short);
        let mut next = stored;
        if !along || skew > big(params.stable_threshold) {
            let step = skew * big(params.increase) / &one * &seconds;
            next += if long < short { -step } else { step };
        }
        let max = big(params.max);
        let next = next.clamp(-max.clone(), max);
        prop_assert_eq!(big_signed(step.rate.stored), next.clone());
        let is_long = next >= BigInt::ZERO;
        let charged = BigInt::from(next.magnitude().clone()).max(big(params.min));
        prop_assert_eq!(step.payer == Side::Long, is_long);
        let due = long.clone().max(short.clone()) * (charged * seconds) / &one;
        prop_assert_eq!(big(step.usd), due.clone());
        let (payers, receivers) = if is_long { (long, short) } else { (short, long) };
        for token in PoolToken::BOTH {
            let mix = big(*market.open_interest.of(step.payer).of(token));
            let share = &due * &mix / &payers;
            let price = big(prices.of(token).max);
            let owed = ceil(&ceil(&(&share * ten(45)), &mix), &price);
            prop_assert_eq!(big(*step.fee_per_size.of(token)), owed);
            let claim = share * ten(45) / &receivers / price;
            prop_assert_eq!(big(*step.claimable_per_size.of(token)), claim);
        }
    }

    /// Sizes of positions on both sides, and moments at which the market is brought up to date.
    #[test]
    fn accumulators_leave_their_dust_with_the_pool(
        sizes in prop::collection::vec((some_usd(), any::<bool>(), any::<bool>()), 2..8),
        steps in prop::collection::vec((1_u64..100_000, all_prices()), 1..5),
    ) {
        let mut market = market();
        market.pool = ByToken { long: ONE, short: ONE };
        let mut positions = Vec::new();
        for (index, (size, is_long, in_long)) in sizes.iter().enumerate() {
            // The first two stand against each other, so that funding flows.
            let side = if index == 0 || (*is_long && index > 1) { Side::Long } else { Side::Short };
            let token = if *in_long { PoolToken::Long } else { PoolToken::Short };
            let mut position = Position::empty(side, token);
            position.size_usd = *size;
            *market.open_interest.of_mut(side).of_mut(token) += *size;
            *market.open_interest_tokens.of_mut(side).of_mut(token) += U256::ONE;
            positions.push(position);
        }
        let mut now = 0;
        market.accrue(&steps[0].1, now).unwrap();
        for (seconds, prices) in &steps {
            now += seconds;
            market.accrue(prices, now).unwrap();
        }
        let mut fees = ByToken::<U256>::default();
        let mut claims = ByToken::<U256>::default();
        let mut borrowed = BySide::<U256>::default();
        for position in &positions {
            let dues = funding::dues(&market, position).unwrap();
            *fees.of_mut(position.collateral_token) += dues.fee;
            claims.long += dues.claim.long;
            claims.short += dues.claim.short;
            *borrowed.of_mut(position.side) += borrowing::dues_usd(&market, position).unwrap();
        }
        prop_assert!(claims.long <= fees.long && claims.short <= fees.short);
        let least = if fees.long > U256::ZERO { fees.long - claims.long } else { U256::ZERO };
        // What stays is rounding of one unit for each position and step, and nothing more.
        prop_assert!(least <= U256::from((positions.len() * 2 + steps.len() * 2) as u64));
        for side in [Side::Long, Side::Short] {
            let pending = borrowing::pending_usd(&market, &steps[0].1, side, now).unwrap();
            prop_assert!(pending >= *borrowed.of(side));
            prop_assert!(pending - *borrowed.of(side) <= U256::from(positions.len() as u64));
        }
    }

    /// In and out at once: no token is made or lost, nobody gains, nobody else loses.
    #[test]
    fn liquidity_comes_and_goes_without_a_gift(
        pool in by_token((18, 6)),
        amounts in by_token((18, 6)),
        prices in all_prices(),
        (supply, share) in (1_u128..1_000_000_000, 1_u128..=1_000),
        (filled, seconds) in (0_u128..2, 0_u64..10_000),
    ) {
        let mut market = market();
        lift_limits(&mut market);
        market.pool = pool;
        market.swap_impact_pool = ByToken { long: ONE_TOKEN * filled, short: U256::new(1_000_000 * filled) };
        market.supply = ONE_TOKEN * supply;
        let start = market.clone();
        let how = Valuation::for_deposit(seconds);
        let Ok(report) = market.deposit(&prices, amounts, DepositTerms::at(seconds)) else {
            prop_assert_eq!(&market, &start);
            return Ok(());
        };
        for token in PoolToken::BOTH {
            let held = |market: &Market| *market.pool.of(token) + *market.swap_impact_pool.of(token) + *market.protocol_fees.of(token);
            prop_assert_eq!(held(&market), held(&start) + *amounts.of(token));
        }
        let worth = |market: &Market| big_signed(value::pool_value(market, &prices, how).unwrap().value);
        // Value over supply does not fall for those who were in: v'·s ≥ v·s'.
        prop_assert!(worth(&market) * big(start.supply) >= worth(&start) * big(market.supply));
        let before = market.clone();
        let burnt = report.minted * share / 1_000;
        let Ok(left) = market.withdraw(&prices, burnt, WithdrawalTerms::at(seconds)) else {
            prop_assert_eq!(&market, &before);
            return Ok(());
        };
        for token in PoolToken::BOTH {
            let held = |market: &Market| *market.pool.of(token) + *market.swap_impact_pool.of(token) + *market.protocol_fees.of(token);
            prop_assert_eq!(held(&market) + *left.output.of(token), held(&before));
        }
        if !report.impact.usd.is_positive() {
            let paid = amounts.long * prices.long.min + amounts.short * prices.short.min;
            let got = left.output.long * prices.long.max + left.output.short * prices.short.max;
            prop_assert!(got * 1_000 <= paid * share, "{got} for {paid}");
        }
    }
}

fn lift_limits(market: &mut Market) {
    market.params.max_pool_amount = ByToken {
        long: U256::MAX,
        short: U256::MAX,
    };
    market.params.max_pool_usd_for_deposit = market.params.max_pool_amount;
}
