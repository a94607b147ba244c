//! Stage 2, the small auction (M-8.2).

use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Round, Side, Time, Usd, split_pro_rata};

use crate::{AuctionConfig, Bid};

/// A live lot: part of an owner's position offered at a falling price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// Whose position it is.
    pub owner: AccountId,
    /// Signed size still for sale.
    pub size: Base,
    /// When it went live.
    pub since: Time,
}

/// The price of a lot `elapsed` seconds after it went live.
///
/// **Formula** `P − (P − b)·τ/60`, P the current mark and b the current bankruptcy price.
/// **Rounding** towards the mark, which protects the owner.
///
/// ```
/// use seawall_units::{Price, Side};
/// use seawall_waterfall::{lot_price, AuctionConfig};
/// let (mark, bankruptcy) = ("95.5".parse::<Price>()?, "95".parse::<Price>()?);
/// let at = |t| lot_price(mark, bankruptcy, Side::Long, t, &AuctionConfig::default());
/// assert_eq!([at(0), at(30), at(60)], [mark, "95.25".parse()?, bankruptcy]);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn lot_price(
    mark: Price,
    bankruptcy: Price,
    side: Side,
    elapsed: u64,
    config: &AuctionConfig,
) -> Price {
    let round = match side {
        Side::Long => Round::Ceil,
        Side::Short => Round::Floor,
    };
    mark.towards(bankruptcy, elapsed, config.duration, round)
}

/// The largest notional of the next lot, given the near depth and what is in flight.
///
/// **Formula** `min(lot, lot_share·depth, in_flight·depth − in flight)`, floor zero.
#[must_use]
pub fn lot_limit(near_depth: Usd, in_flight: Usd, config: &AuctionConfig) -> Usd {
    let room = near_depth.mul_floor(config.in_flight) - in_flight;
    config
        .lot
        .min(near_depth.mul_floor(config.lot_share))
        .min(room)
        .or_zero()
}

/// Shares a lot among bidders pro rata of what each takes; nobody gets more than he takes.
///
/// Gives the sizes in the bidders' order. **Rounding** by largest remainder, ties to the first.
#[must_use]
pub fn share_takes(lot: Base, bids: &[Bid]) -> Vec<(AccountId, Base)> {
    let wanted: Base = bids.iter().map(|bid| bid.size).sum();
    let sold = lot.abs().min(wanted);
    let units = |size: Base| Usd::from_units(size.units()).unwrap_or(Usd::ZERO);
    let weights: Vec<Usd> = bids.iter().map(|bid| units(bid.size)).collect();
    let parts = split_pro_rata(units(sold), &weights).unwrap_or_default();
    let size = |part: Usd| Base::from_units(part.units()).unwrap_or(Base::ZERO);
    let shared = bids
        .iter()
        .zip(parts)
        .map(|(bid, part)| (bid.account, size(part)));
    shared.filter(|(_, size)| size.is_positive()).collect()
}
