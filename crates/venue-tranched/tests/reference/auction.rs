//! The small auction (M-8.2).

use super::books::Purse;
use super::liquidation::{Health, worst_first};
use super::number::{
    above, base, base_down, price, price_down, price_up, pro_rata, share_down, usd, usd_down,
    usd_up, whole,
};
use super::{Exact, Lot, Model, Position, ratio_of};

/// The largest price, in units.
const HIGHEST: i128 = 10_000_000_000_000_000_000_000;

impl Model {
    pub fn run_auction(&mut self) {
        for lot in std::mem::take(&mut self.lots) {
            if let Some(left) = self.offer(lot) {
                self.lots.push(left);
            }
        }
        self.bring_in();
    }

    /// b: equity without what sold lots have left is zero there, towards the mark.
    fn bankruptcy(&self, health: &Health, kept: i128) -> i128 {
        let behind = above(health.equity - kept);
        let size = base(health.size.abs());
        let at = match health.size > 0 {
            true => price_up(usd(self.worth_down(health.size) - behind) / size),
            false => price_down(usd(behind - self.worth_down(health.size)) / size),
        };
        if at <= 0 || at > HIGHEST {
            return self.mark;
        }
        if health.size > 0 {
            at.min(self.mark)
        } else {
            at.max(self.mark)
        }
    }

    /// P − (P − b)·τ/60, towards the mark.
    fn lot_price(&self, health: &Health, bankruptcy: i128, elapsed: u64) -> i128 {
        let duration = self.params.waterfall.auction.duration;
        let part = whole(elapsed.min(duration).into()) / whole(duration.into());
        let at = price(self.mark) - (price(self.mark) - price(bankruptcy)) * part;
        if health.size > 0 {
            price_up(at)
        } else {
            price_down(at)
        }
    }

    /// Offers a lot for a second; what is left of it stays for sale.
    fn offer(&mut self, mut lot: Lot) -> Option<Lot> {
        let health = self.health(lot.owner).filter(|health| health.equity > 0)?;
        // A lot is a part of the position: what has been closed beside it is not for sale.
        let side = health.size.signum();
        if lot.size.abs() > health.size.abs() {
            self.reach("lot larger than what is left of its position");
        }
        lot.size = lot.size.abs().min(health.size.abs());
        let kept = self.cases[&lot.owner].kept;
        let bankruptcy = self.bankruptcy(&health, kept);
        let elapsed = self.now - lot.since;
        let at = self.lot_price(&health, bankruptcy, elapsed);
        let bids = self.bids(&lot, side, at);
        let wanted: Vec<i128> = bids.iter().map(|(_, size)| *size).collect();
        let sold = lot.size.min(wanted.iter().sum());
        if bids.len() > 1 && sold > 0 {
            self.reach("bids shared");
        }
        for ((bidder, _), size) in bids.iter().zip(pro_rata(sold, &wanted)) {
            if size > 0 {
                self.sell(&health, (*bidder, size), at, kept);
                lot.size -= size;
            }
        }
        if lot.size > 0 && elapsed >= self.params.waterfall.auction.duration {
            self.take_over(&health, lot.size, bankruptcy);
            lot.size = 0;
        }
        if self.position(lot.owner).size == 0 {
            self.release(lot.owner);
            self.cases.remove(&lot.owner);
        }
        lot.size *= side;
        (lot.size != 0).then_some(lot)
    }

    /// What each bidder takes of a lot at a price, the discount wanted and margin for all of it.
    fn bids(&mut self, lot: &Lot, side: i128, at: i128) -> Vec<(u32, i128)> {
        let mut bids = Vec::new();
        for (n, bidder) in self.bidders.clone().iter().enumerate() {
            let account = self.bidder_account(n);
            let here = !self.gone.contains(&bidder.id.number())
                && bidder.from.secs() <= self.now
                && self.now < bidder.until.secs();
            // Whose own position is being sold may only add margin.
            let busy = self.cases.get(&account).is_some_and(|case| case.auctioned);
            if !here || account == lot.owner {
                continue;
            }
            let mark = price(self.mark);
            let takes = match side > 0 {
                true => at <= price_down(mark * (whole(1) - bidder.discount.q())),
                false => at >= price_up(mark * (whole(1) + bidder.discount.q())),
            };
            let backed = usd_down(usd(above(self.equity(account))) / ratio_of(self.initial));
            let most = self.bought(backed.min(bidder.appetite.units()));
            let held = self.position(account).size * side;
            let size = above(most - held).min(lot.size);
            if takes && size > 0 && busy {
                self.reach("bidder kept out by his own auction");
            } else if takes && size > 0 {
                bids.push((account, size));
            }
        }
        bids
    }

    fn sell(&mut self, health: &Health, (bidder, size): (u32, i128), at: i128, kept: i128) {
        let (owner, side) = (health.account, health.size.signum());
        self.realise(owner, size, at, 0);
        self.take(bidder, side * size, at);
        let signed = side * size;
        let discount = above(self.worth_up(signed) - usd_down(base(signed) * price(at)));
        let part = share_down(above(health.equity - kept), size, health.size.abs());
        self.cases.get_mut(&owner).unwrap().kept += above(part - discount);
        self.reach("lot sold");
    }

    /// A bidder takes a signed size: it closes first what he holds the other way.
    fn take(&mut self, account: u32, size: i128, at: i128) {
        let held = self.position(account).size;
        let closing = if held.signum() * size.signum() < 0 {
            size.abs().min(held.abs())
        } else {
            0
        };
        self.realise(account, closing, at, 0);
        let opened = size - closing * size.signum();
        if opened != 0 {
            let cost = usd_up(base(opened) * price(at));
            let taken: Position = self.entered(self.position(account), opened, cost);
            self.set_position(account, taken);
        }
    }

    /// Nobody took it in time: the pool takes it at b, and what equity was left is its reward.
    fn take_over(&mut self, health: &Health, size: i128, bankruptcy: i128) {
        let owner = health.account;
        let (at_price, _) = self.close(self.position(owner), size, bankruptcy);
        let at_mark = self.realise(owner, size, self.mark, 0);
        let reward = above(above(at_mark - at_price).min(self.margin(owner)));
        self.pay_pool(Purse::Margin(owner), reward);
        self.reach("lot taken over");
    }

    /// New lots from the queue, as lots and depth in flight allow.
    fn bring_in(&mut self) {
        let config = self.params.waterfall.auction.clone();
        let most_lots = usize::try_from(config.max_lots).unwrap();
        let queued = self.cases.iter().filter(|(_, case)| case.auctioned);
        let mut queue: Vec<Health> = queued.filter_map(|(id, _)| self.health(*id)).collect();
        worst_first(&mut queue);
        let near = usd(self.near_depth());
        for health in queue {
            let of_owner = self.lots.iter().filter(|lot| lot.owner == health.account);
            let listed: i128 = of_owner.map(|lot| lot.size.abs()).sum();
            let mut waiting = health.size.abs() - listed;
            while waiting > 0 && self.lots.len() < most_lots {
                let live: i128 = self
                    .lots
                    .iter()
                    .map(|lot| self.worth_up(lot.size.abs()))
                    .sum();
                let limit = (config.lot.units())
                    .min(usd_down(near.clone() * config.lot_share.q()))
                    .min(usd_down(near.clone() * config.in_flight.q()) - live);
                let size = waiting.min(base_down(usd(above(limit)) / price(self.mark)));
                if size == 0 {
                    return;
                }
                waiting -= size;
                let size = size * health.size.signum();
                self.lots.push(Lot {
                    owner: health.account,
                    size,
                    since: self.now,
                });
                self.reach("lot live");
            }
        }
    }
}
