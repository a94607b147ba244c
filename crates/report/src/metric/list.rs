//! The table of metrics.

use seawall_units::{Base, Ratio, Usd};
use seawall_venue::StageId;

use super::Direction::{HigherIsBetter, LowerIsBetter, None as Neutral};
use super::Figure::{Arbitrageur, Rare, Size, Stage, Venue};
use super::{Metric, Section, Unit, minutes, owner_cost, points, run_price, share};

/// A metric on one line of meaning each.
macro_rules! metrics {
    ($($id:literal, $label:literal, $section:ident, $unit:ident, $direction:ident, $figure:expr, $definition:literal;)+) => {
        /// Every figure, in the order of the table.
        pub const METRICS: &[Metric] = &[$(Metric {
            id: $id,
            label: $label,
            section: Section::$section,
            unit: Unit::$unit,
            direction: $direction,
            figure: $figure,
            definition: $definition,
        },)+];
    };
}

metrics! {
    "opening_deficit", "opening deficit", WhoPaid, Usd, Neutral,
        Venue(|v| Some(v.opening_deficit.units())),
        "Sum of all deficits when they were opened: what bankrupt positions owed beyond their margin, plus what winners' closes found missing. Equals the stages below added up. What a venue's own parties owe is the house deficit, beside it.";
    "bad_debt", "of it bad debt", WhoPaid, Usd, LowerIsBetter,
        Venue(|v| Some(v.bad_debt.units())),
        "The part of the opening deficit that bankrupt positions left.";
    "absorbed_partial_deleverage", "1 partial deleverage", WhoPaid, Usd, Neutral,
        Stage(StageId::PartialDeleverage, |_, s| s.absorbed.units()),
        "What closing part of a position against the market's liquidity filled of the deficits.";
    "absorbed_auction", "2 auction", WhoPaid, Usd, Neutral,
        Stage(StageId::Auction, |_, s| s.absorbed.units()),
        "What selling the rest in small lots filled of the deficits.";
    "absorbed_junior", "3 junior", WhoPaid, Usd, Neutral,
        Stage(StageId::Junior, |_, s| s.absorbed.units()),
        "What the first-loss capital paid.";
    "absorbed_insurance", "4 insurance", WhoPaid, Usd, Neutral,
        Stage(StageId::Insurance, |_, s| s.absorbed.units()),
        "What the insurance fund paid.";
    "absorbed_adl", "5 ADL", WhoPaid, Usd, Neutral,
        Stage(StageId::Adl, |_, s| s.absorbed.units()),
        "What winners gave up of their profit to fill the deficits.";
    "absorbed_senior", "6 senior", WhoPaid, Usd, Neutral,
        Stage(StageId::Senior, |_, s| s.absorbed.units()),
        "What the last-loss capital paid.";
    "residual", "7 residual", WhoPaid, Usd, LowerIsBetter,
        Stage(StageId::Residual, |v, _| v.residual.units()),
        "What no payer could pay: it stays unpaid, or is cut pro rata from traders' positive equity where the venue says so.";
    "house_deficit", "house deficit", WhoPaid, Usd, LowerIsBetter,
        Venue(|v| v.house.map(|h| h.opened.units())),
        "What makers and backstop vaults owed beyond their equity; stands beside the opening deficit of traders, not in it. Equals the three rows below added up.";
    "house_backstop", "paid by backstops", WhoPaid, Usd, Neutral,
        Venue(|v| v.house.map(|h| h.backstop.units())),
        "What backstop vaults paid of the makers' deficits; with a parent vault, what its children and its cash paid for each other.";
    "house_adl", "cut by ADL for it", WhoPaid, Usd, LowerIsBetter,
        Venue(|v| v.house.map(|h| h.adl.units())),
        "What ADL filled of the deficits of makers and backstop vaults.";
    "house_residual", "unpaid", WhoPaid, Usd, LowerIsBetter,
        Venue(|v| v.house.map(|h| h.residual.units())),
        "What nobody paid of the deficits of makers and backstop vaults.";
    "backstop_result", "backstop result", WhoPaid, Usd, HigherIsBetter,
        Venue(|v| v.backstop_result.map(Usd::units)),
        "What the backstop vaults gained or lost over the whole run; cash that their parent moved is left out.";
    "order_violations", "order violations", WhoPaid, Count, LowerIsBetter,
        Venue(|v| Some(i128::from(v.order_violations))),
        "Payers touched before the one before them was exhausted or capped, stages skipped without a reason, and deficits that do not add up. Zero by law.";
    "ledger_sum", "ledger sum", WhoPaid, ExactUsd, Neutral,
        Venue(|v| Some(v.ledger_sum.units())),
        "Sum of all balances at the end. Zero by law, to the last micro-dollar.";

    "closed_partial_deleverage", "1 deleveraged", Before, Base, Neutral,
        Stage(StageId::PartialDeleverage, |_, s| s.closed.units()),
        "Size that partial deleverage closed, in units of the base asset.";
    "owner_cost_partial_deleverage", "1 owners' cost", Before, Usd, LowerIsBetter,
        Stage(StageId::PartialDeleverage, |_, s| s.owner_cost.units()),
        "What the owners paid for it out of their own margin: fees, spread and impact. Below zero when the impact rebate is more than fees and spread.";
    "closed_auction", "2 auctioned", Before, Base, Neutral,
        Stage(StageId::Auction, |_, s| s.closed.units()),
        "Size that auctions handed on, in units of the base asset.";
    "owner_cost_auction", "2 owners' cost", Before, Usd, LowerIsBetter,
        Stage(StageId::Auction, |_, s| s.owner_cost.units()),
        "What the owners paid for it out of their own margin: discounts, and what equity an unsold lot left behind.";
    "owner_cost", "owners' cost in all", Before, Usd, LowerIsBetter,
        Venue(owner_cost),
        "What the owners paid for liquidations out of their own margin, over every stage: the two above, and what later stages and the equivalents of other venues took of it. n/a where liquidations are no stage (a pool closes whole positions; its fees and price impact stand in the journal).";
    "liquidated_accounts", "liquidated accounts", Before, Count, LowerIsBetter,
        Venue(|v| Some(i128::from(v.liquidated_accounts))),
        "Accounts that lost some or all of a position to a liquidation.";
    "liquidated_notional", "liquidated notional", Before, Usd, LowerIsBetter,
        Venue(|v| Some(v.liquidated_notional.units())),
        "Notional at the mark that liquidations took from owners.";

    "winners_profit_before", "profit before cuts", Winners, Usd, Neutral,
        Venue(|v| Some(v.winners.profit_before.units())),
        "Sum over accounts of their trading profit, realised and open at the end and before cuts, where it is above zero. An auction bidder counts, here and below, where it was cut: no other venue has it.";
    "winners_taken", "taken from winners", Winners, Usd, LowerIsBetter,
        Venue(|v| Some(v.winners.taken.units())),
        "Profit at the mark less profit at execution and less what was withheld, over every close that a winner did not ask for.";
    "winners_share_taken", "share of profit taken", Winners, Percent, LowerIsBetter,
        Venue(|v| share(v.winners.taken, v.winners.profit_before)),
        "Taken from winners over their profit before cuts.";
    "winners_count", "winners cut", Winners, Count, LowerIsBetter,
        Venue(|v| Some(i128::from(v.winners.count))),
        "Accounts that were cut.";
    "winners_largest_single", "largest single cut", Winners, Usd, LowerIsBetter,
        Venue(|v| Some(v.winners.largest_single.units())),
        "The largest sum taken from one account.";
    "winners_overshoot", "taken beyond need", Winners, Usd, LowerIsBetter,
        Venue(|v| Some(v.winners.overshoot.units())),
        "Overshoot: taken beyond what was placed on ADL.";
    "winners_closed_early", "winners closed early", Winners, Count, LowerIsBetter,
        Venue(|v| Some(i128::from(v.winners.closed_early))),
        "Accounts that had a winning position, or part of one, closed that they did not ask to close, whether or not something was taken from them.";
    "residual_cut", "cut for the residual", Winners, Usd, LowerIsBetter,
        Venue(|v| Some(v.winners.residual_cut.units())),
        "What was cut pro rata from traders' positive equity for the residual; not part of what was taken from winners.";

    "fill_rate", "fill rate of orders", Trading, Percent, HigherIsBetter,
        Venue(|v| share(v.orders.filled, v.orders.asked)),
        "Notional filled over notional asked by the command stream's orders, at the outside price; a refused order counts as not filled.";
    "orders_refused", "orders refused whole", Trading, Count, LowerIsBetter,
        Venue(|v| Some(i128::from(v.orders.refused))),
        "Orders of the command stream that got nothing.";
    "minutes_without_quote", "time without a quote", Trading, Minutes, LowerIsBetter,
        Venue(|v| Some(minutes(v.seconds_without_quote))),
        "Seconds, as minutes, in which an opening order of 1 000 USD would not have been filled whole on one of the two sides.";
    "cost_vs_mark_mean", "order of", MeanCost, Bps, LowerIsBetter,
        Size(|c| c.mean.map(Ratio::units)),
        "Cost over notional of what an opening order of this size would have filled, over both sides and all seconds: spread, impact and fee against the venue's mark.";
    "cost_vs_mark_worst", "order of", WorstCost, Bps, LowerIsBetter,
        Size(|c| c.worst.map(Ratio::units)),
        "The same in the worst second of one side.";
    "filled_share", "order of", FilledShare, Percent, HigherIsBetter,
        Size(|c| Some(c.filled_share.units())),
        "Share of the asked notional, both sides and all seconds, that would have been filled.";

    "minutes_without_bids", "time without bids", Book, Minutes, LowerIsBetter,
        Venue(|v| v.book.map(|b| minutes(b.seconds_without_bids))),
        "Seconds, as minutes, that began without a bid within 1 % of the oracle price, or the share that `watch.bid_within` of the order book states.";
    "worst_execution", "worst execution", Book, Bps, LowerIsBetter,
        Venue(|v| v.book?.worst_execution.map(Ratio::units)),
        "How far beyond the oracle price, to the taker's disadvantage, the last unit of an order or a liquidation was executed at worst.";
    "worst_execution_after", "worst execution at", Book, Minutes, Neutral,
        Venue(|v| v.book?.worst_execution_after.map(minutes)),
        "When that was, after the start.";
    "jumps_without_trades", "jumps without trades", Book, Count, LowerIsBetter,
        Venue(|v| v.book.map(|b| i128::from(b.jumps))),
        "Moves of the mark of more than 50 bp, or what `watch.jump_above` states, while nothing had traded in the book since the move before.";
    "largest_jump_without_trades", "largest such jump", Book, Bps, LowerIsBetter,
        Venue(|v| v.book.map(|b| b.largest_jump.units())),
        "The largest of them.";
    "stale_quote_loss", "lost on stale quotes", Book, Usd, LowerIsBetter,
        Venue(|v| v.book.map(|b| b.stale_quote_loss.units())),
        "What makers lost at the outside price where orders were filled at better prices than it, because quotes had not moved yet.";

    "arbitrage_round_trips", "round trips,", Arbitrage, Count, Neutral,
        Arbitrageur(|a| Some(i128::from(a.round_trips))),
        "Positions that the arbitrageur opened and that ended, closed by him or taken from him.";
    "arbitrage_profit_per_trip", "profit a trip,", Arbitrage, Usd, LowerIsBetter,
        Arbitrageur(|a| a.profit_per_trip().map(Usd::units)),
        "What the books gave him for a round trip less what they took, all costs included, on average.";
    "arbitrage_profit_share", "profit share,", Arbitrage, Bps, LowerIsBetter,
        Arbitrageur(|a| a.profit_share().map(Ratio::units)),
        "The same over the notional that his round trips opened.";
    "arbitrage_refused", "orders refused,", Arbitrage, Count, Neutral,
        Arbitrageur(|a| Some(i128::from(a.refused))),
        "His orders that got nothing; they do not count in the fill rate.";

    "senior_drawdown", "senior drawdown", Capital, Percent, LowerIsBetter,
        Venue(|v| v.senior_drawdown.map(Ratio::units)),
        "Largest fall of the senior value from its peak.";
    "junior_drawdown", "junior drawdown", Capital, Percent, LowerIsBetter,
        Venue(|v| v.junior_drawdown.map(Ratio::units)),
        "Largest fall of the junior value from its peak.";
    "senior_change", "senior change", Capital, Usd, HigherIsBetter,
        Venue(|v| v.senior_change.map(Usd::units)),
        "Senior value at the end less its value at the start, flows in and out left out.";
    "junior_change", "junior change", Capital, Usd, HigherIsBetter,
        Venue(|v| v.junior_change.map(Usd::units)),
        "Junior value at the end less its value at the start, flows in and out left out.";
    "lp_return", "LP return", Capital, Percent, HigherIsBetter,
        Venue(|v| Some(v.lp_return.units())),
        "Value of the liquidity providers' capital at the end over its value at the start, less one, flows in and out left out.";
    "senior_worst_case", "senior worst case", Capital, Usd, Neutral,
        Rare(|v| v.tranches.map(|t| t.worst_case_most.loss.units())),
        "The most that Senior could have lost at once, at its largest at the start, a whole minute or the end: before the next minute tick, after a fall and a rise of the mark as large as stated (to zero and to the double by default), while nobody opens a position.";
    "senior_worst_case_fall", "after a fall alone", Capital, Usd, Neutral,
        Rare(|v| v.tranches.map(|t| t.worst_case_most.fall.units())),
        "What of it Senior could have lost then after the fall without the rise.";
    "senior_worst_case_rise", "after a rise alone", Capital, Usd, Neutral,
        Rare(|v| v.tranches.map(|t| t.worst_case_most.rise.units())),
        "What of it Senior could have lost then after the rise without the fall.";
    "senior_worst_case_start", "worst case, start", Capital, Usd, Neutral,
        Rare(|v| v.tranches.map(|t| t.worst_case_start.loss.units())),
        "The same when the run began.";
    "redemptions_asked", "redemptions asked", Capital, Usd, Neutral,
        Rare(|v| Some(v.redemptions.asked.units())),
        "Worth, at the time of asking, of what liquidity providers asked back and the venue took down.";
    "redemptions_granted", "redemptions granted", Capital, Usd, Neutral,
        Rare(|v| Some(v.redemptions.granted.units())),
        "What was granted for it, at the price of its execution.";
    "redemptions_claimed", "redemptions paid out", Capital, Usd, Neutral,
        Rare(|v| Some(v.redemptions.claimed.units())),
        "What was paid out of what was granted, and of recoveries to frozen series. A venue without claims pays at once.";
    "redemptions_waiting", "redemptions waiting", Capital, Usd, Neutral,
        Rare(|v| v.tranches.map(|t| t.waiting.units())),
        "What the shares that wait for their epoch at the end are worth at the exit price.";
    "recovered", "recovered", Capital, Usd, Neutral,
        Rare(|v| Some(v.recovered.units())),
        "What came back from outside to those who had borne a loss, in the reverse order of loss.";
    "coupon_arrears_due", "senior coupon unpaid", Capital, Usd, LowerIsBetter,
        Rare(|v| v.tranches.map(|t| t.arrears_due.units())),
        "Senior's coupon that is due and unpaid at the end: fees have not sufficed for it.";
    "coupon_arrears_lapsed", "senior coupon lapsed", Capital, Usd, LowerIsBetter,
        Rare(|v| v.tranches.map(|t| t.arrears_lapsed.units())),
        "Senior's coupon that stayed unpaid for longer than arrears are carried.";
    "funding_net", "funding paid, net", Capital, Usd, Neutral,
        Venue(|v| Some(v.funding_net.units())),
        "Funding that traders paid, less what traders received, as far as it was settled: what is due on a position that was not touched since is in its value, so receivers who close first make it negative.";
    "funding_paid", "funding paid, gross", Capital, Usd, Neutral,
        Venue(|v| Some(v.funding_paid.units())),
        "Funding that traders paid, as far as it was settled.";

    "senior_lps_asked", "senior LPs asked out", Reactions, Usd, Neutral,
        Venue(|v| v.senior_providers.map(|l| l.asked.units())),
        "What the stated liquidity providers of the senior tranche, or of the same people in a venue without tranches, asked to take out; asking again for the same does not count.";
    "senior_lps_left", "senior LPs paid out", Reactions, Usd, Neutral,
        Venue(|v| v.senior_providers.map(|l| l.left.units())),
        "What was paid to them.";
    "senior_lps_first_exit", "first leavers got", Reactions, Percent, Neutral,
        Venue(|v| v.senior_providers?.first_exit.map(Ratio::units)),
        "What the first of these exits, all of their minute, were paid, over what their shares had been worth at the opening.";
    "senior_lps_last_exit", "last leavers got", Reactions, Percent, Neutral,
        Venue(|v| v.senior_providers?.last_exit.map(Ratio::units)),
        "The same of the last exits.";
    "senior_lps_stayed", "who stayed has", Reactions, Percent, HigherIsBetter,
        Venue(|v| v.senior_providers?.stayed.map(Ratio::units)),
        "What the shares that nobody was paid for are worth at the end, over what they had been worth at the opening.";
    "senior_run_price", "first less stayed", Reactions, Percent, LowerIsBetter,
        Venue(|v| run_price(v.senior_providers)),
        "What leaving first was worth: what the first leavers got less what who stayed has, in points.";
    "senior_lps_hhi_start", "HHI at the start", Reactions, Count, Neutral,
        Venue(|v| points(v.senior_providers?.hhi_start)),
        "Herfindahl-Hirschman index of the holdings of these providers, in points: 10 000 is one holder.";
    "senior_lps_hhi_end", "HHI at the end", Reactions, Count, Neutral,
        Venue(|v| points(v.senior_providers?.hhi_end)),
        "The same at the end.";
    "junior_lps_asked", "junior LPs asked out", Reactions, Usd, Neutral,
        Venue(|v| v.junior_providers.map(|l| l.asked.units())),
        "What the stated liquidity providers of the junior tranche, or of the same people in a venue without tranches, asked to take out; asking again for the same does not count.";
    "junior_lps_left", "junior LPs paid out", Reactions, Usd, Neutral,
        Venue(|v| v.junior_providers.map(|l| l.left.units())),
        "What was paid to them.";
    "junior_lps_first_exit", "first leavers got", Reactions, Percent, Neutral,
        Venue(|v| v.junior_providers?.first_exit.map(Ratio::units)),
        "What the first of these exits, all of their minute, were paid, over what their shares had been worth at the opening.";
    "junior_lps_last_exit", "last leavers got", Reactions, Percent, Neutral,
        Venue(|v| v.junior_providers?.last_exit.map(Ratio::units)),
        "The same of the last exits.";
    "junior_lps_stayed", "who stayed has", Reactions, Percent, HigherIsBetter,
        Venue(|v| v.junior_providers?.stayed.map(Ratio::units)),
        "What the shares that nobody was paid for are worth at the end, over what they had been worth at the opening.";
    "junior_run_price", "first less stayed", Reactions, Percent, LowerIsBetter,
        Venue(|v| run_price(v.junior_providers)),
        "What leaving first was worth: what the first leavers got less what who stayed has, in points.";
    "junior_lps_hhi_start", "HHI at the start", Reactions, Count, Neutral,
        Venue(|v| points(v.junior_providers?.hhi_start)),
        "Herfindahl-Hirschman index of the holdings of these providers, in points: 10 000 is one holder.";
    "junior_lps_hhi_end", "HHI at the end", Reactions, Count, Neutral,
        Venue(|v| points(v.junior_providers?.hhi_end)),
        "The same at the end.";
    "reactions_sent", "reactions sent", Reactions, Count, Neutral,
        Venue(|v| (v.reactions.sent > 0).then(|| i128::from(v.reactions.sent))),
        "Commands that agents sent by their rules; not part of the command stream's orders.";
    "reactions_refused", "reactions refused", Reactions, Count, Neutral,
        Venue(|v| (v.reactions.sent > 0).then(|| i128::from(v.reactions.refused))),
        "Of these, commands that got nothing.";
}

// The places of `Unit` are those of the grids that the figures are read from.
const _: () = {
    assert!(Usd::PLACES == Unit::Usd.places());
    assert!(Base::PLACES == Unit::Base.places());
    assert!(Ratio::PLACES == Unit::Percent.places().saturating_add(2));
    assert!(Ratio::PLACES == Unit::Bps.places().saturating_add(4));
};
