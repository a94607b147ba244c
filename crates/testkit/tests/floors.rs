//! A crate depends on lower floors only; a venue never sees another venue.
use cargo_metadata::{DependencyKind, MetadataCommand};
use seawall_testkit::sources::root;

/// Each package and its floor. Edges go down, never up or sideways.
const FLOORS: [(&str, u32); 28] = [
    ("seawall-units", 0),
    ("seawall-check", 0),
    ("seawall-ledger", 1),
    ("seawall-oracle", 1),
    ("seawall-gmx", 1),
    ("seawall-lp", 1),
    ("seawall-results", 1),
    ("seawall-chance", 1),
    ("seawall-paths", 2),
    ("seawall-funding", 2),
    ("seawall-vault", 2),
    ("seawall-venue", 2),
    ("seawall-margin", 3),
    ("seawall-waterfall", 3),
    ("seawall-market", 4),
    ("seawall-cascade", 4),
    ("seawall-venue-tranched", 5),
    ("seawall-venue-orderbook", 5),
    ("seawall-venue-pool", 5),
    ("seawall-scenario", 6),
    ("seawall-sim", 7),
    ("seawall-report", 8),
    ("seawall-plot", 8),
    ("seawall-validation", 8),
    ("seawall-claims", 8),
    ("seawall-sweep", 9),
    ("seawall", 10),
    ("seawall-cli", 11),
];

/// Packages that only test or measure: their tests may see everything and no crate may see them.
const DEVELOPMENT: [&str; 2] = ["seawall-testkit", "seawall-benches"];

fn floor(name: &str) -> Option<u32> {
    let found = FLOORS.iter().find(|(package, _)| *package == name);
    found.map(|(_, floor)| *floor)
}

/// Why an edge is wrong; `None` when it goes down.
fn fault(from: &str, to: &str) -> Option<String> {
    let (Some(above), Some(below)) = (floor(from), floor(to)) else {
        let missing = if floor(from).is_none() { from } else { to };
        return Some(format!("{from} -> {to}: {missing} has no floor"));
    };
    (below >= above).then(|| format!("{from} (floor {above}) -> {to} (floor {below})"))
}

#[test]
fn every_edge_between_our_crates_goes_down() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let mut faults = Vec::new();
    let mut edges = 0;
    for package in &metadata.packages {
        let from = package.name.as_str();
        if DEVELOPMENT.contains(&from) {
            continue;
        }
        if floor(from).is_none() {
            faults.push(format!("{from} has no floor in the table"));
        }
        let ours = package.dependencies.iter().filter(|d| d.path.is_some());
        for dependency in ours.filter(|d| d.kind != DependencyKind::Development) {
            edges += 1;
            faults.extend(fault(from, &dependency.name));
        }
    }
    assert!(edges > 20, "the metadata names only {edges} edges");
    assert!(
        faults.is_empty(),
        "edges that do not go down:\n{}",
        faults.join("\n")
    );
}

/// The conformance suite knows the trait and what is below it, so that anybody can run it.
#[test]
fn the_conformance_suite_stands_on_the_floors_up_to_the_trait() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let mut packages = metadata.packages.iter();
    let testkit = packages
        .find(|p| p.name.as_str() == "seawall-testkit")
        .unwrap();
    let ours = testkit.dependencies.iter().filter(|d| d.path.is_some());
    let normal = ours.filter(|d| d.kind == DependencyKind::Normal);
    let floors: Vec<Option<u32>> = normal.map(|d| floor(&d.name)).collect();
    assert!(!floors.is_empty());
    let trait_floor = floor("seawall-venue");
    assert!(
        floors
            .iter()
            .all(|floor| floor.is_some() && *floor <= trait_floor)
    );
}

#[test]
fn every_floor_has_its_crate() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    for (name, _) in FLOORS {
        let there = metadata.packages.iter().any(|p| p.name.as_str() == name);
        assert!(there, "{name} is in the table and not in the workspace");
    }
}

#[test]
fn an_edge_up_or_sideways_is_found() {
    assert!(fault("seawall-units", "seawall-ledger").is_some(), "up");
    assert!(
        fault("seawall-oracle", "seawall-ledger").is_some(),
        "sideways"
    );
    assert!(
        fault("seawall-venue-pool", "seawall-venue-tranched").is_some(),
        "venue to venue"
    );
    assert!(
        fault("seawall-sim", "seawall-testkit").is_some(),
        "development"
    );
    assert!(fault("seawall-ledger", "seawall-units").is_none(), "down");
}
