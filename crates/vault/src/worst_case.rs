use seawall_units::{Ratio, Usd};

use crate::VaultConfig;

/// What Senior's worst case is read off: sums that the market keeps, so no position is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exposure {
    /// Senior's value S.
    pub senior: Usd,
    /// The pool's equity beyond Senior's claim; below zero when the claim is not covered.
    pub cushion: Usd,
    /// Notional of all longs at the mark.
    pub long: Usd,
    /// Notional of all shorts at the mark.
    pub short: Usd,
    /// Deficits that wait for their payers, Junior's turn being over.
    pub open_deficit: Usd,
    /// What positions below zero equity owe beyond their margin and nobody has settled yet.
    pub uncovered: Usd,
    /// The share of Junior that one epoch may lose to deficits.
    pub loss_cap: Ratio,
    /// What the roundings of all closes together can cost.
    pub rounding: Usd,
}

/// The most that Senior can lose before the next minute tick, and after which event (M-9.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeniorWorstCase {
    /// After both events in turn, in either order: nothing within them costs Senior more.
    pub loss: Usd,
    /// The mark falls by `worst_fall`: every short wins, no long pays.
    pub fall: Usd,
    /// The mark rises by `worst_rise`: every long wins, no short pays.
    pub rise: Usd,
}

/// How much Senior could lose at once (M-9.5).
///
/// The bound holds for every path of the mark between `P·(1 − worst_fall)` and
/// `P·(1 + worst_rise)` before the next minute tick, whoever closes, adds margin, bids or is
/// liquidated meanwhile, as long as nobody opens a position.
///
/// **Formula** with the traders' largest gain `G` (shorts: notional·fall; longs: notional·rise)
/// and the cushion `c = max(0, equity − K)`:
/// `loss = min(S, max(G + uncovered + D − c, D))`, D the deficits already open. A trader's gain
/// from now on is at most its size times the way the mark can go for it, and a loser's payment at
/// least nothing, so the pool's equity never falls by more than G; Junior's part of that equity is
/// c. Insurance and ADL count for nothing: an open profit lowers Senior's value before either is
/// asked. With `junior_loss_cap` below one, deficits may pass Junior by, so the losers' notional
/// stands beside D.
/// **Units** USD. **Rounding** up, for Senior.
///
/// ```
/// use seawall_units::{Ratio, Usd};
/// use seawall_vault::{Exposure, VaultConfig, senior_worst_case};
/// let usd = Usd::whole;
/// let now = Exposure {
///     senior: usd(800), cushion: usd(200), long: usd(500), short: usd(300),
///     loss_cap: Ratio::ONE, ..Exposure::default()
/// };
/// // To zero: shorts win 300, Junior has 200. Doubled: longs win 500. Both in turn: 800 − 200.
/// let worst = senior_worst_case(&now, &VaultConfig::default());
/// assert_eq!((worst.fall, worst.rise, worst.loss), (usd(100), usd(300), usd(600)));
/// ```
#[must_use]
pub fn senior_worst_case(now: &Exposure, config: &VaultConfig) -> SeniorWorstCase {
    let down = |notional: Usd| notional.or_zero().mul_ceil(config.worst_fall);
    let up = |notional: Usd| notional.or_zero().mul_ceil(config.worst_rise);
    let (fall, rise) = (down(now.short), up(now.long));
    let (longs_lose, shorts_lose) = (down(now.long), up(now.short));
    SeniorWorstCase {
        loss: now.loss(fall + rise, longs_lose + shorts_lose),
        fall: now.loss(fall, longs_lose),
        rise: now.loss(rise, shorts_lose),
    }
}

impl Exposure {
    /// What Senior loses when winners gain `won` and losers lose at most `lost`.
    fn loss(&self, won: Usd, lost: Usd) -> Usd {
        let beside = self.uncovered.or_zero() + self.rounding;
        let of_equity = won + beside + self.open_deficit - self.cushion.or_zero();
        let past_junior = match self.loss_cap < Ratio::ONE {
            true => lost + beside,
            false => Usd::ZERO,
        };
        let loss = of_equity.max(self.open_deficit + past_junior);
        loss.or_zero().min(self.senior.or_zero())
    }
}
