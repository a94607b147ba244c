//! Funding between the sides and the borrowing fee, brought up to now.
use super::market::{Held, Market};
use super::number::{FACTOR, MONEY, Q, abs, down, is_positive, or_zero, up, whole, zero};
use super::rules::{FundingRule, Side};

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

    /// The side with more open interest pays, when both have some.
    fn accrue_funding(&mut self, seconds: &Q) {
        let (long, short) = (self.interest(Side::Long), self.interest(Side::Short));
        if !is_positive(&long) || !is_positive(&short) || long == short {
            return;
        }
        let skew = abs(&long - &short);
        let rate = match &self.rules.funding {
            FundingRule::None => zero(),
            FundingRule::Constant(rate) => rate.clone(),
            FundingRule::Proportional(factor, most) => {
                let share = down(&(skew / (&long + &short)), FACTOR);
                down(&(share * factor), FACTOR).min(most.clone())
            }
        };
        let paid = rate * seconds;
        let (payer, paying, receiving) = match long > short {
            true => (Side::Long, long, short),
            false => (Side::Short, short, long),
        };
        let received = down(&(&paid * paying / receiving), FACTOR);
        self.rates_mut(payer).funding_paid += paid;
        self.rates_mut(payer.other()).funding_received += received;
    }

    /// What a side pays per second for the part of its half that it reserves.
    fn borrowing_rate(&self, side: Side) -> Q {
        let rules = &self.rules.borrowing;
        let reserved = self.reserved(side);
        let available = down(&(self.half() * &self.rules.interest_reserve_factor), MONEY);
        if reserved == zero() || available == zero() {
            return zero();
        }
        let smaller = self.interest(side) < self.interest(side.other());
        if smaller && !rules.smaller_side_pays {
            return zero();
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
