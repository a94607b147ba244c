//! An order book's mark is made of the prices that it states, on its grid.

use crate::books::Books;
use crate::findings::Findings;
use crate::fixed::Price;
use crate::law::Law;
use crate::record::{Data, MadeOf};

use super::{Event, Laws};

/// What the header says that the mark is made of.
#[derive(Debug, Clone, Copy)]
enum Rule {
    Documented,
    Oracle,
}

/// The marks of an order book.
#[derive(Debug)]
pub(crate) struct Marks {
    rule: Rule,
    interval: u64,
    moved: Option<u64>,
}

impl Marks {
    /// `None` where the header does not say what marks are made of.
    pub(crate) fn new(books: &Books) -> Option<Self> {
        let at = &books.parameters;
        let rule = match at.at("mark.rule")?.as_str()? {
            "documented" => Rule::Documented,
            "oracle" => Rule::Oracle,
            _ => return None,
        };
        Some(Self {
            rule,
            interval: at.at("mark_interval")?.as_u64()?,
            moved: None,
        })
    }
}

impl Laws for Marks {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let Data::Mark(mark) = &event.data else {
            return;
        };
        findings.applied(Law::MarkMade);
        let expected = match &mark.made_of {
            None => books.mark,
            Some(made) => {
                let now = event.line.time;
                let since = self
                    .moved
                    .replace(now)
                    .map(|moved| now.saturating_sub(moved));
                if since.is_some_and(|since| since < self.interval) {
                    let expected = format_args!("{} s between two marks", self.interval);
                    findings.broken(Law::MarkMade, expected, since.unwrap_or_default());
                }
                let previous = mark.previous.unwrap_or(books.mark);
                findings.equal(Law::MarkMade, "the mark before", books.mark, previous);
                match self.rule {
                    Rule::Documented => documented(made),
                    Rule::Oracle => made.oracle,
                }
            }
        };
        findings.equal(Law::MarkMade, "the mark", expected, mark.price);
    }
}

/// The median of the three prices that exist; of two with the average of the book; of none the
/// oracle price.
fn documented(made: &MadeOf) -> Price {
    let mut prices: Vec<i128> = [made.based, made.book, made.perps]
        .into_iter()
        .flatten()
        .map(Price::units)
        .collect();
    if prices.len() == 2 {
        prices.extend(made.book_average.map(Price::units));
    }
    prices.sort_unstable();
    let place = prices.len().checked_div(2).unwrap_or_default();
    let Some(upper) = prices.get(place) else {
        return made.oracle;
    };
    let even = prices.len().checked_rem(2) == Some(0);
    let lower = match even {
        true => place.checked_sub(1).and_then(|below| prices.get(below)),
        false => None,
    };
    Price::from_units(upper.saturating_add(*lower.unwrap_or(upper)).div_euclid(2))
}
