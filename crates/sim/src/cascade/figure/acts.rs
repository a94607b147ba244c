//! Figures of attacks and of markets of perpetual futures.

use seawall_cascade::attack::{AttackEnd, AttackReport};
use seawall_cascade::{PerpReport, Run};
use seawall_units::{Base, Round, TokenPrice, Tokens, Usd, mul_div};

use super::{CascadeUnit, CascadeValue, Found, unknown};

/// Figures of the attacks that stand, added up; `shown.MARKET` is the highest price that a market
/// was shown within any of them.
const OF_ATTACK: [&str; 6] = ["stands", "capital", "borrowed", "fee", "profit", "shown"];

pub(super) fn of_attack(run: &Run, rest: &str) -> Found {
    let all = || run.rounds.iter().flat_map(|round| &round.attacks);
    let standing = || all().filter(|attack| attack.end == AttackEnd::Stands);
    let sum = |of: fn(&AttackReport) -> Tokens| {
        let units = standing().map(of).sum::<Tokens>().units();
        CascadeValue::Number(Some(units), CascadeUnit::Quote)
    };
    match rest.split_once('.') {
        Some(("shown", market)) => {
            let markets = || run.opening.markets.iter().map(|one| one.market.as_str());
            let Some(place) = markets().position(|name| name == market) else {
                return Err(unknown(market, markets()));
            };
            let shown = all().flat_map(|attack| &attack.shown);
            let most = shown.filter_map(|each| each.get(place)).max();
            let units = most.copied().map(TokenPrice::units);
            Ok(CascadeValue::Number(units, CascadeUnit::Price))
        }
        _ => Ok(match rest {
            "stands" => {
                let count = i128::try_from(standing().count()).unwrap_or(i128::MAX);
                CascadeValue::Number(Some(count), CascadeUnit::Count)
            }
            "capital" => sum(|attack| attack.capital),
            "borrowed" => sum(|attack| attack.borrowed),
            "fee" => sum(|attack| attack.fee),
            "profit" => sum(|attack| attack.profit),
            _ => return Err(unknown(rest, OF_ATTACK)),
        }),
    }
}

/// Figures of one market of perpetual futures over all rounds.
const OF_PERP: [&str; 6] = ["mark", "longs", "shorts", "deficits", "hedged", "fetched"];

pub(super) fn of_perp(run: &Run, rest: &str) -> Found {
    let first = run.rounds.first();
    let perps = || {
        let all = first.into_iter().flat_map(|round| &round.perps);
        all.map(|one| one.perp.as_str())
    };
    let (name, figure) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let Some(place) = perps().position(|perp| perp == name) else {
        return Err(unknown(name, perps()));
    };
    let rounds = || run.rounds.iter().filter_map(|round| round.perps.get(place));
    let sum = |of: fn(&PerpReport) -> i128, one: i128| {
        let units = rounds().map(of).fold(0_i128, i128::saturating_add);
        mul_div(units, Tokens::ONE_UNITS, one, Round::Floor)
    };
    let tokens = CascadeUnit::Tokens;
    let (units, unit) = match figure {
        "mark" => {
            let mark = rounds().next_back().map(|perp| TokenPrice::from(perp.mark));
            (mark.map(TokenPrice::units), CascadeUnit::Price)
        }
        "longs" => (sum(|perp| perp.longs.units(), Base::ONE_UNITS), tokens),
        "shorts" => (sum(|perp| perp.shorts.units(), Base::ONE_UNITS), tokens),
        "deficits" => {
            let units = sum(|perp| perp.deficits.units(), Usd::ONE_UNITS);
            (units, CascadeUnit::Quote)
        }
        "hedged" => (sum(|perp| perp.hedged.units(), Tokens::ONE_UNITS), tokens),
        "fetched" => {
            let units = sum(|perp| perp.fetched.units(), Tokens::ONE_UNITS);
            (units, CascadeUnit::Quote)
        }
        _ => return Err(unknown(figure, OF_PERP)),
    };
    Ok(CascadeValue::Number(units, unit))
}
