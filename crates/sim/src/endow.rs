//! Initial positions: stated ones as they stand, crowds drawn, all shrunk by one factor if asked.

use seawall_ledger::AccountId;
use seawall_scenario::{Collateral, Crowd};
use seawall_units::{Base, Price, Ratio, Round, Usd};
use seawall_venue::{Endowment, LimitUse};

use crate::draw::{Group, Purpose};

/// What a position of a size needs at a price to be opened.
pub type Required<'a> = &'a dyn Fn(Base, Price) -> Usd;

/// The profit of a position at a price.
///
/// **Formula** `q·P − q·E0`. **Rounding** down: value down, cost up.
fn profit(position: &Endowment, price: Price) -> Usd {
    price.value_floor(position.size) - position.entry.value_ceil(position.size)
}

/// The margin that a position lacks at `opening` to hold its initial requirement there, which is
/// taken of its value at the opening or at its entry, whichever is more.
fn lacking(position: &Endowment, opening: Price, required: Required<'_>) -> Usd {
    let equity = position.margin + profit(position, opening);
    let required = required(position.size.abs(), opening.max(position.entry));
    (required - equity).or_zero()
}

/// The position with its margin raised to its initial requirement at the opening price, if it is
/// below.
pub fn topped_up(position: Endowment, opening: Price, required: Required<'_>) -> Endowment {
    Endowment {
        margin: position.margin + lacking(&position, opening, required),
        ..position
    }
}

/// Draws the positions of a crowd.
///
/// Size is the drawn notional at the opening price, rounded down, at least one grid unit; margin
/// is the value at entry over the drawn leverage, rounded up.
///
/// A position whose equity at the opening price is below what is `required` there, the initial
/// margin of the tightest venue, could not be held in every venue: it is entered at the opening
/// price instead, and if its leverage alone is too high, its margin is [`topped_up`].
pub fn draw_crowd(
    seed: u64,
    crowd: &Crowd,
    opening: Price,
    required: Required<'_>,
) -> Vec<Endowment> {
    let drawn = &crowd.positions;
    let group = Group::new(seed, Purpose::Positions, &drawn.name);
    let member = |place: u32| {
        let mut draws = group.member(u64::from(place));
        let side = match draws.happens(drawn.long_share) {
            true => seawall_units::Side::Long,
            false => seawall_units::Side::Short,
        };
        let notional = draws.value(&drawn.notional);
        let leverage = Collateral::Leverage(draws.value(&drawn.leverage));
        let entry = opening.scaled(draws.value(&drawn.entry), Round::Floor);
        let size = opening.size_floor(notional).max(Base::ULP);
        let entered = |entry: Price| Endowment {
            account: AccountId::new(crowd.first.number().saturating_add(place)),
            size: side.signed(size),
            entry,
            margin: leverage.margin_for(entry.value_ceil(size)),
        };
        let mut position = entered(entry.unwrap_or(opening));
        if lacking(&position, opening, required).is_positive() {
            position = entered(opening);
        }
        topped_up(position, opening, required)
    };
    (0..drawn.count).map(member).collect()
}

/// The positions times a factor: sizes rounded down, margins up; what comes to nothing is left
/// out.
#[must_use]
pub fn shrunk(positions: &[Endowment], factor: Ratio) -> Vec<Endowment> {
    let each = positions.iter().map(|position| Endowment {
        // Towards zero on both sides.
        size: match position.size.is_negative() {
            true => position.size.mul_ceil(factor),
            false => position.size.mul_floor(factor),
        },
        margin: position.margin.mul_ceil(factor),
        ..*position
    });
    each.filter(|position| !position.size.is_zero()).collect()
}

/// The factor by which the positions must shrink to use no limit beyond what is allowed.
///
/// **Formula** the least `allowed / value`, at most one. **Rounding** down.
///
/// ```
/// use seawall_sim::fitting_factor;
/// use seawall_units::{Ratio, Usd};
/// use seawall_venue::LimitUse;
/// let limit = |value, allowed| LimitUse {
///     limit: "reserved", value: Usd::whole(value), allowed: Usd::whole(allowed) };
/// assert_eq!(fitting_factor(&[limit(100, 400), limit(500, 400)]), "0.8".parse()?);
/// assert_eq!(fitting_factor(&[limit(100, 400)]), Ratio::ONE);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn fitting_factor(uses: &[LimitUse]) -> Ratio {
    let over = uses.iter().filter(|each| each.value > each.allowed);
    let factors = over.map(|each| {
        let factor = each.allowed.or_zero().ratio_floor(each.value);
        factor.unwrap_or_default()
    });
    factors.min().unwrap_or(Ratio::ONE)
}
