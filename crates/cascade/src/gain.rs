//! How much of a fall the forced sales that it causes add to it.
//!
//! A sale of value `v` into a constant product lowers the logarithm of its price by `2v/y`, `y` the
//! quote in the pool. When each unit that the logarithm falls by forces sales of value `ρ`, these
//! lower it by `g = 2ρ/y` more: a fall becomes `1/(1 − g)` times as large while `g < 1`, and feeds
//! on itself from `g = 1` on. Liquidity that leaves makes `y` smaller and `g` larger.

use seawall_units::{Price, Ratio, Round, TokenPrice, Tokens, geometric, mul_div};

use crate::books::Asset;
use crate::exchange::Venue;
use crate::ids::MarketId;
use crate::lending::{Loan, Prices, plan_liquidation};
use crate::world::{LendingMarket, World};

/// The natural logarithm of two, on 10⁻¹⁸.
const LN_2: i128 = 693_147_180_559_945_309;

/// The natural logarithm of how many times one price is another; below zero when it is less.
/// `None` when that is beyond ten thousand times or below one part of them.
///
/// **Formula** `ln(from/to)`. **Rounding** its error stays below 10⁻¹⁶: the quotient is taken down
/// on 10⁻¹⁸, the logarithm to 2⁻⁵⁵.
///
/// ```
/// use seawall_cascade::gain::ln_fall;
/// // ln(96/93)
/// let fall = ln_fall("96".parse()?, "93".parse()?).map(|ln| ln.to_string());
/// assert!(fall.is_some_and(|ln| ln.starts_with("0.03174869831458")));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn ln_fall(from: TokenPrice, to: TokenPrice) -> Option<Ratio> {
    // The larger over the smaller keeps all the digits of the quotient.
    let (high, low) = (from.max(to), from.min(to));
    // A logarithm of prices on any grid serves: only the difference of two is taken.
    let scaled = |ratio: Ratio| Price::from_units(ratio.units()).ok();
    let twice = geometric::log2(scaled(high.over(low, Round::Floor))?)
        .checked_sub(geometric::log2(scaled(Ratio::ONE)?))?;
    let octave = 1_i128.checked_shl(geometric::FRACTION)?;
    let ln = Ratio::from_units(mul_div(twice, LN_2, octave, Round::Floor)?).ok()?;
    Some(if from < to { -ln } else { ln })
}

/// The price of the collateral just below which a loan is liquidatable; `None` without debt or
/// collateral, or when there is no such price.
///
/// **Formula** `D·p_d / (LT·C)`. **Rounding** up.
#[must_use]
pub fn liquidation_price(loan: &Loan, debt: TokenPrice, threshold: Ratio) -> Option<TokenPrice> {
    if !loan.debt.is_positive() {
        return None;
    }
    let owed = debt.value(loan.debt, Round::Ceil);
    TokenPrice::of(owed, loan.collateral.mul_floor(threshold), Round::Ceil)
}

/// The loop gain of a market: what the first forced sales below the price of its feed add to a
/// fall to the next ones.
///
/// **Formula** `g = 2ρ/y`, `ρ = V/ln(p₁/p₂)`: `p₁ > p₂` the two highest prices at which loans with
/// collateral are liquidatable, `V` what is seized of the loans of `p₁` at the feed's price or
/// just below `p₁`, `y` the quote in the pool in which it is sold. **Rounding** down.
/// `None` when nothing is sold, there is no second price, or no pool.
#[must_use]
pub fn loop_gain(world: &World, id: MarketId) -> Option<Ratio> {
    let of = world.markets.get(id.index())?;
    let reserve = world.sold_into(of.collateral)?.pool.quote_reserve();
    let steps = ladder(world, id, of);
    let first = steps.first()?.0;
    let second = steps.iter().find(|(price, _)| *price < first)?.0;
    let below = TokenPrice::from_units(first.units().checked_sub(1)?).ok()?;
    let at = Prices {
        collateral: of.shown.collateral.min(below),
        debt: of.shown.debt,
    };
    let seized = steps.iter().take_while(|(price, _)| *price == first);
    let seized = seized.filter_map(|(_, loan)| plan_liquidation(loan, &at, &of.rules));
    let seized: Tokens = seized.map(|seizure| seizure.seized).sum();
    let value = of.shown.collateral.value(seized, Round::Floor);
    let part = (value + value).ratio_floor(reserve)?;
    part.mul_div_floor(Ratio::ONE, ln_fall(first, second)?)
}

/// Loans that have something to seize, by the price of their liquidation, the highest first.
fn ladder(world: &World, id: MarketId, of: &LendingMarket) -> Vec<(TokenPrice, Loan)> {
    let loans = of.borrowers.iter().map(|owner| world.loan(id, *owner));
    let steps = loans.filter_map(|loan| {
        let price = liquidation_price(&loan, of.shown.debt, of.rules.liquidation_threshold)?;
        Some((price, loan))
    });
    let mut steps: Vec<_> = steps.collect();
    steps.sort_by_key(|(price, _)| std::cmp::Reverse(*price));
    steps
}

impl World {
    /// The pool in which seized collateral is sold first; none for the quote asset.
    pub(crate) fn sold_into(&self, collateral: Asset) -> Option<&Venue> {
        let id = match collateral {
            Asset::Quote => return None,
            Asset::Token(token) => self.exchange.first_pool_of(token)?,
            Asset::Share(pool) => pool,
        };
        self.exchange.pools.get(id.index())
    }
}
