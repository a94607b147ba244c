//! A position over a recorded price path: what it earns, what it loses, and to whom.
//!
//! ```
//! use seawall_lp::path::{Plan, Point, walk};
//! use seawall_lp::ConstantProduct;
//! use seawall_units::{Time, Usd};
//!
//! let usd = |text: &str| text.parse::<Usd>().unwrap();
//! let point = |secs, price: &str| Point::new(Time::from_secs(secs), price.parse().unwrap());
//! // The price doubles and comes back.
//! let points = [point(0, "100"), point(60, "200"), point(120, "100")];
//! let path = walk(&ConstantProduct, &Plan::new(usd("1000")), &points)?;
//!
//! let [_, there, back] = &path.steps[..] else { panic!() };
//! // √2 and 3/2 of the deposit; the rest is divergence loss.
//! assert_eq!((there.value, there.hold), (usd("1414.213562"), usd("1500")));
//! assert_eq!(there.divergence(), usd("-85.786438"));
//! // It is gone when the price is back. What arbitrage took is not: a portfolio that traded the
//! // same amounts at the outside price would have kept it.
//! assert_eq!((back.value, back.divergence()), (usd("1000"), Usd::ZERO));
//! assert_eq!(back.lvr, usd("146.446609"));
//! # Ok::<(), seawall_lp::path::PathError>(())
//! ```
//!
//! # The parts of a return
//!
//! Curves are evaluated in floats; every figure of a [`Step`] is quantised once, **down** to a
//! micro-dollar. What is a difference of two figures is taken between these amounts, so parts
//! sum to the return to the last micro-dollar ([`Parts`]):
//!
//! ```text
//! wealth − deposit = holding + rotation − LVR + fees + rewards
//!                  = holding + divergence    + fees + rewards
//! ```
//!
//! | part | what it is |
//! |---|---|
//! | holding | what the first deposit, held, gained |
//! | LVR | gross: what the pool's trades were worse than trades of the same amounts at the outside price |
//! | rotation | what trading the pool's amounts at the outside price gained over holding, derived by subtraction: value + withdrawn + LVR − hold |
//! | fees, rewards | as collected; they stay outside of the pool |
//!
//! LVR of one step, from pool price `p` to `p′` at the outside price `P`, is
//! `P·x(p) + y(p) − P·x(p′) − y(p′)`: the divergence loss of a position that had been entered a step
//! before. It is never negative, so its sum never falls.

mod error;
mod plan;
mod step;
mod walk;

pub use error::PathError;
pub use plan::{Action, ArbitrageTo, Plan, Point, RewardBase, Rewards};
pub use step::{Parts, Path, Step};
pub use walk::walk;
