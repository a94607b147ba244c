//! `seawall explain`

use std::process::ExitCode;

use anyhow::{Error, Result};
use seawall::ledger::DeficitId;
use seawall::report::explain::{self, ExplainError, Question};

use crate::args::{ExplainArgs, Retold};
use crate::{output, replay};

/// Tells from a journal what happened to what was asked for.
pub(crate) fn explain(args: &ExplainArgs) -> Result<ExitCode> {
    if let Some(out) = &args.out {
        output::refuse_same(&args.file, out)?;
    }
    let asked = &args.subject;
    let question = match (&asked.account, asked.deficit, asked.stage, asked.at) {
        (Some(account), ..) => Question::Account(account.clone()),
        (_, Some(id), ..) => Question::Deficit(DeficitId::new(id)),
        (_, _, Some(stage), _) => Question::Stage(stage.id()),
        (.., Some(when)) => Question::At(when),
        _ => Question::Overview,
    };
    let story = explain::explain(replay::open(&args.file)?, &question);
    let story = story.map_err(|error| match error {
        ExplainError::Journal(error) => replay::refused(&args.file, &error),
        other => Error::new(other),
    })?;
    let text = match args.format {
        Retold::Table => {
            let ink = match &args.out {
                Some(_) => seawall::report::table::Ink::Plain,
                None => output::ink(),
            };
            explain::table(&story, ink)
        }
        Retold::Markdown => explain::markdown(&story),
        Retold::Json => explain::document(&story)?,
    };
    output::write(args.out.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}
