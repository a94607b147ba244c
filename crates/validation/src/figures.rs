//! The figures of a run, each under a key; the record of the day gives the same keys.

use std::collections::BTreeMap;

use seawall_units::{Ratio, Usd};
use seawall_venue::StageId;

use crate::Clock;
use crate::assumptions::Assumptions;
use crate::observed::Observed;
use crate::record::{Burst, Record};
use crate::tranched::Payers;

/// Figures by key, as integers on the grid of their unit. A figure that a run does not have is not
/// there.
pub type Figures = BTreeMap<String, i128>;

/// Observed batches of this size or more are looked for in the model.
const LARGE: Usd = Usd::whole(1_000_000);

const MINUTE: u64 = 60;

/// The minutes from one clock to another, both included.
#[must_use]
pub fn minutes(from: Clock, to: Clock) -> Vec<Clock> {
    let first = from.minute().time();
    let count = to.minute().time().since(first) / MINUTE;
    (0..=count)
        .map(|minute| Clock::of(first.plus(minute * MINUTE)))
        .collect()
}

/// The first minutes: those whose figures may choose a parameter.
#[must_use]
pub fn first_minutes(observed: &Observed) -> Vec<Clock> {
    observed.minutes.iter().map(|minute| minute.at).collect()
}

/// Short name of a minute in keys: `21:16`.
#[must_use]
pub fn name_of(minute: Clock) -> String {
    minute.to_string().chars().take(5).collect()
}

/// ADL notional by minute and coin, and in all by coin, of the minutes of a stretch.
pub(crate) fn notionals(
    out: &mut Figures,
    prefix: &str,
    (all, record): (&Assumptions, &Record),
    stretch: &[Clock],
) {
    let mut whole = Usd::ZERO;
    for (place, coin) in all.coins.iter().enumerate() {
        let mut total = Usd::ZERO;
        for minute in stretch {
            let of = |burst: &Burst| burst.coin == place && burst.at.minute() == *minute;
            let notional = record.notional(of);
            total += notional;
            let key = format!("{prefix}.{}.{}", name_of(*minute), coin.name);
            out.insert(key, notional.units());
        }
        out.insert(format!("{prefix}.all.{}", coin.name), total.units());
        whole += total;
    }
    out.insert(format!("{prefix}.all"), whole.units());
}

/// Batches: how many, the first, those that mix groups, and how far from each large observed one
/// the nearest modelled one of its group stands.
pub(crate) fn batches(
    out: &mut Figures,
    (all, observed): (&Assumptions, &Observed),
    record: &Record,
) {
    let until = observed.known_until;
    let mut seconds = Vec::new();
    for group in &all.groups {
        let coins = all.coins_of(group);
        let times = record.batches(until, |coin| coins.contains(&coin));
        let count = i128::try_from(times.len()).unwrap_or(i128::MAX);
        out.insert(format!("batches.{}", group.name), count);
        if let Some(first) = times.first() {
            let key = format!("first.{}", group.name);
            out.insert(key, i128::from(first.time().secs()));
        }
        for at in large_batches(all, observed, &coins) {
            let apart = times.iter().map(|time| {
                let (time, at) = (time.time(), at.time());
                time.since(at).max(at.since(time))
            });
            if let Some(apart) = apart.min() {
                out.insert(format!("apart.{at}.{}", group.name), i128::from(apart));
            }
        }
        seconds.push(times);
    }
    let mixed = seconds.first().map_or(0, |first| {
        let others: Vec<&Clock> = seconds.iter().skip(1).flatten().collect();
        first.iter().filter(|at| others.contains(at)).count()
    });
    out.insert("mixed".to_owned(), i128::try_from(mixed).unwrap_or(0));
}

/// The seconds of the large batches of these coins that were observed.
pub(crate) fn large_batches(all: &Assumptions, observed: &Observed, coins: &[usize]) -> Vec<Clock> {
    let record = Record::observed(all, observed);
    let seconds = record.batches(observed.known_until, |coin| coins.contains(&coin));
    let large = seconds.into_iter().filter(|at| {
        record.notional(|burst| burst.at == *at && coins.contains(&burst.coin)) >= LARGE
    });
    large.collect()
}

/// Takeovers by minute, as shares of those of all the first minutes, and how many were drawn.
pub(crate) fn takeovers(out: &mut Figures, minutes: &[(Clock, u64)]) {
    let total: u64 = minutes.iter().map(|(_, count)| *count).sum();
    let ratio = |count: u64| Ratio::units_i64(i64::try_from(count).unwrap_or(i64::MAX));
    for (minute, count) in minutes {
        if let Some(share) = ratio(*count).ratio_floor(ratio(total)) {
            out.insert(format!("takeovers.{}", name_of(*minute)), share.units());
        }
    }
    out.insert("takeovers".to_owned(), i128::from(total));
}

/// How the batches were done: order, whole positions, one price, whose, and at what distance.
pub(crate) fn manner(out: &mut Figures, all: &Assumptions, record: &Record, until: Clock) {
    let first: Vec<&Burst> = record.bursts.iter().filter(|b| b.at <= until).collect();
    out.insert("violations".to_owned(), i128::from(record.violations));
    let ratio = |count: u64| Ratio::units_i64(i64::try_from(count).unwrap_or(i64::MAX));
    let winners = first.iter().map(|burst| burst.winners).sum();
    let whole = first.iter().map(|burst| burst.whole).sum();
    if let Some(share) = ratio(whole).ratio_floor(ratio(winners)) {
        out.insert("whole_closes".to_owned(), share.units());
    }
    let mut places: BTreeMap<(Clock, usize), u64> = BTreeMap::new();
    for burst in &first {
        *places.entry((burst.at, burst.coin)).or_default() += 1;
    }
    let several = places.values().filter(|prices| **prices > 1).count();
    out.insert(
        "several_prices".to_owned(),
        i128::try_from(several).unwrap_or(0),
    );
    let notional: Usd = first.iter().map(|burst| burst.notional).sum();
    let of_vaults: Usd = first.iter().map(|burst| burst.of_vaults).sum();
    if let Some(share) = of_vaults.ratio_floor(notional) {
        out.insert("vault_share".to_owned(), share.units());
    }
    for (place, coin) in all.coins.iter().enumerate() {
        let of = || first.iter().filter(|burst| burst.coin == place);
        let notional: Usd = of().map(|burst| burst.notional).sum();
        // The batch's notional times the distance of its price from the mark, over its price.
        let gap = of().map(|burst| {
            let apart = burst.mark.deviation_from(burst.price);
            burst.notional.mul_floor(apart)
        });
        if let Some(gap) = gap.sum::<Usd>().ratio_floor(notional) {
            out.insert(format!("gap.{}", coin.name), gap.units());
        }
    }
}

/// Who paid in the tranched markets.
pub(crate) fn payers(out: &mut Figures, payers: &Payers) {
    let amount = |of: &BTreeMap<StageId, Usd>, stage| of.get(&stage).copied().unwrap_or_default();
    for stage in [StageId::PartialDeleverage, StageId::Auction] {
        let key = format!("tranched.closed.{}", stage.name());
        out.insert(key, amount(&payers.closed, stage).units());
    }
    let paying = [
        StageId::Junior,
        StageId::Insurance,
        StageId::Adl,
        StageId::Senior,
        StageId::Residual,
    ];
    for stage in paying {
        let key = format!("tranched.paid.{}", stage.name());
        out.insert(key, amount(&payers.absorbed, stage).units());
    }
    out.insert("tranched.deficits".to_owned(), payers.deficits.units());
    out.insert(
        "tranched.winners_closed".to_owned(),
        payers.winners_closed.units(),
    );
    out.insert("tranched.taken".to_owned(), payers.taken.units());
}

impl Record {
    /// The record of the day in the form of a run's.
    pub(crate) fn observed(all: &Assumptions, observed: &Observed) -> Self {
        let bursts = observed.bursts.iter().filter_map(|burst| {
            Some(Burst {
                at: burst.at,
                coin: all.place(&burst.coin)?,
                notional: burst.notional,
                of_vaults: Usd::ZERO,
                price: burst.price,
                mark: burst.price,
                winners: 0,
                whole: 0,
                taken: Usd::ZERO,
            })
        });
        let minutes = observed.minutes.iter();
        Self {
            bursts: bursts.collect(),
            takeovers: minutes
                .map(|minute| (minute.at, minute.takeovers))
                .collect(),
            violations: observed.order_violations,
            residual: Usd::ZERO,
        }
    }
}

/// The figures of the day, under the keys of a run's.
#[must_use]
pub fn of_the_day(all: &Assumptions, observed: &Observed) -> Figures {
    let record = Record::observed(all, observed);
    let mut out = Figures::new();
    notionals(&mut out, "adl", (all, &record), &first_minutes(observed));
    batches(&mut out, (all, observed), &record);
    let minutes: Vec<(Clock, u64)> = record.takeovers.iter().map(|(m, c)| (*m, *c)).collect();
    takeovers(&mut out, &minutes);
    out.insert(
        "violations".to_owned(),
        i128::from(observed.order_violations),
    );
    out.insert("whole_closes".to_owned(), observed.whole_closes.units());
    out.insert("several_prices".to_owned(), 0);
    out.insert("vault_share".to_owned(), observed.vault_share.units());
    for each in &observed.gap_printed {
        out.insert(format!("gap.{}", each.coin), each.gap.units());
    }
    out
}
