//! The numbers of a path: a stream for each process, mirrored or scrambled as the sampling says.

use seawall_chance::{Numbers, Stream, normal_quantile};

use crate::Sampling;
use crate::bridge::Bridge;

/// What a path's numbers are for. Each process has a stream of its own, so that one that is
/// switched on or off, or draws more, leaves the others' numbers where they were.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Process {
    /// The price's own normal numbers, one a tick.
    Diffusion,
    /// What the variance has besides the price's numbers, one a tick.
    Variance,
    /// How many jumps, one a tick.
    Jumps,
    /// How large they are, one a tick.
    JumpSizes,
    /// The first regime, then how long one lasts and which one follows.
    Regimes,
    /// Where a block of a recorded path begins, and how long it is.
    Blocks,
}

impl Process {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Diffusion, "diffusion"),
        (Self::Variance, "variance"),
        (Self::Jumps, "jumps"),
        (Self::JumpSizes, "jump_sizes"),
        (Self::Regimes, "regimes"),
        (Self::Blocks, "blocks"),
    ];
}

/// The name that all processes of the price share.
const PRICE: &str = "price";

/// The streams of all paths.
#[derive(Debug)]
pub(crate) struct Streams {
    each: [Stream; 6],
    sampling: Sampling,
    sobol: Option<Sobol>,
}

/// Where a path's scrambled numbers come from.
#[derive(Debug)]
struct Sobol {
    bridge: Bridge,
    /// Sequence k has the scramble that follows this one by k, so no two sequences of a run share
    /// theirs.
    scramble: u32,
    sequence: u64,
}

impl Streams {
    pub(crate) fn new(seed: u64, sampling: Sampling, ticks: usize) -> Self {
        let each = Process::ALL.map(|(_, name)| Stream::new(seed, name, PRICE));
        let sobol = match sampling {
            Sampling::Sobol { sequence } => Some(Sobol {
                bridge: Bridge::new(ticks),
                scramble: low(Stream::new(seed, "scramble", PRICE).path(0).next_u64()),
                sequence,
            }),
            Sampling::Independent | Sampling::Antithetic => None,
        };
        Self {
            each,
            sampling,
            sobol,
        }
    }

    pub(crate) const fn of(&self, path: u64) -> Luck<'_> {
        Luck {
            streams: self,
            path,
        }
    }
}

/// The numbers of one path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Luck<'a> {
    streams: &'a Streams,
    pub(crate) path: u64,
}

impl Luck<'_> {
    /// The uniform numbers of a process, between 0 and 1 and neither of them.
    pub(crate) fn uniforms(&self, process: Process) -> Uniforms {
        #[allow(clippy::as_conversions)] // the place of a variant
        let stream = self.streams.each[process as usize];
        match self.streams.sampling {
            // An even path is the same as without mirrors.
            Sampling::Antithetic => Uniforms {
                numbers: stream.path(self.path & !1),
                mirrored: self.path & 1 == 1,
            },
            Sampling::Independent | Sampling::Sobol { .. } => Uniforms {
                numbers: stream.path(self.path),
                mirrored: false,
            },
        }
    }

    /// Fills in the price's own standard normal numbers, one a tick.
    pub(crate) fn diffusion(&self, out: &mut [f64]) {
        let scrambled = match &self.streams.sobol {
            Some(sobol) => sobol.fill(self.path, out),
            None => 0,
        };
        let mut uniforms = self.uniforms(Process::Diffusion);
        for number in &mut out[scrambled..] {
            *number = uniforms.normal();
        }
        if let Some(sobol) = &self.streams.sobol {
            sobol.bridge.steps(out);
        }
    }
}

impl Sobol {
    /// Fills in as many numbers as there are dimensions, and says how many.
    fn fill(&self, path: u64, out: &mut [f64]) -> usize {
        let place = low(path % self.sequence);
        let scramble = self.scramble.wrapping_add(low(path / self.sequence));
        let sets = (0..sobol_burley::NUM_DIMENSION_SETS_4D).zip(out.chunks_mut(4));
        let mut filled = 0;
        for (set, numbers) in sets {
            let uniforms = sobol_burley::sample_4d(place, set, scramble);
            for (number, uniform) in numbers.iter_mut().zip(uniforms) {
                // Multiples of 2⁻²³ from zero on, moved to the middle of their cells.
                *number = normal_quantile(f64::from(uniform) + HALF_A_CELL);
                filled += 1;
            }
        }
        filled
    }
}

/// 2⁻²⁴.
const HALF_A_CELL: f64 = 1.0 / 16_777_216.0;

#[allow(clippy::as_conversions, clippy::cast_possible_truncation)] // the low half is meant
const fn low(word: u64) -> u32 {
    word as u32
}

/// Uniform numbers, mirrored or not.
#[derive(Debug)]
pub(crate) struct Uniforms {
    numbers: Numbers,
    mirrored: bool,
}

impl Uniforms {
    pub(crate) fn unit(&mut self) -> f64 {
        let number = self.numbers.open();
        if self.mirrored { 1.0 - number } else { number }
    }

    pub(crate) fn normal(&mut self) -> f64 {
        normal_quantile(self.unit())
    }

    /// A place among `count`, each as likely as any other; zero when there are none.
    #[allow(clippy::as_conversions)] // counts of ticks fit an f64, and the product is below one
    pub(crate) fn place(&mut self, count: usize) -> usize {
        let place = (self.unit() * count as f64) as usize;
        place.min(count.saturating_sub(1))
    }
}
