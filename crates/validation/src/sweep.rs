//! One seed through every variant, and all seeds.

use rayon::prelude::*;
use seawall_units::Usd;
use sha2::{Digest, Sha256};

use crate::assumptions::{Assumptions, GroupAssumptions};
use crate::exchange;
use crate::figures::{
    Figures, batches, first_minutes, manner, minutes, notionals, payers, takeovers,
};
use crate::observed::Observed;
use crate::population::{Crowd, Holding, draw};
use crate::prices::{Future, Prices};
use crate::record::Record;
use crate::tranched::{self, Payers};
use crate::{Clock, ValidationError};

/// What a seed came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The seed.
    pub seed: u64,
    /// Its figures.
    pub figures: Figures,
}

impl Sample {
    /// The first half of the SHA-256 of all figures, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for (key, value) in &self.figures {
            hash.update(format!("{key}={value}\n"));
        }
        let bytes: [u8; 32] = hash.finalize().into();
        bytes
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Which equity the vaults have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vaults {
    /// That of the day.
    AsTheyWere,
    /// What they were given on the day after.
    DayAfter,
}

/// A model of the day, ready to run any seed.
#[derive(Debug, Clone)]
pub struct Model {
    /// Everything assumed.
    pub all: Assumptions,
    /// What was seen.
    pub observed: Observed,
}

impl Model {
    /// The model as it was calibrated.
    ///
    /// **Errors** [`ValidationError`] when a file is not of its form.
    pub fn fitted() -> Result<Self, ValidationError> {
        Ok(Self {
            all: Assumptions::fitted()?,
            observed: Observed::of_10_october()?,
        })
    }

    /// Seeds from the first of the assumptions on, in parallel; the samples are in the order of the
    /// seeds and the same on any number of threads. `done` is told of every seed that is finished.
    ///
    /// **Errors** [`ValidationError`] of the first seed that cannot be run.
    pub fn sweep(
        &self,
        seeds: u32,
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Sample>, ValidationError> {
        let first = self.all.first_seed;
        let seeds: Vec<u64> = (0..u64::from(seeds))
            .map(|n| first.saturating_add(n))
            .collect();
        let runs: Vec<Result<Sample, ValidationError>> = seeds
            .into_par_iter()
            .map(|seed| {
                let sample = self.sample(seed);
                done();
                sample
            })
            .collect();
        runs.into_iter().collect()
    }

    /// One seed through every variant.
    ///
    /// **Errors** [`ValidationError`] when a venue cannot be opened with what was drawn.
    pub fn sample(&self, seed: u64) -> Result<Sample, ValidationError> {
        let (all, observed) = (&self.all, &self.observed);
        let end = all.end;
        let held = Prices::new((all, observed), Future::Held, seed)?;
        let crowds = self.crowds(&held, seed);
        let base = self.apart(&crowds, &held, (end, Vaults::AsTheyWere), seed)?;
        let mut figures = self.first_minutes(&base);
        let later = minutes(Clock::of(all.fitted_until.time().plus(1)), end);
        notionals(&mut figures, "held", (all, &base), &later);
        let recovering = Prices::new((all, observed), Future::Recovery, seed)?;
        let recovered = self.apart(&crowds, &recovering, (end, Vaults::AsTheyWere), seed)?;
        notionals(&mut figures, "recovery", (all, &recovered), &later);
        let whole = minutes(observed_start(observed, all), end);
        window(&mut figures, "whole.base", all, &base, &whole);
        let reseeded = self.apart(&crowds, &held, (end, Vaults::DayAfter), seed)?;
        window(&mut figures, "whole.reseeded", all, &reseeded, &whole);
        let together = self.together(&crowds, &held, seed)?;
        let mut shared = Figures::new();
        notionals(
            &mut shared,
            "adl",
            (all, &together),
            &first_minutes(observed),
        );
        batches(&mut shared, (all, observed), &together);
        let named = shared
            .into_iter()
            .map(|(key, value)| (format!("together.{key}"), value));
        figures.extend(named);
        payers(&mut figures, &self.tranched(&crowds, &held, seed)?);
        Ok(Sample { seed, figures })
    }

    /// The figures of the first minutes alone, with no later mark seen: for the calibration.
    ///
    /// **Errors** [`ValidationError`] when a venue cannot be opened with what was drawn.
    pub fn first(&self, seed: u64) -> Result<Figures, ValidationError> {
        let prices = Prices::new((&self.all, &self.observed), Future::Unseen, seed)?;
        let crowds = self.crowds(&prices, seed);
        let until = (self.all.fitted_until, Vaults::AsTheyWere);
        let record = self.apart(&crowds, &prices, until, seed)?;
        Ok(self.first_minutes(&record))
    }

    fn first_minutes(&self, record: &Record) -> Figures {
        let (all, observed) = (&self.all, &self.observed);
        let first = first_minutes(observed);
        let mut out = Figures::new();
        notionals(&mut out, "adl", (all, record), &first);
        batches(&mut out, (all, observed), record);
        let counts = first.iter().map(|minute| {
            let count = record.takeovers.get(minute).copied().unwrap_or(0);
            (*minute, count)
        });
        takeovers(&mut out, &counts.collect::<Vec<_>>());
        manner(&mut out, all, record, observed.known_until);
        out
    }

    fn crowds(&self, prices: &Prices, seed: u64) -> Vec<Crowd> {
        let groups = self.all.groups.iter();
        let crowd = |group: &GroupAssumptions| draw(&self.all, group, prices.opening(), seed);
        groups.map(crowd).collect()
    }

    /// Each group with a vault of its own.
    fn apart(
        &self,
        crowds: &[Crowd],
        prices: &Prices,
        (until, vaults): (Clock, Vaults),
        seed: u64,
    ) -> Result<Record, ValidationError> {
        let mut record = Record::default();
        for (group, crowd) in self.all.groups.iter().zip(crowds) {
            let vault = match vaults {
                Vaults::AsTheyWere => group.vault,
                Vaults::DayAfter => group.vault_after,
            };
            let market = exchange::Market {
                all: &self.all,
                group,
                vaults: vec![vault.mul_floor(self.all.vault_room)],
            };
            let run = market.run(crowd, prices, until);
            record.join(run.map_err(|fault| self.fault(seed, &group.name, fault))?);
        }
        Ok(record)
    }

    /// All coins in one exchange, whose vaults take in turn whatever the first of them can carry;
    /// the first minutes only.
    fn together(
        &self,
        crowds: &[Crowd],
        prices: &Prices,
        seed: u64,
    ) -> Result<Record, ValidationError> {
        let mut group = GroupAssumptions {
            name: "all".to_owned(),
            coins: self
                .all
                .coins
                .iter()
                .map(|coin| coin.name.clone())
                .collect(),
            vault: Usd::ZERO,
            vault_after: Usd::ZERO,
            longs: 0,
            shorts: 0,
        };
        let mut crowd = Crowd {
            accounts: 0,
            holdings: Vec::new(),
        };
        for (of, each) in self.all.groups.iter().zip(crowds) {
            let moved = each.holdings.iter().map(|held| Holding {
                account: held.account.saturating_add(crowd.accounts),
                ..*held
            });
            let moved: Vec<Holding> = moved.collect();
            crowd.holdings.extend(moved);
            crowd.accounts = crowd.accounts.saturating_add(each.accounts);
            group.longs = group.longs.saturating_add(of.longs);
            group.shorts = group.shorts.saturating_add(of.shorts);
        }
        // The smaller first, as they were numbered.
        let mut vaults: Vec<Usd> = self.all.groups.iter().map(|group| group.vault).collect();
        for vault in &mut vaults {
            *vault = vault.mul_floor(self.all.vault_room);
        }
        vaults.sort_unstable();
        let market = exchange::Market {
            all: &self.all,
            group: &group,
            vaults,
        };
        let run = market.run(&crowd, prices, self.all.fitted_until);
        run.map_err(|fault| self.fault(seed, "all coins", fault))
    }

    fn tranched(
        &self,
        crowds: &[Crowd],
        prices: &Prices,
        seed: u64,
    ) -> Result<Payers, ValidationError> {
        let vaults: Usd = self.all.groups.iter().map(|group| group.vault).sum();
        let capital = self.all.book.makers + vaults;
        let interest: Usd = self.all.coins.iter().map(|coin| coin.interest).sum();
        let mut payers = Payers::default();
        for (place, coin) in self.all.coins.iter().enumerate() {
            let share = capital.mul_div_floor(coin.interest, interest);
            let market = tranched::Market {
                all: &self.all,
                coin: place,
                capital: share.unwrap_or_default(),
            };
            let held: Vec<Holding> = crowds
                .iter()
                .flat_map(|crowd| &crowd.holdings)
                .copied()
                .collect();
            let run = market.run(&held, prices, self.all.end);
            payers.join(run.map_err(|fault| self.fault(seed, &coin.name, fault))?);
        }
        Ok(payers)
    }

    fn fault(&self, seed: u64, what: &str, fault: seawall_venue::SetupError) -> ValidationError {
        ValidationError::Setup {
            seed,
            what: what.to_owned(),
            fault,
        }
    }
}

/// The first second that both the run and the record have.
fn observed_start(observed: &Observed, all: &Assumptions) -> Clock {
    observed
        .minutes
        .first()
        .map_or(all.start, |minute| minute.at)
}

/// ADL of the whole run: notional by coin, and what was taken.
fn window(out: &mut Figures, prefix: &str, all: &Assumptions, record: &Record, whole: &[Clock]) {
    let mut by_minute = Figures::new();
    notionals(&mut by_minute, prefix, (all, record), whole);
    let totals = by_minute
        .into_iter()
        .filter(|(key, _)| key.contains(".all"));
    out.extend(totals);
    let taken: Usd = record.bursts.iter().map(|burst| burst.taken).sum();
    out.insert(format!("{prefix}.taken"), taken.units());
    out.insert(format!("{prefix}.residual"), record.residual.units());
}
