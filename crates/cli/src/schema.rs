//! `seawall schema`

use std::process::ExitCode;

use anyhow::Result;

use crate::args::SchemaArgs;
use crate::output;

/// Prints the JSON Schema of scenario files.
pub(crate) fn schema(args: &SchemaArgs) -> Result<ExitCode> {
    output::write(args.out.as_deref(), &seawall::report::schema::render()?)?;
    Ok(ExitCode::SUCCESS)
}
