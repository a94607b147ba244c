//! Phase 10: who has several places raises cash in one for a loan in another.

use std::sync::Arc;

use seawall_units::{Ratio, Round as Rounding, Tokens};

use crate::books::{Account, Asset, Cause};
use crate::config::{CashSource, WhaleConfig};
use crate::ids::{MarketId, OwnerId};
use crate::lending::{LendingParams, Loan, Prices, health};
use crate::round::{Round, sale::commit_sale, shock::note_fee};
use crate::world::World;

/// What an owner raised in one place for a loan in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct CashCall {
    /// Who.
    pub owner: OwnerId,
    /// The market whose loan came near to liquidation.
    pub market: MarketId,
    /// Where he found something.
    pub source: CashSource,
    /// What he raised there, in quote.
    pub raised: Tokens,
    /// What he repaid with it, in what the market lends.
    pub repaid: Tokens,
}

/// A loan and the rules it stands under, at the prices of the round.
#[derive(Clone, Copy)]
struct Standing<'a> {
    loan: Loan,
    prices: Prices,
    rules: &'a LendingParams,
}

impl Standing<'_> {
    fn health(&self) -> Option<Ratio> {
        health(&self.loan, &self.prices, self.rules)
    }

    /// Debt that the collateral carries at a health of `target`. **Rounding** down.
    fn carried(&self, target: Ratio) -> Tokens {
        let value = self.prices.in_debt(self.loan.collateral, Rounding::Floor);
        let carried = value.mul_div_floor(self.rules.liquidation_threshold, target);
        carried.unwrap_or_default()
    }

    /// What has to be repaid to be at `target`. **Rounding** up.
    fn needed(&self, target: Ratio) -> Tokens {
        (self.loan.debt - self.carried(target)).or_zero()
    }

    /// Collateral that is not needed for a health of `kept`. **Rounding** down.
    fn free(&self, kept: Ratio) -> Tokens {
        let bound = self
            .loan
            .debt
            .mul_div_ceil(kept, self.rules.liquidation_threshold);
        let bound = bound.unwrap_or(Tokens::MAX);
        (self.loan.collateral - self.collateral_for(bound)).or_zero()
    }

    /// Collateral worth so much debt, rounded up.
    fn collateral_for(&self, debt: Tokens) -> Tokens {
        let turned = Prices {
            collateral: self.prices.debt,
            debt: self.prices.collateral,
        };
        turned.in_debt(debt, Rounding::Ceil)
    }

    /// What has to be sold of the collateral itself, repaying the loan with it, to be at `target`:
    /// `W = (t·D − θ·V)/(t − θ)`. **Rounding** up.
    fn unwound(&self, target: Ratio) -> Tokens {
        let threshold = self.rules.liquidation_threshold;
        let value = self.prices.in_debt(self.loan.collateral, Rounding::Floor);
        let over = self.loan.debt.mul_ceil(target) - value.mul_floor(threshold);
        let worth = over.or_zero().mul_div_ceil(Ratio::ONE, target - threshold);
        match worth {
            Some(worth) if target > threshold => self.collateral_for(worth),
            _ => self.loan.collateral,
        }
    }
}

/// Every whale whose loan is nearer to liquidation than he likes looks for cash, in the order of
/// his places, and repays; at the prices that the markets show in this round.
pub(super) fn run(world: &mut World, round: &mut Round) {
    let config = Arc::clone(&world.config);
    for (name, whale) in &config.whales {
        let Some(owner) = world.owner_named(name) else {
            continue;
        };
        for market in world.market_ids() {
            let hand = Hand {
                world,
                round,
                owner,
                market,
            };
            let health = hand.standing(market).and_then(|standing| standing.health());
            if health.is_some_and(|health| health < whale.below) {
                answer(hand, whale);
            }
        }
    }
}

/// Place after place until the loan is at its target.
fn answer(mut hand: Hand<'_>, whale: &WhaleConfig) {
    for source in &whale.order {
        let needed = hand
            .standing(hand.market)
            .map(|standing| standing.needed(whale.target));
        let Some(needed) = needed.filter(|needed| needed.is_positive()) else {
            break;
        };
        let quote = hand.quote_for(needed);
        let raised = match source {
            CashSource::Cash => quote.min(hand.held(Asset::Quote)),
            CashSource::Tokens => hand.raise(quote, |asset| matches!(asset, Asset::Token(_))),
            CashSource::Shares => hand.raise(quote, |asset| matches!(asset, Asset::Share(_))),
            CashSource::Collateral => hand.raise_elsewhere(quote, whale.target),
            CashSource::Unwind => hand.unwind(whale.target),
        };
        if !raised.is_positive() {
            continue;
        }
        // Collateral that was sold of the loan itself carries no debt any more.
        let needed = hand
            .standing(hand.market)
            .map(|standing| standing.needed(whale.target));
        let repaid = hand.repay(raised, needed.unwrap_or_default());
        let (owner, market) = (hand.owner, hand.market);
        let call = CashCall {
            owner,
            market,
            source: *source,
            raised,
            repaid,
        };
        hand.round.report.cash_calls.push(call);
        hand.round.note();
    }
}

/// A whale with one of his loans in hand.
struct Hand<'a> {
    world: &'a mut World,
    round: &'a mut Round,
    owner: OwnerId,
    market: MarketId,
}

impl Hand<'_> {
    /// His loan in a market.
    fn standing(&self, market: MarketId) -> Option<Standing<'_>> {
        let of = self.world.markets.get(market.index())?;
        let loan = self.world.loan(market, self.owner);
        Some(Standing {
            loan,
            prices: of.shown,
            rules: &of.rules,
        })
    }

    fn wallet(&self) -> Account {
        Account::Wallet(self.owner)
    }

    fn held(&self, asset: Asset) -> Tokens {
        self.world.books.balance(asset, self.wallet())
    }

    /// What so much debt costs in quote, at the price that the market shows. **Rounding** up.
    fn quote_for(&self, debt: Tokens) -> Tokens {
        let of = self.world.markets.get(self.market.index());
        of.map_or(debt, |of| of.shown.debt.value(debt, Rounding::Ceil))
    }

    /// Turns assets of the wallet into quote, in their order, until there is enough.
    fn raise(&mut self, needed: Tokens, fits: impl Fn(Asset) -> bool) -> Tokens {
        let (wallet, books) = (self.wallet(), &self.world.books);
        let all = books
            .balances()
            .filter(|(asset, account, _)| *account == wallet && fits(*asset));
        let assets: Vec<(Asset, Tokens)> = all.map(|(asset, _, held)| (asset, held)).collect();
        let mut raised = Tokens::ZERO;
        for (asset, held) in assets {
            let amount = self.sized((asset, held), needed - raised);
            raised += self.turn_into_quote((asset, amount));
        }
        raised
    }

    /// Releases what his other loans do not need, and turns it into quote.
    fn raise_elsewhere(&mut self, needed: Tokens, kept: Ratio) -> Tokens {
        let mut raised = Tokens::ZERO;
        let hit = self.market;
        for market in self.world.market_ids().filter(|market| *market != hit) {
            let free = self.standing(market).map(|standing| standing.free(kept));
            let asset = self
                .world
                .markets
                .get(market.index())
                .map(|of| of.collateral);
            let (Some(free), Some(asset)) = (free, asset) else {
                continue;
            };
            let amount = self.sized((asset, free), needed - raised);
            raised += self.release(market, (asset, amount));
        }
        raised
    }

    /// Releases collateral of the loan itself, as long as it may not be liquidated, and turns it
    /// into quote.
    fn unwind(&mut self, target: Ratio) -> Tokens {
        let wanted = self.standing(self.market);
        let wanted = wanted.map(|standing| standing.free(Ratio::ONE).min(standing.unwound(target)));
        let asset = self
            .world
            .markets
            .get(self.market.index())
            .map(|of| of.collateral);
        let (Some(amount), Some(asset)) = (wanted, asset) else {
            return Tokens::ZERO;
        };
        self.release(self.market, (asset, amount))
    }

    /// Takes collateral back and turns it into quote.
    fn release(&mut self, market: MarketId, (asset, amount): (Asset, Tokens)) -> Tokens {
        let route = (Account::Collateral(market, self.owner), self.wallet());
        let cause = Cause::CollateralReleased;
        self.world.books.pay(asset, route, amount, cause);
        self.turn_into_quote((asset, amount))
    }

    /// How much of an asset brings in `needed`, at most what there is: tokens with what their sale
    /// costs, shares at what they are worth, so that their sale leaves a rest.
    fn sized(&self, (asset, held): (Asset, Tokens), needed: Tokens) -> Tokens {
        if !needed.is_positive() {
            return Tokens::ZERO;
        }
        let exchange = &self.world.exchange;
        let amount = match asset {
            Asset::Quote => Some(needed),
            Asset::Token(token) => {
                let pool = exchange.best_bid(token, held);
                let venue = pool.and_then(|id| exchange.pools.get(id.index()));
                let sale = venue.map(|venue| venue.pool.quote_sale_for(needed));
                let whole = sale.filter(|sale| !sale.is_empty() && sale.unfilled.is_zero());
                whole.map(|sale| sale.paid_in)
            }
            Asset::Share(_) => {
                let worth = self.world.worth(asset, held, Rounding::Floor);
                held.mul_div_ceil(needed, worth)
            }
        };
        amount.map_or(held, |amount| amount.min(held))
    }

    /// Sells tokens where they fetch most; withdraws shares and sells the tokens that come out.
    fn turn_into_quote(&mut self, (asset, amount): (Asset, Tokens)) -> Tokens {
        let wallet = self.wallet();
        match asset {
            Asset::Quote => amount,
            Asset::Token(token) => commit_sale(self.world, self.round, (wallet, token), amount),
            Asset::Share(pool) => {
                let (tokens, quote) = self.world.commit_withdrawal(wallet, pool, amount);
                if let Some(told) = self.round.pool(pool) {
                    told.left_token += tokens;
                    told.left_quote += quote;
                }
                let venue = self.world.exchange.pools.get(pool.index());
                let token = venue.map(|venue| Asset::Token(venue.token));
                quote + token.map_or(Tokens::ZERO, |token| self.turn_into_quote((token, tokens)))
            }
        }
    }

    /// Repays with what was raised, at most what is needed; a token that was borrowed is bought
    /// with it first. What is too much stays in the wallet.
    fn repay(&mut self, raised: Tokens, needed: Tokens) -> Tokens {
        let Some(debt) = self
            .world
            .markets
            .get(self.market.index())
            .map(|of| of.debt)
        else {
            return Tokens::ZERO;
        };
        let bought = match debt {
            Asset::Token(_) => self.buy((debt, needed), raised),
            _ => raised,
        };
        let repaid = bought
            .min(needed)
            .min(self.world.loan(self.market, self.owner).debt);
        let route = (self.wallet(), Account::Loan(self.market, self.owner));
        self.world.books.pay(debt, route, repaid, Cause::Repaid);
        repaid
    }

    /// Buys so many tokens, or as many as the quote buys; tells how many.
    fn buy(&mut self, (asset, needed): (Asset, Tokens), most: Tokens) -> Tokens {
        let Asset::Token(token) = asset else {
            return Tokens::ZERO;
        };
        let best = self.world.exchange.best_ask(token, needed);
        let venue = best.and_then(|id| Some((id, self.world.exchange.pools.get(id.index())?)));
        let Some((id, venue)) = venue else {
            return Tokens::ZERO;
        };
        let exact = venue.pool.quote_purchase_of(needed);
        let swap = match !exact.is_empty() && exact.paid_in <= most {
            true => exact,
            false => venue.pool.quote_purchase(most),
        };
        self.world.commit_swap(self.wallet(), id, &swap);
        if let Some(told) = self.round.pool(id) {
            told.bought += swap.paid_out;
            told.cost += swap.paid_in;
        }
        note_fee(self.round, id, &swap);
        swap.paid_out
    }
}
