//! Orders, closes and limits worked by hand to the last unit.
mod world;

use seawall_ledger::{Account, BidderId, Cause};
use seawall_units::{Base, Ratio, Side, Usd};
use seawall_venue::{
    Command, FillRule, MarketStatus, Receipt, Refusal, SetupError, TrancheName, Venue,
};
use seawall_venue_pool::{Funding, Params, PoolVenue, endowment_use};
use world::*;

/// 1 000 tokens bought at 100.01 and sold at 109.989.
///
/// Open: size 100 010, fee 6 bp = 60.006 (protocol 37 % = 22.20222, pool 37.80378); impact
/// 9e-11 · 100 000² = 0.9, pending as 0.9/99.99 tokens. Close: profit 109 989 − 100 010 = 9 979,
/// fee 4 bp = 40.004 (14.80148 and 25.20252); impact 3e-11 · 110 000² = 0.363 against the pending
/// 0.9/99.99 · 110.011 = 0.990198…, so 0.627198…, rounded up.
#[test]
fn a_round_trip_in_all_its_figures() {
    let mut venue = venue(setup("100", vec![]), "1000000", Params::btc());
    let opened = commit(&mut venue, &order(0, "1000", "5000")).unwrap();
    let Receipt::Filled(fill) = opened else {
        panic!("{opened:?}")
    };
    // Fee 60.006, spread 10, impact 0.9.
    assert_eq!(fill.cost, usd("70.906"));
    assert_eq!(fill.notional, Usd::whole(100_000));
    let margin = Account::Margin(account(0));
    assert_eq!(balance(&venue, margin), usd("4939.994"));
    assert_eq!(balance(&venue, Account::Pool), usd("1000037.80378"));
    observe(&mut venue, 0, price("110"));
    let closed = commit(&mut venue, &order(0, "-1000", "0")).unwrap();
    let Receipt::Filled(fill) = closed else {
        panic!("{closed:?}")
    };
    // Fee 40.004, spread 11, impact −0.363.
    assert_eq!(fill.cost, usd("50.641"));
    assert_eq!(
        balance(&venue, Account::Free(account(0))),
        usd("14878.362801")
    );
    assert_eq!(balance(&venue, Account::Protocol), usd("37.0037"));
    assert_eq!(balance(&venue, Account::Pool), usd("990084.0063"));
    assert_eq!(balance(&venue, Account::ImpactPool), usd("0.627199"));
    assert_eq!(balance(&venue, margin), Usd::ZERO);
    kept_is_counted(&venue);
}

/// A short of 1 000 from 99.99, half closed at 90.009: 49 995 − 45 004.5 = 4 990.5 of profit, less
/// the fee 4 bp of 49 995 = 19.998. Impact: 3e-11 · (90 000² − 45 000²) = 0.18225 less half of the
/// pending 0.9/99.99 tokens at 90.009 = 0.405081 → 0.222831 paid. What came in and was not needed
/// is set free, the margin stays.
#[test]
fn a_part_leaves_the_margin_in_the_position() {
    let mut venue = venue(setup("100", vec![]), "1000000", Params::btc());
    commit(&mut venue, &order(0, "-1000", "5000")).unwrap();
    let margin = balance(&venue, Account::Margin(account(0)));
    // Fee 6 bp of 99 990.
    assert_eq!(margin, Usd::whole(5_000) - usd("59.994"));
    observe(&mut venue, 0, price("90"));
    commit(&mut venue, &order(0, "500", "0")).unwrap();
    assert_eq!(balance(&venue, Account::Margin(account(0))), margin);
    let pending = usd("0.222831") + Usd::ULP; // 0.9/99.99·90.009/2 = 0.4050810081…
    let free = usd("4990.5") - usd("19.998") - pending;
    assert_eq!(balance(&venue, Account::Free(account(0))), free);
    assert_eq!(venue.positions()[0].cost, usd("-49995"));
    kept_is_counted(&venue);
}

/// Long 10 to short 5: the margin that the close sets free goes along.
#[test]
fn a_flip_closes_all_and_takes_the_margin_along() {
    let mut venue = venue(
        setup("100", vec![endowment(0, "10", "100", "200")]),
        "100000",
        spreadless(),
    );
    commit(&mut venue, &order(0, "-15", "0")).unwrap();
    let position = venue.position(account(0)).unwrap();
    assert_eq!(position.size, "-5".parse::<Base>().unwrap());
    // Close: 4 bp of 1 000 = 0.4, impact 3e-11 · 1000² = 0.00003 that the empty impact pool does
    // not pay. Open: 6 bp of 500 = 0.3; its impact is pending.
    assert_eq!(position.margin, usd("199.3"));
    assert_eq!(balance(&venue, Account::Free(account(0))), Usd::ZERO);
    kept_is_counted(&venue);
}

#[test]
fn the_limit_price_includes_the_impact() {
    let mut venue = venue(setup("100", vec![]), "1000000", spreadless());
    // 100 000 costs 0.9, so the execution price is 100.0009.
    let limited = |limit: &str| Command::Order {
        account: account(0),
        size: Base::whole(1_000),
        margin: Usd::whole(5_000),
        limit: Some(price(limit)),
        fill: FillRule::Partial,
    };
    let refused = commit(&mut venue, &limited("100.0008"));
    let expected = Refusal::LimitPrice {
        price: price("100.0009"),
        limit: price("100.0008"),
    };
    assert_eq!(refused, Err(expected));
    assert!(commit(&mut venue, &limited("100.0009")).is_ok());
}

/// Half of 1 000 000 · 345 % = 1 725 000 may be reserved; 17 250 tokens at 100 are that exactly.
#[test]
fn the_reserve_binds_by_name_and_all_or_nothing() {
    let mut venue = venue(setup("100", vec![]), "1000000", spreadless());
    let refused = commit(&mut venue, &order(0, "17250.00000001", "100000"));
    let expected = Refusal::Limit {
        limit: "long reserve",
        value: usd("1725000.000001"),
        allowed: usd("1725000"),
    };
    assert_eq!(refused, Err(expected));
    assert_eq!(
        venue.quote(Side::Short, usd("1725000.01")).filled,
        Usd::ZERO
    );
    assert_eq!(
        venue.quote(Side::Short, usd("1725000")).filled,
        usd("1725000")
    );
    assert!(commit(&mut venue, &order(0, "17250", "100000")).is_ok());
}

#[test]
fn the_open_interest_limit_binds() {
    let params = Params {
        max_open_interest: Usd::whole(1_000),
        ..spreadless()
    };
    let mut venue = venue(setup("100", vec![]), "1000000", params);
    let refused = commit(&mut venue, &order(0, "-11", "500"));
    let expected = Refusal::Limit {
        limit: "short open interest",
        value: Usd::whole(1_100),
        allowed: Usd::whole(1_000),
    };
    assert_eq!(refused, Err(expected));
}

/// With 90 m on a side 6e-11 · 90 m = 0.54 % is asked, above the 0.5 % minimum.
#[test]
fn the_collateral_factor_grows_with_open_interest() {
    let endowments = vec![endowment(0, "890000", "100", "9000000")];
    let mut venue = venue(setup("100", endowments), "200000000", spreadless());
    // A size of 1 m: 5 400 asked, fee 600.
    let refused = commit(&mut venue, &order(1, "10000", "5999.999999"));
    let expected = Refusal::InitialMargin {
        equity: usd("5399.999999"),
        required: Usd::whole(5_400),
    };
    assert_eq!(refused, Err(expected));
    assert!(commit(&mut venue, &order(1, "10000", "6000")).is_ok());
}

#[test]
fn small_positions_and_small_collateral_are_refused() {
    let mut venue = venue(setup("100", vec![]), "1000000", spreadless());
    let refused = commit(&mut venue, &order(0, "0.0099", "10"));
    assert!(
        matches!(refused, Err(Refusal::BelowMinimum { .. })),
        "{refused:?}"
    );
    // One dollar of collateral at least, whatever the size; the fee of 6 bp comes first.
    let refused = commit(&mut venue, &order(0, "0.01", "1"));
    let expected = Refusal::InitialMargin {
        equity: usd("0.9994"),
        required: Usd::whole(1),
    };
    assert_eq!(refused, Err(expected));
}

/// Constant 0.31536 a year is 1e-8 a second: longs of 4 m pay 0.04, shorts of 2 m receive it.
#[test]
fn funding_goes_from_longs_to_shorts_and_not_to_the_pool() {
    let rate = "0.31536".parse().unwrap();
    let mut params = spreadless();
    params.funding = Funding::Constant { rate };
    params.borrowing.base = "0".parse().unwrap();
    params.borrowing.above = "0".parse().unwrap();
    let endowments = vec![
        endowment(0, "40000", "100", "100000"),
        endowment(1, "-20000", "100", "100000"),
    ];
    let mut venue = venue(setup("100", endowments), "10000000", params);
    venue.drain_entries();
    let before = venue.state().capital[0].value;
    for second in 1..=100 {
        observe(&mut venue, second, price("100"));
    }
    assert_eq!(venue.position(account(0)).unwrap().equity, usd("99996"));
    assert_eq!(venue.position(account(1)).unwrap().equity, usd("100004"));
    assert_eq!(venue.state().capital[0].value, before);
    commit(&mut venue, &order(1, "20000", "0")).unwrap();
    commit(&mut venue, &order(0, "-40000", "0")).unwrap();
    let entries = venue.drain_entries();
    assert_eq!(posted(&entries, Cause::FundingPaid), Usd::whole(4));
    assert_eq!(posted(&entries, Cause::FundingReceived), Usd::whole(4));
    kept_is_counted(&venue);
}

/// Reserved 1 000 000 of half of 2 000 000 · 345 %: usage 1/3.45, 45 % · 1/3.45 = 13.043478 % a
/// year of 1 000 000, for one day: 357.355568… The smaller side pays nothing.
#[test]
fn borrowing_is_charged_on_the_larger_side_by_the_second() {
    let mut params = spreadless();
    params.funding = Funding::None;
    let endowments = vec![
        endowment(0, "10000", "100", "100000"),
        endowment(1, "-5000", "100", "50000"),
    ];
    let mut venue = venue(setup("100", endowments), "2000000", params);
    for second in 1..=86_400 {
        observe(&mut venue, second, price("100"));
    }
    let owed = usd("100000") - venue.position(account(0)).unwrap().equity;
    assert_eq!(owed, usd("357.355569"));
    assert_eq!(venue.position(account(1)).unwrap().equity, usd("50000"));
    // 63 % of it is the pool's already.
    let value = venue.state().capital[0].value;
    assert_eq!(value, usd("2000225.134007"));
}

/// Without a mark nothing runs; the time is charged with the next one.
#[test]
fn no_mark_no_execution() {
    let mut params = spreadless();
    params.funding = Funding::None;
    let endowments = vec![endowment(0, "10000", "100", "100000")];
    let mut with_gap = venue(setup("100", endowments.clone()), "2000000", params.clone());
    silence(&mut with_gap, 20, price("10"));
    assert_eq!(with_gap.state().status, MarketStatus::Halted);
    let status = MarketStatus::Halted;
    assert_eq!(
        commit(&mut with_gap, &order(0, "-1", "0")),
        Err(Refusal::Status { status })
    );
    with_gap.liquidate();
    assert_eq!(with_gap.positions().len(), 1);
    assert_eq!(
        with_gap.quote(Side::Long, Usd::whole(100)).filled,
        Usd::ZERO
    );
    observe(&mut with_gap, 30, price("100"));
    assert_eq!(with_gap.state().status, MarketStatus::Live);
    let mut without = venue(setup("100", endowments), "2000000", params);
    observe(&mut without, 30, price("100"));
    assert_eq!(with_gap.positions(), without.positions());
    assert!(with_gap.positions()[0].equity < usd("100000"));
}

/// A pool of 1 000 with traders in loss by 100 is worth 1 100: 110 buy a tenth of the tokens, when
/// the minute is attributed (M-11.7).
#[test]
fn liquidity_enters_and_leaves_at_the_value_of_the_pool() {
    let endowments = vec![endowment(0, "10", "100", "500")];
    let mut venue = venue(setup("100", endowments), "1000", spreadless());
    let (lp, tranche) = (BidderId::new(0), TrancheName::Senior);
    // All but 450 of the founder's tokens; with those bought below he has more than 595 USD of them.
    assert_eq!(venue.endow_lp(lp, tranche, Usd::whole(550)), Ok(()));
    observe(&mut venue, 0, price("90"));
    let provide = Command::Provide {
        lp: BidderId::new(0),
        tranche: TrancheName::Senior,
        amount: Usd::whole(110),
    };
    assert_eq!(commit(&mut venue, &provide), Ok(Receipt::Queued));
    assert_eq!(balance(&venue, Account::Pool), Usd::whole(1_000));
    venue.attribute();
    assert_eq!(balance(&venue, Account::Pool), Usd::whole(1_110));
    assert_eq!(venue.state().capital[0].value, Usd::whole(1_210));
    // Longs reserve 900 at 90: half of the pool times 350 % must stay above, 514.285715 at least.
    let redeem = |amount: &str| Command::Redeem {
        lp: BidderId::new(0),
        tranche: TrancheName::Junior,
        amount: usd(amount),
    };
    let refused = commit(&mut venue, &redeem("600"));
    let reason = "the rest would not cover the reserve";
    assert_eq!(refused, Err(Refusal::Liquidity { reason }));
    assert_eq!(commit(&mut venue, &redeem("595")), Ok(Receipt::Queued));
    venue.attribute();
    assert_eq!(balance(&venue, Account::Pool), Usd::whole(515));
    kept_is_counted(&venue);
}

/// Of 1 000 tokens he has 100; at a pool worth 1 100 they fetch 110, whatever more he asks for.
#[test]
fn a_provider_takes_what_is_his_and_no_more() {
    let endowments = vec![endowment(0, "10", "100", "500")];
    let mut venue = venue(setup("100", endowments), "1000", spreadless());
    let (lp, tranche) = (BidderId::new(4), TrancheName::Junior);
    let reason = "the founder has fewer market tokens";
    let too_much = venue.endow_lp(lp, tranche, usd("1000.000001"));
    assert_eq!(too_much, Err(Refusal::Liquidity { reason }));
    assert_eq!(venue.endow_lp(lp, tranche, Usd::whole(100)), Ok(()));
    observe(&mut venue, 0, price("90"));
    assert_eq!(venue.lp_holding(lp, tranche).value, Usd::whole(110));
    let redeem = Command::Redeem {
        lp,
        tranche,
        amount: Usd::whole(250),
    };
    assert_eq!(commit(&mut venue, &redeem), Ok(Receipt::Queued));
    venue.attribute();
    assert_eq!(balance(&venue, Account::Pool), Usd::whole(890));
    let held = venue.lp_holding(lp, tranche);
    assert_eq!((held.shares, held.granted), (0, Usd::whole(110)));
    let reason = "the provider has no market tokens of any worth";
    let refused = commit(&mut venue, &redeem);
    assert_eq!(refused, Err(Refusal::Liquidity { reason }));
}

#[test]
fn a_winning_side_keeps_liquidity_from_moving() {
    let endowments = vec![endowment(0, "17000", "100", "100000")];
    let mut venue = venue(setup("100", endowments), "1000000", spreadless());
    let handed = venue.endow_lp(BidderId::new(0), TrancheName::Senior, Usd::whole(1_000));
    assert_eq!(handed, Ok(()));
    // 17 000 · 24 = 408 000 of 500 000: 81.6 %, above the 70 % of withdrawals.
    observe(&mut venue, 0, price("124"));
    let redeem = Command::Redeem {
        lp: BidderId::new(0),
        tranche: TrancheName::Senior,
        amount: Usd::ULP,
    };
    let refused = commit(&mut venue, &redeem);
    assert!(
        matches!(refused, Err(Refusal::Liquidity { .. })),
        "{refused:?}"
    );
}

#[test]
fn an_opening_beyond_a_limit_or_below_the_requirement_is_refused() {
    let at = |endowments, params: &Params| {
        PoolVenue::new(setup("100", endowments), Usd::whole(1_000), params.clone())
    };
    let params = spreadless();
    let too_much = at(vec![endowment(0, "18", "100", "900")], &params);
    let expected = SetupError::Limit {
        venue: "gmx",
        limit: "long reserve",
        value: Usd::whole(1_800),
        allowed: Usd::whole(1_725),
    };
    assert_eq!(too_much.unwrap_err(), expected);
    // 1 000 of size: 0.5 % and the closing fee of 4 bp are 5.4.
    let thin = at(vec![endowment(0, "10", "100", "5.399999")], &params);
    assert!(matches!(thin, Err(SetupError::Unhealthy { .. })));
    assert!(at(vec![endowment(0, "10", "100", "5.4")], &params).is_ok());
    let twice = vec![
        endowment(0, "1", "100", "50"),
        endowment(0, "1", "100", "50"),
    ];
    assert!(matches!(at(twice, &params), Err(SetupError::Param(_))));
    assert!(matches!(
        at(vec![endowment(8, "1", "100", "50")], &params),
        Err(SetupError::Param(_))
    ));
}

/// A common table replaces both factors (M-11.4): 1 % and the fee of 4 bp on 1 000 are 10.4.
#[test]
fn a_common_table_replaces_the_margin_factors() {
    let opening = |margin| {
        common(
            setup("100", vec![endowment(0, "10", "100", margin)]),
            "2%",
            "1%",
        )
    };
    let thin = PoolVenue::new(opening("10.399999"), Usd::whole(10_000), spreadless());
    assert!(matches!(thin, Err(SetupError::Unhealthy { .. })));
    let mut venue = venue(opening("10.4"), "10000", spreadless());
    let refused = commit(&mut venue, &order(1, "10", "20.59"));
    let expected = Refusal::InitialMargin {
        equity: usd("19.99"),
        required: Usd::whole(20),
    };
    assert_eq!(refused, Err(expected));
    assert!(commit(&mut venue, &order(1, "10", "20.6")).is_ok());
}

#[test]
fn the_use_of_limits_scales_with_the_positions() {
    let endowments = vec![
        endowment(0, "2", "90", "100"),
        endowment(1, "-3", "110", "100"),
    ];
    let used = endowment_use(&setup("100", endowments), Usd::whole(1_000), &spreadless());
    let found: Vec<_> = used.iter().map(|each| (each.limit, each.value)).collect();
    let expected = vec![
        ("long open interest", Usd::whole(180)),
        ("long reserve", Usd::whole(200)),
        ("short open interest", Usd::whole(330)),
        ("short reserve", Usd::whole(330)),
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_impact_gain_is_paid_as_far_as_the_impact_pool_goes() {
    // From a skew of 1 m longs a short of 1 m earns 3e-11 · 10^12 = 30 at its close.
    let run = |impact_pool: &str| {
        let params = Params {
            impact_pool: usd(impact_pool),
            ..spreadless()
        };
        let endowments = vec![endowment(0, "10000", "100", "100000")];
        let mut venue = venue(setup("100", endowments), "2000000", params);
        commit(&mut venue, &order(1, "-10000", "10000")).unwrap();
        commit(&mut venue, &order(0, "-10000", "0")).unwrap();
        commit(&mut venue, &order(1, "10000", "0")).unwrap();
        balance(&venue, Account::ImpactPool)
    };
    // Account 0's close from balance costs 90 and pays in; account 1 gets its 30 of opening and
    // 30 of closing.
    assert_eq!(run("0"), Usd::whole(30));
    assert_eq!(run("1000"), Usd::whole(1_030));
}

#[test]
fn margin_in_and_free_collateral_out() {
    let mut venue = venue(
        setup("100", vec![endowment(0, "10", "100", "100")]),
        "10000",
        spreadless(),
    );
    let add = |number, amount| Command::AddMargin {
        account: account(number),
        amount: usd(amount),
    };
    assert_eq!(
        commit(&mut venue, &add(0, "5")),
        Ok(Receipt::Moved { amount: usd("5") })
    );
    assert_eq!(
        commit(&mut venue, &add(1, "5")),
        Err(Refusal::NoPosition {
            account: account(1)
        })
    );
    assert_eq!(commit(&mut venue, &add(0, "0")), Err(Refusal::NotPositive));
    commit(&mut venue, &order(0, "-10", "0")).unwrap();
    let free = balance(&venue, Account::Free(account(0)));
    assert_eq!(free, usd("104.6"));
    let withdraw = |amount| Command::Withdraw {
        account: account(0),
        amount,
    };
    let asked = free + Usd::ULP;
    assert_eq!(
        commit(&mut venue, &withdraw(asked)),
        Err(Refusal::Collateral {
            available: free,
            asked
        })
    );
    assert!(commit(&mut venue, &withdraw(free)).is_ok());
    assert_eq!(balance(&venue, Account::Free(account(0))), Usd::ZERO);
}

#[test]
fn parameters_read_from_a_table_and_unknown_fields_are_refused() {
    let text = "half_spread = \"2bp\"\n[funding.constant]\nrate = \"0.1\"\n[impact]\nbalance = \"entry_usd\"\n";
    let params: Params = toml::from_str(text).unwrap();
    assert_eq!(params.half_spread, Ratio::bps(2));
    assert_eq!(
        params.funding,
        Funding::Constant {
            rate: "0.1".parse().unwrap()
        }
    );
    assert!(params.validate().is_ok());
    let back: Params = toml::from_str(&toml::to_string(&params).unwrap()).unwrap();
    assert_eq!(back, params);
    assert!(toml::from_str::<Params>("half_sprad = \"1bp\"").is_err());
    let wrong: Params = toml::from_str("[impact]\nexponent_positive = 3\n").unwrap();
    assert_eq!(
        wrong.validate().unwrap_err().field,
        "impact.exponent_positive"
    );
}
