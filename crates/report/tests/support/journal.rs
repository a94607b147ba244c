//! Journals of tests.

use std::collections::BTreeMap;

use seawall_report::journal::{FORMAT, Header, VERSION};
use seawall_units::Time;
use seawall_venue::StageId;
use sha2::{Digest, Sha256};

/// The header of a made-up run in the tranched market.
pub(crate) fn header(scenario: &str) -> Header {
    Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        program: String::from("0.1.0"),
        scenario: scenario.to_owned(),
        scenario_sha256: "0".repeat(64),
        seed: 7,
        venue: String::from("tranched"),
        start: Time::from_secs(100),
        opening: "100".parse().unwrap(),
        margin: None,
        loss_order: vec![StageId::Junior, StageId::Residual],
        parameters: serde_json::Value::Null,
        names: BTreeMap::new(),
    }
}

/// The journal with a chain that fits its lines, as a forger would leave it.
#[allow(dead_code)] // not every test forges
pub(crate) fn resealed(journal: &str) -> String {
    let mut state = [0_u8; 32];
    let digits = |state: &[u8]| -> String { state.iter().map(|b| format!("{b:02x}")).collect() };
    let mut sealed = String::new();
    for line in journal.lines() {
        if let Some((body, _)) = line.rsplit_once(",\"chain\":\"")
            && !line.starts_with("{\"end\"")
        {
            let mut digest = Sha256::new();
            digest.update(state);
            digest.update(body);
            state = digest.finalize().into();
            let shown = &digits(&state)[..16];
            sealed.push_str(&format!("{body},\"chain\":\"{shown}\"}}\n"));
        } else {
            let (body, _) = line.rsplit_once(",\"chain\":\"").unwrap();
            sealed.push_str(&format!("{body},\"chain\":\"{}\"}}}}\n", digits(&state)));
        }
    }
    sealed
}
