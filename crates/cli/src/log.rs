//! Progress on stderr.

use tracing::Level;

/// Starts telling: warnings only, `-v` the minutes of each run, `-vv` everything.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => Level::WARN,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    let choice = anstream::AutoStream::choice(&std::io::stderr());
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(choice != anstream::ColorChoice::Never)
        .without_time()
        .init();
}
