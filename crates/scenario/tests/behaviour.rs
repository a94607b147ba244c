//! Agents that react: what a file may state of them, and what each refusal says.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use proptest::prelude::*;
use seawall_scenario::model::{Seconds, Who};
use seawall_scenario::{
    Act, LeaveCause, Scenario, Signal, TradeCause, VanishCause, concentrated, herfindahl,
};
use seawall_units::{Ratio, Usd};

const HEAD: &str = r#"question = "Who runs?"
seed = 1
[time]
start = "2025-06-01T12:00:00Z"
end = "2025-06-01T12:10:00Z"
[market]
coin = "BTC"
[capital]
total = "1000"
tranched = { senior = "700", junior = "250", insurance = "50" }
orderbook = { makers = "800", backstops = ["200"] }
[terms.common]
initial = "4%"
maintenance = "2%"
[price.points]
points = [{ at = 0, price = "100" }]
[[positions.each]]
account = "ann"
side = "long"
size = "1"
entry = "100"
margin = "10"
[[positions.drawn]]
name = "crowd"
count = 3
long_share = "0"
notional = { fixed = "10" }
leverage = { fixed = "2" }
"#;

/// Everything at once, with the defaults left out and stated by turns.
const FULL: &str = r#"
[[news]]
name = "n"
at = "12:03:00"
text = "something has happened"
[[lps]]
name = "fund"
tranche = "junior"
stake = "200"
count = 5
hhi = "0.25"
[[lps.leave]]
when = { drawdown = "5%" }
who = "largest"
[[lps.leave]]
when = { coverage = "22%" }
probability = "50%"
delay = { uniform = { min = 0, max = 60 } }
share = "50%"
return_after = 300
[[lps]]
name = "crowd"
tranche = "senior"
stake = "500"
count = 2
[[lps.leave]]
when = { news = "n" }
[[lps.leave]]
when = { at = 90 }
[[traders]]
name = "t"
of = "crowd"
members = "30%"
every = 5
when = { margin_ratio = "5%" }
do = { restore_margin_ratio = "10%" }
times = 3
budget = "20"
[[traders]]
name = "u"
of = "ann"
when = { mark_rise = { by = "150%", within = 60 } }
do = { flip = "1" }
[[bidders]]
name = "desk"
capital = "10"
discount = "1%"
book_share = "40%"
[bidders.vanish]
when = { own_loss = "10%" }
back_after = 60
"#;

fn parse(text: &str) -> Result<Scenario, String> {
    let none = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    Scenario::parse(text, "run.toml", &none).map_err(|error| error.to_string())
}

#[test]
fn rules_are_read_and_resolved() {
    let scenario = parse(&format!("{HEAD}{FULL}")).unwrap();
    let behaviour = scenario.behaviour();
    let [fund, crowd] = &behaviour.lps[..] else {
        panic!("two groups");
    };
    // The bidder is 0; the providers follow in the file's order.
    let id = |name| scenario.bidder_id(name).unwrap().number();
    assert_eq!((id("desk"), id("fund-1"), id("crowd-2")), (0, 1, 7));
    let stakes: Vec<Usd> = fund.stakes.iter().map(|(_, stake)| *stake).collect();
    assert_eq!(stakes, [80, 30, 30, 30, 30].map(Usd::whole));
    assert_eq!(crowd.stakes[0].1, Usd::whole(250));
    assert_eq!(
        (fund.rules[0].who, fund.rules[1].who),
        (Who::Largest, Who::All)
    );
    assert_eq!(fund.rules[0].cause, LeaveCause::Drawdown(Ratio::bps(500)));
    assert_eq!(fund.rules[0].reaction.probability, Ratio::ONE);
    assert_eq!(
        fund.rules[0].reaction.delay.bounds(),
        Some((Seconds(0), Seconds(0)))
    );
    assert_eq!(
        fund.rules[1].reaction.delay.bounds(),
        Some((Seconds(0), Seconds(60)))
    );
    let at = |secs| LeaveCause::Signal(Signal::At(scenario.start().plus(secs)));
    assert_eq!(
        (crowd.rules[0].cause, crowd.rules[1].cause),
        (at(180), at(90))
    );
    let [first, second] = &behaviour.traders[..] else {
        panic!("two rules");
    };
    assert_eq!(
        (first.first, first.count),
        (scenario.account_id("crowd-1").unwrap(), 3)
    );
    assert_eq!(first.cause, TradeCause::MarginRatio(Ratio::bps(500)));
    assert_eq!(first.act, Act::RestoreMarginRatio(Ratio::bps(1_000)));
    assert_eq!((second.count, second.every, second.times), (1, 10, 1));
    let vanish = &behaviour.vanishing[0];
    assert_eq!(vanish.cause, VanishCause::OwnLoss(Ratio::bps(1_000)));
    assert_eq!(
        (vanish.book_share, vanish.back_after),
        (Ratio::bps(4_000), Some(60))
    );
    assert_eq!(parse(HEAD).unwrap().behaviour(), &Default::default());
}

/// What stands in the file, what is put in its place, the line of the error and what it says.
const REFUSED: &[(&str, &str, usize, &str)] = &[
    (
        "hhi = \"0.25\"",
        "hhi = \"0.1\"",
        39,
        "`lps[0].hhi` is 0.1; legal: 1/`count` = 1/5 to 1",
    ),
    (
        "hhi = \"0.25\"",
        "hhi = \"1.1\"",
        39,
        "`lps[0].hhi` is 1.1; legal: 1/`count` = 1/5 to 1",
    ),
    (
        "count = 5",
        "count = 0",
        38,
        "`lps[0].count` is 0; legal: 1 to 10000 in all groups together",
    ),
    (
        "count = 2",
        "count = 9996",
        53,
        "`lps[1].count` is 9996; legal: 1 to 10000 in all groups together",
    ),
    (
        "stake = \"200\"",
        "stake = \"251\"",
        37,
        "`lps[0].stake` is 251, 251 with the groups before it; legal: at most `capital.tranched.junior` = 250",
    ),
    (
        "stake = \"500\"",
        "stake = \"601\"",
        52,
        "`lps[1].stake` is 601, 801 with the groups before it; legal: at most `capital.orderbook.makers` = 800",
    ),
    (
        "stake = \"500\"",
        "stake = \"0\"",
        52,
        "`lps[1].stake` is 0; legal: above 0",
    ),
    (
        "name = \"crowd\"\ntranche",
        "name = \"fund\"\ntranche",
        50,
        "`lps[1].name` is `fund`, a second time; legal: a name of its own",
    ),
    (
        "name = \"desk\"",
        "name = \"fund-2\"",
        35,
        "`lps[0].name` is `fund`, whose `fund-2` is a bidder already; legal: a name of its own",
    ),
    (
        "drawdown = \"5%\"",
        "drawdown = \"0\"",
        41,
        "`lps[0].leave[0].when.drawdown` is 0; legal: above 0, at most 1",
    ),
    (
        "coverage = \"22%\"",
        "coverage = \"2\"",
        44,
        "`lps[0].leave[1].when.coverage` is 2; legal: above 0, at most 1",
    ),
    (
        "news = \"n\"",
        "news = \"m\"",
        55,
        "`lps[1].leave[0].when.news` is `m`; legal: one of the news n",
    ),
    (
        "when = { at = 90 }",
        "when = { at = 9000 }",
        57,
        "`lps[1].leave[1].when.at` is 9000; legal: from 2025-06-01T12:00:00Z to 2025-06-01T12:10:00Z",
    ),
    (
        "when = { at = 90 }",
        "when = { weather = 90 }",
        57,
        "unknown variant `weather`, expected one of `drawdown`, `coverage`, `news`, `at`",
    ),
    (
        "probability = \"50%\"",
        "probability = \"150%\"",
        45,
        "`lps[0].leave[1].probability` is 1.5; legal: 0 to 1",
    ),
    (
        "max = 60 }",
        "max = 604801 }",
        46,
        "`lps[0].leave[1].delay.uniform.max` is 604801; legal: 0 to 604800 seconds",
    ),
    (
        "min = 0, max = 60",
        "min = 61, max = 60",
        46,
        "`lps[0].leave[1].delay.uniform.min` is 61; legal: at most `max` = 60",
    ),
    (
        "share = \"50%\"",
        "share = \"0\"",
        47,
        "`lps[0].leave[1].share` is 0; legal: above 0, at most 1",
    ),
    (
        "return_after = 300",
        "return_after = 0",
        48,
        "`lps[0].leave[1].return_after` is 0; legal: 1 to 604800 seconds",
    ),
    (
        "of = \"ann\"",
        "of = \"bob\"",
        69,
        "`traders[1].of` is `bob`; legal: a crowd, or an account with a position at the start or with an opening order",
    ),
    (
        "name = \"u\"",
        "name = \"t\"",
        68,
        "`traders[1].name` is `t`, a second time; legal: a name of its own",
    ),
    (
        "members = \"30%\"",
        "members = \"-1\"",
        61,
        "`traders[0].members` is -1; legal: 0 to 1",
    ),
    (
        "every = 5",
        "every = 0",
        62,
        "`traders[0].every` is 0; legal: 1 to 3600 seconds",
    ),
    (
        "times = 3",
        "times = 0",
        65,
        "`traders[0].times` is 0; legal: 1 to 1000",
    ),
    (
        "budget = \"20\"",
        "budget = \"0\"",
        66,
        "`traders[0].budget` is 0; legal: above 0",
    ),
    (
        "restore_margin_ratio = \"10%\"",
        "close = \"10%\"",
        66,
        "`traders[0].budget` is beside what posts no margin; legal: a budget beside `add_margin` or `restore_margin_ratio` alone",
    ),
    (
        "margin_ratio = \"5%\" }",
        "margin_ratio = \"1.5\" }",
        63,
        "`traders[0].when.margin_ratio` is 1.5; legal: above 0, at most 1",
    ),
    (
        "by = \"150%\"",
        "by = \"101\"",
        70,
        "`traders[1].when.mark_rise.by` is 101; legal: above 0, at most 100",
    ),
    (
        "within = 60",
        "within = 0",
        70,
        "`traders[1].when.mark_rise.within` is 0; legal: 1 to 86400 seconds",
    ),
    (
        "flip = \"1\"",
        "flip = \"11\"",
        71,
        "`traders[1].do.flip` is 11; legal: above 0, at most 10",
    ),
    (
        "book_share = \"40%\"",
        "book_share = \"140%\"",
        76,
        "`bidders[0].book_share` is 1.4; legal: 0 to 1",
    ),
    (
        "own_loss = \"10%\"",
        "own_loss = \"0\"",
        78,
        "`bidders[0].vanish.when.own_loss` is 0; legal: above 0, at most 1",
    ),
    (
        "back_after = 60",
        "back_after = 604801",
        79,
        "`bidders[0].vanish.back_after` is 604801; legal: 1 to 604800 seconds",
    ),
    (
        "at = \"12:03:00\"",
        "at = \"13:03:00\"",
        32,
        "`news[0].at` is 13:03:00; legal: from 2025-06-01T12:00:00Z to 2025-06-01T12:10:00Z",
    ),
];

#[test]
fn every_refusal_names_its_place_and_what_is_legal() {
    let text = format!("{HEAD}{FULL}");
    for (stands, put, line, says) in REFUSED {
        assert_eq!(text.matches(stands).count(), 1, "{stands}");
        let error = parse(&text.replace(stands, put)).unwrap_err();
        assert!(error.contains(says), "{put}: {error}");
        assert!(
            error.contains(&format!("run.toml:{line}:")),
            "{put}: {error}"
        );
    }
}

#[test]
fn book_shares_sum_to_one_at_most() {
    let second = "[[bidders]]\nname = \"other\"\ncapital = \"10\"\ndiscount = \"1%\"\nbook_share = \"61%\"\n";
    let error = parse(&format!("{HEAD}{FULL}{second}")).unwrap_err();
    let says = "`bidders[1].book_share` is 1.01; legal: at most 1 with the bidders before it";
    assert!(error.contains(says), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The parts are the stake, the first is the largest, the others differ by a grid unit at
    /// most, and no other split into a large part and equal ones is nearer to the index.
    #[test]
    fn a_split_has_the_stated_concentration(
        units in 1_000_000_i64..1_000_000_000_000_000,
        count in 1_u32..200,
        place in 0_i64..=1_000_000,
    ) {
        let stake = Usd::units_i64(units);
        let least = Ratio::ONE.mul_div_ceil(Ratio::ULP, Ratio::units_i64(i64::from(count))).unwrap();
        let hhi = least + (Ratio::ONE - least).mul_floor(Ratio::units_i64(place * 1_000_000_000_000));
        let parts = concentrated(stake, count, hhi).unwrap();
        prop_assert_eq!(parts.iter().copied().sum::<Usd>(), stake);
        let (largest, others) = parts.split_first().unwrap();
        let (low, high) = (others.iter().min(), others.iter().max());
        if let (Some(low), Some(high)) = (low, high) {
            prop_assert!(*high - *low <= Usd::ULP);
            prop_assert!(*largest + Usd::ULP >= *high);
        }
        let found = herfindahl(&parts).unwrap();
        // A part is off by less than two grid units, the index by less than four of the smallest
        // stake's: 4/10⁶, and its own roundings.
        let off = (found - hhi).abs();
        let bound = Usd::units_i64(4).ratio_ceil(stake).unwrap() + Ratio::units_i64(1_000);
        prop_assert!(count == 1 || off <= bound, "{found} {hhi}");
        prop_assert_eq!(concentrated(stake, count, Ratio::ONE + Ratio::ULP), None);
    }
}
