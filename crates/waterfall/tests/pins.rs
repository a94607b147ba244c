//! The pinned losses of the loss order, stage by stage, on a market reduced to amounts.
#![allow(clippy::unwrap_used, clippy::panic)]

use seawall_ledger::{Account, AccountId, Cause, DeficitId, Ledger, Transfer};
use seawall_units::{Base, Price, Ratio, Side, Time, Usd};
use seawall_venue::{Event, SkipReason, StageEnd, StageId, StageReport};
use seawall_waterfall::{Bid, Health, LossOrder, Market, Waterfall, WaterfallConfig, Winner};

fn usd(whole: i32) -> Usd {
    Usd::whole(whole)
}

/// A market that is nothing but amounts: payers with balances and short winners.
struct Amounts {
    events: Vec<Event>,
    ledger: Ledger,
    bankrupt: Vec<(Health, Usd)>,
    winners: Vec<Winner>,
    cut: Usd,
    wound_up: Usd,
}

impl Amounts {
    fn new(junior: i32, insurance: i32, senior: i32) -> Self {
        let mut ledger = Ledger::new(Time::default());
        let parts = [
            (Account::Junior, junior),
            (Account::Insurance, insurance),
            (Account::Senior, senior),
        ];
        for (to, amount) in parts {
            ledger.pay(Account::External, to, usd(amount), Cause::CapitalPaidIn);
        }
        Self {
            events: Vec::new(),
            ledger,
            bankrupt: Vec::new(),
            winners: Vec::new(),
            cut: Usd::ZERO,
            wound_up: Usd::ZERO,
        }
    }

    /// A long without equity that misses this much.
    fn bankrupt(mut self, deficits: &[i32]) -> Self {
        for (number, amount) in deficits.iter().enumerate() {
            let health = Health {
                account: AccountId::new(number as u32),
                size: Base::whole(10),
                notional: usd(1_000),
                equity: -usd(*amount),
                maintenance: usd(10),
            };
            self.bankrupt.push((health, usd(*amount)));
        }
        self
    }

    /// Shorts with these profits on positions of 1 000 USD and margins of 100.
    fn winners(mut self, profits: &[i32]) -> Self {
        for (number, profit) in profits.iter().enumerate() {
            let account = AccountId::new(100 + number as u32);
            self.ledger.pay(
                Account::External,
                Account::Margin(account),
                usd(100),
                Cause::MarginPosted,
            );
            self.winners.push(Winner {
                account,
                size: Base::whole(-10),
                profit: usd(*profit),
                margin: usd(100),
                notional: usd(1_000),
                equity: usd(100 + *profit),
            });
        }
        self
    }
}

impl Amounts {
    fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }
}

impl Market for Amounts {
    fn tell(&mut self, event: Event) {
        self.events.push(event);
    }
    fn mark(&self) -> Price {
        "100".parse().unwrap()
    }
    fn maintenance_ratio(&self) -> Ratio {
        Ratio::bps(100)
    }
    fn liquidation_fee(&self) -> Ratio {
        Ratio::bps(50)
    }
    fn distressed(&self) -> Vec<Health> {
        self.bankrupt.iter().map(|(health, _)| *health).collect()
    }
    fn health(&self, _: AccountId) -> Option<Health> {
        None
    }
    fn quote_close(&self, _: AccountId, _: Base) -> Usd {
        Usd::ZERO
    }
    fn close_into_ladder(&mut self, _: AccountId, _: Base) -> Usd {
        panic!("nothing here can be closed")
    }
    fn near_depth(&self) -> Usd {
        usd(1_000_000)
    }
    fn bids(&self, _: AccountId, _: Base, _: Price) -> Vec<Bid> {
        Vec::new()
    }
    fn sell_lot(&mut self, _: AccountId, _: AccountId, _: Base, _: Price) {}
    fn take_over(&mut self, _: AccountId, _: Base, _: Price) -> Usd {
        Usd::ZERO
    }
    fn release(&mut self, _: AccountId) {}
    fn settle_bankrupt(&mut self, account: AccountId, id: DeficitId) -> Usd {
        let at = self
            .bankrupt
            .iter()
            .position(|(h, _)| h.account == account)
            .unwrap();
        let (_, amount) = self.bankrupt.remove(at);
        // The pool books its whole gain at once; here it goes to the fees, out of the payers' way.
        self.ledger.pay(
            Account::OpenDeficit(id),
            Account::Fees,
            amount,
            Cause::DeficitOpened,
        );
        amount
    }
    fn capacity(&self, payer: StageId) -> Usd {
        match payer {
            StageId::Junior => self.ledger.balance(Account::Junior),
            StageId::Insurance => self.ledger.balance(Account::Insurance),
            StageId::Senior => self.ledger.balance(Account::Senior),
            other => panic!("{other:?} has no capacity of its own"),
        }
    }
    fn pay(&mut self, payer: StageId, amount: Usd, id: DeficitId) -> Vec<Transfer> {
        let (from, cause) = match payer {
            StageId::Junior => (Account::Junior, Cause::JuniorLoss),
            StageId::Insurance => (Account::Insurance, Cause::InsuranceLoss),
            StageId::Senior => (Account::Senior, Cause::SeniorLoss),
            other => panic!("{other:?} does not pay"),
        };
        let transfer = Transfer::new(from, Account::OpenDeficit(id), amount, cause).unwrap();
        self.ledger.post(transfer);
        vec![transfer]
    }
    fn winners(&self, side: Side) -> Vec<Winner> {
        let of_side = |w: &&Winner| {
            w.size.side() == Some(side) && !w.size.is_zero() && w.profit.is_positive()
        };
        self.winners.iter().filter(of_side).copied().collect()
    }
    fn open_interest(&self, side: Side) -> Usd {
        self.winners(side).iter().map(|w| w.notional).sum()
    }
    fn close_winner(&mut self, account: AccountId, size: Base) -> Usd {
        let winner = self
            .winners
            .iter_mut()
            .find(|w| w.account == account)
            .unwrap();
        let profit = winner
            .profit
            .mul_div_floor(size, winner.size.abs())
            .unwrap();
        winner.notional = winner.notional
            - winner
                .notional
                .mul_div_floor(size, winner.size.abs())
                .unwrap();
        winner.profit -= profit;
        winner.size += size;
        self.ledger.pay(
            Account::Fees,
            Account::Senior,
            Usd::ZERO,
            Cause::FeeToSenior,
        );
        self.ledger.pay(
            Account::External,
            Account::Margin(account),
            profit,
            Cause::MarginPosted,
        );
        profit
    }
    fn book_shortfall(&mut self, _: AccountId, _: Base, _: DeficitId) -> Usd {
        Usd::ZERO
    }
    fn cut_winner(&mut self, account: AccountId, amount: Usd, id: DeficitId) -> Transfer {
        self.cut += amount;
        let (from, to) = (Account::Margin(account), Account::OpenDeficit(id));
        let transfer = Transfer::new(from, to, amount, Cause::AdlCut).unwrap();
        self.ledger.post(transfer);
        transfer
    }
    fn open_pnl_and_capital(&self, _: &[StageId]) -> (Usd, Usd) {
        (Usd::ZERO, usd(1))
    }
    fn wind_up(&mut self, amount: Usd, _: DeficitId) -> Vec<Transfer> {
        self.wound_up += amount;
        Vec::new()
    }
}

fn run(order: LossOrder, market: &mut Amounts) -> Vec<Event> {
    let mut waterfall = Waterfall::new(WaterfallConfig {
        loss_order: order,
        ..Default::default()
    });
    waterfall.set_time(Time::from_secs(60));
    waterfall.advance(market);
    let mut events = market.take_events();
    waterfall.finish(market);
    events.extend(market.take_events());
    market.ledger.end_step();
    events
}

/// What each stage absorbed, in the order junior, insurance, ADL, senior, and the residual.
fn absorbed(events: &[Event]) -> [Usd; 5] {
    let of = |stage| -> Usd {
        reports(events)
            .filter(|r| r.stage == stage)
            .map(|r| r.absorbed)
            .sum()
    };
    let residual = events.iter().filter_map(|event| match event {
        Event::DeficitClosed { residual, .. } => Some(*residual),
        _ => None,
    });
    let [j, i, a, s] = [
        StageId::Junior,
        StageId::Insurance,
        StageId::Adl,
        StageId::Senior,
    ]
    .map(of);
    [j, i, a, s, residual.sum()]
}

fn reports(events: &[Event]) -> impl Iterator<Item = &StageReport> {
    events.iter().filter_map(|event| match event {
        Event::Stage(report) => Some(report),
        _ => None,
    })
}

/// One winner whose profit of 40 can be taken: 25 % of the position a batch would leave some of it,
/// so the shares are opened wide for the pin.
fn pinned() -> Amounts {
    Amounts::new(300, 50, 700).bankrupt(&[420])
}

/// The first pin of M-8.6: Junior, then the insurance fund (M-8.4), ADL, then Senior.
#[test]
fn senior_last_takes_300_50_40_30() {
    let mut market = pinned().winners(&[40]);
    let mut config = WaterfallConfig::default();
    config.adl.account_share = Ratio::ONE;
    config.adl.side_share = Ratio::ONE;
    let mut waterfall = Waterfall::new(config);
    waterfall.advance(&mut market);
    waterfall.finish(&mut market);
    let events = market.take_events();
    assert_eq!(absorbed(&events), [300, 50, 40, 30, 0].map(usd));
    assert_eq!(market.cut, usd(40));
}

/// The second pin of M-8.6: with ADL last no winner is touched.
#[test]
fn adl_last_takes_300_50_0_70() {
    let mut market = pinned().winners(&[40]);
    assert_eq!(
        absorbed(&run(LossOrder::AdlLast, &mut market)),
        [300, 50, 0, 70, 0].map(usd)
    );
}

/// The third pin of M-8.6.
#[test]
fn what_nobody_can_pay_is_the_residual() {
    let mut market = Amounts::new(300, 50, 700).bankrupt(&[1_200]).winners(&[40]);
    let mut config = WaterfallConfig::default();
    config.adl.account_share = Ratio::ONE;
    config.adl.side_share = Ratio::ONE;
    let mut waterfall = Waterfall::new(config);
    waterfall.advance(&mut market);
    waterfall.finish(&mut market);
    assert_eq!(
        absorbed(&market.take_events()),
        [300, 50, 40, 700, 110].map(usd)
    );
    assert_eq!(market.wound_up, usd(110));
}

/// The third law of M-8. An empty insurance fund is passed by for a stated reason (M-8.4).
#[test]
fn a_stage_that_did_nothing_says_why() {
    let mut market = Amounts::new(300, 0, 700).bankrupt(&[420]);
    let events = run(LossOrder::SeniorLast, &mut market);
    let end = |stage| {
        reports(&events)
            .find(|r| r.stage == stage && r.deficit.is_some())
            .map(|r| r.end)
    };
    assert_eq!(end(StageId::Junior), Some(StageEnd::Exhausted));
    assert_eq!(
        end(StageId::Insurance),
        Some(StageEnd::Skipped(SkipReason::NoCapacity))
    );
    assert_eq!(
        end(StageId::Adl),
        Some(StageEnd::Skipped(SkipReason::NoWinners))
    );
    assert_eq!(end(StageId::Senior), Some(StageEnd::Cleared));
    let auction = reports(&events)
        .find(|r| r.stage == StageId::Auction)
        .map(|r| r.end);
    assert_eq!(
        auction,
        Some(StageEnd::Skipped(SkipReason::BelowBankruptcy))
    );
}

#[test]
fn simultaneous_deficits_cost_each_payer_the_same_in_any_order() {
    let total = |deficits: &[i32]| {
        let mut market = Amounts::new(300, 50, 700).bankrupt(deficits);
        absorbed(&run(LossOrder::SeniorLast, &mut market))
    };
    assert_eq!(total(&[200, 150, 70]), total(&[70, 150, 200]));
    assert_eq!(total(&[200, 150, 70]), [300, 50, 0, 70, 0].map(usd));
}

/// M-8.5: the pause between batches, the share of one position, and a cut of at most D.
#[test]
fn batches_wait_a_minute_and_never_take_more_than_the_deficit() {
    // D 100 after the other payers; the winner's 25 % a batch realises 100 of 400, and so on.
    let mut market = Amounts::new(0, 0, 700).bankrupt(&[300]).winners(&[400]);
    let mut config = WaterfallConfig::default();
    config.adl.side_share = Ratio::ONE;
    let mut waterfall = Waterfall::new(config);
    let mut taken = Vec::new();
    for second in 0..=180 {
        waterfall.set_time(Time::from_secs(second));
        let before = market.cut;
        waterfall.advance(&mut market);
        if market.cut > before {
            taken.push((second, market.cut - before));
        }
    }
    // 25 % of 400, of 300, of 225: 100, 75, 56.25, and 25 % of 168.75 = 42.1875 of the 68.75 left.
    let want = ["100", "75", "56.25", "42.1875"].map(|t| t.parse::<Usd>().unwrap());
    assert_eq!(
        taken.iter().map(|(s, _)| *s).collect::<Vec<_>>(),
        [0, 60, 120, 180]
    );
    assert_eq!(taken.iter().map(|(_, t)| *t).collect::<Vec<_>>(), want);
    assert!(waterfall.is_reduce_only());
    waterfall.finish(&mut market);
    assert_eq!(market.cut + absorbed(&market.take_events())[3], usd(300));
}

/// M-8.5: `adl_max_batches`.
#[test]
fn after_ten_batches_the_next_payer_stands_in() {
    let mut market = Amounts::new(0, 0, 700).bankrupt(&[300]).winners(&[4]);
    let events = run(LossOrder::SeniorLast, &mut market);
    let adl: Vec<_> = reports(&events)
        .filter(|r| r.stage == StageId::Adl)
        .collect();
    assert_eq!(adl.len(), 10);
    assert_eq!(adl.last().unwrap().end, StageEnd::Capped);
    let [_, _, cut, senior, _] = absorbed(&events);
    assert_eq!(cut + senior, usd(300));
    assert!(
        cut < usd(4),
        "only profit is taken, and 5 % of the side a batch"
    );
}

/// M-8.3: `junior_loss_cap`.
#[test]
fn the_junior_cap_leaves_the_rest_to_the_next_payer() {
    let mut market = pinned();
    let mut config = WaterfallConfig::default();
    config.junior.loss_cap = Ratio::bps(5_000);
    let mut waterfall = Waterfall::new(config);
    waterfall.advance(&mut market);
    waterfall.finish(&mut market);
    let events = market.take_events();
    assert_eq!(absorbed(&events), [150, 50, 0, 220, 0].map(usd));
    let junior = reports(&events)
        .find(|r| r.stage == StageId::Junior)
        .unwrap();
    assert_eq!(junior.end, StageEnd::Capped);
}

/// M-8.3: `junior_loss_cap` counts by the epochs of the vaults, and begins anew with each.
#[test]
fn the_cap_on_juniors_loss_begins_anew_with_an_epoch() {
    let config = seawall_waterfall::JuniorConfig {
        loss_cap: Ratio::bps(5_000),
    };
    let mut junior = seawall_waterfall::JuniorEpoch::default();
    let mut lose = |value: i32, epoch: u64| {
        let id = seawall_ledger::DeficitId::new(0);
        let account = seawall_ledger::AccountId::new(0);
        let (side, at) = (seawall_units::Side::Long, seawall_units::Time::default());
        let mut deficit = seawall_venue::Deficit::open(id, account, side, at, Usd::whole(80));
        junior
            .absorb(&mut deficit, Usd::whole(value), epoch, &config)
            .0
    };
    // Half of 100; of the 50 left nothing in the same epoch, and half in the next.
    assert_eq!(lose(100, 7), Usd::whole(50));
    assert_eq!(lose(50, 7), Usd::ZERO);
    assert_eq!(lose(50, 8), Usd::whole(25));
}
