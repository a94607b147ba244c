use seawall_ledger::{AccountId, BidderId, Entry, Ledger};
use seawall_units::{Side, Usd};
use seawall_venue::{
    BookRecord, CapitalPart, CapitalParts, Command, Detail, LpCapital, LpHolding, PositionState,
    PositionView, Quote, QuoteBasis, Receipt, Recount, Refusal, ShareChange, StageId, StageRule,
    Standing, Tick, Told, TrancheName, Venue, VenueProfile, VenueState,
};

use crate::coin::{Coin, CoinId};
use crate::command::ExchangeCommand;
use crate::exchange::{CoinTick, Exchange};
use crate::hlp::Ring;
use crate::parties::Party;

/// The venue's name in files and errors.
pub(crate) const NAME: &str = "hyperliquid";

/// `house` is the account number of the makers in events; the vaults follow.
pub(crate) fn profile(house: AccountId, ring: Option<Ring>) -> VenueProfile {
    let backstop = match ring {
        Some(Ring::Shared) => "backstop vault, then all of HLP",
        _ => "backstop vault, ring-fenced",
    };
    VenueProfile {
        name: NAME,
        title: "Order book (Hyperliquid)",
        stages: [
            StageRule::Equivalent("20 % of the position to the book, then all"),
            StageRule::Absent("book liquidation instead of an auction"),
            StageRule::Equivalent(backstop),
            StageRule::Absent("no insurance fund"),
            StageRule::Native,
            StageRule::Absent("makers are not a tranche"),
            StageRule::Native,
        ],
        loss_order: vec![StageId::Junior, StageId::Adl, StageId::Residual],
        house: Some(house),
    }
}

/// The only coin of the venue.
pub(crate) const COIN: CoinId = CoinId::new(0);

/// An [`Exchange`] of one coin, in which every account is isolated, behind the [`Venue`] trait.
/// See the crate's page.
#[derive(Debug, Clone)]
pub struct OrderBookVenue {
    pub(crate) profile: VenueProfile,
    pub(crate) exchange: Exchange,
}

impl OrderBookVenue {
    fn coin(&self) -> &Coin {
        &self.exchange.coins[COIN]
    }

    fn capital_part(&self, role: &'static str, party: Party) -> CapitalPart {
        CapitalPart {
            role,
            value: self.exchange.equity_of(party),
            is_lp: LpCapital::Yes,
        }
    }

    fn view(&self, account: AccountId) -> Option<PositionView> {
        let party = Party::User(account);
        let position = self.exchange.held_by(party, COIN);
        (!position.is_flat()).then(|| PositionView {
            account,
            size: position.size,
            cost: position.cost,
            margin: self.exchange.cash(party),
            open_pnl: position.open_pnl(self.coin().mark),
            equity: self.exchange.equity_of(party),
        })
    }
}

/// The same command to the exchange.
fn in_one_coin(command: &Command) -> Result<ExchangeCommand, Refusal> {
    Ok(match *command {
        Command::Order {
            account,
            size,
            margin,
            limit,
            fill,
        } => ExchangeCommand::Order {
            account,
            coin: COIN,
            size,
            margin,
            limit,
            fill,
        },
        Command::AddMargin { account, amount } => ExchangeCommand::AddMargin { account, amount },
        Command::Withdraw { account, amount } => ExchangeCommand::Withdraw { account, amount },
        Command::Provide { lp, amount, .. } => ExchangeCommand::Provide { lp, amount },
        Command::Redeem { lp, amount, .. } => ExchangeCommand::Redeem { lp, amount },
        Command::Bidding {
            bidder,
            presence,
            book_share,
        } => ExchangeCommand::Bidding {
            bidder,
            presence,
            book_share,
        },
        Command::Claim { .. } => {
            return Err(Refusal::Liquidity {
                reason: "redemptions are paid when they are executed",
            });
        }
        Command::Recover { .. } => {
            return Err(Refusal::Liquidity {
                reason: "no rule gives a recovery back",
            });
        }
    })
}

impl Venue for OrderBookVenue {
    fn profile(&self) -> &VenueProfile {
        &self.profile
    }

    fn observe(&mut self, tick: &Tick<'_>) {
        let coin = CoinTick {
            outside: tick.outside,
            quotes: tick.quotes,
        };
        self.exchange.observe(tick.now, &[coin]);
    }

    fn accrue(&mut self) {
        self.exchange.accrue();
    }

    fn plan(&self, command: &Command) -> Result<Receipt, Refusal> {
        self.exchange.plan(&in_one_coin(command)?)
    }

    fn commit(&mut self, command: &Command) -> Result<Receipt, Refusal> {
        self.exchange.commit(&in_one_coin(command)?)
    }

    fn liquidate(&mut self) {
        self.exchange.liquidate();
    }

    fn attribute(&mut self) {
        self.exchange.attribute();
    }

    fn finish(&mut self) {
        self.exchange.finish();
    }

    fn quote(&self, side: Side, notional: Usd) -> Quote {
        let mark = self.coin().mark;
        let size = mark.size_floor(notional.or_zero());
        let taken = self.exchange.curve(COIN, side).take(size, None);
        let signed = side.signed(taken.size);
        let value = match side {
            Side::Long => taken.value,
            Side::Short => -taken.value,
        };
        let fee = taken.value.mul_ceil(self.exchange.params.fees.taker);
        Quote {
            filled: match taken.size == size {
                true => notional.or_zero(),
                false => mark.value_floor(taken.size),
            },
            cost: value - mark.value_floor(signed) + fee,
        }
    }

    fn quote_basis(&self) -> Option<QuoteBasis> {
        Some(self.exchange.quote_basis(COIN))
    }

    fn state(&self) -> VenueState {
        // What no payer had is missing from the money that stands behind the makers' gains.
        let mut makers = self.capital_part("makers", Party::Makers);
        makers.value = (makers.value - self.exchange.residual).or_zero();
        let mut capital = CapitalParts::new();
        capital.push(makers);
        for number in self.exchange.backstop_numbers() {
            capital.push(self.capital_part("backstop", Party::Backstop(number)));
        }
        if self.exchange.parent.is_some() {
            capital.push(CapitalPart {
                role: "parent",
                value: self.exchange.parent_cash(),
                is_lp: LpCapital::Yes,
            });
        }
        let coin = self.coin();
        VenueState {
            mark: coin.mark,
            status: coin.status,
            open_interest_long: coin.mark.value_floor(coin.open_longs),
            open_interest_short: coin.mark.value_floor(coin.open_shorts),
            capital,
            open_deficit: Usd::ZERO,
        }
    }

    fn ledger(&self) -> &Ledger {
        self.exchange.ledger()
    }

    fn take_entries(&mut self, buffer: &mut Vec<Entry>) {
        self.exchange.take_entries(buffer);
    }

    fn set_detail(&mut self, detail: Detail) {
        self.exchange.set_detail(detail);
    }

    fn take_told(&mut self, buffer: &mut Vec<Told>) {
        self.exchange.take_told(buffer);
    }

    fn position_states(&self) -> Vec<PositionState> {
        let states = self.exchange.position_states().into_iter();
        states.map(|(_, state)| state).collect()
    }

    fn share_register(&self) -> Vec<ShareChange> {
        self.exchange.register()
    }

    fn standing(&self) -> Standing {
        self.exchange.stand()
    }

    fn position(&self, account: AccountId) -> Option<PositionView> {
        self.view(account)
    }

    fn positions(&self) -> Vec<PositionView> {
        let accounts = u32::try_from(self.exchange.accounts.len()).unwrap_or(u32::MAX);
        let ids = (0..accounts).map(AccountId::new);
        ids.filter_map(|id| self.view(id)).collect()
    }

    fn endow_lp(&mut self, lp: BidderId, _: TrancheName, amount: Usd) -> Result<(), Refusal> {
        self.exchange.hand_over(lp, amount)
    }

    fn lp_holding(&self, lp: BidderId, _: TrancheName) -> LpHolding {
        self.exchange.holding(lp)
    }

    fn book_record(&self) -> Option<BookRecord> {
        Some(self.coin().watch.record())
    }

    fn recount(&self) -> Vec<Recount> {
        let rows = self.exchange.recount().into_iter();
        rows.map(|(_, row)| row).collect()
    }
}
