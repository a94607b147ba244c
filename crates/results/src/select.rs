use crate::error::ResultsError;
use crate::head::Head;
use crate::row::Row;

/// A choice among points and venues: the rows of some of them, numbered anew.
#[derive(Debug, Clone)]
pub struct Selection {
    head: Head,
    /// The new place of each point and of each venue; `None` when it is left out.
    points: Vec<Option<u32>>,
    venues: Vec<Option<u32>>,
}

impl Selection {
    /// Keeps the points and venues of which every condition is true: `venue` is a venue, `point` the
    /// number of a point, anything else a key in which the points differ. Conditions on the same key
    /// are alternatives.
    ///
    /// **Errors** [`ResultsError::Where`] for a key that is none of these, or a value that no point
    /// or venue has, with those that there are.
    pub fn new(head: &Head, conditions: &[(String, String)]) -> Result<Self, ResultsError> {
        for (key, value) in conditions {
            expect_known(head, key, value)?;
        }
        let kept = |tags: &[(&str, String)]| {
            tags.iter().all(|(tag, found)| {
                let mut asked = conditions.iter().filter(|(key, _)| key == tag).peekable();
                asked.peek().is_none() || asked.any(|(_, value)| value == found)
            })
        };
        let points = (0_u32..).zip(&head.points).map(|(place, point)| {
            let mut tags = vec![("point", place.to_string())];
            let values = point.values.iter();
            tags.extend(values.map(|(key, value)| (key.as_str(), value.clone())));
            kept(&tags)
        });
        let points: Vec<bool> = points.collect();
        let venues = head
            .venues
            .iter()
            .map(|venue| kept(&[("venue", venue.clone())]));
        let venues: Vec<bool> = venues.collect();
        let mut chosen = head.clone();
        retain(&mut chosen.points, &points);
        retain(&mut chosen.venues, &venues);
        if chosen.points.is_empty() {
            let (key, value) = conditions.first().cloned().unwrap_or_default();
            return Err(ResultsError::Where {
                key,
                value,
                legal: String::from("conditions that one of the points meets together"),
            });
        }
        Ok(Self {
            head: chosen,
            points: numbered(&points),
            venues: numbered(&venues),
        })
    }

    /// The head of the rows that are kept.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// A row under its new numbers; `None` when it is left out.
    #[must_use]
    pub fn keep(&self, mut row: Row) -> Option<Row> {
        row.point = (*self.points.get(usize::try_from(row.point).ok()?)?)?;
        row.venue = (*self.venues.get(usize::try_from(row.venue).ok()?)?)?;
        Some(row)
    }
}

fn retain<T>(all: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    all.retain(|_| kept.next().is_some_and(|kept| *kept));
}

fn numbered(kept: &[bool]) -> Vec<Option<u32>> {
    let mut next = 0_u32;
    let number = |kept: &bool| {
        let number = kept.then_some(next);
        next = next.saturating_add(u32::from(*kept));
        number
    };
    kept.iter().map(number).collect()
}

fn expect_known(head: &Head, key: &str, value: &str) -> Result<(), ResultsError> {
    let mut values: Vec<String> = match key {
        "venue" => head.venues.clone(),
        "point" => (0..head.points.len())
            .map(|place| place.to_string())
            .collect(),
        _ => {
            let pairs = head.points.iter().flat_map(|point| &point.values);
            let own = pairs.filter(|(name, _)| name == key);
            own.map(|(_, value)| value.clone()).collect()
        }
    };
    if values.iter().any(|known| known == value) {
        return Ok(());
    }
    let legal = if values.is_empty() {
        let keys = head.points.iter().flat_map(|point| &point.values);
        let mut keys: Vec<&str> = keys.map(|(key, _)| key.as_str()).collect();
        keys.extend(["venue", "point"]);
        keys.sort_unstable();
        keys.dedup();
        format!("one of the keys {}", keys.join(", "))
    } else {
        values.dedup();
        format!("one of {}", values.join(", "))
    };
    Err(ResultsError::Where {
        key: key.to_owned(),
        value: value.to_owned(),
        legal,
    })
}
