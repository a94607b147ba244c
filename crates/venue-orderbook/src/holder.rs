use seawall_units::Usd;
use smallvec::SmallVec;

use crate::coin::CoinId;
use crate::position::Position;

/// What one party holds: its positions by coin, and what it has drawn on open profits.
///
/// A loss realised in one coin may be covered by an open profit in another. The cash that is
/// missing until that profit is realised is advanced out of
/// [`Account::Variation`](seawall_ledger::Account::Variation), and paid back out of the next cash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Holder {
    /// By coin; without those that are flat. Most hold one: it stands in place.
    positions: SmallVec<[(CoinId, Position); 1]>,
    /// Advanced and not yet paid back.
    pub(crate) drawn: Usd,
}

impl Holder {
    pub(crate) fn of(&self, coin: CoinId) -> Position {
        self.open(coin).copied().unwrap_or_default()
    }

    /// The position in a coin, if there is one.
    pub(crate) fn open(&self, coin: CoinId) -> Option<&Position> {
        let place = self.place(coin).ok()?;
        self.positions.get(place).map(|place| &place.1)
    }

    /// Writes a position and gives the one before.
    pub(crate) fn set(&mut self, coin: CoinId, position: Position) -> Position {
        let gone = position == Position::default();
        match self.place(coin) {
            Ok(place) if gone => self.positions.remove(place).1,
            Ok(place) => std::mem::replace(&mut self.positions[place].1, position),
            Err(_) if gone => position,
            Err(place) => {
                self.positions.insert(place, (coin, position));
                Position::default()
            }
        }
    }

    pub(crate) fn positions(&self) -> &[(CoinId, Position)] {
        &self.positions
    }

    fn place(&self, coin: CoinId) -> Result<usize, usize> {
        self.positions.binary_search_by_key(&coin, |place| place.0)
    }
}
