//! Funding between the sides and the borrowing fee, brought up to now.
use super::market::{Held, Market};
use super::number::{
    FACTOR, MONEY, Q, abs, down, is_positive, of_units, or_zero, power, up, whole, zero,
};
use super::rules::{AdaptiveRule, FundingRule, Side};

/// What a position owes and earned since its dues were settled last.
#[derive(Debug, Clone)]
pub(crate) struct Dues {
    pub(crate) borrowing: Q,
    pub(crate) funding: Q,
    pub(crate) claim: Q,
}

impl Market {
    /// Seconds without a mark are charged with the next valid one.
    pub(crate) fn accrue(&mut self) {
        if !self.live {
            return;
        }
        let seconds = whole(i64::try_from(self.now - self.accrued).unwrap());
        self.accrued = self.now;
        let (long, short) = (self.interest(Side::Long), self.interest(Side::Short));
        self.turn(
            is_positive(&long) && long == short,
            "accrual at equal sides",
        );
        let charged = Side::BOTH.map(|side| self.borrowing_rate(side));
        self.accrue_funding(&seconds);
        for (side, rate) in Side::BOTH.into_iter().zip(charged) {
            self.rates_mut(side).borrowing += rate * &seconds;
        }
    }

    /// One side pays the other, when both have positions: as much as the rate is on the larger one.
    fn accrue_funding(&mut self, seconds: &Q) {
        let (long, short) = (self.interest(Side::Long), self.interest(Side::Short));
        let rate = self.next_funding(&long, &short, seconds);
        if rate == zero() {
            return;
        }
        let due = abs(rate.clone()) * seconds * long.clone().max(short.clone());
        let (payer, paying, receiving) = match rate > zero() {
            true => (Side::Long, long, short),
            false => (Side::Short, short, long),
        };
        self.turn(paying < receiving, "the smaller side pays funding");
        self.rates_mut(payer).funding_paid += up(&(&due / paying), FACTOR);
        self.rates_mut(payer.other()).funding_received += down(&(due / receiving), FACTOR);
    }

    /// What longs pay per second on the larger side's size, below zero what shorts pay.
    fn next_funding(&mut self, long: &Q, short: &Q, seconds: &Q) -> Q {
        let rule = self.rules.funding.clone();
        let one_sided = !is_positive(long) || !is_positive(short);
        let larger = match long == short {
            true => zero(),
            false => whole(if long > short { 1 } else { -1 }),
        };
        let skew = match abs(long - short) < whole(1) || one_sided {
            true => zero(),
            false => down(&(abs(long - short) / (long + short)), FACTOR),
        };
        match rule {
            FundingRule::None => zero(),
            _ if one_sided => zero(),
            FundingRule::Constant(rate) => larger * rate,
            FundingRule::Proportional(factor, most) => {
                larger * down(&(skew * factor), FACTOR).min(most)
            }
            FundingRule::Adaptive(rule) => self.adapt(&rule, (larger, skew), seconds),
        }
    }

    /// Whoever acts next on the chain finds a side empty and the rate forgotten, or kept.
    pub(crate) fn forget_rate(&mut self) {
        let FundingRule::Adaptive(rule) = &self.rules.funding else {
            return;
        };
        let forgets = rule.forgets_when_one_sided;
        let empty = |side| !is_positive(&self.interest(side));
        if empty(Side::Long) || empty(Side::Short) {
            let kept = !forgets && self.funding_rate != zero();
            self.turn(kept, "a rate kept while a side is empty");
            if forgets {
                self.funding_rate = zero();
            }
        }
    }

    /// The stored rate walks; what is charged is at least the least.
    fn adapt(&mut self, rule: &AdaptiveRule, (larger, skew): (Q, Q), seconds: &Q) -> Q {
        let now = self.funding_rate.clone();
        let along = larger != zero() && &now * &larger > zero();
        let toward = match larger < zero() {
            true => whole(-1),
            false => whole(1),
        };
        let sign = match now < zero() {
            true => whole(-1),
            false => whole(1),
        };
        let next = if !along || skew > rule.stable {
            self.turn(!along && now != zero(), "a rate against the skew");
            now + &toward * down(&(skew * &rule.rise), FACTOR) * seconds
        } else if skew < rule.decrease {
            let left = abs(now) - &rule.fall * seconds;
            self.turn(true, "a rate that falls");
            match (is_positive(&left), rule.decay_keeps_sign) {
                (true, _) => sign * left,
                (false, true) => sign * of_units(1, FACTOR),
                (false, false) => zero(),
            }
        } else {
            self.turn(true, "a rate that holds");
            now
        };
        let next = next.max(-rule.max.clone()).min(rule.max.clone());
        self.turn(abs(next.clone()) == rule.max, "a rate at its highest");
        self.funding_rate = next.clone();
        let charged = abs(next.clone()).max(rule.min.clone());
        match (next == zero(), rule.zero_charges_longs) {
            (true, false) => larger * charged,
            _ if next < zero() => -charged,
            _ => charged,
        }
    }

    /// What a side pays per second for the part of its half that it reserves.
    fn borrowing_rate(&self, side: Side) -> Q {
        let rules = &self.rules.borrowing;
        let reserved = self.reserved(side);
        let available = down(&(self.half() * &self.rules.interest_reserve_factor), MONEY);
        let nothing = match rules.power {
            Some(_) => self.half() == zero(),
            None => available == zero(),
        };
        if reserved == zero() || nothing {
            return zero();
        }
        let smaller = self.interest(side) < self.interest(side.other());
        if smaller && !rules.smaller_side_pays {
            return zero();
        }
        if let Some((factor, exponent)) = &rules.power {
            let raised = power(&reserved, exponent);
            let over = down(&(raised / self.half()), FACTOR);
            return down(&(over * factor), FACTOR);
        }
        let usage = down(&(reserved / available), FACTOR);
        let rate = down(&(&usage * &rules.base), FACTOR);
        if usage <= rules.optimal {
            return rate;
        }
        let steep = or_zero(&rules.above - &rules.base);
        let beyond = steep * (usage - &rules.optimal) / (whole(1) - &rules.optimal);
        rate + down(&beyond, FACTOR)
    }

    pub(crate) fn dues(&self, held: &Held) -> Dues {
        let (now, then) = (self.rates(held.side), &held.since);
        Dues {
            borrowing: up(&(&held.size * (&now.borrowing - &then.borrowing)), MONEY),
            funding: up(
                &(&held.size * (&now.funding_paid - &then.funding_paid)),
                MONEY,
            ),
            claim: down(
                &(&held.size * (&now.funding_received - &then.funding_received)),
                MONEY,
            ),
        }
    }

    /// Borrowing fees that a side owes and has not paid.
    pub(crate) fn pending_borrowing(&self, side: Side) -> Q {
        let now = &self.rates(side).borrowing;
        let owed = |held: &Held| &held.size * (now - &held.since.borrowing);
        down(&self.of_side(side).map(owed).sum(), MONEY)
    }
}
