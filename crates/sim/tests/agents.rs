//! Every rule of the agents, worked by hand on a venue of its own.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::Path;

use seawall_ledger::{Account, AccountId, BidderId, Cause, Entry};
use seawall_scenario::Scenario;
use seawall_sim::{Comparison, JournalSink, LpRun, VenueName, VenueOutcome, compare, run_one};
use seawall_units::{Base, Ratio, Usd};
use seawall_venue::{Event, LpHolding, StageId, TrancheName, Venue};

/// A quiet market of 10 600 USD: coverage 2 500 / 10 500 = 23.8 %.
const QUIET: &str = r#"
question = "Who gets out?"
seed = 1
[time]
start = "2025-06-01T12:00:00Z"
end = "2025-06-01T12:10:00Z"
[market]
coin = "BTC"
[capital]
total = "10600"
tranched = { senior = "8000", junior = "2500", insurance = "100" }
orderbook = { makers = "10500", backstops = ["100"] }
[terms.common]
initial = "4%"
maintenance = "2%"
[price.points]
points = [{ at = 0, price = "100" }, { at = 10, price = "100" }, { at = 11, price = "PRICE" }]
[venues.tranched.vault]
epoch = 60
junior_epochs = 1
"#;

/// One long of 10 from 100 with a margin of 100.
const LONG: &str = r#"
[[positions.each]]
account = "ann"
side = "long"
size = "10"
entry = "100"
margin = "100"
[venues.tranched.limits]
account = "1"
"#;

/// n = 3, h = 0.5: the large one has (1 + √(2·0.5))/3 = 2/3 of 1 200, the others 200 each.
const THREE: &str = r#"
[[lps]]
name = "three"
tranche = "junior"
stake = "1200"
count = 3
hhi = "0.5"
[[lps.leave]]
when = { at = 30 }
who = "largest"
[[lps.leave]]
when = { at = 90 }
who = "others"
"#;

fn parse(text: &str) -> Scenario {
    let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    Scenario::parse(text, "agents.toml", &none).unwrap_or_else(|error| panic!("{error}"))
}

fn quiet(price: &str, rest: &str) -> Scenario {
    parse(&format!("{}{rest}", QUIET.replace("PRICE", price)))
}

fn all(scenario: &Scenario) -> Comparison {
    compare(scenario, &VenueName::ALL).unwrap_or_else(|error| panic!("{error}"))
}

fn usd(text: &str) -> Usd {
    text.parse().unwrap()
}

fn junior(venue: &VenueOutcome) -> LpRun {
    venue.junior_providers.unwrap()
}

fn lawful(comparison: &Comparison) {
    for venue in &comparison.venues {
        assert_eq!(venue.breaches, Vec::<String>::new(), "{}", venue.name);
        assert_eq!(venue.ledger_sum, Usd::ZERO);
    }
}

#[derive(Default)]
struct Kept {
    entries: Vec<Entry>,
    events: Vec<Event>,
    /// What the first provider has of Junior at the end.
    first: LpHolding,
}

impl JournalSink for Kept {
    fn entry(&mut self, entry: &Entry) {
        self.entries.push(*entry);
    }
    fn event(&mut self, event: &Event) {
        self.events.push(event.clone());
    }
    fn ended(&mut self, venue: &dyn Venue) {
        self.first = venue.lp_holding(BidderId::new(0), TrancheName::Junior);
    }
}

impl Kept {
    fn run(scenario: &Scenario, venue: VenueName) -> Self {
        let mut kept = Self::default();
        run_one(scenario, venue, &mut kept).unwrap_or_else(|error| panic!("{error}"));
        kept
    }

    /// Margin that an account posted after the setup, with the second after the start.
    fn posted(&self, account: u32, scenario: &Scenario) -> Vec<(u64, Usd)> {
        let margin = Account::Margin(AccountId::new(account));
        let entries = self.entries.iter();
        let of = entries.filter(|e| e.transfer.cause() == Cause::MarginPosted);
        let of = of.filter(|e| e.transfer.to() == margin && e.time > scenario.start());
        of.map(|e| (e.time.since(scenario.start()), e.transfer.amount()))
            .collect()
    }

    /// Sizes filled by orders.
    fn fills(&self) -> Vec<Base> {
        let fills = self.events.iter().filter_map(|event| match event {
            Event::Fill(fill) => Some(fill.filled),
            _ => None,
        });
        fills.collect()
    }
}

/// Coverage holds the large one: with S = 8 000 Junior may shrink to 2 000, by 500. At the first
/// minute 500 of his 800 get out; the others ask for 200 and 200 at the next, and with the 300 that
/// are left of his they wait in vain. In the pool and in the order book all of them get out.
#[test]
fn three_providers_at_the_gate_of_coverage() {
    let comparison = all(&quiet("100", THREE));
    lawful(&comparison);
    let tranched = junior(&comparison.venues[0]);
    assert_eq!(tranched.stake, usd("1200"));
    assert_eq!((tranched.asked, tranched.left), (usd("1200"), usd("500")));
    assert_eq!(tranched.first_exit, Some(Ratio::ONE));
    assert_eq!(tranched.stayed, Some(Ratio::ONE));
    // 4/9 + 2/36 = 0.5, shares and squares rounded down.
    assert_eq!(
        tranched
            .hhi_start
            .unwrap()
            .mul_floor(Ratio::whole(1_000_000)),
        "499999.999999999997".parse().unwrap()
    );
    // 300, 200 and 200: (3/7)² + 2·(2/7)² = 17/49, to the digits that rounding down leaves.
    let end = tranched.hhi_end.unwrap();
    assert!(
        end <= "0.346938775510204082".parse().unwrap()
            && end >= "0.346938775510204070".parse().unwrap(),
        "{end}"
    );
    // What agents ask for is asked for: all of it waits or is granted.
    for venue in &comparison.venues {
        assert_eq!(venue.redemptions.asked, usd("1200"), "{}", venue.name);
    }
    // Three requests and the claim of the large one.
    let sent = comparison.venues[0].reactions;
    assert_eq!((sent.sent, sent.refused), (4, 0));
    for other in &comparison.venues[1..] {
        let run = junior(other);
        assert_eq!(
            (run.asked, run.left),
            (usd("1200"), usd("1200")),
            "{}",
            other.name
        );
        assert_eq!((run.stayed, run.hhi_end), (None, None));
        assert_eq!(
            (run.first_exit, run.last_exit),
            (Some(Ratio::ONE), Some(Ratio::ONE))
        );
        let minutes = run.last_exit_at.unwrap().since(run.first_exit_at.unwrap());
        assert_eq!(minutes, 60);
    }
}

/// The pool of 10 600 loses 300 on ten long tokens that rise from 100 to 130: 2.83 %. Two per cent
/// make a holder of 1 060 leave, three do not.
#[test]
fn a_drawdown_counts_from_the_peak_of_the_share_value() {
    let with = |drawdown: &str| {
        let lp = format!(
            "[[lps]]\nname = \"one\"\ntranche = \"senior\"\nstake = \"1060\"\n[[lps.leave]]\nwhen = {{ drawdown = \"{drawdown}\" }}\n"
        );
        let comparison = all(&quiet("130", &format!("{LONG}{lp}")));
        lawful(&comparison);
        comparison.venues[2].senior_providers.unwrap()
    };
    let left = with("2%");
    assert!(
        left.left.is_positive() && left.left <= usd("1030.1"),
        "{left:?}"
    );
    assert_eq!(with("3%").left, Usd::ZERO);
}

/// Coverage falls when Junior loses: 2 500 − 300 = 2 200 of 10 200 is 21.6 %. In a venue without
/// tranches there is no coverage to look at.
#[test]
fn coverage_is_seen_only_where_there_are_tranches() {
    let lp = "[[lps]]\nname = \"s\"\ntranche = \"senior\"\nstake = \"1000\"\n[[lps.leave]]\nwhen = { coverage = \"22%\" }\nshare = \"40%\"\n";
    let comparison = all(&quiet("130", &format!("{LONG}{lp}")));
    lawful(&comparison);
    let left = comparison
        .venues
        .iter()
        .map(|venue| venue.senior_providers.unwrap().left);
    let left: Vec<Usd> = left.collect();
    // Fees of a few minutes make a senior share worth a little more than one USD.
    assert!(left[0] >= usd("400") && left[0] < usd("400.1"), "{left:?}");
    assert_eq!(left[1..], [Usd::ZERO, Usd::ZERO]);
}

/// Who left comes back with what he got, so many seconds after he was let out.
#[test]
fn a_provider_returns_with_what_he_got() {
    let lp = "[[lps]]\nname = \"s\"\ntranche = \"senior\"\nstake = \"1000\"\n[[lps.leave]]\nwhen = { news = \"n\" }\nreturn_after = 100\n[[news]]\nname = \"n\"\nat = 30\ntext = \"?\"\n";
    let scenario = quiet("100", lp);
    for name in VenueName::ALL {
        let kept = Kept::run(&scenario, name);
        let of = |cause: Cause| {
            let entries = kept.entries.iter().filter(|e| e.transfer.cause() == cause);
            let seen = entries.map(|e| (e.time.since(scenario.start()), e.transfer.amount()));
            seen.collect::<Vec<_>>()
        };
        // Asked at 30, out at 60; back at 160, in at 180.
        assert_eq!(of(Cause::VaultRedemption), [(60, usd("1000"))], "{name}");
        assert_eq!(of(Cause::VaultDeposit), [(180, usd("1000"))], "{name}");
    }
}

/// At 94 the equity is 100 − 60 = 40 of 940, 4.3 %: below 5 %. Back to 10 % lacks 94 − 40 = 54, of
/// which a budget lets him post 30 and then nothing.
#[test]
fn margin_is_added_up_to_a_ratio_within_a_budget() {
    let rule = |rest: &str| {
        let rule = format!(
            "[[traders]]\nname = \"top-up\"\nof = \"ann\"\nevery = 1\nwhen = {{ margin_ratio = \"5%\" }}\n{rest}\n"
        );
        quiet("94", &format!("{LONG}{rule}"))
    };
    let posted = |scenario: &Scenario, venue| Kept::run(scenario, venue).posted(0, scenario);
    let whole = rule("do = { restore_margin_ratio = \"10%\" }");
    assert_eq!(posted(&whole, VenueName::Tranched), [(12, usd("54"))]);
    let late = rule("do = { restore_margin_ratio = \"10%\" }\ndelay = { fixed = 7 }");
    assert_eq!(posted(&late, VenueName::Tranched), [(19, usd("54"))]);
    let poor = rule("do = { restore_margin_ratio = \"10%\" }\nbudget = \"30\"\ntimes = 9");
    assert_eq!(posted(&poor, VenueName::Tranched), [(12, usd("30"))]);
    // 40 + 5 of 940 is 4.8 %: once more, and then it is 5.3 %.
    let steps = rule("do = { add_margin = \"5\" }\ntimes = 9");
    assert_eq!(
        posted(&steps, VenueName::Tranched),
        [(12, usd("5")), (13, usd("5"))]
    );
    // The order book's mark moves every three seconds: at 12, seen at 12, posted at 13. With the
    // documented mark it would still hang between its book and the price then.
    let oracle = whole
        .with("venues.hyperliquid.mark.rule", "oracle")
        .unwrap();
    assert_eq!(posted(&oracle, VenueName::Hyperliquid), [(13, usd("54"))]);
    let never = rule("do = { add_margin = \"5\" }\nprobability = \"0\"");
    assert_eq!(posted(&never, VenueName::Tranched), []);
}

/// A loss of 60 is more than half of the margin of 100 and not more than 70 % of it; a profit of 60
/// likewise.
#[test]
fn positions_are_closed_on_a_loss_or_a_profit() {
    let fills = |price: &str, when: &str, act: &str| {
        let rule = format!(
            "[[traders]]\nname = \"r\"\nof = \"ann\"\nevery = 1\nwhen = {{ {when} }}\ndo = {{ {act} }}\n"
        );
        let scenario = quiet(price, &format!("{LONG}{rule}"));
        Kept::run(&scenario, VenueName::Tranched).fills()
    };
    let sizes = |of: &[i32]| of.iter().map(|size| Base::whole(*size)).collect::<Vec<_>>();
    assert_eq!(
        fills("94", "loss = \"50%\"", "close = \"50%\""),
        sizes(&[-5])
    );
    assert_eq!(fills("94", "loss = \"70%\"", "close = \"50%\""), sizes(&[]));
    assert_eq!(
        fills("106", "profit = \"50%\"", "close = \"1\""),
        sizes(&[-10])
    );
    let fall = "mark_fall = { by = \"5%\", within = 60 }";
    // First the close, then a short of half the size.
    assert_eq!(fills("94", fall, "flip = \"50%\""), sizes(&[-10, -5]));
    let rise = "mark_rise = { by = \"7%\", within = 60 }";
    assert_eq!(fills("106", rise, "close = \"1\""), sizes(&[]));
}

/// The auction of `stage-2-auction` begins in second 11, and its bidder takes the lots 23 seconds
/// later. If he vanishes at the fall and is back 30 seconds after it, he takes them in second 42,
/// τ = 31, at 92.5 − 2.5·31/60 = 91.2083333334 (up): discounts of 50 000 − 49 301.801801 = 698.198199 and
/// 42 500.000001 − 41 906.531531 = 593.468470.
#[test]
fn a_bidder_who_vanishes_bids_when_he_is_back() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios/stage-2-auction.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let rule = "[bidders.vanish]\nwhen = { mark_fall = { by = \"5%\", within = 60 } }\n";
    let with = |rest: &str| {
        let text = text.replace(
            "discount = \"100bp\"\n",
            &format!("discount = \"100bp\"\n{rule}{rest}"),
        );
        let comparison = all(&parse(&text));
        lawful(&comparison);
        let auction = comparison.venues[0].stages[1];
        assert_eq!(auction.stage, StageId::Auction);
        // Nobody bids in the pool, and the order book's makers are as many as before.
        let refused: Vec<u64> = comparison
            .venues
            .iter()
            .map(|v| v.reactions.refused)
            .collect();
        assert_eq!((refused[0], refused[1]), (0, 0));
        assert_eq!(refused[2], comparison.venues[2].reactions.sent);
        auction.owner_cost
    };
    assert_eq!(with("back_after = 30\n"), usd("1291.666669"));
    // If he never comes back, the lots still wait when the scenario ends, before their 60 seconds.
    assert_eq!(with(""), Usd::ZERO);
    assert_eq!(with("probability = \"0\"\n"), usd("958.333336"));
}

/// Same file, same seed, same bytes, on any number of threads.
#[test]
fn threads_change_nothing() {
    for name in ["bank-run", "jelly-style-squeeze"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
        let scenario = Scenario::load(path.join(format!("{name}.toml")));
        let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.unwrap().install(|| all(&scenario))
        };
        let one = on(1);
        lawful(&one);
        assert_eq!(one, on(3), "{name}");
        assert!(one.venues.iter().all(|venue| venue.reactions.sent > 30));
    }
}

/// Rules that do not touch each other may stand in any order.
#[test]
fn the_order_of_the_file_moves_no_money() {
    let lp = |name: &str, at: u32| {
        format!(
            "[[lps]]\nname = \"{name}\"\ntranche = \"junior\"\nstake = \"300\"\ncount = 4\nhhi = \"0.3\"\n[[lps.leave]]\nwhen = {{ at = {at} }}\nprobability = \"60%\"\ndelay = {{ uniform = {{ min = 0, max = 300 }} }}\n"
        )
    };
    let trader = |name: &str, of: &str| {
        format!(
            "[[traders]]\nname = \"{name}\"\nof = \"{of}\"\nwhen = {{ margin_ratio = \"20%\" }}\ndo = {{ add_margin = \"3\" }}\ntimes = 5\nprobability = \"50%\"\n"
        )
    };
    let positions = LONG.to_owned()
        + "[[positions.each]]\naccount = \"bob\"\nside = \"short\"\nsize = \"10\"\nentry = \"100\"\nmargin = \"100\"\n";
    let [a, b] = [lp("a", 20), lp("b", 200)];
    let [x, y] = [trader("x", "ann"), trader("y", "bob")];
    let one = all(&quiet("100", &format!("{positions}{a}{b}{x}{y}")));
    let other = all(&quiet("100", &format!("{positions}{b}{a}{y}{x}")));
    lawful(&one);
    assert_ne!(one.scenario_hash, other.scenario_hash);
    assert!(one.venues == other.venues);
    assert!(junior(&one.venues[2]).left.is_positive());
}

/// A stake beyond what the vault has for anybody is refused with its place.
#[test]
fn a_stake_beyond_the_founders_shares_is_refused() {
    let lp = "[[lps]]\nname = \"s\"\ntranche = \"junior\"\nstake = \"2500\"\n";
    let error = compare(&quiet("100", lp), &VenueName::ALL)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("`lps[0].stake`: tranched cannot hand it over"),
        "{error}"
    );
    assert!(error.contains("agents.toml:24:9"), "{error}");
}

/// In a pool without tranches the price of the run is above zero: who left first got more than
/// what stayed is worth.
#[test]
fn in_a_pool_the_first_leavers_are_paid_by_those_who_stay() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/scenarios");
    let run = |name: &str| {
        let scenario = Scenario::load(path.join(format!("{name}.toml")));
        all(&scenario.unwrap_or_else(|error| panic!("{error}")))
    };
    let bank = run("bank-run");
    for venue in &bank.venues[1..] {
        let run = junior(venue);
        assert!(
            run.first_exit.unwrap() > run.stayed.unwrap(),
            "{}",
            venue.name
        );
        assert!(
            run.last_exit.unwrap() <= run.first_exit.unwrap(),
            "{}",
            venue.name
        );
        assert!(run.left <= run.asked && run.asked.is_positive());
        // The largest, three fifths of the group, got out whole.
        assert!(run.left > run.stake.mul_floor(Ratio::bps(5_500)), "{run:?}");
    }
    // Three fifths of the group are the large one's: (3/5)² + 4·(1/10)² = 0.4.
    let start = junior(&bank.venues[0]).hhi_start.unwrap();
    assert_eq!(start, "0.4".parse().unwrap());
    // The squeeze: the order book's backstop inherits the short and loses by it.
    let squeeze = run("jelly-style-squeeze");
    assert!(squeeze.venues[1].backstop_result.unwrap() < usd("-1000000"));
    assert!(squeeze.venues[2].lp_return.is_negative());
}

/// Ten long tokens lose 10 on a fall from 100 to 99. The tranches' exit price leaves the loss out,
/// the mark counts it: half of 1 000 shares are 500 at the exit price, and neither 502 nor 500 of
/// the mark's. What is left is what he keeps, but for what one unit of money buys.
#[test]
fn half_of_the_shares_is_half_of_them_at_the_exit_price() {
    const HALF: &str = "
[[lps]]
name = \"half\"
tranche = \"junior\"
stake = \"1000\"
[[lps.leave]]
when = { at = 30 }
share = \"50%\"
";
    let scenario = quiet("99", &format!("{LONG}{HALF}").replace('\r', ""));
    for venue in VenueName::ALL {
        let left = Kept::run(&scenario, venue).first;
        assert!(left.granted.is_positive() && left.waiting.is_zero());
        let more = left.shares - 500_000_000_000;
        assert!((0..=1_020).contains(&more), "{venue:?}: {left:?}");
    }
}

/// A long is 80·50 − 400 = 3 600 below zero: Junior's 2 500, the fund's 100 and 1 000 of Senior pay,
/// and Junior freezes. Of 2 100 that come back, Senior takes 1 000 and the fund 100; the rest is
/// shared by 2 500 shares. Who has 1 000 of them gets 400: that is what stayed, and he claims it
/// without ever having wanted to leave.
#[test]
fn what_a_frozen_series_gets_back_reaches_its_providers() {
    const LOST: &str = r#"
dead_deposit = "0"
[[positions.each]]
account = "ann"
side = "long"
size = "80"
entry = "100"
margin = "400"
[[positions.each]]
account = "bob"
side = "short"
size = "80"
entry = "100"
margin = "8000"
[[lps]]
name = "one"
tranche = "junior"
stake = "1000"
[venues.tranched.limits]
account = "1"
[venues.tranched.waterfall]
loss_order = "adl_last"
[venues.tranched.fees]
coupon = "0"
[venues.tranched.rates.funding]
velocity_per_minute = "0"
[venues.tranched.rates.utilisation]
base = "0"
max = "0"
[[recoveries]]
at = 250
amount = "2100"
"#;
    let scenario = quiet("50", LOST);
    let comparison = all(&scenario);
    lawful(&comparison);
    let tranched = &comparison.venues[0];
    let back = usd("400");
    assert_eq!(
        Kept::run(&scenario, VenueName::ALL[0]).first.recovered,
        back
    );
    assert_eq!(junior(tranched).stayed, Some("0.4".parse().unwrap()));
    assert_eq!(tranched.redemptions.claimed, back);
    assert_eq!(
        (tranched.reactions.sent, tranched.reactions.refused),
        (1, 0)
    );
}
