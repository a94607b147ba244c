//! Shares, Senior's claim, and what the tranches are worth (M-9).

use std::collections::BTreeMap;

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Shares, Usd};
use crate::law::Law;
use crate::names::{AccountKind, SharesWhy, Tranche, Venue};
use crate::record::{Data, SharesMoved, Transfer, Values};
use crate::wide::{Round, part};

use super::{Event, Laws};

/// Virtual shares, in units of 10⁻⁹, and the unit of money behind them.
const VIRTUAL_SHARES: i128 = 1_000;
const VIRTUAL_ASSETS: i128 = 1;
/// Units of shares in a unit of USD at par.
const PAR: i128 = 1_000;

/// The laws of the vaults.
#[derive(Debug, Default)]
pub(crate) struct Vaults {
    supplies: BTreeMap<Tranche, Shares>,
    /// All changes of a second at one value have one price: that of the supply before the first.
    batch: Option<Batch>,
}

/// Changes of shares at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Batch {
    time: u64,
    tranche: Tranche,
    why: SharesWhy,
    value: Option<Usd>,
    supply: Shares,
}

impl Laws for Vaults {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if books.venue == Venue::Tranched {
            cash(books, &event.line.transfers, findings);
        }
    }

    fn after(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        match &event.data {
            Data::Shares(moved) => self.shares(books, moved, findings),
            Data::Values(said) => self.values(books, said, findings),
            _ => {}
        }
    }
}

impl Vaults {
    fn shares(&mut self, books: &Books, moved: &SharesMoved, findings: &mut Findings) {
        let next = Batch {
            time: books.now,
            tranche: moved.tranche,
            why: moved.why,
            value: moved.value,
            supply: moved.supply,
        };
        let supply = |batch: &Batch| Batch {
            supply: batch.supply,
            ..next
        };
        let batch = self
            .batch
            .filter(|batch| *batch == supply(batch))
            .unwrap_or(next);
        self.batch = Some(batch);
        let supply = self.supplies.entry(moved.tranche).or_default();
        // The dead shares come first, of the opening and of every new series.
        if moved.why == SharesWhy::Dead {
            *supply = Shares::ZERO;
        }
        findings.equal(Law::ShareSupply, "a supply of", *supply, moved.supply);
        *supply += moved.change;
        price(moved, batch.supply, findings);
    }

    fn values(&self, books: &Books, said: &Values, findings: &mut Findings) {
        for (name, supply) in &said.supply {
            let kept = Tranche::of(name).and_then(|tranche| self.supplies.get(&tranche));
            let kept = kept.copied().unwrap_or_default();
            findings.equal(
                Law::ShareSupply,
                &format!("shares of {name},"),
                kept,
                *supply,
            );
        }
        if books.venue != Venue::Tranched {
            return;
        }
        if let Some(claim) = said.claim {
            findings.equal(Law::Claim, "K", books.claim, claim);
        }
        let values = books.values();
        for (role, value) in &said.values {
            let derived = match role.as_str() {
                "senior" => values.senior,
                "junior" => values.junior,
                "insurance" => books.of(AccountKind::Insurance),
                _ => continue,
            };
            findings.equal(Law::Values, &format!("{role} worth"), derived, *value);
        }
    }
}

/// Shares are made for what is paid in and burned for what is paid out, at the stated value,
/// rounded for those who stay (ERC-4626).
fn price(moved: &SharesMoved, supply: Shares, findings: &mut Findings) {
    let law = Law::SharePrice;
    let (Some(assets), Some(value)) = (moved.assets, moved.value) else {
        return; // there from the start, or nobody's
    };
    let shares = moved.change;
    // A pool of the kind of GMX has no virtual shares.
    let (shares_more, assets_more) = match moved.tranche {
        Tranche::Pool => (0, 0),
        _ => (VIRTUAL_SHARES, VIRTUAL_ASSETS),
    };
    let all = supply.units().saturating_add(shares_more);
    let value = value.units().saturating_add(assets_more);
    match moved.why {
        SharesWhy::Deposit => {
            let worth = part(assets, all, value, Round::Floor).units();
            findings.equal(
                law,
                "shares for a deposit,",
                Shares::from_units(worth),
                shares,
            );
        }
        SharesWhy::Redemption => {
            let worth = part(-shares, value, all, Round::Floor).units();
            findings.at_most(law, "paid for shares,", Usd::from_units(worth), assets);
            findings.at_most(law, "burned shares,", Shares::ZERO, shares);
        }
        SharesWhy::Opening | SharesWhy::Dead | SharesWhy::NewSeries => {
            let par = Shares::from_units(assets.units().saturating_mul(PAR));
            findings.at_most(law, "shares at par,", par, shares);
        }
    }
}

/// Who pays the pool refills Senior's cash up to its claim first; who is paid takes Junior's cash
/// first. The books are those before the transfers.
fn cash(books: &Books, posted: &[Transfer], findings: &mut Findings) {
    let (mut senior, mut junior, mut claim) = (
        books.of(AccountKind::Senior),
        books.of(AccountKind::Junior),
        books.claim,
    );
    for transfer in posted {
        let pays = matches!(
            transfer.cause,
            Cause::LossRealised | Cause::FundingPaid | Cause::TakeoverGain | Cause::DeficitOpened
        );
        let paid = matches!(
            transfer.cause,
            Cause::ProfitRealised | Cause::FundingReceived
        );
        let (from, to) = (transfer.from.kind, transfer.to.kind);
        let amount = transfer.amount;
        if pays && (to == AccountKind::Senior || to == AccountKind::Junior) {
            findings.applied(Law::VaultCash);
            let missing = (claim - senior).or_zero();
            if to == AccountKind::Junior && missing.is_positive() {
                findings.broken(
                    Law::VaultCash,
                    format_args!("{missing} to Senior first"),
                    format_args!("{amount} to Junior"),
                );
            } else if to == AccountKind::Senior && amount > missing {
                findings.broken(
                    Law::VaultCash,
                    format_args!("at most {missing} to Senior"),
                    amount,
                );
            }
        }
        if paid && from == AccountKind::Senior {
            findings.applied(Law::VaultCash);
            if junior.is_positive() {
                findings.broken(
                    Law::VaultCash,
                    format_args!("{junior} of Junior first"),
                    format_args!("{amount} of Senior"),
                );
            }
        }
        for (kind, sign) in [(from, -1), (to, 1)] {
            let change = Usd::from_units(amount.units().saturating_mul(sign));
            match kind {
                AccountKind::Senior => senior += change,
                AccountKind::Junior => junior += change,
                _ => {}
            }
        }
        claim += claim_change(transfer);
    }
}

/// How a posting moves Senior's claim K (M-9.1).
pub(crate) fn claim_change(posted: &Transfer) -> Usd {
    let (from, to) = (posted.from.kind, posted.to.kind);
    match posted.cause {
        Cause::CapitalPaidIn | Cause::VaultDeposit | Cause::Recovery
            if to == AccountKind::Senior =>
        {
            posted.amount
        }
        Cause::Coupon | Cause::FeeToSenior => posted.amount,
        Cause::VaultRedemption if from == AccountKind::Senior => -posted.amount,
        Cause::SeniorLoss => -posted.amount,
        _ => Usd::ZERO,
    }
}
