//! Who repays how much of a loan, and what is seized for it.

use seawall_units::{Ratio, Round, Tokens};

use super::params::{AaveClose, CloseRule, CompoundClose, FixedClose, LendingParams, StoreFront};
use super::wide::{ratio_of, tokens_of};
use super::{Loan, Prices, health, is_liquidatable};

/// One liquidation of one loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seizure {
    /// Debt that is taken off the loan.
    pub repaid: Tokens,
    /// What the liquidator, or the buyer of absorbed collateral, pays the market, in the token of
    /// the debt: [`repaid`](Self::repaid) unless the market absorbs the loan.
    pub paid: Tokens,
    /// Collateral that leaves the loan.
    pub seized: Tokens,
    /// Of it, what the protocol keeps; the rest is the liquidator's.
    pub to_protocol: Tokens,
    /// Collateral per value paid, beyond one, that was promised.
    pub bonus: Ratio,
    /// What the market owes the borrower afterwards, in the token of the debt; zero unless the
    /// market absorbs the loan.
    pub credited: Tokens,
    /// Debt that is left with no collateral behind it, for the payers of bad debt.
    pub written_off: Tokens,
}

impl Seizure {
    /// What the liquidator walks away with, in collateral.
    #[must_use]
    pub fn to_liquidator(&self) -> Tokens {
        self.seized - self.to_protocol
    }

    /// What the market's reserves lose at once, negative when they gain: zero unless the market
    /// absorbs the loan.
    ///
    /// **Formula** `repaid + credited − paid`.
    #[must_use]
    pub fn from_reserves(&self) -> Tokens {
        self.repaid + self.credited - self.paid
    }
}

/// The liquidation that the rules allow at most; `None` when they allow none.
///
/// **Formula** `d = cf·D`, `s = (1+i)·d·P_d/P_c`; when `s` exceeds the collateral, `s = C` and
/// `d = C·P_c/(P_d·(1+i))`. A market that absorbs takes all of both.
/// **Rounding** debt within the close factor down, collateral seized down, debt repaid for capped
/// collateral up: for the lenders. **Source** Aave v3 `LiquidationLogic`, Compound v2
/// `Comptroller`, Compound III `absorb` and `buyCollateral`.
///
/// ```
/// use seawall_cascade::lending::{
///     BonusRule, CloseRule, LendingParams, Loan, Prices, plan_liquidation,
/// };
/// use seawall_units::{Ratio, TokenPrice, Tokens};
/// let rules = LendingParams {
///     liquidation_threshold: Ratio::bps(8_000),
///     close: CloseRule::Fixed(Default::default()), // half, all below a health of 0.95
///     bonus: BonusRule::Fixed(Ratio::bps(500)),
///     ..Default::default()
/// };
/// let loan = Loan { collateral: Tokens::whole(500), debt: Tokens::whole(38_400) };
/// let prices = Prices { collateral: "95".parse()?, debt: TokenPrice::ONE };
/// let seizure = plan_liquidation(&loan, &prices, &rules).ok_or("healthy")?;
/// assert_eq!(seizure.repaid, Tokens::whole(19_200)); // ½ · 38 400
/// assert_eq!(seizure.seized.to_string(), "212.210526315789473684"); // 1.05 · 19 200 / 95
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn plan_liquidation(loan: &Loan, prices: &Prices, rules: &LendingParams) -> Option<Seizure> {
    if !is_liquidatable(loan, prices, rules) {
        return None;
    }
    if let CloseRule::CompoundV3(front) = &rules.close {
        // A price beyond what can be counted is nobody's to pay.
        return Some(absorb(loan, prices, front)).filter(|seizure| seizure.paid < Tokens::MAX);
    }
    let case = Case::new(loan, prices, rules)?;
    let seizure = case.seizure(case.most()?);
    (seizure.repaid.is_positive() && seizure.seized.is_positive()).then_some(seizure)
}

/// One loan that a liquidator looks at.
struct Case<'a> {
    loan: &'a Loan,
    prices: &'a Prices,
    rules: &'a LendingParams,
    health: Ratio,
    bonus: Ratio,
}

impl<'a> Case<'a> {
    fn new(loan: &'a Loan, prices: &'a Prices, rules: &'a LendingParams) -> Option<Self> {
        let health = health(loan, prices, rules)?;
        Some(Self {
            loan,
            prices,
            rules,
            health,
            bonus: rules.bonus.at(health),
        })
    }

    /// The most that may be repaid, before what the collateral is good for; `None` when the rules
    /// leave nothing.
    fn most(&self) -> Option<Tokens> {
        let debt = self.loan.debt;
        match &self.rules.close {
            CloseRule::Fixed(FixedClose { factor, full_below }) => {
                let full = full_below.is_some_and(|bound| self.health < bound);
                Some(if full { debt } else { debt.mul_floor(*factor) })
            }
            CloseRule::AaveV3(aave) => self.aave(aave),
            CloseRule::CompoundV2(CompoundClose { factor, .. }) => Some(debt.mul_floor(*factor)),
            CloseRule::CompoundV3(_) => Some(debt),
        }
    }

    fn aave(&self, rule: &AaveClose) -> Option<Tokens> {
        let Loan { collateral, debt } = *self.loan;
        let posted = self.prices.collateral_value(collateral);
        let owed = self.prices.debt_value(debt);
        let small = posted < rule.small_position || owed < rule.small_position;
        if small || self.health <= rule.full_up_to {
            return Some(debt);
        }
        let most = debt.mul_floor(rule.factor);
        if self.wanted(most) >= collateral {
            return Some(most);
        }
        let behind = self.prices.debt_for(rule.leftover);
        let least = self.prices.collateral_for(rule.leftover);
        let allowed = most
            .min(debt - behind)
            .min(self.cost(collateral - least, Round::Floor));
        allowed.is_positive().then_some(allowed)
    }

    /// Collateral that a repayment would seize if there were enough of it.
    fn wanted(&self, repaid: Tokens) -> Tokens {
        let top = [
            repaid.units(),
            (Ratio::ONE + self.bonus).units(),
            self.prices.debt.units(),
        ];
        let bottom = [Ratio::ONE_UNITS, self.prices.collateral.units()];
        tokens_of(top, bottom, Round::Floor)
    }

    /// The repayment that seizes this much collateral.
    fn cost(&self, seized: Tokens, round: Round) -> Tokens {
        let top = [
            seized.units(),
            Ratio::ONE_UNITS,
            self.prices.collateral.units(),
        ];
        let bottom = [(Ratio::ONE + self.bonus).units(), self.prices.debt.units()];
        tokens_of(top, bottom, round)
    }

    fn seizure(&self, most: Tokens) -> Seizure {
        let Loan { collateral, debt } = *self.loan;
        let wanted = self.wanted(most);
        let (repaid, seized) = match wanted > collateral {
            true => (self.cost(collateral, Round::Ceil).min(most), collateral),
            false => (most, wanted),
        };
        let bare = seized == collateral;
        Seizure {
            repaid,
            paid: repaid,
            seized,
            to_protocol: self.protocol_part(seized),
            bonus: self.bonus,
            credited: Tokens::ZERO,
            written_off: if bare { debt - repaid } else { Tokens::ZERO },
        }
    }

    /// A share of the bonus, or of all that is seized in Compound v2; rounded up, for the protocol.
    fn protocol_part(&self, seized: Tokens) -> Tokens {
        if let CloseRule::CompoundV2(CompoundClose { seize_share, .. }) = &self.rules.close {
            return seized.mul_ceil(*seize_share);
        }
        let top = [
            seized.units(),
            self.bonus.units(),
            self.rules.protocol_fee.units(),
        ];
        let bottom = [(Ratio::ONE + self.bonus).units(), Ratio::ONE_UNITS];
        tokens_of(top, bottom, Round::Ceil).min(seized)
    }
}

/// The market takes the whole loan on itself and sells the collateral at its store front.
fn absorb(loan: &Loan, prices: &Prices, front: &StoreFront) -> Seizure {
    let Loan { collateral, debt } = *loan;
    let price_of = |share: Ratio, round: Round| {
        let top = [collateral.units(), share.units(), prices.collateral.units()];
        tokens_of(top, [Ratio::ONE_UNITS, prices.debt.units()], round)
    };
    let asked = front.asking();
    let beyond = Ratio::ONE - asked;
    let credit = price_of(front.liquidation_factor, Round::Floor) - debt;
    Seizure {
        repaid: debt,
        paid: price_of(asked, Round::Ceil),
        seized: collateral,
        to_protocol: Tokens::ZERO,
        bonus: ratio_of(
            [beyond.units(), Ratio::ONE_UNITS, 1],
            [asked.units(), 1],
            Round::Ceil,
        ),
        credited: credit.or_zero(),
        written_off: Tokens::ZERO,
    }
}

impl Prices {
    /// In quote, down.
    fn collateral_value(&self, amount: Tokens) -> Tokens {
        quote_of(amount, self.collateral.units(), Round::Floor)
    }

    /// In quote, down, as the contract that compares it with a bound.
    fn debt_value(&self, amount: Tokens) -> Tokens {
        quote_of(amount, self.debt.units(), Round::Floor)
    }

    /// The least debt that is worth so much quote.
    fn debt_for(&self, quote: Tokens) -> Tokens {
        amount_of(quote, self.debt.units())
    }

    /// The least collateral that is worth so much quote.
    fn collateral_for(&self, quote: Tokens) -> Tokens {
        amount_of(quote, self.collateral.units())
    }
}

fn quote_of(amount: Tokens, price: i128, round: Round) -> Tokens {
    tokens_of([amount.units(), price, 1], [Ratio::ONE_UNITS, 1], round)
}

fn amount_of(quote: Tokens, price: i128) -> Tokens {
    let top = [quote.units(), Ratio::ONE_UNITS, 1];
    tokens_of(top, [price, 1], Round::Ceil)
}
