//! The figures of a cascade by their ids, as files, tables and sweeps name them.

mod acts;

use seawall_cascade::{AuctionReport, Class, MarketReport, Outcome, PoolReport, Run};
use seawall_scenario::nearest;
use seawall_units::{Ratio, Round, TokenPrice, Tokens, mul_div};

use super::sheet::of_sheet;

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CascadeUnit {
    /// Quote per token.
    Price,
    /// Quote.
    Quote,
    /// Tokens, or whatever else was sold or lent.
    Tokens,
    /// A part of one.
    Share,
    /// How many times.
    Times,
    /// A count.
    Count,
}

impl CascadeUnit {
    /// Decimals of its grid.
    #[must_use]
    pub const fn places(self) -> u32 {
        match self {
            Self::Count => 0,
            _ => 18,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Price => "quote per token",
            Self::Quote => "quote",
            Self::Tokens => "tokens",
            Self::Share => "share",
            Self::Times => "times",
            Self::Count => "count",
        }
    }
}

/// A figure of a whole run.
#[derive(Debug, Clone, Copy)]
pub struct CascadeFigure {
    /// Its id.
    pub id: &'static str,
    /// Its name in tables.
    pub label: &'static str,
    /// What it is counted in.
    pub unit: CascadeUnit,
    /// What it is.
    pub definition: &'static str,
    of: fn(&Outcome) -> Option<i128>,
}

impl CascadeFigure {
    /// Its value in units of its grid; `None` where it is not defined.
    #[must_use]
    pub fn units(&self, outcome: &Outcome) -> Option<i128> {
        (self.of)(outcome)
    }

    /// The figure with this id.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        CASCADE_FIGURES.iter().find(|figure| figure.id == id)
    }
}

const fn figure(
    (id, label): (&'static str, &'static str),
    unit: CascadeUnit,
    definition: &'static str,
    of: fn(&Outcome) -> Option<i128>,
) -> CascadeFigure {
    CascadeFigure {
        id,
        label,
        unit,
        definition,
        of,
    }
}

/// The figures of the whole, in the order of tables. Prices and falls are those of the pool that is
/// told.
pub const CASCADE_FIGURES: &[CascadeFigure] = &[
    figure(
        ("opening_spot", "price before"),
        CascadeUnit::Price,
        "The pool's price before anything happened.",
        |o| o.opening_spot.map(TokenPrice::units),
    ),
    figure(
        ("final_spot", "price after"),
        CascadeUnit::Price,
        "The pool's price at the end.",
        |o| o.final_spot.map(TokenPrice::units),
    ),
    figure(
        ("lowest_spot", "lowest price"),
        CascadeUnit::Price,
        "The pool's lowest price at the end of a round.",
        |o| o.lowest_spot.map(TokenPrice::units),
    ),
    figure(
        ("fall", "fall"),
        CascadeUnit::Share,
        "The part of the opening price that was lost in the worst round.",
        |o| fall(o.opening_spot, o.lowest_spot),
    ),
    figure(
        ("amplification", "amplification"),
        CascadeUnit::Times,
        "The whole fall over the fall that the shock alone made.",
        |o| o.amplification.map(Ratio::units),
    ),
    figure(
        ("loop_gain", "loop gain"),
        CascadeUnit::Times,
        "What the first liquidations added to a small fall, per fall.",
        |o| o.loop_gain.map(Ratio::units),
    ),
    figure(
        ("rounds", "rounds with liquidations"),
        CascadeUnit::Count,
        "Rounds in which loans were liquidated.",
        |o| Some(o.rounds.into()),
    ),
    figure(
        ("accounts", "loans liquidated"),
        CascadeUnit::Count,
        "Loans that were liquidated, each once.",
        |o| Some(o.accounts.into()),
    ),
    figure(
        ("liquidations", "liquidations"),
        CascadeUnit::Count,
        "Liquidations.",
        |o| Some(o.liquidations.into()),
    ),
    figure(
        ("toxic", "of them toxic"),
        CascadeUnit::Count,
        "Liquidations above the loan-to-value from which they make things worse.",
        |o| Some(o.toxic.into()),
    ),
    figure(
        ("sold", "sold by force"),
        CascadeUnit::Tokens,
        "Tokens sold by force, in all pools.",
        |o| Some(o.sold.units()),
    ),
    figure(
        ("proceeds", "proceeds"),
        CascadeUnit::Quote,
        "What forced sales fetched.",
        |o| Some(o.proceeds.units()),
    ),
    figure(
        ("repaid", "debt repaid"),
        CascadeUnit::Tokens,
        "Debt repaid by liquidators, in what was lent.",
        |o| Some(o.repaid.units()),
    ),
    figure(
        ("shortfall", "shortfall"),
        CascadeUnit::Quote,
        "Debt that collateral does not cover at the closing prices, written off or not.",
        |o| Some(o.shortfall.units()),
    ),
    figure(
        ("written_off", "of it written off"),
        CascadeUnit::Tokens,
        "Bad debt that was written off, in what was lent.",
        |o| Some(o.written_off.total().units()),
    ),
    figure(
        ("largest_round", "largest round"),
        CascadeUnit::Share,
        "The largest part of all forced sales that fell into one round.",
        |o| o.largest_round.map(Ratio::units),
    ),
    figure(
        ("quote_left", "quote left in the pool"),
        CascadeUnit::Share,
        "What is left of the quote that lay in the pool at the opening.",
        |o| o.quote_left.map(Ratio::units),
    ),
    figure(
        ("concentration", "concentration of LPs"),
        CascadeUnit::Share,
        "The sum of squares of the named owners' parts of the pool's shares at the opening.",
        |o| o.concentration.map(Ratio::units),
    ),
];

/// `1 − to/from`, rounded down; zero when it rose.
fn fall(from: Option<TokenPrice>, to: Option<TokenPrice>) -> Option<i128> {
    let (from, to) = (from?.units(), to?.units());
    let down = from.saturating_sub(to).max(0);
    mul_div(down, Ratio::ONE_UNITS, from, Round::Floor)
}

/// The value of a figure of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CascadeValue {
    /// So many units of a grid; `None` where the figure is not defined.
    Number(Option<i128>, CascadeUnit),
    /// A word.
    Word(&'static str),
}

/// A name that no figure has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFigure {
    /// What was asked for.
    pub found: String,
    /// What there is, with the nearest.
    pub legal: String,
}

/// The figure of a run that an id names: one of [`CASCADE_FIGURES`], `verdict`, `paid.CLASS`,
/// `owner.NAME`, `sheet.OWNER.FIGURE`, `pool.NAME.FIGURE`, `market.NAME.FIGURE`, `attack.FIGURE` or
/// `perp.NAME.FIGURE`.
///
/// **Errors** [`UnknownFigure`] with what there is.
pub fn cascade_figure(run: &Run, id: &str) -> Result<CascadeValue, UnknownFigure> {
    if id == "verdict" {
        return Ok(CascadeValue::Word(run.outcome.verdict.name()));
    }
    if let Some(figure) = CascadeFigure::named(id) {
        let units = figure.units(&run.outcome);
        return Ok(CascadeValue::Number(units, figure.unit));
    }
    let Some((kind, rest)) = id.split_once('.') else {
        let known = CASCADE_FIGURES.iter().map(|figure| figure.id);
        return Err(unknown(id, known.chain(["verdict"])));
    };
    match kind {
        "paid" => of_class(run, rest),
        "owner" => of_owner(run, rest),
        "sheet" => of_sheet(run, rest),
        "pool" => of_pool(run, rest),
        "market" => of_market(run, rest),
        "attack" => acts::of_attack(run, rest),
        "perp" => acts::of_perp(run, rest),
        _ => {
            let kinds = ["paid", "owner", "sheet", "pool", "market", "attack", "perp"];
            Err(unknown(kind, kinds))
        }
    }
}

pub(super) fn unknown<'n>(found: &str, names: impl IntoIterator<Item = &'n str>) -> UnknownFigure {
    let names: Vec<&str> = names.into_iter().collect();
    let near = nearest(found, names.iter().copied());
    let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    UnknownFigure {
        found: format!("`{found}`, which is no figure"),
        legal: format!("{}{hint}", names.join(", ")),
    }
}

type Found = Result<CascadeValue, UnknownFigure>;

fn of_class(run: &Run, name: &str) -> Found {
    let class = Class::ALL.into_iter().find(|class| class.name() == name);
    match class {
        Some(class) => {
            let gain = run.outcome.who_paid.of(class);
            Ok(CascadeValue::Number(Some(gain.units()), CascadeUnit::Quote))
        }
        None => Err(unknown(name, Class::ALL.map(Class::name))),
    }
}

fn of_owner(run: &Run, name: &str) -> Found {
    match run.outcome.who_paid.of_owner(name) {
        Some(gain) => Ok(CascadeValue::Number(Some(gain.units()), CascadeUnit::Quote)),
        None => {
            let holders = run.outcome.who_paid.holders.iter();
            Err(unknown(name, holders.map(|one| one.holder.as_str())))
        }
    }
}

/// Figures of one pool: its prices and what went through it in all rounds.
const OF_POOL: [&str; 11] = [
    "opening_spot",
    "final_spot",
    "lowest_spot",
    "highest_spot",
    "bought",
    "cost",
    "fall",
    "sold",
    "proceeds",
    "left_quote",
    "quote_left",
];

fn of_pool(run: &Run, rest: &str) -> Found {
    let pools = || run.opening.pools.iter().map(|pool| pool.pool.as_str());
    let (name, figure) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let Some(place) = pools().position(|pool| pool == name) else {
        return Err(unknown(name, pools()));
    };
    let rounds = || run.rounds.iter().filter_map(|round| round.pools.get(place));
    let opening = run.opening.pools.get(place);
    let spot = opening.and_then(|pool| pool.spot);
    let lowest = rounds().filter_map(|pool| pool.spot).chain(spot).min();
    let sum = |of: fn(&PoolReport) -> Tokens| Some(rounds().map(of).sum::<Tokens>().units());
    let last = rounds().next_back();
    let (units, unit) = match figure {
        "opening_spot" => (spot.map(TokenPrice::units), CascadeUnit::Price),
        "final_spot" => {
            let spot = last.and_then(|pool| pool.spot);
            (spot.map(TokenPrice::units), CascadeUnit::Price)
        }
        "lowest_spot" => (lowest.map(TokenPrice::units), CascadeUnit::Price),
        "highest_spot" => {
            let highest = rounds().filter_map(|pool| pool.spot).chain(spot).max();
            (highest.map(TokenPrice::units), CascadeUnit::Price)
        }
        "bought" => (sum(|pool| pool.bought), CascadeUnit::Tokens),
        "cost" => (sum(|pool| pool.cost), CascadeUnit::Quote),
        "fall" => (fall(spot, lowest), CascadeUnit::Share),
        "sold" => (sum(|pool| pool.sold), CascadeUnit::Tokens),
        "proceeds" => (sum(|pool| pool.proceeds), CascadeUnit::Quote),
        "left_quote" => (sum(|pool| pool.left_quote), CascadeUnit::Quote),
        "quote_left" => {
            let left = last.zip(opening);
            let left = left.and_then(|(now, then)| now.quote.ratio_floor(then.quote));
            (left.map(Ratio::units), CascadeUnit::Share)
        }
        _ => return Err(unknown(figure, OF_POOL)),
    };
    Ok(CascadeValue::Number(units, unit))
}

/// Figures of one lending market over all rounds.
const OF_MARKET: [&str; 5] = ["liquidated", "repaid", "seized", "written_off", "shortfall"];

/// Figures of the auctions of one lending market over all rounds.
const OF_AUCTIONS: [&str; 7] = [
    "lots",
    "unopposed",
    "unopposed_share",
    "raised",
    "given_away",
    "minted",
    "minted_for",
];

fn of_market(run: &Run, rest: &str) -> Found {
    let markets = || run.opening.markets.iter().map(|one| one.market.as_str());
    let (name, figure) = rest.rsplit_once('.').unwrap_or((rest, ""));
    let Some(place) = markets().position(|market| market == name) else {
        return Err(unknown(name, markets()));
    };
    let rounds = || {
        let rounds = run.rounds.iter();
        rounds.filter_map(|round| round.markets.get(place))
    };
    let sum = |of: fn(&MarketReport) -> Tokens| Some(rounds().map(of).sum::<Tokens>().units());
    let (units, unit) = match figure {
        "liquidated" => {
            let count = rounds().map(|market| i128::from(market.liquidated)).sum();
            (Some(count), CascadeUnit::Count)
        }
        "repaid" => (sum(|market| market.repaid), CascadeUnit::Tokens),
        "seized" => (sum(|market| market.seized), CascadeUnit::Tokens),
        "written_off" => (
            sum(|market| market.written_off.total()),
            CascadeUnit::Tokens,
        ),
        "shortfall" => {
            let last = rounds().next_back();
            (
                last.map(|market| market.shortfall.units()),
                CascadeUnit::Quote,
            )
        }
        _ if OF_AUCTIONS.contains(&figure) => return Ok(of_auctions(run, place, figure)),
        _ => return Err(unknown(figure, OF_MARKET.into_iter().chain(OF_AUCTIONS))),
    };
    Ok(CascadeValue::Number(units, unit))
}

/// A figure of the auctions of a market; none where there were none.
fn of_auctions(run: &Run, place: usize, figure: &str) -> CascadeValue {
    let rounds = run.rounds.iter();
    let markets: Vec<&MarketReport> = rounds.filter_map(|one| one.markets.get(place)).collect();
    let auctions = || markets.iter().filter_map(|market| market.auctions.as_ref());
    let any = auctions().next().is_some();
    let count = |of: fn(&AuctionReport) -> u32| auctions().map(|one| i128::from(of(one))).sum();
    let sum = |of: fn(&AuctionReport) -> Tokens| auctions().map(of).sum::<Tokens>().units();
    let (units, unit): (i128, _) = match figure {
        "lots" => (count(|one| one.lots), CascadeUnit::Count),
        "unopposed" => (count(|one| one.unopposed), CascadeUnit::Count),
        "unopposed_share" => {
            let (some, all) = (count(|one| one.unopposed), count(|one| one.lots));
            let share = mul_div(some, Ratio::ONE_UNITS, all, Round::Floor);
            return CascadeValue::Number(share, CascadeUnit::Share);
        }
        "raised" => (sum(|one| one.raised), CascadeUnit::Tokens),
        "given_away" => (sum(|one| one.given_away), CascadeUnit::Quote),
        "minted" => (sum(|one| one.minted), CascadeUnit::Tokens),
        _ => {
            let paid = markets.iter().map(|market| market.written_off.holders);
            (paid.sum::<Tokens>().units(), CascadeUnit::Tokens)
        }
    };
    CascadeValue::Number(any.then_some(units), unit)
}
