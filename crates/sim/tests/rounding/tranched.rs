//! Where roundings stay in the tranched market.

use std::collections::BTreeMap;

use seawall_funding::Indices;
use seawall_ledger::{Account, AccountId, AccountKind, Cause};
use seawall_margin::Position;
use seawall_market::{IsolatedMarket, Ladder};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Event, Fill, MarketStatus, StageId};

use crate::left::{Bound, Budget, Exact, exact, micro, owed, share, units, value};
use crate::second::{Postings, Second};

/// The market at the end of its last second.
pub(crate) struct Kept {
    positions: BTreeMap<AccountId, Position>,
    ladder: Ladder,
    net: Base,
    reserve: Usd,
}

impl Kept {
    pub(crate) fn of(market: &IsolatedMarket) -> Self {
        Self {
            positions: market.open_positions().collect(),
            ladder: market.ladder().clone(),
            net: market.net_size(),
            reserve: market.ledger().balance(Account::ImpactReserve),
        }
    }

    /// Positions that a second may have changed, as they were and as they are: those of which an
    /// event tells, and the bidders'. One that changed otherwise would break a law.
    fn changes(&self, market: &IsolatedMarket, second: &Second) -> Changes {
        let mut touched = second.accounts();
        touched.extend(market.bidders().iter().map(|(account, _)| account));
        let pair = |account| {
            let before = self.positions.get(&account).copied();
            let before = before.unwrap_or(Position::FLAT);
            (account, before, market.position(account))
        };
        touched.into_iter().map(pair).collect()
    }

    fn take(&mut self, changes: &[(AccountId, Position, Position)], market: &IsolatedMarket) {
        for (account, _, new) in changes {
            match new.is_flat() {
                true => self.positions.remove(account),
                false => self.positions.insert(*account, *new),
            };
        }
        self.ladder = market.ladder().clone();
        self.net = market.net_size();
        self.reserve = market.ledger().balance(Account::ImpactReserve);
    }
}

type Changes = Vec<(AccountId, Position, Position)>;

/// What a position owes for time, exactly: funding and utilisation.
fn unsettled(position: &Position, now: &Indices) -> (Exact, Exact) {
    let Some(side) = position.side() else {
        return (Exact::ZERO, Exact::ZERO);
    };
    let funding = now.funding - position.funding_then();
    let utilisation = now.utilisation(side) - position.utilisation_then();
    (
        owed(position.size(), funding),
        owed(position.size().abs(), utilisation),
    )
}

pub(crate) fn look(
    budget: &mut Budget,
    market: &IsolatedMarket,
    before: &mut Kept,
    second: &Second,
) {
    let postings = &second.postings;
    let changes = before.changes(market, second);
    // A pool without cash pays what it has, and a market that is wound up cuts: no roundings.
    if !market.pool_cash().is_positive() || postings.of(Cause::ResidualCut).is_positive() {
        *before = Kept::of(market);
        return;
    }
    settlements(budget, market, &changes, postings);
    let legs = units(legs(before, second));
    budget.note(
        "realised PnL",
        realised(market.mark(), &changes, postings),
        legs,
    );
    orders(budget, market, before, second);
    liquidation_fees(budget, market, postings);
    if second.now.is_whole_minute() {
        distribution(budget, market, postings);
        drip(budget, market, before, postings);
        valuation(budget, market);
    }
    before.take(&changes, market);
}

/// Funding and utilisation, each against what it is without rounding.
fn settlements(
    budget: &mut Budget,
    market: &IsolatedMarket,
    changes: &[(AccountId, Position, Position)],
    postings: &Postings,
) {
    let (mut funding, mut utilisation) = (Exact::ZERO, Exact::ZERO);
    let (mut payers, mut users) = (0, 0);
    for (_, old, new) in changes {
        let then = unsettled(old, market.indices());
        let now = unsettled(new, market.indices());
        funding += then.0 - now.0;
        utilisation += then.1 - now.1;
        payers += u64::from(then.0 != now.0);
        users += u64::from(then.1 != now.1);
    }
    let net = postings.of(Cause::FundingPaid) - postings.of(Cause::FundingReceived);
    budget.note("funding", exact(net) - funding, units(payers));
    let fees = postings.of(Cause::Utilisation);
    budget.note("utilisation", exact(fees) - utilisation, units(users));
}

/// What the vaults got of traders' PnL beyond the exact amount: the mark times the net size that
/// came in, less the cost of entry that came in. What one trader sells another cancels out.
fn realised(
    mark: Price,
    changes: &[(AccountId, Position, Position)],
    postings: &Postings,
) -> Exact {
    let mut pnl = Exact::ZERO;
    for (_, old, new) in changes {
        pnl += value(new.size() - old.size(), mark) - exact(new.cost() - old.cost());
    }
    let gain = postings.of(Cause::LossRealised) - postings.of(Cause::ProfitRealised);
    exact(gain) - pnl
}

/// Legs that were rounded: what a trade closes and what it opens, each for each of its parties.
fn legs(before: &Kept, second: &Second) -> u64 {
    let mut held: BTreeMap<AccountId, Base> = BTreeMap::new();
    let mut legs = 0;
    for event in &second.events {
        match event {
            Event::Fill(fill) => {
                let size = held.entry(fill.account).or_insert_with(|| {
                    let position = before.positions.get(&fill.account);
                    position.map_or(Base::ZERO, Position::size)
                });
                let turned = *size + fill.filled;
                legs += 1 + u64::from(size.signum() * turned.signum() < 0);
                *size = turned;
            }
            // The owner's leg, and in a sale the bidder's, who may turn his position.
            Event::Liquidation(sale) if sale.stage == StageId::Auction => legs += 3,
            Event::Liquidation(_) => legs += 1,
            Event::Cut(cut) if !cut.closed.is_zero() => legs += 1,
            _ => {}
        }
    }
    legs
}

/// The parts of an order that bring the skew to zero and beyond.
fn parts(net: Base, change: Base) -> [Base; 2] {
    let towards_zero = net.signum() * change.signum() < 0;
    let inward = match towards_zero {
        true => change.abs().min(net.abs()),
        false => Base::ZERO,
    };
    [inward, change.abs() - inward]
}

/// Taker fee, spread and impact of orders.
fn orders(budget: &mut Budget, market: &IsolatedMarket, before: &Kept, second: &Second) {
    let charges = &market.params().charges;
    let half_spread = match market.status() {
        MarketStatus::ReduceOnly => {
            let times = i32::from(market.params().ladder.reduce_only_spread);
            Ratio::whole(times).mul_floor(market.params().ladder.half_spread)
        }
        _ => market.params().ladder.half_spread,
    };
    let (mut net, mut fee, mut spread) = (before.net, Exact::ZERO, Exact::ZERO);
    let (mut of_fee, mut of_spread, mut operations) = (Exact::ZERO, Exact::ZERO, 0);
    for fill in second.fills() {
        let Fill { filled, mark, .. } = *fill;
        let rates = [charges.taker_inward, charges.taker_outward];
        for (size, rate) in parts(net, filled).into_iter().zip(rates) {
            let notional = value(size, mark);
            fee += share(notional, rate);
            spread += share(notional, half_spread);
            if !size.is_zero() {
                operations += 1;
                of_fee += micro() + share(micro(), rate);
                of_spread += micro() + share(micro(), half_spread);
            }
        }
        net += filled;
    }
    let each = |sum: Exact| Bound {
        operations,
        each: match operations {
            0 => micro(),
            _ => sum / Exact::from(operations) + 1,
        },
    };
    let postings = &second.postings;
    let paid = postings.of(Cause::TakerFee);
    budget.note("taker fee", exact(paid) - fee, each(of_fee));
    // What closes into the ladder by force pays spread and impact too, as far as margin goes.
    if second.is_quiet() {
        let paid = postings.of(Cause::Spread);
        budget.note("spread", exact(paid) - spread, each(of_spread));
        let alone = second.fills().count() == 1;
        impact(budget, market.mark(), (before, net), (postings, alone));
    }
}

/// Impact is the difference of one function of the net size: over orders that find the reserve
/// full nothing is left at all. One that finds less gets its share of what there is, rounded down.
fn impact(
    budget: &mut Budget,
    mark: Price,
    (before, net): (&Kept, Base),
    (postings, alone): (&Postings, bool),
) {
    let work = |net: Base| before.ladder.work(mark.value_floor(net.abs()));
    let (w0, w1, rebate) = (
        work(before.net),
        work(net),
        postings.of(Cause::ImpactRebate),
    );
    if before.reserve >= w0 {
        let into = postings.of(Cause::ImpactPaid) - rebate;
        budget.note("impact", exact(into) - exact(w1 - w0), units(0));
    } else if alone && net.signum() * before.net.signum() > 0 && w1 < w0 {
        let freed = exact(w0 - w1) * Exact::from(before.reserve.units());
        let left = freed / Exact::from(w0.units()) - exact(rebate);
        budget.note("rebate of a low reserve", left, units(1));
    }
}

/// Keeper and insurance get their shares of a liquidation fee rounded down; Junior has the rest.
fn liquidation_fees(budget: &mut Budget, market: &IsolatedMarket, postings: &Postings) {
    let charges = &market.params().charges;
    let cause = Cause::LiquidationFee;
    let fee = exact(postings.of(cause));
    // A fee that is not nothing leaves something to Junior.
    let fees = postings.count_to(cause, AccountKind::Junior);
    let shares = [
        (AccountKind::Keeper, charges.keeper_share),
        (AccountKind::Insurance, charges.insurance_share),
    ];
    for (to, ratio) in shares {
        let left = share(fee, ratio) - exact(postings.to(cause, to));
        budget.note("liquidation fee, to Junior", left, units(fees));
    }
}

/// Every share of the fees is rounded down and Junior has the rest; nothing stays behind.
fn distribution(budget: &mut Budget, market: &IsolatedMarket, postings: &Postings) {
    let fees = &market.params().fees;
    let parts = [
        Cause::FeeToProtocol,
        Cause::FeeToInsurance,
        Cause::Coupon,
        Cause::FeeToSenior,
    ];
    let [protocol, insurance, coupon, senior] = parts.map(|cause| postings.of(cause));
    let gross = protocol + insurance + coupon + senior + postings.of(Cause::FeeToJunior);
    let behind = market.ledger().balance(Account::Fees) - postings.of(Cause::BalancingFee);
    budget.note("fee account after a minute", exact(behind), units(0));
    let mut note = |whole, ratio, part| {
        let left = share(exact(whole), ratio) - exact(part);
        budget.note("fee waterfall, to Junior", left, units(1));
    };
    note(gross, fees.protocol, protocol);
    // Up to its target insurance takes its share, beyond it what misses there or, without a
    // junior tranche, Junior's part.
    if insurance == gross.mul_floor(fees.insurance) {
        note(gross, fees.insurance, insurance);
    }
    let rest = gross - protocol - insurance - coupon;
    if !postings.of(Cause::FeeToJunior).is_zero() {
        note(rest, fees.senior_share, senior);
    }
}

/// What does not drip though it is due: it stays in the reserve and drips later.
fn drip(budget: &mut Budget, market: &IsolatedMarket, before: &Kept, postings: &Postings) {
    let dripped = postings.of(Cause::ReserveDrip);
    let reserve = market.ledger().balance(Account::ImpactReserve);
    let need = before
        .ladder
        .work(market.mark().value_floor(market.net_size().abs()));
    let beyond = (reserve + dripped - need).or_zero();
    let part = exact(beyond) / Exact::from(market.params().ladder.drip);
    budget.note("drip", part - exact(dripped), units(1));
}

/// Cash of traders and vaults, less everybody's equity and the fees that are owed: what the
/// valuation leaves out because each equity is rounded down. Nothing of it is ever posted.
fn valuation(budget: &mut Budget, market: &IsolatedMarket) {
    let (mut cash, mut fees, mut positions) = (market.pool_cash(), Exact::ZERO, 0);
    let mut equities = market.pool_equity();
    for (account, position) in market.open_positions() {
        cash += market.margin_of(account);
        equities += market.equity_of(account);
        fees += unsettled(&position, market.indices()).1;
        positions += 1;
    }
    budget.note(
        "valuation",
        exact(cash - equities) - fees,
        units(3 * positions),
    );
}
