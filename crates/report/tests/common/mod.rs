#![allow(dead_code, clippy::unwrap_used)] // each test takes what it needs
//! A comparison written by hand: three venues, one storm.

use seawall_sim::{
    Comparison, CostAtSize, HouseDeficit, MinuteRow, OrderFill, Redemptions, StageOutcome,
    VenueOutcome, Winners,
};
use seawall_units::{Price, Ratio, Time, Usd};
use seawall_venue::{SkipReason, StageEnd, StageId, StageRule};

pub(crate) fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(crate) fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

pub(crate) fn stage(
    stage: StageId,
    rule: StageRule,
    absorbed: &str,
    end: Option<StageEnd>,
) -> StageOutcome {
    StageOutcome {
        stage,
        rule,
        absorbed: usd(absorbed),
        closed: "0".parse().unwrap(),
        owner_cost: Usd::ZERO,
        acted: u64::from(end.is_some()),
        end,
    }
}

fn cost(notional: i32, mean: &str, worst: &str, share: &str) -> CostAtSize {
    CostAtSize {
        notional: Usd::whole(notional),
        filled_share: ratio(share),
        mean: Some(ratio(mean)),
        worst: Some(ratio(worst)),
    }
}

fn tranched_stages() -> Vec<StageOutcome> {
    use StageRule::Native;
    let ended = |end| Some(end);
    let mut deleverage = stage(
        StageId::PartialDeleverage,
        Native,
        "0",
        ended(StageEnd::Skipped(SkipReason::TooThin)),
    );
    deleverage.closed = "12.5".parse().unwrap();
    deleverage.owner_cost = usd("6012.345678");
    let mut auction = stage(StageId::Auction, Native, "0", ended(StageEnd::Exhausted));
    auction.closed = "3.25".parse().unwrap();
    auction.owner_cost = usd("750.004999");
    vec![
        deleverage,
        auction,
        stage(StageId::Junior, Native, "300", ended(StageEnd::Exhausted)),
        stage(StageId::Insurance, Native, "50", ended(StageEnd::Exhausted)),
        stage(StageId::Adl, Native, "40", ended(StageEnd::Capped)),
        stage(StageId::Senior, Native, "30", ended(StageEnd::Cleared)),
        stage(
            StageId::Residual,
            Native,
            "0",
            ended(StageEnd::Skipped(SkipReason::NothingLeft)),
        ),
    ]
}

/// M-10 for one venue, with the pins of M-8.6: deficit 420, junior 300, insurance 50, ADL 40, senior 30.
#[allow(clippy::too_many_lines)] // one literal
pub(crate) fn tranched() -> VenueOutcome {
    VenueOutcome {
        name: "tranched",
        title: "Tranched market",
        capital_split: vec![
            ("senior", usd("7920792.08")),
            ("junior", usd("1980198.02")),
            ("insurance", usd("99009.90")),
        ],
        loss_order: vec![
            StageId::Junior,
            StageId::Insurance,
            StageId::Adl,
            StageId::Senior,
            StageId::Residual,
        ],
        ledger_sum: Usd::ZERO,
        opening_deficit: usd("420"),
        bad_debt: usd("400"),
        deficits: 3,
        stages: tranched_stages(),
        residual: Usd::ZERO,
        order_violations: 0,
        breaches: Vec::new(),
        winners: Winners {
            profit_before: usd("1234567.894999"),
            taken: usd("40"),
            count: 1,
            largest_single: usd("40"),
            overshoot: Usd::ZERO,
            closed_early: 1,
            residual_cut: Usd::ZERO,
        },
        orders: OrderFill {
            sent: 200,
            refused: 3,
            asked: usd("1000000"),
            filled: usd("987654.321"),
        },
        seconds_without_quote: 0,
        cost_vs_mark: vec![
            cost(1000, "0.00025", "0.0031", "1"),
            cost(100_000, "0.0003", "0.0062", "0.91"),
        ],
        senior_drawdown: Some(ratio("0.000012345")),
        junior_drawdown: Some(ratio("0.1525")),
        senior_change: Some(usd("-97.78")),
        junior_change: Some(usd("1250.5")),
        lp_return: ratio("-0.0123"),
        redemptions: Redemptions::default(),
        recovered: Usd::ZERO,
        tranches: None,
        backstop_result: None,
        house: None,
        liquidated_accounts: 41,
        liquidated_notional: usd("12345678.90"),
        funding_net: usd("-12.5"),
        funding_paid: usd("1500"),
        arbitrage: Vec::new(),
        senior_providers: None,
        junior_providers: None,
        reactions: seawall_sim::Reactions::default(),
        book: None,
        minutes: vec![MinuteRow {
            time: Time::from_secs(1_760_130_000),
            mark: price("121000.5"),
            open_interest_long: usd("12000000"),
            open_interest_short: usd("11000000"),
            lp_value: usd("9900990.10"),
            open_deficit: usd("-0"),
        }],
    }
}

pub(crate) fn hyperliquid() -> VenueOutcome {
    use StageRule::{Absent, Equivalent, Native};
    let mut venue = tranched();
    venue.name = "hyperliquid";
    venue.title = "Order book with a backstop vault";
    venue.capital_split = vec![("makers", usd("8000000")), ("backstop", usd("2000000"))];
    venue.stages = vec![
        stage(
            StageId::PartialDeleverage,
            Native,
            "0",
            Some(StageEnd::Cleared),
        ),
        stage(
            StageId::Auction,
            Absent("market orders into the book"),
            "0",
            None,
        ),
        stage(
            StageId::Junior,
            Equivalent("the backstop vault takes the position over and keeps what it makes of it"),
            "0",
            Some(StageEnd::Cleared),
        ),
        stage(StageId::Insurance, Absent("nothing"), "0", None),
        stage(StageId::Adl, Native, "119.999999", Some(StageEnd::Cleared)),
        stage(StageId::Senior, Absent("nothing"), "0", None),
        stage(
            StageId::Residual,
            Native,
            "0.000001",
            Some(StageEnd::Cleared),
        ),
    ];
    venue.opening_deficit = usd("120");
    venue.bad_debt = usd("120");
    venue.residual = usd("0.000001");
    venue.winners.taken = usd("98765.43");
    venue.winners.count = 37;
    venue.winners.largest_single = usd("20000");
    venue.winners.overshoot = usd("98645.430001");
    venue.orders.filled = usd("450000");
    venue.seconds_without_quote = 271;
    venue.cost_vs_mark = vec![
        cost(1000, "0.0001", "0.05", "0.8"),
        CostAtSize {
            mean: None,
            worst: None,
            ..cost(100_000, "0", "0", "0")
        },
    ];
    venue.senior_drawdown = None;
    venue.junior_drawdown = None;
    venue.lp_return = ratio("0.0042");
    venue.senior_change = None;
    venue.junior_change = None;
    venue.winners.closed_early = 52;
    venue.backstop_result = Some(usd("-54321.5"));
    venue.house = Some(HouseDeficit {
        opened: usd("29326.43"),
        backstop: usd("20000"),
        adl: usd("9000.42"),
        residual: usd("326.01"),
    });
    venue.loss_order = vec![StageId::Junior, StageId::Adl, StageId::Residual];
    venue
}

pub(crate) fn gmx() -> VenueOutcome {
    use StageRule::{Absent, Equivalent, Native};
    let mut venue = tranched();
    venue.name = "gmx";
    venue.title = "Pool";
    venue.capital_split = vec![("pool", usd("10000000"))];
    venue.stages = vec![
        stage(
            StageId::PartialDeleverage,
            Absent("the whole position is closed"),
            "0",
            None,
        ),
        stage(
            StageId::Auction,
            Absent("the whole position is closed"),
            "0",
            None,
        ),
        stage(
            StageId::Junior,
            Equivalent("the pool bears the loss"),
            "15",
            Some(StageEnd::Cleared),
        ),
        stage(
            StageId::Insurance,
            Absent("the pool bears the loss"),
            "0",
            None,
        ),
        stage(StageId::Adl, Native, "0", Some(StageEnd::Cleared)),
        stage(
            StageId::Senior,
            Absent("the pool bears the loss"),
            "0",
            None,
        ),
        stage(StageId::Residual, Native, "0", None),
    ];
    venue.opening_deficit = usd("15");
    venue.bad_debt = usd("15");
    venue.winners.taken = Usd::ZERO;
    venue.winners.count = 0;
    venue.winners.largest_single = Usd::ZERO;
    venue.seconds_without_quote = 60;
    venue.senior_drawdown = None;
    venue.junior_drawdown = None;
    venue.senior_change = None;
    venue.junior_change = None;
    venue.winners.closed_early = 0;
    venue.loss_order = vec![StageId::Junior, StageId::Residual];
    venue.lp_return = ratio("-0.05");
    venue
}

pub(crate) fn comparison() -> Comparison {
    Comparison {
        scenario: String::from("storm"),
        question: String::from("Who pays when the price falls by a tenth in half an hour?"),
        scenario_hash: "00".repeat(32),
        overrides: Vec::new(),
        seed: 7,
        terms: String::from("common (initial 5 %, maintenance 2.5 %)"),
        capital: usd("10000000"),
        span: (
            Time::from_secs(1_760_130_000),
            Time::from_secs(1_760_131_980),
        ),
        imports: Vec::new(),
        observed_seconds: 34,
        interpolated_seconds: 1947,
        scale: ratio("0.8312"),
        positions: 400,
        opening_interest: (usd("12000000"), usd("11000000")),
        price: (price("121000.5"), price("107000"), price("110000")),
        venues: vec![tranched(), hyperliquid(), gmx()],
    }
}
