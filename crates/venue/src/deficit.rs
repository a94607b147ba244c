use seawall_ledger::{AccountId, DeficitId};
use seawall_units::{Side, Time, Usd};

/// A loss beyond a position's margin, on its way through the payers.
///
/// Neither `Clone` nor `Copy`, and its amount can only shrink through [`Deficit::pay`]: a loss
/// cannot be paid twice or dropped. What was paid plus what is left is what it opened with.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a deficit that is dropped is a loss that nobody bears"]
pub struct Deficit {
    id: DeficitId,
    account: AccountId,
    side: Side,
    opened_at: Time,
    opening: Usd,
    left: Usd,
}

/// What one payer filled of a deficit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    /// The amount filled.
    pub absorbed: Usd,
    /// Whether the payer gave all that it could.
    pub exhausted: bool,
}

impl Deficit {
    /// A deficit of `amount ≥ 0` left by the position of `account` on `side`.
    pub fn open(id: DeficitId, account: AccountId, side: Side, at: Time, amount: Usd) -> Self {
        let amount = amount.or_zero();
        Self {
            id,
            account,
            side,
            opened_at: at,
            opening: amount,
            left: amount,
        }
    }

    /// Its number.
    #[must_use]
    pub const fn id(&self) -> DeficitId {
        self.id
    }

    /// Whose position left it.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The side of the bankrupt position.
    #[must_use]
    pub const fn side(&self) -> Side {
        self.side
    }

    /// When it was opened.
    #[must_use]
    pub const fn opened_at(&self) -> Time {
        self.opened_at
    }

    /// The amount it opened with.
    #[must_use]
    pub const fn opening(&self) -> Usd {
        self.opening
    }

    /// What is still unpaid.
    #[must_use]
    pub const fn left(&self) -> Usd {
        self.left
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_cleared(&self) -> bool {
        self.left.is_zero()
    }

    /// A payer with `capacity ≥ 0` fills what it can.
    ///
    /// **Formula** `absorbed = min(left, capacity)`.
    ///
    /// ```
    /// use seawall_ledger::{AccountId, DeficitId};
    /// use seawall_units::{Side, Time, Usd};
    /// use seawall_venue::Deficit;
    /// let mut deficit = Deficit::open(
    ///     DeficitId::new(1), AccountId::new(0), Side::Long, Time::default(), Usd::whole(420));
    /// let paid = deficit.pay(Usd::whole(300));
    /// assert_eq!((paid.absorbed, paid.exhausted), (Usd::whole(300), true));
    /// assert_eq!(deficit.left(), Usd::whole(120));
    /// ```
    pub fn pay(&mut self, capacity: Usd) -> Payment {
        let capacity = capacity.or_zero();
        let absorbed = self.left.min(capacity);
        self.left -= absorbed;
        Payment {
            absorbed,
            exhausted: absorbed == capacity,
        }
    }
}
