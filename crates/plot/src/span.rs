//! From a figure to a place on an axis that need not begin at zero, in integers.

use seawall_units::{Round, mul_div};

use crate::canvas::Px;
use crate::lines::Axis;

/// An axis from its least figure to its greatest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Where the least figure lies.
    start: Px,
    /// How long the axis is; below zero when it runs towards the top.
    length: Px,
    least: i128,
    greatest: i128,
    /// Distance of its ticks.
    pub(crate) step: i128,
}

/// The widest spread of figures; wider ones are cut off.
const WIDEST: i128 = 10_i128.pow(36);

impl Span {
    /// An axis that holds all figures, between two of its ticks, of which there are nine at most.
    pub(crate) fn over(place: (Px, Px), figures: Vec<i128>, axis: &Axis) -> Self {
        let tight = Self::tight(place, figures, axis);
        let step = tight.step;
        let least = tight.least.div_euclid(step) * step;
        let greatest = -(-tight.greatest).div_euclid(step) * step;
        Self {
            least,
            greatest: greatest.max(least + step),
            ..tight
        }
    }

    /// An axis from the least figure to the greatest, with its ticks between them.
    pub(crate) fn tight((start, length): (Px, Px), figures: Vec<i128>, axis: &Axis) -> Self {
        let all = || figures.iter().chain(&axis.including);
        let least = all().min().copied().unwrap_or(0).clamp(-WIDEST, WIDEST);
        let greatest = all().max().copied().unwrap_or(0).clamp(-WIDEST, WIDEST);
        Self {
            start,
            length,
            least,
            greatest: greatest.max(least + 1),
            step: step_of((greatest - least).max(1)),
        }
    }

    /// Where a figure lies, rounded towards the least.
    pub(crate) fn at(&self, value: i128) -> Px {
        let value = value.clamp(self.least, self.greatest) - self.least;
        let whole = self.greatest - self.least;
        let along = mul_div(value, self.length.abs().into(), whole, Round::Floor);
        let along = Px::try_from(along.unwrap_or(0)).unwrap_or(0);
        self.start + if self.length < 0 { -along } else { along }
    }

    /// The figures of its ticks, multiples of their distance, from the least on.
    pub(crate) fn ticks(&self) -> impl Iterator<Item = i128> + '_ {
        let first = -(-self.least).div_euclid(self.step);
        let last = self.greatest.div_euclid(self.step);
        (first..=last).map(|number| number * self.step)
    }
}

/// The least of 1, 2 and 5 times a power of ten of which seven reach as far.
fn step_of(spread: i128) -> i128 {
    let powers = (0..37).map(|power| 10_i128.pow(power));
    let mut steps = powers.flat_map(|power| [power, power * 2, power * 5]);
    steps.find(|step| spread <= step * 7).unwrap_or(spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis() -> Axis {
        Axis::new("", 0)
    }

    #[test]
    fn figures_lie_between_round_ticks() {
        let span = Span::over((0, 1000), vec![-57, 12], &axis());
        assert_eq!((span.least, span.greatest, span.step), (-60, 20, 10));
        assert_eq!(span.ticks().count(), 9);
        assert_eq!((span.at(-60), span.at(0), span.at(20)), (0, 750, 1000));
        // 1/80 · 1000 = 12.5, towards the least
        assert_eq!(span.at(-59), 12);
        let tight = Span::tight((0, 1000), vec![-57, 12], &axis());
        assert_eq!((tight.at(-57), tight.at(12)), (0, 1000));
        assert_eq!(
            tight.ticks().collect::<Vec<_>>(),
            [-50, -40, -30, -20, -10, 0, 10]
        );
        let down = Span::over((1000, -1000), vec![0, 7], &axis());
        assert_eq!((down.at(0), down.at(7), down.step), (1000, 0, 1));
    }

    #[test]
    fn one_figure_or_none_still_has_an_axis() {
        let span = Span::over((0, 100), vec![5], &axis());
        assert_eq!((span.least, span.greatest), (5, 6));
        let none = Span::over((0, 100), Vec::new(), &axis().from_zero());
        assert_eq!((none.least, none.greatest), (0, 1));
        let wide = Span::over((0, 100), vec![i128::MIN, i128::MAX], &axis());
        assert_eq!((wide.at(i128::MIN), wide.at(i128::MAX)), (0, 100));
    }
}
