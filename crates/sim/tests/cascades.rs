//! Every cascade file: it runs, conserves, is the same each time, and comes to what it says.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use seawall_scenario::{Axis, Cascade, Overrides};
use seawall_sim::{
    CascadeSummary, CascadeSweep, Standing, ablate, ablations, cascade_figure, check_cascade,
    observed_beside, on_threads, run_cascade,
};
use seawall_units::Tokens;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cascades")
}

fn load(name: &str) -> Cascade {
    let path = folder().join(format!("{name}.toml"));
    Cascade::load(path, &Overrides::default()).unwrap()
}

fn all() -> Vec<Cascade> {
    let entries = std::fs::read_dir(folder()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let load = |path: &PathBuf| Cascade::load(path, &Overrides::default());
    paths.iter().map(|path| load(path).unwrap()).collect()
}

#[test]
fn every_file_runs_conserves_is_deterministic_and_comes_to_what_it_says() {
    for cascade in all() {
        let name = cascade.name();
        let run = run_cascade(&cascade).unwrap_or_else(|error| panic!("{error}"));
        let again = run_cascade(&cascade).unwrap();
        assert_eq!(run.rounds, again.rounds, "{name}");
        assert_eq!(run.outcome, again.outcome, "{name}");
        assert_eq!(run.outcome.who_paid.sum(), Tokens::ZERO, "{name}");
        assert!(run.rounds.len() < 100_000, "{name} does not end");
        let mismatches = check_cascade(&cascade, &run);
        let told: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{name}:\n{}", told.join("\n"));
        for beside in observed_beside(&cascade, &run) {
            assert!(
                beside.modelled.is_some(),
                "{name}: {}",
                beside.observed.name
            );
            assert!(!beside.observed.source.is_empty(), "{name}");
        }
    }
}

#[test]
fn figures_that_there_are_not_are_refused_with_those_that_there_are() {
    let run = run_cascade(&load("spiral")).unwrap();
    let legal = |id: &str| cascade_figure(&run, id).unwrap_err().legal;
    assert!(legal("final_spott").contains("did you mean `final_spot`?"));
    assert!(legal("paid.borrower").contains("did you mean `borrowers`?"));
    assert!(legal("pool.T-USDC.sold").starts_with("T-USD"));
    assert!(legal("pool.T-USD.solt").contains("did you mean `sold`?"));
    assert!(legal("market.main.x").starts_with("liquidated, repaid"));
    assert!(legal("owner.nobody").contains("borrower"));
    assert_eq!(
        legal("pol.x"),
        "paid, owner, sheet, pool, market, attack, perp; did you mean `pool`?"
    );
    let text = std::fs::read_to_string(folder().join("spiral.toml")).unwrap();
    let text = text.replacen("accounts =", "account =", 1);
    let none = |path: &Path| std::fs::read(path);
    let cascade = Cascade::parse(&text, "file.toml", &none, &Overrides::default()).unwrap();
    let error = run_cascade(&cascade).unwrap_err().to_string();
    assert!(error.contains("did you mean `accounts`?"), "{error}");
    assert!(error.contains("--> file.toml:52:11"), "{error}");
}

fn axes(cascade: &Cascade, texts: &[&str]) -> Vec<Axis> {
    let parse = |text: &&str| Axis::parse(text, cascade.vary()).unwrap();
    texts.iter().map(parse).collect()
}

#[test]
fn a_sweep_is_the_same_on_any_number_of_threads() {
    let cascade = load("spiral");
    let axes = axes(&cascade, &["depth=0.5..4..8", "close_factor", "oracle"]);
    let sweep = CascadeSweep {
        cascade: &cascade,
        axes: &axes,
    };
    assert_eq!(sweep.count(), Some(48));
    sweep.check().unwrap();
    let done = AtomicUsize::new(0);
    let on = |threads: usize| {
        let told = || {
            done.fetch_add(1, Ordering::Relaxed);
        };
        on_threads(NonZeroUsize::new(threads), || sweep.run(&told)).unwrap()
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(8));
    assert_eq!(done.into_inner(), 3 * 48);
    // In order, the last axis first: depth 1 is the second, close factor 50 % its second.
    let names = |number: usize| {
        let points = sweep.points(number);
        points
            .iter()
            .map(|point| point.name.clone())
            .collect::<Vec<String>>()
    };
    assert_eq!(names(8), ["1", "50%", "spot"]);
    let base = CascadeSummary::of(&run_cascade(&cascade).unwrap().outcome);
    assert_eq!(one[8], base);
    let outside = run_cascade(&load("spiral-outside-oracle")).unwrap();
    assert_eq!(one[9], CascadeSummary::of(&outside.outcome));
}

#[test]
fn what_cannot_be_run_is_refused_before_anything_runs() {
    let cascade = load("spiral");
    let said = |text: &str| {
        let axes = axes(&cascade, &[text]);
        let sweep = CascadeSweep {
            cascade: &cascade,
            axes: &axes,
        };
        sweep.check().unwrap_err().to_string()
    };
    assert!(said("pools.T-USD.depht=1..2..3").contains("did you mean `depth`?"));
    let told = said("pools.T-USD.depth=0..2..3");
    assert!(told.contains("is 0; legal: above 0 to 1000"), "{told}");
    assert!(said("loans.borrower.count=1..2..3").contains("not a whole number"));
    assert!(said("lending.main.feed=T,U").contains("is \"U\"; legal: T"));
    let axes = axes(
        &cascade,
        &[
            "pools.T-USD.depth=1..2..2000",
            "loans.borrower.count=1..1000..1000",
        ],
    );
    let sweep = CascadeSweep {
        cascade: &cascade,
        axes: &axes,
    };
    assert_eq!(sweep.count(), None, "two million are too many");
}

/// The six cases are rows of the ablation: what a file extends, a flag sets and a name varies is
/// the same world.
#[test]
fn an_ablation_changes_one_rule_at_a_time() {
    let cascade = load("spiral");
    let rows = ablate(&cascade, &|| ()).unwrap();
    assert_eq!(rows.len(), ablations(&cascade));
    let row = |rule: &str, value: &str| {
        let found = rows
            .iter()
            .find(|row| row.rule == rule && row.value == value);
        found.unwrap_or_else(|| panic!("{rule} {value}")).clone()
    };
    let base = row("", "").summary;
    for (rule, value) in [
        ("oracle", "spot"),
        ("lps", "stay"),
        ("close_factor", "50%"),
        ("depth", "1"),
    ] {
        let row = row(rule, value);
        assert_eq!((row.stands, &row.summary), (Standing::Own, &base));
    }
    for (rule, value, file) in [
        ("oracle", "outside", "spiral-outside-oracle"),
        ("lps", "flee", "spiral-lps-flee"),
        ("close_factor", "100%", "spiral-close-all"),
        ("close_factor", "25%", "spiral-close-quarter"),
        ("depth", "2", "spiral-double-depth"),
    ] {
        let row = row(rule, value);
        let run = run_cascade(&load(file)).unwrap();
        assert_eq!(row.stands, Standing::Other);
        assert_eq!(row.summary, CascadeSummary::of(&run.outcome), "{file}");
    }
}
