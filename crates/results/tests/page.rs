//! What `docs/results.md` says of the files is what is in them.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sample;

use std::fs::{self, File};

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sample::{head, rows_of};
use seawall_results::{Shard, Span, Writer};

/// The first cells of the table under a heading, without their backquotes.
fn table(page: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    let lines = rest.lines().skip_while(|line| !line.starts_with("|---"));
    let lines = lines.skip(1).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split(" | ");
        cells
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    lines.map(cells).collect()
}

#[test]
fn the_page_says_what_is_in_a_file() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/results.md");
    let page = fs::read_to_string(page).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("r.parquet");
    let head = head(3000);
    let mut writer = Writer::create(&file, &head, Span::whole(3000)).unwrap();
    writer.write(&rows_of(&head, Span::whole(3000))).unwrap();
    writer.finish().unwrap();
    let opened = ParquetRecordBatchReaderBuilder::try_new(File::open(&file).unwrap()).unwrap();

    let figures: Vec<&str> = head
        .figures
        .iter()
        .map(|column| column.id.as_str())
        .collect();
    let mut found: Vec<[String; 2]> = Vec::new();
    for field in opened.schema().fields() {
        let name = match field.name().split_once('.') {
            Some((kind, _)) => format!("{kind}.<key>"),
            None if figures.contains(&field.name().as_str()) => String::from("<figure>"),
            None => field.name().clone(),
        };
        let kind = match field.data_type().to_string() {
            kind if kind.starts_with("Decimal128(38, ") => String::from("Decimal128(38, places)"),
            kind => kind,
        };
        assert_eq!(field.is_nullable(), name == "<figure>");
        found.push([name, kind]);
    }
    found.dedup();
    let told: Vec<[String; 2]> = table(&page, "Columns")
        .iter()
        .map(|cells| [cells[0].clone(), cells[1].clone()])
        .collect();
    assert_eq!(told, found);

    let metadata = opened.metadata().file_metadata();
    let keys = metadata.key_value_metadata().unwrap().iter();
    // Arrow's own entry is not ours to explain.
    let keys = keys
        .map(|pair| pair.key.clone())
        .filter(|key| key != "ARROW:schema");
    let told = table(&page, "Metadata")
        .into_iter()
        .map(|cells| cells[0].clone());
    assert_eq!(told.collect::<Vec<_>>(), keys.collect::<Vec<_>>());
    for field in serde_json::to_value(&head)
        .unwrap()
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(page.contains(&format!("`{field}`")), "{field}");
    }
    assert_eq!(metadata.created_by(), Some("seawall version 1"));
    let rows: Vec<i64> = opened
        .metadata()
        .row_groups()
        .iter()
        .map(|g| g.num_rows())
        .collect();
    assert_eq!(rows[..8], [2_048; 8]);
    assert_eq!(rows[8..], [1_616]);
    let shard = Shard { index: 1, count: 2 };
    assert!(page.contains("part-<i>-of-<n>.work") && shard.work_name() == "part-1-of-2.work");
}
