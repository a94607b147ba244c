//! What went wrong, said on stderr, and the exit status for it.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use seawall::prelude::Scenario;
use seawall::results::ResultsError;
use seawall::sweep::SweepError;

/// Something could not be written: no fault of the input.
#[derive(Debug)]
pub(crate) struct CannotWrite {
    place: String,
    reason: io::Error,
}

impl CannotWrite {
    pub(crate) fn stdout(reason: io::Error) -> Self {
        let place = String::from("stdout");
        Self { place, reason }
    }

    pub(crate) fn file(path: &Path, reason: io::Error) -> Self {
        let place = path.display().to_string();
        Self { place, reason }
    }

    pub(crate) fn kind(&self) -> io::ErrorKind {
        self.reason.kind()
    }
}

impl fmt::Display for CannotWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be written: {}", self.place, self.reason)
    }
}

impl std::error::Error for CannotWrite {}

/// Says the error on stderr: status 1 when something could not be written, else 2.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    say("error", &error.to_string());
    let results = match error.downcast_ref::<SweepError>() {
        Some(SweepError::Results(results)) => Some(results),
        _ => error.downcast_ref::<ResultsError>(),
    };
    match error.is::<CannotWrite>() || results.is_some_and(ResultsError::is_write) {
        true => ExitCode::from(1),
        false => ExitCode::from(2),
    }
}

/// Says on stderr what was taken out of imported files, and what was not.
pub(crate) fn tell_imports(scenario: &Scenario) {
    for imported in scenario.imported() {
        say("note", &imported.to_string());
    }
}

/// A line on stderr that begins with its kind.
pub(crate) fn say(kind: &str, message: &str) {
    let message = message.strip_prefix("error: ").unwrap_or(message);
    // There is nowhere left to tell that stderr is closed.
    let _ = writeln!(io::stderr(), "{kind}: {}", message.trim_end());
}
