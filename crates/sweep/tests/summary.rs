//! The summary against sums by hand and against the plain list.
#![allow(clippy::unwrap_used)] // helpers of tests

use proptest::prelude::*;
use seawall_report::table::Ink;
use seawall_results::{Better, Column, Head, Point, Row};
use seawall_sweep::{Contrast, Summary, SummaryReport};

fn column(id: &str, unit: &str, places: u32, better: Option<Better>) -> Column {
    Column {
        id: id.to_owned(),
        label: format!("{id} ({unit})"),
        unit: unit.to_owned(),
        places,
        better,
    }
}

fn head(points: usize, sample: u64) -> Head {
    let point = |place: usize| Point {
        number: u32::try_from(place).unwrap(),
        values: match points {
            1 => Vec::new(),
            _ => vec![(String::from("market.junior"), format!("{}000", place + 1))],
        },
    };
    Head {
        engine: String::from("0.1.0"),
        question: String::from("Who loses more?"),
        plan: "ab".repeat(32),
        set: Vec::new(),
        seed: 7,
        paths: 4,
        sample,
        points: (0..points).map(point).collect(),
        venues: vec![String::from("tranched"), String::from("gmx")],
        drawn: Vec::new(),
        figures: vec![
            column("bad_debt", "USD", 6, Some(Better::Lower)),
            column("lp_return", "%", 16, Some(Better::Higher)),
            column("liquidated_accounts", "", 0, None),
        ],
    }
}

fn row(path: u64, point: u32, venue: u32, figures: [Option<i128>; 3]) -> Row {
    Row {
        path,
        point,
        venue,
        drawn: Vec::new(),
        figures: figures.to_vec(),
        breaches: 0,
    }
}

/// Bad debt of 10, 20, 30 and 60 USD in the one venue, 5 more in the other but on the last path, where it
/// has 20 less; a return in the first alone.
fn by_hand(sample: u64) -> Summary {
    let mut summary = Summary::new(&head(1, sample));
    let usd = |amount: i128| Some(amount * 1_000_000);
    let percent = |tenths: i128| Some(tenths * 10_i128.pow(15));
    for (path, one, other, back) in [
        (0, 10, 15, -5),
        (1, 20, 25, 0),
        (2, 30, 35, 10),
        (3, 60, 40, -25),
    ] {
        summary.take(&[
            row(path, 0, 0, [usd(one), percent(back), Some(1)]),
            row(path, 0, 1, [usd(other), None, Some(2)]),
        ]);
    }
    summary
}

#[test]
fn every_statistic_is_the_one_worked_by_hand() {
    let summary = by_hand(1);
    let cell = summary.cell(0, 0, 0).unwrap();
    let estimate = cell.estimate().unwrap();
    // 120/4; squares around 30: 400 + 100 + 0 + 900 = 1400; √(1400/3/4) = 10.801234497346433…
    assert_eq!(estimate.mean, 30 * 10_i128.pow(12));
    assert_eq!(estimate.error, Some(10_801_234_497_347));
    // 3.182446 · 10.801234 = 34.374346…: −4.374346 to 64.374346.
    let (low, high) = estimate.interval.unwrap();
    assert_eq!(
        (low / 1_000_000, high / 1_000_000),
        (-4_374_345, 64_374_345)
    );
    // Four values: 5 % of them are a fifth of one, the largest.
    assert_eq!(
        cell.shortfall(Some(Better::Lower), 95),
        Some(60 * 10_i128.pow(12))
    );
    assert_eq!(
        cell.shortfall(Some(Better::Higher), 95),
        Some(10 * 10_i128.pow(12))
    );
    assert_eq!(cell.shortfall(None, 95), None);
    assert_eq!(cell.sketch().quantile(50, 100), Some(20 * 10_i128.pow(12)));
    assert_eq!(
        (cell.least(), cell.most()),
        (Some((10_000_000, 0)), Some((60_000_000, 3)))
    );
    assert_eq!(cell.worst(Some(Better::Lower)), Some((60_000_000, 3)));
    assert_eq!(cell.worst(Some(Better::Higher)), Some((10_000_000, 0)));
    // The other venue has no such figure on any path.
    assert_eq!(summary.cell(0, 1, 1).unwrap().estimate(), None);
    assert!(summary.cell(1, 0, 0).is_none() && summary.cell(0, 2, 0).is_none());
}

/// gmx − tranched: 5, 5, 5 and −20. Mean −1.25; squares around it 3 · 39.0625 + 351.5625 = 468.75;
/// √(468.75/3/4) = 6.25 exactly.
#[test]
fn differences_are_taken_path_by_path() {
    let summary = by_hand(1);
    let (contrast, figures) = summary.differences().next().unwrap();
    assert_eq!(contrast, Contrast::Venue { point: 0, venue: 1 });
    let estimate = figures[0].estimate().unwrap();
    assert_eq!(estimate.mean, -1_250_000_000_000);
    assert_eq!(estimate.error, Some(6_250_000_000_000));
    assert_eq!(figures[0].better(Some(Better::Lower)), Some(1));
    assert_eq!(
        (figures[0].larger, figures[0].smaller, figures[0].equal),
        (3, 1, 0)
    );
    // Where one of the two has no figure there is no difference.
    assert_eq!(figures[1].estimate(), None);
}

/// Samples of two paths: sums 30 and 90, means 15 and 45: error √((15² + 15²)/1/2) = 15.
#[test]
fn consecutive_paths_form_one_sample() {
    let summary = by_hand(2);
    let estimate = summary.cell(0, 0, 0).unwrap().estimate().unwrap();
    assert_eq!((estimate.count, estimate.samples), (4, 2));
    assert_eq!(estimate.error, Some(15 * 10_i128.pow(12)));
}

#[test]
fn points_are_compared_with_the_first() {
    let mut summary = Summary::new(&head(2, 1));
    for path in 0..3 {
        let units = i128::from(path);
        let rows = [(0, 0, units), (0, 1, units), (1, 0, 2 * units), (1, 1, 7)];
        summary.take(
            &rows.map(|(point, venue, units)| row(path, point, venue, [Some(units), None, None])),
        );
    }
    let found: Vec<(Contrast, i128)> = summary
        .differences()
        .map(|(contrast, figures)| (contrast, figures[0].estimate().unwrap().mean))
        .collect();
    let expected = [
        (Contrast::Venue { point: 0, venue: 1 }, 0),
        (Contrast::Venue { point: 1, venue: 1 }, 5_000_000),
        (Contrast::Point { point: 1, venue: 0 }, 1_000_000),
        (Contrast::Point { point: 1, venue: 1 }, 6_000_000),
    ];
    assert_eq!(found, expected);
    assert_eq!(summary.point_name(1), "market.junior = 2000");
}

#[test]
fn a_broken_law_is_told_with_its_place() {
    let mut summary = Summary::new(&head(1, 1));
    let mut wrong = row(5, 0, 1, [Some(1), None, None]);
    wrong.breaches = 2;
    summary.take(&[row(5, 0, 0, [Some(1), None, None]), wrong]);
    assert_eq!(summary.broken(), 1);
    let text = SummaryReport::new(&summary, "bad_debt", "x.toml")
        .unwrap()
        .table(Ink::Plain);
    assert!(
        text.contains("law broken: path 5, point 0, gmx: 2 breaches"),
        "{text}"
    );
}

#[test]
fn a_summary_reads_well() {
    let summary = by_hand(1);
    let report = SummaryReport::new(&summary, "bad_debt", "crash.toml").unwrap();
    insta::assert_snapshot!("table", report.table(Ink::Plain));
    insta::assert_snapshot!("markdown", report.markdown());
    insta::assert_snapshot!("csv", report.csv());
    insta::assert_snapshot!("json", report.json().unwrap());
    let error = SummaryReport::new(&summary, "bad_dept", "crash.toml").unwrap_err();
    assert_eq!(error.id, "bad_dept");
}

#[test]
fn nothing_taken_is_nothing_told() {
    let summary = Summary::new(&head(2, 1));
    let report = SummaryReport::new(&summary, "bad_debt", "crash.toml").unwrap();
    assert!(report.table(Ink::Plain).contains("n/a"));
    assert!(report.csv().lines().count() > 1);
    assert!(report.json().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Rows of a few figures and points, whichever are absent, against the plain lists.
    #[test]
    fn a_summary_tells_what_the_lists_tell(
        values in prop::collection::vec(
            prop::collection::vec(prop::option::of(-1_000_i128..1_000), 4), 1..40),
    ) {
        let mut summary = Summary::new(&head(2, 1));
        for (path, line) in values.iter().enumerate() {
            let path = path as u64;
            let rows: Vec<Row> = (0..4_u32)
                .map(|place| row(path, place / 2, place % 2, [line[place as usize], None, None]))
                .collect();
            summary.take(&rows);
        }
        for place in 0..4 {
            let list: Vec<i128> = values.iter().filter_map(|line| line[place]).collect();
            let cell = summary.cell(place / 2, place % 2, 0).unwrap();
            prop_assert_eq!(cell.least().map(|(units, _)| units), list.iter().min().copied());
            prop_assert_eq!(cell.most().map(|(units, _)| units), list.iter().max().copied());
            prop_assert_eq!(cell.sketch().count(), list.len() as u64);
            if let Some(estimate) = cell.estimate() {
                let mean = list.iter().sum::<i128>() as f64 / list.len() as f64;
                prop_assert!((estimate.mean as f64 / 1e6 - mean).abs() <= 5.1e-7);
            }
        }
        for (contrast, figures) in summary.differences() {
            let (one, other) = match contrast {
                Contrast::Venue { point, venue } => (point * 2 + venue, point * 2),
                Contrast::Point { point, venue } => (point * 2 + venue, venue),
            };
            let pairs: Vec<(i128, i128)> =
                values.iter().filter_map(|line| Some((line[one]?, line[other]?))).collect();
            prop_assert_eq!(figures[0].count(), pairs.len() as u64);
            let larger = pairs.iter().filter(|(one, other)| one > other).count() as u64;
            prop_assert_eq!(figures[0].larger, larger);
        }
    }
}
