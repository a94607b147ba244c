use seawall_ledger::{AccountId, BidderId};
use seawall_oracle::Feed;
use seawall_units::{Ratio, Time, Usd};
use seawall_venue::Endowment;

use crate::at::rfc3339;
use crate::check::{Check, Checked, POSITIVE, is_positive, is_share};
use crate::import::{Given, Holdings, Imported, Series};
use crate::model::{ClaimAmount, LiquidityMove, Order, PriceSource};
use crate::names::{Accounts, Names};
use crate::path::{Observation, PricePath};
use crate::resolved::{
    Amount, Collateral, Crowd, Flow, TimedArbitrageur, TimedBidder, TimedFault, TimedFlow,
    TimedLiquidity, TimedMargin, TimedOrder, TimedRecovery, TimedTrade, Wish,
};
use crate::resolved_behaviour::Behaviour;
use crate::{At, ScenarioError, fits};

/// A file of prices, and who asks for it.
pub(crate) struct GivenPrices {
    pub(crate) given: Given,
    pub(crate) asked: Asked,
}

/// Who asks for a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The scenario names it.
    ByScenario,
    /// It takes the place of what the scenario names.
    Instead,
}

/// A scenario's lists with names as numbers and moments as seconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resolved {
    pub(crate) accounts: Accounts,
    pub(crate) parties: Names,
    pub(crate) endowments: Vec<Endowment>,
    pub(crate) crowds: Vec<Crowd>,
    pub(crate) orders: Vec<TimedOrder>,
    pub(crate) flows: Vec<TimedFlow>,
    pub(crate) margin_added: Vec<TimedMargin>,
    pub(crate) liquidity: Vec<TimedLiquidity>,
    pub(crate) recoveries: Vec<TimedRecovery>,
    pub(crate) bidders: Vec<TimedBidder>,
    pub(crate) feeds: Vec<Feed>,
    pub(crate) faults: Vec<TimedFault>,
    pub(crate) trades: Vec<TimedTrade>,
    pub(crate) arbitrageurs: Vec<TimedArbitrageur>,
    pub(crate) behaviour: Behaviour,
}

impl Check<'_> {
    /// The outside price from the file's points or from a file of prices, and what was taken out
    /// of that.
    pub(crate) fn price_path(
        &self,
        prices: Option<&GivenPrices>,
    ) -> Checked<(PricePath, Option<Imported>)> {
        let (field, observations, imported) = match prices {
            Some(prices) => {
                let series = self.series(prices)?;
                ("price.csv", series.observations, Some(series.imported))
            }
            None => ("price.points.points", self.points()?, None),
        };
        let (from, until) = (self.span.from, self.span.until);
        let reaches =
            observations.iter().any(|o| o.at >= from) && observations.iter().any(|o| o.at <= until);
        let path = reaches
            .then(|| PricePath::join(from, until, &observations))
            .flatten();
        match path {
            Some(path) => Ok((path, imported)),
            None => self.fail(
                field,
                "without a price in the scenario's time",
                "prices that do not all lie before `time.start` or after `time.end`",
            ),
        }
    }

    fn points(&self) -> Checked<Vec<Observation>> {
        let PriceSource::Points { points } = &self.file.price else {
            return Ok(Vec::new());
        };
        let mut observations: Vec<Observation> = Vec::with_capacity(points.len());
        for (index, point) in points.iter().enumerate() {
            let path = format!("price.points.points[{index}].at");
            let at = match point.at {
                At::Moment(_) => point.at.resolve(self.span.from),
                At::Clock(_) | At::Offset(_) => self.moment(&path, point.at)?,
            };
            let before = observations.iter().rev().find(|o| o.kind == point.kind);
            if let Some(before) = before
                && at <= before.at
            {
                let found = format!("{at} (time going backwards)");
                return self.fail(&path, found, format!("later than {}", before.at));
            }
            observations.push(Observation {
                at,
                price: point.price,
                kind: point.kind,
            });
        }
        Ok(observations)
    }

    /// The market's coin, or the one that the scenario wants of its recorded path.
    fn priced_coin(&self) -> (&'static str, &str) {
        match &self.file.price {
            PriceSource::Csv {
                coin: Some(coin), ..
            } => ("price.csv.coin", coin),
            _ => ("market.coin", &self.file.market.coin),
        }
    }

    fn series(&self, prices: &GivenPrices) -> Checked<Series> {
        let (field, coin) = self.priced_coin();
        let series = prices.given.prices(coin)?;
        let file = &prices.given.file;
        let (Some(first), Some(last)) = (
            series.observations.iter().map(|o| o.at).min(),
            series.observations.iter().map(|o| o.at).max(),
        ) else {
            let coins: Vec<&str> = series.coins.iter().map(String::as_str).collect();
            let found = format!("`{coin}`, which {file} does not have");
            return self.fail(field, found, format!("one of {}", coins.join(", ")));
        };
        let (start, end) = (self.span.from, self.span.until);
        if prices.asked == Asked::Instead && (first > start || last < end) {
            let told = |time: Time| rfc3339(time.secs());
            return Err(ScenarioError::Row {
                file: file.clone(),
                line: 1,
                column: 1,
                field: "prices".to_owned(),
                found: format!("from {} to {}", told(first), told(last)),
                legal: format!(
                    "prices from {} to {}, the scenario's time, or less of them: a scenario whose `time.start` and `time.end` lie within the prices",
                    told(start),
                    told(end)
                ),
            });
        }
        Ok(series)
    }

    /// Gives every name its number and every moment its second.
    pub(crate) fn resolve(
        &self,
        path: &PricePath,
        holdings: Option<&Holdings>,
    ) -> Checked<Resolved> {
        let mut named = Names::default();
        let mut endowments = self.endowments(&mut named)?;
        if let Some(holdings) = holdings {
            self.hold(holdings, &mut named, &mut endowments)?;
        }
        self.senders(&mut named)?;
        let arbitrageurs = self.arbitrageurs(&mut named, path)?;
        let feeds = self.file.oracle.each_feed();
        let accounts = Accounts::new(named, self.crowds.clone());
        let mut crowds = Vec::new();
        for (index, positions) in self.file.positions.drawn.iter().enumerate() {
            self.fits(fits::crowd(index, positions, path))?;
            crowds.push(Crowd {
                first: accounts.first_of(index),
                positions: positions.clone(),
            });
        }
        let drawn = &self.file.positions.drawn;
        self.fits(fits::positions(&endowments, drawn, path))?;
        let mut parties = Names::default();
        let bidders = self.bidders(&mut parties)?;
        let behaviour = self.behaviour(&accounts, &mut parties)?;
        Ok(Resolved {
            orders: self.orders(&accounts, path)?,
            flows: self.timed_flows(path)?,
            margin_added: self.margin_added(&accounts)?,
            liquidity: self.liquidity(&mut parties)?,
            recoveries: self.recoveries()?,
            faults: self.faults()?,
            trades: self.trades(&feeds)?,
            arbitrageurs,
            feeds,
            bidders,
            behaviour,
            parties,
            endowments,
            crowds,
            accounts,
        })
    }

    fn endowments(&self, named: &mut Names) -> Checked<Vec<Endowment>> {
        let mut endowments = Vec::new();
        for (index, position) in self.file.positions.each.iter().enumerate() {
            let path = format!("positions.each[{index}]");
            let name = &position.account;
            let field = format!("{path}.account");
            self.name(&field, name)?;
            if named.number(name).is_some() || self.crowds.member(name).is_some() {
                let found = format!("`{name}`, a second time");
                return self.fail(&field, found, "one position per account");
            }
            let number = named.intern(name);
            let amount = self.amount(&path, position.size, position.notional)?;
            let size = self.fits(fits::size(&path, amount, position.entry))?;
            let collateral = self.collateral(&path, position.margin, position.leverage)?;
            let Some(collateral) = collateral else {
                return self.fail(&path, "without a margin", "one of `margin` and `leverage`");
            };
            endowments.push(Endowment {
                account: AccountId::new(number),
                size: position.side.signed(size),
                entry: position.entry,
                margin: collateral.margin_for(position.entry.value_ceil(size)),
            });
        }
        Ok(endowments)
    }

    /// Adds the positions of a file to those that the scenario states.
    fn hold(
        &self,
        holdings: &Holdings,
        named: &mut Names,
        endowments: &mut Vec<Endowment>,
    ) -> Checked {
        for one in &holdings.list {
            let name = &one.account;
            if named.number(name).is_some() || self.crowds.member(name).is_some() {
                let found = format!("`{name}`, which the scenario has as well");
                return Err(holdings.refuse(one, found, "one position per account"));
            }
            endowments.push(Endowment {
                account: AccountId::new(named.intern(name)),
                size: one.size,
                entry: one.entry,
                margin: one.margin,
            });
        }
        Ok(())
    }

    /// Takes down who opens a position by an order; who closes must be known already.
    fn senders(&self, named: &mut Names) -> Checked {
        for (index, order) in self.file.orders.iter().enumerate() {
            self.name(&format!("orders[{index}].account"), &order.account)?;
            if order.close.is_none() && self.crowds.member(&order.account).is_none() {
                named.intern(&order.account);
            }
        }
        Ok(())
    }

    fn orders(&self, accounts: &Accounts, prices: &PricePath) -> Checked<Vec<TimedOrder>> {
        let mut orders = Vec::with_capacity(self.file.orders.len());
        for (index, order) in self.file.orders.iter().enumerate() {
            let path = format!("orders[{index}]");
            orders.push(TimedOrder {
                at: self.moment(&format!("{path}.at"), order.at)?,
                account: self.known(&format!("{path}.account"), &order.account, accounts)?,
                wish: self.wish(&path, order, prices)?,
                limit: order.limit,
                fill: order.fill,
            });
        }
        orders.sort_by_key(|order| order.at);
        Ok(orders)
    }

    fn known(&self, path: &str, name: &str, accounts: &Accounts) -> Checked<AccountId> {
        match accounts.id(name) {
            Some(account) => Ok(account),
            None => self.fail(
                path,
                format!("`{name}`, who holds nothing"),
                "an account with a position at the start or with an opening order",
            ),
        }
    }

    fn wish(&self, path: &str, order: &Order, prices: &PricePath) -> Checked<Wish> {
        let stated = [
            ("side", order.side.is_some()),
            ("size", order.size.is_some()),
            ("notional", order.notional.is_some()),
            ("margin", order.margin.is_some()),
            ("leverage", order.leverage.is_some()),
        ];
        let beside = stated.into_iter().find(|(_, stated)| *stated);
        match (order.close, order.side, beside) {
            (Some(share), _, None) => {
                let legal = "above 0, at most 1";
                self.ensure(&format!("{path}.close"), share, legal, |share| {
                    share.is_positive() && is_share(share)
                })?;
                Ok(Wish::Close { share })
            }
            (Some(_), _, Some((name, _))) => self.fail(
                &format!("{path}.{name}"),
                "beside a `close`",
                "`close` alone, or `side` with `size` or `notional`",
            ),
            (None, None, _) => self.fail(path, "without a side", "`side` or `close`"),
            (None, Some(side), _) => {
                let amount = self.amount(path, order.size, order.notional)?;
                self.fits(fits::order(path, amount, prices))?;
                let collateral = self.collateral(path, order.margin, order.leverage)?;
                Ok(Wish::Trade {
                    side,
                    amount,
                    collateral: collateral.unwrap_or(Collateral::Margin(Usd::ZERO)),
                })
            }
        }
    }

    fn timed_flows(&self, prices: &PricePath) -> Checked<Vec<TimedFlow>> {
        let mut flows = Vec::with_capacity(self.file.orders_drawn.len());
        for (index, flow) in self.file.orders_drawn.iter().enumerate() {
            let path = format!("orders_drawn[{index}]");
            if let Some((least, most)) = flow.notional.bounds() {
                let field = format!("{path}.notional");
                self.fits(fits::order(&field, Amount::Notional(least), prices))?;
                self.fits(fits::order(&field, Amount::Notional(most), prices))?;
            }
            flows.push(TimedFlow {
                window: self.window(&path, flow.from, flow.until)?,
                flow: flow.clone(),
            });
        }
        Ok(flows)
    }

    fn margin_added(&self, accounts: &Accounts) -> Checked<Vec<TimedMargin>> {
        let mut added = Vec::with_capacity(self.file.margin_added.len());
        for (index, margin) in self.file.margin_added.iter().enumerate() {
            let path = format!("margin_added[{index}]");
            let amount = format!("{path}.amount");
            self.ensure(&amount, margin.amount, POSITIVE, is_positive)?;
            added.push(TimedMargin {
                at: self.moment(&format!("{path}.at"), margin.at)?,
                account: self.known(&format!("{path}.account"), &margin.account, accounts)?,
                amount: margin.amount,
            });
        }
        added.sort_by_key(|margin| margin.at);
        Ok(added)
    }

    fn liquidity(&self, parties: &mut Names) -> Checked<Vec<TimedLiquidity>> {
        let mut moves = Vec::with_capacity(self.file.liquidity.len());
        for (index, one) in self.file.liquidity.iter().enumerate() {
            let path = format!("liquidity[{index}]");
            self.name(&format!("{path}.lp"), &one.lp)?;
            let flow = self.flow(&path, one)?;
            moves.push(TimedLiquidity {
                at: self.moment(&format!("{path}.at"), one.at)?,
                lp: BidderId::new(parties.intern(&one.lp)),
                tranche: one.tranche,
                flow,
            });
        }
        moves.sort_by_key(|one| one.at);
        Ok(moves)
    }

    fn flow(&self, path: &str, one: &LiquidityMove) -> Checked<Flow> {
        let (field, amount, flow) = match (one.provide, one.redeem, one.claim) {
            (Some(amount), None, None) => ("provide", amount, Flow::Provide(amount)),
            (None, Some(amount), None) => ("redeem", amount, Flow::Redeem(amount)),
            (None, None, Some(ClaimAmount::All)) => return Ok(Flow::Claim),
            (None, None, None) => {
                return self.fail(
                    path,
                    "none of them",
                    "one of `provide`, `redeem` and `claim`",
                );
            }
            _ => {
                let found = "more than one of them";
                return self.fail(path, found, "one of `provide`, `redeem` and `claim`");
            }
        };
        self.ensure(&format!("{path}.{field}"), amount, POSITIVE, is_positive)?;
        Ok(flow)
    }

    fn recoveries(&self) -> Checked<Vec<TimedRecovery>> {
        let mut recoveries = Vec::with_capacity(self.file.recoveries.len());
        for (index, one) in self.file.recoveries.iter().enumerate() {
            let path = format!("recoveries[{index}]");
            let amount = format!("{path}.amount");
            self.ensure(&amount, one.amount, POSITIVE, is_positive)?;
            recoveries.push(TimedRecovery {
                at: self.moment(&format!("{path}.at"), one.at)?,
                amount: one.amount,
            });
        }
        recoveries.sort_by_key(|one| one.at);
        Ok(recoveries)
    }

    fn bidders(&self, parties: &mut Names) -> Checked<Vec<TimedBidder>> {
        let mut bidders = Vec::with_capacity(self.file.bidders.len());
        for (index, bidder) in self.file.bidders.iter().enumerate() {
            let path = format!("bidders[{index}]");
            let name = format!("{path}.name");
            self.name(&name, &bidder.name)?;
            if parties.number(&bidder.name).is_some() {
                let found = format!("`{}`, a second time", bidder.name);
                return self.fail(&name, found, "a name of its own");
            }
            let capital = format!("{path}.capital");
            self.ensure(&capital, bidder.capital, POSITIVE, is_positive)?;
            let discount = format!("{path}.discount");
            self.ensure(&discount, bidder.discount, "0 or more and below 1", |r| {
                is_share(r) && r < Ratio::ONE
            })?;
            if let Some(most) = bidder.appetite {
                self.ensure(&format!("{path}.appetite"), most, POSITIVE, is_positive)?;
            }
            bidders.push(TimedBidder {
                id: BidderId::new(parties.intern(&bidder.name)),
                capital: bidder.capital,
                discount: bidder.discount,
                appetite: bidder.appetite,
                window: self.window(&path, bidder.from, bidder.until)?,
            });
        }
        Ok(bidders)
    }
}
