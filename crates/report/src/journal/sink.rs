use std::io::{self, Write};

use seawall_ledger::Entry;
use seawall_sim::JournalSink;
use seawall_venue::Event;

use super::Writer;

/// A [`Writer`] as the sink of a run: the first error stops the writing and comes out at the end.
#[derive(Debug)]
pub struct Sink<W> {
    writer: Writer<W>,
    failed: Option<io::Error>,
}

impl<W: Write> Sink<W> {
    /// A sink that writes to a journal.
    pub const fn new(writer: Writer<W>) -> Self {
        Self {
            writer,
            failed: None,
        }
    }

    /// Ends the journal and gives its output back.
    ///
    /// **Errors** the first one since the journal began; the journal has no final record then.
    pub fn finish(self) -> io::Result<W> {
        match self.failed {
            Some(error) => Err(error),
            None => self.writer.finish(),
        }
    }

    fn keep(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.failed = Some(error);
        }
    }
}

impl<W: Write> JournalSink for Sink<W> {
    fn entry(&mut self, entry: &Entry) {
        if self.failed.is_none() {
            let written = self.writer.entry(entry);
            self.keep(written);
        }
    }

    fn event(&mut self, event: &Event) {
        if self.failed.is_none() {
            let written = self.writer.event(event);
            self.keep(written);
        }
    }
}
