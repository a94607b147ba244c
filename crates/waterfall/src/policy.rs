//! Ways of sharing a socialised loss among winners, and the figures by which they are judged.
//!
//! A *policy* takes the endowments of the winners (the profit of each that may be cut) and a
//! budget, and says what each of them gives. Every policy here keeps two laws exactly: the cuts add
//! up to the budget, and nobody gives more than he has. They are pure arithmetic for comparing
//! mechanisms with each other; the venues' own ADL is where the venues are.
//!
//! | policy | who gives |
//! |---|---|
//! | [`queue`] | the first of a ranking everything, then the next, one of them a part |
//! | [`pro_rata`] | everybody the same share of his profit |
//! | [`capped`] | everybody the same share, none more than his cap (water-filling) |
//!
//! **Source** Chitra, arXiv:2512.01112 (sections 2.4 and 3.1); Chitra, Thogiti, Trujillo Ramirez, Xu,
//! arXiv:2602.15182.

use std::cmp::Ordering;

use seawall_units::{Ratio, Usd, split_pro_rata};

use crate::adl::fraction_cmp;

mod figures;

pub use figures::{
    leverage_mass, overshoot, pmr, ptsr, remaining_ptsr, severity, socialised, top_survivor,
};

/// A loss cannot be shared like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The budget is more than what the payers may give.
    #[error("the budget of {budget} USD is above the {capacity} USD that may be taken")]
    Uncoverable {
        /// What is asked for.
        budget: Usd,
        /// The most that the caps allow.
        capacity: Usd,
    },
    /// An amount is below zero.
    #[error("an amount of {amount} USD cannot be shared; legal: 0 or more")]
    Negative {
        /// The amount.
        amount: Usd,
    },
    /// A severity is out of its range.
    #[error("a severity of {severity} cannot be; legal: 0 to 1")]
    Severity {
        /// The severity.
        severity: Ratio,
    },
    /// A list names other payers than the endowments do.
    #[error("{given} entries for {payers} payers; legal: each payer once")]
    Payers {
        /// How many were given, or how many different ones.
        given: usize,
        /// How many payers there are.
        payers: usize,
    },
}

fn none_negative(amounts: &[Usd]) -> Result<(), PolicyError> {
    match amounts.iter().find(|amount| amount.is_negative()) {
        Some(amount) => Err(PolicyError::Negative { amount: *amount }),
        None => Ok(()),
    }
}

fn covered(budget: Usd, capacity: Usd) -> Result<(), PolicyError> {
    none_negative(&[budget])?;
    match budget > capacity {
        true => Err(PolicyError::Uncoverable { budget, capacity }),
        false => Ok(()),
    }
}

/// The queue: down the ranking each gives his whole endowment, and the last a part.
///
/// `order` names every payer once, first payer first. **Formula** `xᵢ = min(wᵢ, what is left)`.
/// **Rounding** none. **Errors** [`PolicyError`] when the budget is more than all endowments, an
/// amount is negative or `order` is no ranking of all payers.
/// **Source** arXiv:2512.01112, section 3.1.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_waterfall::policy::queue;
/// let usd = |text: &str| text.parse::<Usd>();
/// let endowments = [usd("8")?, usd("4")?, usd("0.5")?];
/// // The second stands first: 4 from him, the other 3.5 of 7.5 from the first.
/// let cuts = queue(usd("7.5")?, &endowments, &[1, 0, 2])?;
/// assert_eq!(cuts, [usd("3.5")?, usd("4")?, Usd::ZERO]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn queue(budget: Usd, endowments: &[Usd], order: &[usize]) -> Result<Vec<Usd>, PolicyError> {
    none_negative(endowments)?;
    covered(budget, endowments.iter().copied().sum())?;
    let ranking: std::collections::BTreeSet<usize> = order.iter().copied().collect();
    let payers = endowments.len();
    if order.len() != payers || ranking.len() != payers || ranking.last() >= Some(&payers) {
        let given = order.len().min(ranking.len());
        return Err(PolicyError::Payers { given, payers });
    }
    let mut left = budget;
    let mut cuts = vec![Usd::ZERO; payers];
    for place in order {
        if let (Some(cut), Some(endowment)) = (cuts.get_mut(*place), endowments.get(*place)) {
            *cut = left.min(*endowment);
            left -= *cut;
        }
    }
    Ok(cuts)
}

/// Everybody gives the same share of his endowment.
///
/// **Formula** `xᵢ = wᵢ·B/Σw`. **Rounding** by largest remainder, ties to the lower place, so the
/// cuts add up to the budget. **Errors** [`PolicyError`] when the budget is more than all
/// endowments or an amount is negative. **Source** arXiv:2512.01112, section 3.1.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_waterfall::policy::pro_rata;
/// let usd = |text: &str| text.parse::<Usd>();
/// // 7.5 of 12.5 is a share of 0.6.
/// let cuts = pro_rata(usd("7.5")?, &[usd("8")?, usd("4")?, usd("0.5")?])?;
/// assert_eq!(cuts, [usd("4.8")?, usd("2.4")?, usd("0.3")?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn pro_rata(budget: Usd, endowments: &[Usd]) -> Result<Vec<Usd>, PolicyError> {
    capped(budget, endowments, endowments)
}

/// Water-filling: everybody gives in proportion to his weight, none more than his cap.
///
/// With the endowments as weights this is the capped wealth policy `hᵢ = min(η, βᵢ)`; with
/// `wᵢ·notional/equity` as weights and the endowments as caps it is the levered pro-rata rule.
/// Who has no weight gives nothing.
///
/// **Formula** `xᵢ = min(cᵢ, η·wᵢ)` with the level `η` at which `Σxᵢ = B`.
/// **Rounding** by largest remainder among those below their caps, ties to the one who is nearer to
/// his cap, then to the lower place; the cuts add up to the budget and none is above its cap.
/// **Errors** [`PolicyError`] when the budget is more than all caps, an amount is negative or there
/// are not as many caps as weights. **Source** arXiv:2512.01112, section 3.1.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_waterfall::policy::capped;
/// let usd = |text: &str| text.parse::<Usd>();
/// // Capped at 4.6 of 8: he gives all of that, the other two 2.9 in proportion to 4 and 0.5.
/// let (weights, caps) = ([usd("8")?, usd("4")?, usd("0.5")?], [usd("4.6")?, usd("4")?, usd("0.5")?]);
/// let cuts = capped(usd("7.5")?, &weights, &caps)?;
/// assert_eq!(cuts, [usd("4.6")?, usd("2.577778")?, usd("0.322222")?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn capped(budget: Usd, weights: &[Usd], caps: &[Usd]) -> Result<Vec<Usd>, PolicyError> {
    none_negative(weights)?;
    none_negative(caps)?;
    if weights.len() != caps.len() {
        return Err(PolicyError::Payers {
            given: caps.len(),
            payers: weights.len(),
        });
    }
    // Payer, weight, cap; the one who meets his cap first stands first.
    let places = weights.iter().zip(caps).enumerate();
    let mut open: Vec<(usize, Usd, Usd)> = places
        .map(|(place, (weight, cap))| (place, *weight, *cap))
        .filter(|(_, weight, _)| weight.is_positive())
        .collect();
    covered(budget, open.iter().map(|(_, _, cap)| *cap).sum())?;
    open.sort_by(|a, b| fraction_cmp((a.2, a.1), (b.2, b.1)).then(a.0.cmp(&b.0)));
    let mut cuts = vec![Usd::ZERO; weights.len()];
    let mut left = budget;
    let mut weight: Usd = open.iter().map(|(_, weight, _)| *weight).sum();
    let mut below = open.as_slice();
    while let [(place, own, cap), rest @ ..] = below {
        // Below his cap at the level of all who are left: so are all after him.
        if fraction_cmp((*cap, *own), (left, weight)) == Ordering::Greater {
            break;
        }
        write(&mut cuts, *place, *cap);
        left -= *cap;
        weight -= *own;
        below = rest;
    }
    let shares: Vec<Usd> = below.iter().map(|(_, weight, _)| *weight).collect();
    let parts = split_pro_rata(left, &shares).unwrap_or_default();
    for ((place, _, _), part) in below.iter().zip(parts) {
        write(&mut cuts, *place, part);
    }
    Ok(cuts)
}

fn write(cuts: &mut [Usd], place: usize, amount: Usd) {
    if let Some(cut) = cuts.get_mut(place) {
        *cut = amount;
    }
}
