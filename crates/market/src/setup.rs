use std::cell::RefCell;
use std::collections::BTreeMap;

use seawall_funding::{Indices, MinuteAverage};
use seawall_ledger::{Account, Cause, Ledger};
use seawall_margin::{LiquidationIndex, Position, PositionBook};
use seawall_units::{Epochs, Side, Usd};
use seawall_vault::{Arrears, HolderId, Series};
use seawall_venue::{LimitUse, MarketStatus, Setup, SetupError, Telling};

use crate::liquidity::Deposits;
use crate::params::check_margin;
use crate::profits::Profits;
use crate::recovery::Borne;
use crate::series::ShareSeries;
use crate::{BidderSetup, Bidders, IsolatedMarket, Ladder, Params, Totals};

/// The risk capital of the market (M-11.1: S + J + I = X).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capital {
    /// Senior's opening deposit.
    pub senior: Usd,
    /// Junior's opening deposit.
    pub junior: Usd,
    /// The insurance fund's opening balance.
    pub insurance: Usd,
}

/// How much of each limit of the market the initial positions use (M-7, M-11.2).
#[must_use]
pub fn endowment_use(setup: &Setup, capital: Capital, params: &Params) -> Vec<LimitUse> {
    let value = |side: Side| -> Usd {
        let of_side = setup
            .endowments
            .iter()
            .filter(|e| e.size.side() == Some(side));
        setup
            .opening
            .value_ceil(of_side.map(|e| e.size.abs()).sum())
    };
    let (long, short) = (value(Side::Long), value(Side::Short));
    let notionals = setup
        .endowments
        .iter()
        .map(|e| setup.opening.value_ceil(e.size.abs()));
    let cap = (capital.senior + capital.junior).mul_floor(params.limits.reserved);
    let ladder = Ladder::new(&params.ladder, capital.senior, capital.junior);
    let uses = [
        ("open interest", long.max(short), cap),
        ("net skew", (long - short).abs(), ladder.total()),
        (
            "account notional",
            notionals.max().unwrap_or_default(),
            cap.mul_floor(params.limits.account),
        ),
    ];
    uses.map(|(limit, value, allowed)| LimitUse {
        limit,
        value,
        allowed,
    })
    .to_vec()
}

impl IsolatedMarket {
    /// A market with its capital paid in and its initial positions taken as they are.
    ///
    /// **Errors** [`SetupError`] when a parameter is illegal, a vault is too small to open, the
    /// positions break a limit, or one would be liquidated at once.
    pub fn new(
        setup: &Setup,
        capital: Capital,
        params: Params,
        bidders: Vec<BidderSetup>,
    ) -> Result<Self, SetupError> {
        params.validate()?;
        let venue = "tranched";
        for LimitUse {
            limit,
            value,
            allowed,
        } in endowment_use(setup, capital, &params)
        {
            if value > allowed {
                return Err(SetupError::Limit {
                    venue,
                    limit,
                    value,
                    allowed,
                });
            }
        }
        let margin_table = setup.margin.unwrap_or(params.limits.margin);
        check_margin(&margin_table)?;
        let opened = |error: seawall_vault::VaultError| SetupError::Nested {
            table: "capital",
            message: error.to_string(),
        };
        let dead = params.vault.dead_deposit;
        let mut market = Self {
            telling: Telling::default(),
            ledger: Ledger::new(setup.start),
            positions: PositionBook::default(),
            index: LiquidationIndex::new(),
            totals: Totals::default(),
            profits: Profits::default(),
            uncovered: RefCell::default(),
            indices: Indices::default(),
            skew: MinuteAverage::default(),
            utilisation: MinuteAverage::default(),
            ladder: Ladder::new(&params.ladder, capital.senior, capital.junior),
            claim: capital.senior,
            senior: ShareSeries::open(dead, HolderId::FOUNDER, capital.senior).map_err(opened)?,
            junior: ShareSeries::open(dead, HolderId::FOUNDER, capital.junior).map_err(opened)?,
            frozen: Vec::new(),
            series: Series::Running,
            arrears: Arrears::default(),
            bidders: Bidders::new(setup.accounts, bidders),
            granted: BTreeMap::new(),
            recovered: BTreeMap::new(),
            given_back: BTreeMap::new(),
            borne: Borne::default(),
            deposits: Deposits::default(),
            epochs: Epochs::from_minute_of(setup.start, params.vault.epoch),
            executed: 0,
            mark: setup.opening,
            status: MarketStatus::Live,
            now: setup.start,
            minimum_used: [Usd::ZERO; 2],
            low_coverage: false,
            wound_up: false,
            margin_table,
            params,
        };
        market.reserve_accounts(setup);
        market.pay_in(setup, capital);
        market.check_health(setup)?;
        market.ledger.end_step();
        Ok(market)
    }

    /// Room for every trader and, behind them, every bidder: no order allocates any.
    fn reserve_accounts(&mut self, setup: &Setup) {
        let traders = usize::try_from(setup.accounts).unwrap_or(usize::MAX);
        let count = traders.saturating_add(self.bidders.iter().count());
        self.ledger.reserve_accounts(count);
        self.positions.reserve_accounts(count);
        self.index.reserve_accounts(count);
    }

    fn pay_in(&mut self, setup: &Setup, capital: Capital) {
        let parts = [
            (Account::Senior, capital.senior),
            (Account::Junior, capital.junior),
            (Account::Insurance, capital.insurance),
        ];
        for (to, amount) in parts {
            self.ledger
                .pay(Account::External, to, amount, Cause::CapitalPaidIn);
        }
        let bidders: Vec<_> = self.bidders.iter().map(|(id, b)| (id, b.capital)).collect();
        for (account, amount) in bidders {
            self.ledger.pay(
                Account::External,
                Account::Margin(account),
                amount,
                Cause::MarginPosted,
            );
        }
        for endowed in &setup.endowments {
            let margin = Account::Margin(endowed.account);
            self.ledger.pay(
                Account::External,
                margin,
                endowed.margin,
                Cause::MarginPosted,
            );
            let position = Position::open(endowed.size, endowed.entry, &self.accrual());
            self.write_position(endowed.account, position);
        }
    }

    fn check_health(&self, setup: &Setup) -> Result<(), SetupError> {
        for endowed in &setup.endowments {
            let equity = self.equity_of(endowed.account);
            let notional = self.position(endowed.account).notional(self.mark);
            let required = notional.mul_ceil(self.margin_table.maintenance);
            if equity < required {
                let (venue, account) = ("tranched", endowed.account);
                return Err(SetupError::Unhealthy {
                    venue,
                    account,
                    equity,
                    required,
                });
            }
        }
        Ok(())
    }
}
