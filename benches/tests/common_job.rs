//! The common job comes to its published figures however it is run.
#![allow(clippy::unwrap_used)]

use seawall_benches::common_job::{Figures, Tick, draw, engine::Engine, floats};

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
        floats::obvious(job.clone()),
        floats::blocked(job.clone()),
        Engine::open(&job).run(),
    ] {
        is_as_published(&figures);
    }
}

fn amounts(tick: &Tick) -> [f64; 6] {
    let Tick {
        price, long, short, ..
    } = *tick;
    [price, long, short, tick.fund, tick.bad_debt, tick.equity]
}

fn agree(one: &Figures, other: &Figures, case: &str) {
    assert_eq!(one.liquidations, other.liquidations, "{case}");
    assert!((one.pool - other.pool).abs() < 1.0, "{case}");
    assert_eq!(one.ticks.len(), other.ticks.len());
    for (n, (a, b)) in one.ticks.iter().zip(&other.ticks).enumerate() {
        assert_eq!(a.open, b.open, "{case}, tick {n}");
        for (a, b) in amounts(a).into_iter().zip(amounts(b)) {
            assert!((a - b).abs() < 1.0, "{case}, tick {n}: {a} against {b}");
        }
    }
}

/// After a gap the fund runs dry, so that who is paid first shows in every figure after it.
#[test]
fn all_ways_of_running_it_agree_at_every_tick() {
    for gap in [1.0, 0.9, 1.1, 0.7] {
        let job = draw(gap).on_the_grid();
        let exact = Engine::open(&job).run();
        let obvious = floats::obvious(job.clone());
        agree(&exact, &obvious, &format!("gap {gap}, the obvious loop"));
        agree(
            &exact,
            &floats::blocked(job),
            &format!("gap {gap}, in blocks"),
        );
        assert_eq!(gap != 1.0, exact.last().bad_debt > 0.0, "gap {gap}");
    }
}
