//! What an exchange is started with.

use std::collections::{BTreeMap, BTreeSet};

use seawall_ledger::{Account, AccountId, Cause, Ledger};
use seawall_units::{Base, Index, Price, Ratio, Time, Usd};
use seawall_venue::{LimitUse, MarginTable, ParamError, SetupError};

use crate::account::{MarginAccount, MarginMode};
use crate::chronicle::Chronicle;
use crate::coin::{Coin, CoinId, CoinSetup, Coins};
use crate::exchange::Exchange;
use crate::holder::Holder;
use crate::parent::{Liquidators, Parent};
use crate::parties::Party;
use crate::position::Position;
use crate::setup::Capital;
use crate::several::SeveralCoins;
use crate::terms::{CoinMargin, ExchangeParams};
use crate::timer::Timer;
use crate::venue::NAME;

/// A position that a margin account holds from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoinEndowment {
    /// Whose.
    pub account: AccountId,
    /// In which coin.
    pub coin: CoinId,
    /// Signed size.
    pub size: Base,
    /// Entry price.
    pub entry: Price,
    /// Margin posted with it; an account's margins add up.
    pub margin: Usd,
}

/// Cross margin that is there from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deposit {
    /// Which cross account.
    pub account: AccountId,
    /// How much.
    pub amount: Usd,
}

/// What an [`Exchange`] is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeSetup {
    /// The first second.
    pub start: Time,
    /// The coins; their places are their ids.
    pub coins: Vec<CoinSetup>,
    /// The margin accounts; their places are their ids. Isolated ones are named here too.
    pub accounts: Vec<MarginMode>,
    /// Cross margin.
    pub deposits: Vec<Deposit>,
    /// The initial positions, at most one for each account and coin.
    pub endowments: Vec<CoinEndowment>,
}

/// The signed cost of an initial position, rounded up.
fn cost_of(endowment: &CoinEndowment) -> Usd {
    endowment.entry.value_ceil(endowment.size)
}

fn position_of(endowment: &CoinEndowment) -> Position {
    Position {
        size: endowment.size,
        cost: cost_of(endowment),
        settled: Usd::ZERO,
    }
}

pub(crate) fn param(field: &'static str, value: impl ToString, legal: &'static str) -> SetupError {
    SetupError::Param(ParamError {
        field,
        value: value.to_string(),
        legal,
    })
}

impl ExchangeSetup {
    /// The other side of all initial positions in a coin, at their entries.
    fn makers(&self, coin: CoinId) -> Position {
        let mut makers = Position::default();
        for endowment in self.endowments.iter().filter(|each| each.coin == coin) {
            makers.size -= endowment.size;
            makers.cost -= cost_of(endowment);
        }
        makers
    }

    fn ids(&self) -> impl Iterator<Item = (CoinId, &CoinSetup)> {
        (0..=u16::MAX).map(CoinId::new).zip(&self.coins)
    }

    fn mode(&self, account: AccountId) -> Option<MarginMode> {
        self.accounts.get(account.index()).copied()
    }

    /// How much of the venue's limits the initial positions use (M-11.2): the makers must hold the
    /// initial margin, at their own highest leverage, of the other side of the net positions.
    pub(crate) fn makers_use(&self, capital: &Capital) -> LimitUse {
        let (mut required, mut equity) = (Usd::ZERO, capital.makers);
        for (id, coin) in self.ids() {
            let makers = self.makers(id);
            equity += makers.open_pnl(coin.opening);
            let notional = coin.opening.value_ceil(makers.size.abs());
            let leverage = i64::from(coin.params.book.maker_leverage.max(1));
            let margin = notional.mul_div_ceil(Ratio::ULP, Ratio::units_i64(leverage));
            required += margin.unwrap_or(notional);
        }
        LimitUse {
            limit: "makers' margin",
            value: required + (-equity).or_zero(),
            allowed: equity.or_zero(),
        }
    }

    fn validate(&self, capital: &Capital) -> Result<(), SetupError> {
        validate_capital(capital)?;
        self.validate_coins()?;
        self.validate_modes()?;
        for deposit in &self.deposits {
            if self.mode(deposit.account) != Some(MarginMode::Cross) || deposit.amount.is_negative()
            {
                let legal = "0 or more, to a cross account";
                return Err(param("deposits", deposit.account, legal));
            }
        }
        let mut seen = BTreeSet::new();
        for endowment in &self.endowments {
            self.validate_endowment(endowment)?;
            if !seen.insert((endowment.account, endowment.coin)) {
                return Err(param("endowments.account", endowment.account, ONCE));
            }
        }
        self.validate_health()
    }

    fn validate_coins(&self) -> Result<(), SetupError> {
        let mut names = BTreeSet::new();
        if self.coins.is_empty() || self.coins.len() > usize::from(u16::MAX) {
            return Err(param("coins", self.coins.len(), "1 to 65535 coins"));
        }
        for coin in &self.coins {
            coin.params.validate()?;
            coin.table.as_ref().map_or(Ok(()), validate_table)?;
            if coin.params.name.is_empty() || !names.insert(&coin.params.name) {
                let name = coin.params.name.clone();
                return Err(param("coins.name", name, "a name of its own for each coin"));
            }
        }
        Ok(())
    }

    fn validate_modes(&self) -> Result<(), SetupError> {
        let mut seen = BTreeSet::new();
        for mode in &self.accounts {
            let known = mode
                .coin()
                .is_none_or(|coin| coin.index() < self.coins.len());
            if !known {
                let coin = mode.coin().unwrap_or_default();
                return Err(param("accounts.coin", coin, "a coin of the exchange"));
            }
            let MarginMode::Isolated { owner, coin } = *mode else {
                continue;
            };
            if self.mode(owner) != Some(MarginMode::Cross) || !seen.insert((owner, coin)) {
                let legal = "a cross account, with one isolated account for each coin";
                return Err(param("accounts.owner", owner, legal));
            }
        }
        Ok(())
    }

    fn validate_endowment(&self, endowment: &CoinEndowment) -> Result<(), SetupError> {
        let account = endowment.account;
        let Some(mode) = self.mode(account) else {
            return Err(param("endowments.account", account, ONCE));
        };
        if endowment.size.is_zero() || endowment.margin.is_negative() {
            let legal = "a size other than 0 and a margin of 0 or more";
            return Err(param("endowments", account, legal));
        }
        let coin = self.coins.get(endowment.coin.index());
        let allowed = coin.is_some_and(|coin| match mode.coin() {
            None => coin.params.margin == CoinMargin::CrossOrIsolated,
            Some(only) => only == endowment.coin,
        });
        match allowed {
            true => Ok(()),
            false => {
                let legal = "a coin that the account may hold";
                Err(param("endowments.coin", endowment.coin, legal))
            }
        }
    }

    /// Every account stands at or above its maintenance at the opening prices.
    fn validate_health(&self) -> Result<(), SetupError> {
        let mut figures: BTreeMap<AccountId, (Usd, Usd)> = BTreeMap::new();
        let tiers: Vec<_> = self.coins.iter().map(CoinSetup::tiers).collect();
        for endowment in &self.endowments {
            let place = endowment.coin.index();
            let (Some(coin), Some(tiers)) = (self.coins.get(place), tiers.get(place)) else {
                continue;
            };
            let (equity, required) = figures.entry(endowment.account).or_default();
            let position = position_of(endowment);
            *equity += position.equity(endowment.margin, coin.opening, Index::ZERO);
            *required += tiers.maintenance(coin.opening.value_ceil(endowment.size.abs()));
        }
        for deposit in &self.deposits {
            figures.entry(deposit.account).or_default().0 += deposit.amount;
        }
        let sick = figures
            .into_iter()
            .find(|(_, (equity, required))| equity < required);
        match sick {
            Some((account, (equity, required))) => Err(SetupError::Unhealthy {
                venue: NAME,
                account,
                equity,
                required,
            }),
            None => Ok(()),
        }
    }
}

const ONCE: &str = "each account once, below the number of accounts";

fn validate_capital(capital: &Capital) -> Result<(), SetupError> {
    if !capital.makers.is_positive() {
        return Err(param("makers", capital.makers, "above 0"));
    }
    if capital.backstops.len() > usize::from(u8::MAX) {
        return Err(param("backstops", capital.backstops.len(), "at most 255"));
    }
    match capital.backstops.iter().find(|value| value.is_negative()) {
        Some(value) => Err(param("backstops", value, "0 or more")),
        None => Ok(()),
    }
}

fn validate_table(table: &MarginTable) -> Result<(), SetupError> {
    let legal = |ratio: Ratio| ratio.is_positive() && ratio < Ratio::ONE;
    match legal(table.initial) && legal(table.maintenance) && table.initial >= table.maintenance {
        true => Ok(()),
        false => {
            let legal = "between 0 and 1, initial not below maintenance";
            Err(param("margin", table.initial, legal))
        }
    }
}

impl Exchange {
    /// An exchange at its opening: capital paid in, margin and positions endowed, the makers on
    /// the other side of all of them.
    ///
    /// **Errors** [`SetupError`] when a parameter is out of range, an account may not hold what it
    /// is given or is below maintenance at the opening prices, or the makers could not hold the
    /// other side.
    pub fn new(
        params: ExchangeParams,
        capital: Capital,
        setup: ExchangeSetup,
    ) -> Result<Self, SetupError> {
        params.validate()?;
        setup.validate(&capital)?;
        let used = setup.makers_use(&capital);
        if used.value > used.allowed {
            return Err(SetupError::Limit {
                venue: NAME,
                limit: used.limit,
                value: used.value,
                allowed: used.allowed,
            });
        }
        let mut exchange = Self::empty(params, &capital, &setup)?;
        exchange.fund(&capital, &setup);
        Ok(exchange)
    }

    fn empty(
        params: ExchangeParams,
        capital: &Capital,
        setup: &ExchangeSetup,
    ) -> Result<Self, SetupError> {
        let Some(shares) = Self::opening_shares(capital.makers) else {
            return Err(param("makers", capital.makers, "above 0"));
        };
        let ExchangeParams { venue, accounts } = params;
        let all = capital.makers + capital.backstops.iter().copied().sum::<Usd>();
        let hlp = venue.hlp.as_ref();
        let parent = hlp.and_then(|hlp| Parent::new(hlp, all, setup.start));
        let (start, count) = (setup.start, setup.accounts.len());
        let mut ledger = Ledger::new(start);
        ledger.reserve_accounts(count);
        let open = |coin: &CoinSetup| Coin::open(coin.clone(), start, count, venue.mark_interval);
        let mut makers = Holder::default();
        for (id, _) in setup.ids() {
            makers.set(id, setup.makers(id));
        }
        let modes = setup.accounts.iter().copied();
        Ok(Self {
            coins: Coins::new(setup.coins.iter().map(open).collect()),
            accounts: modes.map(MarginAccount::new).collect(),
            makers,
            backstops: vec![Holder::default(); capital.backstops.len()],
            several: SeveralCoins::new(count),
            ledger,
            chronicle: Chronicle::default(),
            queued: Vec::new(),
            waiting: BTreeMap::new(),
            shares,
            liquidators: Liquidators::new(&capital.backstops),
            parent,
            granted: BTreeMap::new(),
            gone: BTreeMap::new(),
            now: start,
            takeover_timer: Timer::new(venue.backstop.interval, start),
            unwind_timer: Timer::new(venue.backstop.unwind_interval, start),
            adl_timer: Timer::new(venue.adl.interval, start),
            residual: Usd::ZERO,
            next_deficit: 0,
            params: venue,
            account_params: accounts,
        })
    }

    fn fund(&mut self, capital: &Capital, setup: &ExchangeSetup) {
        let (outside, paid_in) = (Account::External, Cause::CapitalPaidIn);
        self.pay(outside, Account::Makers, capital.makers, paid_in);
        for (number, amount) in self.backstop_numbers().zip(&capital.backstops) {
            self.pay(outside, Account::Backstop(number), *amount, paid_in);
        }
        for deposit in &setup.deposits {
            let margin = Account::Margin(deposit.account);
            self.pay(outside, margin, deposit.amount, Cause::MarginPosted);
        }
        for endowment in &setup.endowments {
            let party = Party::User(endowment.account);
            let (margin, posted) = (party.account(), Cause::MarginPosted);
            self.pay(outside, margin, endowment.margin, posted);
            self.write(party, endowment.coin, position_of(endowment));
        }
        for (id, _) in setup.ids() {
            self.realise_flat_makers(id);
            self.place_quotes(id);
        }
        self.ledger.end_step();
    }

    /// Balanced positions leave the makers flat, and what their entries differ by is realised at
    /// once: a flat party has no cost.
    fn realise_flat_makers(&mut self, coin: CoinId) {
        let makers = self.makers.of(coin);
        if makers.size != Base::ZERO {
            return;
        }
        let profit = -makers.cost;
        let (account, variation) = (Account::Makers, Account::Variation);
        let (gain, loss) = (Cause::CounterpartyProfit, Cause::CounterpartyLoss);
        self.pay(variation, account, profit.or_zero(), gain);
        self.pay(account, variation, (-profit).or_zero(), loss);
        self.makers.set(coin, Position::default());
    }
}
