//! `seawall results`

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Error, Result, anyhow};
use clap::{Args, ValueEnum};
use seawall::results::{Reader, RowsCsv, Selection};
use seawall::sweep::{Summary, SummaryReport};

use crate::args::Format;
use crate::failure::CannotWrite;
use crate::output::{self, Target};
use crate::picture::Frame;
use crate::spread;

#[derive(Debug, Args)]
pub(crate) struct ResultsArgs {
    /// The results of a sweep, or a part of them
    file: PathBuf,

    /// The figure to look at closely
    #[arg(long, value_name = "METRIC", default_value = "bad_debt")]
    by: String,

    /// Only some points or venues: venue=NAME, point=NUMBER, or KEY=VALUE of what the points differ
    /// in; the same key again adds a choice
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = condition)]
    conditions: Vec<(String, String)>,

    /// The sweep's file, as the command that runs a path again names it
    #[arg(long, value_name = "SWEEP", default_value = "SWEEP.toml")]
    sweep: String,

    /// Write every row instead of the summary
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with_all = ["by", "format", "sweep"])]
    rows: Option<Rows>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Where to write it instead of stdout
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,

    /// Draw the figure too, by venue and point, as SVG or PNG by the ending of its name
    #[arg(long, value_name = "PATH", conflicts_with = "rows")]
    plot: Option<PathBuf>,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rows {
    /// One line a row, the columns of the Parquet file, every digit
    Csv,
}

fn condition(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    let pair = pair.map(|(key, value)| (key.to_owned(), value.to_owned()));
    pair.ok_or_else(|| String::from("legal: KEY=VALUE"))
}

/// Sums up results, or writes their rows.
pub(crate) fn results(args: &ResultsArgs) -> Result<ExitCode> {
    if let Some(out) = &args.out {
        output::refuse_same(&args.file, out)?;
    }
    output::refuse_out_as_plot(args.out.as_deref(), args.plot.as_deref())?;
    let frame = args.plot.as_deref();
    let inputs = std::slice::from_ref(&args.file);
    let frame = frame.map(|path| Frame::hang(path, inputs)).transpose()?;
    let reader = Reader::open(&args.file)?;
    let selection = Selection::new(reader.head(), &args.conditions)?;
    match args.rows {
        Some(Rows::Csv) => rows(args, reader, &selection).map(|()| ExitCode::SUCCESS),
        None => summary(args, reader, &selection, frame),
    }
}

fn summary(
    args: &ResultsArgs,
    reader: Reader,
    selection: &Selection,
    frame: Option<Frame>,
) -> Result<ExitCode> {
    let mut summary = Summary::new(selection.head());
    // Before the rows: a slip in the name should not cost the time to read them.
    report_on(&summary, args)?;
    summary.take_all(reader.filter_map(|row| row.map(|row| selection.keep(row)).transpose()))?;
    if let Some(frame) = frame {
        let picture = spread::picture(&summary, &args.by)?;
        frame.fill(&seawall::plot::sweep::draw(&picture))?;
    }
    let report = report_on(&summary, args)?;
    let text = match args.format {
        Format::Table => {
            let ink = match args.out {
                None => output::ink(),
                Some(_) => seawall::report::table::Ink::Plain,
            };
            report.table(ink)
        }
        Format::Json => report.json()?,
        Format::Markdown => report.markdown(),
        Format::Csv => report.csv(),
    };
    output::write(args.out.as_deref(), &text)?;
    Ok(match summary.broken() {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn report_on<'a>(summary: &'a Summary, args: &'a ResultsArgs) -> Result<SummaryReport<'a>> {
    SummaryReport::new(summary, &args.by, &args.sweep).map_err(|unknown| {
        let figures = summary.head().figures.iter();
        let legal: Vec<&str> = figures.map(|column| column.id.as_str()).collect();
        anyhow!(
            "`--by {}` is no figure of these results; legal: one of {}",
            unknown.id,
            legal.join(", ")
        )
    })
}

fn rows(args: &ResultsArgs, reader: Reader, selection: &Selection) -> Result<()> {
    match &args.out {
        Some(path) => {
            let mut target = Target::open(path)?;
            let cannot_write = |error| CannotWrite::file(path, error).into();
            write_rows(reader, selection, &mut target, &cannot_write)?;
            target.finish()
        }
        None => {
            let stdout = BufWriter::new(io::stdout().lock());
            let cannot_write = |error| CannotWrite::stdout(error).into();
            let written = write_rows(reader, selection, stdout, &cannot_write);
            match written {
                // A reader that has closed the pipe has seen enough.
                Err(error) if is_closed(&error) => Ok(()),
                written => written,
            }
        }
    }
}

fn write_rows(
    reader: Reader,
    selection: &Selection,
    out: impl Write,
    cannot_write: &dyn Fn(io::Error) -> Error,
) -> Result<()> {
    let unwritten = |error: seawall::results::CsvError| cannot_write(error.into());
    let mut csv = RowsCsv::new(selection.head(), out).map_err(unwritten)?;
    for row in reader {
        if let Some(row) = selection.keep(row?) {
            csv.write(&row).map_err(unwritten)?;
        }
    }
    csv.finish().map_err(unwritten)
}

fn is_closed(error: &Error) -> bool {
    let reason = error.downcast_ref::<CannotWrite>();
    reason.is_some_and(|reason| reason.kind() == io::ErrorKind::BrokenPipe)
}
