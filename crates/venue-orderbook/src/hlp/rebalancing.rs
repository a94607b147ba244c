use seawall_ledger::Account;
use seawall_units::{Time, Usd, split_pro_rata};

use super::params::Ring;

/// What a rebalancing makes of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// It shall hold this much: a liquidator.
    Hold(Usd),
    /// It gets what the others and the parent leave, and gives what they miss: a strategy.
    Rest,
}

/// A child as its parent sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    /// Its account in the ledger.
    pub account: Account,
    /// Cash and open profit at the mark.
    pub equity: Usd,
    /// What could leave it now: at most its cash, and what the margin of its positions leaves.
    pub free: Usd,
    /// What it is for.
    pub target: Target,
}

/// A transfer between the parent and a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Who gives.
    pub from: Account,
    /// Who gets.
    pub to: Account,
    /// Above zero.
    pub amount: Usd,
}

/// What all depositors together own.
///
/// **Formula** `max(0, parent + Σ equity)`; a ring-fenced child below zero counts as zero, since
/// nobody has to pay for it.
/// **Units** USD. **Rounding** none; the equities are rounded down.
///
/// ```
/// use seawall_ledger::Account;
/// use seawall_units::Usd;
/// use seawall_venue_orderbook::hlp::{Child, Ring, Target, net_asset_value};
/// let usd = Usd::whole;
/// let child = |number, equity| Child {
///     account: Account::Backstop(number), equity, free: Usd::ZERO, target: Target::Rest,
/// };
/// let children = [child(0, usd(90)), child(1, usd(-20))];
/// assert_eq!(net_asset_value(usd(10), &children, Ring::Shared), usd(80));
/// assert_eq!(net_asset_value(usd(10), &children, Ring::Fenced), usd(100));
/// ```
#[must_use]
pub fn net_asset_value(parent: Usd, children: &[Child], ring: Ring) -> Usd {
    let worth = |child: &Child| match ring {
        Ring::Shared => child.equity,
        Ring::Fenced => child.equity.or_zero(),
    };
    (parent + children.iter().map(worth).sum::<Usd>()).or_zero()
}

/// What goes up to the parent and down to its children in one rebalancing, in this order:
///
/// 1. each liquidator above its target gives the surplus, as far as it is free;
/// 2. what is still missing, below the targets and of the parent's own cash `keep`, comes out of the
///    strategies, pro rata to what is free in them;
/// 3. each liquidator below its target gets what is missing, all the same share if the parent has
///    too little; a ring-fenced child below zero gets nothing;
/// 4. what the parent has beyond `keep` goes to the strategies, pro rata to their equity.
///
/// Nothing is made or lost: every amount leaves one account for another.
/// **Rounding** splits by largest remainder, exactly.
/// **Source** the flows of 11 October 2025, worked in the test below; the order of the steps is an
/// assumption.
///
/// ```
/// use seawall_ledger::Account;
/// use seawall_units::Usd;
/// use seawall_venue_orderbook::hlp::{Child, Move, Ring, Target, plan_rebalancing};
/// let usd = Usd::whole;
/// let liquidator = |number, equity, target| Child {
///     account: Account::Backstop(number), equity, free: equity, target: Target::Hold(target),
/// };
/// // 04:36:01 UTC: 31.85 M, of which 31.25 M are swept.
/// let swept = plan_rebalancing(
///     (Usd::ZERO, usd(31_250_000)),
///     &[liquidator(0, usd(31_850_000), usd(600_000))],
///     Ring::Fenced,
/// );
/// let up = |amount| Move { from: Account::Backstop(0), to: Account::Parent, amount };
/// assert_eq!(swept, [up(usd(31_250_000))]);
/// // 11:14:48 and 11:15:36 UTC: 0.6 M to 5.0 M and 7.5 M to 30.0 M.
/// let seeded = plan_rebalancing(
///     (usd(31_250_000), usd(4_350_000)),
///     &[
///         liquidator(0, usd(600_000), usd(5_000_000)),
///         liquidator(1, usd(7_500_000), usd(30_000_000)),
///     ],
///     Ring::Fenced,
/// );
/// let down = |number, amount| Move { from: Account::Parent, to: Account::Backstop(number), amount };
/// // 4.4 M and 22.5 M; 31.25 M − 26.9 M = 4.35 M stay.
/// assert_eq!(seeded, [down(0, usd(4_400_000)), down(1, usd(22_500_000))]);
/// ```
#[must_use]
pub fn plan_rebalancing((parent, keep): (Usd, Usd), children: &[Child], ring: Ring) -> Vec<Move> {
    let mut moves = Vec::new();
    for child in children {
        if let Target::Hold(target) = child.target {
            let surplus = (child.equity - target).min(child.free);
            push(&mut moves, child.account, Account::Parent, surplus);
        }
    }
    let missing = |child: &Child| match (child.target, ring) {
        (Target::Hold(_), Ring::Fenced) if child.equity.is_negative() => Usd::ZERO,
        (Target::Hold(target), _) => (target - child.equity).or_zero(),
        (Target::Rest, _) => Usd::ZERO,
    };
    let needs: Vec<Usd> = children.iter().map(missing).collect();
    let needed: Usd = needs.iter().copied().sum();
    let swept = parent + total(&moves);
    let strategies: Vec<&Child> = children.iter().filter(|child| is_strategy(child)).collect();
    let drawn = raise(&strategies, needed + keep - swept);
    let available = swept + total(&drawn);
    moves.extend(drawn);
    let seeds = available.min(needed);
    for (child, seed) in children.iter().zip(parts(seeds, &needs)) {
        push(&mut moves, Account::Parent, child.account, seed);
    }
    let left = (available - seeds - keep).or_zero();
    let weights: Vec<Usd> = strategies
        .iter()
        .map(|child| child.equity.or_zero())
        .collect();
    for (child, part) in strategies.iter().zip(parts(left, &weights)) {
        push(&mut moves, Account::Parent, child.account, part);
    }
    moves
}

/// What children give so that the parent can pay `amount` more: the strategies first, then the
/// liquidators, each group pro rata to what is free in it.
///
/// **Rounding** splits by largest remainder, exactly; never more than what is free.
///
/// ```
/// use seawall_ledger::Account;
/// use seawall_units::Usd;
/// use seawall_venue_orderbook::hlp::{Child, Target, plan_raising};
/// let usd = Usd::whole;
/// let strategy = Child {
///     account: Account::Makers, equity: usd(90), free: usd(60), target: Target::Rest,
/// };
/// let hold = Target::Hold(usd(10));
/// let liquidator = Child { account: Account::Backstop(0), equity: usd(10), free: usd(10), target: hold };
/// let given = |amount| -> Vec<Usd> {
///     let moves = plan_raising(usd(amount), &[strategy, liquidator]);
///     moves.iter().map(|each| each.amount).collect()
/// };
/// assert_eq!(given(50), [usd(50)]);
/// assert_eq!(given(65), [usd(60), usd(5)]);
/// assert_eq!(given(100), [usd(60), usd(10)]);
/// ```
#[must_use]
pub fn plan_raising(amount: Usd, children: &[Child]) -> Vec<Move> {
    let (first, then): (Vec<&Child>, Vec<&Child>) =
        children.iter().partition(|child| is_strategy(child));
    let mut moves = raise(&first, amount);
    let rest = amount - total(&moves);
    moves.extend(raise(&then, rest));
    moves
}

fn is_strategy(child: &Child) -> bool {
    child.target == Target::Rest
}

fn raise(from: &[&Child], amount: Usd) -> Vec<Move> {
    let free: Vec<Usd> = from.iter().map(|child| child.free.or_zero()).collect();
    let all: Usd = free.iter().copied().sum();
    let mut moves = Vec::new();
    for (child, part) in from.iter().zip(parts(amount.min(all), &free)) {
        push(&mut moves, child.account, Account::Parent, part);
    }
    moves
}

/// Shares of an amount; none of one that is not above zero, or among nobody.
fn parts(amount: Usd, weights: &[Usd]) -> Vec<Usd> {
    split_pro_rata(amount.or_zero(), weights).unwrap_or_default()
}

fn push(moves: &mut Vec<Move>, from: Account, to: Account, amount: Usd) {
    if amount.is_positive() {
        moves.push(Move { from, to, amount });
    }
}

fn total(moves: &[Move]) -> Usd {
    moves.iter().map(|each| each.amount).sum()
}

/// The moments at which a rebalancing is due: `at` seconds after midnight UTC, and every so many
/// seconds before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    every: u64,
    at: u64,
    /// How many have gone by.
    gone: u64,
}

impl Moments {
    /// Those after `start`.
    ///
    /// ```
    /// use seawall_units::Time;
    /// use seawall_venue_orderbook::hlp::Moments;
    /// let day = 86_400;
    /// // 04:35 each day, from 20:00 of day 10.
    /// let mut moments = Moments::after(Time::from_secs(10 * day + 72_000), day, 16_500);
    /// assert!(!moments.strikes(Time::from_secs(11 * day + 16_440)));
    /// assert!(moments.strikes(Time::from_secs(11 * day + 16_500)));
    /// assert!(!moments.strikes(Time::from_secs(11 * day + 16_560)));
    /// ```
    #[must_use]
    pub fn after(start: Time, every: u64, at: u64) -> Self {
        let mut moments = Self {
            every: every.max(1),
            at,
            gone: 0,
        };
        moments.gone = moments.by(start);
        moments
    }

    /// Whether one has come since the last look.
    pub fn strikes(&mut self, now: Time) -> bool {
        let by = self.by(now);
        std::mem::replace(&mut self.gone, by) < by
    }

    fn by(&self, now: Time) -> u64 {
        // One period more keeps moments before the first `at` of the clock apart.
        let into = self.at.checked_rem(self.every).unwrap_or(0);
        let since = now.secs().saturating_add(self.every).saturating_sub(into);
        since.checked_div(self.every).unwrap_or(0)
    }
}
