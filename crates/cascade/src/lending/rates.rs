//! What borrowing costs and what lending earns.

use ethnum::I256;
use seawall_units::{Rate, Ratio, Round, Tokens, mul_div_wide};

use super::params::{CompoundLine, Compounding, LendingParams, RateModel};
use super::wide::{quotient, tokens_of};

/// Seconds in the year of 365 days that yearly rates refer to.
pub const SECONDS_PER_YEAR: i128 = 31_536_000;

/// Growth factors are counted in 10⁻²⁷, like the contracts' "ray".
const RAY: i128 = 1_000_000_000_000_000_000_000_000_000;

/// The two yearly rates of a lending market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// What borrowers pay.
    pub borrow: Rate,
    /// What lenders earn.
    pub supply: Rate,
}

/// The rates at a utilisation, which counts as at most one and at least zero.
///
/// **Formula** borrow as the [`RateModel`] says; supply `borrow·U·(1 − reserve_factor)`, or a line
/// of its own in Compound III, which at full use may pay more than borrowers are charged: the
/// reserves fund it. **Rounding** borrow up, supply down.
///
/// ```
/// use seawall_cascade::lending::{LendingParams, quote_rate};
/// use seawall_units::Ratio;
/// // WETH on Aave v3: 2.7 % at the kink of 92 %, 20 % more at full use.
/// let rates = quote_rate(Ratio::ONE, &LendingParams::default());
/// assert_eq!(rates.borrow, "0.227".parse()?);
/// assert_eq!(rates.supply, "0.19295".parse()?); // 85 % of it
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn quote_rate(utilisation: Ratio, rules: &LendingParams) -> Rates {
    let used = utilisation.clamp(Ratio::ZERO, Ratio::ONE);
    match &rules.rate {
        RateModel::Kinked {
            base,
            kink,
            slope_1,
            slope_2,
        } => {
            let low = part(*slope_1, used.min(*kink), *kink, Round::Ceil);
            let over = (used - *kink).or_zero();
            let high = part(*slope_2, over, Ratio::ONE - *kink, Round::Ceil);
            shared(*base + low + high, used, rules)
        }
        RateModel::Jump(line) => shared(on(line, used, Round::Ceil), used, rules),
        RateModel::TwoLines { borrow, supply } => Rates {
            borrow: on(borrow, used, Round::Ceil),
            supply: on(supply, used, Round::Floor),
        },
    }
}

/// Lenders share what borrowers pay, less the reserve factor.
fn shared(borrow: Rate, used: Ratio, rules: &LendingParams) -> Rates {
    let kept = Ratio::ONE - rules.reserve_factor;
    let top = [borrow.units(), used.units(), kept.units()];
    let bottom = [Ratio::ONE_UNITS, Ratio::ONE_UNITS];
    let supply = rate_of(quotient(top, bottom, Round::Floor));
    Rates { borrow, supply }
}

/// `slope·x/whole`; nothing where there is no room for a slope.
fn part(slope: Rate, x: Ratio, whole: Ratio, round: Round) -> Rate {
    if !whole.is_positive() {
        return Rate::ZERO;
    }
    let top = [slope.units(), x.units(), 1];
    rate_of(quotient(top, [whole.units(), 1], round))
}

fn on(line: &CompoundLine, used: Ratio, round: Round) -> Rate {
    let term = |slope: Rate, x: Ratio| I256::from(slope.units()).checked_mul(x.units().into());
    let below = term(line.slope, used.min(line.kink));
    let beyond = term(line.jump, (used - line.kink).or_zero());
    let risen = below
        .zip(beyond)
        .and_then(|(below, beyond)| below.checked_add(beyond))
        .and_then(|sum| mul_div_wide(sum, I256::ONE, Ratio::ONE_UNITS.into(), round));
    line.base + rate_of(risen)
}

fn rate_of(units: Option<i128>) -> Rate {
    units
        .and_then(|units| Rate::from_units(units).ok())
        .unwrap_or(Rate::MAX)
}

/// The interest that a debt gathers in some seconds; at most [`Tokens::MAX`].
///
/// **Formula** simple `D·r·t/Y`, every second `D·((1 + r/Y)^t − 1)`, with `Y` = 31 536 000.
/// **Rounding** up, for the lenders. The simple one is rounded once. The compounded one is counted
/// in 10⁻²⁷ and rounded up at each squaring too: never below the exact figure, and above it by at
/// most `t + 64` parts in 10²⁷ of what the debt has grown to and a grid unit. Aave's contracts stop the
/// expansion after the third order and lie below.
///
/// ```
/// use seawall_cascade::lending::{Compounding, accrue_interest};
/// use seawall_units::Tokens;
/// let debt = Tokens::whole(1_000);
/// let year = 31_536_000;
/// let simple = accrue_interest(debt, "5%".parse()?, year, Compounding::None);
/// assert_eq!(simple, Tokens::whole(50));
/// // e^0.05 − 1 = 0.051271096…, less what a second leaves out
/// let compound = accrue_interest(debt, "5%".parse()?, year, Compounding::EverySecond);
/// assert!(compound.to_string().starts_with("51.271096"));
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn accrue_interest(debt: Tokens, rate: Rate, seconds: u64, how: Compounding) -> Tokens {
    let (debt, rate) = (debt.or_zero(), rate.or_zero());
    match how {
        Compounding::None => tokens_of(
            [debt.units(), rate.units(), i128::from(seconds)],
            [Ratio::ONE_UNITS, SECONDS_PER_YEAR],
            Round::Ceil,
        ),
        Compounding::EverySecond => match growth(rate, seconds) {
            Some(growth) => {
                let gain = growth.saturating_sub(RAY);
                tokens_of([debt.units(), gain, 1], [RAY, 1], Round::Ceil)
            }
            None if debt.is_zero() => Tokens::ZERO,
            None => Tokens::MAX,
        },
    }
}

/// `(1 + r/Y)^n` in 10⁻²⁷, rounded up at each step; `None` beyond what 128 bits hold.
fn growth(rate: Rate, seconds: u64) -> Option<i128> {
    let times = |a: i128, b: i128| {
        let (a, b) = (I256::from(a), I256::from(b));
        mul_div_wide(a, b, RAY.into(), Round::Ceil)
    };
    let second = quotient(
        [rate.units(), RAY, 1],
        [Ratio::ONE_UNITS, SECONDS_PER_YEAR],
        Round::Ceil,
    )?;
    let mut square = Some(RAY.checked_add(second)?);
    let mut grown = RAY;
    let mut left = seconds;
    while left > 0 {
        if left & 1 == 1 {
            grown = times(grown, square?)?;
        }
        left >>= 1;
        square = square.and_then(|base| times(base, base));
    }
    Some(grown)
}
