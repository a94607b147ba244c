//! What the tranches have to say of themselves (M-5.2, M-9.2, M-9.5).

use seawall_units::{Side, Usd};
use seawall_vault::{Conversion, Exposure, SeniorWorstCase, Series, senior_worst_case};
use seawall_venue::{ArrearsView, TrancheView, WorstCase};

use crate::IsolatedMarket;
use crate::settle::LOT_ROUNDING;

impl IsolatedMarket {
    /// How much Senior could lose before the next minute tick while nobody opens a position, and
    /// after which events; `open_deficit` is what deficits still miss (M-9.5).
    #[must_use]
    pub fn senior_worst_case(&self, open_deficit: Usd) -> SeniorWorstCase {
        let notional = |side| self.totals.open_interest(side, self.mark);
        let positions = self
            .totals
            .long
            .count
            .saturating_add(self.totals.short.count);
        let positions = Usd::from_units(positions.into()).unwrap_or(Usd::MAX);
        let rounding = positions.mul_div_ceil(LOT_ROUNDING, Usd::ULP);
        let now = Exposure {
            senior: self.values().senior,
            cushion: self.pool_equity() - self.claim,
            long: notional(Side::Long),
            short: notional(Side::Short),
            open_deficit,
            uncovered: self.uncovered(),
            loss_cap: self.params.waterfall.junior.loss_cap,
            rounding: rounding.unwrap_or(Usd::MAX),
        };
        senior_worst_case(&now, &self.params.vault)
    }

    /// What a report says of the tranches now.
    #[must_use]
    pub fn tranche_view(&self, open_deficit: Usd) -> TrancheView {
        let worst = self.senior_worst_case(open_deficit);
        TrancheView {
            worst_case: WorstCase {
                loss: worst.loss,
                fall: worst.fall,
                rise: worst.rise,
                fall_by: self.params.vault.worst_fall,
                rise_by: self.params.vault.worst_rise,
            },
            arrears: ArrearsView {
                due: self.arrears.due(),
                oldest: self.arrears.oldest(&self.params.fees),
                lapsed: self.arrears.lapsed(),
            },
            waiting: self.waiting(),
            claimable: self.granted(),
        }
    }

    /// What shares in escrow are worth at the exit price; those of a frozen series nothing.
    fn waiting(&self) -> Usd {
        let values = self.exit_values();
        let senior = Conversion::new(values.senior, self.senior.vault.supply());
        let senior = senior.and_then(|price| price.preview_redeem(self.senior.vault.escrowed()));
        let junior = Conversion::new(values.junior, self.junior.vault.supply());
        let junior = junior.and_then(|price| price.preview_redeem(self.junior.vault.escrowed()));
        let junior = match self.series {
            Series::Running => junior.unwrap_or_default(),
            Series::New => Usd::ZERO,
        };
        senior.unwrap_or_default() + junior
    }

    /// What was granted and not claimed, added up from the queues and the recoveries.
    pub(crate) fn granted(&self) -> Usd {
        let series = self.frozen.iter().chain([&self.junior]);
        let juniors: Usd = series.map(|series| series.queue.set_aside()).sum();
        let recovered: Usd = self.recovered.values().copied().sum();
        self.senior.queue.set_aside() + juniors + recovered
    }
}
