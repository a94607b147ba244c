use std::collections::VecDeque;

use seawall_units::{MINUTES_PER_YEAR, Rate, Round, Time, Usd, mul_div};

use crate::FeeConfig;

/// The senior coupon that is due and not paid, by the day it fell due (M-5).
///
/// A coupon is paid from fees only. What fees do not cover is carried forward without interest and
/// is lost `arrears_days` days after its own day; the oldest is paid first.
///
/// ```
/// use seawall_units::{Time, Usd};
/// use seawall_vault::{Arrears, FeeConfig};
/// let mut arrears = Arrears::default();
/// // 5 256 000 USD at 6 %: 315 360 a year, 0.60 a minute.
/// for minute in 0..3 {
///     arrears.accrue_minute(Time::from_secs(60 * minute), Usd::whole(5_256_000), &FeeConfig::default());
/// }
/// assert_eq!(arrears.due(), "1.8".parse::<Usd>()?);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrears {
    /// (day, what is due of it), oldest first, none of them zero.
    days: VecDeque<(u64, Usd)>,
    due: Usd,
    /// What was dropped because it was too old.
    lapsed: Usd,
    /// What is accrued and below a unit of money, in parts of [`PARTS`].
    rest: i128,
}

/// Parts of one unit of money that a minute's coupon is counted in: the grid of rates × a year.
#[allow(clippy::arithmetic_side_effects)] // 10^18 · 525 600 < 2^127
const PARTS: i128 = Rate::ONE_UNITS * MINUTES_PER_YEAR;

impl Arrears {
    /// All that is due.
    #[must_use]
    pub const fn due(&self) -> Usd {
        self.due
    }

    /// What has lapsed unpaid.
    #[must_use]
    pub const fn lapsed(&self) -> Usd {
        self.lapsed
    }

    /// The first second of the oldest day of which something is due.
    #[must_use]
    pub fn oldest(&self, config: &FeeConfig) -> Option<Time> {
        let (day, _) = self.days.front()?;
        Some(Time::from_secs(day.saturating_mul(config.arrears_day)))
    }

    /// What is due by day since the epoch, oldest first.
    pub fn days(&self) -> impl Iterator<Item = (u64, Usd)> + '_ {
        self.days.iter().copied()
    }

    /// Accrues the coupon of one minute on Senior's value and drops what is too old.
    ///
    /// **Formula** `S·coupon/525 600`.
    /// **Rounding** down, for Junior, whose fees pay it; the parts below a unit are kept and
    /// counted in the next minute, so any number of minutes at one value is less than one unit
    /// below the exact sum.
    pub fn accrue_minute(&mut self, now: Time, senior: Usd, config: &FeeConfig) {
        self.expire(now, config);
        let (senior, coupon) = (senior.or_zero().units(), config.coupon.or_zero().units());
        // In the range of money and of the coupon the quotient fits (10²¹ units · 1/525 600).
        let whole = mul_div(senior, coupon, PARTS, Round::Floor).unwrap_or(0);
        // The remainder is below PARTS, so both products may wrap: their difference is exact.
        let part = senior
            .wrapping_mul(coupon)
            .wrapping_sub(whole.wrapping_mul(PARTS));
        let rest = self.rest.saturating_add(part);
        let (carry, rest) = match rest.checked_sub(PARTS) {
            Some(left) if left >= 0 => (1, left),
            _ => (0, rest),
        };
        self.rest = rest;
        if let Ok(amount) = Usd::from_units(whole.saturating_add(carry)) {
            self.add(day_of(now, config), amount);
        }
    }

    /// Drops what fell due more than `arrears_days` days before today.
    pub fn expire(&mut self, now: Time, config: &FeeConfig) {
        let today = day_of(now, config);
        while let Some((day, amount)) = self.days.front().copied() {
            if today.saturating_sub(day) <= u64::from(config.arrears_days) {
                break;
            }
            self.due -= amount;
            self.lapsed += amount;
            self.days.pop_front();
        }
    }

    /// Pays up to `available`, the oldest first, and gives what was paid.
    pub(crate) fn pay(&mut self, available: Usd) -> Usd {
        let paid = self.due.min(available.or_zero());
        let mut left = paid;
        while let Some((_, amount)) = self.days.front_mut() {
            if *amount > left {
                *amount -= left;
                break;
            }
            left -= *amount;
            self.days.pop_front();
        }
        self.due -= paid;
        paid
    }

    fn add(&mut self, day: u64, amount: Usd) {
        if amount.is_zero() {
            return;
        }
        self.due += amount;
        match self.days.back_mut() {
            Some((last, due)) if *last == day => *due += amount,
            _ => self.days.push_back((day, amount)),
        }
    }
}

fn day_of(now: Time, config: &FeeConfig) -> u64 {
    now.secs().checked_div(config.arrears_day).unwrap_or(0)
}
