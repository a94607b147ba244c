use std::fmt::Display;

use seawall_units::{Base, Grid, Ratio, SECONDS_PER_MINUTE, Time, Usd};

use crate::document::Document;
use crate::fits::{Fits, Misfit};
use crate::model::{Distribution, ScenarioFile, Terms};
use crate::names::Crowds;
use crate::resolved::{Amount, Collateral, Window};
use crate::{At, ScenarioError};

/// The longest scenario: seven days.
pub(crate) const MAX_SPAN: u64 = 604_800;
/// The most positions of all crowds together.
const MAX_CROWD: u32 = 2_000_000;
/// The most drawn orders of all flows together, as expected: each is held in memory.
const MAX_DRAWN: i128 = 2_000_000;
/// The longest name, in characters.
pub(crate) const MAX_NAME: usize = 64;

pub(crate) const SHARE: &str = "0 to 1";
pub(crate) const POSITIVE: &str = "above 0";
pub(crate) const LEVERAGE: &str = "0.01 to 1000";
const MULTIPLE: &str = "0.01 to 100";

pub(crate) type Checked<T = ()> = Result<T, ScenarioError>;

/// A number without the zeros that its grid appends.
pub(crate) fn plain(value: impl Display) -> String {
    let text = value.to_string();
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

pub(crate) fn is_share(share: Ratio) -> bool {
    (Ratio::ZERO..=Ratio::ONE).contains(&share)
}

pub(crate) fn is_leverage(leverage: Ratio) -> bool {
    (Ratio::bps(100)..=Ratio::whole(1000)).contains(&leverage)
}

pub(crate) fn is_positive<G: Grid>(value: G) -> bool {
    value.units() > 0
}

/// What an account, a party or a crowd may be called.
pub(crate) fn is_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME
        && !name.trim().is_empty()
        && !name.chars().any(char::is_control)
}

fn is_multiple(ratio: Ratio) -> bool {
    (Ratio::bps(100)..=Ratio::whole(100)).contains(&ratio)
}

/// Looks whether what a file states is legal, and names the place where it is not.
pub(crate) struct Check<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) file: &'a ScenarioFile,
    pub(crate) span: Window,
    pub(crate) crowds: Crowds,
}

impl<'a> Check<'a> {
    /// Checks all that needs no price.
    pub(crate) fn new(document: &'a Document<'a>, file: &'a ScenarioFile) -> Checked<Self> {
        let span = Window {
            from: file.time.start.0,
            until: file.time.end.0,
        };
        let mut check = Self {
            document,
            file,
            span,
            crowds: Crowds::default(),
        };
        check.head()?;
        check.capital()?;
        check.terms()?;
        check.oracle()?;
        check.crowds = check.crowds()?;
        check.flows()?;
        check.expected()?;
        Ok(check)
    }

    pub(crate) fn fail<T>(
        &self,
        path: &str,
        found: impl Display,
        legal: impl Display,
    ) -> Checked<T> {
        Err(self.document.fail(path, found, legal))
    }

    /// Gives what does not fit the prices its place in the file.
    pub(crate) fn fits<T>(&self, result: Fits<T>) -> Checked<T> {
        result.map_err(|Misfit { path, found, legal }| self.document.fail(&path, found, legal))
    }

    /// Refuses a value that does not pass the test.
    pub(crate) fn ensure<T: Display + Copy>(
        &self,
        path: &str,
        value: T,
        legal: &str,
        test: impl Fn(T) -> bool,
    ) -> Checked {
        match test(value) {
            true => Ok(()),
            false => self.fail(path, plain(value), legal),
        }
    }

    pub(crate) fn name(&self, path: &str, name: &str) -> Checked {
        let shown: String = name.chars().take(MAX_NAME).collect();
        match is_name(name) {
            true => Ok(()),
            false => self.fail(
                path,
                format!("`{}`", shown.escape_debug()),
                format!("1 to {MAX_NAME} characters"),
            ),
        }
    }

    /// A moment, which must lie in the scenario's time.
    pub(crate) fn moment(&self, path: &str, at: At) -> Checked<Time> {
        let time = at.resolve(self.span.from);
        match self.span.contains(time) {
            true => Ok(time),
            false => self.fail(path, at, self.span_text()),
        }
    }

    fn span_text(&self) -> String {
        let TimeText { start, end } = TimeText::of(self.file);
        format!("from {start} to {end}")
    }

    /// A window, which is the whole scenario where an end is absent.
    pub(crate) fn window(
        &self,
        path: &str,
        from: Option<At>,
        until: Option<At>,
    ) -> Checked<Window> {
        let end = |name: &str, at: Option<At>, otherwise: Time| match at {
            Some(at) => self.moment(&format!("{path}.{name}"), at),
            None => Ok(otherwise),
        };
        let window = Window {
            from: end("from", from, self.span.from)?,
            until: end("until", until, self.span.until)?,
        };
        match window.from <= window.until {
            true => Ok(window),
            false => self.fail(
                &format!("{path}.until"),
                window.until,
                format!("not before `from` = {}", window.from),
            ),
        }
    }

    /// Exactly one of `size` and `notional`.
    pub(crate) fn amount(
        &self,
        path: &str,
        size: Option<Base>,
        notional: Option<Usd>,
    ) -> Checked<Amount> {
        match (size, notional) {
            (Some(size), None) => {
                self.ensure(&format!("{path}.size"), size, POSITIVE, is_positive)?;
                Ok(Amount::Size(size))
            }
            (None, Some(value)) => {
                self.ensure(&format!("{path}.notional"), value, POSITIVE, is_positive)?;
                Ok(Amount::Notional(value))
            }
            (None, None) => self.fail(path, "without a size", "one of `size` and `notional`"),
            (Some(_), Some(_)) => self.fail(
                &format!("{path}.notional"),
                "beside a `size`",
                "one of `size` and `notional`",
            ),
        }
    }

    /// At most one of `margin` and `leverage`.
    pub(crate) fn collateral(
        &self,
        path: &str,
        margin: Option<Usd>,
        leverage: Option<Ratio>,
    ) -> Checked<Option<Collateral>> {
        match (margin, leverage) {
            (Some(margin), None) => {
                self.ensure(&format!("{path}.margin"), margin, POSITIVE, is_positive)?;
                Ok(Some(Collateral::Margin(margin)))
            }
            (None, Some(by)) => {
                self.ensure(&format!("{path}.leverage"), by, LEVERAGE, is_leverage)?;
                Ok(Some(Collateral::Leverage(by)))
            }
            (None, None) => Ok(None),
            (Some(_), Some(_)) => self.fail(
                &format!("{path}.leverage"),
                "beside a `margin`",
                "one of `margin` and `leverage`",
            ),
        }
    }

    /// A distribution whose every value passes the test.
    pub(crate) fn distribution<T: Grid + Ord + Display>(
        &self,
        path: &str,
        drawn: &Distribution<T>,
        legal: &str,
        test: impl Fn(T) -> bool,
    ) -> Checked {
        let value = |name: &str, value: T| {
            let path = format!("{path}.{name}");
            self.ensure(&path, value, legal, &test)
        };
        let ordered = |name: &str, min: T, max: T| match min <= max {
            true => Ok(()),
            false => self.fail(
                &format!("{path}.{name}.min"),
                plain(min),
                format!("at most `max` = {}", plain(max)),
            ),
        };
        match drawn {
            Distribution::Fixed(only) => value("fixed", *only),
            Distribution::Uniform { min, max } => {
                value("uniform.min", *min)?;
                value("uniform.max", *max)?;
                ordered("uniform", *min, *max)
            }
            Distribution::Lognormal {
                median,
                sigma,
                min,
                max,
            } => {
                value("lognormal.median", *median)?;
                value("lognormal.min", *min)?;
                value("lognormal.max", *max)?;
                ordered("lognormal", *min, *max)?;
                let path = format!("{path}.lognormal.sigma");
                self.ensure(&path, *sigma, "0 to 10", |sigma| {
                    (Ratio::ZERO..=Ratio::whole(10)).contains(&sigma)
                })
            }
            Distribution::Choice(of) => {
                for (index, one) in of.iter().enumerate() {
                    value(&format!("choice[{index}].value"), one.value)?;
                    let path = format!("{path}.choice[{index}].weight");
                    self.ensure(&path, one.weight, "0 or more", |w| !w.is_negative())?;
                }
                let weights: Ratio = of.iter().map(|one| one.weight).sum();
                match weights.is_positive() {
                    true => Ok(()),
                    false => self.fail(
                        &format!("{path}.choice"),
                        "without any weight",
                        "weights that sum to more than 0",
                    ),
                }
            }
        }
    }

    fn head(&self) -> Checked {
        if self.file.question.trim().is_empty() {
            return self.fail("question", "empty", "the question that the scenario asks");
        }
        self.name("market.coin", &self.file.market.coin)?;
        let TimeText { start, end } = TimeText::of(self.file);
        match self.span.until.since(self.span.from) {
            0 => self.fail("time.end", end, format!("later than `start` = {start}")),
            1..=MAX_SPAN => Ok(()),
            _ => self.fail("time.end", end, format!("at most 7 days after {start}")),
        }
    }

    fn capital(&self) -> Checked {
        let capital = &self.file.capital;
        let at_least_zero = |path: &str, part: Usd| {
            self.ensure(path, part, "0 or more", |part| !part.is_negative())
        };
        self.ensure("capital.total", capital.total, POSITIVE, is_positive)?;
        let tranched = &capital.tranched;
        at_least_zero("capital.tranched.senior", tranched.senior)?;
        at_least_zero("capital.tranched.junior", tranched.junior)?;
        at_least_zero("capital.tranched.insurance", tranched.insurance)?;
        let parts = [tranched.senior, tranched.junior, tranched.insurance];
        self.sums_to_total("capital.tranched", &parts)?;
        at_least_zero("capital.orderbook.makers", capital.orderbook.makers)?;
        for (index, part) in capital.orderbook.backstops.iter().enumerate() {
            at_least_zero(&format!("capital.orderbook.backstops[{index}]"), *part)?;
        }
        let mut parts = capital.orderbook.backstops.clone();
        parts.push(capital.orderbook.makers);
        self.sums_to_total("capital.orderbook", &parts)
    }

    /// Equal capital for every venue (M-11.1).
    fn sums_to_total(&self, path: &str, parts: &[Usd]) -> Checked {
        let sum: Usd = parts.iter().copied().sum();
        match sum == self.file.capital.total {
            true => Ok(()),
            false => self.fail(
                path,
                format!("{} in sum", plain(sum)),
                format!(
                    "exactly `capital.total` = {}",
                    plain(self.file.capital.total)
                ),
            ),
        }
    }

    fn terms(&self) -> Checked {
        let Terms::Common {
            initial,
            maintenance,
        } = self.file.terms
        else {
            return Ok(());
        };
        self.ensure("terms.common.initial", initial, "above 0, at most 1", |r| {
            r.is_positive() && is_share(r)
        })?;
        let legal = format!("above 0 and below `initial` = {}", plain(initial));
        self.ensure("terms.common.maintenance", maintenance, &legal, |r| {
            r.is_positive() && r < initial
        })
    }

    fn crowds(&self) -> Checked<Crowds> {
        let mut crowds = Crowds::default();
        for (index, crowd) in self.file.positions.drawn.iter().enumerate() {
            let path = format!("positions.drawn[{index}]");
            self.name(&format!("{path}.name"), &crowd.name)?;
            if crowds.append(&crowd.name, crowd.count).is_none() {
                let found = format!("`{}`, a second time", crowd.name);
                return self.fail(&format!("{path}.name"), found, "a name of its own");
            }
            let legal = format!("at most {MAX_CROWD} in all crowds together");
            let within = |_| crowds.total() <= MAX_CROWD;
            self.ensure(&format!("{path}.count"), crowd.count, &legal, within)?;
            let share = format!("{path}.long_share");
            self.ensure(&share, crowd.long_share, SHARE, is_share)?;
            let notional = format!("{path}.notional");
            self.distribution(&notional, &crowd.notional, POSITIVE, is_positive)?;
            let leverage = format!("{path}.leverage");
            self.distribution(&leverage, &crowd.leverage, LEVERAGE, is_leverage)?;
            self.distribution(
                &format!("{path}.entry"),
                &crowd.entry,
                MULTIPLE,
                is_multiple,
            )?;
        }
        Ok(crowds)
    }

    fn flows(&self) -> Checked {
        // Orders per minute times seconds, so that nothing is rounded.
        let mut left = MAX_DRAWN
            .saturating_mul(Ratio::ONE_UNITS)
            .saturating_mul(SECONDS_PER_MINUTE.into());
        for (index, flow) in self.file.orders_drawn.iter().enumerate() {
            let path = format!("orders_drawn[{index}]");
            self.name(&format!("{path}.name"), &flow.name)?;
            let per_minute = format!("{path}.per_minute");
            self.ensure(&per_minute, flow.per_minute, "0 to 60000", |r| {
                (Ratio::ZERO..=Ratio::whole(60_000)).contains(&r)
            })?;
            let window = self.window(&path, flow.from, flow.until)?;
            let seconds = i128::from(window.until.since(window.from)).saturating_add(1);
            let most = left.checked_div(seconds).unwrap_or(0);
            let whole = most.checked_div(Ratio::ONE_UNITS).unwrap_or(0);
            let legal = format!(
                "0 to {whole} for these {seconds} seconds: at most {MAX_DRAWN} expected orders of all flows together"
            );
            self.ensure(&per_minute, flow.per_minute, &legal, |r| r.units() <= most)?;
            left = left.saturating_sub(flow.per_minute.units().saturating_mul(seconds));
            let share = format!("{path}.long_share");
            self.ensure(&share, flow.long_share, SHARE, is_share)?;
            let closes = format!("{path}.closes_share");
            self.ensure(&closes, flow.closes_share, SHARE, is_share)?;
            let notional = format!("{path}.notional");
            self.distribution(&notional, &flow.notional, POSITIVE, is_positive)?;
            let leverage = format!("{path}.leverage");
            self.distribution(&leverage, &flow.leverage, LEVERAGE, is_leverage)?;
        }
        Ok(())
    }

    /// What the stages absorb plus the residual is the opening deficit (laws of M-8); an
    /// expectation that says otherwise is a slip of the pen.
    fn expected(&self) -> Checked {
        let expected = &self.file.expected;
        let venues = [
            ("tranched", &expected.tranched),
            ("hyperliquid", &expected.hyperliquid),
            ("gmx", &expected.gmx),
        ];
        for (name, venue) in venues {
            let Some(venue) = venue else { continue };
            let parts = [
                venue.junior,
                venue.insurance,
                venue.adl,
                venue.senior,
                venue.residual,
            ];
            let sum = parts.into_iter().sum::<Option<Usd>>();
            if let (Some(opening), Some(sum)) = (venue.opening_deficit, sum)
                && opening != sum
            {
                return self.fail(
                    &format!("expected.{name}.opening_deficit"),
                    plain(opening),
                    format!("what its stages and the residual sum to, {}", plain(sum)),
                );
            }
        }
        Ok(())
    }
}

/// First and last second as text.
struct TimeText {
    start: String,
    end: String,
}

impl TimeText {
    fn of(file: &ScenarioFile) -> Self {
        Self {
            start: file.time.start.to_string(),
            end: file.time.end.to_string(),
        }
    }
}
