use seawall_ledger::{Account, AccountId, Entry, Ledger};
use seawall_market::{
    BidderSetup, Capital, Deleveraging, Gate, IsolatedMarket, LiquidityRequest, OrderPlan,
    OrderTerms, Params,
};
use seawall_oracle::Oracle;
use seawall_units::{Side, Time, Usd};
use seawall_vault::OpenLoss;
use seawall_venue::{
    CapitalPart, Command, Event, LpCapital, MarketStatus, PositionView, Quote, Receipt, Recount,
    Refusal, Setup, SetupError, Tick, TrancheView, Venue, VenueProfile, VenueState,
};
use seawall_waterfall::Waterfall;

use crate::profile::profile;

/// The tranched venue: one isolated market with its oracle and its waterfall.
#[derive(Debug)]
pub struct TranchedVenue {
    profile: VenueProfile,
    oracle: Oracle,
    market: IsolatedMarket,
    waterfall: Waterfall,
    now: Time,
    events: Vec<Event>,
}

impl TranchedVenue {
    /// A venue with its capital paid in, its initial positions taken and its bidders registered.
    ///
    /// **Errors** [`SetupError`] when a parameter is illegal, the positions break a limit or one
    /// would be liquidated at once.
    pub fn new(
        setup: Setup,
        capital: Capital,
        params: Params,
        bidders: Vec<BidderSetup>,
    ) -> Result<Self, SetupError> {
        let market = IsolatedMarket::new(&setup, capital, params, bidders)?;
        let params = market.params();
        Ok(Self {
            profile: profile(params.waterfall.loss_order),
            oracle: Oracle::new(params.oracle, setup.opening, setup.start),
            waterfall: Waterfall::new(params.waterfall.clone()).in_epochs(market.epochs()),
            now: setup.start,
            events: Vec::new(),
            market,
        })
    }

    /// The market behind it.
    #[must_use]
    pub const fn market(&self) -> &IsolatedMarket {
        &self.market
    }

    /// The waterfall behind it.
    #[must_use]
    pub const fn waterfall(&self) -> &Waterfall {
        &self.waterfall
    }

    fn gate(&self) -> Gate {
        self.market.gate(match self.waterfall.is_reduce_only() {
            true => Deleveraging::Yes,
            false => Deleveraging::No,
        })
    }

    fn open_loss(&self) -> OpenLoss {
        match (
            self.waterfall.has_open_deficit(),
            self.waterfall.is_deleveraging(),
        ) {
            (true, _) => OpenLoss::Deficit,
            (false, true) => OpenLoss::Adl,
            (false, false) => OpenLoss::None,
        }
    }

    fn order_terms(&self, command: &Command) -> Option<OrderTerms> {
        let Command::Order {
            account,
            size,
            margin,
            limit,
            fill,
        } = *command
        else {
            return None;
        };
        let side = self.market.position(account).side();
        let claim = side.map_or(Usd::ZERO, |side| self.waterfall.claim_on(side));
        Some(OrderTerms {
            account,
            size,
            margin,
            limit,
            fill,
            gate: self.gate(),
            claim,
        })
    }

    fn request(command: &Command) -> Option<LiquidityRequest> {
        match *command {
            Command::Provide {
                lp,
                tranche,
                amount,
            } => Some(LiquidityRequest::Provide {
                lp,
                tranche,
                amount,
            }),
            Command::Redeem {
                lp,
                tranche,
                amount,
            } => Some(LiquidityRequest::Redeem {
                lp,
                tranche,
                amount,
            }),
            Command::Claim { lp, tranche } => Some(LiquidityRequest::Claim { lp, tranche }),
            _ => None,
        }
    }

    fn plan_order(&self, terms: &OrderTerms) -> Result<OrderPlan, Refusal> {
        match self.waterfall.is_in_auction(terms.account) {
            true => Err(Refusal::InLiquidation),
            false => self.market.plan_order(terms),
        }
    }

    /// Writes a command other than an order that has been planned.
    fn commit_planned(&mut self, command: &Command) {
        if let Some(request) = Self::request(command) {
            self.market.commit_request(request);
        }
        match *command {
            Command::AddMargin { account, amount } => self.market.commit_margin(account, amount),
            Command::Withdraw { account, amount } => self.market.commit_withdraw(account, amount),
            Command::Recover { amount } => self.market.commit_recovery(amount),
            _ => {}
        }
    }

    fn take_events(&mut self) {
        self.events.append(&mut self.waterfall.drain_events());
    }

    fn view(&self, account: AccountId) -> PositionView {
        let position = self.market.position(account);
        PositionView {
            account,
            size: position.size(),
            cost: position.cost(),
            margin: self.market.margin_of(account),
            open_pnl: position.open_pnl(self.market.mark()),
            equity: self.market.equity_of(account),
        }
    }
}

impl Venue for TranchedVenue {
    fn profile(&self) -> &VenueProfile {
        &self.profile
    }

    fn observe(&mut self, tick: &Tick<'_>) {
        let before = self.market.status();
        let mark = self.oracle.observe(tick.now, tick.quotes);
        self.now = tick.now;
        self.market.observe(tick.now, mark.price, mark.status);
        self.waterfall.set_time(tick.now);
        let status = self.market.status();
        if status != before {
            self.events.push(Event::Status {
                time: tick.now,
                status,
            });
        }
    }

    fn accrue(&mut self) {
        if self.now.is_whole_minute() {
            self.market.accrue_minute();
        }
        self.market.accrue_second();
    }

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        if let Some(terms) = self.order_terms(command) {
            return Ok(Receipt::Filled(self.plan_order(&terms)?.fill));
        }
        if let Some(request) = Self::request(command) {
            return self.market.plan_request(&request);
        }
        match *command {
            Command::AddMargin { account, amount } => {
                self.market.plan_margin(account, amount)?;
                Ok(Receipt::Moved { amount })
            }
            Command::Withdraw { account, amount } => {
                self.market.plan_withdraw(account, amount)?;
                Ok(Receipt::Moved { amount })
            }
            Command::Recover { amount } => {
                let amount = self.market.plan_recovery(amount, self.open_loss())?;
                Ok(Receipt::Moved { amount })
            }
            _ => Err(Refusal::NotPositive),
        }
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        let receipt = match self.order_terms(command) {
            Some(terms) => {
                let plan = self.plan_order(&terms)?;
                self.market.commit_order(&plan, &mut self.waterfall);
                self.events.push(Event::Fill(plan.fill));
                Receipt::Filled(plan.fill)
            }
            None => {
                let receipt = self.plan(command)?;
                self.commit_planned(command);
                receipt
            }
        };
        self.market.ledger_mut().end_step();
        self.take_events();
        Ok(receipt)
    }

    fn liquidate(&mut self) {
        if self.market.status().liquidates() {
            self.waterfall.advance(&mut self.market);
            self.market.ledger_mut().end_step();
            self.take_events();
        }
    }

    fn attribute(&mut self) {
        self.market.attribute_minute(self.open_loss());
        self.market.ledger_mut().end_step();
    }

    fn finish(&mut self) {
        self.waterfall.finish(&mut self.market);
        self.market.ledger_mut().end_step();
        self.take_events();
    }

    fn quote(&self, side: Side, notional: Usd) -> Quote {
        self.market.quote_open(side, notional, self.gate())
    }

    fn state(&self) -> VenueState {
        let (market, values) = (&self.market, self.market.values());
        let mark = market.mark();
        let insurance = market.ledger().balance(Account::Insurance);
        let part = |role, value, is_lp| CapitalPart { role, value, is_lp };
        let status = match (market.status(), self.gate()) {
            (MarketStatus::Live, Gate::Reduce) => MarketStatus::ReduceOnly,
            (status, _) => status,
        };
        VenueState {
            mark,
            status,
            open_interest_long: market.totals().open_interest(Side::Long, mark),
            open_interest_short: market.totals().open_interest(Side::Short, mark),
            capital: vec![
                part("senior", values.senior, LpCapital::Yes),
                part("junior", values.junior, LpCapital::Yes),
                part("insurance", insurance, LpCapital::No),
            ],
            open_deficit: self.waterfall.open_amount(),
        }
    }

    fn tranches(&self) -> Option<TrancheView> {
        let open_deficit = self.waterfall.open_amount();
        Some(self.market.tranche_view(open_deficit))
    }

    fn ledger(&self) -> &Ledger {
        self.market.ledger()
    }

    fn drain_entries(&mut self) -> Vec<Entry> {
        self.market.ledger_mut().drain()
    }

    fn drain_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn position(&self, account: AccountId) -> Option<PositionView> {
        (!self.market.position(account).is_flat()).then(|| self.view(account))
    }

    fn positions(&self) -> Vec<PositionView> {
        self.market
            .open_positions()
            .map(|(account, _)| self.view(account))
            .collect()
    }

    fn recount(&self) -> Vec<Recount> {
        self.market.recount()
    }
}
