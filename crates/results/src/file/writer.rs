use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use tempfile::NamedTempFile;

use super::reader::Reader;
use super::{CONTENT, FORMAT, HEAD, SPAN, VERSION};
use crate::error::{self, ResultsError};
use crate::hash::{ContentHash, ContentHasher};
use crate::head::Head;
use crate::order::Order;
use crate::row::Row;
use crate::seal::{self, Summing};
use crate::span::{Shard, Span};
use crate::table;

/// Rows of a row group: fixed, so that the same rows are the same bytes.
const GROUP: usize = 2_048;
/// Zstandard's own default.
const LEVEL: i32 = 3;

/// Writes a results file: under a name of its own until it is complete, then under its name.
///
/// The same head, span and rows make the same bytes. A file that is there is never replaced: if it
/// is the same, the work is done; if it is another, it is refused before anything is written.
#[derive(Debug)]
pub struct Writer {
    target: Target,
    head: Head,
    schema: SchemaRef,
    order: Order,
    sum: ContentHasher,
    /// Rows of the group in the making.
    rows: Vec<Row>,
    out: ArrowWriter<Summing<BufWriter<NamedTempFile>>>,
}

#[derive(Debug)]
enum Target {
    File(PathBuf),
    Part { folder: PathBuf, shard: Shard },
}

/// A file that is complete and in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// What it says, whatever its name.
    pub hash: ContentHash,
    /// Where it is.
    pub file: PathBuf,
}

impl Writer {
    /// Begins the file of a span of paths.
    ///
    /// **Errors** [`ResultsError::Exists`] when there is a file that is not of the same head and
    /// span, [`ResultsError::Write`], [`ResultsError::Head`].
    pub fn create(path: &Path, head: &Head, span: Span) -> Result<Self, ResultsError> {
        if path.symlink_metadata().is_ok() {
            let found = Reader::open(path).ok();
            let found = found.filter(|found| found.span() == span);
            let found = found.ok_or_else(|| ResultsError::Exists {
                file: path.to_path_buf(),
            })?;
            head.expect_same(found.head(), path)?;
        }
        Self::open(Target::File(path.to_path_buf()), head, span)
    }

    /// Begins the file of a shard in a folder, which gets its name from its content.
    ///
    /// **Errors** [`ResultsError::Other`] when the folder has a part with the shard's number of
    /// another sweep; and those of [`Writer::create`].
    pub fn part(folder: &Path, head: &Head, shard: Shard) -> Result<Self, ResultsError> {
        find_part(folder, head, shard)?;
        let folder = folder.to_path_buf();
        let span = shard.span(head.paths, head.sample);
        Self::open(Target::Part { folder, shard }, head, span)
    }

    fn open(target: Target, head: &Head, span: Span) -> Result<Self, ResultsError> {
        head.validate()?;
        let schema = table::schema(head);
        let file = temporary(target.folder()).map_err(error::write(target.path()))?;
        let out = Summing::new(BufWriter::new(file));
        let properties = properties(head, span)?;
        let out = ArrowWriter::try_new(out, schema.clone(), Some(properties));
        let out = out.map_err(|error| unwritten(target.path(), error))?;
        Ok(Self {
            target,
            order: Order::new(head, span),
            sum: ContentHasher::new(head, span)?,
            head: head.clone(),
            schema,
            rows: Vec::new(),
            out,
        })
    }

    /// Takes the next rows: path, point, venue.
    ///
    /// **Errors** [`ResultsError::Row`] for a row that is not the next one, has another number of
    /// values or a figure beyond 38 digits; [`ResultsError::Write`].
    pub fn write(&mut self, rows: &[Row]) -> Result<(), ResultsError> {
        for row in rows {
            self.order.accept(row)?;
            self.sum.take(row);
            self.rows.push(row.clone());
            if self.rows.len() >= GROUP {
                self.write_group()?;
            }
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), ResultsError> {
        let batch = table::to_batch(&self.head, &self.schema, &self.rows);
        self.rows.clear();
        let written = batch.map_err(ParquetError::from).and_then(|batch| {
            self.out.write(&batch)?;
            self.out.flush()
        });
        written.map_err(|error| unwritten(self.target.path(), error))
    }

    /// Completes the file, flushes it to its medium and gives it its name.
    ///
    /// **Errors** [`ResultsError::Unfinished`] when rows are missing, [`ResultsError::Write`],
    /// [`ResultsError::Exists`] when another file has come under its name in the meantime. Nothing
    /// is left under its name then.
    pub fn finish(mut self) -> Result<Finished, ResultsError> {
        self.order.end()?;
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        let hash = self.sum.finish();
        let content = KeyValue::new(CONTENT.to_owned(), hash.to_string());
        self.out.append_key_value_metadata(content);
        let path = self.target.path().to_path_buf();
        let out = self.out.into_inner();
        let (buffer, sum) = out.map_err(|error| unwritten(&path, error))?.into_parts();
        let complete = || {
            let mut file = buffer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)?;
            seal::put(file.as_file_mut(), sum)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        let file = complete().map_err(error::write(&path))?;
        let target = match self.target {
            Target::File(path) => path,
            Target::Part { folder, shard } => folder.join(shard.part_name(&hash)),
        };
        name(file, &target)?;
        Ok(Finished { hash, file: target })
    }
}

impl Target {
    /// What an error names: the file, or the folder of a file that has no name yet.
    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Part { folder, .. } => folder,
        }
    }

    fn folder(&self) -> &Path {
        match self {
            Self::File(path) => match path.parent() {
                Some(folder) if folder != Path::new("") => folder,
                _ => Path::new("."),
            },
            Self::Part { folder, .. } => folder,
        }
    }
}

/// The finished part of a shard in a folder, if there is one.
///
/// **Errors** [`ResultsError::Other`] when it is of another sweep, [`ResultsError::Corrupt`] when
/// it is damaged, [`ResultsError::Read`].
pub fn find_part(
    folder: &Path,
    head: &Head,
    shard: Shard,
) -> Result<Option<Finished>, ResultsError> {
    let names = fs::read_dir(folder).and_then(|entries| {
        let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
        names.collect::<io::Result<Vec<_>>>()
    });
    let names = names.map_err(error::read(folder))?;
    let mut names = names.iter().filter_map(|name| name.to_str());
    let Some(name) = names.find(|name| shard.owns(name)) else {
        return Ok(None);
    };
    let file = folder.join(name);
    let found = Reader::open(&file)?;
    head.expect_same(found.head(), &file)?;
    let hash = found.content_hash();
    let (span, legal) = (found.span(), shard.span(head.paths, head.sample));
    if span != legal {
        let reason = format!("it holds the paths {span}, and its name stands for {legal}");
        return Err(ResultsError::Corrupt { file, reason });
    }
    if shard.part_name(&hash) != name {
        let reason = format!("its content hash is {hash}, and its name has another");
        return Err(ResultsError::Corrupt { file, reason });
    }
    Ok(Some(Finished { hash, file }))
}

fn properties(head: &Head, span: Span) -> Result<WriterProperties, ResultsError> {
    let pairs = [
        (FORMAT, VERSION.to_string()),
        (HEAD, head.to_json()?),
        (SPAN, span.to_string()),
    ];
    let pairs = pairs.map(|(key, value)| KeyValue::new(key.to_owned(), value));
    let level = ZstdLevel::try_new(LEVEL).unwrap_or_default();
    Ok(WriterProperties::builder()
        .set_created_by(format!("seawall version {VERSION}"))
        .set_compression(Compression::ZSTD(level))
        .set_max_row_group_row_count(Some(GROUP))
        // The least and the most figure of a group would keep the whole group's figures in memory
        // until the file is complete, so only the columns that readers find rows by have them.
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled("path".into(), EnabledStatistics::Chunk)
        .set_column_statistics_enabled("point".into(), EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_key_value_metadata(Some(pairs.to_vec()))
        .build())
}

fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".seawall-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the umask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Gives a complete file its name, which the same file may have already.
fn name(file: NamedTempFile, target: &Path) -> Result<(), ResultsError> {
    if let Err(refused) = file.persist_noclobber(target) {
        if refused.error.kind() != io::ErrorKind::AlreadyExists {
            return Err(error::write(target)(refused.error));
        }
        let same = same_bytes(refused.file.path(), target).map_err(error::read(target))?;
        if !same {
            return Err(ResultsError::Exists {
                file: target.to_path_buf(),
            });
        }
    }
    // The name itself has to reach the medium; not every system lets a folder be flushed.
    if let Some(Ok(folder)) = target.parent().map(File::open) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn same_bytes(one: &Path, other: &Path) -> io::Result<bool> {
    let mut sums = [Summing::new(io::sink()), Summing::new(io::sink())];
    for (path, sum) in [one, other].into_iter().zip(&mut sums) {
        io::copy(&mut File::open(path)?, sum)?;
    }
    let [one, other] = sums.map(|sum| sum.into_parts().1);
    Ok(one == other)
}

fn unwritten(path: &Path, failed: ParquetError) -> ResultsError {
    let reason = match failed {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(reason) => *reason,
            Err(inner) => io::Error::other(inner),
        },
        other => io::Error::other(other),
    };
    error::write(path)(reason)
}
