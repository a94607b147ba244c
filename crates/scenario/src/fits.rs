//! What of a scenario must fit its outside prices: sizes and values stay in range at each of them.
//!
//! One place for the prices of a file and for others that are put in their place.

use std::fmt::Display;

use seawall_units::{Base, Price, Round, Usd};
use seawall_venue::Endowment;

use crate::check::plain;
use crate::model::{DrawnPositions, ScenarioFile};
use crate::path::PricePath;
use crate::resolved::Amount;

/// What the largest value in the file is told to stay below.
const MAX_VALUE: &str = "at most 1000000000000000 USD (10^15)";

/// A field that does not fit the prices: where, what was found and what is legal.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) path: String,
    pub(crate) found: String,
    pub(crate) legal: &'static str,
}

pub(crate) type Fits<T = ()> = Result<T, Misfit>;

fn misfit<T>(path: impl Display, found: String, legal: &'static str) -> Fits<T> {
    Err(Misfit {
        path: path.to_string(),
        found,
        legal,
    })
}

/// The size of an amount at a price, above zero and in the range of sizes.
pub(crate) fn size(path: impl Display, amount: Amount, price: Price) -> Fits<Base> {
    let size = amount.size_at(price);
    match size.is_positive() && size <= Base::MAX {
        true => Ok(size),
        false => misfit(
            path,
            format!("a size of {} at {}", plain(size), plain(price)),
            "a size from 0.00000001 to 1000000000000000",
        ),
    }
}

/// Every size and entry of a crowd can be drawn at the opening price.
pub(crate) fn crowd(index: usize, crowd: &DrawnPositions, prices: &PricePath) -> Fits {
    let path = format_args!("positions.drawn[{index}]");
    if let Some((least, most)) = crowd.notional.bounds() {
        let path = format_args!("{path}.notional");
        size(path, Amount::Notional(least), prices.opening())?;
        size(path, Amount::Notional(most), prices.opening())?;
    }
    if let Some((least, most)) = crowd.entry.bounds() {
        for multiple in [least, most] {
            if prices.opening().scaled(multiple, Round::Floor).is_none() {
                let found = format!("{} times {}", plain(multiple), plain(prices.opening()));
                return misfit(format_args!("{path}.entry"), found, "a price up to 10^12");
            }
        }
    }
    Ok(())
}

/// All initial positions together stay in the range of money at every price of the path.
pub(crate) fn positions(
    endowments: &[Endowment],
    crowds: &[DrawnPositions],
    prices: &PricePath,
) -> Fits {
    let mut gross = Some(0_i128);
    let mut add = |units: Option<i128>| {
        gross = gross.and_then(|sum| sum.checked_add(units?));
    };
    for one in endowments {
        let highest = one.entry.max(prices.highest());
        add(Some(highest.value_ceil(one.size.abs()).units()));
    }
    for crowd in crowds {
        let most = crowd.notional.bounds().map_or(Usd::ZERO, |(_, most)| most);
        let value = most.mul_div_ceil(prices.highest(), prices.opening());
        add(value.and_then(|value| value.units().checked_mul(i128::from(crowd.count))));
    }
    match gross.map(Usd::from_units) {
        Some(Ok(_)) => Ok(()),
        _ => misfit(
            "positions",
            "more than 10^15 USD of notional in all at the highest price".to_owned(),
            MAX_VALUE,
        ),
    }
}

/// An order's size and value stay in range at every price of the path.
pub(crate) fn order(path: impl Display + Copy, amount: Amount, prices: &PricePath) -> Fits {
    size(path, amount, prices.highest())?;
    let most = size(path, amount, prices.lowest())?;
    let value = prices.highest().value_ceil(most);
    match value <= Usd::MAX {
        true => Ok(()),
        false => misfit(
            path,
            format!("worth {} USD at the highest price", plain(value)),
            MAX_VALUE,
        ),
    }
}

/// Everything that a file's own prices are checked against, for a file that was found legal with
/// those; in the same order.
pub(crate) fn whole(file: &ScenarioFile, endowments: &[Endowment], prices: &PricePath) -> Fits {
    for (index, one) in file.arbitrageurs.iter().enumerate() {
        let path = format_args!("arbitrageurs[{index}].notional");
        order(path, Amount::Notional(one.notional), prices)?;
    }
    let crowds = &file.positions.drawn;
    for (index, each) in crowds.iter().enumerate() {
        crowd(index, each, prices)?;
    }
    positions(endowments, crowds, prices)?;
    for (index, one) in file.orders.iter().enumerate() {
        let stated = one.size.map(Amount::Size);
        if let Some(amount) = stated.or(one.notional.map(Amount::Notional)) {
            order(format_args!("orders[{index}]"), amount, prices)?;
        }
    }
    for (index, flow) in file.orders_drawn.iter().enumerate() {
        if let Some((least, most)) = flow.notional.bounds() {
            let path = format_args!("orders_drawn[{index}].notional");
            order(path, Amount::Notional(least), prices)?;
            order(path, Amount::Notional(most), prices)?;
        }
    }
    Ok(())
}
