//! Liquidity out: request, epoch, claim (M-9.2).
//!
//! A request puts shares into escrow. When an epoch begins, all that is due is executed at one
//! price, Senior before Junior, filled in part and pro rata where the whole would break a limit.
//! What was granted is the owner's, in a ledger account of his own, until he claims it.

use seawall_ledger::{Account, Cause};
use seawall_units::{Round, Shares, Tranche, Usd, mul_div};
use seawall_vault::{
    Epoch, Execution, HolderId, JuniorTranche, OpenLoss, RedeemRequest, SeniorTranche, Series,
    TrancheValues,
};
use seawall_venue::{Event, Receipt, Refusal, ShareChange, ShareReason, TrancheName};

use crate::liquidity::refusal;
use crate::series::{ShareSeries, owner};
use crate::{IsolatedMarket, Ladder};

impl IsolatedMarket {
    /// What a request of `amount` would put into escrow now, and when it is due.
    pub(crate) fn plan_exit(
        &self,
        holder: HolderId,
        tranche: TrancheName,
        amount: Usd,
    ) -> Result<Receipt, Refusal> {
        let values = self.exit_values();
        let (amount, shares) = match tranche {
            TrancheName::Senior => shares_for(&self.senior, holder, values.senior, amount)?.told(),
            TrancheName::Junior if self.series == Series::New => {
                return Err(refusal("the junior series is frozen"));
            }
            TrancheName::Junior => shares_for(&self.junior, holder, values.junior, amount)?.told(),
        };
        let due = self.epochs.start_of(self.due(tranche).number());
        Ok(Receipt::Requested {
            amount,
            shares,
            due,
        })
    }

    /// The epoch at which a request of now is due.
    fn due(&self, tranche: TrancheName) -> Epoch {
        let config = &self.params.vault;
        let wait = match tranche {
            TrancheName::Senior => config.senior_epochs,
            TrancheName::Junior => config.junior_epochs,
        };
        Epoch::new(self.epochs.of(self.now)).after(wait.into())
    }

    pub(crate) fn commit_exit(&mut self, holder: HolderId, tranche: TrancheName, amount: Usd) {
        let (values, due) = (self.exit_values(), self.due(tranche));
        match tranche {
            TrancheName::Senior => ask(&mut self.senior, holder, (values.senior, amount), due),
            TrancheName::Junior => ask(&mut self.junior, holder, (values.junior, amount), due),
        }
    }

    /// What a holder has of the running series, shares in escrow left out.
    #[must_use]
    pub fn shares(&self, holder: HolderId) -> (Shares<SeniorTranche>, Shares<JuniorTranche>) {
        let senior = self.senior.vault.held(holder);
        (senior, self.junior.vault.held(holder))
    }

    /// What a holder has been granted in a tranche, by every series of it.
    #[must_use]
    pub fn claimable(&self, holder: HolderId, tranche: TrancheName) -> Usd {
        let granted: Usd = match tranche {
            TrancheName::Senior => self.senior.queue.claimable(holder),
            TrancheName::Junior => {
                let frozen = self.frozen.iter().chain([&self.junior]);
                frozen.map(|series| series.queue.claimable(holder)).sum()
            }
        };
        granted + self.recovered_of(holder, tranche)
    }

    pub(crate) fn commit_claim(&mut self, holder: HolderId, tranche: TrancheName) {
        let granted: Usd = match tranche {
            TrancheName::Senior => take_all(&mut self.senior, holder),
            TrancheName::Junior => {
                let series = self.frozen.iter_mut().chain([&mut self.junior]);
                series.map(|series| take_all(series, holder)).sum()
            }
        };
        let back = self.recovered.remove(&(holder, tranche));
        let granted = granted + back.unwrap_or_default();
        let from = Account::PendingRedemption(owner(holder));
        self.ledger
            .pay(from, Account::External, granted, Cause::RedemptionClaimed);
    }

    /// Executes what is due, once an epoch: in the first minute of it in which exits are allowed.
    pub(crate) fn execute_exits(&mut self, loss: OpenLoss) {
        let epoch = self.epochs.of(self.now);
        if epoch <= self.executed || !self.status().exits() || loss != OpenLoss::None {
            return;
        }
        self.executed = epoch;
        // One price for the whole epoch: what one tranche takes out moves the other's value not.
        let (values, epoch) = (self.exit_values(), Epoch::new(epoch));
        let paid = self.execute_senior(values, epoch);
        let left = TrancheValues {
            senior: values.senior - paid,
            junior: values.junior,
        };
        if self.series == Series::Running {
            self.execute_junior(left, epoch);
        }
    }

    fn execute_senior(&mut self, values: TrancheValues, epoch: Epoch) -> Usd {
        if self.senior.queue.due(epoch).is_zero() {
            return Usd::ZERO;
        }
        let gate = self.pair_state(OpenLoss::None).gate_senior_exit();
        let most = gate
            .unwrap_or(Usd::ZERO)
            .min(self.ledger.balance(Account::Senior));
        let room = self.payable(most, |paid| TrancheValues {
            senior: values.senior - paid,
            ..values
        });
        let before = self.senior.vault.supply().units();
        let done = fill(&mut self.senior, epoch, values.senior, room);
        let Some(done) = done else { return Usd::ZERO };
        self.claim -= done.assets;
        self.grant((TrancheName::Senior, values.senior), &done, before);
        done.assets
    }

    fn execute_junior(&mut self, values: TrancheValues, epoch: Epoch) {
        if self.junior.queue.due(epoch).is_zero() {
            return;
        }
        let state = self.pair_state(OpenLoss::None);
        let gate = state.gate_junior_exit(&self.params.vault);
        let most = gate
            .unwrap_or(Usd::ZERO)
            .min(self.ledger.balance(Account::Junior));
        let room = self.payable(most, |paid| TrancheValues {
            junior: values.junior - paid,
            ..values
        });
        let before = self.junior.vault.supply();
        if let Some(done) = fill(&mut self.junior, epoch, values.junior, room) {
            // What leavers have borne of past losses does not come back to those who stay (M-9.4).
            let (after, all) = (self.junior.vault.supply().units(), before.units());
            let left = mul_div(self.junior.borne.units(), after, all, Round::Floor);
            let left = left.and_then(|units| Usd::from_units(units).ok());
            self.junior.borne = left.unwrap_or_default();
            self.grant((TrancheName::Junior, values.junior), &done, all);
        }
    }

    fn grant<T: Tranche>(
        &mut self,
        (tranche, value): (TrancheName, Usd),
        done: &Execution<T>,
        mut supply: i128,
    ) {
        let from = match tranche {
            TrancheName::Senior => Account::Senior,
            TrancheName::Junior => Account::Junior,
        };
        for fill in &done.fills {
            *self.granted.entry((fill.controller, tranche)).or_default() += fill.assets;
            let to = Account::PendingRedemption(owner(fill.controller));
            self.ledger
                .pay(from, to, fill.assets, Cause::VaultRedemption);
            let burned = fill.shares.units();
            self.tell(Event::Shares(ShareChange {
                tranche: from.kind().name(),
                holder: Some(owner(fill.controller)),
                change: burned.saturating_neg(),
                assets: Some(fill.assets),
                value: Some(value),
                supply,
                why: ShareReason::Redemption,
            }));
            supply = supply.saturating_sub(burned);
        }
    }

    /// The largest payment up to `most` after which the limits of M-7 hold: they can only fail as
    /// the values fall, so it is found by halving.
    fn payable(&self, most: Usd, after: impl Fn(Usd) -> TrancheValues) -> Usd {
        let holds = |paid: i128| {
            let paid = Usd::from_units(paid).unwrap_or(Usd::MAX);
            self.limits_hold(after(paid))
        };
        let (mut low, mut high) = (0, most.or_zero().units());
        if holds(high) {
            return most.or_zero();
        }
        if !holds(low) {
            return Usd::ZERO;
        }
        while high.saturating_sub(low) > 1 {
            let half = high.saturating_sub(low).checked_div(2).unwrap_or(0);
            let middle = low.saturating_add(half);
            match holds(middle) {
                true => low = middle,
                false => high = middle,
            }
        }
        Usd::from_units(low).unwrap_or(Usd::ZERO)
    }

    /// Whether open interest and net skew keep their limits over vaults of these values.
    fn limits_hold(&self, values: TrancheValues) -> bool {
        let cap = values
            .total()
            .or_zero()
            .mul_floor(self.params.limits.reserved);
        let skew = self.mark.value_ceil(self.net_size().abs());
        let ladder = Ladder::new(&self.params.ladder, values.senior, values.junior);
        self.reserved() <= cap && skew <= ladder.total()
    }
}

/// Shares and what they are worth.
struct Worth<T: Tranche> {
    shares: Shares<T>,
    amount: Usd,
}

impl<T: Tranche> Worth<T> {
    fn told(&self) -> (Usd, i128) {
        (self.amount, self.shares.units())
    }
}

/// The shares of a holder that are worth `amount` at a tranche's `value`, rounded up for those who
/// stay; at most all that he holds.
fn shares_for<T: Tranche>(
    series: &ShareSeries<T>,
    holder: HolderId,
    value: Usd,
    amount: Usd,
) -> Result<Worth<T>, Refusal> {
    let held = series.vault.held(holder);
    if held.is_zero() {
        return Err(refusal("there are no shares to redeem"));
    }
    let price = series.vault.conversion(value);
    let price = price.map_err(|_| refusal("the shares have no price"))?;
    let shares = price.preview_withdraw(amount).unwrap_or(held).min(held);
    let amount = price.preview_redeem(shares).unwrap_or(Usd::ZERO);
    Ok(Worth { shares, amount })
}

fn ask<T: Tranche>(
    series: &mut ShareSeries<T>,
    holder: HolderId,
    (value, amount): (Usd, Usd),
    due: Epoch,
) {
    let asked = shares_for(series, holder, value, amount).map(|worth| {
        let request = RedeemRequest::own(holder, worth.shares);
        series.queue.request(&mut series.vault, request, due)
    });
    assert!(
        matches!(asked, Ok(Ok(_))),
        "invariant: planned shares are there: {asked:?}"
    );
}

/// Fills what is due of a series from `room`; `None` when there is no room.
fn fill<T: Tranche>(
    series: &mut ShareSeries<T>,
    epoch: Epoch,
    value: Usd,
    room: Usd,
) -> Option<Execution<T>> {
    if !room.is_positive() {
        return None;
    }
    let price = series.vault.conversion(value);
    let done = price.and_then(|price| {
        let queue = &mut series.queue;
        queue.execute(&mut series.vault, epoch, &price, room)
    });
    assert!(
        done.is_ok(),
        "invariant: what is due is in escrow and priced at the supply there is: {:?}",
        done.as_ref().err()
    );
    done.ok()
}

fn take_all<T: Tranche>(series: &mut ShareSeries<T>, holder: HolderId) -> Usd {
    let granted = series.queue.claimable(holder);
    let taken = series.queue.claim(holder, holder, granted);
    assert!(
        taken.is_ok(),
        "invariant: what is claimable can be claimed: {taken:?}"
    );
    granted
}
