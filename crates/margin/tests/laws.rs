//! Equity, closes and the liquidation index against exact rationals.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;
use seawall_ledger::AccountId;
use seawall_margin::{Accrual, IndexLevels, LiquidationIndex, Position, PositionBook, maintenance};
use seawall_units::{Base, Index, Price, Ratio, Side, Usd};

fn ratio(units: i128, places: u32) -> BigRational {
    BigRational::new(BigInt::from(units), BigInt::from(10).pow(places))
}

fn accrual(f: i64, l: i64, s: i64) -> Accrual {
    let index = |units: i64| Index::units_i64(units);
    Accrual {
        funding: index(f),
        long: index(l),
        short: index(s),
    }
}

prop_compose! {
    fn any_position()(
        size in prop_oneof![1i64..1_000, 1i64..1_000_000_000_000], long in any::<bool>(),
        price in 1i64..1_000_000_000_000_000, margin in 0i64..1_000_000_000_000,
        then in (-1_000_000_000_000_000_000i64..1_000_000_000_000_000_000, 0i64..1_000_000_000_000_000_000, 0i64..1_000_000_000_000_000_000),
    ) -> (Position, Usd) {
        let size = Base::units_i64(if long { size } else { -size });
        let price = Price::from_units(price.into()).unwrap();
        (Position::open(size, price, &accrual(then.0, then.1, then.2)), Usd::units_i64(margin))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// M-6.4: the key is constant between two touches.
    #[test]
    fn the_index_misses_nothing_and_names_little_else(
        positions in prop::collection::vec(any_position(), 1..20),
        mark in 1i64..1_000_000_000_000_000, mmr in 0i32..2_000, now in (0i64..i64::MAX, 0i64..i64::MAX, 0i64..i64::MAX),
    ) {
        let mark = Price::from_units(mark.into()).unwrap();
        let (mmr, now) = (Ratio::bps(mmr), accrual(now.0, now.1, now.2));
        let mut index = LiquidationIndex::new();
        for (i, (position, margin)) in positions.iter().enumerate() {
            index.update(AccountId::new(i as u32), position, *margin);
        }
        let found: Vec<_> = index.candidates(IndexLevels::new(mark, mmr, &now)).collect();
        for (i, (position, margin)) in positions.iter().enumerate() {
            let equity = position.equity(*margin, mark, &now);
            let required = maintenance(position.notional(mark), mmr);
            let named = found.contains(&AccountId::new(i as u32));
            prop_assert!(named || equity >= required, "missed {position:?}");
            // One unit of base on the key's grid may add one micro-dollar of its own.
            prop_assert!(!named || equity < required + Usd::units_i64(16), "named {position:?} {equity} {required}");
        }
    }

    /// M-7 with tiers: the requirement is the largest over the tiers, as deductions rise with rates.
    /// Positions come, change and go before the index is asked.
    #[test]
    fn a_tiered_index_misses_nothing_and_names_little_else(
        writes in prop::collection::vec((0u32..12, any_position(), any::<bool>()), 1..40),
        mark in 1i64..1_000_000_000_000_000, first in 1i32..1_000, steps in prop::collection::vec((1i32..500, 1i32..1_000_000), 0..4),
        now in (0i64..i64::MAX, 0i64..i64::MAX, 0i64..i64::MAX),
    ) {
        let mark = Price::from_units(mark.into()).unwrap();
        let now = accrual(now.0, now.1, now.2);
        let mut tiers = vec![(Ratio::bps(first), Usd::ZERO)];
        let mut above = Usd::ZERO;
        for (rise, further) in steps {
            let (rate, deduction) = tiers[tiers.len() - 1];
            above += Usd::whole(further);
            tiers.push((rate + Ratio::bps(rise), deduction + above.mul_floor(Ratio::bps(rise))));
        }
        let mut index = LiquidationIndex::tiered(tiers.iter().map(|tier| tier.1));
        let mut held = vec![(Position::FLAT, Usd::ZERO); 12];
        for (account, (position, margin), stays) in writes {
            let written = if stays { (position, margin) } else { (Position::FLAT, margin) };
            held[account as usize] = written;
            index.update(AccountId::new(account), &written.0, written.1);
        }
        let levels: Vec<_> = tiers.iter().map(|tier| IndexLevels::new(mark, tier.0, &now)).collect();
        let found: Vec<_> = index.candidates_by_tier(&levels).collect();
        prop_assert_eq!(index.len(), held.iter().filter(|(p, _)| !p.is_flat()).count());
        for (i, (position, margin)) in held.iter().enumerate() {
            let named = found.contains(&AccountId::new(i as u32));
            let equity = position.equity(*margin, mark, &now);
            let notional = position.notional(mark);
            let required = tiers.iter().map(|(rate, deduction)| maintenance(notional, *rate) - *deduction);
            let required = required.max().unwrap();
            prop_assert!(named || position.is_flat() || equity >= required, "missed {position:?}");
            prop_assert!(!named || (!position.is_flat() && equity < required + Usd::units_i64(16)), "named {position:?} {equity} {required}");
        }
    }

    /// The book against a list of whole positions.
    #[test]
    fn the_book_gives_back_what_was_written(
        writes in prop::collection::vec((0u32..30, any_position(), any::<bool>()), 1..60),
        reserved in 0usize..40, mark in 1i64..1_000_000_000_000_000,
    ) {
        let mark = Price::from_units(mark.into()).unwrap();
        let mut book = PositionBook::default();
        book.reserve_accounts(reserved);
        let mut list = vec![Position::FLAT; 30];
        for (account, (position, _), stays) in writes {
            let position = if stays { position } else { Position::FLAT };
            let old = std::mem::replace(&mut list[account as usize], position);
            prop_assert_eq!(book.replace(AccountId::new(account), position), old);
        }
        let ids = (0..).map(AccountId::new);
        let all: Vec<_> = ids.zip(list).collect();
        for (account, position) in &all {
            prop_assert_eq!(book.position(*account), *position);
        }
        prop_assert_eq!(book.position(AccountId::new(31)), Position::FLAT);
        let open: Vec<_> = all.iter().copied().filter(|(_, p)| !p.is_flat()).collect();
        prop_assert_eq!(book.open().collect::<Vec<_>>(), open.clone());
        for side in Side::BOTH {
            let of_side = open.iter().filter(|(_, p)| p.side() == Some(side));
            let profits = of_side.map(|(account, p)| (*account, p.open_pnl(mark)));
            let winners: Vec<_> = profits.filter(|(_, profit)| profit.is_positive()).collect();
            prop_assert_eq!(book.in_profit(side, mark).collect::<Vec<_>>(), winners);
        }
    }

    #[test]
    fn equity_is_the_exact_value_rounded_down((position, margin) in any_position(), mark in 1i64..1_000_000_000_000_000, now in (0i64..i64::MAX, 0i64..i64::MAX, 0i64..i64::MAX)) {
        let mark = Price::from_units(mark.into()).unwrap();
        let now = accrual(now.0, now.1, now.2);
        let side = position.side().unwrap();
        let q = ratio(position.size().units(), 8);
        let exact = ratio(margin.units(), 6) + &q * ratio(mark.units(), 10) - ratio(position.cost().units(), 6)
            - &q * ratio((now.funding - position.funding_then()).units(), 18)
            - ratio(position.size().abs().units(), 8) * ratio((now.utilisation(side) - position.utilisation_then()).units(), 18);
        let got = ratio(position.equity(margin, mark, &now).units(), 6);
        prop_assert!(got <= exact);
        prop_assert!(exact - got < ratio(3, 6));
    }

    #[test]
    fn closing_in_parts_never_comes_to_more((position, _) in any_position(), mark in 1i64..1_000_000_000_000_000, cuts in prop::collection::vec(1u32..100, 1..6)) {
        let mark = Price::from_units(mark.into()).unwrap();
        let whole = position.close(position.size(), mark);
        prop_assert!(whole.rest.is_flat());
        let (mut rest, mut pnl) = (position, Usd::ZERO);
        for cut in cuts {
            let part = rest.size().abs().mul_div_floor(Base::units_i64(cut.into()), Base::units_i64(100)).unwrap();
            let closing = rest.close(part, mark);
            pnl += closing.pnl;
            rest = closing.rest;
        }
        pnl += rest.close(rest.size(), mark).pnl;
        prop_assert!(pnl <= whole.pnl);
        prop_assert!(whole.pnl - pnl <= Usd::units_i64(6));
    }
}

/// M-6.4.
#[test]
fn the_key_of_a_long_by_hand() {
    // Long 10 from 100, margin 50, maintenance 1 %: E < 1 % N  <=>  990 P/100 < 950  <=>  P < 95.9595...
    let now = Accrual::default();
    let long = Position::open(Base::whole(10), "100".parse().unwrap(), &now);
    let mmr = Ratio::bps(100);
    assert_eq!(
        long.liquidation_price(Usd::whole(50), mmr, &now),
        Some("95.9595959596".parse().unwrap())
    );
    let mut index = LiquidationIndex::new();
    index.update(AccountId::new(3), &long, Usd::whole(50));
    let at = |p: &str| {
        index
            .candidates(IndexLevels::new(p.parse().unwrap(), mmr, &now))
            .count()
    };
    assert_eq!((at("95.97"), at("95.95")), (0, 1));
}

#[test]
fn the_key_of_a_short_by_hand() {
    // Short 10 from 100, margin 50: E < 1 % N  <=>  1050 − 10 P < 0.1 P  <=>  P > 103.960396...
    let now = Accrual::default();
    let short = Position::open(Base::whole(-10), "100".parse().unwrap(), &now);
    let mmr = Ratio::bps(100);
    assert_eq!(
        short.liquidation_price(Usd::whole(50), mmr, &now),
        Some("103.9603960396".parse().unwrap())
    );
    let mut index = LiquidationIndex::new();
    index.update(AccountId::new(3), &short, Usd::whole(50));
    let at = |p: &str| {
        index
            .candidates(IndexLevels::new(p.parse().unwrap(), mmr, &now))
            .count()
    };
    assert_eq!((at("103.95"), at("103.97")), (0, 1));
}

#[test]
fn funding_moves_the_level_and_not_the_key() {
    // Long 1 from 100, margin 10, mmr 0: liquidated below 90 + F.
    let then = Accrual::default();
    let long = Position::open(Base::whole(1), "100".parse().unwrap(), &then);
    let mut index = LiquidationIndex::new();
    index.update(AccountId::new(0), &long, Usd::whole(10));
    let now = Accrual {
        funding: "5".parse().unwrap(),
        ..then
    };
    let at = |p: &str| {
        index
            .candidates(IndexLevels::new(p.parse().unwrap(), Ratio::ZERO, &now))
            .count()
    };
    assert_eq!((at("95.01"), at("94.99")), (0, 1));
    assert_eq!(
        long.equity(Usd::whole(10), "94.99".parse().unwrap(), &now),
        "-0.01".parse().unwrap()
    );
}
