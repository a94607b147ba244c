//! The legal ranges of keys that are whole numbers, for values that their type cannot hold.
//!
//! A value inside the type is checked where the key is used, which names the range itself; a test
//! holds these words to those.

/// The end of a key's path, without places in lists, and what is legal there. Of several that fit the
/// longest holds.
const LEGAL: &[(&str, &str)] = &[
    (
        "positions.drawn.count",
        "at most 2000000 in all crowds together",
    ),
    ("arbitrageurs.lag", "0 to 86400 seconds"),
    // What reacts.
    ("lps.count", "1 to 10000 in all groups together"),
    ("return_after", "1 to 604800 seconds"),
    ("back_after", "1 to 604800 seconds"),
    ("delay.fixed", "0 to 604800 seconds"),
    ("delay.uniform.min", "0 to 604800 seconds"),
    ("delay.uniform.max", "0 to 604800 seconds"),
    ("delay.lognormal.median", "0 to 604800 seconds"),
    ("delay.lognormal.min", "0 to 604800 seconds"),
    ("delay.lognormal.max", "0 to 604800 seconds"),
    ("delay.choice.value", "0 to 604800 seconds"),
    ("within", "1 to 86400 seconds"),
    ("traders.every", "1 to 3600 seconds"),
    ("traders.times", "1 to 1000"),
    // Prices and their sources.
    ("oracle.sources", "1 to 64"),
    ("feeds.count", "1 to 64"),
    ("feeds.weight", "1 to 1000"),
    ("push.heartbeat", "1 to 86400 s"),
    ("twap.window", "1 to 86400 s"),
    (
        "trades.source",
        "the number of a source with the design `pool`",
    ),
    ("faults.kind.delay", "1 to 86400 seconds"),
    ("oracle.quorum", "1 to 65535"),
    ("oracle.max_age", "0 to 86400 s"),
    ("oracle.grace", "0 to 86400 s"),
    ("oracle.reopening", "0 to 86400 s"),
    ("venues.hyperliquid.oracle.max_age", "0 to 86400 seconds"),
    ("venues.hyperliquid.oracle.grace", "0 to 86400 seconds"),
    ("venues.hyperliquid.oracle.reopening", "0 to 86400 seconds"),
    // The tranched market.
    ("ladder.near_bands", "1 to 1000 with far_bands"),
    ("ladder.far_bands", "1 to 1000 with near_bands"),
    ("ladder.reduce_only_spread", "1 to 1000"),
    ("ladder.drip", "1 to 1000000"),
    ("fees.arrears_days", "0 to 3650"),
    ("fees.arrears_day", "whole minutes, 60 to 31536000 seconds"),
    ("rates.funding.decay", "1 to 4294967295"),
    ("vault.epoch", "whole minutes, 60 to 31536000 seconds"),
    ("vault.senior_epochs", "1 to 1000"),
    ("vault.junior_epochs", "1 to 1000"),
    ("waterfall.partial.cooldown", "0 to 86400 seconds"),
    ("waterfall.partial.max_steps", "0 to 1000"),
    ("waterfall.partial.reset_after", "0 to 604800 seconds"),
    ("waterfall.auction.max_lots", "0 to 10000"),
    ("waterfall.auction.duration", "1 to 86400 seconds"),
    ("waterfall.adl.batch_multiple", "1 to 1000"),
    ("waterfall.adl.interval", "1 to 86400 seconds"),
    ("waterfall.adl.max_batches", "0 to 10000"),
    // The order book.
    ("venues.hyperliquid.mark_interval", "1 to 86400 seconds"),
    ("tiers.max_leverage", "1 to 1000"),
    ("book.maker_leverage", "1 to 1000"),
    ("book.half_life", "1 to 86400 seconds"),
    ("book.volatility_half_life", "1 to 86400 seconds"),
    ("hyperliquid.funding.sample_interval", "1 to 86400 seconds"),
    ("hyperliquid.liquidation.cooldown", "1 to 86400 seconds"),
    ("hyperliquid.backstop.interval", "1 to 86400 seconds"),
    ("hyperliquid.backstop.unwind_interval", "1 to 86400 seconds"),
    ("hyperliquid.adl.interval", "1 to 86400 seconds"),
    ("hyperliquid.mark.basis_time", "1 to 86400 seconds"),
    ("hyperliquid.mark.book_time", "1 to 86400 seconds"),
    ("hyperliquid.mark.perps.weight", "1 to 1000000"),
    ("hyperliquid.mark.perps.lag", "0 to 86400 seconds"),
    ("hyperliquid.book.makers.latency", "0 to 86400 seconds"),
    ("hyperliquid.hlp.lock", "0 to 31536000 seconds"),
    (
        "hyperliquid.hlp.rebalanced_every",
        "60 to 86400 seconds, whole minutes",
    ),
    (
        "hyperliquid.hlp.rebalanced_at",
        "0 to 86340 seconds, whole minutes",
    ),
    // Sweep files.
    ("paths", "1 to 1000000000"),
    ("price.tick", "at least 1 second"),
    ("grid.count", "2 to 10000"),
    ("draw.decimals", "0 to 18"),
    // The pool.
    ("gmx.funding.adaptive.rise", "1 to 31536000 seconds"),
    ("gmx.funding.adaptive.fall", "0 to 31536000 seconds"),
];

/// What a type of whole numbers holds, by the name that serde gives it: the format itself ends at
/// 2⁶³ − 1.
const TYPES: &[(&str, &str)] = &[
    ("u8", "0 to 255"),
    ("u16", "0 to 65535"),
    ("u32", "0 to 4294967295"),
    ("u64", "0 to 9223372036854775807"),
];

/// The same refusal with the legal range of the key instead of the name of a type; `None` when
/// it refuses something else than a whole number.
pub(crate) fn with_range(message: &str, path: &str) -> Option<String> {
    let (found, expected) = message.rsplit_once(", expected ")?;
    let (_, of_type) = TYPES.iter().find(|(name, _)| *name == expected)?;
    let said = match found.strip_prefix("invalid value: ") {
        Some(found) => format!("{found} is out of range"),
        None => {
            let found = found.strip_prefix("invalid type: ").unwrap_or(found);
            format!("{found} is not a whole number")
        }
    };
    let legal = legal_at(path).unwrap_or(of_type);
    Some(format!("{said}; legal: {legal}"))
}

fn legal_at(path: &str) -> Option<&'static str> {
    let mut plain = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '[' => inside = true,
            ']' => inside = false,
            letter if !inside => plain.push(letter),
            _ => {}
        }
    }
    let fits = |end: &str| {
        let above = plain.strip_suffix(end);
        above.is_some_and(|above| above.is_empty() || above.ends_with(['.', '_']))
    };
    let fitting = LEGAL.iter().filter(|(end, _)| fits(end));
    let longest = fitting.max_by_key(|(end, _)| end.len());
    longest.map(|(_, legal)| *legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_refused_with_its_range() {
        let said = |message, path| with_range(message, path);
        assert_eq!(
            said("invalid value: integer `-7`, expected u64", "seed").as_deref(),
            Some("integer `-7` is out of range; legal: 0 to 9223372036854775807")
        );
        assert_eq!(
            said(
                "invalid type: string \"4\", expected u16",
                "oracle.feeds[3].weight"
            )
            .as_deref(),
            Some("string \"4\" is not a whole number; legal: 1 to 1000")
        );
        assert_eq!(
            said(
                "invalid type: string \"4\", expected a boolean",
                "positions.scale"
            ),
            None
        );
        assert_eq!(said("missing field `seed`", ""), None);
    }

    #[test]
    fn the_longest_ending_holds() {
        assert_eq!(
            legal_at("venues.tranched.oracle.grace"),
            Some("0 to 86400 s")
        );
        assert_eq!(
            legal_at("venues.hyperliquid.oracle.grace"),
            Some("0 to 86400 seconds")
        );
        assert_eq!(
            legal_at("oracle.feeds[0].arithmetic_twap.window"),
            Some("1 to 86400 s")
        );
        assert_eq!(legal_at("somewhere.else"), None);
    }
}
