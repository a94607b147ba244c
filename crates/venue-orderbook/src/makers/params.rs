use seawall_units::Ratio;
use seawall_venue::ParamError;

use crate::params::{DAY, refuse, share};

/// One maker who quotes for himself.
///
/// He quotes the book's segments on both sides of a centre, the outside price as it stood `latency`
/// seconds ago, moved by his inventory. What he does not state is that of a maker who quotes the
/// single curve.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MakerParams {
    /// His name.
    pub name: String,
    /// His share of the makers' capital; all of them together at most 1.
    pub share: Ratio,
    /// Distance of his best quote from his centre in calm markets; 1 bp.
    pub half_spread: Ratio,
    /// Seconds by which he sees outside price and volatility late; 0.
    pub latency: u64,
    /// How strongly he withdraws depth above the calm volatility; 1. See
    /// [`quoted_share`](crate::quoted_share).
    pub withdrawal: Ratio,
    /// Half-spread added for each unit of one second's volatility above the calm one; 0.
    pub spread_response: Ratio,
    /// Volatility of one second above which he quotes nothing; 1, never.
    pub withdraw_above: Ratio,
    /// How far his centre moves against his inventory when that is at its limit; 0.
    pub skew: Ratio,
    /// The part of his size that he takes off the side that would add to his inventory when that
    /// is at its limit; 0.
    pub size_skew: Ratio,
    /// Half-spread added while the outside venue, where he hedges, is stressed; 0.
    pub hedge_cost: Ratio,
    /// Volatility of one second above which it is; 1, never.
    pub stress_above: Ratio,
    /// The most inventory that he holds, over his capital; 10.
    pub limit: Ratio,
}

impl Default for MakerParams {
    fn default() -> Self {
        Self {
            name: String::from("maker"),
            share: Ratio::ONE,
            half_spread: Ratio::bps(1),
            latency: 0,
            withdrawal: Ratio::ONE,
            spread_response: Ratio::ZERO,
            withdraw_above: Ratio::ONE,
            skew: Ratio::ZERO,
            size_skew: Ratio::ZERO,
            hedge_cost: Ratio::ZERO,
            stress_above: Ratio::ONE,
            limit: Ratio::whole(10),
        }
    }
}

/// Four makers, the default.
///
/// **An assumption**, shaped so that at 4 to 8 bp of volatility a second, that of the slide of 10
/// October 2025 (Bitcoin's mark fell 4.8 % in the minute to 21:20:08), depth is 92 % to 98 % below
/// the calm one and the last maker's spread is one to two per cent, at 50 bp ten: published are
/// falls of depth of more than 90 % (FTI Consulting; Kaiko) to 98 %, and spreads from single basis
/// points to double-digit per cent. The fast maker leaves first and the one with the widest quotes
/// stays; latencies of 0 to 3 s are choices without a source.
#[must_use]
pub fn default_makers() -> Vec<MakerParams> {
    let maker = |name: &str, share, half_spread, latency| MakerParams {
        name: String::from(name),
        share: Ratio::bps(share),
        half_spread: Ratio::bps(half_spread),
        latency,
        size_skew: Ratio::bps(5_000),
        stress_above: Ratio::bps(5),
        ..MakerParams::default()
    };
    vec![
        MakerParams {
            withdrawal: Ratio::whole(4),
            spread_response: Ratio::whole(2),
            withdraw_above: Ratio::bps(10),
            skew: Ratio::bps(5),
            hedge_cost: Ratio::bps(2),
            ..maker("fast", 3_000, 1, 0)
        },
        MakerParams {
            spread_response: Ratio::whole(4),
            withdraw_above: Ratio::bps(25),
            skew: Ratio::bps(10),
            hedge_cost: Ratio::bps(5),
            ..maker("steady", 3_000, 2, 1)
        },
        MakerParams {
            spread_response: Ratio::whole(8),
            withdraw_above: Ratio::bps(50),
            skew: Ratio::bps(20),
            hedge_cost: Ratio::bps(10),
            ..maker("slow", 2_000, 5, 2)
        },
        MakerParams {
            withdrawal: Ratio::bps(2_500),
            spread_response: Ratio::whole(20),
            skew: Ratio::bps(50),
            size_skew: Ratio::bps(2_500),
            hedge_cost: Ratio::bps(20),
            ..maker("patient", 2_000, 20, 3)
        },
    ]
}

/// Most makers that one book takes.
const MOST: usize = 64;

/// Checks every maker and what they have together.
pub(crate) fn validate(makers: &[MakerParams], nearest: Ratio) -> Result<(), ParamError> {
    if makers.len() > MOST {
        return Err(refuse("book.makers", makers.len(), "at most 64"));
    }
    let within = |field, value: Ratio, most: Ratio, legal| match value.is_negative() || value > most
    {
        true => Err(refuse(field, value, legal)),
        false => Ok(()),
    };
    let mut together = Ratio::ZERO;
    for maker in makers {
        share("book.makers.share", maker.share)?;
        share("book.makers.half_spread", maker.half_spread)?;
        if maker.half_spread >= nearest {
            let legal = "0 to below the end of the first of `book.segments`";
            return Err(refuse("book.makers.half_spread", maker.half_spread, legal));
        }
        share("book.makers.withdraw_above", maker.withdraw_above)?;
        share("book.makers.skew", maker.skew)?;
        share("book.makers.size_skew", maker.size_skew)?;
        share("book.makers.hedge_cost", maker.hedge_cost)?;
        share("book.makers.stress_above", maker.stress_above)?;
        let (most, legal) = (Ratio::whole(1_000), "0 to 1000");
        within("book.makers.withdrawal", maker.withdrawal, most, legal)?;
        within(
            "book.makers.spread_response",
            maker.spread_response,
            most,
            legal,
        )?;
        within("book.makers.limit", maker.limit, most, legal)?;
        if maker.latency > DAY {
            let legal = "0 to 86400 seconds";
            return Err(refuse("book.makers.latency", maker.latency, legal));
        }
        together += maker.share;
    }
    match together > Ratio::ONE {
        true => Err(refuse("book.makers.share", together, "together at most 1")),
        false => Ok(()),
    }
}
