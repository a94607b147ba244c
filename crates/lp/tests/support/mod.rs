//! Random walks that are the same on every machine, and means with their standard errors.
#![allow(dead_code)] // each test file uses some of it

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// Numbers of a seed.
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Between 0 and 1, not 0.
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Two standard normal numbers, by Box and Muller.
    pub(crate) fn normals(&mut self) -> [f64; 2] {
        let radius = libm::sqrt(-2.0 * libm::log(self.unit()));
        let angle = std::f64::consts::TAU * self.unit();
        [radius * libm::cos(angle), radius * libm::sin(angle)]
    }

    /// An exponential waiting time of mean one.
    pub(crate) fn wait(&mut self) -> f64 {
        -libm::log(self.unit())
    }
}

/// A mean and its standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
    pub(crate) error: f64,
}

impl Mean {
    /// Of samples that do not depend on each other.
    pub(crate) fn of(samples: &[f64]) -> Self {
        let count = samples.len() as f64;
        let mean = samples.iter().sum::<f64>() / count;
        let spread: f64 = samples.iter().map(|each| (each - mean).powi(2)).sum();
        Self {
            mean,
            error: (spread / (count - 1.0) / count).sqrt(),
        }
    }

    /// The expected figure lies within three standard errors, and these are small enough to tell.
    pub(crate) fn check(self, what: &str, expect: f64, precision: f64) {
        assert!(
            self.error < precision * expect,
            "{what}: a standard error of {} cannot tell",
            self.error
        );
        assert!(
            (self.mean - expect).abs() < 3.0 * self.error,
            "{what}: {} ± {}, not {expect}",
            self.mean,
            self.error
        );
    }
}
