//! Between floats and money: quantised once, in a named direction.

use seawall_units::Usd;

/// Money as a float, to its nearest.
pub(crate) fn float(amount: Usd) -> f64 {
    amount.units() as f64 / Usd::ONE_UNITS as f64
}

fn of_units(units: f64) -> Usd {
    let limit = Usd::MAX.units() as f64;
    Usd::from_units(units.clamp(-limit, limit) as i128).unwrap_or_default()
}

/// Down to a micro-dollar; the ends of the range beyond it.
pub(crate) fn floor(amount: f64) -> Usd {
    of_units((amount * Usd::ONE_UNITS as f64).floor())
}

/// Up to a micro-dollar; the ends of the range beyond it.
pub(crate) fn ceil(amount: f64) -> Usd {
    of_units((amount * Usd::ONE_UNITS as f64).ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_quantised_in_the_named_direction() {
        let usd = |text: &str| text.parse::<Usd>().unwrap();
        assert_eq!(
            (floor(0.1234567), ceil(0.1234567)),
            (usd("0.123456"), usd("0.123457"))
        );
        assert_eq!((floor(-0.5), ceil(-0.5)), (usd("-0.5"), usd("-0.5")));
        assert_eq!(floor(1e300), Usd::MAX);
        assert_eq!(floor(f64::NAN), Usd::ZERO);
        assert_eq!(float(usd("1000000")), 1e6);
    }
}
