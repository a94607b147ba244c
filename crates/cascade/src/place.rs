//! A market of perpetual futures as one more place that a fall can reach, and be fed by.
//!
//! A [`Place`] drives a [`Venue`] that was built above through the seconds of a round: the venue
//! sees the price that its feed shows, accrues, liquidates and attributes. Whoever takes a
//! liquidated position over hedges a stated part of it in the spot pool; that sale is what the
//! market gives back to the fall. Every movement between the venue and the world outside of it is
//! posted in the world's books too, so that [`Account::Perp`] is at every step minus what the
//! venue's own ledger says of its outside.

use std::collections::BTreeMap;

use seawall_ledger::{Account as Own, AccountId};
use seawall_units::{Base, Price, Ratio, Round, Side, Time, TokenPrice, Tokens, Usd};
use seawall_venue::{
    Command, Event, MarketStatus, Receipt, Recount, Refusal, SourceQuote, Tick, Venue,
};
use serde::{Deserialize, Serialize};

use crate::books::{Account, Asset, Books, Cause, Route};
use crate::{OwnerId, PlaceId, PoolId};

/// How a market of perpetual futures hangs together with the spot world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlaceRules {
    /// The part of what liquidations take over that is hedged in the spot pool: sold when longs
    /// are liquidated, bought when shorts are; 0 to 1. By default 1.
    #[serde(default = "all")]
    pub hedge: Ratio,
    /// How many sources of the venue's oracle show the feed's price; 1 to 64. By default 3.
    #[serde(default = "three")]
    pub sources: u16,
}

fn all() -> Ratio {
    Ratio::ONE
}

fn three() -> u16 {
    3
}

impl Default for PlaceRules {
    fn default() -> Self {
        Self {
            hedge: all(),
            sources: three(),
        }
    }
}

/// What the venue sees of the world in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceSight {
    /// Seconds from the opening to the last second of the round.
    pub passed: u64,
    /// What its feed shows in that second; in those before, it shows what it showed.
    pub shown: TokenPrice,
    /// The outside price.
    pub outside: TokenPrice,
}

/// What a round brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlaceStep {
    /// Size taken from longs, unsigned.
    pub longs: Base,
    /// Size taken from shorts, unsigned.
    pub shorts: Base,
    /// What of it is hedged: sold in the spot pool when above zero, bought when below.
    pub hedge: Tokens,
    /// Deficits opened.
    pub deficits: Usd,
}

/// Where a market of perpetual futures stands in a world.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Its number.
    pub id: PlaceId,
    /// Its name.
    pub name: String,
    /// How it hangs together with the spot world.
    pub rules: PlaceRules,
    /// The place of its feed among the world's, in the order of names.
    pub feed: usize,
    /// Where what was taken over is hedged.
    pub pool: PoolId,
    /// Accounts of the venue that are owners of the world: their margin moves to and from their
    /// wallets. All others deal with the world outside.
    pub owners: BTreeMap<AccountId, OwnerId>,
}

/// A market of perpetual futures.
pub struct Place {
    seat: Seat,
    venue: Box<dyn Venue>,
    start: Time,
    now: Time,
    shown: Price,
    quotes: Vec<SourceQuote>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("seat", &self.seat)
            .field("venue", &self.venue.profile().name)
            .field("now", &self.now)
            .field("shown", &self.shown)
            .finish_non_exhaustive()
    }
}

impl Place {
    /// A place with a venue in its first second.
    ///
    /// `start` is the second of the opening by the venue's clock. The venue's capital and the margin
    /// of its initial positions are posted from outside.
    pub fn new(seat: Seat, venue: Box<dyn Venue>, start: Time, books: &mut Books) -> Self {
        let shown = venue.state().mark;
        let mut place = Self {
            seat,
            venue,
            start,
            now: start,
            shown,
            quotes: Vec::new(),
        };
        place.mirror(books, Opening::Yes);
        place
    }

    /// Its number.
    #[must_use]
    pub const fn id(&self) -> PlaceId {
        self.seat.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.seat.name
    }

    /// The place of its feed among the world's.
    #[must_use]
    pub const fn feed(&self) -> usize {
        self.seat.feed
    }

    /// Where what was taken over is hedged.
    #[must_use]
    pub const fn pool(&self) -> PoolId {
        self.seat.pool
    }

    /// The venue.
    #[must_use]
    pub fn venue(&self) -> &dyn Venue {
        self.venue.as_ref()
    }

    /// What it owes to those who have paid into it, as its own ledger has it.
    ///
    /// **Formula** minus the balance of the venue's outside. **Units** quote, on the venue's grid of
    /// 10⁻⁶. **Rounding** none.
    #[must_use]
    pub fn owed(&self) -> Tokens {
        tokens_of(-self.venue.ledger().balance(Own::External))
    }

    /// Leads the venue through the seconds of a round. Each second the oracle is observed, indices
    /// move and what is due is liquidated; on whole minutes fees are distributed.
    ///
    /// The feed's price crosses to the venue's grid of 10⁻¹⁰, rounded down.
    ///
    /// # Panics
    /// Only on our own bug: when the venue's kept figures differ from those added up anew, or its
    /// books from the world's.
    pub fn advance(&mut self, sight: &PlaceSight, books: &mut Books) -> PlaceStep {
        let outside = on_grid(sight.outside, self.shown);
        let last = self.start.plus(sight.passed);
        while self.now < last {
            self.now = self.now.plus(1);
            if self.now == last {
                self.shown = on_grid(sight.shown, self.shown);
            }
            self.second(outside);
        }
        let unequal = |pair: &Recount| pair.kept != pair.counted;
        let unequal = self.venue.recount().into_iter().find(unequal);
        assert!(
            unequal.is_none(),
            "invariant: kept figures are those counted anew ({unequal:?})"
        );
        self.mirror(books, Opening::No);
        self.step()
    }

    fn second(&mut self, outside: Price) {
        let quote = |source| SourceQuote::new(source, self.shown, self.now);
        self.quotes.clear();
        self.quotes.extend((0..self.seat.rules.sources).map(quote));
        self.venue.observe(&Tick {
            now: self.now,
            outside,
            quotes: &self.quotes,
        });
        self.venue.accrue();
        self.venue.liquidate();
        if self.now.is_whole_minute() && self.now > self.start {
            self.venue.attribute();
        }
    }

    /// Executes what an owner, or somebody from outside, asks of the venue. Margin that an owner
    /// posts comes from his wallet and must be there.
    ///
    /// **Errors** the venue's [`Refusal`], or [`Refusal::Collateral`] when the wallet has less;
    /// nothing has changed then.
    pub fn commit(&mut self, command: &Command, books: &mut Books) -> Result<Receipt, Refusal> {
        let (Command::Order {
            account,
            margin: asked,
            ..
        }
        | Command::AddMargin {
            account,
            amount: asked,
        }) = *command
        else {
            return self.execute(command, books);
        };
        if let Some(owner) = self.seat.owners.get(&account) {
            let wallet = books.balance(Asset::Quote, Account::Wallet(*owner));
            if tokens_of(asked) > wallet {
                let available = usd_of(wallet);
                return Err(Refusal::Collateral { available, asked });
            }
        }
        self.execute(command, books)
    }

    fn execute(&mut self, command: &Command, books: &mut Books) -> Result<Receipt, Refusal> {
        let receipt = self.venue.commit(command)?;
        self.mirror(books, Opening::No);
        Ok(receipt)
    }

    /// Posts in the world's books what the venue has moved between itself and its outside.
    fn mirror(&mut self, books: &mut Books, opening: Opening) {
        for entry in self.venue.drain_entries() {
            let transfer = entry.transfer;
            let route = match (transfer.from(), transfer.to()) {
                (Own::External, to) => self.inward(to, opening),
                (from, Own::External) => {
                    let (payer, place) = self.inward(from, opening);
                    (place, payer)
                }
                _ => continue,
            };
            let amount = tokens_of(transfer.amount());
            books.pay(Asset::Quote, route, amount, Cause::MarginMoved);
        }
        let mirrored = books.balance(Asset::Quote, Account::Perp(self.seat.id));
        assert!(
            mirrored == self.owed(),
            "invariant: the books have what the venue owes ({mirrored} and {})",
            self.owed()
        );
    }

    /// From whom money for an account of the venue comes, and where it goes.
    fn inward(&self, own: Own, opening: Opening) -> Route {
        let owner = match (own, opening) {
            (Own::Margin(account) | Own::Free(account), Opening::No) => {
                self.seat.owners.get(&account)
            }
            _ => None,
        };
        let payer = owner.map_or(Account::External, |owner| Account::Wallet(*owner));
        (payer, Account::Perp(self.seat.id))
    }

    /// What the venue told since the last round.
    fn step(&mut self) -> PlaceStep {
        let mut step = PlaceStep::default();
        for event in self.venue.drain_events() {
            match event {
                Event::Liquidation(taken) => match taken.size.side() {
                    Some(Side::Long) => step.longs += taken.size,
                    Some(Side::Short) => step.shorts += taken.size.abs(),
                    None => {}
                },
                Event::DeficitOpened { amount, .. } => step.deficits += amount,
                _ => {}
            }
        }
        step.hedge = base_tokens(step.longs - step.shorts).mul_floor(self.seat.rules.hedge);
        step
    }

    /// Whether the venue would go on by itself: positions are in liquidation or a loss is open.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let state = self.venue.state();
        state.open_deficit.is_positive() || state.status != MarketStatus::Live
    }
}

/// Whether money moves before the first round, from outside whoever owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    Yes,
    No,
}

/// On the venue's grid, down; what it was where the venue has no such price.
fn on_grid(price: TokenPrice, before: Price) -> Price {
    price.to_price(Round::Floor).unwrap_or(before)
}

/// The same amount on the finer grid, 10⁻¹⁸ against 10⁻⁶.
fn tokens_of(amount: Usd) -> Tokens {
    finer(amount.units(), Usd::ONE_UNITS)
}

/// The same size on the finer grid, 10⁻¹⁸ against 10⁻⁸.
fn base_tokens(size: Base) -> Tokens {
    finer(size.units(), Base::ONE_UNITS)
}

fn finer(units: i128, one: i128) -> Tokens {
    let units = seawall_units::mul_div(units, Tokens::ONE_UNITS, one, Round::Floor);
    units
        .and_then(|units| Tokens::from_units(units).ok())
        .unwrap_or(Tokens::MAX)
}

/// What of an amount is whole units of the venue's grid.
fn usd_of(amount: Tokens) -> Usd {
    let units = seawall_units::mul_div(
        amount.units(),
        Usd::ONE_UNITS,
        Tokens::ONE_UNITS,
        Round::Floor,
    );
    units
        .and_then(|units| Usd::from_units(units).ok())
        .unwrap_or(Usd::MAX)
}
