use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use seawall_oracle::OracleError;
use seawall_units::{Ratio, TokenPrice, Tokens};

use crate::feed::{FeedError, Named};

use super::{
    Config, CurveConfig, DebtConfig, LendingConfig, LoanConfig, PoolConfig, ProviderConfig,
    ShockAct, Trigger,
};

/// A statement that no world can be made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` is {found}; legal: {legal}")]
pub struct ConfigError {
    /// Dotted path of the field, such as `lending.main.rules.max_ltv`.
    pub field: String,
    /// What was found there.
    pub found: String,
    /// The legal range in words, or the names that there are.
    pub legal: String,
}

pub(super) type Checked = Result<(), ConfigError>;

/// `found` stands where only `legal` may.
pub(crate) fn refused(field: String, found: impl Display, legal: impl Display) -> ConfigError {
    ConfigError {
        field,
        found: found.to_string(),
        legal: legal.to_string(),
    }
}

pub(super) fn within<T: PartialOrd + Display>(
    field: impl FnOnce() -> String,
    value: T,
    range: std::ops::RangeInclusive<T>,
    legal: &str,
) -> Checked {
    match range.contains(&value) {
        true => Ok(()),
        false => Err(refused(field(), value, legal)),
    }
}

/// A share: at least zero, or above it where there must be something, and at most one.
fn share(field: impl FnOnce() -> String, value: Ratio) -> Checked {
    within(field, value, Ratio::ULP..=Ratio::ONE, "above 0 to 1")
}

/// An amount that a file states. With [`price`] it keeps what it is worth at a stated price far
/// inside of what is counted, so that a run has room for prices of its own making.
pub(super) fn amount(field: impl FnOnce() -> String, value: Tokens) -> Checked {
    let most = Tokens::MAX.mul_floor(Ratio::bps(10));
    within(field, value, Tokens::ULP..=most, "above 0 to 1000000000000")
}

/// What prices a file may state.
pub(crate) const LEGAL_PRICES: &str = "0.00000001 to 100000000";

/// Whether a file may state this price: 10⁻⁸ to 10⁸.
pub(crate) fn is_legal_price(value: TokenPrice) -> bool {
    const MOST: i128 = TokenPrice::ONE_UNITS.saturating_mul(100_000_000);
    const LEAST: i128 = 10_000_000_000;
    (LEAST..=MOST).contains(&value.units())
}

/// A price that a file states.
fn price(field: impl FnOnce() -> String, value: TokenPrice) -> Checked {
    match is_legal_price(value) {
        true => Ok(()),
        false => Err(refused(field(), value, LEGAL_PRICES)),
    }
}

/// An amount that a file states, or none of it.
fn amount_or_none(field: impl FnOnce() -> String, value: Tokens) -> Checked {
    let most = Tokens::MAX.mul_floor(Ratio::bps(10));
    within(field, value, Tokens::ZERO..=most, "0 to 1000000000000")
}

/// Whether a name stands in a table.
pub(super) fn known<T>(
    field: impl FnOnce() -> String,
    name: &str,
    table: &BTreeMap<String, T>,
) -> Checked {
    if table.contains_key(name) {
        return Ok(());
    }
    Err(refused(field(), quoted(name), listed(table.keys())))
}

pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

pub(super) fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    match names.is_empty() {
        true => String::from("nothing: there is none"),
        false => names.join(", "),
    }
}

impl Config {
    /// Whether a world can be made of it: every value lies in its legal range and every name is
    /// the name of something.
    ///
    /// **Errors** [`ConfigError`] for the first statement that does not, with its path.
    pub fn check(&self) -> Checked {
        self.check_names()?;
        for (name, token) in &self.tokens {
            let path = || format!("tokens.{name}.path");
            within(path, token.path.len(), 0..=100_000, "at most 100000 prices")?;
            price(|| format!("tokens.{name}.price"), token.price)?;
            for (place, stated) in token.path.iter().enumerate() {
                price(|| format!("tokens.{name}.path.{place}"), *stated)?;
            }
        }
        for (name, pool) in &self.pools {
            self.check_pool(&format!("pools.{name}"), pool)?;
        }
        self.check_feeds()?;
        self.check_perps()?;
        for (name, market) in &self.lending {
            self.check_lending(&format!("lending.{name}"), market)?;
        }
        for (name, loan) in &self.loans {
            self.check_loan(&format!("loans.{name}"), loan)?;
        }
        for (name, provider) in &self.providers {
            self.check_provider(&format!("providers.{name}"), provider)?;
        }
        for (name, reuse) in &self.reuse {
            self.check_reuse(&format!("reuse.{name}"), reuse)?;
        }
        for (name, whale) in &self.whales {
            self.check_whale(name, whale)?;
        }
        self.check_shares()?;
        self.check_wallets()?;
        for (name, shock) in &self.shocks {
            let path = format!("shocks.{name}");
            let round = || format!("{path}.round");
            within(round, shock.round, 1..=self.rounds.most, "1 to rounds.most")?;
            self.check_act(&format!("{path}.act"), &shock.act)?;
        }
        self.check_rules()
    }

    /// Assets have names of their own: a pool's stands for its share.
    fn check_names(&self) -> Checked {
        let both = self
            .tokens
            .keys()
            .find(|name| self.pools.contains_key(*name));
        if let Some(name) = both {
            let legal = "a name that no token has";
            return Err(refused(format!("pools.{name}"), quoted(name), legal));
        }
        let taken = self.tokens.contains_key(&self.quote) || self.pools.contains_key(&self.quote);
        match taken || self.quote.is_empty() {
            true => {
                let legal = "a name that no token and no pool has";
                Err(refused(String::from("quote"), quoted(&self.quote), legal))
            }
            false => Ok(()),
        }
    }

    fn check_pool(&self, path: &str, pool: &PoolConfig) -> Checked {
        known(|| format!("{path}.token"), &pool.token, &self.tokens)?;
        let most = Ratio::bps(9_999);
        within(
            || format!("{path}.fee"),
            pool.fee,
            Ratio::ZERO..=most,
            "0 to 0.9999",
        )?;
        let most = Ratio::bps(10_000_000);
        let depth = || format!("{path}.depth");
        within(depth, pool.depth, Ratio::ULP..=most, "above 0 to 1000")?;
        match &pool.curve {
            CurveConfig::ConstantProduct { token, quote } => {
                let path = format!("{path}.curve.constant_product");
                amount(|| format!("{path}.token"), *token)?;
                amount(|| format!("{path}.quote"), *quote)
            }
            CurveConfig::Concentrated {
                ranges,
                price: spot,
            } => {
                let path = format!("{path}.curve.concentrated");
                price(|| format!("{path}.price"), *spot)?;
                let path = format!("{path}.ranges");
                within(|| path.clone(), ranges.len(), 1..=1_000, "1 to 1000 ranges")?;
                for (place, range) in ranges.iter().enumerate() {
                    if range.lower >= range.upper {
                        let legal = format!("above lower, {}", range.lower);
                        return Err(refused(format!("{path}.{place}.upper"), range.upper, legal));
                    }
                    price(|| format!("{path}.{place}.lower"), range.lower)?;
                    price(|| format!("{path}.{place}.upper"), range.upper)?;
                    amount(|| format!("{path}.{place}.value"), range.value)?;
                }
                Ok(())
            }
        }
    }

    fn check_feeds(&self) -> Checked {
        for (name, feed) in &self.feeds {
            let path = format!("feeds.{name}");
            feed.validate().map_err(|error| feed_error(&path, &error))?;
            for (field, named) in feed.names() {
                let field = || format!("{path}.{field}");
                match named {
                    Named::Pool(pool) => known(field, pool, &self.pools)?,
                    Named::Token(token) => known(field, token, &self.tokens)?,
                }
            }
        }
        Ok(())
    }

    /// Whether a name stands for an asset.
    fn check_asset(&self, field: String, name: &str) -> Checked {
        let is_one =
            name == self.quote || self.tokens.contains_key(name) || self.pools.contains_key(name);
        if is_one {
            return Ok(());
        }
        let all = std::iter::once(&self.quote).chain(self.tokens.keys());
        let legal = listed(all.chain(self.pools.keys()));
        Err(refused(field, quoted(name), legal))
    }

    fn check_lending(&self, path: &str, market: &LendingConfig) -> Checked {
        self.check_asset(format!("{path}.collateral"), &market.collateral)?;
        let debt = market.debt.as_ref().unwrap_or(&self.quote);
        if *debt != self.quote {
            known(|| format!("{path}.debt"), debt, &self.tokens)?;
            if market.debt_feed.is_none() {
                let legal = "a feed: what is lent is not the quote asset";
                return Err(refused(format!("{path}.debt_feed"), "not stated", legal));
            }
        }
        if *debt == market.collateral {
            let legal = "another asset than the collateral";
            return Err(refused(format!("{path}.debt"), quoted(debt), legal));
        }
        known(|| format!("{path}.feed"), &market.feed, &self.feeds)?;
        if let Some(feed) = &market.debt_feed {
            known(|| format!("{path}.debt_feed"), feed, &self.feeds)?;
        }
        for (field, value) in [("reserves", market.reserves), ("cover", market.cover)] {
            amount_or_none(|| format!("{path}.{field}"), value)?;
        }
        if let Some(lenders) = market.lenders {
            amount_or_none(|| format!("{path}.lenders"), lenders)?;
        }
        if let Some(auction) = &market.auction {
            let token = self.tokens.contains_key(&market.collateral);
            if !token || *debt != self.quote {
                let legal = "in a market that lends the quote asset against a token";
                return Err(refused(format!("{path}.auction"), "stated", legal));
            }
            auction.validate().map_err(|error| {
                refused(format!("{path}.{}", error.field), error.value, error.legal)
            })?;
        }
        market.rules.validate().map_err(|error| {
            refused(
                format!("{path}.rules.{}", error.field),
                error.value,
                error.legal,
            )
        })
    }

    fn check_loan(&self, path: &str, loan: &LoanConfig) -> Checked {
        known(|| format!("{path}.market"), &loan.market, &self.lending)?;
        let count = || format!("{path}.count");
        within(count, loan.count, 1..=100_000, "1 to 100000")?;
        amount(|| format!("{path}.collateral"), loan.collateral)?;
        single_owner(path, loan.owner.as_deref(), loan.count)?;
        let path = format!("{path}.debt");
        match &loan.debt {
            DebtConfig::Amount(debt) => amount(|| format!("{path}.amount"), *debt),
            DebtConfig::Ltv(ltv) => share(|| format!("{path}.ltv"), *ltv),
            DebtConfig::LiquidationPrice(at) => price(|| format!("{path}.liquidation_price"), *at),
            DebtConfig::LiquidationPrices { first, fall } => {
                price(|| format!("{path}.liquidation_prices.first"), *first)?;
                let last = i128::from(loan.count.saturating_sub(1));
                let down = fall.units().checked_mul(last);
                let left = down.and_then(|down| first.units().checked_sub(down));
                let legal = "0 or more, and so small that the last price is above 0";
                match fall.is_negative() || left.is_none_or(|left| left <= 0) {
                    true => Err(refused(
                        format!("{path}.liquidation_prices.fall"),
                        fall,
                        legal,
                    )),
                    false => Ok(()),
                }
            }
            DebtConfig::Ltvs { first, last } => {
                share(|| format!("{path}.ltvs.first"), *first)?;
                share(|| format!("{path}.ltvs.last"), *last)
            }
        }
    }

    fn check_provider(&self, path: &str, provider: &ProviderConfig) -> Checked {
        known(|| format!("{path}.pool"), &provider.pool, &self.pools)?;
        share(|| format!("{path}.share"), provider.share)?;
        let count = || format!("{path}.count");
        within(count, provider.count, 1..=10_000, "1 to 10000")?;
        single_owner(path, provider.owner.as_deref(), provider.count)?;
        let Some(withdrawal) = provider.withdrawal else {
            return Ok(());
        };
        let path = format!("{path}.withdrawal");
        let part = Ratio::ZERO..=Ratio::ONE;
        within(|| format!("{path}.share"), withdrawal.share, part, "0 to 1")?;
        let (field, value) = match withdrawal.when {
            Trigger::RoundFall(fall) => ("round_fall", fall),
            Trigger::FallSinceStart(fall) => ("fall_since_start", fall),
            Trigger::DivergenceLoss(loss) => ("divergence_loss", loss),
        };
        let below_one = Ratio::ZERO..=Ratio::ONE - Ratio::ULP;
        within(
            || format!("{path}.when.{field}"),
            value,
            below_one,
            "0 to below 1",
        )
    }

    /// The providers of a pool own at most all of it.
    fn check_shares(&self) -> Checked {
        let mut owned: BTreeMap<&str, Ratio> = BTreeMap::new();
        for (name, provider) in &self.providers {
            let sum = owned.entry(&provider.pool).or_default();
            let left = Ratio::ONE - *sum;
            *sum += provider.share;
            if *sum > Ratio::ONE {
                let legal = format!("at most {left}, what others leave of the pool");
                return Err(refused(
                    format!("providers.{name}.share"),
                    provider.share,
                    legal,
                ));
            }
        }
        Ok(())
    }

    /// Names of owners, one by one, as positions give them.
    pub(super) fn owners(&self) -> BTreeSet<&str> {
        let loans = self.loans.iter().filter(|(_, loan)| loan.count == 1);
        let loans = loans.map(|(name, loan)| loan.owner.as_ref().unwrap_or(name).as_str());
        let providers = self.providers.iter().filter(|(_, one)| one.count == 1);
        let providers = providers.map(|(name, one)| one.owner.as_ref().unwrap_or(name).as_str());
        let reuse = self.reuse.iter();
        let reuse = reuse.map(|(name, one)| one.owner.as_ref().unwrap_or(name).as_str());
        let perps = self.perps.values().flat_map(|perp| perp.owners.values());
        let perps = perps.map(String::as_str);
        loans.chain(providers).chain(reuse).chain(perps).collect()
    }

    fn check_wallets(&self) -> Checked {
        let owners = self.owners();
        for (owner, wallet) in &self.wallets {
            if !owners.contains(owner.as_str()) {
                let names: Vec<String> = owners.iter().map(|name| (*name).to_owned()).collect();
                let field = format!("wallets.{owner}");
                return Err(refused(field, quoted(owner), listed(names.iter())));
            }
            for (asset, held) in wallet {
                let field = format!("wallets.{owner}.{asset}");
                if *asset != self.quote {
                    known(|| field.clone(), asset, &self.tokens)?;
                }
                amount(|| field, *held)?;
            }
        }
        Ok(())
    }

    fn check_act(&self, path: &str, act: &ShockAct) -> Checked {
        match act {
            ShockAct::Sell { pool, amount: sold } => {
                known(|| format!("{path}.sell.pool"), pool, &self.pools)?;
                amount(|| format!("{path}.sell.amount"), *sold)
            }
            ShockAct::TradeTo { pool, price: to } => {
                known(|| format!("{path}.trade_to.pool"), pool, &self.pools)?;
                price(|| format!("{path}.trade_to.price"), *to)
            }
            ShockAct::Buy { pool, quote } => {
                known(|| format!("{path}.buy.pool"), pool, &self.pools)?;
                amount(|| format!("{path}.buy.quote"), *quote)
            }
            ShockAct::Outside { token, price: to } => {
                known(|| format!("{path}.outside.token"), token, &self.tokens)?;
                price(|| format!("{path}.outside.price"), *to)
            }
            ShockAct::Withdraw { provider, share } => {
                known(
                    || format!("{path}.withdraw.provider"),
                    provider,
                    &self.providers,
                )?;
                let part = Ratio::ZERO..=Ratio::ONE;
                within(|| format!("{path}.withdraw.share"), *share, part, "0 to 1")
            }
            ShockAct::Fault { feed, fault } => {
                known(|| format!("{path}.fault.feed"), feed, &self.feeds)?;
                let Some(fault) = fault else { return Ok(()) };
                let path = format!("{path}.fault.fault");
                fault.validate().map_err(|error| feed_error(&path, &error))
            }
            ShockAct::Attack(attack) => self.check_attack(&format!("{path}.attack"), attack),
        }
    }

    fn check_rules(&self) -> Checked {
        for (place, pool) in self.arbitrage.pools.iter().enumerate() {
            known(|| format!("arbitrage.pools.{place}"), pool, &self.pools)?;
        }
        if let Some(capital) = self.arbitrage.capital {
            amount(|| String::from("arbitrage.capital"), capital)?;
        }
        let field = |name: &'static str| move || format!("rounds.{name}");
        within(
            field("seconds"),
            self.rounds.seconds,
            1..=86_400,
            "1 to 86400",
        )?;
        within(field("most"), self.rounds.most, 1..=100_000, "1 to 100000")?;
        within(
            field("quiet"),
            self.rounds.quiet,
            1..=100_000,
            "1 to 100000",
        )?;
        if let Some(pool) = &self.measures.pool {
            known(|| String::from("measures.pool"), pool, &self.pools)?;
        }
        let range = Ratio::ONE..=Ratio::MAX;
        let path = || String::from("measures.spiral_from");
        within(path, self.measures.spiral_from, range, "1 or more")
    }
}

fn single_owner(path: &str, owner: Option<&str>, count: u32) -> Checked {
    match owner {
        Some(owner) if count != 1 => {
            let legal = "not stated: a series has an owner for each";
            Err(refused(format!("{path}.owner"), quoted(owner), legal))
        }
        _ => Ok(()),
    }
}

fn feed_error(path: &str, error: &FeedError) -> ConfigError {
    match error {
        FeedError::Range {
            field,
            value,
            legal,
        } => refused(format!("{path}.{field}"), value, legal),
        FeedError::Design(OracleError::Design {
            field,
            value,
            legal,
        }) => refused(format!("{path}.{field}"), value, legal),
        other => refused(path.to_owned(), other, "a feed that can be opened"),
    }
}
