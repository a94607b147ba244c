//! The job in bare `f64`: every position is looked at every tick.
//!
//! Everything is `#[inline]`, so that it is compiled into the program that races it, with the vector
//! instructions that the program is compiled for.

use super::{ENTRY, FUND, Figures, Job, MAINTENANCE, POSITIONS, Tick};

/// The whole state of the job beside its positions.
struct Books {
    pool: f64,
    fund: f64,
    bad_debt: f64,
    liquidations: usize,
    ticks: Vec<Tick>,
}

impl Books {
    #[inline]
    fn new(ticks: usize) -> Self {
        Self {
            pool: 0.0,
            fund: FUND,
            bad_debt: 0.0,
            liquidations: 0,
            ticks: Vec::with_capacity(ticks),
        }
    }

    #[inline]
    fn close(&mut self, size: f64, equity: f64, price: f64) {
        self.pool -= size * (price - ENTRY);
        if equity >= 0.0 {
            self.fund += equity.min(MAINTENANCE * size.abs() * price);
        } else {
            let paid = self.fund.min(-equity);
            self.fund -= paid;
            self.bad_debt += -equity - paid;
        }
        self.liquidations += 1;
    }

    #[inline]
    fn figures(self) -> Figures {
        Figures {
            liquidations: self.liquidations,
            pool: self.pool,
            ticks: self.ticks,
        }
    }
}

/// `2·10⁻⁶ · (L − S)/(L + S)`, per tick.
#[inline]
fn rate(long: f64, short: f64) -> f64 {
    match long + short > 0.0 {
        true => 2e-6 * (long - short) / (long + short),
        false => 0.0,
    }
}

/// As one would write it first: one loop over the positions, with branches.
#[inline]
#[must_use]
pub fn obvious(job: Job) -> Figures {
    let mut books = Books::new(job.prices.len());
    let mut margins = job.margins;
    let mut open = vec![true; POSITIONS];
    let side = |sign: f64| job.sizes.iter().map(|q| (q * sign).max(0.0)).sum::<f64>();
    let (mut long, mut short, mut count) = (side(1.0), side(-1.0), POSITIONS);
    for &price in &job.prices {
        let rate = rate(long, short);
        let mut equities = 0.0;
        for n in 0..POSITIONS {
            if !open[n] {
                continue;
            }
            let size = job.sizes[n];
            let paid = size * price * rate;
            margins[n] -= paid;
            books.pool += paid;
            let equity = margins[n] + size * (price - ENTRY);
            if equity < MAINTENANCE * size.abs() * price {
                books.close(size, equity, price);
                open[n] = false;
                count -= 1;
                match size > 0.0 {
                    true => long -= size,
                    false => short += size,
                }
            } else {
                equities += equity;
            }
        }
        books.ticks.push(Tick {
            price,
            long,
            short,
            open: count,
            fund: books.fund,
            bad_debt: books.bad_debt,
            equity: equities,
        });
    }
    books.figures()
}

/// Positions of a block.
const BLOCK: usize = 64;

/// As one would tune it: without branches in blocks that the compiler turns into vector
/// instructions; a closed position has size and margin zero, and only a block in which somebody is
/// below maintenance is looked at again.
#[inline]
#[must_use]
pub fn blocked(job: Job) -> Figures {
    let mut books = Books::new(job.prices.len());
    let padded = POSITIONS.next_multiple_of(BLOCK);
    let (mut sizes, mut margins) = (job.sizes, job.margins);
    sizes.resize(padded, 0.0);
    margins.resize(padded, 0.0);
    let side = |sign: f64| sizes.iter().map(|q| (q * sign).max(0.0)).sum::<f64>();
    let (mut long, mut short, mut count) = (side(1.0), side(-1.0), POSITIONS);
    for &price in &job.prices {
        let fee = price * rate(long, short);
        let mut equities = 0.0;
        let blocks = sizes.chunks_exact_mut(BLOCK);
        for (sizes, margins) in blocks.zip(margins.chunks_exact_mut(BLOCK)) {
            let swept = sweep(sizes, margins, price, fee);
            books.pool += swept.paid;
            equities += swept.equity;
            if !swept.is_below {
                continue;
            }
            for (size, margin) in sizes.iter_mut().zip(margins) {
                let equity = *margin + *size * (price - ENTRY);
                if equity < MAINTENANCE * size.abs() * price {
                    equities -= equity;
                    books.close(*size, equity, price);
                    count -= 1;
                    long -= size.max(0.0);
                    short += size.min(0.0);
                    (*size, *margin) = (0.0, 0.0);
                }
            }
        }
        books.ticks.push(Tick {
            price,
            long,
            short,
            open: count,
            fund: books.fund,
            bad_debt: books.bad_debt,
            equity: equities,
        });
    }
    books.figures()
}

/// What one pass over a block found.
struct Swept {
    paid: f64,
    equity: f64,
    is_below: bool,
}

/// Lanes that are summed side by side.
const LANES: usize = 8;

#[inline]
fn sweep(sizes: &[f64], margins: &mut [f64], price: f64, fee: f64) -> Swept {
    let (mut paid, mut equity, mut least) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let lanes = sizes.chunks_exact(LANES);
    for (sizes, margins) in lanes.zip(margins.chunks_exact_mut(LANES)) {
        for lane in 0..LANES {
            let size = sizes[lane];
            let pays = size * fee;
            margins[lane] -= pays;
            let worth = margins[lane] + size * (price - ENTRY);
            let above = worth - MAINTENANCE * size.abs() * price;
            paid[lane] += pays;
            equity[lane] += worth;
            least[lane] = if above < least[lane] {
                above
            } else {
                least[lane]
            };
        }
    }
    Swept {
        paid: paid.iter().sum(),
        equity: equity.iter().sum(),
        is_below: least.iter().any(|least| *least < 0.0),
    }
}
