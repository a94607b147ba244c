//! Every parameter as a plain number in grid units, and margin by tiers.

use super::number::{ONE, RATIO, USD, Way, down, exact, ratio, share, up, usd, whole};

/// From where margin requirements come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Margins {
    /// One table for all sizes: initial and maintenance.
    Table(i128, i128),
    /// Lower bound of the notional and highest leverage.
    Tiers(Vec<(i128, u32)>),
}

/// How `mark/entry` is read for shorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShortIndex {
    EntryOverMark,
    MarkOverEntry,
}

/// The venue's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    pub taker_fee: i128,
    pub maker_fee: i128,
    pub margins: Margins,
    pub book: Book,
    pub oracle: OracleRules,
    pub funding: FundingRules,
    pub mark_every: u64,
    pub partial_above: i128,
    pub partial_share: i128,
    pub cooldown: u64,
    pub takeover_below: i128,
    pub takeover_every: u64,
    pub carry: i128,
    pub unwind_every: u64,
    pub unwind_share: i128,
    pub adl_every: u64,
    pub short_index: ShortIndex,
}

/// The makers' quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    pub half_spread: i128,
    /// Where a segment ends, and its share of the depth.
    pub segments: Vec<(i128, i128)>,
    pub depth: i128,
    pub leverage: u32,
    pub half_life: u64,
    pub memory: u64,
    pub calm: i128,
    pub withdrawal: i128,
}

/// How sources become a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OracleRules {
    pub quorum: usize,
    pub max_age: u64,
    pub max_deviation: i128,
    pub grace: u64,
    pub reopening: u64,
}

/// Hourly funding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundingRules {
    pub sample_every: u64,
    pub impact_notional: i128,
    pub interest: i128,
    pub clamp: i128,
    pub hourly_cap: i128,
}

/// One line of a margin table: from this notional on, `N·rate − deduction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub above: i128,
    pub rate: i128,
    pub deduction: i128,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Initial,
    Maintenance,
}

impl Rules {
    /// The lines of one requirement; maintenance is half of initial at the highest leverage, and
    /// the deduction makes the requirement continuous where a tier begins.
    pub fn lines(&self, need: Need) -> Vec<Line> {
        let rates: Vec<(i128, i128)> = match (&self.margins, need) {
            (Margins::Table(initial, _), Need::Initial) => vec![(0, *initial)],
            (Margins::Table(_, maintenance), Need::Maintenance) => vec![(0, *maintenance)],
            (Margins::Tiers(tiers), need) => {
                let halves = if need == Need::Initial { 1 } else { 2 };
                let rate =
                    |leverage: u32| up(&(whole(1) / whole(i128::from(leverage) * halves)), RATIO);
                tiers
                    .iter()
                    .map(|(above, most)| (*above, rate(*most)))
                    .collect()
            }
        };
        let mut lines: Vec<Line> = Vec::new();
        for (above, rate) in rates {
            let before = lines
                .last()
                .map_or((0, rate), |last| (last.deduction, last.rate));
            let deduction = before.0 + share(above, rate - before.1, Way::Down);
            lines.push(Line {
                above,
                rate,
                deduction,
            });
        }
        lines
    }
}

/// What a position of this notional needs, rounded up.
pub fn required(lines: &[Line], notional: i128) -> i128 {
    let line = lines.iter().rev().find(|line| line.above <= notional);
    let line = line.unwrap();
    (share(notional, line.rate, Way::Up) - line.deduction).max(0)
}

/// `1 / (1 + k·max(0, σ²/σ₀² − 1))`: requirements up, what is quoted down.
pub fn quoted_share(book: &Book, variance: i128) -> i128 {
    let calm = up(&(ratio(book.calm) * ratio(book.calm)), RATIO);
    let times = up(&(ratio(variance) / ratio(calm)), RATIO);
    let excess = (times - ONE).max(0);
    let weight = up(&(ratio(excess) * ratio(book.withdrawal)), RATIO);
    down(&(whole(1) / (whole(1) + ratio(weight))), RATIO)
}

/// The largest ratio on the grid whose power over the half-life, each product rounded down, is at
/// most one half.
pub fn halving(half_life: u64) -> i128 {
    let half = ONE / 2;
    let legal = |candidate: i128| power(candidate, half_life) <= half;
    // Digit by digit, from the highest.
    let mut found = 0;
    for place in (0..18).rev() {
        let step = 10_i128.pow(place);
        for _ in 0..9 {
            if legal(found + step) {
                found += step;
            }
        }
    }
    found
}

/// A power by the squares of its base, from the smallest, each product rounded down.
pub fn power(of: i128, exponent: u64) -> i128 {
    let mut square = of;
    let mut product: Option<i128> = None;
    for bit in 0..64 - exponent.leading_zeros() {
        if exponent >> bit & 1 == 1 {
            let so_far = product.unwrap_or(ONE);
            product = Some(down(&(ratio(so_far) * ratio(square)), RATIO));
        }
        square = down(&(ratio(square) * ratio(square)), RATIO);
    }
    product.unwrap_or(ONE)
}

/// An amount over a whole number, rounded up.
pub fn part_up(amount: i128, parts: u32) -> i128 {
    up(&(usd(amount) / exact(i128::from(parts), 0)), USD)
}

#[test]
fn margins_by_hand() {
    let million = 1_000_000_000_000;
    let tiers = Margins::Tiers(vec![(0, 40), (150 * million, 20)]);
    let rules = Rules {
        margins: tiers,
        ..super::stream::plain_rules()
    };
    // BTC: 1.25 % of 100 M; 2.5 % of 200 M less 150 M · 1.25 % = 1.875 M.
    let lines = rules.lines(Need::Maintenance);
    let need = |notional: i128| required(&lines, notional * million);
    assert_eq!(
        (need(100), need(200)),
        (1_250_000_000_000, 3_125_000_000_000)
    );
    assert_eq!(
        required(&rules.lines(Need::Initial), 100 * million),
        2_500_000_000_000
    );
}

#[test]
fn halving_and_withdrawal_by_hand() {
    assert_eq!(halving(1), ONE / 2);
    // 2^(−1/30) = 0.97715996843424…
    assert_eq!(halving(30) / 10_000, 97_715_996_843_424);
    let book = super::stream::plain_rules().book;
    // A variance of 16 times the calm one leaves one sixteenth.
    assert_eq!(quoted_share(&book, 160_000_000_000), ONE / 16);
}
