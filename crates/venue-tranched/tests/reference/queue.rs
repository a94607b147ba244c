//! Liquidity out: request, epoch, claim (M-9.2).

use seawall_venue::{MarketStatus, TrancheName};

use super::books::Purse;
use super::minute::depth;
use super::number::{above, share_down, usd, usd_down, usd_up, whole};
use super::{Answer, Exact, Model};

impl Model {
    fn refused_liquidity(reason: &str) -> Answer {
        Answer::refused(format!("liquidity: {reason}"))
    }

    /// A deficit or ADL without one is open.
    fn a_loss_is_open(&self) -> bool {
        self.has_deficit() || self.is_deleveraging()
    }

    /// `Some` refusal for a request that asks for nothing or comes after the end.
    pub fn refused_request(&self, amount: i128) -> Option<Answer> {
        match (amount > 0, self.wound_up()) {
            (false, _) => Some(Answer::refused("not positive")),
            (true, true) => Some(Answer::refused("status Halted")),
            (true, false) => None,
        }
    }

    /// Puts shares worth `amount` at the exit price into escrow, at most all that are held.
    pub fn redeem(&mut self, holder: u32, tranche: TrancheName, amount: i128) -> Answer {
        if let Some(refused) = self.refused_request(amount) {
            return refused;
        }
        let (senior, junior) = self.exit_tranches();
        let vault = self.params.vault;
        let (value, wait) = match tranche {
            TrancheName::Senior => (senior, vault.senior_epochs),
            TrancheName::Junior => (junior, vault.junior_epochs),
        };
        if tranche == TrancheName::Junior && self.junior_is_frozen {
            return Self::refused_liquidity("the junior series is frozen");
        }
        let due = self.epoch() + u64::from(wait);
        let series = self.series(tranche);
        let held = series.held_by(holder);
        if held == 0 {
            return Self::refused_liquidity("there are no shares to redeem");
        }
        let shares = series.burned_for(amount, value).min(held);
        let amount = series.worth(shares, value);
        series.give(holder, -shares);
        *series.waiting.entry((due, holder)).or_default() += shares;
        self.reach("shares requested");
        let origin = self.start - self.start % 60;
        Answer::Requested {
            amount,
            shares,
            due: origin + due * vault.epoch,
        }
    }

    fn series(&mut self, tranche: TrancheName) -> &mut super::Shares {
        match tranche {
            TrancheName::Senior => &mut self.senior,
            TrancheName::Junior => &mut self.junior,
        }
    }

    /// What a holder can claim, of every series of the tranche.
    pub fn claimable(&self, holder: u32, tranche: TrancheName) -> i128 {
        let of = |shares: &super::Shares| shares.claimable.get(&holder).copied().unwrap_or(0);
        let series: i128 = match tranche {
            TrancheName::Senior => of(&self.senior),
            TrancheName::Junior => self.frozen.iter().chain([&self.junior]).map(of).sum(),
        };
        let back = self.recovered.get(&(holder, tranche));
        series + back.copied().unwrap_or(0)
    }

    pub fn claim(&mut self, holder: u32, tranche: TrancheName) -> Answer {
        let amount = self.claimable(holder, tranche);
        if amount == 0 {
            return Self::refused_liquidity("nothing has been granted");
        }
        match tranche {
            TrancheName::Senior => {
                self.senior.claimable.remove(&holder);
            }
            TrancheName::Junior => {
                for series in self.frozen.iter_mut().chain([&mut self.junior]) {
                    series.claimable.remove(&holder);
                }
            }
        }
        self.recovered.remove(&(holder, tranche));
        self.books
            .pay(Purse::Granted(holder), Purse::Outside, amount);
        self.reach("claimed");
        Answer::Moved(amount)
    }

    /// The exits of an epoch, once, in the first minute of it in which they are allowed: Senior
    /// first, both at the values before any of them.
    pub fn execute_exits(&mut self) {
        let epoch = self.epoch();
        let shut = self.status() != MarketStatus::Live || self.a_loss_is_open();
        if epoch <= self.executed || shut {
            return;
        }
        self.executed = epoch;
        let (senior, junior) = self.exit_tranches();
        let due = |shares: &super::Shares| shares.waiting.keys().any(|(at, _)| *at <= epoch);
        let mut paid = 0;
        if due(&self.senior) {
            let most = self.gated_tranches().0.min(self.books.of(Purse::Senior));
            let room = self.room(most, |paid| (senior - paid, junior));
            paid = self.execute_series(TrancheName::Senior, epoch, senior, room);
            self.claim -= paid;
        }
        if due(&self.junior) && !self.junior_is_frozen {
            let (covered, cover) = self.gated_tranches();
            let least = self.params.vault.min_coverage.q();
            let needed = usd_up(usd(covered) * least.clone() / (whole(1) - least));
            let most = above(cover - needed).min(self.books.of(Purse::Junior));
            let room = self.room(most, |out| (senior - paid, junior - out));
            let before = self.junior.supply();
            if room > 0 {
                self.execute_series(TrancheName::Junior, epoch, junior, room);
                // What leavers bore does not come back to those who stay (M-9.4).
                let after = self.junior.supply();
                self.junior.bore = share_down(self.junior.bore, after, before);
            }
        }
    }

    fn execute_series(
        &mut self,
        tranche: TrancheName,
        epoch: u64,
        value: i128,
        room: i128,
    ) -> i128 {
        if room <= 0 {
            self.reach("exit without room");
            return 0;
        }
        let paid = self.series(tranche).execute(epoch, value, room);
        let from = match tranche {
            TrancheName::Senior => Purse::Senior,
            TrancheName::Junior => Purse::Junior,
        };
        for (holder, amount) in &paid {
            *self.granted.entry((tranche, *holder)).or_default() += amount;
            self.books.pay(from, Purse::Granted(*holder), *amount);
        }
        self.reach(match tranche {
            TrancheName::Senior => "senior exits executed",
            TrancheName::Junior => "junior exits executed",
        });
        if self
            .series(tranche)
            .waiting
            .keys()
            .any(|(at, _)| *at <= epoch)
        {
            self.reach("exits filled in part");
        }
        paid.values().sum()
    }

    /// The largest payment up to `most` after which M-7 holds. It holds for every smaller one too.
    fn room(&self, most: i128, after: impl Fn(i128) -> (i128, i128)) -> i128 {
        let holds = |paid: i128| {
            let (senior, junior) = after(paid);
            let cap = usd_down(usd(above(senior + junior)) * self.params.limits.reserved.q());
            let skew = self.worth_up(self.net().abs());
            let ladder = self.ladder(above(senior), above(junior));
            self.reserved() <= cap && skew <= depth(&ladder)
        };
        let most = above(most);
        if holds(most) {
            return most;
        }
        // Of two neighbours the lower holds and the upper does not.
        let (mut holding, mut failing) = (-1, most);
        while failing - holding > 1 {
            let between = (holding + failing).div_euclid(2);
            if holds(between) {
                holding = between;
            } else {
                failing = between;
            }
        }
        above(holding)
    }

    /// What all shares in escrow are worth at the exit price; a frozen series nothing.
    pub fn worth_waiting(&self) -> i128 {
        let (senior, junior) = self.exit_tranches();
        let junior = match self.junior_is_frozen {
            true => 0,
            false => self.junior.worth(self.junior.all_waiting(), junior),
        };
        self.senior.worth(self.senior.all_waiting(), senior) + junior
    }

    /// What is granted and not claimed, of all.
    pub fn all_claimable(&self) -> i128 {
        let of = |shares: &super::Shares| shares.claimable.values().sum::<i128>();
        let series = self.frozen.iter().chain([&self.senior, &self.junior]);
        series.map(of).sum::<i128>() + self.recovered.values().sum::<i128>()
    }
}
