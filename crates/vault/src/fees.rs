use seawall_units::Usd;

use crate::{Arrears, FeeConfig};

/// What the recipients of fees have before they get any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recipients {
    /// The balance of the insurance fund.
    pub insurance: Usd,
    /// Senior's value S.
    pub senior: Usd,
    /// Junior's value J.
    pub junior: Usd,
}

/// Fees by recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct FeeSplit {
    /// To the protocol.
    pub protocol: Usd,
    /// To the insurance fund.
    pub insurance: Usd,
    /// To Senior as coupon.
    pub coupon: Usd,
    /// To Senior as its share of the rest.
    pub senior: Usd,
    /// To Junior.
    pub junior: Usd,
}

impl FeeSplit {
    /// All parts together.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.protocol + self.insurance + self.coupon + self.senior + self.junior
    }
}

/// The fee waterfall (M-5). The parts sum to `gross`, exactly.
///
/// 1. Protocol: its share of the gross.
/// 2. Insurance: its share of the gross, until its balance is at the target, a share of S.
/// 3. Senior's coupon with its arrears, from what is left.
/// 4. The rest: Senior's share, and Junior what remains; insurance takes Junior's part, beyond
///    its target too, when J is zero.
///
/// **Rounding** every share down; the last recipient gets the rest by subtraction.
/// **Panics** when `gross` is below zero: fees that were never taken cannot be distributed.
///
/// ```
/// use seawall_units::{Time, Usd};
/// use seawall_vault::{Arrears, FeeConfig, Recipients, distribute};
/// let usd = Usd::whole;
/// let before = Recipients { insurance: usd(80_000), senior: usd(8_000_000), junior: usd(2_000_000) };
/// let split = distribute(usd(1_000), before, &mut Arrears::default(), &FeeConfig::default());
/// // 1 000 − 100 − 100 = 800, no coupon due, 20 % of 800 and the rest.
/// assert_eq!((split.protocol, split.insurance, split.coupon), (usd(100), usd(100), usd(0)));
/// assert_eq!((split.senior, split.junior), (usd(160), usd(640)));
/// ```
#[must_use]
pub fn distribute(
    gross: Usd,
    before: Recipients,
    arrears: &mut Arrears,
    config: &FeeConfig,
) -> FeeSplit {
    assert!(
        !gross.is_negative(),
        "invariant: fees to distribute are never negative"
    );
    let protocol = gross.mul_floor(config.protocol);
    let target = before.senior.or_zero().mul_floor(config.insurance_target);
    let room = (target - before.insurance).or_zero();
    let insurance = gross.mul_floor(config.insurance).min(room);
    let net = gross - protocol - insurance;
    let coupon = arrears.pay(net);
    let rest = net - coupon;
    let senior = rest.mul_floor(config.senior_share);
    let split = FeeSplit {
        protocol,
        insurance,
        coupon,
        senior,
        junior: rest - senior,
    };
    if before.junior.is_positive() {
        return split;
    }
    FeeSplit {
        insurance: insurance + split.junior,
        junior: Usd::ZERO,
        ..split
    }
}
