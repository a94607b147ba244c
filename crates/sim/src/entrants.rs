//! The concrete venues, and what each of them takes from a scenario: the only file that names
//! their types.

use seawall_oracle::{OracleConfig, push_only};
use seawall_scenario::{Scenario, ScenarioError, TimedBidder};
use seawall_units::{Base, Price, Ratio, Round, Usd};
use seawall_venue::{LimitUse, MarginTable, Setup, SetupError, Venue};
use seawall_venue_orderbook::{MarginTiers, OrderBookVenue};
use seawall_venue_pool::{Params, PoolVenue};
use seawall_venue_tranched::{BidderSetup, TranchedVenue};

use crate::draw::{Group, Purpose};
use crate::{SimError, VenueName};

/// A venue that can be started: its parameters and its share of the scenario are known.
pub(crate) trait Entrant: Send + Sync {
    /// Which venue.
    fn name(&self) -> VenueName;

    /// How much of its limits the initial positions use.
    fn limit_use(&self, setup: &Setup) -> Vec<LimitUse>;

    /// What a position of this size needs to be opened at this price.
    fn initial_margin(&self, size: Base, price: Price) -> Usd;

    /// Its parameters, with the scenario's oracle rules in them.
    fn parameters(&self) -> serde_json::Result<serde_json::Value>;

    /// The venue itself, in a run with this seed.
    fn build(&self, setup: Setup, seed: u64) -> Result<Box<dyn Venue>, SetupError>;
}

/// Reads a venue's parameters: its defaults, the scenario's oracle rules, and above both what
/// `[venues]` states of it. A venue's own `oracle` table, if stated, counts as a whole.
pub(crate) fn load(name: VenueName, scenario: &Scenario) -> Result<Box<dyn Entrant>, SimError> {
    let table = scenario.margin_table();
    let capital = &scenario.file().capital;
    let key = name.as_str();
    let refused = |error: SetupError| refusal(name, scenario, error);
    Ok(match name {
        VenueName::Tranched => {
            let mut params: seawall_venue_tranched::Params = scenario.venue_params(key)?;
            set_oracle(&mut params.oracle, name, scenario);
            params.validate().map_err(refused)?;
            spread_covers_push(params.ladder.half_spread, scenario)?;
            Box::new(Tranched {
                capital: seawall_venue_tranched::Capital {
                    senior: capital.tranched.senior,
                    junior: capital.tranched.junior,
                    insurance: capital.tranched.insurance,
                },
                bidders: scenario.bidders().iter().map(bidder).collect(),
                initial: table.unwrap_or(params.limits.margin).initial,
                params,
            })
        }
        VenueName::Hyperliquid => {
            let mut params: seawall_venue_orderbook::Params = scenario.venue_params(key)?;
            set_oracle(&mut params.oracle, name, scenario);
            params.validate().map_err(|error| refused(error.into()))?;
            let own = || MarginTiers::native(&params.tiers);
            Box::new(Hyperliquid {
                capital: seawall_venue_orderbook::Capital {
                    makers: capital.orderbook.makers,
                    backstops: capital.orderbook.backstops.clone(),
                },
                tiers: table.as_ref().map_or_else(own, MarginTiers::common),
                params,
            })
        }
        VenueName::Gmx => {
            let mut params: Params = scenario.venue_params(key)?;
            set_oracle(&mut params.oracle, name, scenario);
            params.validate().map_err(|error| refused(error.into()))?;
            let own = MarginTable {
                initial: params.collateral.min_factor,
                maintenance: params.collateral.min_factor_for_liquidation,
            };
            let MarginTable {
                initial,
                maintenance,
            } = table.unwrap_or(own);
            Box::new(Gmx {
                capital: capital.total,
                initial,
                maintenance,
                params,
            })
        }
    })
}

/// The error that a venue cannot be started, with its place in the file.
pub(crate) fn refusal(name: VenueName, scenario: &Scenario, error: SetupError) -> SimError {
    match error {
        SetupError::Param(param) => match (name, param.field) {
            (VenueName::Hyperliquid, "makers" | "backstops") => {
                let path = format!("capital.orderbook.{}", param.field);
                let message = format!("`{path}` is {}; legal: {}", param.value, param.legal);
                scenario.say_at(&path, &message).into()
            }
            _ => scenario.refuse_param(name.as_str(), &param).into(),
        },
        SetupError::Nested { table, message } => {
            let above = match table {
                "capital" => String::from("capital.tranched"),
                _ => format!("venues.{name}.{table}"),
            };
            // These errors begin with their field.
            match message.split_once(" = ") {
                Some((field, rest)) => {
                    let path = format!("{above}.{field}");
                    scenario.say_at(&path, &format!("`{path}` is {rest}"))
                }
                None => scenario.refuse_at(&above, &message),
            }
            .into()
        }
        error => {
            let place = Box::new(unfit(name, scenario, &error));
            let venue = name;
            SimError::Setup {
                venue,
                error,
                place,
            }
        }
    }
}

/// What is wrong with the initial positions: whose, where, and what would help.
fn unfit(name: VenueName, scenario: &Scenario, error: &SetupError) -> ScenarioError {
    let scales = scenario.file().positions.scale;
    let (path, what) = match error {
        SetupError::Unhealthy {
            account,
            equity,
            required,
            ..
        } => {
            let whose = scenario.account_name(*account);
            let shrunk = match scales {
                true => " (`positions.scale` shrinks its size and margin alike)",
                false => "",
            };
            (
                scenario.position_path(*account),
                format!(
                    "account `{whose}`{shrunk} has an equity of {equity} USD at the opening price, below the maintenance margin of {required} USD; legal: at least that: post more margin or take less leverage"
                ),
            )
        }
        SetupError::Limit { limit, allowed, .. } => {
            let remedy = match scales {
                true => "reduce the positions, though `positions.scale` shrinks them",
                false => "set `positions.scale` = true or reduce the positions",
            };
            let legal = format!("legal: at most {allowed} USD of `{limit}`: {remedy}");
            (String::from("positions"), format!("{error}; {legal}"))
        }
        other => (String::from("positions"), other.to_string()),
    };
    scenario.say_at(
        &path,
        &format!("`{path}`: {name} cannot be started: {what}"),
    )
}

/// A market with push sources only has no execution delay; its half-spread must be at least their
/// deviation instead (M-3.2). It is refused, not widened: the file says what is run.
fn spread_covers_push(half_spread: Ratio, scenario: &Scenario) -> Result<(), ScenarioError> {
    match push_only(scenario.feeds()) {
        Some(deviation) if half_spread < deviation => {
            let path = "venues.tranched.ladder.half_spread";
            let message = format!(
                "`{path}` is {half_spread}; legal: at least {deviation}, the deviation of the push sources, which are the only ones and leave no execution delay"
            );
            Err(scenario.say_at(path, &message))
        }
        _ => Ok(()),
    }
}

fn set_oracle(config: &mut OracleConfig, name: VenueName, scenario: &Scenario) {
    let venues = &scenario.file().venues;
    let stated = match name {
        VenueName::Tranched => &venues.tranched,
        VenueName::Hyperliquid => &venues.hyperliquid,
        VenueName::Gmx => &venues.gmx,
    };
    if !stated.contains_key("oracle") {
        let oracle = &scenario.file().oracle;
        *config = OracleConfig {
            quorum: oracle.quorum,
            max_age: oracle.max_age,
            max_deviation: oracle.max_deviation,
            grace: oracle.grace,
            reopening: oracle.reopening,
        };
    }
}

fn bidder(timed: &TimedBidder) -> BidderSetup {
    BidderSetup {
        id: timed.id,
        capital: timed.capital,
        discount: timed.discount,
        appetite: timed.appetite.unwrap_or(Usd::MAX),
        from: timed.window.from,
        until: timed.window.until,
    }
}

struct Tranched {
    capital: seawall_venue_tranched::Capital,
    bidders: Vec<BidderSetup>,
    initial: Ratio,
    params: seawall_venue_tranched::Params,
}

impl Entrant for Tranched {
    fn name(&self) -> VenueName {
        VenueName::Tranched
    }

    fn limit_use(&self, setup: &Setup) -> Vec<LimitUse> {
        seawall_venue_tranched::endowment_use(setup, self.capital, &self.params)
    }

    fn initial_margin(&self, size: Base, price: Price) -> Usd {
        price.value_ceil(size).mul_ceil(self.initial)
    }

    fn parameters(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(&self.params)
    }

    fn build(&self, setup: Setup, _: u64) -> Result<Box<dyn Venue>, SetupError> {
        let (params, bidders) = (self.params.clone(), self.bidders.clone());
        let venue = TranchedVenue::new(setup, self.capital, params, bidders)?;
        Ok(Box::new(venue))
    }
}

struct Hyperliquid {
    capital: seawall_venue_orderbook::Capital,
    tiers: MarginTiers,
    params: seawall_venue_orderbook::Params,
}

impl Entrant for Hyperliquid {
    fn name(&self) -> VenueName {
        VenueName::Hyperliquid
    }

    fn limit_use(&self, setup: &Setup) -> Vec<LimitUse> {
        seawall_venue_orderbook::endowment_use(setup, &self.capital, &self.params)
    }

    fn initial_margin(&self, size: Base, price: Price) -> Usd {
        self.tiers.initial(price.value_ceil(size))
    }

    fn parameters(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(&self.params)
    }

    fn build(&self, setup: Setup, _: u64) -> Result<Box<dyn Venue>, SetupError> {
        let (params, capital) = (self.params.clone(), self.capital.clone());
        Ok(Box::new(OrderBookVenue::new(setup, capital, params)?))
    }
}

/// What the pool's ADL keeper draws by.
fn keeper(seed: u64) -> u64 {
    let mut draws = Group::new(seed, Purpose::Keeper, "adl").member(0);
    u64::try_from(draws.below(1 << 53)).unwrap_or(0)
}

struct Gmx {
    capital: Usd,
    initial: Ratio,
    maintenance: Ratio,
    params: Params,
}

impl Gmx {
    fn fee(&self) -> Ratio {
        let fees = &self.params.fees;
        fees.improving.max(fees.worsening)
    }

    /// What the liquidation test asks for, which takes fee, spread and a part of the impact off and
    /// rounds each of them by itself.
    fn least_equity(&self, size: Base, price: Price) -> Usd {
        let notional = price.value_ceil(size);
        let maintenance = notional.mul_ceil(self.maintenance);
        let spread = price.scaled(self.params.half_spread, Round::Ceil);
        maintenance.max(self.params.collateral.min_usd)
            + notional.mul_ceil(self.fee())
            + spread.map_or(Usd::ZERO, |spread| spread.value_ceil(size))
            + notional.mul_ceil(self.params.impact.max_for_liquidation)
    }
}

impl Entrant for Gmx {
    fn name(&self) -> VenueName {
        VenueName::Gmx
    }

    fn limit_use(&self, setup: &Setup) -> Vec<LimitUse> {
        seawall_venue_pool::endowment_use(setup, self.capital, &self.params)
    }

    fn initial_margin(&self, size: Base, price: Price) -> Usd {
        let notional = price.value_ceil(size);
        let closing = self.fee() + self.params.half_spread + self.params.impact.max_for_liquidation;
        let margin = notional.mul_ceil(self.initial) + notional.mul_ceil(closing);
        margin.max(self.least_equity(size, price))
    }

    fn parameters(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(&self.params)
    }

    fn build(&self, setup: Setup, seed: u64) -> Result<Box<dyn Venue>, SetupError> {
        let venue = PoolVenue::new(setup, self.capital, self.params.clone())?;
        Ok(Box::new(venue.with_keeper(keeper(seed))))
    }
}
