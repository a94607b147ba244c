use sha2::{Digest, Sha256};

/// Digits of the state that each line carries.
const SHOWN: usize = 16;
/// Bytes of `,"chain":"…"}`, with which every line but the last ends.
const SUFFIX: usize = SHOWN + 12;
const BEFORE: &[u8] = b",\"chain\":\"";
const AFTER: &[u8] = b"\"}";

/// The running hash over the lines of a journal.
///
/// **Formula** `state(n) = SHA-256(state(n−1) ‖ body)`, from 32 zero bytes; `body` is a line without
/// the field that carries the first digits of its state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chain {
    state: [u8; 32],
}

impl Chain {
    /// Takes in a line's body.
    pub(super) fn take(&mut self, body: &[u8]) {
        let mut digest = Sha256::new();
        digest.update(self.state);
        digest.update(body);
        self.state = digest.finalize().into();
    }

    /// All digits of the state.
    pub(super) fn digits(&self) -> String {
        self.state
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The first digits, as a line shows them.
    fn shown(&self) -> String {
        self.digits().chars().take(SHOWN).collect()
    }

    /// Closes a line's object: takes `body`, which ends with `}`, and puts the digits into it.
    pub(super) fn seal(&mut self, line: &mut Vec<u8>) {
        line.pop();
        self.take(line);
        line.extend_from_slice(BEFORE);
        line.extend_from_slice(self.shown().as_bytes());
        line.extend_from_slice(AFTER);
    }

    /// Opens a line as it was before it was sealed; `Err` with the digits that belong there when
    /// it carries others, or none.
    pub(super) fn unseal(&mut self, line: &mut Vec<u8>) -> Result<(), String> {
        let body = line.len().saturating_sub(SUFFIX);
        let suffix = line.split_off(body);
        let found = suffix.strip_prefix(BEFORE);
        let found = found.and_then(|rest| rest.strip_suffix(AFTER));
        self.take(line);
        let shown = self.shown();
        let is_right = found == Some(shown.as_bytes());
        match found {
            Some(_) => line.push(b'}'),
            None => line.extend(suffix),
        }
        if is_right { Ok(()) } else { Err(shown) }
    }
}
