//! One trader's account, from its first margin to what is left.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, Cause, DeficitId};
use seawall_units::{Base, Price, Ratio, Round, Side, Time, Usd};

use super::opening::{Opening, Openings, position_figures};
use super::scene::{Scene, Valued};
use super::statement::Statement;
use super::story::{Section, Step};
use super::value::Value;
use super::{ExplainError, Teller, words};
use crate::journal::{CutRecord, EventLine, EventRecord, LiquidationRecord, PositionRecord};
use crate::json::{SkipWord, StageWord};

/// How deep a position is under water; each level below the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Zone {
    Safe,
    /// Below maintenance.
    Thin,
    /// Below the share of maintenance at which it is no longer closed in the market.
    Thinner,
    /// Below zero.
    Gone,
}

/// A batch in which ADL closes winners: when, for which deficit, and after how many batches.
type Batch = (Time, Option<DeficitId>, u64);

/// A cut of the account, told when its batch is whole.
#[derive(Debug)]
struct Cut {
    step: usize,
    batch: Batch,
    rank: u64,
    side: Side,
    record: CutRecord,
    mark: Price,
    cause: String,
}

/// Listens for one account.
#[derive(Debug)]
pub(super) struct Trader {
    id: AccountId,
    own: [Account; 2],
    statement: Statement,
    steps: Vec<Step>,
    /// The deepest since it was last safe.
    zone: Zone,
    /// Whether this position was below maintenance before.
    crossed: bool,
    /// When it was last deleveraged in part.
    deleveraged: Option<Time>,
    /// The position and its worth before the event.
    held: Option<(PositionRecord, Valued)>,
    /// The side of its last position.
    side: Side,
    openings: Openings,
    own_deficits: Vec<DeficitId>,
    missing: Usd,
    /// Open deficits: what each is and whose.
    open: BTreeMap<DeficitId, String>,
    /// Winners cut in each batch that the account was in, and in the one now.
    batches: BTreeMap<Batch, u64>,
    /// Batches that are whole.
    batched: u64,
    cuts: Vec<Cut>,
}

impl Trader {
    pub(super) fn new(id: AccountId) -> Self {
        let own = [Account::Margin(id), Account::Free(id)];
        Self {
            id,
            own,
            statement: Statement::new(&own),
            steps: Vec::new(),
            zone: Zone::Safe,
            crossed: false,
            deleveraged: None,
            held: None,
            side: Side::Long,
            openings: Openings::default(),
            own_deficits: Vec::new(),
            missing: Usd::ZERO,
            open: BTreeMap::new(),
            batches: BTreeMap::new(),
            batched: 0,
            cuts: Vec::new(),
        }
    }

    fn push(&mut self, line: &EventLine, says: String, figures: Vec<(&'static str, Value)>) {
        let postings = self.statement.own(&line.transfers);
        self.steps.push(Step {
            time: line.time,
            seq: line.seq,
            rule: line.rule.to_string(),
            says,
            figures,
            postings,
        });
    }

    /// The position now and its worth.
    fn now(&self, scene: &Scene) -> Option<(PositionRecord, Valued)> {
        let position = scene.positions.get(&Account::Margin(self.id))?;
        Some((position.clone(), scene.valued(position)))
    }

    /// What an event is to the account, in words; nothing where it only moves money.
    fn words(&mut self, scene: &Scene, line: &EventLine) -> Option<String> {
        let own = |account: AccountId| account == self.id;
        let text = match &line.event {
            EventRecord::Endowment { account } if own(*account) => begins(scene, line),
            EventRecord::Fill(fill) if own(fill.account) => words::fill(fill),
            EventRecord::MarginAdded { account, amount } if own(*account) => {
                format!("Adds {} of margin.", words::usd(*amount))
            }
            EventRecord::Withdrawn { account, amount } if own(*account) => {
                format!("Takes {} of free collateral out.", words::usd(*amount))
            }
            EventRecord::Liquidation(taken) if own(taken.account) => self.taken(scene, taken),
            EventRecord::Liquidation(taken) if taken.taker == Some(Account::Margin(self.id)) => {
                format!(
                    "Takes {} of {} in the {} at {}.",
                    words::size(taken.size),
                    scene.names.trader(taken.account),
                    words::stage(taken.stage),
                    words::against(taken.price, taken.mark)
                )
            }
            EventRecord::Lot { account, size, .. } if own(*account) => format!(
                "Auction: a lot of {} goes live, down to the bankruptcy price{}.",
                words::size(size.abs()),
                self.bankruptcy()
                    .map(|price| format!(" {}", words::price(price)))
                    .unwrap_or_default()
            ),
            EventRecord::Stage(record)
                if record.account == Some(self.id)
                    || line
                        .deficit
                        .is_some_and(|id| self.own_deficits.contains(&id)) =>
            {
                let is_partial = record.stage == StageWord::PartialDeleverage;
                if is_partial && !record.closed.is_zero() {
                    self.deleveraged = Some(line.time);
                }
                // What a liquidation's own line has told already.
                let told = record.absorbed.is_zero() && !record.closed.is_zero();
                match told {
                    true => return None,
                    false if record.skip_reason == Some(SkipWord::TooThin) => format!(
                        "{} The position waits for the auction.",
                        words::staged(record)
                    ),
                    false => words::staged(record),
                }
            }
            EventRecord::AdlClose {
                account,
                size,
                profit,
            } if own(*account) => format!(
                "ADL closes {} at the mark {}: a profit of {}.",
                words::size(*size),
                words::price(scene.mark),
                words::usd(*profit)
            ),
            EventRecord::WoundUp { account } if own(*account) => {
                String::from("The market is wound up: closed at the last mark.")
            }
            EventRecord::Released { account } if own(*account) => {
                String::from("The last lot is settled: what is left of the margin is free.")
            }
            _ => return None,
        };
        Some(text)
    }

    /// What was taken from the account, and in an auction what it fetched.
    fn taken(&self, scene: &Scene, taken: &LiquidationRecord) -> String {
        let held = self.held.as_ref().map(|(position, _)| position);
        let mut text = words::liquidation(scene, taken, held);
        if taken.stage == StageWord::Auction
            && let Some(price) = self.bankruptcy()
        {
            let fetched = taken.price.value_floor(taken.size) - price.value_ceil(taken.size);
            let (bankruptcy, fetched) = (words::price(price), words::usd(fetched));
            text.push_str(&format!(
                " The bankruptcy price was {bankruptcy}: it fetched {fetched} more than that."
            ));
        }
        text
    }

    /// The price at which the position's equity is zero.
    fn bankruptcy(&self) -> Option<Price> {
        let (held, valued) = self.held.as_ref()?;
        let value = held.cost + valued.owed - valued.margin;
        Price::of(value.abs(), held.size.abs(), Round::Ceil)
            .filter(|_| value.is_negative() == held.size.is_negative())
    }

    /// Crossings of maintenance, of the share of it where closing ends, and of zero.
    fn thresholds(&mut self, scene: &Scene, line: &EventLine) {
        let Some((held, valued)) = self.now(scene) else {
            self.zone = Zone::Safe;
            self.crossed = false;
            return;
        };
        let required = scene.maintenance();
        let required = required.map(|ratio| valued.notional.mul_ceil(ratio));
        let thinner = match (required, scene.thin()) {
            (Some(required), Some(thin)) => Some(required.mul_ceil(thin)),
            _ => None,
        };
        let equity = valued.equity();
        let zone = match (required, thinner) {
            _ if equity.is_negative() => Zone::Gone,
            (_, Some(level)) if equity < level => Zone::Thinner,
            (Some(level), _) if equity < level => Zone::Thin,
            _ => Zone::Safe,
        };
        if zone <= self.zone {
            // It is told again only after it was safe in between.
            if zone == Zone::Safe {
                self.zone = zone;
            }
            return;
        }
        let again = match self.zone == Zone::Safe && self.crossed {
            true => " In between it was back above maintenance.",
            false => "",
        };
        self.zone = zone;
        self.crossed = true;
        let thin = scene.thin().map(words::share).unwrap_or_default();
        let thin = format!("{thin} of maintenance");
        let (what, level) = match zone {
            Zone::Gone => ("zero", Some(Usd::ZERO)),
            Zone::Thinner => (thin.as_str(), thinner),
            _ => ("maintenance", required),
        };
        let level = level.unwrap_or(Usd::ZERO);
        let amount = match zone {
            Zone::Gone => String::new(),
            _ => format!(", {}", words::usd(level)),
        };
        let says = format!(
            "Equity {} is below {what}{amount}: mark {}, {}; {}.{again}{}",
            words::usd(equity),
            words::price(scene.mark),
            words::position(&held),
            words::equity(&valued),
            self.cooling(scene, line.time).unwrap_or_default()
        );
        let mut figures = position_figures(&held, &valued);
        figures.push(("mark", Value::Price(scene.mark)));
        figures.push(("threshold_usd", Value::Usd(level)));
        let rule = threshold_rule(scene, zone);
        self.steps.push(Step {
            time: line.time,
            seq: line.seq,
            rule: rule.to_owned(),
            says,
            figures,
            postings: Vec::new(),
        });
    }

    /// That no other partial deleverage may follow yet (M-8.1).
    fn cooling(&self, scene: &Scene, now: Time) -> Option<String> {
        let since = self.deleveraged?;
        let until = since.plus(scene.cooldown()?);
        (now < until).then(|| {
            format!(
                " The cooldown after the partial deleverage at {} runs until {} (M-8.1).",
                super::clock(since),
                super::clock(until)
            )
        })
    }

    /// Counts the winners of a batch, and takes down the account's own place in it.
    fn batch(&mut self, scene: &Scene, line: &EventLine) {
        if let EventRecord::Stage(record) = &line.event
            && record.stage == StageWord::Adl
        {
            self.batched = self.batched.saturating_add(1);
        }
        let EventRecord::Cut(record) = &line.event else {
            return;
        };
        let batch = (line.time, line.deficit, self.batched);
        self.batches
            .retain(|each, _| *each == batch || self.cuts.iter().any(|cut| cut.batch == *each));
        let rank = self.batches.entry(batch).or_default();
        *rank = rank.saturating_add(1);
        let rank = *rank;
        if record.account != self.id {
            return;
        }
        let cause = line.deficit.and_then(|id| self.open.get(&id).cloned());
        self.cuts.push(Cut {
            step: self.steps.len(),
            batch,
            rank,
            side: self.side,
            record: *record,
            mark: scene.mark,
            cause: cause.unwrap_or_else(|| String::from("the market's capital")),
        });
        let figures = vec![
            ("closed", Value::Size(record.closed)),
            ("mark", Value::Price(scene.mark)),
            ("profit_usd", Value::Usd(record.profit)),
            ("taken_usd", Value::Usd(record.taken)),
            ("kept_usd", Value::Usd(record.profit - record.taken)),
            ("rank", Value::Count(rank)),
        ];
        self.push(line, String::new(), figures);
    }

    /// The deficits that are open, for the cuts that fill them; the account's own are told.
    fn deficits(&mut self, scene: &Scene, line: &EventLine) {
        if let EventRecord::DeficitClosed { id, .. } = &line.event {
            self.open.remove(id);
        }
        let Some(opening) = self.openings.after(scene, line) else {
            return;
        };
        let what = format!(
            "deficit {} of {}, {}",
            opening.id,
            opening.owner(scene),
            words::usd(opening.amount)
        );
        self.open.insert(opening.id, what);
        if opening.holder == Account::Margin(self.id) {
            self.own_deficit(scene, &opening);
        }
    }

    fn own_deficit(&mut self, scene: &Scene, opening: &Opening) {
        self.own_deficits.push(opening.id);
        self.missing += opening.amount;
        self.steps.push(opening.step(scene));
    }

    /// What the account has, had and did not keep, in sentences.
    fn summary(&self, scene: &Scene) -> (Vec<String>, Vec<(&'static str, Value)>) {
        let posted = self.statement.net(Cause::MarginPosted);
        let withdrawn = -self.statement.net(Cause::CollateralWithdrawn);
        let cash = self.statement.balance();
        let open = self.now(scene);
        let worth = open
            .as_ref()
            .map(|(_, valued)| valued.open_pnl - valued.owed);
        let worth = worth.unwrap_or(Usd::ZERO);
        let result = cash + worth + withdrawn - posted;
        let usd = words::usd;
        let mut says = vec![format!(
            "Posted {}, took out {}, has {} now{}: {} {}.",
            usd(posted),
            usd(withdrawn),
            usd(cash),
            match &open {
                Some((held, _)) => format!(
                    " and {} worth {} more at the mark {}",
                    words::position(held),
                    usd(worth),
                    words::price(scene.mark)
                ),
                None => String::new(),
            },
            if result.is_negative() {
                "a loss of"
            } else {
                "a gain of"
            },
            usd(result.abs())
        )];
        if self.missing.is_positive() {
            says.push(format!(
                "Beyond its margin {} was missing; others paid that.",
                usd(self.missing)
            ));
        }
        let taken: Usd = self.cuts.iter().map(|cut| cut.record.taken).sum();
        if !self.cuts.is_empty() {
            says.push(format!("{} of its profit was taken by ADL.", usd(taken)));
        }
        let figures = vec![
            ("posted_usd", Value::Usd(posted)),
            ("withdrawn_usd", Value::Usd(withdrawn)),
            ("balance_usd", Value::Usd(cash)),
            ("open_usd", Value::Usd(worth)),
            ("result_usd", Value::Usd(result)),
            ("deficit_usd", Value::Usd(self.missing)),
            ("taken_usd", Value::Usd(taken)),
        ];
        (says, figures)
    }
}

/// How an account begins.
fn begins(scene: &Scene, line: &EventLine) -> String {
    let posted: Usd = line.transfers.iter().map(|each| each.amount()).sum();
    let Some(position) = line.positions.first() else {
        return format!(
            "Begins with {} of collateral and no position.",
            words::usd(posted)
        );
    };
    let notional = scene.mark.value_ceil(position.size.abs());
    let leverage = words::part(notional.units(), posted.units());
    let leverage = leverage.map(|times| {
        let units = crate::digits::rounded(times.units(), Ratio::PLACES, 1);
        format!(", {units} times")
    });
    format!(
        "Begins with {}, margin {}; notional {} at the mark {}{}.",
        words::position(position),
        words::usd(posted),
        words::usd(notional),
        words::price(scene.mark),
        leverage.unwrap_or_default()
    )
}

/// The rule that a threshold belongs to.
fn threshold_rule(scene: &Scene, zone: Zone) -> &'static str {
    match (scene.header.venue.as_str(), zone) {
        ("hyperliquid", _) => "HL-2",
        ("gmx", _) => "GMX-1.3",
        (_, Zone::Gone) => "M-8.2",
        (_, Zone::Thinner) => "M-8.1",
        _ => "M-8",
    }
}

/// A cut with its place in the batch, and the price that it comes to.
fn told(cut: &Cut, all: u64) -> String {
    let record = &cut.record;
    let kept = record.profit - record.taken;
    let size = record.closed.abs();
    let worse = Price::of(record.taken, size, Round::Ceil);
    let at = worse.and_then(|worse| {
        let units = match cut.side {
            Side::Short => cut.mark.units().checked_add(worse.units()),
            Side::Long => cut.mark.units().checked_sub(worse.units()),
        };
        Price::from_units(units?).ok()
    });
    let at = match at {
        Some(at) if size > Base::ZERO => format!(
            ", as if closed at {} instead of the mark {}",
            words::price(at),
            words::price(cut.mark)
        ),
        _ => String::new(),
    };
    format!(
        "ADL for {}: rank {} of {all} in the batch. {}; {} is kept{at}.",
        cut.cause,
        cut.rank,
        words::sentence(&words::cut(record)).trim_end_matches('.'),
        words::usd(kept)
    )
}

impl Teller for Trader {
    fn before(&mut self, scene: &Scene, line: &EventLine) {
        self.held = self.now(scene);
        if let Some(side) = self.held.as_ref().and_then(|(held, _)| held.size.side()) {
            self.side = side;
        }
        self.openings.before(scene, line);
    }

    fn after(&mut self, scene: &Scene, line: &EventLine) {
        let mut moved = false;
        for transfer in &line.transfers {
            moved |= self.statement.take(transfer);
        }
        self.deficits(scene, line);
        self.batch(scene, line);
        let is_cut = matches!(&line.event, EventRecord::Cut(cut) if cut.account == self.id);
        let says = self.words(scene, line);
        let touched = line.positions.iter().any(|each| each.holder == self.own[0]);
        if !is_cut && (says.is_some() || moved) {
            let mut says = says.unwrap_or_default();
            let money = words::moved(scene, &line.transfers, &self.own);
            if !matches!(line.event, EventRecord::Endowment { .. }) && !money.is_empty() {
                says = format!("{says} {money}");
            }
            let now = self.now(scene);
            if let Some((held, valued)) = &now
                && touched
                && !matches!(line.event, EventRecord::Endowment { .. })
            {
                let left = format!(
                    " Left: {}, margin {}.",
                    words::position(held),
                    words::usd(valued.margin)
                );
                says.push_str(&left);
            }
            let figures = now.map(|(held, valued)| position_figures(&held, &valued));
            self.push(line, says.trim().to_owned(), figures.unwrap_or_default());
        }
        let priced = matches!(
            line.event,
            EventRecord::Mark { .. } | EventRecord::Index { .. }
        );
        if priced || touched || moved {
            self.thresholds(scene, line);
        }
    }

    fn tell(mut self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError> {
        if self.statement.is_empty() && self.steps.is_empty() {
            return Ok(Vec::new());
        }
        for cut in &self.cuts {
            let all = self.batches.get(&cut.batch).copied().unwrap_or_default();
            if let Some(step) = self.steps.get_mut(cut.step) {
                let money = words::moved(scene, &step.postings, &self.own);
                step.says = format!("{} {money}", told(cut, all));
            }
        }
        let (says, figures) = self.summary(scene);
        let grids = vec![self.statement.grid()];
        Ok(vec![Section {
            id: "account",
            title: scene.names.trader(self.id),
            says,
            figures,
            steps: self.steps,
            shown: None,
            grids,
        }])
    }
}
