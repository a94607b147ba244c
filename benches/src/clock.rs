//! The phases of one second, and a venue with its clock.

use seawall::units::{Price, Time};
use seawall::venue::{SourceQuote, Tick, Venue};

use crate::HUNDRED;

/// The phases of one second without orders; Attribution on whole minutes only.
pub fn second(venue: &mut dyn Venue, now: Time, price: Price) {
    let quotes = [0, 1, 2].map(|source| SourceQuote::new(source, price, now));
    venue.observe(&Tick {
        now,
        outside: price,
        quotes: &quotes,
    });
    venue.accrue();
    venue.liquidate();
    if now.is_whole_minute() {
        venue.attribute();
    }
}

/// A venue and its clock.
pub struct Driven {
    /// The venue.
    pub venue: Box<dyn Venue>,
    now: u64,
}

impl Driven {
    pub(crate) fn new(venue: Box<dyn Venue>) -> Self {
        Self { venue, now: 0 }
    }

    /// One quiet second, the next; the price moves by at most 0.006 USD and the books are drained.
    pub fn second(&mut self) {
        self.to(self.now + 1);
    }

    /// The second on the next whole minute; those before it are passed over.
    pub fn minute(&mut self) {
        self.to(self.now - self.now % 60 + 60);
    }

    /// Takes what was posted and what happened.
    pub fn drain(&mut self) {
        drop(self.venue.drain_entries());
        drop(self.venue.drain_events());
    }

    fn to(&mut self, now: u64) {
        self.now = now;
        let price = Price::from_units(HUNDRED + i128::from(now % 7) * 10_000_000).unwrap();
        second(self.venue.as_mut(), Time::from_secs(now), price);
        drop(self.venue.drain_entries());
        let events = self.venue.drain_events();
        assert!(events.is_empty(), "the second is quiet: {events:?}");
    }
}
