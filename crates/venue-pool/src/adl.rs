//! Auto-deleveraging: winners are closed at the market when a side's open profit is too much for
//! its half of the pool. Nobody's profit is cut for it, except by the cap on all profits.
use seawall_ledger::AccountId;
use seawall_units::{Base, Side, Usd};
use seawall_venue::{Event, StageEnd, StageId, StageReport};

use crate::close::{Closed, Closer};
use crate::draft::Draft;
use crate::params::AdlOrder;
use crate::pool::Pool;
use crate::position::Position;
use crate::venue::PoolVenue;
use crate::wide::F30;

impl PoolVenue {
    /// Closes a side's winners while its profit factor is above `pnl.adl`, down to `pnl.after_adl`
    /// and never below it: the last one is closed in part.
    ///
    /// **Formula** profit factor = side pnl (maximised) / half of the pool.
    /// **Source** gmx-synthetics, `exchange/AdlHandler.sol` and `adl/AdlUtils.sol`.
    pub(crate) fn deleverage(&mut self, side: Side) {
        let limit = self.terms.params.pnl.adl;
        let is_empty = self.pool.side_pool().is_zero();
        if is_empty || !self.pool.exceeds(side, self.prices, limit) {
            return;
        }
        let least = self.terms.params.pnl.after_adl;
        for account in self.winners(side) {
            if !self.pool.exceeds(side, self.prices, least) {
                break;
            }
            let Some(tokens) = self.tokens_to_close(account, side) else {
                continue;
            };
            let whole = self.held(account).map(|position| position.tokens);
            self.close_winner(account, tokens);
            if whole != Some(tokens) {
                break;
            }
        }
    }

    /// The side's positions in profit, in the keeper's order.
    fn winners(&self, side: Side) -> Vec<AccountId> {
        let mut ranked: Vec<(i128, AccountId)> = Vec::new();
        for position in self.book.iter().flatten() {
            let profit = position.pnl(self.prices);
            if position.side == side && profit.is_positive() {
                ranked.push((self.rank(position, profit), position.account));
            }
        }
        ranked.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.into_iter().map(|(_, account)| account).collect()
    }

    fn rank(&self, position: &Position, profit: Usd) -> i128 {
        match self.terms.params.adl_order {
            AdlOrder::LargestProfit => profit.units(),
            AdlOrder::LargestReturn => profit
                .ratio_floor(position.size)
                .map_or(i128::MAX, |ratio| ratio.units()),
            AdlOrder::LargestPosition => position.size.units(),
            AdlOrder::Oldest => i128::from(position.increased.secs()).saturating_neg(),
            AdlOrder::Random => i128::from(drawn(&[
                self.keeper,
                self.now.secs(),
                u64::from(position.account.number()),
            ])),
        }
    }

    /// The most of a position that may be closed; `None` when nothing of it may.
    fn tokens_to_close(&self, account: AccountId, side: Side) -> Option<Base> {
        let whole = self.held(account)?.tokens;
        if self.is_allowed(account, side, whole) {
            return Some(whole);
        }
        // Closing more lowers the factor more: the most that is allowed, by halving.
        let (mut allowed, mut refused) = (0_i128, whole.units());
        while allowed.checked_add(1).is_some_and(|next| next < refused) {
            let middle = mid(allowed, refused);
            let tokens = Base::from_units(middle).ok()?;
            match self.is_allowed(account, side, tokens) {
                true => allowed = middle,
                false => refused = middle,
            }
        }
        let tokens = Base::from_units(allowed).ok()?;
        tokens.is_positive().then_some(tokens)
    }

    /// Whether the factor after closing `tokens` is lower than before, and not below the minimum.
    fn is_allowed(&self, account: AccountId, side: Side, tokens: Base) -> bool {
        let mut draft = self.draft(account);
        if draft.close(tokens, Closer::Deleverager).is_err() {
            return false;
        }
        let factor = |pool: &Pool| F30::quotient(pool.pnl_max(side, self.prices), pool.side_pool());
        let least = F30::of_ratio(self.terms.params.pnl.after_adl);
        let after = factor(&draft.pool);
        after < factor(&self.pool) && after >= least
    }

    fn close_winner(&mut self, account: AccountId, tokens: Base) {
        let mut draft = self.draft(account);
        let Some(position) = draft.position else {
            return;
        };
        let Ok(closed) = draft.close(tokens, Closer::Deleverager) else {
            return;
        };
        draft.note_cut(&closed, position.side.signed(tokens));
        draft.report_adl(&closed, tokens);
        draft.bear(position.side, closed.shortfall);
        let plan = draft.into_plan();
        self.write(plan);
    }
}

impl Draft<'_> {
    fn report_adl(&mut self, closed: &Closed, tokens: Base) {
        self.tell(Event::Stage(StageReport {
            time: self.now,
            stage: StageId::Adl,
            deficit: None,
            account: Some(self.account),
            closed: tokens,
            absorbed: Usd::ZERO,
            capacity: None,
            owner_cost: closed.cost.or_zero(),
            end: StageEnd::Cleared,
            transfers: Vec::new(),
        }));
    }
}

/// A number that looks drawn, the same for the same words.
///
/// **Source** the output function of SplitMix64 (Steele, Lea and Flood, 2014), once for each word.
fn drawn(words: &[u64]) -> u64 {
    words.iter().fold(0, |state: u64, word| {
        let mut z = (state ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// The middle of two counts, rounded down.
fn mid(low: i128, high: i128) -> i128 {
    let span = high.saturating_sub(low);
    low.saturating_add(span.checked_div(2).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::drawn;

    /// The first output with seed 1234567, as published with the generator's reference code.
    #[test]
    fn the_draw_is_that_of_splitmix64() {
        assert_eq!(drawn(&[1_234_567]), 6_457_827_717_110_365_317);
        assert_ne!(drawn(&[1, 2, 3]), drawn(&[1, 3, 2]));
    }
}
