//! What a sweep file says that is not legal is refused with file, line, column and the legal range.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::io::{Error, ErrorKind};
use std::path::Path;

use seawall_scenario::{Overrides, Redraw, Sweep};

const SCENARIO: &str = r#"
question = "What does a minute cost?"
seed = 3
[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:01:00Z"
[market]
coin = "BTC"
[capital]
total = "1000"
tranched = { senior = "790", junior = "200", insurance = "10" }
orderbook = { makers = "900", backstops = ["100"] }
[terms.common]
initial = "2%"
maintenance = "1%"
[price.points]
points = [{ at = 0, price = "100" }]
"#;

const SWEEP: &str = r#"
question = "Whose minute?"
seed = 7
scenario = "minute.toml"
paths = 100
[price]
tick = 1
[price.gbm]
drift = "0"
volatility = "80%"
[[grid]]
key = "market.junior"
values = ["100", "300"]
[[grid]]
key = "price.gbm.volatility"
from = "50%"
to = "100%"
count = 3
"#;

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    match path == Path::new("folder/minute.toml") {
        true => Ok(SCENARIO.as_bytes().to_vec()),
        false => Err(Error::from(ErrorKind::NotFound)),
    }
}

fn parse(text: &str, set: &[&str]) -> Result<Sweep, String> {
    let overrides = Overrides::parse(set).map_err(|error| error.to_string())?;
    let sweep = Sweep::parse(text, "folder/sweep.toml", &read, &overrides);
    sweep.map_err(|error| error.to_string())
}

fn refused(from: &str, to: &str, said: &[&str]) {
    assert!(SWEEP.contains(from), "{from}");
    let error = parse(&SWEEP.replace(from, to), &[]).unwrap_err();
    for each in said {
        assert!(error.contains(each), "{to}: {error}");
    }
}

#[test]
fn a_grid_is_every_combination_with_the_last_axis_fastest() {
    let sweep = parse(SWEEP, &[]).unwrap();
    let points: Vec<Vec<&str>> = sweep
        .points()
        .iter()
        .map(|point| {
            point
                .settings
                .iter()
                .map(|(_, value)| value.as_str())
                .collect()
        })
        .collect();
    assert_eq!(points.len(), 6);
    assert_eq!(
        points[..4],
        [
            ["100", "50%"],
            ["100", "75%"],
            ["100", "100%"],
            ["300", "50%"]
        ]
    );
    assert_eq!(sweep.file().redraw, Redraw::All);
    // What is the scenario's goes to the scenario, what is the prices' to the prices.
    let settings = &sweep.points()[3].settings;
    let scenario = sweep.scenario_at(settings).unwrap();
    assert_eq!(scenario.changes().len(), 2);
    let prices = sweep.prices_at(settings).unwrap().unwrap();
    assert_eq!(prices.gbm.unwrap().volatility, "50%".parse().unwrap());
    assert_eq!(sweep.input_files().len(), 2);
}

#[test]
fn keys_that_move_together_are_one_axis() {
    let text = SWEEP.replace(
        "key = \"market.junior\"\nvalues = [\"100\", \"300\"]",
        "keys = [\"seed\", \"market.junior\"]\nrows = [[\"1\", \"100\"], [\"2\", \"300\"]]",
    );
    // A seed of the scenario's has no effect where every path has one of its own.
    let error = parse(&text, &[]).unwrap_err();
    assert!(
        error.contains("`grid[0]` is `seed`, which has no effect"),
        "{error}"
    );
    let text = text.replace("paths = 100", "paths = 100\nredraw = \"prices\"");
    let sweep = parse(&text, &[]).unwrap();
    assert_eq!(sweep.points().len(), 6);
    let settings = &sweep.points()[5].settings;
    assert_eq!(settings[0], (String::from("seed"), String::from("2")));
    assert_eq!(settings[1].1, "300");
    let uneven = text.replace("[\"2\", \"300\"]", "[\"2\"]");
    let error = parse(&uneven, &[]).unwrap_err();
    assert!(
        error.contains("`grid[0].rows[1]` is 1 values for 2 keys"),
        "{error}"
    );
    assert!(error.contains("--> folder/sweep.toml:14:"), "{error}");
}

#[test]
fn flags_take_the_place_of_either_file() {
    let sweep = parse(
        SWEEP,
        &[
            "paths=7",
            "price.gbm.drift=5%",
            "capital.orderbook.makers=950",
            "capital.orderbook.backstops=[\"50\"]",
        ],
    );
    let sweep = sweep.unwrap();
    assert_eq!(sweep.file().paths, 7);
    assert_eq!(
        sweep
            .file()
            .price
            .as_ref()
            .unwrap()
            .gbm
            .as_ref()
            .unwrap()
            .drift,
        "5%".parse().unwrap()
    );
    assert_eq!(sweep.scenario().changes().len(), 2);
    assert_ne!(sweep.hash(), parse(SWEEP, &[]).unwrap().hash());
    for (flag, said) in [
        ("paths=0", "`paths` is 0; legal: 1 to 1000000000"),
        (
            "paths=many",
            "`paths`: string \"many\" is not a whole number; legal: 1 to 1000000000",
        ),
        ("market.junior=7", "sets what the sweep varies"),
        ("set.seed=7", "names the table of such keys"),
        ("grid[7].key=x", "`7` is no place in a list of 2"),
        ("price.gbm.volatility=90%", "sets what the sweep varies"),
    ] {
        let error = parse(SWEEP, &[flag]).unwrap_err();
        assert!(error.contains(said), "{flag}: {error}");
    }
}

/// The sweep's `venues` is a list, the scenario's a table.
#[test]
fn a_venue_s_parameter_is_the_scenario_s() {
    let set = [
        "venues.tranched.limits.account=20%",
        "venues=[\"tranched\"]",
    ];
    let sweep = parse(SWEEP, &set).unwrap();
    let changes = sweep.scenario().changes();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].key, "venues.tranched.limits.account");
    assert_eq!(sweep.file().venues.len(), 1);
}

/// What the same flags in another order, or a flag that says what the file says, make of a sweep is the same.
#[test]
fn what_was_given_is_what_changes_something() {
    let given = |set: &[&str]| parse(SWEEP, set).unwrap().given().to_vec();
    let one = given(&["seed=9", "paths=20", "venues.gmx.half_spread=2bp"]);
    let other = given(&["venues.gmx.half_spread=2bp", "paths=20", "seed=9"]);
    assert_eq!((one.len(), &one), (3, &other));
    assert_eq!(one[2].0, "venues.gmx.half_spread");
    assert_eq!(given(&["paths=100", "seed=7"]), Vec::new());
    assert_eq!(given(&["paths=100", "seed=8"]).len(), 1);
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_what_is_legal() {
    refused(
        "paths = 100",
        "paths = 0",
        &[
            "`paths` is 0; legal: 1 to 1000000000",
            "folder/sweep.toml:5:9",
        ],
    );
    refused(
        "paths = 100",
        "path = 100",
        &["unknown field `path`", "did you mean `paths`?"],
    );
    refused(
        "minute.toml",
        "hour.toml",
        &[
            "`scenario` is `hour.toml`",
            "cannot be read",
            "sweep.toml:4:",
        ],
    );
    refused(
        "tick = 1",
        "tick = 0",
        &["`price.tick` is 0; legal: at least 1 second"],
    );
    refused(
        "tick = 1",
        "tick = -1",
        &["`price.tick`", "legal: at least 1 second"],
    );
    refused(
        "\"80%\"",
        "\"-80%\"",
        &[
            "`price.gbm.volatility` is -0.8; legal: 0 to 100",
            "sweep.toml:10:",
        ],
    );
    refused("[price.gbm]", "[price.gbn]", &["unknown field `gbn`"]);
    refused(
        "question = \"Whose minute?\"",
        "question = \" \"",
        &["`question` is empty; legal: one question"],
    );
    refused(
        "count = 3",
        "",
        &["`grid[1]` is an axis without all of `from`, `to` and `count`"],
    );
    refused(
        "count = 3",
        "count = 0",
        &["has 0 points; legal: 1 to 10000 points"],
    );
}

#[test]
fn axes_and_models_are_refused_that_cannot_be_run() {
    refused(
        "count = 3",
        "count = 3\nvalues = [\"1\"]",
        &["`grid[1]` is in no form, or in two"],
    );
    refused(
        "count = 3",
        "count = 6000",
        &["a grid of at least 12000 points", "at most 10000 points"],
    );
    refused(
        "[\"100\", \"300\"]",
        "[\"100\", \"100\"]",
        &["`grid[0].values[1]` is `100` a second time"],
    );
    refused(
        "key = \"market.junior\"",
        "key = \"price.gbm.volatility\"",
        &["`grid[1]` is `price.gbm.volatility` a second time"],
    );
    refused(
        "key = \"market.junior\"",
        "key = \"a b\"",
        &["`a b`, which is no key"],
    );
    let merton = "volatility = \"80%\"\n[price.heston]\nkappa = \"1\"\ntheta = \"1\"\nxi = \"1\"\nrho = \"0\"\ninitial_variance = \"1\"\ndrift = \"0\"";
    refused(
        "volatility = \"80%\"",
        merton,
        &["`price` is with 2 models: gbm, heston"],
    );
    refused(
        "[price.gbm]\ndrift = \"0\"\nvolatility = \"80%\"",
        "",
        &["`price` is without a model"],
    );
}

#[test]
fn what_a_sweep_needs_beside_each_other_is_asked_for() {
    let more = |lines: &str| SWEEP.replace("paths = 100", &format!("paths = 100\n{lines}"));
    let wrong = |lines: &str, said: &str| {
        let error = parse(&more(lines), &[]).unwrap_err();
        assert!(error.contains(said), "{lines}: {error}");
    };
    wrong(
        "sampling = { sobol = { sequence = 64 } }",
        "`paths` is 100; legal: a multiple of 64",
    );
    wrong(
        "sampling = { sobol = { sequence = 63 } }",
        "`sampling.sobol.sequence` is 63",
    );
    wrong(
        "stop = { metric = \"a\", venue = \"b\" }",
        "`stop` is without a limit above 0, or with two",
    );
    wrong(
        "stop = { metric = \"a\", venue = \"b\", absolute = \"1\", relative = \"1%\" }",
        "or with two",
    );
    wrong(
        "stop = { metric = \"a\", venue = \"b\", absolute = \"1\", every = 0 }",
        "`stop.every` is 0",
    );
    wrong(
        "stop = { metric = \"a\", venue = \"b\", absolute = \"1\", least = 1 }",
        "`stop.least` is 1",
    );
    wrong("set = { \"market.junior\" = \"5\" }", "which `set` fixes");
    wrong(
        "draw = [{ key = \"capital.total\", value = { choice = [] } }]",
        "`draw[0].value` is without a value",
    );
    wrong(
        "draw = [{ key = \"capital.total\", value = { fixed = \"1\" }, decimals = 19 }]",
        "`draw[0].decimals` is 19",
    );
    let without = SWEEP.split("[price]").next().unwrap();
    let error = parse(&format!("{without}redraw = \"prices\""), &[]).unwrap_err();
    assert!(
        error.contains("`redraw` is prices, and none are drawn"),
        "{error}"
    );
    let error = parse(&format!("{without}sampling = \"antithetic\""), &[]).unwrap_err();
    assert!(
        error.contains("`sampling` is antithetic; legal: independent"),
        "{error}"
    );
    assert!(parse(without, &[]).is_ok());
}

/// The grid's value is wrong for the scenario: the place is the grid's.
#[test]
fn what_the_scenario_refuses_is_told_at_the_axis() {
    let text = SWEEP.replace("\"market.junior\"", "\"market.juniorr\"");
    let sweep = parse(&text, &[]).unwrap();
    let error = sweep
        .scenario_at(&sweep.points()[0].settings)
        .unwrap_err()
        .to_string();
    assert!(error.contains("`market.juniorr` = `100`"), "{error}");
    assert!(error.contains("--> folder/sweep.toml:11:"), "{error}");
    let text = SWEEP.replace("from = \"50%\"", "from = \"-50%\"");
    let sweep = parse(&text, &[]).unwrap();
    let error = sweep
        .prices_at(&sweep.points()[0].settings)
        .unwrap_err()
        .to_string();
    assert!(error.contains("`price.gbm.volatility` = `-50%`"), "{error}");
    assert!(error.contains("--> folder/sweep.toml:14:"), "{error}");
}
