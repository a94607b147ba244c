use std::io::{self, Write};

use super::chain::Chain;
use super::{End, EventLine, Header};

/// Writes a journal line by line.
///
/// A journal is whole only after [`Writer::finish`]; without its final record it was cut off, and
/// every whole line of it can still be checked.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    chain: Chain,
    lines: u64,
    transfers: u64,
    buffer: Vec<u8>,
}

#[derive(serde::Serialize)]
struct First<'a> {
    header: &'a Header,
}

#[derive(serde::Serialize)]
struct Last {
    end: End,
}

impl<W: Write> Writer<W> {
    /// Begins a journal with its header.
    ///
    /// **Errors** those of `out`.
    pub fn new(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = Self {
            out,
            chain: Chain::default(),
            lines: 0,
            transfers: 0,
            buffer: Vec::new(),
        };
        writer.sealed(&First { header })?;
        Ok(writer)
    }

    /// Writes an event; its `seq` is set to its place.
    ///
    /// **Errors** those of `out`.
    pub fn event(&mut self, mut event: EventLine) -> io::Result<()> {
        event.seq = self.lines.saturating_sub(1);
        let transfers = u64::try_from(event.transfers.len()).unwrap_or(u64::MAX);
        self.transfers = self.transfers.saturating_add(transfers);
        self.sealed(&event)
    }

    /// Hands on to `out` what it holds back.
    ///
    /// **Errors** those of `out`.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes the final record, flushes, and gives `out` and the last state of the chain.
    ///
    /// **Errors** those of `out`.
    pub fn finish(mut self) -> io::Result<(W, String)> {
        let chain = self.chain.digits();
        let end = End {
            lines: self.lines,
            transfers: self.transfers,
            chain: chain.clone(),
        };
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, &Last { end })?;
        self.put()?;
        self.out.flush()?;
        Ok((self.out, chain))
    }

    fn sealed(&mut self, line: &impl serde::Serialize) -> io::Result<()> {
        self.buffer.clear();
        serde_json::to_writer(&mut self.buffer, line)?;
        self.chain.seal(&mut self.buffer);
        self.lines = self.lines.saturating_add(1);
        self.put()
    }

    fn put(&mut self) -> io::Result<()> {
        self.buffer.push(b'\n');
        self.out.write_all(&self.buffer)
    }
}
