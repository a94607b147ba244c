//! Lots of the small auction and their prices (M-8.2).

use std::collections::BTreeMap;

use crate::books::{Books, Held};
use crate::findings::Findings;
use crate::fixed::{Base, Price, Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, Side, Venue};
use crate::record::{Liquidation, Lot as Listed};
use crate::wide::{Round, mul_div, part, times, value};

use super::requirement::Requirement;

/// Units of price × units of base in a unit of USD.
const PRICE: i128 = 10_i128.pow(12);

/// The auction's parameters and its live lots.
#[derive(Debug)]
pub(crate) struct Auction {
    lot: Usd,
    lot_share: Ratio,
    max_lots: u64,
    in_flight: Ratio,
    duration: u64,
    owners: BTreeMap<u32, Owner>,
    offer: Option<Offer>,
}

/// One lot as it was offered in a second: several bidders may share it, all at its price.
#[derive(Debug, Clone, Copy)]
struct Offer {
    account: u32,
    now: u64,
    equity: Usd,
    held: Held,
    kept: Usd,
}

/// The live lots of one owner.
#[derive(Debug, Default)]
struct Owner {
    lots: Vec<Lot>,
    /// Equity that lots sold so far have left him: it does not stand behind the rest.
    kept: Usd,
}

/// A live lot.
#[derive(Debug, Clone, Copy)]
struct Lot {
    /// Unsigned size still for sale.
    size: Base,
    since: u64,
}

impl Auction {
    /// The auction, where the venue has one and the header its parameters.
    pub(crate) fn of(books: &Books) -> Option<Self> {
        let at = &books.parameters;
        if books.venue != Venue::Tranched {
            return None;
        }
        Some(Self {
            lot: at.usd("waterfall.auction.lot")?,
            lot_share: at.ratio("waterfall.auction.lot_share")?,
            max_lots: at.count("waterfall.auction.max_lots")?,
            in_flight: at.ratio("waterfall.auction.in_flight")?,
            duration: at.count("waterfall.auction.duration")?.max(1),
            owners: BTreeMap::new(),
            offer: None,
        })
    }

    /// A lot goes live: its size, the number of lots, and what is in flight.
    pub(crate) fn listed(&mut self, books: &Books, lot: &Listed, findings: &mut Findings) {
        let law = Law::AuctionLots;
        self.owners
            .retain(|account, _| !books.held(Account::margin(*account)).is_flat());
        let held = books.held(Account::margin(lot.account));
        findings.applied(law);
        let size = lot.size.abs();
        if lot.size.signum() != held.size.signum() {
            findings.broken(law, format_args!("a part of {}", held.size), lot.size);
        }
        let owner = self.owners.entry(lot.account).or_default();
        owner.lots.push(Lot {
            size,
            since: books.now,
        });
        let for_sale: Base = owner.lots.iter().map(|lot| lot.size).sum();
        if for_sale > held.size.abs() {
            findings.broken(
                law,
                format_args!("at most {} for sale", held.size.abs()),
                for_sale,
            );
        }
        let most = self
            .lot
            .min(times(lot.near_depth, self.lot_share, Round::Floor));
        let notional = value(size, books.mark, Round::Ceil);
        if notional > most {
            findings.broken(law, format_args!("a lot of at most {most}"), notional);
        }
        let live = self.owners.values().map(|owner| owner.lots.len());
        let count = u64::try_from(live.sum::<usize>()).unwrap_or(u64::MAX);
        if count > self.max_lots {
            findings.broken(
                law,
                format_args!("at most {} live lots", self.max_lots),
                count,
            );
        }
        let sizes = self.owners.values().flat_map(|owner| &owner.lots);
        let flight: Usd = sizes
            .map(|lot| value(lot.size, books.mark, Round::Ceil))
            .sum();
        let most = times(lot.near_depth, self.in_flight, Round::Floor);
        if flight > most {
            findings.broken(law, format_args!("at most {most} in flight"), flight);
        }
    }

    /// A bidder or the pool takes a lot or a part of it.
    pub(crate) fn sold(&mut self, books: &Books, taken: &Liquidation, findings: &mut Findings) {
        let law = Law::AuctionPrice;
        let shared = self.offer.filter(|offer| {
            let same = (offer.account, offer.now, offer.equity);
            same == (taken.account, books.now, taken.equity)
        });
        let now = books.held(Account::margin(taken.account));
        let held = shared.map_or(now, |offer| offer.held);
        findings.applied(law);
        let Some(owner) = self.owners.get_mut(&taken.account) else {
            let found = format_args!("a sale of margin:{}", taken.account);
            let expected = "a live lot of a position below its target";
            findings.applied(Law::LiquidationTrigger);
            findings.broken(Law::LiquidationTrigger, expected, found);
            return;
        };
        let (size, duration) = (taken.size.abs(), self.duration);
        let mut expected = Vec::new();
        let mut found = None;
        let kepts = shared.map_or([owner.kept, Usd::ZERO], |offer| [offer.kept; 2]);
        for kept in kepts {
            let bankruptcy = bankruptcy(&held, books.mark, taken.equity - kept);
            for (place, lot) in owner.lots.iter().enumerate() {
                let elapsed = books.now.saturating_sub(lot.since);
                let price = match taken.taker {
                    Some(_) => on_line(books.mark, bankruptcy, &held, (elapsed, duration)),
                    None => bankruptcy,
                };
                let due = taken.taker.is_some() || elapsed >= duration;
                if found.is_none() && price == taken.price && lot.size >= size && due {
                    found = Some((place, kept));
                }
                expected.push(price.to_string());
            }
        }
        let Some((place, kept)) = found else {
            expected.dedup();
            findings.broken(
                law,
                format_args!("a lot of {size} at {}", expected.join(" or ")),
                taken.price,
            );
            return;
        };
        if shared.is_none() {
            owner.kept = kept;
            self.offer = Some(Offer {
                account: taken.account,
                now: books.now,
                equity: taken.equity,
                held,
                kept,
            });
        }
        if taken.taker.is_some() {
            owner.keep(books, (&held, kept), taken);
        }
        if let Some(lot) = owner.lots.get_mut(place) {
            lot.size -= size;
        }
        owner.lots.retain(|lot| !lot.size.is_zero());
    }

    /// The phase begins: positions that are flat, or back at their target, have no lots.
    pub(crate) fn begins(&mut self, books: &Books, requirement: &Requirement) {
        self.owners.retain(|account, _| {
            let holder = Account::margin(*account);
            let held = books.held(holder);
            let well = books.is_live() && books.equity(holder) >= requirement.target(&held, books);
            !held.is_flat() && !well
        });
    }
}

impl Owner {
    /// What a sold part leaves: its share of the equity behind the position, less the discount.
    fn keep(&mut self, books: &Books, (held, kept): (&Held, Usd), taken: &Liquidation) {
        let behind = (taken.equity - kept).or_zero();
        let share = part(
            behind,
            taken.size.abs().units(),
            held.size.abs().units(),
            Round::Floor,
        );
        let discount = value(taken.size, books.mark, Round::Ceil)
            - value(taken.size, taken.price, Round::Floor);
        self.kept += (share - discount.or_zero()).or_zero();
    }
}

/// The price at which `equity` is gone: `P − E/q`, towards the mark, the mark itself at most.
fn bankruptcy(held: &Held, mark: Price, equity: Usd) -> Price {
    let rest = value(held.size, mark, Round::Floor) - equity.or_zero();
    let (amount, size, round) = match held.side() {
        Some(Side::Long) => (rest, held.size, Round::Ceil),
        Some(Side::Short) => (-rest, -held.size, Round::Floor),
        None => return mark,
    };
    let units = mul_div(amount.units(), PRICE, size.units(), round).filter(|units| *units > 0);
    match (units.map(Price::from_units), held.side()) {
        (Some(price), Some(Side::Long)) => price.min(mark),
        (Some(price), _) => price.max(mark),
        (None, _) => mark,
    }
}

/// `P − (P − b)·τ/duration`, towards the mark.
fn on_line(mark: Price, bankruptcy: Price, held: &Held, (elapsed, duration): (u64, u64)) -> Price {
    let round = match held.side() {
        Some(Side::Short) => Round::Floor,
        _ => Round::Ceil,
    };
    let (elapsed, duration) = (i128::from(elapsed.min(duration)), i128::from(duration));
    mark + part(bankruptcy - mark, elapsed, duration, round)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wide::size_floor;

    /// M-8.2: a long of 10 with E = 5 at 95.5 is bankrupt at 95.0; after 0, 30 and 60 s its lots
    /// cost 95.5, 95.25 and 95.0. size_floor: 9.4703125 USD buy 0.01048414 at 903.3.
    #[test]
    fn the_pins_of_the_auction() {
        let price = |text| Price::parse_short(text).unwrap();
        let usd = |text| Usd::parse_short(text).unwrap();
        let held = Held {
            size: Base::parse_short("10").unwrap(),
            cost: usd("1000"),
            since: [0; 4],
        };
        let bankrupt = bankruptcy(&held, price("95.5"), usd("5"));
        assert_eq!(bankrupt, price("95"));
        let at = |second| on_line(price("95.5"), bankrupt, &held, (second, 60));
        assert_eq!(
            [at(0), at(30), at(60)],
            [price("95.5"), price("95.25"), price("95")]
        );
        assert_eq!(
            size_floor(usd("9.470312"), price("903.3")).to_string(),
            "0.01048412"
        );
    }
}
