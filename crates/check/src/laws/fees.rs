//! Fees of the tranched market: what is taken, and who gets it (M-5).

use std::collections::VecDeque;

use crate::books::Books;
use crate::chart::Cause;
use crate::findings::Findings;
use crate::fixed::{Base, Ratio, Usd};
use crate::law::Law;
use crate::names::{Account, AccountKind};
use crate::record::{Data, Fees as Record, Transfer};
use crate::wide::{Round, mul_div, times, value};

use super::positions::before_fill;
use super::{Event, Laws};

const MINUTES_PER_YEAR: i128 = 525_600;

/// The laws of fees.
#[derive(Debug)]
pub(crate) struct Fees {
    terms: Terms,
    coupon: Coupon,
}

/// The parameters that they need.
#[derive(Debug)]
struct Terms {
    protocol: Ratio,
    insurance: Ratio,
    insurance_target: Ratio,
    senior_share: Ratio,
    liquidation: Ratio,
    keeper: Ratio,
    keeper_insurance: Ratio,
    taker_inward: Ratio,
    taker_outward: Ratio,
}

impl Fees {
    /// The laws, where the header has every parameter that they need.
    pub(crate) fn new(books: &Books) -> Option<Self> {
        let ratio = |path| books.parameters.ratio(path);
        Some(Self {
            terms: Terms {
                protocol: ratio("fees.protocol")?,
                insurance: ratio("fees.insurance")?,
                insurance_target: ratio("fees.insurance_target")?,
                senior_share: ratio("fees.senior_share")?,
                liquidation: ratio("charges.liquidation")?,
                keeper: ratio("charges.keeper_share")?,
                keeper_insurance: ratio("charges.insurance_share")?,
                taker_inward: ratio("charges.taker_inward")?,
                taker_outward: ratio("charges.taker_outward")?,
            },
            coupon: Coupon {
                rate: ratio("fees.coupon")?,
                day: books.parameters.count("fees.arrears_day")?.max(1),
                days: books.parameters.count("fees.arrears_days")?,
                due: VecDeque::new(),
                rest: 0,
            },
        })
    }
}

impl Laws for Fees {
    fn before(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        self.liquidation_fee(books, event, findings);
        self.taker_fee(books, event, findings);
        if let Data::Fees(record) = &event.data {
            self.distribution(books, record, &event.line.transfers, findings);
        } else if event
            .line
            .transfers
            .iter()
            .any(|posted| posted.from.kind == AccountKind::Fees)
        {
            findings.applied(Law::FeeSplit);
            let found = format_args!("a posting out of fees in a line of {}", event.line.event);
            findings.broken(Law::FeeSplit, "fees distributed in a line of fees", found);
        }
    }

    fn after(&mut self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        if let Data::Index(index) = &event.data {
            self.coupon.minute(books.now, books.values().senior);
            let said = index.coupon_due.unwrap_or(Usd::ZERO);
            findings.equal(
                Law::Coupon,
                "due after the minute,",
                self.coupon.total(),
                said,
            );
        }
    }
}

impl Fees {
    /// What each gets, in the order of the waterfall; the books are those before it.
    fn distribution(
        &mut self,
        books: &Books,
        record: &Record,
        posted: &[Transfer],
        findings: &mut Findings,
    ) {
        let law = Law::FeeSplit;
        let sum = |cause| -> Usd {
            posted
                .iter()
                .filter(|t| t.cause == cause && t.from.kind == AccountKind::Fees)
                .map(|t| t.amount)
                .sum()
        };
        let drip: Usd = posted
            .iter()
            .filter(|t| t.cause == Cause::ReserveDrip)
            .map(|t| t.amount)
            .sum();
        let gross = books.of(AccountKind::Fees) + drip;
        let values = books.values();
        findings.equal(law, "gross", gross, record.gross);
        findings.equal(
            law,
            "insurance before",
            books.of(AccountKind::Insurance),
            record.insurance,
        );
        findings.equal(law, "S before", values.senior, record.senior);
        findings.equal(law, "J before", values.junior, record.junior);
        findings.equal(
            Law::Coupon,
            "in arrears,",
            self.coupon.total(),
            record.coupon_due,
        );
        let terms = &self.terms;
        let protocol = times(gross, terms.protocol, Round::Floor);
        let target = times(values.senior, terms.insurance_target, Round::Floor);
        let room = (target - books.of(AccountKind::Insurance)).or_zero();
        let insurance = times(gross, terms.insurance, Round::Floor).min(room);
        let net = gross - protocol - insurance;
        let coupon = self.coupon.pay(net);
        let rest = net - coupon;
        let senior = times(rest, terms.senior_share, Round::Floor);
        let junior = rest - senior;
        let (insurance, junior) = match values.junior.is_positive() {
            true => (insurance, junior),
            false => (insurance + junior, Usd::ZERO),
        };
        findings.equal(law, "to protocol", protocol, sum(Cause::FeeToProtocol));
        findings.equal(law, "to insurance", insurance, sum(Cause::FeeToInsurance));
        findings.equal(Law::Coupon, "coupon paid,", coupon, sum(Cause::Coupon));
        findings.equal(law, "to Senior", senior, sum(Cause::FeeToSenior));
        findings.equal(law, "to Junior", junior, sum(Cause::FeeToJunior));
    }

    fn liquidation_fee(&self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let posted = event
            .line
            .transfers
            .iter()
            .filter(|t| t.cause == Cause::LiquidationFee);
        let [mut keeper, mut insurance, mut all] = [Usd::ZERO; 3];
        for transfer in posted {
            all += transfer.amount;
            match transfer.to.kind {
                AccountKind::Keeper => keeper += transfer.amount,
                AccountKind::Insurance => insurance += transfer.amount,
                _ => {}
            }
        }
        if all.is_zero() {
            return;
        }
        let law = Law::LiquidationFee;
        let Data::Liquidation(record) = &event.data else {
            findings.applied(law);
            findings.broken(
                law,
                "a liquidation fee in the line of a liquidation",
                event.line.event,
            );
            return;
        };
        findings.equal(
            law,
            "to the keeper",
            times(all, self.terms.keeper, Round::Floor),
            keeper,
        );
        findings.equal(
            law,
            "to insurance",
            times(all, self.terms.keeper_insurance, Round::Floor),
            insurance,
        );
        // Nothing beyond the margin is taken: who has something left has paid all of it.
        let change = -record.size;
        let due = self.charged(books, change, [self.terms.liquidation; 2]);
        findings.at_most(law, "a fee of", due, all);
        let spent = super::positions::left(books, event, Account::margin(record.account));
        if all < due && spent.is_positive() {
            findings.broken(law, format_args!("{due} while margin is left"), all);
        }
    }

    /// The schedule has a rate for what brings the skew to zero and one for what is beyond. The fee
    /// stands in the line that changes the position: that of the fill, or one before it.
    fn taker_fee(&self, books: &Books, event: &Event<'_>, findings: &mut Findings) {
        let fees = event
            .line
            .transfers
            .iter()
            .filter(|t| t.cause == Cause::TakerFee);
        let fee: Usd = fees.map(|t| t.amount).sum();
        let changed: Base = event
            .line
            .positions
            .iter()
            .map(|position| position.size - books.held(position.holder).size)
            .fold(Base::ZERO, |sum, each| sum + each);
        let of_order =
            matches!(event.data, Data::Fill(_)) || before_fill(books, event) && !changed.is_zero();
        if !of_order {
            if fee.is_positive() {
                findings.applied(Law::TakerFee);
                let found = event.line.event;
                findings.broken(Law::TakerFee, "a taker fee in the line of a fill", found);
            }
            return;
        }
        let rates = [self.terms.taker_inward, self.terms.taker_outward];
        let due = self.charged(books, changed, rates);
        findings.equal(Law::TakerFee, "a fee of", due, fee);
    }

    /// What a change of the net size is charged: its inward and its outward part, each rounded up.
    fn charged(&self, books: &Books, change: Base, [inward_rate, outward_rate]: [Ratio; 2]) -> Usd {
        let net = books.totals.net();
        let towards_zero = change.signum() == net.signum().saturating_neg();
        let inward = match towards_zero {
            true => change.abs().min(net.abs()),
            false => Base::ZERO,
        };
        let charge = |size, rate| times(value(size, books.mark, Round::Ceil), rate, Round::Ceil);
        charge(inward, inward_rate) + charge(change.abs() - inward, outward_rate)
    }
}

/// The coupon that is due, by the day it fell due.
#[derive(Debug)]
struct Coupon {
    rate: Ratio,
    day: u64,
    days: u64,
    due: VecDeque<(u64, Usd)>,
    /// What is accrued below a unit, in parts of 10⁻¹⁸ of a unit and a year's minute.
    rest: i128,
}

impl Coupon {
    /// Parts of a unit of money.
    const PARTS: i128 = Ratio::ONE_UNITS.saturating_mul(MINUTES_PER_YEAR);

    fn total(&self) -> Usd {
        self.due.iter().map(|(_, amount)| *amount).sum()
    }

    /// One minute's coupon on Senior's value; what is too old is dropped.
    fn minute(&mut self, now: u64, senior: Usd) -> Usd {
        let today = now.checked_div(self.day).unwrap_or(0);
        while let Some((day, _)) = self.due.front()
            && today.saturating_sub(*day) > self.days
        {
            self.due.pop_front();
        }
        let (senior, rate) = (senior.or_zero().units(), self.rate.or_zero().units());
        let whole = mul_div(senior, rate, Self::PARTS, Round::Floor).unwrap_or(0);
        // Both products may wrap: their difference is below PARTS.
        let part = senior
            .wrapping_mul(rate)
            .wrapping_sub(whole.wrapping_mul(Self::PARTS));
        let rest = self.rest.saturating_add(part);
        let carry = i128::from(rest >= Self::PARTS);
        self.rest = rest.saturating_sub(carry.saturating_mul(Self::PARTS));
        let amount = Usd::from_units(whole.saturating_add(carry));
        if amount.is_positive() {
            match self.due.back_mut() {
                Some((day, due)) if *day == today => *due += amount,
                _ => self.due.push_back((today, amount)),
            }
        }
        amount
    }

    /// Pays up to an amount, the oldest first.
    fn pay(&mut self, available: Usd) -> Usd {
        let paid = self.total().min(available.or_zero());
        let mut left = paid;
        while let Some((_, amount)) = self.due.front_mut() {
            if *amount > left {
                *amount -= left;
                break;
            }
            left -= *amount;
            self.due.pop_front();
        }
        paid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 256 000 USD at 6 %: 315 360 a year, 0.60 a minute. 1 USD: 0.000 000 114… a minute, a
    /// unit in every ninth, as 9 · 0.114 = 1.027.
    #[test]
    fn a_coupon_by_hand() {
        let new = || Coupon {
            rate: Ratio::parse_short("0.06").unwrap(),
            day: 86_400,
            days: 30,
            due: VecDeque::new(),
            rest: 0,
        };
        let usd = |text| Usd::parse_short(text).unwrap();
        let mut coupon = new();
        assert_eq!(coupon.minute(60, usd("5256000")), usd("0.6"));
        assert_eq!(coupon.pay(usd("0.4")), usd("0.4"));
        assert_eq!(coupon.total(), usd("0.2"));
        let mut small = new();
        let units: Vec<i128> = (1..=9)
            .map(|n| small.minute(60 * n, usd("1")).units())
            .collect();
        assert_eq!(units, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
        // Thirty-one days later nothing of it is left.
        coupon.minute(31 * 86_400 + 60, Usd::ZERO);
        assert_eq!(coupon.total(), Usd::ZERO);
    }
}
