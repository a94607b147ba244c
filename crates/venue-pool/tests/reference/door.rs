//! The only place that knows the engine's types: parameters, commands and prices come in, answers
//! and figures of the engine are put into the model's words.
use seawall_ledger::{Account, DeficitId};
use seawall_units::{Grid, Price};
use seawall_venue::{
    Command, Event, MarginTable, MarketStatus, Receipt, Refusal, SetupError, SourceQuote, StageId,
};
use seawall_venue_pool::{self as pool, Params};

use super::books::Purse;
use super::command::Ask;
use super::market::Outcome;
use super::number::{FACTOR, MONEY, PRICE, Q, RATIO, SHARES, TOKENS, down, of_units, whole, zero};
use super::oracle::Quoted;
use super::rules::{
    AdaptiveRule, AdlRank, Balance, BorrowingRules, CollateralRules, FeeRules, FundingRule,
    ImpactRules, OracleRules, ProfitRules, Rules, per_second,
};

/// What the keepers of both draw by.
pub(crate) const KEEPER: u64 = 20_251_010;

pub(crate) fn money(amount: impl Grid) -> Q {
    of_units(amount.units(), MONEY)
}

pub(crate) fn tokens(size: impl Grid) -> Q {
    of_units(size.units(), TOKENS)
}

pub(crate) fn shares(units: i128) -> Q {
    of_units(units, SHARES)
}

pub(crate) fn ratio(number: impl Grid) -> Q {
    of_units(number.units(), RATIO)
}

pub(crate) fn price(price: Price) -> Q {
    of_units(price.units(), PRICE)
}

pub(crate) fn quoted(quotes: &[SourceQuote]) -> Vec<Quoted> {
    let read = |quote: &SourceQuote| Quoted {
        source: quote.source,
        price: price(quote.price),
        at: quote.at.secs(),
        weight: u64::from(quote.weight),
        max_age: quote.max_age,
    };
    quotes.iter().map(read).collect()
}

fn impact(params: &pool::ImpactParams) -> ImpactRules {
    ImpactRules {
        factor_negative: ratio(params.factor_negative),
        factor_positive: ratio(params.factor_positive),
        exponent_negative: ratio(params.exponent_negative),
        exponent_positive: ratio(params.exponent_positive),
        max_negative: ratio(params.max_negative),
        max_positive: ratio(params.max_positive),
        max_for_liquidation: ratio(params.max_for_liquidation),
        balance: match params.balance {
            pool::Balance::Tokens => Balance::Tokens,
            pool::Balance::EntryUsd => Balance::EntryUsd,
        },
        others: match params.virtual_inventory {
            pool::VirtualInventory::None => None,
            pool::VirtualInventory::Others(others) => Some(tokens(others)),
        },
    }
}

fn collateral(params: &pool::CollateralParams, table: Option<MarginTable>) -> CollateralRules {
    let (initial, maintenance) = match table {
        Some(table) => (table.initial, table.maintenance),
        None => (params.min_factor, params.min_factor_for_liquidation),
    };
    CollateralRules {
        initial: ratio(initial),
        maintenance: ratio(maintenance),
        interest_multiplier: ratio(params.open_interest_multiplier),
        min_usd: money(params.min_usd),
        min_position: money(params.min_position),
    }
}

fn funding(rule: pool::Funding) -> FundingRule {
    match rule {
        pool::Funding::None => FundingRule::None,
        pool::Funding::Constant { rate } => FundingRule::Constant(per_second(&ratio(rate))),
        pool::Funding::Adaptive(rule) => {
            let max = per_second(&ratio(rule.max));
            let over = |seconds: u32| match seconds {
                0 => zero(),
                _ => down(&(&max / whole(i64::from(seconds))), FACTOR),
            };
            FundingRule::Adaptive(Box::new(AdaptiveRule {
                min: per_second(&ratio(rule.min)),
                rise: over(rule.rise),
                fall: over(rule.fall),
                stable: ratio(rule.stable_threshold),
                decrease: ratio(rule.decrease_threshold),
                forgets_when_one_sided: rule.quirks.reset_when_one_sided,
                zero_charges_longs: rule.quirks.zero_rate_charges_longs,
                decay_keeps_sign: rule.quirks.decay_keeps_sign,
                max,
            }))
        }
        pool::Funding::SkewProportional { factor, max } => {
            FundingRule::Proportional(per_second(&ratio(factor)), per_second(&ratio(max)))
        }
    }
}

pub(crate) fn rules(params: &Params, table: Option<MarginTable>) -> Rules {
    let (fees, borrowing, pnl) = (&params.fees, &params.borrowing, &params.pnl);
    Rules {
        oracle: OracleRules {
            quorum: usize::from(params.oracle.quorum),
            max_age: params.oracle.max_age,
            max_deviation: ratio(params.oracle.max_deviation),
        },
        half_spread: ratio(params.half_spread),
        max_open_interest: money(params.max_open_interest),
        reserve_factor: ratio(params.reserve_factor),
        interest_reserve_factor: ratio(params.open_interest_reserve_factor),
        max_side_for_deposit: money(params.max_side_pool_for_deposit),
        impact: impact(&params.impact),
        fees: FeeRules {
            improving: ratio(fees.improving),
            worsening: ratio(fees.worsening),
            liquidation: ratio(fees.liquidation),
            protocol_share: ratio(fees.protocol_share),
        },
        collateral: collateral(&params.collateral, table),
        borrowing: BorrowingRules {
            optimal: ratio(borrowing.optimal),
            base: per_second(&ratio(borrowing.base)),
            above: per_second(&ratio(borrowing.above)),
            smaller_side_pays: borrowing.smaller_side == pool::SmallerSide::Pays,
            power: match borrowing.curve {
                pool::BorrowingCurve::Kink => None,
                pool::BorrowingCurve::Power { factor, exponent } => {
                    Some((per_second(&ratio(factor)), ratio(exponent)))
                }
            },
        },
        funding: funding(params.funding),
        profit: ProfitRules {
            traders: ratio(pnl.traders),
            adl: ratio(pnl.adl),
            after_adl: ratio(pnl.after_adl),
            deposits: ratio(pnl.deposits),
            withdrawals: ratio(pnl.withdrawals),
        },
        keeper: KEEPER,
        rank: match params.adl_order {
            pool::AdlOrder::LargestProfit => AdlRank::Profit,
            pool::AdlOrder::LargestReturn => AdlRank::Return,
            pool::AdlOrder::LargestPosition => AdlRank::Position,
            pool::AdlOrder::Oldest => AdlRank::Oldest,
            pool::AdlOrder::Random => AdlRank::Random,
        },
    }
}

pub(crate) fn ask(command: &Command) -> Ask {
    match *command {
        Command::Order {
            account,
            size,
            margin,
            limit,
            fill: _,
        } => Ask::Order {
            account: account.number(),
            tokens: tokens(size),
            margin: money(margin),
            limit: limit.map(price),
        },
        Command::AddMargin { account, amount } => Ask::AddMargin {
            account: account.number(),
            amount: money(amount),
        },
        Command::Withdraw { account, amount } => Ask::Withdraw {
            account: account.number(),
            amount: money(amount),
        },
        Command::Provide { lp, amount, .. } => Ask::Provide {
            lp: lp.number(),
            amount: money(amount),
        },
        Command::Redeem { lp, amount, .. } => Ask::Redeem {
            lp: lp.number(),
            amount: money(amount),
        },
        Command::Claim { .. } => Ask::Claim,
        Command::Recover { .. } => Ask::Recover,
        Command::Bidding { .. } => Ask::Bidding,
    }
}

pub(crate) fn purse(account: Account) -> Purse {
    match account {
        Account::External => Purse::External,
        Account::Pool => Purse::Pool,
        Account::ImpactPool => Purse::ImpactPool,
        Account::Protocol => Purse::Protocol,
        Account::Clearing => Purse::Clearing,
        Account::OpenDeficit(id) => Purse::OpenDeficit(id.number()),
        Account::Margin(id) => Purse::Margin(id.number()),
        Account::Free(id) => Purse::Free(id.number()),
        other => panic!("a pool has no account {other}"),
    }
}

/// An answer as its kind and its figures, so that one of the engine and one of the model compare.
pub(crate) type Answer = (&'static str, Vec<Q>);

pub(crate) fn answer(got: &Result<Receipt, Refusal>) -> Answer {
    match got {
        Ok(Receipt::Filled(fill)) => {
            assert_eq!(fill.asked, fill.filled, "an order is filled whole or not");
            let who = of_units(i128::from(fill.account.number()), 0);
            let (size, mark) = (tokens(fill.filled), price(fill.mark));
            let figures = vec![who, size, mark, money(fill.notional), money(fill.cost)];
            ("filled", figures)
        }
        Ok(Receipt::Moved { amount }) => ("moved", vec![money(*amount)]),
        Ok(Receipt::Queued) => ("queued", vec![]),
        Err(Refusal::Status {
            status: MarketStatus::Halted,
        }) => ("status", vec![]),
        Err(Refusal::NoPosition { .. }) => ("no position", vec![]),
        Err(Refusal::NotPositive) => ("not positive", vec![]),
        Err(Refusal::InitialMargin { equity, required }) => {
            ("initial margin", vec![money(*equity), money(*required)])
        }
        Err(Refusal::Limit {
            limit,
            value,
            allowed,
        }) => (*limit, vec![money(*value), money(*allowed)]),
        Err(Refusal::BelowMinimum {
            limit,
            value,
            least,
        }) => (*limit, vec![money(*value), money(*least)]),
        Err(Refusal::LimitPrice {
            price: found,
            limit,
        }) => ("limit price", vec![price(*found), price(*limit)]),
        Err(Refusal::Collateral { available, asked }) => {
            ("collateral", vec![money(*available), money(*asked)])
        }
        Err(Refusal::NoBidders) => ("no bidders", vec![]),
        Err(Refusal::Liquidity { .. }) => ("liquidity", vec![]),
        other => panic!("the pool never answers {other:?}"),
    }
}

/// Why the engine refused to open a market.
pub(crate) fn setup_refusal(error: &SetupError) -> Answer {
    match error {
        SetupError::Limit {
            limit,
            value,
            allowed,
            ..
        } => (*limit, vec![money(*value), money(*allowed)]),
        SetupError::Unhealthy {
            account,
            equity,
            required,
            ..
        } => {
            let who = of_units(i128::from(account.number()), 0);
            ("unhealthy", vec![who, money(*equity), money(*required)])
        }
        other => panic!("the parameters of the test are legal: {other}"),
    }
}

/// What the engine's events say in the model's words; of a deficit all at once.
pub(crate) fn outcomes(events: &[Event]) -> Vec<Outcome> {
    let mut found: Vec<Outcome> = Vec::new();
    for event in events {
        match event {
            Event::Status { status, .. } => found.push(Outcome::Status {
                live: *status == MarketStatus::Live,
            }),
            Event::Fill(fill) => found.push(Outcome::Filled {
                account: fill.account.number(),
                tokens: tokens(fill.filled),
                notional: money(fill.notional),
                cost: money(fill.cost),
            }),
            Event::Liquidation(closed) => found.push(Outcome::Liquidation {
                account: closed.account.number(),
                tokens: tokens(closed.size),
                price: price(closed.price),
                remaining: money(closed.equity),
                required: money(closed.maintenance),
            }),
            Event::Cut(cut) => found.push(Outcome::Cut {
                account: cut.account.number(),
                tokens: tokens(cut.closed),
                profit: money(cut.profit),
                taken: money(cut.taken),
            }),
            Event::Stage(report) if report.stage == StageId::Adl => {
                found.push(Outcome::Deleveraged {
                    account: report.account.expect("whose").number(),
                    tokens: tokens(report.closed),
                    cost: money(report.owner_cost),
                });
            }
            Event::DeficitOpened {
                id,
                account,
                side,
                amount,
                ..
            } => {
                found.push(Outcome::Deficit {
                    id: id.number(),
                    account: account.number(),
                    long: *side == seawall_units::Side::Long,
                    amount: money(*amount),
                    absorbed: zero(),
                    residual: -money(*amount),
                });
            }
            Event::Stage(report) => {
                let (absorbed, _) = deficit_of(&mut found, report.deficit);
                *absorbed += money(report.absorbed);
            }
            Event::DeficitClosed {
                id, residual: left, ..
            } => {
                let (_, residual) = deficit_of(&mut found, Some(*id));
                *residual = money(*left);
            }
            _ => {}
        }
    }
    found
}

/// What was absorbed of a deficit of this step and what is left of it.
fn deficit_of(found: &mut [Outcome], wanted: Option<DeficitId>) -> (&mut Q, &mut Q) {
    let wanted = wanted.expect("a payer's stage names its deficit").number();
    let figures = |outcome| match outcome {
        &mut Outcome::Deficit {
            id,
            ref mut absorbed,
            ref mut residual,
            ..
        } if id == wanted => Some((absorbed, residual)),
        _ => None,
    };
    let found = found.iter_mut().find_map(figures);
    found.expect("a deficit of this step")
}
