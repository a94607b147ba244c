//! Markets to run streams in: small capital, so that every cap, gate and loss is near.
use std::rc::Rc;

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Rate, Ratio, Time, Usd};
use seawall_venue::{Endowment, MarginTable, Setup, SetupError, TrancheName, Venue};
use seawall_venue_pool::{
    AdaptiveFunding, AdlOrder, Balance, BorrowingCurve, Funding, FundingQuirks, Params, PoolVenue,
    SmallerSide, VirtualInventory,
};

use super::door::{self, Answer, money, price, tokens};
use super::market::{Market, Opening};

/// Accounts are numbered from 0 up to this.
pub(crate) const ACCOUNTS: u32 = 6;
const CAPITAL: i32 = 100_000;
pub(crate) const REGIMES: u8 = 8;

/// From which regime each group of parameters is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Picks {
    pub(crate) groups: [u8; 8],
    pub(crate) endowed: u8,
    /// By how much capital and orders are larger than in the smallest market.
    pub(crate) scale: i32,
}

/// Everything that a venue is started with.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) picks: Picks,
    params: Rc<Params>,
    table: Option<MarginTable>,
    pub(crate) endowments: Vec<Endowment>,
    /// Endowments with which the market may not be opened, and why; it is opened without them.
    pub(crate) refused: Option<(Vec<Endowment>, Answer)>,
    /// What the first providers have of the opening pool, in percent.
    provided: [i64; 2],
}

fn regime(number: u8, scale: i32) -> Params {
    match number {
        0 => Params::btc(),
        1 => hot(scale),
        2 => level(scale),
        3 => early_adl(),
        4 => linear(scale),
        5 => restless(scale),
        6 => fractional(scale),
        _ => thin(scale),
    }
}

fn mixed(picks: Picks) -> Params {
    let of = |group: usize| regime(picks.groups[group], picks.scale);
    let (limits, profit) = (of(0), of(7));
    Params {
        impact_pool: of(1).impact_pool,
        impact: of(2).impact,
        collateral: of(3).collateral,
        fees: of(4).fees,
        borrowing: of(5).borrowing,
        funding: of(6).funding,
        pnl: profit.pnl,
        adl_order: profit.adl_order,
        ..limits
    }
}

impl World {
    pub(crate) fn new(picks: Picks) -> Self {
        let (pool, collateral) = (picks.groups[1], picks.groups[3]);
        let mut world = Self {
            picks,
            params: Rc::new(mixed(picks)),
            table: (collateral == 2).then(ten_and_five),
            endowments: endowments(picks),
            refused: None,
            provided: if pool == 7 { [100, 0] } else { [55, 15] },
        };
        if let Some(why) = world.market().refusal() {
            world.refused = Some((std::mem::take(&mut world.endowments), why));
        }
        world
    }

    fn capital(&self) -> Usd {
        Usd::whole(CAPITAL * self.picks.scale)
    }

    /// Providers and their parts of the opening pool.
    fn provided(&self) -> impl Iterator<Item = (u32, Usd)> {
        let percent = (self.capital() - self.params.impact_pool).units() / 100;
        let part = move |share: i64| Usd::from_units(percent * i128::from(share)).unwrap();
        (0..).zip(self.provided.map(part))
    }

    /// The engine's market, or what it says against it.
    pub(crate) fn venue(&self, endowments: &[Endowment]) -> Result<PoolVenue, SetupError> {
        let setup = Setup {
            start: Time::from_secs(0),
            opening: "100".parse().unwrap(),
            margin: self.table,
            endowments: endowments.to_vec(),
            accounts: ACCOUNTS,
        };
        let venue = PoolVenue::new(setup, self.capital(), (*self.params).clone())?;
        let mut venue = venue.with_keeper(door::KEEPER);
        for (lp, amount) in self.provided() {
            let lp = BidderId::new(lp);
            venue.endow_lp(lp, TrancheName::Junior, amount).unwrap();
        }
        Ok(venue)
    }

    /// The model's market, and whether such a one may be opened.
    pub(crate) fn market(&self) -> Market {
        let read = |each: &Endowment| {
            let (size, entry) = (tokens(each.size), price(each.entry));
            (each.account.number(), size, entry, money(each.margin))
        };
        Market::open(Opening {
            rules: door::rules(&self.params, self.table),
            accounts: ACCOUNTS,
            mark: price("100".parse::<Price>().unwrap()),
            capital: money(self.capital()),
            impact_pool: money(self.params.impact_pool),
            endowments: self.endowments.iter().map(read).collect(),
            providers: self
                .provided()
                .map(|(lp, amount)| (lp, money(amount)))
                .collect(),
        })
    }
}

/// Account, signed size, entry, margin.
type Row = (u32, &'static str, &'static str, i32);

const STANDARD: &[Row] = &[
    (0, "700.12345678", "97.5", 9_000),
    (1, "-500.00000001", "103.33", 7_000),
    (3, "-90.5", "88.8888888888", 2_500),
];
/// Close to its liquidation, or beyond it where the table is stricter.
const WEAK: &[Row] = &[
    (0, "300", "101", 700),
    (2, "-350", "99.5", 420),
    (5, "20.00000003", "100", 60),
];
/// A profit that is more than the pool will pay.
const RICH: &[Row] = &[
    (1, "500", "12", 6_000),
    (4, "-450", "170.00000001", 5_000),
    (5, "100", "40", 300),
];
/// Equal ones: every order among them is by account.
const TWINS: &[Row] = &[
    (5, "-400.1", "101", 3_000),
    (2, "-400.1", "101", 3_000),
    (3, "-400.1", "101", 3_000),
    (1, "400.1", "99", 3_000),
    (0, "400.1", "99", 3_000),
];
/// As much on either side.
const LEVEL: &[Row] = &[(0, "450", "100", 2_600), (1, "-450", "100", 2_600)];
/// Sets of endowments, the last of them beyond the limits of every regime.
const SETS: &[&[Row]] = &[
    &[],
    STANDARD,
    WEAK,
    RICH,
    TWINS,
    LEVEL,
    &[(0, "15000", "100", 900_000)],
];

pub(crate) fn sets() -> u8 {
    u8::try_from(SETS.len()).unwrap()
}

fn endowments(picks: Picks) -> Vec<Endowment> {
    let read = |(account, size, entry, margin): &Row| {
        let size: Base = size.parse().unwrap();
        Endowment {
            account: AccountId::new(*account),
            size: Base::from_units(size.units() * i128::from(picks.scale)).unwrap(),
            entry: entry.parse().unwrap(),
            margin: Usd::whole(margin * picks.scale),
        }
    };
    SETS[usize::from(picks.endowed)].iter().map(read).collect()
}

/// A ratio per USD of open interest, the same to a larger market.
fn per_usd(units: i64, scale: i32) -> Ratio {
    Ratio::units_i64(units / i64::from(scale))
}

/// Rates that matter within minutes, impact beyond its caps, the smaller side pays too.
fn hot(scale: i32) -> Params {
    let mut params = Params::btc();
    params.funding = Funding::SkewProportional {
        factor: Rate::whole(300),
        max: Rate::whole(120),
    };
    params.borrowing.base = Rate::whole(40);
    params.borrowing.above = Rate::whole(200);
    params.borrowing.optimal = Ratio::bps(3_000);
    params.borrowing.smaller_side = SmallerSide::Pays;
    params.impact.factor_negative = per_usd(90_000_000_000, scale); // 9e-8
    params.impact.factor_positive = per_usd(80_000_000_000, scale);
    params.impact.max_for_liquidation = Ratio::bps(20);
    params.impact_pool = Usd::whole(300 * scale);
    params.collateral.open_interest_multiplier = per_usd(300_000_000_000, scale); // 3e-7
    params
}

/// No spread, a constant rate, entry prices for the balance, no share of the protocol.
fn level(scale: i32) -> Params {
    let mut params = Params::btc();
    params.half_spread = Ratio::ZERO;
    params.funding = Funding::Constant {
        rate: Rate::whole(20),
    };
    params.impact.balance = Balance::EntryUsd;
    params.impact.factor_negative = per_usd(20_000_000_000, scale);
    params.impact.factor_positive = per_usd(30_000_000_000, scale); // above the negative one
    params.max_open_interest = Usd::whole(120_000 * scale);
    params.max_side_pool_for_deposit = Usd::whole(60_000 * scale);
    params.oracle.quorum = 1;
    params.adl_order = AdlOrder::LargestReturn;
    params.fees.protocol_share = Ratio::ZERO;
    params
}

fn ten_and_five() -> MarginTable {
    MarginTable {
        initial: Ratio::bps(1_000),
        maintenance: Ratio::bps(500),
    }
}

/// Winners are cut and closed early, and the keeper names the largest position.
fn early_adl() -> Params {
    let mut params = Params::btc();
    params.half_spread = Ratio::bps(30);
    params.pnl.traders = Ratio::bps(4_000);
    params.pnl.adl = Ratio::bps(3_500);
    params.pnl.after_adl = Ratio::bps(2_000);
    params.pnl.deposits = Ratio::bps(4_000);
    params.pnl.withdrawals = Ratio::bps(3_000);
    params.adl_order = AdlOrder::LargestPosition;
    params.funding = Funding::None;
    params.reserve_factor = Ratio::bps(15_000);
    params.oracle.quorum = 3;
    params.oracle.max_age = 4;
    params.oracle.max_deviation = Ratio::bps(25);
    params
}

/// Both exponents one, all fees to the protocol.
fn linear(scale: i32) -> Params {
    let mut params = Params::btc();
    params.impact.exponent_negative = Ratio::ONE;
    params.impact.exponent_positive = Ratio::whole(2);
    params.impact.factor_negative = Ratio::bps(8);
    params.impact.factor_positive = Ratio::bps(3);
    params.impact.max_negative = Ratio::bps(5);
    params.impact.max_positive = Ratio::bps(2);
    params.impact_pool = Usd::whole(5_000 * scale);
    params.fees.protocol_share = Ratio::ONE;
    params.funding = Funding::SkewProportional {
        factor: Rate::whole(9),
        max: Rate::whole(100),
    };
    params.borrowing.above = Rate::ZERO;
    params
}

/// A funding rate that walks within minutes, without the quirks of the contracts; other markets
/// that are net long, and a keeper who names the oldest.
fn restless(scale: i32) -> Params {
    let mut params = Params::btc();
    params.funding = Funding::Adaptive(AdaptiveFunding {
        max: Rate::whole(200),
        min: Rate::whole(2),
        rise: 300,
        fall: 3_000,
        stable_threshold: Ratio::bps(6_000),
        decrease_threshold: Ratio::bps(3_000),
        quirks: FundingQuirks {
            reset_when_one_sided: false,
            zero_rate_charges_longs: false,
            decay_keeps_sign: false,
        },
    });
    params.impact.virtual_inventory = VirtualInventory::Others(Base::whole(-300 * scale));
    params.impact.factor_negative = per_usd(30_000_000_000, scale);
    params.impact.factor_positive = per_usd(20_000_000_000, scale);
    params.adl_order = AdlOrder::Oldest;
    params.pnl = early_adl().pnl;
    params
}

/// Powers with broken exponents, other markets that are net short in USD, and a keeper who draws.
fn fractional(scale: i32) -> Params {
    let mut params = Params::doge();
    params.funding = Funding::Adaptive(AdaptiveFunding {
        max: Rate::whole(100),
        min: Rate::whole(1),
        rise: 600,
        fall: 600,
        stable_threshold: Ratio::bps(5_000),
        decrease_threshold: Ratio::bps(5_000),
        quirks: FundingQuirks::default(),
    });
    params.impact.exponent_positive = Ratio::bps(14_000);
    params.impact.balance = Balance::EntryUsd;
    params.impact.virtual_inventory = VirtualInventory::Others("150.5".parse::<Base>().unwrap());
    params.impact_pool = Usd::whole(2_000 * scale);
    params.borrowing.curve = BorrowingCurve::Power {
        factor: "0.05".parse().unwrap(),
        exponent: "1.25".parse().unwrap(),
    };
    params.adl_order = AdlOrder::Random;
    params.pnl = early_adl().pnl;
    params
}

/// Nearly all capital is the traders': profits run into the cash itself.
fn thin(scale: i32) -> Params {
    let mut params = Params::btc();
    params.impact_pool = Usd::whole(97_000 * scale);
    params.reserve_factor = Ratio::whole(90);
    params.open_interest_reserve_factor = Ratio::whole(80);
    params.pnl.traders = Ratio::ONE;
    params.pnl.adl = Ratio::ONE;
    params.pnl.after_adl = Ratio::ZERO;
    params.collateral.min_factor = Ratio::bps(20);
    params.collateral.min_factor_for_liquidation = Ratio::ZERO;
    params.collateral.min_usd = Usd::ZERO;
    params.impact.exponent_positive = Ratio::ONE;
    params
}
