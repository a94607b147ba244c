//! Random markets and the transitions that are sent to them.

use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;
use seawall_ledger::{AccountId, BidderId};
use seawall_units::{Base, Price, Ratio, Usd};
use seawall_venue::{Command, FillRule, Presence, TrancheName};

use super::market::{Dawn, Endowed, Market, Opening, Purse, Transition, Who};
use super::number::{ONE, Way, value};
use super::oracle::Seen;
use super::rules::{Book, FundingRules, Margins, OracleRules, Rules, ShortIndex};

/// 2025-10-10 22:00:00 UTC; streams begin up to four minutes before it.
const HOUR: u64 = 1_760_133_600;
const USERS: usize = 7;
const DOLLAR: i128 = 1_000_000;
const CENT: i128 = 100_000_000;
const BP: i128 = ONE / 10_000;
const DOLLAR_PRICE: i128 = 10_000_000_000;

/// The documented defaults.
pub fn plain_rules() -> Rules {
    Rules {
        taker_fee: 45 * BP / 10,
        maker_fee: 15 * BP / 10,
        margins: Margins::Tiers(vec![(0, 40), (150_000_000 * DOLLAR, 20)]),
        book: Book {
            half_spread: BP,
            segments: vec![
                (50 * BP, 7_750 * BP),
                (100 * BP, 2_250 * BP),
                (500 * BP, ONE),
            ],
            depth: ONE,
            leverage: 10,
            half_life: 30,
            memory: 30,
            calm: BP,
            withdrawal: ONE,
        },
        oracle: OracleRules {
            quorum: 2,
            max_age: 10,
            max_deviation: 100 * BP,
            grace: 60,
            reopening: 300,
        },
        funding: FundingRules {
            sample_every: 5,
            impact_notional: 20_000 * DOLLAR,
            interest: BP,
            clamp: 5 * BP,
            hourly_cap: 400 * BP,
        },
        mark_every: 3,
        partial_above: 100_000 * DOLLAR,
        partial_share: 2_000 * BP,
        cooldown: 30,
        takeover_below: 666_666_666_666_666_666,
        takeover_every: 6,
        carry: 0,
        unwind_every: 3,
        unwind_share: 1_000 * BP,
        adl_every: 3,
        short_index: ShortIndex::EntryOverMark,
    }
}

fn book() -> impl Strategy<Value = Book> {
    let withdrawal = prop_oneof![2 => Just(0), 2 => Just(ONE), 1 => 0..5 * ONE];
    let depth = prop_oneof![1 => Just(0), 20 => 0..30_000_i128];
    let (half_lives, leverage) = ((1..60_u64, 1..60_u64), 3..31_u32);
    (depth, leverage, half_lives, 1..80_i128, withdrawal).prop_map(
        |(depth, leverage, (half_life, memory), calm, withdrawal)| Book {
            depth: depth * BP,
            leverage,
            half_life,
            memory,
            calm: calm * BP,
            withdrawal,
            ..plain_rules().book
        },
    )
}

fn oracle_rules() -> impl Strategy<Value = OracleRules> {
    (1..3_usize, 0..9_u64, 20..200_i128, 0..9_u64, 0..12_u64).prop_map(
        |(quorum, max_age, deviation, grace, reopening)| OracleRules {
            quorum,
            max_age,
            max_deviation: deviation * BP,
            grace,
            reopening,
        },
    )
}

fn funding_rules() -> impl Strategy<Value = FundingRules> {
    let interest = prop_oneof![Just(1), Just(800), Just(-800), -9_000..9_000_i128];
    let (clamp, cap) = (0..9_000_i128, prop_oneof![Just(400), 0..9_000_i128]);
    (1..6_u64, 500..20_000_i128, interest, clamp, cap).prop_map(
        |(sample_every, notional, interest, clamp, cap)| FundingRules {
            sample_every,
            impact_notional: notional * DOLLAR,
            interest: interest * BP,
            clamp: clamp * BP,
            hourly_cap: cap * BP,
        },
    )
}

fn margins() -> impl Strategy<Value = Margins> {
    let tiers = (1_000..30_000_i128, 5..20_u32).prop_map(|(above, most)| {
        Margins::Tiers(vec![
            (0, 40),
            (above * DOLLAR, 20),
            (2 * above * DOLLAR, most),
        ])
    });
    let table = (20..500_i128, 10..90_i128)
        .prop_map(|(initial, part)| Margins::Table(initial * BP, initial * BP * part / 100));
    prop_oneof![tiers, table]
}

fn rules() -> impl Strategy<Value = Rules> {
    let tables = (margins(), book(), oracle_rules(), funding_rules());
    let every = (1..4_u64, 1..7_u64, 1..5_u64, 1..5_u64, 1..30_u64);
    let sizes = (500..20_000_i128, 500..10_000_i128, 500..9_000_i128);
    let fees = (0..20_i128, 0..20_i128);
    let carry = prop_oneof![2 => Just(0), 1 => 0..2_000_i128];
    (tables, every, sizes, fees, (carry, any::<bool>())).prop_map(
        |(tables, every, (above, part, unwind), fees, (carry, letter))| Rules {
            taker_fee: fees.0 * BP,
            maker_fee: fees.1 * BP,
            margins: tables.0,
            book: tables.1,
            oracle: tables.2,
            funding: tables.3,
            mark_every: every.0,
            takeover_every: every.1,
            unwind_every: every.2,
            adl_every: every.3,
            cooldown: every.4,
            partial_above: above * DOLLAR,
            partial_share: part * BP,
            unwind_share: unwind * BP,
            carry: carry * BP,
            short_index: match letter {
                true => ShortIndex::MarkOverEntry,
                false => ShortIndex::EntryOverMark,
            },
            ..plain_rules()
        },
    )
}

/// Size in thousandths, entry in cents and leverage in tenths become a position.
fn endowed((user, (size, entry, leverage)): (usize, &(i128, i128, i128))) -> Endowed {
    let (size, entry) = (size * 100_000, entry * CENT);
    let margin = value(size.abs(), entry, Way::Up) * 10 / leverage;
    Endowed {
        user,
        size,
        entry,
        margin,
    }
}

type Position = (i128, i128, i128);

fn with_twins(drawn: Vec<(Position, bool)>) -> Vec<Position> {
    let mut positions: Vec<Position> = Vec::new();
    for (position, twin) in drawn {
        let before = positions.last().copied().filter(|_| twin);
        positions.push(before.unwrap_or(position));
    }
    positions
}

/// A market that the rules may refuse to open.
pub fn any_opening() -> impl Strategy<Value = Opening> {
    let position = (-200_000..200_000_i128, 9_800..10_200_i128, 20..330_i128);
    // A position like the one before it stands beside it in every order.
    let position = (position, prop::bool::weighted(0.2));
    let positions = prop_oneof![
        1 => prop::collection::vec(position.clone(), 0..USERS),
        3 => prop::collection::vec(position, 5..=USERS),
    ];
    let positions = positions.prop_map(with_twins);
    let capital = (
        prop_oneof![500..10_000_i128, 10_000..100_000_i128],
        prop::collection::vec(0..2_000_i128, 0..3),
    );
    let parts = (0..70_i128, 0..30_i128);
    let any = (rules(), positions, capital, parts, 0..240_u64);
    any.prop_map(
        |(rules, positions, (makers, vaults), parts, before)| Opening {
            rules,
            start: HOUR - before,
            price: 100 * DOLLAR_PRICE,
            users: USERS,
            makers: makers * DOLLAR,
            vaults: vaults.into_iter().map(|vault| vault * DOLLAR).collect(),
            endowed: positions
                .iter()
                .enumerate()
                .filter(|each| each.1.0 != 0)
                .map(endowed)
                .collect(),
            providers: vec![
                (0, makers * DOLLAR * parts.0 / 100),
                (1, makers * DOLLAR * parts.1 / 100),
            ],
        },
    )
}

fn opening() -> impl Strategy<Value = Opening> {
    any_opening().prop_filter("an opening that the rules refuse", |opening| {
        Market::unfit(opening).is_none()
    })
}

/// When the next second begins.
fn pause(now: u64) -> impl Strategy<Value = u64> {
    let minute = 60 - now % 60;
    prop_oneof![
        30 => Just(1_u64),
        4 => 2..8_u64,
        3 => Just(minute),
        1 => Just(3_600 - now % 3_600),
    ]
    .prop_map(move |seconds| now + seconds)
}

/// A source's quote: offset in hundredths of a basis point, age (below zero: from the future),
/// weight, and whether it brings an age of its own.
type Quote = (i128, i64, u16, Option<u64>);

fn quote() -> impl Strategy<Value = Quote> {
    let offset = prop_oneof![25 => -500..500_i128, 1 => -30_000..30_000_i128];
    let age = prop_oneof![15 => Just(0_i64), 1 => -1..6_i64];
    (offset, age, 0..3_u16, prop::option::weighted(0.1, 0..9_u64))
}

fn published_by(source: u16, quote: Quote, now: u64, published: i128) -> Seen {
    let (offset, age, weight, max_age) = quote;
    Seen {
        source,
        price: published + published * offset / 1_000_000,
        at: now.saturating_add_signed(-age),
        weight,
        max_age,
    }
}

/// Prices near which somebody is worth nothing, within a quarter of where the price stands; they
/// make prices meet thresholds far more often than chance does.
fn thresholds(market: &Market) -> Vec<i128> {
    let users = (0..USERS).map(Who::User);
    let vaults = (0..market.vaults.len()).map(Who::Vault);
    let of = |who: Who| market.held(who).bankruptcy(market.cash(who), market.index);
    let near = |price: &i128| (price - market.outside).abs() * 4 < market.outside;
    let mut all: Vec<i128> = users.chain(vaults).filter_map(of).filter(near).collect();
    // The makers stand alone against everybody.
    all.extend(vec![of(Who::Makers).filter(near); 2].into_iter().flatten());
    all
}

/// The next outside price: a calm or a wild step, or near somebody's end.
fn outside(market: &Market) -> BoxedStrategy<i128> {
    let before = market.outside;
    let step = prop_oneof![
        12 => -30..30_i128,
        6 => -400..400_i128,
        3 => -3_000..3_000_i128,
        1 => -12_000..15_000_i128,
    ];
    let step = step
        .prop_map(move |step| before + before * step / 100_000)
        .boxed();
    let ends = thresholds(market);
    let next = match ends.is_empty() {
        true => step,
        false => {
            let aimed = (prop::sample::select(ends), -1_500..1_500_i128);
            let aimed = aimed.prop_map(|(end, off)| end + end * off / 100_000);
            prop_oneof![12 => step, 1 => aimed].boxed()
        }
    };
    next.prop_map(|price| price.clamp(20 * DOLLAR_PRICE, 500 * DOLLAR_PRICE))
        .boxed()
}

/// A second in which nothing moves: the outside price stands, and the sources say the mark again.
fn still(market: &Market) -> BoxedStrategy<Transition> {
    let (outside, mark) = (market.outside, market.oracle.price);
    pause(market.now)
        .prop_map(move |now| {
            let quotes = (0..3)
                .map(|source| published_by(source, (0, 0, 1, None), now, mark))
                .collect();
            Transition::Dawn(Dawn {
                now,
                outside,
                quotes,
            })
        })
        .boxed()
}

fn dawn(market: &Market) -> BoxedStrategy<Transition> {
    let lag = prop_oneof![6 => -30..30_i128, 1 => -1_500..1_500_i128];
    let some = prop::collection::vec((0..4_u16, quote()), 0..4);
    let all = prop::collection::vec(quote(), 3)
        .prop_map(|quotes| (0_u16..).zip(quotes).collect::<Vec<_>>());
    let quotes = prop_oneof![14 => all, 1 => some];
    (pause(market.now), outside(market), lag, quotes)
        .prop_map(|(now, outside, lag, quotes)| {
            let published = outside + outside * lag / 100_000;
            let seen = |(source, quote): (u16, Quote)| published_by(source, quote, now, published);
            let quotes = quotes.into_iter().map(seen).collect();
            Transition::Dawn(Dawn {
                now,
                outside,
                quotes,
            })
        })
        .boxed()
}

fn usd(units: i128) -> Usd {
    Usd::from_units(units).unwrap()
}

fn amount() -> impl Strategy<Value = i128> {
    prop_oneof![
        8 => 0..3_000 * DOLLAR,
        4 => 0..60_000 * DOLLAR,
        1 => 0..5_i128,
        1 => Just(-DOLLAR),
        1 => Just(1_000_000_000 * DOLLAR),
    ]
}

/// A signed size that means something to this account: to open, add, reduce, close or turn.
fn sizes(held: i128) -> BoxedStrategy<i128> {
    let random = (-150_000..150_000_i128).prop_map(|size| size * 100_000 + size % 7);
    let tiny = -300..300_i128;
    let huge = prop_oneof![Just(10_i128.pow(23)), Just(-10_i128.pow(20))];
    match held {
        0 => prop_oneof![12 => random, 2 => tiny, 1 => huge].boxed(),
        _ => prop_oneof![
            6 => random,
            6 => (0..101_i128).prop_map(move |percent| -held * percent / 100),
            4 => Just(-held),
            2 => (101..250_i128).prop_map(move |percent| -held * percent / 100),
            2 => tiny,
            1 => huge,
        ]
        .boxed(),
    }
}

fn order(market: &Market) -> BoxedStrategy<Command> {
    let (outside, users) = (market.outside, market.users.clone());
    let account = prop_oneof![40 => 0..USERS, 1 => USERS..USERS + 3];
    let sized = account.prop_flat_map(move |user| {
        let held = users.get(user).map_or(0, |held| held.size);
        (Just(user), sizes(held))
    });
    // Leverage in tenths, around what the tiers allow; none where the order reduces.
    let leverage = prop_oneof![8 => (20..500_i128).prop_map(Some), 4 => Just(None)];
    let off_by = prop::option::weighted(0.25, -120..120_i128);
    (
        sized,
        leverage,
        off_by,
        prop::bool::weighted(0.25),
        prop::bool::weighted(0.02),
    )
        .prop_map(move |((user, size), leverage, off_by, all, wrong)| {
            let notional = value(size.abs().min(10_i128.pow(13)), outside, Way::Up);
            let margin = leverage.map_or(0, |leverage| notional * 10 / leverage);
            let limit = off_by.map(|bp| outside + outside * bp / 10_000);
            Command::Order {
                account: AccountId::new(u32::try_from(user).unwrap()),
                size: Base::from_units(size).unwrap(),
                margin: usd(if wrong { -1 } else { margin }),
                limit: limit.map(|limit| Price::from_units(limit).unwrap()),
                fill: if all {
                    FillRule::AllOrNone
                } else {
                    FillRule::Partial
                },
            }
        })
        .boxed()
}

fn collateral(market: &Market) -> BoxedStrategy<Command> {
    let free: Vec<i128> = (0..USERS)
        .map(|user| market.balance(Purse::Free(user)))
        .collect();
    let user = prop_oneof![20 => 0..USERS, 1 => USERS..USERS + 3];
    (user, amount(), any::<bool>(), prop::option::of(0..101_i128))
        .prop_map(move |(user, amount, adds, percent)| {
            let account = AccountId::new(u32::try_from(user).unwrap());
            let there = free.get(user).copied().unwrap_or(0);
            let out = percent.map_or(amount, |percent| there * percent / 100);
            match adds {
                true => Command::AddMargin {
                    account,
                    amount: usd(amount),
                },
                false => Command::Withdraw {
                    account,
                    amount: usd(out),
                },
            }
        })
        .boxed()
}

fn capital() -> BoxedStrategy<Command> {
    let tranche = prop_oneof![Just(TrancheName::Senior), Just(TrancheName::Junior)];
    (0..4_u32, amount(), tranche, 0..10_u8)
        .prop_map(|(lp, amount, tranche, kind)| {
            let (lp, amount) = (BidderId::new(lp), usd(amount));
            match kind {
                0..4 => Command::Provide {
                    lp,
                    tranche,
                    amount,
                },
                4..8 => Command::Redeem {
                    lp,
                    tranche,
                    amount,
                },
                8 => Command::Claim { lp, tranche },
                _ => Command::Recover { amount },
            }
        })
        .boxed()
}

fn bidding() -> BoxedStrategy<Command> {
    (0..3_u32, any::<bool>(), 0..6_000_i128)
        .prop_map(|(bidder, here, part)| Command::Bidding {
            bidder: BidderId::new(bidder),
            presence: if here { Presence::Here } else { Presence::Gone },
            book_share: Ratio::from_units(part * BP).unwrap(),
        })
        .boxed()
}

/// The reference behind the state machine.
#[derive(Debug)]
pub struct Stream;

impl ReferenceStateMachine for Stream {
    type State = Market;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<Market> {
        opening().prop_map(|opening| Market::open(&opening)).boxed()
    }

    /// A second begins, commands come, it ends; now and then somebody asks for the end.
    fn transitions(market: &Market) -> BoxedStrategy<Transition> {
        if !market.day {
            return prop_oneof![
                40 => dawn(market), 6 => still(market), 1 => Just(Transition::Finish),
            ]
            .boxed();
        }
        // Makers below zero take nothing; that lasts no longer than their next batch.
        let providers = if market.equity(Who::Makers) < 0 {
            30
        } else {
            3
        };
        let command = prop_oneof![
            20 => order(market), 4 => collateral(market), providers => capital(), 1 => bidding(),
        ];
        prop_oneof![
            4 => command.prop_map(Transition::Ask),
            5 => Just(Transition::Dusk),
        ]
        .boxed()
    }

    fn preconditions(market: &Market, transition: &Transition) -> bool {
        match transition {
            Transition::Dawn(dawn) => !market.day && dawn.now > market.now,
            Transition::Finish => !market.day,
            Transition::Ask(_) | Transition::Dusk => market.day,
        }
    }

    fn apply(market: Market, transition: &Transition) -> Market {
        market.apply(transition)
    }
}
