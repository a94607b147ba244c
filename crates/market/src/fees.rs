//! What happens when a minute begins: the fee waterfall, the ladder and coverage (M-4, M-5).

use seawall_ledger::{Account, Cause};
use seawall_units::Usd;
use seawall_vault::{Recipients, coverage, distribute};
use seawall_venue::{Event, FeeRound};

use crate::IsolatedMarket;

impl IsolatedMarket {
    /// Drips what the impact reserve holds beyond its need into the fees and distributes them.
    pub(crate) fn distribute_fees(&mut self) {
        self.drip();
        let gross = self.ledger.balance(Account::Fees);
        if !gross.is_positive() {
            return;
        }
        let values = self.values();
        let before = Recipients {
            insurance: self.ledger.balance(Account::Insurance),
            senior: values.senior,
            junior: values.junior,
        };
        let coupon_due = self.arrears.due();
        let split = distribute(gross, before, &mut self.arrears, &self.params.fees);
        let postings = [
            (Account::Protocol, split.protocol, Cause::FeeToProtocol),
            (Account::Insurance, split.insurance, Cause::FeeToInsurance),
            (Account::Senior, split.coupon, Cause::Coupon),
            (Account::Senior, split.senior, Cause::FeeToSenior),
            (Account::Junior, split.junior, Cause::FeeToJunior),
        ];
        for (to, amount, cause) in postings {
            self.ledger.pay(Account::Fees, to, amount, cause);
        }
        self.claim += split.coupon + split.senior;
        self.tell(Event::Fees(FeeRound {
            gross,
            insurance: before.insurance,
            senior: before.senior,
            junior: before.junior,
            coupon_due,
        }));
    }

    fn drip(&mut self) {
        let beyond = self.reserve_excess();
        let parts = Usd::units_i64(self.params.ladder.drip.into());
        let drip = beyond.mul_div_floor(Usd::ULP, parts).unwrap_or(Usd::ZERO);
        self.ledger.pay(
            Account::ImpactReserve,
            Account::Fees,
            drip,
            Cause::ReserveDrip,
        );
    }

    /// Funds the ladder anew from the vaults' present values (M-4: at the minute tick only), and
    /// ends reduce-only once coverage is back at its minimum.
    pub(crate) fn refresh_ladder(&mut self) {
        let values = self.values();
        let config = &self.params.ladder;
        self.ladder.refresh(config, values.senior, values.junior);
        let covered = coverage(values.senior, values.junior);
        if covered.is_some_and(|ratio| ratio >= self.params.vault.min_coverage) {
            self.low_coverage = false;
        }
    }
}
