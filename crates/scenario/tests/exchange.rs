//! Files that state several markets.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

use std::path::Path;

use seawall_scenario::{Exchange, Scenario, ScenarioError};

const TWO: &str = r#"question = "Two?"
seed = 7
[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:01:00Z"
[capital]
total = "1000"
tranched = { senior = "790", junior = "200", insurance = "10" }
orderbook = { makers = "900", backstops = ["100"] }
[terms.common]
initial = "2%"
maintenance = "1%"
[[markets]]
name = "a"
market = { coin = "BTC" }
price.points.points = [{ at = 0, price = "100" }]
[[markets.positions.drawn]]
name = "crowd"
count = 3
long_share = "0.5"
notional = { fixed = "1" }
leverage = { fixed = "2" }
[[markets]]
name = "b"
market = { coin = "MEME" }
price.points.points = [{ at = 0, price = "1" }]
venues.tranched.ladder.half_spread = "3bp"
"#;

fn parse(text: &str) -> Result<Exchange, ScenarioError> {
    let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    Exchange::parse(text, "two.toml", &none)
}

fn refusal(text: &str) -> String {
    match parse(text) {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_a_market_states_stands_in_the_place_of_what_the_file_states() {
    let own = "price.points.points = [{ at = 0, price = \"1\" }]\n";
    let capital = format!(
        "{own}capital = {{ total = \"500\", tranched = {{ senior = \"400\", junior = \"90\", insurance = \"10\" }}, orderbook = {{ makers = \"500\" }} }}\n"
    );
    let exchange = parse(&TWO.replace(own, &capital)).unwrap();
    let total = |name| {
        exchange
            .market(name)
            .unwrap()
            .file()
            .capital
            .total
            .to_string()
    };
    assert_eq!(
        (total("a").as_str(), total("b").as_str()),
        ("1000.000000", "500.000000")
    );
    assert_eq!(exchange.name(), "two");
    assert_eq!(exchange.question(), "Two?");
    assert_eq!(exchange.market("b").unwrap().name(), "two: b");
    assert!(exchange.market("c").is_none());
}

/// The seed of a market's draws hangs on the file's seed and the market's name alone.
#[test]
fn a_market_beside_it_shifts_no_draws() {
    let seed = |exchange: &Exchange, name| exchange.market(name).unwrap().file().seed;
    let both = parse(TWO).unwrap();
    let at = TWO.rfind("[[markets]]").unwrap();
    let alone = parse(&TWO[..at]).unwrap();
    assert_eq!(seed(&alone, "a"), seed(&both, "a"));
    assert_ne!(seed(&both, "a"), seed(&both, "b"));
    // SHA-256 of 7 as eight bytes, lowest first, and "a"; its first eight bytes, lowest first:
    // printf '\x07\0\0\0\0\0\0\0a' | sha256sum
    assert_eq!(seed(&both, "a"), SEED_OF_A);
    let stated = parse(&TWO.replace("name = \"a\"\n", "name = \"a\"\nseed = 9\n")).unwrap();
    assert_eq!(seed(&stated, "a"), 9);
}

const SEED_OF_A: u64 = 3_492_493_151_887_723_448;

#[test]
fn every_refusal_names_the_place_in_its_market() {
    let check = |from: &str, to: &str, expected: &str| {
        assert!(TWO.contains(from), "{from}");
        let text = refusal(&TWO.replacen(from, to, 1));
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("two.toml:"), "{text}");
    };
    check(
        "name = \"b\"",
        "name = \"a\"",
        "`markets[1].name` is `a`, a second time; legal: a name of its own",
    );
    check(
        "name = \"b\"",
        "name = \"b/c\"",
        "`markets[1].name` is `b/c`; legal: 1 to 32 letters, digits",
    );
    check("name = \"b\"\n", "", "missing field `name`");
    check(
        "name = \"b\"",
        "name = \"b\"\nquestion = \"?\"",
        "`markets[1].question` is stated for one market; legal: stated once",
    );
    check(
        "name = \"b\"",
        "name = \"b\"\ntime = { start = 0, end = 1 }",
        "`markets[1].time` is stated for one market",
    );
    check(
        "count = 3",
        "count = 3000000",
        "`markets[0].positions.drawn[0].count` is 3000000",
    );
    check(
        "count = 3",
        "counts = 3",
        "`markets[0].positions.drawn[0].counts`: unknown field `counts`",
    );
    check(
        "price = \"1\"",
        "price = \"-1\"",
        "`markets[1].price.points.points[0].price`",
    );
    check(
        "market = { coin = \"MEME\" }\n",
        "",
        "`markets[1]`: missing field `market`",
    );
    check(
        "senior = \"790\"",
        "senior = \"791\"",
        "`capital.tranched` is 1001 in sum",
    );
    check(
        "name = \"b\"",
        "name = \"b\"\nmarkets = []",
        "`markets[1].markets` is stated for one market",
    );
}

#[test]
fn venue_parameters_of_a_market_are_read_and_refused_in_their_place() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params {}
    let exchange = parse(TWO).unwrap();
    let error = exchange
        .market("b")
        .unwrap()
        .venue_params::<Params>("tranched")
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("`markets[1].venues.tranched.ladder`: unknown field"),
        "{text}"
    );
    assert!(text.contains("two.toml:27"), "{text}");
    exchange
        .market("a")
        .unwrap()
        .venue_params::<Params>("tranched")
        .unwrap();
}

#[test]
fn one_market_and_several_are_not_mistaken_for_each_other() {
    let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let error = Scenario::parse(TWO, "two.toml", &none)
        .unwrap_err()
        .to_string();
    assert!(error.contains("the file states several markets"), "{error}");
    let at = TWO.find("[[markets]]").unwrap();
    assert!(refusal(&TWO[..at]).contains("absent: the file states one market"));
    assert!(
        refusal(&TWO[..at].replace("seed = 7", "seed = 7\nmarkets = []"))
            .contains("`markets` is 0 of them; legal: 1 to 64 markets")
    );
}

/// Another seed is another seed for a market that states its own as for one that does not.
#[test]
fn a_seed_of_its_own_is_replaced_too() {
    let own = parse(&TWO.replace("name = \"a\"\n", "name = \"a\"\nseed = 9\n")).unwrap();
    let seed = |name: &str, value: &str| {
        let one = own.market(name).unwrap().with("seed", value).unwrap();
        one.file().seed
    };
    assert_eq!((seed("a", "10"), seed("a", "11")), (10, 11));
    assert_ne!(seed("b", "10"), seed("b", "11"));
}
