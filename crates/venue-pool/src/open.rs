//! Opening and increasing a position.
use seawall_ledger::Cause;
use seawall_units::{Base, Price, Round, Side, Usd};
use seawall_venue::Refusal;

use crate::draft::{Draft, Fee, impact_usd, within_limit};
use crate::impact::{self, Change};
use crate::pool::Pool;
use crate::position::{Position, fee_tier};
use crate::prices::Prices;
use crate::terms::Terms;
use crate::wide::{F30, Tokens};

/// The terms of adding `tokens` to a side, whoever does it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// What it adds to the open interest at entry prices.
    pub(crate) size: Usd,
    /// Its impact, a gain capped; charged or paid when the position is closed.
    pub(crate) impact: F30,
    /// The position fee.
    pub(crate) fee: Usd,
    /// Fee, half-spread and impact against the mark.
    pub(crate) cost: Usd,
    /// The price with impact.
    pub(crate) price: Price,
}

/// The terms of an opening, or the limit that forbids it.
///
/// **Rounding** a long's size up and a short's down, the fee up, an impact cost up.
pub(crate) fn opening(
    terms: &Terms,
    pool: &Pool,
    prices: Prices,
    side: Side,
    tokens: Base,
) -> Result<Opening, Refusal> {
    let size = prices.trade(side, tokens);
    within_limits(terms, pool, prices, side, (tokens, size))?;
    let change = Change {
        side,
        tokens,
        entry_usd: size,
    };
    let params = &terms.params.impact;
    let found = impact::of_trade(terms, pool, prices, &change);
    let impact = impact::capped_gain(params, found.usd, size);
    let fee = size.mul_ceil(fee_tier(terms, found.improved));
    let gain = impact_usd(impact);
    Ok(Opening {
        size,
        impact,
        fee,
        cost: fee + prices.spread(side, tokens) - gain,
        price: prices.execution(side, tokens, gain),
    })
}

/// Open interest and reserve after the order; each limit by its name.
fn within_limits(
    terms: &Terms,
    pool: &Pool,
    prices: Prices,
    side: Side,
    (tokens, size): (Base, Usd),
) -> Result<(), Refusal> {
    let mut after = *pool;
    after.side_mut(side).tokens += tokens;
    after.side_mut(side).size += size;
    for usage in limits(terms, &after, prices, side) {
        if usage.value > usage.allowed {
            return Err(Refusal::Limit {
                limit: usage.limit,
                value: usage.value,
                allowed: usage.allowed,
            });
        }
    }
    Ok(())
}

/// How much of each limit a side uses.
pub(crate) fn limits(
    terms: &Terms,
    pool: &Pool,
    prices: Prices,
    side: Side,
) -> [seawall_venue::LimitUse; 2] {
    let params = &terms.params;
    let (interest, reserve) = match side {
        Side::Long => ("long open interest", "long reserve"),
        Side::Short => ("short open interest", "short reserve"),
    };
    let factor = params
        .open_interest_reserve_factor
        .min(params.reserve_factor);
    [
        seawall_venue::LimitUse {
            limit: interest,
            value: pool.side(side).size,
            allowed: params.max_open_interest,
        },
        seawall_venue::LimitUse {
            limit: reserve,
            value: pool.reserved(side, prices),
            allowed: pool.side_pool().mul_floor(factor),
        },
    ]
}

/// What an order wants: signed by its side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) side: Side,
    pub(crate) tokens: Base,
    pub(crate) limit: Option<Price>,
}

impl Draft<'_> {
    /// Opens a position or increases one on the same side; gives its cost against the mark.
    ///
    /// The dues of the position so far and the position fee come out of its margin; what is left
    /// must reach the requirement, open profit not counted.
    pub(crate) fn open(&mut self, order: &Order) -> Result<Usd, Refusal> {
        let (side, tokens) = (order.side, order.tokens);
        let mut position = match self.position.take() {
            Some(position) => position,
            None => Position::empty(self.account, side, self.pool.side(side)),
        };
        let opening = opening(self.terms, &self.pool, self.prices, side, tokens)?;
        within_limit(side, opening.price, order.limit)?;
        let dues = position.dues(self.pool.side(side));
        self.pool.exclude(&position);
        self.claim_funding(dues.claim);
        let short = self.pay_funding(dues.funding);
        let fees = [
            Fee {
                amount: dues.borrowing,
                cause: Cause::Utilisation,
            },
            Fee {
                amount: opening.fee,
                cause: Cause::TakerFee,
            },
        ];
        let unpaid = short + self.pay_fees(&fees);
        position.touch(self.pool.side(side));
        position.increased = self.now;
        position.tokens += tokens;
        position.size += opening.size;
        let pending = Tokens::of_impact(opening.impact, self.prices);
        position.pending = position.pending.plus(pending);
        self.pool.include(&position);
        self.require_collateral(&position, unpaid)?;
        self.position = Some(position);
        self.require_health()?;
        Ok(opening.cost)
    }

    /// `collateral ≥ size · max(min factor, open interest · multiplier)`, at least the minimum.
    fn require_collateral(&self, position: &Position, unpaid: Usd) -> Result<(), Refusal> {
        let collateral = &self.terms.params.collateral;
        if position.size < collateral.min_position {
            return Err(Refusal::BelowMinimum {
                limit: "position size",
                value: position.size,
                least: collateral.min_position,
            });
        }
        let required = self.collateral_required(position);
        let equity = self.margin - unpaid;
        if equity < required {
            return Err(Refusal::InitialMargin { equity, required });
        }
        Ok(())
    }

    fn collateral_required(&self, position: &Position) -> Usd {
        let collateral = &self.terms.params.collateral;
        let interest = self.pool.side(position.side).size;
        let by_interest = impact::portion(collateral.open_interest_multiplier, interest);
        let factor = F30::of_ratio(self.terms.initial).max(by_interest);
        let required = factor.applied(position.size, Round::Ceil);
        required.max(collateral.min_usd)
    }
}
