//! Result files: Parquet, sealed, whole or not there.

pub(crate) mod reader;
pub(crate) mod writer;

/// Version of the files, in their metadata under [`FORMAT`].
pub(crate) const VERSION: u32 = 1;
/// Keys of a file's metadata.
pub(crate) const FORMAT: &str = "seawall.format";
pub(crate) const HEAD: &str = "seawall.head";
pub(crate) const SPAN: &str = "seawall.span";
pub(crate) const CONTENT: &str = "seawall.content_hash";
