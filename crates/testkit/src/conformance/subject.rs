//! What is tested: how to make a fresh venue, and the world that it is meant for.

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Price, Ratio, Round, Usd};
use seawall_venue::{Command, Setup, SetupError, Venue};

/// A freshly made venue, or why there is none.
pub type Made = Result<Box<dyn Venue>, SetupError>;

/// A venue with its parameters and capital: how to make one, and the world that it is meant for.
pub struct Subject {
    name: String,
    world: World,
    make: Box<dyn Fn(&Setup) -> Made + Send + Sync>,
}

impl Subject {
    /// A subject whose venues `make` builds from a setup. Each call has to give a venue of its own:
    /// the same capital, parameters and providers every time.
    pub fn new(
        name: impl Into<String>,
        world: World,
        make: impl Fn(&Setup) -> Made + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            world,
            make: Box::new(make),
        }
    }

    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its world.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// A fresh venue from a setup.
    ///
    /// **Errors** those of the venue.
    pub fn venue(&self, setup: &Setup) -> Made {
        (self.make)(setup)
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Subject");
        shown.field("name", &self.name).field("world", &self.world);
        shown.finish_non_exhaustive()
    }
}

/// The world that a stream of commands takes place in, with what the venue states of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// What every venue is made from.
    pub setup: Setup,
    /// Oracle sources, numbered from 1.
    pub sources: u16,
    /// The outside price does not fall below this.
    pub lowest: Price,
    /// The outside price does not rise above this.
    pub highest: Price,
    /// Notional of the largest ordinary order at the opening price; margin and liquidity are of
    /// the same size.
    pub order: Usd,
    /// Liquidity providers, numbered from 0; whether they hold anything at first is the venue's.
    pub providers: u32,
    /// Bidders, numbered from 0.
    pub bidders: u32,
    /// Kinds of command that the venue always refuses.
    pub refuses: Vec<Kind>,
    /// Most grid units of USD that settling a position once more can cost its owner: one for each
    /// amount that a settlement rounds.
    pub settlement_rounding: i128,
    /// Most grid units of USD by which an order may cost less or more than its quote: one for each
    /// amount that an order rounds and a quote does not.
    pub quote_rounding: i128,
}

impl World {
    /// A world around a setup: three sources, prices from a fifth to three times the opening price,
    /// orders up to 100 000 USD, two providers, one bidder, nothing refused as a rule, two amounts
    /// rounded by a settlement (funding and a fee on use), none by an order.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let times = |bps| setup.opening.scaled(Ratio::bps(bps), Round::Floor);
        Self {
            lowest: times(2_000).unwrap_or(setup.opening),
            highest: times(30_000).unwrap_or(setup.opening),
            setup,
            sources: 3,
            order: Usd::whole(100_000),
            providers: 2,
            bidders: 1,
            refuses: Vec::new(),
            settlement_rounding: 2,
            quote_rounding: 0,
        }
    }

    /// The same with kinds of command that the venue always refuses.
    #[must_use]
    pub fn refusing(mut self, kinds: &[Kind]) -> Self {
        self.refuses = kinds.to_vec();
        self
    }

    /// The last account, which no endowment may use for [`Law::Bystander`](super::Law::Bystander)
    /// to apply.
    pub(crate) fn bystander(&self) -> AccountId {
        AccountId::new(self.setup.accounts.saturating_sub(1))
    }

    pub(crate) fn providers(&self) -> impl Iterator<Item = BidderId> + use<> {
        (0..self.providers).map(BidderId::new)
    }
}

/// The kinds of [`Command`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // one for one the variants of `Command`
pub enum Kind {
    Order,
    AddMargin,
    Withdraw,
    Provide,
    Redeem,
    Claim,
    Recover,
    Bidding,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Order,
        Self::AddMargin,
        Self::Withdraw,
        Self::Provide,
        Self::Redeem,
        Self::Claim,
        Self::Recover,
        Self::Bidding,
    ];

    /// The kind of a command.
    #[must_use]
    pub const fn of(command: &Command) -> Self {
        match command {
            Command::Order { .. } => Self::Order,
            Command::AddMargin { .. } => Self::AddMargin,
            Command::Withdraw { .. } => Self::Withdraw,
            Command::Provide { .. } => Self::Provide,
            Command::Redeem { .. } => Self::Redeem,
            Command::Claim { .. } => Self::Claim,
            Command::Recover { .. } => Self::Recover,
            Command::Bidding { .. } => Self::Bidding,
        }
    }
}
