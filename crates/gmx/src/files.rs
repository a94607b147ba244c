//! Parameter files: the parameters of a market in units that a person reads.
use std::fmt;

use ethnum::U256;
use serde::Deserialize;
use toml::Spanned;

use crate::decimal::{self, Scale};
use crate::{
    BorrowingCurve, BySide, ByToken, CollateralParams, FeeParams, FundingParams, FundingQuirks,
    GmxError, ImpactParams, Params, PnlFactors, SwapImpactParams,
};

/// A number as a string, and where it stands.
type Text = Spanned<String>;

/// One of the parameter files in `fixtures/gmx`: live parameters of Arbitrum, March 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// ETH/USD, paid in WETH and USDC.
    Eth,
    /// BTC/USD, paid in WBTC and USDC.
    Btc,
    /// SOL/USD, paid in SOL and USDC.
    Sol,
    /// DOGE/USD, paid in WETH and USDC.
    Doge,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Eth, Self::Btc, Self::Sol, Self::Doge];

    /// Name and text of its file.
    #[must_use]
    pub const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::Eth => ("eth.toml", include_str!("../../../fixtures/gmx/eth.toml")),
            Self::Btc => ("btc.toml", include_str!("../../../fixtures/gmx/btc.toml")),
            Self::Sol => ("sol.toml", include_str!("../../../fixtures/gmx/sol.toml")),
            Self::Doge => ("doge.toml", include_str!("../../../fixtures/gmx/doge.toml")),
        }
    }

    /// Its market.
    ///
    /// **Errors** none for the files of this repository; a test reads all of them.
    ///
    /// ```
    /// use seawall_gmx::{ONE, Preset, U256};
    /// let eth = Preset::Eth.market()?.params;
    /// assert_eq!(eth.max_open_interest.long, ONE * U256::new(110_000_000));
    /// // 75 % a year, per second and rounded down.
    /// assert_eq!(eth.funding.max, ONE * U256::new(75) / U256::new(3_153_600_000));
    /// # Ok::<(), seawall_gmx::FileError>(())
    /// ```
    pub fn market(self) -> Result<NamedMarket, FileError> {
        let (file, text) = self.text();
        parse(file, text)
    }
}

/// What a parameter file states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedMarket {
    /// Its name.
    pub name: String,
    /// Where its figures come from.
    pub source: String,
    /// Decimals of its tokens.
    pub decimals: TokenDecimals,
    /// Its parameters.
    pub params: Params,
}

/// How many decimals the tokens of a market have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenDecimals {
    /// Of what is traded.
    pub index: u8,
    /// Of the token that longs are paid in.
    pub long: u8,
    /// Of the token that shorts are paid in.
    pub short: u8,
}

/// A parameter file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// Which file.
    pub file: String,
    /// Line, from one.
    pub line: usize,
    /// Column in characters, from one.
    pub column: usize,
    /// The field as a dotted path; empty when the text is not in the format.
    pub field: String,
    /// What is wrong with it and what would be legal.
    pub reason: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "`{}`: ", self.field)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for FileError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarketFile {
    name: String,
    source: String,
    decimals: Spanned<TokenDecimals>,
    #[serde(default)]
    single_token: bool,
    #[serde(default)]
    virtual_inventory: bool,
    limits: Limits,
    impact: Impact,
    swap_impact: SwapImpact,
    collateral: Collateral,
    fees: Fees,
    borrowing: Borrowing,
    funding: Funding,
    pnl: BySide<Pnl>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    max_open_interest_usd: BySide<Text>,
    reserve_percent: BySide<Text>,
    open_interest_reserve_percent: BySide<Text>,
    max_pool_tokens: ByToken<Text>,
    max_pool_usd_for_deposit: ByToken<Text>,
    max_collateral_tokens: Option<BySide<ByToken<Text>>>,
    min_first_deposit_tokens: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Impact {
    negative_factor: Text,
    positive_factor: Text,
    negative_exponent: Text,
    positive_exponent: Text,
    max_negative_percent: Text,
    max_positive_percent: Text,
    max_for_liquidation_percent: Text,
    balance_in_tokens: bool,
    settled_at_close: bool,
    max_lendable_percent: Text,
    max_lendable_usd: Text,
    min_pool_tokens: Text,
    distribution_tokens_per_day: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SwapImpact {
    negative_factor: Text,
    positive_factor: Text,
    exponent: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Collateral {
    min_percent: Text,
    min_percent_for_liquidation: Text,
    open_interest_multiplier: BySide<Text>,
    min_usd: Text,
    min_position_usd: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fees {
    position_improving_percent: Text,
    position_worsening_percent: Text,
    liquidation_percent: Text,
    swap_improving_percent: Text,
    swap_worsening_percent: Text,
    protocol_share_percent: Text,
    protocol_share_of_borrowing_percent: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Borrowing {
    skip_smaller_side: bool,
    long: Curve,
    short: Curve,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Curve {
    Kink(Kink),
    Power(Power),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kink {
    optimal_percent: Text,
    base_percent_per_year: Text,
    above_percent_per_year: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Power {
    factor_per_second: Text,
    exponent: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Funding {
    exponent: Text,
    min_percent_per_year: Text,
    max_percent_per_year: Text,
    hours_to_max: Option<Text>,
    hours_to_zero: Option<Text>,
    static_percent_per_year: Option<Text>,
    stable_threshold_percent: Text,
    decrease_threshold_percent: Text,
    #[serde(default)]
    quirks: FundingQuirks,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pnl {
    traders_percent: Text,
    adl_percent: Text,
    after_adl_percent: Text,
    deposits_percent: Text,
    withdrawals_percent: Text,
}

/// Reads a parameter file.
///
/// Every number is a string: USD, tokens and percent as a person writes them, factors with an
/// exponent such as `9e-11`. Yearly rates are divided by 31,536,000 seconds, the funding rate's
/// rise by the hours that it takes to its greatest value, both rounded down as the published
/// configuration is.
///
/// **Errors** [`FileError`] with file, line, field and what would be legal.
pub fn parse(file: &str, text: &str) -> Result<NamedMarket, FileError> {
    let stated: MarketFile = toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        located(file, text, start, ("", error.message().to_owned()))
    })?;
    let decimals = *stated.decimals.get_ref();
    if [decimals.index, decimals.long, decimals.short]
        .iter()
        .any(|of| *of > 30)
    {
        let start = stated.decimals.span().start;
        let reason = "a token has at most 30 decimals".to_owned();
        return Err(located(file, text, start, ("decimals", reason)));
    }
    let from = From {
        file,
        text,
        decimals,
    };
    let params = from.params(&stated)?;
    params.validate().map_err(|error| from.illegal(&error))?;
    Ok(NamedMarket {
        name: stated.name,
        source: stated.source,
        decimals,
        params,
    })
}

fn located(file: &str, text: &str, at: usize, (field, reason): (&str, String)) -> FileError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.chars().rev().take_while(|c| *c != '\n').count();
    FileError {
        file: file.to_owned(),
        line,
        column: column.saturating_add(1),
        field: field.to_owned(),
        reason,
    }
}

/// A text whose numbers are read.
struct From<'a> {
    file: &'a str,
    text: &'a str,
    decimals: TokenDecimals,
}

impl From<'_> {
    fn read(&self, at: &Text, field: &str, scale: Scale) -> Result<U256, FileError> {
        decimal::parse(at.get_ref(), scale).map_err(|reason| {
            let reason = format!("{reason}, not \"{}\"", at.get_ref());
            located(self.file, self.text, at.span().start, (field, reason))
        })
    }

    /// An illegal combination, at the line of the last part of its field's name.
    fn illegal(&self, error: &GmxError) -> FileError {
        let field = match error {
            GmxError::Param { field, .. } => field,
            _ => "",
        };
        let key = field.rsplit('.').next().unwrap_or_default();
        let table = field.split('.').next().unwrap_or_default();
        let section = self.text.find(&format!("[{table}")).unwrap_or(0);
        let rest = self.text.get(section..).unwrap_or_default();
        let at = rest
            .find(key)
            .map_or(section, |at| section.saturating_add(at));
        located(self.file, self.text, at, ("", error.to_string()))
    }

    fn usd(&self, at: &Text, field: &str) -> Result<U256, FileError> {
        self.read(at, field, Scale::ONE)
    }

    fn percent(&self, at: &Text, field: &str) -> Result<U256, FileError> {
        self.read(at, field, Scale::PERCENT)
    }

    fn yearly(&self, at: &Text, field: &str) -> Result<U256, FileError> {
        self.read(at, field, Scale::PERCENT_PER_YEAR)
    }

    fn index(&self, at: &Text, field: &str) -> Result<U256, FileError> {
        self.read(at, field, Scale::tokens(self.decimals.index))
    }

    fn usd_by_side(&self, at: &BySide<Text>, field: &str) -> Result<BySide<U256>, FileError> {
        Ok(BySide {
            long: self.usd(&at.long, &format!("{field}.long"))?,
            short: self.usd(&at.short, &format!("{field}.short"))?,
        })
    }

    fn percent_by_side(&self, at: &BySide<Text>, field: &str) -> Result<BySide<U256>, FileError> {
        Ok(BySide {
            long: self.percent(&at.long, &format!("{field}.long"))?,
            short: self.percent(&at.short, &format!("{field}.short"))?,
        })
    }

    fn tokens(&self, at: &ByToken<Text>, field: &str) -> Result<ByToken<U256>, FileError> {
        let long = Scale::tokens(self.decimals.long);
        let short = Scale::tokens(self.decimals.short);
        Ok(ByToken {
            long: self.read(&at.long, &format!("{field}.long"), long)?,
            short: self.read(&at.short, &format!("{field}.short"), short)?,
        })
    }

    fn params(&self, file: &MarketFile) -> Result<Params, FileError> {
        let limits = &file.limits;
        let deposit = &limits.max_pool_usd_for_deposit;
        Ok(Params {
            single_token: file.single_token,
            max_open_interest: self.usd_by_side(
                &limits.max_open_interest_usd,
                "limits.max_open_interest_usd",
            )?,
            reserve_factor: self
                .percent_by_side(&limits.reserve_percent, "limits.reserve_percent")?,
            open_interest_reserve_factor: self.percent_by_side(
                &limits.open_interest_reserve_percent,
                "limits.open_interest_reserve_percent",
            )?,
            max_pool_amount: self.tokens(&limits.max_pool_tokens, "limits.max_pool_tokens")?,
            max_pool_usd_for_deposit: ByToken {
                long: self.usd(&deposit.long, "limits.max_pool_usd_for_deposit.long")?,
                short: self.usd(&deposit.short, "limits.max_pool_usd_for_deposit.short")?,
            },
            max_collateral_sum: self.max_collateral(limits)?,
            min_first_deposit: match &limits.min_first_deposit_tokens {
                Some(at) => self.read(at, "limits.min_first_deposit_tokens", Scale::tokens(18))?,
                None => U256::ZERO,
            },
            impact: self.impact(&file.impact)?,
            swap_impact: self.swap_impact(&file.swap_impact)?,
            collateral: self.collateral(&file.collateral)?,
            fees: self.fees(&file.fees)?,
            borrowing: BySide {
                long: self.curve(&file.borrowing.long, "borrowing.long")?,
                short: self.curve(&file.borrowing.short, "borrowing.short")?,
            },
            skip_borrowing_for_smaller_side: file.borrowing.skip_smaller_side,
            funding: self.funding(&file.funding)?,
            pnl: BySide {
                long: self.pnl(&file.pnl.long, "pnl.long")?,
                short: self.pnl(&file.pnl.short, "pnl.short")?,
            },
            virtual_inventory: file.virtual_inventory,
        })
    }

    fn max_collateral(&self, limits: &Limits) -> Result<BySide<ByToken<U256>>, FileError> {
        let none = ByToken {
            long: U256::MAX,
            short: U256::MAX,
        };
        match &limits.max_collateral_tokens {
            None => Ok(BySide {
                long: none,
                short: none,
            }),
            Some(of) => Ok(BySide {
                long: self.tokens(&of.long, "limits.max_collateral_tokens.long")?,
                short: self.tokens(&of.short, "limits.max_collateral_tokens.short")?,
            }),
        }
    }

    fn impact(&self, of: &Impact) -> Result<ImpactParams, FileError> {
        Ok(ImpactParams {
            negative_factor: self.usd(&of.negative_factor, "impact.negative_factor")?,
            positive_factor: self.usd(&of.positive_factor, "impact.positive_factor")?,
            negative_exponent: self.usd(&of.negative_exponent, "impact.negative_exponent")?,
            positive_exponent: self.usd(&of.positive_exponent, "impact.positive_exponent")?,
            max_negative: self.percent(&of.max_negative_percent, "impact.max_negative_percent")?,
            max_positive: self.percent(&of.max_positive_percent, "impact.max_positive_percent")?,
            max_for_liquidation: self.percent(
                &of.max_for_liquidation_percent,
                "impact.max_for_liquidation_percent",
            )?,
            balance_in_tokens: of.balance_in_tokens,
            settled_at_close: of.settled_at_close,
            max_lendable_factor: self
                .percent(&of.max_lendable_percent, "impact.max_lendable_percent")?,
            max_lendable_usd: self.usd(&of.max_lendable_usd, "impact.max_lendable_usd")?,
            distribution_rate: self.read(
                &of.distribution_tokens_per_day,
                "impact.distribution_tokens_per_day",
                Scale::tokens_per_day(self.decimals.index),
            )?,
            min_pool: self.index(&of.min_pool_tokens, "impact.min_pool_tokens")?,
        })
    }

    fn swap_impact(&self, of: &SwapImpact) -> Result<SwapImpactParams, FileError> {
        Ok(SwapImpactParams {
            negative_factor: self.usd(&of.negative_factor, "swap_impact.negative_factor")?,
            positive_factor: self.usd(&of.positive_factor, "swap_impact.positive_factor")?,
            exponent: self.usd(&of.exponent, "swap_impact.exponent")?,
        })
    }

    fn collateral(&self, of: &Collateral) -> Result<CollateralParams, FileError> {
        Ok(CollateralParams {
            min_factor: self.percent(&of.min_percent, "collateral.min_percent")?,
            min_factor_for_liquidation: self.percent(
                &of.min_percent_for_liquidation,
                "collateral.min_percent_for_liquidation",
            )?,
            open_interest_multiplier: self.usd_by_side(
                &of.open_interest_multiplier,
                "collateral.open_interest_multiplier",
            )?,
            min_usd: self.usd(&of.min_usd, "collateral.min_usd")?,
            min_position_usd: self.usd(&of.min_position_usd, "collateral.min_position_usd")?,
        })
    }

    fn fees(&self, of: &Fees) -> Result<FeeParams, FileError> {
        let percent = |at, field| self.percent(at, field);
        Ok(FeeParams {
            position_improving: percent(
                &of.position_improving_percent,
                "fees.position_improving_percent",
            )?,
            position_worsening: percent(
                &of.position_worsening_percent,
                "fees.position_worsening_percent",
            )?,
            liquidation: percent(&of.liquidation_percent, "fees.liquidation_percent")?,
            swap_improving: percent(&of.swap_improving_percent, "fees.swap_improving_percent")?,
            swap_worsening: percent(&of.swap_worsening_percent, "fees.swap_worsening_percent")?,
            receiver_share: percent(&of.protocol_share_percent, "fees.protocol_share_percent")?,
            borrowing_receiver_share: percent(
                &of.protocol_share_of_borrowing_percent,
                "fees.protocol_share_of_borrowing_percent",
            )?,
        })
    }

    fn curve(&self, of: &Curve, field: &str) -> Result<BorrowingCurve, FileError> {
        Ok(match of {
            Curve::Kink(of) => BorrowingCurve::Kink {
                optimal: self.percent(
                    &of.optimal_percent,
                    &format!("{field}.kink.optimal_percent"),
                )?,
                base: self.yearly(
                    &of.base_percent_per_year,
                    &format!("{field}.kink.base_percent_per_year"),
                )?,
                above: self.yearly(
                    &of.above_percent_per_year,
                    &format!("{field}.kink.above_percent_per_year"),
                )?,
            },
            Curve::Power(of) => BorrowingCurve::Power {
                factor: self.usd(
                    &of.factor_per_second,
                    &format!("{field}.power.factor_per_second"),
                )?,
                exponent: self.usd(&of.exponent, &format!("{field}.power.exponent"))?,
            },
        })
    }

    fn funding(&self, of: &Funding) -> Result<FundingParams, FileError> {
        let max = self.yearly(&of.max_percent_per_year, "funding.max_percent_per_year")?;
        let within = |at: &Option<Text>, field: &str| match at {
            None => Ok(U256::ZERO),
            Some(at) => {
                let seconds = self.read(at, field, Scale::HOURS)?;
                max.checked_div(seconds).ok_or_else(|| {
                    let reason = "at least one second is needed, \"0.001\" is the least".to_owned();
                    located(self.file, self.text, at.span().start, (field, reason))
                })
            }
        };
        Ok(FundingParams {
            exponent: self.usd(&of.exponent, "funding.exponent")?,
            factor: match &of.static_percent_per_year {
                Some(at) => self.yearly(at, "funding.static_percent_per_year")?,
                None => U256::ZERO,
            },
            increase: within(&of.hours_to_max, "funding.hours_to_max")?,
            decrease: within(&of.hours_to_zero, "funding.hours_to_zero")?,
            min: self.yearly(&of.min_percent_per_year, "funding.min_percent_per_year")?,
            max,
            stable_threshold: self.percent(
                &of.stable_threshold_percent,
                "funding.stable_threshold_percent",
            )?,
            decrease_threshold: self.percent(
                &of.decrease_threshold_percent,
                "funding.decrease_threshold_percent",
            )?,
            quirks: of.quirks,
        })
    }

    fn pnl(&self, of: &Pnl, field: &str) -> Result<PnlFactors, FileError> {
        let percent = |at, name| self.percent(at, &format!("{field}.{name}"));
        Ok(PnlFactors {
            traders: percent(&of.traders_percent, "traders_percent")?,
            adl: percent(&of.adl_percent, "adl_percent")?,
            after_adl: percent(&of.after_adl_percent, "after_adl_percent")?,
            deposits: percent(&of.deposits_percent, "deposits_percent")?,
            withdrawals: percent(&of.withdrawals_percent, "withdrawals_percent")?,
        })
    }
}
