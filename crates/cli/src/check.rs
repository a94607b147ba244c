//! `seawall check`

use std::fs::File;
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail};
use seawall::check::{self, Options};

use crate::args::{CheckArgs, CheckFormat};
use crate::failure;
use crate::output;

/// Checks a journal and says what was found; the exit status says which of four it is.
pub(crate) fn check(args: &CheckArgs) -> Result<ExitCode> {
    let name = args.file.display();
    if let Some(out) = &args.out {
        output::refuse_same(&args.file, out)?;
    }
    if args.file.is_dir() {
        bail!("{name} is a directory; legal: a journal");
    }
    let file = File::open(&args.file);
    let file = file.map_err(|error| anyhow!("{name} cannot be read: {error}"))?;
    let options = Options {
        max: args.max,
        expect_hash: args.expect_hash.clone(),
    };
    let verdict = check::check(file, &options);
    match args.format {
        CheckFormat::Json => output::write(args.out.as_deref(), &check::json(&verdict))?,
        CheckFormat::Table => match &verdict {
            check::Verdict::Unreadable(why) => failure::say("error", &format!("{name}: {why}")),
            check::Verdict::Read(_) => {
                output::write(args.out.as_deref(), &check::table(&verdict))?;
            }
        },
    }
    Ok(ExitCode::from(verdict.exit_code()))
}
