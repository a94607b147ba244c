//! What a command got, in words that the engine's answer can be put into as well.

use seawall_venue::{Receipt, Refusal};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Nothing,
    Filled {
        asked: i128,
        filled: i128,
        notional: i128,
        cost: i128,
        mark: i128,
    },
    Moved(i128),
    Queued,
    Noted,
    Requested {
        amount: i128,
        shares: i128,
        due: u64,
    },
    Refused(String),
}

impl Answer {
    /// The engine's answer.
    pub fn of(told: &Result<Receipt, Refusal>) -> Self {
        match told {
            Ok(Receipt::Filled(fill)) => Self::Filled {
                asked: fill.asked.units(),
                filled: fill.filled.units(),
                notional: fill.notional.units(),
                cost: fill.cost.units(),
                mark: fill.mark.units(),
            },
            Ok(Receipt::Moved { amount }) => Self::Moved(amount.units()),
            Ok(Receipt::Queued) => Self::Queued,
            Ok(Receipt::Noted) => Self::Noted,
            Ok(Receipt::Requested {
                amount,
                shares,
                due,
            }) => Self::Requested {
                amount: amount.units(),
                shares: *shares,
                due: due.secs(),
            },
            Ok(other) => panic!("the reference knows no {other:?}"),
            Err(refusal) => Self::Refused(kind(refusal)),
        }
    }

    /// Which answer it is, without its figures.
    pub fn kind(&self) -> String {
        match self {
            Self::Refused(kind) => format!("refused: {kind}"),
            other => {
                let text = format!("{other:?}").to_lowercase();
                let kind: String = text.chars().take_while(|c| c.is_alphabetic()).collect();
                format!("answer {kind}")
            }
        }
    }

    pub fn refused(kind: impl Into<String>) -> Self {
        Self::Refused(kind.into())
    }
}

/// The kind of a refusal: which rule said no.
fn kind(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Status { status } => format!("status {status:?}"),
        Refusal::NoPosition { .. } => "no position".into(),
        Refusal::NotPositive => "not positive".into(),
        Refusal::InitialMargin { .. } => "initial margin".into(),
        Refusal::Limit { limit, .. } => format!("limit {limit}"),
        Refusal::LimitPrice { .. } => "limit price".into(),
        Refusal::PartOnly { .. } => "part only".into(),
        Refusal::InLiquidation => "in liquidation".into(),
        Refusal::Collateral { .. } => "collateral".into(),
        Refusal::NoBidders => "no bidders".into(),
        Refusal::Liquidity { reason } => format!("liquidity: {reason}"),
        other => panic!("the reference knows no {other:?}"),
    }
}
