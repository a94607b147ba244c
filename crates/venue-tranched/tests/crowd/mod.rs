//! A crowd of traders on one tranched market, drawn from a seed: they open, add, close and post
//! margin through the [`Venue`] trait while the price wanders, falls and comes back.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use seawall_ledger::{AccountId, Entry};
use seawall_units::{Price, Ratio, Time, Usd};
use seawall_venue::{Command, Event, FillRule, MarginTable, Setup, SourceQuote, Tick, Told, Venue};
use seawall_venue_tranched::{Capital, Params, TranchedVenue};

/// How large the crowd is and how much it does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) accounts: u32,
    pub(crate) seconds: u64,
    pub(crate) commands_a_second: u32,
    /// How many seconds lie between two looks at every position, between orders and liquidation.
    pub(crate) look_every: u64,
}

/// What happened in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Happened {
    /// Orders that opened a position or added to one.
    pub(crate) opened: u64,
    pub(crate) closed: u64,
    pub(crate) margin_added: u64,
    pub(crate) refused: u64,
    pub(crate) liquidations: u64,
    pub(crate) deficits: u64,
    pub(crate) minutes: u64,
    pub(crate) most_open: usize,
    /// Looks that found positions without equity.
    pub(crate) without_equity: u64,
}

impl Happened {
    /// Everything but what was refused.
    pub(crate) fn events(&self) -> u64 {
        self.opened + self.closed + self.margin_added + self.liquidations + self.minutes
    }
}

/// SplitMix64.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

/// The crowd, its market and what a driver keeps.
pub(crate) struct Crowd {
    pub(crate) venue: TranchedVenue,
    pub(crate) happened: Happened,
    size: Size,
    draws: Draws,
    price: i128,
    /// The next account that has not traded yet.
    newcomer: u32,
    entries: Vec<Entry>,
    told: Vec<Told>,
}

impl Crowd {
    /// The market with two thousand USD of capital for each account.
    pub(crate) fn new(size: Size) -> Self {
        let opening = 100 * Price::ONE_UNITS;
        let setup = Setup {
            start: Time::from_secs(0),
            opening: Price::from_units(opening).unwrap(),
            margin: Some(MarginTable {
                initial: Ratio::bps(200),
                maintenance: Ratio::bps(100),
            }),
            endowments: Vec::new(),
            accounts: size.accounts,
        };
        let each = |share: i64| Usd::units_i64(share * 1_000_000 * i64::from(size.accounts));
        let capital = Capital {
            senior: each(1_600),
            junior: each(380),
            insurance: each(20),
        };
        Self {
            venue: TranchedVenue::new(setup, capital, Params::default(), Vec::new()).unwrap(),
            happened: Happened::default(),
            size,
            draws: Draws(42),
            price: opening,
            newcomer: 0,
            entries: Vec::new(),
            told: Vec::new(),
        }
    }

    /// The same with the journal off.
    pub(crate) fn without_journal(self) -> Self {
        Self {
            venue: self.venue.without_journal(),
            ..self
        }
    }

    /// Runs every second; `posted` sees the journal of each.
    pub(crate) fn run(&mut self, mut posted: impl FnMut(&[Entry])) {
        for now in 1..=self.size.seconds {
            self.second(now);
            self.hand_on(&mut posted);
            self.venue.take_told(&mut self.told);
            for told in &self.told {
                match told.event {
                    Event::Liquidation(_) => self.happened.liquidations += 1,
                    Event::DeficitOpened { .. } => self.happened.deficits += 1,
                    _ => {}
                }
            }
        }
        self.venue.finish();
        self.hand_on(&mut posted);
        assert!(
            self.venue
                .recount()
                .iter()
                .all(|row| row.kept == row.counted)
        );
        assert!(self.venue.ledger().recount().is_zero());
    }

    fn hand_on(&mut self, posted: &mut impl FnMut(&[Entry])) {
        self.venue.take_entries(&mut self.entries);
        posted(&self.entries);
    }

    fn second(&mut self, now: u64) {
        self.move_price(now);
        let (price, time) = (Price::from_units(self.price).unwrap(), Time::from_secs(now));
        let quotes = [0, 1, 2].map(|source| SourceQuote::new(source, price, time));
        self.venue.observe(&Tick {
            now: time,
            outside: price,
            quotes: &quotes,
        });
        self.venue.accrue();
        for _ in 0..self.size.commands_a_second {
            self.act(price);
        }
        if now.is_multiple_of(self.size.look_every) {
            self.look();
        }
        self.venue.liquidate();
        if time.is_whole_minute() {
            self.venue.attribute();
            self.happened.minutes += 1;
            let open = self.venue.market().totals();
            let open = (open.long.count + open.short.count) as usize;
            self.happened.most_open = self.happened.most_open.max(open);
        }
        assert!(self.venue.ledger().sum().is_zero(), "money is conserved");
    }

    /// What is kept of positions without equity is what all positions add up to.
    fn look(&mut self) {
        let views = self.venue.positions();
        let missing = views.iter().map(|view| (-view.equity).or_zero());
        let missing: Usd = missing.sum();
        assert_eq!(self.venue.market().uncovered(), missing);
        self.happened.without_equity += u64::from(missing.is_positive());
    }

    /// Two basis points either way; from the half of the time on a fall of a tenth in two minutes,
    /// and half of it back in the next two.
    fn move_price(&mut self, now: u64) {
        let since = now.saturating_sub(self.size.seconds / 2);
        let drift = match since {
            1..=120 => -88,
            121..=240 => 43,
            _ => 0,
        };
        let step = i128::from(self.draws.below(401)) - 200 + drift * 10;
        self.price += self.price * step / 1_000_000;
    }

    /// Newcomers first, one after the other; then anybody.
    fn act(&mut self, price: Price) {
        let number = match self.newcomer < self.size.accounts {
            true => self.newcomer,
            false => self.draws.below(self.size.accounts.into()) as u32,
        };
        self.newcomer = self.newcomer.saturating_add(1);
        let account = AccountId::new(number);
        let held = self.venue.market().position(account).size();
        let order = |size, margin| Command::Order {
            account,
            size,
            margin,
            limit: None,
            fill: FillRule::AllOrNone,
        };
        let cents = 10_000 << self.draws.below(7);
        let notional = Usd::units_i64(10_000 * cents as i64);
        let size = price.size_floor(notional);
        let margin = |leverage| Usd::units_i64(10_000 * (cents / leverage + 1) as i64);
        let (command, counter) = match (held.is_zero(), self.draws.below(20)) {
            (true, draw) => {
                let size = if draw < 10 { size } else { -size };
                let margin = margin(3 + self.draws.below(37));
                (order(size, margin), &mut self.happened.opened)
            }
            (false, 0..10) => (order(-held, Usd::ZERO), &mut self.happened.closed),
            (false, 10..15) => {
                let size = if held.is_negative() { -size } else { size };
                (order(size, margin(10)), &mut self.happened.opened)
            }
            _ => {
                let amount = margin(50);
                let command = Command::AddMargin { account, amount };
                (command, &mut self.happened.margin_added)
            }
        };
        match self.venue.commit(&command) {
            Ok(_) => *counter += 1,
            Err(_) => self.happened.refused += 1,
        }
    }
}

/// Positions that are open, by what is owed for them: a figure that any difference would change.
pub(crate) fn figures(venue: &TranchedVenue) -> Vec<(String, Usd)> {
    let mut figures = venue.standing().values;
    let open: Usd = venue.positions().iter().map(|view| view.equity).sum();
    figures.push(("traders' equity".to_owned(), open));
    figures.push((
        "cost of entry".to_owned(),
        venue.positions().iter().map(|v| v.cost).sum(),
    ));
    figures
}
