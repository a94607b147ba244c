//! A journal line by line, never more than one of them in memory.

use std::io::{self, BufRead, BufReader, Read};

/// The longest line that is read, in bytes.
pub const LINE_LIMIT: usize = 16 * 1024 * 1024;

/// The first bytes of every Zstandard frame.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What the next line is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A whole line; it stands in the buffer without its line feed.
    Line,
    /// The end of the file, after a line feed.
    End,
    /// The file stops in the middle of a line, or its compression does.
    CutOff,
    /// The line is longer than is read.
    TooLong,
}

/// Reads lines, out of Zstandard where the first bytes say so.
pub(crate) struct Lines<R: Read> {
    source: Source<BufReader<R>>,
    /// The line that was read last.
    pub(crate) line: Vec<u8>,
}

enum Source<R: BufRead> {
    Plain(R),
    Zstd(Box<BufReader<zstd::Decoder<'static, R>>>),
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(file: R) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(256 * 1024, file);
        let source = match file.fill_buf()?.starts_with(&ZSTD) {
            true => {
                let decoder = zstd::Decoder::with_buffer(file)?;
                Source::Zstd(Box::new(BufReader::with_capacity(256 * 1024, decoder)))
            }
            false => Source::Plain(file),
        };
        Ok(Self {
            source,
            line: Vec::new(),
        })
    }

    pub(crate) fn next(&mut self) -> io::Result<Next> {
        self.line.clear();
        match &mut self.source {
            Source::Plain(file) => read_line(file, &mut self.line),
            Source::Zstd(file) => match read_line(file.as_mut(), &mut self.line) {
                // A frame that stops in the middle is a journal that was cut off.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Next::CutOff),
                read => read,
            },
        }
    }
}

fn read_line(file: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    let limit = u64::try_from(LINE_LIMIT).unwrap_or(u64::MAX);
    let read = file.take(limit.saturating_add(1)).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(Next::End);
    }
    match line.pop() {
        Some(b'\n') => Ok(Next::Line),
        _ if read > LINE_LIMIT => Ok(Next::TooLong),
        _ => Ok(Next::CutOff),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> (Vec<Vec<u8>>, Next) {
        let mut lines = Lines::new(bytes).unwrap();
        let mut found = Vec::new();
        loop {
            match lines.next().unwrap() {
                Next::Line => found.push(lines.line.clone()),
                end => return (found, end),
            }
        }
    }

    #[test]
    fn a_last_line_without_a_line_feed_does_not_count() {
        assert_eq!(
            all(b"a\nb\n"),
            (vec![b"a".to_vec(), b"b".to_vec()], Next::End)
        );
        assert_eq!(all(b"a\nb"), (vec![b"a".to_vec()], Next::CutOff));
        assert_eq!(all(b""), (vec![], Next::End));
    }

    #[test]
    fn zstandard_is_seen_by_its_first_bytes_and_may_be_cut_off() {
        let text: Vec<u8> = (0..20_000_u32)
            .flat_map(|n| format!("{}\n", n.wrapping_mul(2_654_435_761)).into_bytes())
            .collect();
        let packed = zstd::encode_all(text.as_slice(), 1).unwrap();
        let (lines, end) = all(&packed);
        assert_eq!((lines.len(), end), (20_000, Next::End));
        let (lines, end) = all(&packed[..packed.len() / 2]);
        assert_eq!(end, Next::CutOff);
        assert!(lines.len() < 20_000);
    }

    #[test]
    fn a_gigantic_line_is_refused_and_not_held() {
        let file = io::repeat(b'x').take(u64::try_from(LINE_LIMIT).unwrap() * 4);
        let mut lines = Lines::new(file).unwrap();
        assert_eq!(lines.next().unwrap(), Next::TooLong);
        assert!(lines.line.len() <= LINE_LIMIT + 1);
    }
}
