//! What single liquidity providers have in the two vaults (M-9).

use seawall_ledger::BidderId;
use seawall_units::{Tranche, Usd};
use seawall_vault::{HolderId, Series};
use seawall_venue::{LpHolding, Refusal, TrancheName};

use crate::IsolatedMarket;
use crate::liquidity::refusal;
use crate::series::ShareSeries;

impl IsolatedMarket {
    /// Hands shares of the founder to a liquidity provider, at the price at which the founder
    /// bought them, one USD each. No money moves and the supply stays.
    ///
    /// **Errors** [`Refusal::Liquidity`] when the founder has fewer shares; nothing has changed.
    ///
    /// ```
    /// use seawall_ledger::BidderId;
    /// use seawall_market::{Capital, IsolatedMarket, Params};
    /// use seawall_units::{Time, Usd};
    /// use seawall_venue::{Setup, TrancheName};
    /// let setup = Setup {
    ///     start: Time::from_secs(0), opening: "100".parse()?, margin: None,
    ///     endowments: vec![], accounts: 0,
    /// };
    /// let usd = Usd::whole;
    /// let capital = Capital { senior: usd(8_000), junior: usd(2_000), insurance: usd(80) };
    /// let mut market = IsolatedMarket::new(&setup, capital, Params::default(), vec![])?;
    /// let ann = BidderId::new(0);
    /// market.endow_lp(ann, TrancheName::Junior, usd(500))?;
    /// assert_eq!(market.lp_holding(ann, TrancheName::Junior).value, usd(500));
    /// assert!(market.endow_lp(ann, TrancheName::Junior, usd(1_500)).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn endow_lp(
        &mut self,
        lp: BidderId,
        tranche: TrancheName,
        amount: Usd,
    ) -> Result<(), Refusal> {
        let (from, to) = (HolderId::FOUNDER, HolderId::provider(lp.number()));
        let handed = match tranche {
            TrancheName::Senior => self.senior.vault.hand_over(from, to, amount),
            TrancheName::Junior => self.junior.vault.hand_over(from, to, amount),
        };
        handed.map_err(|_| refusal("the founder has fewer shares"))
    }

    /// What a liquidity provider has in a tranche at the mark. Shares in escrow are his until their
    /// epoch: they bear gains and losses with the others (M-9.2).
    #[must_use]
    pub fn lp_holding(&self, lp: BidderId, tranche: TrancheName) -> LpHolding {
        let (values, exit) = (self.values(), self.exit_values());
        let of = HolderId::provider(lp.number());
        let seen = match tranche {
            TrancheName::Senior => seen(&self.senior, (values.senior, exit.senior), of),
            TrancheName::Junior => {
                let mut seen = seen(&self.junior, (values.junior, exit.junior), of);
                if self.series == Series::New {
                    seen.exit_value = Usd::ZERO;
                }
                seen
            }
        };
        let granted = self.granted.get(&(of, tranche)).copied();
        LpHolding {
            granted: granted.unwrap_or_default(),
            recovered: self.given_back(of, tranche),
            claimable: self.claimable(of, tranche),
            ..seen
        }
    }
}

fn seen<T: Tranche>(series: &ShareSeries<T>, (value, exit): (Usd, Usd), of: HolderId) -> LpHolding {
    let (held, waiting) = (series.vault.held(of), series.queue.pending(of));
    let all = held.checked_add(waiting).unwrap_or(held);
    let Ok(at) = series.vault.conversion(value) else {
        return LpHolding::default();
    };
    let exit = series.vault.conversion(exit);
    let exit_value = exit.and_then(|at| at.preview_redeem(all));
    let worth = |shares| at.preview_redeem(shares).unwrap_or_default();
    LpHolding {
        shares: all.units(),
        share_price: at.share_price().unwrap_or_default(),
        value: worth(all),
        exit_value: exit_value.unwrap_or_default(),
        waiting: worth(waiting),
        ..LpHolding::default()
    }
}
