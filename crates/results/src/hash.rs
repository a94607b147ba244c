use std::fmt;

use sha2::{Digest, Sha256};

use crate::encoding;
use crate::error::ResultsError;
use crate::head::Head;
use crate::row::Row;
use crate::span::Span;

/// SHA-256 of results: of the head, the span and the rows, whatever file holds them.
///
/// Two files have the same content hash exactly if they say the same. It does not depend on how
/// Parquet packs the rows, so it also identifies results across versions of the packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Its first sixteen hexadecimal digits, as names of parts have them.
    #[must_use]
    pub fn short(&self) -> String {
        let mut digits = self.to_string();
        digits.truncate(16);
        digits
    }

    /// From its 64 hexadecimal digits in small letters.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            let from = place.checked_mul(2)?;
            *byte = u8::from_str_radix(digits.get(from..from.checked_add(2)?)?, 16).ok()?;
        }
        let hash = Self(bytes);
        (hash.to_string() == digits).then_some(hash)
    }
}

/// In hexadecimal digits.
impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The sum in the making: rows are taken in their order.
///
/// **Formula** SHA-256 of `seawall results 1`, a line feed, the head as compact JSON, a line feed,
/// the span as in `0..100`, a line feed, and each row in the form of the file of finished paths.
#[derive(Debug)]
pub(crate) struct ContentHasher {
    sum: Sha256,
    buffer: Vec<u8>,
}

impl ContentHasher {
    pub(crate) fn new(head: &Head, span: Span) -> Result<Self, ResultsError> {
        let head = head.to_json()?;
        let mut sum = Sha256::new();
        sum.update(format!("seawall results 1\n{head}\n{span}\n"));
        let buffer = Vec::new();
        Ok(Self { sum, buffer })
    }

    pub(crate) fn take(&mut self, row: &Row) {
        self.buffer.clear();
        encoding::put_row(&mut self.buffer, row);
        self.sum.update(&self.buffer);
    }

    pub(crate) fn finish(self) -> ContentHash {
        ContentHash(self.sum.finalize().into())
    }
}
