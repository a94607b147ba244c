//! What a change of the net size costs: spread, impact and taker fee (M-4, M-5).

use seawall_ledger::Account;
use seawall_units::{Base, Ratio, Usd};

use crate::{Gate, IsolatedMarket};

/// What an order or a liquidation pays against the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Charges {
    /// The half-spread on all of it, rounded up.
    pub spread: Usd,
    /// Taker or liquidation fee, rounded up.
    pub fee: Usd,
    /// Impact of the outward part, paid into the reserve.
    pub impact: Usd,
    /// Impact that the inward part earns back from the reserve, rounded down.
    pub rebate: Usd,
}

impl Charges {
    /// Everything together; negative when the rebate is more than the rest.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.spread + self.fee + self.impact - self.rebate
    }
}

/// Which fee a close pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fee {
    Taker,
    Liquidation,
}

impl IsolatedMarket {
    /// The charges of moving the net size by `change` (signed) now.
    ///
    /// An order that crosses zero is charged as two: the part that brings the skew to zero and the
    /// part that takes it beyond.
    pub(crate) fn charges(&self, change: Base, gate: Gate, fee: Fee) -> Charges {
        let net = self.net_size();
        let towards_zero = net.signum() != 0 && change.signum() != net.signum();
        let inward = if towards_zero {
            change.abs().min(net.abs())
        } else {
            Base::ZERO
        };
        let outward = change.abs() - inward;
        let (inward_notional, outward_notional) =
            (self.mark.value_ceil(inward), self.mark.value_ceil(outward));
        let spread = self.half_spread(gate);
        let (inward_fee, outward_fee) = match fee {
            Fee::Taker => (
                self.params.charges.taker_inward,
                self.params.charges.taker_outward,
            ),
            Fee::Liquidation => (
                self.params.charges.liquidation,
                self.params.charges.liquidation,
            ),
        };
        let turned = net.abs() - inward;
        let (impact, rebate) = self.impact(net.abs(), turned, turned + outward);
        Charges {
            spread: inward_notional.mul_ceil(spread) + outward_notional.mul_ceil(spread),
            fee: inward_notional.mul_ceil(inward_fee) + outward_notional.mul_ceil(outward_fee),
            impact,
            rebate,
        }
    }

    /// Impact paid and earned on the way from one unsigned net size inward to another and outward
    /// to a third; one of the two legs is empty unless the order crosses zero.
    fn impact(&self, from: Base, turned: Base, to: Base) -> (Usd, Usd) {
        let w1 = self.work_at(turned);
        let at = |net| if net == turned { w1 } else { self.work_at(net) };
        let (w0, w2) = (at(from), at(to));
        let reserve = self.ledger.balance(Account::ImpactReserve);
        let freed = (w0 - w1).or_zero();
        let rebate = match reserve >= w0 {
            true => freed,
            false => freed.mul_div_floor(reserve, w0).unwrap_or(Usd::ZERO),
        };
        ((w2 - w1).or_zero(), rebate)
    }

    pub(crate) fn half_spread(&self, gate: Gate) -> Ratio {
        let spread = self.params.ladder.half_spread;
        match gate {
            Gate::ReduceAtLastMark => {
                let times = Usd::units_i64(self.params.ladder.reduce_only_spread.into());
                spread.mul_div_ceil(times, Usd::ULP).unwrap_or(spread)
            }
            _ => spread,
        }
    }
}
