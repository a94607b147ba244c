//! The laws by what they look at. Each file holds those of one subject.

mod accrual;
mod books;
mod commands;
mod deficits;
mod payouts;
mod quotes;
mod tape;
mod twins;

use seawall_venue::{Setup, Venue};

use super::stream::Figures;
use super::{Fault, Held, Law, Stream, Subject, Watch, World, drive};

/// A subject that is being held against a law.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bench<'a> {
    subject: &'a Subject,
    world: &'a World,
}

impl Bench<'_> {
    fn of(&self, setup: &Setup) -> Result<Box<dyn Venue>, Fault> {
        let made = self.subject.venue(setup);
        made.map_err(|error| Fault::new("a venue from the stated setup", error))
    }

    fn venue(&self) -> Result<Box<dyn Venue>, Fault> {
        self.of(&self.world.setup)
    }

    fn drive(&self, stream: &Stream, watch: &mut dyn Watch) -> Held {
        drive(self.venue()?, self.world, stream, watch)
    }
}

impl Law {
    /// How many streams a case of it has.
    pub(crate) const fn streams(self) -> usize {
        match self {
            Self::Isolation => 2,
            _ => 1,
        }
    }

    /// What figures its commands have.
    pub(crate) const fn figures(self) -> Figures {
        match self {
            Self::NoPanic | Self::RefusalIsEmpty => Figures::Extreme,
            _ => Figures::Ordinary,
        }
    }
}

/// Holds a subject against a law in one case; how often the law was applied.
pub(crate) fn judge(law: Law, subject: &Subject, streams: &[Stream]) -> Result<u64, Fault> {
    let world = subject.world();
    let bench = Bench { subject, world };
    let nothing = Stream::default();
    let mut streams = streams.iter();
    let first = streams.next().unwrap_or(&nothing);
    match law {
        Law::SumZero | Law::Overdraft | Law::Replay | Law::Recount | Law::ToldInPlace => {
            books::judge(law, bench, first)
        }
        Law::CommitAsPlanned | Law::RefusalIsEmpty | Law::RefusedAsStated | Law::NoPanic => {
            commands::judge(law, bench, first)
        }
        Law::LookingIsFree | Law::SameStream | Law::AccrueTwice => twins::same(law, bench, first),
        Law::SpareAccounts => twins::spare_accounts(bench, first),
        Law::Isolation => twins::isolation(bench, (first, streams.next().unwrap_or(&nothing))),
        Law::Bystander => twins::bystander(bench, first),
        Law::Numbering => twins::numbering(bench, first),
        Law::Payouts | Law::NothingFromNothing => payouts::judge(law, bench, first),
        Law::AccrualFrequency => accrual::frequency(bench, first),
        Law::TouchOrder => accrual::touch_order(bench, first),
        Law::QuoteMonotone | Law::QuoteAsFilled => quotes::judge(law, bench, first),
        Law::DeficitSum | Law::FinishCloses => deficits::judge(law, bench, first),
    }
}
