use crate::{Round, Usd, mul_div};

/// Splits `total ≥ 0` in proportion to `weights`, exactly, by largest remainder.
///
/// **Formula** each part is `floor(total·wᵢ/Σw)`; the units left over go one each to the largest
/// remainders, ties to the lower position. The parts sum to `total`.
/// **Errors** `None` when `total` or a weight is negative or the weights sum to zero.
///
/// ```
/// use seawall_units::{split_pro_rata, Usd};
/// let u = Usd::units_i64;
/// assert_eq!(split_pro_rata(u(10), &[u(1), u(1), u(1)]), Some(vec![u(4), u(3), u(3)]));
/// ```
#[must_use]
pub fn split_pro_rata(total: Usd, weights: &[Usd]) -> Option<Vec<Usd>> {
    if total.is_negative() || weights.iter().any(|w| w.is_negative()) {
        return None;
    }
    let whole: Usd = weights.iter().copied().sum();
    if !whole.is_positive() {
        return None;
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut order = Vec::with_capacity(weights.len());
    for (position, weight) in weights.iter().enumerate() {
        let part = mul_div(total.units(), weight.units(), whole.units(), Round::Floor)?;
        // total·w − part·Σw fits: it is below Σw, and both products wrap alike.
        let remainder = total
            .units()
            .wrapping_mul(weight.units())
            .wrapping_sub(part.wrapping_mul(whole.units()));
        parts.push(Usd::units_wide(part));
        order.push((remainder, position));
    }
    let placed: Usd = parts.iter().copied().sum();
    let mut left = total - placed;
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, position) in order {
        if left.is_zero() {
            break;
        }
        if let Some(part) = parts.get_mut(position) {
            *part += Usd::ULP;
            left -= Usd::ULP;
        }
    }
    Some(parts)
}

impl Usd {
    /// A part of an amount that exists already, so it cannot leave the range.
    pub(crate) const fn units_wide(units: i128) -> Self {
        Self(units)
    }
}
