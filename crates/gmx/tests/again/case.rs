//! Random markets with one position in them.
use proptest::prelude::*;
use seawall_gmx::fees::Dues;
use seawall_gmx::{ByToken, I256, Market, ONE, PoolToken, Position, Price, Prices, Side, U256};

use crate::common::{decimal, live, usd};

pub(crate) struct Case {
    pub(crate) market: Market,
    pub(crate) position: Position,
    pub(crate) prices: Prices,
    pub(crate) dues: Dues,
}

fn price(unit: &'static str, decimals: usize) -> impl Strategy<Value = Price> {
    (800_000..1_200_000_u64, 0..3_000_u64).prop_map(move |(millionths, spread)| Price {
        min: decimal(unit, decimals) * U256::from(millionths) / 1_000_000_u128,
        max: decimal(unit, decimals) * U256::from(millionths + spread) / 1_000_000_u128,
    })
}

pub(crate) fn amount(most: u64) -> impl Strategy<Value = u64> {
    prop_oneof![1 => Just(0), 9 => 0..most]
}

pub(crate) fn case() -> impl Strategy<Value = Case> {
    let interest = (amount(4_000_000), amount(4_000_000), amount(4_000_000));
    let market = (
        any::<[bool; 4]>(),
        interest,
        amount(2_000),
        -1_000..1_000_i64,
        amount(600),
    );
    let position = (
        any::<[bool; 2]>(),
        1..4_000_000_u64,
        900..1_100_u64,
        2..400_u64,
    );
    let dues = (amount(40_000), amount(40_000), -9_000..3_000_i64);
    let prices = (price("2000", 12), price("2000", 12), price("1", 24));
    (market, position, dues, prices)
        .prop_map(|(market, position, dues, prices)| build(market, position, dues, prices))
}

type MarketDraw = ([bool; 4], (u64, u64, u64), u64, i64, u64);
type PositionDraw = ([bool; 2], u64, u64, u64);

fn build(
    ([single_token, in_tokens, lends, is_small], interest, impact_pool, inventory, lent): MarketDraw,
    ([is_long, in_long], size, entry, leverage): PositionDraw,
    (funding, borrowing, pending): (u64, u64, i64),
    (index, long, short): (Price, Price, Price),
) -> Case {
    let mut market = live();
    let milli = U256::new(10).pow(15);
    let short = if single_token { long } else { short };
    let params = &mut market.params;
    params.single_token = single_token;
    params.impact.balance_in_tokens = in_tokens;
    (
        params.impact.negative_exponent,
        params.impact.positive_exponent,
    ) = (ONE, ONE);
    (params.impact.negative_factor, params.impact.positive_factor) = (usd("0.004"), usd("0.003"));
    if lends {
        params.impact.max_lendable_factor = usd("0.0001");
        params.impact.max_lendable_usd = usd("2500");
    }
    if is_small {
        market.pool.long = milli * 400_000_u128;
        market.pool.short = U256::new(800_000_000_000);
    }
    market.impact_pool = milli * U256::from(impact_pool);
    market.lent_impact = milli * U256::from(lent);
    market.virtual_inventory =
        Some(I256::from(inventory) * I256::from(1_000_000_000_000_000_000_i64));
    let sizes = [interest.0, interest.1, interest.2].map(|usd| ONE * U256::from(usd));
    (
        market.open_interest.long.long,
        market.open_interest.long.short,
    ) = (sizes[0], sizes[1]);
    market.open_interest.short.long = sizes[2];
    let tokens = sizes.map(|usd| usd / decimal("2000", 12));
    market.open_interest_tokens.long.long = tokens[0];
    market.open_interest_tokens.long.short = tokens[1];
    market.open_interest_tokens.short.long = tokens[2];
    let side = if is_long { Side::Long } else { Side::Short };
    let token = if in_long {
        PoolToken::Long
    } else {
        PoolToken::Short
    };
    let mut position = Position::empty(side, token);
    position.size_usd = ONE * U256::from(size);
    position.size_tokens = position.size_usd / (decimal("2", 12) * U256::from(entry));
    let prices = Prices { index, long, short };
    position.collateral = position.size_usd / U256::from(leverage) / prices.of(token).max;
    // Not a round number, so that its part has a remainder.
    position.pending_impact = I256::from(pending) * I256::from(1_000_000_000_000_007_i64);
    let slot = market.slot(token);
    *market.open_interest.of_mut(side).of_mut(slot) += position.size_usd;
    *market.open_interest_tokens.of_mut(side).of_mut(slot) += position.size_tokens;
    *market.collateral_sum.of_mut(side).of_mut(slot) += position.collateral;
    market.total_pending_impact = position.pending_impact;
    let dues = Dues {
        funding: ONE * U256::from(funding) / prices.of(token).max,
        claim: ByToken::default(),
        borrowing_usd: ONE * U256::from(borrowing) + U256::from(size),
    };
    Case {
        market,
        position,
        prices,
        dues,
    }
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.position, self.prices, self.dues)
    }
}
