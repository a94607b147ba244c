//! Indices move within their bounds, at their moments, and never without a live mark (M-6).

use crate::books::Books;
use crate::findings::Findings;
use crate::fixed::{Factor, Fixed, Price, Ratio, Usd};
use crate::law::Law;
use crate::levels::{Levels, PoolLevels};
use crate::names::{AccountKind, Side, Status, Venue};
use crate::record::Data;
use crate::wide::{Round, mul_div, part};

use super::{Event, Laws};

const MINUTES_PER_YEAR: i128 = 525_600;
const SECONDS_PER_YEAR: i128 = 31_536_000;
const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;

/// The laws of indices.
#[derive(Debug)]
pub(crate) struct Funding {
    bounds: Bounds,
    /// When the indices moved last.
    last: u64,
    /// How often a position was settled, and so rounded.
    settled: i128,
}

/// How far an index may go in one step.
#[derive(Debug)]
enum Bounds {
    /// Yearly rates: the clamp of funding and the most of utilisation, where it is bounded.
    Tranched { clamp: Option<Ratio> },
    /// The cap of one hour.
    Book { cap: Option<Ratio> },
    /// Yearly rates of funding and borrowing.
    Pool { funding: Option<Ratio> },
}

impl Funding {
    pub(crate) fn new(books: &Books) -> Self {
        let at = &books.parameters;
        let bounds = match &books.levels {
            Levels::Tranched(_) => Bounds::Tranched {
                clamp: at.ratio("rates.funding.cap"),
            },
            Levels::Book(_) => Bounds::Book {
                cap: at.ratio("funding.hourly_cap"),
            },
            Levels::Pool(_) => Bounds::Pool {
                funding: pool_rate(books),
            },
        };
        Self {
            bounds,
            last: books.start,
            settled: 0,
        }
    }
}

/// The highest rate of a pool's funding.
fn pool_rate(books: &Books) -> Option<Ratio> {
    let at = &books.parameters;
    let of = |path| at.ratio(path);
    of("funding.skew_proportional.max")
        .or_else(|| of("funding.constant.rate"))
        .or_else(|| of("funding.adaptive.max"))
}

/// Whether a pool's rate walks, so that the smaller side may still pay what is due on the larger
/// one.
fn walks(books: &Books) -> bool {
    books.parameters.ratio("funding.adaptive.max").is_some()
}

/// Open interest of both sides at entry.
fn interest(books: &Books) -> [Usd; 2] {
    let mut sides = [Usd::ZERO; 2];
    for (_, held) in books.positions.of_kind(AccountKind::Margin) {
        let [long, short] = &mut sides;
        match held.side() {
            Some(Side::Long) => *long += held.cost.abs(),
            Some(Side::Short) => *short += held.cost.abs(),
            None => {}
        }
    }
    sides
}

impl Laws for Funding {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let positions = i128::try_from(event.line.positions.len()).unwrap_or(i128::MAX);
        self.settled = self.settled.saturating_add(positions);
        let Data::Index(index) = &event.data else {
            return;
        };
        let law = Law::IndexStep;
        findings.applied(law);
        if matches!(books.status, Status::Halted | Status::ReduceOnly) {
            findings.broken(law, "a live mark", books.status);
        }
        let Ok(levels) = Levels::read(books.venue, index.levels.get()) else {
            return;
        };
        match (books.levels, levels) {
            (Levels::Tranched(old), Levels::Tranched(new)) => {
                self.whole(books, MINUTE, findings);
                self.clamped(books, new.funding - old.funding, findings);
                for (side, step) in [
                    ("long", new.long - old.long),
                    ("short", new.short - old.short),
                ] {
                    if step.is_negative() {
                        findings.broken(
                            law,
                            format_args!("the utilisation index of {side} not to fall"),
                            step,
                        );
                    }
                }
            }
            (Levels::Book(old), Levels::Book(new)) => {
                self.crossed(books, HOUR, findings);
                self.capped(books, new.funding - old.funding, findings);
            }
            (Levels::Pool(old), Levels::Pool(new)) => self.factors(books, (&old, &new), findings),
            _ => {}
        }
        self.last = books.now;
    }

    fn journal_ends(&mut self, books: &Books, findings: &mut Findings) {
        if books.venue == Venue::Gmx {
            self.balanced(books, findings);
        }
    }
}

impl Funding {
    /// What one side of a pool has paid and owes, the other has received or may claim: the rest is
    /// what rounding left with the pool, two units for each time that a position was settled.
    fn balanced(&self, books: &Books, findings: &mut Findings) {
        let mut left = books.funding_float;
        let mut open: i128 = 0;
        for (_, held) in books.positions.of_kind(AccountKind::Margin) {
            let owed = books.levels.parts(&held);
            left += owed.funding - owed.claim;
            open = open.saturating_add(i128::from(!held.is_flat()));
        }
        let times = self.settled.saturating_add(open).saturating_add(1);
        let most = Usd::from_units(times.saturating_mul(2));
        findings.applied(Law::FundingBalance);
        if left.is_negative() || left > most {
            let expected = format_args!("between 0.000000 and {most} more paid than received");
            findings.broken(Law::FundingBalance, expected, left);
        }
    }

    fn whole(&self, books: &Books, unit: u64, findings: &mut Findings) {
        if books.now.checked_rem(unit) != Some(0) {
            findings.broken(Law::IndexStep, format_args!("a whole {unit} s"), books.now);
        }
        if books.now == self.last && books.now != books.start {
            findings.broken(Law::IndexStep, "one step in a minute", "another one");
        }
    }

    /// An hour may end in a second without a mark, and its index moves in the next one.
    fn crossed(&self, books: &Books, unit: u64, findings: &mut Findings) {
        if books.now.checked_div(unit) == self.last.checked_div(unit) {
            findings.broken(Law::IndexStep, "a new hour", books.now);
        }
    }

    /// `|dF| ≤ clamp·P/525 600`.
    fn clamped(&self, books: &Books, step: Ratio, findings: &mut Findings) {
        let Bounds::Tranched { clamp: Some(clamp) } = &self.bounds else {
            findings.cannot_apply(Law::IndexStep, "no `rates.funding.cap` in the header");
            return;
        };
        let most = at_price(*clamp, books.mark, MINUTES_PER_YEAR);
        if step.abs() > most {
            findings.broken(
                Law::IndexStep,
                format_args!("a funding step within {most}"),
                step,
            );
        }
    }

    /// `|dF| ≤ hourly cap · P`, at the oracle price or the mark.
    fn capped(&self, books: &Books, step: Ratio, findings: &mut Findings) {
        let Bounds::Book { cap: Some(cap) } = &self.bounds else {
            return;
        };
        let most = at_price(*cap, books.mark.max(books.outside).max(books.oracle), 1);
        if step.abs() > most {
            findings.broken(
                Law::IndexStep,
                format_args!("a funding step within {most}"),
                step,
            );
        }
    }

    fn factors(
        &self,
        books: &Books,
        (old, new): (&PoolLevels, &PoolLevels),
        findings: &mut Findings,
    ) {
        let Bounds::Pool { funding } = &self.bounds else {
            return;
        };
        let seconds = i128::from(books.now.saturating_sub(self.last));
        let sides = [(&old.long, &new.long), (&old.short, &new.short)];
        let interest = interest(books);
        let larger = interest[0].max(interest[1]);
        for ((old, new), own) in sides.into_iter().zip(interest) {
            let steps = [
                new.borrowing - old.borrowing,
                new.funding_paid - old.funding_paid,
                new.funding_received - old.funding_received,
            ];
            for step in steps.into_iter().filter(|step| step.is_negative()) {
                findings.broken(Law::IndexStep, "a factor not to fall", step);
            }
            let [_, paid, _] = steps;
            if let Some(rate) = funding {
                let most = match walks(books) {
                    true => on_larger(per_second(*rate, seconds), own, larger),
                    false => per_second(*rate, seconds),
                };
                if paid > most {
                    findings.broken(
                        Law::IndexStep,
                        format_args!("a funding step of at most {most}"),
                        paid,
                    );
                }
            }
        }
    }
}

/// What a side pays per USD of its own size when it pays this much on the larger side's; nothing
/// when it has no size.
fn on_larger(most: Factor, own: Usd, larger: Usd) -> Factor {
    if !own.is_positive() {
        return Factor::ZERO;
    }
    let units = mul_div(most.units(), larger.units(), own.units(), Round::Ceil);
    units.map_or(most, Fixed::from_units)
}

/// `rate·P/parts` on the grid of indices, rounded away from zero.
fn at_price(rate: Ratio, price: Price, parts: i128) -> Ratio {
    let divisor = Price::ONE_UNITS.saturating_mul(parts);
    part(rate, price.units(), divisor, Round::Ceil) + Ratio::from_units(1)
}

/// A yearly rate over seconds on the grid of factors, rounded up.
fn per_second(rate: Ratio, seconds: i128) -> Factor {
    let scale = 10_i128.pow(12);
    let units = part(
        rate,
        seconds.saturating_mul(scale),
        SECONDS_PER_YEAR,
        Round::Ceil,
    )
    .units();
    Fixed::from_units(units.saturating_add(seconds))
}
