//! The last payer: new tokens of the protocol are sold for what the auctions did not raise.

use seawall_units::{Ratio, Round, TokenPrice, Tokens};
use seawall_venue::ParamError;

use crate::lending::wide::tokens_of;

/// The auction in which the protocol sells new tokens of its own for its bad debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DebtAuctionParams {
    /// What one lot raises, in the token of the debt; bad debt below it waits.
    pub lot: Tokens,
    /// What the protocol's token costs, in the token of the debt.
    pub price: TokenPrice,
    /// How far below that price the buyers bid; 0 to below 1.
    pub discount: Ratio,
    /// The first round in which it is held; until then the market's reserves pay what comes in.
    pub from_round: u32,
}

impl Default for DebtAuctionParams {
    /// Maker's of March 2020: lots of 50 000, MKR at 282.79, bought 13 % below it; from round 1.
    fn default() -> Self {
        let price = TokenPrice::from_units(282_790_000_000_000_000_000);
        Self {
            lot: Tokens::whole(50_000),
            price: price.unwrap_or(TokenPrice::ONE),
            discount: Ratio::bps(1_300),
            from_round: 1,
        }
    }
}

impl DebtAuctionParams {
    pub(super) fn validate(&self) -> Result<(), ParamError> {
        let above = Tokens::ULP..=Tokens::MAX;
        let legal = "above 0 to 1000000000000000";
        ParamError::check("auction.debt_auction.lot", self.lot, above, legal)?;
        let below_one = Ratio::ZERO..=(Ratio::ONE - Ratio::bps(1));
        let field = "auction.debt_auction.discount";
        ParamError::check(field, self.discount, below_one, "0 to 0.9999")?;
        let field = "auction.debt_auction.from_round";
        ParamError::check(field, self.from_round, 0..=100_000, "0 to 100000")
    }
}

/// What a debt auction brings and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct DebtAuction {
    /// Lots sold.
    pub lots: i128,
    /// What they raise, in the token of the debt.
    pub raised: Tokens,
    /// New tokens of the protocol; those who hold the old ones pay by them.
    pub minted: Tokens,
}

/// Sells whole lots of new tokens for a bad debt; what is left below a lot waits.
///
/// **Formula** `⌊B/lot⌋` lots, each for `lot/(p·(1−discount))` tokens. **Rounding** tokens up, for
/// the buyers, who name the amount. **Source** Maker's `Flopper`.
///
/// ```
/// use seawall_cascade::lending::auction::{DebtAuctionParams, plan_debt_auction};
/// use seawall_units::{Ratio, Tokens};
/// let rules = DebtAuctionParams {
///     price: "250".parse()?,
///     discount: Ratio::ZERO,
///     ..Default::default()
/// };
/// let auction = plan_debt_auction(Tokens::whole(5_340_000), &rules);
/// assert_eq!((auction.lots, auction.raised), (106, Tokens::whole(5_300_000)));
/// assert_eq!(auction.minted, Tokens::whole(21_200)); // 106 · 50 000 / 250
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn plan_debt_auction(bad_debt: Tokens, rules: &DebtAuctionParams) -> DebtAuction {
    let lots = bad_debt.or_zero().units().checked_div(rules.lot.units());
    let lots = lots.unwrap_or(0).max(0);
    let raised = tokens_of([rules.lot.units(), lots, 1], [1, 1], Round::Floor);
    let kept = Ratio::ONE - rules.discount;
    let minted = tokens_of(
        [raised.units(), Ratio::ONE_UNITS, Ratio::ONE_UNITS],
        [rules.price.units(), kept.units()],
        Round::Ceil,
    );
    DebtAuction {
        lots,
        raised,
        minted,
    }
}
