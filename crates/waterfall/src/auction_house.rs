//! The queue and the live lots of the auction, second by second (M-8.2).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Usd};
use seawall_venue::{Event, StageEnd, StageId, StageReport};

use crate::auction::{Lot, lot_limit, lot_price, share_takes};
use crate::waterfall::{Case, Waterfall};
use crate::{Health, Market};

impl Waterfall {
    /// Positions that have come back to the target ratio leave the auction at no cost; an hour
    /// there forgets the steps of stage 1.
    ///
    /// Positions in the auction are looked at every second, the others at whole minutes.
    pub(crate) fn note_recoveries(&mut self, distressed: &[Health], market: &mut dyn Market) {
        let mut below: Vec<AccountId> = distressed.iter().map(|h| h.account).collect();
        below.sort_unstable();
        let target = market
            .maintenance_ratio()
            .mul_floor(self.config.partial.target);
        let now = self.now;
        let due = |case: &Case| case.auctioned || now.is_whole_minute();
        let watched: Vec<AccountId> = self
            .cases
            .iter()
            .filter(|(_, case)| due(case))
            .map(|(id, _)| *id)
            .collect();
        for account in watched {
            if below.binary_search(&account).is_ok() {
                continue;
            }
            let well = match market.health(account) {
                None => {
                    self.drop_case(account);
                    continue;
                }
                Some(health) => health.equity >= health.notional.mul_ceil(target),
            };
            let forgets_after = self.config.partial.reset_after;
            let Some(case) = self.cases.get_mut(&account) else {
                continue;
            };
            if !well {
                case.well_since = None;
                continue;
            }
            case.kept = Usd::ZERO;
            if std::mem::take(&mut case.auctioned) {
                self.lots.retain(|lot| lot.owner != account);
            }
            let since = *case.well_since.get_or_insert(now);
            if now.since(since) >= forgets_after {
                self.drop_case(account);
            }
        }
    }

    fn drop_case(&mut self, account: AccountId) {
        self.cases.remove(&account);
        self.lots.retain(|lot| lot.owner != account);
    }

    /// Sells what bidders take of the live lots, hands unsold ones to the pool, brings new ones in.
    pub(crate) fn run_auction(&mut self, market: &mut dyn Market) {
        let mut lots = std::mem::take(&mut self.lots);
        for lot in &mut lots {
            self.offer(lot, market);
        }
        lots.retain(|lot| !lot.size.is_zero());
        self.lots = lots;
        self.bring_in(market);
    }

    fn offer(&mut self, lot: &mut Lot, market: &mut dyn Market) {
        let Some(health) = market.health(lot.owner).filter(|h| h.equity.is_positive()) else {
            lot.size = Base::ZERO;
            return;
        };
        // ADL may have closed a part of the position since the lot went live.
        lot.size = health.side().signed(lot.size.abs().min(health.size.abs()));
        let mark = market.mark();
        let kept = self
            .cases
            .get(&lot.owner)
            .map_or(Usd::ZERO, |case| case.kept);
        let bankruptcy = health.bankruptcy(mark, kept);
        let elapsed = self.now.since(lot.since);
        let price = lot_price(
            mark,
            bankruptcy,
            health.side(),
            elapsed,
            &self.config.auction,
        );
        let mut bids = market.bids(lot.owner, lot.size, price);
        // Whose own position is being sold may only add margin.
        bids.retain(|bid| !self.is_in_auction(bid.account));
        for (bidder, size) in share_takes(lot.size, &bids) {
            market.sell_lot(lot.owner, bidder, size, price);
            lot.size -= health.side().signed(size);
            let discount = discount(&health, mark, price, size);
            self.keep(&health, (health.equity - kept).or_zero(), size, discount);
            self.note_sale(&health, (size, price), (discount, Some(bidder)), market);
        }
        if !lot.size.is_zero() && elapsed >= self.config.auction.duration {
            let size = lot.size.abs();
            let reward = market.take_over(lot.owner, size, bankruptcy);
            lot.size = Base::ZERO;
            self.note_sale(&health, (size, bankruptcy), (reward, None), market);
        }
        if market.health(lot.owner).is_none() {
            market.release(lot.owner);
            let account = lot.owner;
            market.tell(Event::Released { account });
            self.cases.remove(&lot.owner);
        }
    }

    /// What a sold part of the position leaves its owner: its share of the equity `behind` the
    /// position, less the discount. **Rounding** down.
    fn keep(&mut self, health: &Health, behind: Usd, size: Base, discount: Usd) {
        if let Some(case) = self.cases.get_mut(&health.account) {
            let share = behind.mul_div_floor(size, health.size.abs());
            case.kept += (share.unwrap_or(Usd::ZERO) - discount).or_zero();
        }
    }

    fn note_sale(
        &self,
        health: &Health,
        (size, price): (Base, Price),
        (owner_cost, taker): (Usd, Option<AccountId>),
        market: &mut dyn Market,
    ) {
        self.note_liquidation((StageId::Auction, taker), health, (size, price), market);
        let report = self.blank(StageId::Auction, None, StageEnd::Cleared);
        let account = Some(health.account);
        market.tell(Event::Stage(StageReport {
            account,
            closed: size,
            owner_cost,
            ..report
        }));
    }

    /// New lots from the queue, lowest E/N first, as far as lots and depth in flight allow.
    fn bring_in(&mut self, market: &mut dyn Market) {
        let free = |lots: &Vec<Lot>, most: u32| usize::try_from(most).is_ok_and(|n| lots.len() < n);
        let most = self.config.auction.max_lots;
        let mark = market.mark();
        let live = |lots: &Vec<Lot>| lots.iter().map(|lot| mark.value_ceil(lot.size.abs())).sum();
        let near_depth = market.near_depth();
        let limit = lot_limit(near_depth, live(&self.lots), &self.config.auction);
        if !free(&self.lots, most) || !mark.size_floor(limit).is_positive() {
            return;
        }
        let queued = self.cases.iter().filter(|(_, case)| case.auctioned);
        // A few lots are taken from a queue that may be long: no need to sort all of it.
        let mut queue: BinaryHeap<Worst> = queued
            .filter_map(|(id, _)| market.health(*id).map(Worst))
            .collect();
        while let Some(Worst(health)) = queue.pop() {
            if !free(&self.lots, most) {
                return;
            }
            let listed = self.lots.iter().filter(|lot| lot.owner == health.account);
            let mut waiting = health.size.abs() - listed.map(|lot| lot.size.abs()).sum();
            while waiting.is_positive() && free(&self.lots, most) {
                let limit = lot_limit(near_depth, live(&self.lots), &self.config.auction);
                let size = waiting.min(mark.size_floor(limit));
                if !size.is_positive() {
                    return;
                }
                waiting -= size;
                let size = health.side().signed(size);
                let account = health.account;
                self.lots.push(Lot {
                    owner: account,
                    size,
                    since: self.now,
                });
                market.tell(Event::Lot {
                    account,
                    size,
                    near_depth,
                });
            }
        }
    }
}

/// A position in the queue; the greatest is the one with the lowest E/N.
struct Worst(Health);

impl Ord for Worst {
    fn cmp(&self, other: &Self) -> Ordering {
        Health::worse_first(&other.0, &self.0)
    }
}

impl PartialOrd for Worst {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Worst {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Worst {}

/// What the owner gives up against the mark, rounded up.
fn discount(health: &Health, mark: Price, price: Price, size: Base) -> Usd {
    let signed = health.side().signed(size);
    (mark.value_ceil(signed) - price.value_floor(signed)).or_zero()
}
