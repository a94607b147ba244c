//! The rows of a sweep on disk.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use seawall::results::{Finished, Head, Reader, Shard, Span, Work, Writer, find_part};
use seawall::sweep::{Plan, Ran, Summary};

use super::args::RunSweepArgs;
use crate::failure::{self, CannotWrite};
use crate::output;

/// Where finished paths are kept.
pub(super) enum Kept {
    /// Nowhere.
    Nowhere,
    /// In a file of finished paths, from which the results are written at the end.
    Begun {
        /// The file of finished paths.
        work: Box<Work>,
        /// Its name.
        name: PathBuf,
        /// The results: a file, or a folder of parts.
        results: PathBuf,
        /// The part.
        shard: Option<Shard>,
    },
    /// Everything was run before.
    Done(Box<Reader>, Finished),
}

impl Kept {
    /// Looks, before anything runs, at what there is and whether it can be written.
    pub(super) fn open(args: &RunSweepArgs, head: &Head, span: Span) -> Result<Self> {
        let Some(results) = &args.results else {
            return Ok(Self::Nowhere);
        };
        let name = work_file(results, args.shard);
        match args.shard {
            Some(shard) => {
                if results.is_file() {
                    bail!(
                        "{} is a file; legal: a folder, into which --shard writes a part",
                        results.display()
                    );
                }
                fs::create_dir_all(results).map_err(|error| CannotWrite::file(results, error))?;
                if let Some(part) = find_part(results, head, shard)? {
                    tidy(&name, head);
                    let reader = Reader::open(&part.file)?;
                    return Ok(Self::Done(Box::new(reader), part));
                }
            }
            None => {
                output::refuse_no_file(results)?;
                if let Some(done) = done(results, args, head, span)? {
                    tidy(&name, head);
                    return Ok(done);
                }
            }
        }
        let work = match args.resume {
            true => Work::resume(&name, head)?,
            false => Work::begin(&name, head)?,
        };
        Ok(Self::Begun {
            work: Box::new(work),
            name,
            results: results.clone(),
            shard: args.shard,
        })
    }

    /// Says where the finished paths are when the process is asked to end, and ends it: what is finished is
    /// in the hands of the system, and a record that is cut off is dropped by `--resume`.
    pub(super) fn tell_when_interrupted(&self) -> Result<()> {
        let Self::Begun { name, .. } = self else {
            return Ok(());
        };
        let name = name.display().to_string();
        ctrlc::set_handler(move || {
            failure::say(
                "note",
                &format!("stopped; finished paths are in {name}: --resume goes on from there"),
            );
            // 128 and the number of SIGINT, as shells count.
            std::process::exit(130);
        })?;
        Ok(())
    }

    pub(super) fn work(&self) -> Option<&Work> {
        match self {
            Self::Begun { work, .. } => Some(work),
            _ => None,
        }
    }

    /// Takes away a file of finished paths that has none: nobody could go on from it.
    pub(super) fn leave(self) {
        if let Self::Begun { work, name, .. } = self
            && work.finished() == 0
        {
            drop(work);
            // What cannot be taken away is said by whoever begins anew.
            let _ = fs::remove_file(&name);
        }
    }

    /// Writes the results from the finished paths, and takes their file away.
    pub(super) fn finish(self, plan: &Plan, ran: &Ran) -> Result<Option<Finished>> {
        let Self::Begun {
            work,
            name,
            results,
            shard,
        } = self
        else {
            return Ok(None);
        };
        let mut head = plan.head().clone();
        let mut writer = match shard {
            Some(shard) => Writer::part(&results, &head, shard)?,
            None => {
                // A stop rule makes the sweep shorter than it was planned.
                head.paths = ran.span.until;
                Writer::create(&results, &head, ran.span)?
            }
        };
        for path in ran.span.from..ran.span.until {
            writer.write(&work.rows(path)?)?;
        }
        let finished = writer.finish()?;
        drop(work);
        fs::remove_file(&name).map_err(|error| CannotWrite::file(&name, error))?;
        Ok(Some(finished))
    }
}

/// The results themselves, when they are there already.
fn done(results: &Path, args: &RunSweepArgs, head: &Head, span: Span) -> Result<Option<Kept>> {
    // A link that leads nowhere is there, too.
    if results.symlink_metadata().is_err() {
        return Ok(None);
    }
    if !args.resume {
        bail!(
            "{} exists; legal: another file, or --resume when it holds the results of this sweep",
            results.display()
        );
    }
    let reader = Reader::open(results)?;
    let mut expected = head.clone();
    // With a stop rule it may hold fewer paths.
    expected.paths = reader.head().paths.min(head.paths);
    expected.expect_same(reader.head(), results)?;
    if reader.head().paths == head.paths && reader.span() != span {
        bail!(
            "{} holds the paths {} only; legal: {span}",
            results.display(),
            reader.span()
        );
    }
    let hash = reader.content_hash();
    let file = results.to_path_buf();
    Ok(Some(Kept::Done(Box::new(reader), Finished { hash, file })))
}

/// Takes away the finished paths of results that are complete: the process was killed between the two.
fn tidy(name: &Path, head: &Head) {
    // A file of another sweep, or one that somebody holds, is not ours to take away.
    if name.exists() && Work::resume(name, head).is_ok() {
        let _ = fs::remove_file(name);
    }
}

/// The file of finished paths: beside the results, or in the folder of the parts.
pub(super) fn work_file(results: &Path, shard: Option<Shard>) -> PathBuf {
    match shard {
        Some(shard) => results.join(shard.work_name()),
        None => {
            let mut name = results.as_os_str().to_owned();
            name.push(".work");
            PathBuf::from(name)
        }
    }
}

/// What the rows of a file come to.
pub(super) fn summed(reader: Box<Reader>, head: &Head) -> Result<Ran> {
    let span = reader.span();
    let mut summary = Summary::new(head);
    summary.take_all(*reader)?;
    Ok(Ran { summary, span })
}
