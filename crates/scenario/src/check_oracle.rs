//! Price sources, their faults, the trades in their pools, and who trades on their lag.

use seawall_ledger::AccountId;
use seawall_oracle::{Design, Feed, OracleError};
use seawall_units::{Ratio, Usd};

use crate::check::{Check, Checked, POSITIVE, is_positive};
use crate::fits;
use crate::model::{Exit, FaultKind, FaultSource};
use crate::names::Names;
use crate::path::PricePath;
use crate::resolved::{Amount, TimedArbitrageur, TimedFault, TimedTrade};

/// The most sources.
const MAX_SOURCES: u16 = 64;
/// The most faults of sources: each source looks through those that run in every second.
const MAX_FAULTS: usize = 1_000;
/// The most trades in the pools behind sources.
const MAX_TRADES: usize = 10_000;
/// The most arbitrageurs: each looks at every venue in every second.
const MAX_ARBITRAGEURS: usize = 64;
/// The longest lag, delay or holding time in seconds: a day.
const MAX_SECONDS: u64 = 86_400;

impl Check<'_> {
    pub(crate) fn oracle(&self) -> Checked {
        let oracle = &self.file.oracle;
        self.at_most("oracle.faults", oracle.faults.len(), MAX_FAULTS)?;
        self.at_most("oracle.trades", oracle.trades.len(), MAX_TRADES)?;
        self.feeds()?;
        if let Err(error) = oracle.config().validate() {
            let path = match error {
                OracleError::Quorum { .. } => "oracle.quorum",
                OracleError::MaxDeviation { .. } => "oracle.max_deviation",
                OracleError::Seconds { field, .. } => &format!("oracle.{field}"),
                _ => "oracle",
            };
            return Err(self.document.refuse(path, &error));
        }
        let sources = oracle.each_feed().len();
        let known = self.sources_text();
        let legal = format!("1 to {known}");
        self.ensure("oracle.quorum", oracle.quorum, &legal, |n| {
            usize::from(n) <= sources
        })?;
        for (index, fault) in oracle.faults.iter().enumerate() {
            let path = format!("oracle.faults[{index}]");
            if let FaultSource::One(source) = fault.source {
                let legal = format!("below {known}");
                self.ensure(&format!("{path}.source"), source, &legal, |n| {
                    usize::from(n) < sources
                })?;
            }
            match fault.kind {
                FaultKind::Outage | FaultKind::Stuck => {}
                FaultKind::Delay(by) => self.seconds(&format!("{path}.kind.delay"), by, 1)?,
                FaultKind::Deviation(by) => {
                    let path = format!("{path}.kind.deviation");
                    self.ensure(&path, by, "-0.99 to 10", |r| {
                        (Ratio::bps(-9900)..=Ratio::whole(10)).contains(&r)
                    })?;
                }
            }
        }
        Ok(())
    }

    /// `sources` or `feeds`, and of these a legal number with legal designs.
    fn feeds(&self) -> Checked {
        let oracle = &self.file.oracle;
        let sources = oracle.sources;
        if let Some(sources) = sources {
            if !oracle.feeds.is_empty() {
                let legal = "one of `sources` (so many instant feeds) and `feeds`";
                return self.fail("oracle.sources", "beside `feeds`", legal);
            }
            self.ensure("oracle.sources", sources, "1 to 64", |n| {
                (1..=MAX_SOURCES).contains(&n)
            })?;
        }
        let mut left = MAX_SOURCES;
        for (index, entry) in oracle.feeds.iter().enumerate() {
            let path = format!("oracle.feeds[{index}]");
            let legal = format!("1 to {left}: at most {MAX_SOURCES} sources in all");
            self.ensure(&format!("{path}.count"), entry.count, &legal, |n| {
                (1..=left).contains(&n)
            })?;
            left = left.saturating_sub(entry.count);
            self.ensure(&format!("{path}.weight"), entry.weight, "1 to 1000", |n| {
                (1..=1000).contains(&n)
            })?;
            if let Err(error) = entry.design.validate() {
                let OracleError::Design {
                    field,
                    value,
                    legal,
                } = error
                else {
                    return Err(self.document.refuse(&path, &error));
                };
                return self.fail(&format!("{path}.design.{field}"), value, legal);
            }
        }
        Ok(())
    }

    fn sources_text(&self) -> String {
        let oracle = &self.file.oracle;
        let count = oracle.each_feed().len();
        match oracle.feeds.is_empty() {
            true => format!("`sources` = {count}"),
            false => format!("the number of `feeds`, {count}"),
        }
    }

    /// A list of at most so many entries; the first one too many is shown.
    fn at_most(&self, list: &str, count: usize, most: usize) -> Checked {
        match count <= most {
            true => Ok(()),
            false => self.fail(
                &format!("{list}[{most}]"),
                format!("one of {count}"),
                format!("at most {most} `{list}`"),
            ),
        }
    }

    fn seconds(&self, path: &str, seconds: u64, least: u64) -> Checked {
        let legal = format!("{least} to {MAX_SECONDS} seconds");
        self.ensure(path, seconds, &legal, |s| {
            (least..=MAX_SECONDS).contains(&s)
        })
    }

    pub(crate) fn faults(&self) -> Checked<Vec<TimedFault>> {
        let mut faults = Vec::with_capacity(self.file.oracle.faults.len());
        for (index, fault) in self.file.oracle.faults.iter().enumerate() {
            let path = format!("oracle.faults[{index}]");
            faults.push(TimedFault {
                source: fault.source,
                kind: fault.kind,
                window: self.window(&path, fault.from, fault.until)?,
            });
        }
        Ok(faults)
    }

    pub(crate) fn trades(&self, feeds: &[Feed]) -> Checked<Vec<TimedTrade>> {
        let mut trades = Vec::with_capacity(self.file.oracle.trades.len());
        for (index, trade) in self.file.oracle.trades.iter().enumerate() {
            let path = format!("oracle.trades[{index}]");
            let feed = feeds.get(usize::from(trade.source));
            let is_pool = feed.is_some_and(|feed| matches!(feed.design, Design::Pool(_)));
            let legal = "the number of a source with the design `pool`";
            self.ensure(&format!("{path}.source"), trade.source, legal, |_| is_pool)?;
            let notional = format!("{path}.notional");
            let most = Usd::whole(1_000_000).units().saturating_mul(1_000_000);
            self.ensure(
                &notional,
                trade.notional,
                "above 0, at most 10^12 USD",
                |n: Usd| (1..=most).contains(&n.units()),
            )?;
            trades.push(TimedTrade {
                source: trade.source,
                at: self.moment(&format!("{path}.at"), trade.at)?,
                side: trade.side,
                notional: trade.notional,
            });
        }
        trades.sort_by_key(|trade| trade.at);
        Ok(trades)
    }

    /// Who trades on a lagging mark; each gets an account of his own.
    pub(crate) fn arbitrageurs(
        &self,
        named: &mut Names,
        prices: &PricePath,
    ) -> Checked<Vec<TimedArbitrageur>> {
        let count = self.file.arbitrageurs.len();
        self.at_most("arbitrageurs", count, MAX_ARBITRAGEURS)?;
        let mut arbitrageurs = Vec::with_capacity(count);
        for (index, one) in self.file.arbitrageurs.iter().enumerate() {
            let path = format!("arbitrageurs[{index}]");
            let name = format!("{path}.name");
            self.name(&name, &one.name)?;
            if named.number(&one.name).is_some() || self.crowds.member(&one.name).is_some() {
                let found = format!("`{}`, a second time", one.name);
                return self.fail(&name, found, "a name of its own");
            }
            let notional = format!("{path}.notional");
            self.ensure(&notional, one.notional, POSITIVE, is_positive)?;
            self.fits(fits::order(
                &notional,
                Amount::Notional(one.notional),
                prices,
            ))?;
            let collateral = self.collateral(&path, one.margin, one.leverage)?;
            let Some(collateral) = collateral else {
                return self.fail(&path, "without a margin", "one of `margin` and `leverage`");
            };
            self.seconds(&format!("{path}.lag"), one.lag, 0)?;
            self.ensure(&format!("{path}.edge"), one.edge, "-1 to 1", |edge| {
                (-Ratio::ONE..=Ratio::ONE).contains(&edge)
            })?;
            if let Exit::After(seconds) = one.exit {
                self.seconds(&format!("{path}.exit.after"), seconds, 1)?;
            }
            arbitrageurs.push(TimedArbitrageur {
                account: AccountId::new(named.intern(&one.name)),
                name: one.name.clone(),
                notional: one.notional,
                collateral,
                lag: one.lag,
                edge: one.edge,
                trades_on: one.trades_on,
                exit: one.exit,
                window: self.window(&path, one.from, one.until)?,
            });
        }
        Ok(arbitrageurs)
    }
}
