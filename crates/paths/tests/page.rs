//! `docs/price-models.md`: every model that it shows is legal, and it names every key.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeSet;

use seawall_paths::PriceModel;

const PAGE: &str = include_str!("../../../docs/price-models.md");

/// A model with every key.
const WHOLE: [&str; 6] = [
    "gbm = { drift = '0', volatility = '1' }",
    "merton = { drift = '0', volatility = '1', jumps_a_year = '1', jump_mean = '0', jump_deviation = '0', jump_drift = 'added' }",
    "heston = { drift = '0', kappa = '1', theta = '1', xi = '1', rho = '0', initial_variance = '1' }",
    "regimes = { initial = 'a', regimes = [{ name = 'a', drift = '0', volatility = '1', switch = { b = '1' } }, { name = 'b', volatility = '1' }] }",
    "bootstrap = { block = { fixed = 1 }, drift = 'kept', scale = '1' }",
    "replay = { start = 'first', scale = '1' }",
];

#[test]
fn every_model_on_the_page_is_legal_and_every_model_is_on_it() {
    let shown = PAGE.split("```toml\n").skip(1).map(|rest| {
        let block = rest.split("```").next().unwrap();
        let model: PriceModel = toml::from_str(block).unwrap_or_else(|e| panic!("{block}: {e}"));
        model.validate().unwrap();
        model.name()
    });
    let shown: BTreeSet<&str> = shown.collect();
    let known = WHOLE.map(|text| toml::from_str::<PriceModel>(text).unwrap().name());
    assert_eq!(shown, BTreeSet::from(known));
}

/// A key that a model writes stands in code letters on the page.
#[test]
fn every_key_is_on_the_page() {
    for text in WHOLE {
        let model: PriceModel = toml::from_str(text).unwrap();
        let written = toml::Table::try_from(&model).unwrap();
        let (_, mut parameters) = written.into_iter().next().unwrap();
        let mut keys: Vec<String> = parameters.as_table().unwrap().keys().cloned().collect();
        if let Some(regimes) = parameters.get_mut("regimes") {
            keys.retain(|key| key != "regimes");
            keys.extend(regimes[0].as_table().unwrap().keys().cloned());
        }
        assert!(keys.len() > 1, "{text}");
        for key in keys {
            assert!(
                PAGE.contains(&format!("`{key}`")),
                "{key} of {text} is not on the page"
            );
        }
    }
}
