//! A small version of `examples/many_accounts.rs`, held against its journal and against itself.

mod crowd;

use crowd::{Crowd, Size, figures};
use seawall_ledger::Replay;
use seawall_venue::Venue;

const SIZE: Size = Size {
    accounts: 2_000,
    seconds: 600,
    commands_a_second: 25,
    look_every: 3,
};

/// M-2.4 at every step of a run with every kind of event, and the balances from its journal alone.
#[test]
fn a_crowd_is_conserved_and_its_journal_gives_the_state() {
    let mut crowd = Crowd::new(SIZE);
    let mut replay = Replay::new();
    crowd.run(|entries| assert!(entries.iter().all(|entry| replay.apply(entry))));
    let balances: Vec<_> = crowd.venue.ledger().balances().collect();
    assert_eq!(balances, replay.balances().collect::<Vec<_>>());
    let happened = crowd.happened;
    assert_eq!(happened.minutes, 10);
    let commands = happened.opened + happened.closed + happened.margin_added + happened.refused;
    assert_eq!(commands, 600 * 25);
    assert_eq!(
        happened.events(),
        commands - happened.refused + happened.liquidations + 10
    );
    assert!(
        happened.liquidations > 100 && happened.deficits > 0,
        "{happened:?}"
    );
    assert!(
        happened.most_open > 1_000 && happened.without_equity > 10,
        "{happened:?}"
    );
}

/// The same without a journal, to the micro-dollar.
#[test]
fn a_crowd_without_a_journal_ends_the_same() {
    let mut written = Crowd::new(SIZE);
    let mut silent = Crowd::new(SIZE).without_journal();
    written.run(|_| {});
    silent.run(|entries| assert!(entries.is_empty()));
    assert_eq!(silent.happened, written.happened);
    assert_eq!(figures(&silent.venue), figures(&written.venue));
    assert_eq!(
        silent.venue.ledger().posted(),
        written.venue.ledger().posted()
    );
}
