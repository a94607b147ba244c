//! The answer to "from which value on does this hold?".

use seawall_sim::{Answer, Holding, Key, Trial};
use serde::Serialize;
use serde_json::Value;

use crate::WIDTH;
use crate::condition::Condition;
use crate::digits::exact;
use crate::grid::{self, Align};
use crate::json::SCHEMA_VERSION;
use crate::sets::columns;
use crate::table::Ink;
use crate::wrap::wrapped;

/// Every value that was tried, in order: the bracket, the value, the figure, whether it holds.
#[must_use]
pub fn steps(condition: &Condition, trials: &[Trial], ink: Ink) -> String {
    let head = ["", "low", "high", "tried", &condition.row.id, "holds"];
    let mut lines: Vec<Vec<String>> = vec![head.map(str::to_owned).to_vec()];
    for (number, trial) in (1_u32..).zip(trials) {
        let (low, high) = trial.bracket.clone().unwrap_or_default();
        lines.push(vec![
            number.to_string(),
            low,
            high,
            trial.value.clone(),
            condition.row.fine(trial.figure),
            yes_or_no(trial),
        ]);
    }
    columns(&lines, ink)
}

/// The steps and the answer as text.
#[must_use]
pub fn table(key: &Key, condition: &Condition, answer: &Answer, ink: Ink) -> String {
    let mut text = format!(
        "{}\n",
        ink.bold(&format!("{} until {condition}", key.name()))
    );
    text.push_str(&steps(condition, &answer.trials, ink));
    text.push('\n');
    text.push_str(&wrapped("", &said(key, condition, answer), WIDTH));
    text
}

/// What the answer says, in words.
fn said(key: &Key, condition: &Condition, answer: &Answer) -> String {
    let which = match answer.holding {
        Holding::Upwards => "smallest",
        Holding::Downwards => "largest",
    };
    format!(
        "The {which} {} that holds is {}: {} is {} there. At {}, {} away, it is {}.",
        key.name(),
        answer.holds.value,
        condition.row.id,
        condition.row.fine(answer.holds.figure),
        answer.fails.value,
        key.step(),
        condition.row.fine(answer.fails.figure),
    )
}

/// The steps and the answer as GitHub-flavoured Markdown.
#[must_use]
pub fn markdown(key: &Key, condition: &Condition, answer: &Answer) -> String {
    let title = grid::escaped(&format!("{} until {condition}", key.name()));
    let head = ["", "low", "high", "tried", &condition.row.id, "holds"];
    let head = head.map(|name| (grid::escaped(name), Align::Right));
    let lines = (1_u32..).zip(&answer.trials).map(|(number, trial)| {
        let (low, high) = trial.bracket.clone().unwrap_or_default();
        let figure = condition.row.fine(trial.figure);
        let cells = [number.to_string(), low, high, trial.value.clone(), figure];
        let cells = cells.iter().map(|cell| grid::escaped(cell));
        cells.chain([yes_or_no(trial)]).collect()
    });
    let steps = grid::markdown(&head, &lines.collect::<Vec<Vec<String>>>());
    let said = grid::escaped(&said(key, condition, answer));
    format!("# {title}\n\n{steps}\n{said}\n")
}

/// The steps as CSV, `low,high,value,figure,holds`, exact; the last two are the values on both
/// sides of the answer.
#[must_use]
pub fn csv(condition: &Condition, answer: &Answer) -> String {
    let ends = [&answer.holds, &answer.fails];
    let lines = answer.trials.iter().chain(ends).map(|trial| {
        let (low, high) = trial.bracket.clone().unwrap_or_default();
        let figure = exact(trial.figure, condition.row.metric.unit.places());
        vec![low, high, trial.value.clone(), figure, yes_or_no(trial)]
    });
    let head = ["low", "high", "value", "figure", "holds"];
    grid::csv_text(&head, &lines.collect::<Vec<Vec<String>>>())
}

fn yes_or_no(trial: &Trial) -> String {
    if trial.holds { "yes" } else { "no" }.to_owned()
}

/// The steps and the answer as JSON.
///
/// **Errors** none in practice: every value has a form in JSON.
pub fn json(
    key: &Key,
    condition: &Condition,
    answer: &Answer,
    scenario_hash: &str,
) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Step {
        low: Option<String>,
        high: Option<String>,
        value: String,
        figure: Value,
        holds: bool,
    }
    #[derive(Serialize)]
    struct Document {
        schema_version: u32,
        scenario_hash: String,
        key: String,
        venue: String,
        metric: String,
        condition: String,
        step: String,
        answer: &'static str,
        holds: Step,
        fails: Step,
        trials: Vec<Step>,
    }
    let step = |trial: &Trial| Step {
        low: trial.bracket.as_ref().map(|bracket| bracket.0.clone()),
        high: trial.bracket.as_ref().map(|bracket| bracket.1.clone()),
        value: trial.value.clone(),
        figure: condition.row.exact(trial.figure),
        holds: trial.holds,
    };
    let document = Document {
        schema_version: SCHEMA_VERSION,
        scenario_hash: scenario_hash.to_owned(),
        key: key.name().to_owned(),
        venue: condition.venue.to_string(),
        metric: condition.row.id.clone(),
        condition: condition.to_string(),
        step: key.step(),
        answer: match answer.holding {
            Holding::Upwards => "smallest",
            Holding::Downwards => "largest",
        },
        holds: step(&answer.holds),
        fails: step(&answer.fails),
        trials: answer.trials.iter().map(step).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}
