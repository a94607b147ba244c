//! The compact form of a row: whole numbers seven bits a byte, the lowest first, the highest bit
//! of a byte set when another follows. A row has one form only, so it can be hashed.

use crate::row::Row;

/// Appends a row: path, point, venue; each drawn value as its length and its UTF-8; each figure as
/// 0 when there is none, else one more than its zigzag; breaches.
pub(crate) fn put_row(out: &mut Vec<u8>, row: &Row) {
    put(out, u128::from(row.path));
    put(out, u128::from(row.point));
    put(out, u128::from(row.venue));
    for value in &row.drawn {
        put(out, u128::try_from(value.len()).unwrap_or(u128::MAX));
        out.extend_from_slice(value.as_bytes());
    }
    for figure in &row.figures {
        put(
            out,
            figure.map_or(0, |units| zigzag(units).saturating_add(1)),
        );
    }
    put(out, u128::from(row.breaches));
}

/// How many drawn values and figures a row has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Width {
    pub(crate) drawn: usize,
    pub(crate) figures: usize,
}

/// Takes a row off the front; `None` when the bytes are not a row.
pub(crate) fn take_row(bytes: &mut &[u8], width: Width) -> Option<Row> {
    let path = u64::try_from(take(bytes)?).ok()?;
    let point = u32::try_from(take(bytes)?).ok()?;
    let venue = u32::try_from(take(bytes)?).ok()?;
    let mut drawn = Vec::with_capacity(width.drawn);
    for _ in 0..width.drawn {
        let length = usize::try_from(take(bytes)?).ok()?;
        let (value, rest) = bytes.split_at_checked(length)?;
        *bytes = rest;
        drawn.push(String::from_utf8(value.to_vec()).ok()?);
    }
    let mut figures = Vec::with_capacity(width.figures);
    for _ in 0..width.figures {
        figures.push(take(bytes)?.checked_sub(1).map(unzigzag));
    }
    let breaches = u32::try_from(take(bytes)?).ok()?;
    Some(Row {
        path,
        point,
        venue,
        drawn,
        figures,
        breaches,
    })
}

fn put(out: &mut Vec<u8>, mut value: u128) {
    loop {
        let [low, ..] = (value & 0x7f).to_le_bytes();
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

fn take(bytes: &mut &[u8]) -> Option<u128> {
    let mut value = 0_u128;
    let mut shift = 0_u32;
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let part = u128::from(byte & 0x7f);
        let shifted = part.checked_shl(shift)?;
        if shifted.checked_shr(shift)? != part {
            return None;
        }
        value |= shifted;
        if byte & 0x80 == 0 {
            // A last byte of zero would be a second form of the same number.
            return (part != 0 || shift == 0).then_some(value);
        }
        shift = shift.checked_add(7)?;
    }
}

/// 0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 …
fn zigzag(value: i128) -> u128 {
    let doubled = value.unsigned_abs().wrapping_mul(2);
    if value < 0 {
        doubled.wrapping_sub(1)
    } else {
        doubled
    }
}

fn unzigzag(value: u128) -> i128 {
    let half = value >> 1;
    let magnitude = i128::try_from(half).unwrap_or(i128::MAX);
    if value & 1 == 0 {
        magnitude
    } else {
        magnitude.saturating_neg().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOST: i128 = 10_i128.pow(38) - 1;
    const LEAST: i128 = -MOST;

    #[test]
    fn numbers_by_hand() {
        let bytes = |value| {
            let mut out = Vec::new();
            put(&mut out, value);
            out
        };
        // The examples of LEB128: 624485 = 0b0010_0110 0000_1110 0110_0101 in groups of seven.
        assert_eq!(bytes(624_485), [0xe5, 0x8e, 0x26]);
        assert_eq!(bytes(0), [0]);
        assert_eq!(bytes(127), [0x7f]);
        assert_eq!(bytes(128), [0x80, 0x01]);
        assert_eq!([0, -1, 1, -2, 2].map(zigzag), [0, 1, 2, 3, 4]);
        assert_eq!(bytes(u128::MAX).len(), 19);
    }

    #[test]
    fn a_number_has_one_form_and_an_end() {
        for wrong in [&[0x80][..], &[0x80, 0x00], &[0xff; 19], &[0xff; 40], &[]] {
            assert_eq!(take(&mut &wrong[..]), None, "{wrong:02x?}");
        }
    }

    proptest! {
        #[test]
        fn a_row_is_read_as_it_was_written(
            path: u64, point: u32, venue: u32, breaches: u32,
            drawn in prop::collection::vec(".{0,9}", 0..3),
            figures in prop::collection::vec(
                prop::option::of(LEAST..=MOST), 0..5),
        ) {
            let row = Row { path, point, venue, drawn, figures, breaches };
            let mut bytes = Vec::new();
            put_row(&mut bytes, &row);
            let width = Width { drawn: row.drawn.len(), figures: row.figures.len() };
            let mut rest = &bytes[..];
            prop_assert_eq!(take_row(&mut rest, width), Some(row));
            prop_assert!(rest.is_empty());
            for end in 0..bytes.len() {
                prop_assert_eq!(take_row(&mut &bytes[..end], width), None);
            }
        }
    }
}
