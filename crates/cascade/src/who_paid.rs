//! Who paid: gains and losses by owner and by class, which sum to zero exactly.

use std::collections::BTreeMap;

use seawall_units::{Ratio, Round, TokenPrice, Tokens};
use serde::Serialize;

use crate::books::{Account, Asset};
use crate::claims::{Claims, worth_exact};
use crate::ids::{MarketId, PoolId};
use crate::lending::LossPayer;
use crate::world::World;

/// What somebody is in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Owners of loans.
    Borrowers,
    /// Owners of LP shares.
    Providers,
    /// Owners of both.
    Whales,
    /// Those who lend in lending markets.
    Lenders,
    /// Those who have staked to answer for a market's bad debt.
    Stakers,
    /// Reserves of lending markets, and the protocol's purse.
    Protocol,
    /// Whoever liquidates.
    Liquidators,
    /// Whoever bids in auctions of collateral.
    Keepers,
    /// Whoever trades pools to the outside price.
    Arbitrageurs,
    /// Traders of shocks.
    Traders,
    /// An attacker.
    Attacker,
    /// Who lends for one transaction.
    FlashLenders,
    /// Markets of perpetual futures, with all who trade there.
    Perps,
    /// The markets outside, with whoever trades there.
    Outside,
}

impl Class {
    /// All of them, in order.
    pub const ALL: [Self; 14] = [
        Self::Borrowers,
        Self::Providers,
        Self::Whales,
        Self::Lenders,
        Self::Stakers,
        Self::Protocol,
        Self::Liquidators,
        Self::Keepers,
        Self::Arbitrageurs,
        Self::Traders,
        Self::Attacker,
        Self::FlashLenders,
        Self::Perps,
        Self::Outside,
    ];

    /// Its name in tables and files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Borrowers => "borrowers",
            Self::Providers => "providers",
            Self::Whales => "whales",
            Self::Lenders => "lenders",
            Self::Stakers => "stakers",
            Self::Protocol => "protocol",
            Self::Liquidators => "liquidators",
            Self::Keepers => "keepers",
            Self::Arbitrageurs => "arbitrageurs",
            Self::Traders => "traders",
            Self::Attacker => "attacker",
            Self::FlashLenders => "flash_lenders",
            Self::Perps => "perps",
            Self::Outside => "outside",
        }
    }
}

/// What somebody gained by what happened to him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gain {
    /// An owner's name, or the account.
    pub holder: String,
    /// What he is.
    pub class: Class,
    /// What he has at the end above what he would have, had he only kept what he had and brought
    /// in; all at the closing prices, in quote.
    pub gain: Tokens,
    /// What he had at the opening, at its prices.
    pub opening: Tokens,
    /// What that became worth more or less by prices alone.
    pub revaluation: Tokens,
}

/// Who paid.
///
/// A gain is what a holder has at the end, less what he had at the opening and brought in since,
/// all at the closing prices. LP shares count as what lies behind them, so that what providers
/// lose is divergence loss less fees. A loan that its collateral does not cover is its lenders'
/// loss and its borrower's gain, written off or not. Gains sum to zero exactly; what prices took
/// from everybody is told beside them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct WhoPaid {
    /// By holder, owners first, in their order.
    pub holders: Vec<Gain>,
    /// By class, in the order of classes; none of nobody.
    pub classes: BTreeMap<Class, Tokens>,
}

impl WhoPaid {
    /// The sum of all gains; zero by law.
    #[must_use]
    pub fn sum(&self) -> Tokens {
        self.holders.iter().map(|one| one.gain).sum()
    }

    /// What a class gained.
    #[must_use]
    pub fn of(&self, class: Class) -> Tokens {
        self.classes.get(&class).copied().unwrap_or_default()
    }

    /// What an owner gained, by his name.
    #[must_use]
    pub fn of_owner(&self, name: &str) -> Option<Tokens> {
        let found = self.holders.iter().find(|one| one.holder == name);
        found.map(|one| one.gain)
    }
}

/// Prices in quote, on 10⁻¹⁸.
type Marks = BTreeMap<Asset, i128>;

impl World {
    /// Who has paid up to now.
    #[must_use]
    pub fn who_paid(&self) -> WhoPaid {
        let mut closing = Claims::of(self);
        self.share_shortfalls(&mut closing);
        let gains = closing.since(&self.opening, self.books.journal());
        let (open, close) = (self.opening_marks(), self.closing_marks());
        let worth = Worths::of(&gains, &close);
        let before = Worths::of(&self.opening, &open);
        let after = Worths::of(&self.opening, &close);
        let mut told = WhoPaid::default();
        for (account, gain) in worth.shared_out() {
            let class = self.class(account);
            let opening = before.down(account);
            *told.classes.entry(class).or_default() += gain;
            told.holders.push(Gain {
                holder: self.holder_name(account),
                class,
                gain,
                opening,
                revaluation: after.down(account) - opening,
            });
        }
        told.holders.sort_by_key(|one| one.class == Class::Outside);
        told
    }

    /// A loan that its collateral does not cover is borne as its bad debt would be; what nobody is
    /// named for, by those who lend.
    fn share_shortfalls(&self, claims: &mut Claims) {
        for id in self.market_ids() {
            let Some(of) = self.markets.get(id.index()) else {
                continue;
            };
            let mut market = self.market(id);
            for owner in &of.borrowers {
                let missing = self.uncovered(id, &self.loan(id, *owner));
                if !missing.is_positive() {
                    continue;
                }
                let mut order = of.rules.losses.clone();
                order.push(LossPayer::Lenders);
                let plan = market.plan_write_off(missing, &order);
                market.commit_write_off(&plan);
                claims.add(Account::Wallet(*owner), of.debt, missing);
                for (payer, part) in [
                    (Account::Reserves(id), plan.reserves),
                    (Account::Cover(id), plan.cover),
                    (Account::Lenders(id), plan.lenders + plan.uncovered),
                ] {
                    claims.add(payer, of.debt, -part);
                }
            }
        }
    }

    /// What of a debt its collateral does not cover, in what was lent, down.
    fn uncovered(&self, id: MarketId, loan: &crate::lending::Loan) -> Tokens {
        let missing = self.shortfall_of(id, loan);
        let price = match self.markets.get(id.index()).map(|of| of.debt) {
            Some(Asset::Token(token)) => self.exchange.mark(token),
            _ => None,
        };
        match price {
            Some(price) => price.amount(missing, Round::Floor).min(loan.debt),
            None => missing.min(loan.debt),
        }
    }

    fn closing_marks(&self) -> Marks {
        self.marks(|world, token| world.exchange.mark(token))
    }

    fn opening_marks(&self) -> Marks {
        self.marks(|world, token| {
            let pool = world.exchange.first_pool_of(token);
            let pool = pool.and_then(|id| world.exchange.pools.get(id.index()));
            let spot = pool.and_then(|venue| venue.opening.spot());
            let stated = world.exchange.tokens.get(token.index());
            let config = stated.and_then(|one| world.config.tokens.get(&one.name));
            spot.or_else(|| config.map(|one| one.price))
        })
    }

    fn marks(&self, mark: impl Fn(&Self, crate::ids::TokenId) -> Option<TokenPrice>) -> Marks {
        let tokens = (0..self.exchange.tokens.len()).map(crate::ids::TokenId::at);
        let marks = tokens.filter_map(|token| {
            let price = mark(self, token)?;
            Some((Asset::Token(token), price.units()))
        });
        let quote = (Asset::Quote, TokenPrice::ONE_UNITS);
        marks.chain(std::iter::once(quote)).collect()
    }

    fn class(&self, account: Account) -> Class {
        match account {
            Account::Wallet(owner) | Account::Collateral(_, owner) | Account::Loan(_, owner) => {
                match self.owners.get(owner.index()) {
                    Some(one) if one.borrows && one.provides => Class::Whales,
                    Some(one) if one.provides => Class::Providers,
                    _ => Class::Borrowers,
                }
            }
            Account::Pool(_) | Account::Issuer(_) => Class::Providers,
            Account::Lenders(_) => Class::Lenders,
            Account::Cover(_) => Class::Stakers,
            Account::Reserves(_) | Account::Treasury | Account::Auction(_) => Class::Protocol,
            Account::Liquidator => Class::Liquidators,
            Account::Keepers(_) => Class::Keepers,
            Account::Arbitrageur => Class::Arbitrageurs,
            Account::Traders => Class::Traders,
            Account::Attacker => Class::Attacker,
            Account::FlashLender => Class::FlashLenders,
            Account::Perp(_) => Class::Perps,
            Account::External => Class::Outside,
        }
    }

    fn holder_name(&self, account: Account) -> String {
        let market = |kind: &str, id: MarketId| {
            let market = self.markets.get(id.index());
            format!("{kind} of {}", market.map_or("", |one| one.name.as_str()))
        };
        match account {
            Account::Wallet(owner) => match self.owners.get(owner.index()) {
                Some(one) => one.name.clone(),
                None => account.to_string(),
            },
            Account::Lenders(id) => market("lenders", id),
            Account::Reserves(id) => market("reserves", id),
            Account::Cover(id) => market("cover", id),
            Account::Auction(id) => market("auction", id),
            Account::Keepers(id) => market("keepers", id),
            Account::Pool(id) => match self.exchange.pools.get(id.index()) {
                Some(venue) => format!("rest of {}", venue.name),
                None => account.to_string(),
            },
            other => other.to_string(),
        }
    }

    /// How concentrated the shares of a pool are, posted ones counted with their owner's: the sum
    /// of squares of the named owners' parts. The many whom nobody names count for nothing.
    ///
    /// **Formula** `Σ(sᵢ/S)²`, from 0 to 1. **Rounding** down. `None` without shares.
    #[must_use]
    pub fn concentration(&self, pool: PoolId) -> Option<Ratio> {
        let supply = self.exchange.pools.get(pool.index())?.pool.shares();
        let many = self.many.get(pool.index()).copied();
        let mut held: BTreeMap<Account, Tokens> = BTreeMap::new();
        for (asset, account, balance) in self.books.balances() {
            let counts = asset == Asset::Share(pool) && !matches!(account, Account::Issuer(_));
            if counts {
                *held.entry(crate::claims::holder(account)).or_default() += balance;
            }
        }
        let named = held
            .iter()
            .filter(|(account, _)| many.map(Account::Wallet) != Some(**account));
        let squares = named.map(|(_, shares)| {
            let part = shares.ratio_floor(supply)?;
            part.mul_div_floor(part, Ratio::ONE)
        });
        squares.sum()
    }
}

/// What holders have in quote: whole units of the grid, and parts of one below.
struct Worths(BTreeMap<Account, (i128, i128)>);

impl Worths {
    fn of(claims: &Claims, marks: &Marks) -> Self {
        let mut worths: BTreeMap<Account, (i128, i128)> = BTreeMap::new();
        for (account, asset, amount) in claims.iter() {
            let price = marks.get(&asset).copied().unwrap_or(0);
            let (whole, rest) = worth_exact(amount, price);
            let one = worths.entry(account).or_default();
            let rest = one.1.saturating_add(rest);
            let carry = rest.div_euclid(Tokens::ONE_UNITS);
            one.0 = one.0.saturating_add(whole).saturating_add(carry);
            one.1 = rest.rem_euclid(Tokens::ONE_UNITS);
        }
        Self(worths)
    }

    fn down(&self, account: Account) -> Tokens {
        let (whole, _) = self.0.get(&account).copied().unwrap_or_default();
        Tokens::of_sum(whole)
    }

    /// Rounded so that the sum stays: all down, then a unit more for the largest rests, the first
    /// of equals first.
    fn shared_out(&self) -> Vec<(Account, Tokens)> {
        let mut out: Vec<(Account, i128, i128)> = Vec::new();
        for (account, (whole, rest)) in &self.0 {
            out.push((*account, *whole, *rest));
        }
        let rests = out
            .iter()
            .fold(0_i128, |sum, one| sum.saturating_add(one.2));
        let units = rests.checked_div(Tokens::ONE_UNITS).unwrap_or(0);
        let mut order: Vec<usize> = (0..out.len()).collect();
        order.sort_by_key(|place| std::cmp::Reverse(out.get(*place).map_or(0, |one| one.2)));
        for place in order.into_iter().take(usize::try_from(units).unwrap_or(0)) {
            if let Some(one) = out.get_mut(place) {
                one.1 = one.1.saturating_add(1);
            }
        }
        let tokens = |(account, whole, _)| (account, Tokens::of_sum(whole));
        out.into_iter().map(tokens).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is worth more than any amount that is taken in is told whole, and not as nothing.
    #[test]
    fn no_worth_is_dropped() {
        let twice = Tokens::MAX + Tokens::MAX;
        let account = Account::External;
        let worths = Worths(BTreeMap::from([(account, (twice.units(), 0))]));
        assert_eq!(worths.down(account), twice);
        assert_eq!(worths.shared_out(), [(account, twice)]);
    }
}
