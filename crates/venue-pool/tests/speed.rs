//! A quiet half hour with many positions costs next to nothing a second.
mod world;

use seawall_units::Price;
use seawall_venue::Venue;
use seawall_venue_pool::Params;
use world::*;

/// 20 000 positions, 1 800 seconds of small moves: far below two seconds in an optimised build.
/// The bound is generous for a busy machine; a scan of all positions a second would break it.
#[test]
fn quiet_seconds_do_not_look_at_every_position() {
    let endowments = (0..20_000)
        .map(|n| match n % 2 {
            0 => endowment(n, "1", "100", "20"),
            _ => endowment(n, "-1", "100", "20"),
        })
        .collect();
    let mut setup = setup("100", endowments);
    setup.accounts = 20_000;
    let mut venue = venue(setup, "10000000", Params::btc());
    let begin = std::time::Instant::now();
    for second in 1..=1_800 {
        let wave = i128::from(second % 200) * 10_000_000;
        let mark = Price::from_units(1_000_000_000_000 + wave).unwrap();
        observe(&mut venue, second, mark);
        venue.liquidate();
        venue.attribute();
    }
    let taken = begin.elapsed();
    assert_eq!(venue.positions().len(), 20_000);
    assert!(taken.as_millis() < 2_000, "{taken:?}");
}
