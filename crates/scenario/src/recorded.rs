use std::path::Path;

use seawall_units::{Price, Time, Usd};

use crate::ScenarioError;
use crate::import::{Given, Imported, Series};
use crate::named::import_within_size;
use crate::path::anchored;
use crate::scenario::read_at_most;

/// A recorded price, and what was traded until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// When.
    pub at: Time,
    /// The price.
    pub price: Price,
    /// What was traded since the row before, where the file says so.
    pub volume: Option<Usd>,
}

/// The prices of a file by themselves, without a scenario around them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordedPrices {
    /// Prices in the order of time, one a second at most.
    pub prices: Vec<Recorded>,
    /// What was read.
    pub imported: Imported,
}

impl RecordedPrices {
    /// Reads a file of prices in any format that takes the place of a scenario's prices. A price
    /// table may have a column `volume_usd`, what was traded since the row before. Where marks and
    /// bars are given, a bar counts only before the first mark or after the last (M-11.5).
    ///
    /// `coin` says which of several coins is meant; a file of one coin needs none.
    ///
    /// **Errors** [`ScenarioError`] with file, line, field and the legal range: a price that is not
    /// a number above zero, rows out of order, no such coin, several coins and none named.
    pub fn load(path: &Path, coin: Option<&str>) -> Result<Self, ScenarioError> {
        let file = path.display().to_string();
        let bytes = read_at_most(path).map_err(|error| ScenarioError::Unreadable {
            file: file.clone(),
            reason: error.to_string(),
        })?;
        Self::of(&import_within_size(file, bytes)?, coin)
    }

    /// The same of a text in memory; `file` is its name in errors.
    ///
    /// ```
    /// use seawall_scenario::RecordedPrices;
    /// let text = b"time,price,volume_usd\n0,100,\n60,121,5000\n";
    /// let read = RecordedPrices::parse("prices.csv", text, None)?;
    /// assert_eq!(read.prices.len(), 2);
    /// assert_eq!(read.prices[1].volume, Some("5000".parse().unwrap()));
    ///
    /// let wrong = RecordedPrices::parse("prices.csv", b"time,price\n0,NaN\n", None);
    /// assert_eq!(
    ///     wrong.unwrap_err().to_string(),
    ///     "error: `price` is `NaN`; legal: a price above 0, up to 10^12, with at most 10 decimal places\n \
    ///      --> prices.csv:2:3"
    /// );
    /// # Ok::<(), seawall_scenario::ScenarioError>(())
    /// ```
    ///
    /// **Errors** as [`RecordedPrices::load`].
    pub fn parse(file: &str, bytes: &[u8], coin: Option<&str>) -> Result<Self, ScenarioError> {
        Self::of(
            &import_within_size(file.to_owned(), bytes.to_owned())?,
            coin,
        )
    }

    fn of(given: &Given, coin: Option<&str>) -> Result<Self, ScenarioError> {
        let series = match coin {
            Some(coin) => given.prices(coin)?,
            None => only_coin(given)?,
        };
        if series.observations.is_empty() {
            let found = format!("`{}`, which the file does not have", coin.unwrap_or(""));
            return Err(no_such_coin(given, &series, found));
        }
        let mut volumes = series.volumes.into_iter().peekable();
        let mut prices: Vec<Recorded> = Vec::new();
        for point in anchored(&series.observations) {
            let mut volume = None;
            while let Some((_, amount)) = volumes.next_if(|(at, _)| *at <= point.at) {
                volume = Some(volume.map_or(amount, |before| before + amount));
            }
            prices.push(Recorded {
                at: point.at,
                price: point.price,
                volume,
            });
        }
        Ok(Self {
            prices,
            imported: series.imported,
        })
    }
}

/// The prices of a file that names no coin, or only one.
fn only_coin(given: &Given) -> Result<Series, ScenarioError> {
    let series = given.prices("")?;
    let mut coins = series.coins.iter();
    match (coins.next(), coins.next()) {
        (None, _) => Ok(series),
        (Some(one), None) => given.prices(one),
        (Some(_), Some(_)) => {
            let found = "not named, and the file has several".to_owned();
            Err(no_such_coin(given, &series, found))
        }
    }
}

fn no_such_coin(given: &Given, series: &Series, found: String) -> ScenarioError {
    let coins: Vec<&str> = series.coins.iter().map(String::as_str).collect();
    ScenarioError::Row {
        file: given.file.clone(),
        line: 1,
        column: 1,
        field: "coin".to_owned(),
        found,
        legal: format!("one of {}", coins.join(", ")),
    }
}
