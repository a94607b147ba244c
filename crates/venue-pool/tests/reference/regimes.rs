//! Markets to run streams in: small capital, so that every cap, gate and loss is near.
use std::rc::Rc;

use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Rate, Ratio, Time, Usd};
use seawall_venue::{Endowment, MarginTable, Setup, TrancheName, Venue};
use seawall_venue_pool::{AdlOrder, Balance, Funding, Params, PoolVenue, SmallerSide};

use super::door::{self, money, price, tokens};
use super::market::{Market, Opening};

/// Accounts are numbered from 0 up to this.
pub(crate) const ACCOUNTS: u32 = 6;
const CAPITAL: Usd = Usd::whole(100_000);
/// What the first providers have of the opening pool, in percent.
const PROVIDED: [i64; 2] = [40, 15];

/// Everything that a venue is started with.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) regime: u8,
    pub(crate) endowed: bool,
    params: Rc<Params>,
    table: Option<MarginTable>,
    endowments: Vec<Endowment>,
}

pub(crate) const REGIMES: u8 = 6;

impl World {
    pub(crate) fn new(regime: u8, endowed: bool) -> Self {
        let (params, table) = match regime {
            0 => (Params::btc(), None),
            1 => (hot(), None),
            2 => (common(), Some(ten_and_five())),
            3 => (early_adl(), None),
            4 => (linear(), None),
            _ => (thin(), None),
        };
        let endowments = match endowed {
            true => endowments(),
            false => Vec::new(),
        };
        Self { regime, endowed, params: Rc::new(params), table, endowments }
    }

    /// Providers and their parts of the opening pool.
    fn provided(&self) -> impl Iterator<Item = (u32, Usd)> {
        let percent = (CAPITAL - self.params.impact_pool).units() / 100;
        let part = move |share: i64| Usd::from_units(percent * i128::from(share)).unwrap();
        (0..).zip(PROVIDED.map(part))
    }

    pub(crate) fn venue(&self) -> PoolVenue {
        let setup = Setup {
            start: Time::from_secs(0),
            opening: "100".parse().unwrap(),
            margin: self.table,
            endowments: self.endowments.clone(),
            accounts: ACCOUNTS,
        };
        let mut venue = PoolVenue::new(setup, CAPITAL, (*self.params).clone()).unwrap();
        for (lp, amount) in self.provided() {
            let lp = BidderId::new(lp);
            venue.endow_lp(lp, TrancheName::Junior, amount).unwrap();
        }
        venue
    }

    pub(crate) fn market(&self) -> Market {
        let read = |each: &Endowment| {
            let (size, entry) = (tokens(each.size), price(each.entry));
            (each.account.number(), size, entry, money(each.margin))
        };
        Market::open(Opening {
            rules: door::rules(&self.params, self.table),
            accounts: ACCOUNTS,
            mark: price("100".parse::<Price>().unwrap()),
            capital: money(CAPITAL),
            impact_pool: money(self.params.impact_pool),
            endowments: self.endowments.iter().map(read).collect(),
            providers: self.provided().map(|(lp, amount)| (lp, money(amount))).collect(),
        })
    }
}

fn endowments() -> Vec<Endowment> {
    let rows = [
        (0, "700.12345678", "97.5", 9_000),
        (1, "-500.00000001", "103.33", 7_000),
        (3, "-90.5", "88.8888888888", 2_500),
    ];
    let read = |(account, size, entry, margin): (u32, &str, &str, i32)| Endowment {
        account: AccountId::new(account),
        size: size.parse::<Base>().unwrap(),
        entry: entry.parse().unwrap(),
        margin: Usd::whole(margin),
    };
    rows.map(read).to_vec()
}

/// Rates that matter within minutes, impact beyond its caps, the smaller side pays too.
fn hot() -> Params {
    let mut params = Params::btc();
    params.funding = Funding::SkewProportional { factor: Rate::whole(300), max: Rate::whole(120) };
    params.borrowing.base = Rate::whole(40);
    params.borrowing.above = Rate::whole(200);
    params.borrowing.optimal = Ratio::bps(3_000);
    params.borrowing.smaller_side = SmallerSide::Pays;
    params.impact.factor_negative = Ratio::units_i64(90_000_000_000); // 9e-8
    params.impact.factor_positive = Ratio::units_i64(80_000_000_000);
    params.impact.max_for_liquidation = Ratio::bps(20);
    params.impact_pool = Usd::whole(300);
    params.collateral.open_interest_multiplier = Ratio::units_i64(300_000_000_000); // 3e-7
    params
}

fn common() -> Params {
    let mut params = Params::btc();
    params.half_spread = Ratio::ZERO;
    params.funding = Funding::Constant { rate: Rate::whole(20) };
    params.impact.balance = Balance::EntryUsd;
    params.impact.factor_negative = Ratio::units_i64(20_000_000_000);
    params.impact.factor_positive = Ratio::units_i64(30_000_000_000); // above the negative one
    params.max_open_interest = Usd::whole(120_000);
    params.max_side_pool_for_deposit = Usd::whole(60_000);
    params.adl_order = AdlOrder::LargestReturn;
    params.fees.protocol_share = Ratio::ZERO;
    params
}

fn ten_and_five() -> MarginTable {
    MarginTable { initial: Ratio::bps(1_000), maintenance: Ratio::bps(500) }
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
    params
}

/// Both exponents one, all fees to the protocol.
fn linear() -> Params {
    let mut params = Params::btc();
    params.impact.exponent_negative = 1;
    params.impact.exponent_positive = 2;
    params.impact.factor_negative = Ratio::bps(8);
    params.impact.factor_positive = Ratio::bps(3);
    params.impact.max_negative = Ratio::bps(5);
    params.impact.max_positive = Ratio::bps(2);
    params.impact_pool = Usd::whole(5_000);
    params.fees.protocol_share = Ratio::ONE;
    params.funding = Funding::SkewProportional { factor: Rate::whole(9), max: Rate::whole(100) };
    params.borrowing.above = Rate::ZERO;
    params
}

/// Nearly all capital is the traders': profits run into the cash itself.
fn thin() -> Params {
    let mut params = Params::btc();
    params.impact_pool = Usd::whole(97_000);
    params.reserve_factor = Ratio::whole(90);
    params.open_interest_reserve_factor = Ratio::whole(80);
    params.pnl.traders = Ratio::ONE;
    params.pnl.adl = Ratio::ONE;
    params.pnl.after_adl = Ratio::ZERO;
    params.collateral.min_factor = Ratio::bps(20);
    params.collateral.min_factor_for_liquidation = Ratio::ZERO;
    params.collateral.min_usd = Usd::ZERO;
    params.impact.exponent_positive = 1;
    params
}
