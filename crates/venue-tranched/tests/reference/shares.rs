//! Shares of one series of a tranche: who holds them, who waits, what the series lost (M-9.2).
//!
//! A share's grid is three decimals finer than money's; a thousand virtual shares stand beside the
//! supply and one virtual unit of money beside the value.

use std::collections::BTreeMap;

use super::number::{above, share_down, share_up};

#[derive(Debug, Clone, Default)]
pub struct Shares {
    pub held: BTreeMap<u32, i128>,
    /// In escrow, by the epoch at which they are due and the holder.
    pub waiting: BTreeMap<(u64, u32), i128>,
    /// Shares that nobody owns.
    pub dead: i128,
    /// Granted and not claimed.
    pub claimable: BTreeMap<u32, i128>,
    /// What the series paid for deficits and has not got back.
    pub bore: i128,
    /// The same by those who held it before others came in, oldest first.
    pub before: Vec<Bearers>,
}

/// Who held a series when others came in after a loss, and what it had borne until then.
#[derive(Debug, Clone, Default)]
pub struct Bearers {
    pub bore: i128,
    pub owners: BTreeMap<u32, i128>,
    pub dead: i128,
}

impl Shares {
    /// A series opened at one share for one USD: the first `dead` of the money buys dead shares.
    pub fn open(dead: i128, first: u32, money: i128) -> Self {
        let mut shares = Self {
            dead: share_down(dead, 1_000, 1),
            ..Self::default()
        };
        let bought = shares.bought(money - dead, dead);
        shares.held.insert(first, bought);
        shares
    }

    pub fn supply(&self) -> i128 {
        self.held.values().sum::<i128>() + self.waiting.values().sum::<i128>() + self.dead
    }

    pub fn held_by(&self, holder: u32) -> i128 {
        self.held.get(&holder).copied().unwrap_or(0)
    }

    pub fn waiting_of(&self, holder: u32) -> i128 {
        self.waiting
            .iter()
            .filter(|((_, who), _)| *who == holder)
            .map(|(_, n)| n)
            .sum()
    }

    pub fn all_waiting(&self) -> i128 {
        self.waiting.values().sum()
    }

    /// Shares that money buys at a value of the vault, down.
    pub fn bought(&self, money: i128, value: i128) -> i128 {
        share_down(money, self.supply() + 1_000, value + 1)
    }

    /// Shares that must be given for money, up.
    pub fn burned_for(&self, money: i128, value: i128) -> i128 {
        share_up(money, self.supply() + 1_000, value + 1)
    }

    /// Money that shares are worth, down.
    pub fn worth(&self, shares: i128, value: i128) -> i128 {
        share_down(shares, value + 1, self.supply() + 1_000)
    }

    /// Who bears what the series has borne so far.
    pub fn bearers(&self) -> Bearers {
        Bearers {
            bore: self.bore,
            owners: self.owners(),
            dead: self.dead,
        }
    }

    pub fn give(&mut self, holder: u32, shares: i128) {
        *self.held.entry(holder).or_default() += shares;
        self.held.retain(|_, shares| *shares != 0);
    }

    /// Executes what is due: everybody's shares if `money` suffices for the floors of all, else
    /// everybody's at one rate. Gives who is paid what; shares that would be paid nothing stay.
    pub fn execute(&mut self, epoch: u64, value: i128, money: i128) -> BTreeMap<u32, i128> {
        let mut due = BTreeMap::<u32, i128>::new();
        for ((at, holder), shares) in &self.waiting {
            if *at <= epoch {
                *due.entry(*holder).or_default() += shares;
            }
        }
        let total: i128 = due.values().sum();
        let all: i128 = due.values().map(|shares| self.worth(*shares, value)).sum();
        let payable = self.bought(above(money), value);
        let filled = |shares: i128| match all <= money {
            true => shares,
            false => share_down(shares, payable, total),
        };
        let fills = due.iter().map(|(holder, shares)| {
            let shares = filled(*shares);
            (*holder, shares, self.worth(shares, value))
        });
        let fills: Vec<_> = fills.filter(|(_, _, paid)| *paid > 0).collect();
        self.waiting.retain(|(at, _), _| *at > epoch);
        let mut paid = BTreeMap::new();
        for (holder, shares, money) in fills {
            *due.get_mut(&holder).unwrap() -= shares;
            *self.claimable.entry(holder).or_default() += money;
            paid.insert(holder, money);
        }
        for (holder, left) in due {
            if left > 0 {
                self.waiting.insert((epoch, holder), left);
            }
        }
        paid
    }

    /// Everybody with shares, in escrow or not.
    pub fn owners(&self) -> BTreeMap<u32, i128> {
        let mut owners = self.held.clone();
        for ((_, holder), shares) in &self.waiting {
            *owners.entry(*holder).or_default() += shares;
        }
        owners
    }
}
