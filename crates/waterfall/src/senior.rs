//! Stage 6, Senior takes what is left, and its claim K falls by it (M-8.6).

use seawall_units::Usd;
use seawall_venue::{Deficit, StageEnd};

/// Senior fills what it can, up to its value; the market lowers the claim when it posts this.
pub(crate) fn absorb(deficit: &mut Deficit, value: Usd) -> (Usd, StageEnd) {
    let payment = deficit.pay(value);
    let end = match deficit.is_cleared() {
        true => StageEnd::Cleared,
        false => StageEnd::Exhausted,
    };
    (payment.absorbed, end)
}
