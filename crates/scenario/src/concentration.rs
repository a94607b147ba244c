//! A stake split among holders to a stated concentration.

use seawall_units::{Ratio, Round, Usd, mul_div, split_pro_rata};

/// Decimal places of the square root: with at most 10⁴ holders its square fits 128 bits.
const ROOT_ONE: i128 = 1_000_000_000_000_000;

/// Splits a stake among `count` holders, one large and the others equal, so that the
/// Herfindahl-Hirschman index of their shares is `hhi`.
///
/// **Formula** the large one has `a = (1 + √((n − 1)·(n·h − 1)))/n` of the stake: then
/// `a² + (1 − a)²/(n − 1) = h`, the index, which is the sum of the squared shares. The others share
/// the rest equally. **Units** USD; the parts sum to the stake. **Rounding** the root on a grid of
/// 10⁻¹⁵, down; the large part down; the rest by largest remainder. **Errors** `None` unless
/// `1/n ≤ h ≤ 1` and there are 1 to 10 000 holders.
/// **Source** index: Herfindahl and Hirschman, the sum of squared market shares; solved for two
/// sizes of holders.
///
/// ```
/// use seawall_scenario::concentrated;
/// use seawall_units::Usd;
/// // n = 3, h = 0.5: √(2·0.5) = 1, a = 2/3; 4/9 + 2·1/36 = 0.5.
/// let usd = |each: &[i32]| each.iter().map(|v| Usd::whole(*v)).collect::<Vec<_>>();
/// assert_eq!(concentrated(Usd::whole(600), 3, "0.5".parse()?), Some(usd(&[400, 100, 100])));
/// // n = 5, h = 0.25: √(4·0.25) = 1, a = 2/5; 0.16 + 4·0.0225 = 0.25.
/// let parts = concentrated(Usd::whole(200), 5, "0.25".parse()?);
/// assert_eq!(parts, Some(usd(&[80, 30, 30, 30, 30])));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn concentrated(stake: Usd, count: u32, hhi: Ratio) -> Option<Vec<Usd>> {
    let n = i128::from(count);
    let above = hhi.units().checked_mul(n)?.checked_sub(Ratio::ONE_UNITS)?;
    if !(1..=10_000).contains(&count) || above < 0 || hhi > Ratio::ONE {
        return None;
    }
    let others = n.checked_sub(1)?;
    let square = mul_div(
        above.checked_mul(others)?,
        ROOT_ONE.checked_mul(ROOT_ONE)?,
        Ratio::ONE_UNITS,
        Round::Floor,
    )?;
    let root = square.checked_isqrt()?;
    let (part, whole) = (ROOT_ONE.checked_add(root)?, ROOT_ONE.checked_mul(n)?);
    let large = mul_div(stake.units(), part, whole, Round::Floor)?;
    let large = Usd::from_units(large).ok()?.min(stake);
    let mut parts = vec![large];
    let equal = vec![Usd::ULP; usize::try_from(others).ok()?];
    parts.extend(split_pro_rata(stake - large, &equal).unwrap_or_default());
    Some(parts)
}

/// The Herfindahl-Hirschman index of these holdings: the sum of their squared shares.
///
/// **Formula** `Σ vᵢ² / (Σ v)²`. **Rounding** each share down. `None` when nothing is held.
///
/// ```
/// use seawall_scenario::herfindahl;
/// use seawall_units::Usd;
/// let usd = |each: &[i32]| each.iter().map(|v| Usd::whole(*v)).collect::<Vec<_>>();
/// assert_eq!(herfindahl(&usd(&[400, 400])), Some("0.5".parse()?));
/// assert_eq!(herfindahl(&usd(&[80, 30, 30, 30, 30])), Some("0.25".parse()?));
/// assert_eq!(herfindahl(&usd(&[0, 0])), None);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn herfindahl(holdings: &[Usd]) -> Option<Ratio> {
    let whole: Usd = holdings.iter().copied().sum();
    let square = |held: &Usd| {
        let share = held.ratio_floor(whole)?;
        Some(share.mul_floor(share))
    };
    holdings.iter().map(square).sum()
}
