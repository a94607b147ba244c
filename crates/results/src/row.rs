/// What one venue came to at one point on one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The path, from 0.
    pub path: u64,
    /// The place of its point in [`Head::points`](crate::Head::points).
    pub point: u32,
    /// The place of its venue in [`Head::venues`](crate::Head::venues).
    pub venue: u32,
    /// The values of the drawn keys, as `--set` takes them.
    pub drawn: Vec<String>,
    /// One for each column, in grid units; `None` where the venue has no such figure.
    pub figures: Vec<Option<i128>>,
    /// Breaches of a law that the independent audit found: none, by law.
    pub breaches: u32,
}
