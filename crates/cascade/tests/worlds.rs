//! Laws over worlds drawn at random: two tokens, three pools of both kinds, lending against a
//! token, against LP shares and of a token, fleeing providers, arbitrage and shocks.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::fmt::Write;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use seawall_cascade::books::{Account, Asset, Replay};
use seawall_cascade::{Config, Run, World};
use seawall_units::{TokenPrice, Tokens};

/// Who has LP shares, a loan against some of them, tokens and cash, and looks after the loan.
const WHALE: &str = "[wallets.one]\nUSD = '50'\nT = '5'\n\
     [whales.one]\norder = ['cash', 'tokens', 'shares', 'collateral', 'unwind']\n";

/// Keepers with little cash, of whom one sells half of what he wins.
const AUCTION: &str = "auction = { lot = '20', rounds = 2, \
     keepers.poor = { cash = '5000', gas_up_to = '10', sells = '0.5' }, \
     keepers.poorer = { cash = '300', gas_up_to = '10' } }";

/// One drawn world, as a file would state it.
#[derive(Debug, Clone)]
struct Drawn {
    depth: u32,
    fee: u32,
    close: &'static str,
    bonus: u32,
    threshold: u32,
    loans: Vec<(u32, u32)>,
    lp_loan: Option<u32>,
    short_loan: Option<u32>,
    flee: (u32, u32),
    arbitrage: &'static str,
    feed: &'static str,
    shocks: Vec<(u32, u32, u32)>,
    rate: u32,
    whale: &'static str,
    auction: &'static str,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let close = prop::sample::select(vec![
        "fixed = { factor = '50%', full_below = '95%' }",
        "fixed = { factor = '100%' }",
        "fixed = { factor = '7%' }",
        "aave_v3 = {}",
        "compound_v2 = {}",
        "compound_v3 = {}",
    ]);
    let arbitrage = prop::sample::select(vec![
        "mode = 'nobody'",
        "mode = 'every_round'",
        "mode = 'every_round'\ncapital = '20000'",
    ]);
    let feed = prop::sample::select(vec![
        "pool_spot = { pool = 'a' }",
        "outside = { token = 'T' }",
        "median = { of = [{ pool_spot = { pool = 'a' } }, { outside = { token = 'T' } }, { pool_spot = { pool = 'b' } }] }",
        "delayed = { inner = { pool_spot = { pool = 'a' } }, seconds = 24 }",
    ]);
    let sizes = (1_u32..40, 0_u32..300, close, 0_u32..800, 5_000_u32..8_900);
    let people = (
        prop::collection::vec((1_u32..800, 2_000_u32..9_500), 0..12),
        prop::option::of(1_000_u32..8_000),
        prop::option::of(1_000_u32..8_000),
        (0_u32..3_000, 0_u32..10_000),
    );
    let events = (
        arbitrage,
        feed,
        prop::collection::vec((0_u32..6, 1_u32..4, 1_u32..9_000), 0..4),
        0_u32..3,
        prop::sample::select(vec!["", WHALE]),
        prop::sample::select(vec!["", "", AUCTION]),
    );
    (sizes, people, events).prop_map(|(sizes, people, events)| Drawn {
        depth: sizes.0,
        fee: sizes.1,
        close: sizes.2,
        bonus: sizes.3,
        threshold: sizes.4,
        loans: people.0,
        lp_loan: people.1,
        short_loan: people.2,
        flee: people.3,
        arbitrage: events.0,
        feed: events.1,
        shocks: events.2,
        rate: events.3,
        whale: events.4,
        auction: events.5,
    })
}

impl Drawn {
    fn text(&self) -> String {
        let mut text = format!(
            "tokens.T.price = '100'\ntokens.V.price = '2'\n\
             [pools.a]\ntoken = 'T'\nfee = '{fee}bp'\ndepth = '{depth}'\n\
             curve.constant_product = {{ token = '100', quote = '10000' }}\n\
             [pools.b]\ntoken = 'T'\nfee = '{fee}bp'\ncurve.concentrated = {{ price = '100', \
             ranges = [{{ lower = '60', upper = '150', value = '5000' }}, {{ lower = '20', upper = '90', value = '3000' }}] }}\n\
             [pools.c]\ntoken = 'V'\nfee = '{fee}bp'\ncurve.constant_product = {{ token = '9000', quote = '18000' }}\n\
             [providers.few]\npool = 'a'\nshare = '40%'\ncount = 3\n\
             withdrawal = {{ when = {{ round_fall = '{fall}bp' }}, share = '{part}bp' }}\n\
             [providers.one]\npool = 'a'\nshare = '30%'\n\
             [providers.wary]\npool = 'b'\nshare = '100%'\n\
             withdrawal = {{ when = {{ divergence_loss = '{fall}bp' }}, share = '50%' }}\n\
             [feeds]\nT.{feed}\nV.outside.token = 'V'\n\
             share.lp_share = {{ pool = 'a', pricing = 'fair', price = {{ {feed} }} }}\n\
             [arbitrage]\n{arbitrage}\n[rounds]\nmost = 60\n",
            fee = self.fee,
            depth = self.depth,
            fall = self.flee.0,
            part = self.flee.1,
            feed = self.feed,
            arbitrage = self.arbitrage,
        );
        self.markets(&mut text);
        self.loans(&mut text);
        self.shocks(&mut text);
        text.push_str(self.whale);
        text
    }

    fn markets(&self, text: &mut String) {
        for (name, assets) in [
            ("main", "collateral = 'T'\nfeed = 'T'\nreserves = '5'"),
            ("lp", "collateral = 'a'\nfeed = 'share'\ncover = '3'"),
            (
                "short",
                "collateral = 'USD'\nfeed = 'one'\ndebt = 'V'\ndebt_feed = 'V'",
            ),
        ] {
            let rate = ["0", "3", "50"][self.rate as usize];
            let auction = if name == "main" { self.auction } else { "" };
            write!(
                text,
                "[lending.{name}]\n{assets}\n{auction}\n[lending.{name}.rules]\nmax_ltv = '10%'\n\
                 liquidation_threshold = '{}bp'\nclose.{}\nbonus.fixed = '{}bp'\n\
                 rate.kinked = {{ base = '{rate}', kink = '80%', slope_1 = '{rate}', slope_2 = '{rate}' }}\n\
                 losses = ['reserves', 'cover', 'lenders']\n",
                self.threshold, self.close, self.bonus,
            )
            .unwrap();
        }
        text.push_str("[feeds.one.fixed]\nprice = '1'\n");
    }

    fn loans(&self, text: &mut String) {
        for (number, (collateral, ltv)) in self.loans.iter().enumerate() {
            write!(
                text,
                "[loans.l{number:02}]\nmarket = 'main'\ncollateral = '{collateral}'\ndebt.ltv = '{ltv}bp'\n"
            )
            .unwrap();
        }
        for (market, owner, loan) in [
            ("lp", "one", self.lp_loan),
            ("short", "bear", self.short_loan),
        ] {
            if let Some(ltv) = loan {
                write!(
                    text,
                    "[loans.{market}]\nmarket = '{market}'\nowner = '{owner}'\ncollateral = '90'\ndebt.ltv = '{ltv}bp'\n"
                )
                .unwrap();
            }
        }
    }

    fn shocks(&self, text: &mut String) {
        for (number, (kind, round, size)) in self.shocks.iter().enumerate() {
            let price = 1 + size / 60;
            let act = match kind {
                0 => format!("sell = {{ pool = 'a', amount = '{size}' }}"),
                1 => format!("buy = {{ pool = 'c', quote = '{size}' }}"),
                2 => format!("trade_to = {{ pool = 'b', price = '{price}' }}"),
                3 => format!("outside = {{ token = 'T', price = '{price}' }}"),
                4 => format!("withdraw = {{ provider = 'few', share = '{size}bp' }}"),
                _ => String::from("fault = { feed = 'T', fault = { frozen = {} } }"),
            };
            write!(text, "[shocks.s{number}]\nround = {round}\nact.{act}\n").unwrap();
        }
    }

    /// `None` of a world that is no world: loans whose rules the contracts refuse.
    fn run(&self) -> Option<Run> {
        let config: Config = toml::from_str(&self.text()).unwrap();
        Some(World::new(&config).ok()?.run())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The laws asserted in every phase hold, and hold again when added up by another hand.
    #[test]
    fn every_world_conserves(drawn in drawn()) {
        let Some(run) = drawn.run() else { return Ok(()) };
        let books = run.world.books();
        prop_assert!(books.recount().values().all(|sum| sum.is_zero()));
        let mut replay = Replay::new();
        for entry in books.journal() {
            prop_assert!(replay.apply(entry));
        }
        prop_assert!(replay.balances().eq(books.balances()));
        for (place, venue) in run.world.exchange().pools().iter().enumerate() {
            let pool = Account::Pool(seawall_cascade::PoolId::at(place));
            prop_assert_eq!(books.balance(Asset::Quote, pool), venue.pool.quote_reserve());
        }
        for market in run.world.market_ids() {
            prop_assert!(!run.world.market(market).cash.is_negative());
        }
        prop_assert_eq!(run.outcome.who_paid.sum(), Tokens::ZERO);
        let classes: Tokens = run.outcome.who_paid.classes.values().copied().sum();
        prop_assert_eq!(classes, Tokens::ZERO);
    }

    /// The same file gives the same journal and the same reports.
    #[test]
    fn every_world_is_determined(drawn in drawn()) {
        let (Some(one), Some(two)) = (drawn.run(), drawn.run()) else { return Ok(()) };
        prop_assert_eq!(one.world.books().journal(), two.world.books().journal());
        prop_assert_eq!(one.rounds, two.rounds);
        prop_assert_eq!(one.outcome, two.outcome);
    }

    /// In the first round what is repaid and seized does not depend on the order of loans: the
    /// price is frozen. (Later ones may: sales round, loan by loan.)
    #[test]
    fn the_order_of_loans_does_not_decide_who_is_liquidated(drawn in drawn()) {
        // Keepers' cash goes to whose lots come first.
        let drawn = Drawn { auction: "", ..drawn };
        let mut turned = drawn.clone();
        turned.loans.reverse();
        let (Some(one), Some(two)) = (drawn.run(), turned.run()) else { return Ok(()) };
        for (a, b) in one.rounds[0].markets.iter().zip(&two.rounds[0].markets) {
            prop_assert_eq!(
                (a.liquidated, a.repaid, a.seized, a.to_protocol, a.toxic),
                (b.liquidated, b.repaid, b.seized, b.to_protocol, b.toxic)
            );
        }
    }

    /// Somebody who trades every pool to the outside price leaves it within the band of its fee.
    #[test]
    fn arbitrage_ends_within_the_band(drawn in drawn()) {
        let drawn = Drawn { arbitrage: "mode = 'every_round'", ..drawn };
        let Some(run) = drawn.run() else { return Ok(()) };
        let kept = 1.0 - f64::from(drawn.fee) / 10_000.0;
        let number = |price: TokenPrice| price.to_string().parse::<f64>().unwrap();
        for round in &run.rounds {
            for pool in round.pools.iter().filter(|pool| pool.pool != "b") {
                let (ready, outside) = (number(pool.ready.unwrap()), number(pool.outside.unwrap()));
                // The last part is for the roundings of both; the pool counts on 10⁻¹⁸.
                let (low, high) = (outside * kept * 0.999_999_999, outside / kept * 1.000_000_001);
                prop_assert!((low..=high).contains(&ready), "{ready} beside {outside}");
            }
        }
    }

    /// What the loans miss is, to the last unit, what those lose who stand behind the markets that
    /// lend the quote asset; without interest they gain nothing.
    #[test]
    fn those_who_lend_pay_what_is_missing(drawn in drawn()) {
        let drawn = Drawn { rate: 0, short_loan: None, auction: "", ..drawn };
        prop_assume!(!drawn.close.starts_with("compound_v3"));
        let Some(run) = drawn.run() else { return Ok(()) };
        let behind = ["lenders of", "reserves of", "cover of"];
        let holders = run.outcome.who_paid.holders.iter();
        let behind = holders.filter(|one| behind.iter().any(|name| one.holder.starts_with(name)));
        let gains: Tokens = behind.map(|one| one.gain).sum();
        prop_assert_eq!(gains, -run.outcome.shortfall);
    }
}

/// What is drawn is worth drawing: most are worlds, and every market, every way of closing and
/// every kind of event comes up among them.
#[test]
fn the_drawn_worlds_are_alive() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut worlds, mut spirals) = (0, 0);
    let mut liquidated = [0_u32; 3];
    let mut refused = String::new();
    for _ in 0..200 {
        let drawn = drawn().new_tree(&mut runner).unwrap().current();
        let config: Config = toml::from_str(&drawn.text()).unwrap();
        let run = match World::new(&config) {
            Ok(world) => world.run(),
            Err(error) => {
                writeln!(refused, "{error}").unwrap();
                continue;
            }
        };
        worlds += 1;
        spirals += u32::from(run.outcome.verdict == seawall_cascade::Verdict::Spiral);
        for round in &run.rounds {
            for (sum, market) in liquidated.iter_mut().zip(&round.markets) {
                *sum += market.liquidated;
            }
        }
    }
    assert!(worlds > 150, "{worlds} worlds; refused:\n{refused}");
    assert!(spirals > 5, "{spirals} spirals");
    // In the order of names: LP shares, tokens, a loan of tokens.
    assert!(liquidated.iter().all(|count| *count > 10), "{liquidated:?}");
}
