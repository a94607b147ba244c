use seawall_ledger::{AccountId, DeficitId, Transfer};
use seawall_units::{Base, Price, Ratio, Round, Side, Usd};
use seawall_venue::{Event, StageId};

/// A position below its maintenance margin, as the market values it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// Whose.
    pub account: AccountId,
    /// Signed size.
    pub size: Base,
    /// Notional at the mark, rounded up.
    pub notional: Usd,
    /// Equity at the mark, rounded down.
    pub equity: Usd,
    /// Maintenance requirement, rounded up.
    pub maintenance: Usd,
}

impl Health {
    /// The side of the position; a flat one counts as long.
    #[must_use]
    pub fn side(&self) -> Side {
        self.size.side().unwrap_or(Side::Long)
    }

    /// The price at which equity without `kept` is zero, without fees: `P − (E − kept)/q` (M-8.2);
    /// the mark when nothing is left beside it.
    ///
    /// `kept` is what lots sold before have left the owner: margin goes with size, so it does not
    /// stand behind the rest. **Rounding** towards the mark, for the owner: a take at this price
    /// costs him at most the equity behind it, however coarse the price's grid is for his size.
    #[must_use]
    pub fn bankruptcy(&self, mark: Price, kept: Usd) -> Price {
        let value = mark.value_floor(self.size) - (self.equity - kept).or_zero();
        let price = match self.side() {
            Side::Long => Price::of(value, self.size, Round::Ceil).map(|price| price.min(mark)),
            Side::Short => Price::of(-value, -self.size, Round::Floor).map(|price| price.max(mark)),
        };
        price.unwrap_or(mark)
    }

    /// Orders by E/N, lowest first, exactly, ties by account.
    #[must_use]
    pub fn worse_first(a: &Self, b: &Self) -> std::cmp::Ordering {
        crate::adl::fraction_cmp((a.equity, a.notional), (b.equity, b.notional))
            .then(a.account.cmp(&b.account))
    }
}

/// A position in profit on the side that ADL works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Winner {
    /// Whose.
    pub account: AccountId,
    /// Signed size.
    pub size: Base,
    /// Profit at the mark, above zero.
    pub profit: Usd,
    /// Margin posted.
    pub margin: Usd,
    /// Notional at the mark.
    pub notional: Usd,
    /// Equity at the mark.
    pub equity: Usd,
}

/// What a bidder takes of a lot at the present price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bid {
    /// The bidder's account.
    pub account: AccountId,
    /// The most that it takes, unsigned.
    pub size: Base,
}

/// What the waterfall asks of the market and has it do. Every method that moves money posts its
/// transfers itself, at the mark of the step.
pub trait Market {
    /// The mark price.
    fn mark(&self) -> Price;

    /// Takes an event; it belongs to what has been posted since the one before.
    fn tell(&mut self, event: Event);

    /// The maintenance margin ratio.
    fn maintenance_ratio(&self) -> Ratio;

    /// The liquidation fee as a ratio of notional closed.
    fn liquidation_fee(&self) -> Ratio;

    /// Every position below maintenance, lowest E/N first, ties by account.
    fn distressed(&self) -> Vec<Health>;

    /// One position as it stands; `None` when flat.
    fn health(&self, account: AccountId) -> Option<Health>;

    /// What spread and impact would cost to close `size` of the account's position into the
    /// ladder now, a rebate counted as zero.
    fn quote_close(&self, account: AccountId, size: Base) -> Usd;

    /// Closes `size` (unsigned) of the position into the ladder with the liquidation fee; charges
    /// never exceed the margin left. Gives what the owner paid in spread, impact and fee.
    fn close_into_ladder(&mut self, account: AccountId, size: Base) -> Usd;

    /// Capacity of the near bands of one side.
    fn near_depth(&self) -> Usd;

    /// What bidders take of a lot of this signed size, owned by `owner`, at `price`.
    fn bids(&self, owner: AccountId, size: Base, price: Price) -> Vec<Bid>;

    /// Moves `size` (unsigned) of the owner's position to the bidder at `price`.
    fn sell_lot(&mut self, owner: AccountId, bidder: AccountId, size: Base, price: Price);

    /// The pool takes `size` (unsigned) at the bankruptcy price; gives what its equity was worth.
    fn take_over(&mut self, owner: AccountId, size: Base, price: Price) -> Usd;

    /// The owner's last lot is settled or his position is flat: what is left of his margin is free.
    fn release(&mut self, account: AccountId);

    /// Settles a position whose equity is not above zero: margin and the missing amount go
    /// through Clearing to the pool, the missing amount standing in `OpenDeficit(id)`. Gives that
    /// amount.
    fn settle_bankrupt(&mut self, account: AccountId, id: DeficitId) -> Usd;

    /// The most that a payer could give now: its value at the mark, before the step.
    fn capacity(&self, payer: StageId) -> Usd;

    /// Posts what a payer fills of a deficit.
    fn pay(&mut self, payer: StageId, amount: Usd, id: DeficitId) -> Vec<Transfer>;

    /// Positions in profit on a side, by account.
    fn winners(&self, side: Side) -> Vec<Winner>;

    /// Whether there are any.
    fn has_winners(&self, side: Side) -> bool {
        !self.winners(side).is_empty()
    }

    /// What they have won together.
    fn winners_profit(&self, side: Side) -> Usd {
        self.winners(side).iter().map(|winner| winner.profit).sum()
    }

    /// Open interest of a side at the mark.
    fn open_interest(&self, side: Side) -> Usd;

    /// Closes `size` (unsigned) of a winner at the mark without spread, impact or fee; gives the
    /// profit realised that can be cut, never principal.
    fn close_winner(&mut self, account: AccountId, size: Base) -> Usd;

    /// A winner is about to be closed: what of its profit the pool's equity misses for Senior's claim
    /// is booked as owed to the pool, `min(profit, K − equity)`; gives that amount (M-8.3). Zero,
    /// and nothing booked, where the pool could not pay the close even then.
    fn book_shortfall(&mut self, account: AccountId, size: Base, id: DeficitId) -> Usd;

    /// Takes a cut from a winner's margin for a deficit.
    fn cut_winner(&mut self, account: AccountId, amount: Usd, id: DeficitId) -> Transfer;

    /// Traders' net open PnL at the mark, and the capital of these payers with open PnL left out.
    fn open_pnl_and_capital(&self, payers: &[StageId]) -> (Usd, Usd);

    /// The market halts for good: every position is closed at the mark and traders' positive
    /// equity is cut pro rata by `amount`.
    fn wind_up(&mut self, amount: Usd, id: DeficitId) -> Vec<Transfer>;
}
