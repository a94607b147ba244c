//! Every posting is justified by its line: its cause belongs to the kind of event, and the account
//! is the event's own. Where [`super::ledger`] asks between which accounts a cause moves money, this
//! asks for which event, for whom, and how much.

use std::collections::{BTreeMap, BTreeSet};

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::Usd;
use crate::law::Law;
use crate::names::{Account, AccountKind, Kind, Phase, SharesWhy, Tranche, Venue};
use crate::record::{Data, SharesMoved, Transfer};

use super::permits::permits;
use super::{Event, Laws};

/// Whose line it is.
#[derive(Debug, Default)]
pub(crate) struct Reasons {
    /// Accounts of open deficits by their number.
    deficits: BTreeMap<u32, u32>,
    /// Winners that were closed in this second: only they are cut.
    closed: BTreeSet<u32>,
    /// Whose order opened a deficit or pays into one: its fill has to follow.
    order: Option<u32>,
}

impl Laws for Reasons {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if books.venue == Venue::Tranched {
            self.follow_order(event, findings);
        }
        match &event.data {
            Data::AdlClose(close) => {
                self.closed.insert(close.account);
            }
            Data::DeficitOpened(opened) => {
                self.deficits.insert(opened.id, opened.account);
            }
            _ => {}
        }
        let own = self.own(books.venue, event);
        for posted in &event.line.transfers {
            findings.applied(Law::PostingReason);
            let allowed = permits(books.venue, event.line.event, event.line.phase, posted)
                && direction(event.line.event, posted)
                && [posted.from, posted.to]
                    .into_iter()
                    .all(|account| is_own(account, posted.cause, own));
            if !allowed {
                let found = format!("{} from {} to {}", posted.cause, posted.from, posted.to);
                let expected = format!("a posting that `{}` makes, for its own", event.line.event);
                findings.broken(Law::PostingReason, expected, found);
            }
            self.cut(books.venue, event, posted, findings);
        }
        amounts(event, findings);
        if let Data::DeficitClosed(closed) = &event.data {
            self.deficits.remove(&closed.id);
        }
    }

    fn second_ends(&mut self, _: &Books, findings: &mut Findings) {
        self.closed.clear();
        self.unfilled(findings);
    }
}

impl Reasons {
    /// The accounts whose margin and collateral the line may move.
    fn own(&self, venue: Venue, event: &Event<'_>) -> [Option<u32>; 2] {
        let bankrupt = event.line.deficit.and_then(|id| self.deficits.get(&id));
        match &event.data {
            Data::Endowment(data) => [Some(data.account), None],
            Data::Fill(data) => [Some(data.account), None],
            Data::MarginAdded(data) | Data::Withdrawn(data) => [Some(data.account), None],
            Data::Liquidation(data) => {
                let taker = data.taker.filter(|taker| is_trader(*taker));
                [Some(data.account), taker.map(|taker| taker.number)]
            }
            Data::DeficitOpened(data) => [Some(data.account), None],
            Data::Stage(data) => [data.account, self.order],
            Data::AdlClose(data) => [Some(data.account), None],
            Data::WoundUp(data) | Data::Released(data) => [Some(data.account), None],
            // The loser settles with the winner, up to a rounding.
            Data::Cut(data) if venue == Venue::Hyperliquid => {
                [Some(data.account), bankrupt.copied()]
            }
            Data::Cut(data) => [Some(data.account), None],
            // The owner of n is n + 1: 0 paid in the opening capital.
            Data::Claimed(data) => [data.lp.checked_add(1), None],
            Data::Shares(data) => [data.holder, None],
            _ => [None, None],
        }
    }

    /// A cut is taken from the winner of its line, whom the batch has closed.
    fn cut(&self, venue: Venue, event: &Event<'_>, posted: &Transfer, findings: &mut Findings) {
        if posted.cause != Cause::AdlCut {
            return;
        }
        if let Data::Cut(cut) = &event.data {
            let batch = venue == Venue::Tranched && event.line.phase != Phase::Orders;
            let closed = !batch || self.closed.contains(&cut.account);
            if posted.from != Account::margin(cut.account) || !closed {
                let expected = format_args!("a cut of margin:{}, who was closed", cut.account);
                findings.broken(Law::PostingReason, expected, posted.from);
            }
        }
    }

    /// An order that finds the pool short, or a deficit waiting, settles in the lines before its
    /// fill: all of them are of one account.
    fn follow_order(&mut self, event: &Event<'_>, findings: &mut Findings) {
        let before = matches!(
            event.line.event,
            Kind::DeficitOpened | Kind::Stage | Kind::Cut | Kind::DeficitClosed
        );
        if event.line.phase == Phase::Orders && before {
            let traders = event.line.transfers.iter();
            let mut traders = traders.flat_map(|posted| [posted.from, posted.to]);
            let trader = traders.find(|account| is_trader(*account));
            self.order = self.order.or(trader.map(|account| account.number));
            return;
        }
        if let Data::Fill(fill) = &event.data {
            if self.order.is_some_and(|account| account != fill.account) {
                self.unfilled(findings);
            }
            self.order = None;
        } else {
            self.unfilled(findings);
        }
    }

    fn unfilled(&mut self, findings: &mut Findings) {
        if let Some(account) = self.order.take() {
            let expected = format_args!("a fill of account {account} after what it settled");
            findings.broken(Law::PostingReason, expected, "none");
        }
    }
}

const fn is_trader(account: Account) -> bool {
    matches!(
        account.kind,
        AccountKind::Margin | AccountKind::Free | AccountKind::Bidder
    )
}

/// Whether an account with an owner is the event's own. A recovery and a residual name nobody:
/// they give to and take from everybody who has a part in them.
fn is_own(account: Account, cause: Cause, own: [Option<u32>; 2]) -> bool {
    let owned = is_trader(account) || account.kind == AccountKind::PendingRedemption;
    !owned
        || matches!(cause, Cause::Recovery | Cause::ResidualCut)
        || own.contains(&Some(account.number))
}

/// Margin is posted to margin and released to the free collateral of the same owner; what is in
/// passage does not come back to anybody as margin.
fn direction(kind: Kind, posted: &Transfer) -> bool {
    let (from, to) = (posted.from, posted.to);
    match posted.cause {
        Cause::MarginPosted => to.kind == AccountKind::Margin || kind == Kind::Endowment,
        Cause::MarginReleased => {
            (from.kind, to.kind) == (AccountKind::Margin, AccountKind::Free)
                && from.number == to.number
        }
        Cause::MarginMoved => to.kind == AccountKind::Clearing,
        _ => true,
    }
}

/// What a line says was moved is what its postings move.
fn amounts(event: &Event<'_>, findings: &mut Findings) {
    let said = match &event.data {
        Data::MarginAdded(data) | Data::Withdrawn(data) => data.amount,
        Data::Claimed(data) => data.amount,
        Data::Shares(data) => return shares(event, data, findings),
        _ => return,
    };
    let moved: Usd = event.line.transfers.iter().map(|each| each.amount).sum();
    findings.equal(Law::PostingReason, "postings of", said, moved);
}

/// The assets of a change of shares are what comes into its vault or goes out of it.
fn shares(event: &Event<'_>, moved: &SharesMoved, findings: &mut Findings) {
    let vault = Account::one(match moved.tranche {
        Tranche::Senior => AccountKind::Senior,
        Tranche::Junior => AccountKind::Junior,
        Tranche::Pool => AccountKind::Pool,
        Tranche::Makers => AccountKind::Makers,
        Tranche::Hlp => AccountKind::Parent,
    });
    let paid = event.line.transfers.iter();
    let paid = paid.filter(|each| match moved.why {
        SharesWhy::Redemption => each.from == vault,
        _ => each.to == vault,
    });
    let paid: Usd = paid.map(|each| each.amount).sum();
    match (moved.why, moved.assets) {
        (SharesWhy::Opening | SharesWhy::Dead, _) => {}
        (_, Some(assets)) => findings.equal(Law::PostingReason, "assets of", assets, paid),
        (_, None) if moved.change.is_zero() => {}
        (why, None) => {
            findings.broken(
                Law::PostingReason,
                format_args!("assets of a {why}"),
                "none",
            );
        }
    }
}
