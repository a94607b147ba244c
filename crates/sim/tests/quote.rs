//! The curves of quotes against the published pins and against the venues' own answers.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::path::PathBuf;

use seawall_scenario::Scenario;
use seawall_sim::{QuoteAsk, QuotePoint, SimError, VenueName, quote};
use seawall_units::{Ratio, Side, Usd};

fn ladder(change: impl Fn(String) -> String) -> Scenario {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../fixtures/scenarios/quote-ladder.toml");
    let text = change(std::fs::read_to_string(path).unwrap());
    let none = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    Scenario::parse(&text, "quote-ladder.toml", &none).unwrap()
}

fn thousands(thousands: i32) -> Usd {
    Usd::whole(thousands * 1_000)
}

fn points(scenario: &Scenario, ask: &QuoteAsk) -> Vec<QuotePoint> {
    let quotation = quote(scenario, &[VenueName::Tranched], ask).unwrap();
    quotation.venues[0].points.clone()
}

fn point(points: &[QuotePoint], side: Side, size: Usd) -> QuotePoint {
    let found = points
        .iter()
        .find(|each| each.side == side && each.size == size);
    *found.unwrap()
}

/// M-4.5: average cost with the half-spread, from balance, at S = 8 M and J = 2 M.
#[test]
fn the_published_pins() {
    let points = points(&ladder(|text| text), &QuoteAsk::default());
    let pins = [
        (50, 250),
        (100, 300),
        (250, 450),
        (500, 700),
        (1_000, 1_200),
        (1_500, 2_200),
        (2_000, 3_700),
    ];
    for side in Side::BOTH {
        for (size, hundredths) in pins {
            let point = point(&points, side, thousands(size));
            let expect = Ratio::units_i64(hundredths * 1_000_000_000_000);
            assert_eq!(point.distance(), Some(expect), "{size} k {side}");
            assert_eq!(point.fee(), Some(Ratio::bps(6)));
        }
        // The last quote: 4 bands of 5 bp, 4 of 20 bp and the half-spread of 2 bp.
        let last = point(&points, side, thousands(2_000)).parts.unwrap();
        assert_eq!(last.marginal, Ratio::bps(102));
        assert_eq!(last.depth_left, Usd::ZERO);
        assert_eq!(last.impact, Usd::whole(7_000));
    }
}

/// Every band holds 250 000 USD, so the curve bends at each multiple of it.
#[test]
fn the_curve_bends_where_bands_end() {
    let points = points(&ladder(|text| text), &QuoteAsk::default());
    let corners = points
        .iter()
        .filter(|each| each.is_corner && each.side == Side::Short);
    let corners: Vec<Usd> = corners.map(|each| each.size).collect();
    let edges: Vec<Usd> = (1..=8).map(|band| thousands(250 * band)).collect();
    assert_eq!(corners, edges);
}

/// Equal depth per basis point: 2 M over 100 bp, so 500 k move the price by 25 bp and cost half of
/// that and the half-spread, 14.5 bp.
#[test]
fn uniform_density_is_linear() {
    let uniform =
        |text: String| format!("{text}\n[venues.tranched.ladder]\nuniform_density = true\n");
    let points = points(&ladder(uniform), &QuoteAsk::default());
    let half = point(&points, Side::Long, thousands(500));
    assert_eq!(
        half.distance(),
        Some(Ratio::units_i64(1_450_000_000_000_000))
    );
    assert_eq!(half.parts.unwrap().marginal, Ratio::bps(27));
    let whole = point(&points, Side::Long, thousands(2_000));
    assert_eq!(whole.distance(), Some(Ratio::bps(52)));
}

/// From a net skew of 500 k, 500 k more cost W(1 M) − W(500 k) = 1 000 − 250 USD. The way back
/// earns nothing of the 250 USD: nobody has paid into the reserve.
#[test]
fn the_curve_starts_at_the_net_skew() {
    for (skew, side) in [(500, Side::Long), (-500, Side::Short)] {
        let ask = QuoteAsk {
            skew: Some(thousands(skew)),
            ..QuoteAsk::default()
        };
        let points = points(&ladder(|text| text), &ask);
        let outward = point(&points, side, thousands(500)).parts.unwrap();
        assert_eq!(outward.impact, Usd::whole(750));
        assert_eq!(outward.marginal, Ratio::bps(22));
        assert_eq!(outward.depth_left, thousands(1_000));
        let inward = point(&points, side.opposite(), thousands(500))
            .parts
            .unwrap();
        assert_eq!(inward.impact, Usd::ZERO);
        assert_eq!(inward.fee, Usd::whole(200));
        assert_eq!(inward.marginal, Ratio::bps(2));
        assert_eq!(inward.depth_left, thousands(2_000));
    }
}

/// Where one account is filled whole, the parts add up to what the venue's own quote says.
#[test]
fn parts_add_up_to_the_quote() {
    let quotation = quote(&ladder(|text| text), &VenueName::ALL, &QuoteAsk::default()).unwrap();
    let mut whole = 0;
    for point in quotation.venues.iter().flat_map(|venue| &venue.points) {
        let Some(parts) = point.parts else { continue };
        if point.quote.filled == point.size {
            assert_eq!(parts.spread + parts.fee + parts.impact, point.quote.cost);
            whole += 1;
        }
    }
    assert!(whole >= 12, "only {whole} orders were filled whole");
    let [tranched, book, pool] = quotation.venues.as_slice() else {
        unreachable!("three venues were asked")
    };
    assert!(tranched.points.len() > book.points.len());
    assert!(
        book.points
            .iter()
            .chain(&pool.points)
            .all(|each| each.quote.cost.is_positive())
    );
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let ask = QuoteAsk {
        at: 61,
        ..QuoteAsk::default()
    };
    let late = quote(&ladder(|text| text), &VenueName::ALL, &ask);
    assert_eq!(late, Err(SimError::Second { at: 61, last: 60 }));
    let ask = QuoteAsk {
        skew: Some(thousands(2_001)),
        ..QuoteAsk::default()
    };
    let steep = quote(&ladder(|text| text), &[VenueName::Tranched], &ask);
    let said = steep.unwrap_err().to_string();
    assert!(
        said.contains("tranched cannot hold this net skew: `net skew`"),
        "{said}"
    );
}
