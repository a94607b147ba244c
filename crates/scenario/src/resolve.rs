use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Round, Usd};
use seawall_venue::Endowment;

use crate::At;
use crate::check::{Check, Checked, POSITIVE, is_positive, is_share, plain};
use crate::model::{DrawnPositions, Order, PriceSource};
use crate::names::{Accounts, Names};
use crate::path::{Observation, PricePath};
use crate::record::read_record;
use crate::resolved::{
    Amount, Collateral, Crowd, Flow, TimedBidder, TimedFault, TimedFlow, TimedLiquidity,
    TimedMargin, TimedOrder, Wish,
};

/// What the largest value in the file is told to stay below.
const MAX_VALUE: &str = "at most 1000000000000000 USD (10^15)";

/// A recorded price file: where it was looked for and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
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
    pub(crate) bidders: Vec<TimedBidder>,
    pub(crate) faults: Vec<TimedFault>,
}

impl Check<'_> {
    /// The outside price from the file's points or from a recorded path.
    pub(crate) fn price_path(&self, recorded: Option<&Recorded>) -> Checked<PricePath> {
        let (field, observations) = match (&self.file.price, recorded) {
            (PriceSource::Points { .. }, _) => ("price.points.points", self.points()?),
            (PriceSource::Csv { coin, .. }, Some(recorded)) => {
                let coin = coin.as_ref().unwrap_or(&self.file.market.coin);
                ("price.csv", self.recorded(recorded, coin)?)
            }
            (PriceSource::Csv { .. }, None) => ("price.csv", Vec::new()),
        };
        let (from, until) = (self.span.from, self.span.until);
        let reaches =
            observations.iter().any(|o| o.at >= from) && observations.iter().any(|o| o.at <= until);
        let path = reaches
            .then(|| PricePath::join(from, until, &observations))
            .flatten();
        match path {
            Some(path) => Ok(path),
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

    fn recorded(&self, recorded: &Recorded, coin: &str) -> Checked<Vec<Observation>> {
        let mut record = read_record(&recorded.file, &recorded.bytes)?;
        match record.remove(coin) {
            Some(observations) => Ok(observations),
            None => {
                let coins = record.into_keys().collect::<Vec<_>>().join(", ");
                let found = format!("`{coin}`, which {} does not have", recorded.file);
                let field = match self.file.price {
                    PriceSource::Csv { coin: Some(_), .. } => "price.csv.coin",
                    _ => "market.coin",
                };
                self.fail(field, found, format!("one of {coins}"))
            }
        }
    }

    /// Gives every name its number and every moment its second.
    pub(crate) fn resolve(&self, path: &PricePath) -> Checked<Resolved> {
        let mut named = Names::default();
        let endowments = self.endowments(&mut named)?;
        self.senders(&mut named)?;
        let accounts = Accounts::new(named, self.crowds.clone());
        let mut crowds = Vec::new();
        for (index, positions) in self.file.positions.drawn.iter().enumerate() {
            self.crowd_fits(&format!("positions.drawn[{index}]"), positions, path)?;
            crowds.push(Crowd {
                first: accounts.first_of(index),
                positions: positions.clone(),
            });
        }
        self.within_range(&endowments, path)?;
        let mut parties = Names::default();
        let bidders = self.bidders(&mut parties)?;
        Ok(Resolved {
            orders: self.orders(&accounts, path)?,
            flows: self.timed_flows(path)?,
            margin_added: self.margin_added(&accounts)?,
            liquidity: self.liquidity(&mut parties)?,
            faults: self.faults()?,
            bidders,
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
            let size = self.size(&path, amount, position.entry)?;
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

    /// The size of an amount at a price, above zero and in the range of sizes.
    fn size(&self, path: &str, amount: Amount, price: Price) -> Checked<Base> {
        let size = amount.size_at(price);
        match size.is_positive() && size <= Base::MAX {
            true => Ok(size),
            false => self.fail(
                path,
                format!("a size of {} at {}", plain(size), plain(price)),
                "a size from 0.00000001 to 1000000000000000",
            ),
        }
    }

    fn crowd_fits(&self, path: &str, crowd: &DrawnPositions, prices: &PricePath) -> Checked {
        if let Some((least, most)) = crowd.notional.bounds() {
            let path = format!("{path}.notional");
            self.size(&path, Amount::Notional(least), prices.opening())?;
            self.size(&path, Amount::Notional(most), prices.opening())?;
        }
        if let Some((least, most)) = crowd.entry.bounds() {
            for multiple in [least, most] {
                if prices.opening().scaled(multiple, Round::Floor).is_none() {
                    let found = format!("{} times {}", plain(multiple), plain(prices.opening()));
                    return self.fail(&format!("{path}.entry"), found, "a price up to 10^12");
                }
            }
        }
        Ok(())
    }

    /// All initial positions together stay in the range of money at every price of the path.
    fn within_range(&self, endowments: &[Endowment], path: &PricePath) -> Checked {
        let mut gross = Some(0_i128);
        let mut add = |units: Option<i128>| {
            gross = gross.and_then(|sum| sum.checked_add(units?));
        };
        for one in endowments {
            let highest = one.entry.max(path.highest());
            add(Some(highest.value_ceil(one.size.abs()).units()));
        }
        for crowd in &self.file.positions.drawn {
            let most = crowd.notional.bounds().map_or(Usd::ZERO, |(_, most)| most);
            let value = most.mul_div_ceil(path.highest(), path.opening());
            add(value.and_then(|value| value.units().checked_mul(i128::from(crowd.count))));
        }
        match gross.map(Usd::from_units) {
            Some(Ok(_)) => Ok(()),
            _ => self.fail(
                "positions",
                "more than 10^15 USD of notional in all at the highest price",
                MAX_VALUE,
            ),
        }
    }

    /// An order's size and value stay in range at every price of the path.
    fn order_fits(&self, path: &str, amount: Amount, prices: &PricePath) -> Checked {
        self.size(path, amount, prices.highest())?;
        let most = self.size(path, amount, prices.lowest())?;
        let value = prices.highest().value_ceil(most);
        match value <= Usd::MAX {
            true => Ok(()),
            false => self.fail(
                path,
                format!("worth {} USD at the highest price", plain(value)),
                MAX_VALUE,
            ),
        }
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
                self.order_fits(path, amount, prices)?;
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
                self.order_fits(&field, Amount::Notional(least), prices)?;
                self.order_fits(&field, Amount::Notional(most), prices)?;
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
            let (field, amount, flow) = match (one.provide, one.redeem) {
                (Some(amount), None) => ("provide", amount, Flow::Provide(amount)),
                (None, Some(amount)) => ("redeem", amount, Flow::Redeem(amount)),
                _ => {
                    let found = "neither or both";
                    return self.fail(&path, found, "one of `provide` and `redeem`");
                }
            };
            self.ensure(&format!("{path}.{field}"), amount, POSITIVE, is_positive)?;
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

    fn faults(&self) -> Checked<Vec<TimedFault>> {
        let mut faults = Vec::with_capacity(self.file.oracle.faults.len());
        for (index, fault) in self.file.oracle.faults.iter().enumerate() {
            let path = format!("oracle.faults[{index}]");
            faults.push(TimedFault {
                source: fault.source,
                kind: fault.kind,
                window: self.window(&path, fault.from, fault.until)?,
            });
        }
        Ok(faults)
    }
}
