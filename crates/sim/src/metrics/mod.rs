//! Adds up what a venue does into its [`VenueOutcome`], without keeping entries or events.

mod accounts;
mod chain;
mod probe;
mod providers;
mod vaults;

use std::collections::BTreeSet;

use seawall_ledger::{Account, AccountId, AccountKind, Cause, DeficitId, Entry};
use seawall_scenario::LpGroup;
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{
    Command, Event, LpCapital, QuoteBasis, Receipt, StageId, StageReport, TrancheName, Venue,
    VenueProfile, VenueState,
};

use crate::audit::Auditor;
use crate::{HouseDeficit, MinuteRow, OrderFill, Reactions, StageOutcome, VenueOutcome};
use accounts::Traders;
use chain::Chain;
use probe::{Depth, Probe};
use providers::Providers;
use vaults::Vaults;

/// Sizes of the orders that are quoted every second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeSizes {
    /// An order that every live market fills; its refusal is a second without a quote.
    pub least: Usd,
    /// Orders whose cost is reported.
    pub sizes: Vec<Usd>,
}

impl Default for ProbeSizes {
    /// 1 000; 10 000, 100 000 and 1 000 000 USD.
    fn default() -> Self {
        Self {
            least: Usd::whole(1000),
            sizes: [10_000, 100_000, 1_000_000].map(Usd::whole).to_vec(),
        }
    }
}

/// Value and flow of one part of the capital.
#[derive(Debug)]
struct Part {
    role: &'static str,
    chain: Chain,
    start: Usd,
    /// Of this second.
    flow: Usd,
    /// Of the whole run.
    flows: Usd,
}

/// The running figures of one venue.
#[derive(Debug)]
pub(crate) struct Meter {
    stages: Vec<StageOutcome>,
    traders: Traders,
    orders: OrderFill,
    reactions: Reactions,
    /// Of the senior and the junior tranche.
    providers: [Providers; 2],
    /// What the last quotes of all probes are a function of.
    quoted_on: Option<QuoteBasis>,
    least: Probe,
    probes: Vec<Probe>,
    without_quote: u64,
    tranches: Vec<Part>,
    lp: Part,
    backstop: Option<Usd>,
    /// What their parent has moved to them, less what it took.
    seeded: Usd,
    capital_split: Vec<(&'static str, Usd)>,
    opening_deficit: Usd,
    winners_claims: Usd,
    deficits: u64,
    residual: Usd,
    house: House,
    vaults: Vaults,
    liquidated_notional: Usd,
    minutes: Vec<MinuteRow>,
}

/// Deficits of the venue's own parties, kept apart from the traders'.
#[derive(Debug, Default)]
struct House {
    first: Option<AccountId>,
    deficits: BTreeSet<DeficitId>,
    total: HouseDeficit,
}

impl House {
    fn owns(&self, account: AccountId) -> bool {
        self.first.is_some_and(|first| account >= first)
    }
}

/// The tranches whose drawdown is reported.
const TRANCHES: [(&str, AccountKind); 2] = [
    ("senior", AccountKind::Senior),
    ("junior", AccountKind::Junior),
];

fn lp_value(state: &VenueState) -> Usd {
    let parts = state.capital.iter();
    parts
        .filter(|part| part.is_lp == LpCapital::Yes)
        .map(|part| part.value)
        .sum()
}

fn role_value(state: &VenueState, role: &str) -> Option<Usd> {
    let part = state.capital.iter().find(|part| part.role == role);
    part.map(|part| part.value)
}

fn backstop_value(state: &VenueState) -> Option<Usd> {
    let vaults = state.capital.iter().filter(|part| part.role == "backstop");
    let values: Vec<Usd> = vaults.map(|part| part.value).collect();
    (!values.is_empty()).then(|| values.into_iter().sum())
}

/// The payers as the profile has them, and the residual behind them.
fn loss_order(profile: &VenueProfile) -> Vec<StageId> {
    let payers = profile.loss_order.iter().copied();
    let payers = payers.filter(|payer| *payer != StageId::Residual);
    payers.chain([StageId::Residual]).collect()
}

impl Meter {
    /// Begins with the venue as it was set up.
    pub(crate) fn new(venue: &dyn Venue, accounts: usize, probes: &ProbeSizes) -> Self {
        let (profile, state) = (venue.profile(), venue.state());
        let part = |role, value| Part {
            role,
            chain: Chain::new(value),
            start: value,
            flow: Usd::ZERO,
            flows: Usd::ZERO,
        };
        let stage = |stage| StageOutcome {
            stage,
            rule: profile.rule(stage),
            absorbed: Usd::ZERO,
            closed: Base::ZERO,
            owner_cost: Usd::ZERO,
            acted: 0,
            end: None,
        };
        let tranche = |(role, _)| role_value(&state, role).map(|value| part(role, value));
        Self {
            stages: StageId::ALL.map(stage).to_vec(),
            traders: Traders::new(accounts),
            orders: OrderFill::default(),
            reactions: Reactions::default(),
            providers: Default::default(),
            quoted_on: None,
            least: Probe::new(probes.least),
            probes: probes.sizes.iter().copied().map(Probe::new).collect(),
            without_quote: 0,
            tranches: TRANCHES.into_iter().filter_map(tranche).collect(),
            lp: part("lp", lp_value(&state)),
            backstop: backstop_value(&state),
            seeded: Usd::ZERO,
            capital_split: Vec::new(),
            opening_deficit: Usd::ZERO,
            winners_claims: Usd::ZERO,
            deficits: 0,
            residual: Usd::ZERO,
            house: House {
                first: profile.house,
                ..House::default()
            },
            vaults: Vaults::new(venue.tranches()),
            liquidated_notional: Usd::ZERO,
            minutes: Vec::new(),
        }
    }

    /// Counts what opening orders would get now. As long as all that quotes are a function of is
    /// what it was, they are what they were and nobody is asked.
    pub(crate) fn probe(&mut self, venue: &dyn Venue) {
        let basis = venue.quote_basis();
        let anew = basis.is_none() || basis != self.quoted_on;
        self.quoted_on = basis;
        if anew {
            self.least.ask(venue);
            for probe in &mut self.probes {
                probe.ask(venue);
            }
        }
        if self.least.count() == Depth::Short {
            self.without_quote = self.without_quote.saturating_add(1);
        }
        for probe in &mut self.probes {
            probe.count();
        }
    }

    /// An order was sent; `None` when it was refused.
    pub(crate) fn order(&mut self, size: Base, outside: Price, receipt: Option<&Receipt>) {
        self.orders.sent = self.orders.sent.saturating_add(1);
        self.orders.asked += outside.value_floor(size.abs());
        match receipt {
            Some(Receipt::Filled(fill)) => {
                self.orders.filled += outside.value_floor(fill.filled.abs());
            }
            Some(_) => {}
            None => self.orders.refused = self.orders.refused.saturating_add(1),
        }
    }

    /// Watches these liquidity providers from now on.
    pub(crate) fn watch(&mut self, groups: &[LpGroup], venue: &dyn Venue) {
        let tranches = [TrancheName::Senior, TrancheName::Junior];
        self.providers = tranches.map(|tranche| Providers::new(groups, tranche, venue));
    }

    /// A command was sent, by the stream or by an agent.
    pub(crate) fn sent(&mut self, command: &Command) {
        for providers in &mut self.providers {
            providers.asked(command);
        }
    }

    /// An agent's command was executed or refused.
    pub(crate) fn reaction(&mut self, receipt: Option<&Receipt>) {
        let Reactions { sent, refused } = &mut self.reactions;
        *sent = sent.saturating_add(1);
        *refused = refused.saturating_add(u64::from(receipt.is_none()));
    }

    /// A minute's liquidity has come and gone.
    pub(crate) fn attributed(&mut self, now: Time, venue: &dyn Venue) {
        for providers in &mut self.providers {
            providers.look(now, venue);
        }
    }

    /// A command was accepted, of the stream or of an agent.
    pub(crate) fn accepted(&mut self, command: &Command, receipt: &Receipt) {
        self.vaults.accepted(command, receipt);
    }

    pub(crate) fn entry(&mut self, entry: &Entry) {
        self.traders.entry(entry);
        let transfer = entry.transfer;
        self.vaults.entry(&transfer);
        let amount = transfer.amount();
        match transfer.cause() {
            Cause::CapitalPaidIn => self.paid_in(transfer.to().kind().name(), amount),
            // What a parent vault moves is no gain or loss of its children.
            Cause::HlpSeeded if transfer.to().kind() == AccountKind::Backstop => {
                self.seeded += amount;
            }
            Cause::HlpSwept if transfer.from().kind() == AccountKind::Backstop => {
                self.seeded -= amount;
            }
            Cause::VaultDeposit => self.flow(transfer.to().kind(), amount),
            Cause::VaultRedemption => self.flow(transfer.from().kind(), -amount),
            // What a frozen series gets back is its gain, and leaves it at once as claims.
            Cause::Recovery if transfer.to().kind() == AccountKind::PendingRedemption => {
                self.flow(AccountKind::Junior, -amount);
            }
            // What a winner's close finds missing (M-8.3) is owed to the vaults that pay it out;
            // what a bankrupt position owes passes through Clearing or goes to its counterparty.
            Cause::DeficitOpened
                if matches!(
                    transfer.to(),
                    Account::Senior | Account::Junior | Account::Margin(_)
                ) =>
            {
                self.winners_claims += amount;
            }
            _ => {}
        }
    }

    fn paid_in(&mut self, name: &'static str, amount: Usd) {
        match self
            .capital_split
            .iter_mut()
            .find(|(role, _)| *role == name)
        {
            Some((_, value)) => *value += amount,
            None => self.capital_split.push((name, amount)),
        }
    }

    fn flow(&mut self, kind: AccountKind, amount: Usd) {
        self.lp.flow += amount;
        let name = kind.name();
        if let Some(part) = self.tranches.iter_mut().find(|part| part.role == name) {
            part.flow += amount;
            part.flows += amount;
        }
    }

    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Liquidation(taken) => {
                self.traders.liquidated(taken.account);
                self.liquidated_notional += taken.mark.value_floor(taken.size.abs());
            }
            Event::DeficitOpened {
                id,
                account,
                amount,
                ..
            } if self.house.owns(*account) => {
                self.house.deficits.insert(*id);
                self.house.total.opened += *amount;
            }
            Event::DeficitOpened { amount, .. } => {
                self.opening_deficit += *amount;
                self.deficits = self.deficits.saturating_add(1);
            }
            Event::DeficitClosed { id, residual, .. } if self.house.deficits.contains(id) => {
                self.house.total.residual += *residual;
            }
            Event::DeficitClosed { residual, .. } => self.residual += *residual,
            Event::Stage(report) => self.stage(report),
            Event::Cut(cut) => self.traders.cut(cut),
            _ => {}
        }
    }

    fn stage(&mut self, report: &StageReport) {
        let found = self.stages.iter_mut().find(|s| s.stage == report.stage);
        let Some(stage) = found else { return };
        let of_house = |id: &DeficitId| self.house.deficits.contains(id);
        if report.deficit.as_ref().is_some_and(of_house) {
            match report.stage {
                StageId::Junior => self.house.total.backstop += report.absorbed,
                StageId::Adl => self.house.total.adl += report.absorbed,
                _ => {}
            }
        } else {
            stage.absorbed += report.absorbed;
        }
        stage.closed += report.closed;
        stage.owner_cost += report.owner_cost;
        let acted = report.absorbed.is_positive()
            || report.closed.is_positive()
            || !report.owner_cost.is_zero()
            || !report.transfers.is_empty();
        if acted {
            stage.acted = stage.acted.saturating_add(1);
        }
        // How it stood when it last did something; before that, why it did nothing.
        if acted || stage.acted == 0 {
            stage.end = Some(report.end);
        }
    }

    /// Closes a second.
    pub(crate) fn end_second(&mut self, state: &VenueState) {
        for part in &mut self.tranches {
            let value = role_value(state, part.role).unwrap_or_default();
            part.chain.step(value, std::mem::take(&mut part.flow));
        }
        let flow = std::mem::take(&mut self.lp.flow);
        self.lp.chain.step(lp_value(state), flow);
    }

    /// Adds the row of a whole minute.
    pub(crate) fn minute(&mut self, now: Time, state: &VenueState, venue: &dyn Venue) {
        self.vaults.look(venue.tranches());
        self.minutes.push(MinuteRow {
            time: now,
            mark: state.mark,
            open_interest_long: state.open_interest_long,
            open_interest_short: state.open_interest_short,
            lp_value: lp_value(state),
            open_deficit: state.open_deficit,
        });
    }

    fn drawdown(&self, role: &str) -> Option<Ratio> {
        let part = self.tranches.iter().find(|part| part.role == role);
        part.map(|part| part.chain.drawdown())
    }

    fn change(&self, state: &VenueState, role: &str) -> Option<Usd> {
        let part = self.tranches.iter().find(|part| part.role == role)?;
        Some(role_value(state, role)? - part.start - part.flows)
    }

    /// The figures of the whole run.
    pub(crate) fn outcome(mut self, venue: &dyn Venue, audit: &Auditor) -> VenueOutcome {
        let (profile, state) = (venue.profile(), venue.state());
        let adl = self.stages.iter().filter(|s| s.stage == StageId::Adl);
        let by_traders: Usd = adl.map(|s| s.absorbed).sum();
        let adl_absorbed = by_traders + self.house.total.adl;
        let winners = self.traders.winners(&venue.positions(), adl_absorbed);
        let backstop = backstop_value(&state);
        let [senior_providers, junior_providers] =
            self.providers.each_ref().map(Providers::outcome);
        VenueOutcome {
            name: profile.name,
            title: profile.title,
            loss_order: loss_order(profile),
            ledger_sum: venue.ledger().recount(),
            opening_deficit: self.opening_deficit,
            bad_debt: self.opening_deficit - self.winners_claims,
            deficits: self.deficits,
            residual: self.residual,
            order_violations: audit.order_violations(),
            breaches: audit.breaches().iter().map(ToString::to_string).collect(),
            winners,
            orders: self.orders,
            seconds_without_quote: self.without_quote,
            cost_vs_mark: self.probes.iter().map(Probe::outcome).collect(),
            senior_drawdown: self.drawdown("senior"),
            junior_drawdown: self.drawdown("junior"),
            senior_change: self.change(&state, "senior"),
            junior_change: self.change(&state, "junior"),
            lp_return: self.lp.chain.gain(),
            redemptions: self.vaults.redemptions(),
            recovered: self.vaults.recovered(),
            tranches: self.vaults.tranches(venue.tranches()),
            house: self.house.first.map(|_| self.house.total),
            backstop_result: backstop.and_then(|end| Some(end - self.backstop? - self.seeded)),
            liquidated_accounts: self.traders.liquidated_accounts(),
            liquidated_notional: self.liquidated_notional,
            funding_net: self.traders.funding_net(),
            funding_paid: self.traders.funding_paid(),
            senior_providers,
            junior_providers,
            reactions: self.reactions,
            capital_split: self.capital_split,
            stages: self.stages,
            arbitrage: Vec::new(),
            book: venue.book_record(),
            minutes: self.minutes,
        }
    }
}
