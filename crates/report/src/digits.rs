//! Numbers as text: rounded for reading, with thousands separators, or exact as a double.

/// `units / 10^places` with `shown` decimals, half away from zero, thousands separated.
///
/// What is not zero never reads as zero: it becomes `<0.01`, or `>-0.01` below zero.
#[must_use]
pub fn rounded(units: i128, places: u32, shown: u32) -> String {
    let shown = shown.min(places);
    let step = 10_u128.pow(places.abs_diff(shown));
    let half = step.checked_div(2).unwrap_or(0);
    let magnitude = units.unsigned_abs().saturating_add(half);
    let count = magnitude.checked_div(step).unwrap_or(0);
    if count == 0 && units != 0 {
        let least = fixed(1, shown);
        return if units < 0 {
            format!(">-{least}")
        } else {
            format!("<{least}")
        };
    }
    let sign = if units < 0 { "-" } else { "" };
    format!("{sign}{}", fixed(count, shown))
}

/// `units / 10^places` with every decimal and without separators, for programs.
#[must_use]
pub fn exact(units: i128, places: u32) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = fixed(units.unsigned_abs(), places).replace(',', "");
    format!("{sign}{digits}")
}

/// A count with thousands separators.
#[must_use]
pub fn count(number: u64) -> String {
    fixed(u128::from(number), 0)
}

/// `count / 10^places`, thousands separated.
fn fixed(count: u128, places: u32) -> String {
    let one = 10_u128.pow(places);
    let whole = grouped(&count.checked_div(one).unwrap_or(0).to_string());
    let part = count.checked_rem(one).unwrap_or(0);
    let width = usize::try_from(places).unwrap_or(0);
    match places {
        0 => whole,
        _ => format!("{whole}.{part:0width$}"),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len().abs_diff(index);
        if index > 0 && left.is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The double nearest to `units / 10^places`, by way of its decimal text: no float arithmetic.
#[must_use]
pub fn nearest_double(units: i128, places: u32) -> f64 {
    // A decimal with an exponent always parses.
    format!("{units}e-{places}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_away_from_zero_and_groups() {
        let check = |units, shown, expect: &str| assert_eq!(rounded(units, 6, shown), expect);
        check(1_234_567_894_999, 2, "1,234,567.89");
        check(1_234_567_895_000, 2, "1,234,567.90");
        check(-1_234_567_895_000, 2, "-1,234,567.90");
        check(999_995_000, 2, "1,000.00");
        check(0, 2, "0.00");
        check(499_999, 0, "<1");
        check(500_000, 0, "1");
        check(123_000_000, 9, "123.000000");
    }

    #[test]
    fn what_is_not_zero_never_reads_as_zero() {
        assert_eq!(rounded(1, 6, 2), "<0.01");
        assert_eq!(rounded(-4_999, 6, 2), ">-0.01");
        assert_eq!(rounded(5_000, 6, 2), "0.01");
    }

    #[test]
    fn extremes_do_not_overflow() {
        assert!(rounded(i128::MIN, 18, 0).starts_with("-170,141,183,460,469,231,73"));
        assert!(rounded(i128::MAX, 0, 0).ends_with("105,727"));
    }

    #[test]
    fn doubles_are_the_nearest() {
        let check = |units, places, expect: f64| {
            assert_eq!(nearest_double(units, places).to_bits(), expect.to_bits());
        };
        check(987_654_321_098_765_432, 18, 0.987_654_321_098_765_4);
        check(-5, 1, -0.5);
        check(0, 18, 0.0);
    }
}
