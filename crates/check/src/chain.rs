//! The chain of hashes: one number stands for the whole file.

use sha2::{Digest, Sha256};

/// The bytes of `,"chain":"…"}` at the end of a line.
const TAIL: usize = 28;

/// The state after the lines so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chain([u8; 32]);

impl Chain {
    /// Takes the line's body in: `state(n) = SHA-256(state(n−1) ‖ body)`.
    #[must_use]
    pub fn with(self, body: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(self.0)
            .chain_update(body)
            .finalize();
        Self(digest.into())
    }

    /// The first 16 hexadecimal digits, as a line carries them.
    #[must_use]
    pub fn short(&self) -> [u8; 16] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [b'0'; 16];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            for (digit, half) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
                *digit = DIGITS.get(usize::from(half)).copied().unwrap_or(b'0');
            }
        }
        text
    }

    /// All 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A line's body and the digits at its end; `None` when it does not end in a chain.
#[must_use]
pub fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (body, tail) = line.split_at_checked(line.len().checked_sub(TAIL)?)?;
    let digits = tail
        .strip_prefix(br#","chain":""#)?
        .strip_suffix(br#""}"#)?;
    Some((body, digits))
}

/// Writes the chain of a text whose lines have any digits there: what a forger would do, and what
/// tests of forged journals need. Lines that do not end in a chain are left alone.
#[must_use]
pub fn rechain(text: &str) -> String {
    let mut chain = Chain::default();
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line.starts_with(r#"{"end":"#) {
            let (head, _) = line.rsplit_once(r#""chain":""#).unwrap_or((line, ""));
            out.push_str(&format!("{head}\"chain\":\"{}\"}}}}\n", chain.hex()));
            continue;
        }
        let body = split(line.as_bytes()).map_or(line.len(), |(body, _)| body.len());
        let body = line.get(..body).unwrap_or(line);
        chain = chain.with(body.as_bytes());
        let digits = chain.short();
        let digits = std::str::from_utf8(&digits).unwrap_or_default();
        out.push_str(&format!("{body},\"chain\":\"{digits}\"}}\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256 of 32 zero bytes and `abc`, by another program:
    /// `(head -c 32 /dev/zero; printf abc) | sha256sum`.
    #[test]
    fn the_first_state_by_another_program() {
        let state = Chain::default().with(b"abc");
        assert_eq!(
            state.hex(),
            "365aa7d8f7f9402c4b9434502b4cc89ddb09fe50d7cd95b493b834c62d5a5370"
        );
        assert_eq!(state.hex().as_bytes()[..16], state.short());
    }

    #[test]
    fn a_line_is_split_before_its_chain() {
        let line = br#"{"seq":0,"chain":"0123456789abcdef"}"#;
        assert_eq!(
            split(line),
            Some((&br#"{"seq":0"#[..], &b"0123456789abcdef"[..]))
        );
        assert_eq!(split(b"{}"), None);
        assert_eq!(split(br#"{"seq":0,"chain":"0123456789abcde"}"#), None);
    }
}
