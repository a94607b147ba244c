//! Agents: rules that watch one venue and send it commands.
//!
//! Each venue has its own, with the same rules. What they send is counted apart from the command
//! stream, which stays one and the same for all venues (M-11.3).
//!
//! | file | idea |
//! |---|---|
//! | `arbitrage` | who trades whenever the mark lags behind the outside price |

pub(crate) mod arbitrage;

use seawall_units::{Price, Time};
use seawall_venue::{Venue, VenueState};

/// What an agent sees of its venue.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The second.
    pub(crate) now: Time,
    /// The outside price in it.
    pub(crate) outside: Price,
    /// The venue, to look up single positions and quotes.
    pub(crate) venue: &'a dyn Venue,
    /// The venue's state now.
    pub(crate) state: &'a VenueState,
}
