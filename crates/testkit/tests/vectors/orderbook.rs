//! Functions of the order book that the venue's documentation has numbers for.

use seawall_units::{Base, Price, Ratio, Side, Usd};
use seawall_venue_orderbook::{
    FundingParams, MarginTiers, Params, ShortReading, Tier, funding_rate, liquidation_price,
    premium, ranking_score,
};

use crate::vector::{Outcome, Vector, one, perhaps};

pub(crate) fn called(vector: &Vector) -> Option<Outcome> {
    let outcome = match vector.function.as_str() {
        "seawall_venue_orderbook::Params::default" => defaults(),
        "seawall_venue_orderbook::MarginTiers::maintenance" => requirements(vector),
        "seawall_venue_orderbook::liquidation_price" => {
            let (size, price): (Base, Price) = (vector.given("size"), vector.given("price"));
            let (available, rate) = (vector.given("available"), vector.given("maintenance"));
            let price = liquidation_price(size, price, available, rate);
            Outcome::from([("liquidation", perhaps(price))])
        }
        "seawall_venue_orderbook::funding_rate" => funding(vector),
        "seawall_venue_orderbook::ranking_score" => ranking(vector),
        "seawall_units::Usd::ratio_floor" => {
            let (part, whole): (Usd, Usd) = (vector.given("part"), vector.given("whole"));
            let ratio = part.ratio_floor(whole).unwrap();
            // Twelve places, as they are printed in the file.
            Outcome::from([("ratio", one(&ratio.to_string()[..14]))])
        }
        _ => return None,
    };
    Some(outcome)
}

fn defaults() -> Outcome {
    let params = Params::default();
    Outcome::from([
        ("taker", one(params.fees.taker)),
        ("maker", one(params.fees.maker)),
        ("partial_above", one(params.liquidation.partial_above)),
        ("partial_share", one(params.liquidation.partial_share)),
        ("cooldown", one(params.liquidation.cooldown)),
        ("threshold", one(params.backstop.threshold)),
        ("mark_interval", one(params.mark_interval)),
        ("takeover_interval", one(params.backstop.interval)),
        ("adl_interval", one(params.adl.interval)),
        ("sample_interval", one(params.funding.sample_interval)),
        ("impact_notional", one(params.funding.impact_notional)),
        ("interest", one(params.funding.interest)),
        ("clamp", one(params.funding.clamp)),
        ("hourly_cap", one(params.funding.hourly_cap)),
    ])
}

/// The requirements of a notional, and the deduction of its tier: what a rate alone would ask more.
fn requirements(vector: &Vector) -> Outcome {
    let pairs = vector.pairs::<Usd, u32>("tiers").into_iter();
    let tiers: Vec<Tier> = pairs
        .map(|(above, max_leverage)| Tier {
            above,
            max_leverage,
        })
        .collect();
    let notional: Usd = vector.given("notional");
    let tier = tiers.iter().rev().find(|tier| tier.above <= notional);
    let leverage = Usd::units_i64(i64::from(tier.unwrap().max_leverage) * 2);
    let margin = MarginTiers::native(&tiers);
    let alone = notional.mul_div_ceil(Usd::ULP, leverage).unwrap();
    let maintenance = margin.maintenance(notional);
    Outcome::from([
        ("initial", one(margin.initial(notional))),
        ("maintenance", one(maintenance)),
        ("deduction", one(alone - maintenance)),
    ])
}

fn funding(vector: &Vector) -> Outcome {
    let (bid, ask) = (Some(vector.given("bid")), Some(vector.given("ask")));
    let premium = premium(vector.given("oracle"), bid, ask);
    let rate = funding_rate(&FundingParams::default(), premium);
    let hourly = rate.mul_floor("0.125".parse().unwrap());
    Outcome::from([
        ("premium", one(premium)),
        ("rate", one(rate)),
        ("hourly", one(hourly)),
    ])
}

fn ranking(vector: &Vector) -> Outcome {
    let side = match vector.given::<String>("side").as_str() {
        "long" => Side::Long,
        _ => Side::Short,
    };
    let (notional, cost): (Usd, Usd) = (vector.given("notional"), vector.given("cost"));
    let value: Usd = vector.given("account_value");
    let score = |reading| -> Ratio { ranking_score(side, notional, cost, value, reading) };
    Outcome::from([
        ("entry_over_mark", one(score(ShortReading::EntryOverMark))),
        ("mark_over_entry", one(score(ShortReading::MarkOverEntry))),
    ])
}
