//! What moves between a position, the pool and the fees (M-6.3, M-9.1).

use super::books::Purse;
use super::number::above;
use super::{Model, Position};

impl Model {
    /// The pool takes in: Senior's cash up to K first, the rest is Junior's.
    pub fn pay_pool(&mut self, from: Purse, amount: i128) {
        let missing = above(self.claim - self.books.of(Purse::Senior));
        let senior = amount.min(missing);
        self.books.pay(from, Purse::Senior, senior);
        self.books.pay(from, Purse::Junior, amount - senior);
    }

    /// The pool pays: Junior's cash first, then Senior's, never more than both have.
    pub fn pool_pays(&mut self, to: Purse, amount: i128) -> i128 {
        let paid = amount.min(self.pool_cash());
        let junior = paid.min(self.books.of(Purse::Junior));
        self.books.pay(Purse::Junior, to, junior);
        self.books.pay(Purse::Senior, to, paid - junior);
        paid
    }

    /// Takes a charge from margin, at most what is there.
    pub fn charge(&mut self, account: u32, to: Purse, amount: i128) -> i128 {
        let taken = above(amount.min(self.margin(account)));
        self.books.pay(Purse::Margin(account), to, taken);
        taken
    }

    /// Settles what a position owes and closes `size` of it at a price; gives the PnL.
    ///
    /// Gains come in first. Where margin does not reach for what goes out, `charges` that follow
    /// included, the position that stays realises as much of its own profit: its cost rises.
    pub fn realise(&mut self, account: u32, size: i128, at: i128, charges: i128) -> i128 {
        let position = self.position(account);
        let (funding, fee) = (self.owed_funding(&position), self.owed_fee(&position));
        let (pnl, mut rest) = self.close(self.settled(position), size, at);
        let purse = Purse::Margin(account);
        self.pool_pays(purse, above(pnl));
        self.pool_pays(purse, above(-funding));
        if rest.size != 0 {
            let out = above(-pnl) + above(funding) + fee + charges;
            let drawn = self.pool_pays(purse, above(out - self.margin(account)));
            if drawn > 0 {
                self.reach("margin drawn from open profit");
            }
            rest.cost += drawn;
        }
        self.charge(account, Purse::Fees, fee);
        let paid = above(funding).min(self.margin(account));
        self.pay_pool(purse, paid);
        let lost = above(-pnl).min(self.margin(account));
        self.pay_pool(purse, lost);
        self.set_position(account, rest);
        pnl
    }

    /// A flat account's margin is free.
    pub fn release(&mut self, account: u32) {
        let left = self.margin(account);
        self.books
            .pay(Purse::Margin(account), Purse::Free(account), left);
    }

    /// Margin from free collateral first, then from outside.
    pub fn post(&mut self, account: u32, amount: i128) {
        let free = self.books.of(Purse::Free(account)).min(amount);
        self.books
            .pay(Purse::Free(account), Purse::Margin(account), free);
        self.books
            .pay(Purse::Outside, Purse::Margin(account), amount - free);
    }

    /// A position of `size` entered at a price, on top of what is held on the same side; the cost
    /// rounds up.
    pub fn entered(&self, held: Position, size: i128, cost: i128) -> Position {
        match held.size {
            0 => self.settled(Position {
                size,
                cost,
                ..Position::default()
            }),
            _ => Position {
                size: held.size + size,
                cost: held.cost + cost,
                ..held
            },
        }
    }
}
