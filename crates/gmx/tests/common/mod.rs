//! A market for tests: ETH/USD with live parameters, and decimal text to integers.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "only tests use it")]

use seawall_gmx::decrease::{Decrease, Kind};
use seawall_gmx::increase::Increase;
use seawall_gmx::{I256, Market, ONE, PoolToken, Position, Preset, Price, Prices, Side, U256};

/// `"12.5"` with so many decimals.
pub(crate) fn decimal(text: &str, decimals: usize) -> U256 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= decimals, "{text} has too many decimals");
    format!("{whole}{fraction:0<decimals$}").parse().unwrap()
}

/// USD and factors.
pub(crate) fn usd(text: &str) -> U256 {
    decimal(text, 30)
}

/// The same with a sign.
pub(crate) fn signed_usd(text: &str) -> I256 {
    match text.strip_prefix('-') {
        Some(cost) => -I256::try_from(usd(cost)).unwrap(),
        None => I256::try_from(usd(text)).unwrap(),
    }
}

pub(crate) fn eth(text: &str) -> U256 {
    decimal(text, 18)
}

pub(crate) fn usdc(text: &str) -> U256 {
    decimal(text, 6)
}

/// The price of one ETH.
pub(crate) fn eth_price(min: &str, max: &str) -> Price {
    Price {
        min: decimal(min, 12),
        max: decimal(max, 12),
    }
}

/// ETH between two prices, USDC between 0.999 and 1.001.
pub(crate) fn prices(min: &str, max: &str) -> Prices {
    Prices {
        index: eth_price(min, max),
        long: eth_price(min, max),
        short: Price {
            min: decimal("0.999", 24),
            max: decimal("1.001", 24),
        },
    }
}

/// ETH at one price, USDC at one USD.
pub(crate) fn flat(price: &str) -> Prices {
    Prices {
        index: eth_price(price, price),
        long: eth_price(price, price),
        short: Price::at(decimal("1", 24)),
    }
}

/// The live ETH market with 20,000 ETH, 40 million USDC and 100 ETH in the impact pool.
pub(crate) fn live() -> Market {
    let mut market = Market::new(Preset::Eth.market().unwrap().params).unwrap();
    market.pool.long = eth("20000");
    market.pool.short = usdc("40000000");
    market.impact_pool = eth("100");
    market
}

/// The same with an impact that can be worked by hand: 0.2 % of what the imbalance grows by, 0.1 %
/// of what it falls by, and no virtual inventory.
pub(crate) fn linear() -> Market {
    let mut market = live();
    market.virtual_inventory = None;
    let impact = &mut market.params.impact;
    impact.negative_exponent = ONE;
    impact.positive_exponent = ONE;
    impact.negative_factor = usd("0.002");
    impact.positive_factor = usd("0.001");
    market
}

/// The same without any impact.
pub(crate) fn without_impact() -> Market {
    let mut market = linear();
    market.params.impact.negative_factor = U256::ZERO;
    market.params.impact.positive_factor = U256::ZERO;
    market
}

pub(crate) fn long_in_usdc() -> Position {
    Position::empty(Side::Long, PoolToken::Short)
}

pub(crate) fn short_in_usdc() -> Position {
    Position::empty(Side::Short, PoolToken::Short)
}

pub(crate) fn buy(collateral: U256, size: &str) -> Increase {
    Increase {
        collateral,
        size_usd: usd(size),
        acceptable_price: None,
    }
}

pub(crate) fn sell(size: U256) -> Decrease {
    Decrease::of(Kind::Order, size)
}
