//! Opening, closing, splitting and limits on one isolated market.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]

use proptest::prelude::*;
use seawall_ledger::{Account, AccountId, Cause};
use seawall_market::{Capital, Gate, IsolatedMarket, OrderTerms, Params};
use seawall_units::{Base, Price, Side, Time, Usd};
use seawall_venue::{Endowment, FillRule, MarketStatus, Refusal, Setup, SetupError};
use seawall_waterfall::{Waterfall, WaterfallConfig};

const TRADER: AccountId = AccountId::new(0);
const SKEWER: AccountId = AccountId::new(1);

fn price(text: &str) -> Price {
    text.parse().unwrap()
}

/// S 8 M, J 2 M, mark 100, and a net skew in USD held by ten accounts.
fn market(skew: i64) -> IsolatedMarket {
    let each = Usd::from_units(i128::from(skew) * 100_000).unwrap(); // a tenth, in micro-dollars
    let size = price("100").size_floor(each);
    let endowments = (1..=10).filter(|_| skew != 0).map(|n| Endowment {
        account: AccountId::new(n),
        size,
        entry: price("100"),
        margin: Usd::whole(200_000),
    });
    let setup = Setup {
        start: Time::from_secs(1),
        opening: price("100"),
        margin: None,
        endowments: endowments.collect(),
        accounts: 11,
    };
    let capital = Capital {
        senior: Usd::whole(8_000_000),
        junior: Usd::whole(2_000_000),
        insurance: Usd::whole(80_000),
    };
    IsolatedMarket::new(&setup, capital, Params::default(), Vec::new()).unwrap()
}

fn order(size: Base, margin: Usd) -> OrderTerms {
    OrderTerms {
        account: TRADER,
        size,
        margin,
        limit: None,
        fill: FillRule::Partial,
        gate: Gate::Open,
        claim: Usd::ZERO,
    }
}

fn send(market: &mut IsolatedMarket, terms: OrderTerms) -> Result<Base, Refusal> {
    let plan = market.plan_order(&terms)?;
    market.commit_order(&plan, &mut Waterfall::new(WaterfallConfig::default()));
    market.ledger_mut().end_step();
    Ok(plan.fill.filled)
}

/// What the trader has, wherever it is: equity and free collateral less what he paid in.
fn wealth(market: &IsolatedMarket) -> Usd {
    let entries = market.ledger().pending().iter();
    let paid: Usd = entries
        .filter(|e| {
            e.transfer.cause() == Cause::MarginPosted && e.transfer.to() == Account::Margin(TRADER)
        })
        .filter(|e| e.transfer.from() == Account::External)
        .map(|e| e.transfer.amount())
        .sum();
    market.equity_of(TRADER) + market.ledger().balance(Account::Free(TRADER)) - paid
}

/// The pins of M-4.5.
/// M-1.2: the bands are centred on the mark.
#[test]
fn average_cost_from_balance_is_as_pinned() {
    // Half-spread and impact together: 50 k, 100 k, 250 k, 500 k, 1 M, 1.5 M, 2 M.
    let market = market(0);
    let pins = [
        (50, "2.5"),
        (100, "3"),
        (250, "4.5"),
        (500, "7"),
        (1_000, "12"),
        (1_500, "22"),
        (2_000, "37"),
    ];
    for (thousands, bp) in pins {
        let notional = Usd::whole(thousands * 1_000);
        let size = price("100").size_floor(notional);
        // Two accounts, so that the account cap of 900 k does not bind.
        let work = market.ladder().work(notional);
        let spread = notional.mul_ceil(market.params().ladder.half_spread);
        let average = (work + spread).ratio_ceil(notional).unwrap();
        assert_eq!(average, format!("{bp}bp").parse().unwrap(), "{thousands} k");
        assert!(size.is_positive());
    }
    // And an order pays just that, with the taker fee of 6 bp on top.
    let plan = market
        .plan_order(&order(Base::whole(5_000), Usd::whole(50_000)))
        .unwrap();
    assert_eq!(plan.charges.impact + plan.charges.spread, Usd::whole(350));
    assert_eq!(plan.charges.fee, Usd::whole(300));
}

/// M-4.3, and the two taker fees of M-5.
#[test]
fn an_order_that_crosses_zero_is_charged_as_two() {
    // Net skew +100 k; a sell of 300 k: 100 k inward at 4 bp, 200 k outward at 6 bp.
    let market = market(100_000);
    let plan = market
        .plan_order(&order(Base::whole(-3_000), Usd::whole(50_000)))
        .unwrap();
    assert_eq!(plan.charges.fee, Usd::whole(40 + 120));
    assert_eq!(plan.charges.spread, Usd::whole(60));
    // Outward from zero: 200 k on the first band: 200 000² · 5 bp / (2 · 250 000) = 40.
    assert_eq!(plan.charges.impact, Usd::whole(40));
    // The endowed skew paid nothing in, so the reserve has nothing to give back.
    assert_eq!(plan.charges.rebate, Usd::ZERO);
}

/// M-4.3 and M-4.4: a round trip costs its fees and spread.
#[test]
fn a_full_reserve_pays_all_impact_back() {
    let mut market = market(0);
    send(&mut market, order(Base::whole(5_000), Usd::whole(50_000))).unwrap();
    assert_eq!(
        market.ledger().balance(Account::ImpactReserve),
        Usd::whole(250)
    );
    let before = wealth(&market);
    send(&mut market, order(Base::whole(-5_000), Usd::ZERO)).unwrap();
    assert_eq!(market.ledger().balance(Account::ImpactReserve), Usd::ZERO);
    // Closing 500 k: half-spread 100 and 4 bp = 200; the impact of 250 comes back.
    assert_eq!(before - wealth(&market), Usd::whole(100 + 200 - 250));
}

/// M-4.7.
#[test]
fn caps_bind_and_the_minimum_fill_stays() {
    // Skew 1.9 M of a ladder of 2 M leaves 100 k, and 0.05 % of 10 M = 5 000 beyond.
    let mut market = market(1_900_000);
    let terms = order(Base::whole(9_000), Usd::whole(100_000));
    assert_eq!(send(&mut market, terms), Ok(Base::whole(1_050)));
    let refused = market.plan_order(&order(Base::whole(1), Usd::whole(10)));
    assert!(
        matches!(
            refused,
            Err(Refusal::Limit {
                limit: "net skew",
                ..
            })
        ),
        "{refused:?}"
    );
    // All or none refuses the part instead.
    let whole = OrderTerms {
        fill: FillRule::AllOrNone,
        ..terms
    };
    let mut fresh = self::market(1_900_000);
    assert!(matches!(
        fresh.plan_order(&whole),
        Err(Refusal::PartOnly { .. })
    ));
    // A close is never capped, and the next minute fills again.
    assert_eq!(send(&mut fresh, terms), Ok(Base::whole(1_050)));
    assert_eq!(
        send(&mut fresh, order(Base::whole(-1_050), Usd::ZERO)),
        Ok(Base::whole(-1_050))
    );
    market.observe(Time::from_secs(60), price("100"), MarketStatus::Live);
    assert!(send(&mut market, order(Base::whole(1), Usd::whole(10))).is_ok());
}

/// M-7.
#[test]
fn one_account_holds_at_most_a_tenth_of_the_cap() {
    // 10 % of 90 % of 10 M = 900 k, and the minimum fill of 5 k.
    let mut market = market(0);
    let filled = send(&mut market, order(Base::whole(20_000), Usd::whole(100_000)));
    assert_eq!(filled, Ok(Base::whole(9_050)));
}

/// M-7: a check looks at the state after the operation.
#[test]
fn margin_is_held_on_the_state_after_the_order() {
    let market = market(0);
    // 500 k at 50x needs 10 000; costs are 350 + 300.
    let plan =
        |margin: &str| market.plan_order(&order(Base::whole(5_000), margin.parse().unwrap()));
    assert!(plan("10650").is_ok());
    let refused = plan("10649.999999");
    assert_eq!(
        refused,
        Err(Refusal::InitialMargin {
            equity: "9999.999999".parse().unwrap(),
            required: Usd::whole(10_000),
        })
    );
}

/// M-3.2: the limit price holds at the mark of execution.
#[test]
fn a_limit_price_is_held() {
    let market = market(0);
    // Buying 500 k costs 7 bp: 100.07.
    let terms = |limit| OrderTerms {
        limit: Some(price(limit)),
        ..order(Base::whole(5_000), Usd::whole(50_000))
    };
    assert!(market.plan_order(&terms("100.07")).is_ok());
    assert!(matches!(
        market.plan_order(&terms("100.0699999999")),
        Err(Refusal::LimitPrice { .. })
    ));
}

/// M-3.3.
#[test]
fn without_a_valid_mark_only_reductions_up_to_the_minimum_fill() {
    let mut market = market(0);
    send(&mut market, order(Base::whole(5_000), Usd::whole(50_000))).unwrap();
    market.observe(Time::from_secs(60), price("100"), MarketStatus::ReduceOnly);
    let gated = |size| OrderTerms {
        gate: Gate::ReduceAtLastMark,
        ..order(size, Usd::whole(10))
    };
    assert!(matches!(
        market.plan_order(&gated(Base::whole(1))),
        Err(Refusal::Status { .. })
    ));
    let plan = market.plan_order(&gated(Base::whole(-5_000))).unwrap();
    assert_eq!(plan.fill.filled, Base::whole(-50)); // 5 000 USD a minute
    assert_eq!(plan.charges.spread, Usd::whole(5)); // five times 2 bp
    send(&mut market, gated(Base::whole(-5_000))).unwrap();
    assert!(matches!(
        market.plan_order(&gated(Base::whole(-1))),
        Err(Refusal::Status { .. })
    ));
}

/// M-11.2: positions that do not fit are refused.
#[test]
fn endowments_beyond_a_limit_are_refused() {
    let error = std::panic::catch_unwind(|| market(2_000_001));
    assert!(error.is_err());
    let setup = Setup {
        start: Time::from_secs(1),
        opening: price("100"),
        margin: None,
        endowments: vec![Endowment {
            account: SKEWER,
            size: Base::whole(1),
            entry: price("102"),
            margin: Usd::whole(2),
        }],
        accounts: 2,
    };
    let capital = Capital {
        senior: Usd::whole(8_000),
        junior: Usd::whole(2_000),
        insurance: Usd::ZERO,
    };
    let error = IsolatedMarket::new(&setup, capital, Params::default(), Vec::new()).err();
    assert_eq!(
        error,
        Some(SetupError::Unhealthy {
            venue: "tranched",
            account: SKEWER,
            equity: Usd::ZERO,
            required: Usd::whole(1),
        })
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Inside one minute and at one mark, 2–50 pieces never do better than the whole, from any
    /// skew and with any reserve.
    /// M-1.3, M-4.3: cost grows with size along one curve.
    #[test]
    fn splitting_an_order_never_gains(
        notional in 1.0f64..7.0, pieces in 2usize..=50, skew in -100i64..=100, buy in any::<bool>(),
        warm in 0i64..20_000, weights in prop::collection::vec(1u32..1_000, 50),
    ) {
        let mut whole = market(skew * 20_000);
        if warm > 0 {
            // Another order first, so that the reserve holds something.
            let terms = OrderTerms { account: SKEWER, ..order(Base::units_i64(warm * 1_000_000), Usd::whole(500_000)) };
            let _ = send(&mut whole, terms);
        }
        let mut parts = clone(&whole, skew, warm);
        let micro = Usd::units_i64(10f64.powf(notional) as i64 * 1_000_000);
        let side = if buy { Side::Long } else { Side::Short };
        let size = side.signed(price("100").size_ceil(micro));
        let margin = Usd::whole(1_000_000);
        let filled = send(&mut whole, order(size, margin));
        let total: u64 = weights.iter().take(pieces).map(|w| u64::from(*w)).sum();
        let (mut left, mut got) = (size, Base::ZERO);
        for (n, weight) in weights.iter().take(pieces).enumerate() {
            let part = if n + 1 == pieces { left } else {
                size.mul_div_floor(Usd::units_i64(i64::from(*weight)), Usd::units_i64(total as i64)).unwrap()
            };
            left -= part;
            let margin = if n == 0 { margin } else { Usd::ZERO };
            match send(&mut parts, order(part, margin)) {
                Ok(filled) => got += filled,
                Err(Refusal::NotPositive) if n == 0 => { parts.commit_margin(TRADER, margin); }
                Err(_) => {}
            }
        }
        prop_assert!(got.abs() <= filled.clone().unwrap_or(Base::ZERO).abs());
        if Ok(got) == filled {
            prop_assert!(wealth(&parts) <= wealth(&whole), "{} parts against {}", wealth(&parts), wealth(&whole));
        }
    }

    /// A round trip at an unchanged mark never gains, in any split of its two ways.
    #[test]
    fn a_round_trip_never_gains(
        notional in 1.0f64..7.0, skew in -100i64..=100, buy in any::<bool>(), back in 1usize..=10, warm in 0i64..20_000,
    ) {
        let mut market = market(skew * 20_000);
        if warm > 0 {
            let terms = OrderTerms { account: SKEWER, ..order(Base::units_i64(warm * 1_000_000), Usd::whole(500_000)) };
            let _ = send(&mut market, terms);
        }
        let micro = Usd::units_i64(10f64.powf(notional) as i64 * 1_000_000);
        let side = if buy { Side::Long } else { Side::Short };
        let size = side.signed(price("100").size_ceil(micro));
        if let Ok(filled) = send(&mut market, order(size, Usd::whole(1_000_000))) {
            let mut left = -filled;
            for n in 0..back {
                let part = if n + 1 == back { left } else {
                    (-filled).mul_div_floor(Usd::ULP, Usd::units_i64(back as i64)).unwrap()
                };
                left -= part;
                if !part.is_zero() {
                    prop_assert_eq!(send(&mut market, order(part, Usd::ZERO)), Ok(part));
                }
            }
            prop_assert!(market.position(TRADER).is_flat());
            prop_assert!(wealth(&market) <= Usd::ZERO, "gained {}", wealth(&market));
        }
    }
}

/// The same market again: it has no clone, so it is made the same way.
fn clone(_: &IsolatedMarket, skew: i64, warm: i64) -> IsolatedMarket {
    let mut again = market(skew * 20_000);
    if warm > 0 {
        let terms = OrderTerms {
            account: SKEWER,
            ..order(Base::units_i64(warm * 1_000_000), Usd::whole(500_000))
        };
        let _ = send(&mut again, terms);
    }
    again
}
