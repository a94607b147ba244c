//! Price paths: quiet, lively and jumping marks, marks where something is about to happen, and
//! sources that disagree, are late or are silent.
use std::rc::Rc;

use proptest::prelude::*;
use seawall_units::{Price, Time};
use seawall_venue::SourceQuote;

use super::market::Market;
use super::number::{PRICE, Q, down, is_positive, of_units, units, whole};
use super::regimes::ACCOUNTS;
use super::rules::Side;
use super::stream::Step;

/// Moves in basis points: quiet, lively, jumps.
fn moves() -> impl Strategy<Value = i128> {
    prop_oneof![10 => -60i128..60, 6 => -500i128..500, 4 => -3_500i128..4_500]
}

fn waits() -> impl Strategy<Value = u64> {
    prop_oneof![1 => Just(0u64), 10 => 1u64..4, 3 => 4u64..120, 2 => 600u64..40_000, 1 => 100_000u64..2_000_000]
}

/// Offset in basis points, age (below zero: from the future), weight, own maximum of its age.
type Source = (i128, i64, u16, Option<u64>);

fn source() -> impl Strategy<Value = Source> {
    let offset = prop_oneof![3 => Just(0i128), 3 => -40i128..40, 1 => -300i128..300];
    let age = prop_oneof![4 => Just(0i64), 1 => -1i64..15];
    let own = prop_oneof![4 => Just(None), 1 => (0u64..20).prop_map(Some)];
    (offset, age, 0u16..4, own)
}

/// Shares of a half of the pool at which some regime has a cap, a trigger or a gate, in permille.
const THRESHOLDS: &[i128] = &[200, 300, 350, 400, 700, 770, 850, 900, 1_000];

/// Where the mark goes.
#[derive(Debug, Clone, Copy)]
enum Move {
    /// By basis points and grid units.
    By(i128, i128),
    /// To where an account has lost this many permille of its margin.
    ToLoss(u32, i128),
    /// To where a side has won this many permille of its half of the pool.
    ToProfit(bool, i128),
}

fn aimed_moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        12 => (moves(), 0i128..1_000_000).prop_map(|(bp, fine)| Move::By(bp, fine)),
        5 => (0..ACCOUNTS, 600i128..1_030).prop_map(|(who, part)| Move::ToLoss(who, part)),
        3 => (any::<bool>(), profits()).prop_map(|(long, part)| Move::ToProfit(long, part)),
    ]
}

fn profits() -> impl Strategy<Value = i128> {
    prop_oneof![300i128..1_100, prop::sample::select(THRESHOLDS)]
}

/// The price at which a position, or all of a side, has won so much (lost, below zero).
fn won_at(side: Side, (tokens, size): (&Q, &Q), won: Q) -> Option<Q> {
    if !is_positive(tokens) {
        return None;
    }
    let price = match side {
        Side::Long => (size + won) / tokens,
        Side::Short => (size - won) / tokens,
    };
    is_positive(&price).then(|| down(&price, PRICE))
}

fn moved(market: &Market, to: Move) -> i128 {
    let mark = units(&market.prices.mark, PRICE);
    let permille = |part| of_units(part, 3);
    let price = match to {
        Move::By(bp, fine) => return mark * (10_000 + bp) / 10_000 + fine,
        Move::ToLoss(account, part) => market.held.get(&account).and_then(|held| {
            let lost = market.margin(account) * permille(part);
            won_at(held.side, (&held.tokens, &held.size), -lost)
        }),
        Move::ToProfit(long, part) => {
            let side = if long { Side::Long } else { Side::Short };
            let won = market.half() * permille(part);
            let price = won_at(side, (&market.tokens(side), &market.interest(side)), won);
            // A side's profit is taken at the ask or the bid, whichever makes it most.
            let away = match side {
                Side::Long => whole(1) + &market.rules.half_spread,
                Side::Short => whole(1) - &market.rules.half_spread,
            };
            price.map(|price| down(&(price / away), PRICE))
        }
    };
    price.map_or(mark, |price| units(&price, PRICE))
}

pub(crate) fn tick(market: Rc<Market>) -> BoxedStrategy<Step> {
    let now = market.now;
    let one = 10_i128.pow(PRICE);
    let agreed = prop::collection::vec(Just((0i128, 0i64, 1u16, None)), 3);
    let apart = prop::collection::vec(source(), 1..6);
    let silent = Just(Vec::new());
    let sources = prop_oneof![16 => agreed, 5 => apart, 1 => silent];
    let build = move |(wait, to, sources): (u64, Move, Vec<Source>)| {
        let moved = moved(&market, to).clamp(4 * one, 2_500 * one);
        let at = now + wait;
        let read = |(n, (offset, age, weight, max_age)): (u16, Source)| {
            let price = Price::from_units(moved * (10_000 + offset) / 10_000).unwrap();
            // The fifth quote is the first source's again.
            let seen = Time::from_secs(at.saturating_add_signed(-age));
            let mut quote = SourceQuote::new(n % 4, price, seen);
            quote.weight = weight;
            quote.max_age = max_age;
            quote
        };
        let quotes = (0u16..).zip(sources).map(read).collect();
        Step::Tick { wait, quotes }
    };
    (waits(), aimed_moves(), sources).prop_map(build).boxed()
}
