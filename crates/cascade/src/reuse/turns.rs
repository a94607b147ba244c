use seawall_units::{Ratio, Tokens};

/// Equity that is provided to a pool, borrowed against and provided again.
///
/// ```
/// use seawall_cascade::reuse::Reuse;
/// use seawall_units::Tokens;
/// // 1 000 at 60 %, three times: 1 000 + 600 + 360 + 216.
/// let reuse = Reuse::new(Tokens::whole(1_000), "60%".parse()?, 3)?;
/// assert_eq!((reuse.collateral(), reuse.debt()), (Tokens::whole(2_176), Tokens::whole(1_176)));
/// assert_eq!(reuse.leverage().to_string(), "2.176000000000000000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reuse {
    equity: Tokens,
    ltv: Ratio,
    depth: u32,
}

/// Why equity cannot be re-used so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReuseError {
    /// Nothing to begin with, or too much.
    #[error("equity is {found}; it lies above 0 and at most {}", Tokens::MAX)]
    Equity {
        /// What it was.
        found: Tokens,
    },
    /// A part of the collateral that cannot be borrowed.
    #[error("ltv is {found}; it lies above 0 and below 1")]
    Ltv {
        /// What it was.
        found: Ratio,
    },
    /// More turns than anybody takes.
    #[error("depth is {found}; it lies from 0 to {most}")]
    Depth {
        /// What it was.
        found: u32,
        /// The most.
        most: u32,
    },
    /// The turns add up to more than can be counted.
    #[error(
        "equity of {equity} at an ltv of {ltv} grows beyond {}; put in less",
        Tokens::MAX
    )]
    Total {
        /// The equity.
        equity: Tokens,
        /// The part borrowed.
        ltv: Ratio,
    },
}

/// One turn: what is provided, and what is borrowed against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// What goes into the pool and is posted as shares.
    pub provided: Tokens,
    /// What is borrowed against it for the next turn; zero in the last one.
    pub borrowed: Tokens,
}

impl Reuse {
    /// The most turns.
    pub const MOST: u32 = 100;

    /// `equity` provided once and `depth` times again, each time with the part `ltv` of the last
    /// as a loan.
    ///
    /// **Errors** [`ReuseError`] for equity not above zero, a part outside (0, 1), more than
    /// [`Reuse::MOST`] turns or a sum beyond the grid.
    pub fn new(equity: Tokens, ltv: Ratio, depth: u32) -> Result<Self, ReuseError> {
        if !equity.is_positive() || equity > Tokens::MAX {
            return Err(ReuseError::Equity { found: equity });
        }
        if !ltv.is_positive() || ltv >= Ratio::ONE {
            return Err(ReuseError::Ltv { found: ltv });
        }
        if depth > Self::MOST {
            return Err(ReuseError::Depth {
                found: depth,
                most: Self::MOST,
            });
        }
        let reuse = Self { equity, ltv, depth };
        if reuse.collateral() > Tokens::MAX {
            return Err(ReuseError::Total { equity, ltv });
        }
        Ok(reuse)
    }

    /// The turns in their order, the first with the equity itself.
    ///
    /// **Rounding** each loan down: nobody borrows more than the part.
    pub fn turns(&self) -> impl Iterator<Item = Turn> + use<> {
        let (ltv, depth) = (self.ltv, self.depth);
        let mut provided = self.equity;
        (0..=depth).map(move |turn| {
            let borrowed = match turn == depth {
                true => Tokens::ZERO,
                false => provided.mul_floor(ltv),
            };
            let this = Turn { provided, borrowed };
            provided = borrowed;
            this
        })
    }

    /// What is posted after the last turn, `E·Σₖ ℓᵏ` with `k` from 0 to the depth.
    #[must_use]
    pub fn collateral(&self) -> Tokens {
        self.turns().map(|turn| turn.provided).sum()
    }

    /// What is owed after the last turn, `E·Σₖ ℓᵏ` with `k` from 1.
    #[must_use]
    pub fn debt(&self) -> Tokens {
        self.turns().map(|turn| turn.borrowed).sum()
    }

    /// What is posted as a multiple of the equity: `Σₖ ℓᵏ`, below `1/(1 − ℓ)`. **Rounding** down.
    #[must_use]
    pub fn leverage(&self) -> Ratio {
        self.collateral()
            .ratio_floor(self.equity)
            .unwrap_or(Ratio::MAX)
    }

    /// What is owed as a part of what is posted; below `ℓ`, for the last turn is not borrowed
    /// against. **Rounding** up.
    #[must_use]
    pub fn ltv(&self) -> Ratio {
        self.debt()
            .ratio_ceil(self.collateral())
            .unwrap_or(Ratio::ONE)
    }
}
