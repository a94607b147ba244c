//! Loss versus rebalancing (LVR): what a pool loses to those who trade against its stale price,
//! measured against a portfolio that holds the pool's amounts and trades at the outside price.
//!
//! Unlike divergence loss it does not depend on where the price ends, and never comes back.
//!
//! **Source** J. Milionis, C. Moallemi, T. Roughgarden, A. L. Zhang, "Automated market making and
//! loss-versus-rebalancing", arXiv:2208.06046.

use seawall_units::{Ratio, Usd};

use crate::money::{ceil, float};
use crate::{Curve, LpError, PriceRatio, Span, Volatility, Weighted, Weights};
use crate::{concentration_factor, error::within};

/// How fast a pool loses to arbitrage without fees: a fraction of its value, as long as price and
/// volatility stay.
///
/// ```
/// use seawall_lp::{Span, Volatility, lvr};
/// let rate = lvr::constant_product(Volatility::per_day(0.05)?);
/// assert_eq!(format!("{:.9} bp", rate.per_day() * 1e4), "3.125000000 bp");
/// assert_eq!(format!("{:.9} %", rate.per_year() * 1e2), "11.406250000 %");
/// assert_eq!(rate.money("1".parse().unwrap(), Span::DAY), "0.000313".parse().unwrap());
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LvrRate {
    /// The fraction lost for each unit of variance.
    share: f64,
    volatility: Volatility,
}

impl LvrRate {
    /// The fraction of the value at the start that a length of time costs.
    #[must_use]
    pub fn over(self, span: Span) -> f64 {
        self.share * self.volatility.variance(span)
    }

    /// The fraction per day.
    #[must_use]
    pub fn per_day(self) -> f64 {
        self.over(Span::DAY)
    }

    /// The fraction per year of 365 days.
    #[must_use]
    pub fn per_year(self) -> f64 {
        self.over(Span::YEAR)
    }

    /// The same of a pool of this value. **Rounding** up: a loss is never shown smaller than it is.
    #[must_use]
    pub fn money(self, value: Usd, span: Span) -> Usd {
        ceil(float(value) * self.over(span))
    }
}

/// Of a position on any curve at a price.
///
/// **Formula** `½·σ²·P²·|x*′(P)| / V(P)`, where `x*(P)` is what it holds of the risky asset.
/// **Accuracy** that of the curve's gamma and value.
///
/// ```
/// use seawall_lp::{Concentrated, PriceRatio, Range, Volatility, lvr};
/// let volatility = Volatility::per_day(0.05)?;
/// let position = Concentrated::new(Range::new(50.0, 200.0)?, 100.0)?;
/// let rate = lvr::of(&position, PriceRatio::ONE, volatility);
/// // 3.125 bp · 3.41421356
/// assert_eq!(format!("{:.6} bp", rate.per_day() * 1e4), "10.669417 bp");
/// // Out of its range it holds one asset and trades with nobody.
/// assert_eq!(lvr::of(&position, PriceRatio::new(2.5)?, volatility).per_day(), 0.0);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[must_use]
pub fn of(curve: &dyn Curve, at: PriceRatio, volatility: Volatility) -> LvrRate {
    let slope = curve.gamma(at).abs();
    LvrRate {
        share: 0.5 * at.ratio() * at.ratio() * slope / curve.value(at),
        volatility,
    }
}

/// Of a constant-product pool: `σ²/8`, whatever the price. **Accuracy** over a span 6 ulp.
#[must_use]
pub fn constant_product(volatility: Volatility) -> LvrRate {
    LvrRate {
        share: 0.125,
        volatility,
    }
}

/// Of a pool of two assets with this weight on the risky one: `½·w(1−w)·σ²`. **Accuracy** over a span 12 ulp.
///
/// **Errors** [`LpError::Weight`] outside of (0, 1).
///
/// ```
/// use seawall_lp::{Volatility, lvr};
/// let rate = |weight: &str| lvr::weighted(weight.parse().unwrap(), Volatility::per_year(1.0)?);
/// let percent = |weight| rate(weight).map(|rate| format!("{:.9}", rate.per_year() * 1e2));
/// assert_eq!(percent("0.1")?, "4.500000000");
/// assert_eq!(percent("0.2")?, "8.000000000");
/// assert_eq!(percent("0.5")?, "12.500000000");
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
pub fn weighted(weight: Ratio, volatility: Volatility) -> Result<LvrRate, LpError> {
    let pool = Weighted::new(weight)?;
    Ok(of(&pool, PriceRatio::ONE, volatility))
}

/// Of a position in `[P/n, nP]`, while the price is `P`: the constant-product rate times
/// `1/(1 − 1/√n)`.
///
/// **Errors** [`LpError::OutOfRange`] unless `1 < n ≤ 10⁵⁰`.
pub fn centred(n: f64, volatility: Volatility) -> Result<LvrRate, LpError> {
    Ok(LvrRate {
        share: concentration_factor(n)? * 0.125,
        volatility,
    })
}

/// How the log prices of several assets move together.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    volatilities: Vec<Volatility>,
    correlation: Vec<Vec<f64>>,
}

impl Covariance {
    /// Assets with these volatilities and these correlations, row by row. An asset that prices are
    /// quoted in has volatility zero.
    ///
    /// **Errors** [`LpError::Mismatch`] unless there is a row and a column for each asset,
    /// [`LpError::OutOfRange`] for a correlation outside of [−1, 1], one with itself that is not 1,
    /// one that is not the same both ways, or correlations that no prices can have together (a
    /// portfolio of negative variance).
    pub fn new(volatilities: Vec<Volatility>, correlation: Vec<Vec<f64>>) -> Result<Self, LpError> {
        let assets = volatilities.len();
        let rows = std::iter::once(correlation.len());
        for given in rows.chain(correlation.iter().map(Vec::len)) {
            if given != assets {
                return Err(LpError::Mismatch {
                    field: "correlations",
                    given,
                    assets,
                });
            }
        }
        for (i, row) in correlation.iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                let mirror = correlation.get(j).and_then(|row| row.get(i));
                check_correlation(i == j, *value, mirror.copied())?;
            }
        }
        if !is_possible(&correlation) {
            return Err(LpError::OutOfRange {
                field: "least variance of a portfolio under these correlations",
                value: -1.0,
                legal: "0 or more",
            });
        }
        Ok(Self {
            volatilities,
            correlation,
        })
    }

    /// The variance of the log price of one asset in another over a length of time.
    fn relative(&self, i: usize, j: usize, span: Span) -> f64 {
        let sigma = |i: usize| self.volatilities.get(i).map_or(0.0, |v| v.deviation(span));
        let between = self.correlation.get(i).and_then(|row| row.get(j));
        let (a, b) = (sigma(i), sigma(j));
        let gap = a - b;
        // σ_i² + σ_j² − 2ρσ_iσ_j, where nothing cancels.
        gap * gap + 2.0 * a * b * (1.0 - between.copied().unwrap_or(1.0))
    }
}

fn check_correlation(same: bool, value: f64, mirror: Option<f64>) -> Result<(), LpError> {
    let field = "correlation";
    let (least, legal) = match same {
        true => (1.0, "1 of an asset with itself"),
        false => (-1.0, "-1 <= correlation <= 1"),
    };
    within(field, value, (least, 1.0), legal)?;
    match mirror == Some(value) {
        true => Ok(()),
        false => Err(LpError::OutOfRange {
            field,
            value,
            legal: "the same both ways",
        }),
    }
}

/// Whether every portfolio has a variance of zero or more, by Cholesky's factors.
fn is_possible(correlation: &[Vec<f64>]) -> bool {
    let mut factors: Vec<Vec<f64>> = Vec::new();
    for (i, row) in correlation.iter().enumerate() {
        let mut of_row: Vec<f64> = Vec::new();
        for j in 0..=i {
            let before = factors.get(j).unwrap_or(&of_row);
            let known: f64 = of_row.iter().zip(before).take(j).map(|(a, b)| a * b).sum();
            let left = row.get(j).copied().unwrap_or(0.0) - known;
            let pivot = factors.get(j).and_then(|row| row.get(j)).copied();
            of_row.push(match pivot {
                // On the diagonal what is left is a variance.
                None if left < -1e-12 => return false,
                None => left.max(0.0).sqrt(),
                Some(pivot) if pivot > 1e-6 => left / pivot,
                Some(_) if left.abs() > 1e-6 => return false,
                Some(_) => 0.0,
            });
        }
        factors.push(of_row);
    }
    true
}

/// Of a weighted pool of any number of assets, as a fraction of its value.
///
/// **Formula** `½·(Σᵢ wᵢσᵢ² − Σᵢⱼ wᵢwⱼσᵢⱼ) = ½·Σ_{i<j} wᵢwⱼ·Var(ln Pᵢ/Pⱼ)`: each pair of assets pays
/// for how its own price moves, and no asset needs to be the one that prices are quoted in.
/// **Accuracy** 24 ulp: a sum whose terms are not negative.
///
/// **Errors** [`LpError::Mismatch`] unless there is a volatility for each weight.
///
/// ```
/// use seawall_lp::{Span, Volatility, Weights, lvr};
/// // Thirds; two assets of 60 % a year that move alike against each other by ρ = ½, and dollars.
/// let sigma = Volatility::per_year(0.6)?;
/// let still = Volatility::per_year(0.0)?;
/// let correlation = vec![vec![1.0, 0.5, 0.0], vec![0.5, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
/// let moves = lvr::Covariance::new(vec![sigma, sigma, still], correlation)?;
/// let weights = Weights::proportional(&[1, 1, 1])?;
/// // ½ · 1/9 · (0.36 + 0.36 + 0.36): three pairs, each of variance 0.36
/// let rate = lvr::basket(&weights, &moves, Span::YEAR)?;
/// assert!((rate - 0.06).abs() < 1e-16);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
pub fn basket(weights: &Weights, moves: &Covariance, span: Span) -> Result<f64, LpError> {
    let weights: Vec<f64> = weights.floats().collect();
    if weights.len() != moves.volatilities.len() {
        return Err(LpError::Mismatch {
            field: "volatilities",
            given: moves.volatilities.len(),
            assets: weights.len(),
        });
    }
    let mut sum = 0.0;
    for (i, a) in weights.iter().enumerate() {
        for (j, b) in weights.iter().enumerate().skip(i + 1) {
            sum += a * b * moves.relative(i, j, span);
        }
    }
    Ok(0.5 * sum)
}
