//! Where roundings stay in the pool without tranches.

use std::collections::BTreeMap;

use ethnum::I256;
use seawall_ledger::{Account, AccountId, AccountKind, Cause};
use seawall_units::{Base, Price, Ratio, Round, Side, Usd};
use seawall_venue::{Event, StageId, Venue};
use seawall_venue_pool::{Accrued, Params, PoolVenue};

use crate::left::{Bound, Budget, Exact, charged, exact, micro, share, units, value};
use crate::second::{Postings, Second};

/// One position: its size, its value at entry and up to when its dues are settled.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Held {
    size: Base,
    cost: Usd,
    settled: Accrued,
}

fn held(venue: &PoolVenue, account: AccountId) -> Option<Held> {
    let view = venue.position(account)?;
    Some(Held {
        size: view.size,
        cost: view.cost,
        settled: venue.settled_at(account)?,
    })
}

/// The pool at the end of its last second.
pub(crate) struct Kept {
    positions: BTreeMap<AccountId, Held>,
    /// Open interest at entry of longs and shorts.
    interest: [Usd; 2],
    accrued: [Accrued; 2],
    float: Usd,
}

/// A position that a second may have changed, as it was and as it is.
type Change = (AccountId, Option<Held>, Option<Held>);

const fn slot(size: Base) -> usize {
    match size.is_negative() {
        true => 1,
        false => 0,
    }
}

fn cost(held: Option<&Held>) -> Usd {
    held.map_or(Usd::ZERO, |held| held.cost)
}

impl Kept {
    pub(crate) fn of(venue: &PoolVenue) -> Self {
        let mut interest = [Usd::ZERO; 2];
        let views = venue.positions();
        for view in &views {
            interest[slot(view.size)] += view.cost.abs();
        }
        let accounts = views.into_iter().map(|view| view.account);
        Self {
            positions: accounts
                .filter_map(|id| Some((id, held(venue, id)?)))
                .collect(),
            interest,
            accrued: Side::BOTH.map(|side| venue.accrued(side)),
            float: venue.funding_float(),
        }
    }

    /// Those of which an event tells. One that changed otherwise would break a law.
    fn changes(&self, venue: &PoolVenue, second: &Second) -> Vec<Change> {
        let pair = |id| (id, self.positions.get(&id).copied(), held(venue, id));
        second.accounts().into_iter().map(pair).collect()
    }

    fn take(&mut self, changes: &[Change], venue: &PoolVenue) {
        for (account, old, new) in changes {
            if let Some(old) = old {
                self.interest[slot(old.size)] -= old.cost.abs();
                self.positions.remove(account);
            }
            if let Some(new) = new {
                self.interest[slot(new.size)] += new.cost.abs();
                self.positions.insert(*account, *new);
            }
        }
        self.accrued = Side::BOTH.map(|side| venue.accrued(side));
        self.float = venue.funding_float();
    }
}

/// What a second settled of what time had charged, exactly, and how many roundings that took: of
/// the borrowing fee, of funding paid and of funding received.
fn settled(changes: &[Change], now: [Accrued; 2]) -> [(Exact, u64); 3] {
    let mut found = [(Exact::ZERO, 0); 3];
    for (_, old, new) in changes {
        let Some(old) = old.filter(|old| Some(*old) != *new) else {
            continue;
        };
        let (now, then) = (now[slot(old.size)], old.settled);
        let dues = [
            now.borrowing - then.borrowing,
            now.paid - then.paid,
            now.received - then.received,
        ];
        for ((sum, count), due) in found.iter_mut().zip(dues) {
            *sum += charged(old.cost.abs(), due);
            *count += u64::from(due != 0);
        }
    }
    found
}

pub(crate) fn look(
    budget: &mut Budget,
    params: &Params,
    (venue, before): (&PoolVenue, &mut Kept),
    second: &Second,
) {
    let now = Side::BOTH.map(|side| venue.accrued(side));
    let changes = before.changes(venue, second);
    let [borrowing, paid, received] = settled(&changes, now);
    let postings = &second.postings;
    // The float takes in what is owed, paid or missing in a deficit, and gives what is received.
    let float = venue.funding_float() - before.float;
    let both = units(paid.1 + received.1);
    budget.note("funding float", exact(float) - (paid.0 - received.0), both);
    accrual(budget, before, now);
    let funding = float + postings.of(Cause::FundingReceived);
    realised(
        budget,
        (params, venue.state().mark),
        (before, &changes),
        (second, funding),
    );
    if second.is_quiet() {
        let fees = exact(postings.of(Cause::Utilisation));
        budget.note("borrowing fee", fees - borrowing.0, units(borrowing.1));
        position_fees(budget, params, &changes, second);
        protocol_shares(budget, params, postings);
    }
    before.take(&changes, venue);
}

/// The protocol gets its share of a fee rounded down; the pool has the rest.
fn protocol_shares(budget: &mut Budget, params: &Params, postings: &Postings) {
    for cause in [Cause::Utilisation, Cause::TakerFee] {
        let protocol = exact(postings.to(cause, AccountKind::Protocol));
        let left = share(exact(postings.of(cause)), params.fees.protocol_share) - protocol;
        let fees = postings.count_to(cause, AccountKind::Pool);
        budget.note("fees, to the pool", left, units(fees));
    }
}

/// What the receivers' factor loses: under one unit of its thirtieth decimal for each USD of size.
fn accrual(budget: &mut Budget, before: &Kept, now: [Accrued; 2]) {
    let (mut left, mut receiving) = (Exact::ZERO, Usd::ZERO);
    for ((then, now), size) in before.accrued.iter().zip(now).zip(before.interest) {
        left += charged(size, now.paid - then.paid) - charged(size, now.received - then.received);
        if now.received != then.received {
            receiving += size;
        }
    }
    let bound = Bound {
        operations: u64::from(receiving.is_positive()),
        each: charged(receiving, I256::ONE),
    };
    budget.note("receivers' factor", left, bound);
}

/// The trades of a second, signed: what is bought at the higher price and sold at the lower one.
fn trades(before: &Kept, second: &Second) -> (Vec<Base>, u64) {
    let (mut trades, mut turns, mut cut) = (Vec::new(), 0, Base::ZERO);
    let mut held: BTreeMap<AccountId, Base> = BTreeMap::new();
    for event in &second.events {
        match event {
            Event::Fill(fill) => {
                let size = held.entry(fill.account).or_insert_with(|| {
                    let held = before.positions.get(&fill.account);
                    held.map_or(Base::ZERO, |held| held.size)
                });
                let turned = *size + fill.filled;
                turns += u64::from(size.signum() * turned.signum() < 0);
                *size = turned;
                trades.push(fill.filled);
            }
            Event::Liquidation(closed) => trades.push(-closed.size),
            Event::Cut(of) => cut = of.closed,
            Event::Stage(report) if report.stage == StageId::Adl && !report.closed.is_zero() => {
                trades.push(-cut);
            }
            _ => {}
        }
    }
    (trades, turns)
}

/// What traders realise: the value of a trade is rounded against them, once a leg. What the pool
/// does not get of it in cash is a deficit or the cap on profits, and counted in.
fn realised(
    budget: &mut Budget,
    (params, mark): (&Params, Price),
    (before, changes): (&Kept, &[Change]),
    (second, funding): (&Second, Usd),
) {
    let half = params.half_spread;
    let low = mark.scaled(Ratio::ONE - half, Round::Floor).unwrap();
    let high = mark.scaled(Ratio::ONE + half, Round::Ceil).unwrap();
    let (trades, turns) = trades(before, second);
    let mut pnl = Exact::ZERO;
    for size in &trades {
        let price = if size.is_positive() { high } else { low };
        pnl += value(*size, price);
    }
    for (_, old, new) in changes {
        pnl -= exact(cost(new.as_ref()) - cost(old.as_ref()));
    }
    let postings = &second.postings;
    let owed = postings.of(Cause::LossRealised)
        + postings.of(Cause::FundingPaid)
        + postings.to(Cause::DeficitOpened, AccountKind::Pool);
    let gain = owed - funding - postings.of(Cause::ProfitRealised);
    let legs = u64::try_from(trades.len()).unwrap() + turns;
    budget.note("realised PnL", exact(gain) - pnl, units(legs));
}

/// The fee of an order that only opens or only closes, alone in its second: by the tier that it
/// must be.
fn position_fees(budget: &mut Budget, params: &Params, changes: &[Change], second: &Second) {
    let sign = |held: &Option<Held>| held.map_or(0, |held| held.size.signum());
    for (account, old, new) in changes {
        let fills = second
            .fills()
            .filter(|fill| fill.account == *account)
            .count();
        if fills != 1 || sign(old) * sign(new) < 0 {
            continue;
        }
        let fee: Usd = second
            .paid_by(Account::Margin(*account), Cause::TakerFee)
            .sum();
        let size = exact((cost(new.as_ref()) - cost(old.as_ref())).abs());
        let tiers = [params.fees.improving, params.fees.worsening];
        let lefts = tiers.map(|tier| exact(fee) - share(size, tier));
        let legal = lefts
            .into_iter()
            .filter(|left| (Exact::ZERO..micro()).contains(left));
        budget.note("position fee", legal.min().unwrap_or(exact(fee)), units(1));
    }
}
