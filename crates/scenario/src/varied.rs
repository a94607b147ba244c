//! A scenario with other values than its file's.

use std::path::Path;

use crate::source::Source;
use crate::{Instead, Scenario, ScenarioError};

impl Scenario {
    /// The same scenario with one more key set, or an override replaced.
    ///
    /// In the scenario of one of several markets the key is the market's where the market states
    /// it itself, else the file's.
    ///
    /// **Errors** as [`Scenario::load_with`], and when the key names another file: none is
    /// read.
    pub fn with(&self, key: &str, value: &str) -> Result<Self, ScenarioError> {
        self.with_all([(key, value)])
    }

    /// The same with several keys set, which are checked together, once.
    ///
    /// **Errors** as [`Scenario::with`].
    pub fn with_all<'s>(
        &self,
        settings: impl IntoIterator<Item = (&'s str, &'s str)>,
    ) -> Result<Self, ScenarioError> {
        let mut overrides = self.instead.overrides.clone();
        for (key, value) in settings {
            overrides = overrides.with(key, value)?;
        }
        let instead = Instead {
            overrides,
            imports: self.instead.imports.clone(),
        };
        let kept = |path: &Path| {
            let kept = self.kept.iter().find(|(file, _)| file == path);
            let bytes = kept.map(|(_, bytes)| bytes.clone());
            bytes.ok_or(std::io::Error::from(std::io::ErrorKind::NotFound))
        };
        let text = (self.source.file.as_str(), self.source.text.as_str());
        let market = self.market.as_ref().map(|market| market.index);
        let source = Source::new(text, &instead.overrides, market)?;
        Self::checked((&source, &instead), self.market.clone(), &kept)
    }
}
