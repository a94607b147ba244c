//! Stage 4, the insurance fund of the market (M-8.4).

use seawall_units::Usd;
use seawall_venue::{Deficit, StageEnd};

/// The fund fills what it can; nothing caps it.
pub(crate) fn absorb(deficit: &mut Deficit, fund: Usd) -> (Usd, StageEnd) {
    let payment = deficit.pay(fund);
    let end = match deficit.is_cleared() {
        true => StageEnd::Cleared,
        false => StageEnd::Exhausted,
    };
    (payment.absorbed, end)
}
