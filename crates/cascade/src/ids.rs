//! Numbers that name the things of a world; their names in files are kept beside them.

use seawall_units::id;

id!(
    /// A token other than the quote asset, in the order of names.
    TokenId
);
id!(
    /// A pool of one token against the quote asset, in the order of names.
    PoolId
);
id!(
    /// A lending market: one collateral asset, one debt asset, in the order of names.
    MarketId
);
id!(
    /// An owner of positions, in one place or in several.
    OwnerId
);
id!(
    /// A market of perpetual futures beside the pools.
    PlaceId
);
