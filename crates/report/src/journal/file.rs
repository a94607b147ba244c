//! Journals as files, compressed when their name says so.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, Read, Write};
use std::path::Path;

use zstd::stream::{read::Decoder, write::Encoder};

/// The first bytes of every Zstandard frame.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Zstandard's own default: three to four times as fast as the journal is written.
const LEVEL: i32 = 3;

/// A journal in the making, under its own name from the first line on: a program that is stopped
/// leaves the lines it has written.
pub enum JournalFile {
    /// As it is.
    Plain(BufWriter<File>),
    /// Compressed.
    Compressed(Box<Encoder<'static, BufWriter<File>>>),
}

impl JournalFile {
    /// Creates the file, compressed when its name ends in `.zst`; what was there is lost.
    ///
    /// **Errors** those of the file system.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        Ok(match path.extension().is_some_and(|end| end == "zst") {
            true => Self::Compressed(Box::new(Encoder::new(file, LEVEL)?)),
            false => Self::Plain(file),
        })
    }

    /// Ends the file.
    ///
    /// **Errors** those of the file system.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut file) => file.flush(),
            Self::Compressed(encoder) => encoder.finish()?.flush(),
        }
    }
}

impl Write for JournalFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Compressed(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Compressed(encoder) => encoder.flush(),
        }
    }
}

/// Opens a journal to be read, compressed or not: its first bytes tell.
///
/// **Errors** those of the file system. A compressed file that was cut off reads up to there and
/// then gives `UnexpectedEof`, which readers of journals take for its end.
pub fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let mut file = File::open(path)?;
    let mut first = Vec::new();
    Read::by_ref(&mut file).take(4).read_to_end(&mut first)?;
    let compressed = first == MAGIC;
    let whole = Cursor::new(first).chain(file);
    Ok(match compressed {
        true => Box::new(BufReader::new(Decoder::new(whole)?)),
        false => Box::new(BufReader::new(whole)),
    })
}
