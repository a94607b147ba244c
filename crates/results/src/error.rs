use std::io;
use std::path::{Path, PathBuf};

use crate::span::Span;

/// Why results cannot be read or written. Nothing that was there is lost by any of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultsError {
    /// A file cannot be read.
    #[error("{} cannot be read: {reason}", .file.display())]
    Read {
        /// Which file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {reason}", .file.display())]
    Write {
        /// Which file.
        file: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// There is a file of that name, and it is not replaced.
    #[error("{} exists already and is something else; legal: a new name", .file.display())]
    Exists {
        /// Which file.
        file: PathBuf,
    },
    /// There are finished paths under that name.
    #[error("{} exists already; legal: a new name, or --resume to go on with it", .file.display())]
    Begun {
        /// Which file.
        file: PathBuf,
    },
    /// Another process writes the same file.
    #[error("{} is being written by another process; legal: one process for each file", .file.display())]
    Locked {
        /// Which file.
        file: PathBuf,
    },
    /// A file is something else.
    #[error("{} is no file of {legal}: {reason}", .file.display())]
    Foreign {
        /// Which file.
        file: PathBuf,
        /// What it should be.
        legal: &'static str,
        /// What it has instead.
        reason: String,
    },
    /// The file is of another version of its format.
    #[error("{} has format {found}; legal: {legal}", .file.display())]
    Version {
        /// Which file.
        file: PathBuf,
        /// The version that it says.
        found: String,
        /// The version that this program reads.
        legal: u32,
    },
    /// The file is of another sweep.
    #[error("{} is of another sweep: its {what} is {found}; here it is {legal}", .file.display())]
    Other {
        /// Which file.
        file: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the file says.
        found: String,
        /// What it should say.
        legal: String,
    },
    /// A file of finished paths is damaged before its end.
    #[error(
        "{} is damaged at byte {byte}: {reason}; cut off there it has {paths} finished paths", .file.display()
    )]
    Damaged {
        /// Which file.
        file: PathBuf,
        /// Where the damaged record begins, from 0.
        byte: u64,
        /// What is wrong with it.
        reason: &'static str,
        /// Whole paths before it.
        paths: u64,
    },
    /// A results file is not what was written.
    #[error("{} is corrupt: {reason}", .file.display())]
    Corrupt {
        /// Which file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The head is not that of a sweep.
    #[error("the head's {field} is {found}; legal: {legal}")]
    Head {
        /// Which field.
        field: &'static str,
        /// What was found.
        found: String,
        /// What is legal.
        legal: &'static str,
    },
    /// A row is not the one that comes next or not what the head says of a row.
    #[error("row of path {path}, point {point}, venue {venue}: {reason}")]
    Row {
        /// Its path.
        path: u64,
        /// Its point.
        point: u32,
        /// Its venue.
        venue: u32,
        /// What is wrong.
        reason: String,
    },
    /// Rows are missing at the end.
    #[error("the rows end before path {path}, point {point}, venue {venue}; legal: all of {span}")]
    Unfinished {
        /// The path of the first row that is missing.
        path: u64,
        /// Its point.
        point: u32,
        /// Its venue.
        venue: u32,
        /// The span that was to be written.
        span: Span,
    },
    /// The path is finished already.
    #[error("path {path} is finished already; legal: each path once")]
    Repeated {
        /// Which path.
        path: u64,
    },
    /// The sweep has no such path.
    #[error("path {path} is not in the sweep; legal: below {paths}")]
    Outside {
        /// Which path.
        path: u64,
        /// How many paths the sweep has, from 0.
        paths: u64,
    },
    /// The path is not finished.
    #[error("path {path} is not finished")]
    Missing {
        /// Which path.
        path: u64,
    },
    /// Paths that no part has.
    #[error("paths {span} are missing, {}", between(.before.as_deref(), .after.as_deref()))]
    Gap {
        /// The paths that are missing.
        span: Span,
        /// The part before them.
        before: Option<PathBuf>,
        /// The part after them.
        after: Option<PathBuf>,
    },
    /// Paths that two parts have.
    #[error("paths {span} are in {} and in {}; legal: each path in one part", .first.display(), .second.display())]
    Overlap {
        /// The paths that both have.
        span: Span,
        /// A part.
        first: PathBuf,
        /// Another one.
        second: PathBuf,
    },
    /// There is nothing to merge.
    #[error("there is no part to merge; legal: every part of a sweep")]
    NoParts,
    /// A condition that no row can meet.
    #[error("`{key}={value}` is met by nothing in these results; legal: {legal}")]
    Where {
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// What there is.
        legal: String,
    },
    /// The words say no part of a sweep.
    #[error("`{found}` is no part of a sweep; legal: i/n with 1 <= i <= n")]
    Shard {
        /// What was found.
        found: String,
    },
    /// The words say no span of paths.
    #[error("`{found}` is no span of paths; legal: from..until")]
    Span {
        /// What was found.
        found: String,
    },
}

impl ResultsError {
    /// Whether something could not be written, which is no fault of the input.
    #[must_use]
    pub const fn is_write(&self) -> bool {
        matches!(self, Self::Write { .. })
    }
}

/// Makes errors of a file.
pub(crate) fn read(file: &Path) -> impl Fn(io::Error) -> ResultsError + '_ {
    |reason| ResultsError::Read {
        file: file.to_path_buf(),
        reason,
    }
}

/// Makes errors of a file.
pub(crate) fn write(file: &Path) -> impl Fn(io::Error) -> ResultsError + '_ {
    |reason| ResultsError::Write {
        file: file.to_path_buf(),
        reason,
    }
}

fn between(before: Option<&Path>, after: Option<&Path>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => {
            format!("between {} and {}", before.display(), after.display())
        }
        (Some(before), None) => format!("after {}", before.display()),
        (None, Some(after)) => format!("before {}", after.display()),
        (None, None) => String::from("all of them"),
    }
}
