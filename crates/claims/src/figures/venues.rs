//! Claims of article 3 on order books and pools, and on the market as a whole (S3-01 to S3-18).

use seawall_lp::{Volatility, lvr};
use seawall_sim::VenueName::{Gmx, Hyperliquid, Tranched};
use seawall_sim::{VenueName, VenueOutcome, compare};
use seawall_units::{Ratio, Usd};
use seawall_venue::StageId;

use super::{Figures, figure, real};
use crate::bench::Bench;
use crate::{ClaimError, Value};

const CRASH: &str = "crash-2025-10-10";

pub(super) fn figures(id: &str, bench: &Bench) -> Result<Figures, ClaimError> {
    match id {
        "S3-02" => recorded(bench),
        "S3-03" => Ok(vec![figure("venues", count(VenueName::ALL.len()))]),
        "S3-06" => Ok(stages()),
        "S3-07" => void(bench),
        "S3-08" => sniping(bench),
        "S3-09" => owners_cost(bench),
        "S3-10" => minimum_fill(bench),
        "S3-11" => zero_sum(bench),
        "S3-12" => stale_prices(bench),
        "S3-13" => layers(bench),
        "S3-14" => book_order(bench),
        "S3-15" => winners(bench),
        "S3-16" => pool_quotes(bench),
        "S3-17" => Ok(vec![figure(
            "lp_return",
            Value::percent(bench.outcome("bank-run", Gmx)?.lp_return),
        )]),
        "S3-18" => headings(bench),
        _ => Ok(Vec::new()),
    }
}

pub(super) fn count(number: usize) -> Value {
    Value::Count(u64::try_from(number).unwrap_or(u64::MAX))
}

/// Everything that liquidations cost the owners.
pub(super) fn cost_of_owners(outcome: &VenueOutcome) -> Usd {
    outcome.stages.iter().map(|stage| stage.owner_cost).sum()
}

fn recorded(bench: &Bench) -> Result<Figures, ClaimError> {
    let (mut breaches, mut sum) = (0, Usd::ZERO);
    for venue in &bench.compared(CRASH)?.venues {
        breaches += venue.breaches.len();
        sum += venue.ledger_sum;
    }
    Ok(vec![
        figure("breaches", count(breaches)),
        figure("sum", sum.into()),
    ])
}

fn stages() -> Figures {
    // The article's list ends with the cut of winners.
    let unnamed = [StageId::Senior, StageId::Residual];
    let listed = StageId::ALL.iter().filter(|stage| !unnamed.contains(stage));
    vec![
        figure("listed", count(listed.count())),
        figure("needed", count(StageId::ALL.len())),
    ]
}

fn void(bench: &Bench) -> Result<Figures, ClaimError> {
    let book = bench.outcome(CRASH, Hyperliquid)?;
    let ladder = bench.outcome(CRASH, Tranched)?;
    let worst = |venue: &VenueOutcome| {
        let first = venue.cost_vs_mark.first().and_then(|each| each.worst);
        Value::bp(first.unwrap_or_default())
    };
    Ok(vec![
        figure("book_silent", book.seconds_without_quote.into()),
        figure("ladder_silent", ladder.seconds_without_quote.into()),
        figure("book_worst", worst(&book)),
        figure("ladder_worst", worst(&ladder)),
    ])
}

fn sniping(bench: &Bench) -> Result<Figures, ClaimError> {
    let venue = bench.outcome("stale-quotes", Hyperliquid)?;
    let book = venue.book.as_ref();
    let what = "the record of an order book";
    let lost = book.ok_or(ClaimError::Missing { what })?.stale_quote_loss;
    let large = venue.cost_vs_mark.last().map(|each| each.filled_share);
    Ok(vec![
        figure("lost", lost.into()),
        figure("filled", Value::percent(large.unwrap_or_default())),
    ])
}

fn owners_cost(bench: &Bench) -> Result<Figures, ClaimError> {
    let share = |venue| -> Result<Value, ClaimError> {
        let outcome = bench.outcome(CRASH, venue)?;
        let cost = cost_of_owners(&outcome).ratio_floor(outcome.liquidated_notional);
        Ok(Value::bp(cost.unwrap_or_default()))
    };
    Ok(vec![
        figure("book", share(Hyperliquid)?),
        figure("ladder", share(Tranched)?),
    ])
}

fn minimum_fill(bench: &Bench) -> Result<Figures, ClaimError> {
    let beyond = bench.ladder(Usd::whole(2_000_000), Usd::whole(100_000))?;
    let run = bench.outcome("bank-run", Tranched)?;
    Ok(vec![
        figure("filled", beyond.quote.filled.into()),
        figure("silent", run.seconds_without_quote.into()),
    ])
}

fn zero_sum(bench: &Bench) -> Result<Figures, ClaimError> {
    let sums = bench.compared(CRASH)?;
    let sum: Usd = sums.venues.iter().map(|venue| venue.ledger_sum).sum();
    let pool = bench.outcome("bank-run", Gmx)?;
    Ok(vec![
        figure("sum", sum.into()),
        figure("winners", pool.winners.profit_before.into()),
        figure("pool", Value::percent(pool.lp_return)),
    ])
}

/// The same sources eighteen seconds late and one second late.
fn stale_prices(bench: &Bench) -> Result<Figures, ClaimError> {
    let late = bench.outcome("latency-arbitrage", Tranched)?;
    let profit = late
        .arbitrage
        .first()
        .and_then(|first| first.profit_share());
    let scenario = bench.scenario("latency-arbitrage")?;
    let prompt = scenario.with("oracle.faults[0].kind.delay", "1")?;
    let prompt = compare(&prompt, &[Tranched])?;
    let trips = prompt.venues.iter().flat_map(|venue| &venue.arbitrage);
    let trips = trips.map(|each| each.round_trips).sum::<u64>();
    let curve = lvr::constant_product(Volatility::per_day(0.05)?);
    Ok(vec![
        figure("curve", real(1e4 * curve.per_day())),
        figure("late", Value::bp(profit.unwrap_or_default())),
        figure("prompt", Value::Count(trips)),
    ])
}

fn layers(bench: &Bench) -> Result<Figures, ClaimError> {
    let venue = bench.outcome("bank-run", Tranched)?;
    Ok(vec![
        figure("mixed", Value::percent(venue.lp_return)),
        figure("senior", venue.senior_change.unwrap_or_default().into()),
        figure("junior", venue.junior_change.unwrap_or_default().into()),
    ])
}

fn book_order(bench: &Bench) -> Result<Figures, ClaimError> {
    let venue = bench.outcome(CRASH, Hyperliquid)?;
    let titles = venue.loss_order.iter().map(|stage| stage.title());
    let titles: Vec<&str> = titles.collect();
    let sold = venue.stages.first().map(|stage| stage.closed);
    let sold = sold.map_or(0, |closed| closed.units());
    Ok(vec![
        figure("order", Value::Word(titles.join(", "))),
        figure(
            "sold",
            Value::Exact {
                units: sold,
                decimals: 8,
            },
        ),
    ])
}

fn winners(bench: &Bench) -> Result<Figures, ClaimError> {
    let winners = bench.outcome(CRASH, Hyperliquid)?.winners;
    Ok(vec![
        figure("taken", winners.taken.into()),
        figure("share", Value::percent(share_taken(&winners))),
        figure("count", winners.count.into()),
        figure("beyond", winners.overshoot.into()),
    ])
}

/// What was taken of winners' profit.
pub(super) fn share_taken(winners: &seawall_sim::Winners) -> Ratio {
    let share = winners.taken.ratio_floor(winners.profit_before);
    share.unwrap_or_default()
}

fn pool_quotes(bench: &Bench) -> Result<Figures, ClaimError> {
    let pool = bench.outcome(CRASH, Gmx)?;
    let large = pool.cost_vs_mark.last().map(|each| each.filled_share);
    Ok(vec![
        figure("silent", pool.seconds_without_quote.into()),
        figure("filled", Value::percent(large.unwrap_or_default())),
    ])
}

fn headings(bench: &Bench) -> Result<Figures, ClaimError> {
    let crash = bench.compared(CRASH)?;
    let violations = crash.venues.iter().map(|venue| venue.order_violations);
    let million = || bench.ladder(Usd::ZERO, Usd::whole(1_000_000));
    Ok(vec![
        figure("violations", Value::Count(violations.sum())),
        figure("same_quote", Value::yes(million()? == million()?)),
        figure("isolated", Value::yes(bench.markets()?.is_isolated())),
    ])
}
