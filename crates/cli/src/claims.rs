//! `seawall claims`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use seawall::claims::{Answer, Article, Ask, Verdict, answers, csv, full, json, markdown, table};

use crate::args::Format;
use crate::output;

#[derive(Debug, Args)]
pub(crate) struct ClaimsArgs {
    /// Ids of claims such as S1-17; all when there is none, and a single one is told in full
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,

    /// Those of one article: 0 and 1 on divergence loss and falling markets, 2 on its derivation, 3
    /// on the tranched market
    #[arg(long, value_name = "NUMBER", value_parser = article)]
    pub(crate) article: Option<Article>,

    /// Those with one verdict: holds, holds_with_a_correction, holds_in_part, wrong or context
    #[arg(long, value_name = "VERDICT", value_parser = verdict)]
    pub(crate) verdict: Option<Verdict>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
}

fn article(text: &str) -> Result<Article, String> {
    let number = text.parse().ok().and_then(Article::new);
    number.ok_or_else(|| String::from("no article; legal: 0 to 3"))
}

fn verdict(text: &str) -> Result<Verdict, String> {
    let asked = text.replace('-', "_");
    let found = Verdict::ALL.into_iter().find(|it| it.name() == asked);
    let names = Verdict::ALL.map(Verdict::name).join(", ");
    found.ok_or_else(|| format!("no verdict; legal: {names}"))
}

/// Computes the figures of the claims that were asked for and writes them.
pub(crate) fn claims(args: &ClaimsArgs) -> Result<ExitCode> {
    let ask = Ask {
        ids: args.ids.clone(),
        article: args.article,
        verdict: args.verdict,
    };
    let answers = answers(&ask)?;
    let text = match args.format {
        Format::Table => told(&answers),
        Format::Json => json(&answers)?,
        Format::Csv => csv(&answers),
        Format::Markdown => markdown(&answers),
    };
    output::write(args.out.as_deref(), &text)?;
    Ok(ExitCode::SUCCESS)
}

/// One claim in full, several in a table.
fn told(answers: &[Answer]) -> String {
    match answers {
        [one] => full(one),
        several => table(several),
    }
}
