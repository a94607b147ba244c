//! Claims of article 3 on the tranched market (S3-19 to S3-36).

use seawall_funding::{FundingConfig, UtilisationConfig, next_rate, utilisation_rate};
use seawall_market::LadderConfig;
use seawall_sim::VenueName::{Gmx, Hyperliquid, Tranched};
use seawall_sim::{VenueName, VenueOutcome};
use seawall_units::{Rate, Ratio, Shares, Time, Usd};
use seawall_vault::{
    Arrears, Conversion, FeeConfig, FeeSplit, JuniorTranche, Recipients, distribute,
};
use seawall_venue::StageId;
use seawall_waterfall::AdlConfig;

use super::venues::{cost_of_owners, count, share_taken};
use super::{Figures, figure};
use crate::bench::Bench;
use crate::{ClaimError, Value};

const CRASH: &str = "crash-2025-10-10";

pub(super) fn figures(id: &str, bench: &Bench) -> Result<Figures, ClaimError> {
    match id {
        "S3-19" => round_trip(),
        "S3-20" => senior_last(bench),
        "S3-21" => junior_first(bench),
        "S3-22" => bands(bench),
        "S3-23" => ladder(bench),
        "S3-24" => crowding(),
        "S3-25" => isolation(bench),
        "S3-26" => haircuts(bench),
        "S3-27" => partial(bench),
        "S3-28" => auction(bench),
        "S3-29" => absorbed(bench, "stage-3-junior", &[StageId::Junior]),
        "S3-30" => absorbed(
            bench,
            "stage-4-insurance",
            &[StageId::Junior, StageId::Insurance],
        ),
        "S3-31" => last_resort(bench),
        "S3-32" => fairness(bench),
        "S3-33" => boundary(bench),
        "S3-34" => stress(bench),
        "S3-35" => availability(bench),
        _ => Ok(Vec::new()),
    }
}

fn round_trip() -> Result<Figures, ClaimError> {
    let what = "a vault";
    let missing = |_| ClaimError::Missing { what };
    let put_in = Usd::whole(100);
    let supply = Shares::<JuniorTranche>::from_units(1_000_000_000_000_000);
    let supply = supply.map_err(|_| ClaimError::Missing { what })?;
    let before = Conversion::new(Usd::whole(1_234_567), supply).map_err(missing)?;
    let shares = before.preview_deposit(put_in).map_err(missing)?;
    let all = before.value() + put_in;
    let supply = supply.checked_add(shares);
    let supply = supply.ok_or(ClaimError::Missing { what })?;
    let after = Conversion::new(all, supply).map_err(missing)?;
    let out = after.preview_redeem(shares).map_err(missing)?;
    Ok(vec![
        figure(
            "shares",
            Value::Exact {
                units: shares.units(),
                decimals: 9,
            },
        ),
        figure("lost", (put_in - out).into()),
    ])
}

fn fill_of(venue: &VenueOutcome, stage: StageId) -> Usd {
    let found = venue.stages.iter().find(|each| each.stage == stage);
    found.map_or(Usd::ZERO, |each| each.absorbed)
}

fn absorbed(bench: &Bench, name: &str, stages: &[StageId]) -> Result<Figures, ClaimError> {
    let venue = bench.outcome(name, Tranched)?;
    let figures = stages
        .iter()
        .map(|stage| figure(stage.name(), fill_of(&venue, *stage).into()));
    Ok(figures.collect())
}

fn senior_last(bench: &Bench) -> Result<Figures, ClaimError> {
    let payers = [
        StageId::Junior,
        StageId::Insurance,
        StageId::Adl,
        StageId::Senior,
    ];
    let mut figures = absorbed(bench, "senior-pays", &payers)?;
    let fees = fees_of(Usd::whole(1_000));
    figures.push(figure("coupon", fees.coupon.into()));
    Ok(figures)
}

/// Fees after one day without any, in the market of 8 and 2 million.
fn fees_of(gross: Usd) -> FeeSplit {
    let before = Recipients {
        insurance: Usd::whole(80_000),
        senior: Usd::whole(8_000_000),
        junior: Usd::whole(2_000_000),
    };
    let mut arrears = Arrears::default();
    let config = FeeConfig::default();
    for minute in 0..60 * 24 {
        arrears.accrue_minute(Time::from_secs(60 * minute), before.senior, &config);
    }
    distribute(gross, before, &mut arrears, &config)
}

fn junior_first(bench: &Bench) -> Result<Figures, ClaimError> {
    let fees = fees_of(Usd::whole(3_000));
    let of = |income: Usd, capital: i32| {
        let share = income.ratio_floor(Usd::whole(capital));
        Value::bp(share.unwrap_or_default())
    };
    let run = bench.outcome("bank-run", Tranched)?;
    Ok(vec![
        figure("junior_fees", of(fees.junior, 2_000_000)),
        figure("senior_fees", of(fees.senior + fees.coupon, 8_000_000)),
        figure("junior", run.junior_change.unwrap_or_default().into()),
        figure("senior", run.senior_change.unwrap_or_default().into()),
    ])
}

/// Who stands behind the bands, and who pays when a position that they filled goes bankrupt.
fn bands(bench: &Bench) -> Result<Figures, ClaimError> {
    let ladder = LadderConfig::default();
    let share = |of_senior: Ratio, of_junior: Ratio| {
        let senior = Usd::whole(8_000_000).mul_floor(of_senior);
        let junior = Usd::whole(2_000_000).mul_floor(of_junior);
        let share = senior.ratio_floor(senior + junior);
        Value::percent(share.unwrap_or_default())
    };
    let run = bench.outcome("stage-3-junior", Tranched)?;
    Ok(vec![
        figure("near", share(ladder.near_senior, ladder.near_junior)),
        figure("far", share(ladder.far_senior, ladder.far_junior)),
        figure("junior", fill_of(&run, StageId::Junior).into()),
        figure("senior", fill_of(&run, StageId::Senior).into()),
    ])
}

fn ladder(bench: &Bench) -> Result<Figures, ClaimError> {
    let sizes = [
        ("small", 100_000),
        ("half", 500_000),
        ("near", 1_000_000),
        ("all", 2_000_000),
    ];
    let average = |(key, size): (&'static str, i32)| {
        let point = bench.ladder(Usd::ZERO, Usd::whole(size))?;
        let what = "the parts of a quote";
        let parts = point.parts.ok_or(ClaimError::Missing { what })?;
        let cost = (parts.spread + parts.impact).ratio_floor(parts.priced);
        Ok(figure(key, Value::bp(cost.unwrap_or_default())))
    };
    sizes.into_iter().map(average).collect()
}

fn crowding() -> Result<Figures, ClaimError> {
    let funding = FundingConfig::default();
    let mut rate = Rate::ZERO;
    for _minute in 0..60 {
        rate = next_rate(rate, Ratio::ONE, &funding);
    }
    let mirrored = next_rate(Rate::ZERO, -Ratio::ONE, &funding);
    let fee = |percent: i32| {
        let rate = utilisation_rate(Ratio::bps(percent * 100), &UtilisationConfig::default());
        Value::Exact {
            units: rate.units(),
            decimals: 16,
        }
    };
    Ok(vec![
        figure(
            "hour",
            Value::Exact {
                units: rate.units(),
                decimals: 16,
            },
        ),
        figure(
            "shorts",
            Value::Exact {
                units: mirrored.units(),
                decimals: 16,
            },
        ),
        figure("half", fee(50)),
        figure("kink", fee(75)),
        figure("ninety", fee(90)),
        figure("full", fee(100)),
    ])
}

fn isolation(bench: &Bench) -> Result<Figures, ClaimError> {
    let markets = bench.markets()?;
    let runs = markets.markets.iter().flat_map(|market| &market.isolation);
    let same = runs.clone().filter(|run| run.holds()).count();
    let ruined = markets.markets.first().and_then(|market| {
        let venues = &market.comparison.venues;
        venues.first().map(|venue| venue.residual)
    });
    Ok(vec![
        figure("runs", count(runs.count())),
        figure("same", count(same)),
        figure("residual", ruined.unwrap_or_default().into()),
    ])
}

fn haircuts(bench: &Bench) -> Result<Figures, ClaimError> {
    let share = |name: &str, venue: VenueName| -> Result<Value, ClaimError> {
        let winners = bench.outcome(name, venue)?.winners;
        Ok(Value::percent(share_taken(&winners)))
    };
    Ok(vec![
        figure("tranched", share(CRASH, Tranched)?),
        figure("hyperliquid", share(CRASH, Hyperliquid)?),
        figure("gmx", share(CRASH, Gmx)?),
        figure("exhausted", share("stage-5-adl", Tranched)?),
        figure("exhausted_book", share("stage-5-adl", Hyperliquid)?),
    ])
}

fn partial(bench: &Bench) -> Result<Figures, ClaimError> {
    let name = "stage-1-partial-deleverage";
    let notional = |venue| -> Result<Value, ClaimError> {
        Ok(bench.outcome(name, venue)?.liquidated_notional.into())
    };
    let cost = cost_of_owners(&bench.outcome(name, Tranched)?);
    Ok(vec![
        figure("tranched", notional(Tranched)?),
        figure("cost", cost.into()),
        figure("gmx", notional(Gmx)?),
    ])
}

fn auction(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.outcome("stage-2-auction", Tranched)?;
    let stage = run
        .stages
        .iter()
        .find(|each| each.stage == StageId::Auction);
    let what = "the auction of a run";
    let stage = stage.ok_or(ClaimError::Missing { what })?;
    Ok(vec![
        figure(
            "closed",
            Value::Exact {
                units: stage.closed.units(),
                decimals: 8,
            },
        ),
        figure("cost", stage.owner_cost.into()),
        figure("deficit", run.opening_deficit.into()),
    ])
}

fn last_resort(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.outcome("stage-5-adl", Tranched)?;
    let adl = fill_of(&run, StageId::Adl);
    let beyond = bench.outcome("senior-pays", Tranched)?;
    Ok(vec![
        figure("junior", fill_of(&run, StageId::Junior).into()),
        figure("insurance", fill_of(&run, StageId::Insurance).into()),
        figure("adl", adl.into()),
        figure("senior", fill_of(&beyond, StageId::Senior).into()),
    ])
}

fn fairness(bench: &Bench) -> Result<Figures, ClaimError> {
    let kept = |name: &str| -> Result<Value, ClaimError> {
        let winners = bench.outcome(name, Tranched)?.winners;
        Ok(Value::percent(Ratio::ONE - share_taken(&winners)))
    };
    let mut violations = 0;
    for name in [CRASH, "bank-run", "senior-pays", "stage-5-adl", "residual"] {
        violations += bench.outcome(name, Tranched)?.order_violations;
    }
    Ok(vec![
        figure("violations", Value::Count(violations)),
        figure("kept", kept(CRASH)?),
        figure("kept_exhausted", kept("stage-5-adl")?),
    ])
}

fn boundary(bench: &Bench) -> Result<Figures, ClaimError> {
    let run = bench.outcome(CRASH, Tranched)?;
    let worst = run.tranches.unwrap_or_default().worst_case_start;
    let senior = run.capital_split.iter().find(|(role, _)| *role == "senior");
    let senior = senior.map_or(Usd::ZERO, |(_, value)| *value);
    let share = |loss: Usd| Value::percent(loss.ratio_floor(senior).unwrap_or_default());
    Ok(vec![
        figure("worst", worst.loss.into()),
        figure("share", share(worst.loss)),
        figure(
            "drawdown",
            Value::percent(run.senior_drawdown.unwrap_or_default()),
        ),
    ])
}

fn stress(bench: &Bench) -> Result<Figures, ClaimError> {
    let worst = |venue: VenueName| -> Result<Value, ClaimError> {
        let run = bench.outcome(CRASH, venue)?;
        let of = run.cost_vs_mark.get(1).and_then(|each| each.worst);
        Ok(Value::bp(of.unwrap_or_default()))
    };
    let adl = AdlConfig::default();
    Ok(vec![
        figure("ladder", worst(Tranched)?),
        figure("book", worst(Hyperliquid)?),
        figure("pause", Value::Count(adl.interval)),
    ])
}

fn availability(bench: &Bench) -> Result<Figures, ClaimError> {
    let mut figures = Vec::new();
    for (silent, filled, venue) in [
        ("ladder_silent", "ladder_filled", Tranched),
        ("book_silent", "book_filled", Hyperliquid),
        ("pool_silent", "pool_filled", Gmx),
    ] {
        let run = bench.outcome(CRASH, venue)?;
        let orders = run.orders.filled.ratio_floor(run.orders.asked);
        figures.push(figure(silent, run.seconds_without_quote.into()));
        figures.push(figure(filled, Value::percent(orders.unwrap_or_default())));
    }
    let exhausted = bench.outcome("stage-5-adl", Tranched)?;
    figures.push(figure(
        "exhausted_silent",
        exhausted.seconds_without_quote.into(),
    ));
    Ok(figures)
}
