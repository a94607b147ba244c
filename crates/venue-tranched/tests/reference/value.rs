//! What positions, the pool and its tranches are worth (M-6, M-9.1), added up from all accounts.

use super::books::Purse;
use super::number::{above, base, base_down, price, ratio, ratio_up, usd, usd_down, usd_up, whole};
use super::{Exact, Model, Position, Q, place};

impl Model {
    pub fn position(&self, account: u32) -> Position {
        self.positions.get(&account).copied().unwrap_or_default()
    }

    pub fn set_position(&mut self, account: u32, position: Position) {
        match position.size {
            0 => self.positions.remove(&account),
            _ => self.positions.insert(account, position),
        };
    }

    pub fn margin(&self, account: u32) -> i128 {
        self.books.of(Purse::Margin(account))
    }

    /// A signed size at the mark, down.
    pub fn worth_down(&self, size: i128) -> i128 {
        usd_down(base(size) * price(self.mark))
    }

    /// A signed size at the mark, up.
    pub fn worth_up(&self, size: i128) -> i128 {
        usd_up(base(size) * price(self.mark))
    }

    /// The size that money buys at the mark, down.
    pub fn bought(&self, money: i128) -> i128 {
        base_down(usd(money) / price(self.mark))
    }

    pub fn notional(&self, position: &Position) -> i128 {
        self.worth_up(position.size.abs())
    }

    pub fn required(&self, notional: i128, ratio_units: i128) -> i128 {
        usd_up(usd(notional) * ratio(ratio_units))
    }

    pub fn open_pnl(&self, position: &Position) -> i128 {
        self.worth_down(position.size) - position.cost
    }

    /// Funding due by a position, exact; below zero when it receives.
    fn funding_due(&self, position: &Position) -> Q {
        base(position.size) * ratio(self.funding - position.funding_then)
    }

    /// Utilisation fee due by a position, exact.
    fn fee_due(&self, position: &Position) -> Q {
        match position.size.signum() {
            0 => whole(0),
            side => base(position.size.abs()) * ratio(self.fee[place(side)] - position.fee_then),
        }
    }

    pub fn owed_funding(&self, position: &Position) -> i128 {
        usd_up(self.funding_due(position))
    }

    pub fn owed_fee(&self, position: &Position) -> i128 {
        usd_up(self.fee_due(position))
    }

    /// E = C + q·P − cost − accrued (M-6).
    pub fn equity(&self, account: u32) -> i128 {
        let position = self.position(account);
        self.margin(account) + self.open_pnl(&position)
            - self.owed_funding(&position)
            - self.owed_fee(&position)
    }

    /// The same position with nothing due.
    pub fn settled(&self, position: Position) -> Position {
        match position.size.signum() {
            0 => position,
            side => Position {
                funding_then: self.funding,
                fee_then: self.fee[place(side)],
                ..position
            },
        }
    }

    /// Closing `size` of a position at a price: the PnL, and what is left of it. The closed part's
    /// value rounds down, its share of the cost up.
    pub fn close(&self, position: Position, size: i128, at: i128) -> (i128, Position) {
        let all = position.size.abs();
        let size = size.min(all);
        if all == 0 {
            return (0, position);
        }
        let share = match size == all {
            true => position.cost,
            false => usd_up(usd(position.cost) * base(size) / base(all)),
        };
        let signed = size * position.size.signum();
        let pnl = usd_down(base(signed) * price(at)) - share;
        let rest = Position {
            size: position.size - signed,
            cost: position.cost - share,
            ..position
        };
        (
            pnl,
            if rest.size == 0 {
                Position::default()
            } else {
                rest
            },
        )
    }

    pub fn of_side(&self, side: i128) -> impl Iterator<Item = (u32, Position)> + '_ {
        let all = self
            .positions
            .iter()
            .map(|(account, position)| (*account, *position));
        all.filter(move |(_, position)| position.size.signum() == side)
    }

    /// Σq.
    pub fn net(&self) -> i128 {
        self.positions.values().map(|position| position.size).sum()
    }

    /// Notional of a side at the mark, up.
    pub fn open_interest(&self, side: i128) -> i128 {
        self.worth_up(
            self.of_side(side)
                .map(|(_, position)| position.size.abs())
                .sum(),
        )
    }

    /// Reserved: the larger side (M-7).
    pub fn reserved(&self) -> i128 {
        self.open_interest(1).max(self.open_interest(-1))
    }

    /// Open PnL of some positions, funding due included, against the pool: the value up, the cost
    /// as it stands, the funding down.
    fn pnl_of(&self, positions: impl Iterator<Item = Position>) -> i128 {
        let (mut size, mut cost, mut due) = (0, 0, whole(0));
        for position in positions {
            size += position.size;
            cost += position.cost;
            due += self.funding_due(&position);
        }
        self.worth_up(size) - cost - usd_down(due)
    }

    /// Traders' net open PnL, losses in full.
    pub fn traders_pnl(&self) -> i128 {
        self.pnl_of(self.positions.values().copied())
    }

    /// What positions of a side owe beyond their margin.
    pub fn uncovered(&self, side: i128) -> i128 {
        self.of_side(side)
            .map(|(account, _)| above(-self.equity(account)))
            .sum()
    }

    /// Open PnL of a side, each loss to at most its margin (M-9.1).
    fn side_pnl(&self, side: i128) -> i128 {
        self.pnl_of(self.of_side(side).map(|(_, position)| position)) + self.uncovered(side)
    }

    pub fn pool_cash(&self) -> i128 {
        self.books.of(Purse::Senior) + self.books.of(Purse::Junior)
    }

    /// Senior and Junior when the traders' open PnL is `pnl`: Senior = min(K, equity), Junior =
    /// max(0, equity − K).
    pub fn tranches_at(&self, pnl: i128) -> (i128, i128) {
        let equity = self.pool_cash() - pnl;
        (
            above(equity.min(self.claim)),
            above(equity - above(self.claim)),
        )
    }

    /// Senior and Junior at the mark.
    pub fn tranches(&self) -> (i128, i128) {
        self.tranches_at(self.traders_pnl())
    }

    pub fn capital(&self) -> i128 {
        let (senior, junior) = self.tranches();
        senior + junior
    }

    /// The same with losses counted to their margins: what the gates of the vaults look at.
    pub fn gated_tranches(&self) -> (i128, i128) {
        self.tranches_at(self.traders_pnl() + self.uncovered(1) + self.uncovered(-1))
    }

    /// K less the equity of the pool, losses to their margins (M-8.3).
    pub fn shortfall(&self) -> i128 {
        let equity = self.pool_cash() - self.traders_pnl();
        above(self.claim - equity + self.uncovered(1) + self.uncovered(-1))
    }

    /// The lower values: a side's net loss does not count (M-9.1).
    pub fn exit_tranches(&self) -> (i128, i128) {
        self.tranches_at(above(self.side_pnl(1)) + above(self.side_pnl(-1)))
    }

    /// What positions of a side keep while they are below the ratio at which a liquidation ends.
    fn forfeitable(&self, side: i128) -> i128 {
        let target = ratio(self.maintenance) * self.params.waterfall.partial.target.q();
        let ends = ratio_up(target);
        let left = self.of_side(side).map(|(account, position)| {
            let equity = self.equity(account);
            let below = equity < self.required(self.notional(&position), ends);
            if below { above(equity) } else { 0 }
        });
        left.sum()
    }

    /// The higher values (M-9.1): open PnL signed, of a position in liquidation its whole margin, the
    /// most of the utilisation due, e, and the most of what is to drip from the reserve.
    pub fn deposit_tranches(&self) -> (i128, i128) {
        let due: Q = self.positions.values().map(|p| self.fee_due(p)).sum();
        let due = usd_down(due);
        let (fees, vault) = (&self.params.fees, &self.params.vault);
        let roundings = i128::try_from(self.positions.len()).unwrap();
        let most = if due == 0 { 0 } else { due + roundings };
        let net = |x: i128| usd_up(usd(x) * (whole(1) - fees.protocol.q()));
        let split = usd_up(usd(net(most)) * (whole(1) - fees.senior_share.q()));
        let drip = above(self.books.of(Purse::Reserve) - self.work(self.net()));
        let dripped = usd_up(usd(net(drip)) * (whole(1) - fees.senior_share.q()));
        let e = usd_up(usd(due) * vault.unsettled_share.q()).max(split) + dripped;
        let kept = self.forfeitable(1) + self.forfeitable(-1);
        let pnl = self.side_pnl(1) + self.side_pnl(-1) - kept;
        let (senior, junior) = self.tranches_at(pnl - e);
        let shared = usd_up(usd(net(due + drip)) * fees.senior_share.q());
        (senior + self.coupon_due() + shared, junior)
    }

    pub fn coupon_due(&self) -> i128 {
        self.coupon.values().sum()
    }
}
