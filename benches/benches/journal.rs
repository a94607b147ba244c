//! Journal writes a second: JSON lines with the running SHA-256 in every line, to nowhere.
//!
//! The lines are those of an hour of a thousand positions in the tranched market. `the lines alone`
//! writes them again from memory; `a run` and `a run with its journal` are the run without and with
//! the sink, so that their difference is what a journal costs a run.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::io;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use seawall::report::journal::{EventLine, Header, Line, Sink, Writer, walk};
use seawall::scenario::Scenario;
use seawall::sim::{VenueName, run_one};
use seawall_benches::hour;

const VENUE: VenueName = VenueName::Tranched;

fn header(scenario: &Scenario) -> Header {
    Header::new(scenario, VENUE).unwrap()
}

fn written(scenario: &Scenario) -> Vec<u8> {
    let mut sink = Sink::new(Vec::new(), header(scenario));
    run_one(scenario, VENUE, &mut sink).unwrap();
    sink.finish().unwrap().0
}

fn lines(journal: &[u8]) -> Vec<EventLine> {
    let mut lines = Vec::new();
    walk(journal, &mut |line| {
        if let Line::Event(event) = line {
            lines.push(EventLine::clone(event));
        }
    })
    .unwrap();
    lines
}

fn write_again(header: &Header, lines: Vec<EventLine>) -> String {
    let mut writer = Writer::new(io::sink(), header).unwrap();
    for line in lines {
        writer.event(line).unwrap();
    }
    writer.finish().unwrap().1
}

fn journal(c: &mut Criterion) {
    let scenario = hour();
    let (header, bytes) = (header(&scenario), written(&scenario));
    let lines = lines(&bytes);
    let size = [
        (
            "the lines alone, lines",
            Throughput::Elements(lines.len() as u64),
        ),
        (
            "the lines alone, bytes",
            Throughput::Bytes(bytes.len() as u64),
        ),
    ];
    let mut group = c.benchmark_group("journal");
    group.bench_function("a run", |b| {
        b.iter(|| run_one(black_box(&scenario), VENUE, &mut ()).unwrap());
    });
    group.bench_function("a run with its journal", |b| {
        b.iter(|| {
            let mut sink = Sink::new(io::sink(), header.clone());
            run_one(black_box(&scenario), VENUE, &mut sink).unwrap();
            sink.finish().unwrap()
        });
    });
    for (name, throughput) in size {
        group.throughput(throughput);
        group.bench_function(name, |b| {
            b.iter_batched(
                || lines.clone(),
                |lines| write_again(&header, lines),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, journal);
criterion_main!(benches);
