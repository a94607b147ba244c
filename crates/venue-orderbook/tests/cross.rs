//! Accounts of several coins, worked by hand to the last unit.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests are tests
mod common;

use common::coins::{A, B, Floor, assert_laws, coin, deposit, endowment, margin, order, setup};
use common::{START, capital, id, price, usd};
use seawall_ledger::{Account, BidderId, DeficitId};
use seawall_units::{Base, Ratio, Usd};
use seawall_venue::{
    Event, Liquidation, Presence, Refusal, SetupError, StageEnd, StageId, WinnerCut,
};
use seawall_venue_orderbook::{
    CoinId, CoinMargin, ExchangeCommand, ExchangeParams, LiquidationOrder, MarginMode, Params,
    Segment,
};

const CROSS: MarginMode = MarginMode::Cross;

fn whole(count: i32) -> Base {
    Base::whole(count)
}
fn liquidations(floor: &Floor) -> Vec<(CoinId, Liquidation)> {
    let pick = |(coin, event): &(Option<CoinId>, Event)| match (coin, event) {
        (Some(coin), Event::Liquidation(one)) => Some((*coin, *one)),
        _ => None,
    };
    floor.told.iter().filter_map(pick).collect()
}
fn cuts(floor: &Floor) -> Vec<(CoinId, WinnerCut)> {
    let pick = |(coin, event): &(Option<CoinId>, Event)| match (coin, event) {
        (Some(coin), Event::Cut(one)) => Some((*coin, *one)),
        _ => None,
    };
    floor.told.iter().filter_map(pick).collect()
}
fn deficits(floor: &Floor) -> Vec<(u32, Usd)> {
    let pick = |(_, event): &(Option<CoinId>, Event)| match event {
        Event::DeficitOpened {
            account, amount, ..
        } => Some((account.number(), *amount)),
        _ => None,
    };
    floor.told.iter().filter_map(pick).collect()
}
fn ends(floor: &Floor, stage: StageId) -> Vec<StageEnd> {
    let pick = |(_, event): &(Option<CoinId>, Event)| match event {
        Event::Stage(one) if one.stage == stage => Some(one.end),
        _ => None,
    };
    floor.told.iter().filter_map(pick).collect()
}
/// Quotes of one times the makers' equity, evenly from the outside price to 2 % beyond it,
/// whatever the volatility; positions above 5 000 USD are sold in parts.
fn even_book() -> ExchangeParams {
    let mut params = ExchangeParams::plain();
    params.venue.book.half_spread = Ratio::ZERO;
    params.venue.book.segments = vec![Segment {
        to: Ratio::bps(200),
        share: Ratio::ONE,
    }];
    params.venue.book.withdrawal = Ratio::ZERO;
    params.venue.liquidation.partial_above = usd("5000");
    params
}
fn empty_book() -> ExchangeParams {
    let mut params = ExchangeParams::plain();
    params.venue.book.depth = Ratio::ZERO;
    params
}
/// A at 100 with 2 % initial and 1 % maintenance, B at 50 with 4 % and 2 %.
fn two_coins(params: &ExchangeParams) -> Vec<seawall_venue_orderbook::CoinSetup> {
    vec![
        coin(params, "A", "100", ("2%", "1%")),
        coin(params, "B", "50", ("4%", "2%")),
    ]
}

/// Account 0, cross, with 390: long 100 A from 100 and 100 B from 50. Account 1, single, short
/// 100 A with 1 000; account 2, cross, short 100 B with 500. Makers 19 600, flat; one vault, 20.
fn cascade(params: ExchangeParams) -> Floor {
    let mut setup = setup(
        two_coins(&params),
        vec![CROSS, MarginMode::Single { coin: A }, CROSS],
    );
    setup.deposits = vec![deposit(0, "390"), deposit(2, "500")];
    setup.endowments = vec![
        endowment(0, A, 100, "100", "0"),
        endowment(0, B, 100, "50", "0"),
        endowment(1, A, -100, "100", "1000"),
        endowment(2, B, -100, "50", "0"),
    ];
    Floor::new(params, capital("19600", &["20"]), setup)
}

fn quotes_vanish(floor: &mut Floor) {
    let gone = ExchangeCommand::Bidding {
        bidder: BidderId::new(0),
        presence: Presence::Gone,
        book_share: Ratio::ONE,
    };
    floor.ask(gone).unwrap();
}

/// Healthy, then to the book, then to the vault, then the vault below zero, then ADL.
#[test]
fn a_cross_account_of_two_coins_from_health_to_adl() {
    let mut floor = cascade(even_book());
    // At 100 and 50: equity 390, maintenance 1 % of 10 000 and 2 % of 5 000.
    assert_eq!(floor.exchange.equity(id(0)), usd("390"));
    assert_eq!(floor.exchange.maintenance(id(0)), usd("200"));
    // A 98: equity 390 − 200 = 190 below 98 + 100 = 198. A is the larger, 9 800 above 5 000, so a
    // fifth goes: 20 of the 19 600/98 = 200 quoted from 98 to 96.04, on average at 97.902. That is
    // 1 958.04 for what cost 2 000. Equity 348.04 − 160 = 188.04, maintenance 78.4 + 100: healthy,
    // so B stays.
    floor.until(3, &["98", "50"]);
    assert_eq!(floor.size(0, A), whole(80));
    assert_eq!(floor.size(0, B), whole(100));
    assert_eq!(floor.balance(margin(0)), usd("348.04"));
    assert_eq!(floor.exchange.equity(id(0)), usd("188.04"));
    assert_eq!(floor.exchange.maintenance(id(0)), usd("178.4"));
    assert_eq!(
        ends(&floor, StageId::PartialDeleverage),
        [StageEnd::Cleared]
    );
    let (sold_in, sold) = liquidations(&floor)[0];
    assert_eq!((sold_in, sold.size), (A, whole(20)));
    assert_eq!((sold.price, sold.mark), (price("97.902"), price("98")));
    assert_eq!((sold.equity, sold.maintenance), (usd("190"), usd("198")));
    // The quotes go. A 97, B 49.5: equity 348.04 − 240 − 50 = 58.04, below two thirds of
    // 77.6 + 99 = 176.6. Second 6: the vault takes both coins at the marks, and the 58.04.
    quotes_vanish(&mut floor);
    floor.until(6, &["97", "49.5"]);
    assert_eq!(floor.exchange.positions(id(0)), []);
    assert_eq!(floor.balance(margin(0)), Usd::ZERO);
    let vault = &floor.exchange.vaults()[0];
    assert_eq!(vault.equity, usd("78.04"));
    let held: Vec<_> = vault
        .positions
        .iter()
        .map(|p| (p.coin, p.size, p.cost))
        .collect();
    assert_eq!(
        held,
        [(A, whole(80), usd("7760")), (B, whole(100), usd("4950"))]
    );
    assert_eq!(floor.balance(Account::Backstop(0)), usd("78.04"));
    let taken = &liquidations(&floor)[1..];
    let taken: Vec<_> = taken.iter().map(|(c, l)| (*c, l.size, l.price)).collect();
    assert_eq!(
        taken,
        [(A, whole(80), price("97")), (B, whole(100), price("49.5"))]
    );
    assert_eq!(deficits(&floor), []);
    // A 96.5, B 49: the vault has 78.04 − 40 − 50 = −11.96. Its positions close against the shorts
    // of each coin at the previous marks, 97 and 49.5: half a dollar a unit less for the winners,
    // 40 in A and 50 in B. 11.96 fill the deficit, the rest goes back to the vault, which is then
    // where it was when it took over, at those same marks.
    floor.until(9, &["96.5", "49"]);
    assert_eq!(deficits(&floor), [(4, usd("11.96"))]);
    let cut = |account, closed, profit, taken| WinnerCut {
        time: START.plus(9),
        account: id(account),
        deficit: Some(DeficitId::new(0)),
        closed: whole(closed),
        profit: usd(profit),
        taken: usd(taken),
    };
    assert_eq!(
        cuts(&floor),
        [
            (A, cut(1, -80, "280", "40")),
            (B, cut(2, -100, "100", "50"))
        ]
    );
    assert_eq!(floor.exchange.vaults()[0].positions, []);
    assert_eq!(floor.balance(Account::Backstop(0)), usd("78.04"));
    assert_eq!(floor.balance(margin(1)), usd("1240"));
    assert_eq!(floor.size(1, A), whole(-20));
    assert_eq!(floor.balance(margin(2)), usd("550"));
    assert_eq!(floor.exchange.residual(), Usd::ZERO);
    // What is left: account 1 short 20 A from 100 against the makers' 20 from 97.902.
    assert_eq!(floor.balance(Account::Variation), usd("41.96"));
    assert_laws(&floor.exchange);
}

/// The smaller position first: B, all of its 5 000, into 19 600/50 = 392 quoted from 50 to 49: on
/// average at 50 − 100/392/2 = 49.87244898, 12.76 below cost; B's 100 maintenance is gone.
#[test]
fn the_order_of_liquidation_is_a_parameter() {
    let mut params = even_book();
    params.accounts.liquidation_order = LiquidationOrder::SmallestFirst;
    let mut floor = cascade(params);
    floor.until(3, &["98", "50"]);
    assert_eq!(floor.size(0, A), whole(100));
    assert_eq!(floor.size(0, B), Base::ZERO);
    // 100 · (50 − 1·100/392/2), rounded down for the makers' good.
    assert_eq!(floor.balance(margin(0)), usd("377.244897"));
    assert_laws(&floor.exchange);
}

/// Long 100 A and short 80 B, gaining as much as it loses: a book sale of A realises a loss beyond
/// the cash, which the open profit of B covers.
#[test]
fn an_open_profit_covers_a_realised_loss() {
    let params = even_book();
    let mut setup = setup(two_coins(&params), vec![CROSS, CROSS]);
    setup.deposits = vec![deposit(0, "300"), deposit(1, "9000")];
    setup.endowments = vec![
        endowment(0, A, 100, "100", "0"),
        endowment(0, B, -80, "50", "0"),
        endowment(1, A, -100, "100", "0"),
        endowment(1, B, 80, "50", "0"),
    ];
    let mut floor = Floor::new(params, capital("19000", &[]), setup);
    // A 95, B 45: −500 and +400, equity 200 above 95 + 72. 19 000/95 = 200 of A are quoted down to
    // 93.1; selling all 100 goes to 94.05, on average 94.525: 9 452.5 for a cost of 10 000.
    floor.until(3, &["95", "45"]);
    assert_eq!(floor.exchange.equity(id(0)), usd("200"));
    floor.ask(order(0, A, "-100", "0")).unwrap();
    // Fee 0.045 % of 9 452.5, up: 4.253625. 300 − 547.5 − 4.253625 = −251.753625 was advanced.
    assert_eq!(floor.balance(margin(0)), Usd::ZERO);
    assert_eq!(floor.exchange.equity(id(0)), usd("148.246375"));
    assert_laws(&floor.exchange);
    // Closing B at 45 and a bit pays it back: what stays is cash.
    floor.ask(order(0, B, "80", "0")).unwrap();
    assert_eq!(floor.exchange.positions(id(0)), []);
    assert_eq!(floor.exchange.equity(id(0)), floor.balance(margin(0)));
    assert!(floor.balance(margin(0)) > usd("110"));
    assert_laws(&floor.exchange);
}

/// The cooldown is the user's: after a part of his cross position the isolated one goes whole,
/// and parts of several coins may go in the same second.
#[test]
fn the_cooldown_is_the_users() {
    let fenced = MarginMode::Isolated {
        owner: id(0),
        coin: A,
    };
    let params = even_book();
    let mut setup = setup(two_coins(&params), vec![CROSS, fenced, CROSS]);
    setup.deposits = vec![deposit(0, "600"), deposit(2, "9000")];
    setup.endowments = vec![
        endowment(0, A, 100, "100", "0"),
        endowment(0, B, 180, "50", "0"),
        endowment(1, A, 100, "100", "600"),
        endowment(2, A, -200, "100", "0"),
        endowment(2, B, -180, "50", "0"),
    ];
    let mut floor = Floor::new(params, capital("60000", &[]), setup);
    // A 98.2, B 48.6: 600 − 180 − 252 = 168 below 98.2 + 174.96; both positions are above 5 000 and
    // one part of A is not enough. The isolated account has 420 and needs 98.2.
    floor.until(3, &["98.2", "48.6"]);
    assert_eq!(floor.size(0, A), whole(80));
    assert_eq!(floor.size(0, B), whole(144));
    assert_eq!(floor.size(1, A), whole(100));
    // Second 6, in the cooldown: A 94.5 leaves the isolated account 50 of the 94.5 it needs, and
    // all of it goes, not a fifth.
    floor.until(6, &["94.5", "51"]);
    assert_eq!(floor.size(1, A), Base::ZERO);
    assert_laws(&floor.exchange);
}

/// A margin account of its own: whatever happens to it, the owner's cross account keeps every
/// micro-dollar, and the other way round.
#[test]
fn an_isolated_position_is_a_ring_fence() {
    let fenced = MarginMode::Isolated {
        owner: id(0),
        coin: A,
    };
    for falls in [A, B] {
        let params = empty_book();
        let mut setup = setup(two_coins(&params), vec![CROSS, fenced, CROSS]);
        setup.deposits = vec![deposit(0, "400"), deposit(2, "9000")];
        setup.endowments = vec![
            endowment(0, B, 100, "50", "0"),
            endowment(1, A, 50, "100", "150"),
            endowment(2, A, -50, "100", "0"),
            endowment(2, B, -100, "50", "0"),
        ];
        let mut floor = Floor::new(params, capital("1000", &["5"]), setup);
        let (before, fenced) = (
            floor.exchange.positions(id(0)),
            floor.exchange.positions(id(1)),
        );
        match falls {
            // 50 · −10 = −500 on 150.
            A => floor.until(12, &["90", "50"]),
            // 100 · −10 = −1 000 on 400.
            _ => floor.until(12, &["100", "40"]),
        }
        let (cross, isolated) = (floor.balance(margin(0)), floor.balance(margin(1)));
        match falls {
            A => {
                assert_eq!(deficits(&floor), [(1, usd("350"))]);
                assert_eq!((cross, isolated), (usd("400"), Usd::ZERO));
                assert_eq!(floor.exchange.positions(id(0)), before);
                assert_eq!(floor.exchange.positions(id(1)), []);
            }
            _ => {
                assert_eq!(deficits(&floor), [(0, usd("600"))]);
                assert_eq!((cross, isolated), (Usd::ZERO, usd("150")));
                assert_eq!(floor.exchange.positions(id(0)), []);
                assert_eq!(floor.exchange.positions(id(1)), fenced);
            }
        }
        assert_laws(&floor.exchange);
    }
}

/// Margin moves between the two accounts as far as the floor lets it, and comes back pro rata as
/// the position closes.
#[test]
fn isolated_margin_comes_from_the_owner_and_goes_back() {
    let fenced = MarginMode::Isolated {
        owner: id(0),
        coin: A,
    };
    let params = even_book();
    let mut setup = setup(two_coins(&params), vec![CROSS, fenced]);
    setup.deposits = vec![deposit(0, "1000")];
    let mut floor = Floor::new(params, capital("20000", &[]), setup);
    floor.tick(&["100", "50"]);
    let asked = floor.ask(order(1, A, "10", "1000.000001"));
    assert!(
        matches!(asked, Err(Refusal::Collateral { available, .. }) if available == usd("1000"))
    );
    assert!(floor.ask(order(1, B, "10", "100")).is_err(), "another coin");
    // 200 quoted from 100 to 102: 10 cost 100.05 on average, fee 0.450225.
    floor.ask(order(1, A, "10", "300")).unwrap();
    assert_eq!(floor.balance(margin(0)), usd("700"));
    assert_eq!(floor.balance(margin(1)), usd("299.549775"));
    // Equity 299.049775; kept is 10 % of 1 000.
    assert_eq!(floor.exchange.withdrawable(id(1)), usd("199.049775"));
    let moved = |from, to, amount| ExchangeCommand::MoveMargin {
        from: id(from),
        to: id(to),
        amount: usd(amount),
    };
    assert!(floor.ask(moved(1, 0, "199.049776")).is_err());
    floor.ask(moved(1, 0, "99.549775")).unwrap();
    floor.ask(moved(0, 1, "0.000001")).unwrap();
    assert_eq!(floor.balance(margin(0)), usd("799.549774"));
    assert_eq!(floor.balance(margin(1)), usd("200.000001"));
    let out = ExchangeCommand::Withdraw {
        account: id(1),
        amount: usd("1"),
    };
    assert!(floor.ask(out).is_err(), "isolated margin goes back first");
    // Half of it closes: half of the margin is the most that stays, the rest is the owner's.
    floor.ask(order(1, A, "-5", "0")).unwrap();
    assert_eq!(floor.balance(margin(1)), usd("100.000001"));
    floor.ask(order(1, A, "-5", "0")).unwrap();
    assert_eq!(floor.balance(margin(1)), Usd::ZERO);
    assert_eq!(floor.exchange.equity(id(0)), floor.balance(margin(0)));
    assert_laws(&floor.exchange);
}

#[test]
fn a_coin_for_isolated_accounts_only() {
    let params = even_book();
    let mut coins = two_coins(&params);
    coins[0].params.margin = CoinMargin::IsolatedOnly;
    let fenced = MarginMode::Isolated {
        owner: id(0),
        coin: A,
    };
    let mut setup = setup(coins, vec![CROSS, fenced]);
    setup.deposits = vec![deposit(0, "1000")];
    let mut floor = Floor::new(params, capital("20000", &[]), setup);
    floor.tick(&["100", "50"]);
    assert!(matches!(
        floor.ask(order(0, A, "1", "0")),
        Err(Refusal::Account { .. })
    ));
    floor.ask(order(1, A, "10", "300")).unwrap();
    let back = ExchangeCommand::MoveMargin {
        from: id(1),
        to: id(0),
        amount: usd("1"),
    };
    assert!(matches!(floor.ask(back), Err(Refusal::Account { .. })));
    floor.ask(order(1, A, "-10", "0")).unwrap();
    assert_eq!(floor.balance(margin(1)), Usd::ZERO);
    assert!(floor.balance(margin(0)) > usd("998"));
}

/// What stays is the larger of the initial margin at the chosen leverage and 10 % of notional.
#[test]
fn the_withdrawal_floor() {
    let params = even_book();
    let mut setup = setup(two_coins(&params), vec![CROSS, CROSS]);
    setup.deposits = vec![deposit(0, "2000"), deposit(1, "9000")];
    setup.endowments = vec![
        endowment(0, A, 50, "100", "0"),
        endowment(0, B, 100, "50", "0"),
        endowment(1, A, -50, "100", "0"),
        endowment(1, B, -100, "50", "0"),
    ];
    let mut floor = Floor::new(params, capital("20000", &[]), setup);
    // 10 % of 10 000; the initial margins are only 100 and 200.
    assert_eq!(floor.exchange.withdrawable(id(0)), usd("1000"));
    let leverage = |coin, leverage| ExchangeCommand::SetLeverage {
        account: id(0),
        coin,
        leverage,
    };
    // At 5x and 4x: 1 000 + 1 250.
    floor.ask(leverage(A, 5)).unwrap();
    assert_eq!(floor.exchange.withdrawable(id(0)), usd("800"));
    floor.ask(leverage(B, 4)).unwrap();
    assert_eq!(floor.exchange.withdrawable(id(0)), Usd::ZERO);
    // 2 % allows 50x and not more.
    floor.ask(leverage(A, 50)).unwrap();
    assert!(floor.ask(leverage(A, 51)).is_err());
    assert!(floor.ask(leverage(A, 0)).is_err());
    floor.ask(leverage(B, 25)).unwrap();
    // A 140: equity 4 000, notional 12 000. 2 800 may go, although only 2 000 are cash.
    floor.until(3, &["140", "50"]);
    assert_eq!(floor.exchange.withdrawable(id(0)), usd("2800"));
    let out = |amount| ExchangeCommand::Withdraw {
        account: id(0),
        amount: usd(amount),
    };
    assert!(floor.ask(out("2800.000001")).is_err());
    floor.ask(out("2800")).unwrap();
    assert_eq!(floor.balance(margin(0)), Usd::ZERO);
    assert_eq!(floor.exchange.equity(id(0)), usd("1200"));
    assert_laws(&floor.exchange);
}

/// Leverage is asked for when opening only: 10 A at 100 at 10x need 100.
#[test]
fn chosen_leverage_binds_when_opening() {
    let params = even_book();
    let mut setup = setup(two_coins(&params), vec![CROSS]);
    setup.deposits = vec![deposit(0, "150")];
    let mut floor = Floor::new(params, capital("20000", &[]), setup);
    floor.tick(&["100", "50"]);
    let leverage = |leverage| ExchangeCommand::SetLeverage {
        account: id(0),
        coin: A,
        leverage,
    };
    floor.ask(leverage(5)).unwrap();
    // 10 · 100 / 5 = 200 of the 149.05 that are left after spread and fee.
    let refused = floor.ask(order(0, A, "10", "0"));
    let required = |refusal| match refusal {
        Err(Refusal::InitialMargin { required, .. }) => required,
        other => panic!("{other:?}"),
    };
    assert_eq!(required(refused), usd("200"));
    floor.ask(leverage(10)).unwrap();
    floor.ask(order(0, A, "10", "0")).unwrap();
    // Below 10x now, and yet no liquidation; opening in B needs both coins' initial margins.
    floor.until(3, &["95", "50"]);
    assert_eq!(floor.size(0, A), whole(10));
    // 95 at 10x, and 4 % of 500.
    assert_eq!(required(floor.ask(order(0, B, "10", "0"))), usd("115"));
}

/// The winner's account value is that of his whole cross account.
#[test]
fn the_ranking_sees_the_whole_account() {
    let params = empty_book();
    let mut setup = setup(two_coins(&params), vec![CROSS, CROSS, CROSS, CROSS]);
    setup.deposits = vec![
        deposit(0, "300"),
        deposit(1, "700"),
        deposit(2, "700"),
        deposit(3, "9000"),
    ];
    // 1 and 2 are short alike in A; 1 loses in B what 2 wins there.
    setup.endowments = vec![
        endowment(0, A, 40, "100", "0"),
        endowment(1, A, -30, "100", "0"),
        endowment(2, A, -30, "100", "0"),
        endowment(3, A, 20, "100", "0"),
        endowment(1, B, 50, "50", "0"),
        endowment(2, B, -50, "50", "0"),
    ];
    let mut floor = Floor::new(params, capital("1000", &[]), setup);
    // A 92: 0 has 300 − 320 = −20. B 45: 1 has 700 + 240 − 250, 2 has 700 + 240 + 250.
    floor.until(3, &["95", "47"]);
    floor.until(6, &["92", "45"]);
    let closed: Vec<_> = cuts(&floor)
        .iter()
        .map(|(_, cut)| (cut.account.number(), cut.closed))
        .collect();
    assert_eq!(closed, [(1, whole(-30)), (2, whole(-10))]);
    assert_laws(&floor.exchange);
}

/// 40x to 150 M, then 20x: 1.25 % of 150 M, 1 875 000, is deducted in the second tier.
#[test]
fn the_second_tier_of_btc() {
    let params = ExchangeParams::plain();
    let mut btc = coin(&params, "BTC", "100000", ("1%", "1%"));
    btc.table = None;
    let mut setup = setup(vec![btc], vec![CROSS, CROSS]);
    setup.deposits = vec![deposit(0, "50000000"), deposit(1, "50000000")];
    setup.endowments = vec![
        endowment(0, A, 2_000, "100000", "0"),
        endowment(1, A, -1_500, "100000", "0"),
    ];
    let floor = Floor::new(params, capital("90000000", &[]), setup);
    // 2.5 % of 200 M less the deduction; 150 M alike from both sides.
    assert_eq!(
        floor.exchange.maintenance(id(0)),
        usd("5000000") - usd("1875000")
    );
    assert_eq!(floor.exchange.maintenance(id(1)), usd("1875000"));
}

/// An account that holds a coin without a valid mark waits, others do not.
#[test]
fn an_account_waits_for_the_marks_of_all_its_coins() {
    let params = empty_book();
    let mut setup = setup(two_coins(&params), vec![CROSS, CROSS, CROSS]);
    setup.deposits = vec![deposit(0, "300"), deposit(1, "300"), deposit(2, "9000")];
    setup.endowments = vec![
        endowment(0, A, 40, "100", "0"),
        endowment(0, B, 1, "50", "0"),
        endowment(1, A, 40, "100", "0"),
        endowment(2, A, -80, "100", "0"),
    ];
    let mut floor = Floor::new(params, capital("1000", &[]), setup);
    for second in 1..=12 {
        let now = START.plus(second);
        let quotes = [1, 2, 3].map(|s| seawall_venue::SourceQuote::new(s, price("92"), now));
        let tick = |outside: &str, quotes| seawall_venue_orderbook::CoinTick {
            outside: price(outside),
            quotes,
        };
        let ticks = [tick("92", &quotes[..]), tick("50", &[])];
        floor.exchange.observe(now, &ticks);
        floor.exchange.accrue();
        floor.exchange.liquidate();
    }
    assert_eq!(floor.size(0, A), whole(40));
    assert_eq!(floor.size(1, A), Base::ZERO);
    // At the end the last mark counts.
    floor.exchange.finish();
    assert_eq!(floor.size(0, A), Base::ZERO);
    assert_laws(&floor.exchange);
}

#[test]
fn what_cannot_be_started() {
    let params = ExchangeParams::plain();
    let refused = |modes: Vec<MarginMode>, given: Vec<_>| {
        let mut setup = setup(two_coins(&params), modes);
        setup.endowments = given;
        let made =
            seawall_venue_orderbook::Exchange::new(params.clone(), capital("1000", &[]), setup);
        match made {
            Err(SetupError::Param(error)) => error.field,
            Err(SetupError::Unhealthy { .. }) => "unhealthy",
            other => panic!("{:?}", other.map(|_| ())),
        }
    };
    let of = |owner, coin| MarginMode::Isolated {
        owner: id(owner),
        coin,
    };
    let nowhere = CoinId::new(7);
    assert_eq!(
        refused(vec![CROSS, of(0, nowhere)], vec![]),
        "accounts.coin"
    );
    assert_eq!(refused(vec![of(0, A)], vec![]), "accounts.owner");
    assert_eq!(
        refused(vec![CROSS, of(0, A), of(0, A)], vec![]),
        "accounts.owner"
    );
    let one = |coin| endowment(0, coin, 1, "100", "90");
    assert_eq!(refused(vec![CROSS], vec![one(nowhere)]), "endowments.coin");
    assert_eq!(
        refused(vec![CROSS], vec![one(A), one(A)]),
        "endowments.account"
    );
    let single = MarginMode::Single { coin: B };
    assert_eq!(refused(vec![single], vec![one(A)]), "endowments.coin");
    // 90 is enough for one of the two coins, not for both: B bought at 100 is 50 under water.
    let poor = vec![
        endowment(0, A, 1, "100", "51"),
        endowment(0, B, 1, "100", "0"),
    ];
    assert_eq!(refused(vec![CROSS], poor), "unhealthy");
    let same = vec![two_coins(&params)[0].clone(), two_coins(&params)[0].clone()];
    let named = seawall_venue_orderbook::Exchange::new(
        ExchangeParams::plain(),
        capital("1000", &[]),
        setup(same, vec![CROSS]),
    );
    assert!(matches!(named, Err(SetupError::Param(error)) if error.field == "coins.name"));
    let _defaults = Params::default();
}
