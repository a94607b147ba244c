//! The independent auditor: it sees journal entries and events, nothing else of a venue, and
//! checks every law on its own books.

mod breach;
mod deficit;
mod recovery;

pub use breach::{Breach, Law};

use std::collections::{BTreeMap, BTreeSet};

use seawall_ledger::{Account, Cause, DeficitId, Entry, Ledger, Replay};
use seawall_units::{Time, Usd};
use seawall_venue::{Event, Recount, StageEnd, StageId, StageReport, VenueProfile, WinnerCut};

use deficit::{Finding, Followed};
use recovery::Losses;

/// A payment into a deficit: which, by whom, how much, why.
type Payment = (DeficitId, Account, Usd, Cause);

/// Follows one venue's journal and events and notes every breach of a law.
///
/// Feed it, second by second, the journal entries, then the events, then
/// [`Auditor::end_second`]; compare books with [`Auditor::compare`] as often as wanted; end with
/// [`Auditor::finish`]. It keeps balances and open deficits, not the entries.
///
/// What it cannot see: the net asset values that bound what junior and senior can pay, so
/// `exhausted` is checked only for the insurance fund, whose capacity is its cash.
#[derive(Debug)]
pub struct Auditor {
    order: Vec<StageId>,
    books: Replay,
    next_seq: u64,
    last_time: Time,
    deficits: BTreeMap<DeficitId, Followed>,
    /// Deficits that an entry or event of this second has touched.
    touched: BTreeSet<DeficitId>,
    /// This second's payments: entries count up, reports count down.
    payments: BTreeMap<Payment, i64>,
    /// Insurance cash right after its last payment into each deficit of this second.
    insurance_after: BTreeMap<DeficitId, Usd>,
    losses: Losses,
    breaches: Vec<Breach>,
}

impl Auditor {
    /// An auditor for a venue whose payers pay in the profile's `loss_order`.
    #[must_use]
    pub fn new(profile: &VenueProfile, start: Time) -> Self {
        let payers = profile.loss_order.iter().copied();
        Self {
            order: payers.filter(|stage| *stage != StageId::Residual).collect(),
            books: Replay::new(),
            next_seq: 0,
            last_time: start,
            deficits: BTreeMap::new(),
            touched: BTreeSet::new(),
            payments: BTreeMap::new(),
            insurance_after: BTreeMap::new(),
            losses: Losses::default(),
            breaches: Vec::new(),
        }
    }

    /// Every breach so far.
    #[must_use]
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }

    /// How many of them are order violations.
    #[must_use]
    pub fn order_violations(&self) -> u64 {
        let order = self.breaches.iter().filter(|b| b.law.is_order());
        u64::try_from(order.count()).unwrap_or(u64::MAX)
    }

    /// Takes the next journal entry.
    pub fn entry(&mut self, entry: &Entry) {
        self.check_place(entry);
        self.books.apply(entry);
        let transfer = entry.transfer;
        let (from, to, cause) = (transfer.from(), transfer.to(), transfer.cause());
        if !cause.permits(from.kind(), to.kind()) {
            self.entry_breach(Law::Chart, entry, cause.rule(), format!("{from} to {to}"));
        }
        let left = self.books.balance(from);
        if left.is_negative() && !from.kind().may_be_negative() {
            self.entry_breach(Law::Overdraft, entry, "0 or more", format!("{from} {left}"));
        }
        if let Some((law, expected, found)) = self.losses.entry(&self.order, &transfer) {
            self.entry_breach(law, entry, &expected, found);
        }
        if let (Account::OpenDeficit(id), Cause::DeficitOpened) = (from, cause) {
            self.deficits.entry(id).or_default().owed += transfer.amount();
            self.touched.insert(id);
        }
        if let Account::OpenDeficit(id) = to {
            let payment = (id, from, transfer.amount(), cause);
            self.count_payment(payment, 1);
            self.touched.insert(id);
            if cause == Cause::InsuranceLoss {
                self.insurance_after.insert(id, left);
            }
        }
    }

    fn check_place(&mut self, entry: &Entry) {
        if entry.seq != self.next_seq {
            let expected = format!("entry {}", self.next_seq);
            let found = match entry.seq < self.next_seq {
                true => "a doubled entry",
                false => "lost entries",
            };
            self.entry_breach(Law::JournalPlace, entry, &expected, found.into());
        }
        // After a gap the count goes on from here, so that one lost line is one breach.
        self.next_seq = self.next_seq.max(entry.seq.saturating_add(1));
        if entry.time < self.last_time {
            let expected = format!("{} or later", self.last_time);
            let found = entry.time.to_string();
            self.entry_breach(Law::JournalPlace, entry, &expected, found);
        }
        self.last_time = self.last_time.max(entry.time);
    }

    /// Takes the next event.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::DeficitOpened {
                time, id, amount, ..
            } => self.opened(*time, *id, *amount),
            Event::Stage(report) => self.stage(report),
            Event::DeficitClosed { time, id, residual } => self.closed(*time, *id, *residual),
            Event::Cut(cut) => self.cut(cut),
            _ => {}
        }
    }

    fn opened(&mut self, time: Time, id: DeficitId, amount: Usd) {
        self.touched.insert(id);
        let followed = self.deficits.entry(id).or_default();
        match followed.opening {
            None => followed.opening = Some(amount),
            Some(_) => self.deficit_breach(time, id, life("one opening", "a second one")),
        }
    }

    fn stage(&mut self, report: &StageReport) {
        let Some(id) = report.deficit else {
            if !report.absorbed.is_zero() {
                let found = format!("{} by {}", report.absorbed, report.stage.name());
                let expected = "0 absorbed without a deficit".into();
                self.note(report.time, (Law::StageTransfers, expected, found));
            }
            return;
        };
        let into = |t: &&seawall_ledger::Transfer| t.to() == Account::OpenDeficit(id);
        let paid = report.transfers.iter().filter(into).map(|t| t.amount());
        let paid: Usd = paid.sum();
        for transfer in report.transfers.iter().filter(into) {
            let payment = (id, transfer.from(), transfer.amount(), transfer.cause());
            self.count_payment(payment, -1);
        }
        let mut findings = Vec::new();
        match self.deficits.get_mut(&id) {
            Some(followed) if followed.opening.is_some() && followed.residual.is_none() => {
                findings = followed.report(&self.order, report, paid);
            }
            _ => findings.push(life("an open deficit", report.stage.name())),
        }
        findings.extend(self.insurance_is_exhausted(id, report));
        for finding in findings {
            self.deficit_breach(report.time, id, finding);
        }
    }

    fn insurance_is_exhausted(&self, id: DeficitId, report: &StageReport) -> Option<Finding> {
        let says = report.stage == StageId::Insurance && report.end == StageEnd::Exhausted;
        let left = *self.insurance_after.get(&id)?;
        let finding = || {
            let expected = "0 in the insurance fund after `exhausted`".into();
            (Law::StageEnd, expected, left.to_string())
        };
        (says && left.is_positive()).then(finding)
    }

    fn closed(&mut self, time: Time, id: DeficitId, residual: Usd) {
        self.touched.insert(id);
        let findings = match self.deficits.get_mut(&id) {
            Some(followed) if followed.opening.is_some() && followed.residual.is_none() => {
                followed.close(&self.order, residual)
            }
            _ => vec![life("an open deficit", "an end")],
        };
        for finding in findings {
            self.deficit_breach(time, id, finding);
        }
    }

    fn cut(&mut self, cut: &WinnerCut) {
        if cut.taken.is_negative() || cut.taken > cut.profit.or_zero() {
            let expected = format!("0 to {} from account {}", cut.profit.or_zero(), cut.account);
            let finding = (Law::CutBound, expected, cut.taken.to_string());
            self.note(cut.time, finding);
        }
    }

    /// Closes a second: payments match reports, deficits match the journal, passages are empty.
    pub fn end_second(&mut self, now: Time) {
        for ((id, from, amount, cause), count) in std::mem::take(&mut self.payments) {
            if count == 0 {
                continue;
            }
            let payment = format!("{amount} from {from} as {cause}");
            let (expected, found) = match count > 0 {
                true => ("a report of every payment", format!("none of {payment}")),
                false => ("an entry for every report", format!("none for {payment}")),
            };
            self.deficit_breach(now, id, (Law::PaymentReported, expected.into(), found));
        }
        for id in std::mem::take(&mut self.touched) {
            for finding in self.deficit_matches_books(id) {
                self.deficit_breach(now, id, finding);
            }
        }
        self.insurance_after.clear();
        for account in [Account::Clearing, Account::Funding] {
            let left = self.books.balance(account);
            if !left.is_zero() {
                let finding = (Law::Passage, "0".into(), format!("{account} {left}"));
                self.note(now, finding);
            }
        }
    }

    fn deficit_matches_books(&self, id: DeficitId) -> Vec<Finding> {
        let mut findings = Vec::new();
        let Some(followed) = self.deficits.get(&id) else {
            return vec![life("a deficit that was opened", "a payment into none")];
        };
        let opening = followed.opening.unwrap_or_default();
        if followed.owed != opening {
            findings.push((
                Law::OpeningAmount,
                followed.owed.to_string(),
                opening.to_string(),
            ));
        }
        let balance = self.books.balance(Account::OpenDeficit(id));
        if let Some(residual) = followed.residual {
            let unpaid = followed.cut - residual;
            if balance != unpaid {
                findings.push((Law::DeficitSum, unpaid.to_string(), balance.to_string()));
            }
        }
        findings
    }

    /// Compares the auditor's books with the venue's, and the venue's figures with their recount.
    pub fn compare(&mut self, now: Time, ledger: &Ledger, recounts: &[Recount]) {
        let sum = ledger.recount();
        if !sum.is_zero() {
            self.note(now, (Law::LedgerSum, "0".into(), sum.to_string()));
        }
        let kept = ledger.balances();
        let replayed = self.books.balances();
        if !kept.eq(replayed) {
            let finding = self.first_difference(ledger);
            self.note(now, finding);
        }
        for recount in recounts {
            if recount.kept != recount.counted {
                let expected = format!("{} {}", recount.what, recount.counted);
                self.note(now, (Law::Recount, expected, recount.kept.to_string()));
            }
        }
    }

    fn first_difference(&self, ledger: &Ledger) -> Finding {
        let mut accounts: BTreeSet<Account> = ledger.balances().map(|(a, _)| a).collect();
        accounts.extend(self.books.balances().map(|(a, _)| a));
        let differs = |a: &Account| ledger.balance(*a) != self.books.balance(*a);
        let found = accounts.into_iter().find(differs);
        let account = found.unwrap_or(Account::External);
        let expected = format!("{account} {}", self.books.balance(account));
        (Law::Replay, expected, ledger.balance(account).to_string())
    }

    /// Checks the sum of all balances; costs nothing.
    pub fn sum(&mut self, now: Time, ledger: &Ledger) {
        let sum = ledger.sum();
        if !sum.is_zero() {
            self.note(now, (Law::LedgerSum, "0".into(), sum.to_string()));
        }
    }

    /// The scenario is over: every deficit has come to its end.
    pub fn finish(&mut self, now: Time) {
        let open = self.deficits.iter().filter(|(_, d)| d.residual.is_none());
        let open: Vec<DeficitId> = open.map(|(id, _)| *id).collect();
        for id in open {
            let finding = (Law::DeficitOpen, "an end".into(), "none".into());
            self.deficit_breach(now, id, finding);
        }
    }

    fn count_payment(&mut self, payment: Payment, by: i64) {
        let count = self.payments.entry(payment).or_default();
        *count = count.saturating_add(by);
    }

    fn entry_breach(&mut self, law: Law, entry: &Entry, expected: &str, found: String) {
        self.breaches.push(Breach {
            law,
            time: entry.time,
            seq: Some(entry.seq),
            deficit: None,
            expected: expected.into(),
            found,
        });
    }

    fn deficit_breach(&mut self, time: Time, id: DeficitId, finding: Finding) {
        let (law, expected, found) = finding;
        self.breaches.push(Breach {
            law,
            time,
            seq: None,
            deficit: Some(id),
            expected,
            found,
        });
    }

    fn note(&mut self, time: Time, finding: Finding) {
        let (law, expected, found) = finding;
        self.breaches.push(Breach {
            law,
            time,
            seq: None,
            deficit: None,
            expected,
            found,
        });
    }
}

fn life(expected: &str, found: &str) -> Finding {
    (Law::DeficitLife, expected.into(), found.into())
}
