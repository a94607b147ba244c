//! Liquidity in, and the minute's Attribution phase (M-9, M-11.7).
//!
//! All deposits of a minute are priced on one value and pass one gate together, so their order
//! decides nothing; the exits of an epoch likewise, in `redemption.rs`.

use std::collections::BTreeMap;

use seawall_ledger::{Account, BidderId, Cause};
use seawall_units::{Tranche, Usd};
use seawall_vault::{HolderId, OpenLoss, Series, Vault};
use seawall_venue::{Event, Receipt, Refusal, ShareChange, ShareReason, TrancheName};

use crate::IsolatedMarket;
use crate::series::{ShareSeries, owner};

/// What a liquidity provider asks of a vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiquidityRequest {
    /// Pay in at the next minute with a valid mark.
    Provide {
        /// Who.
        lp: BidderId,
        /// Where.
        tranche: TrancheName,
        /// How much.
        amount: Usd,
    },
    /// Put shares into escrow until their epoch.
    Redeem {
        /// Who.
        lp: BidderId,
        /// Where from.
        tranche: TrancheName,
        /// What the shares are worth now at the exit price; at most all that are held.
        amount: Usd,
    },
    /// Take out what was granted.
    Claim {
        /// Who.
        lp: BidderId,
        /// Where from.
        tranche: TrancheName,
    },
}

/// Deposits that wait for the minute, by holder: what one asks twice is asked once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Deposits {
    senior: BTreeMap<HolderId, Usd>,
    junior: BTreeMap<HolderId, Usd>,
}

/// One deposit that is let in.
struct Admitted {
    /// Shares made for it, in units, and the supply before.
    shares: (i128, i128),
    holder: HolderId,
    /// What buys shares.
    net: Usd,
    fee: Usd,
}

impl IsolatedMarket {
    /// A minute's Attribution phase: fees, exits, deposits, the ladder. `loss` tells whether a
    /// deficit or ADL is open.
    pub fn attribute_minute(&mut self, loss: OpenLoss) {
        if !self.status().has_valid_mark() {
            return;
        }
        self.distribute_fees();
        self.execute_exits(loss);
        self.execute_deposits(loss);
        self.refresh_ladder();
    }

    /// Decides a request; pure.
    ///
    /// **Errors** [`Refusal`] when nothing is asked, nothing is there to be redeemed or claimed, or
    /// the market is wound up.
    pub fn plan_request(&self, request: &LiquidityRequest) -> Result<Receipt, Refusal> {
        match *request {
            LiquidityRequest::Provide { amount, .. } => {
                self.require_open(amount)?;
                Ok(Receipt::Queued)
            }
            LiquidityRequest::Redeem {
                lp,
                tranche,
                amount,
            } => {
                self.require_open(amount)?;
                self.plan_exit(HolderId::provider(lp.number()), tranche, amount)
            }
            LiquidityRequest::Claim { lp, tranche } => {
                match self.claimable(HolderId::provider(lp.number()), tranche) {
                    amount if amount.is_positive() => Ok(Receipt::Moved { amount }),
                    _ => Err(refusal("nothing has been granted")),
                }
            }
        }
    }

    fn require_open(&self, amount: Usd) -> Result<(), Refusal> {
        match (amount.is_positive(), self.wound_up) {
            (false, _) => Err(Refusal::NotPositive),
            (true, true) => Err(Refusal::Status {
                status: self.status(),
            }),
            (true, false) => Ok(()),
        }
    }

    /// Executes what [`IsolatedMarket::plan_request`] allowed.
    ///
    /// **Panics** when a redemption is committed that no plan allowed: the invariant is named.
    pub fn commit_request(&mut self, request: LiquidityRequest) {
        match request {
            LiquidityRequest::Provide {
                lp,
                tranche,
                amount,
            } => {
                let deposits = match tranche {
                    TrancheName::Senior => &mut self.deposits.senior,
                    TrancheName::Junior => &mut self.deposits.junior,
                };
                *deposits.entry(HolderId::provider(lp.number())).or_default() += amount;
            }
            LiquidityRequest::Redeem {
                lp,
                tranche,
                amount,
            } => self.commit_exit(HolderId::provider(lp.number()), tranche, amount),
            LiquidityRequest::Claim { lp, tranche } => {
                self.commit_claim(HolderId::provider(lp.number()), tranche)
            }
        }
    }

    /// Lets in what the gates allow of the minute's deposits; the rest lapses and nothing of it
    /// has moved.
    fn execute_deposits(&mut self, loss: OpenLoss) {
        let deposits = std::mem::take(&mut self.deposits);
        if deposits == Deposits::default() {
            return;
        }
        // One price for all of the minute. Junior comes first: its cover makes room for Senior.
        let values = self.deposit_values();
        self.deposit_junior(&deposits.junior, values.junior, loss);
        self.deposit_senior(&deposits.senior, values.senior, loss);
    }

    /// Senior deposits: beyond what coverage allows all of them are cut by one factor.
    fn deposit_senior(&mut self, asked: &BTreeMap<HolderId, Usd>, value: Usd, loss: OpenLoss) {
        let gate = self
            .pair_state(loss)
            .gate_senior_deposit(&self.params.vault);
        let Ok(most) = gate else { return };
        let total: Usd = asked.values().copied().sum();
        let part = |amount: Usd| match total <= most {
            true => amount,
            false => amount.mul_div_floor(most, total).unwrap_or(Usd::ZERO),
        };
        let admitted = asked.iter().map(|(holder, amount)| Admitted {
            shares: (0, 0),
            holder: *holder,
            net: part(*amount),
            fee: Usd::ZERO,
        });
        for deposit in admit(&mut self.senior, value, admitted) {
            self.claim += deposit.net;
            self.take_deposit((Account::Senior, value), &deposit, ShareReason::Deposit);
        }
    }

    /// Junior deposits: the balancing fee of all of them together, in proportion.
    fn deposit_junior(&mut self, asked: &BTreeMap<HolderId, Usd>, value: Usd, loss: OpenLoss) {
        let state = self.pair_state(loss);
        if asked.is_empty() || state.gate_junior_deposit().is_err() {
            return;
        }
        let total: Usd = asked.values().copied().sum();
        let fees = state.balancing_fee(total, &self.params.vault);
        let admitted = asked.iter().map(|(holder, amount)| {
            let fee = fees.mul_div_ceil(*amount, total).unwrap_or(Usd::ZERO);
            Admitted {
                shares: (0, 0),
                holder: *holder,
                net: *amount - fee,
                fee,
            }
        });
        let (minted, why) = match self.series {
            Series::Running => {
                let minted = admit(&mut self.junior, value, admitted);
                (minted, ShareReason::Deposit)
            }
            Series::New => {
                let minted = self.open_series(value, admitted.collect());
                (minted, ShareReason::NewSeries)
            }
        };
        for deposit in minted {
            self.take_deposit((Account::Junior, value), &deposit, why);
        }
    }

    /// Opens a new junior series at 1:1; the largest deposit pays for its dead shares (M-8.3).
    ///
    /// What the tranche has gained since the last series froze belongs to nobody: dead shares
    /// stand for it, so that a share of the new series is worth what was paid for it. When even the
    /// largest deposit does not pay for the dead shares, all of the minute lapse.
    fn open_series(&mut self, value: Usd, mut admitted: Vec<Admitted>) -> Vec<Admitted> {
        admitted.sort_by(|a, b| b.net.cmp(&a.net).then(a.holder.cmp(&b.holder)));
        let mut admitted = admitted.into_iter();
        let Some(first) = admitted.next() else {
            return Vec::new();
        };
        let dead = self.params.vault.dead_deposit + value;
        let assets = first.net + value;
        let Ok(mut opened) = ShareSeries::open(dead, first.holder, assets) else {
            return Vec::new();
        };
        let (dead, held) = (opened.vault.dead(), opened.vault.held(first.holder));
        let first = Admitted {
            shares: (held.units(), dead.units()),
            ..first
        };
        let mut minted = vec![first];
        minted.extend(mint_all(&mut opened.vault, assets, admitted));
        self.frozen
            .push(std::mem::replace(&mut self.junior, opened));
        self.series = Series::Running;
        self.tell(Event::Shares(ShareChange {
            tranche: "junior",
            holder: None,
            change: dead.units(),
            assets: None,
            value: None,
            supply: 0,
            why: ShareReason::Dead,
        }));
        minted
    }

    fn take_deposit(
        &mut self,
        (vault, value): (Account, Usd),
        deposit: &Admitted,
        why: ShareReason,
    ) {
        let outside = Account::External;
        self.ledger
            .pay(outside, Account::Fees, deposit.fee, Cause::BalancingFee);
        self.ledger
            .pay(outside, vault, deposit.net, Cause::VaultDeposit);
        let (change, supply) = deposit.shares;
        self.tell(Event::Shares(ShareChange {
            tranche: vault.kind().name(),
            holder: Some(owner(deposit.holder)),
            change,
            assets: Some(deposit.net),
            value: Some(value),
            supply,
            why,
        }));
    }
}

/// Lets deposits into a running series. What it has borne of past losses is owed to those who were
/// in it before: nobody buys their recovery with a share priced after the loss (M-9.4).
fn admit<T: Tranche>(
    series: &mut ShareSeries<T>,
    value: Usd,
    admitted: impl Iterator<Item = Admitted>,
) -> Vec<Admitted> {
    let bearers = series.bearers();
    let minted = mint_all(&mut series.vault, value, admitted);
    if !minted.is_empty() {
        series.set_apart(bearers);
    }
    minted
}

/// Mints every deposit's shares at one price, rounded down, for those who are in the vault
/// already; gives the deposits for which there are any.
fn mint_all<T: Tranche>(
    vault: &mut Vault<T>,
    value: Usd,
    admitted: impl Iterator<Item = Admitted>,
) -> Vec<Admitted> {
    let Ok(price) = vault.conversion(value) else {
        return Vec::new();
    };
    let minted = admitted.filter_map(|deposit| {
        let shares = price.preview_deposit(deposit.net).ok()?;
        let supply = vault.supply();
        if shares.is_zero() || vault.mint(deposit.holder, shares).is_err() {
            return None;
        }
        Some(Admitted {
            shares: (shares.units(), supply.units()),
            ..deposit
        })
    });
    minted.collect()
}

pub(crate) const fn refusal(reason: &'static str) -> Refusal {
    Refusal::Liquidity { reason }
}
