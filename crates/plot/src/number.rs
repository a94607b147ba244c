//! Short numbers for labels.

use seawall_units::{Ratio, Usd};

/// Money in about three digits: `14.6 k`, `1.06 M`; whole dollars below ten thousand. What is not
/// zero never reads as zero.
pub(crate) fn usd(amount: Usd) -> String {
    const DOLLAR: u128 = 1_000_000;
    let sign = if amount.is_negative() { "−" } else { "" };
    let magnitude = amount.units().unsigned_abs();
    if magnitude == 0 {
        return String::from("0");
    }
    if magnitude < DOLLAR.div_ceil(2) {
        return format!("{sign}<1");
    }
    let whole = magnitude.saturating_add(DOLLAR / 2) / DOLLAR;
    if whole < 10_000 {
        return format!("{sign}{}", grouped(whole));
    }
    let scales = [
        (1_000_u128, " k"),
        (1_000_000, " M"),
        (1_000_000_000, " bn"),
    ];
    let scale = scales.iter().rfind(|(one, _)| whole >= *one);
    let (one, suffix) = scale.copied().unwrap_or((1, ""));
    let places = match whole / one {
        0..=9 => 2,
        10..=99 => 1,
        _ => 0,
    };
    format!(
        "{sign}{}{suffix}",
        decimals(magnitude, one * DOLLAR, places)
    )
}

/// The figure of a tick, which is round: without decimals that say nothing.
pub(crate) fn tick(units: i128) -> String {
    let text = usd(Usd::from_units(units).unwrap_or_default());
    match text.split_once(' ') {
        Some((number, suffix)) if number.contains('.') => {
            let number = number.trim_end_matches('0').trim_end_matches('.');
            format!("{number} {suffix}")
        }
        _ => text,
    }
}

/// The figure of a tick on a grid of so many decimals, with the decimals that the distance of its
/// ticks needs: `0.05`, `−20`, `12 k`.
pub(crate) fn on_axis(units: i128, step: i128, decimals: u32) -> String {
    let one = 10_u128.pow(decimals.min(37));
    let sign = if units < 0 { "−" } else { "" };
    let magnitude = units.unsigned_abs();
    let step = step.unsigned_abs();
    let scales = [
        (1_000_u128, " k"),
        (1_000_000, " M"),
        (1_000_000_000, " bn"),
    ];
    let scale = scales.into_iter().rfind(|(scale, _)| {
        step >= one.saturating_mul(*scale) / 2 && step >= one.saturating_mul(1_000)
    });
    let (scale, suffix) = scale.unwrap_or((1, ""));
    let one = one.saturating_mul(scale);
    // As many places as the step has within one.
    let places = (0..decimals.min(37))
        .find(|places| step.is_multiple_of((one / 10_u128.pow(*places)).max(1)));
    let text = self::decimals(magnitude, one, places.unwrap_or(decimals));
    match magnitude {
        0 => String::from("0"),
        _ => format!("{sign}{text}{suffix}"),
    }
}

/// A count with thousands separators.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `count / one` with so many decimals, half up.
fn decimals(count: u128, one: u128, places: u32) -> String {
    let ten = 10_u128.pow(places);
    let rounded = count.saturating_mul(ten).saturating_add(one / 2) / one;
    match places {
        0 => rounded.to_string(),
        _ => {
            let width = usize::try_from(places).unwrap_or(0);
            format!("{}.{:0width$}", rounded / ten, rounded % ten)
        }
    }
}

fn grouped(number: u128) -> String {
    match number {
        0..=999 => number.to_string(),
        _ => format!("{},{:03}", number / 1_000, number % 1_000),
    }
}

/// Basis points with the decimals that they have, at most one.
pub(crate) fn bps(ratio: Ratio) -> String {
    const BP: u128 = 100_000_000_000_000;
    let sign = if ratio.is_negative() { "−" } else { "" };
    let text = decimals(ratio.units().unsigned_abs(), BP, 1);
    format!("{sign}{}", text.trim_end_matches(".0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_in_about_three_digits() {
        let check = |text: &str, expect: &str| {
            let amount: Usd = text.parse().unwrap_or_default();
            assert_eq!(usd(amount), expect, "{text}");
        };
        check("0", "0");
        check("0.000001", "<1");
        check("0.5", "1");
        check("4010.36", "4,010");
        check("14608.28", "14.6 k");
        check("78916.15", "78.9 k");
        check("150226.12", "150 k");
        check("1061050.48", "1.06 M");
        check("-29326.43", "−29.3 k");
        check("2000000000", "2.00 bn");
        assert_eq!(tick(20_000_000_000), "20 k");
        assert_eq!(tick(500_000_000), "500");
        assert_eq!(count(1_005_961), "1,005,961");
    }

    #[test]
    fn ticks_have_the_decimals_of_their_distance() {
        let check = |units: i128, step: i128, decimals: u32, expect: &str| {
            assert_eq!(on_axis(units, step, decimals), expect, "{units} by {step}");
        };
        check(-57, 1, 0, "−57");
        check(50_000, 50_000, 6, "0.05");
        check(1_500_000, 500_000, 6, "1.5");
        check(0, 500_000, 6, "0");
        check(2_000_000, 1_000_000, 6, "2");
        check(20_000_000_000, 5_000_000_000, 6, "20 k");
        check(1_500_000_000_000, 500_000_000_000, 6, "1.5 M");
        check(-300_000_000_000, 100_000_000_000, 6, "−300 k");
        check(3_000_000_000, 200_000_000, 6, "3000");
    }

    #[test]
    fn basis_points_without_empty_decimals() {
        assert_eq!(bps(Ratio::bps(37)), "37");
        assert_eq!(bps(Ratio::units_i64(450_000_000_000_000)), "4.5");
    }
}
