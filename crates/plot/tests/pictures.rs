//! The pictures of the documentation are what the code draws, and their bars are the figures.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod support {
    pub(crate) mod docs;
}

use seawall_plot::{curve, waterfall};
use seawall_scenario::Scenario;
use seawall_sim::{Comparison, QuoteAsk, VenueName, compare, quote};
use support::docs::{kept, root};

fn scenario(name: &str) -> Scenario {
    let file = format!("fixtures/scenarios/{name}.toml");
    Scenario::load(root().join(file)).unwrap()
}

fn outcome(name: &str) -> Comparison {
    compare(&scenario(name), &VenueName::ALL).unwrap()
}

/// Heights of the bars of one colour, in the order in which they are drawn.
fn heights(svg: &str, fill: &str) -> Vec<String> {
    let fill = format!("fill=\"{fill}\"");
    let bars = svg.split("<rect").skip(1);
    let bars = bars.map(|bar| bar.split('>').next().unwrap());
    let bars = bars.filter(|bar| bar.contains(&fill));
    let height = |bar: &str| {
        let (_, after) = bar.split_once("height=\"").unwrap();
        after.split('"').next().unwrap().to_owned()
    };
    bars.map(height).collect()
}

#[test]
fn the_pictures_of_the_documentation() {
    let crash = outcome("crash-2025-10-10");
    let svg = waterfall::draw(&crash).svg();
    kept("crash-2025-10-10.svg", &svg);
    assert_eq!(svg, waterfall::draw(&crash).svg());
    kept(
        "senior-pays.svg",
        &waterfall::draw(&outcome("senior-pays")).svg(),
    );
    let ask = QuoteAsk::default();
    let ladder = scenario("quote-ladder");
    let asked = quote(&ladder, &[VenueName::Tranched], &ask).unwrap();
    let drawn = quote(&ladder, &[VenueName::Tranched], &ask.drawn(asked.reach())).unwrap();
    kept("quote-ladder.svg", &curve::draw(&drawn).svg());
}

/// The deficit of 100 000 USD reaches the top of an axis of 396 pixels: Junior's 10 000 are 39.6 of
/// them, the fund's 15 000 are 59.4, Senior's 12 804.225588 are 50.7. ADL's 62 195.774412 are
/// 246.295: 246.3 between the places of both its ends, each rounded down to hundredths, and 246.29
/// by itself.
#[test]
fn heights_are_the_figures() {
    let run = compare(&scenario("senior-pays"), &[VenueName::Tranched]).unwrap();
    let svg = waterfall::draw(&run).svg();
    assert_eq!(heights(&svg, "#666666"), ["396"]);
    assert_eq!(heights(&svg, "#e69f00"), ["39.6"]);
    assert_eq!(heights(&svg, "#56b4e9"), ["59.4"]);
    assert_eq!(heights(&svg, "#0072b2"), ["50.7"]);
    // In the waterfall and, by itself, what was taken from winners.
    assert_eq!(heights(&svg, "#cc79a7"), ["246.3", "246.29"]);
    assert!(heights(&svg, "#d55e00").is_empty(), "there is no residual");
    for text in ["100 k", "10.0 k", "15.0 k", "62.2 k", "12.8 k"] {
        assert!(svg.contains(text), "{text}");
    }
}

#[test]
fn where_there_is_no_deficit_the_picture_says_so() {
    let svg = waterfall::draw(&outcome("quote-ladder")).svg();
    assert_eq!(svg.matches("no deficit").count(), 3);
    for fill in [
        "#666666", "#e69f00", "#56b4e9", "#0072b2", "#cc79a7", "#d55e00",
    ] {
        assert!(heights(&svg, fill).is_empty(), "{fill}");
    }
}

#[test]
fn a_png_is_a_png_of_twice_the_size() {
    let run = compare(&scenario("stage-3-junior"), &[VenueName::Tranched]).unwrap();
    let png = waterfall::draw(&run).png().unwrap();
    assert_eq!(png.get(..8).unwrap(), b"\x89PNG\r\n\x1a\n");
    assert_eq!(
        png.get(16..24).unwrap(),
        [0, 0, 0x09, 0x60, 0, 0, 0x05, 0x78]
    );
}

#[test]
fn a_question_cannot_break_the_picture() {
    let mut run = compare(&scenario("stage-3-junior"), &[VenueName::Tranched]).unwrap();
    run.question = String::from("<script>1 & 2 \"$x_1$\"</script> </text>");
    let svg = waterfall::draw(&run).svg();
    assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;"));
    assert!(svg.contains("$x_1$"), "no mathematics is made of it");
}
