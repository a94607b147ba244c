//! Laws of quotes: larger ones cost more, and orders cost what was quoted.

use seawall_units::{Base, Ratio, Side, Time, Usd};
use seawall_venue::{Command, FillRule, Quote, Receipt, Venue};

use super::Bench;
use crate::conformance::{Fault, Held, Law, Stream, Watch, World};

/// Sizes by their share of the largest ordinary order, in basis points.
const SIZES: [i32; 9] = [1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000, 40_000];

struct Quotes<'a> {
    law: Law,
    world: &'a World,
    applied: u64,
}

pub(super) fn judge(law: Law, bench: Bench<'_>, stream: &Stream) -> Result<u64, Fault> {
    let mut quotes = Quotes {
        law,
        world: bench.world,
        applied: 0,
    };
    bench.drive(stream, &mut quotes)?;
    Ok(quotes.applied)
}

impl Watch for Quotes<'_> {
    fn before_orders(&mut self, _now: Time, venue: &mut dyn Venue) -> Held {
        for side in Side::BOTH {
            match self.law {
                Law::QuoteMonotone => self.monotone(side, venue)?,
                _ => self.as_filled(side, venue)?,
            }
        }
        Ok(())
    }
}

impl Quotes<'_> {
    fn monotone(&mut self, side: Side, venue: &dyn Venue) -> Held {
        let (mut last, mut ended) = (Quote::default(), false);
        let comes_to = |quote: Quote| quote.filled + quote.cost;
        for bps in SIZES {
            let asked = self.world.order.mul_floor(Ratio::bps(bps));
            let quote = venue.quote(side, asked);
            // A venue that fills orders whole or not at all quotes nothing from some size on.
            ended |= quote.filled.is_zero() && last.filled.is_positive();
            let fits = match ended {
                true => quote == Quote::default(),
                false => {
                    (last.filled..=asked).contains(&quote.filled)
                        && comes_to(quote) >= comes_to(last)
                }
            };
            if !fits {
                return Err(Fault::new(
                    format_args!("{side} {asked}: no less than {last:?}, or nothing from there on"),
                    format_args!("{quote:?}"),
                ));
            }
            if !ended {
                last = quote;
            }
            let quoted = u64::from(quote.filled.is_positive());
            self.applied = self.applied.saturating_add(quoted);
        }
        Ok(())
    }

    fn as_filled(&mut self, side: Side, venue: &dyn Venue) -> Held {
        let account = self.world.bystander();
        if venue.position(account).is_some() {
            return Ok(());
        }
        let mark = venue.state().mark;
        for bps in SIZES {
            let size: Base = mark.size_floor(self.world.order.mul_floor(Ratio::bps(bps)));
            let notional: Usd = mark.value_ceil(size);
            let quote = venue.quote(side, notional);
            let order = Command::Order {
                account,
                size: side.signed(size),
                margin: notional + self.world.order,
                limit: None,
                fill: FillRule::Partial,
            };
            let Ok(Receipt::Filled(fill)) = venue.plan(&order) else {
                continue;
            };
            if quote.filled < notional || fill.filled.abs() != size {
                continue;
            }
            self.applied = self.applied.saturating_add(1);
            let apart = (fill.cost - quote.cost).units().unsigned_abs();
            if apart > self.world.quote_rounding.unsigned_abs() {
                return Err(Fault::new(
                    format_args!("{side} {size} for {}", quote.cost),
                    fill.cost,
                ));
            }
        }
        Ok(())
    }
}
