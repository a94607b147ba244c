//! A Brownian motion from its end to its details.

/// A point that is put between two others.
#[derive(Debug, Clone, Copy)]
struct Between {
    left: usize,
    middle: usize,
    right: usize,
}

/// The order in which the points of a Brownian motion of `ticks` unit steps are placed: the end
/// first, then the middle of every gap, the widest gaps first.
///
/// **Formula** `W(m) = ((r − m)·W(l) + (m − l)·W(r)) / (r − l) + √((m − l)(r − m)/(r − l))·z`.
/// **Source** Caflisch, Morokoff and Owen, "Valuation of mortgage-backed securities using Brownian
/// bridges to reduce effective dimension" (1997).
#[derive(Debug, Clone)]
pub(crate) struct Bridge {
    ticks: usize,
    between: Vec<Between>,
}

impl Bridge {
    pub(crate) fn new(ticks: usize) -> Self {
        let mut gaps = std::collections::VecDeque::from([(0, ticks)]);
        let mut between = Vec::with_capacity(ticks);
        while let Some((left, right)) = gaps.pop_front() {
            if right - left < 2 {
                continue;
            }
            let middle = left.midpoint(right);
            between.push(Between {
                left,
                middle,
                right,
            });
            gaps.extend([(left, middle), (middle, right)]);
        }
        Self { ticks, between }
    }

    /// Replaces normal numbers in the order of the bridge by those of the steps in their order.
    #[allow(clippy::as_conversions)] // ticks fit an f64
    pub(crate) fn steps(&self, numbers: &mut [f64]) {
        let mut motion = vec![0.0; self.ticks + 1];
        let (Some(first), Some(end)) = (numbers.first(), motion.last_mut()) else {
            return;
        };
        *end = libm::sqrt(self.ticks as f64) * first;
        for (place, number) in self.between.iter().zip(&numbers[1..]) {
            let before = (place.middle - place.left) as f64;
            let after = (place.right - place.middle) as f64;
            let gap = before + after;
            let mean = (after * motion[place.left] + before * motion[place.right]) / gap;
            motion[place.middle] = mean + libm::sqrt(before * after / gap) * number;
        }
        for (number, ends) in numbers.iter_mut().zip(motion.windows(2)) {
            *number = ends[1] - ends[0];
        }
    }
}
