//! Models in short, and figures of many paths.
#![allow(dead_code, clippy::unwrap_used)] // helpers of tests; not every test needs each

use seawall_paths::{PathSource, PriceModel, Recorded, Sampling, Setup};
use seawall_units::Price;

/// A model as a file writes it.
pub(crate) fn model(text: &str) -> PriceModel {
    toml::from_str(text).unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

/// A year in so many ticks from 100 on.
pub(crate) fn year(text: &str, ticks: u32) -> Setup {
    Setup {
        model: model(text),
        sampling: Sampling::Independent,
        shocks: Vec::new(),
        seed: 7,
        opening: price("100"),
        ticks,
        tick_seconds: 31_536_000 / ticks,
        recorded: None,
    }
}

/// An hour of minutes from 100 on.
pub(crate) fn hour(text: &str) -> Setup {
    Setup {
        ticks: 60,
        tick_seconds: 60,
        ..year(text, 1)
    }
}

pub(crate) fn recorded(prices: &[&str], tick_seconds: u32) -> Recorded {
    let prices = prices.iter().map(|text| price(text)).collect();
    Recorded::new(prices, tick_seconds).unwrap()
}

pub(crate) fn source(setup: Setup) -> PathSource {
    PathSource::new(setup).unwrap()
}

pub(crate) fn text(prices: &[Price]) -> Vec<String> {
    prices.iter().map(Price::to_string).collect()
}

pub(crate) fn float(price: Price) -> f64 {
    price.units() as f64 / Price::ONE_UNITS as f64
}

/// The moves of ln S.
pub(crate) fn moves(prices: &[Price]) -> Vec<f64> {
    let pairs = prices.windows(2);
    pairs
        .map(|pair| (float(pair[1]) / float(pair[0])).ln())
        .collect()
}

/// Mean and standard error of a figure over the first paths, by means of independent samples.
pub(crate) fn mean(
    source: &PathSource,
    paths: u64,
    figure: impl Fn(&[Price]) -> f64,
) -> (f64, f64) {
    let sample = source.setup().sampling.sample();
    let means: Vec<f64> = (0..paths / sample)
        .map(|group| {
            let paths = (0..sample).map(|path| group * sample + path);
            let sum: f64 = paths
                .map(|path| figure(&source.prices(path).unwrap()))
                .sum();
            sum / sample as f64
        })
        .collect();
    let count = means.len() as f64;
    let mean = means.iter().sum::<f64>() / count;
    let spread: f64 = means.iter().map(|each| (each - mean).powi(2)).sum();
    (mean, (spread / (count - 1.0) / count).sqrt())
}

/// Whether a figure lies within so many standard errors of what it should be.
pub(crate) fn assert_close((mean, error): (f64, f64), expected: f64, errors: f64) {
    let away = (mean - expected) / error;
    assert!(
        away.abs() <= errors,
        "{mean} is {away:.2} standard errors of {error} from {expected}"
    );
}
