//! `--plot`: a picture beside the text.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use seawall::plot::Picture;

use crate::output::{self, Target};

/// What kind of picture a file is to hold.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Svg,
    Png,
}

/// A file that a picture will be drawn into.
pub(crate) struct Frame {
    target: Target,
    kind: Kind,
}

impl Frame {
    /// Looks, before anything runs, whether a picture can be put there.
    pub(crate) fn hang(path: &Path, inputs: &[PathBuf]) -> Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let kind = match ending {
            Some("svg") => Kind::Svg,
            Some("png") => Kind::Png,
            _ => bail!(
                "--plot {} ends in neither; legal: .svg, .png",
                path.display()
            ),
        };
        for input in inputs {
            output::refuse_same(input, path)?;
        }
        let target = Target::open(path)?;
        Ok(Self { target, kind })
    }

    /// Draws it.
    pub(crate) fn fill(self, picture: &Picture) -> Result<()> {
        match self.kind {
            Kind::Svg => self.target.fill(picture.svg()),
            Kind::Png => self.target.fill(picture.png()?),
        }
    }
}
