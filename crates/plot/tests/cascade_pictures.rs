//! The pictures of cascades are what the code draws, and their cells are the figures.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
}

use seawall_plot::cascade::{draw, draw_sweep};
use seawall_scenario::{Axis, Cascade, Overrides};
use seawall_sim::{CascadeSweep, run_cascade};
use support::docs::{kept, root};

fn spiral() -> Cascade {
    let file = root().join("fixtures/cascades/spiral.toml");
    Cascade::load(file, &Overrides::default()).unwrap()
}

fn swept(texts: &[&str]) -> Option<String> {
    let cascade = spiral();
    let axes = texts.iter().map(|text| Axis::parse(text, cascade.vary()));
    let axes: Vec<Axis> = axes.map(Result::unwrap).collect();
    let sweep = CascadeSweep {
        cascade: &cascade,
        axes: &axes,
    };
    let samples = sweep.run(&|| ()).unwrap();
    let picture = draw_sweep(&sweep, &samples)?;
    if let (Ok(folder), true) = (std::env::var("PNG"), texts.len() == 2) {
        std::fs::write(format!("{folder}/phase.png"), picture.png().unwrap()).unwrap();
    }
    Some(picture.svg())
}

/// The map of docs/cascade.md.
#[test]
fn depth_against_close_factor() {
    let svg = swept(&["close_factor=10%..100%..10", "depth=0.5..2.5..9"]).unwrap();
    kept("cascade-phase.svg", &svg);
    // The base, depth 1 and 50 %, is a spiral of 11.3; a quarter at a time would be 1.4.
    assert!(svg.contains(">11.3<") && svg.contains(">1.4<"));
    for name in ["calm", "contained", "spiral", "depth", "close_factor"] {
        assert!(svg.contains(name), "{name}");
    }
}

#[test]
fn one_axis_is_lines_where_it_is_numbers_and_cells_where_it_is_words() {
    let numbers = swept(&["depth=0.5..4..8"]).unwrap();
    assert!(numbers.contains(">price after<") && !numbers.contains(">contained<"));
    let words = swept(&["oracle"]).unwrap();
    assert!(words.contains(">outside<") && words.contains(">1.8<"));
    assert_eq!(swept(&["oracle", "lps", "depth"]), None);
}

#[test]
fn a_run_is_drawn_by_round() {
    let cascade = spiral();
    let run = run_cascade(&cascade).unwrap();
    let picture = draw(&cascade, &run);
    let svg = picture.svg();
    kept("cascade-spiral.svg", &svg);
    for text in [
        "spiral.toml, a run called spiral",
        "Forced sales",
        "outside",
        "round",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(svg, draw(&cascade, &run).svg());
    if let Ok(folder) = std::env::var("PNG") {
        std::fs::write(format!("{folder}/spiral.png"), picture.png().unwrap()).unwrap();
    }
}
