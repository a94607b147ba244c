use seawall_units::Time;

/// Something that happens every so many seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timer {
    every: u64,
    last: Time,
}

impl Timer {
    pub(crate) const fn new(every: u64, start: Time) -> Self {
        Self { every, last: start }
    }

    /// Whether it is due now; if so, the next turn is counted from now.
    pub(crate) fn strikes(&mut self, now: Time) -> bool {
        let due = now.since(self.last) >= self.every;
        if due {
            self.last = now;
        }
        due
    }
}
