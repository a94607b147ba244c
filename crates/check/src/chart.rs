//! The chart of postings: between which kinds of account a cause may move money.
//!
//! Written from the mechanism's rules (M-2.4, M-4 to M-9) and the pages of the other two venues.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use crate::names::AccountKind::{self, *};

macro_rules! causes {
    ($($name:ident = $text:literal: [$($from:pat => $to:pat),+];)+) => {
        /// Why money moved.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)] // each is the word beside it
        pub(crate) enum Cause { $($name,)+ }

        impl Cause {
            /// Its name in files.
            #[must_use]
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// The cause of a name.
            #[must_use]
            pub(crate) fn of(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)+ _ => None }
            }

            /// Whether it may move money from one kind of account to another.
            #[must_use]
            pub(crate) const fn permits(self, from: AccountKind, to: AccountKind) -> bool {
                match self { $(Self::$name => matches!((from, to), $(($from, $to))|+),)+ }
            }
        }
    };
}

causes! {
    // Capital and margin come in and go out.
    CapitalPaidIn = "capital_paid_in": [External => Senior | Junior | Insurance | Pool | Makers | Backstop | Parent | ImpactPool];
    MarginPosted = "margin_posted": [External | Free => Margin | Free | Bidder];
    MarginReleased = "margin_released": [Margin | Bidder => Free | External | Margin | Makers | Backstop];
    CollateralWithdrawn = "collateral_withdrawn": [Free | Bidder => External];
    VaultDeposit = "vault_deposit": [External => Senior | Junior | Pool | Makers | Parent];
    VaultRedemption = "vault_redemption": [Senior | Junior | Pool | Makers | Parent => External | PendingRedemption];
    RedemptionClaimed = "redemption_claimed": [PendingRedemption => External];
    BalancingFee = "balancing_fee": [External | Junior => Fees];
    // What a trade costs.
    TakerFee = "taker_fee": [Margin | Free | Clearing | Bidder | Makers | Backstop => Fees | Pool | Protocol | Makers];
    Spread = "spread": [Margin | Free | Clearing => Fees];
    ImpactPaid = "impact_paid": [Margin | Free | Clearing => ImpactReserve | ImpactPool | Pool];
    ImpactRebate = "impact_rebate": [ImpactReserve | ImpactPool | Pool => Margin | Free | Clearing | Pool];
    ReserveDrip = "reserve_drip": [ImpactReserve => Fees];
    // What a position realises.
    LossRealised = "loss_realised": [Margin | Clearing | Free => Senior | Junior | Pool | Variation | Clearing];
    ProfitRealised = "profit_realised": [Senior | Junior | Pool | Variation | Clearing => Margin | Free | Clearing | Bidder];
    CounterpartyLoss = "counterparty_loss": [Makers | Backstop => Variation];
    CounterpartyProfit = "counterparty_profit": [Variation => Makers | Backstop];
    // What it owes for time.
    FundingPaid = "funding_paid": [Margin | Clearing | Makers | Backstop | Free => Senior | Junior | Pool | Funding | Variation];
    FundingReceived = "funding_received": [Senior | Junior | Pool | Funding | Variation => Margin | Clearing | Makers | Backstop | Free];
    Utilisation = "utilisation": [Margin | Clearing | Free => Fees | Pool | Protocol];
    // Fees.
    LiquidationFee = "liquidation_fee": [Margin | Clearing => Keeper | Insurance | Junior | Pool | Protocol];
    FeeToProtocol = "fee_to_protocol": [Fees | Pool => Protocol];
    FeeToInsurance = "fee_to_insurance": [Fees => Insurance];
    Coupon = "coupon": [Fees => Senior];
    FeeToSenior = "fee_to_senior": [Fees => Senior];
    FeeToJunior = "fee_to_junior": [Fees => Junior];
    FeeToLiquidity = "fee_to_liquidity": [Fees => Pool | Makers];
    TrancheCash = "tranche_cash": [Senior => Junior, Junior => Senior];
    // Liquidation.
    MarginMoved = "margin_moved": [Margin => Clearing | Margin | Bidder | Backstop, Clearing => Margin | Bidder | Backstop];
    AuctionSettled = "auction_settled": [Margin => Bidder | Clearing | Margin, Bidder => Margin | Clearing, Clearing => Margin | Bidder];
    TakeoverGain = "takeover_gain": [Margin | Clearing => Senior | Junior | Pool];
    BackstopTakeover = "backstop_takeover": [Margin | Clearing => Backstop];
    // A deficit and its payers.
    DeficitOpened = "deficit_opened": [OpenDeficit => Clearing | Pool | Variation | Senior | Junior | Fees | Funding | Margin];
    JuniorLoss = "junior_loss": [Junior | Senior => OpenDeficit];
    InsuranceLoss = "insurance_loss": [Insurance => OpenDeficit];
    AdlCut = "adl_cut": [Margin | Free | Clearing | Makers | Backstop => OpenDeficit | Backstop | Makers | Margin | Variation];
    SeniorLoss = "senior_loss": [Senior | Junior => OpenDeficit];
    ResidualCut = "residual_cut": [Margin | Free => OpenDeficit];
    BackstopLoss = "backstop_loss": [Backstop | Parent | Makers => OpenDeficit];
    HlpSwept = "hlp_swept": [Makers | Backstop => Parent];
    HlpSeeded = "hlp_seeded": [Parent => Makers | Backstop];
    PoolLoss = "pool_loss": [Pool => OpenDeficit];
    PnlCap = "pnl_cap": [Margin => Pool | Clearing];
    Recovery = "recovery": [External => Senior | Junior | Insurance | Free | PendingRedemption];
    Rounding = "rounding": [Clearing | Funding | Variation | Pool => Dust, Dust => Clearing | Funding | Variation | Pool];
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl<'de> Deserialize<'de> for Cause {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Name;
        impl Visitor<'_> for Name {
            type Value = Cause;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a cause of a transfer")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Cause, E> {
                let shown = || text.chars().take(40).collect::<String>();
                Cause::of(text).ok_or_else(|| {
                    E::custom(format!("`{}`; legal: a cause of a transfer", shown()))
                })
            }
        }
        from.deserialize_str(Name)
    }
}
