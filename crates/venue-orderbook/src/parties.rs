use seawall_ledger::{Account, AccountId, Cause};
use seawall_units::{Base, Usd};
use seawall_venue::Event;

use crate::account::Starved;
use crate::coin::CoinId;
use crate::exchange::Exchange;
use crate::holder::Holder;
use crate::journal::state_of;
use crate::position::{Leg, Position, Trade};

/// Who can hold positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Party {
    User(AccountId),
    Makers,
    Backstop(u8),
}

impl Party {
    pub(crate) const fn account(self) -> Account {
        match self {
            Self::User(id) => Account::Margin(id),
            Self::Makers => Account::Makers,
            Self::Backstop(n) => Account::Backstop(n),
        }
    }

    pub(crate) const fn profit_cause(self) -> Cause {
        match self {
            Self::User(_) => Cause::ProfitRealised,
            Self::Makers | Self::Backstop(_) => Cause::CounterpartyProfit,
        }
    }

    pub(crate) const fn loss_cause(self) -> Cause {
        match self {
            Self::User(_) => Cause::LossRealised,
            Self::Makers | Self::Backstop(_) => Cause::CounterpartyLoss,
        }
    }
}

/// A trade in one coin as its taker sees it: signed size and what he pays for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deal {
    pub(crate) coin: CoinId,
    pub(crate) size: Base,
    pub(crate) value: Usd,
}

impl Exchange {
    pub(crate) fn holder(&self, party: Party) -> Option<&Holder> {
        match party {
            Party::User(id) => self.accounts.get(id.index()).map(|user| &user.holder),
            Party::Makers => Some(&self.makers),
            Party::Backstop(n) => self.backstops.get(usize::from(n)),
        }
    }

    fn holder_mut(&mut self, party: Party) -> Option<&mut Holder> {
        match party {
            Party::User(id) => {
                let user = self.accounts.get_mut(id.index());
                user.map(|user| &mut user.holder)
            }
            Party::Makers => Some(&mut self.makers),
            Party::Backstop(n) => self.backstops.get_mut(usize::from(n)),
        }
    }

    /// A party's open positions, by coin.
    pub(crate) fn holdings(&self, party: Party) -> &[(CoinId, Position)] {
        self.holder(party).map_or(&[], Holder::positions)
    }

    pub(crate) fn held_by(&self, party: Party, coin: CoinId) -> Position {
        let holder = self.holder(party);
        holder.map_or_else(Position::default, |holder| holder.of(coin))
    }

    pub(crate) fn drawn(&self, party: Party) -> Usd {
        self.holder(party).map_or(Usd::ZERO, |holder| holder.drawn)
    }

    pub(crate) fn backstop_numbers(&self) -> impl Iterator<Item = u8> + use<> {
        let count = u8::try_from(self.backstops.len()).unwrap_or(u8::MAX);
        0..count
    }

    /// The number under which events name a party: users their own, then the makers, then the
    /// vaults.
    pub(crate) fn account_of(&self, party: Party) -> AccountId {
        let users = u32::try_from(self.accounts.len()).unwrap_or(u32::MAX);
        match party {
            Party::User(id) => id,
            Party::Makers => AccountId::new(users),
            Party::Backstop(n) => {
                AccountId::new(users.saturating_add(1).saturating_add(u32::from(n)))
            }
        }
    }

    /// Both sides of a trade; `None` when one of them cannot pay. `balance` is the taker's.
    pub(crate) fn legs(
        &self,
        (taker, balance): (Party, Usd),
        other: Party,
        deal: Deal,
    ) -> Option<(Leg, Leg)> {
        let funding = self.coins[deal.coin].funding.index;
        let position = self.held_by(taker, deal.coin);
        let trade = position.trade(deal.size, deal.value, funding);
        let taken = self.leg((taker, balance), deal.coin, &trade)?;
        let mirrored = trade.mirrored();
        let given = self.leg((other, self.balance(other)), deal.coin, &mirrored)?;
        Some((taken, given))
    }

    fn leg(&self, (party, balance): (Party, Usd), coin: CoinId, trade: &Trade) -> Option<Leg> {
        let position = self.held_by(party, coin);
        let credit = self.credit((party, balance), coin, || position.rest_of(trade));
        let funding = self.coins[coin].funding.index;
        position.leg((balance, credit), trade, funding)
    }

    /// Trades between two parties; `None` and nothing done when one of them cannot pay. Gives what
    /// each realised.
    pub(crate) fn exchange(
        &mut self,
        taker: Party,
        other: Party,
        deal: Deal,
    ) -> Option<(Usd, Usd)> {
        let balance = self.balance(taker);
        let (taken, given) = self.legs((taker, balance), other, deal)?;
        self.apply(taker, deal.coin, &taken);
        self.apply(other, deal.coin, &given);
        Some((taken.realised, given.realised))
    }

    /// Posts what a trade moves for one party and writes its position.
    pub(crate) fn apply(&mut self, party: Party, coin: CoinId, leg: &Leg) {
        let (account, variation) = (party.account(), Account::Variation);
        let (profit, received) = (leg.realised.or_zero(), (-leg.funding).or_zero());
        let (loss, paid) = ((-leg.realised).or_zero(), leg.funding.or_zero());
        self.pay(variation, account, profit, party.profit_cause());
        self.pay(variation, account, received, Cause::FundingReceived);
        let on_credit = leg.cash.is_negative() || !self.drawn(party).is_zero();
        if on_credit {
            self.draw_for(party, loss + paid);
        }
        self.pay(account, variation, loss, party.loss_cause());
        self.pay(account, variation, paid, Cause::FundingPaid);
        if on_credit {
            self.pay_back(party);
        }
        let balance = self.balance(party);
        assert!(
            balance == leg.cash,
            "invariant: a trade leaves the cash it was planned to, {balance} and {}",
            leg.cash
        );
        self.write(party, coin, leg.position);
    }

    /// Advances the cash that a party lacks for a payment, on its open profits.
    pub(crate) fn draw_for(&mut self, party: Party, amount: Usd) {
        let short = (amount - self.cash(party)).or_zero();
        self.pay(
            Account::Variation,
            party.account(),
            short,
            party.profit_cause(),
        );
        if let Some(holder) = self.holder_mut(party) {
            holder.drawn += short;
        }
    }

    /// Pays back what was advanced, as far as there is cash.
    pub(crate) fn pay_back(&mut self, party: Party) {
        let amount = self.drawn(party).min(self.cash(party)).or_zero();
        self.pay(
            party.account(),
            Account::Variation,
            amount,
            party.loss_cause(),
        );
        if let Some(holder) = self.holder_mut(party) {
            holder.drawn -= amount;
        }
    }

    /// What was advanced is settled with everything else that a party owes.
    pub(crate) fn forget_drawn(&mut self, party: Party) {
        if let Some(holder) = self.holder_mut(party) {
            holder.drawn = Usd::ZERO;
        }
    }

    /// Writes a party's position in a coin and everything kept beside it.
    pub(crate) fn write(&mut self, party: Party, coin: CoinId, position: Position) {
        if self.chronicle.is_full() {
            self.tell_of(coin, Event::Position(state_of(party, &position)));
        }
        let Party::User(id) = party else {
            if let Some(holder) = self.holder_mut(party) {
                holder.set(coin, position);
            }
            return;
        };
        let Some(user) = self.accounts.get_mut(id.index()) else {
            return;
        };
        user.starved = Starved::No;
        let before = user.holder.set(coin, position).size;
        let interest = &mut self.coins[coin];
        interest.open_longs += position.size.or_zero() - before.or_zero();
        interest.open_shorts += (-position.size).or_zero() - (-before).or_zero();
        self.place(id, coin);
    }

    /// Puts a user in the index that finds him: of his coin if he holds but one, of accounts with
    /// several coins otherwise. `touched` is the coin in which something changed.
    fn place(&mut self, id: AccountId, touched: CoinId) {
        let party = Party::User(id);
        let balance = self.balance(party);
        let flat = Position::default();
        let Some(user) = self.accounts.get(id.index()) else {
            return;
        };
        match user.holder.positions() {
            [] => {
                self.coins[touched].index.update(id, &flat, balance);
                self.several.remove(id);
            }
            [(coin, position)] => {
                self.coins[*coin].index.update(id, position, balance);
                if *coin != touched {
                    self.coins[touched].index.update(id, &flat, balance);
                }
                self.several.remove(id);
            }
            several => {
                for (coin, _) in several {
                    self.coins[*coin].index.update(id, &flat, balance);
                }
                self.several.look_at(id);
            }
        }
    }

    /// Brings a user's place in the index in line with a margin that moved on its own.
    pub(crate) fn reindex(&mut self, id: AccountId) {
        let party = Party::User(id);
        let Some(user) = self.accounts.get_mut(id.index()) else {
            return;
        };
        user.starved = Starved::No;
        let first = user.holder.positions().first().map(|place| place.0);
        match (user.mode.coin(), first) {
            (Some(coin), _) => self.write(party, coin, self.held_by(party, coin)),
            (None, Some(coin)) => self.place(id, coin),
            (None, None) => {}
        }
    }

    /// Sets a flat user's margin free: a cross account keeps it.
    pub(crate) fn release_if_flat(&mut self, id: AccountId) {
        let party = Party::User(id);
        if self.holdings(party).is_empty() {
            self.release(id, self.cash(party));
        }
    }

    /// Sets margin of an isolated account free.
    pub(crate) fn release(&mut self, id: AccountId, amount: Usd) {
        let Some(to) = self.released_to(id) else {
            return;
        };
        let margin = Account::Margin(id);
        self.pay(margin, to, amount, Cause::MarginReleased);
        if let Account::Margin(owner) = to {
            self.pay_back(Party::User(owner));
            self.reindex(owner);
        }
    }
}
