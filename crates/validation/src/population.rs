//! Who holds what at the start: cohorts of accounts, drawn by seed.

use seawall_sim::{Draws, Group, Purpose};
use seawall_units::{Base, Price, Ratio, Round, Side, Usd};
use seawall_venue_orderbook::MarginTiers;

use crate::assumptions::{Assumptions, GroupAssumptions};

/// One position of a drawn account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The account's number in its group.
    pub account: u32,
    /// The coin's place.
    pub coin: usize,
    /// Signed size.
    pub size: Base,
    /// Entry price.
    pub entry: Price,
    /// The margin that stands behind it.
    pub margin: Usd,
}

/// The accounts of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crowd {
    /// How many accounts there are.
    pub accounts: u32,
    /// Their positions, by account.
    pub holdings: Vec<Holding>,
}

/// An account before the sizes are known: the weight of each of its positions.
struct Sketch {
    side: Side,
    headroom: Ratio,
    /// Coin, weight, entry over the price.
    parts: Vec<(usize, Usd, Ratio)>,
}

/// Draws the accounts of a group.
///
/// Each has a first coin, drawn by open interest, and perhaps further ones of its group. Weights
/// become sizes so that all longs of a coin, and all its shorts, have its open interest at the
/// opening price. Every trade has had two sides, so both sides of a coin have entered at the same
/// mean price: the shorts' entries are shifted by one factor. The margin of a position gives it the
/// drawn equity: maintenance of the position times one plus the headroom. Prices and sizes are
/// rounded down.
#[must_use]
pub fn draw(all: &Assumptions, group: &GroupAssumptions, opening: &[Price], seed: u64) -> Crowd {
    let coins = all.coins_of(group);
    let mut sketches = Vec::new();
    for (side, count) in [(Side::Long, group.longs), (Side::Short, group.shorts)] {
        let draws = Group::new(seed, Purpose::Population, &format!("{}/{side}", group.name));
        let members = (0..count).map(|place| draws.member(u64::from(place)));
        sketches.extend(members.map(|mut draws| sketch(all, &coins, side, &mut draws)));
    }
    let mut totals = vec![[Usd::ZERO; 2]; all.coins.len()];
    for sketch in &sketches {
        for (coin, weight, _) in &sketch.parts {
            if let Some(total) = totals.get_mut(*coin) {
                total[slot(sketch.side)] += *weight;
            }
        }
    }
    let mut holdings = Vec::new();
    for (account, sketch) in (0..).zip(&sketches) {
        for (coin, weight, entry) in &sketch.parts {
            let (Some(terms), Some(price)) = (all.coins.get(*coin), opening.get(*coin)) else {
                continue;
            };
            let total = totals
                .get(*coin)
                .map_or(Usd::ZERO, |of| of[slot(sketch.side)]);
            let notional = terms.interest.mul_div_floor(*weight, total);
            let size = price.size_floor(notional.unwrap_or_default());
            if size.is_positive() {
                holdings.push(Holding {
                    account,
                    coin: *coin,
                    size: sketch.side.signed(size),
                    entry: price.scaled(*entry, Round::Floor).unwrap_or(*price),
                    margin: Usd::ZERO,
                });
            }
        }
    }
    meet(&mut holdings, all.coins.len());
    for held in &mut holdings {
        let headroom = usize::try_from(held.account)
            .ok()
            .and_then(|n| sketches.get(n));
        let headroom = headroom.map_or(Ratio::ZERO, |sketch| sketch.headroom);
        if let (Some(terms), Some(price)) = (all.coins.get(held.coin), opening.get(held.coin)) {
            let tiers = MarginTiers::native(&terms.tiers);
            held.margin = margin(held, *price, &tiers, headroom);
        }
    }
    Crowd {
        accounts: group.longs.saturating_add(group.shorts),
        holdings,
    }
}

/// Shifts the entries of each coin's shorts so that both sides have the same mean entry.
fn meet(holdings: &mut [Holding], coins: usize) {
    for coin in 0..coins {
        let cost = |holdings: &[Holding], side: Side| -> Usd {
            let of = holdings
                .iter()
                .filter(|h| h.coin == coin && h.size.side() == Some(side));
            of.map(|held| held.entry.value_floor(held.size.abs())).sum()
        };
        let (longs, shorts) = (cost(holdings, Side::Long), cost(holdings, Side::Short));
        let Some(factor) = Ratio::ONE.mul_div_floor(longs, shorts) else {
            continue;
        };
        for held in holdings
            .iter_mut()
            .filter(|h| h.coin == coin && h.size.is_negative())
        {
            held.entry = held
                .entry
                .scaled(factor, Round::Floor)
                .unwrap_or(held.entry);
        }
    }
}

/// The margin that gives a position its equity, at least one dollar.
fn margin(held: &Holding, price: Price, tiers: &MarginTiers, headroom: Ratio) -> Usd {
    let maintenance = tiers.maintenance(price.value_ceil(held.size.abs()));
    let equity = maintenance + maintenance.mul_ceil(headroom);
    let pnl = price.value_floor(held.size) - held.entry.value_ceil(held.size);
    (equity - pnl).max(Usd::whole(1))
}

const fn slot(side: Side) -> usize {
    match side {
        Side::Long => 0,
        Side::Short => 1,
    }
}

fn sketch(all: &Assumptions, coins: &[usize], side: Side, draws: &mut Draws) -> Sketch {
    let of = &all.population;
    let (headroom, entry) = match side {
        Side::Long => (&of.long_headroom, &of.long_entry),
        Side::Short => (&of.short_headroom, &of.short_entry),
    };
    let first = first_coin(all, coins, draws);
    let size = draws.value(&of.size);
    let mut parts = vec![(first, size, draws.value(entry))];
    for coin in coins.iter().filter(|coin| **coin != first) {
        // Drawn for every coin, so that who holds one does not shift the others.
        let (holds, share) = (draws.happens(of.further), draws.value(&of.further_size));
        let entry = draws.value(entry);
        if holds {
            parts.push((*coin, size.mul_floor(share), entry));
        }
    }
    Sketch {
        side,
        headroom: draws.value::<Ratio>(headroom),
        parts,
    }
}

/// A coin by its share of the open interest of its group.
fn first_coin(all: &Assumptions, coins: &[usize], draws: &mut Draws) -> usize {
    let interest = |coin: &usize| all.coins.get(*coin).map_or(Usd::ZERO, |c| c.interest);
    let total: Usd = coins.iter().map(interest).sum();
    let mut place = draws.below(total.units());
    for coin in coins {
        place = place.saturating_sub(interest(coin).units());
        if place < 0 {
            return *coin;
        }
    }
    coins.first().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(seed: u64) -> (Assumptions, Crowd, Vec<Price>) {
        let all = Assumptions::priors().unwrap();
        let opening: Vec<Price> = ["112000", "3700", "185", "38"]
            .map(|p| p.parse().unwrap())
            .to_vec();
        let crowd = draw(&all, &all.groups[0], &opening, seed);
        (all, crowd, opening)
    }

    #[test]
    fn longs_and_shorts_of_a_coin_have_its_open_interest() {
        let (all, crowd, opening) = crowd(3);
        for (coin, price) in opening.iter().enumerate().take(3) {
            for side in Side::BOTH {
                let of = crowd
                    .holdings
                    .iter()
                    .filter(|h| h.coin == coin && h.size.side() == Some(side));
                let held: Base = of.map(|h| h.size.abs()).sum();
                let value = price.value_floor(held);
                let missing = all.coins[coin].interest - value;
                assert!(
                    !missing.is_negative() && missing < Usd::whole(10),
                    "{missing}"
                );
            }
        }
        assert!(crowd.holdings.iter().all(|h| h.coin < 3));
    }

    /// What all accounts gain or lose together is nothing, up to the rounding of entries.
    #[test]
    fn both_sides_have_entered_at_the_same_mean_price() {
        let (_, crowd, opening) = crowd(8);
        for (coin, price) in opening.iter().enumerate().take(3) {
            let of = crowd.holdings.iter().filter(|h| h.coin == coin);
            let gain: Usd = of
                .map(|h| price.value_floor(h.size) - h.entry.value_ceil(h.size))
                .sum();
            assert!(gain.abs() < Usd::whole(2), "{gain}");
        }
    }

    #[test]
    fn everybody_is_healthy_at_the_opening() {
        let (all, crowd, opening) = crowd(4);
        for h in &crowd.holdings {
            let tiers = MarginTiers::native(&all.coins[h.coin].tiers);
            let price = opening[h.coin];
            let equity = h.margin + price.value_floor(h.size) - h.entry.value_ceil(h.size);
            assert!(equity >= tiers.maintenance(price.value_ceil(h.size.abs())));
        }
    }

    #[test]
    fn another_seed_draws_others_and_the_same_seed_the_same() {
        assert_eq!(crowd(5).1, crowd(5).1);
        assert_ne!(crowd(5).1, crowd(6).1);
    }
}
