//! Claims of article 0 on what feeds the loop (S0-22 to S0-40): oracles, rules, whales.

use std::rc::Rc;

use seawall_cascade::Run;
use seawall_cascade::feed::{quote_cost_arithmetic, quote_cost_spot, spot_for_arithmetic};
use seawall_lp::{ConstantProduct, Curve, PriceRatio, Span, Volatility, expected, lvr};
use seawall_units::{Ratio, Tokens};

use super::spiral::{FLEE, OUTSIDE, missing, optional};
use super::{Figures, at, figure, loss, percent};
use crate::bench::Bench;
use crate::{ClaimError, Value};

const CLOSE: &str = "lending.main.rules.close.fixed.factor";
const BONUS: &str = "lending.main.rules.bonus.fixed";

pub(super) fn figures(id: &str, bench: &Bench) -> Result<Figures, ClaimError> {
    match id {
        "S0-22" => oracles(bench),
        "S0-23" => Ok(vec![figure("double", optional(double())?)]),
        "S0-24" => ordinary(bench),
        "S0-25" => one_block(),
        "S0-26" => rules(bench),
        "S0-27" => clusters(bench),
        "S0-28" => bad_debt(bench),
        "S0-29" => Ok(vec![
            figure("whole", amplification(bench, &[&format!("{CLOSE}=100%")])?),
            figure("quarter", amplification(bench, &[&format!("{CLOSE}=25%")])?),
        ]),
        "S0-30" => exit(bench),
        "S0-31" => one_hit(bench),
        "S0-32" => one_balance(bench),
        "S0-33" => pay(),
        "S0-34" | "S0-39" => trend(id),
        "S0-35" => stock(bench),
        "S0-36" => sequence(bench),
        "S0-37" => mercy(bench),
        "S0-38" => gain(bench),
        "S0-40" => roles(bench),
        _ => Ok(Vec::new()),
    }
}

fn amplification(bench: &Bench, sets: &[&str]) -> Result<Value, ClaimError> {
    optional(bench.cascade(sets)?.outcome.amplification)
}

fn oracles(bench: &Bench) -> Result<Figures, ClaimError> {
    let averaged = "feeds.T={ source = { inner = { pool_spot = { pool = 'T-USD' } }, design = { arithmetic_twap = { window = 1800 } } } }";
    let middle = "feeds.T={ median = { of = [{ pool_spot = { pool = 'T-USD' } }, { outside = { token = 'T' } }, { source = { inner = { pool_spot = { pool = 'T-USD' } }, design = { arithmetic_twap = { window = 1800 } } } }] } }";
    let quiet = "rounds.quiet=200";
    Ok(vec![
        figure("spot", amplification(bench, &[])?),
        figure("average", amplification(bench, &[averaged, quiet])?),
        figure("median", amplification(bench, &[middle, quiet])?),
        figure("outside", amplification(bench, &[OUTSIDE])?),
    ])
}

/// Quote that doubles the price of a pool with a million of it.
fn double() -> Option<Tokens> {
    quote_cost_spot(Tokens::whole(1_000_000), Ratio::whole(2), Ratio::ZERO)
}

fn ordinary(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.cascade(&[])?;
    let first = run.rounds.first().and_then(|round| round.pools.first());
    let shock = first.ok_or(missing("a shock"))?.shocks;
    Ok(vec![
        figure("sale", shock.into()),
        figure("accounts", Value::Count(u64::from(run.outcome.accounts))),
    ])
}

/// Doubling a spot price, and doubling the average of 150 blocks within one of them.
fn one_block() -> Result<Figures, ClaimError> {
    let pool = Tokens::whole(1);
    let multiple = spot_for_arithmetic(Ratio::whole(2), 150, 1);
    let average = quote_cost_arithmetic(pool, Ratio::whole(2), 150);
    Ok(vec![
        figure(
            "spot",
            optional(quote_cost_spot(pool, Ratio::whole(2), Ratio::ZERO))?,
        ),
        figure("multiple", optional(multiple)?),
        figure("average", optional(average)?),
    ])
}

fn rules(bench: &Bench) -> Result<Figures, ClaimError> {
    let of = |set: String| amplification(bench, &[&set]);
    Ok(vec![
        figure("close", of(format!("{CLOSE}=25%"))?),
        figure("bonus0", of(format!("{BONUS}=0%"))?),
        figure("bonus15", of(format!("{BONUS}=15%"))?),
        figure("depth", of(String::from("pools.T-USD.depth=2"))?),
        figure("shallow", of(String::from("pools.T-USD.depth=0.5"))?),
    ])
}

fn clusters(bench: &Bench) -> Result<Figures, ClaimError> {
    let largest = |set: &str| -> Result<Value, ClaimError> {
        let share = bench.cascade(&[set])?.outcome.largest_round;
        Ok(Value::percent(share.ok_or(missing("a share of sales"))?))
    };
    Ok(vec![
        figure("half", largest(&format!("{CLOSE}=50%"))?),
        figure("whole", largest(&format!("{CLOSE}=100%"))?),
    ])
}

/// Debt that collateral does not cover, by what liquidators are paid for their trouble: in the
/// spiral, and where a fall to 60 is over at once and nobody's sale moves the feed.
fn bad_debt(bench: &Bench) -> Result<Figures, ClaimError> {
    let crash = [
        "shocks.fall-outside.act={ outside = { token = 'T', price = '60' } }",
        "shocks.fall-pool.act={ trade_to = { pool = 'T-USD', price = '60' } }",
        OUTSIDE,
    ];
    let short = |sets: &[&str], bonus: &str| -> Result<Value, ClaimError> {
        let bonus = format!("{BONUS}={bonus}");
        let mut all = sets.to_vec();
        all.push(&bonus);
        Ok(bench.cascade(&all)?.outcome.shortfall.into())
    };
    Ok(vec![
        figure("none", short(&[], "0%")?),
        figure("five", short(&[], "5%")?),
        figure("fifteen", short(&[], "15%")?),
        figure("crash_none", short(&crash, "0%")?),
        figure("crash_fifteen", short(&crash, "15%")?),
    ])
}

/// One provider with 72.36 % of the shares, so that the index of concentration is 0.6.
const STAYS: &str = "providers.whale={ pool = 'T-USD', share = '0.723606797749979' }";
/// The same, who takes everything out when the price falls by more than 2 % in a round.
const RAISES: &str = "providers.whale={ pool = 'T-USD', share = '0.723606797749979', withdrawal = { when = { round_fall = '2%' }, share = '100%' } }";
const LEAVES: &str =
    "shocks.exit={ round = 1, act = { withdraw = { provider = 'whale', share = '1' } } }";
const LOAN: &str = "loans.whale={ market = 'main', collateral = '500', debt = { liquidation_price = '96' }, owner = 'whale' }";

const LATER: &str =
    "shocks.later={ round = 3, act = { sell = { pool = 'T-USD', amount = '100' } } }";

fn whale(bench: &Bench, sets: &[&str]) -> Result<Rc<Run>, ClaimError> {
    let mut all = vec!["providers.all.share=0.276393202250021"];
    all.extend(sets);
    bench.cascade(&all)
}

fn exit(bench: &Bench) -> Result<Figures, ClaimError> {
    let (stays, leaves) = (whale(bench, &[STAYS])?, whale(bench, &[STAYS, LEAVES])?);
    Ok(vec![
        figure("hhi", optional(leaves.outcome.concentration)?),
        figure("stays", optional(stays.outcome.final_spot)?),
        figure("leaves", optional(leaves.outcome.final_spot)?),
        figure("stays_shortfall", stays.outcome.shortfall.into()),
        figure("leaves_shortfall", leaves.outcome.shortfall.into()),
    ])
}

/// A whale with a loan and most of the shares of a pool that is four times as deep; two rounds after
/// he was hit somebody sells a hundred tokens.
fn one_hit(bench: &Bench) -> Result<Figures, ClaimError> {
    let deep = "pools.T-USD.depth=4";
    let idle = whale(bench, &[STAYS, LOAN, deep, LATER])?;
    let raises = whale(bench, &[RAISES, LOAN, deep, LATER])?;
    Ok(vec![
        figure("idle", Value::Count(u64::from(idle.outcome.accounts))),
        figure("raises", Value::Count(u64::from(raises.outcome.accounts))),
        figure("idle_price", optional(idle.outcome.final_spot)?),
        figure("raises_price", optional(raises.outcome.final_spot)?),
    ])
}

fn one_balance(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = whale(bench, &[RAISES, LOAN])?;
    let holders = run.outcome.who_paid.holders.iter();
    let owner = holders.clone().filter(|one| one.holder == "whale").count();
    let whale = run.outcome.who_paid.of_owner("whale");
    Ok(vec![
        figure(
            "owners",
            Value::Count(u64::try_from(owner).unwrap_or(u64::MAX)),
        ),
        figure("gain", optional(whale)?),
        figure("sum", run.outcome.who_paid.sum().into()),
    ])
}

/// A year of 5 % a day, with half of the pool traded every day at 30 bp.
fn pay() -> Result<Figures, ClaimError> {
    let risk = lvr::constant_product(Volatility::per_day(0.05)?).per_year();
    let fees = |turnover: f64| percent(turnover * 0.003 * 365.0);
    Ok(vec![
        figure("risk", percent(risk)),
        figure("half", fees(0.5)),
        figure("twentieth", fees(0.05)),
    ])
}

/// Six steps of ten per cent by logarithm: there and back, or all one way.
fn trend(id: &str) -> Result<Figures, ClaimError> {
    let step = 1.1_f64.ln();
    let down = PriceRatio::from_ln(-6.0 * step)?;
    let lost = percent(ConstantProduct.divergence_loss(down).unsigned());
    if id == "S0-34" {
        return Ok(vec![figure("swing", loss(1.0)?), figure("trend", lost)]);
    }
    let volatility = Volatility::per_year(0.8)?;
    let still = expected::constant_product(volatility, Span::YEAR);
    let halved = expected::with_drift(volatility, at(0.5)?.ln(), Span::YEAR)?;
    Ok(vec![
        figure("still", percent(still)),
        figure("halved", percent(halved)),
    ])
}

fn stock(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.cascade(&[])?;
    let first = run.opening.pools.first().ok_or(missing("a pool"))?;
    let last = run.rounds.last().and_then(|round| round.pools.first());
    let last = last.ok_or(missing("a pool at the end"))?;
    Ok(vec![
        figure("value", optional(first.value)?),
        figure("depth", first.depth_2.into()),
        figure("value_end", optional(last.value)?),
        figure("depth_end", last.depth_2.into()),
    ])
}

/// What left the pool first, in the first round of a spiral with providers who flee.
fn sequence(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.cascade(&[FLEE])?;
    let first = run.rounds.first().and_then(|round| round.pools.first());
    let first = first.ok_or(missing("a first round"))?;
    let before = run.opening.pools.first().ok_or(missing("a pool"))?;
    let sold = before.quote - first.quote - first.left_quote;
    Ok(vec![
        figure("sold", sold.into()),
        figure("left", first.left_quote.into()),
    ])
}

fn mercy(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.cascade(&[])?;
    let last = run.rounds.last().and_then(|round| round.markets.first());
    let left = last.ok_or(missing("a market at the end"))?.liquidated;
    Ok(vec![
        figure("accounts", Value::Count(u64::from(run.outcome.accounts))),
        figure("left", Value::Count(u64::from(left))),
    ])
}

fn gain(bench: &Bench) -> Result<Figures, ClaimError> {
    let of = |sets: &[&str]| -> Result<Value, ClaimError> {
        optional(bench.cascade(sets)?.outcome.loop_gain)
    };
    Ok(vec![
        figure("base", of(&[])?),
        figure("depth", of(&["pools.T-USD.depth=2"])?),
        figure("quarter", of(&[&format!("{CLOSE}=25%")])?),
    ])
}

fn roles(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = whale(bench, &[RAISES, LOAN])?;
    let classes = run.outcome.who_paid.classes.keys();
    let names: Vec<&str> = classes.map(|class| class.name()).collect();
    Ok(vec![
        figure("classes", Value::Word(names.join(", "))),
        figure("sum", run.outcome.who_paid.sum().into()),
    ])
}
