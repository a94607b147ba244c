//! A random life of a whole market: whatever happens, every token is somewhere, the sums over the
//! positions are the positions' sums, a refused step changes nothing, and nobody is paid out of an
//! insolvent close.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
mod common;

use common::{decimal, live, usd};
use proptest::prelude::*;
use seawall_gmx::decrease::{Decrease, DecreaseReport, Kind};
use seawall_gmx::fees::Fees;
use seawall_gmx::increase::Increase;
use seawall_gmx::{
    BySide, ByToken, DepositTerms, GmxError, I256, Market, ONE, PoolToken, Position, Price, Prices,
    Side, U256, WithdrawalTerms, apply_factor,
};

/// One step; figures are thousandths of what is there, or USD.
#[derive(Debug, Clone)]
enum Op {
    Move {
        index: u32,
        spread: u32,
        stable: u32,
    },
    Wait {
        seconds: u64,
    },
    Open {
        side: Side,
        token: PoolToken,
        collateral: u32,
        leverage: u32,
    },
    Increase {
        which: usize,
        collateral: u32,
        size: u32,
    },
    Decrease {
        which: usize,
        share: u32,
        withdraw: u32,
    },
    Close {
        which: usize,
    },
    Liquidate {
        which: usize,
    },
    Deleverage {
        which: usize,
        share: u32,
    },
    Deposit {
        long: u32,
        short: u32,
    },
    Withdraw {
        share: u32,
    },
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Long), Just(Side::Short)]
}

fn token() -> impl Strategy<Value = PoolToken> {
    prop_oneof![Just(PoolToken::Long), Just(PoolToken::Short)]
}

fn op() -> impl Strategy<Value = Op> {
    let which = 0..8_usize;
    prop_oneof![
        4 => (600..1_700_u32, 0..40_u32, 990..1_010_u32)
            .prop_map(|(index, spread, stable)| Op::Move { index, spread, stable }),
        2 => (0..2_000_000_u64).prop_map(|seconds| Op::Wait { seconds }),
        6 => (side(), token(), 100..60_000_u32, 1..100_u32).prop_map(
            |(side, token, collateral, leverage)| Op::Open { side, token, collateral, leverage }
        ),
        2 => (which.clone(), 0..100_000_u32, 0..1_000_000_u32)
            .prop_map(|(which, collateral, size)| Op::Increase { which, collateral, size }),
        4 => (which.clone(), 0..1_001_u32, 0..1_200_u32)
            .prop_map(|(which, share, withdraw)| Op::Decrease { which, share, withdraw }),
        2 => which.clone().prop_map(|which| Op::Close { which }),
        3 => which.clone().prop_map(|which| Op::Liquidate { which }),
        2 => (which, 1..1_001_u32).prop_map(|(which, share)| Op::Deleverage { which, share }),
        1 => (0..3_000_000_u32, 0..3_000_000_u32)
            .prop_map(|(long, short)| Op::Deposit { long, short }),
        1 => (1..400_u32).prop_map(|share| Op::Withdraw { share }),
    ]
}

/// What parameters a life is lived under.
fn variant() -> impl Strategy<Value = Market> {
    (any::<[bool; 5]>(), 0..400_u64).prop_map(
        |(
            [
                single_token,
                settled_at_close,
                balance_in_tokens,
                lends,
                deleverages,
            ],
            pool,
        )| {
            let mut market = live();
            market.params.single_token = single_token;
            market.params.impact.settled_at_close = settled_at_close;
            market.params.impact.balance_in_tokens = balance_in_tokens;
            market.params.max_pool_amount.short = U256::MAX;
            // Impact a hundred times the live one, so that its caps are met.
            market.params.impact.negative_factor *= 100;
            market.params.impact.positive_factor *= 100;
            if lends {
                market.params.impact.max_lendable_factor = usd("0.002");
                market.params.impact.max_lendable_usd = usd("25000");
            }
            if deleverages {
                for side in [Side::Long, Side::Short] {
                    let caps = market.params.pnl.of_mut(side);
                    (caps.traders, caps.adl, caps.after_adl) =
                        (usd("0.1"), usd("0.05"), usd("0.02"));
                }
            }
            market.params.impact.distribution_rate = U256::new(10).pow(45);
            market.params.impact.min_pool = U256::ZERO;
            market.pool = ByToken::default();
            market.impact_pool = U256::from(pool) * U256::new(10).pow(15);
            market
        },
    )
}

/// Why a step could not be taken, or what could not be true of it.
type Step = Result<Result<(), GmxError>, TestCaseError>;

struct World {
    market: Market,
    prices: Prices,
    now: u64,
    positions: Vec<Position>,
    /// Tokens that came in from outside less those that went out, by where they stand.
    inflow: ByToken<I256>,
    /// Funding paid less funding that may be claimed: in the market, in nobody's sum.
    funding: ByToken<I256>,
    short_of_funding: bool,
    insolvent: usize,
    deleveraged: usize,
}

fn plus(a: I256, b: U256) -> I256 {
    a + I256::try_from(b).unwrap()
}

fn minus(a: I256, b: U256) -> I256 {
    a - I256::try_from(b).unwrap()
}

impl World {
    fn new(mut market: Market) -> Self {
        // The impact pool is a part of the pool: first there must be one.
        let impact_pool = std::mem::take(&mut market.impact_pool);
        let mut world = Self {
            prices: prices(&market, (1_000, 0, 1_000)),
            market,
            now: 0,
            positions: Vec::new(),
            inflow: ByToken::default(),
            funding: ByToken::default(),
            short_of_funding: false,
            insolvent: 0,
            deleveraged: 0,
        };
        let deposit = Op::Deposit {
            long: 4_000_000,
            short: 4_000_000,
        };
        world.take(&deposit).unwrap().unwrap();
        world.market.impact_pool = impact_pool;
        world
    }

    fn comes(&mut self, token: PoolToken, amount: U256) {
        let inflow = self.inflow.of_mut(self.market.slot(token));
        *inflow = plus(*inflow, amount);
    }

    fn goes(&mut self, token: PoolToken, amount: U256) {
        let inflow = self.inflow.of_mut(self.market.slot(token));
        *inflow = minus(*inflow, amount);
    }

    fn fund(&mut self, token: PoolToken, paid: U256) {
        let funding = self.funding.of_mut(self.market.slot(token));
        *funding = plus(*funding, paid);
    }

    /// Claims are taken out of the market at once.
    fn claim(&mut self, claim: &ByToken<U256>) {
        for token in PoolToken::BOTH {
            let amount = *claim.of(token);
            self.goes(token, amount);
            let funding = self.funding.of_mut(self.market.slot(token));
            *funding = minus(*funding, amount);
        }
    }

    fn pick(&self, which: usize) -> Option<usize> {
        (!self.positions.is_empty()).then(|| which % self.positions.len())
    }

    fn take(&mut self, op: &Op) -> Step {
        match *op {
            Op::Move {
                index,
                spread,
                stable,
            } => {
                self.prices = prices(&self.market, (index, spread, stable));
                Ok(Ok(()))
            }
            Op::Wait { seconds } => {
                self.now += seconds;
                Ok(Ok(()))
            }
            Op::Open {
                side,
                token,
                collateral,
                leverage,
            } => {
                let position = Position::empty(side, token);
                let size = u128::from(collateral) * u128::from(leverage);
                Ok(self.buy(position, None, (collateral, size)))
            }
            Op::Increase {
                which,
                collateral,
                size,
            } => Ok(match self.pick(which) {
                Some(at) => self.buy(self.positions[at], Some(at), (collateral, size.into())),
                None => Ok(()),
            }),
            Op::Decrease {
                which,
                share,
                withdraw,
            } => self.sell(which, share, withdraw),
            Op::Close { which } => self.sell(which, 1_000, 0),
            Op::Liquidate { which } => self.liquidate(which),
            Op::Deleverage { which, share } => self.deleverage(which, share),
            Op::Deposit { long, short } => Ok(self.deposit(long, short)),
            Op::Withdraw { share } => Ok(self.withdraw(share)),
        }
    }

    fn buy(
        &mut self,
        mut position: Position,
        at: Option<usize>,
        (collateral, size): (u32, u128),
    ) -> Result<(), GmxError> {
        let token = position.collateral_token;
        let price = self.prices.of(token).min;
        let order = Increase {
            collateral: ONE * U256::from(collateral) / price,
            size_usd: ONE * U256::new(size),
            acceptable_price: None,
        };
        let report = self
            .market
            .increase(&mut position, &order, &self.prices, self.now)?;
        self.comes(token, order.collateral);
        self.fund(token, report.fees.funding);
        self.claim(&report.fees.claim);
        match at {
            Some(at) => self.positions[at] = position,
            None => self.positions.push(position),
        }
        Ok(())
    }

    fn sell(&mut self, which: usize, share: u32, withdraw: u32) -> Step {
        let Some(at) = self.pick(which) else {
            return Ok(Ok(()));
        };
        let mut position = self.positions[at];
        let part = |of: U256, share: u32| of * U256::from(share) / U256::new(1_000);
        let order = Decrease {
            withdraw: part(position.collateral, withdraw),
            ..Decrease::of(Kind::Order, part(position.size_usd, share))
        };
        let report = match self
            .market
            .decrease(&mut position, &order, &self.prices, self.now)
        {
            Ok(report) => report,
            Err(refused) => return Ok(Err(refused)),
        };
        prop_assert_eq!(report.insolvent, None);
        self.settle(at, position, &report)
    }

    fn liquidate(&mut self, which: usize) -> Step {
        let Some(at) = self.pick(which) else {
            return Ok(Ok(()));
        };
        let mut position = self.positions[at];
        let report = match self.market.liquidate(&mut position, &self.prices, self.now) {
            Ok(report) => report.decrease,
            Err(refused) => return Ok(Err(refused)),
        };
        prop_assert!(report.closed);
        self.settle(at, position, &report)
    }

    fn deleverage(&mut self, which: usize, share: u32) -> Step {
        let Some(at) = self.pick(which) else {
            return Ok(Ok(()));
        };
        let mut position = self.positions[at];
        let side = position.side;
        // The flag stays as the last look of the keeper left it.
        let flag = self.market.adl_enabled;
        let enabled = self.market.update_adl(side, &self.prices).unwrap().enabled;
        let size = position.size_usd * U256::from(share) / U256::new(1_000);
        let done = self
            .market
            .deleverage(&mut position, size, &self.prices, self.now);
        self.market.adl_enabled = flag;
        let report = match done {
            Ok(report) => report,
            Err(refused) => return Ok(Err(refused)),
        };
        let least = I256::try_from(self.market.params.pnl.of(side).after_adl).unwrap();
        self.deleveraged += 1;
        prop_assert!(enabled && report.after < report.before && report.after >= least);
        self.settle(at, position, &report.decrease)
    }

    /// Books what left the market, and checks what one report says of itself.
    fn settle(&mut self, at: usize, after: Position, report: &DecreaseReport) -> Step {
        let before = self.positions[at];
        let collateral = before.collateral_token;
        let profit = PoolToken::of_profit(before.side);
        self.goes(collateral, report.outputs.collateral);
        self.goes(profit, report.outputs.secondary);
        for token in PoolToken::BOTH {
            self.goes(token, *report.outputs.claimable.of(token));
            self.goes(token, *report.outputs.held.of(token));
        }
        self.fund(collateral, report.payments.funding.in_collateral);
        self.claim(&report.fees.claim);
        self.short_of_funding |= report.funding_shortfall > U256::ZERO;
        if report.insolvent.is_some() {
            self.insolvent += 1;
            prop_assert_eq!(report.outputs.collateral, U256::ZERO);
            prop_assert_eq!(report.outputs.secondary, U256::ZERO);
            let emptied = Fees {
                claim: report.fees.claim,
                ..Fees::default()
            };
            prop_assert_eq!(report.fees, emptied);
        }
        if report.closed {
            prop_assert_eq!(after, Position::empty(before.side, collateral));
            self.positions.remove(at);
        } else {
            self.positions[at] = after;
        }
        Ok(Ok(()))
    }

    fn deposit(&mut self, long: u32, short: u32) -> Result<(), GmxError> {
        let amounts = ByToken {
            long: ONE * U256::from(long) / self.prices.long.max,
            short: ONE * U256::from(short) / self.prices.short.max,
        };
        self.market
            .deposit(&self.prices, amounts, DepositTerms::at(self.now))?;
        self.comes(PoolToken::Long, amounts.long);
        self.comes(PoolToken::Short, amounts.short);
        Ok(())
    }

    fn withdraw(&mut self, share: u32) -> Result<(), GmxError> {
        let tokens = self.market.supply * U256::from(share) / U256::new(1_000);
        let report = self
            .market
            .withdraw(&self.prices, tokens, WithdrawalTerms::at(self.now))?;
        self.goes(PoolToken::Long, report.output.long);
        self.goes(PoolToken::Short, report.output.short);
        Ok(())
    }

    /// Every token that came in is in the pool, a fee, a collateral or the funding between traders.
    fn check_tokens(&self) -> Result<(), TestCaseError> {
        let market = &self.market;
        for token in PoolToken::BOTH {
            let mut inside = *self.funding.of(token);
            for amount in [
                market.pool.of(token),
                market.swap_impact_pool.of(token),
                market.protocol_fees.of(token),
                market.collateral_sum.long.of(token),
                market.collateral_sum.short.of(token),
            ] {
                inside = plus(inside, *amount);
            }
            prop_assert_eq!(inside, *self.inflow.of(token), "{:?}", token);
        }
        Ok(())
    }

    /// The market's sums over its positions.
    fn check_sums(&self) -> Result<(), TestCaseError> {
        let market = &self.market;
        let mut sizes = BySide::<ByToken<U256>>::default();
        let (mut tokens, mut collateral) = (sizes, sizes);
        let mut borrowing = BySide::<U256>::default();
        let mut pending = I256::ZERO;
        for position in &self.positions {
            let slot = market.slot(position.collateral_token);
            *sizes.of_mut(position.side).of_mut(slot) += position.size_usd;
            *tokens.of_mut(position.side).of_mut(slot) += position.size_tokens;
            *collateral.of_mut(position.side).of_mut(slot) += position.collateral;
            *borrowing.of_mut(position.side) +=
                apply_factor(position.size_usd, position.borrowing_factor).unwrap();
            pending += position.pending_impact;
        }
        prop_assert_eq!(sizes, market.open_interest);
        prop_assert_eq!(tokens, market.open_interest_tokens);
        prop_assert_eq!(collateral, market.collateral_sum);
        prop_assert_eq!(borrowing.long, market.borrowing.long.total);
        prop_assert_eq!(borrowing.short, market.borrowing.short.total);
        prop_assert_eq!(pending, market.total_pending_impact);
        let inventory = match market.params.impact.balance_in_tokens {
            true => tokens,
            false => sizes,
        };
        let net = minus(
            plus(I256::ZERO, inventory.short.long + inventory.short.short),
            inventory.long.long + inventory.long.short,
        );
        prop_assert_eq!(market.virtual_inventory, Some(net));
        Ok(())
    }
}

/// Thousandths of 2,000 USD and of one USD, and a spread of tenths of a thousandth.
fn prices(market: &Market, (index, spread, stable): (u32, u32, u32)) -> Prices {
    let around = |mid: U256, spread: u32| Price {
        min: mid * U256::from(10_000 - spread) / U256::new(10_000),
        max: mid * U256::from(10_000 + spread) / U256::new(10_000),
    };
    let eth = around(decimal("2", 12) * U256::from(index), spread);
    let usdc = around(decimal("0.001", 24) * U256::from(stable), spread / 4);
    Prices {
        index: eth,
        long: eth,
        short: if market.params.single_token {
            eth
        } else {
            usdc
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_every_token_is_somewhere(
        market in variant(),
        ops in prop::collection::vec(op(), 1..80),
    ) {
        let mut world = World::new(market);
        for op in &ops {
            let before = (world.market.clone(), world.positions.clone());
            if world.take(op)?.is_err() {
                prop_assert_eq!((&world.market, &world.positions), (&before.0, &before.1));
            }
            world.check_tokens()?;
            world.check_sums()?;
        }
        // At the end everybody goes: what funding leaves belongs to the market.
        for _ in 0..world.positions.len() {
            for which in 0..world.positions.len() {
                if world.take(&Op::Close { which })?.is_err() {
                    world.take(&Op::Liquidate { which })?.ok();
                }
                world.check_tokens()?;
                world.check_sums()?;
            }
        }
        if world.positions.is_empty() && !world.short_of_funding {
            prop_assert!(!world.funding.long.is_negative(), "{}", world.funding.long);
            prop_assert!(!world.funding.short.is_negative(), "{}", world.funding.short);
        }
    }
}
