use std::fmt;

/// Why a scenario cannot be run; nothing runs then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("error: {file} cannot be read: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the system said.
        reason: String,
    },
    /// The file has nothing in it but spaces.
    #[error("error: the file is empty; legal: a scenario in TOML\n --> {file}:1:1")]
    Empty {
        /// Which file.
        file: String,
    },
    /// The file is larger than what is taken in.
    #[error("error: {file} is larger than {most} bytes; legal: at most {most} bytes")]
    TooLarge {
        /// Which file.
        file: String,
        /// The most that is taken in.
        most: u64,
    },
    /// The file is not UTF-8 text.
    #[error("error: byte {byte} is not UTF-8; legal: UTF-8 text\n --> {file}:{line}:{column}")]
    NotUtf8 {
        /// Which file.
        file: String,
        /// Line of the first wrong byte, from 1.
        line: usize,
        /// Column of it in characters, from 1.
        column: usize,
        /// Its place in the file, from 0.
        byte: usize,
    },
    /// A flag that sets a key says something that is not legal.
    #[error("error: `--set {flag}` {found}; legal: {legal}")]
    Flag {
        /// What stands behind `--set`.
        flag: String,
        /// What is wrong with it.
        found: String,
        /// What is legal.
        legal: String,
    },
    /// A flag that varies a key says something that is not legal.
    #[error("error: `--sweep {flag}` {found}; legal: {legal}")]
    Sweep {
        /// What stands behind `--sweep`.
        flag: String,
        /// What is wrong with it.
        found: String,
        /// What is legal.
        legal: String,
    },
    /// The scenario file says something that is not legal.
    #[error("{0}")]
    Place(Box<Diagnostic>),
    /// A row of a file of prices or positions is not legal.
    #[error("error: `{field}` is {found}; legal: {legal}\n --> {file}:{line}:{column}")]
    Row {
        /// Which file.
        file: String,
        /// Line of the row, from 1.
        line: u64,
        /// Column of the cell in characters, from 1.
        column: usize,
        /// The cell's name: the column's, or the path of a field in JSON.
        field: String,
        /// What was found.
        found: String,
        /// What is legal.
        legal: String,
    },
}

/// A place in a scenario file and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Which file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Dotted path of the field, such as `positions.each[3].leverage`; empty when the text is not
    /// TOML at all.
    pub field: String,
    /// What was found and what is legal, in one line.
    pub message: String,
    /// The message with the place marked in the text.
    pub(crate) rendered: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered)
    }
}
