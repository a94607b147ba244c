/// The sum of the last so many values, kept while they come and go.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// One place a second; allocated once.
    ring: Vec<i128>,
    next: usize,
    sum: i128,
}

impl Window {
    /// A window in which every second had this value.
    pub(crate) fn full_of(value: i128, seconds: u64) -> Self {
        let length = usize::try_from(seconds.max(1)).unwrap_or(usize::MAX);
        let ring = vec![value; length];
        let sum = ring.iter().copied().fold(0_i128, i128::saturating_add);
        Self { ring, next: 0, sum }
    }

    /// The newest value drives out the oldest.
    pub(crate) fn push(&mut self, value: i128) {
        if let Some(place) = self.ring.get_mut(self.next) {
            let change = value.saturating_sub(*place);
            self.sum = self.sum.saturating_add(change);
            *place = value;
        }
        let next = self.next.saturating_add(1);
        self.next = if next < self.ring.len() { next } else { 0 };
    }

    /// How many values it holds.
    pub(crate) fn length(&self) -> i128 {
        i128::try_from(self.ring.len()).unwrap_or(i128::MAX)
    }

    /// Their sum.
    pub(crate) const fn sum(&self) -> i128 {
        self.sum
    }
}
