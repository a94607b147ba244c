//! The book: curve, consumption, withdrawal, orders and funding.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use common::{START, World, assert_laws, capital, id, price, setup, usd};
use seawall_ledger::Account;
use seawall_units::{Base, Price, Side, Usd};
use seawall_venue::{Command, FillRule, Receipt, Refusal, TrancheName, Venue};
use seawall_venue_orderbook::{Params, bankruptcy_price};

fn open_world(makers: &str) -> World {
    let setup = setup("100", None, &[]);
    World::new(setup, capital(makers, &["1000"]), Params::plain())
}

fn filled(receipt: Result<Receipt, Refusal>) -> seawall_venue::Fill {
    match receipt {
        Ok(Receipt::Filled(fill)) => fill,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_curve_by_hand() {
    let mut world = open_world("1000000");
    world.tick("100");
    // 775 000 between 1 bp and 50 bp: 7 750 at 100.01 to 100.50. A buy of 77.5 (1 % of it) ends
    // at 100.0149 and costs on average 100.01245: 77.5·0.01245 = 0.964875 above the mark,
    // and 0.045 % of 7 750.964875 = 3.487934…, rounded up.
    let fill = filled(world.order(0, "77.5", "500"));
    assert_eq!(fill.filled, "77.5".parse::<Base>().unwrap());
    assert_eq!(fill.notional, usd("7750"));
    assert_eq!(fill.cost, usd("0.964875") + usd("3.487935"));
    assert_eq!(world.balance(Account::Margin(id(0))), usd("496.512065"));
    // Maker fee: 0.015 % of it, 1.1626447…
    assert_eq!(
        world.balance(Account::Makers),
        usd("1000000") - usd("1.162645")
    );
    assert_laws(&world.venue);
}

#[test]
fn a_parted_order_pays_what_the_whole_pays() {
    let whole = {
        let mut world = open_world("1000000");
        filled(world.order(0, "2000", "10000")).cost
    };
    let mut world = open_world("1000000");
    let parts = ["500", "500", "1000"];
    let cost: Usd = parts
        .iter()
        .map(|size| filled(world.order(0, size, "4000")).cost)
        .sum();
    // The makers' equity moves by fees and spread in between, hence the depth by a hair.
    let gap = (whole - cost).abs();
    assert!(gap < usd("0.2"), "{whole} {cost}");
}

#[test]
fn what_a_taker_consumes_returns_with_its_half_life() {
    let mut world = open_world("1000000");
    world.tick("100");
    let calm = world.venue.quote(Side::Long, usd("1000")).cost;
    filled(world.order(0, "4000", "20000"));
    let best = |world: &World| world.venue.quote(Side::Long, usd("1000")).cost;
    let after = best(&world);
    let other_side = world.venue.quote(Side::Short, usd("1000")).cost;
    assert!(
        other_side < calm + usd("0.01"),
        "the other side is untouched"
    );
    world.until(31, "100");
    let half = best(&world);
    // Half of the way back within a cent of 1 000 USD (the makers' equity has moved a little).
    let middle = (after + calm)
        .mul_div_floor(Usd::whole(1), Usd::whole(2))
        .unwrap();
    assert!((half - middle).abs() < usd("0.01"), "{calm} {half} {after}");
    world.until(3_000, "100");
    assert!((best(&world) - calm).abs() < usd("0.001"));
}

#[test]
fn volatility_withdraws_depth_and_calm_brings_it_back() {
    let mut world = open_world("1000000");
    let reach = |world: &World| world.venue.quote(Side::Short, usd("100000000")).filled;
    world.tick("100");
    let calm = reach(&world);
    // 5 bp a second, up and down.
    for _ in 0..120 {
        world.tick("100.05");
        world.tick("100");
    }
    let storm = reach(&world);
    // Variance 25 times the calm one in the limit: 96 % withdrawn.
    let (tenth, thirtieth) = (Usd::whole(10), Usd::whole(30));
    assert!(storm < calm.mul_div_floor(Usd::whole(1), tenth).unwrap());
    assert!(storm > calm.mul_div_floor(Usd::whole(1), thirtieth).unwrap());
    world.until(world.second + 600, "100");
    assert!((reach(&world) - calm).abs() < usd("1"));
}

#[test]
fn five_positions_go_bankrupt_where_the_paper_says() {
    // arXiv 2512.01112: A(1, 2, +) B(1, 2/3, +) C(4, 8/3, −) D(1, 2/19, +) E(1, 10/99, −), from 1.
    let check = |size: i32, margin: &str, low: &str, high: &str| {
        let price = bankruptcy_price(Base::whole(size), Usd::whole(size), usd(margin));
        let within = |p: Price| p >= low.parse().unwrap() && p <= high.parse().unwrap();
        assert!(price.is_some_and(within), "{price:?}");
    };
    assert_eq!(
        bankruptcy_price(Base::whole(1), Usd::whole(1), usd("2")),
        None,
        "A cannot"
    );
    check(1, "0.666667", "0.33333", "0.33334"); // 1/3
    check(-4, "2.666667", "1.66666", "1.66667"); // 5/3
    check(1, "0.105263", "0.89473", "0.89474"); // 0.8947
    check(-1, "0.101010", "1.10100", "1.10102"); // 1.1010
}

#[test]
fn a_limit_price_bounds_the_marginal_price() {
    let mut world = open_world("1000000");
    world.tick("100");
    let at = |limit: &str, fill| Command::Order {
        account: id(0),
        size: Base::whole(5_000),
        margin: usd("100000"),
        limit: Some(price(limit)),
        fill,
    };
    // 100.255 is half of the first stretch: 3 875 of 7 750.
    let partial = at("100.255", FillRule::Partial);
    let planned = world.venue.plan(&partial);
    assert_eq!(filled(planned).filled, Base::whole(3_875));
    let refusal = world.venue.plan(&at("100.255", FillRule::AllOrNone));
    assert!(matches!(refusal, Err(Refusal::PartOnly { .. })));
    let refusal = world.venue.plan(&at("100.005", FillRule::Partial));
    assert_eq!(
        refusal,
        Err(Refusal::LimitPrice {
            price: price("100.01"),
            limit: price("100.005")
        })
    );
}

#[test]
fn initial_margin_is_checked_after_the_order_at_the_mark() {
    let mut world = open_world("1000000");
    world.tick("100");
    // 40x: 10 000 need 250, and spread, impact and fee come on top.
    let refusal = world.order(0, "100", "250");
    assert!(
        matches!(refusal, Err(Refusal::InitialMargin { required, .. }) if required == usd("250"))
    );
    assert!(world.order(0, "100", "260").is_ok());
    // Reducing by half sets half of the margin free, less the costs.
    assert!(world.order(0, "-50", "0").is_ok());
    let kept = world.balance(Account::Margin(id(0)));
    let free = world.balance(Account::Free(id(0)));
    assert!(kept > free && free > usd("115"), "{kept} {free}");
    assert!(world.order(0, "-50", "0").is_ok());
    assert_eq!(world.balance(Account::Margin(id(0))), Usd::ZERO);
    assert_eq!(
        world.balance(Account::Variation) + world.balance(Account::Makers),
        usd("1000000") - world.balance(Account::Free(id(0))) + usd("260")
            - world.balance(Account::Protocol)
    );
    let all = world.balance(Account::Free(id(0)));
    let withdraw = |amount| Command::Withdraw {
        account: id(0),
        amount,
    };
    assert!(world.venue.commit(&withdraw(all + Usd::ULP)).is_err());
    assert!(world.venue.commit(&withdraw(all)).is_ok());
    assert_laws(&world.venue);
}

#[test]
fn an_account_in_liquidation_may_only_add_margin() {
    let setup = setup("100", None, &[(10, "100", "13")]);
    let mut world = World::new(setup, capital("1000000", &[]), common::empty_book());
    world.until(3, "99.9");
    assert_eq!(world.order(0, "-1", "0"), Err(Refusal::InLiquidation));
    let add = Command::AddMargin {
        account: id(0),
        amount: usd("5"),
    };
    assert!(world.venue.commit(&add).is_ok());
    assert_eq!(world.order(0, "-1", "0"), Err(Refusal::NoLiquidity));
}

#[test]
fn makers_quote_only_as_far_as_their_margin() {
    let mut params = Params::plain();
    params.book.depth = "100".parse().unwrap();
    let setup = setup("100", None, &[]);
    let world = World::new(setup, capital("1000", &[]), params);
    // Quotes of 200 times equity, but ten times leverage: 10 000 USD.
    let filled = world.venue.quote(Side::Long, usd("1000000")).filled;
    assert_eq!(filled, usd("10000"));
}

#[test]
fn funding_moves_from_longs_to_shorts_on_the_hour() {
    // The start is 21:00:00; the outside price stands 1 % above the mark for an hour.
    let mut world = World::new(
        setup(
            "10000",
            None,
            &[(2, "10000", "2000"), (-1, "10000", "2000")],
        ),
        capital("100000000", &[]),
        Params::plain(),
    );
    assert_eq!(START.clock(), "21:00:00");
    while world.second < 3_599 {
        world.tick_apart(price("10100"), Some(price("10000")));
    }
    assert_eq!(world.venue.positions()[0].equity, usd("2000"));
    world.tick_apart(price("10100"), Some(price("10000")));
    // Premium 1 % less the half-spread, F about 0.94 %, an eighth of it on 20 000.
    let views = world.venue.positions();
    let (long, short) = (usd("2000") - views[0].equity, views[1].equity - usd("2000"));
    assert!(long > usd("23.4") && long < usd("23.75"), "{long}");
    assert!((long - short - short).abs() <= usd("0.000002"), "{short}");
    // It is settled when touched, and the law holds through it.
    assert!(world.order(0, "-2", "0").is_ok());
    assert!(world.order(1, "1", "0").is_ok());
    assert_laws(&world.venue);
    let funding: Usd = world
        .venue
        .drain_entries()
        .iter()
        .filter(|entry| entry.transfer.from() == Account::Margin(id(0)))
        .filter(|entry| entry.transfer.cause() == seawall_ledger::Cause::FundingPaid)
        .map(|entry| entry.transfer.amount())
        .sum();
    assert_eq!(funding, long);
}

/// M-11.7: taken down in the Orders phase, executed when the minute is attributed.
#[test]
fn liquidity_moves_in_its_minute_within_the_makers_margin() {
    let setup = setup("100", None, &[(1_000, "100", "5000")]);
    let mut world = World::new(setup, capital("50000", &[]), Params::plain());
    let lp = seawall_ledger::BidderId::new(0);
    let redeem = Command::Redeem {
        lp,
        tranche: TrancheName::Junior,
        amount: usd("45000"),
    };
    let reason = "the provider has no share of the makers' capital";
    assert_eq!(
        world.venue.commit(&redeem),
        Err(Refusal::Liquidity { reason })
    );
    let handed = world.venue.endow_lp(lp, TrancheName::Junior, usd("45000"));
    assert_eq!(handed, Ok(()));
    assert_eq!(world.venue.commit(&redeem), Ok(Receipt::Queued));
    assert_eq!(world.balance(Account::Makers), usd("50000"));
    world.until(60, "100");
    // The makers need a tenth of 100 000.
    assert_eq!(world.balance(Account::Makers), usd("10000"));
    let held = world.venue.lp_holding(lp, TrancheName::Junior);
    let figures = (held.value, held.waiting, held.granted);
    assert_eq!(figures, (usd("5000"), usd("5000"), usd("40000")));
    let provide = Command::Provide {
        lp: seawall_ledger::BidderId::new(0),
        tranche: TrancheName::Senior,
        amount: usd("5000"),
    };
    assert_eq!(world.venue.commit(&provide), Ok(Receipt::Queued));
    world.until(180, "100");
    assert_eq!(world.balance(Account::Makers), usd("10000"));
}

#[test]
fn params_come_from_a_file_and_unknown_fields_are_refused() {
    let text =
        "mark_interval = 5\n[book]\nhalf_life = 60\n[adl]\nshort_reading = \"mark_over_entry\"\n";
    let params: Params = toml::from_str(text).unwrap();
    assert_eq!((params.mark_interval, params.book.half_life), (5, 60));
    assert!(toml::from_str::<Params>("[book]\nhalflife = 60\n").is_err());
    let written = toml::to_string(&params).unwrap();
    assert_eq!(toml::from_str::<Params>(&written).unwrap(), params);
}

#[test]
fn a_close_never_pays_less_than_nothing() {
    // A thin book 3 % below the mark: closing stops where the position is worth nothing.
    let mut world = World::new(
        setup("100", None, &[(1_000, "100", "2000")]),
        capital("200000", &[]),
        Params::plain(),
    );
    world.tick_apart(price("97"), Some(price("100")));
    assert_eq!(world.order(0, "-1000", "0"), Err(Refusal::NoLiquidity));
    // It is worth nothing at 98, 98.0441 with the fee: a part is sold between that and the bid.
    world.tick_apart(price("98.1"), Some(price("100")));
    let fill = filled(world.order(0, "-1000", "0"));
    assert!(fill.filled > Base::whole(-1_000) && fill.filled.is_negative());
    let per_unit = (fill.notional - fill.cost).mul_div_floor(Base::whole(1), -fill.filled);
    assert!(per_unit.unwrap() >= usd("98"));
    assert_laws(&world.venue);
}

#[test]
fn the_ends_of_the_ranges_are_refused_or_filled_but_never_stop_the_program() {
    let mut params = Params::plain();
    params.book.depth = "100".parse().unwrap();
    params.book.segments[0].share = "100".parse().unwrap();
    params.book.maker_leverage = 1_000;
    for opening in [Price::ULP, price("100"), Price::MAX] {
        for makers in [Usd::ULP, Usd::whole(1_000_000), Usd::MAX] {
            let mut setup = setup("100", None, &[]);
            setup.opening = opening;
            let capital = seawall_venue_orderbook::Capital {
                makers,
                backstops: vec![Usd::MAX],
            };
            let mut world = World::new(setup, capital, params.clone());
            for (at, size) in [
                (opening, Base::MAX),
                (Price::MAX, -Base::MAX),
                (Price::ULP, Base::ULP),
                (opening, -Base::ULP),
            ] {
                let command = Command::Order {
                    account: id(0),
                    size,
                    margin: Usd::MAX,
                    limit: None,
                    fill: FillRule::Partial,
                };
                assert_eq!(world.venue.plan(&command), world.venue.commit(&command));
                for side in Side::BOTH {
                    let quote = world.venue.quote(side, Usd::MAX);
                    assert!(quote.filled <= Usd::MAX);
                }
                for _ in 0..12 {
                    world.tick_apart(at, Some(at));
                }
                assert_laws(&world.venue);
            }
        }
    }
}

/// Whoever has nothing takes nothing, and more than all of it is all of it: of 50 000 he has 1 000.
#[test]
fn a_provider_takes_what_is_his_and_no_more() {
    let mut world = World::new(
        setup("100", None, &[]),
        capital("50000", &[]),
        Params::plain(),
    );
    let (lp, tranche) = (seawall_ledger::BidderId::new(3), TrancheName::Senior);
    assert_eq!(world.venue.endow_lp(lp, tranche, usd("1000")), Ok(()));
    let too_much = world.venue.endow_lp(lp, tranche, usd("49000.000001"));
    assert!(matches!(too_much, Err(Refusal::Liquidity { .. })));
    let amount = usd("2500");
    let redeem = Command::Redeem {
        lp,
        tranche,
        amount,
    };
    assert_eq!(world.venue.commit(&redeem), Ok(Receipt::Queued));
    world.until(60, "100");
    assert_eq!(world.balance(Account::Makers), usd("49000"));
    assert_eq!(world.venue.lp_holding(lp, tranche).shares, 0);
}

/// Two bidders stand for half and a fifth of the quotes: without both, three tenths are left.
#[test]
fn who_vanishes_takes_his_share_of_the_quotes_with_him() {
    use seawall_units::{Ratio, Side};
    use seawall_venue::Presence::{Gone, Here};
    let mut world = World::new(
        setup("100", None, &[]),
        capital("50000", &[]),
        Params::plain(),
    );
    let asked = usd("1000000");
    let depth = |world: &World| world.venue.quote(Side::Long, asked).filled;
    // All that is quoted within 5 %: the capital twice over.
    assert_eq!(depth(&world), usd("100000"));
    let mut say = |bidder, presence, bps| {
        let command = Command::Bidding {
            bidder: seawall_ledger::BidderId::new(bidder),
            presence,
            book_share: Ratio::bps(bps),
        };
        assert_eq!(world.venue.commit(&command), Ok(Receipt::Noted));
        depth(&world)
    };
    assert_eq!(say(0, Gone, 5_000), usd("50000"));
    assert_eq!(say(1, Gone, 2_000), usd("30000"));
    assert_eq!(say(0, Gone, 5_000), usd("30000"));
    assert_eq!(say(0, Here, 5_000), usd("80000"));
}
