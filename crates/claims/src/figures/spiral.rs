//! Claims of article 0 on pools in a fall (S0-01 to S0-20): amounts, depth, and the loop.

use seawall_cascade::Run;
use seawall_cascade::lending::{LendingParams, Loan, Prices, health};
use seawall_cascade::pool::Pool;
use seawall_cascade::reuse::{Backing, Reuse};
use seawall_lp::{Concentrated, ConstantProduct, Curve, Range, Span, Volatility, blocks};
use seawall_units::{Ratio, TokenPrice, Tokens};

use super::{Figures, at, figure, percent, real};
use crate::bench::Bench;
use crate::{ClaimError, Value};

pub(super) const OUTSIDE: &str = "feeds.T={ outside = { token = 'T' } }";
pub(super) const FLEE: &str =
    "providers.all.withdrawal={ when = { round_fall = '2%' }, share = '20%' }";

pub(super) fn figures(id: &str, bench: &Bench) -> Result<Figures, ClaimError> {
    match id {
        "S0-01" => amplifier(bench),
        "S0-02" => amounts(),
        "S0-03" => Ok(vec![
            figure(
                "fallen",
                percent(2.0 * ConstantProduct.delta(at(0.9)?) - 1.0),
            ),
            figure("stable", percent(2.0 * quote(0.9)? - 1.0)),
        ]),
        "S0-04" => leaning(),
        "S0-05" => arbitrage(),
        "S0-06" => fees(),
        "S0-07" => Ok(vec![figure("left", percent(2.0 * quote(0.25)?))]),
        "S0-08" => slippage(),
        "S0-09" => Ok(vec![
            figure("before", hundred(None)?),
            figure("half", hundred(Some("50"))?),
            figure("quarter", hundred(Some("25"))?),
        ]),
        "S0-10" => depth(),
        "S0-11" => threshold(bench),
        "S0-12" => rules(bench),
        "S0-13" => dumped(bench),
        "S0-14" => harsher(),
        "S0-15" => prints(bench),
        "S0-16" => watchers(bench),
        "S0-17" => flight(bench),
        "S0-18" => exhaustion(bench),
        "S0-19" => reuse(),
        "S0-20" => triggers(6_000),
        "S0-21" => triggers(7_000),
        _ => Ok(Vec::new()),
    }
}

/// The quote asset of a constant product per unit of deposit.
fn quote(ratio: f64) -> Result<f64, ClaimError> {
    Ok(ConstantProduct.holdings(at(ratio)?).quote)
}

pub(super) fn missing(what: &'static str) -> ClaimError {
    ClaimError::Missing { what }
}

pub(super) fn token_price(text: &str) -> Result<TokenPrice, ClaimError> {
    text.parse().map_err(|_| missing("a price"))
}

/// Ten tokens and a thousand of quote, times a thousand.
fn pool(fee: Ratio) -> Result<Pool, ClaimError> {
    let pool = Pool::constant_product(Tokens::whole(10_000), Tokens::whole(1_000_000), fee);
    pool.map_err(|_| missing("a pool"))
}

fn led(to: Option<&str>) -> Result<Pool, ClaimError> {
    let mut pool = pool(Ratio::ZERO)?;
    if let Some(to) = to {
        let swap = pool.plan_to_exactly(token_price(to)?);
        pool.commit(&swap.ok_or(missing("a trade"))?);
    }
    Ok(pool)
}

/// How far a sale takes the price, over the price before it.
fn fall(pool: &Pool, sold: Tokens) -> Result<Ratio, ClaimError> {
    let mut after = pool.clone();
    after.commit(&pool.quote_sale(sold));
    let (before, after) = pool.spot().zip(after.spot()).ok_or(missing("a price"))?;
    let kept = after.over(before, seawall_units::Round::Floor);
    Ok(kept - Ratio::ONE)
}

pub(super) fn optional(value: Option<impl Into<Value>>) -> Result<Value, ClaimError> {
    Ok(value.ok_or(missing("a figure of a cascade"))?.into())
}

fn amplifier(bench: &Bench) -> Result<Figures, ClaimError> {
    let spot = bench.cascade(&[])?.outcome.amplification;
    let outside = bench.cascade(&[OUTSIDE])?.outcome.amplification;
    Ok(vec![
        figure("spot", optional(spot)?),
        figure("outside", optional(outside)?),
    ])
}

fn amounts() -> Result<Figures, ClaimError> {
    Ok(vec![
        figure(
            "fallen",
            percent(2.0 * ConstantProduct.delta(at(0.5)?) - 1.0),
        ),
        figure("stable", percent(2.0 * quote(0.5)? - 1.0)),
    ])
}

/// What part of a position by value is in the asset that has fallen to six tenths.
fn leaning() -> Result<Figures, ClaimError> {
    let now = at(0.6)?;
    let share = |curve: &dyn Curve| percent(1.0 - curve.holdings(now).quote / curve.value(now));
    let range = Concentrated::new(Range::new(50.0, 200.0)?, 100.0)?;
    Ok(vec![
        figure("units", percent(2.0 * ConstantProduct.delta(now) - 1.0)),
        figure("value", share(&ConstantProduct)),
        figure("range", share(&range)),
    ])
}

/// A pool with a fee of 30 bp, arbitraged to 90 outside.
fn arbitrage() -> Result<Figures, ClaimError> {
    let mut pool = pool(Ratio::bps(30))?;
    let swap = pool.plan_to(token_price("90")?);
    pool.commit(&swap.ok_or(missing("a trade"))?);
    let spot = pool.spot().ok_or(missing("a price"))?;
    let off = spot.over(token_price("90")?, seawall_units::Round::Floor) - Ratio::ONE;
    let again = pool.plan_to(token_price("90")?);
    let traded = again.map_or(Tokens::ZERO, |swap| swap.token());
    Ok(vec![
        figure("off", Value::bp(off)),
        figure("again", traded.into()),
    ])
}

/// How much must be traded for fees to keep up with what arbitrage takes.
fn fees() -> Result<Figures, ClaimError> {
    let turnover = |sigma: f64| -> Result<Value, ClaimError> {
        let volatility = Volatility::per_day(sigma)?;
        let found = blocks::break_even_turnover(volatility, Ratio::bps(30), Span::DAY)?;
        Ok(percent(found))
    };
    Ok(vec![
        figure("calm", turnover(0.05)?),
        figure("fall", turnover(0.2)?),
        figure(
            "half",
            percent(seawall_lp::break_even::fees(&ConstantProduct, at(0.5)?)),
        ),
    ])
}

/// A hundred of value sold into ten tokens and a thousand of quote, at this price.
fn hundred(price: Option<&str>) -> Result<Value, ClaimError> {
    let pool = led(price)?;
    // A thousand times both, as the pool is.
    let sold = match price {
        None => 1_000,
        Some("50") => 2_000,
        Some(_) => 4_000,
    };
    Ok(Value::percent(fall(&pool, Tokens::whole(sold))?))
}

fn slippage() -> Result<Figures, ClaimError> {
    Ok(vec![
        figure("before", hundred(None)?),
        figure("half", hundred(Some("50"))?),
    ])
}

fn depth() -> Result<Figures, ClaimError> {
    let part = |pool: &Pool, fall: i32| -> Result<Value, ClaimError> {
        let value = pool.value().ok_or(missing("a value"))?;
        let share = pool.depth(Ratio::bps(fall)).ratio_floor(value);
        Ok(Value::percent(share.ok_or(missing("a depth"))?))
    };
    let (before, after) = (led(None)?, led(Some("25"))?);
    Ok(vec![
        figure("two", part(&before, 200)?),
        figure("ten", part(&before, 1_000)?),
        figure("quote", before.depth(Ratio::bps(1_000)).into()),
        figure("quote_quarter", after.depth(Ratio::bps(1_000)).into()),
    ])
}

fn threshold(bench: &Bench) -> Result<Figures, ClaimError> {
    let rules = LendingParams {
        liquidation_threshold: Ratio::bps(8_000),
        ..LendingParams::default()
    };
    let loan = Loan {
        collateral: Tokens::whole(500),
        debt: Tokens::whole(38_400),
    };
    let prices = Prices {
        collateral: token_price("95")?,
        debt: TokenPrice::ONE,
    };
    let alone = bench.cascade(&[OUTSIDE])?.outcome.accounts;
    Ok(vec![
        figure("health", optional(health(&loan, &prices, &rules))?),
        figure("accounts", Value::Count(u64::from(alone))),
    ])
}

fn rules(bench: &Bench) -> Result<Figures, ClaimError> {
    let (one, other) = (bench.cascade(&[])?, Bench::default().cascade(&[])?);
    let same = one.rounds == other.rounds && one.outcome == other.outcome;
    let liquidations = one.outcome.liquidations;
    Ok(vec![
        figure("liquidations", Value::Count(u64::from(liquidations))),
        figure("same", Value::yes(same)),
    ])
}

/// What was seized and what was sold in a round.
fn sums(run: &Run, place: usize) -> Result<(Tokens, Tokens), ClaimError> {
    let round = run.rounds.get(place).ok_or(missing("a round"))?;
    let seized = round.markets.iter().map(|market| market.seized).sum();
    let sold = round.pools.iter().map(|pool| pool.sold).sum();
    Ok((seized, sold))
}

fn dumped(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.cascade(&[])?;
    let (seized, sold) = sums(&run, 0)?;
    let mut all = true;
    for place in 0..run.rounds.len() {
        let (seized, sold) = sums(&run, place)?;
        all &= seized == sold;
    }
    Ok(vec![
        figure("seized", seized.into()),
        figure("sold", sold.into()),
        figure("all", Value::yes(all)),
    ])
}

/// The same value sold and the same number of tokens sold, at 100 and at 25.
fn harsher() -> Result<Figures, ClaimError> {
    let (high, low) = (led(None)?, led(Some("25"))?);
    let sale = |pool: &Pool, tokens: i32| -> Result<Value, ClaimError> {
        Ok(Value::percent(fall(pool, Tokens::whole(tokens))?))
    };
    Ok(vec![
        figure("value_high", sale(&high, 100)?),
        figure("value_low", sale(&low, 400)?),
        figure("token_high", sale(&high, 100)?),
        figure("token_low", sale(&low, 100)?),
    ])
}

fn prints(bench: &Bench) -> Result<Figures, ClaimError> {
    let (spot, outside) = (bench.cascade(&[])?, bench.cascade(&[OUTSIDE])?);
    Ok(vec![
        figure("spot", optional(spot.outcome.final_spot)?),
        figure("outside", optional(outside.outcome.final_spot)?),
        figure("rounds", Value::Count(u64::from(spot.outcome.rounds))),
        figure(
            "rounds_outside",
            Value::Count(u64::from(outside.outcome.rounds)),
        ),
    ])
}

fn watchers(bench: &Bench) -> Result<Figures, ClaimError> {
    let rule = "providers.all.withdrawal={ when = { divergence_loss = '2%' }, share = '20%' }";
    // Seven rounds, as the spiral itself has: the rule would go on for ever.
    let run = bench.cascade(&[rule, "rounds.most=7"])?;
    let last = run.rounds.last().and_then(|round| round.pools.first());
    let last = last.ok_or(missing("a pool at the end"))?;
    Ok(vec![
        figure("price", optional(last.spot)?),
        figure("quote", last.quote.into()),
    ])
}

fn flight(bench: &Bench) -> Result<Figures, ClaimError> {
    let (stay, flee) = (bench.cascade(&[])?, bench.cascade(&[FLEE])?);
    Ok(vec![
        figure("stay", optional(stay.outcome.final_spot)?),
        figure("flee", optional(flee.outcome.final_spot)?),
        figure("stay_shortfall", stay.outcome.shortfall.into()),
        figure("flee_shortfall", flee.outcome.shortfall.into()),
    ])
}

fn exhaustion(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.cascade(&[FLEE])?;
    let last = run.rounds.last().and_then(|round| round.pools.first());
    let last = last.ok_or(missing("a pool at the end"))?;
    Ok(vec![
        figure("quote", last.quote.into()),
        figure("tokens", last.token.into()),
    ])
}

fn reuse() -> Result<Figures, ClaimError> {
    let turned = Reuse::new(Tokens::whole(100), Ratio::bps(6_000), 3);
    let turned = turned.map_err(|_| missing("a loop"))?;
    Ok(vec![
        figure("leverage", turned.leverage().into()),
        figure("sum", real(1.0 + 0.6 + 0.36 + 0.216)),
    ])
}

/// The price, over the opening one, at which a loan against each kind of backing is liquidatable.
fn triggers(ltv: i32) -> Result<Figures, ClaimError> {
    let (ltv, threshold) = (Ratio::bps(ltv), Ratio::bps(8_000));
    let of = |backing: Backing| optional(backing.liquidation_ratio(ltv, threshold));
    Ok(vec![
        figure("share", of(Backing::LpShare)?),
        figure("basket", of(Backing::Basket)?),
        figure("coin", of(Backing::Coin)?),
    ])
}
