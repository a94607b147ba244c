use seawall_units::{Round, Tokens, mul_div};

use super::Pool;

/// What a holder of LP shares takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawal {
    /// Shares that are burned.
    pub shares: Tokens,
    /// Tokens paid out.
    pub token: Tokens,
    /// Quote paid out.
    pub quote: Tokens,
}

/// What a depositor puts in, of what he offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deposit {
    /// Shares that are issued.
    pub shares: Tokens,
    /// Tokens taken.
    pub token: Tokens,
    /// Quote taken.
    pub quote: Tokens,
}

/// `part/whole` of an amount.
#[derive(Clone, Copy)]
struct Fraction {
    part: Tokens,
    whole: Tokens,
}

impl Fraction {
    fn of(self, amount: Tokens, round: Round) -> Tokens {
        let units = mul_div(amount.units(), self.part.units(), self.whole.units(), round);
        units
            .and_then(|units| Tokens::from_units(units).ok())
            .unwrap_or(Tokens::ZERO)
    }
}

impl Pool {
    /// LP shares outstanding; they begin as the liquidity `Σ√(x·y)` of the virtual reserves.
    #[must_use]
    pub fn shares(&self) -> Tokens {
        self.shares
    }

    /// What burning `shares`, at most all, pays: the same part of every reserve and of the fees
    /// that lie beside. The price stays as it is.
    ///
    /// **Rounding** down, stretch by stretch: in favour of those who stay.
    ///
    /// ```
    /// use seawall_cascade::pool::Pool;
    /// use seawall_units::{Ratio, Tokens};
    /// let pool = Pool::constant_product(Tokens::whole(100), Tokens::whole(10_000), Ratio::ZERO)?;
    /// let fifth = pool.quote_withdrawal(Tokens::whole(200)); // of 1 000
    /// assert_eq!((fifth.token, fifth.quote), (Tokens::whole(20), Tokens::whole(2_000)));
    /// # Ok::<(), seawall_cascade::pool::PoolError>(())
    /// ```
    #[must_use]
    pub fn quote_withdrawal(&self, shares: Tokens) -> Withdrawal {
        let shares = shares.or_zero().min(self.shares);
        let (token, quote) = self.part(shares, Round::Floor);
        Withdrawal {
            shares,
            token,
            quote,
        }
    }

    /// Burns the shares of a withdrawal that this pool has offered in its present state.
    pub fn commit_withdrawal(&mut self, withdrawal: &Withdrawal) {
        let shares = withdrawal.shares.or_zero().min(self.shares);
        if shares == self.shares {
            self.clear();
            return;
        }
        let fraction = Fraction {
            part: shares,
            whole: self.shares,
        };
        for segment in &mut self.segments {
            segment.token -= fraction.of(segment.token, Round::Floor);
            segment.quote -= fraction.of(segment.quote, Round::Floor);
            segment.token_offset -= fraction.of(segment.token_offset, Round::Floor);
            segment.quote_offset -= fraction.of(segment.quote_offset, Round::Floor);
        }
        self.fee_token -= fraction.of(self.fee_token, Round::Floor);
        self.fee_quote -= fraction.of(self.fee_quote, Round::Floor);
        self.shares -= shares;
    }

    /// The shares that `token` and `quote` buy, and how much of either is taken: both in the
    /// proportion of the pool, so one of them may be left in part. An empty pool takes nothing.
    ///
    /// **Rounding** shares down, what is taken up, never above what was offered: in favour of those
    /// who are there.
    #[must_use]
    pub fn quote_deposit(&self, token: Tokens, quote: Tokens) -> Deposit {
        let (token_offer, quote_offer) = (token.or_zero(), quote.or_zero());
        // One unit for every part but one that is rounded up on its own.
        let parts = i64::try_from(self.segments.len()).unwrap_or(i64::MAX);
        let margin = Tokens::units_i64(match self.home {
            super::FeeHome::Reserves => 0,
            super::FeeHome::Beside => parts,
        });
        let buys = |offer: Tokens, reserve: Tokens| {
            if reserve.is_zero() {
                return None;
            }
            let fraction = Fraction {
                part: (offer - margin).or_zero(),
                whole: reserve,
            };
            Some(fraction.of(self.shares, Round::Floor))
        };
        let by_token = buys(token_offer, self.token_reserve());
        let by_quote = buys(quote_offer, self.quote_reserve());
        let shares = match (by_token, by_quote) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b).unwrap_or(Tokens::ZERO),
        };
        let shares = shares.min(self.most_shares());
        let (token, quote) = self.part(shares, Round::Ceil);
        Deposit {
            shares,
            token,
            quote,
        }
    }

    /// Issues the shares of a deposit that this pool has offered in its present state.
    pub fn commit_deposit(&mut self, deposit: &Deposit) {
        let fraction = Fraction {
            part: deposit.shares.or_zero(),
            whole: self.shares,
        };
        for segment in &mut self.segments {
            segment.token += fraction.of(segment.token, Round::Ceil);
            segment.quote += fraction.of(segment.quote, Round::Ceil);
            segment.token_offset += fraction.of(segment.token_offset, Round::Ceil);
            segment.quote_offset += fraction.of(segment.quote_offset, Round::Ceil);
        }
        self.fee_token += fraction.of(self.fee_token, Round::Ceil);
        self.fee_quote += fraction.of(self.fee_quote, Round::Ceil);
        self.shares += deposit.shares.or_zero();
    }

    /// What `shares` of all make of every reserve, each rounded on its own; all of it for all.
    fn part(&self, shares: Tokens, round: Round) -> (Tokens, Tokens) {
        let fraction = Fraction {
            part: shares,
            whole: self.shares,
        };
        let token: Tokens = self
            .segments
            .iter()
            .map(|s| fraction.of(s.token, round))
            .sum();
        let quote: Tokens = self
            .segments
            .iter()
            .map(|s| fraction.of(s.quote, round))
            .sum();
        (
            token + fraction.of(self.fee_token, round),
            quote + fraction.of(self.fee_quote, round),
        )
    }

    /// As many shares as can be issued before a virtual reserve leaves the range that is counted.
    fn most_shares(&self) -> Tokens {
        let reserves = self
            .segments
            .iter()
            .flat_map(|s| [s.virtual_token(), s.virtual_quote()]);
        let fullest = reserves.chain([self.shares]).max().unwrap_or(Tokens::MAX);
        let fraction = Fraction {
            part: (Tokens::MAX - fullest).or_zero(),
            whole: fullest,
        };
        fraction.of(self.shares, Round::Floor)
    }

    fn clear(&mut self) {
        self.segments.clear();
        self.fee_token = Tokens::ZERO;
        self.fee_quote = Tokens::ZERO;
        self.shares = Tokens::ZERO;
    }
}
