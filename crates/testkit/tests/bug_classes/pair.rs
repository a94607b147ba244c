//! The two tranches as those meet them who come, stay and go.

use seawall_ledger::{Account, AccountId, BidderId, Cause, DeficitId};
use seawall_market::{Capital, IsolatedMarket, LiquidityRequest, Params};
use seawall_units::{Price, Rate, Ratio, Time, Usd};
use seawall_vault::OpenLoss;
use seawall_venue::{Endowment, MarketStatus, Receipt, StageId, TrancheName};
use seawall_waterfall::Market;

use crate::world::{setup, usd};

pub(crate) const TRANCHES: [TrancheName; 2] = [TrancheName::Senior, TrancheName::Junior];

/// A pair of tranches. Each operation is executed in a minute of its own.
pub(crate) trait Tranches {
    /// Pays in; what was taken.
    fn deposit(&mut self, lp: u32, tranche: TrancheName, amount: Usd) -> Usd;
    /// Asks for everything; it is executed in the next minute.
    fn request(&mut self, lp: u32, tranche: TrancheName);
    /// A minute in which nobody asks for anything.
    fn wait(&mut self);
    /// Takes what is his; what was paid.
    fn claim(&mut self, lp: u32, tranche: TrancheName) -> Usd;
    /// Asks for everything, waits for it and takes it, with whatever else is his; what was paid.
    fn redeem(&mut self, lp: u32, tranche: TrancheName) -> Usd {
        self.request(lp, tranche);
        self.wait();
        self.claim(lp, tranche)
    }
    /// A deficit falls on a payer.
    fn lose(&mut self, payer: StageId, amount: Usd);
    /// Money comes back for losses; what was taken of it.
    fn recover(&mut self, amount: Usd) -> Usd;
    /// Fees come in.
    fn earn(&mut self, amount: Usd);
    /// What a provider could count on: his shares at the exit price and his claims.
    fn worth(&self, lp: u32, tranche: TrancheName) -> Usd;
}

/// The real pair: an isolated market whose epochs are minutes.
pub(crate) struct Pair {
    pub(crate) market: IsolatedMarket,
    pub(crate) mark: Price,
    pub(crate) minutes: u64,
    deficits: u32,
}

/// Epochs of a minute, gates that let everything out, and no coupon that a deposit would pay for.
pub(crate) fn open_gates() -> Params {
    let mut params = Params::default();
    params.vault.epoch = 60;
    params.vault.junior_epochs = 1;
    params.vault.min_coverage = Ratio::ZERO;
    params.vault.balancing_fee = Ratio::ZERO;
    params.limits.account = Ratio::ONE;
    params.fees.coupon = Rate::ZERO;
    params
}

impl Pair {
    pub(crate) fn new(capital: [i32; 3], positions: Vec<Endowment>, params: Params) -> Self {
        let [senior, junior, insurance] = capital.map(Usd::whole);
        let capital = Capital {
            senior,
            junior,
            insurance,
        };
        Self {
            market: IsolatedMarket::new(&setup(positions), capital, params, Vec::new()).unwrap(),
            mark: "100".parse().unwrap(),
            minutes: 0,
            deficits: 0,
        }
    }

    /// Without positions and with open gates; providers 0 and 1 hold a part of each tranche.
    pub(crate) fn held(senior: i32, junior: i32) -> Self {
        let mut pair = Self::new([senior, junior, 0], Vec::new(), open_gates());
        for lp in 0..2 {
            pair.endow(lp, TrancheName::Senior, usd(senior / 4));
            pair.endow(lp, TrancheName::Junior, usd(junior / 4));
        }
        pair
    }

    pub(crate) fn endow(&mut self, lp: u32, tranche: TrancheName, amount: Usd) {
        let lp = BidderId::new(lp);
        self.market.endow_lp(lp, tranche, amount).unwrap();
    }

    /// The next whole minute: rates, fees, exits, deposits.
    pub(crate) fn minute(&mut self) {
        self.minutes += 1;
        let now = Time::from_secs(60 * self.minutes);
        self.market.observe(now, self.mark, MarketStatus::Live);
        self.market.accrue_second();
        self.market.accrue_minute();
        self.market.attribute_minute(OpenLoss::None);
        self.market.ledger_mut().end_step();
    }

    pub(crate) fn ask(&mut self, request: LiquidityRequest) -> Option<Receipt> {
        let receipt = self.market.plan_request(&request).ok()?;
        self.market.commit_request(request);
        Some(receipt)
    }

    /// What has been posted for a cause since the last call.
    pub(crate) fn posted(&mut self, cause: Cause) -> Usd {
        let entries = self.market.ledger_mut().drain();
        let of_cause = entries.iter().filter(|e| e.transfer.cause() == cause);
        of_cause.map(|e| e.transfer.amount()).sum()
    }
}

pub(crate) const fn cash_of(tranche: TrancheName) -> Account {
    match tranche {
        TrancheName::Senior => Account::Senior,
        TrancheName::Junior => Account::Junior,
    }
}

impl Tranches for Pair {
    fn deposit(&mut self, lp: u32, tranche: TrancheName, amount: Usd) -> Usd {
        let lp = BidderId::new(lp);
        self.market.ledger_mut().drain();
        self.ask(LiquidityRequest::Provide {
            lp,
            tranche,
            amount,
        });
        self.minute();
        self.posted(Cause::VaultDeposit)
    }

    fn request(&mut self, lp: u32, tranche: TrancheName) {
        let lp = BidderId::new(lp);
        let amount = usd(2_000_000_000);
        self.ask(LiquidityRequest::Redeem {
            lp,
            tranche,
            amount,
        });
    }

    fn wait(&mut self) {
        self.minute();
    }

    fn claim(&mut self, lp: u32, tranche: TrancheName) -> Usd {
        let lp = BidderId::new(lp);
        self.market.ledger_mut().drain();
        self.ask(LiquidityRequest::Claim { lp, tranche });
        self.posted(Cause::RedemptionClaimed)
    }

    fn lose(&mut self, payer: StageId, amount: Usd) {
        let id = DeficitId::new(self.deficits);
        self.deficits += 1;
        self.market.pay(payer, amount, id);
        let paid = self.market.ledger().balance(Account::OpenDeficit(id));
        // Where a settled position would have left the deficit.
        let outside = Account::Margin(AccountId::new(7));
        let ledger = self.market.ledger_mut();
        ledger.pay(
            Account::OpenDeficit(id),
            outside,
            paid,
            Cause::DeficitOpened,
        );
        ledger.end_step();
    }

    fn recover(&mut self, amount: Usd) -> Usd {
        let Ok(taken) = self.market.plan_recovery(amount, OpenLoss::None) else {
            return Usd::ZERO;
        };
        self.market.commit_recovery(amount);
        self.market.ledger_mut().end_step();
        taken
    }

    fn earn(&mut self, amount: Usd) {
        let (outside, cause) = (Account::External, Cause::BalancingFee);
        self.market
            .ledger_mut()
            .pay(outside, Account::Fees, amount, cause);
    }

    fn worth(&self, lp: u32, tranche: TrancheName) -> Usd {
        let held = self.market.lp_holding(BidderId::new(lp), tranche);
        held.exit_value + held.claimable
    }
}

/// The real pair with one step of it spoilt.
pub(crate) struct Spoilt {
    pub(crate) pair: Pair,
    pub(crate) defect: Defect,
    /// Fees that came in and were not folded yet.
    pub(crate) held_back: Usd,
    told: std::collections::BTreeMap<u32, Usd>,
}

/// Which step is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    /// A recovery is paid into the value of the tranche that stands here now.
    RecoveryIntoValue(TrancheName),
    /// The last loss is charged again to whoever comes in.
    NewcomerInheritsLoss,
    /// Fees are folded into the value after the deposits of their minute.
    FeesAfterDeposits,
    /// An exit is paid what it was told when it was asked for.
    PricedAtRequest,
    /// A request that is due waits until its owner likes the price.
    OptionToStay,
}

impl Spoilt {
    pub(crate) fn new(pair: Pair, defect: Defect) -> Self {
        Self {
            pair,
            defect,
            held_back: Usd::ZERO,
            told: std::collections::BTreeMap::new(),
        }
    }
}

impl Tranches for Spoilt {
    fn deposit(&mut self, lp: u32, tranche: TrancheName, amount: Usd) -> Usd {
        let paid = self.pair.deposit(lp, tranche, amount);
        let late = std::mem::take(&mut self.held_back);
        self.pair.earn(late);
        if self.defect == Defect::NewcomerInheritsLoss {
            self.pair.lose(StageId::Junior, usd(1_000));
        }
        paid
    }

    fn request(&mut self, lp: u32, tranche: TrancheName) {
        self.told.insert(lp, self.pair.worth(lp, tranche));
        match self.defect {
            Defect::OptionToStay => {}
            _ => self.pair.request(lp, tranche),
        }
    }

    fn wait(&mut self) {
        self.pair.wait();
    }

    fn claim(&mut self, lp: u32, tranche: TrancheName) -> Usd {
        let told = self.told.remove(&lp).unwrap_or_default();
        match self.defect {
            Defect::PricedAtRequest => {
                self.pair.claim(lp, tranche);
                told
            }
            Defect::OptionToStay => self.pair.redeem(lp, tranche),
            _ => self.pair.claim(lp, tranche),
        }
    }

    fn lose(&mut self, payer: StageId, amount: Usd) {
        self.pair.lose(payer, amount);
    }

    fn recover(&mut self, amount: Usd) -> Usd {
        let Defect::RecoveryIntoValue(tranche) = self.defect else {
            return self.pair.recover(amount);
        };
        let ledger = self.pair.market.ledger_mut();
        let cause = Cause::VaultDeposit;
        ledger.pay(Account::External, cash_of(tranche), amount, cause);
        amount
    }

    fn earn(&mut self, amount: Usd) {
        match self.defect {
            Defect::FeesAfterDeposits => self.held_back += amount,
            _ => self.pair.earn(amount),
        }
    }

    fn worth(&self, lp: u32, tranche: TrancheName) -> Usd {
        self.pair.worth(lp, tranche)
    }
}
