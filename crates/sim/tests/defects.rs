//! The auditor finds every planted defect by its law, and nothing in the clean stream.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use seawall_ledger::{Account, AccountId, BidderId, Cause, DeficitId, Entry, Ledger, Transfer};
use seawall_sim::{Auditor, Breach, Law};
use seawall_units::{Base, Side, Time, Usd};
use seawall_venue::{
    Event, Recount, SkipReason, StageEnd, StageId, StageReport, StageRule, VenueProfile, WinnerCut,
};

const LOSER: AccountId = AccountId::new(0);
const WINNER: AccountId = AccountId::new(1);
const DEFICIT: DeficitId = DeficitId::new(7);
const OPEN: Account = Account::OpenDeficit(DEFICIT);

#[derive(Debug, Clone)]
enum Line {
    Entry(Entry),
    Event(Event),
    Second(Time),
}

/// A stream and the ledger that it came from.
struct Stream {
    ledger: Ledger,
    lines: Vec<Line>,
    now: Time,
}

fn at(secs: u64) -> Time {
    Time::from_secs(secs)
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn profile() -> VenueProfile {
    VenueProfile {
        name: "tranched",
        title: "hand-built",
        stages: [StageRule::Native; 7],
        loss_order: vec![
            StageId::Junior,
            StageId::Insurance,
            StageId::Adl,
            StageId::Senior,
            StageId::Residual,
        ],
        house: None,
    }
}

impl Stream {
    fn new() -> Self {
        Self {
            ledger: Ledger::new(at(0)),
            lines: Vec::new(),
            now: at(0),
        }
    }

    fn pay(&mut self, from: Account, to: Account, amount: i32, cause: Cause) -> Transfer {
        let transfer = Transfer::new(from, to, Usd::whole(amount), cause).unwrap();
        self.ledger.post(transfer);
        let entries = self.ledger.drain();
        self.lines.extend(entries.into_iter().map(Line::Entry));
        transfer
    }

    fn stage(&mut self, stage: StageId, absorbed: i32, end: StageEnd, transfers: Vec<Transfer>) {
        self.lines.push(Line::Event(Event::Stage(StageReport {
            time: self.now,
            stage,
            deficit: Some(DEFICIT),
            account: Some(LOSER),
            closed: Base::ZERO,
            absorbed: Usd::whole(absorbed),
            capacity: None,
            owner_cost: Usd::ZERO,
            end,
            transfers,
        })));
    }

    fn second(&mut self, next: u64) {
        self.lines.push(Line::Second(self.now));
        self.now = at(next);
        self.ledger.set_time(self.now);
    }
}

/// A deficit of 420 through 300 of Junior, 50 of insurance, 40 of ADL in two batches and 30 of
/// Senior (M-8.6, SeniorLast).
fn clean() -> Stream {
    use Account::{Clearing, External, Insurance, Junior, Margin, Senior};
    let mut s = Stream::new();
    for (account, amount) in [(Senior, 700), (Junior, 300), (Insurance, 50)] {
        s.pay(External, account, amount, Cause::CapitalPaidIn);
    }
    s.pay(External, Margin(LOSER), 50, Cause::MarginPosted);
    s.pay(External, Margin(WINNER), 50, Cause::MarginPosted);
    s.second(1);

    s.pay(Margin(LOSER), Clearing, 50, Cause::LossRealised);
    s.pay(OPEN, Clearing, 420, Cause::DeficitOpened);
    s.pay(Clearing, Junior, 470, Cause::LossRealised);
    s.lines.push(Line::Event(Event::DeficitOpened {
        time: at(1),
        id: DEFICIT,
        account: LOSER,
        side: Side::Long,
        amount: Usd::whole(420),
        mark: "90".parse().unwrap(),
    }));
    let junior = s.pay(Junior, OPEN, 300, Cause::JuniorLoss);
    s.stage(StageId::Junior, 300, StageEnd::Exhausted, vec![junior]);
    let insurance = s.pay(Insurance, OPEN, 50, Cause::InsuranceLoss);
    s.stage(StageId::Insurance, 50, StageEnd::Exhausted, vec![insurance]);
    s.pay(Junior, Margin(WINNER), 60, Cause::ProfitRealised);
    let first = s.pay(Margin(WINNER), OPEN, 25, Cause::AdlCut);
    s.stage(StageId::Adl, 25, StageEnd::Waiting, vec![first]);
    s.lines.push(Line::Event(cut(25, 60)));
    s.second(61);

    let second = s.pay(Margin(WINNER), OPEN, 15, Cause::AdlCut);
    s.stage(StageId::Adl, 15, StageEnd::Exhausted, vec![second]);
    s.lines.push(Line::Event(cut(15, 35)));
    let senior = s.pay(Senior, OPEN, 30, Cause::SeniorLoss);
    s.stage(StageId::Senior, 30, StageEnd::Cleared, vec![senior]);
    s.lines.push(Line::Event(closed(0)));
    s.second(62);
    s.second(63);
    s
}

fn cut(taken: i32, profit: i32) -> Event {
    Event::Cut(WinnerCut {
        time: at(1),
        account: WINNER,
        deficit: Some(DEFICIT),
        closed: Base::whole(-1),
        profit: Usd::whole(profit),
        taken: Usd::whole(taken),
    })
}

fn closed(residual: i32) -> Event {
    Event::DeficitClosed {
        time: at(61),
        id: DEFICIT,
        residual: Usd::whole(residual),
    }
}

fn audited(stream: &Stream) -> Auditor {
    let mut auditor = Auditor::new(&profile(), at(0));
    for line in &stream.lines {
        match line {
            Line::Entry(entry) => auditor.entry(entry),
            Line::Event(event) => auditor.event(event),
            Line::Second(now) => auditor.end_second(*now),
        }
    }
    auditor.compare(at(63), &stream.ledger, &[]);
    auditor.finish(at(63));
    auditor
}

impl Stream {
    fn entry_at(&self, cause: Cause) -> usize {
        let found = |line: &Line| matches!(line, Line::Entry(e) if e.transfer.cause() == cause);
        self.lines.iter().position(found).unwrap()
    }

    fn report_at(&self, stage: StageId) -> usize {
        let found = |line: &Line| matches!(line, Line::Event(Event::Stage(r)) if r.stage == stage);
        self.lines.iter().position(found).unwrap()
    }

    fn report(&mut self, stage: StageId) -> &mut StageReport {
        let place = self.report_at(stage);
        match &mut self.lines[place] {
            Line::Event(Event::Stage(report)) => report,
            _ => unreachable!(),
        }
    }

    fn event_at(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        let found = |line: &Line| matches!(line, Line::Event(event) if wanted(event));
        self.lines.iter().position(found).unwrap()
    }

    /// Replaces the transfer of an entry and of the report that names it.
    fn misdirect(&mut self, cause: Cause, transfer: Transfer) {
        let place = self.entry_at(cause);
        if let Line::Entry(entry) = &mut self.lines[place] {
            entry.transfer = transfer;
        }
    }
}

/// Plants a defect and expects these laws to find it.
#[track_caller]
fn caught(plant: impl FnOnce(&mut Stream), laws: &[Law]) -> Vec<Breach> {
    let mut stream = clean();
    plant(&mut stream);
    let auditor = audited(&stream);
    let found: Vec<Law> = auditor.breaches().iter().map(|b| b.law).collect();
    for law in laws {
        assert!(found.contains(law), "{law:?} not in {found:?}");
    }
    let order = found.iter().filter(|law| law.is_order()).count();
    assert_eq!(auditor.order_violations(), u64::try_from(order).unwrap());
    auditor.breaches().to_vec()
}

#[test]
fn the_clean_stream_passes() {
    let auditor = audited(&clean());
    assert_eq!(auditor.breaches(), &[]);
    assert_eq!(auditor.order_violations(), 0);
}

#[test]
fn a_lost_entry() {
    let breaches = caught(
        |s| {
            let place = s.entry_at(Cause::InsuranceLoss);
            s.lines.remove(place);
        },
        &[Law::JournalPlace, Law::PaymentReported, Law::Replay],
    );
    let place = breaches.iter().find(|b| b.law == Law::JournalPlace);
    assert_eq!(place.unwrap().found, "lost entries");
}

#[test]
fn a_doubled_entry() {
    caught(
        |s| {
            let place = s.entry_at(Cause::AdlCut);
            s.lines.insert(place, s.lines[place].clone());
        },
        &[Law::JournalPlace, Law::PaymentReported, Law::Replay],
    );
}

#[test]
fn a_misdirected_entry() {
    let other = Account::OpenDeficit(DeficitId::new(8));
    let wrong = Transfer::new(
        Account::Insurance,
        other,
        Usd::whole(50),
        Cause::InsuranceLoss,
    )
    .unwrap();
    caught(
        |s| s.misdirect(Cause::InsuranceLoss, wrong),
        &[Law::PaymentReported, Law::DeficitLife, Law::Replay],
    );
}

#[test]
fn a_misdirected_entry_that_its_report_repeats() {
    let other = Account::OpenDeficit(DeficitId::new(8));
    let wrong = Transfer::new(
        Account::Insurance,
        other,
        Usd::whole(50),
        Cause::InsuranceLoss,
    )
    .unwrap();
    caught(
        |s| {
            s.misdirect(Cause::InsuranceLoss, wrong);
            s.report(StageId::Insurance).transfers = vec![wrong];
        },
        &[Law::StageTransfers, Law::DeficitSum, Law::Replay],
    );
}

#[test]
fn a_payment_by_the_wrong_account() {
    let wrong = Transfer::new(Account::Senior, OPEN, Usd::whole(300), Cause::JuniorLoss).unwrap();
    caught(
        |s| s.misdirect(Cause::JuniorLoss, wrong),
        &[Law::PaymentReported, Law::Replay],
    );
}

#[test]
fn a_skipped_stage() {
    caught(
        |s| {
            let place = s.report_at(StageId::Insurance);
            s.lines.remove(place);
        },
        &[Law::StageMissing, Law::PaymentReported],
    );
}

#[test]
fn the_last_stage_left_out() {
    caught(
        |s| {
            let place = s.report_at(StageId::Senior);
            s.lines.remove(place);
        },
        &[Law::StageMissing, Law::DeficitSum],
    );
}

#[test]
fn a_stage_out_of_order() {
    let breaches = caught(
        |s| {
            let (a, b) = (
                s.report_at(StageId::Junior),
                s.report_at(StageId::Insurance),
            );
            s.lines.swap(a, b);
        },
        &[Law::LossOrder],
    );
    let order: Vec<String> = breaches.iter().map(ToString::to_string).collect();
    assert_eq!(
        order,
        [
            "00:00:01 deficit 7: no stage is left out without a stated reason: expected junior, found insurance",
            "00:00:01 deficit 7: no payer is touched before the one before it is done: expected adl, found junior after insurance",
        ]
        .map(|tail| tail.to_owned())
    );
}

#[test]
fn a_stage_that_pays_twice() {
    caught(
        |s| {
            let place = s.report_at(StageId::Junior);
            s.lines.insert(place, s.lines[place].clone());
        },
        &[Law::StageTwice, Law::PaymentReported, Law::DeficitSum],
    );
}

#[test]
fn one_micro_dollar_too_much_absorbed() {
    caught(
        |s| s.report(StageId::Insurance).absorbed += Usd::ULP,
        &[Law::StageTransfers, Law::DeficitSum],
    );
}

#[test]
fn one_micro_dollar_too_little_absorbed() {
    caught(
        |s| s.report(StageId::Senior).absorbed -= Usd::ULP,
        &[Law::StageTransfers, Law::StageEnd, Law::DeficitSum],
    );
}

#[test]
fn a_payer_that_acts_while_another_waits() {
    caught(
        |s| {
            let (a, b) = (s.report_at(StageId::Adl), s.report_at(StageId::Senior));
            let senior = s.lines.remove(b);
            s.lines.insert(a.checked_add(1).unwrap(), senior);
        },
        &[Law::LossOrder],
    );
}

#[test]
fn a_deficit_that_ends_while_a_stage_waits() {
    caught(
        |s| {
            let place = s.report_at(StageId::Senior);
            s.lines.remove(place);
            let last = |line: &Line| matches!(line, Line::Event(Event::Stage(_)));
            let place = s.lines.iter().rposition(last).unwrap();
            s.lines.remove(place);
        },
        &[Law::LossOrder, Law::StageMissing, Law::DeficitSum],
    );
}

#[test]
fn a_payer_that_may_not_wait() {
    caught(
        |s| s.report(StageId::Junior).end = StageEnd::Waiting,
        &[Law::StageEnd, Law::LossOrder],
    );
}

#[test]
fn a_stage_under_another_cause() {
    let wrong = Transfer::new(Account::Senior, OPEN, Usd::whole(30), Cause::JuniorLoss).unwrap();
    caught(
        |s| {
            s.misdirect(Cause::SeniorLoss, wrong);
            s.report(StageId::Senior).transfers = vec![wrong];
        },
        &[Law::StageCause],
    );
}

#[test]
fn an_insurance_fund_that_says_it_is_exhausted() {
    let less = Transfer::new(
        Account::Insurance,
        OPEN,
        usd("49.999999"),
        Cause::InsuranceLoss,
    );
    let less = less.unwrap();
    caught(
        |s| {
            s.misdirect(Cause::InsuranceLoss, less);
            let report = s.report(StageId::Insurance);
            report.transfers = vec![less];
            report.absorbed = less.amount();
        },
        &[Law::StageEnd, Law::DeficitSum],
    );
}

#[test]
fn a_reason_that_is_not_true() {
    let skipped = StageEnd::Skipped(SkipReason::NothingLeft);
    caught(
        |s| s.report(StageId::Insurance).end = skipped,
        &[Law::StageEnd],
    );
    caught(
        |s| s.report(StageId::Junior).end = StageEnd::Cleared,
        &[Law::StageEnd],
    );
}

#[test]
fn a_deficit_that_never_ends() {
    let breaches = caught(
        |s| {
            let place = s.event_at(|e| matches!(e, Event::DeficitClosed { .. }));
            s.lines.remove(place);
        },
        &[Law::DeficitOpen],
    );
    assert_eq!(breaches.len(), 1);
}

#[test]
fn a_residual_that_hides_a_unit() {
    caught(
        |s| {
            let place = s.event_at(|e| matches!(e, Event::DeficitClosed { .. }));
            s.lines[place] = Line::Event(closed(1));
        },
        &[Law::DeficitSum],
    );
}

#[test]
fn an_opening_that_the_journal_does_not_know() {
    caught(
        |s| {
            let place = s.event_at(|e| matches!(e, Event::DeficitOpened { .. }));
            if let Line::Event(Event::DeficitOpened { amount, .. }) = &mut s.lines[place] {
                *amount += Usd::ULP;
            }
        },
        &[Law::OpeningAmount, Law::DeficitSum],
    );
}

#[test]
fn a_deficit_that_is_opened_twice_or_worked_on_after_its_end() {
    caught(
        |s| {
            let place = s.event_at(|e| matches!(e, Event::DeficitOpened { .. }));
            s.lines.insert(place, s.lines[place].clone());
        },
        &[Law::DeficitLife],
    );
    caught(
        |s| {
            let (end, report) = (
                s.event_at(|e| matches!(e, Event::DeficitClosed { .. })),
                s.report_at(StageId::Senior),
            );
            s.lines.swap(end, report);
        },
        &[Law::DeficitLife, Law::StageMissing],
    );
}

#[test]
fn a_cut_beyond_the_profit() {
    let breaches = caught(
        |s| {
            let place = s.event_at(|e| matches!(e, Event::Cut(_)));
            s.lines[place] = Line::Event(cut(61, 60));
        },
        &[Law::CutBound],
    );
    assert_eq!(breaches.len(), 1);
    caught(
        |s| {
            let place = s.event_at(|e| matches!(e, Event::Cut(_)));
            s.lines[place] = Line::Event(cut(1, -5));
        },
        &[Law::CutBound],
    );
}

#[test]
fn an_overdrawn_account() {
    let all = Transfer::new(
        Account::Margin(WINNER),
        OPEN,
        usd("110.000001"),
        Cause::AdlCut,
    );
    caught(
        |s| s.misdirect(Cause::AdlCut, all.unwrap()),
        &[Law::Overdraft, Law::PaymentReported, Law::Replay],
    );
}

#[test]
fn something_left_in_passage() {
    caught(
        |s| {
            let place = s.entry_at(Cause::DeficitOpened);
            s.lines.insert(place, Line::Second(at(1)));
        },
        &[Law::Passage],
    );
}

#[test]
fn time_that_runs_backwards() {
    caught(
        |s| {
            let place = s.entry_at(Cause::SeniorLoss);
            if let Line::Entry(entry) = &mut s.lines[place] {
                entry.time = at(2);
            }
        },
        &[Law::JournalPlace],
    );
}

#[test]
fn an_absorption_without_a_deficit() {
    caught(
        |s| s.report(StageId::Insurance).deficit = None,
        &[Law::StageTransfers, Law::StageMissing, Law::PaymentReported],
    );
}

#[test]
fn a_figure_that_drifts() {
    let stream = clean();
    let mut auditor = Auditor::new(&profile(), at(0));
    let recount = |kept| Recount {
        what: "long open interest",
        kept,
        counted: 5,
    };
    for line in &stream.lines {
        if let Line::Entry(entry) = line {
            auditor.entry(entry);
        }
    }
    auditor.compare(at(63), &stream.ledger, &[recount(5)]);
    assert_eq!(auditor.breaches(), &[]);
    auditor.compare(at(63), &stream.ledger, &[recount(6)]);
    let laws: Vec<Law> = auditor.breaches().iter().map(|b| b.law).collect();
    assert_eq!(laws, [Law::Recount]);
}

#[test]
fn a_ledger_that_moved_without_its_journal() {
    let mut stream = clean();
    let bidder = Account::Bidder(BidderId::new(3));
    let deposit = Transfer::new(Account::External, bidder, Usd::ULP, Cause::MarginPosted);
    stream.ledger.post(deposit.unwrap());
    let laws: Vec<Law> = audited(&stream).breaches().iter().map(|b| b.law).collect();
    assert_eq!(laws, [Law::Replay]);
}
