use crate::error::within;
use crate::numeric::{exp_excess, sign_change};
use crate::{Curve, DivergenceLoss, Holdings, LpError, PriceRatio};

/// A pool of coins that should be worth the same, flat near balance and steep away from it (Curve).
///
/// **Formula** `A·n·Σxᵢ + D = A·n·D + Dⁿ⁺¹/(nⁿ·Πxᵢ)`. `A` is the amplification as Curve's contracts
/// keep it: the `A` of the paper is this one divided by `nⁿ⁻¹`. `D` is what the pool would hold in
/// all if it were balanced.
///
/// Prices are multiples of the price at which the pool is balanced, all in one unit of account.
///
/// **Accuracy** of [`divergence_loss`](Self::divergence_loss) from balance: within 10⁻¹³ of itself
/// for any move, and for an amplification up to 10⁴; of balances, values and `D`: 10⁻¹⁴ of
/// themselves there.
///
/// **Source** M. Egorov, "StableSwap" (2019), the invariant; balances and loss by algebra.
///
/// ```
/// use seawall_lp::StableSwap;
/// // 8·(2 + ¼) + 2 = 8·2 + 2³/(4·2·¼) = 20: by hand, D = 2.
/// let pool = StableSwap::new(4.0, 2)?;
/// assert!((pool.invariant(&[2.0, 0.25])? - 2.0).abs() < 1e-15);
/// // Slopes 8 + 8/(4·2²·¼) = 10 and 8 + 8/(4·2·¼²) = 24.
/// assert!((pool.price(&[2.0, 0.25], (0, 1))? - 5.0 / 12.0).abs() < 1e-15);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StableSwap {
    amplification: f64,
    coins: usize,
}

/// A point of the curve whose `D` is the number of coins, so that balance is one of each.
struct Point {
    /// `ln xᵢ`.
    logs: Vec<f64>,
    /// `Dⁿ⁺¹/(nⁿ·Πxᵢ) = n/Πxᵢ`.
    bend: f64,
    /// Price of a coin over the slope of the invariant in it, the same for all coins.
    scale: f64,
}

impl StableSwap {
    /// The most coins of a pool.
    pub const MOST: usize = 8;

    /// A pool with this amplification and so many coins.
    ///
    /// **Errors** [`LpError::OutOfRange`] unless `1 ≤ A ≤ 10⁶`, the range of Curve's contracts;
    /// [`LpError::AssetCount`] unless there are 2 to 8 coins.
    pub fn new(amplification: f64, coins: usize) -> Result<Self, LpError> {
        let legal = "1 <= A <= 10^6";
        let amplification = within("amplification", amplification, (1.0, 1e6), legal)?;
        match (2..=Self::MOST).contains(&coins) {
            true => Ok(Self {
                amplification,
                coins,
            }),
            false => Err(LpError::AssetCount {
                count: coins,
                most: Self::MOST,
            }),
        }
    }

    /// How many coins it has.
    #[must_use]
    pub fn coins(&self) -> usize {
        self.coins
    }

    fn n(&self) -> f64 {
        // At most eight.
        self.coins as f64
    }

    fn check(&self, field: &'static str, given: usize) -> Result<(), LpError> {
        match given == self.coins {
            true => Ok(()),
            false => Err(LpError::Mismatch {
                field,
                given,
                assets: self.coins,
            }),
        }
    }

    fn check_balances(&self, balances: &[f64]) -> Result<(), LpError> {
        self.check("balances", balances.len())?;
        for balance in balances {
            let legal = "10^-18 <= balance <= 10^15, finite";
            within("balance", *balance, (1e-18, 1e15), legal)?;
        }
        Ok(())
    }

    /// `Dⁿ⁺¹/(nⁿ·Πxᵢ)`.
    fn bend(&self, d: f64, balances: &[f64]) -> f64 {
        balances
            .iter()
            .fold(d, |bend, x| bend * (d / (self.n() * x)))
    }

    /// `D` of these balances.
    ///
    /// **Formula** the root of the invariant, by Newton's method from `Σxᵢ`, from where it falls
    /// until it has arrived.
    ///
    /// **Errors** [`LpError::Mismatch`] unless there is one for each coin; [`LpError::OutOfRange`].
    pub fn invariant(&self, balances: &[f64]) -> Result<f64, LpError> {
        self.check_balances(balances)?;
        let sum: f64 = balances.iter().sum();
        let (n, leverage) = (self.n(), self.amplification * self.n());
        let mut d = sum;
        loop {
            let bend = self.bend(d, balances);
            let slope = (leverage - 1.0) * d + (n + 1.0) * bend;
            let next = d * (leverage * sum + n * bend) / slope;
            if next >= d || next.is_nan() {
                return Ok(d);
            }
            d = next;
        }
    }

    /// What one more of coin `i` fetches in coin `j`, at these balances and without fees.
    ///
    /// **Formula** `(A·n + K/xᵢ)/(A·n + K/xⱼ)` with `K = Dⁿ⁺¹/(nⁿ·Πx)`.
    ///
    /// **Errors** as [`invariant`](Self::invariant); [`LpError::Mismatch`] for a coin that the pool
    /// has not.
    pub fn price(&self, balances: &[f64], (of, in_coin): (usize, usize)) -> Result<f64, LpError> {
        let bend = self.bend(self.invariant(balances)?, balances);
        let slope = |coin: usize| match balances.get(coin) {
            Some(x) => Ok(self.amplification * self.n() + bend / x),
            None => Err(LpError::Mismatch {
                field: "coins",
                given: coin.saturating_add(1),
                assets: self.coins,
            }),
        };
        Ok(slope(of)? / slope(in_coin)?)
    }

    /// What a pool holds at these prices when it would hold one of each coin in balance.
    ///
    /// **Errors** [`LpError::Mismatch`] unless there is one price for each coin.
    pub fn balances(&self, prices: &[PriceRatio]) -> Result<Vec<f64>, LpError> {
        self.check("prices", prices.len())?;
        let logs = self.point(prices).logs;
        Ok(logs.into_iter().map(libm::exp).collect())
    }

    /// What a pool is worth at these prices as a multiple of its value in balance: `Σ pᵢ·xᵢ / n`.
    ///
    /// **Errors** as [`balances`](Self::balances).
    pub fn value(&self, prices: &[PriceRatio]) -> Result<f64, LpError> {
        let balances = self.balances(prices)?;
        Ok(worth(prices, &balances) / self.n())
    }

    /// The divergence loss of a position entered at the prices `from` and looked at when they are
    /// `to`.
    ///
    /// **Formula** `1 − V/H`; with `τᵢ = ln(x⁰ᵢ/xᵢ)` and `T = Στᵢ` the convexity of the invariant
    /// gives `H − V = λK·(φ(−T) + Σφ(τᵢ))`, `φ(u) = eᵘ − 1 − u ≥ 0`, where no term is negative.
    ///
    /// **Accuracy** a move of relative size `r` from prices away from balance loses `ε/r` of itself.
    ///
    /// **Errors** as [`balances`](Self::balances).
    pub fn divergence_loss(
        &self,
        from: &[PriceRatio],
        to: &[PriceRatio],
    ) -> Result<DivergenceLoss, LpError> {
        self.check("prices before", from.len())?;
        self.check("prices after", to.len())?;
        let (before, after) = (self.point(from), self.point(to));
        let moved = before.logs.iter().zip(&after.logs).map(|(b, a)| b - a);
        let (mut total, mut excess) = (0.0, 0.0);
        for ln in moved {
            total += ln;
            excess += exp_excess(ln);
        }
        let shortfall = after.scale * after.bend * (excess + exp_excess(-total));
        let held: Vec<f64> = before.logs.into_iter().map(libm::exp).collect();
        Ok(DivergenceLoss::from_fraction(shortfall / worth(to, &held)))
    }

    /// Where the pool settles at these prices, of which there is one for each coin.
    ///
    /// There `pᵢ = λ·(A·n + K/xᵢ)`. With `K/x = s` for the cheapest coin, whose balance is the
    /// largest, `K/xᵢ = s·qᵢ + A·n·(qᵢ − 1)` for one that is `qᵢ` times as dear; their product gives
    /// `Kⁿ⁺¹`, and the invariant is left as an equation for `s` alone. `s` lies between 1 and
    /// `A·n² + n`: from `K ≥ n` and `x ≤ (K − n)/(A·n) + n` below, from `x ≥ Σx/n ≥ 1` above.
    /// Everything is told as a distance from balance, so that small moves keep their digits.
    fn point(&self, prices: &[PriceRatio]) -> Point {
        let (n, a) = (self.n(), self.amplification);
        let cheapest = prices
            .iter()
            .copied()
            .fold(None, |least, price| match least {
                Some(least) if price.minus(least) >= 0.0 => Some(least),
                _ => Some(price),
            });
        let cheapest = cheapest.unwrap_or(PriceRatio::ONE);
        let dearer = |price: &PriceRatio| price.minus(cheapest) / cheapest.ratio();
        let dearer: Vec<f64> = prices.iter().map(dearer).collect();
        // ln(K/(n·xᵢ)) where ln(s/n) is `ln`, and ln(K/n).
        let slopes = |ln: f64| -> (Vec<f64>, f64) {
            let s = libm::expm1(ln);
            let slope = |c: &f64| match *c == 0.0 {
                true => ln,
                false => libm::log1p(s + c + s * c + a * c),
            };
            let slopes: Vec<f64> = dearer.iter().map(slope).collect();
            let bend = slopes.iter().sum::<f64>() / (n + 1.0);
            (slopes, bend)
        };
        let fault = |ln: f64| {
            let (slopes, bend) = slopes(ln);
            let coins = slopes.iter().map(|slope| libm::expm1(bend - slope));
            a * coins.sum::<f64>() - libm::expm1(bend)
        };
        let end = match fault(0.0) > 0.0 {
            true => libm::log(a * n + 1.0) + 1.0,
            false => -libm::log(n) - 1.0,
        };
        let still = dearer.iter().all(|c| *c == 0.0);
        let root = if still {
            None
        } else {
            sign_change(0.0, end, fault)
        };
        let ln = root.unwrap_or(0.0);
        let (slopes, bend) = slopes(ln);
        Point {
            logs: slopes.into_iter().map(|slope| bend - slope).collect(),
            bend: n * libm::exp(bend),
            scale: cheapest.ratio() / (a * n + n * libm::exp(ln)),
        }
    }
}

fn worth(prices: &[PriceRatio], balances: &[f64]) -> f64 {
    let each = prices.iter().zip(balances);
    each.map(|(price, balance)| price.ratio() * balance).sum()
}

/// A position in a [`StableSwap`] of two coins, the price of one moving against the other.
///
/// **Accuracy** as there. The loss is zero at no change. From balance it is zero nowhere else and
/// the same for `R` and `1/R`.
///
/// ```
/// use seawall_lp::{ConstantProduct, Curve, PriceRatio, StablePair};
/// let pool = StablePair::balanced(100.0)?;
/// let depeg = PriceRatio::new(0.88)?;
/// // Flat near balance: almost all of the pool turns into the coin that falls.
/// assert!(pool.divergence_loss(depeg) > ConstantProduct.divergence_loss(depeg));
/// assert!(pool.holdings(depeg).risky > 0.9);
/// # Ok::<(), seawall_lp::LpError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StablePair {
    pool: StableSwap,
    entry: PriceRatio,
    /// What the pool is worth at the entry price, when it would hold one of each in balance.
    initial: f64,
}

impl StablePair {
    /// Entered when the pool is balanced.
    ///
    /// **Errors** as [`StableSwap::new`].
    pub fn balanced(amplification: f64) -> Result<Self, LpError> {
        Self::new(amplification, PriceRatio::ONE)
    }

    /// Entered at this multiple of the price at which the pool is balanced.
    ///
    /// **Errors** as [`StableSwap::new`].
    pub fn new(amplification: f64, entry: PriceRatio) -> Result<Self, LpError> {
        let pool = StableSwap::new(amplification, 2)?;
        let initial = 2.0 * pool.value(&[entry, PriceRatio::ONE])?;
        Ok(Self {
            pool,
            entry,
            initial,
        })
    }

    fn prices(&self, at: PriceRatio) -> [PriceRatio; 2] {
        [self.entry.times(at), PriceRatio::ONE]
    }

    /// Balances where one of each is balance; the pool has two coins, and so have the prices.
    fn balances(&self, at: PriceRatio) -> (f64, f64, f64) {
        let point = self.pool.point(&self.prices(at));
        match point.logs.as_slice() {
            [risky, quote] => (libm::exp(*risky), libm::exp(*quote), point.bend),
            _ => (1.0, 1.0, 2.0),
        }
    }
}

impl Curve for StablePair {
    fn holdings(&self, at: PriceRatio) -> Holdings {
        let (risky, quote, _) = self.balances(at);
        Holdings {
            risky: self.entry.ratio() * risky / self.initial,
            quote: quote / self.initial,
        }
    }

    /// **Formula** `dp/dx = −(2K/(2A + K/y))·((1/x − p/y)² + p/(x·y))` along the curve, inverted.
    fn gamma(&self, at: PriceRatio) -> f64 {
        let (x, y, bend) = self.balances(at);
        let entry = self.entry.ratio();
        let price = entry * at.ratio();
        let slope = 2.0 * self.pool.amplification + bend / y;
        let tilt = 1.0 / x - price / y;
        let fall = 2.0 * bend / slope * (tilt * tilt + price / (x * y));
        -entry * entry / (fall * self.initial)
    }

    fn divergence_loss(&self, at: PriceRatio) -> DivergenceLoss {
        let (from, to) = (self.prices(PriceRatio::ONE), self.prices(at));
        // Two prices for two coins: never refused.
        let loss = self.pool.divergence_loss(&from, &to);
        loss.unwrap_or(DivergenceLoss::ZERO)
    }
}
