//! What a run of the suite came to.

use std::fmt;

use super::{Fault, Law, Stream};

/// How a law fared that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Which law.
    pub law: Law,
    /// Streams.
    pub cases: u32,
    /// How often it was applied in them; a law that was never applied says nothing.
    pub applied: u64,
}

/// How every law fared: all were held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of which subject.
    pub subject: String,
    /// Each law once, in their order.
    pub laws: Vec<Tally>,
}

impl Report {
    /// Laws that were never applied.
    pub fn never_applied(&self) -> impl Iterator<Item = Law> + '_ {
        let never = self.laws.iter().filter(|tally| tally.applied == 0);
        never.map(|tally| tally.law)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: every law held", self.subject)?;
        writeln!(f, "{:<22} {:>7} {:>10}", "law", "streams", "applied")?;
        for Tally {
            law,
            cases,
            applied,
        } in &self.laws
        {
            let never = match applied {
                0 => "  never applied",
                _ => "",
            };
            writeln!(f, "{law:<22} {cases:>7} {applied:>10}{never}")?;
        }
        Ok(())
    }
}

/// A law is broken: by what, and the shortest stream that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of which subject.
    pub subject: String,
    /// Which law; [`Law::NoPanic`] for a panic under any of them.
    pub law: Law,
    /// What it asks and what was found.
    pub fault: Fault,
    /// The streams of the shortest case; two where venues stand beside each other.
    pub streams: Vec<Stream>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} is broken", self.subject, self.law)?;
        writeln!(f, "law       {}", self.law.says())?;
        writeln!(f, "expected  {}", self.fault.expected)?;
        writeln!(f, "found     {}", self.fault.found)?;
        if let Some((time, phase)) = self.fault.at {
            writeln!(f, "at        second {}, {phase:?}", time.secs())?;
        }
        for stream in &self.streams {
            writeln!(f, "stream:\n{stream}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Finding {}
