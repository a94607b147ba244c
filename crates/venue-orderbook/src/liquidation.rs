use std::cmp::Reverse;

use seawall_ledger::AccountId;
use seawall_units::{Base, Price, Round, Side, Time, Usd};
use seawall_venue::{Event, Liquidation, SkipReason, StageEnd, StageId, StageReport};
use smallvec::SmallVec;

use crate::account::{MarginMode, Starved};
use crate::coin::{Coin, CoinId, MarkMoved};
use crate::depth::Taken;
use crate::exchange::Exchange;
use crate::parties::{Deal, Party};
use crate::several::SLACK;
use crate::terms::LiquidationOrder;
use crate::value::Figures;

/// A trade that a liquidation made for a position's owner.
#[derive(Debug, Clone, Copy)]
struct Sold {
    size: Base,
    value: Usd,
    taken: Taken,
}

/// How much of a large position goes to the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    Part,
    Whole,
}

impl Exchange {
    /// Sends positions of every account below maintenance to the book as market orders, one coin
    /// after the other until the account is healthy: whole, or a part if the position is large
    /// and the account not in its cooldown. No fee.
    ///
    /// No unit is sold beyond the price at which the account is worth nothing, so the owner keeps
    /// what is left and a book liquidation leaves no deficit. Accounts are looked at when a mark
    /// of theirs has moved.
    ///
    /// **Source** Hyperliquid docs, trading/liquidations.
    pub(crate) fn liquidate_in_book(&mut self) {
        let moved = |coin: &Coin| coin.moved == MarkMoved::Yes;
        if !self.coins.iter().any(|(_, coin)| moved(coin)) {
            return;
        }
        for id in self.below_maintenance(moved) {
            self.liquidate_one(id);
        }
    }

    /// Accounts that may be below maintenance: those that hold one coin of this kind and no
    /// other, coin by coin, worst first; then those that hold several, worst first.
    pub(crate) fn below_maintenance(&mut self, kind: impl Fn(&Coin) -> bool) -> Vec<AccountId> {
        let mut found = Vec::new();
        for (_, coin) in self.coins.iter().filter(|(_, coin)| kind(coin)) {
            found.extend(coin.index.candidates(coin.mark, coin.funding.index));
        }
        let mut several = Vec::new();
        for id in self.several.due() {
            let party = Party::User(id);
            let Figures { equity, required } = self.figures_of(party);
            if equity < required {
                several.push((equity.ratio_floor(required), id));
                continue;
            }
            let (spare, exposure) = self.exposure(party, equity - required);
            self.several.found(id, spare, exposure);
        }
        several.sort_unstable();
        found.extend(several.into_iter().map(|(_, id)| id));
        found
    }

    /// What an account has above its maintenance, less roundings, and the most by which that
    /// changes per unit of relative move of the marks.
    fn exposure(&self, party: Party, spare: Usd) -> (Usd, Usd) {
        let mut figures = (spare, Usd::ZERO);
        for (id, position) in self.holdings(party) {
            let coin = &self.coins[*id];
            let notional = coin.notional(position.size);
            figures.0 -= SLACK;
            figures.1 += notional + notional.mul_ceil(coin.tiers.steepest());
        }
        (figures.0.or_zero(), figures.1)
    }

    fn liquidate_one(&mut self, id: AccountId) {
        let party = Party::User(id);
        let coins = self.in_liquidation_order(party);
        let pace = self.pace(id);
        for coin in coins {
            let figures = self.figures_of(party);
            let Figures { equity, required } = figures;
            if equity >= required || !equity.is_positive() || !self.is_marked(party) {
                break;
            }
            self.send_to_book(id, coin, pace, figures);
        }
    }

    /// An account's coins in the order in which they go to the book.
    fn in_liquidation_order(&self, party: Party) -> SmallVec<[CoinId; 4]> {
        let held = self.holdings(party).iter();
        let sized = held.map(|(coin, position)| (self.coins[*coin].notional(position.size), *coin));
        let mut sized: SmallVec<[(Usd, CoinId); 4]> = sized.collect();
        match self.account_params.liquidation_order {
            LiquidationOrder::LargestFirst => sized.sort_by_key(|place| Reverse(place.0)),
            LiquidationOrder::SmallestFirst => sized.sort_by_key(|place| place.0),
            LiquidationOrder::ByCoin => {}
        }
        sized.into_iter().map(|place| place.1).collect()
    }

    fn send_to_book(&mut self, id: AccountId, coin: CoinId, pace: Pace, figures: Figures) {
        let party = Party::User(id);
        let size = self.held_by(party, coin).size;
        let Some(side) = size.side().map(Side::opposite) else {
            return;
        };
        let target = self.target(coin, size, pace);
        let Some(sold) = self.sell((party, coin), side, target) else {
            self.tell_starved(id, coin);
            return;
        };
        if target < size.abs() {
            let (user, now) = (self.user_of(id), self.now);
            if let Some(user) = self.accounts.get_mut(user.index()) {
                user.parted_at = Some(now);
            }
        }
        // What an isolated account has left is its owner's before anything is told of it.
        self.release_if_flat(id);
        let round = match side {
            Side::Long => Round::Ceil,
            Side::Short => Round::Floor,
        };
        let (price, mark) = (
            Price::of(sold.taken.value, sold.taken.size, round),
            self.coins[coin].mark,
        );
        let event = Event::Liquidation(Liquidation {
            time: self.now,
            account: id,
            stage: StageId::PartialDeleverage,
            size: -sold.size,
            price: price.unwrap_or(mark),
            mark,
            equity: figures.equity,
            maintenance: figures.required,
            taker: Some(Party::Makers.account()),
        });
        self.tell_of(coin, event);
        let end = self.end_of(party, target, &sold);
        self.tell_partial(id, coin, end, Some(&sold));
    }

    /// Whether large positions go to the book in part: not in the user's cooldown, which begins
    /// after the second in which a part of any of his positions was sent.
    fn pace(&self, id: AccountId) -> Pace {
        let user = self.accounts.get(self.user_of(id).index());
        let cooldown = self.params.liquidation.cooldown;
        let cools = |parted: Time| parted < self.now && self.now < parted.plus(cooldown);
        match user.and_then(|user| user.parted_at).is_some_and(cools) {
            true => Pace::Whole,
            false => Pace::Part,
        }
    }

    /// The account that stands for a user: the cross account of an isolated one.
    fn user_of(&self, id: AccountId) -> AccountId {
        match self.accounts.get(id.index()).map(|user| user.mode) {
            Some(MarginMode::Isolated { owner, .. }) => owner,
            _ => id,
        }
    }

    /// How much of a position goes to the book now.
    fn target(&self, coin: CoinId, size: Base, pace: Pace) -> Base {
        let params = &self.params.liquidation;
        let large = self.coins[coin].notional(size) > params.partial_above;
        match large && pace == Pace::Part {
            true => size.abs().mul_ceil(params.partial_share),
            false => size.abs(),
        }
    }

    /// Sells up to `target` of a party's position to the makers, no unit beyond the price at which
    /// the party is worth nothing; `None` when nothing could be sold.
    fn sell(&mut self, (party, coin): (Party, CoinId), side: Side, target: Base) -> Option<Sold> {
        let limit = self.closing_limit((party, self.balance(party)), coin);
        let taken = self.curve(coin, side).take(target, limit);
        if !taken.size.is_positive() {
            return None;
        }
        let size = side.signed(taken.size);
        let value = match side {
            Side::Long => taken.value,
            Side::Short => -taken.value,
        };
        let deal = Deal { coin, size, value };
        self.exchange(party, Party::Makers, deal)?;
        self.coins[coin].consume(self.now, side, &taken);
        Some(Sold { size, value, taken })
    }

    /// Sells a part of a vault's position on its way out; the size sold.
    pub(crate) fn sell_for_backstop(
        &mut self,
        number: u8,
        coin: CoinId,
        side: Side,
        target: Base,
    ) -> Base {
        let sold = self.sell((Party::Backstop(number), coin), side, target);
        sold.map_or(Base::ZERO, |sold| sold.taken.size)
    }

    fn end_of(&self, party: Party, target: Base, sold: &Sold) -> StageEnd {
        match (self.is_healthy(party), sold.taken.size < target) {
            (true, _) => StageEnd::Cleared,
            (false, true) => StageEnd::Exhausted,
            (false, false) => StageEnd::Capped,
        }
    }

    /// Says once that an account found no quotes, until something about it changes.
    fn tell_starved(&mut self, id: AccountId, coin: CoinId) {
        let Some(user) = self.accounts.get_mut(id.index()) else {
            return;
        };
        if user.starved == Starved::No {
            user.starved = Starved::Told;
            let end = StageEnd::Skipped(SkipReason::NoCapacity);
            self.tell_partial(id, coin, end, None);
        }
    }

    fn tell_partial(&mut self, id: AccountId, coin: CoinId, end: StageEnd, sold: Option<&Sold>) {
        let mark = self.coins[coin].mark;
        let cost = |sold: &Sold| sold.value - mark.value_floor(sold.size);
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
        self.tell_of(coin, Event::Stage(report));
    }
}
