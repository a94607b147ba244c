//! The engine as the reference meets it: opened, sent a second, and read, all in plain numbers.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, BidderId};
use seawall_oracle::OracleConfig;
use seawall_units::{Base, Price, Ratio, Time, Usd};
use seawall_venue::{
    Endowment, Event, MarginTable, PositionState, Receipt, Refusal, Setup, SetupError, SourceQuote,
    StageId, Tick, TrancheName, Venue,
};
use seawall_venue_orderbook::{
    AdlParams, BackstopParams, BookParams, Capital, FeeParams, FundingParams, FundingPrice,
    LiquidationParams, OrderBookVenue, Params, PremiumRule, Segment, ShortReading, Tier,
};

use super::deficit::Owing;
use super::market::{Cut, Dawn, Endowed, No, Opening, Purse, Reply, Taken, Unfit};
use super::rules::{Margins, ShortIndex};
use super::trade::Held;

pub fn usd(units: i128) -> Usd {
    Usd::from_units(units).unwrap()
}

pub fn price(units: i128) -> Price {
    Price::from_units(units).unwrap()
}

fn ratio(units: i128) -> Ratio {
    Ratio::from_units(units).unwrap()
}

fn account(number: usize) -> AccountId {
    AccountId::new(u32::try_from(number).unwrap())
}

fn params(opening: &Opening) -> Params {
    let rules = &opening.rules;
    let segment = |(to, share): &(i128, i128)| Segment {
        to: ratio(*to),
        share: ratio(*share),
    };
    let tier = |(above, most): &(i128, u32)| Tier {
        above: usd(*above),
        max_leverage: *most,
    };
    let defaults = Params::plain();
    Params {
        fees: FeeParams {
            taker: ratio(rules.taker_fee),
            maker: ratio(rules.maker_fee),
        },
        tiers: match &rules.margins {
            Margins::Tiers(tiers) => tiers.iter().map(tier).collect(),
            Margins::Table(..) => defaults.tiers,
        },
        book: BookParams {
            half_spread: ratio(rules.book.half_spread),
            segments: rules.book.segments.iter().map(segment).collect(),
            depth: ratio(rules.book.depth),
            maker_leverage: rules.book.leverage,
            half_life: rules.book.half_life,
            volatility_half_life: rules.book.memory,
            calm_volatility: ratio(rules.book.calm),
            withdrawal: ratio(rules.book.withdrawal),
            makers: Vec::new(),
        },
        oracle: OracleConfig {
            quorum: u16::try_from(rules.oracle.quorum).unwrap(),
            max_age: rules.oracle.max_age,
            max_deviation: ratio(rules.oracle.max_deviation),
            grace: rules.oracle.grace,
            reopening: rules.oracle.reopening,
        },
        mark_interval: rules.mark_every,
        mark: defaults.mark,
        watch: defaults.watch,
        funding: FundingParams {
            sample_interval: rules.funding.sample_every,
            impact_notional: usd(rules.funding.impact_notional),
            interest: ratio(rules.funding.interest),
            clamp: ratio(rules.funding.clamp),
            hourly_cap: ratio(rules.funding.hourly_cap),
            price: FundingPrice::Oracle,
            premium: PremiumRule::Impact,
        },
        liquidation: LiquidationParams {
            partial_above: usd(rules.partial_above),
            partial_share: ratio(rules.partial_share),
            cooldown: rules.cooldown,
        },
        backstop: BackstopParams {
            threshold: ratio(rules.takeover_below),
            interval: rules.takeover_every,
            carry: ratio(rules.carry),
            unwind_interval: rules.unwind_every,
            unwind_share: ratio(rules.unwind_share),
        },
        hlp: None,
        adl: AdlParams {
            interval: rules.adl_every,
            short_reading: match rules.short_index {
                ShortIndex::EntryOverMark => ShortReading::EntryOverMark,
                ShortIndex::MarkOverEntry => ShortReading::MarkOverEntry,
            },
        },
    }
}

/// A venue at its opening, or why there is none.
pub fn open(opening: &Opening) -> Result<OrderBookVenue, Unfit> {
    let endowment = |each: &Endowed| Endowment {
        account: account(each.user),
        size: Base::from_units(each.size).unwrap(),
        entry: price(each.entry),
        margin: usd(each.margin),
    };
    let setup = Setup {
        start: Time::from_secs(opening.start),
        opening: price(opening.price),
        margin: match opening.rules.margins {
            Margins::Table(initial, maintenance) => Some(MarginTable {
                initial: ratio(initial),
                maintenance: ratio(maintenance),
            }),
            Margins::Tiers(_) => None,
        },
        endowments: opening.endowed.iter().map(endowment).collect(),
        accounts: u32::try_from(opening.users).unwrap(),
    };
    let capital = Capital {
        makers: usd(opening.makers),
        backstops: opening.vaults.iter().map(|vault| usd(*vault)).collect(),
    };
    let mut venue =
        OrderBookVenue::new(setup, capital, params(opening)).map_err(|error| unfit(&error))?;
    for (lp, amount) in &opening.providers {
        venue
            .endow_lp(BidderId::new(*lp), TrancheName::Junior, usd(*amount))
            .unwrap();
    }
    Ok(venue)
}

fn unfit(error: &SetupError) -> Unfit {
    match error {
        SetupError::Unhealthy { account, .. } => Unfit::Unhealthy(account.index()),
        SetupError::Limit { .. } => Unfit::Makers,
        other => panic!("{other}"),
    }
}

pub fn dawn(venue: &mut OrderBookVenue, dawn: &Dawn) {
    let quotes: Vec<SourceQuote> = dawn
        .quotes
        .iter()
        .map(|seen| SourceQuote {
            source: seen.source,
            price: price(seen.price),
            at: Time::from_secs(seen.at),
            weight: seen.weight,
            max_age: seen.max_age,
        })
        .collect();
    venue.observe(&Tick {
        now: Time::from_secs(dawn.now),
        outside: price(dawn.outside),
        quotes: &quotes,
    });
    venue.accrue();
}

pub fn reply(answer: Result<Receipt, Refusal>) -> Reply {
    match answer {
        Ok(Receipt::Filled(fill)) => Reply::Filled {
            filled: fill.filled.units(),
            mark: fill.mark.units(),
            notional: fill.notional.units(),
            cost: fill.cost.units(),
        },
        Ok(Receipt::Moved { amount }) => Reply::Moved(amount.units()),
        Ok(Receipt::Queued) => Reply::Queued,
        Ok(Receipt::Noted) => Reply::Noted,
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Reply::No(no(&refusal)),
    }
}

fn no(refusal: &Refusal) -> No {
    match refusal {
        Refusal::NoPosition { .. } => No::Flat,
        Refusal::NotPositive => No::NotPositive,
        Refusal::InLiquidation => No::InLiquidation,
        Refusal::LimitPrice { price, limit } => No::LimitPrice {
            price: price.units(),
            limit: limit.units(),
        },
        Refusal::NoLiquidity => No::Empty,
        Refusal::PartOnly { filled, .. } => No::PartOnly {
            filled: filled.units(),
        },
        Refusal::InitialMargin { equity, required } => No::InitialMargin {
            equity: equity.units(),
            required: required.units(),
        },
        Refusal::Collateral { available, .. } => No::Collateral {
            available: available.units(),
        },
        Refusal::Liquidity { .. } => No::Liquidity,
        other => panic!("{other:?}"),
    }
}

/// What the engine says it did to positions and deficits; the one place that reads its events.
pub fn heard(venue: &mut OrderBookVenue) -> (Vec<Taken>, Vec<Cut>, Vec<Owing>) {
    let (mut taken, mut cuts, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let mut closed = Vec::new();
    for event in venue.drain_events() {
        match event {
            Event::Liquidation(one) => {
                let (user, size) = (one.account.index(), one.size.units());
                let equity = one.equity.units();
                taken.push(match one.stage {
                    StageId::PartialDeleverage => Taken::Book { user, size, equity },
                    StageId::Junior => Taken::Vault { user, size, equity },
                    _ => Taken::Winners { user, size, equity },
                });
            }
            Event::Cut(cut) => cuts.push(Cut {
                winner: cut.account.index(),
                deficit: cut.deficit.unwrap().index(),
                closed: cut.closed.units(),
                profit: cut.profit.units(),
                taken: cut.taken.units(),
            }),
            Event::DeficitOpened {
                id,
                account,
                amount,
                ..
            } => open.push(Owing {
                number: id.index(),
                owner: account.index(),
                opening: amount.units(),
                by_vaults: 0,
                by_winners: 0,
                residual: 0,
            }),
            Event::Stage(stage) => {
                let number = stage.deficit.map(seawall_ledger::DeficitId::index);
                let found = open.iter_mut().find(|owing| Some(owing.number) == number);
                match (found, stage.stage) {
                    (Some(owing), StageId::Junior) => owing.by_vaults += stage.absorbed.units(),
                    (Some(owing), StageId::Adl) => owing.by_winners += stage.absorbed.units(),
                    _ => {}
                }
            }
            Event::DeficitClosed { id, residual, .. } => {
                let at = open
                    .iter()
                    .position(|owing| owing.number == id.index())
                    .unwrap();
                let mut owing = open.remove(at);
                owing.residual = residual.units();
                closed.push(owing);
            }
            _ => {}
        }
    }
    assert!(
        open.is_empty(),
        "no deficit of an order book outlives its second"
    );
    (taken, cuts, closed)
}

pub fn purse(account: Account) -> Purse {
    match account {
        Account::External => Purse::Outside,
        Account::Protocol => Purse::Protocol,
        Account::Makers => Purse::Makers,
        Account::Backstop(vault) => Purse::Vault(usize::from(vault)),
        Account::Variation => Purse::Variation,
        Account::OpenDeficit(id) => Purse::Owing(id.index()),
        Account::Margin(id) => Purse::Margin(id.index()),
        Account::Free(id) => Purse::Free(id.index()),
        other => panic!("an order book has no {other}"),
    }
}

/// Every open position, with what of its funding is settled.
pub fn holders(venue: &OrderBookVenue) -> BTreeMap<Purse, Held> {
    let held = |state: &PositionState| Held {
        size: state.size.units(),
        cost: state.cost.units(),
        settled: state.since[0].value.parse::<Usd>().unwrap().units(),
    };
    let states = venue.position_states();
    states
        .iter()
        .map(|state| (purse(state.holder), held(state)))
        .collect()
}
