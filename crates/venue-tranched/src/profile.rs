use seawall_venue::{StageRule, VenueProfile};
use seawall_waterfall::LossOrder;

/// Every stage is native; the loss order is a parameter.
pub(crate) fn profile(order: LossOrder) -> VenueProfile {
    VenueProfile {
        name: "tranched",
        title: "Tranched AMM",
        stages: [StageRule::Native; 7],
        loss_order: order.payers().to_vec(),
        house: None,
    }
}
