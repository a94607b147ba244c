//! The initial positions of a run: stated and drawn ones, shrunk until every venue can hold them.

use seawall_scenario::Scenario;
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Endowment, Setup};

use crate::endow::{draw_crowd, fitting_factor, shrunk, topped_up};
use crate::entrants::Entrant;

/// Rounds in which the common factor is looked for: a limit need not move in proportion to it.
const MAX_SCALING_ROUNDS: usize = 16;

/// The positions that a seed draws at an opening price: nothing else has part in them.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) seed: u64,
    pub(crate) opening: Price,
    pub(crate) endowments: Vec<Endowment>,
    /// The factor that all of them were shrunk by.
    pub(crate) scale: Ratio,
}

impl Drawn {
    pub(crate) fn new(
        scenario: &Scenario,
        entrants: &[Box<dyn Entrant>],
        (seed, opening): (u64, Price),
    ) -> Self {
        let positions = Positions::new(scenario, entrants, (seed, opening));
        let mut setup = Setup {
            start: scenario.start(),
            opening,
            margin: scenario.margin_table(),
            endowments: positions.times(Ratio::ONE),
            accounts: scenario.accounts(),
        };
        let scale = match scenario.file().positions.scale {
            true => positions.fitted(&mut setup),
            false => Ratio::ONE,
        };
        Self {
            seed,
            opening,
            endowments: setup.endowments,
            scale,
        }
    }
}

/// The initial positions, stated and drawn.
struct Positions<'a> {
    stated: &'a [Endowment],
    drawn: Vec<Endowment>,
    opening: Price,
    entrants: &'a [Box<dyn Entrant>],
}

impl<'a> Positions<'a> {
    /// Stated positions as they stand, and the crowds as every venue could hold them.
    fn new(
        scenario: &'a Scenario,
        entrants: &'a [Box<dyn Entrant>],
        (seed, opening): (u64, Price),
    ) -> Self {
        let required = |size, price| required(entrants, size, price);
        let crowds = scenario.crowds().iter();
        let drawn = crowds.flat_map(|crowd| draw_crowd(seed, crowd, opening, &required));
        Self {
            stated: scenario.endowments(),
            drawn: drawn.collect(),
            opening,
            entrants,
        }
    }

    /// All of them times a factor. A drawn one that became too small for a venue's fixed minimum
    /// is topped up.
    fn times(&self, factor: Ratio) -> Vec<Endowment> {
        let all = self.stated.iter().chain(&self.drawn);
        if factor == Ratio::ONE {
            // Nothing becomes smaller, and who was topped up when drawn lacks nothing.
            return all.filter(|each| !each.size.is_zero()).copied().collect();
        }
        let required = |size, price| required(self.entrants, size, price);
        let drawn = shrunk(&self.drawn, factor).into_iter();
        let drawn = drawn.map(|each| topped_up(each, self.opening, &required));
        shrunk(self.stated, factor)
            .into_iter()
            .chain(drawn)
            .collect()
    }

    /// The factor by which all positions shrink until no limit of any venue is broken, and the
    /// setup with them; what cannot be fitted so is left for the venue to refuse.
    fn fitted(&self, setup: &mut Setup) -> Ratio {
        let mut scale = Ratio::ONE;
        for _ in 0..MAX_SCALING_ROUNDS {
            let uses = self.entrants.iter().flat_map(|each| each.limit_use(setup));
            let uses: Vec<_> = uses.collect();
            let factor = fitting_factor(&uses);
            if factor == Ratio::ONE {
                break;
            }
            scale = scale.mul_floor(factor);
            setup.endowments = self.times(scale);
        }
        scale
    }
}

/// The initial margin of the tightest venue.
fn required(entrants: &[Box<dyn Entrant>], size: Base, price: Price) -> Usd {
    let each = entrants.iter();
    let each = each.map(|entrant| entrant.initial_margin(size, price));
    each.max().unwrap_or_default()
}
