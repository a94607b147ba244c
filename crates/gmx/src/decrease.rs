//! Decreasing and closing a position.
use ethnum::{I256, U256};

use crate::GmxError;
use crate::adjust::{Adjusted, adjust};
use crate::fees::{Dues, FeeBase, Fees, fees};
use crate::impact::{Change, CloseImpact, Direction, quote_close};
use crate::liquidation::{Purpose, health};
use crate::number::Rounding::Down;
use crate::number::{add, divide, signed, signed_add, signed_mul_div, signed_sub, take};
use crate::payment::{Payments, Purse, Step};
use crate::pnl::{PositionPnl, position_pnl, price_for};
use crate::prices::{Bound, Prices};
use crate::settlement::{ImpactFlow, Settlement};
use crate::side::{ByToken, Side};
use crate::state::{Market, Position, whole_or_nothing};
use crate::totals::{
    collateral_price, move_collateral, move_open_interest, move_total_borrowing,
    renew_entry_factors,
};

/// Who decreases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The trader; refused when something cannot be paid.
    Order,
    /// The liquidation keeper; may end insolvent.
    Liquidation,
    /// The ADL keeper; may end insolvent when it closes everything.
    Adl,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decrease {
    /// Who asks.
    pub kind: Kind,
    /// By how much the size falls, USD.
    pub size_usd: U256,
    /// Collateral to be taken out beside, tokens.
    pub withdraw: U256,
    /// The least price for a long or the greatest for a short, with impact; `None` for any.
    pub acceptable_price: Option<U256>,
}

impl Decrease {
    /// A close of `size_usd` at any price.
    #[must_use]
    pub const fn of(kind: Kind, size_usd: U256) -> Self {
        Self {
            kind,
            size_usd,
            withdraw: U256::ZERO,
            acceptable_price: None,
        }
    }
}

/// What leaves the market at a decrease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outputs {
    /// To the trader, collateral tokens.
    pub collateral: U256,
    /// To the trader, tokens of profits, where that is another token.
    pub secondary: U256,
    /// Impact beyond its cap, which the trader may claim after a delay.
    pub claimable: ByToken<U256>,
    /// Funding that was paid in the token of profits: held outside until it is swapped.
    pub held: ByToken<U256>,
}

/// A close that could not pay all it owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insolvency {
    /// The step that could not be paid; those behind it were dropped.
    pub step: Step,
    /// What of it is unpaid, USD.
    pub unpaid_usd: U256,
}

/// What a decrease came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecreaseReport {
    /// What was executed.
    pub adjusted: Adjusted,
    /// The price with the impact of the close.
    pub price: U256,
    /// Profit of the part.
    pub pnl: PositionPnl,
    /// Profit taken from the pool, tokens of profits.
    pub profit: U256,
    /// Impact that was settled.
    pub impact: CloseImpact,
    /// What it moved.
    pub impact_flow: ImpactFlow,
    /// Fees; emptied but for the claim when they could not be paid in full in the collateral token.
    pub fees: Fees,
    /// What was paid step by step.
    pub payments: Payments,
    /// Funding owed that was not paid in the collateral token: receivers' claims lack it.
    pub funding_shortfall: U256,
    /// What left the market.
    pub outputs: Outputs,
    /// Whether the position is closed.
    pub closed: bool,
    /// What could not be paid, if anything.
    pub insolvent: Option<Insolvency>,
}

/// Profit, impact and fees of a decrease, before anything is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// What is executed.
    pub adjusted: Adjusted,
    /// What it does to the open interest.
    pub change: Change,
    /// Profit of the part.
    pub pnl: PositionPnl,
    /// Impact to settle.
    pub impact: CloseImpact,
    /// Fees.
    pub fees: Fees,
    /// The price with the impact of the close.
    pub price: U256,
}

/// Quotes a decrease.
///
/// **Errors** as [`adjust`]; [`GmxError::Refused`] for a position without size or an impact larger
/// than the size; [`GmxError::Overflow`].
pub fn quote_decrease(
    market: &Market,
    position: &Position,
    order: &Decrease,
    prices: &Prices,
    dues: &Dues,
) -> Result<Terms, GmxError> {
    if position.size_usd == U256::ZERO || position.size_tokens == U256::ZERO {
        return Err(GmxError::Refused {
            reason: "the position has no size",
        });
    }
    let adjusted = adjust(market, position, order, prices)?;
    let pnl = position_pnl(market, position, prices, adjusted.size_usd)?;
    let change = Change {
        side: position.side,
        direction: Direction::Decrease,
        usd: adjusted.size_usd,
        tokens: pnl.tokens,
    };
    let impact = quote_close(market, position, &change, prices)?;
    let base = FeeBase {
        size: adjusted.size_usd,
        improved: impact.quote.improved,
        liquidated: match order.kind {
            Kind::Liquidation => adjusted.size_usd,
            Kind::Order | Kind::Adl => U256::ZERO,
        },
        price: collateral_price(position, prices).min,
    };
    let fees = fees(&market.params.fees, &base, dues)?;
    let base_price = price_for(position.side, &prices.index, Bound::Min);
    let price = execution_price(position, adjusted.size_usd, impact.close_usd, base_price)?;
    Ok(Terms {
        adjusted,
        change,
        pnl,
        impact,
        fees,
        price,
    })
}

/// The price of a close with impact.
///
/// **Formula** `price ± (position usd · impact / position tokens) / size`, `+` for a long.
/// **Rounding** of the change's magnitude down, twice.
fn execution_price(
    position: &Position,
    size: U256,
    impact: I256,
    price: U256,
) -> Result<U256, GmxError> {
    if size == U256::ZERO {
        return Ok(price);
    }
    let impact = match position.side {
        Side::Long => impact,
        Side::Short => impact.wrapping_neg(),
    };
    let refused = GmxError::Refused {
        reason: "the price impact is larger than the size",
    };
    if impact.is_negative() && impact.unsigned_abs() > size {
        return Err(refused);
    }
    let change = signed_mul_div(impact, position.size_usd, position.size_tokens, Down)?;
    let change = signed_mul_div(change, U256::ONE, size, Down)?;
    let price = signed_add(signed(price)?, change)?;
    if price.is_negative() {
        return Err(refused);
    }
    Ok(price.unsigned_abs())
}

/// Decreases a position in a market whose funding and borrowing are up to date.
///
/// Profit and positive impact are added to the output; then funding, loss, fees, negative impact and
/// the impact beyond its cap are paid in this order, each from the output, the collateral and the
/// secondary output. Only a liquidation or an ADL of the whole position may end insolvent: it stops
/// at the step that cannot be paid.
///
/// **Errors** [`GmxError::Unpaid`] when another decrease cannot pay a step, [`GmxError::Insufficient`]
/// when the pool cannot pay a profit, [`GmxError::BelowMinimum`] when the rest of the position would
/// be liquidatable, and those of [`quote_decrease`]. Market and position are then as they were.
/// **Source** gmx-synthetics, `position/DecreasePositionUtils.sol` and
/// `position/DecreasePositionCollateralUtils.sol`.
pub fn decrease(
    market: &mut Market,
    position: &mut Position,
    order: &Decrease,
    prices: &Prices,
    dues: &Dues,
) -> Result<DecreaseReport, GmxError> {
    whole_or_nothing(market, position, |market, position| {
        commit(market, position, order, prices, dues)
    })
}

/// The same on copies: after an error they are of no use.
pub(crate) fn commit(
    market: &mut Market,
    position: &mut Position,
    order: &Decrease,
    prices: &Prices,
    dues: &Dues,
) -> Result<DecreaseReport, GmxError> {
    market.check_prices(prices)?;
    let terms = quote_decrease(market, position, order, prices, dues)?;
    check_price(position.side, terms.price, order.acceptable_price)?;
    let closed = terms.adjusted.size_usd == position.size_usd;
    let may_end_insolvent = closed && order.kind != Kind::Order;
    let mut settlement = Settlement::new(market, position, &terms, prices);
    let profit = settlement.credit_profit()?;
    settlement.credit_impact()?;
    let insolvent = match settlement.pay_all()? {
        Some(unpaid) if !may_end_insolvent => return Err(settlement.refusal(unpaid)),
        insolvent => insolvent,
    };
    let settled = settlement.finish();
    let mut purse = settled.purse;
    if insolvent.is_none() {
        withdraw(&mut purse, &terms)?;
    }
    if closed {
        purse.output = add(purse.output, purse.collateral)?;
        purse.collateral = U256::ZERO;
    }
    shrink(market, position, &terms, purse.collateral)?;
    if !closed {
        check_rest(market, position, prices)?;
    }
    Ok(DecreaseReport {
        adjusted: terms.adjusted,
        price: terms.price,
        pnl: terms.pnl,
        profit,
        impact: terms.impact,
        impact_flow: settled.impact_flow,
        fees: settled.fees,
        payments: settled.payments,
        funding_shortfall: terms
            .fees
            .funding
            .saturating_sub(settled.payments.funding.in_collateral),
        outputs: Outputs {
            collateral: purse.output,
            secondary: purse.secondary,
            ..settled.outputs
        },
        closed,
        insolvent,
    })
}

/// Moves the collateral that the trader takes out to the output: less what the impact beyond its
/// cap has already taken, and at most what is left.
fn withdraw(purse: &mut Purse, terms: &Terms) -> Result<(), GmxError> {
    let excess = divide(terms.impact.excess_usd, purse.price, Down)?;
    let amount = terms.adjusted.withdraw.saturating_sub(excess);
    let amount = amount.min(purse.collateral);
    purse.collateral = take("the collateral", purse.collateral, amount)?;
    purse.output = add(purse.output, amount)?;
    Ok(())
}

/// Takes the part out of the position and of the market's sums.
fn shrink(
    market: &mut Market,
    position: &mut Position,
    terms: &Terms,
    collateral: U256,
) -> Result<(), GmxError> {
    let next_size = take("the size", position.size_usd, terms.adjusted.size_usd)?;
    let pending = terms.impact.pending_tokens;
    move_total_borrowing(market, position, next_size)?;
    move_collateral(market, position, collateral)?;
    move_open_interest(market, position.collateral_token, &terms.change)?;
    market.total_pending_impact = signed_sub(market.total_pending_impact, pending)?;
    if next_size == U256::ZERO {
        *position = Position::empty(position.side, position.collateral_token);
        return Ok(());
    }
    position.size_usd = next_size;
    position.size_tokens = take("the tokens", position.size_tokens, terms.pnl.tokens)?;
    position.pending_impact = signed_sub(position.pending_impact, pending)?;
    position.collateral = collateral;
    renew_entry_factors(market, position);
    Ok(())
}

/// Whether a price with impact is within the trader's limit for a decrease.
fn check_price(side: Side, price: U256, limit: Option<U256>) -> Result<(), GmxError> {
    let Some(limit) = limit else { return Ok(()) };
    match side {
        Side::Short if price > limit => Err(GmxError::Limit {
            limit: "the execution price",
            value: price,
            allowed: limit,
        }),
        Side::Long if price < limit => Err(GmxError::BelowMinimum {
            limit: "the execution price",
            value: signed(price)?,
            least: signed(limit)?,
        }),
        _ => Ok(()),
    }
}

/// The rest of a position may not be liquidatable.
fn check_rest(market: &Market, position: &Position, prices: &Prices) -> Result<(), GmxError> {
    let dues = Dues::default();
    let health = health(market, position, prices, &dues, Purpose::Decrease)?;
    if health.reason.is_none() {
        return Ok(());
    }
    Err(GmxError::BelowMinimum {
        limit: "what remains of the collateral after a close, USD",
        value: health.remaining,
        least: signed(health.required)?,
    })
}
