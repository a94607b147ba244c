//! A price path of each model: an hour of minutes and an hour of seconds.
#![allow(clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use seawall::paths::{PathSource, PriceModel, Recorded, Sampling, Setup};

const MODELS: [&str; 6] = [
    "gbm = { volatility = '80%' }",
    "merton = { volatility = '80%', jumps_a_year = '52560', jump_mean = '-0.05', jump_deviation = '0.05' }",
    "heston = { kappa = '5', theta = '0.64', xi = '1', rho = '-0.7' }",
    "regimes = { regimes = [{ name = 'calm', volatility = '50%', switch = { wild = '5000' } }, { name = 'wild', volatility = '200%', switch = { calm = '20000' } }] }",
    "bootstrap = { block = { geometric = 30 } }",
    "replay = { start = 'drawn' }",
];

fn source(model: &PriceModel, sampling: Sampling, ticks: u32) -> PathSource {
    let prices = (0..7_201).map(|second| (100_000 + second * 7_919 % 100).to_string());
    let prices = prices.map(|text| text.parse().unwrap()).collect();
    PathSource::new(Setup {
        model: model.clone(),
        sampling,
        shocks: Vec::new(),
        seed: 1,
        opening: "100000".parse().unwrap(),
        ticks,
        tick_seconds: 1,
        recorded: Some(Recorded::new(prices, 1).unwrap()),
    })
    .unwrap()
}

fn price_paths(c: &mut Criterion) {
    for ticks in [60, 3_600] {
        let mut group = c.benchmark_group(format!("price path/{ticks} ticks"));
        let mut measure = |name: &str, source: &PathSource| {
            let mut path = 0;
            let mut next = || {
                path += 1;
                path
            };
            group.bench_function(name, |b| {
                b.iter_batched(
                    &mut next,
                    |path| source.prices(path).unwrap(),
                    BatchSize::SmallInput,
                );
            });
        };
        for text in MODELS {
            let model: PriceModel = toml::from_str(text).unwrap();
            measure(model.name(), &source(&model, Sampling::Independent, ticks));
        }
        let gbm: PriceModel = toml::from_str(MODELS[0]).unwrap();
        let sobol = Sampling::Sobol { sequence: 1_024 };
        measure("gbm, Sobol", &source(&gbm, sobol, ticks));
        group.finish();
    }
}

criterion_group!(benches, price_paths);
criterion_main!(benches);
