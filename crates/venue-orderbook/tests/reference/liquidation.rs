//! The book, and the vaults that take over.

use super::deficit::{Owing, Ranked};
use super::market::{Market, Purse, Side, Taken, Who, strikes};
use super::number::{
    BASE, Exact, INDEX, Way, base, exact, price, ratio, rounded, share, usd, value, whole,
};
use super::rules::Line;

/// What the search for positions below maintenance allows for rounding, in micro-dollars.
const ALLOWANCE: i128 = 8;

/// Which positions a check of the vaults is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    BelowThreshold,
    Bankrupt,
}

/// A bankrupt user whom no vault carries.
pub struct Uncarried {
    pub user: usize,
    pub owing: Owing,
}

impl Market {
    /// Book liquidations when the mark has moved, then takeovers, then ADL, then the vaults'
    /// orders; nothing without a valid mark.
    pub fn liquidate(&mut self) {
        if !self.oracle.status.has_mark() {
            return;
        }
        if self.mark_moved {
            for user in self.suspects() {
                self.sell_in_book(user);
            }
        }
        let batch = strikes(&mut self.deleveraged_at, self.now, self.rules.adl_every);
        if strikes(&mut self.took_over_at, self.now, self.rules.takeover_every) {
            self.take_over(Check::BelowThreshold);
        } else if batch {
            self.take_over(Check::Bankrupt);
        }
        if batch {
            self.deleverage_house();
        }
        if strikes(&mut self.unwound_at, self.now, self.rules.unwind_every) {
            self.unwind();
        }
    }

    pub fn finish(&mut self) {
        self.take_over(Check::BelowThreshold);
        self.deleverage_house();
    }

    /// Who may be below maintenance, in the order in which they are looked at: tier by tier, longs
    /// then shorts, worst first. What is named is tested exactly when its turn comes.
    fn suspects(&self) -> Vec<usize> {
        let mut named = Vec::new();
        for line in &self.maintenance {
            let mut longs = self.beyond(Side::Buy, line);
            // Of two that stand alike the higher number first among longs, the lower among shorts.
            longs.sort_by(|one, other| other.cmp(one));
            let mut shorts = self.beyond(Side::Sell, line);
            shorts.sort();
            named.extend(longs.into_iter().chain(shorts).map(|(_, user)| user));
        }
        let mut once = Vec::new();
        for user in named {
            if !once.contains(&user) {
                once.push(user);
            }
        }
        once
    }

    /// Users of a side beyond their trigger by one line of the margin table. For a long of size q
    /// equity is below maintenance where `P·(1 − m) − F < (cost − C − settled − deduction)/q`; the
    /// right side is the trigger. For a short `P·(1 + m) − F > (C + settled − cost +
    /// deduction)/|q|`.
    fn beyond(&self, side: Side, line: &Line) -> Vec<(Exact, usize)> {
        let sign = side.sign();
        let level = price(self.mark) * (whole(1) - whole(sign) * ratio(line.rate))
            - exact(self.index, INDEX);
        let mut found = Vec::new();
        for (user, held) in self.users.iter().enumerate() {
            if held.size.signum() != sign {
                continue;
            }
            let backing = self.cash(Who::User(user)) + held.settled - held.cost + line.deduction;
            let trigger = usd(ALLOWANCE - backing) / base(held.size);
            let is_beyond = match side {
                Side::Buy => trigger > level,
                Side::Sell => trigger < level,
            };
            if is_beyond {
                found.push((trigger, user));
            }
        }
        found
    }

    /// A market order for all of a position below maintenance, or for a part if it is large and
    /// not in its cooldown; no unit beyond its bankruptcy price, and no fee.
    fn sell_in_book(&mut self, user: usize) {
        let who = Who::User(user);
        let held = self.held(who);
        let equity = self.equity(who);
        if held.size == 0 || equity <= 0 || equity >= self.maintenance(&held) {
            return;
        }
        let large = value(held.size.abs(), self.mark, Way::Up) > self.rules.partial_above;
        let part = large && self.now >= self.cooling_until[user];
        let target = match part {
            true => rounded(
                &(base(held.size.abs()) * ratio(self.rules.partial_share)),
                BASE,
                Way::Up,
            ),
            false => held.size.abs(),
        };
        let Some(sold) = self.sell(who, target) else {
            self.note("a liquidation finds no quotes");
            return;
        };
        if target < held.size.abs() {
            self.cooling_until[user] = self.now + self.rules.cooldown;
            self.note("a part is liquidated");
        }
        self.free_if_flat(user);
        let size = held.size.signum() * sold;
        self.happened.taken.push(Taken::Book { user, size, equity });
    }

    /// Closes up to so much of a party's position in the book; what was closed.
    fn sell(&mut self, who: Who, target: i128) -> Option<i128> {
        let held = self.held(who);
        let side = Side::of(held.size).other();
        let limit = held.bankruptcy(self.cash(who), self.index);
        let got = self.quotes(side).take(target, limit);
        if got.size == 0 {
            return None;
        }
        self.trade(
            who,
            Who::Makers,
            (side.sign() * got.size, side.sign() * got.value),
        )?;
        self.memory.eaten[side.place()] += got.size;
        Some(got.size)
    }

    /// The vaults' check. Equity of zero or more goes with its position to the first vault that
    /// can carry both; a position below zero leaves a deficit first, and only if the vaults pay it
    /// whole may one of them carry the rest.
    fn take_over(&mut self, check: Check) {
        let mut uncarried = Vec::new();
        for user in self.suspects() {
            let who = Who::User(user);
            let held = self.held(who);
            let equity = self.equity(who);
            let threshold = share(self.maintenance(&held), self.rules.takeover_below, Way::Up);
            if held.size == 0 || equity >= threshold {
                continue;
            }
            if equity >= 0 {
                if check == Check::BelowThreshold {
                    match self.carrier(held.size, equity) {
                        Some(vault) => _ = self.hand_over(user, vault, equity),
                        None => self.note("no vault carries a position"),
                    }
                }
                continue;
            }
            let mut owing = self.open_deficit(who);
            self.vaults_pay(&mut owing);
            let carrier = self.carrier(held.size, 0).filter(|_| owing.left() == 0);
            let carried = carrier.is_some_and(|vault| self.hand_over(user, vault, equity));
            match carried {
                true => self.close_deficit(owing),
                false => uncarried.push(Uncarried { user, owing }),
            }
        }
        let mut ranked = Ranked::default();
        for each in uncarried {
            self.deleverage_user(each, &mut ranked);
        }
    }

    /// The first vault with equity above zero, and enough for the notional it would then carry.
    fn carrier(&self, size: i128, with: i128) -> Option<usize> {
        (0..self.vaults.len()).find(|vault| {
            let after = self.equity(Who::Vault(*vault)) + with;
            let notional = value((self.vaults[*vault].size + size).abs(), self.mark, Way::Up);
            after > 0 && after >= share(notional, self.rules.carry, Way::Up)
        })
    }

    /// A position goes to a vault at the mark, with all margin that is left.
    fn hand_over(&mut self, user: usize, vault: usize, equity: i128) -> bool {
        let size = self.users[user].size;
        self.mark_vault(vault);
        let worth = value(size, self.mark, Way::Down);
        if self
            .trade(Who::User(user), Who::Vault(vault), (-size, -worth))
            .is_none()
        {
            self.note("a vault cannot settle a takeover");
            return false;
        }
        let rest = self.cash(Who::User(user));
        self.pay(Purse::Margin(user), Purse::Vault(vault), rest);
        self.happened
            .taken
            .push(Taken::Vault { user, size, equity });
        true
    }

    /// A vault of positive equity realises what it has gained or lost, so that its cash is its
    /// equity; that equity, zero if there is none.
    pub fn mark_vault(&mut self, vault: usize) -> i128 {
        let who = Who::Vault(vault);
        let equity = self.equity(who);
        if equity <= 0 {
            return 0;
        }
        let mut held = self.held(who);
        let (profit, owed) = (held.profit(self.mark), held.owed(self.index));
        self.pay(Purse::Variation, who.purse(), profit - owed);
        held.cost += profit;
        held.settled += owed;
        self.put(who, held);
        assert_eq!(self.cash(who), equity);
        equity
    }

    /// Each vault sends a bounded order to the book.
    fn unwind(&mut self) {
        for vault in 0..self.vaults.len() {
            let who = Who::Vault(vault);
            let size = self.held(who).size;
            if size == 0 || self.equity(who) <= 0 {
                continue;
            }
            let depth = self.quotes(Side::of(size).other()).available();
            let most = rounded(
                &(base(depth) * ratio(self.rules.unwind_share)),
                BASE,
                Way::Down,
            );
            if self.sell(who, size.abs().min(most)).is_some() {
                self.note("a vault unwinds");
            }
        }
    }
}
