//! What a stream has reached, counted by name.
use std::collections::BTreeMap;

use seawall_venue::Command;

use super::command::{Got, No};
use super::market::Outcome;
use super::number::{is_positive, zero};
use super::stream::{State, Step};

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) steps: u64,
}

impl Tally {
    fn note(&mut self, what: impl Into<String>) {
        *self.counts.entry(what.into()).or_insert(0) += 1;
    }

    /// Counts what the loader said of the market.
    pub(crate) fn begin(&mut self, start: &State) {
        self.note(match &start.world.refused {
            Some((_, (why, _))) => format!("setup refused: {why}"),
            None => "setup taken".to_owned(),
        });
    }

    /// Counts a step by the state after it.
    pub(crate) fn count(&mut self, step: &Step, before: &State, after: &State) {
        self.steps += 1;
        let name = match step {
            Step::Tick { .. } if after.market.live => "tick".to_owned(),
            Step::Tick { .. } => "tick without a mark".to_owned(),
            Step::Command(command) => format!("{} {}", ask(command, before), reply(after)),
            Step::Liquidate => "liquidate".to_owned(),
            Step::Attribute => match before.market.requests.is_empty() {
                true => "attribute nothing".to_owned(),
                false => self.requests(before, after),
            },
            Step::Finish => "finish".to_owned(),
            Step::Quote { .. } => "quote".to_owned(),
        };
        self.note(name);
        for outcome in &after.market.outcomes {
            self.outcome(outcome, after);
        }
        for turn in &after.market.turns {
            self.note(format!("turn: {turn}"));
        }
        for (_, _, cause) in after.market.books.flows.keys() {
            self.note(format!("posted {cause}"));
        }
    }

    /// Requests that were executed and some that were cancelled.
    fn requests(&mut self, before: &State, after: &State) -> String {
        if !before.market.live {
            return "attribute waits".to_owned();
        }
        let moved = |cause: &str| {
            let flows = after.market.books.flows.keys();
            flows.filter(|(_, _, each)| *each == cause).count()
        };
        if moved("vault_deposit") + moved("vault_redemption") == 0 {
            self.note("request cancelled");
        }
        "attribute requests".to_owned()
    }

    fn outcome(&mut self, outcome: &Outcome, after: &State) {
        match outcome {
            Outcome::Status { live: true } => self.note("status live"),
            Outcome::Status { live: false } => self.note("status halted"),
            Outcome::Liquidation { tokens, .. } => match is_positive(tokens) {
                true => self.note("liquidation of a long"),
                false => self.note("liquidation of a short"),
            },
            Outcome::Deficit { long, .. } => match long {
                true => self.note("deficit of a long"),
                false => self.note("deficit of a short"),
            },
            Outcome::Deleveraged { account, .. } => match after.market.held.contains_key(account) {
                true => self.note("ADL in part"),
                false => self.note("ADL of all"),
            },
            Outcome::Filled { .. } => self.note("fill"),
            Outcome::Cut { taken, .. } => match *taken > zero() {
                true => self.note("cut by the cap"),
                false => self.note("closed without a cut"),
            },
        }
    }
}

fn ask(command: &Command, before: &State) -> &'static str {
    match command {
        Command::Order { account, size, .. } => {
            let held = before.market.held.get(&account.number());
            let Some(held) = held else { return "open" };
            let buys = size.is_positive();
            let long = held.side == super::rules::Side::Long;
            if buys == long {
                return "increase";
            }
            let size = super::number::abs(super::door::tokens(*size));
            match size.cmp(&held.tokens) {
                std::cmp::Ordering::Less => "reduce",
                std::cmp::Ordering::Equal => "close",
                std::cmp::Ordering::Greater => "flip",
            }
        }
        Command::AddMargin { .. } => "add margin",
        Command::Withdraw { .. } => "withdraw",
        Command::Provide { .. } => "provide",
        Command::Redeem { .. } => "redeem",
        Command::Claim { .. } => "claim",
        Command::Recover { .. } => "recover",
        Command::Bidding { .. } => "bidding",
    }
}

fn reply(after: &State) -> String {
    let name = match after.answer.as_ref().expect("a command is answered") {
        Ok(Got::Filled { .. }) => "filled",
        Ok(Got::Moved(_)) => "moved",
        Ok(Got::Queued) => "queued",
        Err(No::Status) => "refused: status",
        Err(No::WithoutPosition) => "refused: no position",
        Err(No::NotPositive) => "refused: not positive",
        Err(No::InitialMargin(..)) => "refused: initial margin",
        Err(No::Limit(limit, ..)) => return format!("refused: {limit}"),
        Err(No::BelowMinimum(..)) => "refused: below minimum",
        Err(No::LimitPrice(..)) => "refused: limit price",
        Err(No::Collateral(..)) => "refused: collateral",
        Err(No::WithoutBidders) => "refused: no bidders",
        Err(No::Liquidity(gate)) => return format!("refused: {gate:?}"),
    };
    name.to_owned()
}
