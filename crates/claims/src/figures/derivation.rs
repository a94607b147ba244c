//! Claims of article 2, on the derivation of divergence loss.

use seawall_lp::break_even::{Income, net_against_hold};
use seawall_lp::exact::Reserves;
use seawall_lp::{ConstantProduct, Curve, PriceRatio, Volatility, lvr};
use seawall_units::{Ratio, Round, TokenPrice, Tokens};

use super::{Figures, at, figure, loss, percent, real};
use crate::{ClaimError, Value};

const POOL: ConstantProduct = ConstantProduct;

pub(super) fn figures(id: &str) -> Result<Figures, ClaimError> {
    match id {
        "S2-01" => constant(),
        "S2-02" => Ok(vec![figure("price", token_in_eth()?.into())]),
        "S2-03" => Ok(vec![figure("value", real(in_e0(POOL.value(at(1.0)?))))]),
        "S2-04" => Ok(vec![figure("hold", real(in_e0(POOL.hold(at(3.0)?))))]),
        "S2-05" => half(),
        "S2-06" => Ok(vec![
            figure("quote", real(in_e0(POOL.holdings(at(4.0)?).quote))),
            figure("risky", real(in_e0(POOL.holdings(at(4.0)?).risky))),
        ]),
        "S2-07" => two_ways(),
        "S2-08" => signs(),
        "S2-09" => relative(),
        "S2-10" => Ok(vec![
            figure("low", between(0.002, 0.003)?),
            figure("high", between(40_000.0, 60_000.0)?),
        ]),
        "S2-11" => Ok(vec![
            figure("direct", walked(&["100", "150"])?),
            figure("around", walked(&["100", "20", "900", "150"])?),
        ]),
        "S2-12" => Ok(vec![
            figure("five", loss(5.0)?),
            figure("fifth", between(5.0, 1.0)?),
        ]),
        "S2-13" => Ok(vec![
            figure("down", between(100.0, 50.0)?),
            figure("up", between(100.0, 200.0)?),
        ]),
        "S2-14" => Ok(vec![figure(
            "change",
            percent(PriceRatio::from_prices(100.0, 50.0)?.change()),
        )]),
        "S2-15" => Ok(vec![
            figure("plus", of_ln(1.0)?),
            figure("minus", of_ln(-1.0)?),
        ]),
        "S2-16" => names(),
        "S2-17" => Ok(vec![
            figure("returned", walked(&["100", "20", "900", "100"])?),
            figure("kept", between(100.0, 50.0)?),
        ]),
        "S2-18" => net(),
        "S2-19" => Ok(vec![
            figure("fall", percent(2.0 * POOL.delta(at(0.25)?))),
            figure("rise", percent(2.0 * POOL.delta(at(4.0)?))),
        ]),
        "S2-20" => Ok(vec![
            figure("loss", walked(&["100", "105", "100"])?),
            figure(
                "lvr",
                percent(lvr::constant_product(Volatility::per_day(0.05)?).per_year()),
            ),
        ]),
        "S2-21" => Ok(vec![
            figure("eth", percent(2.0 * POOL.holdings(at(1.5)?).risky - 1.0)),
            figure("dai", percent(2.0 * POOL.holdings(at(1.5)?).quote - 1.0)),
        ]),
        "S2-22" => public_example(),
        _ => Ok(Vec::new()),
    }
}

/// A figure per unit of deposit, counted in `e0`, of which the deposit is worth two.
fn in_e0(value: f64) -> f64 {
    2.0 * value
}

fn price(text: &str) -> Result<TokenPrice, ClaimError> {
    let what = "a price";
    text.parse().map_err(|_| ClaimError::Missing { what })
}

fn constant() -> Result<Figures, ClaimError> {
    let before = Reserves::new(Tokens::whole(10), Tokens::whole(1_000))?;
    let after = before.moved_to(price("250")?)?;
    let root = |pool: Reserves| -> Value {
        Tokens::geometric_mean(pool.risky(), pool.quote(), Round::Floor).into()
    };
    Ok(vec![
        figure("before", root(before)),
        figure("after", root(after)),
    ])
}

/// One ETH and ten tokens are worth the same.
fn token_in_eth() -> Result<TokenPrice, ClaimError> {
    let pool = Reserves::new(Tokens::whole(10), Tokens::whole(1))?;
    Ok(pool.price(Round::Floor)?)
}

fn half() -> Result<Figures, ClaimError> {
    let now = at(7.0)?;
    let share = POOL.holdings(now).quote / POOL.value(now);
    Ok(vec![figure("half", percent(share))])
}

fn two_ways() -> Result<Figures, ClaimError> {
    let double = at(2.0)?;
    Ok(vec![
        figure("sum", real(in_e0(POOL.holdings(double).value(double)))),
        figure("root", real(2.0 * double.sqrt())),
    ])
}

fn signs() -> Result<Figures, ClaimError> {
    let found = POOL.divergence_loss(at(0.5)?);
    Ok(vec![
        figure("signed", percent(found.signed())),
        figure("unsigned", percent(found.unsigned())),
    ])
}

fn relative() -> Result<Figures, ClaimError> {
    let triple = at(3.0)?;
    let formula = 2.0 * triple.sqrt() / (1.0 + triple.ratio()) - 1.0;
    Ok(vec![
        figure("ours", percent(POOL.divergence_loss(triple).signed())),
        figure("formula", percent(formula)),
    ])
}

fn between(from: f64, to: f64) -> Result<Value, ClaimError> {
    let moved = PriceRatio::from_prices(from, to)?;
    Ok(percent(POOL.divergence_loss(moved).unsigned()))
}

fn of_ln(ln: f64) -> Result<Value, ClaimError> {
    Ok(percent(
        POOL.divergence_loss(PriceRatio::from_ln(ln)?).unsigned(),
    ))
}

/// The loss of a pool that is led through these prices by arbitrage, at the last of them.
///
/// Reserves round up for the pool in each step, by less than a unit of 10^-18.
fn walked(prices: &[&str]) -> Result<Value, ClaimError> {
    let first = Reserves::new(Tokens::whole(1_000), Tokens::whole(100_000))?;
    let mut pool = first;
    let mut now = first.price(Round::Floor)?;
    for each in prices {
        now = price(each)?;
        pool = pool.moved_to(now)?;
    }
    let value = pool.value_at(now, Round::Floor)?.units();
    let hold = now.value(first.risky(), Round::Floor) + first.quote();
    let hold = hold.units();
    Ok(percent((hold - value) as f64 / hold as f64))
}

fn names() -> Result<Figures, ClaimError> {
    let now = at(0.3)?;
    let same = POOL.divergence_loss(now) == POOL.impermanent_loss(now);
    Ok(vec![figure("same", Value::yes(same))])
}

fn net() -> Result<Figures, ClaimError> {
    let of = |fees: f64| -> Result<Value, ClaimError> {
        let income = Income::new(fees, 0.0)?;
        Ok(percent(net_against_hold(&POOL, at(4.0)?, income)))
    };
    Ok(vec![figure("net5", of(0.05)?), figure("net25", of(0.25)?)])
}

/// A pool of 1,000 ETH and 100,000 DAI at 150, a tenth of which is one provider's.
fn public_example() -> Result<Figures, ClaimError> {
    let pool = Reserves::new(Tokens::whole(1_000), Tokens::whole(100_000))?;
    let moved = pool.moved_to(price("150")?)?;
    let found = pool.compared_at(price("150")?, Ratio::bps(1_000))?;
    Ok(vec![
        figure("dai", moved.quote().into()),
        figure("eth", moved.risky().into()),
        figure("tenth", found.value.into()),
        figure("hold", found.hold.into()),
        figure("short", found.shortfall.into()),
        figure("loss", Value::percent(found.loss)),
    ])
}
