use std::collections::{BTreeMap, BTreeSet};

use seawall_units::{Round, Shares, Tranche, Usd, mul_div};

use crate::{Conversion, HolderId, Vault, VaultError};

/// A point in time at which redemptions are executed, counted by the market (M-9.2).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The epoch that comes `count` later.
    #[must_use]
    pub const fn after(self, count: u64) -> Self {
        Self(self.0.saturating_add(count))
    }
}

impl std::fmt::Display for Epoch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "epoch {}", self.0)
    }
}

/// What a request is known by: always [`RequestId::AGGREGATE`].
///
/// EIP-7540 lets a vault tell requests apart by their number, or give zero to all and tell them
/// apart by their controller alone. This is the second: whatever a controller has asked for is one
/// sum, since what is due at one execution is filled at one price and one rate anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RequestId(u64);

impl RequestId {
    /// The requests of a controller, all of them.
    pub const AGGREGATE: Self = Self(0);

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// Shares to be redeemed at a later price (M-9.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedeemRequest<T: Tranche> {
    /// How many, one unit or more.
    pub shares: Shares<T>,
    /// Who asks: the owner, an operator of the owner, or somebody with an allowance.
    pub caller: HolderId,
    /// Who may claim.
    pub controller: HolderId,
    /// Whose shares.
    pub owner: HolderId,
}

impl<T: Tranche> RedeemRequest<T> {
    /// A holder's request of his own shares, which he claims himself.
    #[must_use]
    pub const fn own(holder: HolderId, shares: Shares<T>) -> Self {
        Self {
            shares,
            caller: holder,
            controller: holder,
            owner: holder,
        }
    }
}

/// Whether somebody may act for a controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorStatus {
    /// He may ask, without an allowance, and claim.
    Approved,
    /// He may not.
    Revoked,
}

/// What one controller is paid at an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill<T: Tranche> {
    /// Who may claim it.
    pub controller: HolderId,
    /// The shares that are burned for it.
    pub shares: Shares<T>,
    /// What is set aside, above zero.
    pub assets: Usd,
}

/// One execution of all that was due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution<T: Tranche> {
    /// The shares of all fills; they have left the supply.
    pub shares_burned: Shares<T>,
    /// The assets of all fills, which the caller sets aside: at most what was available.
    pub assets: Usd,
    /// Who is paid what, by controller.
    pub fills: Vec<Fill<T>>,
    /// What was due and is not filled; it stays due for the next execution.
    pub left: Shares<T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Claimable<T: Tranche> {
    shares: Shares<T>,
    assets: Usd,
}

/// The redemptions of one series of shares, from request to claim, as EIP-7540 asks (M-9.2).
///
/// | state | what it is | who moves it on |
/// |---|---|---|
/// | pending | shares in escrow: no longer the owner's, still part of the supply, so that they bear gains and losses | [`execute`](Self::execute) |
/// | claimable | assets set aside at the price of the execution; the shares are burned | [`claim`](Self::claim), [`claim_shares`](Self::claim_shares) |
///
/// No request skips a state. Nothing here gives a price beforehand: EIP-7540 wants the previews of
/// the asynchronous side to fail, and here they do not exist:
///
/// ```compile_fail,E0599
/// # use seawall_units::Shares;
/// # use seawall_vault::{Redemptions, SeniorTranche};
/// Redemptions::<SeniorTranche>::default().preview_redeem(Shares::ZERO);
/// ```
///
/// Two series must not share a queue, nor one series have two.
///
/// **Source** EIP-7540.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_vault::{Epoch, HolderId, JuniorTranche, RedeemRequest, Redemptions, Vault};
/// let (lp, due) = (HolderId::new(1), Epoch::new(3));
/// let mut vault = Vault::<JuniorTranche>::open(Usd::whole(1), lp, Usd::whole(101))?;
/// let mut queue = Redemptions::default();
/// let all = RedeemRequest::own(lp, vault.held(lp));
/// queue.request(&mut vault, all, due)?;
/// assert!(vault.held(lp).is_zero());
/// // The vault has earned a cent per share when the epoch comes, and 40.40 are in cash.
/// let price = vault.conversion("102.01".parse()?)?;
/// let done = queue.execute(&mut vault, due, &price, "40.40".parse()?)?;
/// assert_eq!(queue.claimable(lp).to_string(), "40.399999");
/// assert_eq!(done.left.to_string(), "59.999999997");
/// assert_eq!(queue.claim(lp, lp, Usd::whole(40))?, Usd::whole(40));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemptions<T: Tranche> {
    pending: BTreeMap<Epoch, BTreeMap<HolderId, Shares<T>>>,
    /// The sums of `pending` over all epochs, by controller.
    waiting: BTreeMap<HolderId, Shares<T>>,
    claimable: BTreeMap<HolderId, Claimable<T>>,
    /// (controller, operator).
    operators: BTreeSet<(HolderId, HolderId)>,
}

impl<T: Tranche> Default for Redemptions<T> {
    fn default() -> Self {
        Self {
            pending: BTreeMap::new(),
            waiting: BTreeMap::new(),
            claimable: BTreeMap::new(),
            operators: BTreeSet::new(),
        }
    }
}

impl<T: Tranche> Redemptions<T> {
    /// Says whether `operator` may act for `controller`.
    pub fn set_operator(
        &mut self,
        controller: HolderId,
        operator: HolderId,
        status: OperatorStatus,
    ) {
        match status {
            OperatorStatus::Approved => self.operators.insert((controller, operator)),
            OperatorStatus::Revoked => self.operators.remove(&(controller, operator)),
        };
    }

    /// Whether `operator` may act for `controller`; everybody acts for himself without being one.
    #[must_use]
    pub fn is_operator(&self, controller: HolderId, operator: HolderId) -> bool {
        self.operators.contains(&(controller, operator))
    }

    /// Moves shares from their owner into escrow until the first execution at `due` or later. Who
    /// is neither the owner nor his operator spends an allowance.
    ///
    /// **Errors** [`VaultError::NothingRequested`], [`VaultError::NotEnoughShares`] and
    /// [`VaultError::NotEnoughAllowance`]; nothing has changed then.
    pub fn request(
        &mut self,
        vault: &mut Vault<T>,
        request: RedeemRequest<T>,
        due: Epoch,
    ) -> Result<RequestId, VaultError> {
        let RedeemRequest {
            shares,
            caller,
            controller,
            owner,
        } = request;
        if shares.is_zero() {
            return Err(VaultError::NothingRequested { vault: T::NAME });
        }
        vault.check_held(owner, shares)?;
        if !self.is_operator(owner, caller) {
            vault.spend_allowance(owner, caller, shares)?;
        }
        vault.escrow(owner, shares)?;
        let waiting = self.pending.entry(due).or_default();
        let asked = waiting.entry(controller).or_insert(Shares::ZERO);
        *asked = sum([*asked, shares]);
        let all = self.waiting.entry(controller).or_insert(Shares::ZERO);
        *all = sum([*all, shares]);
        Ok(RequestId::AGGREGATE)
    }

    /// The shares of a controller that wait for an execution; O(log n). Not among
    /// [`Self::claimable`].
    #[must_use]
    pub fn pending(&self, controller: HolderId) -> Shares<T> {
        let waiting = self.waiting.get(&controller);
        waiting.copied().unwrap_or(Shares::ZERO)
    }

    /// What is set aside for a controller, which he may claim at any time; ERC-4626 `maxWithdraw`.
    #[must_use]
    pub fn claimable(&self, controller: HolderId) -> Usd {
        self.claimable
            .get(&controller)
            .map_or(Usd::ZERO, |claim| claim.assets)
    }

    /// The shares that were burned for what a controller may claim; ERC-4626 `maxRedeem`.
    #[must_use]
    pub fn claimable_shares(&self, controller: HolderId) -> Shares<T> {
        self.claimable
            .get(&controller)
            .map_or(Shares::ZERO, |claim| claim.shares)
    }

    /// All shares in escrow.
    #[must_use]
    pub fn escrowed(&self) -> Shares<T> {
        sum(self.pending.values().flat_map(BTreeMap::values).copied())
    }

    /// The shares that an execution at this epoch meets: those due then or before.
    #[must_use]
    pub fn due(&self, epoch: Epoch) -> Shares<T> {
        let due = self.pending.range(..=epoch);
        sum(due.flat_map(|(_, by)| by.values()).copied())
    }

    /// All assets that are set aside and not claimed yet.
    #[must_use]
    pub fn set_aside(&self) -> Usd {
        self.claimable.values().map(|claim| claim.assets).sum()
    }

    /// Who has something to claim, and how much, by controller.
    pub fn claims(&self) -> impl Iterator<Item = (HolderId, Usd)> + '_ {
        self.claimable
            .iter()
            .map(|(controller, claim)| (*controller, claim.assets))
    }

    /// Who waits for an execution at any epoch, with epoch and shares, by epoch and controller.
    pub fn waiting(&self) -> impl Iterator<Item = (Epoch, HolderId, Shares<T>)> + '_ {
        let rows = |(epoch, by): (&Epoch, _)| {
            let (epoch, by): (Epoch, &BTreeMap<HolderId, Shares<T>>) = (*epoch, by);
            by.iter()
                .map(move |(controller, shares)| (epoch, *controller, *shares))
        };
        self.pending.iter().flat_map(rows)
    }

    /// Fills what is due at `epoch` or before, all at one price and one rate, from at most
    /// `available`. How long a request has waited, and in what order requests came, counts for
    /// nothing.
    ///
    /// **Formula** with D the shares that a controller has due, ΣD those of all and A what is
    /// available: when the floors of all D at `price` are at most A, everybody's D; otherwise
    /// `floor(D·shares(A)/ΣD)` with `shares(A)` what A is worth, rounded down. Each fill pays its
    /// shares at [`Conversion::preview_redeem`].
    /// **Rounding** down, shares and assets, for those who stay: equal shares are paid equally, the
    /// sum is at most A, and the share price of those who stay never falls. Units of money that
    /// flooring leaves stay in the vault. What would be paid nothing is not burned but stays due.
    /// **Errors** [`VaultError::StalePrice`] when the price was taken at another supply, and
    /// [`VaultError::NotEnoughEscrow`] when the requests were made in another vault; nothing has
    /// changed then.
    pub fn execute(
        &mut self,
        vault: &mut Vault<T>,
        epoch: Epoch,
        price: &Conversion<T>,
        available: Usd,
    ) -> Result<Execution<T>, VaultError> {
        vault.check_price(price)?;
        let mut due = self.due_by_controller(epoch);
        let fills = plan_fills(&due, price, available.or_zero())?;
        let shares_burned = sum(fills.iter().map(|fill| fill.shares));
        vault.burn_escrowed(shares_burned)?;
        for fill in &fills {
            if let Some(asked) = due.get_mut(&fill.controller) {
                *asked = less(*asked, fill.shares);
            }
            self.leave_escrow(fill);
            self.set_aside_fill(fill);
        }
        due.retain(|_, shares| !shares.is_zero());
        let left = sum(due.values().copied());
        // What was due at different epochs is one from here on.
        self.pending.retain(|at, _| *at > epoch);
        if !due.is_empty() {
            self.pending.insert(epoch, due);
        }
        Ok(Execution {
            shares_burned,
            assets: fills.iter().map(|fill| fill.assets).sum(),
            fills,
            left,
        })
    }

    /// Takes `assets` of what is set aside for `controller`, and gives them to be paid out;
    /// EIP-7540 `withdraw`. `caller` is the controller or his operator.
    ///
    /// **Errors** [`VaultError::NotOperator`], [`VaultError::NegativeAmount`] and
    /// [`VaultError::NotEnoughClaimable`]; nothing has changed then.
    pub fn claim(
        &mut self,
        caller: HolderId,
        controller: HolderId,
        assets: Usd,
    ) -> Result<Usd, VaultError> {
        self.check_caller(caller, controller)?;
        if assets.is_negative() {
            return Err(VaultError::NegativeAmount {
                vault: T::NAME,
                amount: assets,
            });
        }
        let claimable = self.claimable(controller);
        if assets > claimable {
            return Err(VaultError::NotEnoughClaimable {
                vault: T::NAME,
                controller,
                claimable,
                wanted: assets,
            });
        }
        // Down, so that shares are left as long as assets are.
        let held = self.claimable_shares(controller);
        let shares = part(held.units(), assets.units(), claimable.units());
        let shares = Shares::from_units(shares).unwrap_or(held);
        self.take(controller, shares, assets);
        Ok(assets)
    }

    /// Takes what is set aside for `shares` of the burned shares of `controller`, and gives it to
    /// be paid out; EIP-7540 `redeem`. `caller` is the controller or his operator.
    ///
    /// **Rounding** down; the last claim takes what is left.
    /// **Errors** [`VaultError::NotOperator`] and [`VaultError::NotEnoughShares`]; nothing has
    /// changed then.
    pub fn claim_shares(
        &mut self,
        caller: HolderId,
        controller: HolderId,
        shares: Shares<T>,
    ) -> Result<Usd, VaultError> {
        self.check_caller(caller, controller)?;
        let (held, assets) = (
            self.claimable_shares(controller),
            self.claimable(controller),
        );
        if shares > held {
            return Err(VaultError::NotEnoughShares {
                vault: T::NAME,
                holder: controller,
                held_units: held.units(),
                wanted_units: shares.units(),
            });
        }
        let part = part(assets.units(), shares.units(), held.units());
        let paid = Usd::from_units(part).unwrap_or(assets);
        self.take(controller, shares, paid);
        Ok(paid)
    }

    fn check_caller(&self, caller: HolderId, controller: HolderId) -> Result<(), VaultError> {
        if caller == controller || self.is_operator(controller, caller) {
            return Ok(());
        }
        Err(VaultError::NotOperator {
            vault: T::NAME,
            controller,
            caller,
        })
    }

    fn due_by_controller(&self, epoch: Epoch) -> BTreeMap<HolderId, Shares<T>> {
        let mut due = BTreeMap::new();
        let matured = self.pending.range(..=epoch).flat_map(|(_, by)| by);
        for (controller, shares) in matured {
            let asked = due.entry(*controller).or_insert(Shares::ZERO);
            *asked = sum([*asked, *shares]);
        }
        due
    }

    fn leave_escrow(&mut self, fill: &Fill<T>) {
        let left = less(self.pending(fill.controller), fill.shares);
        match left.is_zero() {
            true => self.waiting.remove(&fill.controller),
            false => self.waiting.insert(fill.controller, left),
        };
    }

    fn set_aside_fill(&mut self, fill: &Fill<T>) {
        let claim = self.claimable.entry(fill.controller).or_insert(Claimable {
            shares: Shares::ZERO,
            assets: Usd::ZERO,
        });
        claim.assets += fill.assets;
        claim.shares = sum([claim.shares, fill.shares]);
    }

    fn take(&mut self, controller: HolderId, shares: Shares<T>, assets: Usd) {
        if let Some(claim) = self.claimable.get_mut(&controller) {
            claim.shares = less(claim.shares, shares);
            claim.assets -= assets;
            if claim.assets.is_zero() {
                self.claimable.remove(&controller);
            }
        }
    }
}

/// What each controller is paid; see [`Redemptions::execute`].
fn plan_fills<T: Tranche>(
    due: &BTreeMap<HolderId, Shares<T>>,
    price: &Conversion<T>,
    available: Usd,
) -> Result<Vec<Fill<T>>, VaultError> {
    let full = fills(due, price, |shares| shares)?;
    let worth: Usd = full.iter().map(|fill| fill.assets).sum();
    if worth <= available {
        return Ok(full);
    }
    let total = sum(due.values().copied());
    let payable = price.convert_to_shares(available)?;
    fills(due, price, |shares| {
        let units = part(shares.units(), payable.units(), total.units());
        Shares::from_units(units).unwrap_or(Shares::ZERO)
    })
}

fn fills<T: Tranche>(
    due: &BTreeMap<HolderId, Shares<T>>,
    price: &Conversion<T>,
    filled: impl Fn(Shares<T>) -> Shares<T>,
) -> Result<Vec<Fill<T>>, VaultError> {
    let mut fills = Vec::with_capacity(due.len());
    for (controller, asked) in due {
        let shares = filled(*asked);
        let assets = price.preview_redeem(shares)?;
        if assets.is_positive() {
            fills.push(Fill {
                controller: *controller,
                shares,
                assets,
            });
        }
    }
    Ok(fills)
}

/// `floor(whole·of/total)`, nothing of nothing.
fn part(whole: i128, of: i128, total: i128) -> i128 {
    mul_div(whole, of, total, Round::Floor).unwrap_or(0)
}

/// Shares in escrow or burned are part of a supply, so their sums stay in its range.
fn sum<T: Tranche>(shares: impl IntoIterator<Item = Shares<T>>) -> Shares<T> {
    let add = |sum: Shares<T>, next| sum.checked_add(next).unwrap_or(Shares::MAX);
    shares.into_iter().fold(Shares::ZERO, add)
}

fn less<T: Tranche>(from: Shares<T>, taken: Shares<T>) -> Shares<T> {
    from.checked_sub(taken).unwrap_or(Shares::ZERO)
}
