//! Functions of policies, positions and prices that the ADL literature has numbers for.

use seawall_margin::{Accrual, Position};
use seawall_units::{Base, Index, Price, Ratio, Round, Side, Time, Usd};
use seawall_venue::{Setup, Venue};
use seawall_venue_orderbook::{
    BookParams, Capital, FeeParams, OrderBookVenue, Params, Segment, bankruptcy_price,
    liquidation_price,
};
use seawall_waterfall::policy;

use crate::vector::{Outcome, Vector, many, one, perhaps};

pub(crate) fn called(vector: &Vector) -> Option<Outcome> {
    let outcome = match vector.function.as_str() {
        "seawall_waterfall::policy::socialised" => {
            let sum = policy::socialised(vector.given("deficit"), vector.given("severity"));
            Outcome::from([("socialised", one(sum.unwrap()))])
        }
        "seawall_waterfall::policy::queue" => {
            let order = vector.list("order");
            let cuts = policy::queue(vector.given("budget"), &endowments(vector), &order);
            shared(vector, &cuts.unwrap())
        }
        "seawall_waterfall::policy::pro_rata" => {
            let cuts = policy::pro_rata(vector.given("budget"), &endowments(vector));
            shared(vector, &cuts.unwrap())
        }
        "seawall_waterfall::policy::capped" => {
            let (weights, caps) = (vector.list("weights"), vector.list("caps"));
            let cuts = policy::capped(vector.given("budget"), &weights, &caps);
            Outcome::from([("cuts", many(cuts.unwrap()))])
        }
        "seawall_waterfall::policy::ptsr" => ratios(vector),
        "seawall_waterfall::policy::overshoot" => {
            let beyond = policy::overshoot(vector.given("taken"), vector.given("needed"));
            Outcome::from([("overshoot", one(beyond))])
        }
        "seawall_waterfall::policy::leverage_mass" => {
            let (notionals, equities) = (vector.list("notionals"), vector.list("equities"));
            let positions: Vec<(Usd, Usd)> = notionals.into_iter().zip(equities).collect();
            Outcome::from([("mass", one(policy::leverage_mass(&positions)))])
        }
        "seawall_venue_orderbook::bankruptcy_price" => prices(vector),
        "seawall_margin::Position::equity" => equities(vector),
        "seawall_venue_orderbook::OrderBookVenue::quote" => impact(vector),
        _ => return None,
    };
    Some(outcome)
}

fn endowments(vector: &Vector) -> Vec<Usd> {
    vector.list("endowments")
}

fn shared(vector: &Vector, cuts: &[Usd]) -> Outcome {
    let equities: Vec<Usd> = vector.list("equities");
    let after = equities.into_iter().zip(cuts).map(|(had, cut)| had - *cut);
    Outcome::from([("cuts", many(cuts)), ("equities", many(after))])
}

fn ratios(vector: &Vector) -> Outcome {
    let cuts: Vec<Usd> = vector.list("cuts");
    let (deficit, largest) = (vector.given("deficit"), vector.given("largest_loss"));
    let taken: Usd = cuts.iter().copied().sum();
    let severity = policy::severity(taken, deficit);
    let top = policy::top_survivor(&endowments(vector), &cuts);
    Outcome::from([
        ("severity", one(severity)),
        ("top_survivor", one(top)),
        ("ptsr", perhaps(policy::ptsr(top, taken))),
        ("pmr", perhaps(policy::pmr(top, severity, largest))),
        (
            "remaining_ptsr",
            perhaps(policy::remaining_ptsr(top, deficit, taken)),
        ),
    ])
}

/// Bankruptcy price, and the liquidation price from what stands above maintenance at the entry.
fn prices(vector: &Vector) -> Outcome {
    let (size, margin): (Base, Usd) = (vector.given("size"), vector.given("margin"));
    let (price, maintenance): (Price, Ratio) = (vector.given("price"), vector.given("maintenance"));
    let required = price.value_ceil(size.abs()).mul_ceil(maintenance);
    let bankruptcy = bankruptcy_price(size, vector.given("cost"), margin);
    let liquidation = liquidation_price(size, price, margin - required, maintenance);
    Outcome::from([
        ("bankruptcy", perhaps(bankruptcy)),
        ("liquidation", perhaps(liquidation)),
    ])
}

fn equities(vector: &Vector) -> Outcome {
    let now = Accrual {
        funding: vector.given::<Index>("index"),
        ..Accrual::default()
    };
    let (entry, price): (Price, Price) = (vector.given("entry"), vector.given("price"));
    let (sizes, margins) = (vector.list("sizes"), vector.list("margins"));
    let each = sizes.into_iter().zip(margins).map(|(size, margin)| {
        Position::open(size, entry, &Accrual::default()).equity(margin, price, &now)
    });
    Outcome::from([("equities", many(each))])
}

/// A market order through one evenly filled stretch of quotes from the mid on.
fn impact(vector: &Vector) -> Outcome {
    let (mid, size): (Price, Base) = (vector.given("mid"), vector.given("size"));
    let notional = mid.value_ceil(size);
    let params = Params {
        fees: FeeParams {
            taker: Ratio::ZERO,
            maker: Ratio::ZERO,
        },
        book: BookParams {
            half_spread: Ratio::ZERO,
            segments: vec![Segment {
                to: vector.given("end"),
                share: Ratio::ONE,
            }],
            ..BookParams::curve()
        },
        ..Params::plain()
    };
    let setup = Setup {
        start: Time::from_secs(0),
        opening: mid,
        margin: None,
        endowments: Vec::new(),
        accounts: 1,
    };
    let capital = Capital {
        makers: notional,
        backstops: Vec::new(),
    };
    let venue = OrderBookVenue::new(setup, capital, params).unwrap();
    let quote = venue.quote(Side::Long, notional);
    let execution = Price::of(quote.filled + quote.cost, size, Round::Ceil).unwrap();
    let bankruptcy = bankruptcy_price(-size, -notional, vector.given("margin")).unwrap();
    let missing = Price::from_units(execution.units() - bankruptcy.units());
    Outcome::from([
        ("execution", one(execution)),
        ("bankruptcy", one(bankruptcy)),
        ("bad_debt", one(missing.unwrap())),
    ])
}
