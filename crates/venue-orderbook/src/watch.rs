//! What is seen of the book: seconds without bids, bad executions, jumps of the mark that nobody
//! traded in, and what stale quotes cost their makers. Figures only: no rule asks for them.

use seawall_units::{Price, Ratio, Round, Side, Time, mul_div};
use seawall_venue::{BookRecord, ParamError};

use crate::depth::Taken;
use crate::params::positive_share;

/// From where on something about the book is worth a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "OrderbookWatchParams")
)]
#[serde(deny_unknown_fields, default)]
pub struct WatchParams {
    /// A second counts as one without bids when none lies within this distance of the oracle
    /// price; 1 %.
    pub bid_within: Ratio,
    /// A move of the mark that counts as a jump; 50 bp.
    pub jump_above: Ratio,
}

impl Default for WatchParams {
    fn default() -> Self {
        Self {
            bid_within: Ratio::bps(100),
            jump_above: Ratio::bps(50),
        }
    }
}

impl WatchParams {
    pub(crate) fn validate(&self) -> Result<(), ParamError> {
        positive_share("watch.bid_within", self.bid_within)?;
        positive_share("watch.jump_above", self.jump_above)
    }
}

/// Whether the book traded since the mark last moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Traded {
    No,
    Yes,
}

/// The record of one coin's book, as it grows.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    start: Time,
    record: BookRecord,
    traded: Traded,
}

impl Watch {
    pub(crate) fn new(start: Time) -> Self {
        Self {
            start,
            record: BookRecord::default(),
            traded: Traded::No,
        }
    }

    pub(crate) fn record(&self) -> BookRecord {
        self.record
    }

    /// A second begins with this best bid.
    pub(crate) fn bid(&mut self, params: &WatchParams, oracle: Price, bid: Option<Price>) {
        let least = oracle.scaled(Ratio::ONE - params.bid_within, Round::Ceil);
        if bid < least {
            let seconds = &mut self.record.seconds_without_bids;
            *seconds = seconds.saturating_add(1);
        }
    }

    /// The mark was set anew.
    pub(crate) fn marked(&mut self, params: &WatchParams, from: Price, to: Price) {
        let jump = to.deviation_from(from);
        if self.traded == Traded::No && jump > params.jump_above {
            self.record.jumps = self.record.jumps.saturating_add(1);
            self.record.largest_jump = self.record.largest_jump.max(jump);
        }
        self.traded = Traded::No;
    }

    /// A taker of this side got this from the makers.
    pub(crate) fn traded(&mut self, now: Time, side: Side, taken: &Taken, at: &Around) {
        self.traded = Traded::Yes;
        let worth = at.outside.value_floor(taken.size);
        let lost = match side {
            Side::Long => worth - taken.value,
            Side::Short => taken.value - worth,
        };
        self.record.stale_quote_loss += lost.or_zero();
        let Some(last) = taken.last else { return };
        let beyond = match side {
            Side::Long => last.units().saturating_sub(at.oracle.units()),
            Side::Short => at.oracle.units().saturating_sub(last.units()),
        };
        let distance = mul_div(beyond, Ratio::ONE_UNITS, at.oracle.units(), Round::Ceil)
            .and_then(|units| Ratio::from_units(units).ok());
        if distance > self.record.worst_execution {
            self.record.worst_execution = distance;
            self.record.worst_execution_after = Some(now.since(self.start));
        }
    }
}

/// The prices that a trade is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around {
    pub(crate) oracle: Price,
    pub(crate) outside: Price,
}

#[cfg(test)]
mod tests {
    use super::*;
    use seawall_units::{Base, Usd};

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    fn taken(value: i32, last: &str) -> Taken {
        Taken {
            size: Base::whole(10),
            value: Usd::whole(value),
            last: Some(price(last)),
        }
    }

    /// Bids of 99 and 98.99 and none against an oracle price of 100.
    #[test]
    fn bids_within_one_per_cent() {
        let (params, mut watch) = (WatchParams::default(), Watch::new(Time::from_secs(0)));
        for bid in [Some("99"), Some("98.99"), None] {
            watch.bid(&params, price("100"), bid.map(price));
        }
        assert_eq!(watch.record().seconds_without_bids, 2);
    }

    /// 100 to 99.4 and to 100 without a trade: 60 bp and 0.6/99.4 = 60.36 bp, rounded up; then one
    /// of 2 % in which something traded, and one of 50 bp, which is not above it.
    #[test]
    fn jumps_without_trades() {
        let (params, mut watch) = (WatchParams::default(), Watch::new(Time::from_secs(0)));
        let at = Around {
            oracle: price("100"),
            outside: price("100"),
        };
        watch.marked(&params, price("100"), price("99.4"));
        watch.marked(&params, price("99.4"), price("100"));
        watch.traded(Time::from_secs(7), Side::Short, &taken(999, "99.9"), &at);
        watch.marked(&params, price("100"), price("98"));
        watch.marked(&params, price("98"), price("98.49"));
        let record = watch.record();
        assert_eq!(record.jumps, 2);
        assert_eq!(record.largest_jump, "0.006036217303822938".parse().unwrap());
    }

    /// Sold at 99.9 and then down to 95, bought up to 104 while the outside price is 106: 500 bp is
    /// the worst, 7 s after the start, and 1 060 − 1 040 = 20 are lost on stale asks.
    #[test]
    fn worst_execution_and_stale_quotes() {
        let mut watch = Watch::new(Time::from_secs(1_000));
        let at = |outside: &str| Around {
            oracle: price("100"),
            outside: price(outside),
        };
        let when = |second: u64| Time::from_secs(1_000 + second);
        watch.traded(when(3), Side::Short, &taken(999, "99.9"), &at("100"));
        watch.traded(when(7), Side::Short, &taken(960, "95"), &at("100"));
        watch.traded(when(9), Side::Long, &taken(1_040, "104"), &at("106"));
        let record = watch.record();
        assert_eq!(record.worst_execution, Some(Ratio::bps(500)));
        assert_eq!(record.worst_execution_after, Some(7));
        assert_eq!(record.stale_quote_loss, Usd::whole(20));
    }
}
