//! What the laws found, counted by law.

use std::fmt::Display;

use crate::law::Law;

/// One breach of one law.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// The line of the file, from 1.
    pub line: u64,
    /// Seconds since 1970-01-01 UTC, where the line has a time.
    pub time: Option<u64>,
    /// Which law.
    pub law: Law,
    /// What the law asks.
    pub expected: String,
    /// What was found.
    pub found: String,
}

/// How often a law was applied and broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Tally {
    /// How often it was applied.
    pub applied: u64,
    /// How often it was broken.
    pub violations: u64,
}

/// Collects what the laws find in the line that is being read.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) line: u64,
    pub(crate) time: Option<u64>,
    kept: Vec<Violation>,
    tallies: Vec<Tally>,
    /// Laws that this journal does not hold enough for, and what is missing.
    unapplied: Vec<(Law, &'static str)>,
    max: usize,
}

impl Findings {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            line: 0,
            time: None,
            kept: Vec::new(),
            tallies: vec![Tally::default(); Law::ALL.len()],
            unapplied: Vec::new(),
            max,
        }
    }

    /// The law was applied once.
    pub(crate) fn applied(&mut self, law: Law) {
        if let Some(tally) = self.tallies.get_mut(law.index()) {
            tally.applied = tally.applied.saturating_add(1);
        }
    }

    /// The law was broken; [`Findings::applied`] has been told.
    pub(crate) fn broken(&mut self, law: Law, expected: impl Display, found: impl Display) {
        let line = self.line;
        self.broken_at(line, law, expected, found);
    }

    /// The same of a line read before.
    pub(crate) fn broken_at(
        &mut self,
        line: u64,
        law: Law,
        expected: impl Display,
        found: impl Display,
    ) {
        if let Some(tally) = self.tallies.get_mut(law.index()) {
            tally.violations = tally.violations.saturating_add(1);
        }
        if self.kept.len() < self.max {
            self.kept.push(Violation {
                line,
                time: self.time,
                law,
                expected: expected.to_string(),
                found: found.to_string(),
            });
        }
    }

    /// Applies a law that asks for one value.
    pub(crate) fn equal<T: PartialEq + Display>(
        &mut self,
        law: Law,
        what: &str,
        expected: T,
        found: T,
    ) {
        self.applied(law);
        if expected != found {
            self.broken(law, format_args!("{what} {expected}"), found);
        }
    }

    /// Applies a law that asks for a value of at most a limit.
    pub(crate) fn at_most<T: PartialOrd + Display>(
        &mut self,
        law: Law,
        what: &str,
        limit: T,
        found: T,
    ) {
        self.applied(law);
        if found > limit {
            self.broken(law, format_args!("{what} at most {limit}"), found);
        }
    }

    /// Applies a law that asks for a value of at least a limit.
    pub(crate) fn at_least<T: PartialOrd + Display>(
        &mut self,
        law: Law,
        what: &str,
        limit: T,
        found: T,
    ) {
        self.applied(law);
        if found < limit {
            self.broken(law, format_args!("{what} at least {limit}"), found);
        }
    }

    /// The journal does not hold what the law needs.
    pub(crate) fn cannot_apply(&mut self, law: Law, why: &'static str) {
        if !self.unapplied.contains(&(law, why)) {
            self.unapplied.push((law, why));
        }
    }

    pub(crate) fn take(self) -> (Vec<Violation>, Vec<Tally>, Vec<(Law, &'static str)>) {
        (self.kept, self.tallies, self.unapplied)
    }
}
