//! The lines of a journal in batches, each line with the state of the chain after it, so that one
//! thread can read and hash while another checks. Memory is a few batches, whatever the journal.

use std::io::{self, Read};

use crate::chain::{Chain, split};
use crate::lines::{Lines, Next};

/// A batch is full when it holds this many bytes: small enough to stay in a core's own cache.
const FULL: usize = 256 * 1024;

/// Whole lines one after the other.
#[derive(Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    lines: Vec<Mark>,
    /// What comes after its lines; `None` when that is another batch.
    pub(crate) end: Option<io::Result<Next>>,
}

/// One line of a batch.
struct Mark {
    end: usize,
    chain: Chain,
}

impl Batch {
    /// Its lines, each with the state of the chain after it.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&[u8], Chain)> {
        let mut rest = self.bytes.as_slice();
        let mut begin = 0_usize;
        self.lines.iter().filter_map(move |mark| {
            let (line, after) = rest.split_at_checked(mark.end.saturating_sub(begin))?;
            (rest, begin) = (after, mark.end);
            Some((line, mark.chain))
        })
    }
}

/// Reads batch after batch up to the one that says how the journal ends.
pub(crate) struct Batches<R: Read> {
    lines: Lines<R>,
    chain: Chain,
    /// The final record has been read: it and what follows it are not in the chain.
    complete: bool,
    over: bool,
}

impl<R: Read> Batches<R> {
    /// What follows the first line, whose state this is.
    pub(crate) const fn after(lines: Lines<R>, chain: Chain) -> Self {
        Self {
            lines,
            chain,
            complete: false,
            over: false,
        }
    }
}

impl<R: Read> Iterator for Batches<R> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        if self.over {
            return None;
        }
        let mut batch = Batch::default();
        batch.bytes.reserve(FULL.saturating_mul(2));
        while batch.bytes.len() < FULL {
            match self.lines.next() {
                Ok(Next::Line) => {
                    let line = self.lines.line.as_slice();
                    self.complete |= line.starts_with(b"{\"end\":");
                    if !self.complete {
                        let (body, _) = split(line).unwrap_or((line, b""));
                        self.chain = self.chain.with(body);
                    }
                    batch.bytes.extend_from_slice(line);
                    let (end, chain) = (batch.bytes.len(), self.chain);
                    batch.lines.push(Mark { end, chain });
                }
                end => {
                    self.over = true;
                    batch.end = Some(end);
                    break;
                }
            }
        }
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 000 lines of 7 bytes fill two batches and a part of a third; the chain is that of
    /// hashing line by line, and stands still from the final record on.
    #[test]
    fn batches_hold_every_line_once() {
        let mut text: String = (0..100_000).map(|n| format!("{n:07}\n")).collect();
        text.push_str("{\"end\":1}\nmore\nhalf");
        let lines = Lines::new(text.as_bytes()).unwrap();
        let batches: Vec<Batch> = Batches::after(lines, Chain::default()).collect();
        assert_eq!(batches.len(), 3);
        let found: Vec<_> = batches.iter().flat_map(Batch::lines).collect();
        let mut chain = Chain::default();
        for (line, (bytes, state)) in text.lines().zip(&found) {
            if line.len() == 7 {
                chain = chain.with(line.as_bytes());
            }
            assert_eq!((line.as_bytes(), chain), (*bytes, *state));
        }
        assert_eq!(found.len(), 100_002);
        let ends: Vec<_> = batches.into_iter().filter_map(|batch| batch.end).collect();
        assert!(matches!(ends.as_slice(), [Ok(Next::CutOff)]));
    }
}
