//! An attacker who acts within one moment: a transaction that happens as a whole or not at all.
//!
//! He borrows for the length of it, moves a pool, acts while what is shown is off, moves the pool
//! back and repays. The transaction is tried on a copy of the world; the copy takes the world's
//! place only when it stands. Spot prices follow within the moment; averages, pushes, delays and
//! fair prices of LP shares do not, and there the same steps leave a loss.

use seawall_units::{Round, TokenPrice, Tokens};
use serde::Serialize;

use crate::books::{Account, Asset, Cause};
use crate::config::{AttackAmount, AttackConfig, AttackStep, Unless};
use crate::ids::{MarketId, OwnerId, PoolId};
use crate::lending::{CloseRule, Prices, plan_liquidation};
use crate::world::{Owner, World};

/// What came of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttackReport {
    /// Whether it stands.
    pub end: AttackEnd,
    /// What every lending market was shown of its collateral, in the order of their names: before
    /// the first step and after each.
    pub shown: Vec<Vec<TokenPrice>>,
    /// What he brought of the quote asset.
    pub capital: Tokens,
    /// What he borrowed from lending markets, in what they lend; he leaves these loans behind.
    pub borrowed: Tokens,
    /// What the flash loan cost, in quote.
    pub fee: Tokens,
    /// What he has more than he brought, in quote: the quote asset, and tokens at their outside
    /// price. Below zero when it would have cost him something.
    pub profit: Tokens,
}

/// Whether a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AttackEnd {
    /// It does.
    Stands,
    /// It was undone, and nothing has happened.
    Undone(Undone),
}

/// Why a transaction was undone. Steps are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Undone {
    /// The attacker has less than a step takes.
    Short {
        /// The step.
        step: usize,
        /// What it takes.
        needed: Tokens,
        /// What he has.
        held: Tokens,
    },
    /// The pool trades nothing, or not all of it.
    NoTrade {
        /// The step.
        step: usize,
    },
    /// The market lends nothing for the collateral.
    NotLent {
        /// The step.
        step: usize,
    },
    /// The loan may not be liquidated by anybody.
    Healthy {
        /// The step.
        step: usize,
    },
    /// The flash loan is not repaid.
    NotRepaid {
        /// What is missing of it and its fee.
        missing: Tokens,
    },
    /// Nothing is gained.
    NoProfit,
}

/// A transaction at work on a copy of the world.
struct Transaction<'a> {
    world: World,
    attack: &'a AttackConfig,
    owner: OwnerId,
    /// The step that is being made, from 1.
    step: usize,
    /// Spot prices of the pools when it began.
    began: Vec<Option<TokenPrice>>,
    report: AttackReport,
}

impl World {
    /// What would come of a transaction now.
    #[must_use]
    pub fn preview_attack(&self, attack: &AttackConfig) -> AttackReport {
        self.attacked(attack).report
    }

    /// Makes a transaction if it stands.
    pub(crate) fn commit_attack(&mut self, attack: &AttackConfig) -> AttackReport {
        let done = self.attacked(attack);
        if done.report.end == AttackEnd::Stands {
            *self = done.world;
        }
        done.report
    }

    fn attacked<'a>(&self, attack: &'a AttackConfig) -> Transaction<'a> {
        let mut done = Transaction::new(self.clone(), attack);
        if let Err(undone) = done.run() {
            done.report.end = AttackEnd::Undone(undone);
        }
        done
    }

    /// Lets every feed see what is traded in this moment, and every lending market what it shows.
    pub(crate) fn look_again(&mut self) {
        for one in &mut self.feeds {
            one.feed.observe(self.now, &self.exchange);
        }
        for place in 0..self.markets.len() {
            let Some(market) = self.markets.get(place) else {
                continue;
            };
            let shown = Prices {
                collateral: self.shown(Some(market.feed)),
                debt: self.shown(market.debt_feed),
            };
            if let Some(market) = self.markets.get_mut(place) {
                market.shown = shown;
            }
        }
    }
}

impl<'a> Transaction<'a> {
    fn new(mut world: World, attack: &'a AttackConfig) -> Self {
        // What averages see of this moment is what stood before it.
        world.look_again();
        let owner = world.owner_named(&attack.owner);
        let owner = owner.unwrap_or_else(|| {
            world.owners.push(Owner {
                name: attack.owner.clone(),
                borrows: false,
                provides: false,
            });
            OwnerId::at(world.owners.len().saturating_sub(1))
        });
        let pools = world.exchange.pools.iter();
        let began = pools.map(|venue| venue.pool.spot()).collect();
        let mut this = Self {
            report: AttackReport {
                end: AttackEnd::Stands,
                shown: Vec::new(),
                capital: attack.capital,
                borrowed: Tokens::ZERO,
                fee: Tokens::ZERO,
                profit: Tokens::ZERO,
            },
            world,
            attack,
            owner,
            step: 0,
            began,
        };
        this.note_shown();
        this
    }

    fn run(&mut self) -> Result<(), Undone> {
        let attack = self.attack;
        let before = self.worth();
        self.world
            .draw(Account::Attacker, Asset::Quote, attack.capital);
        let brought = self.worth() - before;
        self.borrow_for_the_moment();
        for step in &attack.steps {
            self.step = self.step.saturating_add(1);
            self.make(step)?;
            self.world.look_again();
            self.note_shown();
        }
        let repaid = self.repay();
        self.report.profit = self.worth() - before - brought;
        repaid?;
        self.world.end_phase();
        match attack.unless {
            Unless::Profit if !self.report.profit.is_positive() => Err(Undone::NoProfit),
            Unless::Profit | Unless::Repaid => Ok(()),
        }
    }

    /// What he holds freely: the quote asset, and tokens at their outside price, rounded down.
    fn worth(&self) -> Tokens {
        let tokens = self.world.exchange.tokens.iter().enumerate();
        let tokens = tokens.map(|(place, token)| {
            let held = self.held(Asset::Token(crate::ids::TokenId::at(place)));
            token.outside.value(held, Round::Floor)
        });
        self.held(Asset::Quote) + tokens.sum()
    }

    fn held(&self, asset: Asset) -> Tokens {
        self.world.books.balance(asset, Account::Attacker)
    }

    fn note_shown(&mut self) {
        let markets = self.world.markets.iter();
        let shown = markets.map(|market| market.shown.collateral).collect();
        self.report.shown.push(shown);
    }

    fn borrow_for_the_moment(&mut self) {
        let Some(flash) = &self.attack.flash else {
            return;
        };
        let Some(asset) = self.world.asset_named(&flash.asset) else {
            return;
        };
        self.world.draw(Account::FlashLender, asset, flash.amount);
        let route = (Account::FlashLender, Account::Attacker);
        self.world
            .books
            .pay(asset, route, flash.amount, Cause::FlashLent);
    }

    /// The fee is rounded up: the one who pays. Lender and loan leave the world again.
    fn repay(&mut self) -> Result<(), Undone> {
        let Some(flash) = &self.attack.flash else {
            return Ok(());
        };
        let Some(asset) = self.world.asset_named(&flash.asset) else {
            return Ok(());
        };
        let fee = flash.amount.mul_ceil(flash.fee);
        self.report.fee = self.in_quote(asset, fee);
        let missing = (flash.amount + fee - self.held(asset)).or_zero();
        let due = (flash.amount + fee).min(self.held(asset));
        let (principal, fee) = (due.min(flash.amount), (due - flash.amount).or_zero());
        let lender = (Account::Attacker, Account::FlashLender);
        let books = &mut self.world.books;
        books.pay(asset, lender, principal, Cause::FlashRepaid);
        books.pay(asset, lender, fee, Cause::FlashFee);
        let out = (Account::FlashLender, Account::External);
        books.pay(asset, out, principal, Cause::FundsReturned);
        match missing.is_zero() {
            true => Ok(()),
            false => Err(Undone::NotRepaid { missing }),
        }
    }

    fn in_quote(&self, asset: Asset, amount: Tokens) -> Tokens {
        let Asset::Token(token) = asset else {
            return amount;
        };
        let outside = self.world.exchange.tokens.get(token.index());
        outside.map_or(amount, |one| one.outside.value(amount, Round::Ceil))
    }

    fn make(&mut self, step: &AttackStep) -> Result<(), Undone> {
        match step {
            AttackStep::Buy { pool, quote } => self.buy(pool, *quote),
            AttackStep::Sell { pool, token } => self.sell(pool, *token),
            AttackStep::Back { pool } => self.back(pool),
            AttackStep::Provide { pool, token, quote } => self.provide(pool, (*token, *quote)),
            AttackStep::Redeem { pool, shares } => self.redeem(pool, *shares),
            AttackStep::Borrow {
                market,
                collateral,
                most,
            } => self.borrow(market, *collateral, *most),
            AttackStep::Liquidate { market, owner } => self.liquidate(market, owner),
        }
    }

    /// So much of what he holds.
    fn amount(&self, asset: Asset, stated: AttackAmount) -> Result<Tokens, Undone> {
        let held = self.held(asset);
        match stated {
            AttackAmount::All => Ok(held),
            AttackAmount::Part(part) => Ok(held.mul_floor(part)),
            AttackAmount::Exactly(needed) if needed > held => Err(self.short(needed, held)),
            AttackAmount::Exactly(needed) => Ok(needed),
        }
    }

    const fn short(&self, needed: Tokens, held: Tokens) -> Undone {
        let step = self.step;
        Undone::Short { step, needed, held }
    }

    const fn no_trade(&self) -> Undone {
        Undone::NoTrade { step: self.step }
    }

    /// A pool by its name, with its token.
    fn pool(&self, name: &str) -> Result<(PoolId, Asset), Undone> {
        let id = self.world.exchange.pool_named(name);
        let id = id.ok_or_else(|| self.no_trade())?;
        let venue = self.world.exchange.pools.get(id.index());
        let venue = venue.ok_or_else(|| self.no_trade())?;
        Ok((id, Asset::Token(venue.token)))
    }

    fn buy(&mut self, name: &str, quote: AttackAmount) -> Result<(), Undone> {
        let (id, _) = self.pool(name)?;
        let paid = self.amount(Asset::Quote, quote)?;
        let pools = &self.world.exchange.pools;
        let swap = pools.get(id.index()).map(|of| of.pool.quote_purchase(paid));
        self.swap(id, swap)
    }

    fn sell(&mut self, name: &str, token: AttackAmount) -> Result<(), Undone> {
        let (id, asset) = self.pool(name)?;
        let sold = self.amount(asset, token)?;
        let pools = &self.world.exchange.pools;
        let swap = pools.get(id.index()).map(|of| of.pool.quote_sale(sold));
        self.swap(id, swap)
    }

    /// Nothing to do where the price is there.
    fn back(&mut self, name: &str) -> Result<(), Undone> {
        let (id, token) = self.pool(name)?;
        let began = self.began.get(id.index()).copied().flatten();
        let began = began.ok_or_else(|| self.no_trade())?;
        let venue = self.world.exchange.pools.get(id.index());
        let Some(swap) = venue.and_then(|of| of.pool.plan_to_exactly(began)) else {
            return Ok(());
        };
        let given = match swap.side {
            crate::pool::SwapSide::Sale => token,
            crate::pool::SwapSide::Purchase => Asset::Quote,
        };
        let held = self.held(given);
        if swap.paid_in > held {
            return Err(self.short(swap.paid_in, held));
        }
        self.swap(id, Some(swap))
    }

    fn swap(&mut self, id: PoolId, swap: Option<crate::pool::Swap>) -> Result<(), Undone> {
        let whole = swap.filter(|swap| !swap.is_empty() && swap.unfilled.is_zero());
        let swap = whole.ok_or_else(|| self.no_trade())?;
        self.world.commit_swap(Account::Attacker, id, &swap);
        Ok(())
    }

    fn provide(
        &mut self,
        name: &str,
        (token, quote): (AttackAmount, AttackAmount),
    ) -> Result<(), Undone> {
        let (id, asset) = self.pool(name)?;
        let (token, quote) = (
            self.amount(asset, token)?,
            self.amount(Asset::Quote, quote)?,
        );
        let no_trade = self.no_trade();
        let venue = self.world.exchange.pools.get_mut(id.index());
        let pool = &mut venue.ok_or(no_trade)?.pool;
        let plan = pool.quote_deposit(token, quote);
        if !plan.shares.is_positive() {
            return Err(no_trade);
        }
        pool.commit_deposit(&plan);
        let books = &mut self.world.books;
        let (into, of) = (
            (Account::Attacker, Account::Pool(id)),
            (Account::Issuer(id), Account::Attacker),
        );
        books.pay(asset, into, plan.token, Cause::LiquidityProvided);
        books.pay(Asset::Quote, into, plan.quote, Cause::LiquidityProvided);
        books.pay(Asset::Share(id), of, plan.shares, Cause::SharesIssued);
        Ok(())
    }

    fn redeem(&mut self, name: &str, shares: AttackAmount) -> Result<(), Undone> {
        let (id, _) = self.pool(name)?;
        let shares = self.amount(Asset::Share(id), shares)?;
        if !shares.is_positive() {
            return Err(self.no_trade());
        }
        self.world.commit_withdrawal(Account::Attacker, id, shares);
        Ok(())
    }

    /// As much as the market lends: within its loan-to-value at the price that it is shown,
    /// rounded down, and within its cash.
    fn borrow(
        &mut self,
        name: &str,
        collateral: AttackAmount,
        most: Option<Tokens>,
    ) -> Result<(), Undone> {
        let not_lent = Undone::NotLent { step: self.step };
        let id = self.world.market_named(name).ok_or(not_lent)?;
        let of = self.world.markets.get(id.index()).ok_or(not_lent)?.clone();
        let posted = self.amount(of.collateral, collateral)?;
        let route = (Account::Attacker, Account::Collateral(id, self.owner));
        self.world
            .books
            .pay(of.collateral, route, posted, Cause::CollateralPosted);
        let loan = self.world.loan(id, self.owner);
        let value = of.shown.in_debt(loan.collateral, Round::Floor);
        let within = (value.mul_floor(of.rules.max_ltv) - loan.debt).or_zero();
        let lent = within.min(self.world.market(id).cash.or_zero());
        let lent = most.map_or(lent, |most| lent.min(most));
        if !lent.is_positive() {
            return Err(not_lent);
        }
        self.pay_out(id, of.debt, lent);
        Ok(())
    }

    fn pay_out(&mut self, id: MarketId, asset: Asset, lent: Tokens) {
        let owner = self.owner;
        let route = (Account::Loan(id, owner), Account::Attacker);
        self.world.books.pay(asset, route, lent, Cause::Borrowed);
        if let Some(market) = self.world.markets.get_mut(id.index())
            && !market.borrowers.contains(&owner)
        {
            market.borrowers.push(owner);
        }
        if let Some(owner) = self.world.owners.get_mut(owner.index()) {
            owner.borrows = true;
        }
        self.report.borrowed += lent;
    }

    /// A market that absorbs its loans itself leaves nothing to an attacker.
    fn liquidate(&mut self, name: &str, victim: &str) -> Result<(), Undone> {
        let healthy = Undone::Healthy { step: self.step };
        let id = self.world.market_named(name).ok_or(healthy)?;
        let victim = self.world.owner_named(victim).ok_or(healthy)?;
        let of = self.world.markets.get(id.index()).ok_or(healthy)?.clone();
        if matches!(of.rules.close, CloseRule::CompoundV3(_)) {
            return Err(healthy);
        }
        let loan = self.world.loan(id, victim);
        let plan = plan_liquidation(&loan, &of.shown, &of.rules).ok_or(healthy)?;
        let held = self.held(of.debt);
        if plan.repaid > held {
            return Err(self.short(plan.repaid, held));
        }
        let books = &mut self.world.books;
        let (debt, posted) = (Account::Loan(id, victim), Account::Collateral(id, victim));
        let repaid = (Account::Attacker, debt);
        books.pay(of.debt, repaid, plan.repaid, Cause::LiquidationRepaid);
        for (to, amount) in [
            (Account::Attacker, plan.to_liquidator()),
            (Account::Treasury, plan.to_protocol),
        ] {
            books.pay(of.collateral, (posted, to), amount, Cause::CollateralSeized);
        }
        Ok(())
    }
}
