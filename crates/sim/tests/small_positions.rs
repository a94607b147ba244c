//! Positions so small that a venue's fixed minimum decides their margin.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_scenario::Scenario;
use seawall_sim::{VenueName, compare};

/// Fifty positions of 2 to 60 USD before capital for some of them shrinks all; the pool asks for 1 USD of
/// each, whatever its size.
fn scenario(opening: &str, spread: &str, seed: u64) -> Scenario {
    let text = format!(
        r#"
question = "Can every drawn position be held?"
assumed = ["All of it."]
seed = {seed}

[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:00:02Z"

[market]
coin = "BTC"

[capital]
total = "600"
tranched = {{ senior = "440", junior = "150", insurance = "10" }}
orderbook = {{ makers = "500", backstops = ["100"] }}

[terms.common]
initial = "2%"
maintenance = "1%"

[venues.gmx]
half_spread = "{spread}"

[price.points]
points = [{{ at = 0, price = "{opening}" }}]

[positions]
scale = true

[[positions.drawn]]
name = "crowd"
count = 50
long_share = "66%"
notional = {{ uniform = {{ min = "2", max = "60" }} }}
leverage = {{ uniform = {{ min = "2", max = "40" }} }}
"#
    );
    let none = |_: &std::path::Path| unreachable!();
    Scenario::parse(&text, "small.toml", &none).unwrap_or_else(|error| panic!("{error}"))
}

proptest! {
    #[test]
    fn every_drawn_position_can_be_opened_in_the_pool(
        opening in "[1-9][0-9]{0,4}\\.[0-9]{1,6}|0\\.0{0,6}[1-9]{1,2}",
        spread in "0\\.0[0-9]{0,4}[1-9]%",
        seed in 0_u64..1_000_000,
    ) {
        let scenario = scenario(&opening, &spread, seed);
        let comparison = compare(&scenario, &[VenueName::Gmx]);
        let comparison = comparison.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(comparison.scale < seawall_units::Ratio::ONE);
    }
}
