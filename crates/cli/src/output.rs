//! Whole files or none: what is written appears under its name only when it is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use seawall::report::table::Ink;
use tempfile::{Builder, NamedTempFile};

use crate::failure::CannotWrite;

/// Ink for stdout: none for pipes, with `NO_COLOR` or `--color never`.
pub(crate) fn ink() -> Ink {
    match anstream::AutoStream::choice(&io::stdout()) {
        anstream::ColorChoice::Never => Ink::Plain,
        _ => Ink::Ansi,
    }
}

/// Writes to stdout. A reader that has closed the pipe
/// has seen enough.
pub(crate) fn to_stdout(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CannotWrite::stdout(error).into())
        }
        _ => Ok(()),
    }
}

/// Writes a whole text into a file, or to stdout when there is none.
pub(crate) fn write(out: Option<&Path>, text: &str) -> Result<()> {
    match out {
        Some(path) => Target::open(path)?.fill(text),
        None => to_stdout(text),
    }
}

/// Refuses to write over what is read.
pub(crate) fn refuse_same(input: &Path, output: &Path) -> Result<()> {
    if let (Ok(read), Ok(written)) = (input.canonicalize(), output.canonicalize())
        && read == written
    {
        bail!(
            "{} would be written over; legal: another file",
            input.display()
        );
    }
    Ok(())
}

/// Refuses to write text and picture into one file, however its path is spelt.
pub(crate) fn refuse_one_file(
    (flag, one): (&str, &Path),
    (other, two): (&str, &Path),
) -> Result<()> {
    match resolved(one) == resolved(two) {
        true => bail!(
            "{} is both {flag} and {other}; legal: two files",
            one.display()
        ),
        false => Ok(()),
    }
}

/// The same of the two files that most commands write.
pub(crate) fn refuse_out_as_plot(out: Option<&Path>, plot: Option<&Path>) -> Result<()> {
    match (out, plot) {
        (Some(out), Some(plot)) => refuse_one_file(("--out", out), ("--plot", plot)),
        _ => Ok(()),
    }
}

/// The path of a file that need not exist yet, in the one spelling of its folder.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(found) = path.canonicalize() {
        return found;
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let folder = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_path_buf());
    folder.join(path.file_name().unwrap_or_default())
}

/// Refuses a path that names no file which could be written: that is bad input, no failure.
pub(crate) fn refuse_no_file(path: &Path) -> Result<()> {
    let shown = path.display();
    if path.is_dir() || shown.to_string().ends_with('/') {
        bail!("{shown} is a directory; legal: a file");
    }
    let Some(folder) = path.parent() else {
        bail!("`{shown}` is no file; legal: the path of a file");
    };
    if folder != Path::new("") && !folder.is_dir() {
        bail!(
            "{shown} cannot be written: {} is not a directory; legal: a file in a directory that exists",
            folder.display()
        );
    }
    Ok(())
}

/// A file in the making.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Beside the target, renamed at the end.
    Beside(BufWriter<NamedTempFile>),
    /// The target itself: a pipe or a device, which a rename would replace.
    Itself(BufWriter<File>),
}

impl Target {
    /// Opens a file to be written at `path`; nothing is seen there before [`Target::finish`].
    pub(crate) fn open(path: &Path) -> Result<Self> {
        refuse_no_file(path)?;
        // The kind alone: the rest of the error names the file beside it.
        let reason = |error: io::Error| CannotWrite::file(path, error.kind().into());
        let place = open(path).map_err(reason)?;
        let path = path.to_path_buf();
        Ok(Self { path, place })
    }

    /// Writes the whole file and puts it in its place.
    pub(crate) fn fill(mut self, content: impl AsRef<[u8]>) -> Result<()> {
        let written = self.write_all(content.as_ref());
        written.map_err(|error| CannotWrite::file(&self.path, error))?;
        self.finish()
    }

    /// Puts the file in its place.
    pub(crate) fn finish(self) -> Result<()> {
        let path = self.path;
        let done = match self.place {
            Place::Beside(buffer) => into_inner(buffer).and_then(|file| {
                // A link keeps leading to the file.
                let target = path.canonicalize().unwrap_or_else(|_| path.clone());
                file.persist(target).map(drop).map_err(|error| error.error)
            }),
            Place::Itself(buffer) => into_inner(buffer).map(drop),
        };
        Ok(done.map_err(|error| CannotWrite::file(&path, error))?)
    }
}

fn into_inner<W: Write>(buffer: BufWriter<W>) -> io::Result<W> {
    buffer.into_inner().map_err(io::IntoInnerError::into_error)
}

fn open(path: &Path) -> io::Result<Place> {
    let is_device = fs::metadata(path).is_ok_and(|found| !found.is_file());
    if is_device {
        let file = File::options().write(true).open(path)?;
        return Ok(Place::Itself(BufWriter::new(file)));
    }
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let beside = match target.parent() {
        Some(parent) if parent != Path::new("") => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".seawall-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the umask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    Ok(Place::Beside(BufWriter::new(builder.tempfile_in(beside)?)))
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.place {
            Place::Beside(buffer) => buffer.write(bytes),
            Place::Itself(buffer) => buffer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.place {
            Place::Beside(buffer) => buffer.flush(),
            Place::Itself(buffer) => buffer.flush(),
        }
    }
}
