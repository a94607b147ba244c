use std::io::{self, Write};

use seawall_ledger::Entry;
use seawall_venue::Event;
use sha2::{Digest, Sha256};

use super::{End, EventRecord, Header, Line};

/// Writes a journal line by line.
///
/// A journal is whole only after [`Writer::finish`]; without its final record, [`super::replay`]
/// refuses it as cut off.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    digest: Sha256,
    entries: u64,
    events: u64,
    buffer: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Begins a journal with its header.
    ///
    /// **Errors** those of `out`.
    pub fn new(out: W, header: Header) -> io::Result<Self> {
        let mut writer = Self {
            out,
            digest: Sha256::new(),
            entries: 0,
            events: 0,
            buffer: Vec::new(),
        };
        writer.line(&Line::Header(header))?;
        Ok(writer)
    }

    /// Writes an entry of the ledger's journal.
    ///
    /// **Errors** those of `out`.
    pub fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        self.entries = self.entries.saturating_add(1);
        self.line(&Line::Entry(*entry))
    }

    /// Writes an event.
    ///
    /// **Errors** those of `out`, and `InvalidInput` for a kind of event that this version of the
    /// format has no record for.
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        let unknown = || io::Error::new(io::ErrorKind::InvalidInput, "an event without a record");
        let record = EventRecord::of(event).ok_or_else(unknown)?;
        self.events = self.events.saturating_add(1);
        self.line(&Line::Event(record))
    }

    /// Writes the final record, flushes, and gives `out` back.
    ///
    /// **Errors** those of `out`.
    pub fn finish(mut self) -> io::Result<W> {
        let end = End {
            entries: self.entries,
            events: self.events,
            sha256: hex(self.digest.clone()),
        };
        self.line(&Line::End(end))?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, line)?;
        self.buffer.push(b'\n');
        self.digest.update(&self.buffer);
        self.out.write_all(&self.buffer)
    }
}

/// A digest in hexadecimal digits.
pub(super) fn hex(digest: Sha256) -> String {
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
