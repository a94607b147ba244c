use std::collections::BTreeMap;

use seawall_ledger::{AccountId, AccountKind, BidderId, DeficitId, Entry, Ledger};
use seawall_oracle::{MarketStatus, Oracle};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_vault::Vault;
use seawall_venue::{
    CapitalPart, Command, Detail, Event, LpCapital, LpHolding, PositionState, PositionView, Quote,
    Receipt, Recount, Refusal, ShareChange, StageId, StageRule, Standing, Telling, Tick, Told,
    TrancheName, Venue, VenueProfile, VenueState,
};

use crate::backstop::TakeOver;
use crate::depth::Depth;
use crate::funding::{Funding, premium};
use crate::index::LiquidationIndex;
use crate::liquidity::{MakersCapital, QueuedLiquidity, Way};
use crate::params::Params;
use crate::parties::{Party, User};
use crate::position::Position;
use crate::tiers::MarginTiers;

/// The venue's name in files and errors.
pub(crate) const NAME: &str = "hyperliquid";

/// `house` is the account number of the makers in events; the vaults follow.
pub(crate) fn profile(house: AccountId) -> VenueProfile {
    VenueProfile {
        name: NAME,
        title: "Order book (Hyperliquid)",
        stages: [
            StageRule::Equivalent("20 % of the position to the book, then all"),
            StageRule::Absent("book liquidation instead of an auction"),
            StageRule::Equivalent("backstop vault, ring-fenced"),
            StageRule::Absent("no insurance fund"),
            StageRule::Native,
            StageRule::Absent("makers are not a tranche"),
            StageRule::Native,
        ],
        loss_order: vec![StageId::Junior, StageId::Adl, StageId::Residual],
        house: Some(house),
    }
}

/// Something that happens every so many seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timer {
    every: u64,
    last: Time,
}

impl Timer {
    pub(crate) const fn new(every: u64, start: Time) -> Self {
        Self { every, last: start }
    }

    /// Whether it is due now; if so, the next turn is counted from now.
    pub(crate) fn strikes(&mut self, now: Time) -> bool {
        let due = now.since(self.last) >= self.every;
        if due {
            self.last = now;
        }
        due
    }
}

/// Whether the mark moved in this second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkMoved {
    No,
    Yes,
}

/// The order book behind the [`Venue`] trait. See the crate's page.
#[derive(Debug, Clone)]
pub struct OrderBookVenue {
    pub(crate) profile: VenueProfile,
    pub(crate) params: Params,
    pub(crate) tiers: MarginTiers,
    pub(crate) ledger: Ledger,
    pub(crate) telling: Telling,
    pub(crate) queued: Vec<QueuedLiquidity>,
    /// What of `queued` is to be taken out, by provider.
    pub(crate) waiting: BTreeMap<BidderId, Usd>,
    /// Whose the makers' capital is.
    pub(crate) shares: Vault<MakersCapital>,
    /// What redemptions were granted, by provider.
    pub(crate) granted: BTreeMap<BidderId, Usd>,
    /// Bidders who have vanished, with their share of the quotes.
    pub(crate) gone: BTreeMap<BidderId, Ratio>,
    pub(crate) oracle: Oracle,
    pub(crate) depth: Depth,
    pub(crate) funding: Funding,
    pub(crate) index: LiquidationIndex,
    pub(crate) users: Vec<User>,
    pub(crate) makers: Position,
    pub(crate) backstops: Vec<Position>,
    pub(crate) now: Time,
    pub(crate) outside: Price,
    pub(crate) mark: Price,
    /// The mark before its last move: the price of ADL.
    pub(crate) previous: Price,
    pub(crate) status: MarketStatus,
    pub(crate) mark_timer: Timer,
    pub(crate) takeover_timer: Timer,
    pub(crate) unwind_timer: Timer,
    pub(crate) adl_timer: Timer,
    pub(crate) moved: MarkMoved,
    pub(crate) open_longs: Base,
    pub(crate) open_shorts: Base,
    /// What no payer of a closed deficit had.
    pub(crate) residual: Usd,
    pub(crate) next_deficit: u32,
}

impl OrderBookVenue {
    /// Whether this second has a valid mark.
    pub(crate) fn has_mark(&self) -> bool {
        matches!(self.status, MarketStatus::Live | MarketStatus::Reopening)
    }

    pub(crate) fn next_deficit_id(&mut self) -> DeficitId {
        let id = DeficitId::new(self.next_deficit);
        self.next_deficit = self.next_deficit.saturating_add(1);
        id
    }

    /// Average price of a small order, the impact price.
    fn impact_price(&self, side: Side) -> Option<Price> {
        let curve = self.curve(side);
        let size = self.outside.size_ceil(self.params.funding.impact_notional);
        let taken = curve.take(size, None);
        let round = match side {
            Side::Long => seawall_units::Round::Ceil,
            Side::Short => seawall_units::Round::Floor,
        };
        Price::of(taken.value, taken.size, round)
    }

    fn capital_part(&self, role: &'static str, party: Party) -> CapitalPart {
        CapitalPart {
            role,
            value: self.equity(party),
            is_lp: LpCapital::Yes,
        }
    }

    fn parties(&self) -> impl Iterator<Item = Position> + '_ {
        let users = self.users.iter().map(|user| user.position);
        let backstops = self.backstops.iter().copied();
        users.chain(backstops).chain([self.makers])
    }

    fn view(&self, (account, position): (AccountId, Position)) -> PositionView {
        let party = Party::User(account);
        PositionView {
            account,
            size: position.size,
            cost: position.cost,
            margin: self.cash(party),
            open_pnl: position.open_pnl(self.mark),
            equity: self.equity(party),
        }
    }
}

impl Venue for OrderBookVenue {
    fn profile(&self) -> &VenueProfile {
        &self.profile
    }

    /// Takes the second's prices. The book follows the outside price at once; the mark moves on
    /// its own grid and only when the sources give a valid one.
    fn observe(&mut self, tick: &Tick<'_>) {
        self.now = tick.now;
        self.ledger.set_time(tick.now);
        let outside = std::mem::replace(&mut self.outside, tick.outside);
        self.depth.observe(tick.now, tick.outside);
        let seen = self.oracle.observe(tick.now, tick.quotes);
        if seen.status != self.status {
            self.status = seen.status;
            self.tell(Event::Status {
                time: tick.now,
                status: seen.status,
            });
        }
        self.moved = MarkMoved::No;
        if self.has_mark() && self.mark_timer.strikes(tick.now) {
            self.previous = self.mark;
            self.mark = seen.price;
            self.moved = MarkMoved::Yes;
        }
        if self.moved == MarkMoved::Yes || outside != self.outside {
            self.tell(Event::Mark {
                price: self.mark,
                outside: self.outside,
                previous: Some(self.previous),
            });
        }
    }

    /// Samples the premium and pays the hour that has ended; positions settle when touched.
    fn accrue(&mut self) {
        if !self.has_mark() {
            return;
        }
        if self.funding.sample_is_due(&self.params.funding, self.now) {
            let bid = self.impact_price(Side::Short);
            let ask = self.impact_price(Side::Long);
            self.funding.sample(self.now, premium(self.mark, bid, ask));
        }
        let before = self.funding.index;
        self.funding.pay(&self.params.funding, self.now, self.mark);
        if self.funding.index != before {
            self.tell(self.index_moved());
        }
    }

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        self.decide(command).map(|decision| decision.receipt())
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        let decision = self.decide(command)?;
        let receipt = decision.receipt();
        let told = decision.told();
        self.execute(decision);
        if let Some(event) = told {
            self.tell(event);
        }
        self.ledger.end_step();
        Ok(receipt)
    }

    /// Book liquidations when the mark has moved, then takeovers, then ADL, then the vaults'
    /// orders; nothing without a valid mark.
    fn liquidate(&mut self) {
        if !self.has_mark() {
            return;
        }
        if self.moved == MarkMoved::Yes {
            self.liquidate_in_book();
        }
        let batch = self.adl_timer.strikes(self.now);
        if self.takeover_timer.strikes(self.now) {
            self.take_over(TakeOver::BelowThreshold);
        } else if batch {
            // An account below zero is deleveraged with the batch: the previous mark is still the
            // one before the move that took it there.
            self.take_over(TakeOver::Bankrupt);
        }
        if batch {
            self.deleverage_counterparties();
        }
        if self.unwind_timer.strikes(self.now) {
            self.unwind_backstops();
        }
        self.ledger.end_step();
    }

    /// Lets makers' capital in and out, in the order asked, as far as their margin allows.
    fn attribute(&mut self) {
        self.move_liquidity();
        self.ledger.end_step();
    }

    /// Takes over and deleverages what is due at the last mark, outside the grids; every deficit
    /// is closed in the second it is opened, so none waits.
    fn finish(&mut self) {
        self.take_over(TakeOver::BelowThreshold);
        self.deleverage_counterparties();
        self.ledger.end_step();
    }

    fn quote(&self, side: Side, notional: Usd) -> Quote {
        let size = self.mark.size_floor(notional.or_zero());
        let taken = self.curve(side).take(size, None);
        let signed = side.signed(taken.size);
        let value = match side {
            Side::Long => taken.value,
            Side::Short => -taken.value,
        };
        let fee = taken.value.mul_ceil(self.params.fees.taker);
        Quote {
            filled: match taken.size == size {
                true => notional.or_zero(),
                false => self.mark.value_floor(taken.size),
            },
            cost: value - self.mark.value_floor(signed) + fee,
        }
    }

    fn state(&self) -> VenueState {
        // What no payer had is missing from the money that stands behind the makers' gains.
        let mut makers = self.capital_part("makers", Party::Makers);
        makers.value = (makers.value - self.residual).or_zero();
        let mut capital = vec![makers];
        for number in self.backstop_numbers() {
            capital.push(self.capital_part("backstop", Party::Backstop(number)));
        }
        VenueState {
            mark: self.mark,
            status: self.status,
            open_interest_long: self.mark.value_floor(self.open_longs),
            open_interest_short: self.mark.value_floor(self.open_shorts),
            capital,
            open_deficit: Usd::ZERO,
        }
    }

    fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    fn drain_entries(&mut self) -> Vec<Entry> {
        self.ledger.drain()
    }

    fn set_detail(&mut self, detail: Detail) {
        self.telling.set_detail(detail);
    }

    fn drain_told(&mut self) -> Vec<Told> {
        self.telling.drain()
    }

    fn position_states(&self) -> Vec<PositionState> {
        self.states()
    }

    fn share_register(&self) -> Vec<ShareChange> {
        self.register()
    }

    fn standing(&self) -> Standing {
        self.stand()
    }

    fn position(&self, account: AccountId) -> Option<PositionView> {
        let position = self.held_by(Party::User(account));
        (!position.is_flat()).then(|| self.view((account, position)))
    }

    fn positions(&self) -> Vec<PositionView> {
        let ids = (0..u32::MAX).map(AccountId::new);
        ids.zip(self.users.iter().map(|user| user.position))
            .filter(|(_, position)| !position.is_flat())
            .map(|place| self.view(place))
            .collect()
    }

    fn endow_lp(&mut self, lp: BidderId, _: TrancheName, amount: Usd) -> Result<(), Refusal> {
        self.hand_over(lp, amount)
    }

    fn lp_holding(&self, lp: BidderId, _: TrancheName) -> LpHolding {
        self.holding(lp)
    }

    fn recount(&self) -> Vec<Recount> {
        let total = |part: fn(&Position) -> i128| -> i128 {
            self.parties()
                .fold(0_i128, |sum, position| sum.saturating_add(part(&position)))
        };
        let users = |part: fn(Base) -> Base| -> i128 {
            let parts = self.users.iter().map(|user| part(user.position.size));
            parts.sum::<Base>().units()
        };
        let row = |what, kept, counted| Recount {
            what,
            kept,
            counted,
        };
        let law = |position: &Position| (position.settled - position.cost).units();
        let owed = -self.ledger.subtotal(AccountKind::OpenDeficit);
        let variation = self.ledger.subtotal(AccountKind::Variation);
        let out = self.queued.iter().filter(|each| each.way == Way::Out);
        let out: Usd = out.map(|each| each.amount).sum();
        let waiting: Usd = self.waiting.values().copied().sum();
        vec![
            row("redemptions asked for", waiting.units(), out.units()),
            row("variation", variation.units(), total(law)),
            row("sum of sizes", 0, total(|position| position.size.units())),
            row(
                "long interest",
                self.open_longs.units(),
                users(Base::or_zero),
            ),
            row(
                "short interest",
                self.open_shorts.units(),
                users(|size| (-size).or_zero()),
            ),
            row("residual", self.residual.units(), owed.units()),
        ]
    }
}
