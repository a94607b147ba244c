use seawall_units::{Ratio, Usd};

/// Which liquidator takes a position over, of those that can carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// The first of them.
    #[default]
    FirstAble,
    /// The next after the one that took the last position.
    RoundRobin,
    /// The one with the largest equity, of equal ones the first.
    LargestEquity,
}

impl Carrier {
    /// The choice among those that can carry, given with their equity in their order; `last` took
    /// the last position.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_venue_orderbook::hlp::Carrier;
    /// let able = [(0, Usd::whole(5)), (2, Usd::whole(30)), (3, Usd::whole(30))];
    /// assert_eq!(Carrier::FirstAble.choose(&able, Some(2)), Some(0));
    /// assert_eq!(Carrier::RoundRobin.choose(&able, Some(2)), Some(3));
    /// assert_eq!(Carrier::RoundRobin.choose(&able, Some(3)), Some(0));
    /// assert_eq!(Carrier::LargestEquity.choose(&able, None), Some(2));
    /// ```
    #[must_use]
    pub fn choose(self, able: &[(u8, Usd)], last: Option<u8>) -> Option<u8> {
        let first = able.first();
        let chosen = match self {
            Self::FirstAble => first,
            Self::RoundRobin => able
                .iter()
                .find(|(number, _)| last.is_some_and(|last| *number > last))
                .or(first),
            // Of equal ones `max_by_key` takes the last, so it looks from the end.
            Self::LargestEquity => able.iter().rev().max_by_key(|(_, equity)| *equity),
        };
        chosen.map(|(number, _)| *number)
    }
}

/// Who pays for an account below zero before ADL does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeficitPayers {
    /// Nobody: such an account is deleveraged at once.
    Nobody,
    /// The liquidator whose turn it is to take the position over.
    Taker,
    /// All liquidators, in their order.
    Liquidators,
    /// All liquidators in their order, then the parent's cash, then the strategies.
    WholeHlp,
}

/// One payer of a deficit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// The liquidator with this number.
    Liquidator(u8),
    /// The parent, with its cash.
    Parent,
    /// The strategies.
    Strategies,
}

/// The payers of a deficit in their order, each up to its equity.
///
/// ```
/// use seawall_venue_orderbook::hlp::{DeficitPayers, Payer, payers_of};
/// use Payer::{Liquidator, Parent, Strategies};
/// assert_eq!(payers_of(DeficitPayers::Taker, 2, Some(1)), [Liquidator(1)]);
/// assert_eq!(payers_of(DeficitPayers::Liquidators, 2, Some(1)), [Liquidator(0), Liquidator(1)]);
/// let all = payers_of(DeficitPayers::WholeHlp, 2, None);
/// assert_eq!(all, [Liquidator(0), Liquidator(1), Parent, Strategies]);
/// assert_eq!(payers_of(DeficitPayers::Nobody, 2, Some(0)), []);
/// ```
#[must_use]
pub fn payers_of(rule: DeficitPayers, liquidators: u8, taker: Option<u8>) -> Vec<Payer> {
    let all = (0..liquidators).map(Payer::Liquidator);
    match rule {
        DeficitPayers::Nobody => Vec::new(),
        DeficitPayers::Taker => taker.map(Payer::Liquidator).into_iter().collect(),
        DeficitPayers::Liquidators => all.collect(),
        DeficitPayers::WholeHlp => all.chain([Payer::Parent, Payer::Strategies]).collect(),
    }
}

/// Whether a liquidator has lost so much of what it had at the last rebalancing that ADL closes
/// its positions.
///
/// **Formula** `since − equity > most·since`; with `most = 1` that is an equity below zero.
/// **Rounding** what it may lose down, to its side: ADL comes no later than the exact share says.
///
/// ```
/// use seawall_units::{Ratio, Usd};
/// use seawall_venue_orderbook::hlp::is_spent;
/// let usd = Usd::whole;
/// assert!(!is_spent(usd(0), usd(5), Ratio::ONE));
/// assert!(is_spent(-Usd::ULP, usd(5), Ratio::ONE));
/// // 60 % of 5 is 3: at 2 it is not yet past the threshold.
/// assert!(!is_spent(usd(2), usd(5), Ratio::bps(6_000)));
/// assert!(is_spent(usd(2) - Usd::ULP, usd(5), Ratio::bps(6_000)));
/// ```
#[must_use]
pub fn is_spent(equity: Usd, since: Usd, most: Ratio) -> bool {
    let had = since.or_zero();
    had - equity > had.mul_floor(most)
}
