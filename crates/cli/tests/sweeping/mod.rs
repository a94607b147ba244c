//! A small sweep in a folder of its own.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SCENARIO: &str = r#"
question = "What does a minute cost twenty accounts?"
seed = 1
assumed = ["Everything."]
[time]
start = "2025-10-10T21:00:00Z"
end = "2025-10-10T21:01:00Z"
[market]
coin = "BTC"
[capital]
total = "1000000"
tranched = { senior = "790000", junior = "200000", insurance = "10000" }
orderbook = { makers = "900000", backstops = ["100000"] }
[terms.common]
initial = "2%"
maintenance = "1%"
[price.points]
points = [{ at = 0, price = "60000" }]
[positions]
scale = true
[[positions.drawn]]
name = "crowd"
count = 20
long_share = "66%"
notional = { lognormal = { median = "8000", sigma = "1.2", min = "10", max = "100000" } }
leverage = { uniform = { min = "2", max = "40" } }
"#;

/// The sweep's file; the last line has the number of paths.
pub(crate) fn sweep_text(paths: u64) -> String {
    format!(
        r#"
question = "What do twenty accounts, some of them deep in debt, cost?"
seed = 7
scenario = "scenario.toml"
paths = {paths}
[price]
tick = 1
[price.gbm]
drift = "0"
volatility = "900%"
[[grid]]
key = "market.junior"
values = ["100000", "200000"]
"#
    )
}

/// A folder with the sweep in it.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn new(paths: u64) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::write(place.at("scenario.toml"), SCENARIO).unwrap();
        fs::write(place.at("sweep.toml"), sweep_text(paths)).unwrap();
        place
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// The command, in the folder.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seawall"));
        command.args(args).current_dir(self.folder());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What a command that must work says.
    pub(crate) fn done(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Status and complaint of a command that must not work.
    pub(crate) fn refused(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(args);
        assert!(!output.status.success(), "{args:?}: {output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code().unwrap(), said)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        let path = self.at(name);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// Whether a tool that is missing is a failure here.
pub(crate) fn required(tool: &str) -> bool {
    std::env::var(format!("SEAWALL_{tool}")).is_ok_and(|value| value == "required")
}

pub(crate) fn python() -> String {
    std::env::var("SEAWALL_PYTHON").unwrap_or_else(|_| String::from("python3"))
}
