//! Reads a line in the form in which programs write it: fields in the order of the format's page, no
//! spaces, no escapes. That form needs no general reader of JSON, and nearly all of a journal has it.
//!
//! Whatever is not in this form is nobody's mistake yet: `None` leaves the line to serde, which
//! decides and finds the words. What is read here is what serde would have read.

use crate::chart::Cause;
use crate::fixed::Fixed;
use crate::names::{Account, Kind, Phase};
use crate::record::{Line, Position, Since, Transfer};

/// The line of a text in that form.
#[must_use]
pub(crate) fn line(text: &str) -> Option<Line<'_>> {
    let mut rest = Rest(text);
    rest.pass("{\"seq\":")?;
    let seq = rest.count()?;
    rest.pass(",\"time\":")?;
    let time = rest.count()?;
    rest.pass(",\"phase\":\"")?;
    let phase = Phase::of(rest.word()?)?;
    rest.pass(",\"event\":\"")?;
    let event = Kind::of(rest.word()?)?;
    rest.pass(",\"rule\":\"")?;
    let rule = rest.word()?;
    let deficit = match rest.pass(",\"deficit\":") {
        Some(()) => Some(u32::try_from(rest.count()?).ok()?),
        None => None,
    };
    let data = match rest.pass(",\"data\":") {
        Some(()) => Some(rest.flat()?),
        None => None,
    };
    let transfers = match rest.pass(",\"transfers\":[") {
        Some(()) => rest.list(Rest::transfer)?,
        None => Vec::new(),
    };
    let positions = match rest.pass(",\"positions\":[") {
        Some(()) => rest.list(Rest::position)?,
        None => Vec::new(),
    };
    rest.pass(",\"chain\":\"")?;
    let chain = rest.word()?;
    (rest.0 == "}").then_some(Line {
        seq,
        time,
        phase,
        event,
        rule,
        deficit,
        data,
        transfers,
        positions,
        chain,
    })
}

/// What of a line has not been read.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// Passes a text, or stays where it is.
    #[inline]
    fn pass(&mut self, text: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(text)?;
        Some(())
    }

    /// A string without escapes, from behind its first quote to behind its last.
    #[inline]
    fn word(&mut self) -> Option<&'a str> {
        let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
        let end = self.0.as_bytes().iter().position(ends)?;
        let (word, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.strip_prefix('"')?;
        Some(word)
    }

    /// A whole number of at most 18 digits, as JSON writes it.
    fn count(&mut self) -> Option<u64> {
        let other = |byte: &u8| !byte.is_ascii_digit();
        let end = self.0.as_bytes().iter().position(other)?;
        let (digits, rest) = self.0.split_at_checked(end)?;
        let canonical = digits.len() == 1 || !digits.starts_with('0');
        if !canonical || digits.len() > 18 {
            return None;
        }
        self.0 = rest;
        digits.parse().ok()
    }

    /// The text of an object that holds no other. A brace in a string cuts it short, and then what
    /// follows is not what has to follow.
    fn flat(&mut self) -> Option<&'a str> {
        let inner = self.0.strip_prefix('{')?;
        let brace = |byte: &u8| matches!(byte, b'{' | b'}');
        let end = inner.as_bytes().iter().position(brace)?;
        let (object, rest) = self.0.split_at_checked(end.checked_add(2)?)?;
        self.0 = rest;
        object.ends_with('}').then_some(object)
    }

    /// What stands between brackets, from behind the first to behind the last.
    fn list<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut all = Vec::with_capacity(4);
        if self.pass("]").is_some() {
            return Some(all);
        }
        loop {
            all.push(one(self)?);
            if self.pass(",").is_none() {
                self.pass("]")?;
                return Some(all);
            }
        }
    }

    fn transfer(&mut self) -> Option<Transfer> {
        self.pass("{\"from\":\"")?;
        let from = Account::of(self.word()?)?;
        self.pass(",\"to\":\"")?;
        let to = Account::of(self.word()?)?;
        self.pass(",\"amount\":\"")?;
        let amount = Fixed::parse(self.word()?)?;
        self.pass(",\"cause\":\"")?;
        let cause = Cause::of(self.word()?)?;
        self.pass("}")?;
        Some(Transfer {
            from,
            to,
            amount,
            cause,
        })
    }

    fn position(&mut self) -> Option<Position> {
        self.pass("{\"holder\":\"")?;
        let holder = Account::of(self.word()?)?;
        self.pass(",\"size\":\"")?;
        let size = Fixed::parse(self.word()?)?;
        self.pass(",\"cost\":\"")?;
        let cost = Fixed::parse(self.word()?)?;
        self.pass(",\"since\":")?;
        let since = self.since()?;
        self.pass("}")?;
        Some(Position {
            holder,
            size,
            cost,
            since,
        })
    }

    /// The fields of any venue; which of them there may be is asked later.
    fn since(&mut self) -> Option<Since> {
        let mut since = Since::default();
        self.pass("{")?;
        if self.pass("}").is_some() {
            return Some(since);
        }
        loop {
            self.pass("\"")?;
            let name = self.word()?;
            self.pass(":\"")?;
            let text = self.word()?;
            match name {
                "funding" => once(&mut since.funding, text)?,
                "utilisation" => once(&mut since.utilisation, text)?,
                "settled" => once(&mut since.settled, text)?,
                "borrowing" => once(&mut since.borrowing, text)?,
                "funding_paid" => once(&mut since.funding_paid, text)?,
                "funding_received" => once(&mut since.funding_received, text)?,
                "pending_impact" => once(&mut since.pending_impact, text)?,
                _ => return None,
            }
            if self.pass(",").is_none() {
                self.pass("}")?;
                return Some(since);
            }
        }
    }
}

/// A field that has not been there before.
fn once<const D: u32>(field: &mut Option<Fixed<D>>, text: &str) -> Option<()> {
    match field.replace(Fixed::parse(text)?) {
        Some(_) => None,
        None => Some(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LINES: [&str; 4] = [
        r#"{"seq":0,"time":1760000134,"phase":"liquidation","event":"stage","rule":"M-8.5","deficit":20,"data":{"stage":"adl","account":4000,"closed":"0.00000000","absorbed":"0.000000","owner_cost":"0.000000","end":"skipped","skip_reason":"nothing_left"},"chain":"9b660de754818977"}"#,
        r#"{"seq":2003,"time":1760000135,"phase":"orders","event":"fill","rule":"M-4.4","data":{"account":2136},"transfers":[{"from":"junior","to":"margin:2136","amount":"9.000000","cause":"profit_realised"},{"from":"margin:2136","to":"fees","amount":"0.018800","cause":"spread"}],"positions":[{"holder":"margin:2136","size":"-1.00000000","cost":"-94.000000","since":{"funding":"0.000000000000000000","utilisation":"0.000000000000000001"}}],"chain":"ab5402c3159846cd"}"#,
        r#"{"seq":7,"time":1,"phase":"setup","event":"postings","rule":"HL-1","transfers":[],"positions":[{"holder":"makers","size":"1.00000000","cost":"94.000000","since":{"settled":"0.000000"}},{"holder":"margin:1","size":"0.00000000","cost":"0.000000","since":{}}],"chain":"0"}"#,
        r#"{"seq":7,"time":1,"phase":"setup","event":"postings","rule":"GMX-1","positions":[{"holder":"margin:0","size":"1.00000000","cost":"94.000000","since":{"borrowing":"0.000000000000000000000000000001","funding_paid":"12.000000000000000000000000000000","funding_received":"0.000000000000000000000000000000","pending_impact":"0.000000000000000000"}}],"chain":"0"}"#,
    ];

    fn by_serde(text: &str) -> Option<String> {
        let line = serde_json::from_str::<Line<'_>>(text).ok()?;
        Some(format!("{line:?}"))
    }

    #[test]
    fn the_written_form_is_read_as_serde_reads_it() {
        for text in LINES {
            assert!(line(text).is_some(), "{text}");
            assert_eq!(line(text).map(|line| format!("{line:?}")), by_serde(text));
        }
    }

    /// Each of these is legal JSON for the same line, or none at all, but not in the written form.
    #[test]
    fn any_other_form_is_left_to_serde() {
        for (from, to) in [
            ("\"seq\":0", "\"seq\": 0"),
            ("\"seq\":0", "\"seq\":00"),
            ("\"seq\":0", "\"seq\":9999999999999999999"),
            ("M-8.5", "M-\\u0038.5"),
            ("M-8.5", "M-8\t5"),
            ("\"deficit\":20", "\"deficit\":null"),
            ("\"deficit\":20", "\"deficit\":4294967296"),
            ("{\"stage\":\"adl\"", "{\"stage\":{}"),
            ("\"account\":4000", "\"account\":\"}\""),
            ("\"chain\"", "\"chian\""),
            ("8977\"}", "8977\"} "),
        ] {
            let text = LINES[0].replace(from, to);
            assert_ne!(text, LINES[0]);
            assert!(line(&text).is_none(), "{text}");
        }
        let twice = LINES[1].replace("utilisation", "funding");
        assert!(line(&twice).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// However a line is mangled: what is read here, serde reads the same; and where only the
        /// data are broken, the whole line is no JSON and no object of its kind.
        #[test]
        fn nothing_is_read_that_serde_reads_otherwise(
            which in 0..LINES.len(),
            edits in prop::collection::vec(
                (any::<prop::sample::Index>(), 0_usize..3, prop::sample::select(b"0129-.:\"\\{}[],ae \n".to_vec())),
                1..3,
            ),
        ) {
            let mut bytes = LINES[which].as_bytes().to_vec();
            for (at, what, byte) in edits {
                let at = at.index(bytes.len());
                match what {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => { bytes.remove(at); }
                }
            }
            let text = String::from_utf8(bytes).unwrap();
            if let Some(line) = line(&text) {
                match by_serde(&text) {
                    Some(other) => prop_assert_eq!(format!("{:?}", line), other),
                    None => {
                        prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_err());
                        prop_assert!(line.data().is_err());
                    }
                }
            }
        }
    }
}
