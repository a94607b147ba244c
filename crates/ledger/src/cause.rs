use std::fmt;
use std::str::FromStr;

use crate::AccountKind::{self, *};

/// Writes the causes with their file name, the rule they follow and their chart line.
macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident, $text:literal, $rule:literal, [$($from:pat => $to:pat),+ $(,)?];)+) => {
        /// Why money moved. Each cause cites the rule of the mechanism it follows and may move
        /// money only between the accounts of its chart line.
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

            /// The rule that decides it, such as `M-8.3`; comparator venues cite `HL-` and `GMX-`.
            #[must_use]
            pub const fn rule(self) -> &'static str {
                match self { $(Self::$name => $rule,)+ }
            }

            /// The chart of postings: whether this cause may move money from one kind of account
            /// to another.
            #[must_use]
            pub const fn permits(self, from: AccountKind, to: AccountKind) -> bool {
                match self { $(Self::$name => matches!((from, to), $(($from, $to))|+),)+ }
            }
        }
    };
}

causes! {
    /// A venue's opening capital is paid in.
    CapitalPaidIn, "capital_paid_in", "M-11.1", [External => Senior | Junior | Insurance | Pool | Makers | Backstop | Parent | ImpactPool];
    /// A trader posts margin from outside or from free collateral.
    MarginPosted, "margin_posted", "M-7", [External | Free => Margin | Free | Bidder];
    /// Margin set free by a close.
    MarginReleased, "margin_released", "M-7", [Margin | Bidder => Free | External | Margin | Makers | Backstop];
    /// A trader takes free collateral out.
    CollateralWithdrawn, "collateral_withdrawn", "M-7", [Free | Bidder => External];
    /// An LP pays into a vault.
    VaultDeposit, "vault_deposit", "M-9", [External => Senior | Junior | Pool | Makers | Parent];
    /// An LP's redemption is granted.
    VaultRedemption, "vault_redemption", "M-9.2", [Senior | Junior | Pool | Makers | Parent => External | PendingRedemption];
    /// A granted redemption is claimed.
    RedemptionClaimed, "redemption_claimed", "M-9.2", [PendingRedemption => External];
    /// Junior's over-allotment pays the balancing fee.
    BalancingFee, "balancing_fee", "M-9", [External | Junior => Fees];
    /// A taker or position fee.
    TakerFee, "taker_fee", "M-5", [Margin | Free | Clearing | Bidder | Makers | Backstop => Fees | Pool | Protocol | Makers];
    /// The half-spread around the mark.
    Spread, "spread", "M-4", [Margin | Free | Clearing => Fees];
    /// Price impact of an order that moves the skew outward.
    ImpactPaid, "impact_paid", "M-4", [Margin | Free | Clearing => ImpactReserve | ImpactPool | Pool];
    /// Price impact earned back by an order that moves the skew inward.
    ImpactRebate, "impact_rebate", "M-4", [ImpactReserve | ImpactPool | Pool => Margin | Free | Clearing | Pool];
    /// What the impact reserve holds beyond its need drips into the fee waterfall.
    ReserveDrip, "reserve_drip", "M-4", [ImpactReserve => Fees];
    /// A trader's realised loss.
    LossRealised, "loss_realised", "M-5", [Margin | Clearing | Free => Senior | Junior | Pool | Variation | Clearing];
    /// A trader's realised profit.
    ProfitRealised, "profit_realised", "M-5", [Senior | Junior | Pool | Variation | Clearing => Margin | Free | Clearing | Bidder];
    /// A counterparty of the order book realises a loss.
    CounterpartyLoss, "counterparty_loss", "HL-2", [Makers | Backstop => Variation];
    /// A counterparty of the order book realises a profit.
    CounterpartyProfit, "counterparty_profit", "HL-2", [Variation => Makers | Backstop];
    /// Funding paid by a position.
    FundingPaid, "funding_paid", "M-6", [Margin | Clearing | Makers | Backstop | Free => Senior | Junior | Pool | Funding | Variation];
    /// Funding received by a position.
    FundingReceived, "funding_received", "M-6", [Senior | Junior | Pool | Funding | Variation => Margin | Clearing | Makers | Backstop | Free];
    /// Utilisation (borrowing) fee of a position.
    Utilisation, "utilisation", "M-6", [Margin | Clearing | Free => Fees | Pool | Protocol];
    /// Liquidation fee from what margin is left.
    LiquidationFee, "liquidation_fee", "M-5", [Margin | Clearing => Keeper | Insurance | Junior | Pool | Protocol];
    /// Protocol share of the fee waterfall.
    FeeToProtocol, "fee_to_protocol", "M-5", [Fees | Pool => Protocol];
    /// Insurance share of the fee waterfall.
    FeeToInsurance, "fee_to_insurance", "M-5", [Fees => Insurance];
    /// Senior coupon, from fees only.
    Coupon, "coupon", "M-5", [Fees => Senior];
    /// Senior share of the rest of the fees.
    FeeToSenior, "fee_to_senior", "M-5", [Fees => Senior];
    /// Junior share of the rest of the fees.
    FeeToJunior, "fee_to_junior", "M-5", [Fees => Junior];
    /// Fees to the makers or pool that earned them.
    FeeToLiquidity, "fee_to_liquidity", "M-5", [Fees => Pool | Makers];
    /// Losers first refill Senior's cash up to its claim; winners beyond Junior's cash draw on it.
    TrancheCash, "tranche_cash", "M-9", [Senior => Junior, Junior => Senior];
    /// A distressed position's margin goes with its size to who takes it.
    MarginMoved, "margin_moved", "M-8.2", [Margin => Clearing | Margin | Bidder | Backstop, Clearing => Margin | Bidder | Backstop];
    /// An auction lot's price settles against the owner's margin.
    AuctionSettled, "auction_settled", "M-8.2", [Margin => Bidder | Clearing | Margin, Bidder => Margin | Clearing, Clearing => Margin | Bidder];
    /// The pool keeps what an unsold lot's equity was worth at the mark.
    TakeoverGain, "takeover_gain", "M-8.2", [Margin | Clearing => Senior | Junior | Pool];
    /// Margin that a backstop keeps when it takes a position over.
    BackstopTakeover, "backstop_takeover", "HL-2", [Margin | Clearing => Backstop];
    /// A deficit is opened: the pool realises its whole gain and the missing part is owed.
    DeficitOpened, "deficit_opened", "M-8.2", [OpenDeficit => Clearing | Pool | Variation | Senior | Junior | Fees | Funding | Margin];
    /// Junior fills a deficit.
    JuniorLoss, "junior_loss", "M-8.3", [Junior | Senior => OpenDeficit];
    /// The insurance fund fills a deficit.
    InsuranceLoss, "insurance_loss", "M-8.4", [Insurance => OpenDeficit];
    /// An ADL cut of winners' profit fills a deficit.
    AdlCut, "adl_cut", "M-8.5", [Margin | Free | Clearing | Makers | Backstop => OpenDeficit | Backstop | Makers | Margin | Variation];
    /// Senior fills a deficit.
    SeniorLoss, "senior_loss", "M-8.6", [Senior | Junior => OpenDeficit];
    /// The residual is cut pro rata from traders' equity.
    ResidualCut, "residual_cut", "M-8.6", [Margin | Free => OpenDeficit];
    /// A backstop vault fills a deficit; so do its parent and the makers where they stand for it.
    BackstopLoss, "backstop_loss", "HL-2", [Backstop | Parent | Makers => OpenDeficit];
    /// What a child has beyond its target goes up to the parent vault.
    HlpSwept, "hlp_swept", "HL-5", [Makers | Backstop => Parent];
    /// What a child misses of its target comes down from the parent vault.
    HlpSeeded, "hlp_seeded", "HL-5", [Parent => Makers | Backstop];
    /// A pool bears an insolvent close.
    PoolLoss, "pool_loss", "GMX-1.3", [Pool => OpenDeficit];
    /// A pool's cap on traders' profits takes its part of a realised profit back.
    PnlCap, "pnl_cap", "GMX-1.3", [Margin => Pool | Clearing];
    /// A recovery goes back to who bore the loss; to the owners of a frozen series as a claim.
    Recovery, "recovery", "M-9.4", [External => Senior | Junior | Insurance | Free | PendingRedemption];
    /// The rest of a rounding.
    Rounding, "rounding", "M-2", [Clearing | Funding | Variation | Pool => Dust, Dust => Clearing | Funding | Variation | Pool];
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text names no cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no cause of a transfer")]
pub struct UnknownCause {
    text: String,
}

impl FromStr for Cause {
    type Err = UnknownCause;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|cause| cause.name() == text);
        found.ok_or_else(|| UnknownCause {
            text: text.chars().take(40).collect(),
        })
    }
}

impl serde::Serialize for Cause {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Cause {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
