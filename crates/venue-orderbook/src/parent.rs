//! The parent vault in the venue: what its children are, and what moves between them (HL-5).

use seawall_ledger::{Account, BidderId, Cause, OwnerId};
use seawall_units::{Time, Usd};
use seawall_vault::HolderId;
use seawall_venue::{Event, LpHolding, Refusal, ShareChange, ShareReason};

use crate::exchange::Exchange;
use crate::hlp::{
    Carrier, Child, DeficitPayers, Depositors, HlpParams, Moments, Move, Ring, Target, Withdrawal,
    is_spent, net_asset_value, plan_raising, plan_rebalancing,
};
use crate::liquidity::QueuedLiquidity;
use crate::parties::Party;

/// The name of the parent's shares in files.
pub(crate) const HLP: &str = "hlp";

/// Who owns the parent and when it is rebalanced.
#[derive(Debug, Clone)]
pub(crate) struct Parent {
    pub(crate) owners: Depositors,
    moments: Moments,
}

/// What the venue remembers of its liquidators, with a parent or without.
#[derive(Debug, Clone)]
pub(crate) struct Liquidators {
    /// What each opened with.
    opening: Vec<Usd>,
    /// What each had at the last rebalancing.
    since: Vec<Usd>,
    /// Who took the last position over.
    pub(crate) last: Option<u8>,
}

impl Liquidators {
    pub(crate) fn new(opening: &[Usd]) -> Self {
        Self {
            opening: opening.to_vec(),
            since: opening.to_vec(),
            last: None,
        }
    }
}

impl Parent {
    /// The parent of a venue that opens with these makers and liquidators.
    pub(crate) fn new(params: &HlpParams, opening: Usd, start: Time) -> Option<Self> {
        Some(Self {
            owners: Depositors::open(opening).ok()?,
            moments: Moments::after(start, params.every(), params.rebalanced_at),
        })
    }
}

impl Exchange {
    /// Whether the children stand for each other; `None` without a parent.
    pub(crate) fn ring(&self) -> Option<Ring> {
        self.params.hlp.as_ref().map(|params| params.rules.ring())
    }

    /// The children as their parent sees them, at the mark.
    pub(crate) fn children(&self) -> Vec<Child> {
        let Some(params) = &self.params.hlp else {
            return Vec::new();
        };
        let strategies = Child {
            account: Account::Makers,
            equity: self.equity_of(Party::Makers),
            free: self.makers_free(),
            target: Target::Rest,
        };
        let mut children = vec![strategies];
        let liquidators = self.backstop_numbers().zip(&self.liquidators.opening);
        let value = self.parent_cash() + self.family_equity();
        for ((number, opening), place) in liquidators.zip(0_usize..) {
            let party = Party::Backstop(number);
            children.push(Child {
                account: party.account(),
                equity: self.equity_of(party),
                free: self.free_of_child(Party::Backstop(number)),
                target: Target::Hold(params.target_of(place, *opening, value)),
            });
        }
        children
    }

    fn family_equity(&self) -> Usd {
        let liquidators = self.backstop_numbers().map(Party::Backstop);
        let all = liquidators.chain([Party::Makers]);
        all.map(|party| self.equity_of(party).or_zero()).sum()
    }

    /// What a liquidator could give: cash that initial margin and the floor leave.
    fn free_of_child(&self, party: Party) -> Usd {
        let held = self.holdings(party).iter();
        let initial = held.map(|(coin, position)| self.coins[*coin].initial(position.size, None));
        let kept = self
            .account_params
            .kept(initial.sum(), self.notional_of(party));
        (self.equity_of(party) - kept)
            .min(self.cash(party))
            .or_zero()
    }

    /// Margin that stays in a child whatever else it needs; nothing is asked without a parent.
    pub(crate) fn floor_of(&self, child: Party) -> Usd {
        match self.parent {
            Some(_) => self.account_params.kept(Usd::ZERO, self.notional_of(child)),
            None => Usd::ZERO,
        }
    }

    pub(crate) fn parent_cash(&self) -> Usd {
        self.ledger.balance(Account::Parent)
    }

    /// What all depositors together own, at the mark.
    pub(crate) fn net_asset_value(&self) -> Usd {
        let ring = self.ring().unwrap_or(Ring::Fenced);
        net_asset_value(self.parent_cash(), &self.children(), ring)
    }

    /// What stands behind a liquidator besides its own equity.
    pub(crate) fn backing(&self, number: u8) -> Usd {
        match self.ring() {
            Some(Ring::Shared) => {
                let own = self.equity_of(Party::Backstop(number)).or_zero();
                self.parent_cash() + self.family_equity() - own
            }
            _ => Usd::ZERO,
        }
    }

    /// Which of the liquidators that can carry takes a position over.
    pub(crate) fn carrier_rule(&self) -> Carrier {
        let params = self.params.hlp.as_ref();
        params.map_or_else(Carrier::default, |params| params.carrier)
    }

    /// Who pays for a user below zero before ADL.
    pub(crate) fn payers_for_users(&self) -> DeficitPayers {
        let params = self.params.hlp.as_ref();
        params.map_or(DeficitPayers::Liquidators, HlpParams::deficit_payers)
    }

    /// Who pays for a child below zero before ADL: the others where they stand for each other. A
    /// venue without a parent lets its backstops stand for the makers.
    pub(crate) fn payers_for(&self, child: Party) -> DeficitPayers {
        match (self.ring(), child) {
            (Some(Ring::Shared), _) => DeficitPayers::WholeHlp,
            (None, Party::Makers) => DeficitPayers::Liquidators,
            _ => DeficitPayers::Nobody,
        }
    }

    /// Whether ADL closes a ring-fenced liquidator, below zero or not: it has lost what it may.
    pub(crate) fn is_spent(&self, child: Party) -> bool {
        let (Party::Backstop(number), Some(Ring::Fenced)) = (child, self.ring()) else {
            return false;
        };
        let since = self.liquidators.since.get(usize::from(number));
        let since = since.copied().unwrap_or_default();
        let most = self.params.hlp.as_ref().map(|params| params.adl_loss);
        most.is_some_and(|most| is_spent(self.equity_of(child), since, most))
    }

    /// Sweeps and seeds the children when it is time and there is a mark to value them at.
    pub(crate) fn rebalance(&mut self) {
        let now = self.now;
        let all_marked = [Party::Makers]
            .into_iter()
            .chain(self.backstop_numbers().map(Party::Backstop))
            .all(|party| self.is_marked(party));
        let (Some(params), true) = (self.params.hlp.clone(), all_marked) else {
            return;
        };
        let due = |parent: &mut Parent| parent.moments.strikes(now);
        if !self.parent.as_mut().is_some_and(due) {
            return;
        }
        let cash = (self.parent_cash(), params.parent_cash);
        let moves = plan_rebalancing(cash, &self.children(), params.rules.ring());
        self.move_cash(&moves);
        let equities = self.backstop_numbers().map(Party::Backstop);
        self.liquidators.since = equities.map(|party| self.equity_of(party)).collect();
    }

    fn move_cash(&mut self, moves: &[Move]) {
        for Move { from, to, amount } in moves {
            let cause = match to {
                Account::Parent => Cause::HlpSwept,
                _ => Cause::HlpSeeded,
            };
            self.pay(*from, *to, *amount, cause);
            match to {
                Account::Makers => self.pay_back(Party::Makers),
                Account::Backstop(number) => self.pay_back(Party::Backstop(*number)),
                _ => {}
            }
            self.tell(Event::Rebalanced {
                from: *from,
                to: *to,
                amount: *amount,
            });
        }
    }

    /// Why an owner may not withdraw now.
    pub(crate) fn may_withdraw(&self, lp: BidderId) -> Result<(), Refusal> {
        let (Some(parent), Some(params)) = (&self.parent, &self.params.hlp) else {
            return Ok(());
        };
        let owner = HolderId::provider(lp.number());
        let no = |reason| Err(Refusal::Liquidity { reason });
        if parent.owners.shares().held(owner).is_zero() {
            return no("the provider has no share of the parent vault");
        }
        match parent.owners.locked(owner, self.now, params) {
            Some(_) => no("the provider's last deposit is still locked"),
            None => Ok(()),
        }
    }

    /// Mints shares of the parent at net asset value; a deposit without a price lapses.
    pub(crate) fn deposit_to_parent(&mut self, lp: BidderId, amount: Usd) {
        let (value, now) = (self.net_asset_value(), self.now);
        let owner = HolderId::provider(lp.number());
        let Some(parent) = self.parent.as_mut().filter(|_| value.is_positive()) else {
            return;
        };
        let Ok(minted) = parent.owners.deposit(owner, amount, value, now) else {
            return;
        };
        let supply = parent.owners.shares().supply().units();
        let (from, to) = (Account::External, Account::Parent);
        self.pay(from, to, amount, Cause::VaultDeposit);
        self.tell(Event::Shares(ShareChange {
            tranche: HLP,
            holder: Some(OwnerId::new(owner.number())),
            change: minted.units(),
            assets: Some(amount),
            value: Some(value),
            supply: supply.saturating_sub(minted.units()),
            why: ShareReason::Deposit,
        }));
    }

    /// Pays a withdrawal out of the parent's cash, and out of what its children have free; gives
    /// what waits: what is locked again, what the day's cap forbids and what nobody has free.
    pub(crate) fn withdraw_from_parent(
        &mut self,
        queued: QueuedLiquidity,
    ) -> Option<QueuedLiquidity> {
        if self.may_withdraw(queued.lp).is_err() {
            return Some(queued);
        }
        let params = self.params.hlp.clone()?;
        let owner = HolderId::provider(queued.lp.number());
        let (value, now) = (self.net_asset_value(), self.now);
        let owners = &self.parent.as_ref()?.owners;
        let room = owners.room(value, now, &params);
        let wanted = queued.amount.min(owners.worth(owner, value)).min(room);
        let moves = plan_raising(wanted - self.parent_cash(), &self.children());
        self.move_cash(&moves);
        let withdrawal = Withdrawal {
            asked: queued.amount,
            payable: self.parent_cash(),
            value,
            now,
        };
        let owners = &mut self.parent.as_mut()?.owners;
        let supply = owners.shares().supply().units();
        let grant = owners.withdraw(owner, &withdrawal, &params).ok()?;
        if grant.paid.is_positive() {
            let (from, to) = (Account::Parent, Account::External);
            self.pay(from, to, grant.paid, Cause::VaultRedemption);
            *self.granted.entry(queued.lp).or_default() += grant.paid;
            self.tell(Event::Shares(ShareChange {
                tranche: HLP,
                holder: Some(OwnerId::new(owner.number())),
                change: grant.burned.units().saturating_neg(),
                assets: Some(grant.paid),
                value: Some(value),
                supply,
                why: ShareReason::Redemption,
            }));
        }
        let rest = QueuedLiquidity {
            amount: grant.waits,
            ..queued
        };
        rest.amount.is_positive().then_some(rest)
    }

    /// What an owner of the parent has, at the mark.
    pub(crate) fn holding_of_parent(&self, parent: &Parent, lp: BidderId) -> LpHolding {
        let (owner, value) = (HolderId::provider(lp.number()), self.net_asset_value());
        let Ok(at) = parent.owners.at(value) else {
            return LpHolding::default();
        };
        let worth = parent.owners.worth(owner, value);
        LpHolding {
            shares: parent.owners.shares().held(owner).units(),
            share_price: at.share_price().unwrap_or_default(),
            value: worth,
            exit_value: worth,
            waiting: self.waiting.get(&lp).copied().unwrap_or_default(),
            granted: self.granted.get(&lp).copied().unwrap_or_default(),
            ..LpHolding::default()
        }
    }
}
