//! The pool beside the market in the contracts' own units: the same random commands through both.
//!
//! The market has a single stable token of six decimals and an index token of eight, so that the
//! ledger's grid and the tokens' units are the same, and prices from 100 to 400 USD, so that one
//! unit of the index token, the grid of the market's pending impact, is one to four units of money.
//! What differs is where a figure is rounded and the seventeenth digit of a square; hence the
//! balances are the same up to [`PER_STEP`] units for each step that an account took, or the pool.
//!
//! Three things are different by design and kept out or added back: what impact costs beyond its
//! cap (the market keeps it for the trader), funding that a bankrupt payer owes (the market leaves
//! it to the receivers), and the impact pool, which is cash of its own here and part of the pool
//! there: with borrowing, which goes by the size of the pool, impact is off.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests
mod world;

use proptest::prelude::*;
use seawall_gmx::decrease::{Decrease, DecreaseReport, Kind};
use seawall_gmx::increase::Increase;
use seawall_gmx::liquidation::{Purpose, health};
use seawall_gmx::{
    ByToken, DepositTerms, Market, ONE, PoolToken, Position, Preset, Price, Prices, U256,
    WithdrawalTerms, fees::Dues,
};
use seawall_ledger::{Account, BidderId};
use seawall_units::{Base, Ratio, Side, Usd};
use seawall_venue::{Command, Event, FillRule, TrancheName, Venue};
use seawall_venue_pool::{Params, PoolVenue};
use world::*;

/// Units of 10⁻⁶ USD by which one step may move one balance apart: funding, what is claimed in two
/// halves, borrowing, two fees and a profit are rounded at different places, and pending impact to
/// one unit of the index token. The most that 1,500 streams showed is 3.
const PER_STEP: i128 = 8;
const ACCOUNTS: usize = 6;
const CAPITAL: u128 = 20_000_000;
const IMPACT_POOL: u128 = 1_000_000;

/// What is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Regime {
    /// Impact with gains, and no borrowing.
    Impact,
    /// Borrowing, and no impact.
    Borrowing,
}

#[derive(Debug, Clone)]
enum Step {
    /// Seconds, and where the mark goes in cents.
    Wait(u64, i64),
    /// Account, whether it buys, tokens and margin in percent of the notional.
    Order(usize, bool, i64, i64),
    Close(usize),
    Half(usize),
    Deposit(i64),
    Withdraw(i64),
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1_u64..40_000, 10_000_i64..40_000).prop_map(|(wait, cents)| Step::Wait(wait, cents)),
        6 => (0..ACCOUNTS, any::<bool>(), 1_i64..800, 2_i64..40)
            .prop_map(|(who, buys, tokens, percent)| Step::Order(who, buys, 2 * tokens, percent)),
        2 => (0..ACCOUNTS).prop_map(Step::Close),
        2 => (0..ACCOUNTS).prop_map(Step::Half),
        1 => (1_i64..100_000).prop_map(Step::Deposit),
        1 => (1_i64..100_000).prop_map(Step::Withdraw),
    ]
}

fn params(regime: Regime) -> Params {
    let mut params = Params::btc();
    params.max_open_interest = Usd::whole(1_000_000_000);
    params.max_side_pool_for_deposit = Usd::whole(1_000_000_000);
    match regime {
        Regime::Impact => {
            params.impact_pool = Usd::whole(i32::try_from(IMPACT_POOL).unwrap());
            params.impact.factor_negative = "0.00000002".parse().unwrap();
            params.impact.factor_positive = "0.000000015".parse().unwrap();
            params.borrowing.base = seawall_units::Rate::ZERO;
            params.borrowing.above = seawall_units::Rate::ZERO;
        }
        Regime::Borrowing => {
            params.impact.factor_negative = Ratio::ZERO;
            params.impact.factor_positive = Ratio::ZERO;
        }
    }
    params
}

fn contracts(regime: Regime) -> Market {
    let mut params = Preset::Btc.market().unwrap().params;
    params.single_token = true;
    params.virtual_inventory = false;
    let most = ONE * 1_000_000_000;
    params.max_open_interest.long = most;
    params.max_open_interest.short = most;
    params.max_pool_usd_for_deposit = ByToken {
        long: most,
        short: most,
    };
    params.max_pool_amount = ByToken {
        long: U256::MAX,
        short: U256::MAX,
    };
    params.fees.swap_improving = U256::ZERO;
    params.fees.swap_worsening = U256::ZERO;
    params.swap_impact.negative_factor = U256::ZERO;
    params.swap_impact.positive_factor = U256::ZERO;
    let rest = seawall_gmx::BorrowingCurve::Kink {
        optimal: ONE / 2,
        base: U256::ZERO,
        above: U256::ZERO,
    };
    match regime {
        Regime::Impact => {
            params.impact.negative_factor = ONE / 50_000_000;
            params.impact.positive_factor = ONE * 15 / 1_000_000_000;
            params.borrowing.long = rest.clone();
            params.borrowing.short = rest;
        }
        Regime::Borrowing => {
            params.impact.negative_factor = U256::ZERO;
            params.impact.positive_factor = U256::ZERO;
        }
    }
    let mut market = Market::new(params).unwrap();
    market.pool.long = U256::new(CAPITAL * 1_000_000);
    // As many index tokens as are worth the venue's impact pool at the lowest price, or more.
    if regime == Regime::Impact {
        market.impact_pool = U256::new(IMPACT_POOL / 100 * 100_000_000);
    }
    market.supply = seawall_gmx::ONE_TOKEN * CAPITAL;
    market
}

fn units(number: U256) -> i128 {
    i128::try_from(number).unwrap()
}

/// Both markets.
struct Both {
    venue: PoolVenue,
    market: Market,
    positions: Vec<Option<Position>>,
    prices: Prices,
    now: u64,
    cents: i64,
    /// Money that accounts put into the venue from outside.
    into_venue: Vec<i128>,
    /// Money that accounts got out of the contracts' market, less what they put in.
    from_market: Vec<i128>,
    /// Impact beyond its cap that the contracts keep for traders.
    claimable: i128,
    /// Funding that bankrupt payers owed.
    unpaid_funding: i128,
    /// Steps that each account took.
    taken: Vec<i128>,
    all_taken: i128,
    /// How many positions were liquidated.
    liquidated: u32,
}

impl Both {
    fn new(regime: Regime) -> Self {
        let capital = CAPITAL.to_string();
        let mut venue = venue(setup("200", vec![]), &capital, params(regime));
        let lp = BidderId::new(0);
        let half = Usd::whole(i32::try_from(CAPITAL / 4).unwrap());
        venue.endow_lp(lp, TrancheName::Junior, half).unwrap();
        let mut both = Self {
            venue,
            market: contracts(regime),
            positions: vec![None; ACCOUNTS],
            prices: priced(20_000),
            now: 0,
            cents: 20_000,
            into_venue: vec![0; ACCOUNTS],
            from_market: vec![0; ACCOUNTS],
            claimable: 0,
            unpaid_funding: 0,
            taken: vec![0; ACCOUNTS],
            all_taken: 0,
            liquidated: 0,
        };
        both.market.accrue(&both.prices, 0).unwrap();
        both
    }

    fn count(&mut self, who: usize) {
        self.taken[who] += 1;
        self.all_taken += 1;
    }

    /// Gives whether both still agree on who is to be liquidated.
    fn step(&mut self, step: &Step) -> bool {
        match *step {
            Step::Wait(wait, cents) => return self.wait(wait, cents),
            Step::Order(who, buys, tokens, percent) => self.order(who, (buys, tokens), percent),
            Step::Close(who) => self.close(who, 1),
            Step::Half(who) => self.close(who, 2),
            Step::Deposit(whole) => self.deposit(whole),
            Step::Withdraw(whole) => self.withdraw(whole),
        }
        true
    }

    fn wait(&mut self, wait: u64, cents: i64) -> bool {
        self.now += wait;
        // A step of the price, at most a tenth.
        let near = self.cents / 10;
        self.cents = cents.clamp(self.cents - near, self.cents + near);
        self.prices = priced(self.cents);
        let text = format!("{}.{:02}", self.cents / 100, self.cents % 100);
        observe(&mut self.venue, self.now, price(&text));
        self.market.accrue(&self.prices, self.now).unwrap();
        self.venue.drain_told();
        self.venue.liquidate();
        let told = self.venue.drain_told();
        for told in told {
            if let Event::Liquidation(closed) = told.event {
                let who = closed.account.index();
                let Some(mut position) = self.positions[who].take() else {
                    panic!("a position that is liquidated is in both");
                };
                let close = self.market.liquidate(&mut position, &self.prices, self.now);
                let Ok(report) = close else {
                    return self.is_at_the_edge(&position);
                };
                self.liquidated += 1;
                self.book(who, &report.decrease);
            }
        }
        self.positions.iter().flatten().all(|position| {
            let dues = Dues::of(&self.market, position).unwrap();
            let found = health(
                &self.market,
                position,
                &self.prices,
                &dues,
                Purpose::Liquidation,
            );
            found.unwrap().reason.is_none() || self.is_at_the_edge(position)
        })
    }

    /// Whether what remains of a position is what must, but for rounding; stops the stream.
    fn is_at_the_edge(&self, position: &Position) -> bool {
        let dues = Dues::of(&self.market, position).unwrap();
        let found = health(
            &self.market,
            position,
            &self.prices,
            &dues,
            Purpose::Liquidation,
        );
        let found = found.unwrap();
        let least = ONE.max(found.required);
        let off = found.remaining - seawall_gmx::signed(least).unwrap();
        let edge = (self.all_taken + 1) * PER_STEP;
        assert!(
            off.unsigned_abs() <= U256::try_from(edge).unwrap() * (ONE / 1_000_000),
            "{off}"
        );
        false
    }

    fn order(&mut self, who: usize, (buys, tokens): (bool, i64), percent: i64) {
        let side = if buys { Side::Long } else { Side::Short };
        if self.positions[who].is_some_and(|held| held.side != side) {
            return;
        }
        let per_token = match side {
            Side::Long => self.prices.index.max,
            Side::Short => self.prices.index.min,
        };
        let size_usd = per_token * u128::try_from(tokens).unwrap() * 100_000_000;
        let margin = units(size_usd / (ONE / 1_000_000)) * i128::from(percent) / 100;
        let free = balance(
            &self.venue,
            Account::Free(account(u32::try_from(who).unwrap())),
        );
        let signed = Base::whole(i32::try_from(if buys { tokens } else { -tokens }).unwrap());
        let order = Command::Order {
            account: account(u32::try_from(who).unwrap()),
            size: signed,
            margin: Usd::from_units(margin).unwrap(),
            limit: None,
            fill: FillRule::Partial,
        };
        let before = self.positions[who];
        let mut position = before.unwrap_or_else(|| Position::empty(side, PoolToken::Long));
        let increase = Increase {
            collateral: U256::try_from(margin).unwrap(),
            size_usd,
            acceptable_price: None,
        };
        let mut market = self.market.clone();
        let done = market.increase(&mut position, &increase, &self.prices, self.now);
        let got = self.venue.commit(&order);
        match (got, done) {
            (Ok(_), Ok(report)) => {
                self.market = market;
                self.positions[who] = Some(position);
                let claims = report.fees.claim;
                self.from_market[who] += units(claims.long + claims.short) - margin;
                self.into_venue[who] += (margin - free.units()).max(0);
                self.count(who);
            }
            (Err(_), Err(_)) => {}
            // Collateral that is at a limit but for rounding: neither market takes it here.
            (got, done) => panic!("{got:?} against {done:?}"),
        }
    }

    fn close(&mut self, who: usize, part: i128) {
        let Some(mut position) = self.positions[who] else {
            return;
        };
        let number = u32::try_from(who).unwrap();
        let view = self.venue.position(account(number)).unwrap();
        let (size, cost) = (view.size.units(), view.cost.units());
        if size % part != 0 || cost % part != 0 || (size / part) % 2 != 0 {
            return;
        }
        let order = Command::Order {
            account: account(number),
            size: Base::from_units(-size / part).unwrap(),
            margin: Usd::ZERO,
            limit: None,
            fill: FillRule::Partial,
        };
        let delta = position.size_usd / U256::try_from(part).unwrap();
        let mut market = self.market.clone();
        let decrease = Decrease::of(Kind::Order, delta);
        let done = market.decrease(&mut position, &decrease, &self.prices, self.now);
        let got = self.venue.commit(&order);
        match (got, done) {
            (Ok(_), Ok(report)) => {
                self.market = market;
                self.positions[who] = (!report.closed).then_some(position);
                self.book(who, &report);
            }
            (Err(_), Err(_)) => {}
            (got, done) => panic!("{got:?} against {done:?}"),
        }
    }

    fn book(&mut self, who: usize, report: &DecreaseReport) {
        let out = &report.outputs;
        let claims = report.fees.claim;
        let all = out.collateral + out.secondary + claims.long + claims.short;
        self.from_market[who] += units(all);
        self.claimable += units(out.claimable.long + out.claimable.short);
        self.unpaid_funding += units(report.funding_shortfall);
        self.count(who);
    }

    fn deposit(&mut self, whole: i64) {
        let lp = BidderId::new(0);
        let amount = Usd::whole(i32::try_from(whole).unwrap());
        let provide = Command::Provide {
            lp,
            tranche: TrancheName::Junior,
            amount,
        };
        self.venue.commit(&provide).unwrap();
        self.venue.attribute();
        let amounts = ByToken {
            long: U256::try_from(amount.units()).unwrap(),
            short: U256::ZERO,
        };
        self.market
            .deposit(&self.prices, amounts, DepositTerms::at(self.now))
            .unwrap();
        self.all_taken += 1;
    }

    /// The contracts' market is asked for the tokens that are worth the amount.
    fn withdraw(&mut self, whole: i64) {
        let amount = Usd::whole(i32::try_from(whole).unwrap());
        let redeem = Command::Redeem {
            lp: BidderId::new(0),
            tranche: TrancheName::Junior,
            amount,
        };
        if self.venue.commit(&redeem).is_err() {
            return;
        }
        let before = balance(&self.venue, Account::Pool);
        self.venue.attribute();
        assert_eq!(before - balance(&self.venue, Account::Pool), amount);
        let how = seawall_gmx::value::Valuation::for_withdrawal(self.now);
        let value = seawall_gmx::value::pool_value(&self.market, &self.prices, how).unwrap();
        let worth = value.value.unsigned_abs();
        let usd = U256::try_from(amount.units()).unwrap() * (ONE / 1_000_000);
        let tokens =
            seawall_gmx::mul_div(self.market.supply, usd, worth, seawall_gmx::Rounding::Up);
        let terms = WithdrawalTerms::at(self.now);
        self.market
            .withdraw(&self.prices, tokens.unwrap(), terms)
            .unwrap();
        self.all_taken += 1;
    }

    /// Every balance within its bound.
    fn compare(&self) {
        for who in 0..ACCOUNTS {
            let number = account(u32::try_from(who).unwrap());
            let held = balance(&self.venue, Account::Margin(number))
                + balance(&self.venue, Account::Free(number));
            let own = held.units() - self.into_venue[who];
            let collateral = self.positions[who].map_or(0, |held| units(held.collateral));
            let other = collateral + self.from_market[who];
            let bound = self.taken[who] * PER_STEP;
            assert!(
                (own - other).abs() <= bound,
                "account {who}: {own} {other}, {bound}"
            );
            let view = self.venue.position(number);
            let sizes = view.map(|view| (view.size.abs().units(), view.cost.abs().units()));
            let others = self.positions[who].map(|held| {
                (
                    units(held.size_tokens),
                    units(held.size_usd / (ONE / 1_000_000)),
                )
            });
            assert_eq!(sizes, others, "the sizes of account {who} are the same");
        }
        let bound = (self.all_taken + 1) * PER_STEP;
        let pool = balance(&self.venue, Account::Pool) - self.venue.funding_float();
        let impact = balance(&self.venue, Account::ImpactPool);
        let own = (pool + impact).units() - self.claimable + self.unpaid_funding;
        let other = units(self.market.pool.long);
        assert!((own - other).abs() <= bound, "pool: {own} {other}, {bound}");
        let own = balance(&self.venue, Account::Protocol).units();
        let other = units(self.market.protocol_fees.long + self.market.protocol_fees.short);
        assert!(
            (own - other).abs() <= bound,
            "protocol: {own} {other}, {bound}"
        );
    }
}

/// The feed's bid and ask one basis point around the mark, per smallest unit of the index token.
fn priced(cents: i64) -> Prices {
    let cents = u128::try_from(cents).unwrap();
    // USD with thirty decimals per 10⁻⁸ of a token: 10²² a dollar, 10²⁰ a cent.
    let at = |basis: u128| U256::new(cents * basis) * U256::new(10).pow(16);
    let one = Price::at(U256::new(10).pow(24));
    Prices {
        index: Price {
            min: at(9_999),
            max: at(10_001),
        },
        long: one,
        short: one,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pool_is_the_contracts_market_on_the_ledgers_grid(
        with_impact in any::<bool>(),
        steps in prop::collection::vec(steps(), 10..60),
    ) {
        let regime = if with_impact { Regime::Impact } else { Regime::Borrowing };
        let mut both = Both::new(regime);
        for step in &steps {
            if !both.step(step) {
                break;
            }
            both.compare();
        }
    }
}

/// One stream by hand: two sides, funding that walks, a half, a liquidation and the rest.
#[test]
fn a_stream_with_a_liquidation_is_the_same() {
    for regime in [Regime::Impact, Regime::Borrowing] {
        let mut both = Both::new(regime);
        for step in [
            Step::Order(0, true, 800, 30),
            Step::Order(1, false, 600, 5),
            Step::Wait(40_000, 20_500),
            Step::Half(0),
            Step::Deposit(5_000),
            Step::Wait(20_000, 22_000),
            Step::Withdraw(2_500),
            Step::Wait(600, 23_000),
            Step::Close(0),
        ] {
            assert!(both.step(&step));
            both.compare();
        }
        assert_eq!(both.liquidated, 1, "{regime:?}");
    }
}
