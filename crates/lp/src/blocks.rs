//! What is left of LVR when the pool charges a fee and blocks come one at a time.
//!
//! The fee opens a band around the pool's price inside of which arbitrage does not pay. At each
//! block the outside price has left the band or not; only what lies beyond its edge is lost, and
//! what the fee takes of a trade stays with the pool. Shorter blocks give the price less time to
//! get far beyond, so the loss falls with the square root of the time between blocks.
//!
//! | model | ratio to the loss without a fee |
//! |---|---|
//! | Poisson blocks | [`Arbitrage::trade_probability`], `1/(1 + √2·f/σ_b)` |
//! | blocks at equal distances | [`Arbitrage::constant_spacing_ratio`], `1/(1 + 1.7165·f/σ_b)` |
//!
//! `σ_b` is the volatility over one block. `f` is the distance from the pool's price to one edge
//! of the band, in logarithms. **Some papers count the full width of the band,** `γ = 2f`: with it
//! the second formula reads `1/(1 + 0.8582·γ/σ_b)`; one edge's fee put where the width belongs
//! makes the loss come out nearly twice too large.
//!
//! **Source** J. Milionis, C. Moallemi, T. Roughgarden, "Automated market making and arbitrage
//! profits in the presence of fees", arXiv:2305.14604; A. Nezlobin, M. Tassy, "Loss-versus-
//! rebalancing under deterministic and generalized block-times", arXiv:2505.05113.

use seawall_units::Ratio;

use crate::error::within;
use crate::weights::float;
use crate::{LpError, Span, Volatility};

/// `√(2π)/|ζ(½)|`: how far a random walk overshoots an edge, on average, and with it what arbitrage
/// earns when blocks come at equal distances.
pub const OVERSHOOT: f64 = 1.716_451_902_267_4;

/// The distance from a pool's price to one edge of the band in which arbitrage does not pay, in
/// logarithms.
///
/// ```
/// use seawall_lp::Fee;
/// // Of each 1 USD paid in, 0.997 are traded: the price must be ln(1/0.997) away.
/// let uniswap = Fee::of_rate("0.003".parse().unwrap())?;
/// assert_eq!(format!("{:.16}", uniswap.log()), "0.0030045090202987");
/// assert_eq!(Fee::of_log(0.003)?.log(), 0.003);
/// assert!(Fee::of_log(-0.1).is_err());
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fee(f64);

impl Fee {
    /// No fee.
    pub const NONE: Self = Self(0.0);

    /// This distance.
    ///
    /// **Errors** [`LpError::OutOfRange`] unless `0 ≤ fee ≤ 1`.
    pub fn of_log(distance: f64) -> Result<Self, LpError> {
        let legal = "0 <= one-sided log fee <= 1";
        within("fee", distance, (0.0, 1.0), legal).map(Self)
    }

    /// The distance that a fee on what is paid in makes, `−ln(1 − φ)`. **Accuracy** 6 ulp.
    ///
    /// **Errors** [`LpError::OutOfRange`] unless `0 ≤ φ ≤ 0.6`.
    pub fn of_rate(rate: Ratio) -> Result<Self, LpError> {
        let rate = within("fee", float(rate), (0.0, 0.6), "0 <= fee <= 0.6")?;
        Ok(Self(0.0 - libm::log1p(-rate)))
    }

    /// The distance.
    #[must_use]
    pub fn log(self) -> f64 {
        self.0
    }
}

/// Arbitrage between a pool with a fee and an outside price that moves at random without drift in
/// its logarithm.
///
/// ```
/// use seawall_lp::{Fee, Span, Volatility, blocks::Arbitrage};
/// let at = Arbitrage::new(Volatility::per_day(0.05)?, Span::seconds(12.0)?, Fee::of_log(0.003)?)?;
/// assert_eq!(format!("{:.4} %", at.trade_probability() * 100.0), "12.1951 %");
/// assert_eq!(format!("{:.15} bp", at.constant_product(Span::DAY) * 1e4), "0.381098006251158 bp");
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arbitrage {
    volatility: Volatility,
    fee: Fee,
    /// The variance of the log price over one block.
    variance: f64,
}

impl Arbitrage {
    /// With this volatility, blocks this far apart (on average, if they come at random), and this
    /// fee.
    ///
    /// **Errors** [`LpError::OutOfRange`] when the price does not move between blocks, or so much
    /// that its square root has no mean (a variance of 8 and above, under Poisson blocks).
    pub fn new(volatility: Volatility, block: Span, fee: Fee) -> Result<Self, LpError> {
        let variance = volatility.variance(block);
        let legal = "0 < variance of the log price between two blocks < 8";
        let least = f64::MIN_POSITIVE;
        let most = 8.0 - 4.0 * f64::EPSILON;
        within("variance of a block", variance, (least, most), legal)?;
        Ok(Self {
            volatility,
            fee,
            variance,
        })
    }

    /// The volatility over one block.
    #[must_use]
    pub fn block_deviation(&self) -> f64 {
        self.variance.sqrt()
    }

    /// The part of blocks at which there is a trade, when blocks come at random (Poisson).
    ///
    /// **Formula** `1/(1 + √2·f/σ_b)`. **Accuracy** 6 ulp.
    #[must_use]
    pub fn trade_probability(&self) -> f64 {
        1.0 / (1.0 + std::f64::consts::SQRT_2 * self.fee.0 / self.block_deviation())
    }

    /// What arbitrage takes from a constant-product pool over a length of time, as a fraction of
    /// its value, when blocks come at random and traders pay the fee in the quote asset.
    ///
    /// **Formula** `σ²T/8 · P_trade · cosh(f/2)/(1 − σ_b²/8)`. The mispricing `z` at a block is
    /// uniform inside the band and falls off exponentially beyond it, at the rate `√2/σ_b`; a trade
    /// at `z` beyond an edge earns `e^(±f/2)·(cosh((|z| − f)/2) − 1)` per value.
    /// **Accuracy** 14 ulp while the variance of a block is 1 or less.
    #[must_use]
    pub fn constant_product(&self, span: Span) -> f64 {
        let exact = libm::cosh(self.fee.0 / 2.0) / (1.0 - self.variance / 8.0);
        self.fast_blocks(span) * exact
    }

    /// The limit of [`constant_product`](Self::constant_product) for fast blocks and small fees,
    /// `σ²T/8 · P_trade`.
    #[must_use]
    pub fn fast_blocks(&self, span: Span) -> f64 {
        self.volatility.variance(span) / 8.0 * self.trade_probability()
    }

    /// What is left of the loss without a fee when blocks come at equal distances.
    ///
    /// **Formula** `1/(1 + c·f/σ_b)`, `c = √(2π)/|ζ(½)|`. **Accuracy** an asymptotic law; simulations of two
    /// million blocks at fees from 0.8 to 5 `σ_b` agree within their standard error of 0.7 %.
    #[must_use]
    pub fn constant_spacing_ratio(&self) -> f64 {
        1.0 / (1.0 + OVERSHOOT * self.fee.0 / self.block_deviation())
    }
}

/// The part of a pool's value that must be traded each `span` so that fees make up for LVR without
/// a fee: `σ²T/(8φ)` for a constant-product pool. **Accuracy** 8 ulp.
///
/// **Errors** [`LpError::OutOfRange`] unless `0 < φ < 1`.
///
/// ```
/// use seawall_lp::{Span, Volatility, blocks::break_even_turnover};
/// let fee = "0.003".parse().unwrap();
/// let turnover = break_even_turnover(Volatility::per_day(0.05)?, fee, Span::DAY)?;
/// assert_eq!(format!("{turnover:.7}"), "0.1041667");
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
pub fn break_even_turnover(volatility: Volatility, fee: Ratio, span: Span) -> Result<f64, LpError> {
    let rate = within("fee", float(fee), (1e-18, 1.0), "0 < fee < 1")?;
    Ok(volatility.variance(span) / (8.0 * rate))
}
