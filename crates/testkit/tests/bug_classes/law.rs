//! What a law says when it is broken.

use proptest::test_runner::TestCaseError;

/// A law of a bug class is broken, and by which figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The class, `B2`.
    pub(crate) class: &'static str,
    /// The clause that is broken, with its figures.
    pub(crate) what: String,
}

pub(crate) type Held = Result<(), Breach>;

/// One clause of a law.
pub(crate) fn require(class: &'static str, holds: bool, what: impl FnOnce() -> String) -> Held {
    match holds {
        true => Ok(()),
        false => Err(Breach {
            class,
            what: what(),
        }),
    }
}

/// The law found the planted defect, and for the reason that is stated here.
pub(crate) fn assert_found(law: Held, class: &str, reason: &str) {
    match law {
        Err(found) if found.class == class && found.what.contains(reason) => {}
        other => panic!("{class}, {reason}: the planted defect was not found: {other:?}"),
    }
}

impl From<Breach> for TestCaseError {
    fn from(breach: Breach) -> Self {
        Self::fail(format!("{}: {}", breach.class, breach.what))
    }
}
