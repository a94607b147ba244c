use seawall_units::{Round, TokenPrice, Tokens, mul_div};

use super::SwapSide;

/// A stretch of prices with one liquidity: a constant product of virtual reserves.
///
/// **Formula** `(x + x̂)·(y + ŷ) = L²`, with `x̂ = L/√p_b` and `ŷ = L·√p_a`; both are zero for a
/// pool over all prices. A stretch below the price holds quote only, one above it token only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    pub(super) token: Tokens,
    pub(super) quote: Tokens,
    pub(super) token_offset: Tokens,
    pub(super) quote_offset: Tokens,
}

impl Segment {
    pub(super) fn virtual_token(&self) -> Tokens {
        self.token + self.token_offset
    }

    pub(super) fn virtual_quote(&self) -> Tokens {
        self.quote + self.quote_offset
    }

    pub(super) fn spot(&self) -> Option<TokenPrice> {
        TokenPrice::of(self.virtual_quote(), self.virtual_token(), Round::Floor)
    }

    /// What a trade of `side` pays into, virtually.
    pub(super) fn inward(&self, side: SwapSide) -> Tokens {
        match side {
            SwapSide::Sale => self.virtual_token(),
            SwapSide::Purchase => self.virtual_quote(),
        }
    }

    /// What it is paid from, virtually.
    fn outward(&self, side: SwapSide) -> Tokens {
        match side {
            SwapSide::Sale => self.virtual_quote(),
            SwapSide::Purchase => self.virtual_token(),
        }
    }

    /// What there is to be paid out.
    pub(super) fn available(&self, side: SwapSide) -> Tokens {
        match side {
            SwapSide::Sale => self.quote,
            SwapSide::Purchase => self.token,
        }
    }

    /// What has to come in, without fee, for `out`, rounded up; `None` when no amount is enough.
    pub(super) fn cost(&self, side: SwapSide, out: Tokens) -> Option<Tokens> {
        let rest = self.outward(side) - out;
        if !rest.is_positive() {
            return None;
        }
        within(self.inward(side).mul_div_ceil(out, rest))
    }

    /// What `net`, without fee, is paid, rounded down.
    pub(super) fn proceeds(&self, side: SwapSide, net: Tokens) -> Tokens {
        let out = self
            .outward(side)
            .mul_div_floor(net, self.inward(side) + net)
            .unwrap_or(Tokens::ZERO);
        out.min(self.available(side))
    }

    /// What the outward reserve is worth at `price` in the asset that comes in; `None` when that
    /// is more than can be counted.
    pub(super) fn counterpart(&self, side: SwapSide, price: TokenPrice) -> Option<Tokens> {
        let out = self.outward(side).units();
        let (num, den) = match side {
            SwapSide::Sale => (TokenPrice::ONE_UNITS, price.units()),
            SwapSide::Purchase => (price.units(), TokenPrice::ONE_UNITS),
        };
        let units = mul_div(out, num, den, Round::Floor)?;
        Tokens::from_units(units).ok()
    }

    /// What the virtual tokens are worth at `price`; `None` when that cannot be counted.
    pub(super) fn worth_of_token(&self, price: TokenPrice) -> Option<Tokens> {
        self.counterpart(SwapSide::Purchase, price)
    }

    /// What comes in, without fee, until the marginal price is `price`; zero when it is already
    /// there or beyond, and no more than the stretch holds.
    ///
    /// **Formula** `√(I·O/p) − I`, with `I` and `O` the virtual reserves. **Rounding** down, so
    /// the price stops a unit short of `price` rather than beyond; within two units.
    pub(super) fn paid_until(&self, side: SwapSide, price: TokenPrice) -> Option<Tokens> {
        let inward = self.inward(side);
        let most = self.cost(side, self.available(side));
        let needed = self
            .counterpart(side, price)
            .map(|worth| (inward.geometric_mean(worth, Round::Floor) - inward).or_zero());
        match (needed, most) {
            (Some(needed), Some(most)) => Some(needed.min(most)),
            (needed, most) => needed.or(most),
        }
    }

    /// Takes in and pays out.
    pub(super) fn exchange(&mut self, side: SwapSide, paid_in: Tokens, paid_out: Tokens) {
        match side {
            SwapSide::Sale => {
                self.token += paid_in;
                self.quote = (self.quote - paid_out).or_zero();
            }
            SwapSide::Purchase => {
                self.quote += paid_in;
                self.token = (self.token - paid_out).or_zero();
            }
        }
    }

    /// `√(L²)` of the virtual reserves, rounded down.
    pub(super) fn liquidity(&self) -> Tokens {
        self.virtual_token()
            .geometric_mean(self.virtual_quote(), Round::Floor)
    }
}

/// An amount, if it lies in the range that is counted.
pub(super) fn within(amount: Option<Tokens>) -> Option<Tokens> {
    amount.filter(|amount| *amount <= Tokens::MAX)
}
