use crate::{Imports, Overrides};

/// What takes the place of a scenario file's own statements: other values of its keys, and files
/// of prices and positions.
///
/// ```
/// use seawall_scenario::{Imports, Instead, Overrides};
/// let only_values = Instead::from(Overrides::parse(["seed=7"])?);
/// assert_eq!(only_values.imports, Imports::default());
/// # Ok::<(), seawall_scenario::ScenarioError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Instead {
    /// Other values of keys.
    pub overrides: Overrides,
    /// Files of one's own.
    pub imports: Imports,
}

impl From<Overrides> for Instead {
    fn from(overrides: Overrides) -> Self {
        Self {
            overrides,
            imports: Imports::default(),
        }
    }
}

impl From<Imports> for Instead {
    fn from(imports: Imports) -> Self {
        Self {
            overrides: Overrides::default(),
            imports,
        }
    }
}
