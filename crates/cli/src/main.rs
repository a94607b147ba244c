//! The `seawall` command.

mod args;
mod calm;
mod cascade;
mod check;
mod claims;
mod compare;
mod divergence;
mod explain;
mod export;
mod failure;
mod log;
mod markets;
mod merge;
mod output;
mod path;
mod picture;
mod quote;
mod replay;
mod results;
mod run;
mod schema;
mod seeds;
mod solve;
mod spread;
mod sweep;
mod validate;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    cli.color.as_choice().write_global();
    log::start(cli.verbose);
    let outcome = match &cli.command {
        Command::Compare(args) => compare::compare(args),
        Command::Solve(args) => solve::solve(args),
        Command::Divergence(args) => divergence::divergence(args),
        Command::Run(args) => run::run(args),
        Command::Replay(args) => replay::replay(args),
        Command::Check(args) => check::check(args),
        Command::Explain(args) => explain::explain(args),
        Command::Export(args) => export::export(args),
        Command::Quote(args) => quote::quote(args),
        Command::Schema(args) => schema::schema(args),
        Command::Validate(args) => validate::validate(args),
        Command::Merge(args) => merge::merge(args),
        Command::Results(args) => results::results(args),
        Command::Cascade(args) => cascade::cascade(args),
        Command::Claims(args) => claims::claims(args),
        Command::Sweep(args) => sweep::sweep(args),
        Command::Path(args) => path::path(args),
    };
    outcome.unwrap_or_else(|error| failure::report(&error))
}
