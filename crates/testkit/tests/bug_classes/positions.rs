//! What a position cost, and that all of them together are what is kept for all.

use std::collections::BTreeMap;

use proptest::prelude::*;
use seawall_ledger::Cause;
use seawall_units::{Base, Price, Round, Side, Usd};
use seawall_venue::{Recount, Venue};

use crate::law::{Held, assert_found, require};
use crate::world::{Act, Step, World, acts, pool, records, tranched, tranched_params, usd};

// B31 ------------------------------------------------------------------------------------------

/// One position that is added to, as its owner meets it.
trait Entry {
    /// Adds signed size at a mark.
    fn add(&mut self, size: Base, mark: Price);
    /// Its open PnL at a mark.
    fn open_pnl(&mut self, mark: Price) -> Usd;
}

/// **B31** The entry price is averaged wrongly when a position is added to, and open interest is
/// booked on something else than the positions.
///
/// Law: a position built in parts has the PnL of its parts, each alone; the whole is rounded once
/// where they are rounded one by one, so it has at most a unit a part more. **Source**
/// code-423n4/2022-12-tigris-findings, H-06.
fn pnl_is_additive(
    make: &dyn Fn() -> Box<dyn Entry>,
    parts: &[(Base, Price)],
    mark: Price,
) -> Held {
    let mut whole = make();
    let mut sum = Usd::ZERO;
    for (size, entry) in parts {
        whole.add(*size, *entry);
        let mut alone = make();
        alone.add(*size, *entry);
        sum += alone.open_pnl(mark);
    }
    let pnl = whole.open_pnl(mark);
    let more = (pnl - sum).units();
    let roundings = i128::try_from(parts.len()).unwrap();
    require("B31", (0..roundings).contains(&more), || {
        format!("{pnl} for parts that come to {sum}")
    })
}

/// The other half of **B31**: open interest is the sum of the positions, at the mark. **Source**
/// code-423n4/2022-12-tigris-findings, M-21.
fn open_interest_is_the_sum(steps: &[Step]) -> Held {
    for Step { after, .. } in steps {
        for (side, kept) in Side::BOTH.into_iter().zip(after.open_interest) {
            let of_side = after
                .positions
                .iter()
                .filter(|view| view.size.side() == Some(side));
            let size: Base = of_side.map(|view| view.size.abs()).sum();
            let at = |round| after.mark.value(size, round);
            require(
                "B31",
                (at(Round::Floor)..=at(Round::Ceil)).contains(&kept),
                || format!("open interest {kept} for {size} {side:?} at {}", after.mark),
            )?;
        }
    }
    Ok(())
}

impl<V: Venue> Entry for World<V> {
    fn add(&mut self, size: Base, mark: Price) {
        self.price = mark;
        self.second(true);
        assert_eq!(self.order(0, size, usd(200_000)), Some(size));
    }

    fn open_pnl(&mut self, mark: Price) -> Usd {
        self.price = mark;
        self.second(true);
        self.venue.positions()[0].open_pnl
    }
}

fn entries() -> impl Strategy<Value = (Vec<(Base, Price)>, Price)> {
    let price = || (8_000i128..12_000).prop_map(|c| Price::from_units(c * 100_000_007).unwrap());
    let part = (1i64..50_000_000_000, price());
    (prop::collection::vec(part, 1..5), any::<bool>(), price()).prop_map(|(parts, long, mark)| {
        let sign = if long { 1 } else { -1 };
        let parts = parts.into_iter();
        let parts = parts.map(|(size, price)| (Base::units_i64(sign * size), price));
        (parts.collect(), mark)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn b31_entry_price_on_add_holds((parts, mark) in entries()) {
        let mut params = seawall_venue_pool::Params::btc();
        params.collateral.min_position = Usd::ZERO;
        let in_pool = || -> Box<dyn Entry> { Box::new(pool(Vec::new(), 10_000_000, params.clone())) };
        let in_tranches = || -> Box<dyn Entry> {
            Box::new(tranched(Vec::new(), [8_000_000, 2_000_000, 0], tranched_params()))
        };
        pnl_is_additive(&in_pool, &parts, mark)?;
        pnl_is_additive(&in_tranches, &parts, mark)?;
    }

    #[test]
    fn b31_open_interest_is_the_positions_holds(acts in acts(30)) {
        for (_, steps) in records(&acts) {
            open_interest_is_the_sum(&steps)?;
        }
    }

    /// M-3.3: seconds without a valid mark are among the acts.
    #[test]
    fn b37_skipped_oracle_versions_holds(acts in acts(40)) {
        for (_, steps) in records(&acts) {
            local_is_global(&steps)?;
        }
    }
}

/// Averages entry prices by notional, as if the position were a sum of USD and not of base.
#[derive(Default)]
struct AveragedByNotional {
    size: f64,
    notional: f64,
    entry: f64,
}

impl Entry for AveragedByNotional {
    fn add(&mut self, size: Base, mark: Price) {
        let size = size.units() as f64 / 1e8;
        let price = mark.units() as f64 / 1e10;
        let notional = size * price;
        let all = self.notional + notional;
        self.entry = (self.entry * self.notional + price * notional) / all;
        self.notional = all;
        self.size = all / self.entry;
    }

    fn open_pnl(&mut self, mark: Price) -> Usd {
        let mark = mark.units() as f64 / 1e10;
        Usd::units_i64((self.size * (mark - self.entry) * 1e6) as i64)
    }
}

#[test]
fn b31_planted_is_found() {
    let price = |text: &str| text.parse::<Price>().unwrap();
    let make = || -> Box<dyn Entry> { Box::new(AveragedByNotional::default()) };
    let one = [(Base::whole(10), price("100"))];
    pnl_is_additive(&make, &one, price("110")).unwrap();
    let two = [one[0], (Base::whole(10), price("50"))];
    assert_found(
        pnl_is_additive(&make, &two, price("110")),
        "B31",
        "for parts that come to",
    );
    // Open interest booked on what the trader sent, fee and all.
    let mut world = tranched(Vec::new(), [800_000, 200_000, 0], tranched_params());
    world.until(1);
    world.order(0, Base::whole(10), usd(500));
    let mut steps = world.steps;
    let last = steps.last_mut().unwrap();
    last.after.open_interest[0] += last.posted(Cause::TakerFee);
    assert_found(open_interest_is_the_sum(&steps), "B31", "open interest");
}

// B37 ------------------------------------------------------------------------------------------

/// **B37** An invalid or late version of the oracle is skipped by the global state and not by the
/// local one, or the other way round, and both never meet again.
///
/// Law: after every operation, seconds without a valid mark among them, what is kept for all is
/// what single positions, holders and queues add up to. **Source**
/// sherlock-audit/2023-07-perennial-judging, 049-M; sherlock-audit/2023-12-flatmoney-judging,
/// 032-H; sherlock-audit/2023-02-gmx-judging, 010-M.
fn local_is_global(steps: &[Step]) -> Held {
    for step in steps {
        for Recount {
            what,
            kept,
            counted,
        } in &step.after.recounts
        {
            require("B37", kept == counted, || {
                format!(
                    "{what}: kept {kept}, counted {counted} after {:?}",
                    step.what
                )
            })?;
        }
    }
    Ok(())
}

/// An order, an outage, an order at the first mark after it.
fn interrupted() -> Vec<Step> {
    let mut world = tranched(Vec::new(), [800_000, 200_000, 0], tranched_params());
    world.until(1);
    world.order(0, Base::whole(10), usd(500));
    world.act(&Act::Outage(70));
    world.until(600);
    world.order(1, Base::whole(-20), usd(500));
    world.steps
}

#[test]
fn b37_planted_is_found() {
    let mut steps = interrupted();
    local_is_global(&steps).unwrap();
    // The last order reaches the local positions; the global figures keep the version before it.
    let last = steps.last_mut().unwrap();
    let stale: BTreeMap<_, _> = last
        .before
        .recounts
        .iter()
        .map(|pair| (pair.what, pair.kept))
        .collect();
    for pair in &mut last.after.recounts {
        pair.kept = stale[pair.what];
    }
    assert_found(local_is_global(&steps), "B37", "net open size");
}
