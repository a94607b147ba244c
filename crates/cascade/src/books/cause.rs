use std::fmt;
use std::str::FromStr;

use super::AccountKind::{self, *};
use super::account::{UnknownName, as_text};

/// Writes the causes with their file name, the phase they belong to and their chart line.
macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident, $text:literal, $phase:literal, [$($from:pat => $to:pat),+ $(,)?];)+) => {
        /// Why an asset moved. Each cause names the phase of the round it belongs to and may move
        /// only between the accounts of its chart line.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Cause { $($(#[$doc])* $name,)+ }

        impl Cause {
            /// Every cause.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The cause's name in files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The phase that posts it first; `opening` before the first round, `any` for more.
            #[must_use]
            pub const fn phase(self) -> &'static str {
                match self { $(Self::$name => $phase,)+ }
            }

            /// The chart of postings: whether this cause may move an asset from one kind of
            /// account to another.
            #[must_use]
            pub const fn permits(self, from: AccountKind, to: AccountKind) -> bool {
                match self { $(Self::$name => matches!((from, to), $(($from, $to))|+),)+ }
            }
        }
    };
}

causes! {
    /// What an owner, a market or a trader starts with.
    Endowed, "endowed", "opening", [External => Pool | Wallet | Collateral | Lenders | Reserves | Cover | Treasury | Arbitrageur | Traders | Attacker | Keepers | FlashLender | Liquidator];
    /// Funds that somebody brings when he needs them.
    FundsDrawn, "funds_drawn", "any", [External => Wallet | Liquidator | Arbitrageur | Traders | Attacker | FlashLender | Keepers | Treasury];
    /// Funds that go back to where they were drawn, or out of this world.
    FundsReturned, "funds_returned", "any", [Wallet | Liquidator | Arbitrageur | Traders | Attacker | FlashLender | Keepers | Treasury => External];
    /// A trade in markets outside of this world, at the outside price.
    TradedOutside, "traded_outside", "arbitrage", [External => Arbitrageur | Liquidator | Wallet, Arbitrageur | Liquidator | Wallet => External];
    /// Both sides go into a pool.
    LiquidityProvided, "liquidity_provided", "opening", [Wallet | Attacker => Pool];
    /// Shares for what went into a pool.
    SharesIssued, "shares_issued", "opening", [Issuer => Wallet | Attacker];
    /// Both sides come out of a pool.
    LiquidityWithdrawn, "liquidity_withdrawn", "liquidity", [Pool => Wallet | Liquidator | Attacker | Keepers];
    /// The shares of what came out of a pool.
    SharesRedeemed, "shares_redeemed", "liquidity", [Wallet | Liquidator | Attacker | Keepers => Issuer];
    /// An owner posts collateral.
    CollateralPosted, "collateral_posted", "opening", [Wallet | Attacker => Collateral];
    /// Collateral is given back.
    CollateralReleased, "collateral_released", "liquidity", [Collateral => Wallet | Attacker];
    /// A loan is paid out.
    Borrowed, "borrowed", "opening", [Loan => Wallet | Attacker | External];
    /// An owner repays.
    Repaid, "repaid", "liquidity", [Wallet | Attacker => Loan];
    /// Interest of a loan.
    InterestAccrued, "interest_accrued", "interest", [Loan => Lenders | Reserves];
    /// Interest that the reserves pay to lenders beyond what borrowers owe.
    InterestSubsidised, "interest_subsidised", "interest", [Reserves => Lenders];
    /// Whoever liquidates repays a loan.
    LiquidationRepaid, "liquidation_repaid", "liquidation", [Liquidator | Attacker => Loan];
    /// Collateral is taken for a repayment, bonus included.
    CollateralSeized, "collateral_seized", "liquidation", [Collateral => Liquidator | Attacker | Treasury | Reserves | Auction];
    /// A market takes a loan over against its own reserves.
    LoanAbsorbed, "loan_absorbed", "liquidation", [Reserves | Lenders => Loan];
    /// What an absorbed loan leaves its owner.
    AbsorbedCredit, "absorbed_credit", "liquidation", [Reserves | Lenders => Wallet];
    /// Collateral that a market sells from its reserves, or what it is paid for it.
    StorefrontSold, "storefront_sold", "sale", [Reserves => Liquidator, Liquidator => Reserves];
    /// A loan without collateral is written off at somebody's cost.
    BadDebtWrittenOff, "bad_debt_written_off", "liquidation", [Lenders | Reserves | Cover | Treasury => Loan];
    /// A lot of an auction goes to whoever bid most, also for nothing.
    LotSold, "lot_sold", "sale", [Auction => Keepers];
    /// What an auction fetched repays the loan; the rest is the protocol's.
    LotPaid, "lot_paid", "sale", [Keepers => Loan | Reserves | Treasury | Wallet];
    /// Collateral of an auction that nobody needed goes back.
    LotReturned, "lot_returned", "sale", [Auction => Wallet | Collateral | Treasury];
    /// What a trader pays into a pool, fee included.
    SwapPaid, "swap_paid", "any", [Wallet | Liquidator | Arbitrageur | Traders | Attacker | Keepers | Treasury => Pool];
    /// What a pool pays for it.
    SwapReceived, "swap_received", "any", [Pool => Wallet | Liquidator | Arbitrageur | Traders | Attacker | Keepers | Treasury];
    /// A flash loan is paid out.
    FlashLent, "flash_lent", "shock", [FlashLender => Attacker];
    /// A flash loan is repaid.
    FlashRepaid, "flash_repaid", "shock", [Attacker => FlashLender];
    /// The fee of a flash loan.
    FlashFee, "flash_fee", "shock", [Attacker => FlashLender | External];
    /// Margin goes to a market of perpetual futures, or comes back from it.
    MarginMoved, "margin_moved", "perps", [Wallet | Attacker | External => Perp, Perp => Wallet | Attacker | External];
    /// Owners meet: one pays another.
    WalletMoved, "wallet_moved", "liquidity", [Wallet => Wallet];
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Cause {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|cause| cause.name() == text);
        found.ok_or_else(|| UnknownName::new(text))
    }
}

as_text!(Cause);
