//! What must remain of a position, in each venue.

use crate::books::{Books, Held};
use crate::findings::Findings;
use crate::fixed::{Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, Side, Venue};
use crate::record::Liquidation;
use crate::wide::{Round, mul_div, part, times, value};

/// How a requirement follows from a position.
#[derive(Debug)]
pub(crate) enum Requirement {
    /// One ratio of the notional, and the target of partial closes.
    Ratio { maintenance: Ratio, target: Ratio },
    /// Tiers of an order book, each with its deduction.
    Tiers(Vec<Tier>),
    /// A pool: a share of the entry value, at least an amount.
    Pool(Pool),
}

/// From this notional on, this rate less this deduction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tier {
    above: Usd,
    rate: Ratio,
    deduction: Usd,
}

/// What a pool's test needs.
#[derive(Debug)]
pub(crate) struct Pool {
    factor: Ratio,
    least: Usd,
    fees: [Ratio; 2],
    cap: Ratio,
    /// Most price impact that the test counts as a cost, over the size.
    impact: Ratio,
}

impl Requirement {
    /// The venue's requirement, where the header states it.
    pub(crate) fn of(books: &Books) -> Option<Self> {
        let at = &books.parameters;
        let common = books.margin.maintenance;
        Some(match books.venue {
            Venue::Tranched => {
                let maintenance = common?;
                let target = at.ratio("waterfall.partial.target").unwrap_or(Ratio::ONE);
                Self::Ratio {
                    maintenance,
                    target: times(maintenance, target, Round::Floor),
                }
            }
            Venue::Hyperliquid => match common {
                Some(rate) => Self::Tiers(vec![Tier {
                    above: Usd::ZERO,
                    rate,
                    deduction: Usd::ZERO,
                }]),
                None => Self::Tiers(tiers(books)?),
            },
            Venue::Gmx => Self::Pool(Pool {
                factor: common.or_else(|| at.ratio("collateral.min_factor_for_liquidation"))?,
                least: at.usd("collateral.min_usd")?,
                fees: [at.ratio("fees.improving")?, at.ratio("fees.worsening")?],
                cap: at.ratio("pnl.traders")?,
                impact: at.ratio("impact.max_for_liquidation")?,
            }),
        })
    }

    /// What must remain of a position at the mark, rounded up.
    pub(crate) fn of_position(&self, books: &Books, held: &Held) -> Usd {
        let notional = held.notional(books.mark);
        match self {
            Self::Ratio { maintenance, .. } => times(notional, *maintenance, Round::Ceil),
            Self::Tiers(tiers) => {
                let tier = tiers.iter().rev().find(|tier| tier.above <= notional);
                tier.map_or(Usd::ZERO, |tier| {
                    (times(notional, tier.rate, Round::Ceil) - tier.deduction).or_zero()
                })
            }
            Self::Pool(pool) => times(held.cost.abs(), pool.factor, Round::Ceil).max(pool.least),
        }
    }

    /// The equity at which a position leaves the auction (M-8.2).
    pub(crate) fn target(&self, held: &Held, books: &Books) -> Usd {
        match self {
            Self::Ratio { target, .. } => times(held.notional(books.mark), *target, Round::Ceil),
            _ => self.of_position(books, held),
        }
    }

    /// A pool compares what remains after the closing fee. The fee has two rates, by what the close
    /// does to the balance of the sides: one of them must fit. Where the test counts price impact,
    /// which is not derived, it may lower what remains by its share of the size at most.
    pub(crate) fn pool_figures(&self, books: &Books, taken: &Liquidation, findings: &mut Findings) {
        let Self::Pool(pool) = self else { return };
        let holder = Account::margin(taken.account);
        let held = books.held(holder);
        let required = self.of_position(books, &held);
        findings.equal(
            Law::LiquidationFigures,
            "requirement",
            required,
            taken.maintenance,
        );
        let owed = books.levels.parts(&held);
        let pnl = books.capped(pool.cap, &held);
        let before = books.balance(holder) + pnl - owed.utilisation - owed.funding;
        let [improving, worsening] = pool
            .fees
            .map(|rate| before - times(held.cost.abs(), rate, Round::Ceil));
        findings.applied(Law::LiquidationFigures);
        let impact = times(held.cost.abs(), pool.impact, Round::Ceil);
        let lowered =
            |remaining: Usd| taken.equity <= remaining && taken.equity >= remaining - impact;
        if !lowered(improving) && !lowered(worsening) {
            findings.broken(
                Law::LiquidationFigures,
                format_args!("{improving} or {worsening} remaining"),
                taken.equity,
            );
        }
        findings.applied(Law::LiquidationTrigger);
        if taken.equity >= required && taken.equity.is_positive() {
            findings.broken(
                Law::LiquidationTrigger,
                format_args!("less than {required} remaining"),
                taken.equity,
            );
        }
    }
}

impl Books {
    /// A pool's own cash: without the funding that is in passage from one side to the other.
    fn own_cash(&self) -> Usd {
        self.of(crate::names::AccountKind::Pool) - self.funding_float
    }

    /// One side's half of the pool, rounded down.
    pub(crate) fn side_pool(&self) -> Usd {
        part(self.own_cash().or_zero(), 1, 2, Round::Floor)
    }

    /// A side's open profit at the price that is worse for the pool, rounded up.
    pub(crate) fn side_pnl_max(&self, side: Side) -> Usd {
        let (prices, totals) = (self.prices(), self.totals.side(side));
        match side {
            Side::Long => value(totals.size, prices.max, Round::Ceil) - totals.cost.abs(),
            Side::Short => totals.cost.abs() - value(totals.size, prices.min, Round::Floor),
        }
    }

    /// A position's profit at the worse price, after the cap on its side's profits, rounded down.
    pub(crate) fn capped(&self, cap: Ratio, held: &Held) -> Usd {
        let (prices, size) = (self.prices(), held.size.abs());
        let Some(side) = held.side() else {
            return Usd::ZERO;
        };
        let pnl = match side {
            Side::Long => value(size, prices.min, Round::Floor) - held.cost.abs(),
            Side::Short => held.cost.abs() - value(size, prices.max, Round::Ceil),
        };
        let (open, cap) = (
            self.side_pnl_max(side),
            times(self.side_pool(), cap, Round::Floor),
        );
        match pnl.is_positive() && open > cap {
            true => part(pnl, cap.units(), open.units(), Round::Floor),
            false => pnl,
        }
    }
}

/// An order book's own tiers: maintenance is half of the initial margin at the highest leverage.
fn tiers(books: &Books) -> Option<Vec<Tier>> {
    let mut tiers: Vec<Tier> = Vec::new();
    for row in books.parameters.at("tiers")?.as_array()? {
        let above = Usd::parse_short(row.get("above")?.as_str()?)?;
        let leverage = i128::from(row.get("max_leverage")?.as_u64()?.max(1));
        let rate = mul_div(Ratio::ONE_UNITS, 1, leverage.saturating_mul(2), Round::Ceil)?;
        let rate = Ratio::from_units(rate);
        let deduction = tiers.last().map_or(Usd::ZERO, |last| {
            last.deduction + times(above, rate - last.rate, Round::Floor)
        });
        tiers.push(Tier {
            above,
            rate,
            deduction,
        });
    }
    Some(tiers)
}
