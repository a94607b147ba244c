//! docs/validation.md is what the program says, and the kept figures of its seeds are what it runs.
//!
//! `UPDATE_DOCS=1 cargo test --release -p seawall-validation --test page` runs every seed anew and
//! writes the figures and the page, `UPDATE_DOCS=page` the page alone; otherwise the page is made again from the kept figures of all
//! its seeds, and a few seeds are run again and compared figure by figure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

use seawall_validation::{Figures, Model, Report, Sample, document};

const SEEDS: u32 = 100;
const PAGE: &str = "docs/validation.md";
const KEPT: &str = "fixtures/validation/oct10-seeds.csv";

/// Places of the seeds that are run again.
const AGAIN: [usize; 3] = [0, 41, 99];

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name)
}

fn written(samples: &[Sample]) -> String {
    let keys: BTreeSet<&String> = samples.iter().flat_map(|s| s.figures.keys()).collect();
    let mut text = String::from(
        "# Every figure of every seed of docs/validation.md, on the grid of its unit; written by the test `page`.\n",
    );
    let heads: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    let _ = writeln!(text, "seed,digest,{}", heads.join(","));
    for sample in samples {
        let cell = |key: &&String| {
            sample
                .figures
                .get(*key)
                .map_or_else(String::new, i128::to_string)
        };
        let cells: Vec<String> = keys.iter().map(cell).collect();
        let _ = writeln!(
            text,
            "{},{},{}",
            sample.seed,
            sample.digest(),
            cells.join(",")
        );
    }
    text
}

fn kept() -> Vec<Sample> {
    let text = std::fs::read_to_string(path(KEPT)).expect(KEPT);
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let keys: Vec<&str> = lines.next().unwrap().split(',').skip(2).collect();
    lines
        .map(|line| {
            let mut cells = line.split(',');
            let seed = cells.next().unwrap().parse().unwrap();
            let digest = cells.next().unwrap();
            let filled = keys.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
            let figures: Figures = filled
                .map(|(key, cell)| ((*key).to_owned(), cell.parse().unwrap()))
                .collect();
            let sample = Sample { seed, figures };
            assert_eq!(
                sample.digest(),
                digest,
                "{KEPT}: the figures of seed {seed} were changed"
            );
            sample
        })
        .collect()
}

#[test]
fn the_page_is_what_the_program_says() {
    let model = Model::fitted().unwrap();
    if let Ok(update) = std::env::var("UPDATE_DOCS") {
        let samples = match update.as_str() {
            "page" => kept(),
            _ => model.sweep(SEEDS, &|| ()).unwrap(),
        };
        std::fs::write(path(KEPT), written(&samples)).unwrap();
        let page = document(&Report::new(&model, &samples)).unwrap();
        std::fs::write(path(PAGE), page).unwrap();
    }
    let samples = kept();
    assert_eq!(samples.len(), usize::try_from(SEEDS).unwrap());
    assert!(
        samples
            .iter()
            .zip(model.all.first_seed..)
            .all(|(s, seed)| s.seed == seed)
    );
    let page = document(&Report::new(&model, &samples)).unwrap();
    let found = std::fs::read_to_string(path(PAGE)).unwrap();
    assert!(
        found == page,
        "{PAGE} is not what the program says: UPDATE_DOCS=1 writes it"
    );
    for place in AGAIN {
        let sample = &samples[place];
        let again = model.sample(sample.seed).unwrap();
        for (key, value) in &sample.figures {
            assert_eq!(
                again.figures.get(key),
                Some(value),
                "seed {}, {key}",
                sample.seed
            );
        }
        assert_eq!(again.figures.len(), sample.figures.len());
    }
}
