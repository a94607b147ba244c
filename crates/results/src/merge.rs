use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{self, ResultsError};
use crate::file::reader::Reader;
use crate::file::writer::{Finished, Writer};
use crate::span::Span;

/// Joins the parts of a sweep into one file: the bytes that one run of all paths would have
/// written. Each part is read in full and compared with its seal and its content hash.
///
/// **Errors** [`ResultsError::Gap`] and [`ResultsError::Overlap`] with the paths and the files,
/// [`ResultsError::Other`] for a part of another sweep, [`ResultsError::Corrupt`]; those of
/// [`Writer::create`]. Nothing is written then.
pub fn merge(parts: &[PathBuf], out: &Path) -> Result<Finished, ResultsError> {
    let mut spans = Vec::with_capacity(parts.len());
    let mut head = None;
    for path in parts {
        let part = Reader::open(path)?;
        let same = head.get_or_insert_with(|| part.head().clone());
        same.expect_same(part.head(), path)?;
        spans.push((part.span(), path.as_path()));
    }
    let head = head.ok_or(ResultsError::NoParts)?;
    spans.sort_unstable();
    expect_cover(&spans, head.paths)?;
    let mut writer = Writer::create(out, &head, Span::whole(head.paths))?;
    for (_, path) in spans {
        for row in Reader::open(path)? {
            writer.write(&[row?])?;
        }
    }
    writer.finish()
}

/// Refuses spans that leave a path out or have one twice.
fn expect_cover(spans: &[(Span, &Path)], paths: u64) -> Result<(), ResultsError> {
    let mut end = 0;
    let mut before: Option<&Path> = None;
    let filled = spans.iter().filter(|(span, _)| span.paths() > 0);
    for (span, file) in filled {
        if let Some(before) = before.filter(|_| span.from < end) {
            let until = span.until.min(end);
            let from = span.from;
            return Err(ResultsError::Overlap {
                span: Span { from, until },
                first: before.to_path_buf(),
                second: file.to_path_buf(),
            });
        }
        if span.from > end {
            let until = span.from;
            return Err(gap(Span { from: end, until }, before, Some(file)));
        }
        end = span.until;
        before = Some(file);
    }
    let rest = Span {
        from: end,
        until: paths,
    };
    match rest.paths() {
        0 => Ok(()),
        _ => Err(gap(rest, before, None)),
    }
}

fn gap(span: Span, before: Option<&Path>, after: Option<&Path>) -> ResultsError {
    ResultsError::Gap {
        span,
        before: before.map(Path::to_path_buf),
        after: after.map(Path::to_path_buf),
    }
}

/// The parts in a folder, by name: `part-….parquet`.
///
/// **Errors** [`ResultsError::Read`].
pub fn parts_in(folder: &Path) -> Result<Vec<PathBuf>, ResultsError> {
    let listed = fs::read_dir(folder).and_then(|entries| {
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths.collect::<io::Result<Vec<_>>>()
    });
    let mut paths = listed.map_err(error::read(folder))?;
    paths.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("part-") && name.ends_with(".parquet"))
    });
    paths.sort();
    Ok(paths)
}
