//! From a figure to a place on an axis, in integers.

use seawall_units::{Round, mul_div};

use crate::canvas::Px;

/// An axis from zero to its top.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    /// Where zero lies.
    pub(crate) zero: Px,
    /// How long the axis is; below zero when it runs towards the left or the top.
    pub(crate) length: Px,
    /// The figure at its end, above zero.
    pub(crate) top: i128,
    /// Distance of its ticks.
    pub(crate) step: i128,
}

impl Scale {
    /// An axis on which `largest` fits, with at most eight ticks at 1, 2 or 5 times a power of ten.
    pub(crate) fn new(zero: Px, length: Px, largest: i128) -> Self {
        let largest = largest.max(1);
        let mut step = 1_i128;
        'found: for power in 0..30 {
            for digit in [1, 2, 5] {
                step = digit * 10_i128.pow(power);
                if largest <= step.saturating_mul(7) {
                    break 'found;
                }
            }
        }
        let top = largest.saturating_add(step - 1) / step * step;
        Self {
            zero,
            length,
            top,
            step,
        }
    }

    /// How far from zero a figure lies, rounded down.
    pub(crate) fn span(&self, value: i128) -> Px {
        let along = mul_div(value, self.length.abs().into(), self.top, Round::Floor);
        let along = Px::try_from(along.unwrap_or(0)).unwrap_or(0);
        if self.length < 0 { -along } else { along }
    }

    /// Where a figure lies.
    pub(crate) fn at(&self, value: i128) -> Px {
        self.zero + self.span(value)
    }

    /// The figures of its ticks, zero first.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = i128> + '_ {
        let count = self.top / self.step;
        (0..=count).map(|number| number * self.step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_reach_the_largest() {
        let scale = Scale::new(0, -50_000, 78_916);
        assert_eq!((scale.step, scale.top), (20_000, 80_000));
        assert_eq!(scale.ticks().last(), Some(80_000));
        // 78 916 / 80 000 · 50 000 = 49 322.5, downwards
        assert_eq!(scale.at(78_916), -49_322);
        assert_eq!(Scale::new(0, 10, 0).top, 1);
    }
}
