//! The cascade of ten borrowers once more, in rational numbers without any rounding, by code that
//! shares nothing with the crate: what the published digits are the digits of, and how near to the
//! exact figures counting on 10⁻¹⁸ comes.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)] // a reference of a test

use num_bigint::BigInt;
use num_rational::BigRational;
use seawall_cascade::{Config, Outcome, World};

type Q = BigRational;

fn q(text: &str) -> Q {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{part}").parse().unwrap();
    Q::new(
        digits,
        BigInt::from(10).pow(u32::try_from(part.len()).unwrap()),
    )
}

/// What a case changes of the base.
struct Case {
    close: &'static str,
    depth: &'static str,
    outside_oracle: Option<&'static str>,
    pull: &'static str,
    engine: &'static [(&'static str, &'static str)],
}

const BASE: Case = Case {
    close: "0.5",
    depth: "1",
    outside_oracle: None,
    pull: "0",
    engine: &[],
};

struct Exact {
    spot: Q,
    rounds: u32,
    sold: Q,
    repaid: Q,
    shortfall: Q,
}

struct Borrower {
    collateral: Q,
    debt: Q,
}

/// Repays and seizes of one borrower; tells what was repaid and seized.
fn liquidate(one: &mut Borrower, price: &Q, close: &Q) -> Option<(Q, Q)> {
    if one.debt == q("0") || one.collateral == q("0") {
        return None;
    }
    let health = q("0.8") * &one.collateral * price / &one.debt;
    if health >= q("1") {
        return None;
    }
    let part = if health < q("0.95") {
        q("1")
    } else {
        close.clone()
    };
    let mut repaid = part * &one.debt;
    let mut seized = q("1.05") * &repaid / price;
    if seized > one.collateral {
        seized = one.collateral.clone();
        repaid = &seized * price / q("1.05");
    }
    one.debt -= &repaid;
    one.collateral -= &seized;
    Some((repaid, seized))
}

fn exact(case: &Case) -> Exact {
    let (close, pull) = (q(case.close), q(case.pull));
    let mut x = q("10000") * q(case.depth);
    let mut y = q("1000000") * q(case.depth);
    let sell = |x: &mut Q, y: &mut Q, amount: &Q| {
        let k = &*x * &*y;
        *x += amount;
        *y = k / &*x;
    };
    let mut borrowers: Vec<Borrower> = (0..10)
        .map(|i| Borrower {
            collateral: q("500"),
            debt: q("0.8") * q("500") * Q::from(BigInt::from(96 - 3 * i)),
        })
        .collect();
    let mut before = &y / &x;
    let shock = q("259.783520851540954566") * q(case.depth);
    sell(&mut x, &mut y, &shock);
    let (mut sold, mut repaid, mut rounds) = (q("0"), q("0"), 0);
    loop {
        let price = case.outside_oracle.map_or_else(|| &y / &x, q);
        let taken: Vec<(Q, Q)> = borrowers
            .iter_mut()
            .filter_map(|one| liquidate(one, &price, &close))
            .collect();
        if taken.is_empty() {
            break;
        }
        rounds += 1;
        for (paid, seized) in taken {
            repaid += paid;
            sell(&mut x, &mut y, &seized);
            sold += seized;
        }
        let spot = &y / &x;
        if spot < &before * q("0.98") {
            x *= q("1") - &pull;
            y *= q("1") - &pull;
        }
        before = spot;
    }
    let spot = &y / &x;
    let missing = borrowers
        .iter()
        .map(|one| &one.debt - &one.collateral * &spot);
    let shortfall = missing.filter(|short| *short > q("0")).sum();
    Exact {
        spot,
        rounds,
        sold,
        repaid,
        shortfall,
    }
}

/// Cut, not rounded.
fn digits(number: &Q, places: u32) -> String {
    let units = (number * Q::from(BigInt::from(10).pow(places))).to_integer();
    let text = format!("{units:0>width$}", width = places as usize + 1);
    let (whole, part) = text.split_at(text.len() - places as usize);
    format!("{whole}.{part}")
}

fn engine(case: &Case) -> Outcome {
    let mut text = include_str!("files/base.toml").to_owned();
    for (from, to) in case.engine {
        assert!(text.contains(from));
        text = text.replacen(from, to, 1);
    }
    let config: Config = toml::from_str(&text).unwrap();
    World::new(&config).unwrap().run().outcome
}

/// Every figure of the engine is exact to eleven decimals.
fn agrees(case: &Case) -> Exact {
    let (exact, out) = (exact(case), engine(case));
    let near = |what: &str, found: String, exact: &Q| {
        let (found, unit) = (q(&found), q("0.00000000001"));
        let distance = if found > *exact {
            &found - exact
        } else {
            exact - &found
        };
        assert!(
            distance < unit,
            "{what}: {found}, exact {}",
            digits(exact, 20)
        );
    };
    near("spot", out.final_spot.unwrap().to_string(), &exact.spot);
    near("sold", out.sold.to_string(), &exact.sold);
    near("repaid", out.repaid.to_string(), &exact.repaid);
    near("shortfall", out.shortfall.to_string(), &exact.shortfall);
    assert_eq!(out.rounds, exact.rounds);
    exact
}

#[test]
fn a_to_the_last_digit_that_was_published() {
    let exact = agrees(&BASE);
    assert_eq!(digits(&exact.spot, 14), "43.61107786372654");
    assert_eq!(digits(&exact.sold, 12), "4882.856204976141");
    assert_eq!(digits(&exact.repaid, 10), "327566.7393560441");
    assert_eq!(digits(&exact.shortfall, 9), "2433.260643955");
}

#[test]
fn a1_a3_a6_a8() {
    let whole = Case {
        close: "1",
        engine: &[("factor = \"0.5\"", "factor = \"1\"")],
        ..BASE
    };
    assert_eq!(digits(&agrees(&whole).spot, 13), "45.4367149750865");
    let double = Case {
        depth: "2",
        engine: &[("depth = \"1\"", "depth = \"2\"")],
        ..BASE
    };
    assert_eq!(digits(&agrees(&double).spot, 13), "93.0651132273307");
    let outside = Case {
        outside_oracle: Some("95"),
        engine: &[("feed = \"spot\"", "feed = \"outside\"")],
        ..BASE
    };
    assert_eq!(digits(&agrees(&outside).spot, 13), "91.1887424730713");
    let quarter = Case {
        close: "0.25",
        engine: &[("factor = \"0.5\"", "factor = \"0.25\"")],
        ..BASE
    };
    // Twice the depth and a quarter of the sale end at one price: both sell as much of the pool.
    assert_eq!(digits(&agrees(&quarter).spot, 13), "93.0651132273307");
}

/// One digit of the published price of this case, 24.28074639096666, is not that of the exact one.
#[test]
fn a5_and_its_published_price() {
    let flee = Case {
        pull: "0.2",
        engine: &[("share = \"0\" }", "share = \"0.2\" }")],
        ..BASE
    };
    let exact = agrees(&flee);
    assert_eq!(digits(&exact.spot, 14), "24.28074639099666");
    assert_eq!(digits(&exact.shortfall, 10), "31711.6913067734");
    let amplification = (q("100") - &exact.spot) / q("5");
    assert_eq!(digits(&amplification, 9), "15.143850721");
}
