//! Who has a claim on what, with LP shares counted as what lies behind them.

use std::collections::BTreeMap;

use seawall_units::{Round, Tokens, mul_div};

use crate::books::{Account, Asset, Cause, Entry};
use crate::ids::PoolId;
use crate::world::World;

/// Amounts of the quote asset and of tokens by holder. An owner's wallet stands for all that he
/// has and owes; every other account stands for itself. Each asset sums to zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    amounts: BTreeMap<(Account, Asset), Tokens>,
}

/// Whose claim the balance of an account is.
pub(crate) fn holder(account: Account) -> Account {
    match account {
        Account::Collateral(_, owner) | Account::Loan(_, owner) => Account::Wallet(owner),
        other => other,
    }
}

impl Claims {
    /// The claims of a world as it stands.
    pub(crate) fn of(world: &World) -> Self {
        let mut claims = Self::default();
        let mut holders: BTreeMap<PoolId, Vec<(Account, Tokens)>> = BTreeMap::new();
        for (asset, account, balance) in world.books().balances() {
            match (asset, account) {
                (_, Account::Pool(_) | Account::Issuer(_)) => {}
                (Asset::Share(pool), _) => {
                    let of_pool = holders.entry(pool).or_default();
                    of_pool.push((holder(account), balance));
                }
                _ => claims.add(holder(account), asset, balance),
            }
        }
        for pool in world.pool_ids() {
            let of_pool = holders.remove(&pool).unwrap_or_default();
            claims.split(world, pool, &of_pool);
        }
        claims
    }

    /// What lies in a pool belongs to the holders of its shares, the rest of the division to the
    /// last of them; of a pool without shares, to the pool itself.
    fn split(&mut self, world: &World, pool: PoolId, holders: &[(Account, Tokens)]) {
        let Some(venue) = world.exchange().pools().get(pool.index()) else {
            return;
        };
        let supply: Tokens = holders.iter().map(|(_, shares)| *shares).sum();
        for asset in [Asset::Token(venue.token), Asset::Quote] {
            let mut left = world.books().balance(asset, Account::Pool(pool));
            let whole = left;
            for (account, shares) in holders {
                let part = whole.mul_div_floor(*shares, supply).unwrap_or_default();
                self.add(*account, asset, part);
                left -= part;
            }
            let last = holders
                .last()
                .map_or(Account::Pool(pool), |(account, _)| *account);
            self.add(last, asset, left);
        }
    }

    pub(crate) fn add(&mut self, account: Account, asset: Asset, amount: Tokens) {
        *self.amounts.entry((account, asset)).or_default() += amount;
    }

    /// What was gained since `opening`, what was brought in or taken out apart.
    pub(crate) fn since(&self, opening: &Self, journal: &[Entry]) -> Self {
        let mut gains = self.clone();
        for ((account, asset), amount) in &opening.amounts {
            gains.add(*account, *asset, -*amount);
        }
        for entry in journal.iter().filter(|entry| entry.round > 0) {
            let moved = entry.transfer;
            if matches!(moved.cause(), Cause::FundsDrawn | Cause::FundsReturned) {
                gains.add(holder(moved.from()), moved.asset(), moved.amount());
                gains.add(holder(moved.to()), moved.asset(), -moved.amount());
            }
        }
        gains
    }

    /// Every claim, by holder and asset.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Account, Asset, Tokens)> + '_ {
        let all = self.amounts.iter();
        all.map(|((account, asset), amount)| (*account, *asset, *amount))
    }
}

/// `amount · price` on 10⁻¹⁸, down, with what is below a unit as a remainder on 10⁻¹⁸ of it.
pub(crate) fn worth_exact(amount: Tokens, price: i128) -> (i128, i128) {
    let whole = mul_div(amount.units(), price, Tokens::ONE_UNITS, Round::Floor).unwrap_or(0);
    // Below one unit: the difference of both products modulo 2¹²⁸ is exact.
    let rest = amount
        .units()
        .wrapping_mul(price)
        .wrapping_sub(whole.wrapping_mul(Tokens::ONE_UNITS));
    (whole, rest)
}
