//! The tables by round: one a pool, one a lending market.

use seawall_cascade::{Happened, MarketReport, PoolReport, Run};

use super::number::{NONE, amount, count, percent, price, some, times};
use super::section::Section;
use crate::grid::Align;

/// Of longer runs the first and the last rounds are shown.
const MOST: usize = 40;

const OF_POOL: [&str; 9] = [
    "round", "price", "outside", "to -2 %", "to -10 %", "quote", "sold", "proceeds", "left",
];
const OF_MARKET: [&str; 10] = [
    "round",
    "shown",
    "loans",
    "LTV 25 %",
    "50 %",
    "75 %",
    "worst",
    "liquidated",
    "repaid",
    "shortfall",
];

/// The tables of all pools, the one that is told first, and of all lending markets.
pub(super) fn sections(run: &Run) -> Vec<Section> {
    let told = run.world.measured().map_or(0, |pool| pool.index());
    let mut pools: Vec<usize> = (0..run.opening.pools.len()).collect();
    pools.sort_by_key(|place| *place != told);
    let pools = pools.into_iter().map(|place| of_pool(run, place));
    let markets = (0..run.opening.markets.len()).map(|place| of_market(run, place));
    pools.chain(markets).collect()
}

/// The rounds that are shown; `None` for those left out between two of them.
fn shown(run: &Run) -> Vec<Option<usize>> {
    let rounds = run.rounds.iter().enumerate();
    let lively = rounds.filter(|(_, round)| round.happened == Happened::Something);
    let places: Vec<usize> = lively.map(|(place, _)| place).collect();
    let half = MOST.div_ceil(2);
    let (Some(first), Some(last)) = (
        places.get(..half),
        places.get(places.len().saturating_sub(half)..),
    ) else {
        return places.into_iter().map(Some).collect();
    };
    if places.len() <= MOST {
        return places.into_iter().map(Some).collect();
    }
    let first = first.iter().copied().map(Some);
    let last = last.iter().copied().map(Some);
    first.chain([None]).chain(last).collect()
}

fn of_pool(run: &Run, place: usize) -> Section {
    let opening = run.opening.pools.get(place);
    let name = opening.map_or("", |pool| pool.pool.as_str());
    let mut section = Section::new(format!("Pool {name}"), &OF_POOL, Align::Right);
    section.lines.extend(opening.map(|pool| pool_line(0, pool)));
    for index in shown(run) {
        let round = index.and_then(|index| run.rounds.get(index));
        section.lines.push(match round {
            None => vec![String::from("...")],
            Some(round) => match round.pools.get(place) {
                Some(pool) => pool_line(round.round, pool),
                None => Vec::new(),
            },
        });
    }
    section
}

fn pool_line(round: u32, pool: &PoolReport) -> Vec<String> {
    vec![
        round.to_string(),
        price(pool.spot),
        price(pool.outside),
        amount(pool.depth_2),
        amount(pool.depth_10),
        amount(pool.quote),
        some(pool.sold),
        some(pool.proceeds),
        some(pool.left_quote),
    ]
}

fn of_market(run: &Run, place: usize) -> Section {
    let opening = run.opening.markets.get(place);
    let name = opening.map_or("", |market| market.market.as_str());
    let title = format!("Lending {name}");
    let mut section = Section::new(title, &OF_MARKET, Align::Right);
    section.lines.extend(opening.map(|one| market_line(0, one)));
    for index in shown(run) {
        let round = index.and_then(|index| run.rounds.get(index));
        section.lines.push(match round {
            None => vec![String::from("...")],
            Some(round) => match round.markets.get(place) {
                Some(market) => market_line(round.round, market),
                None => Vec::new(),
            },
        });
    }
    let gains = run
        .rounds
        .iter()
        .filter_map(|round| round.markets.get(place));
    let first = gains
        .filter(|market| market.liquidated > 0)
        .map(|one| one.loop_gain);
    if let Some(gain) = first.into_iter().next() {
        section.title = format!("{} (loop gain {})", section.title, times(gain));
    }
    section
}

fn market_line(round: u32, market: &MarketReport) -> Vec<String> {
    let mut line = vec![
        round.to_string(),
        price(market.collateral_price),
        market.loans.to_string(),
    ];
    match market.ltv {
        Some(ltv) => line.extend([ltv.lower, ltv.median, ltv.upper, ltv.most].map(percent)),
        None => line.extend([NONE; 4].map(str::to_owned)),
    }
    line.extend([
        count(market.liquidated),
        some(market.repaid),
        some(market.shortfall),
    ]);
    line
}
