use seawall_ledger::AccountId;
use seawall_units::Usd;
use seawall_venue::{Endowment, LimitUse, Setup, SetupError};

use crate::account::MarginMode;
use crate::coin::CoinSetup;
use crate::exchange::Exchange;
use crate::opening::{CoinEndowment, ExchangeSetup};
use crate::params::Params;
use crate::terms::{AccountParams, ExchangeParams};
use crate::venue::{COIN, OrderBookVenue, profile};

/// The venue's risk capital (M-11.1).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capital {
    /// The makers' capital.
    pub makers: Usd,
    /// Each backstop vault's own, ring-fenced capital.
    pub backstops: Vec<Usd>,
}

/// How much of the venue's limits the initial positions use (M-11.2): the makers must hold the
/// initial margin, at their own highest leverage, of the other side of the net position.
///
/// The makers hold it at the endowed entries, so their equity is their capital plus its profit at
/// the opening price.
#[must_use]
pub fn endowment_use(setup: &Setup, capital: &Capital, params: &Params) -> Vec<LimitUse> {
    vec![one_coin(setup, params).makers_use(capital)]
}

/// The setup of an exchange with one coin, in which every account is isolated.
fn one_coin(setup: &Setup, params: &Params) -> ExchangeSetup {
    let endowment = |each: &Endowment| CoinEndowment {
        account: each.account,
        coin: COIN,
        size: each.size,
        entry: each.entry,
        margin: each.margin,
    };
    let accounts = usize::try_from(setup.accounts).unwrap_or(usize::MAX);
    ExchangeSetup {
        start: setup.start,
        coins: vec![CoinSetup {
            params: params.coin("perp"),
            opening: setup.opening,
            table: setup.margin,
        }],
        accounts: vec![MarginMode::Single { coin: COIN }; accounts],
        deposits: Vec::new(),
        endowments: setup.endowments.iter().map(endowment).collect(),
    }
}

impl OrderBookVenue {
    /// A venue at its opening: capital paid in, positions endowed, the makers on the other side.
    ///
    /// **Errors** [`SetupError`] when a parameter is out of range, a position is below
    /// maintenance at the opening price, or the makers could not hold the other side.
    pub fn new(setup: Setup, capital: Capital, params: Params) -> Result<Self, SetupError> {
        let one_coin = one_coin(&setup, &params);
        let params = ExchangeParams {
            venue: params,
            accounts: AccountParams::default(),
        };
        let exchange = Exchange::new(params, capital, one_coin)?;
        Ok(Self {
            profile: profile(AccountId::new(setup.accounts), exchange.ring()),
            exchange,
        })
    }
}
