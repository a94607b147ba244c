//! The pool and the sums over both sides' positions: value, profit factors, reserves.
use ethnum::I256;
use seawall_units::{
    Base, Price, Ratio, Round, Shares, Side, Time, Tranche, Usd, mul_div, mul_div_wide,
};

use crate::position::Position;
use crate::prices::Prices;
use crate::terms::Terms;
use crate::wide::{F30, add, mul, sub, usd_of, wide};

/// Marks the market token of the pool.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gm;

impl Tranche for Gm {
    const NAME: &'static str = "gm";
}

/// The sums over one side's positions and its cumulative factors per USD of size.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct SideBook {
    /// Open interest at entry prices.
    pub(crate) size: Usd,
    /// Open interest in tokens.
    pub(crate) tokens: Base,
    /// Cumulative borrowing factor.
    pub(crate) borrowing: F30,
    /// Sum of size times the borrowing factor at entry, exact.
    pub(crate) borrowing_sum: I256,
    /// Cumulative funding that this side paid.
    pub(crate) funding_paid: F30,
    /// Cumulative funding that this side received.
    pub(crate) funding_received: F30,
}

/// Which way a value is taken: what is least or most favourable to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Least: for those who leave.
    Low,
    /// Most: for those who enter.
    High,
}

/// Cash and sums: everything of the market that is not a single position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pool {
    /// Cash in the ledger's `Pool` account.
    pub(crate) cash: Usd,
    /// Cash in the ledger's `ImpactPool` account.
    pub(crate) impact_pool: Usd,
    /// Funding that went into the cash less what went out: it belongs to traders.
    pub(crate) funding_float: Usd,
    /// Market tokens.
    pub(crate) supply: Shares<Gm>,
    /// When the cumulative factors were brought up last.
    pub(crate) updated: Time,
    /// The stored funding rate per second, above zero when longs pay; thirty decimals.
    pub(crate) funding_rate: I256,
    long: SideBook,
    short: SideBook,
}

impl Pool {
    /// A pool with one market token per USD.
    pub(crate) fn new(cash: Usd, impact_pool: Usd, start: Time) -> Self {
        Self {
            cash,
            impact_pool,
            funding_float: Usd::ZERO,
            supply: shares_of(cash),
            updated: start,
            funding_rate: I256::ZERO,
            long: SideBook::default(),
            short: SideBook::default(),
        }
    }

    pub(crate) const fn side(&self, side: Side) -> &SideBook {
        match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        }
    }

    pub(crate) const fn side_mut(&mut self, side: Side) -> &mut SideBook {
        match side {
            Side::Long => &mut self.long,
            Side::Short => &mut self.short,
        }
    }

    /// Takes a position into the sums.
    pub(crate) fn include(&mut self, position: &Position) {
        let book = self.side_mut(position.side);
        book.size += position.size;
        book.tokens += position.tokens;
        book.borrowing_sum = add(book.borrowing_sum, position.borrowing_term());
    }

    /// Takes a position out of the sums.
    pub(crate) fn exclude(&mut self, position: &Position) {
        let book = self.side_mut(position.side);
        book.size -= position.size;
        book.tokens -= position.tokens;
        book.borrowing_sum = sub(book.borrowing_sum, position.borrowing_term());
    }

    /// What belongs to LPs in cash, traders' open profits not counted.
    pub(crate) fn own_cash(&self) -> Usd {
        self.cash - self.funding_float
    }

    /// A side's half of the pool: with one token for both sides every amount is divided by two.
    pub(crate) fn side_pool(&self) -> Usd {
        let cash = self.own_cash().or_zero();
        usd_of(mul_div(cash.units(), 1, 2, Round::Floor))
    }

    /// What a side reserves: longs their tokens at the higher price, shorts their entry value.
    pub(crate) fn reserved(&self, side: Side, prices: Prices) -> Usd {
        match side {
            Side::Long => prices.max.value_ceil(self.long.tokens),
            Side::Short => self.short.size,
        }
    }

    /// A side's open profit at one price.
    pub(crate) fn pnl_at(&self, side: Side, price: Price, round: Round) -> Usd {
        let book = self.side(side);
        match (side, round) {
            (Side::Long, _) => price.value(book.tokens, round) - book.size,
            (Side::Short, Round::Floor) => book.size - price.value_ceil(book.tokens),
            (Side::Short, Round::Ceil) => book.size - price.value_floor(book.tokens),
        }
    }

    /// A side's open profit, maximised.
    pub(crate) fn pnl_max(&self, side: Side, prices: Prices) -> Usd {
        match side {
            Side::Long => self.pnl_at(side, prices.max, Round::Ceil),
            Side::Short => self.pnl_at(side, prices.min, Round::Ceil),
        }
    }

    /// A side's open profit, minimised.
    pub(crate) fn pnl_min(&self, side: Side, prices: Prices) -> Usd {
        match side {
            Side::Long => self.pnl_at(side, prices.min, Round::Floor),
            Side::Short => self.pnl_at(side, prices.max, Round::Floor),
        }
    }

    /// A realised `pnl` after the traders' cap: beyond it, every profit keeps the same share.
    ///
    /// **Formula** `pnl · cap/side pnl`, cap = side pool · `pnl.traders`, side pnl maximised.
    /// **Rounding** down, for the pool. **Source** gmx-synthetics, `position/PositionUtils.sol`.
    pub(crate) fn capped_pnl(&self, terms: &Terms, prices: Prices, side: Side, pnl: Usd) -> Usd {
        if !pnl.is_positive() {
            return pnl;
        }
        let open = self.pnl_max(side, prices);
        let cap = self.side_pool().mul_floor(terms.params.pnl.traders);
        if open <= cap {
            return pnl;
        }
        pnl.mul_div_floor(cap, open).unwrap_or(Usd::ZERO)
    }

    /// Whether a side's maximised profit is above `factor` of its half of the pool.
    pub(crate) fn exceeds(&self, side: Side, prices: Prices, factor: Ratio) -> bool {
        self.pnl_max(side, prices) > self.side_pool().mul_floor(factor)
    }

    /// Borrowing fees that positions of a side owe and have not paid.
    pub(crate) fn pending_borrowing(&self, side: Side) -> Usd {
        let book = self.side(side);
        let accrued = mul(wide(book.size.units()), book.borrowing.0);
        let pending = sub(accrued, book.borrowing_sum);
        let units = mul_div_wide(pending, I256::ONE, F30::one().0, Round::Floor);
        usd_of(units).or_zero()
    }

    /// The pool's share of all pending borrowing fees.
    fn borrowing_income(&self, terms: &Terms) -> Usd {
        let both = Side::BOTH.map(|side| self.pending_borrowing(side));
        let pending: Usd = both.into_iter().sum();
        pending - pending.mul_ceil(terms.params.fees.protocol_share)
    }

    /// What all market tokens are worth when LPs enter or leave.
    ///
    /// **Formula** own cash + the pool's share of pending borrowing fees − Σ cap(side pnl); a
    /// side's profit counts up to `factor` of its half of the pool, a loss in full.
    /// **Source** gmx-synthetics, `market/MarketUtils.sol`, pool value.
    pub(crate) fn value(&self, terms: &Terms, prices: Prices, bound: Bound) -> Usd {
        let factor = match bound {
            Bound::Low => terms.params.pnl.withdrawals,
            Bound::High => terms.params.pnl.deposits,
        };
        let cap = self.side_pool().mul_floor(factor);
        let owed = Side::BOTH.map(|side| match bound {
            Bound::Low => self.pnl_max(side, prices).min(cap),
            Bound::High => self.pnl_min(side, prices).min(cap),
        });
        self.own_cash() + self.borrowing_income(terms) - owed.into_iter().sum::<Usd>()
    }

    /// The pool at the mark, with all open profits and losses in full.
    pub(crate) fn value_at_mark(&self, terms: &Terms, prices: Prices) -> Usd {
        let open = Side::BOTH.map(|side| self.pnl_max(side, prices.at_mark()));
        self.own_cash() + self.borrowing_income(terms) - open.into_iter().sum::<Usd>()
    }
}

/// The market tokens that are worth `amount` at one USD each.
pub(crate) fn shares_of(amount: Usd) -> Shares<Gm> {
    let units = amount.or_zero().units().saturating_mul(1_000);
    Shares::from_units(units).unwrap_or(Shares::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Params;

    fn prices(mark: &str) -> Prices {
        Prices::around(mark.parse().unwrap(), Ratio::ZERO)
    }

    /// A pool of 1 000 with one long of 10 tokens from 100.
    fn pool() -> Pool {
        let mut pool = Pool::new(Usd::whole(1_000), Usd::ZERO, Time::default());
        pool.long.size = Usd::whole(1_000);
        pool.long.tokens = Base::whole(10);
        pool
    }

    /// At 160 the side gains 600; its half of the pool is 500, the cap 90 % of it, 450. A profit
    /// of 60 keeps 60 · 450/600 = 45.
    #[test]
    fn a_profit_beyond_the_cap_keeps_its_share() {
        let terms = Terms::new(Params::btc(), None);
        let capped = |mark, pnl| {
            let pnl = Usd::whole(pnl);
            pool().capped_pnl(&terms, prices(mark), Side::Long, pnl)
        };
        assert_eq!(capped("160", 60), Usd::whole(45));
        assert_eq!(capped("160", -60), Usd::whole(-60));
        // At 145 the side gains exactly 450: nothing is cut.
        assert_eq!(capped("145", 60), Usd::whole(60));
    }

    /// 1 000 of cash and a side gaining 600: at the mark 400, for depositors the profit counts to
    /// 450, for leavers to 350 (70 % of 500). A loss of 100 counts in full.
    #[test]
    fn the_value_caps_profits_and_counts_losses_in_full() {
        let terms = Terms::new(Params::btc(), None);
        let pool = pool();
        assert_eq!(pool.value_at_mark(&terms, prices("160")), Usd::whole(400));
        assert_eq!(
            pool.value(&terms, prices("160"), Bound::High),
            Usd::whole(550)
        );
        assert_eq!(
            pool.value(&terms, prices("160"), Bound::Low),
            Usd::whole(650)
        );
        for bound in [Bound::Low, Bound::High] {
            assert_eq!(pool.value(&terms, prices("90"), bound), Usd::whole(1_100));
        }
    }

    #[test]
    fn a_profit_factor_is_exceeded_only_above_it() {
        let pool = pool();
        // 85 % of 500 = 425.
        let adl = Ratio::bps(8_500);
        assert!(!pool.exceeds(Side::Long, prices("142.5"), adl));
        assert!(pool.exceeds(Side::Long, prices("142.5001"), adl));
    }

    #[test]
    fn longs_reserve_at_the_price_and_shorts_at_entry() {
        let mut pool = pool();
        pool.short = pool.long;
        assert_eq!(pool.reserved(Side::Long, prices("160")), Usd::whole(1_600));
        assert_eq!(pool.reserved(Side::Short, prices("160")), Usd::whole(1_000));
    }
}
