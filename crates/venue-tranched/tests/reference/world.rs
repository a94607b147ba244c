//! Markets to run streams through: small capital and short times, so that every stage is near.

use proptest::prelude::*;
use seawall_ledger::{AccountId, BidderId};
use seawall_market::{BidderSetup, Capital, Params};
use seawall_units::{Base, Rate, Ratio, Time, Usd};
use seawall_venue::{Endowment, MarginTable, Setup, TrancheName};
use seawall_venue_tranched::TranchedVenue;
use seawall_waterfall::LossOrder;

use super::Model;

/// Traders with accounts, not counting bidders.
pub const TRADERS: u32 = 5;
/// Registered bidders.
pub const BIDDERS: u32 = 2;
/// Liquidity providers.
pub const PROVIDERS: u32 = 3;

/// Everything that a market begins with.
#[derive(Debug, Clone)]
pub struct World {
    pub setup: Setup,
    pub capital: Capital,
    pub params: Params,
    pub bidders: Vec<BidderSetup>,
}

impl World {
    /// The engine's market, with shares handed to providers.
    pub fn venue(&self) -> TranchedVenue {
        use seawall_venue::Venue;
        let (setup, bidders) = (self.setup.clone(), self.bidders.clone());
        let mut venue = TranchedVenue::new(setup, self.capital, self.params.clone(), bidders)
            .expect("the worlds are legal");
        for (lp, tranche, amount) in self.handed_over() {
            venue
                .endow_lp(BidderId::new(lp), tranche, amount)
                .expect("the founder has more");
        }
        venue
    }

    /// The reference's market.
    pub fn model(&self) -> Model {
        let (params, bidders) = (self.params.clone(), self.bidders.clone());
        let mut model = Model::new(&self.setup, self.capital, params, bidders);
        for (lp, tranche, amount) in self.handed_over() {
            model.endow(lp, tranche, amount.units());
        }
        model
    }

    fn handed_over(&self) -> Vec<(u32, TrancheName, Usd)> {
        let part = |of: Usd| of.mul_floor(Ratio::bps(2_345));
        vec![
            (0, TrancheName::Senior, part(self.capital.senior)),
            (0, TrancheName::Junior, part(self.capital.junior)),
            (1, TrancheName::Junior, part(part(self.capital.junior))),
        ]
    }
}

/// How much margin a market wants.
#[derive(Debug, Clone, Copy)]
pub enum Table {
    /// 10x.
    High,
    /// 50x.
    Usual,
    /// 500x: a few minutes' charges eat it.
    Thin,
}

/// Which of the choices below a world takes.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// Open interest far beyond the capital, so that deficits reach the last payer.
    pub crowded: bool,
    pub adl_last: bool,
    pub half_cap: bool,
    pub uniform: bool,
    pub table: Table,
    pub dear: bool,
    /// Balanced positions from the start.
    pub endowed: bool,
}

/// All of the choices.
pub fn choices() -> impl Strategy<Value = Choice> {
    let flags = (
        prop::bool::weighted(0.6),
        prop::bool::weighted(0.4),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.3),
        prop_oneof![3 => Just(Table::High), 4 => Just(Table::Usual), 2 => Just(Table::Thin)],
        prop::bool::weighted(0.6),
        prop::bool::weighted(0.6),
    );
    flags.prop_map(
        |(crowded, adl_last, half_cap, uniform, table, dear, endowed)| Choice {
            crowded,
            adl_last,
            half_cap,
            uniform,
            table,
            dear,
            endowed,
        },
    )
}

/// The world of a choice.
pub fn world(choice: Choice) -> World {
    let usd = Usd::whole;
    let (initial, maintenance) = match choice.table {
        Table::High => (1_000, 500),
        Table::Usual => (200, 100),
        Table::Thin => (20, 10),
    };
    let margin = MarginTable {
        initial: Ratio::bps(initial),
        maintenance: Ratio::bps(maintenance),
    };
    let endowments = match choice.endowed {
        true if choice.crowded => {
            vec![
                endowed(0, 900, margin),
                endowed(1, -800, margin),
                endowed(2, -40, margin),
            ]
        }
        true => vec![
            endowed(0, 80, margin),
            endowed(1, -75, margin),
            endowed(2, -40, margin),
        ],
        false => Vec::new(),
    };
    let setup = Setup {
        start: Time::from_secs(30),
        opening: "100".parse().unwrap(),
        margin: Some(margin),
        endowments,
        accounts: TRADERS,
    };
    let bidder = |id: u32, discount: i32, appetite: i32, capital: i32| BidderSetup {
        id: BidderId::new(id),
        capital: usd(capital),
        discount: Ratio::bps(discount),
        appetite: usd(appetite),
        from: Time::from_secs(0),
        until: Time::from_secs(100_000),
    };
    World {
        setup,
        capital: Capital {
            senior: usd(80_000),
            junior: usd(20_000),
            insurance: usd(800),
        },
        params: params(choice),
        bidders: vec![
            bidder(0, 10, 20_000, 600),
            BidderSetup {
                from: Time::from_secs(90),
                until: Time::from_secs(1_200),
                ..bidder(1, 40, 7_000, 20_000)
            },
        ],
    }
}

fn endowed(account: u32, size: i32, margin: MarginTable) -> Endowment {
    let value = Usd::whole(size.abs() * 100);
    Endowment {
        account: AccountId::new(account),
        size: Base::whole(size),
        entry: "100".parse().unwrap(),
        margin: value.mul_ceil(margin.initial) + Usd::whole(500),
    }
}

fn params(choice: Choice) -> Params {
    let mut params = Params::default();
    (params.oracle.grace, params.oracle.reopening) = (20, 45);
    params.ladder.uniform_density = choice.uniform;
    if choice.crowded {
        params.limits.reserved = Ratio::whole(6);
        params.limits.account = Ratio::ONE;
        params.ladder.near_senior = Ratio::bps(2_500);
        params.ladder.near_junior = Ratio::bps(2_500);
        params.ladder.far_senior = Ratio::bps(3_000);
        params.ladder.far_junior = Ratio::bps(5_000);
        params.waterfall.adl.side_share = Ratio::bps(3_000);
        params.waterfall.adl.account_share = Ratio::bps(6_000);
    }
    if choice.dear {
        params.rates.funding.velocity_per_minute = Rate::whole(40);
        params.rates.funding.cap = Rate::whole(100);
        params.rates.utilisation.base = Rate::whole(50);
        params.rates.utilisation.max = Rate::whole(100);
        params.fees.coupon = Rate::whole(1);
    }
    (params.fees.arrears_day, params.fees.arrears_days) = (60, 3);
    (params.vault.epoch, params.vault.junior_epochs) = (120, 2);
    let waterfall = &mut params.waterfall;
    (waterfall.partial.cooldown, waterfall.partial.reset_after) = (10, 120);
    waterfall.partial.max_steps = 2;
    (waterfall.auction.duration, waterfall.auction.lot) = (20, Usd::whole(4_000));
    (waterfall.adl.interval, waterfall.adl.max_batches) = (20, 3);
    if choice.half_cap {
        waterfall.junior.loss_cap = Ratio::bps(5_000);
    }
    if choice.adl_last {
        waterfall.loss_order = LossOrder::AdlLast;
    }
    params
}
