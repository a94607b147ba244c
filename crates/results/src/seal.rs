//! A SHA-256 of the whole file, so that no byte of it can change unseen.
//!
//! Parquet's footer says where everything is, and readers find the footer from the end of the file:
//! `… footer, its length (4 bytes), PAR1`. The seal is 32 bytes between the last column and the
//! footer, to which nothing points: a reader of Parquet does not see it. It is the SHA-256 of all
//! other bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};

const SEAL: u64 = 32;
/// The footer's length and the last four letters.
const ENDING: u64 = 8;
const LETTERS: &[u8; 4] = b"PAR1";

/// A writer that takes the sum of what passes.
#[derive(Debug)]
pub(crate) struct Summing<W> {
    pub(crate) inner: W,
    sum: Sha256,
}

impl<W> Summing<W> {
    pub(crate) fn new(inner: W) -> Self {
        let sum = Sha256::new();
        Self { inner, sum }
    }

    pub(crate) fn into_parts(self) -> (W, [u8; 32]) {
        (self.inner, self.sum.finalize().into())
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Puts the sum of a complete file before its footer.
pub(crate) fn put(file: &mut File, sum: [u8; 32]) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    let cut = || io::Error::other("it has no footer");
    let footer = footer(file, length)?.ok_or_else(cut)?;
    let place = length.checked_sub(footer).ok_or_else(cut)?;
    let mut ending = Vec::new();
    file.seek(SeekFrom::Start(place))?;
    file.read_to_end(&mut ending)?;
    file.seek(SeekFrom::Start(place))?;
    file.write_all(&sum)?;
    file.write_all(&ending)
}

/// What the seal says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// Every byte is as it was written.
    Whole,
    /// It is no Parquet.
    Foreign,
    /// It begins as Parquet and has no end.
    Cut,
    /// The sum is another.
    Broken,
}

/// Reads a whole file and compares its sum.
pub(crate) fn verify(file: &mut File) -> io::Result<Seal> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut first = [0; 4];
    file.seek(SeekFrom::Start(0))?;
    if length < 4 {
        return Ok(Seal::Foreign);
    }
    file.read_exact(&mut first)?;
    if first != *LETTERS {
        return Ok(Seal::Foreign);
    }
    let Some(footer) = footer(file, length)? else {
        return Ok(Seal::Cut);
    };
    let place = footer.checked_add(SEAL);
    let Some(place) = place.and_then(|behind| length.checked_sub(behind)) else {
        return Ok(Seal::Broken);
    };
    let mut sum = Summing::new(io::sink());
    let mut found = [0; 32];
    file.seek(SeekFrom::Start(0))?;
    io::copy(&mut file.take(place), &mut sum)?;
    file.read_exact(&mut found)?;
    io::copy(file, &mut sum)?;
    let (_, sum) = sum.into_parts();
    Ok(if sum == found {
        Seal::Whole
    } else {
        Seal::Broken
    })
}

/// Bytes from the beginning of the footer to the end; `None` when the end is not one of Parquet.
fn footer(file: &mut File, length: u64) -> io::Result<Option<u64>> {
    let Some(place) = length.checked_sub(ENDING) else {
        return Ok(None);
    };
    let mut ending = [0; 8];
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut ending)?;
    let [a, b, c, d, letters @ ..] = ending;
    let long = u64::from(u32::from_le_bytes([a, b, c, d]));
    Ok((letters == *LETTERS).then(|| long.saturating_add(ENDING)))
}
