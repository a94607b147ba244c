//! How a position of any kind stands once prices have moved: everything about it at once.

use seawall_units::Usd;

use crate::break_even::Income;
use crate::{Basket, Curve, DivergenceLoss, LpError, PriceRatio, StableSwap, money};

/// A pool of any kind, as a position in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Pool {
    /// Two assets, the price of the first in the second.
    Pair(Box<dyn Curve>),
    /// Any number of assets with fixed shares of the value.
    Basket(Basket),
    /// Any number of coins that should be worth the same, entered in balance.
    Coins(StableSwap),
}

/// How a position stands, per initial value unless a field says otherwise.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outlook {
    /// How each price has moved; of a pair that of the first asset in the second.
    pub ratios: Vec<PriceRatio>,
    /// What the position is worth without fees and rewards.
    pub value: f64,
    /// What the first deposit would be worth, held.
    pub hold: f64,
    /// What is missing, as a fraction of the latter.
    pub loss: DivergenceLoss,
    /// What is missing, `hold − value`.
    pub shortfall: f64,
    /// What is held of each asset in units of `V₀` over its first price; also the delta to its price.
    pub holdings: Vec<f64>,
    /// How fast the delta of a pair falls with the price; `None` for more than two assets.
    pub gamma: Option<f64>,
    /// Fees that make up for the loss, as a fraction of `value`.
    pub fees_to_break_even: f64,
    /// Rewards that make up for the loss, as a fraction of the deposit.
    pub rewards_to_break_even: f64,
    /// What the position ends above holding with the income that it was asked with.
    pub net: f64,
}

/// An [`Outlook`] in money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InMoney {
    /// What the position is worth, rounded down.
    pub value: Usd,
    /// What the first deposit would be worth, held, rounded down.
    pub hold: Usd,
    /// What is missing, rounded up: a loss is never shown smaller than it is.
    pub shortfall: Usd,
    /// What the position with its income ends above holding, rounded down.
    pub net: Usd,
}

impl Pool {
    /// How many prices say how it stands: one for a pair, else one for each asset.
    #[must_use]
    pub fn prices(&self) -> usize {
        match self {
            Self::Pair(_) => 1,
            Self::Basket(basket) => basket.weights().len(),
            Self::Coins(coins) => coins.coins(),
        }
    }

    /// The position as a function of one price; `None` for more than two assets.
    #[must_use]
    pub fn curve(&self) -> Option<&dyn Curve> {
        match self {
            Self::Pair(curve) => Some(curve.as_ref()),
            Self::Basket(_) | Self::Coins(_) => None,
        }
    }

    /// How the position stands once each price is so many times what it was.
    ///
    /// **Errors** [`LpError::Mismatch`] unless there are as many ratios as [`Pool::prices`].
    ///
    /// ```
    /// use seawall_lp::break_even::Income;
    /// use seawall_lp::outlook::Pool;
    /// use seawall_lp::{ConstantProduct, PriceRatio};
    /// use seawall_units::Usd;
    ///
    /// let pool = Pool::Pair(Box::new(ConstantProduct));
    /// // Fourfold, with fees of 5 % of the position and rewards of 30 % of the deposit.
    /// let outlook = pool.outlook(&[PriceRatio::new(4.0)?], Income::new(0.05, 0.3)?)?;
    /// assert_eq!(outlook.loss.percent(), 20.0);
    /// let money = outlook.in_money(Usd::whole(2_000));
    /// assert_eq!((money.value, money.hold), (Usd::whole(4_000), Usd::whole(5_000)));
    /// // 4 000·5 % + 2 000·30 % − 1 000.
    /// assert_eq!(money.net, Usd::whole(-200));
    /// # Ok::<(), seawall_lp::LpError>(())
    /// ```
    pub fn outlook(&self, ratios: &[PriceRatio], income: Income) -> Result<Outlook, LpError> {
        let one = |field| match ratios {
            [at] => Ok(*at),
            _ => Err(LpError::Mismatch {
                field,
                given: ratios.len(),
                assets: 1,
            }),
        };
        let (value, hold, loss, holdings, gamma) = match self {
            Self::Pair(curve) => {
                let at = one("price ratios")?;
                let held = curve.holdings(at);
                let gamma = Some(curve.gamma(at));
                let loss = curve.divergence_loss(at);
                let holdings = vec![held.risky, held.quote];
                (curve.value(at), curve.hold(at), loss, holdings, gamma)
            }
            Self::Basket(basket) => {
                let loss = basket.divergence_loss(ratios)?;
                let holdings = basket.holdings(ratios)?;
                (
                    basket.value(ratios)?,
                    basket.hold(ratios)?,
                    loss,
                    holdings,
                    None,
                )
            }
            Self::Coins(coins) => {
                let before = vec![PriceRatio::ONE; ratios.len()];
                let loss = coins.divergence_loss(&before, ratios)?;
                let count = coins.coins() as f64;
                let share = |balance: f64| balance / count;
                let holdings = coins.balances(ratios)?.into_iter().map(share).collect();
                let hold = ratios.iter().map(|ratio| ratio.ratio() / count).sum();
                (coins.value(ratios)?, hold, loss, holdings, None)
            }
        };
        let shortfall = match self.curve() {
            Some(curve) => curve.shortfall(one("price ratios")?),
            None => loss.unsigned() * hold,
        };
        Ok(Outlook {
            ratios: ratios.to_vec(),
            value,
            hold,
            loss,
            shortfall,
            holdings,
            gamma,
            fees_to_break_even: shortfall / value,
            rewards_to_break_even: shortfall,
            net: value * income.fees + income.rewards - shortfall,
        })
    }
}

impl Outlook {
    /// The same for a deposit.
    ///
    /// **Rounding** each figure once, to a micro-dollar, as its field says. **Accuracy** that of the
    /// fractions, a few ulp: below a micro-dollar up to deposits of 10⁸ USD.
    #[must_use]
    pub fn in_money(&self, deposit: Usd) -> InMoney {
        let deposit = money::float(deposit);
        InMoney {
            value: money::floor(deposit * self.value),
            hold: money::floor(deposit * self.hold),
            shortfall: money::ceil(deposit * self.shortfall),
            net: money::floor(deposit * self.net),
        }
    }

    /// After how many days rewards of a yearly rate on the deposit have made up for the loss.
    ///
    /// **Formula** `365·ρ*/APR`; infinite at a rate of zero, unless there is no loss.
    #[must_use]
    pub fn days_to_break_even(&self, apr: f64) -> f64 {
        match self.shortfall == 0.0 {
            true => 0.0,
            false => 365.0 * self.rewards_to_break_even / apr,
        }
    }
}

/// Rewards of a yearly rate over so many days of a year of 365, as a fraction of the deposit.
///
/// ```
/// assert_eq!(seawall_lp::outlook::accrued(1.0, 91.25), 0.25);
/// ```
#[must_use]
pub fn accrued(apr: f64, days: f64) -> f64 {
    apr * days / 365.0
}

/// A fraction in percent.
#[must_use]
pub fn percent(fraction: f64) -> f64 {
    fraction * 100.0
}

/// Price ratios at equal distances of their logarithm and the loss at each as a fraction, for a
/// picture: from the reciprocal of the farthest ratio, at least fivefold, to it.
#[must_use]
pub fn loss_by_ratio(curve: &dyn Curve, farthest: f64) -> Vec<(f64, f64)> {
    const STEPS: i32 = 200;
    let reach = libm::log(farthest.clamp(5.0, PriceRatio::MAX));
    let at = |step: i32| PriceRatio::exp(reach * f64::from(step) / f64::from(STEPS));
    let point = |at: PriceRatio| (at.ratio(), curve.divergence_loss(at).unsigned());
    (-STEPS..=STEPS).map(|step| point(at(step))).collect()
}
