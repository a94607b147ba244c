//! The makers' capital, whose it is, and how it comes and goes.

use super::market::{Market, No, Opening, Purse, Reply, Who};
use super::number::{Exact, RATIO, SHARES, USD, Way, down, exact, up, usd, value};
use super::orders::positive;

/// The most shares there may be, 10²⁴.
const MOST: i128 = 10_i128.pow(24 + SHARES);
/// The largest ratio that is taken in, 10⁹.
const LARGEST_RATIO: i128 = 10_i128.pow(9 + RATIO);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

/// A deposit or a redemption in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub lp: u32,
    pub way: Direction,
    pub amount: i128,
}

/// What a provider has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    pub shares: i128,
    pub share_price: i128,
    pub value: i128,
    pub exit_value: i128,
    pub waiting: i128,
    pub granted: i128,
}

impl Market {
    /// The founder has the opening capital at one share for one USD, and hands parts of it over.
    pub fn found_shares(&mut self, opening: &Opening) {
        let one_each = |amount: i128| down(&usd(amount), SHARES);
        self.shares.insert(None, one_each(opening.makers));
        for (lp, amount) in &opening.providers {
            *self.shares.entry(None).or_default() -= one_each(*amount);
            *self.shares.entry(Some(*lp)).or_default() += one_each(*amount);
        }
    }

    pub fn supply(&self) -> i128 {
        self.shares.values().sum()
    }

    /// Shares for one USD at a value of the capital, with the virtual ones: 10⁻⁶ for 10⁻⁶ USD.
    fn shares_per_usd(&self, worth: i128) -> Exact {
        exact(self.supply() + 1_000, SHARES) / usd(worth.max(0) + 1)
    }

    fn shares_of(&self, lp: u32) -> i128 {
        self.shares.get(&Some(lp)).copied().unwrap_or(0)
    }

    /// A share's price for those who leave is the lower of two values, for those who come the
    /// higher.
    fn exit_rate(&self) -> Exact {
        self.shares_per_usd(self.makers_worth())
    }

    pub fn line_up(&mut self, asked: Asked) -> Result<Reply, No> {
        positive(asked.amount)?;
        if self.equity(Who::Makers) < 0 {
            return Err(No::Liquidity);
        }
        if asked.way == Direction::Out && self.shares_of(asked.lp) == 0 {
            return Err(No::Liquidity);
        }
        self.queue.push(asked);
        Ok(Reply::Queued)
    }

    /// Executes the line in its order; what the makers cannot pay now stays in it.
    pub fn move_liquidity(&mut self) {
        let line = std::mem::take(&mut self.queue);
        for asked in line {
            match asked.way {
                Direction::In => self.take_in(asked),
                Direction::Out => self.pay_out(asked),
            }
        }
    }

    fn take_in(&mut self, asked: Asked) {
        let outside = self.equity_at(Who::Makers, self.outside);
        let worth = self.equity(Who::Makers).max(outside);
        let fair = usd(asked.amount) * self.shares_per_usd(worth);
        if exact(self.supply(), SHARES) + fair.clone() >= exact(MOST + 1, SHARES) {
            self.note("a deposit lapses");
            return;
        }
        let minted = down(&fair, SHARES);
        self.note("a deposit comes in");
        *self.shares.entry(Some(asked.lp)).or_default() += minted;
        self.pay(Purse::Outside, Purse::Makers, asked.amount);
    }

    fn pay_out(&mut self, asked: Asked) {
        let rate = self.exit_rate();
        let worth = down(
            &(exact(self.shares_of(asked.lp), SHARES) / rate.clone()),
            USD,
        );
        let amount = asked.amount.min(worth);
        let paid = amount.min(self.makers_spare());
        let burned = up(&(usd(paid) * rate), SHARES);
        *self.shares.entry(Some(asked.lp)).or_default() -= burned;
        self.pay(Purse::Makers, Purse::Outside, paid);
        *self.granted.entry(asked.lp).or_default() += paid;
        if paid > 0 {
            self.note("a redemption is paid");
        }
        if paid < amount {
            self.note("a redemption waits");
            self.queue.push(Asked {
                amount: amount - paid,
                ..asked
            });
        }
    }

    /// Cash, and equity beyond the margin of the makers' own position.
    fn makers_spare(&self) -> i128 {
        let notional = value(self.makers.size.abs(), self.mark.max(self.outside), Way::Up);
        let required = super::rules::part_up(notional, self.rules.book.leverage);
        (self.makers_worth() - required)
            .min(self.cash(Who::Makers))
            .max(0)
    }

    pub fn holding(&self, lp: u32) -> Holding {
        let shares = self.shares_of(lp);
        let rate = self.shares_per_usd(self.equity(Who::Makers));
        let price = down(&rate.recip(), RATIO);
        let out = self.queue.iter().filter(|asked| asked.lp == lp);
        let out = out.filter(|asked| asked.way == Direction::Out);
        Holding {
            shares,
            share_price: if price > LARGEST_RATIO { 0 } else { price },
            value: down(&(exact(shares, SHARES) / rate), USD),
            exit_value: down(&(exact(shares, SHARES) / self.exit_rate()), USD),
            waiting: out.map(|asked| asked.amount).sum(),
            granted: self.granted.get(&lp).copied().unwrap_or(0),
        }
    }
}
