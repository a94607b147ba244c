//! Sums that are kept beside the same sums added up anew.
use ethnum::I256;
use seawall_ledger::Account;
use seawall_units::{Side, Usd};
use seawall_venue::Recount;

use crate::lp::Way;
use crate::pool::Pool;
use crate::venue::PoolVenue;
use crate::wide::F30;

struct Names {
    size: &'static str,
    tokens: &'static str,
    borrowing: &'static str,
    borrowing_rest: &'static str,
}

const LONG: Names = Names {
    size: "long open interest at entry",
    tokens: "long open interest in tokens",
    borrowing: "long borrowing sum",
    borrowing_rest: "long borrowing sum, rest",
};
const SHORT: Names = Names {
    size: "short open interest at entry",
    tokens: "short open interest in tokens",
    borrowing: "short borrowing sum",
    borrowing_rest: "short borrowing sum, rest",
};

pub(crate) fn all(venue: &PoolVenue) -> Vec<Recount> {
    let mut anew = Pool::new(venue.pool.cash, venue.pool.impact_pool, venue.pool.updated);
    let mut positions = 0_usize;
    for position in venue.book.iter().flatten() {
        anew.include(position);
        positions = positions.saturating_add(1);
    }
    let founder = venue.founder.units();
    let held = venue.providers.values().map(|each| each.tokens.units());
    let out = venue.requests.iter().filter(|each| each.way == Way::Out);
    let mut recounts = vec![
        Recount {
            what: "market tokens",
            kept: venue.pool.supply.units(),
            counted: held.fold(founder, i128::saturating_add),
        },
        Recount {
            what: "withdrawals asked for",
            kept: venue.waiting.values().copied().sum::<Usd>().units(),
            counted: out.map(|each| each.amount).sum::<Usd>().units(),
        },
        Recount {
            what: "pool cash",
            kept: venue.pool.cash.units(),
            counted: venue.ledger.balance(Account::Pool).units(),
        },
        Recount {
            what: "impact pool",
            kept: venue.pool.impact_pool.units(),
            counted: venue.ledger.balance(Account::ImpactPool).units(),
        },
        Recount {
            what: "positions watched",
            kept: i128::try_from(venue.watch.len()).unwrap_or(i128::MAX),
            counted: i128::try_from(positions).unwrap_or(i128::MIN),
        },
    ];
    for (side, names) in [(Side::Long, LONG), (Side::Short, SHORT)] {
        side_recounts(&mut recounts, &venue.pool, &anew, (side, names));
    }
    recounts
}

fn side_recounts(out: &mut Vec<Recount>, kept: &Pool, anew: &Pool, (side, names): (Side, Names)) {
    let (kept, anew) = (kept.side(side), anew.side(side));
    let (kept_whole, kept_rest) = halves(kept.borrowing_sum);
    let (anew_whole, anew_rest) = halves(anew.borrowing_sum);
    for (what, kept, counted) in [
        (names.size, kept.size.units(), anew.size.units()),
        (names.tokens, kept.tokens.units(), anew.tokens.units()),
        (names.borrowing, kept_whole, anew_whole),
        (names.borrowing_rest, kept_rest, anew_rest),
    ] {
        out.push(Recount {
            what,
            kept,
            counted,
        });
    }
}

/// A 256-bit sum as two numbers: whole units of the ledger's grid and the rest.
fn halves(sum: I256) -> (i128, i128) {
    let one = F30::one().0;
    let whole = sum.checked_div(one).unwrap_or(I256::ZERO);
    let rest = sum.checked_rem(one).unwrap_or(I256::ZERO);
    let narrow = |number: I256| i128::try_from(number).unwrap_or(i128::MAX);
    (narrow(whole), narrow(rest))
}
