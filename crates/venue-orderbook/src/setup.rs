use std::collections::{BTreeMap, BTreeSet};

use seawall_ledger::{Account, Cause, Ledger};
use seawall_oracle::{MarketStatus, Oracle};
use seawall_units::{Base, Index, Ratio, Usd};
use seawall_venue::{Endowment, LimitUse, ParamError, Setup, SetupError};

use crate::depth::Depth;
use crate::funding::Funding;
use crate::index::LiquidationIndex;
use crate::params::Params;
use crate::parties::{Party, User};
use crate::position::Position;
use crate::tiers::MarginTiers;
use crate::venue::{NAME, OrderBookVenue, Timer, profile};

/// The venue's risk capital (M-11.1).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capital {
    /// The makers' capital.
    pub makers: Usd,
    /// Each backstop vault's own, ring-fenced capital.
    pub backstops: Vec<Usd>,
}

/// How much of the venue's limits the initial positions use (M-11.2): the makers must hold the
/// initial margin, at their own highest leverage, of the other side of the net position.
///
/// The makers hold it at the endowed entries, so their equity is their capital plus its profit at
/// the opening price.
#[must_use]
pub fn endowment_use(setup: &Setup, capital: &Capital, params: &Params) -> Vec<LimitUse> {
    let makers = makers_of(setup);
    let pnl = makers.open_pnl(setup.opening);
    let notional = setup.opening.value_ceil(makers.size.abs());
    let leverage = Ratio::units_i64(i64::from(params.book.maker_leverage.max(1)));
    let required = notional.mul_div_ceil(Ratio::ULP, leverage);
    let equity = capital.makers + pnl;
    vec![LimitUse {
        limit: "makers' margin",
        value: required.unwrap_or(notional) + (-equity).or_zero(),
        allowed: equity.or_zero(),
    }]
}

/// The other side of all initial positions, at their entries.
fn makers_of(setup: &Setup) -> Position {
    let mut makers = Position::default();
    for endowment in &setup.endowments {
        makers.size -= endowment.size;
        makers.cost -= cost_of(endowment);
    }
    makers
}

/// The signed cost of an initial position, rounded up.
fn cost_of(endowment: &Endowment) -> Usd {
    endowment.entry.value_ceil(endowment.size)
}

fn param(field: &'static str, value: impl ToString, legal: &'static str) -> SetupError {
    SetupError::Param(ParamError {
        field,
        value: value.to_string(),
        legal,
    })
}

fn validate(setup: &Setup, capital: &Capital, tiers: &MarginTiers) -> Result<(), SetupError> {
    if !capital.makers.is_positive() {
        return Err(param("makers", capital.makers, "above 0"));
    }
    if capital.backstops.len() > usize::from(u8::MAX) {
        return Err(param("backstops", capital.backstops.len(), "at most 255"));
    }
    if let Some(value) = capital.backstops.iter().find(|value| value.is_negative()) {
        return Err(param("backstops", value, "0 or more"));
    }
    if let Some(table) = setup.margin {
        let legal = |ratio: Ratio| ratio.is_positive() && ratio < Ratio::ONE;
        if !legal(table.initial) || !legal(table.maintenance) || table.initial < table.maintenance {
            let legal = "between 0 and 1, initial not below maintenance";
            return Err(param("margin", table.initial, legal));
        }
    }
    let mut seen = BTreeSet::new();
    for endowment in &setup.endowments {
        let account = endowment.account;
        if account.number() >= setup.accounts || !seen.insert(account) {
            let legal = "each account once, below the number of accounts";
            return Err(param("endowments.account", account, legal));
        }
        if endowment.size.is_zero() || endowment.margin.is_negative() {
            let legal = "a size other than 0 and a margin of 0 or more";
            return Err(param("endowments", account, legal));
        }
        healthy(setup, endowment, tiers)?;
    }
    Ok(())
}

fn healthy(setup: &Setup, endowment: &Endowment, tiers: &MarginTiers) -> Result<(), SetupError> {
    let position = Position {
        size: endowment.size,
        cost: cost_of(endowment),
        settled: Usd::ZERO,
    };
    let equity = position.equity(endowment.margin, setup.opening, Index::ZERO);
    let required = tiers.maintenance(setup.opening.value_ceil(endowment.size.abs()));
    match equity < required {
        true => Err(SetupError::Unhealthy {
            venue: NAME,
            account: endowment.account,
            equity,
            required,
        }),
        false => Ok(()),
    }
}

impl OrderBookVenue {
    /// A venue at its opening: capital paid in, positions endowed, the makers on the other side.
    ///
    /// **Errors** [`SetupError`] when a parameter is out of range, a position is below
    /// maintenance at the opening price, or the makers could not hold the other side.
    pub fn new(setup: Setup, capital: Capital, params: Params) -> Result<Self, SetupError> {
        params.validate()?;
        let tiers = match &setup.margin {
            Some(table) => MarginTiers::common(table),
            None => MarginTiers::native(&params.tiers),
        };
        validate(&setup, &capital, &tiers)?;
        for used in endowment_use(&setup, &capital, &params) {
            if used.value > used.allowed {
                return Err(SetupError::Limit {
                    venue: NAME,
                    limit: used.limit,
                    value: used.value,
                    allowed: used.allowed,
                });
            }
        }
        let mut venue = Self::empty(&setup, &capital, params, tiers)?;
        venue.fund(&setup, &capital);
        Ok(venue)
    }

    fn empty(
        setup: &Setup,
        capital: &Capital,
        params: Params,
        tiers: MarginTiers,
    ) -> Result<Self, SetupError> {
        let Some(shares) = Self::opening_shares(capital.makers) else {
            return Err(param("makers", capital.makers, "above 0"));
        };
        let accounts = usize::try_from(setup.accounts).unwrap_or(usize::MAX);
        let mut ledger = Ledger::new(setup.start);
        ledger.reserve_accounts(accounts);
        Ok(Self {
            shares,
            granted: BTreeMap::new(),
            gone: BTreeMap::new(),
            profile: profile(seawall_ledger::AccountId::new(setup.accounts)),
            oracle: Oracle::new(params.oracle, setup.opening, setup.start),
            depth: Depth::new(&params.book, setup.opening, setup.start),
            funding: Funding::new(setup.start),
            index: LiquidationIndex::new(tiers.maintenance_steps(), accounts),
            users: vec![User::default(); accounts],
            makers: makers_of(setup),
            backstops: vec![Position::default(); capital.backstops.len()],
            ledger,
            telling: seawall_venue::Telling::default(),
            queued: Vec::new(),
            waiting: BTreeMap::new(),
            tiers,
            now: setup.start,
            outside: setup.opening,
            mark: setup.opening,
            previous: setup.opening,
            status: MarketStatus::Live,
            mark_timer: Timer::new(params.mark_interval, setup.start),
            takeover_timer: Timer::new(params.backstop.interval, setup.start),
            unwind_timer: Timer::new(params.backstop.unwind_interval, setup.start),
            adl_timer: Timer::new(params.adl.interval, setup.start),
            moved: crate::venue::MarkMoved::No,
            open_longs: Base::ZERO,
            open_shorts: Base::ZERO,
            residual: Usd::ZERO,
            next_deficit: 0,
            params,
        })
    }

    /// Balanced positions leave the makers flat, and what their entries differ by is realised at
    /// once: a flat party has no cost.
    fn realise_flat_makers(&mut self) {
        if self.makers.is_flat() {
            let profit = -self.makers.cost;
            let (makers, variation) = (Account::Makers, Account::Variation);
            let (gain, loss) = (Cause::CounterpartyProfit, Cause::CounterpartyLoss);
            self.pay(variation, makers, profit.or_zero(), gain);
            self.pay(makers, variation, (-profit).or_zero(), loss);
            self.makers = Position::default();
        }
    }

    fn fund(&mut self, setup: &Setup, capital: &Capital) {
        let paid_in = Cause::CapitalPaidIn;
        self.pay(Account::External, Account::Makers, capital.makers, paid_in);
        for (number, amount) in self.backstop_numbers().zip(&capital.backstops) {
            let vault = Account::Backstop(number);
            self.pay(Account::External, vault, *amount, paid_in);
        }
        for endowment in &setup.endowments {
            let party = Party::User(endowment.account);
            let margin = endowment.margin;
            self.pay(
                Account::External,
                party.account(),
                margin,
                Cause::MarginPosted,
            );
            let position = Position {
                size: endowment.size,
                cost: cost_of(endowment),
                settled: Usd::ZERO,
            };
            self.write(party, position);
        }
        self.realise_flat_makers();
        self.ledger.end_step();
    }
}
