//! A venue with one defect breaks the law of that defect, by its name, and no other.

use seawall_testkit::conformance::{Config, Finding, Kind, Law, Made, Subject, World, hold};
use seawall_venue::Setup;

use crate::bent::{Bent, Defect};
use crate::subjects;

/// Each defect with the laws that it breaks. What differs from one instance to the next breaks
/// every law that compares instances.
const PLANTED: [(Defect, &[Law]); 23] = [
    (Defect::LeavesInPassage, &[Law::Overdraft]),
    (Defect::LosesAnEntry, &[Law::Replay]),
    (Defect::MiscountsInterest, &[Law::Recount]),
    (Defect::TellsTooEarly, &[Law::ToldInPlace]),
    (Defect::RemembersPlans, &[Law::LookingIsFree]),
    (Defect::PlansAnotherAmount, &[Law::CommitAsPlanned]),
    (Defect::MintsOnRefusal, &[Law::RefusalIsEmpty]),
    (Defect::TellsOnRefusal, &[Law::RefusalIsEmpty]),
    (Defect::AcceptsWhatItRefuses, &[Law::RefusedAsStated]),
    (
        Defect::CountsInstances,
        &[
            Law::LookingIsFree,
            Law::SameStream,
            Law::SpareAccounts,
            Law::Isolation,
            Law::AccrueTwice,
        ],
    ),
    (Defect::SeesOtherInstances, &[Law::Isolation]),
    (Defect::CountsAccounts, &[Law::SpareAccounts]),
    (Defect::TouchesABystander, &[Law::Bystander]),
    (Defect::PrefersEvenNumbers, &[Law::Numbering]),
    (Defect::OwesLessThanNothing, &[Law::Payouts]),
    (Defect::PaysFromNothing, &[Law::NothingFromNothing]),
    (Defect::AccruesEachTime, &[Law::AccrueTwice]),
    (Defect::ChargesEachSettlement, &[Law::AccrualFrequency]),
    (Defect::SkipsAfterATouch, &[Law::TouchOrder]),
    (Defect::QuotesLessForMore, &[Law::QuoteMonotone]),
    (Defect::FillsDearerThanQuoted, &[Law::QuoteAsFilled]),
    (Defect::LosesOfADeficit, &[Law::DeficitSum]),
    (Defect::LeavesADeficitOpen, &[Law::FinishCloses]),
];

fn bent(defect: Defect) -> Subject {
    let case = subjects::tranched_thin(seawall_waterfall::LossOrder::SeniorLast);
    let mut world: World = case.subject.world().clone();
    if defect == Defect::AcceptsWhatItRefuses {
        world.refuses = vec![Kind::AddMargin];
    }
    let make = move |setup: &Setup| -> Made {
        let venue = case.subject.venue(setup)?;
        Ok(Box::new(Bent::new(venue, defect, setup)))
    };
    Subject::new(format!("{defect:?}"), world, make)
}

fn found(subject: &Subject) -> Vec<Finding> {
    let config = Config {
        cases: 8,
        steps: 20,
        seed: 3,
    };
    let laws = Law::ALL.iter();
    let broken = laws.filter_map(|law| hold(*law, subject, &config).err());
    broken.map(|finding| *finding).collect()
}

#[test]
fn each_defect_is_found_by_its_law_and_by_no_other() {
    for (defect, laws) in PLANTED {
        let found = found(&bent(defect));
        let names: Vec<Law> = found.iter().map(|finding| finding.law).collect();
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(names, laws, "{defect:?}: {}", said.join("\n"));
    }
}

/// A panic is a breach of its own, whichever law it comes up under.
#[test]
fn a_panic_is_found_as_a_panic() {
    let found = found(&bent(Defect::PanicsAtTheBorder));
    assert!(!found.is_empty());
    assert!(found.iter().all(|finding| finding.law == Law::NoPanic));
}

/// The wrapper itself keeps every law.
#[test]
fn without_a_defect_nothing_is_found() {
    let found = found(&bent(Defect::None));
    assert!(found.is_empty(), "{found:?}");
}

/// Laws without a defect: `Ledger` takes transfers only, which have two ends, so no venue that keeps
/// its books in one can break it.
const WITHOUT: [Law; 2] = [Law::SumZero, Law::NoPanic];

#[test]
fn every_law_has_its_defect() {
    for law in Law::ALL.iter().filter(|law| !WITHOUT.contains(law)) {
        let own = PLANTED.iter().filter(|(_, laws)| laws.contains(law));
        assert!(own.count() > 0, "no defect for {law}");
    }
}

/// What is found is short: shrinking leaves the one round that shows the defect.
#[test]
fn the_stream_that_shows_a_defect_is_the_shortest() {
    let config = Config::default();
    let finding = hold(Law::RefusalIsEmpty, &bent(Defect::MintsOnRefusal), &config).unwrap_err();
    let [stream] = finding.streams.as_slice() else {
        panic!("{finding}");
    };
    let asks: usize = stream.rounds.iter().map(|round| round.asks.len()).sum();
    assert_eq!((stream.rounds.len(), asks), (1, 1), "{finding}");
}
