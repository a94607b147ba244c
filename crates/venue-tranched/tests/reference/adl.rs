//! Auto-deleveraging in small batches, with a cut and without (M-8.5).

use super::books::Purse;
use super::deficits::{Open, Payer};
use super::number::{above, base, base_down, base_up, pro_rata, usd, usd_down, usd_up};
use super::{Exact, Model, Q, place};

/// A position in profit.
#[derive(Debug, Clone)]
struct Winner {
    account: u32,
    size: i128,
    profit: i128,
    /// (profit/margin)·(N/E); nothing when margin or equity is not above zero: highest.
    score: Option<Q>,
}

impl Model {
    fn winners(&self, side: i128) -> Vec<Winner> {
        let mut winners = Vec::new();
        for (account, position) in self.of_side(side) {
            let profit = self.open_pnl(&position);
            if profit <= 0 {
                continue;
            }
            let (margin, equity) = (self.margin(account), self.equity(account));
            let score = (margin > 0 && equity > 0)
                .then(|| usd(profit) / usd(margin) * usd(self.notional(&position)) / usd(equity));
            winners.push(Winner {
                account,
                size: position.size.abs(),
                profit,
                score,
            });
        }
        winners.sort_by(|a, b| {
            let order = match (&a.score, &b.score) {
                (None, None) => std::cmp::Ordering::Equal,
                (None, _) => std::cmp::Ordering::Less,
                (_, None) => std::cmp::Ordering::Greater,
                (Some(a), Some(b)) => b.cmp(a),
            };
            order.then(a.account.cmp(&b.account))
        });
        winners
    }

    /// One batch down the ranking: until the profit is reached, at most 5 % of the side's open
    /// interest and 25 % of an account.
    fn plan_batch(&self, side: i128, profit: i128) -> Vec<(u32, i128)> {
        let config = &self.params.waterfall.adl;
        let mut notional = usd_down(usd(self.open_interest(side)) * config.side_share.q());
        let mut profit = profit;
        let mut batch = Vec::new();
        for winner in self.winners(side) {
            if profit <= 0 || notional <= 0 {
                break;
            }
            let share = base_down(base(winner.size) * config.account_share.q());
            let enough = base_up(base(winner.size) * usd(profit) / usd(winner.profit));
            let size = share.min(enough).min(self.bought(notional));
            if size > 0 {
                profit -= usd_down(usd(winner.profit) * base(size) / base(winner.size));
                notional -= self.worth_up(size);
                batch.push((winner.account, size));
            }
        }
        batch
    }

    fn batch_is_due(&self, side: i128) -> bool {
        let last = self.last_batch[place(side)];
        last.is_none_or(|last| self.now - last >= self.params.waterfall.adl.interval)
    }

    /// Profit of closing a part at the mark, and what the pool would pay out for it.
    fn payout(&self, account: u32, size: i128) -> (i128, i128) {
        let position = self.position(account);
        let profit = above(self.close(position, size, self.mark).0);
        (profit, profit + above(-self.owed_funding(&position)))
    }

    /// Closes a batch at the mark; gives the profit of each that can be cut. Whom the pool could
    /// not pay stays.
    fn close_batch(&mut self, side: i128, profit: i128) -> Vec<(u32, i128)> {
        self.last_batch[place(side)] = Some(self.now);
        let mut closed = Vec::new();
        for (account, size) in self.plan_batch(side, profit) {
            let mut cuttable = 0;
            if self.payout(account, size).1 <= self.pool_cash() {
                let pnl = self.realise(account, size, self.mark, 0);
                cuttable = above(pnl.min(self.margin(account)));
                self.reach("winner deleveraged");
            }
            closed.push((account, cuttable));
        }
        closed
    }

    /// One batch for all deficits that bankrupts of a side left and that wait.
    pub fn batch(&mut self, side: i128, open: &mut [Open], to_the_end: bool) {
        let mut group: Vec<&mut Open> = open
            .iter_mut()
            .filter(|each| each.side == side && each.waits_for_adl())
            .collect();
        if group.is_empty() {
            return;
        }
        // Opposite the bankrupt; if nobody wins there, on his own side.
        let winning = if self.winners(-side).is_empty() {
            side
        } else {
            -side
        };
        if winning == side {
            self.reach("adl looks at the bankrupt's own side");
        }
        if !to_the_end && !self.batch_is_due(winning) {
            return;
        }
        let nobody = self.winners(winning).is_empty();
        let most = self.params.waterfall.adl.max_batches;
        for each in &mut group {
            each.adl_side = Some(winning);
            if nobody || each.batches >= most {
                self.reach("adl exhausted");
                each.payers.remove(0);
            }
        }
        group.retain(|each| each.waits_for_adl());
        if group.is_empty() {
            return;
        }
        let owed: i128 = group.iter().map(|each| each.left).sum();
        let multiple = i128::from(self.params.waterfall.adl.batch_multiple);
        let closed = self.close_batch(winning, owed * multiple);
        let profits: Vec<i128> = closed.iter().map(|(_, profit)| *profit).collect();
        let realised: i128 = profits.iter().sum();
        if realised == 0 {
            group.iter_mut().for_each(|each| {
                each.payers.remove(0);
            });
            return;
        }
        let parts = pro_rata(owed.min(realised), &profits);
        for ((account, _), part) in closed.iter().zip(parts) {
            self.take_cut(*account, part, &mut group);
        }
        for each in group {
            each.batches += 1;
            if each.left == 0 || each.batches >= most {
                if each.left > 0 {
                    self.reach("adl capped");
                }
                each.payers.remove(0);
            }
        }
    }

    /// A cut of one winner, placed oldest first.
    fn take_cut(&mut self, account: u32, amount: i128, group: &mut [&mut Open]) {
        let mut left = amount;
        for each in group {
            let part = left.min(each.left);
            self.books
                .pay(Purse::Margin(account), Purse::Missing(each.id), part);
            if part > 0 {
                *self.adl_took.entry(account).or_default() += part;
            }
            self.absorb(each, Payer::Adl, part);
            left -= part;
        }
        assert_eq!(left, 0, "a cut is at most what is missing");
    }

    /// What deficits that wait would take from winners of a side.
    pub fn adl_claim(&self, side: i128) -> i128 {
        let of_side =
            |each: &&Open| each.waits_for_adl() && each.adl_side.unwrap_or(-each.side) == side;
        self.open.iter().filter(of_side).map(|each| each.left).sum()
    }

    /// A winner of the side closes on his own: his share goes to the deficits that wait.
    pub fn contribute(&mut self, account: u32, side: i128, amount: i128) {
        let mut open = std::mem::take(&mut self.open);
        let mut group: Vec<&mut Open> = open
            .iter_mut()
            .filter(|each| each.waits_for_adl() && each.adl_side.unwrap_or(-each.side) == side)
            .collect();
        self.take_cut(account, amount, &mut group);
        self.open = open;
    }

    /// ADL without a cut, while traders' open profit is above 85 % of the capital before ADL and
    /// until 77 %.
    pub fn guard_capital(&mut self) {
        let config = self.params.waterfall.adl.clone();
        let cash = self.pool_cash();
        let mut capital = 0;
        for payer in self
            .payers()
            .into_iter()
            .take_while(|payer| *payer != Payer::Adl)
        {
            capital += match payer {
                Payer::Junior => above(cash - self.claim),
                Payer::Insurance => self.books.of(Purse::Insurance),
                Payer::Senior => self.claim.min(cash),
                Payer::Adl => 0,
            };
        }
        let capital = above(capital);
        let target = usd_up(usd(capital) * config.capital_target.q());
        let trigger = usd_up(usd(capital) * config.capital_trigger.q());
        let pnl = self.traders_pnl();
        self.deleveraging = pnl > if self.deleveraging { target } else { trigger };
        if !self.deleveraging {
            return;
        }
        let total = |side| {
            self.winners(side)
                .iter()
                .map(|winner| winner.profit)
                .sum::<i128>()
        };
        let side = if total(1) >= total(-1) { 1 } else { -1 };
        if !self.batch_is_due(side) {
            return;
        }
        self.reach("adl without a cut");
        // What the pool's equity misses for K is booked before the winners are paid (M-8.3).
        for (account, size) in self.plan_batch(side, pnl - target) {
            let (profit, payout) = self.payout(account, size);
            let missing = profit.min(self.shortfall());
            if payout - missing <= self.pool_cash() {
                self.pay_pool(Purse::Missing(self.next_deficit), missing);
                if missing > 0 {
                    self.reach("shortfall of a winner closed without a cut");
                }
                self.open_deficit(account, -side, missing, Payer::Insurance);
            }
        }
        self.close_batch(side, pnl - target);
    }

    pub fn is_deleveraging(&self) -> bool {
        self.deleveraging
    }
}
