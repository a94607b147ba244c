//! Liquidation, the loss of an insolvent close, and auto-deleveraging.
use super::books::Purse;
use super::close::Closer;
use super::market::{Held, Market, Outcome};
use super::number::{FACTOR, Q, TOKENS, down, is_positive, of_units, units, whole, zero};
use super::rules::{AdlRank, Side};

impl Market {
    pub(crate) fn liquidate(&mut self) {
        if !self.live {
            return;
        }
        let mut due: Vec<(Q, u32)> = Vec::new();
        let mut enough = false;
        for (account, held) in &self.held {
            let (remaining, required) = self.health(*account, held);
            enough |= remaining == required;
            if self.is_liquidatable(*account, held) {
                due.push((self.distress(*account, held), *account));
            }
        }
        due.sort();
        self.turn(enough, "remains exactly what must");
        self.turn(due.len() > 1, "several liquidations at once");
        for (_, account) in due {
            // A close before it may have saved it.
            let held = self.held[&account].clone();
            match self.is_liquidatable(account, &held) {
                true => self.liquidate_one(account, &held),
                false => self.turn(true, "saved by a liquidation before it"),
            }
        }
        for side in Side::BOTH {
            self.deleverage(side);
        }
    }

    /// What remains of a position over its size: the lowest goes first.
    fn distress(&self, account: u32, held: &Held) -> Q {
        let (remaining, _) = self.health(account, held);
        match is_positive(&held.size) {
            true => remaining / &held.size,
            false => zero(),
        }
    }

    fn liquidate_one(&mut self, account: u32, held: &Held) {
        let (remaining, required) = self.health(account, held);
        let (tokens, price) = match held.side {
            Side::Long => (held.tokens.clone(), self.prices.min.clone()),
            Side::Short => (-held.tokens.clone(), self.prices.max.clone()),
        };
        self.outcomes.push(Outcome::Liquidation {
            account,
            tokens,
            price,
            remaining,
            required,
        });
        let closed = self.close(account, &held.tokens, Closer::Liquidator);
        let closed = closed.expect("a liquidation closes whatever is owed");
        if is_positive(&closed.withheld) {
            self.note_cut(account, held.side, (&held.tokens, &closed));
        }
        self.bear(account, held.side, &closed.missing);
    }

    /// The pool books its whole gain, then bears what it misses of it.
    fn bear(&mut self, account: u32, side: Side, missing: &Q) {
        if !is_positive(missing) {
            return;
        }
        let id = self.deficits;
        self.deficits += 1;
        let open = Purse::OpenDeficit(id);
        self.turn(self.half() == zero(), "deficit in a pool worth nothing");
        self.pay(open, Purse::Pool, missing, "deficit_opened");
        let absorbed = missing.clone().min(self.cash());
        self.pay(Purse::Pool, open, &absorbed, "pool_loss");
        self.outcomes.push(Outcome::Deficit {
            id,
            account,
            long: side == Side::Long,
            residual: missing - &absorbed,
            amount: missing.clone(),
            absorbed,
        });
    }

    /// A keeper closes winners of a side whose profit is too much for its half of the pool.
    fn deleverage(&mut self, side: Side) {
        if self.half() == zero() || !self.exceeds(side, &self.rules.profit.adl) {
            return;
        }
        let mut winners: Vec<(Q, u32)> = Vec::new();
        for (account, held) in &self.held {
            if held.side == side && is_positive(&self.pnl(held)) {
                winners.push((-self.rank(*account, held), *account));
            }
        }
        winners.sort();
        self.turn(winners.len() > 1, "several winners to rank");
        for (_, account) in winners {
            if !self.exceeds(side, &self.rules.profit.after_adl) {
                return;
            }
            let there = self.held[&account].tokens.clone();
            let tokens = self.most_to_close(account, side, &there);
            if tokens == zero() {
                self.turn(true, "a winner of whom nothing may be closed");
                continue;
            }
            self.deleverage_one(account, side, &tokens);
            if tokens != there {
                return;
            }
        }
    }

    fn rank(&self, account: u32, held: &Held) -> Q {
        match self.rules.rank {
            AdlRank::Oldest => -whole(i64::try_from(held.increased).unwrap()),
            AdlRank::Random => self.drawn(account),
            AdlRank::Profit => self.pnl(held),
            AdlRank::Position => held.size.clone(),
            AdlRank::Return => match is_positive(&held.size) {
                true => self.pnl(held) / &held.size,
                false => whole(i64::MAX),
            },
        }
    }

    /// A number for each keeper's round and account: three steps of SplitMix64.
    fn drawn(&self, account: u32) -> Q {
        let mut state: u128 = 0;
        for word in [self.rules.keeper, self.now, u64::from(account)] {
            let modulus = 1_u128 << 64;
            let mut z = ((state ^ u128::from(word)) + 0x9e37_79b9_7f4a_7c15) % modulus;
            z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9 % modulus;
            z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb % modulus;
            state = z ^ (z >> 31);
        }
        of_units(i128::try_from(state).unwrap(), 0)
    }

    /// All of a position, or the most that leaves the side at its minimum; found by halving, as
    /// closing more lowers the factor more. Roundings of a micro-dollar make this untrue for
    /// neighbours, so that halving also says which of them it is.
    fn most_to_close(&self, account: u32, side: Side, there: &Q) -> Q {
        if self.may_close(account, side, there) {
            return there.clone();
        }
        let (mut may, mut may_not) = (0, units(there, TOKENS));
        while may + 1 < may_not {
            let middle = (may + may_not) / 2;
            match self.may_close(account, side, &of_units(middle, TOKENS)) {
                true => may = middle,
                false => may_not = middle,
            }
        }
        of_units(may, TOKENS)
    }

    /// The factor must fall and not below its minimum.
    fn may_close(&self, account: u32, side: Side, tokens: &Q) -> bool {
        let mut after = self.clone();
        if after.close(account, tokens, Closer::Deleverager).is_err() {
            return false;
        }
        let (before, after) = (self.factor(side), after.factor(side));
        after < before && after >= self.rules.profit.after_adl
    }

    /// A side's profit over its half of the pool.
    fn factor(&self, side: Side) -> Q {
        match is_positive(&self.half()) {
            true => down(&(self.most_pnl(side) / self.half()), FACTOR),
            false => zero(),
        }
    }

    fn deleverage_one(&mut self, account: u32, side: Side, tokens: &Q) {
        let closed = self.close(account, tokens, Closer::Deleverager);
        let closed = closed.expect("a close that was found possible");
        self.note_cut(account, side, (tokens, &closed));
        self.outcomes.push(Outcome::Deleveraged {
            account,
            tokens: tokens.clone(),
            cost: super::number::or_zero(closed.cost.clone()),
        });
        self.bear(account, side, &closed.missing);
    }
}
