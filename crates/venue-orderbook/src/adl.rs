use std::cmp::Reverse;

use seawall_ledger::{Account, AccountId, Cause};
use seawall_units::{Price, Ratio, Side, Usd};
use seawall_venue::{Event, SkipReason, StageEnd, StageId, WinnerCut};

use crate::coin::CoinId;
use crate::deficit::{Done, OpenDeficit};
use crate::exchange::Exchange;
use crate::parties::{Deal, Party};
use crate::position::Position;

/// How the ranking index `mark/entry` is read for shorts, which the documentation leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShortReading {
    /// `entry/mark`: the short that has gained most stands first.
    #[default]
    EntryOverMark,
    /// `mark/entry`, to the letter: the short that has gained least stands first.
    MarkOverEntry,
}

/// The ADL ranking index of a position in profit; the highest is closed first.
///
/// **Formula** `(mark/entry)·(notional/account value)`; for shorts as [`ShortReading`] says.
/// Entry is given as the cost `|q|·entry`, the mark as the notional `|q|·mark`.
/// **Rounding** down. At most the largest ratio, which it is when the account value is not above
/// zero.
/// **Source** Hyperliquid docs, trading/auto-deleveraging.
///
/// ```
/// use seawall_units::{Ratio, Side, Usd};
/// use seawall_venue_orderbook::{ShortReading, ranking_score};
/// let usd = Usd::whole;
/// // A short of 2 from 100 at a mark of 80 with an account value of 64: notional 160, cost 200.
/// let score = |reading| ranking_score(Side::Short, usd(160), usd(200), usd(64), reading);
/// assert_eq!(score(ShortReading::EntryOverMark), "3.125".parse::<Ratio>()?); // 1.25 · 2.5
/// assert_eq!(score(ShortReading::MarkOverEntry), "2".parse::<Ratio>()?); // 0.8 · 2.5
/// # Ok::<(), seawall_units::UnitsError>(())
/// ```
#[must_use]
pub fn ranking_score(
    side: Side,
    notional: Usd,
    cost: Usd,
    account_value: Usd,
    reading: ShortReading,
) -> Ratio {
    let scaled = match (side, reading) {
        (Side::Short, ShortReading::EntryOverMark) => notional.mul_div_floor(cost, notional),
        _ => notional.mul_div_floor(notional, cost),
    };
    let score = match account_value.is_positive() {
        true => scaled.and_then(|scaled| scaled.ratio_floor(account_value)),
        false => None,
    };
    score.unwrap_or(Ratio::MAX).min(Ratio::MAX)
}

/// The winners of each side in a coin in the order of one second's ranking, made when first needed.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    longs: Option<Vec<AccountId>>,
    shorts: Option<Vec<AccountId>>,
}

impl Queues {
    fn of(&mut self, side: Side) -> &mut Option<Vec<AccountId>> {
        match side {
            Side::Long => &mut self.longs,
            Side::Short => &mut self.shorts,
        }
    }
}

/// What is the same for all winners of a batch.
struct Batch {
    coin: CoinId,
    overshoot_account: Account,
    /// How much better than the mark the loser is paid for each unit; `None` for not at all.
    gap: Option<Price>,
}

impl Exchange {
    /// **ADL**: winners on the other side close the loser's position, down the ranking, each whole
    /// but the last, all at one price: the mark before its last move.
    ///
    /// A winner's profit is posted whole at the mark; what the older mark gives less is taken: it
    /// fills the deficit, and beyond it goes to the loser's side (a vault or the makers). When the
    /// older mark is the worse one for the loser the batch runs at the mark and takes nothing,
    /// since a bankrupt account has nothing to give. Winners are users in profit at the price of
    /// the batch, so no one realises a loss by it. A loser that is not below zero has no deficit,
    /// and gets all that is taken. Gives what was done, if there was anything to close.
    ///
    /// **Source** Hyperliquid docs, trading/auto-deleveraging.
    pub(crate) fn deleverage(
        &mut self,
        (loser, coin): (Party, CoinId),
        deficit: &mut Option<&mut OpenDeficit>,
        queues: &mut Queues,
    ) -> Option<Done> {
        let side = self.held_by(loser, coin).size.side()?;
        let batch = Batch {
            coin,
            overshoot_account: self.beneficiary(loser),
            gap: self.coins[coin].gap(side),
        };
        let queue = queues.of(side.opposite());
        let mut ranked = match queue.take() {
            Some(ranked) => ranked,
            None => self.ranking(coin, side.opposite()),
        };
        let mut done = Done::skipped(StageId::Adl, SkipReason::NoWinners);
        // The best stands last, so that it can be popped.
        while let Some(winner) = ranked.last().copied() {
            if self.held_by(loser, coin).is_flat() {
                break;
            }
            self.close_winner(loser, winner, deficit, (&batch, &mut done));
            if !self.held_by(loser, coin).is_flat() {
                ranked.pop();
            }
        }
        *queues.of(side.opposite()) = Some(ranked);
        if done.closed.is_positive() {
            let flat = self.held_by(loser, coin).is_flat();
            let left = deficit.as_ref().map(|deficit| deficit.left());
            done.end = match (left, flat) {
                (Some(left), _) if left.is_zero() => StageEnd::Cleared,
                (None, true) => StageEnd::Cleared,
                (Some(_), true) => StageEnd::Capped,
                (_, false) => StageEnd::Exhausted,
            };
        }
        Some(done)
    }

    /// Closes one winner against the loser, at the loser's cost (its value at the mark), and takes
    /// what the older mark gives less.
    fn close_winner(
        &mut self,
        loser: Party,
        winner: AccountId,
        deficit: &mut Option<&mut OpenDeficit>,
        (batch, done): (&Batch, &mut Done),
    ) {
        let party = Party::User(winner);
        let coin = batch.coin;
        let (lost, won) = (self.held_by(loser, coin), self.held_by(party, coin));
        let size = lost.size.abs().min(won.size.abs());
        let (Some(side), true) = (lost.size.side(), size.is_positive()) else {
            return;
        };
        let deal = Deal {
            coin,
            size: side.opposite().signed(size),
            value: -lost.cost_of(size),
        };
        let Some((_, profit)) = self.exchange(loser, party, deal) else {
            return;
        };
        let gap = batch.gap.map_or(Usd::ZERO, |gap| gap.value_floor(size));
        let taken = gap.min(profit.or_zero()).min(self.spendable(party, coin));
        self.draw_for(party, taken);
        let margin = party.account();
        let mut placed = Usd::ZERO;
        if let Some(deficit) = deficit {
            placed = deficit.pay(taken);
            let transfer = self.pay(margin, deficit.account(), placed, Cause::AdlCut);
            done.transfers.extend(transfer);
        }
        let beyond = taken - placed;
        self.pay(margin, batch.overshoot_account, beyond, Cause::AdlCut);
        self.reindex(winner);
        self.release_if_flat(winner);
        done.closed += size;
        done.absorbed += placed;
        let event = Event::Cut(WinnerCut {
            time: self.now,
            account: winner,
            deficit: deficit.as_ref().map(|deficit| deficit.owed.id()),
            closed: side.opposite().signed(size),
            profit,
            taken,
        });
        self.tell_of(coin, event);
    }

    /// Who gets what ADL takes beyond the deficit: the loser itself when it is a vault or the
    /// makers; for a user the first vault, and the makers where there is none.
    fn beneficiary(&self, loser: Party) -> Account {
        match (loser, self.backstops.is_empty()) {
            (Party::User(_), false) => Account::Backstop(0),
            (Party::User(_), true) => Account::Makers,
            (other, _) => other.account(),
        }
    }

    /// Users of a side of a coin in profit at the batch price, worst-ranked first; ties to the
    /// lower number.
    fn ranking(&self, coin: CoinId, side: Side) -> Vec<AccountId> {
        let price = self.coins[coin].batch_price(side.opposite());
        let ids = (0..u32::MAX).map(AccountId::new);
        let held = self.accounts.iter().map(|user| user.holder.open(coin));
        let mut ranked: Vec<(Ratio, Reverse<AccountId>)> = ids
            .zip(held)
            .filter_map(|(id, position)| Some((id, position?)))
            .filter(|(_, position)| position.size.side() == Some(side))
            .filter(|(_, position)| position.open_pnl(price).is_positive())
            .map(|(id, position)| (self.score(id, coin, position), Reverse(id)))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, Reverse(id))| id).collect()
    }

    /// The account value is that of the whole margin account, all its coins included.
    fn score(&self, id: AccountId, coin: CoinId, position: &Position) -> Ratio {
        let mark = self.coins[coin].mark;
        ranking_score(
            position.size.side().unwrap_or(Side::Long),
            mark.value_floor(position.size.abs()),
            position.cost.abs(),
            self.equity_of(Party::User(id)),
            self.params.adl.short_reading,
        )
    }
}
