use seawall_ledger::{Account, AccountId, Cause, Transfer};
use seawall_units::{Base, Price, Side, Usd};
use seawall_venue::Event;

use crate::depth::{Curve, stretches};
use crate::journal::state_of;
use crate::position::{Leg, Position, Trade, bankruptcy_price};
use crate::venue::OrderBookVenue;

/// Who can hold a position.
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

    const fn profit_cause(self) -> Cause {
        match self {
            Self::User(_) => Cause::ProfitRealised,
            Self::Makers | Self::Backstop(_) => Cause::CounterpartyProfit,
        }
    }

    const fn loss_cause(self) -> Cause {
        match self {
            Self::User(_) => Cause::LossRealised,
            Self::Makers | Self::Backstop(_) => Cause::CounterpartyLoss,
        }
    }
}

/// A user's position and what the venue remembers of its liquidation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct User {
    pub(crate) position: Position,
    /// Until when a market liquidation takes the whole position.
    pub(crate) cooldown_until: seawall_units::Time,
    /// A liquidation that found no quotes has been reported.
    pub(crate) starved: Starved,
}

/// Whether the report that a liquidation found no quotes has been given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Starved {
    #[default]
    No,
    Told,
}

impl OrderBookVenue {
    pub(crate) fn held_by(&self, party: Party) -> Position {
        match party {
            Party::User(id) => self
                .users
                .get(id.index())
                .map_or_else(Position::default, |user| user.position),
            Party::Makers => self.makers,
            Party::Backstop(n) => self
                .backstops
                .get(usize::from(n))
                .copied()
                .unwrap_or_default(),
        }
    }

    pub(crate) fn cash(&self, party: Party) -> Usd {
        self.ledger.balance(party.account())
    }

    /// Equity at the mark, rounded down.
    pub(crate) fn equity(&self, party: Party) -> Usd {
        self.equity_at(party, self.mark)
    }

    pub(crate) fn equity_at(&self, party: Party, price: Price) -> Usd {
        let position = self.held_by(party);
        position.equity(self.cash(party), price, self.funding.index)
    }

    pub(crate) fn maintenance(&self, position: &Position) -> Usd {
        self.tiers
            .maintenance(self.mark.value_ceil(position.size.abs()))
    }

    /// The worst price at which a party can be closed without leaving it below zero; `None` when
    /// any price will do.
    pub(crate) fn closing_limit(&self, party: Party, cash: Usd) -> Option<Price> {
        let position = self.held_by(party);
        let owed = position.owed(self.funding.index);
        bankruptcy_price(position.size, position.cost + owed, cash)
    }

    pub(crate) fn backstop_numbers(&self) -> impl Iterator<Item = u8> + use<> {
        let count = u8::try_from(self.backstops.len()).unwrap_or(u8::MAX);
        0..count
    }

    /// The number under which events name a party: users their own, then the makers, then the
    /// vaults.
    pub(crate) fn account_of(&self, party: Party) -> AccountId {
        let users = u32::try_from(self.users.len()).unwrap_or(u32::MAX);
        match party {
            Party::User(id) => id,
            Party::Makers => AccountId::new(users),
            Party::Backstop(n) => {
                AccountId::new(users.saturating_add(1).saturating_add(u32::from(n)))
            }
        }
    }

    /// What a taker of `side` finds in the book now.
    ///
    /// The makers value themselves at the worse of mark and outside price.
    pub(crate) fn curve(&self, side: Side) -> Curve {
        let outside = self.equity_at(Party::Makers, self.outside);
        let equity = self.equity(Party::Makers).min(outside);
        let equity = equity.clamp(Usd::ZERO, Usd::MAX);
        let book = &self.params.book;
        let share = crate::depth::quoted_share(book, self.depth.variance());
        let quoted = equity.mul_floor(book.depth).mul_floor(share);
        let quoted = quoted.mul_floor(self.quoting());
        let leverage = seawall_units::Ratio::whole(i32::try_from(book.maker_leverage).unwrap_or(1));
        let cap = self.outside.size_floor(equity.mul_floor(leverage));
        let cap = cap.min(Base::MAX);
        let room = match (equity.is_positive(), side) {
            (false, _) => Base::ZERO,
            (true, Side::Long) => cap + self.makers.size,
            (true, Side::Short) => cap - self.makers.size,
        };
        Curve {
            side,
            stretches: stretches(book, side, self.outside, quoted),
            eaten: self.depth.eaten(side),
            room: room.or_zero(),
        }
    }

    /// Both sides of a trade; `None` when one of them cannot pay. `cash` is the taker's.
    pub(crate) fn legs(
        &self,
        (taker, cash): (Party, Usd),
        other: Party,
        (size, value): (Base, Usd),
    ) -> Option<(Leg, Leg)> {
        let (funding, position) = (self.funding.index, self.held_by(taker));
        let trade: Trade = position.trade(size, value, funding);
        let taken = position.leg(cash, &trade, funding)?;
        let mirrored = trade.mirrored();
        let given = self
            .held_by(other)
            .leg(self.cash(other), &mirrored, funding)?;
        Some((taken, given))
    }

    /// Trades `size` for `value` between two parties; `None` and nothing done when one of them
    /// cannot pay. Gives what each realised.
    pub(crate) fn exchange(
        &mut self,
        taker: Party,
        other: Party,
        (size, value): (Base, Usd),
    ) -> Option<(Usd, Usd)> {
        let cash = self.cash(taker);
        let (taken, given) = self.legs((taker, cash), other, (size, value))?;
        self.apply(taker, &taken);
        self.apply(other, &given);
        Some((taken.realised, given.realised))
    }

    /// Posts what a trade moves for one party and writes its position.
    pub(crate) fn apply(&mut self, party: Party, leg: &Leg) {
        let account = party.account();
        self.pay(
            Account::Variation,
            account,
            leg.realised.or_zero(),
            party.profit_cause(),
        );
        self.pay(
            Account::Variation,
            account,
            (-leg.funding).or_zero(),
            Cause::FundingReceived,
        );
        self.pay(
            account,
            Account::Variation,
            (-leg.realised).or_zero(),
            party.loss_cause(),
        );
        self.pay(
            account,
            Account::Variation,
            leg.funding.or_zero(),
            Cause::FundingPaid,
        );
        let cash = self.cash(party);
        assert!(
            cash == leg.cash,
            "invariant: a trade leaves the cash it was planned to, {cash} and {}",
            leg.cash
        );
        self.write(party, leg.position);
    }

    /// Writes a party's position and everything kept beside it.
    pub(crate) fn write(&mut self, party: Party, position: Position) {
        if self.telling.is_full() {
            self.tell(Event::Position(state_of(party, &position)));
        }
        match party {
            Party::User(id) => {
                let cash = self.cash(party);
                let Some(user) = self.users.get_mut(id.index()) else {
                    return;
                };
                let before = user.position.size;
                user.position = position;
                user.starved = Starved::No;
                self.index.update(id, &position, cash);
                self.open_longs += position.size.or_zero() - before.or_zero();
                self.open_shorts += (-position.size).or_zero() - (-before).or_zero();
            }
            Party::Makers => self.makers = position,
            Party::Backstop(n) => {
                if let Some(backstop) = self.backstops.get_mut(usize::from(n)) {
                    *backstop = position;
                }
            }
        }
    }

    /// Brings a user's place in the index in line with a margin that moved on its own.
    pub(crate) fn reindex(&mut self, id: AccountId) {
        let position = self.held_by(Party::User(id));
        self.write(Party::User(id), position);
    }

    /// Sets a flat user's margin free.
    pub(crate) fn release_if_flat(&mut self, id: AccountId) {
        let party = Party::User(id);
        if self.held_by(party).is_flat() {
            let rest = self.cash(party);
            self.pay(
                party.account(),
                Account::Free(id),
                rest,
                Cause::MarginReleased,
            );
        }
    }

    /// Posts `amount ≥ 0` and gives the transfer, if there was one.
    pub(crate) fn pay(
        &mut self,
        from: Account,
        to: Account,
        amount: Usd,
        cause: Cause,
    ) -> Option<Transfer> {
        self.ledger.pay(from, to, amount, cause);
        Transfer::new(from, to, amount, cause).ok()
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.telling.tell(self.ledger.posted(), event);
    }
}
