//! What the validation must hold whatever it finds.
#![allow(clippy::unwrap_used)]

use seawall_units::{Ratio, Usd};
use seawall_validation::{
    Assumptions, Clock, FITTED, Figures, Fitted, Model, Observed, Report, Trace, first_minutes,
    judged, loss, of_the_day,
};

/// A small version of the model: the same rules with a tenth of the accounts.
fn small() -> Model {
    let mut model = Model::fitted().unwrap();
    for group in &mut model.all.groups {
        group.longs /= 10;
        group.shorts /= 10;
    }
    model
}

fn amount(figures: &Figures, key: &str) -> i128 {
    figures.get(key).copied().unwrap_or(0)
}

/// The table of the first minutes, added up by hand from the record: HYPE in 21:16 is 100,123,280
/// and 36,866,312; ETH in 21:17 is 204,671,090 and 57,579,084.
#[test]
fn the_record_of_the_day_adds_up() {
    let (all, observed) = (
        Assumptions::fitted().unwrap(),
        Observed::of_10_october().unwrap(),
    );
    let day = of_the_day(&all, &observed);
    assert_eq!(day["adl.21:16.HYPE"], 136_989_592_000_000);
    assert_eq!(day["adl.21:17.ETH"], 262_250_174_000_000);
}

/// The four coins are what was printed of the minutes in millions: 137.0; 250.5, 262.3, 166.0, 3.2;
/// 35.6.
#[test]
fn the_record_is_that_of_the_printed_table() {
    let (all, observed) = (
        Assumptions::fitted().unwrap(),
        Observed::of_10_october().unwrap(),
    );
    let day = of_the_day(&all, &observed);
    let tenth = |key: &str| (amount(&day, key) + 50_000_000_000) / 100_000_000_000;
    assert_eq!(tenth("adl.21:16.HYPE"), 1_370);
    assert_eq!(tenth("adl.21:17.BTC"), 2_505);
    assert_eq!(tenth("adl.21:17.ETH"), 2_623);
    assert_eq!(tenth("adl.21:17.SOL"), 1_660);
    assert_eq!(tenth("adl.21:17.HYPE"), 32);
    assert_eq!(tenth("adl.21:18.HYPE"), 356);
    // 349 of 8,021.
    assert_eq!(amount(&day, "takeovers"), 8_021);
    assert_eq!(amount(&day, "takeovers.21:15") / 10_i128.pow(12), 43_510);
}

/// Nothing after the stated second can move what the calibration minimises: not a later burst in
/// the record, not a later mark in the path, not a total of the day.
#[test]
fn what_is_later_chooses_nothing() {
    let model = small();
    let figures = model.first(7).unwrap();
    let mut later = model.clone();
    let mut burst = later.observed.bursts[0].clone();
    burst.at = Clock::parse("21:19:08").unwrap();
    burst.notional = Usd::whole(500_000_000);
    later.observed.bursts.push(burst);
    later.observed.day.notional = Usd::whole(1);
    later.observed.day.fills = 1;
    later.observed.gap_printed.clear();
    later.all.prices.recovery = Ratio::ONE;
    later.all.end = Clock::parse("21:20:00").unwrap();
    let again = later.first(7).unwrap();
    assert_eq!(figures, again);
    assert!((loss(&model, &figures) - loss(&later, &again)).abs() < f64::EPSILON);
}

#[test]
fn seeds_of_calibration_and_validation_are_apart() {
    let all = Assumptions::fitted().unwrap();
    assert!(all.first_calibration_seed > all.first_seed + 100_000);
}

/// Pinned: the calibration's file holds what is used, its best kept step has its loss, and it names
/// as many fitted values as the page says.
#[test]
fn the_pinned_calibration_is_the_best_that_was_tried() {
    let trace = Trace::pinned().unwrap();
    let kept = trace
        .steps
        .iter()
        .filter(|step| step.kept)
        .map(|step| step.loss)
        .min();
    assert_eq!(kept, Some(trace.loss));
    assert!(trace.loss < trace.prior_loss);
    let priors = Model {
        all: Assumptions::priors().unwrap(),
        observed: Observed::of_10_october().unwrap(),
    };
    assert_eq!(judged(&priors, &trace.fitted).unwrap(), trace.loss);
    assert_eq!(Fitted::of(&Assumptions::fitted().unwrap()), trace.fitted);
    assert_eq!(trace.fitted.interest.len() + 6, FITTED);
}

#[test]
fn the_same_seed_gives_the_same_figures_on_any_number_of_threads() {
    let model = small();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| model.sweep(4, &|| ()).unwrap())
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one, three);
    assert_ne!(one[0].figures, one[1].figures);
    let report = |samples| Report::new(&model, samples).json().unwrap();
    assert_eq!(report(&one[..]), report(&three[..]));
}

/// Rules that the record shows and the model has by construction: takeovers before ADL within a
/// second, one price for each coin and batch, nobody unpaid in these minutes.
#[test]
fn batches_are_done_as_the_rules_say() {
    let sample = small().sample(3).unwrap();
    let of = |key: &str| amount(&sample.figures, key);
    assert_eq!((of("violations"), of("several_prices")), (0, 0));
    assert!(of("whole_closes") > Ratio::bps(5_000).units());
    assert!(of("adl.all") > 0);
    let coins = ["BTC", "ETH", "SOL", "HYPE"];
    let sum: i128 = coins
        .iter()
        .map(|coin| of(&format!("adl.all.{coin}")))
        .sum();
    assert_eq!(sum, of("adl.all"));
    let minutes = first_minutes(&small().observed);
    assert_eq!(minutes.len(), 4);
}

/// In a tranched market what the payers give is what was owed.
#[test]
fn tranched_payers_pay_the_deficits() {
    let sample = small().sample(5).unwrap();
    let of = |key: &str| amount(&sample.figures, &format!("tranched.{key}"));
    let paid: i128 = ["junior", "insurance", "adl", "senior", "residual"]
        .iter()
        .map(|stage| of(&format!("paid.{stage}")))
        .sum();
    // Each amount is scaled up and rounded down by itself.
    assert!(
        (of("deficits") - paid).abs() < 100,
        "{} and {paid}",
        of("deficits")
    );
}

#[test]
fn a_wrong_assumption_is_named() {
    let mut all = Assumptions::priors().unwrap();
    all.coins[0].depth = Usd::ZERO;
    let said = all.validate().unwrap_err().to_string();
    assert_eq!(said, "`coin.BTC.depth` is 0.000000; legal: above 0");
    let text = "start = \"21:14:99\"\n";
    let said = Assumptions::parse(text, "mine.toml")
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("mine.toml: ") && said.contains("legal: 00:00:00 to 23:59:59"),
        "{said}"
    );
}
