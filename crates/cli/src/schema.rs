//! `seawall schema`

use std::process::ExitCode;

use anyhow::Result;

use crate::args::{Kind, SchemaArgs};
use crate::output;

/// Prints the JSON Schema of a kind of file.
pub(crate) fn schema(args: &SchemaArgs) -> Result<ExitCode> {
    let text = match args.kind {
        Kind::Scenario => seawall::report::schema::render()?,
        Kind::Cascade => seawall::report::schema::render_cascade()?,
        Kind::Sweep => seawall::report::schema::render_sweep()?,
    };
    output::write(args.out.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}
