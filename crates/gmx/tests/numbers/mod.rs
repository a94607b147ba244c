//! Numbers and markets of the tests.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)] // helpers of tests
use num_bigint::BigInt;
use seawall_gmx::{I256, Market, ONE, Preset, Price, Prices, U256};

/// Whole USD.
pub fn usd(whole: u128) -> U256 {
    ONE * U256::new(whole)
}

/// Thousandths of an ETH.
pub fn milli_eth(thousandths: u128) -> U256 {
    U256::new(thousandths) * 1_000_000_000_000_000
}

/// Whole ETH.
pub fn eth(whole: u128) -> U256 {
    milli_eth(whole * 1_000)
}

/// Whole USDC.
pub fn usdc(whole: u128) -> U256 {
    U256::new(whole * 1_000_000)
}

/// A price of ETH in whole USD.
pub fn eth_price(whole: u128) -> U256 {
    U256::new(whole) * 1_000_000_000_000
}

/// ETH at a price, USDC at one, without spreads.
pub fn prices(whole: u128) -> Prices {
    Prices {
        index: Price::at(eth_price(whole)),
        long: Price::at(eth_price(whole)),
        short: Price::at(U256::new(10).pow(24)),
    }
}

/// An empty market with the live parameters of ETH.
pub fn market() -> Market {
    Market::new(Preset::Eth.market().unwrap().params).unwrap()
}

/// A number without bounds.
pub fn big(number: U256) -> BigInt {
    number.to_string().parse().unwrap()
}

/// The same with a sign.
pub fn big_signed(number: I256) -> BigInt {
    number.to_string().parse().unwrap()
}

/// 10ⁿ.
pub fn ten(power: u32) -> BigInt {
    BigInt::from(10).pow(power)
}

/// `ceil(a / b)` of numbers that are not negative.
pub fn ceil(a: &BigInt, b: &BigInt) -> BigInt {
    (a + b - 1) / b
}
