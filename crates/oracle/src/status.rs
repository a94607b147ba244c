/// What a market may do at the present mark.
///
/// | | opens | reduces, adds margin | accrues | liquidates, ADL, exits |
/// |---|---|---|---|---|
/// | `Live` | yes | yes | yes | yes |
/// | `Reopening` | no | yes | yes | no |
/// | `ReduceOnly` | no | yes | no | no |
/// | `Halted` | no | no | no | no |
///
/// ```
/// use seawall_oracle::MarketStatus::{Halted, Live, ReduceOnly, Reopening};
/// assert!(Live.opens() && Live.liquidates() && Live.exits());
/// assert!(Reopening.accrues() && Reopening.reduces() && !Reopening.liquidates());
/// assert!(ReduceOnly.reduces() && !ReduceOnly.accrues());
/// assert!(!Halted.reduces());
/// ```
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum MarketStatus {
    /// A valid mark: everything runs.
    Live,
    /// The market has just come back from a halt: reducing and adding margin only.
    Reopening,
    /// No valid mark: the last one stands, reducing only, no liquidation, ADL, exit or accrual.
    ReduceOnly,
    /// No valid mark for longer than the grace time: nothing runs.
    Halted,
}

impl MarketStatus {
    /// Every status, from the freest to the strictest.
    pub const ALL: [Self; 4] = [Self::Live, Self::Reopening, Self::ReduceOnly, Self::Halted];

    /// Whether positions may be opened or increased (M-3: only live).
    #[must_use]
    pub const fn opens(self) -> bool {
        matches!(self, Self::Live)
    }

    /// Whether positions may be reduced (M-3: always, except while halted; without a valid mark
    /// only up to the minimum fill, which the market applies).
    #[must_use]
    pub const fn reduces(self) -> bool {
        !matches!(self, Self::Halted)
    }

    /// Whether traders may add margin (M-3: always, except while halted).
    #[must_use]
    pub const fn adds_margin(self) -> bool {
        !matches!(self, Self::Halted)
    }

    /// Whether a minute is charged: funding, utilisation and coupon (M-3: at a valid mark;
    /// minutes without one are never charged).
    #[must_use]
    pub const fn accrues(self) -> bool {
        self.has_valid_mark()
    }

    /// Whether liquidation and ADL run (M-3: only live).
    ///
    /// A reopening exists so that traders can add margin at the new mark; a liquidation in it
    /// would take that time away from them.
    #[must_use]
    pub const fn liquidates(self) -> bool {
        matches!(self, Self::Live)
    }

    /// Whether liquidity providers may leave (M-3: only live).
    #[must_use]
    pub const fn exits(self) -> bool {
        matches!(self, Self::Live)
    }

    /// Whether the mark is this second's and not a remembered one.
    #[must_use]
    pub const fn has_valid_mark(self) -> bool {
        matches!(self, Self::Live | Self::Reopening)
    }
}
