//! House style that neither the compiler nor clippy checks.
use seawall_testkit::sources::{Source, below, code_of, file, has_word};

/// Crates whose arithmetic is money or decides about money.
const MONEY: [&str; 13] = [
    "units",
    "ledger",
    "oracle",
    "funding",
    "vault",
    "venue",
    "margin",
    "waterfall",
    "market",
    "cascade",
    "venue-tranched",
    "venue-pool",
    "venue-orderbook",
];

const FILE_LINES: usize = 600;
const WATERFALL_LINES: usize = 400;
const STAGE_LINES: usize = 150;

/// The stages; each has a file of its name beside the auditor's file.
const STAGES: [&str; 7] = [
    "partial_deleverage.rs",
    "auction.rs",
    "junior.rs",
    "insurance.rs",
    "adl.rs",
    "senior.rs",
    "residual.rs",
];

fn rust_files() -> Vec<Source> {
    let mut files = below("crates", &[".rs"]);
    files.extend(below("benches", &[".rs"]));
    files
}

fn lines(source: &Source) -> usize {
    source.text.lines().count()
}

fn report(title: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{title}:\n{}", faults.join("\n"));
}

#[test]
fn money_crates_deny_silent_arithmetic() {
    const LINE: &str =
        "#![deny(clippy::arithmetic_side_effects,clippy::float_arithmetic,clippy::as_conversions";
    let mut faults = Vec::new();
    for name in MONEY {
        let path = format!("crates/{name}/src/lib.rs");
        let root = file(&path).unwrap_or_else(|| panic!("{path} is missing"));
        let dense: String = root.text.chars().filter(|c| !c.is_whitespace()).collect();
        if !dense.contains(LINE) {
            faults.push(path);
        }
    }
    report("crate roots without the deny line", &faults);
}

#[test]
fn files_keep_their_budget() {
    let mut faults = Vec::new();
    for source in rust_files() {
        let budget = match source.path.strip_prefix("crates/waterfall/src/") {
            Some("waterfall.rs") => WATERFALL_LINES,
            Some(name) if STAGES.contains(&name) => STAGE_LINES,
            _ => FILE_LINES,
        };
        if lines(&source) > budget {
            faults.push(format!(
                "{}: {} lines of {budget}",
                source.path,
                lines(&source)
            ));
        }
    }
    report("files over their budget", &faults);
}

#[test]
fn every_stage_has_its_file() {
    for name in STAGES.into_iter().chain(["waterfall.rs"]) {
        let path = format!("crates/waterfall/src/{name}");
        assert!(file(&path).is_some(), "{path} is missing");
    }
}

#[test]
fn no_word_that_does_not_belong_in_the_product() {
    // Written in two parts, so that this file does not find itself.
    let banned = [
        concat!("../", "shared"),
        concat!("/wo", "rk/"),
        concat!("this ", "issue"),
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
    ];
    let endings = [
        ".rs", ".md", ".toml", ".csv", ".json", ".txt", ".html", ".css", ".js",
    ];
    let mut files = Vec::new();
    for dir in ["crates", "benches", "docs", "fixtures"] {
        files.extend(below(dir, &endings));
    }
    for path in [
        "README.md",
        "CHANGELOG.md",
        "Cargo.toml",
        "clippy.toml",
        "deny.toml",
        ".ci/run",
    ] {
        files.extend(file(path));
    }
    assert!(files.len() > 50, "only {} files were found", files.len());
    let mut faults = Vec::new();
    for source in files {
        for (number, line) in source.text.lines().enumerate() {
            for word in banned.iter().filter(|word| line.contains(**word)) {
                faults.push(format!("{}:{}: {word}", source.path, number + 1));
            }
        }
    }
    report("words that do not belong here", &faults);
}

#[test]
fn no_float_in_the_money_crates() {
    let mut faults = Vec::new();
    for name in MONEY {
        for source in below(&format!("crates/{name}/src"), &[".rs"]) {
            for (number, line) in source.text.lines().enumerate() {
                let code = code_of(line);
                if has_word(code, "f32") || has_word(code, "f64") {
                    faults.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
                }
            }
        }
    }
    report("floats in money", &faults);
}
