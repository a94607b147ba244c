//! Stage 3, Junior's loss (M-8.3).

use seawall_units::Usd;
use seawall_venue::{Deficit, StageEnd};

use crate::JuniorConfig;

/// What Junior has lost to deficits in the running epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JuniorEpoch {
    number: u64,
    absorbed: Usd,
}

impl JuniorEpoch {
    /// Junior, worth `value` before the step, fills what it can of a deficit.
    ///
    /// **Formula** up to `cap·(value + absorbed this epoch) − absorbed this epoch`, the default cap
    /// being all of it. **Rounding** the cap rounds down.
    pub fn absorb(
        &mut self,
        deficit: &mut Deficit,
        value: Usd,
        epoch: u64,
        config: &JuniorConfig,
    ) -> (Usd, StageEnd) {
        if epoch != self.number {
            *self = Self {
                number: epoch,
                absorbed: Usd::ZERO,
            };
        }
        let room = (value + self.absorbed).mul_floor(config.loss_cap) - self.absorbed;
        let capped = room.or_zero() < value;
        let payment = deficit.pay(room.min(value));
        self.absorbed += payment.absorbed;
        let end = match (deficit.is_cleared(), capped) {
            (true, _) => StageEnd::Cleared,
            (false, true) => StageEnd::Capped,
            (false, false) => StageEnd::Exhausted,
        };
        (payment.absorbed, end)
    }
}
