//! `docs/cascade.md`: every table of it is what the code computes.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
}

use std::path::{Path, PathBuf};

use seawall_cascade::feed::{
    SharePricing, least_arithmetic, quote_cost_arithmetic, quote_cost_spot, spot_for_arithmetic,
    spot_for_geometric,
};
use seawall_cascade::lending::frontier::{toxic_ltv, toxic_ltv_in_pool};
use seawall_cascade::pool::Pool;
use seawall_cascade::reuse::Backing;
use seawall_report::cascade::AblationReport;
use seawall_scenario::{Cascade, Overrides};
use seawall_sim::{
    CascadeValue, ObservedBeside, ablate, cascade_figure, observed_beside, run_cascade,
};
use seawall_units::{Ratio, Tokens};
use support::docs::kept;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/cascades")
}

fn load(name: &str) -> Cascade {
    Cascade::load(folder().join(format!("{name}.toml")), &Overrides::default()).unwrap()
}

/// A number of the grid with so many decimals, half up.
fn digits(units: i128, decimals: u32) -> String {
    let step = 10_i128.pow(18 - decimals);
    let units = (units + step / 2).div_euclid(step) * step;
    let text = Tokens::from_units(units).unwrap().to_string();
    let cut = if decimals == 0 {
        19
    } else {
        18 - decimals as usize
    };
    text[..text.len() - cut].to_owned()
}

fn percent(ratio: Ratio) -> String {
    format!(
        "{} %",
        digits(ratio.units() * 100, 6)
            .trim_end_matches('0')
            .trim_end_matches('.')
    )
}

fn table(head: &[&str], lines: &[Vec<String>]) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = row(&head.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    text.push_str(&format!("|---|{}\n", "---:|".repeat(head.len() - 1)));
    lines.iter().for_each(|line| text.push_str(&row(line)));
    text
}

fn cases() -> String {
    let cases = [
        ("base", "spiral"),
        ("all of a loan at once", "spiral-close-all"),
        ("twice the depth", "spiral-double-depth"),
        ("a quarter at a time", "spiral-close-quarter"),
        ("providers flee", "spiral-lps-flee"),
        ("outside oracle", "spiral-outside-oracle"),
    ];
    let lines = cases.map(|(what, file)| {
        let run = run_cascade(&load(file)).unwrap();
        let out = &run.outcome;
        vec![
            format!("{what}: `{file}.toml`"),
            digits(out.final_spot.unwrap().units(), 6),
            out.rounds.to_string(),
            out.accounts.to_string(),
            digits(out.sold.units(), 3),
            digits(out.repaid.units(), 2),
            digits(out.shortfall.units(), 2),
            digits(out.amplification.unwrap().units(), 6),
            digits(out.loop_gain.unwrap().units(), 3),
            out.verdict.name().to_owned(),
        ]
    });
    let head = [
        "case",
        "price after",
        "rounds",
        "loans",
        "sold T",
        "repaid",
        "shortfall",
        "amplification",
        "loop gain",
        "verdict",
    ];
    table(&head, &lines)
}

fn ablation() -> String {
    let cascade = load("spiral");
    let rows = ablate(&cascade, &|| ()).unwrap();
    let report = AblationReport {
        cascade: &cascade,
        rows: &rows,
    };
    let page = report.markdown();
    let lines = page.lines().filter(|line| line.starts_with('|'));
    lines.map(|line| format!("{line}\n")).collect()
}

fn frontier() -> String {
    let bonuses = ["5%", "5.5%", "8%", "10%", "15%"].map(|text| text.parse::<Ratio>().unwrap());
    let mut lines = Vec::new();
    let mut line = vec![String::from("not sold, or far from the pool")];
    line.extend(bonuses.map(|bonus| percent(toxic_ltv(bonus))));
    lines.push(line);
    for part in [1, 5, 10, 20, 50] {
        let mut line = vec![format!("collateral {part} % of the pool's quote")];
        line.extend(bonuses.map(|bonus| {
            percent(toxic_ltv_in_pool(
                bonus,
                Tokens::whole(part),
                Tokens::whole(100),
            ))
        }));
        lines.push(line);
    }
    table(&["bonus", "5 %", "5.5 %", "8 %", "10 %", "15 %"], &lines)
}

fn shares() -> String {
    let pairs = [("60%", "80%"), ("70%", "80%"), ("75%", "80%")];
    let lines = pairs.map(|(ltv, threshold)| {
        let at = |backing: Backing| {
            let ratio = backing.liquidation_ratio(ltv.parse().unwrap(), threshold.parse().unwrap());
            digits(ratio.unwrap().units(), 6)
        };
        vec![
            format!("{ltv} against {threshold}"),
            at(Backing::Coin),
            at(Backing::LpShare),
            at(Backing::Basket),
        ]
    });
    let head = [
        "loan-to-value",
        "coin, `ℓ₀/θ`",
        "share, `(ℓ₀/θ)²`",
        "basket, `2ℓ₀/θ − 1`",
    ];
    table(&head, &lines)
}

fn pricing() -> String {
    let price = "100".parse().unwrap();
    let pool = Pool::constant_product(Tokens::whole(10), Tokens::whole(1_000), Ratio::ZERO);
    let before = pool.unwrap();
    let mut after = before.clone();
    after.commit(&after.quote_purchase(Tokens::whole(9_000)));
    let line = |what: &str, pool: &Pool| {
        let all = |pricing: SharePricing| {
            let one = pool.quote_share(pricing, price).unwrap();
            digits(
                one.value(pool.shares(), seawall_units::Round::Ceil).units(),
                2,
            )
        };
        vec![
            what.to_owned(),
            digits(pool.token_reserve().units(), 0),
            digits(pool.quote_reserve().units(), 0),
            all(SharePricing::Naive),
            all(SharePricing::Fair),
        ]
    };
    let lines = [line("before", &before), line("after", &after)];
    table(
        &[
            "",
            "tokens",
            "quote",
            "naive value of all shares",
            "fair value",
        ],
        &lines,
    )
}

fn oracles() -> String {
    let two = "2".parse().unwrap();
    let one = Tokens::whole(1);
    let times = |cost: Option<Tokens>| format!("{} y", digits(cost.unwrap().units(), 7));
    let arithmetic = spot_for_arithmetic(two, 150, 1).unwrap();
    let geometric = spot_for_geometric(two, 150, 1).unwrap();
    let lines = [
        vec![
            String::from("spot"),
            String::from("2"),
            times(quote_cost_spot(one, two, Ratio::ZERO)),
            String::from("anything"),
        ],
        vec![
            String::from("arithmetic mean of 150"),
            digits(arithmetic.units(), 0),
            times(quote_cost_arithmetic(one, two, 150)),
            format!("{} of it", digits(least_arithmetic(150, 1).units(), 6)),
        ],
        vec![
            String::from("geometric mean of 150"),
            geometric.to_string(),
            String::from("beyond counting"),
            String::from("anything"),
        ],
    ];
    table(
        &[
            "feed",
            "price in one block to double it",
            "quote that takes",
            "least it can be pushed to",
        ],
        &lines,
    )
}

fn files() -> String {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    let mut text = String::new();
    for path in paths {
        let cascade = Cascade::load(&path, &Overrides::default()).unwrap();
        let run = run_cascade(&cascade).unwrap();
        let figure = |id: &str, decimals: u32| match cascade_figure(&run, id).unwrap() {
            CascadeValue::Number(Some(units), unit) if unit.places() == 18 => {
                digits(units, decimals)
            }
            CascadeValue::Number(Some(units), _) => units.to_string(),
            CascadeValue::Number(None, _) => String::from("–"),
            CascadeValue::Word(word) => word.to_owned(),
        };
        text.push_str(&format!(
            "**`{}.toml`.** {} *{}*, amplification {}, price from {} to {}, {} loans liquidated in {} \
             rounds, shortfall {}.\n\n",
            cascade.name(),
            cascade.question(),
            figure("verdict", 0),
            figure("amplification", 2),
            figure("opening_spot", 4),
            figure("final_spot", 4),
            figure("accounts", 0),
            figure("rounds", 0),
            figure("shortfall", 2),
        ));
        let beside = observed_beside(&cascade, &run);
        if !beside.is_empty() {
            let lines: Vec<Vec<String>> = beside.iter().map(beside_line).collect();
            let head = ["observed", "public figure", "modelled", "", "source"];
            text.push_str(&table(&head, &lines));
            text.push('\n');
        }
    }
    text
}

fn beside_line(one: &ObservedBeside<'_>) -> Vec<String> {
    let plain = |amount: Tokens| {
        let text = amount.to_string();
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let observed = one.observed;
    vec![
        observed.name.clone(),
        match one.high == observed.low {
            true => plain(one.high),
            false => format!("{} to {}", plain(observed.low), plain(one.high)),
        },
        one.modelled
            .map_or(String::from("–"), |found| digits(found.units(), 3)),
        match observed.fitted {
            true => format!("{}, fitted", one.place.name()),
            false => one.place.name().to_owned(),
        },
        observed.source.replace('|', "\\|"),
    ]
}

/// A block of the page: its name, and who writes it.
type Block = (&'static str, fn() -> String);

/// The page with what stands between `<!-- name -->` and `<!-- end -->` written anew.
fn written(page: &str) -> String {
    let blocks: [Block; 7] = [
        ("cases", cases),
        ("ablation", ablation),
        ("frontier", frontier),
        ("shares", shares),
        ("pricing", pricing),
        ("oracles", oracles),
        ("files", files),
    ];
    let mut page = page.to_owned();
    for (name, block) in blocks {
        let mark = format!("<!-- {name} -->\n");
        let (before, rest) = page
            .split_once(&mark)
            .unwrap_or_else(|| panic!("no {mark}"));
        let (_, after) = rest.split_once("<!-- end -->\n").unwrap();
        let body = block();
        page = format!(
            "{before}{mark}\n{}\n\n<!-- end -->\n{after}",
            body.trim_end()
        );
    }
    page
}

#[test]
fn every_table_of_the_page_is_what_the_code_computes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cascade.md");
    let page = std::fs::read_to_string(path).unwrap();
    let written = written(&page);
    assert_eq!(
        kept("cascade.md", &written),
        written,
        "UPDATE_DOCS=1 rewrites it"
    );
}

/// Figures that the text names beside its tables.
#[test]
fn what_the_text_says_of_the_cases_is_true() {
    let outcome = |file: &str| run_cascade(&load(file)).unwrap().outcome;
    let base = outcome("spiral");
    let ten = |a: Tokens, b: Tokens| a.ratio_floor(b).unwrap().units() / 10_i128.pow(17);
    // Nearly three times, and thirteen times.
    assert_eq!(
        ten(outcome("spiral-close-all").shortfall, base.shortfall),
        27
    );
    assert_eq!(
        ten(outcome("spiral-lps-flee").shortfall, base.shortfall),
        130
    );
    // One price for twice the depth and a quarter at a time, to fifteen digits.
    let [deep, slow] = ["spiral-double-depth", "spiral-close-quarter"].map(outcome);
    let apart = deep.final_spot.unwrap().units() - slow.final_spot.unwrap().units();
    assert!(apart.abs() < 10_000, "{apart}");
    let half = |gain: Option<Ratio>| gain.unwrap().units() / 10_i128.pow(15);
    assert_eq!(
        (
            half(base.loop_gain),
            half(deep.loop_gain),
            half(slow.loop_gain)
        ),
        (1302, 651, 651)
    );
    // The first sale: half of 38 400 of debt, and five percent on it, at the feed of 95.
    let run = run_cascade(&load("spiral")).unwrap();
    let first = &run.rounds[0];
    assert_eq!(first.markets[0].repaid, Tokens::whole(19_200));
    assert_eq!(
        digits(first.markets[0].seized.units() * 95, 6),
        "20160.000000"
    );
    let outside = run_cascade(&load("spiral-outside-oracle")).unwrap();
    assert_eq!(outside.rounds[0].pools[0].spot, first.pools[0].spot);
}
