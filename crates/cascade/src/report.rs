//! What one round did, and where it left the world.

use seawall_units::{Base, Price, Rate, Ratio, TokenPrice, Tokens, Usd};
use serde::Serialize;

use crate::attack::AttackReport;
use crate::round::CashCall;

/// One round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RoundReport {
    /// Its number, from 1; 0 is the opening.
    pub round: u32,
    /// Its time in seconds from the opening.
    pub second: u64,
    /// Pools, in the order of names.
    pub pools: Vec<PoolReport>,
    /// Lending markets, in the order of names.
    pub markets: Vec<MarketReport>,
    /// What whales raised in one place for a loan in another, in the order of their names.
    pub cash_calls: Vec<CashCall>,
    /// Markets of perpetual futures, in the order of names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub perps: Vec<PerpReport>,
    /// Transactions of attackers, in the order in which they were tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attacks: Vec<AttackReport>,
    /// How much more the price fell by this round's sales than it had fallen before them: the loop
    /// gain as it came out, of the pool that is told. `None` when it had not fallen.
    pub realised_gain: Option<Ratio>,
    /// Whether anything happened: a shock, a trade, a liquidation, somebody leaving, a price that
    /// a feed showed anew.
    pub happened: Happened,
}

/// Whether a round did anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    /// Nothing did.
    #[default]
    Nothing,
    /// Something did.
    Something,
}

/// A pool in one round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PoolReport {
    /// Its name.
    pub pool: String,
    /// Its price at the beginning of the round; `None` when it is drained, as below.
    pub before: Option<TokenPrice>,
    /// After the shocks.
    pub shocked: Option<TokenPrice>,
    /// After the arbitrage: what was there when the feeds looked.
    pub ready: Option<TokenPrice>,
    /// At the end of the round.
    pub spot: Option<TokenPrice>,
    /// What the token costs outside.
    pub outside: Option<TokenPrice>,
    /// Tokens in the pool at the end.
    pub token: Tokens,
    /// Quote in the pool at the end.
    pub quote: Tokens,
    /// Both, at the pool's own price.
    pub value: Option<Tokens>,
    /// What sales fetch until the price is 2 % lower, fees apart.
    pub depth_2: Tokens,
    /// What sales fetch until the price is 10 % lower, fees apart.
    pub depth_10: Tokens,
    /// Tokens that were sold by force.
    pub sold: Tokens,
    /// Quote that they fetched.
    pub proceeds: Tokens,
    /// Tokens bought to repay loans of tokens.
    pub bought: Tokens,
    /// Quote that they cost.
    pub cost: Tokens,
    /// Quote that changed hands in shocks.
    pub shocks: Tokens,
    /// Quote that changed hands in arbitrage.
    pub arbitrage: Tokens,
    /// Quote that changed hands to hedge what markets of perpetual futures handed over.
    pub hedged: Tokens,
    /// Fees in tokens.
    pub fee_token: Tokens,
    /// Fees in quote.
    pub fee_quote: Tokens,
    /// Tokens that left with their owners.
    pub left_token: Tokens,
    /// Quote that left with its owners.
    pub left_quote: Tokens,
}

/// A market of perpetual futures in one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PerpReport {
    /// Its name.
    pub perp: String,
    /// The mark at the end.
    pub mark: Price,
    /// Size taken from longs by liquidations, unsigned.
    pub longs: Base,
    /// Size taken from shorts, unsigned.
    pub shorts: Base,
    /// Deficits opened.
    pub deficits: Usd,
    /// Tokens sold in the pool to hedge what was taken over; below zero when they were bought.
    pub hedged: Tokens,
    /// Quote that they fetched; below zero when they cost it.
    pub fetched: Tokens,
    /// What the market owes to those who have paid into it.
    pub owed: Tokens,
}

/// A lending market in one round.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MarketReport {
    /// Its name.
    pub market: String,
    /// What its feed showed of the collateral, frozen for the round.
    pub collateral_price: Option<TokenPrice>,
    /// What its feed showed of the debt.
    pub debt_price: Option<TokenPrice>,
    /// Loans with a debt at the end of the round.
    pub loans: u32,
    /// Loan-to-value of those with collateral, at the end of the round and the prices of the feeds.
    pub ltv: Option<LtvSpread>,
    /// Loans liquidated in the round.
    pub liquidated: u32,
    /// Of them, above the frontier from which that makes things worse.
    pub toxic: u32,
    /// Debt repaid by liquidators.
    pub repaid: Tokens,
    /// Collateral seized.
    pub seized: Tokens,
    /// Of it, what the protocol kept.
    pub to_protocol: Tokens,
    /// What the sale of what was seized brought, less what it cost to repay, in quote.
    pub liquidator_gain: Tokens,
    /// Bad debt written off, by who bears it.
    pub written_off: Borne,
    /// What its auctions did; none when it holds none, or none was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auctions: Option<AuctionReport>,
    /// What collateral would not pay of debt at the end of the round, at the prices of the pools,
    /// in quote.
    pub shortfall: Tokens,
    /// Open loans above the frontier at the end of the round.
    pub beyond_frontier: u32,
    /// What of a small fall the next forced sales would add to it; see
    /// [`loop_gain`](crate::gain::loop_gain).
    pub loop_gain: Option<Ratio>,
    /// The part of what may be lent that is lent.
    pub utilisation: Ratio,
    /// What borrowers pay, a year.
    pub borrow_rate: Rate,
    /// Interest that became due.
    pub interest: Tokens,
}

/// What the auctions of a market did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct AuctionReport {
    /// Lots sold.
    pub lots: u32,
    /// Of them, for the opening bid: one keeper alone was awake.
    pub unopposed: u32,
    /// What keepers paid, in what was lent.
    pub raised: Tokens,
    /// What the lots that were sold for the opening bid were worth beyond it, in quote at the price
    /// of the market's feed.
    pub given_away: Tokens,
    /// Collateral that went back to borrowers.
    pub returned: Tokens,
    /// New tokens of the protocol.
    pub minted: Tokens,
}

impl AuctionReport {
    /// Both together.
    pub(crate) fn add(&mut self, other: &Self) {
        self.lots = self.lots.saturating_add(other.lots);
        self.unopposed = self.unopposed.saturating_add(other.unopposed);
        self.raised += other.raised;
        self.given_away += other.given_away;
        self.returned += other.returned;
        self.minted += other.minted;
    }
}

/// Bad debt by who bears it, in what was lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Borne {
    /// The market's reserves.
    pub reserves: Tokens,
    /// The stake that answers for the market.
    pub cover: Tokens,
    /// Those who lend.
    pub lenders: Tokens,
    /// Those who hold the protocol's own token, of which new ones are sold.
    pub holders: Tokens,
}

impl Borne {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Tokens {
        self.reserves + self.cover + self.lenders + self.holders
    }
}

/// Loan-to-value of the loans of a market: the least, the quartiles and the most, by nearest rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LtvSpread {
    /// The lowest.
    pub least: Ratio,
    /// A quarter lies at or below it.
    pub lower: Ratio,
    /// Half lies at or below it.
    pub median: Ratio,
    /// Three quarters lie at or below it.
    pub upper: Ratio,
    /// The highest.
    pub most: Ratio,
}

impl LtvSpread {
    /// Of these; `None` of none.
    ///
    /// ```
    /// use seawall_cascade::LtvSpread;
    /// use seawall_units::Ratio;
    /// let spread = LtvSpread::of((1..=8).map(Ratio::bps).collect());
    /// let spread = spread.map(|s| (s.least, s.lower, s.median, s.upper, s.most));
    /// let [a, b, c, d, e] = [1, 2, 4, 6, 8].map(Ratio::bps);
    /// assert_eq!(spread, Some((a, b, c, d, e)));
    /// ```
    #[must_use]
    pub fn of(mut ratios: Vec<Ratio>) -> Option<Self> {
        ratios.sort_unstable();
        // Nearest rank: the ⌈n·q/4⌉-th.
        let rank = |quarter: usize| {
            let rank = ratios.len().saturating_mul(quarter).div_ceil(4);
            ratios.get(rank.saturating_sub(1)).copied()
        };
        Some(Self {
            least: rank(0)?,
            lower: rank(1)?,
            median: rank(2)?,
            upper: rank(3)?,
            most: rank(4)?,
        })
    }
}
