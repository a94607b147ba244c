//! A Hyperliquid-style order book with backstop vaults and ADL: an [`Exchange`] of several coins
//! with cross and isolated margin, and the same with one coin, [`OrderBookVenue`], behind the
//! [`Venue`](seawall_venue::Venue) trait: profile `hyperliquid`.
//!
//! | file | idea |
//! |---|---|
//! | `params` | every threshold, with its documented default |
//! | `terms` | what differs from coin to coin, and what only accounts of several coins need |
//! | `tiers` | initial and maintenance margin by size of the position |
//! | `coin` | one coin's market: prices, book, funding, interest |
//! | `depth` | the makers' curve around the outside price, its withdrawal and its return |
//! | `makers` | each maker's own quotes, and the book as their merge |
//! | `book` | what a taker finds in a coin now |
//! | `mark` | the median of oracle, book and outside perpetuals |
//! | `decay`, `past` | exponential averages in integers; who sees the outside price late |
//! | `funding` | premium, hourly rate, cumulative index |
//! | `position` | one net position and what a trade does to it |
//! | `holder` | one party's positions in all coins, and what it drew on open profits |
//! | `account` | margin accounts: cross, isolated, single |
//! | `parties` | users, makers, backstop vaults; every trade has two of them |
//! | `value` | equity, requirements and what may leave, over all coins |
//! | `index` | finds accounts of one coin below maintenance without looking at the others |
//! | `several` | the same for accounts of several coins |
//! | `setup`, `opening` | capital, endowments and the state at the opening |
//! | `command`, `execute` | deciding and executing commands; orders |
//! | `hlp` | the parent vault's decisions: shares, losses, rebalancing |
//! | `parent` | the parent vault in the venue: it posts them |
//! | `liquidity` | whose the makers' capital is, and how it comes and goes |
//! | `quoters` | bidders who take their share of the quotes with them |
//! | `liquidation` | trigger and market order to the book |
//! | `backstop` | takeover by a ring-fenced vault, and its way out |
//! | `deficit` | what a bankrupt account owes, and who pays: vault, ADL, residual |
//! | `adl` | ranking and closing winners at the previous mark |
//! | `exchange` | the phases of one second |
//! | `watch` | what is seen of the book, for figures only |
//! | `view`, `chronicle`, `journal` | what is shown and told |
//! | `venue` | the exchange of one coin as a venue |
//!
//! # Where the money stands
//! A trade writes a *cost* on both sides and moves no cash; a close moves the realised profit or
//! loss through [`Account::Variation`](seawall_ledger::Account::Variation). Every trade has two
//! parties whose costs change by opposite amounts. Who holds several coins may realise a loss in
//! one that an open profit in another covers: what is missing in cash is advanced, and paid back
//! out of the next cash. So at all times, exactly, over users, makers and vaults,
//! `Variation = Σ funding settled − Σ open costs − Σ advanced`, and the sum of all sizes of each
//! coin is zero. Both are in [`Exchange::recount`].
//!
//! # Margin accounts
//! A margin account is a number with cash in [`Account::Margin`](seawall_ledger::Account::Margin).
//! Its [`MarginMode`] says whether it is *cross* (all its coins share one equity and one sum of
//! requirements), *isolated* (one coin, fed from a cross account and released to it) or *single*
//! (one coin of an owner without a cross account). Liquidation, takeover and ADL look at one
//! margin account at a time, so an isolated position and its owner never touch each other's money.
//! - Below maintenance the positions go to their books one after the other, the largest first,
//!   until the account is healthy. Below two thirds of it a vault takes all of them and all margin.
//! - The makers and each vault are accounts of all coins too, with one equity. A vault below zero
//!   is deleveraged in each of its coins, at that coin's previous mark.
//! - An account that holds a coin without a valid mark is left alone until the mark is back.
//! - Accounts of one coin are looked at coin by coin, worst first, before those of several.
//!
//! ```
//! use seawall_ledger::AccountId;
//! use seawall_units::{Base, Time, Usd};
//! use seawall_venue::{FillRule, SourceQuote};
//! use seawall_venue_orderbook::{
//!     Capital, CoinId, CoinSetup, CoinTick, Deposit, Exchange, ExchangeCommand, ExchangeParams,
//!     ExchangeSetup, MarginMode,
//! };
//! let params = ExchangeParams::default();
//! let coin = |name: &str, opening: &str| -> Result<CoinSetup, seawall_units::UnitsError> {
//!     Ok(CoinSetup { params: params.venue.coin(name), opening: opening.parse()?, table: None })
//! };
//! let (start, alice) = (Time::from_secs(0), AccountId::new(0));
//! let setup = ExchangeSetup {
//!     start,
//!     coins: vec![coin("BTC", "120000")?, coin("ETH", "4300")?],
//!     accounts: vec![MarginMode::Cross],
//!     deposits: vec![Deposit { account: alice, amount: Usd::whole(5_000) }],
//!     endowments: vec![],
//! };
//! let capital = Capital { makers: Usd::whole(1_000_000), backstops: vec![Usd::whole(600_000)] };
//! let mut exchange = Exchange::new(params.clone(), capital, setup)?;
//!
//! let now = start.plus(1);
//! let quotes = ["120000", "4300"].map(|text| text.parse().map(|price| {
//!     (price, [1, 2, 3].map(|source| SourceQuote::new(source, price, now)))
//! }));
//! let [btc, eth] = quotes;
//! let (btc, eth) = (btc?, eth?);
//! exchange.observe(now, &[
//!     CoinTick { outside: btc.0, quotes: &btc.1 },
//!     CoinTick { outside: eth.0, quotes: &eth.1 },
//! ]);
//! exchange.accrue();
//! for (number, size) in [(0, "0.5"), (1, "-10")] {
//!     exchange.commit(&ExchangeCommand::Order {
//!         account: alice,
//!         coin: CoinId::new(number),
//!         size: size.parse::<Base>()?,
//!         margin: Usd::ZERO,
//!         limit: None,
//!         fill: FillRule::AllOrNone,
//!     })?;
//! }
//! exchange.liquidate();
//! // 60 000 and 43 000 at 40x: 1.25 % of both.
//! assert_eq!(exchange.maintenance(alice), "1287.5".parse::<Usd>()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Names in events
//! Users have their own numbers, 0 up to the number of accounts; a deficit of the makers carries
//! that number ([`Exchange::house`]), one of vault n the number `n + 1` after it. A deficit over
//! several coins names the side of its largest position.
//!
//! # What is simplified
//! - A scenario has one coin and single accounts; several coins are the library's.
//! - With a parent vault ([`Params::hlp`](crate::Params)) the makers are all of its strategies
//!   together, one child. A withdrawal beyond what is free waits: no slice of the children's
//!   positions is closed for it, since the makers' quotes are the book that they would be closed
//!   in. Deposits wait in the parent for the next rebalancing. The parent's share of trading fees
//!   and what it lends out are left out.
//! - Makers quote one by one but stand behind their quotes together: capital, profit and loss are
//!   one account, shared by stated parts; inventories are each maker's own. They are not in the ADL
//!   queue, and they place their quotes once a second, before anybody trades.
//! - The oracle is the median of the scenario's sources by their weights (3, 2, 2, 1, 1, 1, 1, 1 and
//!   a source that is left out are the scenario's to state), not of validators. Outside
//!   perpetuals follow the outside price with a lag and an offset; they have no life of their own.
//! - The averages in the mark take one sample at each move of the mark.
//! - With no valid mark the book still trades around the outside price (the status only tells that
//!   liquidation, ADL and funding stand still); the venue itself has no halt.
//! - Liquidity is provided and redeemed as amounts; whose share it is the caller keeps. What is
//!   redeemed is paid at once, so nothing waits to be claimed, and no loss is recovered.
//! - Margin accounts are named at the opening; none is opened later.
//! - What the makers may hold of a coin does not see what they hold of the others: each coin's
//!   share of their equity ([`CoinParams::makers_share`]) bounds it.
//! - A book liquidation is limited by the price at which the account is worth nothing. Users' resting,
//!   stop and take-profit orders, fee levels and rebates are left out. Makers and vaults are not in
//!   the ADL queue. Each rule with its source stands in `docs/comparators.md`.
//! - A takeover is all or nothing: one vault takes every coin of the account, or none does.
//! - Chosen leverage is asked for when a position is opened or increased and for withdrawals;
//!   lowering it asks for nothing.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::as_conversions
)]

mod account;
mod adl;
mod backstop;
mod book;
mod chronicle;
mod coin;
mod command;
mod decay;
mod deficit;
mod depth;
mod exchange;
mod execute;
mod funding;
pub mod hlp;
mod holder;
mod index;
mod journal;
mod liquidation;
mod liquidity;
mod makers;
mod mark;
mod opening;
mod params;
mod parent;
mod parties;
mod past;
mod position;
mod quoters;
mod setup;
mod several;
mod terms;
mod tiers;
mod timer;
mod value;
mod venue;
mod view;
mod watch;

pub use account::MarginMode;
pub use adl::{ShortReading, ranking_score};
pub use coin::{CoinId, CoinSetup};
pub use command::ExchangeCommand;
pub use decay::{TimeAverage, exp_decay};
pub use depth::{half_life_ratio, quoted_share};
pub use exchange::{CoinTick, Exchange};
pub use funding::{funding_rate, mid_premium, premium};
pub use makers::{MakerParams, default_makers, volatility};
pub use mark::{BookTop, MarkParams, MarkParts, MarkRule, OneSided, OutsidePerp};
pub use opening::{CoinEndowment, Deposit, ExchangeSetup};
pub use params::{
    AdlParams, BackstopParams, BookParams, FeeParams, FundingParams, FundingPrice,
    LiquidationParams, Params, PremiumRule, Segment, Tier,
};
pub use position::bankruptcy_price;
pub use setup::{Capital, endowment_use};
pub use terms::{AccountParams, CoinMargin, CoinParams, ExchangeParams, LiquidationOrder};
pub use tiers::{MarginTiers, liquidation_price};
pub use venue::OrderBookVenue;
pub use view::{CoinPosition, CoinView, HouseView};
pub use watch::WatchParams;
