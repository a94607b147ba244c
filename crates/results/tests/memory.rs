//! What files of any length ask of the allocator: the same.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used)] // helpers of tests are tests

mod sample;

use allocation_counter::measure;
use sample::{head, rows};
use seawall_results::{Reader, Span, Work, Writer};

/// The most bytes that are held at a time while the finished paths become results, and are read.
fn held(paths: u64) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let (head, span) = (head(paths), Span::whole(paths));
    let work = Work::begin(&folder.path().join("work"), &head).unwrap();
    for path in span.from..span.until {
        work.note(path, &rows(&head, path)).unwrap();
    }
    let file = folder.path().join("results.parquet");
    let most = measure(|| {
        let mut writer = Writer::create(&file, &head, span).unwrap();
        for path in span.from..span.until {
            writer.write(&work.rows(path).unwrap()).unwrap();
        }
        writer.finish().unwrap();
        let reader = Reader::open(&file).unwrap();
        assert_eq!(u64::try_from(reader.count()).unwrap(), paths * 6);
    });
    most.bytes_max
}

#[test]
fn ten_times_the_paths_take_no_more_memory() {
    let (few, many) = (held(1_000), held(10_000));
    // What may grow is the list of row groups: a line for each column and 2,048 rows.
    assert!(many < few + few / 4, "{few} bytes became {many}");
}
