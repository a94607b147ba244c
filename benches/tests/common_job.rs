//! The common job comes to its published figures, and the engine is faster than a bare loop.
#![allow(clippy::unwrap_used)]

use seawall_benches::common_job::{Figures, draw, engine::Engine, floats};

/// The published figures: f64; an exact ledger agrees to well under a dollar.
fn is_as_published(figures: &Figures) {
    let last = figures.last();
    assert_eq!(figures.liquidations, 2_005);
    assert!((last.fund - 130_290.24).abs() < 1.0, "fund {}", last.fund);
    assert!(
        (figures.pool - 614_835.18).abs() < 1.0,
        "pool {}",
        figures.pool
    );
    assert!(last.bad_debt.abs() < 1e-9, "bad debt {}", last.bad_debt);
}

#[test]
fn every_way_of_running_it_comes_to_the_published_figures() {
    let job = draw(1.0);
    for figures in [
        floats::obvious(&job),
        floats::blocked(&job),
        Engine::open(&job).run(),
    ] {
        is_as_published(&figures);
    }
}

#[test]
fn the_engine_agrees_with_the_floats_at_every_tick() {
    for gap in [1.0, 0.9, 1.1, 0.7] {
        let job = draw(gap);
        let (exact, float) = (Engine::open(&job).run(), floats::obvious(&job));
        assert_eq!(exact.liquidations, float.liquidations, "gap {gap}");
        for (exact, float) in exact.ticks.iter().zip(&float.ticks) {
            assert_eq!(exact.open, float.open);
            for (a, b) in [
                (exact.fund, float.fund),
                (exact.bad_debt, float.bad_debt),
                (exact.equity, float.equity),
            ] {
                assert!((a - b).abs() < 1.0, "gap {gap}: {a} against {b}");
            }
        }
    }
}
