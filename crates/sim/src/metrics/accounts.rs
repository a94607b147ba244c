//! What the journal and the events say of each trader.

use seawall_ledger::{Account, AccountId, Cause, Entry};
use seawall_units::Usd;
use seawall_venue::{PositionView, WinnerCut};

use crate::Winners;

/// One trader, over the whole run.
#[derive(Debug, Clone, Copy, Default)]
struct Trader {
    /// Trading profit that reached or left its accounts.
    realised: Usd,
    /// Cuts posted from its accounts.
    cut_posted: Usd,
    /// Cuts by the events.
    taken: Usd,
    liquidated: Liquidated,
    closed: ClosedEarly,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Liquidated {
    #[default]
    Never,
    Once,
}

/// Whether a position was closed that its owner did not ask to close, because it was winning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ClosedEarly {
    #[default]
    No,
    Yes,
}

impl Trader {
    fn is_cut(&self) -> bool {
        self.taken.is_positive() || self.closed == ClosedEarly::Yes
    }
}

/// Traders by account number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traders {
    each: Vec<Trader>,
    /// Traders of the command stream; numbers from here on are auction bidders, whom other venues
    /// do not have.
    count: usize,
    funding_paid: Usd,
    funding_received: Usd,
    residual_cut: Usd,
}

/// The trader whose money an account holds.
const fn trader_of(account: Account) -> Option<AccountId> {
    match account {
        Account::Margin(id) | Account::Free(id) => Some(id),
        _ => None,
    }
}

/// Whether money that traders send or get for this cause is the result of a trade. Margin that
/// goes with a distressed position is part of what the position lost.
const fn is_trading(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::ProfitRealised
            | Cause::LossRealised
            | Cause::MarginMoved
            | Cause::AuctionSettled
            | Cause::TakeoverGain
            | Cause::BackstopTakeover
    )
}

/// Whether a trader's funding passes through this account: its own, or the step's passage.
const fn is_traders_side(account: Account) -> bool {
    matches!(
        account,
        Account::Margin(_) | Account::Free(_) | Account::Clearing
    )
}

impl Traders {
    pub(crate) fn new(accounts: usize) -> Self {
        Self {
            each: vec![Trader::default(); accounts],
            count: accounts,
            ..Self::default()
        }
    }

    fn at(&mut self, id: AccountId) -> &mut Trader {
        let index = id.index();
        if self.each.len() <= index {
            self.each.resize(index.saturating_add(1), Trader::default());
        }
        &mut self.each[index]
    }

    pub(crate) fn entry(&mut self, entry: &Entry) {
        let transfer = entry.transfer;
        let (from, to) = (transfer.from(), transfer.to());
        let (amount, cause) = (transfer.amount(), transfer.cause());
        match cause {
            Cause::FundingPaid if is_traders_side(from) => self.funding_paid += amount,
            Cause::FundingReceived if is_traders_side(to) => self.funding_received += amount,
            Cause::AdlCut | Cause::PnlCap => {
                if let Some(id) = trader_of(from) {
                    self.at(id).cut_posted += amount;
                }
            }
            Cause::ResidualCut => self.residual_cut += amount,
            _ if is_trading(cause) => {
                if let Some(id) = trader_of(from) {
                    self.at(id).realised -= amount;
                }
                if let Some(id) = trader_of(to) {
                    self.at(id).realised += amount;
                }
            }
            _ => {}
        }
    }

    pub(crate) fn cut(&mut self, cut: &WinnerCut) {
        let trader = self.at(cut.account);
        trader.taken += cut.taken;
        if !cut.closed.is_zero() {
            trader.closed = ClosedEarly::Yes;
        }
    }

    pub(crate) fn liquidated(&mut self, id: AccountId) {
        self.at(id).liquidated = Liquidated::Once;
    }

    pub(crate) fn liquidated_accounts(&self) -> u64 {
        let hit = self.each.iter();
        let hit = hit.filter(|t| t.liquidated == Liquidated::Once).count();
        u64::try_from(hit).unwrap_or(u64::MAX)
    }

    pub(crate) const fn funding_paid(&self) -> Usd {
        self.funding_paid
    }

    pub(crate) fn funding_net(&self) -> Usd {
        self.funding_paid - self.funding_received
    }

    /// What winners kept and lost, with the positions still open and what ADL absorbed.
    ///
    /// **Formula** profit before cuts = realised + open + (taken − cuts posted): a venue that
    /// closes a winner at a worse price than the mark never realises what it takes; one that
    /// realises the whole profit and then posts a cut does. It is at least what was taken, which
    /// was a profit then, whatever the rest of the position lost afterwards.
    pub(crate) fn winners(&mut self, open: &[PositionView], adl_absorbed: Usd) -> Winners {
        for position in open {
            self.at(position.account).realised += position.open_pnl;
        }
        let mut winners = Winners {
            residual_cut: self.residual_cut,
            ..Winners::default()
        };
        let (traders, bidders) = self.each.split_at(self.count.min(self.each.len()));
        // Whoever was cut counts; the profit of a bidder who was not is of no other venue.
        let bidders = bidders.iter().filter(|bidder| bidder.is_cut());
        for trader in traders.iter().chain(bidders) {
            let profit = trader.realised + trader.taken - trader.cut_posted;
            winners.profit_before += profit.max(trader.taken).or_zero();
            winners.taken += trader.taken;
            winners.largest_single = winners.largest_single.max(trader.taken);
            if trader.taken.is_positive() {
                winners.count = winners.count.saturating_add(1);
            }
            if trader.closed == ClosedEarly::Yes {
                winners.closed_early = winners.closed_early.saturating_add(1);
            }
        }
        winners.overshoot = winners.taken - adl_absorbed;
        winners
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seawall_ledger::{DeficitId, Transfer};
    use seawall_units::{Base, Time};

    const WINNER: AccountId = AccountId::new(1);
    const MARGIN: Account = Account::Margin(WINNER);
    const OPEN: Account = Account::OpenDeficit(DeficitId::new(0));

    fn posted(traders: &mut Traders, from: Account, to: Account, amount: i32, cause: Cause) {
        traders.entry(&Entry {
            seq: 0,
            time: Time::default(),
            transfer: Transfer::new(from, to, Usd::whole(amount), cause).unwrap(),
        });
    }

    fn cut(taken: i32) -> WinnerCut {
        WinnerCut {
            time: Time::default(),
            account: WINNER,
            deficit: None,
            closed: Base::ULP,
            profit: Usd::whole(100),
            taken: Usd::whole(taken),
        }
    }

    #[test]
    fn a_cut_counts_once_whether_it_is_posted_or_priced() {
        // 100 realised and 30 of it posted away; or closed 30 worse than the mark.
        let mut by_posting = Traders::new(2);
        posted(
            &mut by_posting,
            Account::Junior,
            MARGIN,
            100,
            Cause::ProfitRealised,
        );
        posted(&mut by_posting, MARGIN, OPEN, 30, Cause::AdlCut);
        let mut by_price = Traders::new(2);
        posted(
            &mut by_price,
            Account::Variation,
            MARGIN,
            70,
            Cause::ProfitRealised,
        );
        for traders in [&mut by_posting, &mut by_price] {
            traders.cut(&cut(30));
            let winners = traders.winners(&[], Usd::whole(25));
            assert_eq!(winners.profit_before, Usd::whole(100));
            assert_eq!((winners.taken, winners.count), (Usd::whole(30), 1));
            assert_eq!(winners.largest_single, Usd::whole(30));
            assert_eq!(winners.overshoot, Usd::whole(5));
        }
    }

    #[test]
    fn a_bidder_counts_where_he_was_cut() {
        let bidder = AccountId::new(2);
        let gain = |traders: &mut Traders| {
            let margin = Account::Margin(bidder);
            posted(traders, Account::Junior, margin, 100, Cause::ProfitRealised);
        };
        let mut spared = Traders::new(2);
        gain(&mut spared);
        assert_eq!(spared.winners(&[], Usd::ZERO), Winners::default());
        let mut both = Traders::new(2);
        gain(&mut both);
        both.cut(&cut(30));
        both.cut(&WinnerCut {
            account: bidder,
            ..cut(40)
        });
        // What ADL absorbed came from both.
        let winners = both.winners(&[], Usd::whole(70));
        assert_eq!((winners.taken, winners.count), (Usd::whole(70), 2));
        assert_eq!(winners.largest_single, Usd::whole(40));
        assert_eq!(winners.overshoot, Usd::ZERO);
        assert_eq!(winners.profit_before, Usd::whole(30 + 140));
    }

    #[test]
    fn a_close_at_the_mark_is_early_though_nothing_is_taken() {
        let mut traders = Traders::new(3);
        traders.cut(&cut(0));
        traders.cut(&cut(0));
        traders.cut(&WinnerCut {
            account: AccountId::new(0),
            closed: Base::ZERO,
            ..cut(5)
        });
        let winners = traders.winners(&[], Usd::whole(5));
        assert_eq!((winners.closed_early, winners.count), (1, 1));
    }

    #[test]
    fn the_residual_cut_is_told_beside_what_was_taken() {
        let mut traders = Traders::new(2);
        posted(&mut traders, MARGIN, OPEN, 30, Cause::ResidualCut);
        posted(&mut traders, MARGIN, OPEN, 12, Cause::ResidualCut);
        let winners = traders.winners(&[], Usd::ZERO);
        assert_eq!(winners.residual_cut, Usd::whole(42));
        assert_eq!((winners.taken, winners.count), (Usd::ZERO, 0));
    }

    #[test]
    fn what_a_pool_withholds_counts_once_too() {
        // 100 posted gross and 30 withheld by the cap.
        let mut traders = Traders::new(2);
        posted(
            &mut traders,
            Account::Pool,
            MARGIN,
            100,
            Cause::ProfitRealised,
        );
        posted(&mut traders, MARGIN, Account::Pool, 30, Cause::PnlCap);
        traders.cut(&cut(30));
        assert_eq!(
            traders.winners(&[], Usd::ZERO).profit_before,
            Usd::whole(100)
        );
    }

    #[test]
    fn what_was_taken_was_a_profit_whatever_came_later() {
        let mut traders = Traders::new(2);
        posted(
            &mut traders,
            Account::Junior,
            MARGIN,
            100,
            Cause::ProfitRealised,
        );
        posted(&mut traders, MARGIN, OPEN, 30, Cause::AdlCut);
        traders.cut(&cut(30));
        posted(
            &mut traders,
            MARGIN,
            Account::Junior,
            95,
            Cause::LossRealised,
        );
        let winners = traders.winners(&[], Usd::whole(30));
        assert_eq!(winners.profit_before, Usd::whole(30));
        assert_eq!(winners.overshoot, Usd::ZERO);
    }

    #[test]
    fn funding_is_that_of_traders_alone() {
        let mut traders = Traders::new(2);
        posted(&mut traders, MARGIN, Account::Junior, 9, Cause::FundingPaid);
        posted(
            &mut traders,
            Account::Makers,
            Account::Variation,
            5,
            Cause::FundingPaid,
        );
        posted(
            &mut traders,
            Account::Junior,
            MARGIN,
            4,
            Cause::FundingReceived,
        );
        posted(
            &mut traders,
            Account::Variation,
            Account::Makers,
            2,
            Cause::FundingReceived,
        );
        assert_eq!(traders.funding_paid(), Usd::whole(9));
        assert_eq!(traders.funding_net(), Usd::whole(5));
    }
}
