use seawall_units::{Ratio, Round, TokenPrice, Tokens, mul_div, root_floor};

use super::segment::{Segment, within};
use super::{FeeHome, Pool};

/// Which way a trade goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SwapSide {
    /// Tokens come in, quote goes out: the price falls.
    Sale,
    /// Quote comes in, tokens go out: the price rises.
    Purchase,
}

/// A trade that a pool offers; [`Pool::commit`] takes it to its books.
///
/// Of a [`SwapSide::Sale`] the amounts paid in are tokens and those paid out are quote; of a
/// [`SwapSide::Purchase`] the other way about. Nothing is ever paid in for nothing: when the pool
/// would pay out less than a grid unit, all amounts are zero and `unfilled` is what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swap {
    /// Which way it goes.
    pub side: SwapSide,
    /// What the trader pays, fee included.
    pub paid_in: Tokens,
    /// What the pool pays.
    pub paid_out: Tokens,
    /// The part of `paid_in` that is fee.
    pub fee: Tokens,
    /// What was asked for beyond this: of what comes in when that was named, of what goes out
    /// when that was.
    pub unfilled: Tokens,
}

impl Swap {
    fn nothing(side: SwapSide, unfilled: Tokens) -> Self {
        Self {
            side,
            paid_in: Tokens::ZERO,
            paid_out: Tokens::ZERO,
            fee: Tokens::ZERO,
            unfilled,
        }
    }

    /// Whether no amount moves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paid_out.is_zero()
    }

    /// The tokens that change hands.
    #[must_use]
    pub fn token(&self) -> Tokens {
        match self.side {
            SwapSide::Sale => self.paid_in,
            SwapSide::Purchase => self.paid_out,
        }
    }

    /// The quote that changes hands.
    #[must_use]
    pub fn quote(&self) -> Tokens {
        match self.side {
            SwapSide::Sale => self.paid_out,
            SwapSide::Purchase => self.paid_in,
        }
    }

    /// What a token fetched or cost on average, fee included; `None` for an empty trade.
    ///
    /// **Rounding** down of a sale, up of a purchase: never better than it was.
    #[must_use]
    pub fn average_price(&self) -> Option<TokenPrice> {
        let round = match self.side {
            SwapSide::Sale => Round::Floor,
            SwapSide::Purchase => Round::Ceil,
        };
        TokenPrice::of(self.quote(), self.token(), round)
    }
}

impl Pool {
    /// What selling `token_in` fetches; nothing for an amount that is not above zero.
    ///
    /// **Formula** `y·n/(x + n)` with `n = token_in·(1 − f)`, stretch by stretch.
    /// **Rounding** the fee up, what the pool pays down: in favour of the pool.
    ///
    /// ```
    /// use seawall_cascade::pool::Pool;
    /// use seawall_units::{Ratio, Tokens};
    /// let pool = Pool::constant_product(Tokens::whole(1_000), Tokens::whole(1_000), Ratio::ZERO)?;
    /// // Worth 100, it fetches 1 000·100/1 100.
    /// assert_eq!(pool.quote_sale(Tokens::whole(100)).paid_out.to_string(), "90.909090909090909090");
    /// # Ok::<(), seawall_cascade::pool::PoolError>(())
    /// ```
    #[must_use]
    pub fn quote_sale(&self, token_in: Tokens) -> Swap {
        self.quote_in(SwapSide::Sale, token_in)
    }

    /// What paying `quote_in` buys; nothing for an amount that is not above zero.
    ///
    /// **Rounding** as of [`Pool::quote_sale`].
    #[must_use]
    pub fn quote_purchase(&self, quote_in: Tokens) -> Swap {
        self.quote_in(SwapSide::Purchase, quote_in)
    }

    /// What buying exactly `token_out` costs; of a pool over ranges as much of it as there is. A
    /// constant product never runs dry, so it refuses the whole when it does not hold more.
    ///
    /// **Formula** `y·t/(x − t)/(1 − f)`. **Rounding** up: in favour of the pool.
    #[must_use]
    pub fn quote_purchase_of(&self, token_out: Tokens) -> Swap {
        self.quote_out(SwapSide::Purchase, token_out)
    }

    /// How many tokens have to be sold for exactly `quote_out`; limits and rounding as of
    /// [`Pool::quote_purchase_of`].
    #[must_use]
    pub fn quote_sale_for(&self, quote_out: Tokens) -> Swap {
        self.quote_out(SwapSide::Sale, quote_out)
    }

    /// The trade of an arbitrageur who can trade without limit at `target` elsewhere: the one that
    /// gains most, after which the marginal price lies on the edge of the band
    /// `[target·(1 − f), target/(1 − f)]` in which nothing is left to gain. `None` inside it.
    ///
    /// The edge is reached before the fee is added to the reserves of a constant product; with it
    /// the price lies a little inside the band.
    ///
    /// **Formula** a sale of `√(γ·x·y/target) − x` net of the fee when the pool is dearer than
    /// `target/γ`, `γ = 1 − f`; a purchase for `√(γ·x·y·target) − y` when cheaper than `γ·target`.
    /// **Rounding** short of the edge.
    #[must_use]
    pub fn plan_to(&self, target: TokenPrice) -> Option<Swap> {
        let kept = self.kept();
        let dear = mul_div(target.units(), Ratio::ONE_UNITS, kept.units(), Round::Ceil);
        let dear = dear.and_then(|units| TokenPrice::from_units(units).ok());
        let sale = dear.and_then(|edge| self.plan_net(SwapSide::Sale, edge));
        sale.or_else(|| {
            let cheap = target.scaled(kept, Round::Floor)?;
            self.plan_net(SwapSide::Purchase, cheap)
        })
    }

    /// The trade after which the spot price is `target`, with the fee paid on top: a shock from
    /// outside that is told where to end. `None` when the price is there, or nothing can be traded.
    ///
    /// **Formula** with the fee beside the reserves a sale of `√(x·y/target) − x` net. With the fee
    /// in the reserves the gross amount `Δ` solves `(x + γΔ)(x + Δ) = x·y/target`; purchases
    /// alike. **Rounding** within three units of what is paid in at fees up to one half.
    ///
    /// ```
    /// use seawall_cascade::pool::Pool;
    /// use seawall_units::{Ratio, Tokens};
    /// let pool = Pool::constant_product(Tokens::whole(10_000), Tokens::whole(1_000_000), Ratio::ZERO)?;
    /// let shock = pool.plan_to_exactly("95".parse()?).ok_or("no trade")?;
    /// assert_eq!(shock.token().to_string(), "259.783520851540954566");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn plan_to_exactly(&self, target: TokenPrice) -> Option<Swap> {
        let spot = self.spot()?;
        let side = match target.cmp(&spot) {
            std::cmp::Ordering::Less => SwapSide::Sale,
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => SwapSide::Purchase,
        };
        if self.fee.is_zero() || self.home == FeeHome::Beside {
            return self.plan_net(side, target);
        }
        let whole = self.segments.first()?;
        let gross = gross_until(whole, side, target, self.fee)?;
        Some(self.quote_in(side, gross)).filter(|swap| !swap.is_empty())
    }

    /// Takes a trade to the books. It has to be one that this pool has offered in its present
    /// state.
    pub fn commit(&mut self, swap: &Swap) {
        let (side, mut out) = (swap.side, swap.paid_out);
        let mut net = swap.paid_in - swap.fee;
        for index in self.order(side) {
            let Some(segment) = self.segments.get_mut(index) else {
                continue;
            };
            let take = out.min(segment.available(side));
            if take.is_zero() {
                continue;
            }
            out -= take;
            // The last stretch takes what is left of the payment, with every unit of rounding.
            let pay = match segment.cost(side, take) {
                Some(cost) if out.is_positive() => cost.min(net),
                _ => net,
            };
            net -= pay;
            let fee = match self.home {
                FeeHome::Reserves if out.is_zero() => swap.fee,
                _ => Tokens::ZERO,
            };
            segment.exchange(side, pay + fee, take);
            if out.is_zero() {
                break;
            }
        }
        if self.home == FeeHome::Beside {
            match side {
                SwapSide::Sale => self.fee_token += swap.fee,
                SwapSide::Purchase => self.fee_quote += swap.fee,
            }
        }
    }

    /// The part of what is paid in that is traded.
    pub(super) fn kept(&self) -> Ratio {
        Ratio::ONE - self.fee
    }

    /// The order in which a trade meets the stretches of prices: downwards for a sale.
    fn order(&self, side: SwapSide) -> impl Iterator<Item = usize> + use<> {
        let count = self.segments.len();
        (0..count).map(move |step| match side {
            SwapSide::Sale => count.saturating_sub(step).saturating_sub(1),
            SwapSide::Purchase => step,
        })
    }

    fn along(&self, side: SwapSide) -> impl Iterator<Item = &Segment> {
        self.order(side)
            .filter_map(|index| self.segments.get(index))
    }

    /// What can still be paid in before the reserve leaves the range that is counted.
    fn room(&self, side: SwapSide) -> Tokens {
        let fullest = self
            .segments
            .iter()
            .map(|segment| segment.inward(side))
            .max();
        (Tokens::MAX - fullest.unwrap_or(Tokens::ZERO)).or_zero()
    }

    fn quote_in(&self, side: SwapSide, offered: Tokens) -> Swap {
        let offered = offered.or_zero();
        let gross = offered.min(self.room(side));
        let net = gross - gross.mul_ceil(self.fee);
        let (traded, paid_out) = self.fill(side, net);
        if paid_out.is_zero() {
            return Swap::nothing(side, offered);
        }
        let paid_in = if traded == net {
            gross
        } else {
            self.gross(traded)
        };
        Swap {
            side,
            paid_in,
            paid_out,
            fee: paid_in - traded,
            unfilled: offered - paid_in,
        }
    }

    /// How much of `net` finds liquidity, and what it is paid.
    fn fill(&self, side: SwapSide, net: Tokens) -> (Tokens, Tokens) {
        let (mut left, mut out) = (net, Tokens::ZERO);
        for segment in self.along(side) {
            let available = segment.available(side);
            match segment.cost(side, available) {
                Some(whole) if whole <= left => {
                    out += available;
                    left -= whole;
                }
                _ => return (net, out + segment.proceeds(side, left)),
            }
        }
        (net - left, out)
    }

    /// What has to be paid for `net` to be traded, rounded up.
    fn gross(&self, net: Tokens) -> Tokens {
        let gross = within(net.mul_div_ceil(Ratio::ONE, self.kept()));
        gross.unwrap_or(Tokens::MAX)
    }

    fn quote_out(&self, side: SwapSide, asked: Tokens) -> Swap {
        let asked = asked.or_zero();
        let (mut left, mut net) = (asked, Tokens::ZERO);
        for segment in self.along(side) {
            let take = left.min(segment.available(side));
            let Some(cost) = segment.cost(side, take) else {
                return Swap::nothing(side, asked);
            };
            net += cost;
            left -= take;
        }
        let paid_in = self.gross(net);
        if left == asked || paid_in > self.room(side) {
            return Swap::nothing(side, asked);
        }
        Swap {
            side,
            paid_in,
            paid_out: asked - left,
            fee: paid_in - net,
            unfilled: left,
        }
    }

    /// The trade until the price, without fee, is `price`; `None` when that is no trade.
    fn plan_net(&self, side: SwapSide, price: TokenPrice) -> Option<Swap> {
        let room = self.room(side);
        let needed = |segment: &Segment| segment.paid_until(side, price).unwrap_or(room);
        let net: Tokens = self.along(side).map(needed).sum();
        let gross = self.gross(net.min(room)).min(room);
        let swap = self.quote_in(side, gross);
        (!swap.is_empty()).then_some(swap)
    }
}

/// `Δ` of `(I + γΔ)(I + Δ) = I·W`, with `I` the reserve paid into, `W` the worth of the other at
/// the target and `γ = 1 − f`.
///
/// **Formula** `Δ = (√((f·I)² + 4γ·I·W) − (1 + γ)·I)/(2γ)`.
fn gross_until(
    segment: &Segment,
    side: SwapSide,
    target: TokenPrice,
    fee: Ratio,
) -> Option<Tokens> {
    let kept = Ratio::ONE - fee;
    let inward = segment.inward(side);
    let worth = segment.counterpart(side, target)?;
    let wide = |amount: Tokens| ethnum::U256::from(amount.units().unsigned_abs());
    let lost = wide(inward.mul_floor(fee));
    let square = lost.checked_mul(lost)?;
    let cross = wide(inward.mul_floor(kept)).checked_mul(wide(worth))?;
    let sum = cross
        .checked_mul(ethnum::U256::new(4))?
        .checked_add(square)?;
    let root = Tokens::from_units(i128::try_from(root_floor(sum)).ok()?).ok()?;
    let double = root - inward - inward.mul_floor(kept);
    let divisor = kept + kept;
    within(double.or_zero().mul_div_floor(Ratio::ONE, divisor))
}
