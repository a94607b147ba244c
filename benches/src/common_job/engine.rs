//! The job through the engine's own position book, liquidation index, funding index and ledger, exact to
//! the micro-dollar: the journal is off, conservation is held every tick, and the job's simple close
//! rule stands in the place of the waterfall.

use seawall::funding::{FundingConfig, Indices, RateConfig};
use seawall::ledger::{Account, AccountId, Cause, DeficitId, Ledger};
use seawall::margin::{
    Accrual, IndexLevels, LiquidationIndex, Position, PositionBook, maintenance,
};
use seawall::units::{Base, Price, Rate, Ratio, Round, Time, Usd};

use super::{ENTRY, FUND, Figures, Job, MAINTENANCE, Tick, quantised};

/// The pool's float: funding goes out of it before losses come in. Its figure is told without it.
const FLOAT: Usd = Usd::whole(1_000_000);
/// What the fund could not pay is one deficit.
const BAD_DEBT: DeficitId = DeficitId::new(0);

/// The engine with the job's positions opened, before the first tick.
#[derive(Debug, Clone)]
pub struct Engine {
    positions: PositionBook,
    index: LiquidationIndex,
    ledger: Ledger,
    prices: Vec<Price>,
    rates: RateConfig,
    indices: Indices,
    long: Base,
    short: Base,
    /// `Σ cost` and `Σ margin` of what is open.
    cost: Usd,
    margin: Usd,
    mmr: Ratio,
    liquidations: usize,
    candidates: Vec<AccountId>,
}

fn usd(value: f64) -> Usd {
    Usd::from_units(quantised(value, 6)).unwrap()
}

fn read(value: Usd) -> f64 {
    value.units() as f64 / 1e6
}

impl Engine {
    /// Opens every position, each number quantised once.
    #[must_use]
    pub fn open(job: &Job) -> Self {
        let entry = price(ENTRY);
        let mut ledger = Ledger::new(Time::from_secs(0)).without_journal();
        ledger.reserve_accounts(job.sizes.len());
        ledger.pay(
            Account::External,
            Account::Pool,
            FLOAT,
            Cause::CapitalPaidIn,
        );
        ledger.pay(
            Account::External,
            Account::Insurance,
            usd(FUND),
            Cause::CapitalPaidIn,
        );
        let mut engine = Self {
            positions: PositionBook::default(),
            index: LiquidationIndex::new(),
            ledger,
            prices: job.prices.iter().map(|p| price(*p)).collect(),
            rates: level_funding(),
            indices: Indices::default(),
            long: Base::ZERO,
            short: Base::ZERO,
            cost: Usd::ZERO,
            margin: Usd::ZERO,
            mmr: Ratio::from_units(quantised(MAINTENANCE, 18)).unwrap(),
            liquidations: 0,
            candidates: Vec::with_capacity(job.sizes.len()),
        };
        engine.positions.reserve_accounts(job.sizes.len());
        engine.index.reserve_accounts(job.sizes.len());
        for (n, (size, margin)) in job.sizes.iter().zip(&job.margins).enumerate() {
            let account = AccountId::new(u32::try_from(n).unwrap());
            let size = Base::from_units(quantised(*size, 8)).unwrap();
            engine.open_one(
                account,
                Position::open(size, entry, &Accrual::default()),
                usd(*margin),
            );
        }
        engine.ledger.end_step();
        engine
    }

    fn open_one(&mut self, account: AccountId, position: Position, margin: Usd) {
        self.ledger.pay(
            Account::External,
            Account::Margin(account),
            margin,
            Cause::MarginPosted,
        );
        self.index.update(account, &position, margin);
        self.long += position.size().or_zero();
        self.short += (-position.size()).or_zero();
        self.cost += position.cost();
        self.margin += margin;
        self.positions.replace(account, position);
    }

    /// Runs every tick.
    #[must_use]
    pub fn run(mut self) -> Figures {
        let prices = std::mem::take(&mut self.prices);
        let mut ticks = Vec::with_capacity(prices.len());
        for price in prices {
            self.accrue(price);
            self.liquidate(price);
            self.ledger.end_step();
            ticks.push(self.record(price));
        }
        let now = self.accrual();
        let owed = self.positions.open().map(|(_, p)| p.owed_funding(&now));
        let pool = self.ledger.balance(Account::Pool) - FLOAT + owed.sum();
        Figures {
            liquidations: self.liquidations,
            pool: read(pool),
            ticks,
        }
    }

    /// A minute of the job's funding: the rate has no memory, so it begins at zero.
    fn accrue(&mut self, price: Price) {
        let (skew, open) = (self.long - self.short, self.long + self.short);
        self.indices.rate = Rate::ZERO;
        let skew = skew.ratio_floor(open).unwrap_or(Ratio::ZERO);
        self.indices
            .accrue_minute(&self.rates, skew, Ratio::ZERO, price);
    }

    fn accrual(&self) -> Accrual {
        Accrual {
            funding: self.indices.funding,
            long: self.indices.long,
            short: self.indices.short,
        }
    }

    fn liquidate(&mut self, price: Price) {
        let now = self.accrual();
        let levels = IndexLevels::new(price, self.mmr, &now);
        let mut candidates = std::mem::take(&mut self.candidates);
        candidates.extend(self.index.candidates(levels));
        // The fund pays in the job's order, which shows when it runs dry.
        candidates.sort_unstable();
        for account in candidates.drain(..) {
            let position = self.positions.position(account);
            let margin = self.ledger.balance(Account::Margin(account));
            let equity = position.equity(margin, price, &now);
            if equity < maintenance(position.notional(price), self.mmr) {
                self.close(account, position, price);
            }
        }
        self.candidates = candidates;
    }

    /// Funding and loss to the pool, the rest of the margin to the fund; the fund pays what the
    /// margin does not, as far as it reaches.
    fn close(&mut self, account: AccountId, position: Position, price: Price) {
        let margin = self.ledger.balance(Account::Margin(account));
        self.long -= position.size().or_zero();
        self.short -= (-position.size()).or_zero();
        self.cost -= position.cost();
        self.margin -= margin;
        self.settle(
            account,
            position.owed_funding(&self.accrual()),
            [Cause::FundingPaid, Cause::FundingReceived],
        );
        let closing = position.close(position.size(), price);
        self.settle(
            account,
            -closing.pnl,
            [Cause::LossRealised, Cause::ProfitRealised],
        );
        let left = self.ledger.balance(Account::Margin(account));
        let fee = left.min(maintenance(position.notional(price), self.mmr));
        self.ledger.pay(
            Account::Margin(account),
            Account::Insurance,
            fee,
            Cause::LiquidationFee,
        );
        self.positions.replace(account, closing.rest);
        self.index.update(account, &closing.rest, Usd::ZERO);
        self.liquidations += 1;
    }

    /// What is owed to the pool: from the margin, then a deficit that the fund fills as far as it
    /// reaches; a negative amount comes from the pool.
    fn settle(&mut self, account: AccountId, owed: Usd, [paid, received]: [Cause; 2]) {
        let margin = Account::Margin(account);
        self.ledger
            .pay(Account::Pool, margin, (-owed).or_zero(), received);
        let from_margin = owed.or_zero().min(self.ledger.balance(margin));
        self.ledger.pay(margin, Account::Pool, from_margin, paid);
        let missing = owed.or_zero() - from_margin;
        let deficit = Account::OpenDeficit(BAD_DEBT);
        self.ledger
            .pay(deficit, Account::Pool, missing, Cause::DeficitOpened);
        let fund = missing.min(self.ledger.balance(Account::Insurance));
        self.ledger
            .pay(Account::Insurance, deficit, fund, Cause::InsuranceLoss);
    }

    /// Everything in O(1): equity of all is `Σ margin + P·(L − S) − Σ cost − F·(L − S)`.
    fn record(&self, price: Price) -> Tick {
        let net = self.long - self.short;
        let owed = self.indices.funding.owed(net, Round::Ceil);
        let equity = self.margin + price.value_floor(net) - self.cost - owed;
        let base = |size: Base| size.units() as f64 / 1e8;
        Tick {
            price: price.units() as f64 / 1e10,
            long: base(self.long),
            short: base(self.short),
            open: self.index.len(),
            fund: read(self.ledger.balance(Account::Insurance)),
            bad_debt: read(-self.ledger.balance(Account::OpenDeficit(BAD_DEBT))),
            equity: read(equity),
        }
    }
}

fn price(value: f64) -> Price {
    Price::from_units(quantised(value, 10)).unwrap()
}

/// `r = velocity · skew`, whatever the rate was: 2·10⁻⁶ a minute is 105.12 % a year. Nobody pays for
/// utilisation, because none is reported.
fn level_funding() -> RateConfig {
    let full: Rate = "105.12%".parse().unwrap();
    RateConfig {
        funding: FundingConfig {
            velocity_per_minute: full,
            cap: full,
            dead_band: Ratio::ZERO,
            ..FundingConfig::default()
        },
        ..RateConfig::default()
    }
}
