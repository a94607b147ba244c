//! Sweeps from file to summary: the same on any number of threads, and each path by itself again.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use seawall_report::figures::rows_of;
use seawall_report::table::Ink;
use seawall_results::{Row, Span, Work};
use seawall_scenario::{Overrides, Sweep};
use seawall_sim::compare;
use seawall_sweep::{Plan, Runner, SummaryReport};
use seawall_units::Ratio;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../fixtures/sweeps/{name}.toml"))
}

/// A fixture with fewer positions and paths.
fn plan(name: &str, set: &[&str]) -> Plan {
    let overrides = Overrides::parse(set).unwrap();
    Plan::new(Sweep::load(fixture(name), &overrides).unwrap()).unwrap()
}

const SMALL: &str = "positions.drawn[0].count=40";

fn report(plan: &Plan, threads: usize) -> String {
    let runner = Runner::new(plan).unwrap();
    let threads = NonZeroUsize::new(threads).unwrap();
    let span = Span::whole(plan.head().paths);
    let ran = runner.run_all(span, threads, None, &mut ()).unwrap();
    assert_eq!(ran.summary.broken(), 0);
    let by = &plan.sweep().file().by;
    let report = SummaryReport::new(&ran.summary, by, "sweep.toml").unwrap();
    report.json().unwrap() + &report.csv() + &report.table(Ink::Plain)
}

#[test]
fn one_two_and_eight_threads_say_the_same() {
    let plan = plan("crash-futures", &[SMALL, "paths=24"]);
    let one = report(&plan, 1);
    assert_eq!(report(&plan, 2), one);
    assert_eq!(report(&plan, 8), one);
}

/// What `seawall path` runs again is what stands in the row: prices, draws and seed of the path.
#[test]
fn a_path_by_itself_comes_to_its_row() {
    for (name, set) in [
        ("crash-futures", &[SMALL, "paths=4"][..]),
        ("junior-and-volatility", &[SMALL, "paths=2"]),
        (
            "antithetic",
            &[SMALL, "paths=4", "stop.least=4", "stop.every=2"],
        ),
        ("october-blocks", &["paths=2", SMALL]),
    ] {
        let plan = plan(name, set);
        let runner = Runner::new(&plan).unwrap();
        let figures = rows_of(std::slice::from_ref(plan.sweep().scenario()));
        let path = plan.head().paths - 1;
        let rows = runner.run(path).unwrap();
        let venues = plan.venues();
        assert_eq!(rows.len(), plan.head().points.len() * venues.len());
        let point = plan.head().points.len() - 1;
        let scenario = runner.scenario(path, point).unwrap().unwrap();
        let again = compare(&scenario, venues).unwrap();
        for (outcome, row) in again.venues.iter().zip(&rows[point * venues.len()..]) {
            let found: Vec<Option<i128>> = figures.iter().map(|one| one.units(outcome)).collect();
            assert_eq!(found, row.figures, "{name}: {}", outcome.name);
        }
        assert!(runner.scenario(path, point + 1).unwrap().is_none());
    }
}

/// Points and venues of a path see the same prices; paths see different ones.
#[test]
fn prices_are_common_to_points_and_differ_between_paths() {
    let plan = plan(
        "junior-and-volatility",
        &[
            SMALL,
            "grid[1].from=100%",
            "grid[1].to=200%",
            "grid[1].count=2",
        ],
    );
    let runner = Runner::new(&plan).unwrap();
    let prices = |path, point| {
        runner
            .scenario(path, point)
            .unwrap()
            .unwrap()
            .path()
            .clone()
    };
    // Points 0 and 2 differ in the junior tranche alone, 0 and 1 in volatility.
    assert_eq!(prices(0, 0), prices(0, 2));
    assert_ne!(prices(0, 0), prices(0, 1));
    assert_ne!(prices(0, 0), prices(1, 0));
    // With twice the volatility every move but the shock and the drift of the logarithm is twice as long.
    let moved = |point: usize| {
        let path = prices(0, point);
        let at = |second| path.price_at(path.start().plus(second)).units() as f64;
        (at(9) / at(0)).ln()
    };
    assert!(
        (moved(1) / moved(0) - 2.0).abs() < 0.05,
        "{} {}",
        moved(1),
        moved(0)
    );
}

#[test]
fn drawn_values_stand_in_the_rows_and_decide_them() {
    let plan = plan("october-blocks", &["paths=4", SMALL]);
    let runner = Runner::new(&plan).unwrap();
    let mut seen = Vec::new();
    for path in 0..4 {
        let rows = runner.run(path).unwrap();
        let drawn = rows[0].drawn[0].clone();
        assert!(rows.iter().all(|row| row.drawn == [drawn.clone()]));
        let scenario = runner.scenario(path, 0).unwrap().unwrap();
        let found = scenario.file().positions.drawn[0].long_share;
        assert_eq!(found, drawn.parse::<Ratio>().unwrap());
        assert!(
            Ratio::bps(5_000) <= found && found < Ratio::bps(8_000),
            "{found}"
        );
        seen.push(drawn);
    }
    seen.dedup();
    assert!(seen.len() > 1, "{seen:?}");
}

#[test]
fn a_stop_rule_stops_at_the_same_path_on_any_number_of_threads() {
    let set = [
        SMALL,
        "paths=60",
        "stop.absolute=0.05",
        "stop.least=8",
        "stop.every=4",
        "price.gbm.volatility=30%",
    ];
    let plan = plan("antithetic", &set);
    assert!(plan.may_stop());
    let runner = Runner::new(&plan).unwrap();
    let span = Span::whole(60);
    let run = |threads| {
        let threads = NonZeroUsize::new(threads).unwrap();
        let ran = runner.run_all(span, threads, None, &mut ()).unwrap();
        // What the summary says it is of, as its results do.
        assert_eq!(ran.summary.head().paths, ran.span.until);
        assert_eq!(ran.summary.paths(), ran.span.until);
        ran.span.until
    };
    let ends = [1, 2, 8].map(run);
    assert_eq!(ends, [ends[0]; 3]);
    assert!(
        (8..60).contains(&ends[0]) && ends[0].is_multiple_of(4),
        "{ends:?}"
    );
}

/// Half of the paths were finished before: they are read and not run, and nothing changes.
#[test]
fn what_is_finished_is_not_run_again() {
    let plan = plan("crash-futures", &[SMALL, "paths=6"]);
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("half.work");
    let runner = Runner::new(&plan).unwrap();
    let threads = NonZeroUsize::MIN;
    let whole = runner
        .run_all(Span::whole(6), threads, None, &mut ())
        .unwrap();
    let work = Work::begin(&name, plan.head()).unwrap();
    // A figure that no run comes to shows that the row was taken from the file.
    let mark = |rows: Vec<Row>| {
        let mut rows = rows;
        rows[0].figures[0] = Some(987_654_321_000_000);
        rows
    };
    work.note(4, &mark(runner.run(4).unwrap())).unwrap();
    drop(work);
    let work = Work::resume(&name, plan.head()).unwrap();
    let resumed = runner
        .run_all(Span::whole(6), threads, Some(&work), &mut ())
        .unwrap();
    assert_eq!(work.finished(), 6);
    assert_eq!(
        resumed.summary.cell(0, 0, 0).unwrap().most(),
        Some((987_654_321_000_000, 4))
    );
    assert_eq!(resumed.summary.cell(0, 1, 0), whole.summary.cell(0, 1, 0));
}

#[test]
fn a_plan_refuses_at_the_place_in_the_file() {
    let wrong = |name: &str, set: &[&str]| {
        let overrides = Overrides::parse(set).unwrap();
        let plan = Sweep::load(fixture(name), &overrides).map(Plan::new);
        plan.map_err(|error| error.to_string())
            .unwrap()
            .unwrap_err()
            .to_string()
    };
    for (set, said) in [
        (
            "venues=[\"gmy\"]",
            "`venues[0]` is `gmy`, which is no venue; legal: tranched, hyperliquid, gmx",
        ),
        (
            "venues=[\"gmx\", \"gmx\"]",
            "`venues[1]` is `gmx` a second time",
        ),
        (
            "by=bad_dept",
            "`by` is `bad_dept`, which is no figure; did you mean `bad_debt`?",
        ),
        (
            "price.tick=7",
            "`price.tick` is 7; legal: a divisor of the scenario's 60 seconds",
        ),
        (
            "price.shocks=[{ tick = 99, factor = \"0.9\" }]",
            "`price.shocks[0].tick` is 99; legal: 1 to 60",
        ),
        (
            "price.recorded=scenarios/crowded-minute.toml",
            "beside bootstrap and replay only",
        ),
    ] {
        let error = wrong("crash-futures", &[set]);
        assert!(error.contains(said), "{set}: {error}");
    }
    let error = wrong("antithetic", &["stop.venue=dydx"]);
    assert!(
        error.contains("`stop.venue` is `dydx`, which is not run"),
        "{error}"
    );
    let error = wrong("antithetic", &["stop.metric=bad_dept"]);
    assert!(error.contains("`stop.metric` is `bad_dept`"), "{error}");
    let error = wrong("october-blocks", &["price.bootstrap.block.geometric=9999"]);
    assert!(
        error.contains("`price.bootstrap.block.geometric` is 9999"),
        "{error}"
    );
}

#[test]
fn the_tables_read_well() {
    for (name, set) in [
        (
            "crash-futures",
            &["positions.drawn[0].count=200", "paths=20"][..],
        ),
        (
            "junior-and-volatility",
            &["positions.drawn[0].count=200", "paths=10"],
        ),
    ] {
        let plan = plan(name, set);
        let runner = Runner::new(&plan).unwrap();
        let threads = NonZeroUsize::new(2).unwrap();
        let span = Span::whole(plan.head().paths);
        let ran = runner.run_all(span, threads, None, &mut ()).unwrap();
        let source = format!("fixtures/sweeps/{name}.toml");
        let report = SummaryReport::new(&ran.summary, &plan.sweep().file().by, &source).unwrap();
        insta::assert_snapshot!(name, report.table(Ink::Plain));
    }
}
