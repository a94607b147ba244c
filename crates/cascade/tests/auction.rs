//! Collateral auctions: hand calculations and laws.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use proptest::prelude::*;
use seawall_cascade::lending::auction::{
    AuctionParams, Bidder, DebtAuctionParams, KeeperParams, Lot, LotSale, plan_debt_auction,
    plan_lots, plan_sale,
};
use seawall_cascade::lending::{Loan, Prices};
use seawall_units::{Ratio, TokenPrice, Tokens};

fn t(text: &str) -> Tokens {
    text.parse().unwrap()
}

fn at(price: &str) -> Prices {
    Prices {
        collateral: price.parse().unwrap(),
        debt: TokenPrice::ONE,
    }
}

fn bidder(cash: &str, margin_bps: i32) -> Bidder {
    Bidder {
        cash: t(cash),
        margin: Ratio::bps(margin_bps),
        gas_up_to: t("10"),
    }
}

fn lot(collateral: &str, owed: &str, wanted: &str) -> Lot {
    Lot {
        collateral: t(collateral),
        owed: t(owed),
        wanted: t(wanted),
    }
}

fn sale(lot: &Lot, price: &str, bidders: &[Bidder], gas: &str) -> Option<LotSale> {
    plan_sale(
        lot,
        &at(price),
        bidders,
        (t(gas), &AuctionParams::default()),
    )
}

#[test]
fn the_winner_pays_what_the_next_one_would_raised_once() {
    // 50 at 100: margins of 5 % and 10 % would pay 4 750 and 4 500; 4 500 · 1.03 = 4 635.
    let lot = lot("50", "4600", "5198");
    let two = sale(
        &lot,
        "100",
        &[bidder("9000", 1_000), bidder("9000", 500)],
        "0",
    )
    .unwrap();
    assert_eq!((two.winner, two.bid), (1, t("4635")));
    assert_eq!(
        (two.repaid, two.sold, two.returned),
        (t("4600"), t("50"), Tokens::ZERO)
    );
    // Cash bounds it: with 4 000 the second bids 4 000 · 1.03 = 4 120 up.
    let poor = sale(
        &lot,
        "100",
        &[bidder("4000", 1_000), bidder("9000", 500)],
        "0",
    )
    .unwrap();
    assert_eq!((poor.bid, poor.repaid), (t("4120"), t("4120")));
}

#[test]
fn the_bids_turn_where_all_is_raised() {
    // 50 at 150 are 7 500; 5 650 is wanted. Margins of 5 % and 10 % would take
    // 5 650/142.5 = 39.649… and 5 650/135 = 41.851…; the next less one increase is
    // 41.851…/1.03 = 40.632866…, above the winner's own.
    let lot = lot("50", "5000", "5650");
    let two = sale(
        &lot,
        "150",
        &[bidder("9000", 1_000), bidder("9000", 500)],
        "0",
    )
    .unwrap();
    assert_eq!((two.winner, two.bid, two.repaid), (1, t("5650"), t("5000")));
    assert_eq!(two.sold, t("40.632865875584322186"));
    assert_eq!(two.returned, t("9.367134124415677814"));
    // One of them cannot pay 5 650: the other takes all of it for that.
    let one = sale(
        &lot,
        "150",
        &[bidder("5600", 1_000), bidder("9000", 500)],
        "0",
    )
    .unwrap();
    assert_eq!((one.winner, one.bid, one.sold), (1, t("5650"), t("50")));
}

#[test]
fn a_lone_bidder_pays_the_opening_bid_and_nobody_pays_nothing() {
    let lot = lot("50", "5000", "5650");
    let awake = Bidder {
        gas_up_to: t("1000"),
        ..bidder("9000", 500)
    };
    let alone = sale(&lot, "110", &[bidder("9000", 500), awake], "11").unwrap();
    assert_eq!(
        (alone.winner, alone.bid, alone.sold),
        (1, Tokens::ZERO, t("50"))
    );
    assert_eq!(sale(&lot, "110", &[bidder("9000", 500)], "11"), None);
    // A least opening bid, as the debt auction has one, ends it.
    let rules = AuctionParams {
        opening_bid: t("2500"),
        ..AuctionParams::default()
    };
    let paid = plan_sale(&lot, &at("110"), &[awake], (t("11"), &rules)).unwrap();
    assert_eq!(paid.bid, t("2500"));
}

#[test]
fn the_debt_auction_of_march_2020() {
    // 86 lots had raised 4.3 million at 246.05 each on average: 17 476.13 MKR.
    let rules = DebtAuctionParams {
        price: "246.05".parse().unwrap(),
        discount: Ratio::ZERO,
        ..DebtAuctionParams::default()
    };
    let auction = plan_debt_auction(t("4349999.99"), &rules);
    assert_eq!((auction.lots, auction.raised), (86, t("4300000")));
    assert!(auction.minted.to_string().starts_with("17476.1227"));
    // 282.79 less 13 % is 246.0273, the average of the day.
    let day = plan_debt_auction(t("50000"), &DebtAuctionParams::default());
    assert!(
        day.minted.to_string().starts_with("203.229"),
        "{}",
        day.minted
    );
}

#[test]
fn ranges() {
    let said = |rules: AuctionParams| rules.validate().unwrap_err().to_string();
    let keeper = |keeper| AuctionParams {
        keepers: [(String::from("k"), keeper)].into(),
        ..AuctionParams::default()
    };
    let margin = KeeperParams {
        margin: Ratio::ONE,
        ..KeeperParams::default()
    };
    assert!(said(keeper(margin)).starts_with("`auction.keepers.margin` is 1.0"));
    let cash = KeeperParams {
        cash: t("-1"),
        ..KeeperParams::default()
    };
    assert!(said(keeper(cash)).ends_with("legal: 0 to 1000000000000000"));
    let rules = AuctionParams {
        gas: vec![t("1"), t("6")],
        ..AuctionParams::default()
    };
    assert_eq!(
        [1, 2, 3].map(|round| rules.gas_in(round)),
        ["1", "6", "6"].map(t)
    );
}

fn amount() -> impl Strategy<Value = Tokens> {
    (0..=33_u32, 1..10_i128).prop_map(|(power, digit)| {
        Tokens::from_units((digit * 10_i128.pow(power)).min(Tokens::MAX.units())).unwrap()
    })
}

fn bidders() -> impl Strategy<Value = Vec<Bidder>> {
    let one = (amount(), 0..=9_999_i32, amount()).prop_map(|(cash, margin, gas_up_to)| Bidder {
        cash,
        margin: Ratio::bps(margin),
        gas_up_to,
    });
    proptest::collection::vec(one, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Lots are all of the collateral and all of the debt, and none is too large.
    #[test]
    fn lots_are_all_of_it(collateral in amount(), debt in amount(), size in amount()) {
        let rules = AuctionParams { lot: size, ..AuctionParams::default() };
        let lots = plan_lots(&Loan { collateral, debt }, &rules);
        prop_assert!(lots.len() <= 10_000);
        prop_assert_eq!(lots.iter().map(|lot| lot.collateral).sum::<Tokens>(), collateral);
        prop_assert_eq!(lots.iter().map(|lot| lot.owed).sum::<Tokens>(), debt);
        prop_assert!(lots.iter().all(|lot| lot.collateral.is_positive() && lot.wanted >= lot.owed));
    }

    /// Nobody pays more than it has or more than is wanted, and nothing of the lot is lost.
    #[test]
    fn a_sale_is_within_its_means(
        (collateral, owed, gas, opening) in (amount(), amount(), amount(), amount()),
        units in 1..=1_000_000_000_000_000_000_000_i128,
        bidders in bidders(),
    ) {
        let rules = AuctionParams { opening_bid: opening.min(owed), ..AuctionParams::default() };
        let lot = Lot { collateral, owed, wanted: owed + owed.mul_ceil(rules.penalty) };
        let prices = Prices {
            collateral: TokenPrice::from_units(units).unwrap(),
            debt: TokenPrice::ONE,
        };
        match plan_sale(&lot, &prices, &bidders, (gas, &rules)) {
            Some(sale) => {
                let winner = bidders[sale.winner];
                prop_assert!(winner.gas_up_to >= gas && sale.bid <= winner.cash);
                prop_assert!(sale.bid <= lot.wanted && sale.repaid <= lot.owed);
                prop_assert!(sale.repaid <= sale.bid && !sale.bid.is_negative());
                prop_assert_eq!(sale.sold + sale.returned, collateral);
                prop_assert!(!sale.returned.is_negative());
                prop_assert!(sale.returned.is_zero() || sale.bid == lot.wanted);
            }
            None => {
                for one in &bidders {
                    let value = prices.in_debt(collateral, seawall_units::Round::Floor);
                    let kept = value.mul_ceil(Ratio::ONE - one.margin) - gas;
                    let unwilling = kept.min(one.cash) <= rules.opening_bid;
                    prop_assert!(gas > one.gas_up_to || unwilling);
                }
            }
        }
    }

    /// One more bidder never lowers what is raised, nor what goes back to the borrower.
    #[test]
    fn another_bidder_never_lowers_the_price(
        collateral in 1..1_000_i32, owed in 1..1_000_000_i32, price in 1..10_000_i32,
        mut bidders in bidders(), more in bidders(),
    ) {
        let lot = Lot {
            collateral: Tokens::whole(collateral),
            owed: Tokens::whole(owed),
            wanted: Tokens::whole(owed).mul_ceil(Ratio::bps(11_300)),
        };
        let prices = Prices {
            collateral: TokenPrice::from_units(i128::from(price) * TokenPrice::ONE_UNITS).unwrap(),
            debt: TokenPrice::ONE,
        };
        let terms = (Tokens::ZERO, &AuctionParams::default());
        let few = plan_sale(&lot, &prices, &bidders, terms);
        bidders.extend(more);
        let many = plan_sale(&lot, &prices, &bidders, terms);
        if let Some(few) = few {
            let many = many.unwrap();
            prop_assert!(many.bid >= few.bid && many.returned >= few.returned);
        }
    }
}
