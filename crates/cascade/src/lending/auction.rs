//! Collateral auctions as Maker ran them in March 2020: lots, bids that rise to what is owed and
//! then ask for less collateral, and a lot that goes for nothing when one keeper alone is awake.
//!
//! A seized loan is cut into [lots](plan_lots). A keeper bids when it is awake: when the network
//! charges no more for a bid than its script was written to pay. The one who would pay most wins
//! and pays what the next one would have, raised once; with nobody beside it, it pays the opening
//! bid. Above what is to be raised, the bids turn: the winner pays that much for less collateral
//! and the rest goes back to the borrower.
//!
//! **Source** Maker's `Flipper` and `Flopper` contracts; "Black Thursday for MakerDAO" (Whiterabbit,
//! 2020-03-14).

mod debt;
mod params;

use seawall_units::{Ratio, Round, Tokens};

pub use debt::{DebtAuction, DebtAuctionParams, plan_debt_auction};
pub use params::{AuctionParams, KeeperParams};

use super::wide::tokens_of;
use super::{Loan, Prices};

/// The most lots that one loan is cut into; of a larger one the lots are larger.
const MOST_LOTS: i64 = 10_000;

/// Collateral up for auction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Lot {
    /// How much of it.
    pub collateral: Tokens,
    /// The debt that it stands for.
    pub owed: Tokens,
    /// What is to be raised: the debt and the penalty.
    pub wanted: Tokens,
}

/// A keeper as an auction finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bidder {
    /// What it can pay, in the token of the debt.
    pub cash: Tokens,
    /// The profit it asks for, over the value of what it buys.
    pub margin: Ratio,
    /// The most that it pays for having a bid mined, in the token of the debt.
    pub gas_up_to: Tokens,
}

/// What came of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct LotSale {
    /// The place of the winner among the bidders.
    pub winner: usize,
    /// What it pays.
    pub bid: Tokens,
    /// The collateral that it gets.
    pub sold: Tokens,
    /// The collateral that goes back to the borrower.
    pub returned: Tokens,
    /// Of the bid, what repays the debt; the rest is penalty and the market's own.
    pub repaid: Tokens,
}

/// Cuts a loan into lots of at most [`AuctionParams::lot`]; the debt is shared out in proportion.
///
/// **Formula** lot `j` of collateral `c_j` carries `D·(c_1+…+c_j)/C − D·(c_1+…+c_{j−1})/C`, each
/// quotient down: all of the debt, nothing twice. The penalty comes on top, up, for the market.
///
/// ```
/// use seawall_cascade::lending::Loan;
/// use seawall_cascade::lending::auction::{AuctionParams, plan_lots};
/// use seawall_units::Tokens;
/// let loan = Loan { collateral: Tokens::whole(120), debt: Tokens::whole(12_000) };
/// let lots = plan_lots(&loan, &AuctionParams::default()); // 50 each, penalty 13 %
/// let sizes: Vec<_> = lots.iter().map(|lot| lot.collateral).collect();
/// assert_eq!(sizes, [50, 50, 20].map(Tokens::whole));
/// assert_eq!(lots[2].owed, Tokens::whole(2_000));
/// assert_eq!(lots[2].wanted, Tokens::whole(2_260));
/// ```
#[must_use]
pub fn plan_lots(loan: &Loan, rules: &AuctionParams) -> Vec<Lot> {
    let Loan { collateral, debt } = *loan;
    let least = collateral.mul_div_ceil(Tokens::ULP, Tokens::units_i64(MOST_LOTS));
    let size = rules.lot.max(least.unwrap_or(collateral)).max(Tokens::ULP);
    let (mut lots, mut before, mut shared) = (Vec::new(), Tokens::ZERO, Tokens::ZERO);
    while before < collateral {
        let taken = size.min(collateral - before);
        before += taken;
        let up_to_here = debt.mul_div_floor(before, collateral).unwrap_or(debt);
        let owed = up_to_here - shared;
        shared = up_to_here;
        lots.push(Lot {
            collateral: taken,
            owed,
            wanted: owed + owed.mul_ceil(rules.penalty),
        });
    }
    lots
}

/// What comes of a lot among these bidders; `None` when nobody is awake, or nobody would take it
/// for the opening bid.
///
/// A bidder would pay `v = C·P·(1−m) − gas`, as far as its cash reaches. The highest wins, the
/// first of equals, and pays the second-highest raised by the least increase, at most its own;
/// alone it pays the opening bid. Where that reaches what is wanted, bidders with the cash for it
/// underbid each other in collateral: one would take `(wanted + gas)/(P·(1−m))` and more; the
/// winner gets what the next one would have, less one increase.
/// **Rounding** what is paid up, what is sold down.
///
/// ```
/// use seawall_cascade::lending::Prices;
/// use seawall_cascade::lending::auction::{AuctionParams, Bidder, Lot, plan_sale};
/// use seawall_units::{Ratio, TokenPrice, Tokens};
/// let lot = Lot {
///     collateral: Tokens::whole(50),
///     owed: Tokens::whole(5_000),
///     wanted: Tokens::whole(5_650),
/// };
/// let prices = Prices { collateral: "110".parse()?, debt: TokenPrice::ONE };
/// let keeper = Bidder {
///     cash: Tokens::whole(100_000),
///     margin: Ratio::bps(500),
///     gas_up_to: Tokens::whole(10),
/// };
/// let rules = AuctionParams::default();
/// let sale = |bidders: &[Bidder], gas| plan_sale(&lot, &prices, bidders, (gas, &rules));
/// // Two keepers, gas 5: each would pay 5 500 · 0.95 − 5 = 5 220.
/// let two = sale(&[keeper, keeper], Tokens::whole(5)).ok_or("nobody")?;
/// assert_eq!((two.bid, two.repaid), (Tokens::whole(5_220), Tokens::whole(5_000)));
/// // Gas 20: only the one whose script pays it is left, and takes the lot for nothing.
/// let eager = Bidder { gas_up_to: Tokens::whole(100), ..keeper };
/// let alone = sale(&[keeper, eager], Tokens::whole(20)).ok_or("nobody")?;
/// assert_eq!((alone.winner, alone.bid, alone.sold), (1, Tokens::ZERO, lot.collateral));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn plan_sale(
    lot: &Lot,
    prices: &Prices,
    bidders: &[Bidder],
    (gas, rules): (Tokens, &AuctionParams),
) -> Option<LotSale> {
    let round = Bidding {
        lot,
        prices,
        gas,
        rules,
    };
    let mut offers: Vec<Offer> = bidders
        .iter()
        .enumerate()
        .filter_map(|(place, bidder)| round.offer(place, bidder))
        .collect();
    offers.sort_by(|a, b| b.most.cmp(&a.most).then(a.place.cmp(&b.place)));
    let (first, next) = (offers.first()?, offers.get(1));
    let bid = match next {
        Some(next) => round.raised(next.most).min(first.most),
        None => rules.opening_bid,
    };
    if bid >= lot.wanted {
        return Some(round.turned(&offers));
    }
    Some(LotSale {
        winner: first.place,
        bid,
        sold: lot.collateral,
        returned: Tokens::ZERO,
        repaid: bid.min(lot.owed),
    })
}

/// One lot and the terms of its bids.
struct Bidding<'a> {
    lot: &'a Lot,
    prices: &'a Prices,
    gas: Tokens,
    rules: &'a AuctionParams,
}

/// What a bidder who is awake would do.
struct Offer {
    place: usize,
    /// The most it would pay for the whole lot.
    most: Tokens,
    /// The least collateral for which it would pay all that is wanted.
    least: Tokens,
}

impl Bidding<'_> {
    fn offer(&self, place: usize, bidder: &Bidder) -> Option<Offer> {
        if self.gas > bidder.gas_up_to {
            return None;
        }
        let kept = (Ratio::ONE - bidder.margin).units();
        let (collateral, debt) = (self.prices.collateral.units(), self.prices.debt.units());
        let value = tokens_of(
            [self.lot.collateral.units(), kept, collateral],
            [Ratio::ONE_UNITS, debt],
            Round::Floor,
        );
        let most = (value - self.gas).min(bidder.cash);
        let cost = self.lot.wanted + self.gas;
        let least = tokens_of(
            [cost.units(), Ratio::ONE_UNITS, debt],
            [kept, collateral],
            Round::Ceil,
        );
        let willing = most.is_positive() && most >= self.rules.opening_bid;
        willing.then_some(Offer { place, most, least })
    }

    fn raised(&self, bid: Tokens) -> Tokens {
        bid + bid.mul_ceil(self.rules.least_increase)
    }

    /// All that is wanted is paid; bidders ask for less and less collateral.
    fn turned(&self, offers: &[Offer]) -> LotSale {
        let lot = self.lot;
        let able = |offer: &&Offer| offer.most >= lot.wanted;
        let mut asks: Vec<&Offer> = offers.iter().filter(able).collect();
        asks.sort_by(|a, b| a.least.cmp(&b.least).then(a.place.cmp(&b.place)));
        let winner = asks.first().map_or(0, |ask| ask.place);
        let own = asks.first().map_or(lot.collateral, |ask| ask.least);
        let whole = Ratio::ONE + self.rules.least_increase;
        let sold = match asks.get(1) {
            Some(next) => next.least.mul_div_floor(Ratio::ONE, whole),
            None => None,
        };
        let sold = sold.map_or(lot.collateral, |less| less.max(own).min(lot.collateral));
        LotSale {
            winner,
            bid: lot.wanted,
            sold,
            returned: lot.collateral - sold,
            repaid: lot.owed,
        }
    }
}
