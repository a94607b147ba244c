//! What the pool and its tranches are worth (M-9).

use seawall_ledger::{Account, AccountId};
use seawall_margin::{IndexLevels, Position, maintenance};
use seawall_units::{Ratio, Side, Usd};
use seawall_vault::{OpenPnl, PairState, TrancheValues, Tranches, Unsettled};

use crate::IsolatedMarket;

impl IsolatedMarket {
    /// The cash of both vaults and Senior's claim.
    #[must_use]
    pub fn tranches(&self) -> Tranches {
        Tranches {
            senior_cash: self.ledger.balance(Account::Senior),
            junior_cash: self.ledger.balance(Account::Junior),
            claim: self.claim,
        }
    }

    /// Traders' net open PnL at the mark, unsettled funding included, rounded up; a loss counts in
    /// full, as in the step that settles it (M-8.2).
    #[must_use]
    pub fn open_pnl(&self) -> Usd {
        self.totals.open_pnl(self.mark, &self.accrual())
    }

    /// Equity of the pool: cash of both vaults less traders' open PnL.
    #[must_use]
    pub fn pool_equity(&self) -> Usd {
        self.tranches().equity(self.open_pnl())
    }

    /// Senior `min(K, equity)` and Junior `max(0, equity − K)`, at the mark.
    #[must_use]
    pub fn values(&self) -> TrancheValues {
        self.tranches().values(self.open_pnl())
    }

    /// What the positions of a side that are below zero owe beyond their margin.
    ///
    /// They are settled in the first second of a live market. Before that second's Liquidation, and
    /// for as long as a market reopens, an open loss counts at most its margin (M-9.1): nobody
    /// comes in, and no winner is paid, on money that will not come.
    fn uncovered_on(&self, side: Side) -> Usd {
        self.uncovered.borrow_mut().sums(self).of(side)
    }

    /// What positions that are below zero owe beyond their margin: `Σ max(0, −E)`, each equity rounded
    /// down (M-9.1).
    #[must_use]
    pub fn uncovered(&self) -> Usd {
        let mut kept = self.uncovered.borrow_mut();
        let sums = kept.sums(self);
        sums.of(Side::Long) + sums.of(Side::Short)
    }

    /// Accounts with an equity below zero, and at most a few micro-dollars above.
    pub(crate) fn bankrupt(&self) -> impl Iterator<Item = AccountId> + '_ {
        let levels = IndexLevels::new(self.mark, Ratio::ZERO, &self.accrual());
        self.index.candidates(levels)
    }

    pub(crate) fn open_pnl_by_side(&self) -> OpenPnl {
        let of = |side| {
            let pnl = self.totals.side_pnl(side, self.mark, &self.accrual());
            pnl + self.uncovered_on(side)
        };
        OpenPnl {
            long: of(Side::Long),
            short: of(Side::Short),
        }
    }

    /// What positions of a side have left that are being liquidated or are about to be: all that are
    /// below the ratio at which a liquidation ends (M-8.1), at which a lot still may be sold.
    ///
    /// It is the most that the pool can be given for taking them over (M-8.2) and of their
    /// liquidation fees.
    fn forfeitable_on(&self, side: Side) -> Usd {
        let target = self.params.waterfall.partial.target;
        let ratio = self.margin_table.maintenance.mul_ceil(target);
        let below = IndexLevels::new(self.mark, ratio, &self.accrual());
        let below = self.index.candidates(below);
        let left = below.map(|account| (self.position(account), self.equity_of(account)));
        let ends = |(position, equity): &(Position, Usd)| {
            let required = maintenance(position.notional(self.mark), ratio);
            position.side() == Some(side) && *equity < required
        };
        left.filter(ends).map(|(_, equity)| equity.or_zero()).sum()
    }

    /// The lower values that exits are priced at.
    #[must_use]
    pub fn exit_values(&self) -> TrancheValues {
        self.tranches().exit_values(self.open_pnl_by_side())
    }

    /// What the impact reserve holds beyond its need, W at the present net size (M-4).
    pub(crate) fn reserve_excess(&self) -> Usd {
        let need = self.work_at(self.net_size());
        (self.ledger.balance(Account::ImpactReserve) - need).or_zero()
    }

    /// The higher values that deposits are priced at: open PnL signed, of a position in liquidation
    /// its whole margin, what a tranche can get of the utilisation that is owed and not settled and
    /// of what is to drip from the impact reserve, and for Senior its arrears.
    #[must_use]
    pub fn deposit_values(&self) -> TrancheValues {
        let positions = self
            .totals
            .long
            .count
            .saturating_add(self.totals.short.count);
        let due = Unsettled {
            utilisation: self.totals.unsettled_utilisation(&self.accrual()),
            roundings: Usd::from_units(positions.into()).unwrap_or(Usd::MAX),
            drip: self.reserve_excess(),
            arrears: self.arrears.due(),
        };
        let (fees, vault) = (&self.params.fees, &self.params.vault);
        let open = self.open_pnl_by_side();
        let open = OpenPnl {
            long: open.long - self.forfeitable_on(Side::Long),
            short: open.short - self.forfeitable_on(Side::Short),
        };
        self.tranches().deposit_values(open, due, fees, vault)
    }

    pub(crate) fn pair_state(&self, loss: seawall_vault::OpenLoss) -> PairState {
        let values = self.tranches().values(self.open_pnl() + self.uncovered());
        PairState {
            senior: values.senior,
            junior: values.junior,
            senior_shortfall: self.senior_shortfall(),
            loss,
            series: self.series,
        }
    }

    /// K less the pool's equity, if it is above zero: what a winner's close finds missing (M-8.3).
    #[must_use]
    pub fn senior_shortfall(&self) -> Usd {
        (self.claim - self.pool_equity() + self.uncovered()).or_zero()
    }
}
