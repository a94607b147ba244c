//! From outcomes to the document.

use seawall_scenario::Change;
use seawall_sim as sim;
use seawall_venue::StageRule;

use super::document::{
    Arbitrageur, Book, CapitalPart, Comparison, CostAtSize, Interest, Minute, Orders, Override,
    Prices, Providers, Reactions, Span, Stage, Venue, Winners, WorstCase,
};
use super::{Number, SCHEMA_VERSION, SkipWord};
use crate::metric::minutes;

impl From<&sim::Comparison> for Comparison {
    fn from(run: &sim::Comparison) -> Self {
        let (first, last) = run.span;
        let (long, short) = run.opening_interest;
        let (opening, lowest, end) = run.price;
        Self {
            schema_version: SCHEMA_VERSION,
            scenario: run.scenario.clone(),
            question: run.question.clone(),
            scenario_hash: run.scenario_hash.clone(),
            overrides: run.overrides.iter().map(Override::from).collect(),
            seed: run.seed,
            terms: run.terms.clone(),
            capital_usd: run.capital.into(),
            span: Span {
                first: first.secs(),
                last: last.secs(),
            },
            observed_seconds: run.observed_seconds,
            interpolated_seconds: run.interpolated_seconds,
            scale: Number::ratio(run.scale),
            positions: run.positions,
            opening_interest: Interest {
                long_usd: long.into(),
                short_usd: short.into(),
            },
            price: Prices {
                opening: opening.into(),
                lowest: lowest.into(),
                last: end.into(),
            },
            venues: run.venues.iter().map(Venue::from).collect(),
        }
    }
}

impl From<&Change> for Override {
    fn from(change: &Change) -> Self {
        Self {
            key: change.key.clone(),
            before: change.before.clone(),
            after: change.after.clone(),
        }
    }
}

impl From<&sim::VenueOutcome> for Venue {
    fn from(venue: &sim::VenueOutcome) -> Self {
        let split = venue.capital_split.iter();
        let fill_rate = venue.orders.filled.ratio_floor(venue.orders.asked);
        Self {
            name: venue.name.to_owned(),
            title: venue.title.to_owned(),
            capital_split: split.map(CapitalPart::from).collect(),
            loss_order: venue.loss_order.iter().map(|&s| s.into()).collect(),
            ledger_sum: venue.ledger_sum.into(),
            opening_deficit_usd: venue.opening_deficit.into(),
            bad_debt_usd: venue.bad_debt.into(),
            deficits: venue.deficits,
            stages: venue.stages.iter().map(Stage::from).collect(),
            residual_usd: venue.residual.into(),
            order_violations: venue.order_violations,
            breaches: venue.breaches.clone(),
            winners: Winners::from(&venue.winners),
            orders: Orders::from(&venue.orders),
            fill_rate: fill_rate.map(Number::ratio),
            seconds_without_quote: venue.seconds_without_quote,
            minutes_without_quote: Number::from_units(minutes(venue.seconds_without_quote), 6),
            cost_vs_mark_bps: venue.cost_vs_mark.iter().map(CostAtSize::from).collect(),
            senior_drawdown: venue.senior_drawdown.map(Number::ratio),
            junior_drawdown: venue.junior_drawdown.map(Number::ratio),
            senior_change_usd: venue.senior_change.map(Into::into),
            junior_change_usd: venue.junior_change.map(Into::into),
            lp_return: Number::ratio(venue.lp_return),
            redemptions_asked_usd: venue.redemptions.asked.into(),
            redemptions_granted_usd: venue.redemptions.granted.into(),
            redemptions_claimed_usd: venue.redemptions.claimed.into(),
            redemptions_waiting_usd: venue.tranches.map(|t| t.waiting.into()),
            recovered_usd: venue.recovered.into(),
            senior_worst_case_start: venue.tranches.map(|t| t.worst_case_start.into()),
            senior_worst_case: venue.tranches.map(|t| t.worst_case_most.into()),
            coupon_arrears_due_usd: venue.tranches.map(|t| t.arrears_due.into()),
            coupon_arrears_oldest: venue
                .tranches
                .and_then(|t| t.arrears_oldest)
                .map(|day| day.secs()),
            coupon_arrears_lapsed_usd: venue.tranches.map(|t| t.arrears_lapsed.into()),
            backstop_result_usd: venue.backstop_result.map(Into::into),
            house_deficit_usd: venue.house.map(|h| h.opened.into()),
            house_backstop_usd: venue.house.map(|h| h.backstop.into()),
            house_adl_usd: venue.house.map(|h| h.adl.into()),
            house_residual_usd: venue.house.map(|h| h.residual.into()),
            liquidated_accounts: venue.liquidated_accounts,
            liquidated_notional_usd: venue.liquidated_notional.into(),
            funding_net_usd: venue.funding_net.into(),
            funding_paid_usd: venue.funding_paid.into(),
            arbitrageurs: venue.arbitrage.iter().map(Arbitrageur::from).collect(),
            senior_providers: venue.senior_providers.as_ref().map(Providers::from),
            junior_providers: venue.junior_providers.as_ref().map(Providers::from),
            reactions: Reactions {
                sent: venue.reactions.sent,
                refused: venue.reactions.refused,
            },
            book: venue.book.map(Book::from),
            why: crate::because::sentence(venue),
            minutes: venue.minutes.iter().map(Minute::from).collect(),
        }
    }
}

impl From<&(&'static str, seawall_units::Usd)> for CapitalPart {
    fn from((role, amount): &(&'static str, seawall_units::Usd)) -> Self {
        Self {
            role: (*role).to_owned(),
            amount_usd: (*amount).into(),
        }
    }
}

impl From<&sim::LpRun> for Providers {
    fn from(run: &sim::LpRun) -> Self {
        Self {
            stake_usd: run.stake.into(),
            asked_usd: run.asked.into(),
            left_usd: run.left.into(),
            first_exit: run.first_exit.map(Number::ratio),
            first_exit_time: run.first_exit_at.map(|at| at.secs()),
            last_exit: run.last_exit.map(Number::ratio),
            last_exit_time: run.last_exit_at.map(|at| at.secs()),
            stayed: run.stayed.map(Number::ratio),
            hhi_start: run.hhi_start.map(Number::ratio),
            hhi_end: run.hhi_end.map(Number::ratio),
        }
    }
}

impl From<seawall_venue::WorstCase> for WorstCase {
    fn from(worst: seawall_venue::WorstCase) -> Self {
        Self {
            loss_usd: worst.loss.into(),
            fall_usd: worst.fall.into(),
            fall_by: Number::ratio(worst.fall_by),
            rise_usd: worst.rise.into(),
            rise_by: Number::ratio(worst.rise_by),
        }
    }
}

impl From<seawall_venue::BookRecord> for Book {
    fn from(book: seawall_venue::BookRecord) -> Self {
        Self {
            seconds_without_bids: book.seconds_without_bids,
            worst_execution_bps: book.worst_execution.map(Number::bps),
            worst_execution_after: book.worst_execution_after,
            jumps_without_trades: book.jumps,
            largest_jump_bps: Number::bps(book.largest_jump),
            stale_quote_loss_usd: book.stale_quote_loss.into(),
        }
    }
}

impl From<&sim::StageOutcome> for Stage {
    fn from(stage: &sim::StageOutcome) -> Self {
        let (equivalent, absent) = match stage.rule {
            StageRule::Native => (None, None),
            StageRule::Equivalent(text) => (Some(text.to_owned()), None),
            StageRule::Absent(text) => (None, Some(text.to_owned())),
        };
        Self {
            stage: stage.stage.into(),
            rule: stage.rule.into(),
            equivalent,
            absent,
            absorbed_usd: stage.absorbed.into(),
            closed_base: stage.closed.into(),
            owner_cost_usd: stage.owner_cost.into(),
            acted: stage.acted,
            end: stage.end.map(Into::into),
            skip_reason: stage.end.and_then(SkipWord::of),
        }
    }
}

impl From<&sim::Winners> for Winners {
    fn from(winners: &sim::Winners) -> Self {
        let share = winners.taken.ratio_floor(winners.profit_before);
        Self {
            profit_before_usd: winners.profit_before.into(),
            taken_usd: winners.taken.into(),
            share_taken: share.map(Number::ratio),
            count: winners.count,
            largest_single_usd: winners.largest_single.into(),
            overshoot_usd: winners.overshoot.into(),
            closed_early_count: winners.closed_early,
            residual_cut_usd: winners.residual_cut.into(),
        }
    }
}

impl From<&sim::OrderFill> for Orders {
    fn from(orders: &sim::OrderFill) -> Self {
        Self {
            sent: orders.sent,
            refused: orders.refused,
            asked_usd: orders.asked.into(),
            filled_usd: orders.filled.into(),
        }
    }
}

impl From<&sim::CostAtSize> for CostAtSize {
    fn from(cost: &sim::CostAtSize) -> Self {
        Self {
            order_usd: cost.notional.into(),
            mean: cost.mean.map(Number::bps),
            worst: cost.worst.map(Number::bps),
            filled_share: Number::ratio(cost.filled_share),
        }
    }
}

impl From<&sim::ArbitrageOutcome> for Arbitrageur {
    fn from(one: &sim::ArbitrageOutcome) -> Self {
        Self {
            name: one.name.clone(),
            lag: one.lag,
            round_trips: one.round_trips,
            profit_usd: one.profit.into(),
            profit_per_trip_usd: one.profit_per_trip().map(Into::into),
            traded_usd: one.traded.into(),
            profit_bps: one.profit_share().map(Number::bps),
            orders_sent: one.sent,
            orders_refused: one.refused,
            open_count: one.open,
        }
    }
}

impl From<&sim::MinuteRow> for Minute {
    fn from(row: &sim::MinuteRow) -> Self {
        Self {
            time: row.time.secs(),
            mark: row.mark.into(),
            open_interest_long_usd: row.open_interest_long.into(),
            open_interest_short_usd: row.open_interest_short.into(),
            lp_value_usd: row.lp_value.into(),
            open_deficit_usd: row.open_deficit.into(),
        }
    }
}
