use std::fmt;
use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::{CONTENT, FORMAT, HEAD, SPAN, VERSION};
use crate::error::{self, ResultsError};
use crate::hash::{ContentHash, ContentHasher};
use crate::head::Head;
use crate::order::Order;
use crate::row::Row;
use crate::seal::{self, Seal};
use crate::span::Span;
use crate::table;

/// Rows that are taken out at a time.
const BATCH: usize = 1024;

/// Reads a results file row by row.
///
/// Every byte is compared with the file's seal when it is opened; the rows are compared with the
/// content hash when the last one has been read. In memory there are some rows at a time.
pub struct Reader {
    file: PathBuf,
    head: Head,
    span: Span,
    hash: ContentHash,
    batches: ParquetRecordBatchReader,
    ready: std::vec::IntoIter<Row>,
    order: Order,
    /// Gone when the rows have ended.
    sum: Option<ContentHasher>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Reader");
        shown.field("file", &self.file).field("span", &self.span);
        shown.finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens a file.
    ///
    /// **Errors** [`ResultsError::Read`], [`ResultsError::Foreign`] for something else,
    /// [`ResultsError::Corrupt`] when a byte of it has changed or is missing,
    /// [`ResultsError::Version`].
    pub fn open(path: &Path) -> Result<Self, ResultsError> {
        let foreign = |reason: &str| ResultsError::Foreign {
            file: path.to_path_buf(),
            legal: "results",
            reason: reason.to_owned(),
        };
        let corrupt = |reason: &str| ResultsError::Corrupt {
            file: path.to_path_buf(),
            reason: reason.to_owned(),
        };
        // Before it is opened: opening a named pipe waits for a writer.
        let kind = fs::metadata(path).map_err(error::read(path))?;
        if !kind.is_file() {
            return Err(foreign("it is not a regular file"));
        }
        let mut file = File::open(path).map_err(error::read(path))?;
        match seal::verify(&mut file).map_err(error::read(path))? {
            Seal::Whole => {}
            Seal::Foreign => return Err(foreign("it is not Parquet")),
            Seal::Cut => return Err(corrupt("it is cut off")),
            Seal::Broken => return Err(corrupt("its bytes are not those that were sealed")),
        }
        let builder = ParquetRecordBatchReaderBuilder::try_new(file);
        let builder = builder.map_err(|error| corrupt(&error.to_string()))?;
        let metadata = builder.metadata().file_metadata().key_value_metadata();
        let value = |key: &str| {
            let mut pairs = metadata.into_iter().flatten();
            let found = pairs.find(|pair| pair.key == key)?.value.as_deref()?;
            Some(found.to_owned())
        };
        let format = value(FORMAT).ok_or_else(|| foreign("its metadata is another's"))?;
        if format != VERSION.to_string() {
            return Err(ResultsError::Version {
                file: path.to_path_buf(),
                found: format,
                legal: VERSION,
            });
        }
        let head = value(HEAD).and_then(|json| serde_json::from_str::<Head>(&json).ok());
        let head = head.ok_or_else(|| corrupt("its head is not one"))?;
        head.validate()?;
        let span = value(SPAN).ok_or_else(|| corrupt("it has no span"))?;
        let span: Span = span.parse()?;
        let hash = value(CONTENT).and_then(|digits| ContentHash::from_hex(&digits));
        let hash = hash.ok_or_else(|| corrupt("it has no content hash"))?;
        if builder.schema().fields() != table::schema(&head).fields() {
            return Err(corrupt("its columns are not those of its head"));
        }
        let batches = builder.with_batch_size(BATCH).build();
        Ok(Self {
            order: Order::new(&head, span),
            sum: Some(ContentHasher::new(&head, span)?),
            batches: batches.map_err(|error| corrupt(&error.to_string()))?,
            ready: Vec::new().into_iter(),
            file: path.to_path_buf(),
            head,
            span,
            hash,
        })
    }

    /// What was asked.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Its paths.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// What it says, whatever its name.
    #[must_use]
    pub const fn content_hash(&self) -> ContentHash {
        self.hash
    }

    fn corrupt(&self, reason: &str) -> ResultsError {
        ResultsError::Corrupt {
            file: self.file.clone(),
            reason: reason.to_owned(),
        }
    }

    fn take(&mut self) -> Result<Option<Row>, ResultsError> {
        loop {
            if let Some(row) = self.ready.next() {
                let accepted = self.order.accept(&row);
                accepted.map_err(|error| self.corrupt(&error.to_string()))?;
                if let Some(sum) = &mut self.sum {
                    sum.take(&row);
                }
                return Ok(Some(row));
            }
            // Pages that were forged under a true seal can make the library panic.
            let batch = catch_unwind(AssertUnwindSafe(|| self.batches.next()));
            let batch = batch.map_err(|_| self.corrupt("its pages cannot be read"))?;
            let Some(batch) = batch else {
                return self.end().map(|()| None);
            };
            let batch = batch.map_err(|error| self.corrupt(&error.to_string()))?;
            let rows = table::from_batch(&self.head, &batch);
            let rows = rows.ok_or_else(|| self.corrupt("its rows are not those of its head"))?;
            self.ready = rows.into_iter();
        }
    }

    fn end(&mut self) -> Result<(), ResultsError> {
        let Some(sum) = self.sum.take() else {
            return Ok(());
        };
        let ended = self.order.end();
        ended.map_err(|error| self.corrupt(&error.to_string()))?;
        if sum.finish() == self.hash {
            Ok(())
        } else {
            Err(self.corrupt("its rows are not those of its content hash"))
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Row, ResultsError>;

    /// The next row; nothing more after an error.
    fn next(&mut self) -> Option<Self::Item> {
        self.sum.as_ref()?;
        let taken = self.take().transpose();
        if let Some(Err(_)) = &taken {
            self.sum = None;
        }
        taken
    }
}
