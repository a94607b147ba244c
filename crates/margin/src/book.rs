use seawall_ledger::AccountId;
use seawall_units::{Base, Index, Price, Side, Usd};

use crate::Position;

/// The net positions of all accounts, column by column, by account number.
///
/// A position is written and read whole as a [`Position`]; 64 bytes each and nothing beside them. A
/// question about many positions reads the columns that it needs and no other.
///
/// ```
/// use seawall_ledger::AccountId;
/// use seawall_margin::{Accrual, Position, PositionBook};
/// use seawall_units::{Base, Price};
/// let entry: Price = "100".parse()?;
/// let long = Position::open(Base::whole(10), entry, &Accrual::default());
/// let mut book = PositionBook::default();
/// assert_eq!(book.replace(AccountId::new(3), long), Position::FLAT);
/// assert_eq!(book.position(AccountId::new(3)), long);
/// assert_eq!(book.open().count(), 1);
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PositionBook {
    sizes: Vec<Base>,
    costs: Vec<Usd>,
    funding: Vec<Index>,
    utilisation: Vec<Index>,
}

impl PositionBook {
    /// Makes room for so many accounts, no more than that, so that writing allocates nothing.
    pub fn reserve_accounts(&mut self, count: usize) {
        if let Some(more) = count.checked_sub(self.sizes.len()) {
            self.sizes.reserve_exact(more);
            self.costs.reserve_exact(more);
            self.funding.reserve_exact(more);
            self.utilisation.reserve_exact(more);
            self.extend_to(count);
        }
    }

    fn extend_to(&mut self, count: usize) {
        self.sizes.resize(count, Base::ZERO);
        self.costs.resize(count, Usd::ZERO);
        self.funding.resize(count, Index::ZERO);
        self.utilisation.resize(count, Index::ZERO);
    }

    /// The position of an account; flat when it has none.
    #[must_use]
    pub fn position(&self, account: AccountId) -> Position {
        self.at(account.index()).unwrap_or(Position::FLAT)
    }

    fn at(&self, place: usize) -> Option<Position> {
        Some(Position {
            size: *self.sizes.get(place)?,
            cost: *self.costs.get(place)?,
            funding_then: *self.funding.get(place)?,
            utilisation_then: *self.utilisation.get(place)?,
        })
    }

    /// Writes the position of an account; gives the one that was there.
    pub fn replace(&mut self, account: AccountId, position: Position) -> Position {
        let place = account.index();
        if self.sizes.len() <= place {
            self.extend_to(place.saturating_add(1));
        }
        let old = self.at(place).unwrap_or(Position::FLAT);
        set(&mut self.sizes, place, position.size);
        set(&mut self.costs, place, position.cost);
        set(&mut self.funding, place, position.funding_then);
        set(&mut self.utilisation, place, position.utilisation_then);
        old
    }

    /// Every open position, by account. Reads the sizes of all accounts.
    pub fn open(&self) -> impl Iterator<Item = (AccountId, Position)> + '_ {
        let sizes = self.sizes.iter().enumerate();
        let open = sizes.filter(|(_, size)| !size.is_zero());
        open.filter_map(|(place, _)| Some((AccountId::at(place), self.at(place)?)))
    }

    /// Every position of a side that is in profit at a price, by account, with its
    /// [open PnL](Position::open_pnl). Reads sizes and costs.
    pub fn in_profit(
        &self,
        side: Side,
        mark: Price,
    ) -> impl Iterator<Item = (AccountId, Usd)> + '_ {
        let columns = self.sizes.iter().zip(&self.costs).enumerate();
        let of_side = columns.filter(move |(_, (size, _))| size.side() == Some(side));
        of_side.filter_map(move |(place, (size, cost))| {
            let profit = mark.value_floor(*size) - *cost;
            profit.is_positive().then(|| (AccountId::at(place), profit))
        })
    }
}

fn set<T>(column: &mut [T], place: usize, value: T) {
    if let Some(slot) = column.get_mut(place) {
        *slot = value;
    }
}
