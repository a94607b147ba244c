use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Round, Side, Usd};
use seawall_venue::{Event, Liquidation, SkipReason, StageEnd, StageId, StageReport};

use crate::depth::Taken;
use crate::parties::{Party, Starved};
use crate::venue::OrderBookVenue;

/// A trade that a liquidation made for a position's owner.
#[derive(Debug, Clone, Copy)]
struct Sold {
    size: Base,
    value: Usd,
    taken: Taken,
}

impl OrderBookVenue {
    /// Sends every position below maintenance to the book as a market order: whole, or a part if
    /// it is large and not in its cooldown. No fee.
    ///
    /// No unit is sold beyond the price at which the position is worth nothing, so the owner keeps
    /// what is left and a book liquidation leaves no deficit.
    ///
    /// **Source** Hyperliquid docs, trading/liquidations.
    pub(crate) fn liquidate_in_book(&mut self) {
        for id in self.index.candidates(self.mark, self.funding.index) {
            self.liquidate_one(id);
        }
    }

    fn liquidate_one(&mut self, id: AccountId) {
        let party = Party::User(id);
        let position = self.held_by(party);
        let (equity, required) = (self.equity(party), self.maintenance(&position));
        let Some(side) = position.size.side().map(Side::opposite) else {
            return;
        };
        if equity >= required || !equity.is_positive() {
            return;
        }
        let target = self.target(id, position.size);
        let Some(sold) = self.sell(party, side, target) else {
            self.tell_starved(id);
            return;
        };
        if target < position.size.abs()
            && let Some(user) = self.users.get_mut(id.index())
        {
            user.cooldown_until = self.now.plus(self.params.liquidation.cooldown);
        }
        self.release_if_flat(id);
        let round = match side {
            Side::Long => Round::Ceil,
            Side::Short => Round::Floor,
        };
        let price = Price::of(sold.taken.value, sold.taken.size, round);
        self.tell(Event::Liquidation(Liquidation {
            time: self.now,
            account: id,
            stage: StageId::PartialDeleverage,
            size: -sold.size,
            price: price.unwrap_or(self.mark),
            mark: self.mark,
            equity,
            maintenance: required,
            taker: Some(Party::Makers.account()),
        }));
        let end = self.end_of(party, target, &sold);
        self.tell_partial(id, end, Some(&sold));
    }

    /// How much of a position goes to the book now.
    fn target(&self, id: AccountId, size: Base) -> Base {
        let params = &self.params.liquidation;
        let user = self.users.get(id.index());
        let cooling = user.is_some_and(|user| self.now < user.cooldown_until);
        let large = self.mark.value_ceil(size.abs()) > params.partial_above;
        match large && !cooling {
            true => size.abs().mul_ceil(params.partial_share),
            false => size.abs(),
        }
    }

    /// Sells up to `target` of a party's position to the makers, no unit beyond its bankruptcy
    /// price; `None` when nothing could be sold.
    fn sell(&mut self, party: Party, side: Side, target: Base) -> Option<Sold> {
        let limit = self.closing_limit(party, self.cash(party));
        let taken = self.curve(side).take(target, limit);
        if !taken.size.is_positive() {
            return None;
        }
        let size = side.signed(taken.size);
        let value = match side {
            Side::Long => taken.value,
            Side::Short => -taken.value,
        };
        self.exchange(party, Party::Makers, (size, value))?;
        self.depth.eat(side, taken.size);
        Some(Sold { size, value, taken })
    }

    /// Sells a part of a vault's position on its way out; the size sold.
    pub(crate) fn sell_for_backstop(&mut self, number: u8, side: Side, target: Base) -> Base {
        let sold = self.sell(Party::Backstop(number), side, target);
        sold.map_or(Base::ZERO, |sold| sold.taken.size)
    }

    fn end_of(&self, party: Party, target: Base, sold: &Sold) -> StageEnd {
        let rest = self.held_by(party);
        let healthy = rest.is_flat() || self.equity(party) >= self.maintenance(&rest);
        match (healthy, sold.taken.size < target) {
            (true, _) => StageEnd::Cleared,
            (false, true) => StageEnd::Exhausted,
            (false, false) => StageEnd::Capped,
        }
    }

    /// Says once that a position found no quotes, until something about it changes.
    fn tell_starved(&mut self, id: AccountId) {
        let Some(user) = self.users.get_mut(id.index()) else {
            return;
        };
        if user.starved == Starved::No {
            user.starved = Starved::Told;
            self.tell_partial(id, StageEnd::Skipped(SkipReason::NoCapacity), None);
        }
    }

    fn tell_partial(&mut self, id: AccountId, end: StageEnd, sold: Option<&Sold>) {
        let cost = |sold: &Sold| sold.value - self.mark.value_floor(sold.size);
        let report = StageReport {
            time: self.now,
            stage: StageId::PartialDeleverage,
            deficit: None,
            account: Some(id),
            closed: sold.map_or(Base::ZERO, |sold| sold.taken.size),
            absorbed: Usd::ZERO,
            capacity: None,
            owner_cost: sold.map_or(Usd::ZERO, cost),
            end,
            transfers: Vec::new(),
        };
        self.tell(Event::Stage(report));
    }
}
