//! Why a venue came out as it did: one sentence, made from its figures.

use seawall_sim::{StageOutcome, VenueOutcome};
use seawall_units::{Ratio, Usd};
use seawall_venue::{StageId, StageRule};

use crate::digits::{count, rounded};
use crate::metric::minutes;

/// Which payer bore the most, what winners lost, and who could trade.
#[must_use]
pub fn sentence(venue: &VenueOutcome) -> String {
    let clauses = [
        Some(losses(venue)),
        backstop(venue),
        senior(venue),
        liquidity(venue),
        coupon(venue),
        leavers(venue),
        recovered(venue),
        waiting(venue),
        gone(venue),
        Some(winners(venue)),
        Some(trading(venue)),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    format!("{}.", clauses.join("; "))
}

fn losses(venue: &VenueOutcome) -> String {
    let deficit = venue.opening_deficit;
    if deficit.is_zero() {
        return untouched(venue);
    }
    let (absorbed, who) = largest_payer(venue);
    let share = percent(absorbed, deficit);
    let opened = match venue.deficits {
        1 => String::from("1 deficit"),
        several => format!("{} deficits", count(several)),
    };
    if absorbed == deficit {
        return format!(
            "{opened} came to {} USD, and {who} bore all of it",
            usd(deficit)
        );
    }
    let unpaid = unpaid(venue);
    if who == NOBODY {
        return format!(
            "{opened} came to {} USD, of which nobody paid {} USD ({share})",
            usd(deficit),
            usd(absorbed)
        );
    }
    let left = match unpaid.is_positive() {
        true => format!(", and nobody paid {} USD", usd(unpaid)),
        false => String::new(),
    };
    format!(
        "{opened} came to {} USD, and {who} bore the most of it, {} USD ({share}){left}",
        usd(deficit),
        usd(absorbed),
    )
}

const NOBODY: &str = "nobody";

/// What is left of the residual after the cut for it.
fn unpaid(venue: &VenueOutcome) -> Usd {
    (venue.residual - venue.winners.residual_cut).or_zero()
}

/// The stage that absorbed the most, the earlier one on a tie; traders' equity, or nobody, when
/// that part of the residual is more.
fn largest_payer(venue: &VenueOutcome) -> (Usd, String) {
    let payers = || venue.stages.iter().filter(|s| s.stage != StageId::Residual);
    let most = payers().map(|s| s.absorbed).max().unwrap_or_default();
    let (cut, unpaid) = (venue.winners.residual_cut, unpaid(venue));
    match payers().find(|s| s.absorbed == most) {
        Some(stage) if most >= cut.max(unpaid) => (most, payer(stage)),
        _ if cut >= unpaid => (cut, String::from("traders' positive equity")),
        _ => (unpaid, String::from(NOBODY)),
    }
}

fn payer(stage: &StageOutcome) -> String {
    match stage.rule {
        StageRule::Equivalent(text) => format!("what stands for {} ({text})", stage.stage.title()),
        StageRule::Native | StageRule::Absent(_) => stage.stage.title().to_owned(),
    }
}

fn untouched(venue: &VenueOutcome) -> String {
    if venue.liquidated_accounts == 0 {
        return String::from("nobody was liquidated and no deficit was opened");
    }
    let cost: Usd = venue.stages.iter().map(|stage| stage.owner_cost).sum();
    let cost = match cost.signum() {
        1 => format!(", at a cost of {} USD to their owners", usd(cost)),
        -1 => format!(", with a rebate of {} USD to their owners", usd(cost.abs())),
        _ => String::new(),
    };
    let accounts = match venue.liquidated_accounts {
        1 => String::from("1 account was"),
        several => format!("{} accounts were", count(several)),
    };
    format!(
        "{accounts} liquidated for {} USD of notional without leaving a deficit{cost}",
        usd(venue.liquidated_notional),
    )
}

fn backstop(venue: &VenueOutcome) -> Option<String> {
    let result = venue.backstop_result?;
    let verb = match result.signum() {
        1 => "gained",
        -1 => "lost",
        _ => return None,
    };
    Some(format!("its backstop {verb} {} USD", usd(result.abs())))
}

fn senior(venue: &VenueOutcome) -> Option<String> {
    let change = venue.senior_change.filter(|change| change.is_negative())?;
    let lost = format!("its senior capital lost {} USD", usd(change.abs()));
    let worst = venue.tranches.map(|t| t.worst_case_most.loss);
    Some(match worst.filter(|worst| worst.is_positive()) {
        Some(worst) => format!("{lost}, where it stood to lose up to {} USD", usd(worst)),
        None => lost,
    })
}

/// What liquidity providers lost beyond deficits: they are the traders' counterparty.
fn liquidity(venue: &VenueOutcome) -> Option<String> {
    let lost = venue.lp_return;
    let is_told = lost.is_negative() && lost > -Ratio::ONE;
    is_told.then(|| {
        let share = rounded(lost.abs().units(), Ratio::PLACES.saturating_sub(2), 2);
        format!("its liquidity providers lost {share} % of their capital")
    })
}

/// What of Senior's coupon waits and what nobody will pay any more.
fn coupon(venue: &VenueOutcome) -> Option<String> {
    let lapsed = venue.tranches?.arrears_lapsed;
    let due = venue.tranches?.arrears_due;
    lapsed.is_positive().then(|| {
        format!(
            "{} USD of Senior's coupon lapsed unpaid and {} USD are still due",
            usd(lapsed),
            usd(due)
        )
    })
}

/// What those who left first got, and what is left to those who stayed.
fn leavers(venue: &VenueOutcome) -> Option<String> {
    let groups = [venue.junior_providers, venue.senior_providers];
    let tranches = ["junior", "senior"];
    let share = |ratio: Ratio| rounded(ratio.units(), Ratio::PLACES.saturating_sub(2), 2);
    let told = groups.iter().zip(tranches).filter_map(|(run, tranche)| {
        let run = run.as_ref()?;
        Some(match (run.first_exit, run.stayed) {
            (Some(first), Some(stayed)) => format!(
                "{tranche} providers who left first got {} % of their stake, who stayed has {} %",
                share(first),
                share(stayed)
            ),
            (None, Some(stayed)) if run.asked.is_positive() => format!(
                "no {tranche} provider got out, and their stakes are worth {} %",
                share(stayed)
            ),
            _ => return None,
        })
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn recovered(venue: &VenueOutcome) -> Option<String> {
    let back = venue.recovered;
    let text = || {
        format!(
            "{} USD came back to who had paid, the last first",
            usd(back)
        )
    };
    back.is_positive().then(text)
}

fn waiting(venue: &VenueOutcome) -> Option<String> {
    let waiting = venue.tranches.map_or(Usd::ZERO, |t| t.waiting);
    let text = || format!("{} USD of redemptions still wait", usd(waiting));
    waiting.is_positive().then(text)
}

fn gone(venue: &VenueOutcome) -> Option<String> {
    let is_gone = venue.lp_return <= -Ratio::ONE;
    is_gone.then(|| String::from("its capital is gone: open profit beyond it has no backing"))
}

/// What was taken from winners, who was closed early, and what was cut for the residual.
fn winners(venue: &VenueOutcome) -> String {
    let won = venue.winners;
    let more = won.closed_early > won.count;
    let early = match won.closed_early {
        1 => String::from("1 winner was closed early"),
        several => format!("{} winners were closed early", count(several)),
    };
    let cut = format!(
        "traders' positive equity was cut by {} USD for the residual",
        usd(won.residual_cut)
    );
    let clauses = [
        (!won.taken.is_zero()).then(|| taken(venue)),
        (more && won.taken.is_zero()).then(|| format!("{early} at the mark, without a cut")),
        (more && !won.taken.is_zero()).then_some(early),
        won.residual_cut.is_positive().then_some(cut),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    if !clauses.is_empty() {
        return clauses.join("; ");
    }
    match won.profit_before.is_zero() {
        true => String::from("nobody had won anything"),
        false => format!("winners kept all of their {} USD", usd(won.profit_before)),
    }
}

fn taken(venue: &VenueOutcome) -> String {
    let won = venue.winners;
    let before = usd(won.profit_before);
    let accounts = match won.count {
        1 => String::from("1 winner"),
        several => format!("{} winners", count(several)),
    };
    let verb = if won.taken.is_negative() {
        "gained"
    } else {
        "lost"
    };
    format!(
        "{accounts} {verb} {} of {before} USD ({}), the largest cut {} USD",
        usd(won.taken.abs()),
        percent(won.taken.abs(), won.profit_before),
        usd(won.largest_single),
    )
}

fn trading(venue: &VenueOutcome) -> String {
    let sent = venue.arbitrage.iter().map(|one| one.sent).sum::<u64>();
    let got = match venue.orders.asked.is_zero() {
        true if sent > 0 => format!(
            "nobody but arbitrageurs asked to trade, {} times",
            count(sent)
        ),
        true => String::from("nobody asked to trade"),
        false => format!(
            "traders got {} of what they asked for",
            percent(venue.orders.filled, venue.orders.asked)
        ),
    };
    match venue.seconds_without_quote {
        0 => format!("{got}, and there was a quote in every second"),
        seconds => format!(
            "{got}, and for {} minutes there was no quote for 1,000 USD on some side",
            rounded(minutes(seconds), 6, 2)
        ),
    }
}

fn usd(amount: Usd) -> String {
    rounded(amount.units(), Usd::PLACES, 2)
}

fn percent(part: Usd, whole: Usd) -> String {
    let share = part.ratio_floor(whole).unwrap_or(Ratio::ZERO);
    format!(
        "{} %",
        rounded(share.units(), Ratio::PLACES.saturating_sub(2), 2)
    )
}
