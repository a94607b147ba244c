//! The 95 % quantile of Student's distribution.

/// Two-sided 95 % quantiles for 1 to 30 degrees of freedom, in millionths.
///
/// **Source** Abramowitz and Stegun, Handbook of Mathematical Functions (1964), table 26.10, to more digits.
const TABLE: [i128; 30] = [
    12_706_205, 4_302_653, 3_182_446, 2_776_445, 2_570_582, 2_446_912, 2_364_624, 2_306_004,
    2_262_157, 2_228_139, 2_200_985, 2_178_813, 2_160_369, 2_144_787, 2_131_450, 2_119_905,
    2_109_816, 2_100_922, 2_093_024, 2_085_963, 2_079_614, 2_073_873, 2_068_658, 2_063_899,
    2_059_539, 2_055_529, 2_051_831, 2_048_407, 2_045_230, 2_042_272,
];

/// How many standard errors a 95 % interval reaches to both sides, in millionths, when the error was
/// estimated from `samples` independent samples; `None` for fewer than two.
///
/// **Formula** the 97.5 % quantile of Student's distribution with `ν = samples − 1`: a table up to 30, then
/// `z + (z³ + z)/4ν + (5z⁵ + 16z³ + 3z)/96ν² + (3z⁷ + 19z⁵ + 17z³ − 15z)/384ν³` with `z` = 1.959964. **Rounding** up. **Source** Abramowitz and Stegun (1964), 26.7.5.
///
/// ```
/// assert_eq!(seawall_sweep::reach(2), Some(12_706_205));
/// // Published for 60 degrees of freedom: 2.000298.
/// assert_eq!(seawall_sweep::reach(61), Some(2_000_298));
/// assert_eq!(seawall_sweep::reach(1), None);
/// ```
#[must_use]
pub fn reach(samples: u64) -> Option<i128> {
    let freedom = samples.checked_sub(1).filter(|freedom| *freedom > 0)?;
    let place = usize::try_from(freedom.saturating_sub(1)).unwrap_or(usize::MAX);
    if let Some(known) = TABLE.get(place) {
        return Some(*known);
    }
    if freedom > 1_000_000_000 {
        return Some(1_959_964);
    }
    let freedom = i128::from(freedom);
    let square = freedom.checked_mul(freedom)?;
    let sum = square
        .checked_mul(2_372_272)?
        .checked_add(freedom.checked_mul(2_822_499)?)?
        .checked_add(2_555_851)?;
    let cube = square.checked_mul(freedom)?;
    // Rounded up: an interval is never narrower than Student's.
    let correction = sum.checked_add(cube.checked_sub(1)?)?.checked_div(cube)?;
    correction.checked_add(1_959_964)
}
