//! Finished paths, appended as they finish: what a killed sweep goes on from.
//!
//! The file is a line `seawall work 1`, the head (its length, its JSON, a check), then one record
//! for each path in the order in which they finished: path, length, a check of these two and of the
//! place in the file; the rows; a check of the rows. Numbers are little-endian; a check is the
//! beginning of a SHA-256.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::encoding::{put_row, take_row};
use crate::error::{self, ResultsError};
use crate::head::Head;
use crate::order::Order;
use crate::row::Row;
use crate::span::Span;

const KIND: &str = "seawall work ";
const VERSION: u32 = 1;
/// Path, length and their check.
const OPENING: u64 = 16;
/// The check of the rows.
const CLOSING: u64 = 8;
/// Bytes after which the file is flushed to its medium.
const FLUSH: u64 = 1 << 20;

/// The file of finished paths of one sweep, or of one part of it.
///
/// A path is in the hands of the system when [`Work::note`] returns, so nothing is lost when the
/// process is killed; the file is flushed to its medium each mebibyte and when the work is
/// dropped, so a power cut costs the paths since then at most, which a resumed sweep runs again.
/// The file is locked as long as it is open. In memory there is one offset for each path.
#[derive(Debug)]
pub struct Work {
    file: PathBuf,
    head: Head,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// Where the next record goes: what may stand behind it was never finished.
    end: u64,
    unflushed: u64,
    /// Where the record of each finished path begins.
    finished: BTreeMap<u64, u64>,
}

impl Work {
    /// Begins a new file.
    ///
    /// **Errors** [`ResultsError::Begun`] when there is one, [`ResultsError::Write`] when it cannot
    /// be written, [`ResultsError::Head`] for a head that no rows can be written under.
    pub fn begin(path: &Path, head: &Head) -> Result<Self, ResultsError> {
        head.validate()?;
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path);
        let file = file.map_err(|reason| match reason.kind() {
            io::ErrorKind::AlreadyExists => ResultsError::Begun {
                file: path.to_path_buf(),
            },
            _ => error::write(path)(reason),
        })?;
        Self::start(path, head, lock(path, file)?)
    }

    /// Takes up a file, or begins it when there is none. A last record that was cut off while it
    /// was written is dropped.
    ///
    /// **Errors** [`ResultsError::Other`] for the file of another sweep, [`ResultsError::Version`],
    /// [`ResultsError::Foreign`] for something else, [`ResultsError::Damaged`] when a record is not
    /// what was written, [`ResultsError::Locked`] while another process has it.
    pub fn resume(path: &Path, head: &Head) -> Result<Self, ResultsError> {
        head.validate()?;
        // Before it is opened: opening a named pipe waits for a writer.
        if fs::metadata(path).is_ok_and(|kind| !kind.is_file()) {
            return Err(ResultsError::Foreign {
                file: path.to_path_buf(),
                legal: "finished paths",
                reason: String::from("it is not a regular file"),
            });
        }
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let mut file = lock(path, file.map_err(error::write(path))?)?;
        let length = file.metadata().map_err(error::read(path))?.len();
        let header = header(head)?;
        let mut found = Vec::new();
        let most = u64::try_from(header.len()).unwrap_or(u64::MAX);
        let read = (&mut file).take(most).read_to_end(&mut found);
        read.map_err(error::read(path))?;
        if found.len() < header.len() && header.starts_with(&found) {
            // Killed before the first path: nothing has finished.
            return Self::start(path, head, file);
        }
        if found != header {
            return Err(foreign(path, head, &mut file));
        }
        let scan = Scan {
            path,
            head,
            length,
            end: most,
            finished: BTreeMap::new(),
        };
        let (end, finished) = scan.run(&file)?;
        file.set_len(end).map_err(error::write(path))?;
        Ok(Self::open(path, head, file, (end, finished)))
    }

    fn start(path: &Path, head: &Head, mut file: File) -> Result<Self, ResultsError> {
        let header = header(head)?;
        let written = (|| {
            file.set_len(0)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(&header)?;
            file.sync_all()
        })();
        written.map_err(error::write(path))?;
        let end = u64::try_from(header.len()).unwrap_or(u64::MAX);
        Ok(Self::open(path, head, file, (end, BTreeMap::new())))
    }

    fn open(path: &Path, head: &Head, file: File, found: (u64, BTreeMap<u64, u64>)) -> Self {
        let (end, finished) = found;
        Self {
            file: path.to_path_buf(),
            head: head.clone(),
            state: Mutex::new(State {
                file,
                end,
                unflushed: 0,
                finished,
            }),
        }
    }

    /// What the paths are of.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Whether a path is finished.
    #[must_use]
    pub fn is_finished(&self, path: u64) -> bool {
        self.state().finished.contains_key(&path)
    }

    /// How many paths are finished.
    #[must_use]
    pub fn finished(&self) -> usize {
        self.state().finished.len()
    }

    /// The rows of a finished path.
    ///
    /// **Errors** [`ResultsError::Missing`] when it is not finished, [`ResultsError::Damaged`] when
    /// the file has been changed since.
    pub fn rows(&self, path: u64) -> Result<Vec<Row>, ResultsError> {
        let mut state = self.state();
        let Some(place) = state.finished.get(&path).copied() else {
            return Err(ResultsError::Missing { path });
        };
        let read = error::read(&self.file);
        state.file.seek(SeekFrom::Start(place)).map_err(&read)?;
        let damaged = |reason| ResultsError::Damaged {
            file: self.file.clone(),
            byte: place,
            reason,
            paths: 0,
        };
        let mut opening = [0; 16];
        state.file.read_exact(&mut opening).map_err(&read)?;
        let length = match opened(&opening, place) {
            Some((found, length)) if found == path => length,
            _ => return Err(damaged("the beginning of a record")),
        };
        let body = body(&mut state.file, length).map_err(&read)?;
        drop(state);
        let rows = body.ok_or_else(|| damaged("the rows of a record"))?;
        decoded(&self.head, path, &rows).ok_or_else(|| damaged("the rows of a record"))
    }

    /// Appends a finished path: all its rows, in their order. From any thread.
    ///
    /// **Errors** [`ResultsError::Write`], after which the file is as it was;
    /// [`ResultsError::Repeated`] when the path is finished; [`ResultsError::Row`] and
    /// [`ResultsError::Unfinished`] for rows that are not those of the path.
    pub fn note(&self, path: u64, rows: &[Row]) -> Result<(), ResultsError> {
        expect_path(&self.head, path, rows)?;
        let mut bytes = Vec::new();
        for row in rows {
            put_row(&mut bytes, row);
        }
        let mut state = self.state();
        if state.finished.contains_key(&path) {
            return Err(ResultsError::Repeated { path });
        }
        let place = state.end;
        let record = record(place, path, &bytes).map_err(error::write(&self.file))?;
        state
            .append(&record)
            .map_err(|reason| error::write(&self.file)(reason))?;
        state.finished.insert(path, place);
        state.flush_when_due().map_err(error::write(&self.file))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that died in here has left the end where the last whole record ends.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        let state = state.unwrap_or_else(PoisonError::into_inner);
        if state.unflushed > 0 {
            // Whoever needs the records has them from the system; there is nobody left to tell.
            let _ = state.file.sync_data();
        }
    }
}

impl State {
    fn append(&mut self, record: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        if let Err(reason) = self.file.write_all(record) {
            // A full disk can still make a file shorter.
            let _ = self.file.set_len(self.end);
            return Err(reason);
        }
        let length = u64::try_from(record.len()).unwrap_or(u64::MAX);
        self.end = self.end.saturating_add(length);
        self.unflushed = self.unflushed.saturating_add(length);
        Ok(())
    }

    fn flush_when_due(&mut self) -> io::Result<()> {
        if self.unflushed < FLUSH {
            return Ok(());
        }
        self.unflushed = 0;
        self.file.sync_data()
    }
}

/// Refuses rows that are not all the rows of one path of the sweep.
fn expect_path(head: &Head, path: u64, rows: &[Row]) -> Result<(), ResultsError> {
    if !Span::whole(head.paths).contains(path) {
        return Err(ResultsError::Outside {
            path,
            paths: head.paths,
        });
    }
    let until = path.saturating_add(1);
    let mut order = Order::new(head, Span { from: path, until });
    rows.iter().try_for_each(|row| order.accept(row))?;
    order.end()
}

/// A child that a process is about to start holds its locks for a moment, so a lock is asked for
/// more than once.
fn lock(path: &Path, file: File) -> Result<File, ResultsError> {
    let mut tries = 20_u32;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if tries > 0 => {
                tries = tries.saturating_sub(1);
                thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(ResultsError::Locked {
                    file: path.to_path_buf(),
                });
            }
            Err(TryLockError::Error(reason)) => return Err(error::write(path)(reason)),
        }
    }
}

fn header(head: &Head) -> Result<Vec<u8>, ResultsError> {
    let json = head.to_json()?;
    let mut bytes = format!("{KIND}{VERSION}\n").into_bytes();
    let length = u32::try_from(json.len()).map_err(|_| ResultsError::Head {
        field: "length",
        found: json.len().to_string(),
        legal: "below 4 GiB",
    })?;
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(json.as_bytes());
    bytes.extend_from_slice(&check::<8>(&[json.as_bytes()]));
    Ok(bytes)
}

/// What is wrong with a file that does not begin with the head.
fn foreign(path: &Path, head: &Head, file: &mut File) -> ResultsError {
    let damaged = ResultsError::Damaged {
        file: path.to_path_buf(),
        byte: 0,
        reason: "the head",
        paths: 0,
    };
    let line = format!("{KIND}{VERSION}\n");
    let mut bytes = Vec::new();
    // No more than a head may be; what follows is not looked at.
    let read = file
        .seek(SeekFrom::Start(0))
        .and_then(|_| file.take(u64::from(u32::MAX)).read_to_end(&mut bytes));
    if let Err(reason) = read {
        return error::read(path)(reason);
    }
    let Some(rest) = bytes.strip_prefix(line.as_bytes()) else {
        return kind(path, &bytes);
    };
    let parts = rest.split_first_chunk::<4>().and_then(|(length, rest)| {
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (json, rest) = rest.split_at_checked(length)?;
        let (closing, _) = rest.split_first_chunk::<8>()?;
        (check::<8>(&[json]) == *closing).then_some(json)
    });
    let found = parts.and_then(|json| serde_json::from_slice::<Head>(json).ok());
    match found.map(|found| head.expect_same(&found, path)) {
        Some(Err(differs)) => differs,
        Some(Ok(())) | None => damaged,
    }
}

fn kind(path: &Path, bytes: &[u8]) -> ResultsError {
    let file = path.to_path_buf();
    let digits = bytes.strip_prefix(KIND.as_bytes());
    let version = digits.and_then(|rest| rest.split(|byte| *byte == b'\n').next());
    match version {
        Some(version) if version.len() <= 9 => ResultsError::Version {
            file,
            found: String::from_utf8_lossy(version).into_owned(),
            legal: VERSION,
        },
        _ => ResultsError::Foreign {
            file,
            legal: "finished paths",
            reason: format!("it does not begin with `{KIND}{VERSION}`"),
        },
    }
}

/// The first bytes of a SHA-256 over the parts.
fn check<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut sum = Sha256::new();
    for part in parts {
        sum.update(part);
    }
    let mut first = [0; N];
    for (to, from) in first.iter_mut().zip(sum.finalize()) {
        *to = from;
    }
    first
}

fn opening_check(place: u64, path: &[u8], length: &[u8]) -> [u8; 4] {
    check(&[&place.to_le_bytes(), path, length])
}

fn record(place: u64, path: u64, rows: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(rows.len());
    let length = length.map_err(|_| io::Error::other("the rows of a path are above 4 GiB"))?;
    let (path, length) = (path.to_le_bytes(), length.to_le_bytes());
    let mut record = Vec::with_capacity(rows.len().saturating_add(24));
    record.extend_from_slice(&path);
    record.extend_from_slice(&length);
    record.extend_from_slice(&opening_check(place, &path, &length));
    record.extend_from_slice(rows);
    record.extend_from_slice(&check::<8>(&[rows]));
    Ok(record)
}

/// Path and length of a record that begins at a place.
fn opened(opening: &[u8; 16], place: u64) -> Option<(u64, u32)> {
    let (path, rest) = opening.split_first_chunk::<8>()?;
    let (length, found) = rest.split_first_chunk::<4>()?;
    (opening_check(place, path, length) == *found)
        .then(|| (u64::from_le_bytes(*path), u32::from_le_bytes(*length)))
}

/// The rows of a record; `None` when their check is another.
fn body(reader: &mut impl Read, length: u32) -> io::Result<Option<Vec<u8>>> {
    let mut rows = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
    let mut closing = [0; 8];
    reader.read_exact(&mut rows)?;
    reader.read_exact(&mut closing)?;
    Ok((check::<8>(&[&rows]) == closing).then_some(rows))
}

fn decoded(head: &Head, path: u64, mut bytes: &[u8]) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    while !bytes.is_empty() {
        rows.push(take_row(&mut bytes, head.width())?);
    }
    expect_path(head, path, &rows).ok()?;
    Some(rows)
}

/// Whether nothing but zeros is left.
fn only_zeros(reader: &mut impl Read) -> io::Result<bool> {
    let mut buffer = [0; 4096];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(true),
            read if buffer.iter().take(read).any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}

/// A walk over the records of a file.
struct Scan<'a> {
    path: &'a Path,
    head: &'a Head,
    /// Of the file.
    length: u64,
    /// Where the last whole record ends.
    end: u64,
    finished: BTreeMap<u64, u64>,
}

impl Scan<'_> {
    /// Where the whole records end, and where each begins.
    fn run(mut self, file: &File) -> Result<(u64, BTreeMap<u64, u64>), ResultsError> {
        let mut reader = BufReader::with_capacity(1 << 16, file);
        while self.rest() >= OPENING {
            let mut opening = [0; 16];
            let read = reader.read_exact(&mut opening);
            read.map_err(error::read(self.path))?;
            let Some((path, length)) = opened(&opening, self.end) else {
                if opening == [0; 16] && only_zeros(&mut reader).map_err(error::read(self.path))? {
                    // Room that the file was given before the power went.
                    break;
                }
                return Err(self.damaged("the beginning of a record"));
            };
            let whole = u64::from(length).saturating_add(OPENING.saturating_add(CLOSING));
            if self.rest() < whole {
                break;
            }
            let rows = body(&mut reader, length).map_err(error::read(self.path))?;
            let rows = rows.and_then(|rows| decoded(self.head, path, &rows));
            if rows.is_none() {
                return Err(self.damaged("the rows of a record"));
            }
            if self.finished.insert(path, self.end).is_some() {
                return Err(self.damaged("a path that is there already"));
            }
            self.end = self.end.saturating_add(whole);
        }
        Ok((self.end, self.finished))
    }

    const fn rest(&self) -> u64 {
        self.length.saturating_sub(self.end)
    }

    fn damaged(&self, reason: &'static str) -> ResultsError {
        ResultsError::Damaged {
            file: self.path.to_path_buf(),
            byte: self.end,
            reason,
            paths: u64::try_from(self.finished.len()).unwrap_or(u64::MAX),
        }
    }
}
