use seawall_ledger::{Account, AccountId, BidderId, Entry, Ledger};
use seawall_market::{
    BidderSetup, Capital, Deleveraging, Gate, IsolatedMarket, LiquidityRequest, OrderPlan,
    OrderTerms, Params,
};
use seawall_oracle::Oracle;
use seawall_units::{Price, Side, Time, Usd};
use seawall_vault::OpenLoss;
use seawall_venue::{
    CapitalPart, Command, Detail, Event, LpCapital, LpHolding, MarketStatus, PositionState,
    PositionView, Presence, Quote, QuoteBasis, QuoteParts, Receipt, Recount, Refusal, Setup,
    SetupError, ShareChange, Standing, Tick, Told, TrancheName, TrancheView, Venue, VenueProfile,
    VenueState,
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
    /// The last second that was accrued.
    accrued: Option<Time>,
    /// The outside price.
    outside: Price,
}

/// A command, by who decides it.
#[derive(Debug)]
enum Asked {
    Order(OrderTerms),
    Liquidity(LiquidityRequest),
    AddMargin(AccountId, Usd),
    Withdraw(AccountId, Usd),
    Bidding(BidderId, Presence),
    Recover(Usd),
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
            accrued: None,
            outside: setup.opening,
            market,
        })
    }

    /// The same venue writing no journal: [`Venue::take_entries`] gives nothing, balances and every
    /// law stay. For runs of which only figures are wanted; an audit of the journal needs it.
    #[must_use]
    pub fn without_journal(self) -> Self {
        Self {
            market: self.market.without_journal(),
            ..self
        }
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

    fn asked(&self, command: &Command) -> Asked {
        use LiquidityRequest as Ask;
        match *command {
            Command::Order {
                account,
                size,
                margin,
                limit,
                fill,
            } => {
                let side = self.market.position(account).side();
                Asked::Order(OrderTerms {
                    account,
                    size,
                    margin,
                    limit,
                    fill,
                    gate: self.gate(),
                    claim: side.map_or(Usd::ZERO, |side| self.waterfall.claim_on(side)),
                })
            }
            Command::AddMargin { account, amount } => Asked::AddMargin(account, amount),
            Command::Withdraw { account, amount } => Asked::Withdraw(account, amount),
            Command::Provide {
                lp,
                tranche,
                amount,
            } => Asked::Liquidity(Ask::Provide {
                lp,
                tranche,
                amount,
            }),
            Command::Redeem {
                lp,
                tranche,
                amount,
            } => Asked::Liquidity(Ask::Redeem {
                lp,
                tranche,
                amount,
            }),
            Command::Claim { lp, tranche } => Asked::Liquidity(Ask::Claim { lp, tranche }),
            Command::Bidding {
                bidder, presence, ..
            } => Asked::Bidding(bidder, presence),
            Command::Recover { amount } => Asked::Recover(amount),
        }
    }

    fn plan_order(&self, terms: &OrderTerms) -> Result<OrderPlan, Refusal> {
        match self.waterfall.is_in_auction(terms.account) {
            true => Err(Refusal::InLiquidation),
            false => self.market.plan_order(terms),
        }
    }

    fn plan_asked(&self, asked: &Asked) -> Result<Receipt, Refusal> {
        match asked {
            Asked::Order(terms) => Ok(Receipt::Filled(self.plan_order(terms)?.fill)),
            Asked::Liquidity(request) => self.market.plan_request(request),
            Asked::AddMargin(account, amount) => {
                self.market.plan_margin(*account, *amount)?;
                Ok(Receipt::Moved { amount: *amount })
            }
            Asked::Withdraw(account, amount) => {
                self.market.plan_withdraw(*account, *amount)?;
                Ok(Receipt::Moved { amount: *amount })
            }
            Asked::Bidding(bidder, _) => match self.market.bidders().account_of(*bidder) {
                Some(_) => Ok(Receipt::Noted),
                None => Err(Refusal::NoBidders),
            },
            Asked::Recover(amount) => {
                let amount = self.market.plan_recovery(*amount, self.open_loss())?;
                Ok(Receipt::Moved { amount })
            }
        }
    }

    fn execute_order(&mut self, terms: &OrderTerms) -> Result<Receipt, Refusal> {
        let plan = self.plan_order(terms)?;
        self.market.commit_order(&plan, &mut self.waterfall);
        self.market.tell(Event::Fill(plan.fill));
        Ok(Receipt::Filled(plan.fill))
    }

    fn execute(&mut self, asked: Asked) -> Result<Receipt, Refusal> {
        if let Asked::Order(terms) = &asked {
            return self.execute_order(terms);
        }
        let receipt = self.plan_asked(&asked)?;
        let told = told_of(&asked, &receipt);
        match asked {
            Asked::Order(_) => {}
            Asked::Liquidity(request) => self.market.commit_request(request),
            Asked::AddMargin(account, amount) => self.market.commit_margin(account, amount),
            Asked::Withdraw(account, amount) => self.market.commit_withdraw(account, amount),
            Asked::Bidding(bidder, presence) => self.market.bidders_mut().note(bidder, presence),
            Asked::Recover(amount) => self.market.commit_recovery(amount),
        }
        if let Some(event) = told {
            self.market.tell(event);
        }
        Ok(receipt)
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

/// What a journal says of a command that was executed, orders left out: they tell their own fill.
fn told_of(asked: &Asked, receipt: &Receipt) -> Option<Event> {
    use LiquidityRequest as Ask;
    Some(match (asked, receipt) {
        (&Asked::AddMargin(account, amount), _) => Event::MarginAdded { account, amount },
        (&Asked::Withdraw(account, amount), _) => Event::Withdrawn { account, amount },
        (Asked::Recover(_), &Receipt::Moved { amount }) => Event::Recovery { amount },
        (
            &Asked::Liquidity(Ask::Redeem { lp, tranche, .. }),
            &Receipt::Requested { shares, due, .. },
        ) => Event::Requested {
            lp,
            tranche,
            shares,
            due,
        },
        (&Asked::Liquidity(Ask::Claim { lp, tranche }), &Receipt::Moved { amount }) => {
            Event::Claimed {
                lp,
                tranche,
                amount,
            }
        }
        _ => return None,
    })
}

impl Venue for TranchedVenue {
    fn profile(&self) -> &VenueProfile {
        &self.profile
    }

    fn observe(&mut self, tick: &Tick<'_>) {
        let before = self.market.status();
        let prices = (self.market.mark(), self.outside);
        let mark = self.oracle.observe(tick.now, tick.quotes);
        (self.now, self.outside) = (tick.now, tick.outside);
        self.market.observe(tick.now, mark.price, mark.status);
        self.waterfall.set_time(tick.now);
        let status = self.market.status();
        if status != before {
            self.market.tell(Event::Status {
                time: tick.now,
                status,
            });
        }
        let (price, outside) = (mark.price, tick.outside);
        if (price, outside) != prices {
            let previous = None;
            self.market.tell(Event::Mark {
                price,
                outside,
                previous,
                made_of: None,
            });
        }
    }

    fn accrue(&mut self) {
        if self.accrued.replace(self.now) == Some(self.now) {
            return; // up to now already
        }
        if self.now.is_whole_minute() {
            self.market.accrue_minute();
        }
        self.market.accrue_second();
    }

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        self.plan_asked(&self.asked(command))
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        let receipt = self.execute(self.asked(command))?;
        self.market.ledger_mut().end_step();
        Ok(receipt)
    }

    fn liquidate(&mut self) {
        if self.market.status().liquidates() {
            self.waterfall.advance(&mut self.market);
            self.market.ledger_mut().end_step();
        }
    }

    fn attribute(&mut self) {
        self.market.attribute_minute(self.open_loss());
        self.market.ledger_mut().end_step();
    }

    fn finish(&mut self) {
        self.waterfall.finish(&mut self.market);
        self.market.ledger_mut().end_step();
    }

    fn quote(&self, side: Side, notional: Usd) -> Quote {
        self.market.quote_open(side, notional, self.gate())
    }

    fn quote_basis(&self) -> Option<QuoteBasis> {
        Some(self.market.quote_basis(self.gate()))
    }

    fn quote_parts(&self, side: Side, notional: Usd) -> Option<QuoteParts> {
        self.market.quote_parts(side, notional, self.gate())
    }

    fn quote_corners(&self, side: Side) -> Vec<Usd> {
        self.market.quote_corners(side)
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
            capital: [
                part("senior", values.senior, LpCapital::Yes),
                part("junior", values.junior, LpCapital::Yes),
                part("insurance", insurance, LpCapital::No),
            ]
            .into_iter()
            .collect(),
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

    fn take_entries(&mut self, buffer: &mut Vec<Entry>) {
        self.market.ledger_mut().take(buffer);
    }

    fn set_detail(&mut self, detail: Detail) {
        self.market.telling_mut().set_detail(detail);
    }

    fn take_told(&mut self, buffer: &mut Vec<Told>) {
        self.market.telling_mut().take(buffer);
    }

    fn position_states(&self) -> Vec<PositionState> {
        self.market.position_states()
    }

    fn share_register(&self) -> Vec<ShareChange> {
        self.market.share_register()
    }

    fn standing(&self) -> Standing {
        self.market.standing()
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

    fn endow_lp(&mut self, lp: BidderId, tranche: TrancheName, amount: Usd) -> Result<(), Refusal> {
        self.market.endow_lp(lp, tranche, amount)
    }

    fn lp_holding(&self, lp: BidderId, tranche: TrancheName) -> LpHolding {
        self.market.lp_holding(lp, tranche)
    }

    /// What a flat bidder got back lies in his free collateral.
    fn bidder_equity(&self, bidder: BidderId) -> Option<Usd> {
        let account = self.market.bidders().account_of(bidder)?;
        let free = self.market.ledger().balance(Account::Free(account));
        Some(self.market.equity_of(account) + free)
    }

    fn bidder_account(&self, bidder: BidderId) -> Option<AccountId> {
        self.market.bidders().account_of(bidder)
    }

    fn recount(&self) -> Vec<Recount> {
        self.market.recount()
    }
}
