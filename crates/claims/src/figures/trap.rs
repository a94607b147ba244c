//! Claims of article 1, on divergence loss as a trap.

use seawall_lp::break_even::{fees, rewards};
use seawall_lp::exact::Reserves;
use seawall_lp::worst_weight::{worse_than_even_beyond, worst_weight};
use seawall_lp::{
    Basket, Concentrated, ConstantProduct, Curve, DivergenceLoss, PriceRatio, Range, Span,
    StablePair, Volatility, Weighted, Weights, concentration_factor, expected,
};
use seawall_units::{Ratio, Round, TokenPrice, Tokens};

use super::{Figures, at, figure, loss, percent, real};
use crate::{ClaimError, Value};

pub(super) fn figures(id: &str) -> Result<Figures, ClaimError> {
    match id {
        "S1-01" => Ok(vec![
            figure("fees", percent(fees(&ConstantProduct, at(4.0)?))),
            figure("rewards", percent(rewards(&ConstantProduct, at(4.0)?))),
        ]),
        "S1-02" => Ok(vec![
            figure("held", percent(1.0)),
            figure("pooled", percent(2.0 * ConstantProduct.delta(at(0.5)?))),
        ]),
        "S1-03" => deposit(),
        "S1-04" => surge(),
        "S1-05" => Ok(vec![
            figure("up", percent(2.0 * ConstantProduct.delta(at(1.1)?))),
            figure("down", percent(2.0 * ConstantProduct.delta(at(0.9)?))),
        ]),
        "S1-06" => Ok(vec![
            figure("marked", loss(0.5)?),
            figure("returned", loss(1.0)?),
        ]),
        "S1-07" => product(),
        "S1-08" => reserves(),
        "S1-09" => example("110"),
        "S1-10" => example("90"),
        "S1-11" => formula(),
        "S1-12" => Ok(vec![
            figure("both", percent(two_tokens(2.0, 2.0)?)),
            figure("one", percent(two_tokens(2.0, 0.5)?)),
        ]),
        "S1-13" => baskets(),
        "S1-14" => Ok(vec![figure("loss", percent(of_weight("0.1", 1.5)?))]),
        "S1-15" => Ok(vec![
            figure("none", loss(1.0)?),
            figure("least", loss(1.0001)?),
        ]),
        "S1-16" => lopsided(),
        "S1-17" => doubling(),
        "S1-18" => in_money(),
        "S1-19" => weights(),
        "S1-20" => nine_to_one(),
        "S1-21" => replaced(),
        "S1-22" => Ok(vec![
            figure("peg", loss(0.995)?),
            figure("depeg", loss(0.88)?),
            figure("usde", loss(0.65)?),
            figure(
                "curve",
                Value::Real(
                    StablePair::balanced(100.0)?
                        .divergence_loss(at(0.88)?)
                        .percent(),
                ),
            ),
        ]),
        "S1-23" => Ok(vec![
            figure("fees", percent(fees(&ConstantProduct, at(4.0)?))),
            figure("up", percent(rewards(&ConstantProduct, at(4.0)?))),
            figure("down", percent(rewards(&ConstantProduct, at(0.25)?))),
            figure("quarter", percent(1.0 / 4.0)),
        ]),
        "S1-24" => volatile(),
        "S1-25" => again(),
        "S1-26" => concentrated(),
        _ => Ok(Vec::new()),
    }
}

fn pool() -> Result<Reserves, ClaimError> {
    Ok(Reserves::new(Tokens::whole(10), Tokens::whole(1_000))?)
}

fn price(text: &str) -> Result<TokenPrice, ClaimError> {
    let what = "a price";
    text.parse().map_err(|_| ClaimError::Missing { what })
}

fn deposit() -> Result<Figures, ClaimError> {
    let pool = pool()?;
    let at = pool.price(Round::Floor)?;
    // The quote reserve in the place of a price: what all of the other would cost at it.
    let product = price(&pool.quote().to_string())?.value(pool.risky(), Round::Floor);
    Ok(vec![
        figure("k", product.into()),
        figure("value", pool.value_at(at, Round::Floor)?.into()),
    ])
}

fn surge() -> Result<Figures, ClaimError> {
    let moved = pool()?.moved_to(price("110")?)?;
    let value = moved.value_at(price("110")?, Round::Ceil)?;
    let other = value.units() - moved.quote().units();
    let share = other as f64 / value.units() as f64;
    Ok(vec![
        figure(
            "change",
            percent(PriceRatio::from_prices(100.0, 110.0)?.change()),
        ),
        figure("by_value", percent(share)),
        figure("ratio", moved.price(Round::Floor)?.into()),
    ])
}

fn product() -> Result<Figures, ClaimError> {
    let moved = pool()?.moved_to(price("110")?)?;
    let root = Tokens::geometric_mean(moved.risky(), moved.quote(), Round::Floor);
    let root = root.units() as f64 / 1e18;
    Ok(vec![figure("k", real(root * root))])
}

fn reserves() -> Result<Figures, ClaimError> {
    let moved = pool()?.moved_to(price("400")?)?;
    Ok(vec![
        figure("eth", moved.risky().into()),
        figure("usdc", moved.quote().into()),
    ])
}

/// The worked example of ten ETH and a thousand USDC, to the last unit.
fn example(to: &str) -> Result<Figures, ClaimError> {
    let (pool, to) = (pool()?, price(to)?);
    let moved = pool.moved_to(to)?;
    let found = pool.compared_at(to, Ratio::ONE)?;
    // In per cent before it is divided, so that no digit of the percentage is lost.
    let lost = found.shortfall.mul_floor(Ratio::whole(100));
    let what = "a loss";
    let lost = lost
        .ratio_floor(found.hold)
        .ok_or(ClaimError::Missing { what })?;
    Ok(vec![
        figure("eth", moved.risky().into()),
        figure("usdc", moved.quote().into()),
        figure("pool", found.value.into()),
        figure("hold", found.hold.into()),
        figure("shortfall", found.shortfall.into()),
        figure("loss", lost.into()),
    ])
}

fn formula() -> Result<Figures, ClaimError> {
    let change: f64 = -0.36;
    let theirs = ((change + 2.0) - 2.0 * (change + 1.0).sqrt()) / (change + 2.0);
    let ours = ConstantProduct.divergence_loss(PriceRatio::from_change(change)?);
    Ok(vec![
        figure("ours", percent(ours.unsigned())),
        figure("theirs", percent(theirs)),
    ])
}

/// Equal parts of two tokens whose prices become so many times what they were.
fn two_tokens(one: f64, other: f64) -> Result<f64, ClaimError> {
    let basket = Basket::new(Weights::proportional(&[1, 1])?);
    let found = basket.divergence_loss(&[at(one)?, at(other)?])?;
    Ok(found.unsigned())
}

fn baskets() -> Result<Figures, ClaimError> {
    let of = |parts: &[u32], ratios: [f64; 3]| -> Result<Value, ClaimError> {
        let ratios = [at(ratios[0])?, at(ratios[1])?, at(ratios[2])?];
        let basket = Basket::new(Weights::proportional(parts)?);
        Ok(percent(basket.divergence_loss(&ratios)?.unsigned()))
    };
    Ok(vec![
        figure("thirds", of(&[1, 1, 1], [1.0, 2.0, 4.0])?),
        figure("half", of(&[2, 1, 1], [1.0, 2.0, 0.5])?),
    ])
}

/// The loss of a pool of two with this weight on the risky one.
fn of_weight(weight: &str, ratio: f64) -> Result<f64, ClaimError> {
    let what = "a weight";
    let weight = weight.parse().map_err(|_| ClaimError::Missing { what })?;
    let pool = Weighted::new(weight)?;
    Ok(pool.divergence_loss(at(ratio)?).unsigned())
}

fn lopsided() -> Result<Figures, ClaimError> {
    let quotient = |change: f64| -> Result<Value, ClaimError> {
        let of = |change| -> Result<f64, ClaimError> {
            let at = PriceRatio::from_change(change)?;
            Ok(ConstantProduct.divergence_loss(at).unsigned())
        };
        Ok(real(of(-change)? / of(change)?))
    };
    let of = |ratio| -> Result<f64, ClaimError> {
        Ok(ConstantProduct.divergence_loss(at(ratio)?).unsigned())
    };
    Ok(vec![
        figure("r10", quotient(0.1)?),
        figure("r20", quotient(0.2)?),
        figure("r50", quotient(0.5)?),
        figure("r90", quotient(0.9)?),
        figure("multiple", real(of(0.5)? / of(2.0)?)),
    ])
}

fn doubling() -> Result<Figures, ClaimError> {
    let multiple = |loss: f64| -> Result<PriceRatio, ClaimError> {
        let loss = DivergenceLoss::from_unsigned(loss)?;
        Ok(ConstantProduct.ratio_at(loss)?)
    };
    Ok(vec![
        figure("double", loss(2.0)?),
        figure("half", loss(0.5)?),
        figure("twenty", real(multiple(0.2)?.ratio())),
        figure("twentyfive", real(multiple(0.25)?.ratio())),
        figure("twentyfive_down", real(multiple(0.25)?.inverse().ratio())),
        figure("five", loss(5.0)?),
    ])
}

fn in_money() -> Result<Figures, ClaimError> {
    let short = |change: f64| -> Result<Value, ClaimError> {
        let at = PriceRatio::from_change(change)?;
        Ok(real(2_000.0 * ConstantProduct.shortfall(at)))
    };
    Ok(vec![
        figure("up10", short(0.1)?),
        figure("down10", short(-0.1)?),
        figure("up50", short(0.5)?),
        figure("down50", short(-0.5)?),
    ])
}

fn weights() -> Result<Figures, ClaimError> {
    let worst = worst_weight(at(4.0)?);
    Ok(vec![
        figure("half", percent(of_weight("0.5", 4.0)?)),
        figure("forty", percent(of_weight("0.4", 4.0)?)),
        figure("worst", real(worst)),
        figure(
            "worst_loss",
            percent(of_weight(&format!("{worst:.15}"), 4.0)?),
        ),
    ])
}

fn nine_to_one() -> Result<Figures, ClaimError> {
    let of = |change: f64| -> Result<Value, ClaimError> {
        let what = "a weight";
        let weight = "0.1".parse().map_err(|_| ClaimError::Missing { what })?;
        let at = PriceRatio::from_change(change)?;
        Ok(percent(
            Weighted::new(weight)?.divergence_loss(at).unsigned(),
        ))
    };
    let even = |change: f64| -> Result<Value, ClaimError> {
        let at = PriceRatio::from_change(change)?;
        Ok(percent(ConstantProduct.divergence_loss(at).unsigned()))
    };
    let what = "a crossing";
    let crossing = worse_than_even_beyond(Ratio::bps(1_000))?;
    let crossing = crossing.ok_or(ClaimError::Missing { what })?;
    Ok(vec![
        figure("down10", of(-0.1)?),
        figure("even_down10", even(-0.1)?),
        figure("up10", of(0.1)?),
        figure("even_up10", even(0.1)?),
        figure("half", of(-0.5)?),
        figure("double", of(1.0)?),
        figure("crossing", real(crossing.ratio())),
        figure("hundred", of(99.0)?),
        figure("even_hundred", even(99.0)?),
    ])
}

/// What a move of one per cent trades, over the value of the pool before it.
fn replaced() -> Result<Figures, ClaimError> {
    let traded = |weight: Ratio| -> Result<Value, ClaimError> {
        let pool = Weighted::new(weight)?;
        let (before, after) = (pool.holdings(at(1.0)?), pool.holdings(at(1.01)?));
        Ok(percent(after.quote - before.quote))
    };
    Ok(vec![
        figure("even", traded(Ratio::bps(5_000))?),
        figure("uneven", traded(Ratio::bps(1_000))?),
    ])
}

fn volatile() -> Result<Figures, ClaimError> {
    let of = |sigma: f64| -> Result<Value, ClaimError> {
        let volatility = Volatility::per_year(sigma)?;
        Ok(percent(expected::constant_product(volatility, Span::YEAR)))
    };
    Ok(vec![
        figure("v50", of(0.5)?),
        figure("v80", of(0.8)?),
        figure("v100", of(1.0)?),
    ])
}

/// Through 100, 50, 100.
fn again() -> Result<Figures, ClaimError> {
    let (down, up) = (at(0.5)?, at(2.0)?);
    let pool = &ConstantProduct;
    // What comes out at 50 is what goes in again, so the position is the same as before.
    let entered_again = pool.value(down) * pool.value(up);
    // Somebody who makes equal parts anew at the same dates, and holds in between.
    let held = pool.hold(down) * pool.hold(up);
    // What comes out at 50, held until the price is 100 again.
    let left = pool.holdings(down).value(at(1.0)?);
    Ok(vec![
        figure("first", percent(1.0 - entered_again)),
        figure("stretches", percent(1.0 - entered_again / held)),
        figure("left", percent(left - 1.0)),
    ])
}

fn concentrated() -> Result<Figures, ClaimError> {
    let range = Concentrated::new(Range::new(50.0, 200.0)?, 100.0)?;
    let up = PriceRatio::from_prices(100.0, 110.0)?;
    Ok(vec![
        figure("double", real(concentration_factor(2.0)?)),
        figure("tenth", real(concentration_factor(1.1)?)),
        figure("loss", percent(range.divergence_loss(up).unsigned())),
        figure(
            "whole",
            percent(ConstantProduct.divergence_loss(up).unsigned()),
        ),
    ])
}
