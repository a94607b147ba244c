//! Events, figures and reasons in words.

use seawall_ledger::{Account, Cause, Transfer};
use seawall_units::{Base, Price, Ratio, Round, Usd, mul_div};
use seawall_venue::StageId;

use super::scene::{Scene, Valued};
use super::value::Value;
use crate::journal::{
    CutRecord, EventLine, EventRecord, FillRecord, LiquidationRecord, PositionRecord, ShareRecord,
    StageRecord,
};
use crate::json::{EndWord, SkipWord, StageWord};

pub(super) fn usd(amount: Usd) -> String {
    Value::Usd(amount).read()
}

pub(super) fn price(price: Price) -> String {
    Value::Price(price).read()
}

pub(super) fn size(size: Base) -> String {
    Value::Size(size).read()
}

pub(super) fn share(ratio: Ratio) -> String {
    Value::Share(ratio).read()
}

/// A number of things: `1 winner`, `10 winners`.
pub(super) fn counted(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", Value::count(number).read())
}

pub(super) fn cause(cause: Cause) -> String {
    cause.name().replace('_', " ").replace("adl", "ADL")
}

/// A stage for people.
pub(super) const fn stage(word: StageWord) -> &'static str {
    match word {
        StageWord::PartialDeleverage => StageId::PartialDeleverage.title(),
        StageWord::Auction => StageId::Auction.title(),
        StageWord::Junior => StageId::Junior.title(),
        StageWord::Insurance => StageId::Insurance.title(),
        StageWord::Adl => StageId::Adl.title(),
        StageWord::Senior => StageId::Senior.title(),
        StageWord::Residual => StageId::Residual.title(),
    }
}

/// Why a stage stopped.
pub(super) fn end(record: &StageRecord) -> String {
    let reason = match record.skip_reason {
        Some(reason) => skipped(reason),
        None => "",
    };
    match record.end {
        EndWord::Cleared if record.stage == StageWord::PartialDeleverage => {
            String::from("as much as was to be closed")
        }
        EndWord::Cleared => String::from("all that was left"),
        EndWord::Exhausted => String::from("exhausted"),
        EndWord::Capped => String::from("capped"),
        EndWord::Waiting => String::from("waits"),
        EndWord::Skipped => format!("skipped: {reason}"),
    }
}

const fn skipped(reason: SkipWord) -> &'static str {
    match reason {
        SkipWord::NothingLeft => "nothing left",
        SkipWord::NoCapacity => "nothing to give",
        SkipWord::NoWinners => "no winners",
        SkipWord::NoBidders => "no bidders",
        SkipWord::BelowBankruptcy => "below bankruptcy",
        SkipWord::TooThin => "equity too thin",
        SkipWord::TooSmall => "too small",
        SkipWord::StepsUsed => "steps used up",
        SkipWord::NotInVenue => "not in this venue",
    }
}

/// A price and how far it stands from the mark, in basis points down to a tenth.
pub(super) fn against(price_at: Price, mark: Price) -> String {
    if price_at == mark {
        return format!("the mark {}", price(mark));
    }
    let where_ = match price_at < mark {
        true => "below",
        false => "above",
    };
    let far = price_at.deviation_from(mark).units();
    let bps = crate::digits::rounded(far, 14, 1);
    format!(
        "{}, {bps} bp {where_} the mark {}",
        price(price_at),
        price(mark)
    )
}

/// Side, size and entry of a position.
pub(super) fn position(position: &PositionRecord) -> String {
    let side = match position.size.is_negative() {
        true => "short",
        false => "long",
    };
    let all = size(position.size.abs());
    match entry(position) {
        Some(entry) => format!("{side} {all} from {}", price(entry)),
        None => format!("{side} {all}"),
    }
}

/// The price of entry.
pub(super) fn entry(position: &PositionRecord) -> Option<Price> {
    Price::of(position.cost.abs(), position.size.abs(), Round::Floor)
}

/// `part / whole` as a share; `None` of nothing.
pub(super) fn part(part: i128, whole: i128) -> Option<Ratio> {
    let units = mul_div(part, Ratio::ONE_UNITS, whole, Round::Floor)?;
    Ratio::from_units(units).ok()
}

/// Margin, open profit and what is owed, as they make the equity.
pub(super) fn equity(valued: &Valued) -> String {
    let word = match valued.open_pnl.is_negative() {
        true => "open loss",
        false => "open profit",
    };
    let owed = match valued.owed.is_zero() {
        true => String::new(),
        false => format!(", owed {}", usd(valued.owed)),
    };
    format!(
        "margin {}, {word} {}{owed}",
        usd(valued.margin),
        usd(valued.open_pnl.abs())
    )
}

/// Postings as what `own` paid and received; what passes between its accounts is set free.
pub(super) fn moved(scene: &Scene, transfers: &[Transfer], own: &[Account]) -> String {
    let (mut paid, mut received, mut freed) = (Vec::new(), Vec::new(), Usd::ZERO);
    for each in transfers {
        let [out, into] = [each.from(), each.to()].map(|account| own.contains(&account));
        let what = format!("{} {}", cause(each.cause()), usd(each.amount()));
        let other = |account| scene.names.account(account);
        match (out, into) {
            (true, true) => freed += each.amount(),
            (true, false) => paid.push(format!("{what} to {}", other(each.to()))),
            (false, true) => received.push(format!("{what} from {}", other(each.from()))),
            (false, false) => {}
        }
    }
    let mut parts = Vec::new();
    if !received.is_empty() {
        parts.push(format!("received {}", received.join(", ")));
    }
    if !paid.is_empty() {
        parts.push(format!("paid {}", paid.join(", ")));
    }
    if freed.is_positive() {
        parts.push(format!("{} set free", usd(freed)));
    }
    sentence(&parts.join("; "))
}

/// A text as a sentence, nothing as nothing.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        None => String::new(),
        Some(first) => {
            let stop = if text.ends_with('.') { "" } else { "." };
            format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
        }
    }
}

/// What an order got.
pub(super) fn fill(fill: &FillRecord) -> String {
    let verb = match fill.asked.is_negative() {
        true => "sold",
        false => "bought",
    };
    let all = match fill.filled == fill.asked {
        true => String::new(),
        false => format!(" of {} asked", size(fill.asked.abs())),
    };
    let cost = match fill.cost.is_negative() {
        true => format!("and earned {} against it", usd(-fill.cost)),
        false => format!("and cost {} against it", usd(fill.cost)),
    };
    format!(
        "Order: {verb} {}{all} at the mark {}, notional {}, {cost}.",
        size(fill.filled.abs()),
        price(fill.mark),
        usd(fill.notional)
    )
}

/// What a liquidation took, of `before`.
pub(super) fn liquidation(
    scene: &Scene,
    taken: &LiquidationRecord,
    before: Option<&PositionRecord>,
) -> String {
    let all = match before {
        Some(held) if held.size != taken.size => {
            let of = part(taken.size.abs().units(), held.size.abs().units());
            let of = of.map(|of| format!(" ({})", share(of))).unwrap_or_default();
            format!(" of {}{of}", size(held.size.abs()))
        }
        _ => String::new(),
    };
    let side = match taken.size.is_negative() {
        true => "short",
        false => "long",
    };
    let taker = match taken.taker {
        Some(taker) => format!("by {}", scene.names.account(taker)),
        None if taken.stage == StageWord::PartialDeleverage => String::from("by the pool's quotes"),
        None => String::from("by the pool"),
    };
    let at = against(taken.price, taken.mark);
    let size = size(taken.size.abs());
    // A venue without a partial stage of its own takes all of a position under the same name.
    let is_whole = !scene
        .positions
        .contains_key(&Account::Margin(taken.account));
    let what = match (taken.stage, taken.taker) {
        (StageWord::PartialDeleverage, None) if is_whole && scene.header.venue == "gmx" => {
            format!("Liquidation: all of {side} {size} taken by the pool at {at}")
        }
        (StageWord::PartialDeleverage, _) if is_whole => {
            format!("Liquidation: all of {side} {size} taken {taker} at {at}")
        }
        (StageWord::Junior, None) => format!("Settled by the pool at {at}: {side} {size}{all}"),
        (stage_word, _) => format!(
            "{}: {side} {size}{all} taken {taker} at {at}",
            sentence(stage(stage_word)).trim_end_matches('.')
        ),
    };
    format!(
        "{what}; equity {} of {} required.",
        usd(taken.equity),
        usd(taken.maintenance)
    )
}

/// What a stage did.
pub(super) fn staged(record: &StageRecord) -> String {
    let name = stage(record.stage);
    if record.end == EndWord::Skipped {
        return sentence(&format!("{name} {}", end(record)));
    }
    let mut did = Vec::new();
    if !record.closed.is_zero() {
        did.push(format!("closed {}", size(record.closed)));
    }
    if !record.absorbed.is_zero() {
        let most = match record.capacity {
            Some(most) => format!(" of {} that it could", usd(most)),
            None => String::new(),
        };
        did.push(format!("filled {}{most}", usd(record.absorbed)));
    }
    if !record.owner_cost.is_zero() {
        did.push(format!("cost the owner {}", usd(record.owner_cost)));
    }
    if did.is_empty() {
        did.push(String::from("nothing yet"));
    }
    sentence(&format!("{name}: {} ({})", did.join(", "), end(record)))
}

/// How a winner was cut.
pub(super) fn cut(cut: &CutRecord) -> String {
    let taken = match part(cut.taken.units(), cut.profit.units()) {
        Some(of) if cut.profit.is_positive() => format!("{} ({})", usd(cut.taken), share(of)),
        _ => usd(cut.taken),
    };
    format!(
        "{} closed with a profit of {} at the mark, of which {taken} taken",
        size(cut.closed.abs()),
        usd(cut.profit)
    )
}

/// Shares made or burned, at which price.
pub(super) fn shares(scene: &Scene, record: &ShareRecord) -> String {
    let holder = match record.holder {
        Some(owner) => scene.names.party(owner),
        None => String::from("nobody"),
    };
    let change = Value::Shares(crate::journal::ShareCount(record.change.0.saturating_abs())).read();
    let verb = match record.change.0 < 0 {
        true => "burned",
        false => "made",
    };
    let at = match (record.assets, share_price(record)) {
        (Some(assets), Some(at)) => {
            format!(" for {} at {}", usd(assets), Value::Ratio(at).read())
        }
        (Some(assets), None) => format!(" for {}", usd(assets)),
        _ => String::new(),
    };
    let tranche = &record.tranche;
    format!("{change} shares of {tranche} {verb} for {holder}{at}.")
}

/// The price of a share in an exchange: assets over shares.
pub(super) fn share_price(record: &ShareRecord) -> Option<Ratio> {
    let assets = record.assets?.units().checked_mul(1_000)?;
    part(assets, record.change.0.checked_abs()?)
}

/// Any event, for whoever looks at a second.
pub(super) fn event(scene: &Scene, line: &EventLine) -> String {
    let trader = |id| scene.names.trader(id);
    match &line.event {
        EventRecord::Opening => String::from("The capital is paid in."),
        EventRecord::Endowment { account } => {
            let position = line.positions.first().map(position);
            let position = position.unwrap_or_else(|| String::from("no position"));
            format!("{} begins with {position}.", trader(*account))
        }
        EventRecord::Shares(record) => shares(scene, record),
        EventRecord::Mark {
            price: mark,
            outside,
            ..
        } if mark == outside => {
            format!("The mark is {}.", price(*mark))
        }
        EventRecord::Mark {
            price: mark,
            outside,
            ..
        } => {
            format!(
                "The mark is {}, the outside price {}.",
                price(*mark),
                price(*outside)
            )
        }
        EventRecord::Status { status } => format!("The market is {}.", word(status)),
        EventRecord::Index { levels, .. } => {
            let levels = levels.iter().map(|(name, level)| format!("{name} {level}"));
            format!("Indices: {}.", levels.collect::<Vec<_>>().join(", "))
        }
        EventRecord::Fill(record) => format!("{}: {}", trader(record.account), fill(record)),
        EventRecord::MarginAdded { account, amount } => {
            format!("{} adds {} of margin.", trader(*account), usd(*amount))
        }
        EventRecord::Withdrawn { account, amount } => {
            format!("{} takes {} out.", trader(*account), usd(*amount))
        }
        EventRecord::Liquidation(taken) => {
            let before = liquidation(scene, taken, None);
            format!("{}: {before}", trader(taken.account))
        }
        EventRecord::Stage(record) => match record.account {
            Some(account) => format!("{}: {}", trader(account), staged(record)),
            None => staged(record),
        },
        other => rare(scene, other),
    }
}

/// The events that few seconds have.
fn rare(scene: &Scene, event: &EventRecord) -> String {
    let trader = |id| scene.names.trader(id);
    match event {
        EventRecord::Requested {
            lp, tranche, due, ..
        } => format!(
            "party:{lp} asks to leave {}, due {}.",
            word(tranche),
            super::when::utc(*due)
        ),
        EventRecord::Claimed { lp, amount, .. } => format!("party:{lp} claims {}.", usd(*amount)),
        EventRecord::Recovery { amount } => format!("A recovery of {} comes in.", usd(*amount)),
        EventRecord::Lot {
            account, size: lot, ..
        } => {
            format!(
                "{}: a lot of {} goes live in the auction.",
                trader(*account),
                size(lot.abs())
            )
        }
        EventRecord::DeficitOpened(opened) => format!(
            "Deficit {}: the {} of {} leaves {} unpaid at {}.",
            opened.id,
            opened.side,
            trader(opened.account),
            usd(opened.amount),
            price(opened.mark)
        ),
        EventRecord::AdlClose {
            account,
            size: closed,
            profit,
        } => format!(
            "{}: ADL closes {} with a profit of {}.",
            trader(*account),
            size(*closed),
            usd(*profit)
        ),
        EventRecord::Cut(record) => format!("{}: ADL, {}.", trader(record.account), cut(record)),
        EventRecord::WoundUp { account } => format!("{} is wound up.", trader(*account)),
        EventRecord::DeficitClosed { id, residual } => {
            format!("Deficit {id} is closed, residual {}.", usd(*residual))
        }
        EventRecord::Released { account } => format!("{} is released.", trader(*account)),
        EventRecord::Unwound { vault, size: sold } => {
            format!("{vault} trades {} of its position away.", size(*sold))
        }
        EventRecord::Rebalanced { from, to, amount } => {
            format!("{from} gives {to} {}.", usd(*amount))
        }
        EventRecord::Fees(fees) => format!("{} of fees are distributed.", usd(fees.gross)),
        EventRecord::Values(_) => String::from("The venue is valued."),
        _ => String::from("Postings."),
    }
}

/// The kind of an event, for people.
pub(super) fn kind(event: &EventRecord) -> String {
    let value = serde_json::to_value(event).unwrap_or_default();
    let kind = value.get("event").and_then(|kind| kind.as_str());
    kind.unwrap_or_default().replace('_', " ")
}

/// A word of files for people.
fn word(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_value(value).unwrap_or_default();
    text.as_str().unwrap_or_default().replace('_', " ")
}

pub(super) fn status(scene: &Scene) -> String {
    word(&scene.status)
}
