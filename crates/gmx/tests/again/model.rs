//! The steps of a position once more, with big integers.
use num_bigint::{BigInt, Sign};
use proptest::prelude::*;
use seawall_gmx::decrease::{Decrease, DecreaseReport, Kind, decrease};
use seawall_gmx::increase::{Increase, increase};
use seawall_gmx::{ByToken, I256, Market, ONE, PoolToken, Price, Side, U256};

use crate::case::Case;

type Z = BigInt;

pub(crate) fn z(number: U256) -> Z {
    number.to_string().parse().unwrap()
}

pub(crate) fn zs(number: I256) -> Z {
    number.to_string().parse().unwrap()
}

fn one() -> Z {
    z(ONE)
}

fn zero() -> Z {
    Z::from(0)
}

/// Quotients of numbers of either sign, by name of what the magnitude does.
fn down(a: &Z, b: &Z) -> Z {
    a / b
}

fn up(a: &Z, b: &Z) -> Z {
    let (quotient, rest) = (a / b, a % b);
    match rest.sign() {
        Sign::NoSign => quotient,
        Sign::Plus => quotient + 1,
        Sign::Minus => quotient - 1,
    }
}

fn part(value: &Z, factor: U256) -> Z {
    down(&(value * z(factor)), &one())
}

/// Twice the mid price is the sum; the contracts drop half a unit.
fn mid(price: Price) -> Z {
    down(&(z(price.min) + z(price.max)), &Z::from(2))
}

fn is_long(side: Side) -> bool {
    side == Side::Long
}

fn same_token(case: &Case) -> bool {
    case.market.params.single_token
        || case.position.collateral_token == PoolToken::of_profit(case.position.side)
}

fn interest(market: &Market, side: Side, in_tokens: bool) -> Z {
    let of = match in_tokens {
        true => market.open_interest_tokens.of(side),
        false => market.open_interest.of(side),
    };
    let sum = z(of.long) + z(of.short);
    match market.params.single_token {
        true => down(&sum, &Z::from(2)) * 2,
        false => sum,
    }
}

/// Impact with an exponent of one.
pub(crate) fn impact_again(case: &Case, side: Side, (by_usd, by_tokens): (Z, Z)) -> (Z, bool) {
    let market = &case.market;
    let params = &market.params.impact;
    let mid = mid(case.prices.index);
    let weight = |in_tokens: bool, tokens: Z, usd: Z| if in_tokens { tokens * &mid } else { usd };
    let by_tokens_flag = params.balance_in_tokens;
    let of = |side| {
        weight(
            by_tokens_flag,
            interest(market, side, true),
            interest(market, side, false),
        )
    };
    let delta = weight(by_tokens_flag, by_tokens, by_usd);
    let step = |long: Z, short: Z| {
        let (mut next_long, mut next_short) = (long.clone(), short.clone());
        let changed = if is_long(side) {
            &mut next_long
        } else {
            &mut next_short
        };
        *changed += &delta;
        if *changed < zero() {
            *changed = zero();
        }
        let size = |number: &Z| Z::from(number.magnitude().clone());
        let (first, next) = (size(&(&long - &short)), size(&(&next_long - &next_short)));
        let negative = params.negative_factor;
        let positive = params.positive_factor.min(negative);
        let term = |skew: &Z, factor| {
            if *skew < one() {
                zero()
            } else {
                part(skew, factor)
            }
        };
        let usd = if (long <= short) != (next_long <= next_short) {
            term(&first, positive) - term(&next, negative)
        } else if next < first {
            size(&(term(&first, positive) - term(&next, positive)))
        } else {
            -size(&(term(&first, negative) - term(&next, negative)))
        };
        (usd, next < first)
    };
    let (own, improved) = step(of(Side::Long), of(Side::Short));
    let Some(inventory) = market.virtual_inventory.filter(|_| own < zero()) else {
        return (own, improved);
    };
    let inventory = zs(inventory)
        * if by_tokens_flag {
            mid.clone()
        } else {
            Z::from(1)
        };
    let room = if delta < zero() { -&delta } else { zero() };
    let (long, short) = if inventory > zero() {
        (zero(), inventory)
    } else {
        (-inventory, zero())
    };
    let (elsewhere, _) = step(long + &room, short + &room);
    (own.min(elsewhere), improved)
}

fn most_gain(case: &Case, size: &Z) -> Z {
    let params = &case.market.params.impact;
    part(size, params.max_positive.min(params.max_negative))
}

/// Position fee, borrowing fee and liquidation fee, and the protocol's share of them.
fn fees_again(case: &Case, size: &Z, improved: bool, liquidates: bool) -> ([Z; 3], Z) {
    let params = &case.market.params.fees;
    let price = z(case.prices.of(case.position.collateral_token).min);
    let factor = match improved {
        true => params.position_improving,
        false => params.position_worsening,
    };
    let position = down(&part(size, factor), &price);
    let borrowing = down(&z(case.dues.borrowing_usd), &price);
    let liquidation = match liquidates {
        true => up(&part(size, params.liquidation), &price),
        false => zero(),
    };
    let protocol = part(&position, params.receiver_share)
        + part(&borrowing, params.borrowing_receiver_share)
        + part(&liquidation, params.receiver_share);
    ([position, borrowing, liquidation], protocol)
}

pub(crate) fn check_increase(
    case: &Case,
    collateral: U256,
    size: U256,
) -> Result<bool, TestCaseError> {
    let (mut market, mut position) = (case.market.clone(), case.position);
    let order = Increase {
        collateral,
        size_usd: size,
        acceptable_price: None,
    };
    let done = increase(&mut market, &mut position, &order, &case.prices, &case.dues);
    let Ok(report) = done else {
        prop_assert_eq!((&market, &position), (&case.market, &case.position));
        return Ok(false);
    };
    let index = case.prices.index;
    let side = position.side;
    let size = z(size);
    let tokens = match is_long(side) {
        true => down(&size, &z(index.max)),
        false => up(&size, &z(index.min)),
    };
    let (quote, improved) = impact_again(case, side, (size.clone(), tokens.clone()));
    let usd = quote.min(most_gain(case, &size));
    let impact = match usd < zero() {
        true => up(&usd, &z(index.min)),
        false => down(&usd, &z(index.max)),
    };
    let (fees, protocol) = fees_again(case, &size, improved, false);
    let fees: Z = fees.iter().sum();
    let kept = z(collateral) - &fees - z(case.dues.funding);
    let before = &case.position;
    prop_assert_eq!(z(report.size_tokens), tokens.clone());
    prop_assert_eq!(zs(report.impact_usd), usd);
    prop_assert_eq!(zs(report.impact_tokens), impact.clone());
    if size > zero() {
        let priced = match is_long(side) {
            true => &tokens + &impact,
            false => &tokens - &impact,
        };
        prop_assert_eq!(z(report.price), down(&size, &priced));
    }
    prop_assert_eq!(z(position.collateral), z(before.collateral) + kept);
    prop_assert_eq!(z(position.size_usd), z(before.size_usd) + size);
    prop_assert_eq!(z(position.size_tokens), z(before.size_tokens) + tokens);
    prop_assert_eq!(
        zs(position.pending_impact),
        zs(before.pending_impact) + impact
    );
    let slot = market.slot(position.collateral_token);
    let rise = |now: &ByToken<U256>, then: &ByToken<U256>| z(*now.of(slot)) - z(*then.of(slot));
    let pool = rise(&market.pool, &case.market.pool);
    prop_assert_eq!(pool, fees - &protocol);
    let paid = rise(&market.protocol_fees, &case.market.protocol_fees);
    prop_assert_eq!(paid, protocol);
    Ok(true)
}

/// What a close pays from, as big integers.
struct Wallet {
    output: Z,
    collateral: Z,
    secondary: Z,
}

/// Paid in the collateral token, in the other, and not at all (USD).
fn pay(wallet: &mut Wallet, cost: &Z, price: &Z, other: &Z) -> (Z, Z, Z) {
    let due = up(cost, price);
    let output = wallet.output.clone().min(due.clone());
    let collateral = wallet.collateral.clone().min(&due - &output);
    wallet.output -= &output;
    wallet.collateral -= &collateral;
    let rest = down(&((&due - &output - &collateral) * price), other);
    let secondary = wallet.secondary.clone().min(rest.clone());
    wallet.secondary -= &secondary;
    (
        output + collateral,
        secondary.clone(),
        (rest - secondary) * other,
    )
}

/// Profit of the part, cut by the cap of the side: realised, and tokens of the part.
fn profit_again(case: &Case, size: &Z) -> (Z, Z) {
    let (market, position, prices) = (&case.market, &case.position, &case.prices);
    let side = position.side;
    let sign = if is_long(side) { 1 } else { -1 };
    let (worse, best) = match is_long(side) {
        true => (prices.index.min, prices.index.max),
        false => (prices.index.max, prices.index.min),
    };
    let (tokens, whole) = (z(position.size_tokens), z(position.size_usd));
    let mut pnl = (&tokens * z(worse) - &whole) * sign;
    if pnl > zero() {
        let token = PoolToken::of_profit(side);
        let mut pool = z(*market.pool.of(market.slot(token)));
        if market.params.single_token {
            pool = down(&pool, &Z::from(2));
        }
        let cap = part(
            &(pool * z(prices.of(token).min)),
            market.params.pnl.of(side).traders,
        );
        let all = (interest(market, side, true) * z(best) - interest(market, side, false)) * sign;
        if all > cap && cap > zero() {
            pnl = down(&(pnl * cap), &all);
        }
    }
    let of_part = if *size == whole {
        tokens.clone()
    } else if is_long(side) {
        up(&(&tokens * size), &whole)
    } else {
        down(&(&tokens * size), &whole)
    };
    (down(&(pnl * &of_part), &tokens), of_part)
}

/// Impact settled at a close: the total and the excess.
fn close_impact_again(case: &Case, size: &Z, tokens: &Z) -> (Z, Z, Z, bool) {
    let (market, position, prices) = (&case.market, &case.position, &case.prices);
    let params = &market.params.impact;
    let (quote, improved) = impact_again(case, position.side, (-size, -tokens));
    let most = most_gain(case, size);
    let close = quote.min(most.clone());
    let pending = zs(position.pending_impact) * size;
    let (pending, at) = match pending < zero() {
        true => (up(&pending, &z(position.size_usd)), prices.index.max),
        false => (down(&pending, &z(position.size_usd)), prices.index.min),
    };
    let total = &pending * z(at) + close;
    let least = -part(size, params.max_negative);
    let excess = (&least - &total).max(zero());
    let mut pool_usd = zero();
    for token in PoolToken::BOTH {
        let mut amount = z(*market.pool.of(market.slot(token)));
        if market.params.single_token {
            amount = down(&amount, &Z::from(2));
        }
        pool_usd += amount * z(prices.of(token).min);
    }
    let lendable = part(&pool_usd, params.max_lendable_factor).min(z(params.max_lendable_usd))
        - z(market.lent_impact) * z(prices.index.max);
    let room = z(market.impact_pool) * z(prices.index.min) + lendable.max(zero());
    (
        total.max(least).min(most).min(room),
        excess,
        pending,
        improved,
    )
}

pub(crate) fn check_decrease(case: &Case, kind: Kind, size: U256) -> Result<bool, TestCaseError> {
    let (mut market, mut position) = (case.market.clone(), case.position);
    let order = Decrease::of(kind, size);
    let done = decrease(&mut market, &mut position, &order, &case.prices, &case.dues);
    let Ok(report) = done else {
        prop_assert_eq!((&market, &position), (&case.market, &case.position));
        return Ok(false);
    };
    compare_decrease(case, kind, &report, &market)?;
    Ok(true)
}

fn compare_decrease(
    case: &Case,
    kind: Kind,
    report: &DecreaseReport,
    market: &Market,
) -> Result<(), TestCaseError> {
    let side = case.position.side;
    let size = z(report.adjusted.size_usd);
    let (pnl, tokens) = profit_again(case, &size);
    let (total, excess, pending, improved) = close_impact_again(case, &size, &tokens);
    let (fees, protocol) = fees_again(case, &size, improved, kind == Kind::Liquidation);
    prop_assert_eq!(z(report.pnl.tokens), tokens);
    prop_assert_eq!(zs(report.pnl.realised), pnl.clone());
    prop_assert_eq!(zs(report.impact.total_usd), total.clone());
    prop_assert_eq!(z(report.impact.excess_usd), excess.clone());
    prop_assert_eq!(zs(report.impact.pending_tokens), pending);
    let best = z(case.prices.of(PoolToken::of_profit(side)).max);
    let price = z(case.prices.of(case.position.collateral_token).min);
    let fees: Z = fees.iter().sum();
    let gain = down(&pnl.clone().max(zero()), &best) + down(&total.clone().max(zero()), &best);
    let gained_impact = up(&total.clone().max(zero()), &z(case.prices.index.min));
    let costs = [
        z(case.dues.funding) * &price,
        (-pnl).max(zero()),
        fees * &price,
        (-total).max(zero()),
        excess,
    ];
    let mut flow = pay_again(case, report, gain, &costs, &protocol)?;
    flow.impact_pool -= gained_impact;
    compare_flow(case, report, market, flow)
}

/// Where the tokens of a close went.
struct Flow {
    wallet: Wallet,
    /// To the pool, in collateral tokens and in tokens of profits.
    pool: (Z, Z),
    protocol: Z,
    /// Credited to the impact pool or against what was lent.
    impact_pool: Z,
}

/// The order of payment.
fn pay_again(
    case: &Case,
    report: &DecreaseReport,
    gain: Z,
    costs: &[Z; 5],
    protocol: &Z,
) -> Result<Flow, TestCaseError> {
    let profit_token = PoolToken::of_profit(case.position.side);
    let price = z(case.prices.of(case.position.collateral_token).min);
    let other = z(case.prices.of(profit_token).min);
    let index = z(case.prices.index.max);
    let mut flow = Flow {
        pool: (zero(), -&gain),
        wallet: Wallet {
            output: zero(),
            collateral: z(case.position.collateral),
            secondary: zero(),
        },
        protocol: zero(),
        impact_pool: zero(),
    };
    match same_token(case) {
        true => flow.wallet.output = gain,
        false => flow.wallet.secondary = gain,
    }
    for (step, cost) in costs.iter().enumerate() {
        let (paid, paid_other, unpaid) = pay(&mut flow.wallet, cost, &price, &other);
        let is_split = step == 2 && paid_other == zero() && unpaid == zero();
        if is_split {
            flow.protocol = protocol.clone();
            flow.pool.0 += &paid - protocol;
        } else if matches!(step, 1..=3) {
            flow.pool.0 += &paid;
            flow.pool.1 += &paid_other;
        }
        if step == 3 {
            flow.impact_pool += down(&(&paid * &price), &index);
            flow.impact_pool += down(&(&paid_other * &other), &index);
        }
        if unpaid > zero() {
            let stated = report.insolvent.map(|at| z(at.unpaid_usd));
            prop_assert_eq!(stated, Some(unpaid), "step {}", step);
            return Ok(flow);
        }
    }
    prop_assert_eq!(report.insolvent, None);
    Ok(flow)
}

fn compare_flow(
    case: &Case,
    report: &DecreaseReport,
    market: &Market,
    mut flow: Flow,
) -> Result<(), TestCaseError> {
    if report.closed {
        flow.wallet.output += std::mem::take(&mut flow.wallet.collateral);
    }
    prop_assert_eq!(z(report.outputs.collateral), flow.wallet.output);
    prop_assert_eq!(z(report.outputs.secondary), flow.wallet.secondary);
    let net = |market: &Market| z(market.impact_pool) - z(market.lent_impact);
    prop_assert_eq!(net(market) - net(&case.market), flow.impact_pool);
    let slot = market.slot(case.position.collateral_token);
    let other = market.slot(PoolToken::of_profit(case.position.side));
    let rise = |token| z(*market.pool.of(token)) - z(*case.market.pool.of(token));
    if slot == other {
        prop_assert_eq!(rise(slot), flow.pool.0 + flow.pool.1);
    } else {
        prop_assert_eq!(rise(slot), flow.pool.0);
        prop_assert_eq!(rise(other), flow.pool.1);
    }
    let paid = z(*market.protocol_fees.of(slot)) - z(*case.market.protocol_fees.of(slot));
    prop_assert_eq!(paid, flow.protocol);
    Ok(())
}
