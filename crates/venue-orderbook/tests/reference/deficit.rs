//! What a bankrupt party owes and who pays it: vaults, winners, nobody.

use super::liquidation::Uncarried;
use super::market::{Cut, Market, Purse, Side, Taken, Who};
use super::number::{ONE, RATIO, USD, Way, down, usd, value};
use super::rules::ShortIndex;
use super::trade::{Held, funding_of};

/// A deficit and what was paid of it, by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owing {
    pub number: usize,
    /// The owner's number: users, then the makers, then the vaults.
    pub owner: usize,
    pub opening: i128,
    pub by_vaults: i128,
    pub by_winners: i128,
    pub residual: i128,
}

impl Owing {
    pub fn left(&self) -> i128 {
        self.opening - self.by_vaults - self.by_winners
    }
}

/// The winners of each side in the order of one check's ranking, best last, made when needed.
#[derive(Default)]
pub struct Ranked {
    longs: Option<Vec<usize>>,
    shorts: Option<Vec<usize>>,
}

/// The largest index there is; an account worth nothing has it.
const FIRST: i128 = 1_000_000_000 * ONE;

impl Market {
    /// Realises all that a party below zero has lost at the mark: its cash goes, and what is
    /// missing is minus its equity. It keeps its position at a cost of its value at the mark.
    pub fn open_deficit(&mut self, who: Who) -> Owing {
        let opening = -self.equity(who);
        let number = self.deficits;
        self.deficits += 1;
        let cash = self.cash(who);
        self.pay(who.purse(), Purse::Variation, cash);
        self.pay(Purse::Owing(number), Purse::Variation, opening);
        let size = self.held(who).size;
        let cost = value(size, self.mark, Way::Down);
        self.put(
            who,
            Held {
                size,
                cost,
                settled: funding_of(size, self.index),
            },
        );
        let owner = match who {
            Who::User(user) => user,
            Who::Makers => self.users.len(),
            Who::Vault(vault) => self.users.len() + 1 + vault,
        };
        Owing {
            number,
            owner,
            opening,
            by_vaults: 0,
            by_winners: 0,
            residual: 0,
        }
    }

    /// The vaults in their order, each up to its equity at the mark.
    pub fn vaults_pay(&mut self, owing: &mut Owing) {
        for vault in 0..self.vaults.len() {
            let paid = self.mark_vault(vault).min(owing.left());
            self.pay(Purse::Vault(vault), Purse::Owing(owing.number), paid);
            owing.by_vaults += paid;
        }
    }

    /// What nobody paid stays in the deficit's account.
    pub fn close_deficit(&mut self, mut owing: Owing) {
        owing.residual = owing.left();
        assert_eq!(self.balance(Purse::Owing(owing.number)), -owing.residual);
        self.residual += owing.residual;
        self.happened.deficits.push(owing);
    }

    /// Winners close the position; what they do not close goes to the first vault that can settle
    /// it, without vaults to the makers.
    pub fn deleverage_user(&mut self, each: Uncarried, ranked: &mut Ranked) {
        let (mut owing, who) = (each.owing, Who::User(each.user));
        let before = self.held(who).size;
        self.deleverage(who, &mut owing, ranked);
        let holders: Vec<Who> = match self.vaults.len() {
            0 => vec![Who::Makers],
            count => (0..count).map(Who::Vault).collect(),
        };
        for holder in holders {
            let rest = self.held(who);
            if rest.size != 0 && self.trade(who, holder, (-rest.size, -rest.cost)).is_some() {
                self.note("a bankrupt rest goes to a vault or the makers");
            }
        }
        self.free_if_flat(each.user);
        let size = before - self.held(who).size;
        if self.held(who).size != 0 {
            self.note("a bankrupt rest stays");
        }
        let equity = -owing.opening;
        self.happened.taken.push(Taken::Winners {
            user: each.user,
            size,
            equity,
        });
        self.close_deficit(owing);
    }

    /// Vaults, then makers, whose own equity is below zero: a vault's deficit is placed on ADL
    /// first, the makers' on the vaults first.
    pub fn deleverage_house(&mut self) {
        let mut ranked = Ranked::default();
        for vault in 0..self.vaults.len() {
            let who = Who::Vault(vault);
            if self.equity(who) < 0 {
                let mut owing = self.open_deficit(who);
                self.deleverage(who, &mut owing, &mut ranked);
                self.close_deficit(owing);
            }
        }
        if self.equity(Who::Makers) < 0 {
            let mut owing = self.open_deficit(Who::Makers);
            self.vaults_pay(&mut owing);
            self.deleverage(Who::Makers, &mut owing, &mut ranked);
            self.close_deficit(owing);
        }
    }

    /// Winners on the other side close the loser's position down the ranking, all at one price,
    /// the previous mark, or the mark where that is better for the loser. Each gets its profit at
    /// the mark; what the previous mark gives less is taken, and fills the deficit.
    fn deleverage(&mut self, loser: Who, owing: &mut Owing, ranked: &mut Ranked) {
        let side = Side::of(self.held(loser).size);
        if self.held(loser).size == 0 {
            return;
        }
        let fresh = self.ranking(side.other());
        let queue = match side {
            Side::Buy => &mut ranked.shorts,
            Side::Sell => &mut ranked.longs,
        };
        let mut queue = queue.take().unwrap_or(fresh);
        if queue.is_empty() {
            self.note("ADL finds no winners");
        }
        while self.held(loser).size != 0 {
            let Some(winner) = queue.last().copied() else {
                break;
            };
            self.close_winner(loser, winner, owing);
            if self.held(loser).size != 0 {
                queue.pop();
            }
        }
        match side {
            Side::Buy => ranked.shorts = Some(queue),
            Side::Sell => ranked.longs = Some(queue),
        }
    }

    fn close_winner(&mut self, loser: Who, winner: usize, owing: &mut Owing) {
        let lost = self.held(loser);
        let size = lost.size.abs().min(self.users[winner].size.abs());
        if size == 0 {
            return;
        }
        let sign = lost.size.signum();
        let who = Who::User(winner);
        let trade = (-sign * size, -lost.cost_of(size));
        let Some((_, profit)) = self.trade(loser, who, trade) else {
            self.note("a winner cannot settle");
            return;
        };
        let worse = sign * (self.previous - self.mark);
        let gap = value(size, worse.max(0), Way::Down);
        let taken = gap.min(profit.max(0)).min(self.cash(who));
        let placed = taken.min(owing.left());
        self.pay(Purse::Margin(winner), Purse::Owing(owing.number), placed);
        owing.by_winners += placed;
        let beyond = match (loser, self.vaults.is_empty()) {
            (Who::User(_), false) => Purse::Vault(0),
            (Who::User(_), true) => Purse::Makers,
            (house, _) => house.purse(),
        };
        self.pay(Purse::Margin(winner), beyond, taken - placed);
        if taken > placed {
            self.note("ADL overshoots");
        }
        self.free_if_flat(winner);
        // The winner's position is closed: the other side of the loser's.
        let cut = Cut {
            winner,
            deficit: owing.number,
            closed: -sign * size,
            profit,
            taken,
        };
        self.happened.cuts.push(cut);
    }

    /// Users of a side in profit at the price of the batch, best last; of two that stand alike the
    /// lower number is the better.
    fn ranking(&self, side: Side) -> Vec<usize> {
        // The losers stand on the other side.
        let at = match side {
            Side::Sell => self.previous.max(self.mark),
            Side::Buy => self.previous.min(self.mark),
        };
        let mut places: Vec<(i128, usize)> = Vec::new();
        for (user, held) in self.users.iter().enumerate() {
            if held.size.signum() == side.sign() && held.profit(at) > 0 {
                places.push((self.place(user, side), user));
            }
        }
        places.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
        places.into_iter().map(|(_, user)| user).collect()
    }

    /// `(mark/entry)·(notional/account value)`, for shorts by the reading of the rules; down.
    fn place(&self, user: usize, side: Side) -> i128 {
        let held = &self.users[user];
        let notional = value(held.size.abs(), self.mark, Way::Down);
        let cost = held.cost.abs();
        let worth = self.equity(Who::User(user));
        let (better, worse) = match (side, self.rules.short_index) {
            (Side::Sell, ShortIndex::EntryOverMark) => (cost, notional),
            _ => (notional, cost),
        };
        if worse == 0 || worth <= 0 {
            return FIRST;
        }
        let scaled = down(&(usd(notional) * usd(better) / usd(worse)), USD);
        down(&(usd(scaled) / usd(worth)), RATIO).min(FIRST)
    }
}
