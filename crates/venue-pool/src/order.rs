//! An order on a net position: open, increase, reduce, close or flip, all or nothing.
use seawall_units::{Base, Price, Side, Usd};
use seawall_venue::{Event, Fill, Refusal};

use crate::close::{Closed, Closer};
use crate::draft::{Draft, within_limit};
use crate::open::Order;

/// What a trader asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) size: Base,
    pub(crate) margin: Usd,
    pub(crate) limit: Option<Price>,
}

impl Draft<'_> {
    /// Works an order out to its end.
    pub(crate) fn trade(&mut self, asked: &Asked) -> Result<Fill, Refusal> {
        let Some(side) = asked.size.side() else {
            return Err(Refusal::NotPositive);
        };
        if asked.margin.is_negative() {
            return Err(Refusal::NotPositive);
        }
        let order = Order {
            side,
            tokens: asked.size.abs(),
            limit: asked.limit,
        };
        let cost = match self.position {
            Some(held) if held.side != side => {
                self.close_then_open(&order, held.tokens, asked.margin)?
            }
            _ => {
                self.post_margin(asked.margin);
                self.open(&order)?
            }
        };
        let fill = Fill {
            account: self.account,
            asked: asked.size,
            filled: asked.size,
            mark: self.prices.mark,
            notional: self.prices.mark.value_floor(asked.size.abs()),
            cost,
        };
        // It comes first, and all of the order's postings are its own.
        self.events
            .insert(0, (self.postings.len(), Event::Fill(fill)));
        Ok(fill)
    }

    /// Reduces, closes, or closes all and opens the rest on the other side. A flip takes the
    /// margin that the close sets free with it.
    fn close_then_open(&mut self, order: &Order, held: Base, margin: Usd) -> Result<Usd, Refusal> {
        if order.tokens < held {
            self.post_margin(margin);
            let closed = self.close_within(order, order.tokens)?;
            self.require_health()?;
            return Ok(closed.cost);
        }
        let closed = self.close_within(order, held)?;
        let rest = Order {
            tokens: order.tokens - held,
            ..*order
        };
        if rest.tokens.is_zero() {
            return Ok(closed.cost);
        }
        self.post_margin(margin + closed.released);
        Ok(closed.cost + self.open(&rest)?)
    }

    fn close_within(&mut self, order: &Order, tokens: Base) -> Result<Closed, Refusal> {
        let closed = self.close(tokens, Closer::Owner)?;
        within_limit(order.side, closed.price, order.limit)?;
        if closed.withheld.is_positive() {
            let size: Base = match order.side {
                Side::Long => -tokens,
                Side::Short => tokens,
            };
            self.note_cut(&closed, size);
        }
        Ok(closed)
    }
}
