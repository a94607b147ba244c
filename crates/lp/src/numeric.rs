//! Functions that keep their digits near zero, and a root finder that stops at the last of them.

/// `eᵘ − 1 − u`, zero or above. **Accuracy** 6 ulp.
///
/// What makes a divergence loss a sum of terms that are not negative: nothing cancels.
pub(crate) fn exp_excess(u: f64) -> f64 {
    if u.abs() > 1.0 {
        return libm::expm1(u) - u;
    }
    // Terms up to u^20/20! < 5·10^-19, from the last to the first.
    let tail = (3..=20)
        .rev()
        .fold(0.0, |sum, n| (1.0 + sum) * u / f64::from(n));
    u * u / 2.0 * (1.0 + tail)
}

/// `1 − tanh(x)/x`, from zero on. **Accuracy** 8 ulp.
pub(crate) fn tanh_deficit(x: f64) -> f64 {
    if x.abs() > 1.0 {
        return 1.0 - libm::tanh(x) / x;
    }
    // (x·cosh x − sinh x)/(x·cosh x); the numerator is Σ 2k·x^(2k+1)/(2k+1)! with no term below 0.
    let square = x * x;
    let mut term = 1.0;
    let mut sum = 0.0;
    for k in 1..=10_u32 {
        let even = f64::from(2 * k);
        term *= square / (even * (even + 1.0));
        sum += even * term;
    }
    sum / libm::cosh(x)
}

/// The place where a continuous function leaves the sign it has at `from`: the last two floats
/// between which it does so are found, and the one nearer to `to` is given.
///
/// `None` when the sign is the same at `to`.
pub(crate) fn sign_change(mut from: f64, mut to: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    let first = f(from) > 0.0;
    if (f(to) > 0.0) == first {
        return None;
    }
    // Each step halves the distance; 2^-1100 of any distance is below the smallest float.
    for _ in 0..1_100 {
        let middle = from + (to - from) / 2.0;
        if middle == from || middle == to {
            break;
        }
        match (f(middle) > 0.0) == first {
            true => from = middle,
            false => to = middle,
        }
    }
    Some(to)
}
