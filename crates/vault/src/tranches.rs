use seawall_units::{Ratio, Usd};

use crate::{FeeConfig, VaultConfig};

/// What each tranche is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct TrancheValues {
    /// Senior's net asset value S.
    pub senior: Usd,
    /// Junior's net asset value J.
    pub junior: Usd,
}

impl TrancheValues {
    /// S + J.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.senior + self.junior
    }
}

/// The values of both tranches by construction (M-9): Senior has the first claim on the pool's
/// equity up to K, Junior everything beyond it.
///
/// **Formula** `S = min(K, equity)`, `J = max(0, equity − K)`, both at least zero.
///
/// ```
/// use seawall_units::Usd;
/// use seawall_vault::values;
/// for (equity, senior, junior) in [(1_100, 800, 300), (800, 800, 0), (500, 500, 0), (-1, 0, 0)] {
///     let worth = values(Usd::whole(equity), Usd::whole(800));
///     assert_eq!((worth.senior, worth.junior), (Usd::whole(senior), Usd::whole(junior)));
/// }
/// ```
#[must_use]
pub fn values(equity: Usd, claim: Usd) -> TrancheValues {
    TrancheValues {
        senior: equity.min(claim).or_zero(),
        junior: (equity - claim.or_zero()).or_zero(),
    }
}

/// The traders' open PnL by side, unsettled funding included, each open loss counted to at most
/// its margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenPnl {
    /// The net of all longs.
    pub long: Usd,
    /// The net of all shorts.
    pub short: Usd,
}

impl OpenPnl {
    /// The net of both sides, as deposits are priced.
    #[must_use]
    pub fn signed(&self) -> Usd {
        self.long + self.short
    }

    /// The net of both sides without a side's net loss, as exits are priced: who leaves is not
    /// paid for what losers have not paid in.
    #[must_use]
    pub fn gains(&self) -> Usd {
        self.long.or_zero() + self.short.or_zero()
    }
}

/// What the pool has earned and not yet been paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unsettled {
    /// Utilisation fees that positions owe, rounded down.
    pub utilisation: Usd,
    /// What settling them can round up on top of it, one unit a position.
    pub roundings: Usd,
    /// What the impact reserve holds beyond its need and will drip into the fees.
    pub drip: Usd,
    /// Senior coupons in arrears.
    pub arrears: Usd,
}

/// The cash of both vaults and Senior's claim K on the pool (M-9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Tranches {
    /// Senior's cash.
    pub senior_cash: Usd,
    /// Junior's cash.
    pub junior_cash: Usd,
    /// K: senior deposits plus coupon and fees received, minus exits and losses borne.
    pub claim: Usd,
}

/// How a gain of the pool is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefillSplit {
    /// What refills Senior's cash up to its claim.
    pub to_senior: Usd,
    /// The rest.
    pub to_junior: Usd,
}

/// From which cash a winner is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PayoutSplit {
    /// Junior's cash, first.
    pub from_junior: Usd,
    /// Senior's cash, for what is missing.
    pub from_senior: Usd,
}

impl Tranches {
    /// The pool's equity: the cash of both vaults less the traders' open PnL.
    #[must_use]
    pub fn equity(&self, open_pnl: Usd) -> Usd {
        self.senior_cash + self.junior_cash - open_pnl
    }

    /// What each tranche is worth at this open PnL of the traders; see [`values`].
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_vault::Tranches;
    /// let usd = Usd::whole;
    /// let pair = Tranches { senior_cash: usd(800), junior_cash: usd(200), claim: usd(800) };
    /// let values = pair.values(usd(350)); // winners have 350 coming: Junior 0, Senior 650
    /// assert_eq!((values.senior, values.junior), (usd(650), usd(0)));
    /// ```
    #[must_use]
    pub fn values(&self, open_pnl: Usd) -> TrancheValues {
        values(self.equity(open_pnl), self.claim)
    }

    /// The values that exits are priced at, the lower ones (M-9): a side's net open loss is not
    /// counted, nothing unsettled either.
    #[must_use]
    pub fn exit_values(&self, open: OpenPnl) -> TrancheValues {
        self.values(open.gains())
    }

    /// The values that deposits are priced at, the higher ones (M-9.1): open PnL signed, plus what
    /// a tranche can get at most of the fees to come, and for Senior its arrears.
    ///
    /// **Formula** with U the unsettled utilisation, r its roundings, X what is to drip, p the
    /// protocol's share and s Senior's share of the rest: `Junior = max(0, equity + max(u·U, (1 −
    /// p)·(1 − s)·(U + r)) + (1 − p)·(1 − s)·X − K)` with `u` the
    /// [`VaultConfig::unsettled_share`], the insurance fund taken as full; `Senior = min(K, the same
    /// equity) + arrears + (1 − p)·s·(U + X)`. Nothing is rounded where nothing is owed.
    /// **Rounding** up, for those who are in the vault already.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_vault::{FeeConfig, OpenPnl, Tranches, Unsettled, VaultConfig};
    /// let usd = Usd::whole;
    /// let pair = Tranches { senior_cash: usd(800), junior_cash: usd(200), claim: usd(800) };
    /// let open = OpenPnl { long: usd(-100), short: usd(30) };
    /// let due = Unsettled { utilisation: usd(10), arrears: usd(5), ..Unsettled::default() };
    /// let vault = VaultConfig::default();
    /// // Junior: 200 + 100 − 30 + 8, as 80 % are more than 90 % of 80 %; at an exit only 200 − 30.
    /// // Senior: 800 + 5 + 90 % of 20 % of 10.
    /// let high = pair.deposit_values(open, due, &FeeConfig::default(), &vault);
    /// assert_eq!((high.senior, high.junior), ("806.8".parse()?, usd(278)));
    /// // With 100 to drip: 90 % of 80 % of that to Junior, 90 % of 20 % to Senior.
    /// let high = pair.deposit_values(open, Unsettled { drip: usd(100), ..due }, &FeeConfig::default(), &vault);
    /// assert_eq!((high.senior, high.junior), ("824.8".parse()?, usd(350)));
    /// assert_eq!(pair.exit_values(open).junior, usd(170));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn deposit_values(
        &self,
        open: OpenPnl,
        due: Unsettled,
        fees: &FeeConfig,
        vault: &VaultConfig,
    ) -> TrancheValues {
        let owed = due.utilisation.or_zero();
        let most = match owed.is_zero() {
            true => owed,
            false => owed + due.roundings.or_zero(),
        };
        let after_protocol = |fee: Usd| fee.mul_ceil(Ratio::ONE - fees.protocol);
        let rest = Ratio::ONE - fees.senior_share;
        let split = |fee: Usd| after_protocol(fee).mul_ceil(rest);
        let earned = owed.mul_ceil(vault.unsettled_share).max(split(most));
        let drip = due.drip.or_zero();
        let high = self.equity(open.signed()) + earned + split(drip);
        let high = values(high, self.claim);
        let shared = after_protocol(owed + drip).mul_ceil(fees.senior_share);
        TrancheValues {
            senior: high.senior + due.arrears.or_zero() + shared,
            junior: high.junior,
        }
    }

    /// Where the loss of a trader goes: first to Senior's cash up to its claim, the rest to
    /// Junior (M-9). The parts sum to `gain`, which is zero or more.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_vault::Tranches;
    /// let usd = Usd::whole;
    /// let pair = Tranches { senior_cash: usd(770), junior_cash: usd(0), claim: usd(800) };
    /// let split = pair.split_loss_refill(usd(50));
    /// assert_eq!((split.to_senior, split.to_junior), (usd(30), usd(20)));
    /// ```
    #[must_use]
    pub fn split_loss_refill(&self, gain: Usd) -> RefillSplit {
        let missing = (self.claim - self.senior_cash).or_zero();
        let to_senior = missing.min(gain.or_zero());
        RefillSplit {
            to_senior,
            to_junior: gain - to_senior,
        }
    }

    /// From which cash a winner is paid: Junior's, then Senior's (M-9); `None` when both together
    /// do not suffice or the amount is below zero. The parts sum to `amount`.
    ///
    /// ```
    /// use seawall_units::Usd;
    /// use seawall_vault::Tranches;
    /// let usd = Usd::whole;
    /// let pair = Tranches { senior_cash: usd(800), junior_cash: usd(200), claim: usd(800) };
    /// let split = pair.split_payout(usd(350)).ok_or("there is enough")?;
    /// assert_eq!((split.from_junior, split.from_senior), (usd(200), usd(150)));
    /// assert_eq!(pair.split_payout(usd(1_001)), None);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn split_payout(&self, amount: Usd) -> Option<PayoutSplit> {
        let from_junior = self.junior_cash.or_zero().min(amount);
        let from_senior = amount - from_junior;
        let payable = !amount.is_negative() && from_senior <= self.senior_cash.or_zero();
        payable.then_some(PayoutSplit {
            from_junior,
            from_senior,
        })
    }
}
