//! What a sweep varies: `KEY=a..b..n`, `KEY=word,word`, or a name that the file gives.

use seawall_units::{Round, Tokens, mul_div};

use crate::cascade::head::Vary;
use crate::check::plain;
use crate::overrides::is_path;
use crate::{Overrides, ScenarioError, nearest};

/// The most points of one axis.
const MOST: usize = 10_000;
const FORMS: &str = "KEY=FROM..TO..POINTS such as depth=0.5..4..8, KEY=VALUE,VALUE, or a name \
                     that the file gives under `vary`";

/// Values that one rule or parameter takes, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// What is varied: a key, or the file's name for it.
    pub name: String,
    /// Its values.
    pub points: Vec<AxisPoint>,
}

/// One value of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisPoint {
    /// As it is told.
    pub name: String,
    /// What it puts where: dotted paths and values, as for `--set`.
    pub set: Vec<(String, String)>,
}

impl Axis {
    /// An axis from what stands behind `--sweep`, with the names that a file gives.
    ///
    /// **Formula** point `i` of `a..b..n` is `a + (b − a)·i/(n − 1)`, exact but for one rounding
    /// downwards on the grid of 10⁻¹⁸; both ends are points. `%` and `bp` may stand behind both; then
    /// the grid is that of ratios, 10⁻¹⁶ % and 10⁻¹⁴ bp.
    ///
    /// **Errors** [`ScenarioError::Sweep`] for another form, for no point or more than 10 000, for
    /// ends that are no numbers and for a name or point that the file does not give.
    ///
    /// ```
    /// use seawall_scenario::Axis;
    /// let axis = Axis::parse("lending.main.close.factor=25%..100%..4", &[])?;
    /// let names: Vec<&str> = axis.points.iter().map(|point| point.name.as_str()).collect();
    /// assert_eq!(names, ["25%", "50%", "75%", "100%"]);
    /// let error = Axis::parse("depth=1..2..0", &[]).unwrap_err().to_string();
    /// assert!(error.starts_with("error: `--sweep depth=1..2..0` has 0 points; legal: 1 to 10000"));
    /// # Ok::<(), seawall_scenario::ScenarioError>(())
    /// ```
    pub fn parse(text: &str, vary: &[Vary]) -> Result<Self, ScenarioError> {
        let refuse = |found: String, legal: &str| ScenarioError::Sweep {
            flag: text.chars().take(200).collect(),
            found,
            legal: legal.to_owned(),
        };
        let (name, values) = match text.split_once('=') {
            Some((name, values)) => (name.trim(), Some(values.trim())),
            None => (text.trim(), None),
        };
        let known = vary.iter().find(|one| one.name == name);
        match (known, values) {
            (Some(one), None) => Ok(Self::of(one)),
            (Some(one), Some(values)) if one.keys.is_empty() => {
                Self::chosen(one, values).map_err(|found| {
                    let names: Vec<&str> = one.points.iter().map(|p| p.name.as_str()).collect();
                    refuse(found, &names.join(", "))
                })
            }
            (None, None) => {
                let near = nearest(name, vary.iter().map(|one| one.name.as_str()));
                let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                Err(refuse(
                    format!("has no `=` and is no name of the file{hint}"),
                    FORMS,
                ))
            }
            (None, Some(_)) if !is_path(name) => Err(refuse(String::from("names no key"), FORMS)),
            (_, Some(values)) => {
                let keys = known.map_or_else(|| vec![name.to_owned()], |one| one.keys.clone());
                let values = listed(values).map_err(|(found, legal)| refuse(found, legal))?;
                Ok(Self::over(name, &keys, &values))
            }
        }
    }

    /// All that a file says of what it varies.
    #[must_use]
    pub fn of(vary: &Vary) -> Self {
        match vary.points.is_empty() {
            true => Self::over(&vary.name, &vary.keys, &vary.values),
            false => Self {
                name: vary.name.clone(),
                points: vary
                    .points
                    .iter()
                    .map(|point| AxisPoint {
                        name: point.name.clone(),
                        set: point.set.clone().into_iter().collect(),
                    })
                    .collect(),
            },
        }
    }

    fn over(name: &str, keys: &[String], values: &[String]) -> Self {
        let point = |value: &String| AxisPoint {
            name: value.clone(),
            set: keys
                .iter()
                .map(|key| (key.clone(), value.clone()))
                .collect(),
        };
        Self {
            name: name.to_owned(),
            points: values.iter().map(point).collect(),
        }
    }

    /// Some of the points to which the file gives names.
    fn chosen(vary: &Vary, names: &str) -> Result<Self, String> {
        let mut points = Vec::new();
        for name in split(names) {
            let all = Self::of(vary).points;
            match all.into_iter().find(|point| point.name == name) {
                Some(point) => points.push(point),
                None => {
                    let near = nearest(name, vary.points.iter().map(|point| point.name.as_str()));
                    let hint =
                        near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                    return Err(format!("names no point of `{}`: `{name}`{hint}", vary.name));
                }
            }
        }
        Ok(Self {
            name: vary.name.clone(),
            points,
        })
    }
}

impl AxisPoint {
    /// The overrides with those of this point.
    ///
    /// **Errors** [`ScenarioError::Flag`] as [`Overrides::with`].
    pub fn on(&self, overrides: &Overrides) -> Result<Overrides, ScenarioError> {
        let mut all = overrides.clone();
        for (key, value) in &self.set {
            all = all.with(key, value)?;
        }
        Ok(all)
    }
}

pub(crate) type Found = (String, &'static str);

/// Values from `a..b..n` or from a list with commas.
fn listed(text: &str) -> Result<Vec<String>, Found> {
    let parts: Vec<&str> = text.split("..").collect();
    match parts.as_slice() {
        [from, to, count] => spaced((from.trim(), to.trim()), count.trim()),
        [_] if text.is_empty() => Err((String::from("has no values"), FORMS)),
        [list] => {
            let values: Vec<String> = split(list).map(str::to_owned).collect();
            match values.iter().any(String::is_empty) {
                true => Err((String::from("has an empty value"), FORMS)),
                false if values.len() > MOST => {
                    Err((format!("has {} points", values.len()), "1 to 10000 points"))
                }
                false => Ok(values),
            }
        }
        [_, _] => Err((String::from("does not say how many points"), FORMS)),
        _ => Err((String::from("has too many `..`"), FORMS)),
    }
}

/// Evenly spaced values, both ends among them; what is wrong and what is legal else.
pub(crate) fn spaced((from, to): (&str, &str), count: &str) -> Result<Vec<String>, Found> {
    let points = count.parse::<usize>().ok();
    let Some(points) = points.filter(|count| (1..=MOST).contains(count)) else {
        return Err((format!("has {count} points"), "1 to 10000 points"));
    };
    let (from, unit) = with_unit(from);
    let (to, unit_to) = with_unit(to);
    if unit != unit_to {
        let found = format!("goes from a number in `{unit}` to one in `{unit_to}`");
        return Err((found, "the same unit behind both: none, % or bp"));
    }
    let number = |text: &str| {
        text.parse::<Tokens>().map_err(|_| {
            let found = format!("has an end that is no number: `{text}`");
            (
                found,
                "numbers of at most 18 decimals, or a list VALUE,VALUE",
            )
        })
    };
    let (from, to) = (number(from)?, number(to)?);
    if points == 1 && from != to {
        return Err((
            String::from("has 1 point for two ends"),
            "2 to 10000 points",
        ));
    }
    let whole = i128::try_from(points)
        .unwrap_or(i128::MAX)
        .saturating_sub(1);
    let span = to.units().saturating_sub(from.units());
    // What a ratio of 10⁻¹⁸ is in this unit.
    let grid = match unit {
        "%" => 100,
        "bp" => 10_000,
        _ => 1,
    };
    let at = |place: usize| {
        let place = i128::try_from(place).unwrap_or(0);
        // One point stands at both ends, and both ends are as they are stated.
        let step = mul_div(span, place, whole.max(1), Round::Floor).unwrap_or(0);
        let exact = from.units().saturating_add(step);
        let finer = match step == 0 || step == span {
            true => 0,
            false => exact.checked_rem_euclid(grid).unwrap_or(0),
        };
        let value = Tokens::from_units(exact.saturating_sub(finer));
        format!("{}{unit}", plain(value.unwrap_or_default()))
    };
    Ok((0..points).map(at).collect())
}

fn with_unit(text: &str) -> (&str, &str) {
    for unit in ["%", "bp"] {
        if let Some(number) = text.strip_suffix(unit) {
            return (number, unit);
        }
    }
    (text, "")
}

/// Parts between commas that lie in no bracket and no quotes.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let mut quoted = false;
    let comma = move |letter: char| {
        match letter {
            '"' | '\'' => quoted = !quoted,
            '[' | '{' => depth = depth.saturating_add(1),
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0 && !quoted
    };
    text.split(comma).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let axis = Axis::parse(text, &[]).unwrap();
        axis.points.into_iter().map(|point| point.name).collect()
    }

    fn refused(text: &str, said: &str) {
        let error = Axis::parse(text, &[oracle()]).unwrap_err().to_string();
        assert!(error.contains(said), "{text}: {error}");
        assert!(error.contains("legal: "), "{error}");
    }

    fn oracle() -> Vary {
        let point = |name: &str| VaryPointOf(name, "feeds.f").into();
        Vary {
            name: String::from("oracle"),
            keys: Vec::new(),
            values: Vec::new(),
            points: vec![point("spot"), point("outside")],
        }
    }

    struct VaryPointOf<'a>(&'a str, &'a str);

    impl From<VaryPointOf<'_>> for crate::cascade::VaryPoint {
        fn from(VaryPointOf(name, key): VaryPointOf<'_>) -> Self {
            Self {
                name: name.to_owned(),
                set: [(key.to_owned(), name.to_owned())].into(),
            }
        }
    }

    #[test]
    fn both_ends_are_points_and_the_steps_are_exact() {
        assert_eq!(names("a.b=0..15..4"), ["0", "5", "10", "15"]);
        assert_eq!(names("a=0.5..4..8")[..3], ["0.5", "1", "1.5"]);
        // A third, rounded downwards once, and the far end whole.
        assert_eq!(
            names("a=0..1..4"),
            ["0", "0.333333333333333333", "0.666666666666666666", "1"]
        );
        assert_eq!(names("a=4..1..4"), ["4", "3", "2", "1"]);
        assert_eq!(names("a=7..7..1"), ["7"]);
        assert_eq!(names("a=10bp..30bp..3"), ["10bp", "20bp", "30bp"]);
        // On the grid of ratios, 10⁻¹⁸, however it is written.
        assert_eq!(names("a=0%..10%..4")[1], "3.3333333333333333%");
        assert_eq!(names("a=0bp..10bp..4")[2], "6.66666666666666bp");
    }

    #[test]
    fn lists_are_split_outside_of_brackets() {
        let text = "lending.m.close={ fixed = { factor = \"1\", full = [1,2] } },\"x,y\",z";
        assert_eq!(
            names(text),
            [
                "{ fixed = { factor = \"1\", full = [1,2] } }",
                "\"x,y\"",
                "z"
            ]
        );
    }

    #[test]
    fn a_name_of_the_file_is_an_axis() {
        let all = Axis::parse("oracle", &[oracle()]).unwrap();
        assert_eq!(all.points.len(), 2);
        let one = Axis::parse("oracle=outside", &[oracle()]).unwrap();
        assert_eq!(one.points[0].set, [("feeds.f".into(), "outside".into())]);
        let depth = Vary {
            name: String::from("depth"),
            keys: vec![String::from("pools.a.depth"), String::from("pools.b.depth")],
            values: vec![String::from("1")],
            points: Vec::new(),
        };
        let axis = Axis::parse("depth=1..2..2", &[depth]).unwrap();
        let set = &axis.points[1].set;
        assert_eq!(set[1], (String::from("pools.b.depth"), String::from("2")));
    }

    #[test]
    fn what_is_no_sweep_is_refused_with_the_legal_form() {
        refused("a=1..2..0", "has 0 points; legal: 1 to 10000 points");
        refused("a=1..2..10001", "1 to 10000 points");
        refused("a=1..2..x", "has x points");
        refused("a=1..2", "does not say how many points");
        refused("a=1..2..3..4", "too many");
        refused("a=one..two..3", "no number: `one`");
        refused("a=NaN..2..3", "no number: `NaN`");
        refused("a=1..2%..3", "the same unit");
        refused("a=1..2..1", "1 point for two ends");
        refused("a=", "has no values");
        refused("a=1,,2", "an empty value");
        refused("=1", "names no key");
        refused("orakle", "did you mean `oracle`?");
        refused("oracle=spott", "did you mean `spot`?");
    }
}
