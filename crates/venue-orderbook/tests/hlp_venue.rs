//! The parent vault in the venue: who pays under which rules, worked by hand to the last unit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use common::{World, assert_laws, capital, empty_book, id, setup, usd};
use proptest::prelude::*;
use seawall_ledger::{Account, BidderId, Cause};
use seawall_units::{Base, Ratio, Usd};
use seawall_venue::{Command, Event, Refusal, StageId, StageReport, TrancheName, Venue, WinnerCut};
use seawall_venue_orderbook::Params;
use seawall_venue_orderbook::hlp::{Carrier, DeficitPayers, HlpParams, HlpRules};

const RULES: [HlpRules; 2] = [HlpRules::BeforeMarch2025, HlpRules::SinceMarch2025];

fn with(hlp: HlpParams) -> Params {
    Params {
        hlp: Some(hlp),
        ..empty_book()
    }
}

/// Short 10 from 100 with 200 against long 10 from 100 with 500, maintenance 10 %, an empty book;
/// strategies with 1000, liquidators with 50 and 70.
fn squeeze(hlp: HlpParams) -> World {
    let positions = [(-10, "100", "200"), (10, "100", "500")];
    let setup = setup("100", Some(("20%", "10%")), &positions);
    let mut world = World::new(setup, capital("1000", &["50", "70"]), with(hlp));
    // Second 6, mark 115: equity 200 − 150 = 50, below two thirds of 115: liquidator 0 takes the
    // short over and has 50 + 50 = 100.
    world.until(6, "115");
    assert_eq!(equity(&world, Account::Backstop(0)), usd("100"));
    world
}

fn equity(world: &World, of: Account) -> Usd {
    let values = world.venue.standing().values;
    let name = of.to_string();
    let found = values.into_iter().find(|(account, _)| *account == name);
    found.map(|(_, value)| value).unwrap()
}

fn children(world: &World) -> [Usd; 3] {
    [Account::Makers, Account::Backstop(0), Account::Backstop(1)].map(|of| equity(world, of))
}

fn cuts(world: &World) -> Vec<WinnerCut> {
    let pick = |event: &Event| match event {
        Event::Cut(one) => Some(*one),
        _ => None,
    };
    world.events.iter().filter_map(pick).collect()
}

fn stages(world: &World, stage: StageId) -> Vec<StageReport> {
    let pick = |event: &Event| match event {
        Event::Stage(one) if one.stage == stage && one.deficit.is_some() => Some(one.clone()),
        _ => None,
    };
    world.events.iter().filter_map(pick).collect()
}

/// The JELLY squeeze in small: the mark rises from 115 to 140 and the liquidator is at
/// 100 − 250 = −150.
#[test]
fn before_march_2025_the_sisters_pay_and_nobody_is_deleveraged() {
    let mut world = squeeze(HlpParams::of(HlpRules::BeforeMarch2025));
    world.until(9, "140");
    // Liquidator 1 gives its 70, the strategies the other 80.
    assert_eq!(children(&world), [usd("920"), Usd::ZERO, Usd::ZERO]);
    assert_eq!(cuts(&world), []);
    let [paid] = stages(&world, StageId::Junior).try_into().unwrap();
    assert_eq!(paid.absorbed, usd("150"));
    let payers: Vec<(Account, Usd)> = paid
        .transfers
        .iter()
        .map(|t| (t.from(), t.amount()))
        .collect();
    let expected = [
        (Account::Backstop(1), usd("70")),
        (Account::Makers, usd("80")),
    ];
    assert_eq!(payers, expected);
    // The liquidator keeps the short, the squeezer his long.
    let long = world.venue.position(id(1)).unwrap();
    assert_eq!((long.size, long.open_pnl), (Base::whole(10), usd("400")));
    // A minute later the parent has filled both liquidators up again, out of the strategies.
    world.until(60, "140");
    assert_eq!(children(&world), [usd("800"), usd("50"), usd("70")]);
    assert_laws(&world.venue);
}

#[test]
fn since_march_2025_winners_pay_and_the_sisters_lose_nothing() {
    let mut world = squeeze(HlpParams::of(HlpRules::SinceMarch2025));
    world.until(9, "140");
    // The long is closed at the mark before, 115: of his 400 he is left 150. The deficit takes 150
    // of the 250 that are taken, the liquidator gets the other 100.
    let [cut] = cuts(&world).try_into().unwrap();
    assert_eq!((cut.profit, cut.taken), (usd("400"), usd("250")));
    assert_eq!(world.balance(Account::Free(id(1))), usd("650"));
    assert_eq!(children(&world), [usd("1000"), usd("100"), usd("70")]);
    let lost = usd("1000") - equity(&world, Account::Makers) + usd("70")
        - equity(&world, Account::Backstop(1));
    assert_eq!(lost, Usd::ZERO);
    assert_laws(&world.venue);
}

#[test]
fn before_march_2025_adl_comes_when_all_of_hlp_cannot_pay() {
    let mut world = squeeze(HlpParams::of(HlpRules::BeforeMarch2025));
    world.until(9, "300");
    // 100 − 1850 = −1750; HLP has 70 + 1000, ADL places the other 680: at 115 instead of 300 the
    // long gives 1850, and the 1170 beyond go to the liquidator.
    let absorbed = |stage| -> Usd { stages(&world, stage).iter().map(|one| one.absorbed).sum() };
    assert_eq!(absorbed(StageId::Junior), usd("1070"));
    assert_eq!(absorbed(StageId::Adl), usd("680"));
    assert_eq!(children(&world), [Usd::ZERO, usd("1170"), Usd::ZERO]);
    assert_laws(&world.venue);
}

/// It may lose 60 % of 50: at a mark of 124 it has 10 left, less than 20, and is closed at 115.
#[test]
fn a_liquidator_is_closed_when_it_has_lost_what_it_may() {
    let mut world = squeeze(HlpParams {
        adl_loss: Ratio::bps(6_000),
        ..HlpParams::default()
    });
    world.until(9, "123");
    // 100 − 80 = 20: exactly what it has to keep.
    assert_eq!(cuts(&world), []);
    world.until(12, "124");
    let [cut] = cuts(&world).try_into().unwrap();
    assert_eq!(
        (cut.deficit, cut.profit, cut.taken),
        (None, usd("240"), usd("10"))
    );
    // Closed at 123, the mark before: 20 are left, and nothing is owed.
    assert_eq!(children(&world), [usd("1000"), usd("20"), usd("70")]);
    let opened = |event: &Event| matches!(event, Event::DeficitOpened { .. });
    assert!(!world.events.iter().any(opened));
    assert_laws(&world.venue);
}

/// Whoever takes the short over at 115 is the choice of a rule.
#[test]
fn the_carrier_is_a_rule() {
    let taker = |carrier| {
        let positions = [(-10, "100", "200"), (10, "100", "500")];
        let setup = setup("100", Some(("20%", "10%")), &positions);
        let hlp = HlpParams {
            carrier,
            ..HlpParams::default()
        };
        let mut world = World::new(setup, capital("1000", &["50", "70"]), with(hlp));
        world.until(6, "115");
        let held = |number| equity(&world, Account::Backstop(number));
        (held(0), held(1))
    };
    assert_eq!(taker(Carrier::FirstAble), (usd("100"), usd("70")));
    assert_eq!(taker(Carrier::RoundRobin), (usd("100"), usd("70")));
    assert_eq!(taker(Carrier::LargestEquity), (usd("50"), usd("120")));
}

/// A gap takes the short from 200 to 200 − 240 = −40 at 124, past the takeover. The long is from
/// 90, so that it is in profit at 100; the strategies sold to it there and have 900.
#[test]
fn who_pays_for_a_bankrupt_account_is_a_rule() {
    let paid = |payers| {
        let positions = [(-10, "100", "200"), (10, "90", "500")];
        let setup = setup("100", Some(("20%", "10%")), &positions);
        let hlp = HlpParams {
            payers: Some(payers),
            ..HlpParams::default()
        };
        let mut world = World::new(setup, capital("1000", &["30", "70"]), with(hlp));
        world.until(3, "124");
        assert_laws(&world.venue);
        (children(&world), cuts(&world).len())
    };
    // At 100 instead of 124 the long gives 240: 40 into the deficit, 200 to the first liquidator.
    let nobody = [usd("900"), usd("230"), usd("70")];
    assert_eq!(paid(DeficitPayers::Nobody), (nobody, 1));
    // The first that could carry it, with 70 − 40 = 30 after it.
    let taker = [usd("900"), usd("30"), usd("30")];
    assert_eq!(paid(DeficitPayers::Taker), (taker, 0));
    let liquidators = [usd("900"), Usd::ZERO, usd("60")];
    assert_eq!(paid(DeficitPayers::Liquidators), (liquidators, 0));
    assert_eq!(paid(DeficitPayers::WholeHlp), (liquidators, 0));
}

/// 21:01:00 UTC is second 60 of the world.
#[test]
fn the_parent_sweeps_and_seeds_at_its_time_of_day() {
    let hlp = HlpParams {
        rebalanced_at: 75_660,
        targets: vec![usd("60"), usd("20")],
        ..HlpParams::default()
    };
    let setup = setup("100", None, &[]);
    let mut world = World::new(setup, capital("1000", &["50", "70"]), with(hlp));
    world.until(59, "100");
    assert_eq!(children(&world), [usd("1000"), usd("50"), usd("70")]);
    world.until(60, "100");
    // 50 of liquidator 1 up, 10 to liquidator 0, 40 to the strategies.
    assert_eq!(children(&world), [usd("1040"), usd("60"), usd("20")]);
    let posted = world.venue.drain_entries();
    let of = |cause| -> Usd {
        let all = posted.iter().map(|entry| entry.transfer);
        all.filter(|one| one.cause() == cause)
            .map(|one| one.amount())
            .sum()
    };
    assert_eq!(of(Cause::HlpSwept), usd("50"));
    assert_eq!(of(Cause::HlpSeeded), usd("50"));
    assert_laws(&world.venue);
    // Once a day.
    world.until(180, "100");
    assert!(world.venue.drain_entries().is_empty());
}

fn provide(lp: u32, amount: &str) -> Command {
    Command::Provide {
        lp: BidderId::new(lp),
        tranche: TrancheName::Junior,
        amount: usd(amount),
    }
}

fn redeem(lp: u32, amount: &str) -> Command {
    Command::Redeem {
        lp: BidderId::new(lp),
        tranche: TrancheName::Junior,
        amount: usd(amount),
    }
}

#[test]
fn depositors_own_the_parent_and_are_locked() {
    let hlp = HlpParams {
        lock: 120,
        ..HlpParams::default()
    };
    let setup = setup("100", None, &[]);
    let mut world = World::new(setup, capital("1000", &["50", "70"]), with(hlp));
    let ann = BidderId::new(0);
    world.venue.commit(&provide(0, "112")).unwrap();
    world.until(60, "100");
    // 112 at a value of 1120 for 1120 shares; the cash waits in the parent.
    let holding = world.venue.lp_holding(ann, TrancheName::Junior);
    assert_eq!(
        (holding.shares, holding.value),
        (112_000_000_000, usd("112"))
    );
    assert_eq!(world.balance(Account::Parent), usd("112"));
    let locked = Refusal::Liquidity {
        reason: "the provider's last deposit is still locked",
    };
    assert_eq!(world.venue.commit(&redeem(0, "112")), Err(locked));
    world.until(180, "100");
    world.venue.commit(&redeem(0, "112")).unwrap();
    world.until(240, "100");
    let holding = world.venue.lp_holding(ann, TrancheName::Junior);
    assert_eq!((holding.shares, holding.granted), (0, usd("112")));
    assert_eq!(world.balance(Account::Parent), Usd::ZERO);
    assert_laws(&world.venue);
}

/// Strategies of 1000 hold the other side of a long of 60 from 100. The floor and their own highest
/// leverage are both 10 % of 6000: 400 are free. What the vault has besides is 50 and 70.
#[test]
fn a_withdrawal_takes_what_is_free_and_the_rest_waits() {
    let setup = setup("100", Some(("20%", "10%")), &[(60, "100", "6000")]);
    let mut params = with(HlpParams::default());
    params.book.maker_leverage = 10;
    let mut world = World::new(setup, capital("1000", &["50", "70"]), params);
    let ann = BidderId::new(0);
    world
        .venue
        .endow_lp(ann, TrancheName::Junior, usd("800"))
        .unwrap();
    world.venue.commit(&redeem(0, "800")).unwrap();
    world.until(60, "100");
    let holding = world.venue.lp_holding(ann, TrancheName::Junior);
    assert_eq!((holding.granted, holding.waiting), (usd("520"), usd("280")));
    assert_eq!(children(&world), [usd("600"), Usd::ZERO, Usd::ZERO]);
    // The long closes nothing, the mark falls to 90 and frees 600 + 600 − 540 of margin; cash is 600.
    world.until(120, "90");
    let holding = world.venue.lp_holding(ann, TrancheName::Junior);
    assert_eq!(holding.waiting, Usd::ZERO);
    assert_laws(&world.venue);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// On any path and under both rules the books hold; under the new ones no child's deficit is
    /// paid by another, and whoever holds no position loses nothing.
    #[test]
    fn no_ring_fenced_child_draws_on_a_sister(
        moves in prop::collection::vec((40_i32..260, 1_u64..9), 1..16),
        rule in 0_usize..2,
        entries in prop::collection::vec((-20_i32..20, 90_i32..110), 2..6),
    ) {
        let rules = RULES[rule];
        let positions: Vec<(i32, String, &str)> = entries
            .iter()
            .filter(|(size, _)| *size != 0)
            .map(|(size, entry)| (*size, entry.to_string(), "500"))
            .collect();
        let positions: Vec<(i32, &str, &str)> = positions
            .iter()
            .map(|(size, entry, margin)| (*size, entry.as_str(), *margin))
            .collect();
        let setup = setup("100", Some(("20%", "10%")), &positions);
        let hlp = HlpParams { rebalanced_at: 75_660, ..HlpParams::of(rules) };
        let mut world = World::new(setup, capital("3000", &["50", "70"]), with(hlp));
        for (at, seconds) in moves {
            let until = world.second + seconds * 7;
            world.until(until, &at.to_string());
            assert_laws(&world.venue);
        }
        world.venue.finish();
        assert_laws(&world.venue);
        let house = u32::try_from(positions.len()).unwrap() + 4;
        for stage in stages(&world, StageId::Junior) {
            let of_house = stage.account.is_some_and(|account| account.number() >= house);
            if of_house && rules == HlpRules::SinceMarch2025 {
                prop_assert_eq!(stage.absorbed, Usd::ZERO);
            }
        }
    }
}
