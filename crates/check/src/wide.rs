//! Exact products with one rounding. Intermediate results have 256 bits.

use ethnum::I256;

use crate::fixed::{Base, Fixed, Price, Ratio, Usd};

/// Where a quotient goes when it lies between two grid points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceil,
}

/// Units of USD in units of base × units of price.
const VALUE: i128 = 10_i128.pow(12);
/// Units of USD in units of base × units of index.
const OWED: i128 = 10_i128.pow(20);

/// `a·b/d` for `d ≠ 0`, rounded once; `None` beyond 128 bits or for `d = 0`.
#[must_use]
pub(crate) fn mul_div(a: i128, b: i128, d: i128, round: Round) -> Option<i128> {
    if d == 0 {
        return None;
    }
    if let Some(product) = a.checked_mul(b) {
        return narrow_div(product, d, round);
    }
    let product = I256::from(a).checked_mul(I256::from(b))?;
    let d = I256::from(d);
    let (quotient, rest) = (
        product.checked_div_euclid(d)?,
        product.checked_rem_euclid(d)?,
    );
    // Euclid's rest is at least zero, so the quotient is the floor for d > 0, the ceiling else.
    let shift = match (rest == 0, d > 0, round) {
        (true, _, _) | (_, true, Round::Floor) | (_, false, Round::Ceil) => I256::ZERO,
        (false, true, Round::Ceil) => I256::ONE,
        (false, false, Round::Floor) => I256::MINUS_ONE,
    };
    i128::try_from(quotient.checked_add(shift)?).ok()
}

fn narrow_div(product: i128, d: i128, round: Round) -> Option<i128> {
    let (quotient, rest) = (product.checked_div(d)?, product.checked_rem(d)?);
    let below = rest != 0 && (rest < 0) != (d < 0);
    let above = rest != 0 && !below;
    match round {
        Round::Floor if below => quotient.checked_sub(1),
        Round::Ceil if above => quotient.checked_add(1),
        _ => Some(quotient),
    }
}

/// The same on numbers of any grid; saturates beyond 128 bits and gives zero for `d = 0`.
#[must_use]
pub(crate) fn part<const D: u32>(a: Fixed<D>, b: i128, d: i128, round: Round) -> Fixed<D> {
    match mul_div(a.units(), b, d, round) {
        Some(units) => Fixed::from_units(units),
        None if d == 0 => Fixed::ZERO,
        None if (a.units() < 0) == (b < 0) => Fixed::from_units(i128::MAX),
        None => Fixed::from_units(i128::MIN),
    }
}

/// Size × price.
#[must_use]
pub(crate) fn value(size: Base, price: Price, round: Round) -> Usd {
    Usd::from_units(part(size, price.units(), VALUE, round).units())
}

/// Amount × ratio.
#[must_use]
pub(crate) fn times<const D: u32>(amount: Fixed<D>, ratio: Ratio, round: Round) -> Fixed<D> {
    part(amount, ratio.units(), Ratio::ONE_UNITS, round)
}

/// What a size owes over a distance of an index, USD per base.
#[must_use]
pub(crate) fn owed(size: Base, distance: Ratio, round: Round) -> Usd {
    Usd::from_units(part(size, distance.units(), OWED, round).units())
}

/// The size that an amount buys at a price, rounded down.
#[must_use]
pub(crate) fn size_floor(amount: Usd, price: Price) -> Base {
    Base::from_units(part(amount, VALUE, price.units(), Round::Floor).units())
}

/// Compares `a.0·a.1/(a.2·a.3)` with `b.0·b.1/(b.2·b.3)` for denominators above zero, exactly.
#[must_use]
pub(crate) fn compare_quotients(a: [i128; 4], b: [i128; 4]) -> std::cmp::Ordering {
    let wide = |x: i128, y: i128| I256::from(x).saturating_mul(I256::from(y));
    let (mut a, mut b) = (
        (wide(a[0], a[1]), wide(a[2], a[3])),
        (wide(b[0], b[1]), wide(b[2], b[3])),
    );
    let mut turned = false;
    loop {
        let whole =
            |x: (I256, I256)| Some((x.0.checked_div_euclid(x.1)?, x.0.checked_rem_euclid(x.1)?));
        let (Some((aq, ar)), Some((bq, br))) = (whole(a), whole(b)) else {
            return std::cmp::Ordering::Equal;
        };
        let order = aq.cmp(&bq).then((ar > 0).cmp(&(br > 0)));
        if order.is_ne() || ar == 0 {
            return if turned { order.reverse() } else { order };
        }
        // Equal whole parts and two rests: the larger rest over its divisor is the larger number,
        // so its reciprocal is the smaller one.
        (a, b) = ((a.1, ar), (b.1, br));
        turned = !turned;
    }
}

/// Splits `total` in proportion to `weights` by largest remainder, ties to the first; `None` where
/// all weights are zero and the total is not.
#[must_use]
pub(crate) fn split(total: i128, weights: &[i128]) -> Option<Vec<i128>> {
    let sum: i128 = weights.iter().fold(0, |sum, w| sum.saturating_add(*w));
    if sum == 0 {
        return (total == 0).then(|| vec![0; weights.len()]);
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut rests = Vec::with_capacity(weights.len());
    for (place, weight) in weights.iter().enumerate() {
        let floor = mul_div(total, *weight, sum, Round::Floor)?;
        let wide = |a: i128, b: i128| I256::from(a).saturating_mul(I256::from(b));
        let rest = wide(total, *weight).saturating_sub(wide(floor, sum));
        parts.push(floor);
        rests.push((std::cmp::Reverse(rest), place));
    }
    let left = parts
        .iter()
        .fold(total, |left, part| left.saturating_sub(*part));
    rests.sort_unstable();
    for (_, place) in rests.into_iter().take(usize::try_from(left).ok()?) {
        if let Some(part) = parts.get_mut(place) {
            *part = part.saturating_add(1);
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotient_is_rounded_once_whatever_the_signs() {
        for (a, b, d, floor, ceil) in [
            (7, 1, 2, 3, 4),
            (-7, 1, 2, -4, -3),
            (7, 1, -2, -4, -3),
            (-7, 1, -2, 3, 4),
            (6, 1, 2, 3, 3),
            (-6, 1, 2, -3, -3),
        ] {
            assert_eq!(mul_div(a, b, d, Round::Floor), Some(floor), "{a}·{b}/{d}");
            assert_eq!(mul_div(a, b, d, Round::Ceil), Some(ceil), "{a}·{b}/{d}");
            // The same through 256 bits.
            let big = 10_i128.pow(37);
            assert_eq!(
                mul_div(a * big, 100 * b, d * big, Round::Floor),
                mul_div(a, 100 * b, d, Round::Floor)
            );
            assert_eq!(
                mul_div(a * big, 100 * b, d * big, Round::Ceil),
                mul_div(a, 100 * b, d, Round::Ceil)
            );
        }
        assert_eq!(mul_div(1, 1, 0, Round::Floor), None);
    }

    /// 2.5 base at 950 are 2 375 USD; −2.5 at 1 042.0000000001 are −2 605.00000000025, down and up.
    #[test]
    fn a_value_by_hand() {
        let size = |text| Base::parse(text).unwrap();
        let at = |text| Price::parse(text).unwrap();
        assert_eq!(
            value(size("2.50000000"), at("950.0000000000"), Round::Floor).to_string(),
            "2375.000000"
        );
        let short = size("-2.50000000");
        assert_eq!(
            value(short, at("1042.0000000001"), Round::Floor).to_string(),
            "-2605.000001"
        );
        assert_eq!(
            value(short, at("1042.0000000001"), Round::Ceil).to_string(),
            "-2605.000000"
        );
    }

    /// 100 among 1, 1, 1: 34, 33, 33. 10 among 1 and 2: 3.33 and 6.67, so 3 and 7.
    #[test]
    fn a_split_gives_all_of_it() {
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(10, &[1, 2]), Some(vec![3, 7]));
        assert_eq!(split(5, &[0, 0]), None);
    }

    #[test]
    fn quotients_compare_without_rounding() {
        use std::cmp::Ordering::{Equal, Greater, Less};
        assert_eq!(compare_quotients([1, 1, 3, 1], [2, 1, 6, 1]), Equal);
        assert_eq!(compare_quotients([7, 1, 5, 1], [4, 1, 3, 1]), Greater);
        assert_eq!(compare_quotients([4, 1, 3, 1], [7, 1, 5, 1]), Less);
        let big = 10_i128.pow(30);
        assert_eq!(
            compare_quotients([big, big, big, big - 1], [big, big, big, big]),
            Greater
        );
    }
}
