//! `seawall divergence --path`

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use seawall::lp::path::{Action, ArbitrageTo, Plan, Point, Rewards, walk as walk_along};
use seawall::plot::divergence::{PathPoint, over_time};
use seawall::report::divergence::walk::{Walk, csv, document, markdown, table};
use seawall::scenario::RecordedPrices;
use seawall::units::{Ratio, Time, TokenPrice, Usd};

use super::args::{Arbitrage, DivergenceArgs};
use super::position::Position;
use super::{ink, put};
use crate::args::Format;
use crate::output::{self, Target};
use crate::picture::Frame;

/// Walks a position along recorded prices and says what its return is made of.
pub(super) fn walk(args: &DivergenceArgs, path: &Path) -> Result<ExitCode> {
    if args.position.from.is_some() {
        bail!(
            "--from does not go with --path; legal: without it, the first price is the entry price"
        );
    }
    if let Some(out) = &args.out {
        output::refuse_same(path, out)?;
    }
    let read = RecordedPrices::load(path, args.walk.coin.as_deref())?;
    let Some(first) = read.prices.first() else {
        bail!("{} has no price; legal: 2 or more", path.display());
    };
    let has_volume = read.prices.iter().any(|each| each.volume.is_some());
    if has_volume && args.walk.pool_fee.is_some() && args.walk.share.is_none() {
        bail!(
            "--share is missing beside --pool-fee: {} has `volume_usd`, which the whole pool earns \
             from; legal: above 0 to 1, the part of the pool that the position is",
            path.display()
        );
    }
    let position = Position::of(&args.position, TokenPrice::from(first.price))?;
    let Some(curve) = position.pool.curve() else {
        bail!("--path needs a pool of two assets");
    };
    let plan = plan(args, first.at);
    let point = |recorded: &seawall::scenario::Recorded| Point {
        volume: recorded.volume.unwrap_or_default(),
        ..Point::new(recorded.at, recorded.price)
    };
    let points: Vec<Point> = read.prices.iter().map(point).collect();
    let walk = Walk {
        pool: position.name.clone(),
        file: path.display().to_string(),
        path: walk_along(curve, &plan, &points)?,
        plan,
    };
    let frame = args.plot.as_deref();
    let frame = frame
        .map(|plot| Frame::hang(plot, &[path.to_path_buf()]))
        .transpose()?;
    let target = args.out.as_deref().map(Target::open).transpose()?;
    if let Some(frame) = frame {
        frame.fill(&picture(&walk))?;
    }
    let text = match args.format {
        Format::Table => table(&walk, ink(target.as_ref())),
        Format::Json => document(&walk)?,
        Format::Markdown => markdown(&walk),
        Format::Csv => csv(&walk),
    };
    put(target, &text)
}

/// What is put in, what it earns and when it is taken out.
fn plan(args: &DivergenceArgs, start: Time) -> Plan {
    let walk = &args.walk;
    let withdraw = walk.withdraw.map(|seconds| Action::Withdraw {
        at: start.plus(seconds),
        part: Ratio::ONE,
    });
    let reenter = walk.reenter.iter().map(|seconds| Action::Reenter {
        at: start.plus(*seconds),
    });
    let mut plan = Plan::new(args.deposit.unwrap_or(Usd::whole(10_000)));
    plan.fee = walk.pool_fee.unwrap_or_default();
    plan.share = walk.share.unwrap_or(Ratio::ONE);
    plan.arbitrage = match walk.arbitrage {
        Some(Arbitrage::FeeEdge) => ArbitrageTo::FeeEdge,
        Some(Arbitrage::Market) | None => ArbitrageTo::Market,
    };
    plan.rewards = Rewards {
        apr: args.apr.unwrap_or_default(),
        ..Rewards::default()
    };
    plan.actions = reenter.chain(withdraw).collect();
    plan.actions.sort_by_key(Action::at);
    plan
}

fn picture(walk: &Walk) -> seawall::plot::Picture {
    let steps = walk.path.steps.iter();
    let points = steps.map(|step| PathPoint {
        at: step.at,
        price: step.price,
        divergence: step.divergence(),
        lvr: step.lvr,
        income: step.fees + step.rewards,
        net: step.net(),
    });
    let title = format!("A position over {}: {}", walk.file, walk.pool);
    over_time(&title, &points.collect::<Vec<_>>())
}
