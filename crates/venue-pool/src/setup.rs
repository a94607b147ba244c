//! The opening state: capital paid in, positions endowed.
use seawall_ledger::{Account, Cause};
use seawall_units::{Ratio, Side, Usd};
use seawall_venue::{Endowment, LimitUse, MarginTable, ParamError, Setup, SetupError};

use crate::open::limits;
use crate::params::{Params, check};
use crate::pool::Pool;
use crate::position::Position;
use crate::prices::Prices;
use crate::terms::Terms;
use crate::venue::{NAME, PoolVenue};

/// How much of each limit the initial positions use, so that a loader can shrink them all by one
/// factor.
///
/// The limits are the open interest of each side at entry prices and what each side reserves of
/// its half of the pool at the opening price. Collateral is no limit: [`PoolVenue::new`] checks it.
///
/// ```
/// use seawall_ledger::AccountId;
/// use seawall_units::{Time, Usd};
/// use seawall_venue::{Endowment, Setup};
/// use seawall_venue_pool::{Params, endowment_use};
/// let endowments = vec![Endowment {
///     account: AccountId::new(0), size: "2".parse()?, entry: "100".parse()?, margin: Usd::whole(20),
/// }];
/// let setup = Setup {
///     start: Time::from_secs(0), opening: "100".parse()?, margin: None, endowments, accounts: 1,
/// };
/// let used = endowment_use(&setup, Usd::whole(1_000), &Params::btc());
/// // Two at the feed's ask of 100.01, of 345 % of half of 1 000.
/// assert_eq!((used[1].value, used[1].allowed), ("200.02".parse()?, Usd::whole(1_725)));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn endowment_use(setup: &Setup, capital: Usd, params: &Params) -> Vec<LimitUse> {
    let terms = Terms::new(params.clone(), setup.margin);
    let prices = Prices::around(setup.opening, params.half_spread);
    let mut pool = opening_pool(setup, capital, params);
    for endowment in &setup.endowments {
        if let Some(position) = endowed(endowment, &pool) {
            pool.include(&position);
        }
    }
    let of_side = |side| limits(&terms, &pool, prices, side);
    Side::BOTH.into_iter().flat_map(of_side).collect()
}

fn opening_pool(setup: &Setup, capital: Usd, params: &Params) -> Pool {
    Pool::new(
        capital - params.impact_pool,
        params.impact_pool,
        setup.start,
    )
}

/// The position of an endowment, its entry value rounded against its owner.
fn endowed(endowment: &Endowment, pool: &Pool) -> Option<Position> {
    let side = endowment.size.side()?;
    let tokens = endowment.size.abs();
    let size = match side {
        Side::Long => endowment.entry.value_ceil(tokens),
        Side::Short => endowment.entry.value_floor(tokens),
    };
    Some(Position {
        tokens,
        size,
        // A pool that has just begun was brought up to date at its start.
        increased: pool.updated,
        ..Position::empty(endowment.account, side, pool.side(side))
    })
}

impl PoolVenue {
    /// A market with its capital paid in and the initial positions as they are: no fee, no
    /// impact, nothing pending.
    ///
    /// **Errors** [`SetupError`] for a parameter, capital, margin table or endowment out of its
    /// range, for positions beyond a limit, and for a position that would be liquidated at once.
    pub fn new(setup: Setup, capital: Usd, params: Params) -> Result<Self, SetupError> {
        params.validate()?;
        validate_setup(&setup, capital, &params)?;
        for usage in endowment_use(&setup, capital, &params) {
            if usage.value > usage.allowed {
                return Err(SetupError::Limit {
                    venue: NAME,
                    limit: usage.limit,
                    value: usage.value,
                    allowed: usage.allowed,
                });
            }
        }
        let pool = opening_pool(&setup, capital, &params);
        let mut venue = Self::empty(&setup, Terms::new(params, setup.margin), pool);
        venue.pay_in();
        for endowment in &setup.endowments {
            venue.endow(endowment);
        }
        venue.require_healthy_opening()?;
        venue.ledger.end_step();
        Ok(venue)
    }

    fn pay_in(&mut self) {
        let (lps, impact) = (self.pool.cash, self.pool.impact_pool);
        let (from, cause) = (Account::External, Cause::CapitalPaidIn);
        self.ledger.pay(from, Account::Pool, lps, cause);
        self.ledger.pay(from, Account::ImpactPool, impact, cause);
    }

    fn endow(&mut self, endowment: &Endowment) {
        let Some(position) = endowed(endowment, &self.pool) else {
            return;
        };
        let margin = Account::Margin(endowment.account);
        let (from, cause) = (Account::External, Cause::MarginPosted);
        self.ledger.pay(from, margin, endowment.margin, cause);
        self.pool.include(&position);
        self.hold(endowment.account, Some(position));
    }

    fn require_healthy_opening(&self) -> Result<(), SetupError> {
        for position in self.book.iter().flatten() {
            let health = self.draft(position.account).health(position);
            if health.is_liquidatable() {
                return Err(SetupError::Unhealthy {
                    venue: NAME,
                    account: position.account,
                    equity: health.remaining,
                    required: health.required,
                });
            }
        }
        Ok(())
    }
}

fn validate_setup(setup: &Setup, capital: Usd, params: &Params) -> Result<(), ParamError> {
    let legal = "0.000001 to 1000000000000000 USD";
    check("capital", capital, (Usd::ULP, Usd::MAX), legal)?;
    let legal = "0 to the capital";
    check(
        "impact_pool",
        params.impact_pool,
        (Usd::ZERO, capital),
        legal,
    )?;
    if let Some(MarginTable {
        initial,
        maintenance,
    }) = setup.margin
    {
        check(
            "margin.initial",
            initial,
            (Ratio::ZERO, Ratio::ONE),
            "0 to 1",
        )?;
        let legal = "0 to margin.initial";
        check(
            "margin.maintenance",
            maintenance,
            (Ratio::ZERO, initial),
            legal,
        )?;
    }
    let mut seen = vec![false; usize::try_from(setup.accounts).unwrap_or(0)];
    for endowment in &setup.endowments {
        let slot = seen.get_mut(endowment.account.index());
        let is_new = slot.is_some_and(|slot| !std::mem::replace(slot, true));
        if !is_new || endowment.size.is_zero() || endowment.margin.is_negative() {
            return Err(ParamError {
                field: "endowments",
                value: format!("account {}", endowment.account),
                legal: "each account below `accounts` once, size not zero, margin 0 or more",
            });
        }
    }
    Ok(())
}
