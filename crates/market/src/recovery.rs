//! Who bore which loss, and what comes back of it (M-9.4).
//!
//! A recovery is an explicit transfer from outside. It goes back in the reverse order of loss:
//! traders who were cut for a residual first, then the payers from the last to the first, each up
//! to what it bore. A share series gets back what that series bore: the running one in its value,
//! a frozen one as claims of those who hold its shares. What a running series bore before others
//! came in goes as claims to those who held its shares then.

use std::collections::BTreeMap;

use seawall_ledger::{Account, AccountId, Cause};
use seawall_units::{Round, Usd, mul_div, split_pro_rata};
use seawall_vault::{HolderId, OpenLoss, Series};
use seawall_venue::{Refusal, StageId, TrancheName};

use crate::IsolatedMarket;
use crate::liquidity::refusal;
use crate::series::{Bearers, owner};

/// What those who hold no shares have paid for deficits and not got back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Borne {
    pub(crate) insurance: Usd,
    pub(crate) adl: BTreeMap<AccountId, Usd>,
    pub(crate) residual: BTreeMap<AccountId, Usd>,
}

/// One posting of a recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Back {
    Residual(AccountId, Usd),
    Adl(AccountId, Usd),
    Senior(Usd),
    Insurance(Usd),
    Junior(Usd),
    /// To one of those who bore the loss of a series that he shares with nobody else.
    Own(Place, HolderId, Usd),
}

/// Where it is kept what is owed to holders themselves and not to a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// With Senior's earlier holders of this number.
    Senior(usize),
    /// With the holders of the frozen junior series of this number; the number after the last one
    /// is the running series' own, frozen and not yet replaced.
    Frozen(usize),
    /// With the earlier holders of this number of that junior series.
    Junior(usize, usize),
}

impl Place {
    const fn tranche(self) -> TrancheName {
        match self {
            Self::Senior(_) => TrancheName::Senior,
            Self::Frozen(_) | Self::Junior(..) => TrancheName::Junior,
        }
    }
}

impl Back {
    const fn amount(self) -> Usd {
        match self {
            Self::Residual(_, amount)
            | Self::Adl(_, amount)
            | Self::Senior(amount)
            | Self::Insurance(amount)
            | Self::Junior(amount)
            | Self::Own(_, _, amount) => amount,
        }
    }
}

impl IsolatedMarket {
    /// What of a recovery would be taken: at most what was borne and has not come back.
    ///
    /// **Errors** [`Refusal`] when nothing is offered, nobody has borne a loss, or a deficit is
    /// still being placed.
    pub fn plan_recovery(&self, amount: Usd, loss: OpenLoss) -> Result<Usd, Refusal> {
        if !amount.is_positive() {
            return Err(Refusal::NotPositive);
        }
        if loss == OpenLoss::Deficit {
            return Err(refusal("a deficit is still being placed"));
        }
        let back = self.share_out(amount);
        let taken: Usd = back.into_iter().map(Back::amount).sum();
        match taken.is_positive() {
            true => Ok(taken),
            false => Err(refusal("nobody has borne a loss")),
        }
    }

    /// Posts what [`IsolatedMarket::plan_recovery`] decided.
    pub fn commit_recovery(&mut self, amount: Usd) {
        for back in self.share_out(amount) {
            let amount = back.amount();
            let to = match back {
                Back::Residual(account, _) => {
                    repay(&mut self.borne.residual, account, amount);
                    Account::Free(account)
                }
                Back::Adl(account, _) => {
                    repay(&mut self.borne.adl, account, amount);
                    Account::Free(account)
                }
                Back::Senior(_) => {
                    self.senior.borne -= amount;
                    self.claim += amount;
                    Account::Senior
                }
                Back::Insurance(_) => {
                    self.borne.insurance -= amount;
                    Account::Insurance
                }
                Back::Junior(_) => {
                    self.junior.borne -= amount;
                    Account::Junior
                }
                Back::Own(place, holder, _) => {
                    if let Some(borne) = self.borne_at(place) {
                        *borne -= amount;
                    }
                    let of = (holder, place.tranche());
                    *self.recovered.entry(of).or_default() += amount;
                    *self.given_back.entry(of).or_default() += amount;
                    Account::PendingRedemption(owner(holder))
                }
            };
            self.ledger
                .pay(Account::External, to, amount, Cause::Recovery);
        }
    }

    fn borne_at(&mut self, place: Place) -> Option<&mut Usd> {
        let before = match place {
            Place::Senior(nth) => self.senior.before.get_mut(nth),
            Place::Frozen(number) => {
                let series = self.frozen.get_mut(number).unwrap_or(&mut self.junior);
                return Some(&mut series.borne);
            }
            Place::Junior(number, nth) => {
                let series = self.frozen.get_mut(number).unwrap_or(&mut self.junior);
                series.before.get_mut(nth)
            }
        };
        before.map(|bearers| &mut bearers.borne)
    }

    /// What a holder has been given back for himself and has not claimed.
    pub(crate) fn recovered_of(&self, holder: HolderId, tranche: TrancheName) -> Usd {
        let found = self.recovered.get(&(holder, tranche)).copied();
        found.unwrap_or_default()
    }

    /// What a holder has been given back for himself since the start.
    pub(crate) fn given_back(&self, holder: HolderId, tranche: TrancheName) -> Usd {
        let found = self.given_back.get(&(holder, tranche)).copied();
        found.unwrap_or_default()
    }

    /// Deals a recovery out in the reverse order of loss.
    fn share_out(&self, amount: Usd) -> Vec<Back> {
        let mut left = amount;
        let mut back = Vec::new();
        let mut turn = |one: Vec<Back>, left: &mut Usd| {
            *left -= one.iter().map(|each| each.amount()).sum();
            back.extend(one);
        };
        turn(
            traders(&self.borne.residual, left, Back::Residual),
            &mut left,
        );
        let payers = self.params.waterfall.loss_order.payers();
        for payer in payers.into_iter().rev() {
            let one = match payer {
                StageId::Senior => self.seniors(left),
                StageId::Adl => traders(&self.borne.adl, left, Back::Adl),
                StageId::Insurance => single(self.borne.insurance, left, Back::Insurance),
                StageId::Junior => self.juniors(left),
                _ => Vec::new(),
            };
            turn(one, &mut left);
        }
        back
    }

    /// Senior as it is, then those who held it before others came in, the last ones first.
    fn seniors(&self, mut left: Usd) -> Vec<Back> {
        let mut back = single(self.senior.borne, left, Back::Senior);
        left -= back.iter().map(|each| each.amount()).sum();
        back.extend(earlier(&self.senior.before, &mut left, Place::Senior));
        back
    }

    /// The junior series, the last one that bore a loss first; of each its present holders before
    /// its earlier ones.
    fn juniors(&self, mut left: Usd) -> Vec<Back> {
        let mut back = Vec::new();
        let all = self.frozen.iter().chain([&self.junior]).enumerate();
        for (number, series) in all.collect::<Vec<_>>().into_iter().rev() {
            let runs = number == self.frozen.len() && self.series == Series::Running;
            let now = match runs {
                true => single(series.borne, left, Back::Junior),
                false => {
                    let (owners, dead) = (series.owners(), series.vault.dead().units());
                    own(series.borne.min(left), &owners, dead, Place::Frozen(number))
                }
            };
            left -= now.iter().map(|each| each.amount()).sum();
            back.extend(now);
            let at = |nth| Place::Junior(number, nth);
            back.extend(earlier(&series.before, &mut left, at));
        }
        back
    }
}

/// Those who held a series before others came in, the last ones first.
fn earlier(before: &[Bearers], left: &mut Usd, at: impl Fn(usize) -> Place) -> Vec<Back> {
    let mut back = Vec::new();
    for (nth, bearers) in before.iter().enumerate().rev() {
        let amount = bearers.borne.min(*left);
        let parts = own(amount, &bearers.owners, bearers.dead, at(nth));
        *left -= parts.iter().map(|each| each.amount()).sum();
        back.extend(parts);
    }
    back
}

/// The same for every share, each part a claim of its holder.
fn own(amount: Usd, owners: &[(HolderId, i128)], dead: i128, place: Place) -> Vec<Back> {
    let parts = equally(amount, owners, dead).into_iter();
    parts
        .map(|(holder, part)| Back::Own(place, holder, part))
        .collect()
}

fn single(borne: Usd, left: Usd, back: impl Fn(Usd) -> Back) -> Vec<Back> {
    let amount = borne.min(left);
    match amount.is_positive() {
        true => vec![back(amount)],
        false => Vec::new(),
    }
}

/// Traders are given back in proportion to what they lost.
fn traders(
    borne: &BTreeMap<AccountId, Usd>,
    left: Usd,
    back: impl Fn(AccountId, Usd) -> Back,
) -> Vec<Back> {
    let lost: Vec<Usd> = borne.values().copied().collect();
    let amount = left.min(lost.iter().copied().sum());
    let parts = split_pro_rata(amount, &lost).unwrap_or_default();
    let parts = borne.keys().zip(parts);
    let parts = parts.filter(|(_, part)| part.is_positive());
    parts.map(|(account, part)| back(*account, part)).collect()
}

/// Every share the same, rounded down. What cannot be split so, and the part of shares that belong
/// to nobody, is not taken from outside.
fn equally(amount: Usd, owners: &[(HolderId, i128)], dead: i128) -> Vec<(HolderId, Usd)> {
    let owned: i128 = owners.iter().map(|(_, shares)| *shares).sum();
    let all = owned.saturating_add(dead);
    let part = |shares: i128| {
        let units = mul_div(amount.units(), shares, all, Round::Floor)?;
        Usd::from_units(units)
            .ok()
            .filter(|part| part.is_positive())
    };
    let parts = owners.iter();
    parts
        .filter_map(|(holder, shares)| Some((*holder, part(*shares)?)))
        .collect()
}

fn repay(borne: &mut BTreeMap<AccountId, Usd>, account: AccountId, amount: Usd) {
    let left = borne.get(&account).copied().unwrap_or_default() - amount;
    match left.is_positive() {
        true => borne.insert(account, left),
        false => borne.remove(&account),
    };
}
