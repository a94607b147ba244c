//! What happened to an account, a deficit, a stage or in a second, told from a journal alone.
//!
//! | module | tells |
//! |---|---|
//! | `trader` | one account: how its position came to be, what triggered what, what is left |
//! | `provider` | a tranche or other capital, and a party that holds shares of it: every change of value in parts |
//! | `deficit` | one deficit: how it came to be, who paid how much, who was cut |
//! | `stage` | all work of one stage |
//! | `overview` | whom and what to ask about |
//! | `moment` | one second, phase by phase, and how the venue stood after it |
//!
//! Each tells a [`Story`]: sections of sentences, steps and tables. `text` and `markdown` round it
//! for reading, `json` writes every figure in full. Memory grows with the accounts and with what
//! is told, not with the journal.

mod deficit;
mod json;
mod moment;
mod names;
mod opening;
mod overview;
mod party;
mod provider;
mod scene;
mod stage;
mod statement;
mod story;
mod text;
mod trader;
mod value;
mod when;
mod words;

use std::io::BufRead;

use seawall_ledger::DeficitId;
use seawall_units::Time;
use seawall_venue::StageId;

use crate::journal::{EventLine, Fault, JournalError, Line, walk};
use names::Subject;
use scene::Scene;

pub use json::{document, schema};
pub use story::{Section, Step, Story};
pub use text::{markdown, table};
pub use value::{Grid, Value};
pub(crate) use when::utc;
pub use when::{NotAMoment, When};

/// What is to be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Nothing yet: whom and what to ask about.
    Overview,
    /// An account, a party or a part of the capital, as people name it.
    Account(String),
    /// One deficit.
    Deficit(DeficitId),
    /// All work of a stage.
    Stage(StageId),
    /// One second.
    At(When),
}

/// Why nothing could be explained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// The journal was refused.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal knows no such thing.
    #[error("{what}; legal: {legal}")]
    Unknown {
        /// What was asked for.
        what: String,
        /// What there is.
        legal: String,
    },
    /// A value does not follow from the postings: the journal contradicts itself.
    #[error(
        "the value of `{of}` at {at} does not follow from the postings since the minute before"
    )]
    Unexplained {
        /// Whose value.
        of: String,
        /// When.
        at: String,
    },
}

/// Who listens to a journal and tells of it in the end.
trait Teller {
    /// An event, with the scene as it was before it.
    fn before(&mut self, _: &Scene, _: &EventLine) {}
    /// An event, with the scene as it is after it.
    fn after(&mut self, scene: &Scene, line: &EventLine);
    /// What there is to tell; nothing where the journal never spoke of the subject.
    fn tell(self: Box<Self>, scene: &Scene) -> Result<Vec<Section>, ExplainError>;
}

/// Answers a question from a journal, read line by line.
///
/// A journal that was cut off is told up to its last whole line, and [`Story::note`] says so.
///
/// **Errors** [`ExplainError`].
pub fn explain(input: impl BufRead, question: &Question) -> Result<Story, ExplainError> {
    let mut asked = Asked::New;
    let mut whole = 0_u64;
    let walked = walk(input, &mut |line| {
        whole = whole.saturating_add(1);
        asked.line(question, line);
    });
    let (scene, tellers) = match asked {
        Asked::Told(scene, tellers) => (scene, tellers),
        Asked::New => {
            let fault = Fault::NoHeader;
            return Err(walked
                .err()
                .unwrap_or(JournalError { line: 1, fault })
                .into());
        }
    };
    let note = match walked {
        Ok(_) => None,
        Err(JournalError {
            fault: Fault::CutOff,
            ..
        }) => Some(format!("The journal ends at line {whole}, before its end.")),
        Err(error) => return Err(error.into()),
    };
    let mut sections = Vec::new();
    for teller in tellers {
        sections.extend(teller.tell(&scene)?);
    }
    if sections.is_empty() {
        return Err(nothing(question, &scene, note));
    }
    Ok(Story::new(
        &scene.header,
        asked_for(question),
        note,
        sections,
    ))
}

/// The question before and after the header.
enum Asked {
    New,
    Told(Box<Scene>, Vec<Box<dyn Teller>>),
}

impl Asked {
    fn line(&mut self, question: &Question, line: &Line) {
        match (&mut *self, line) {
            (Self::New, Line::Header(header)) => {
                let scene = Scene::new(header);
                // What is legal is known when all was read.
                let tellers = tellers(question, &scene).unwrap_or_default();
                *self = Self::Told(Box::new(scene), tellers);
            }
            (Self::Told(scene, tellers), Line::Event(event)) => {
                for teller in tellers.iter_mut() {
                    teller.before(scene, event);
                }
                scene.apply(event);
                for teller in tellers.iter_mut() {
                    teller.after(scene, event);
                }
            }
            _ => {}
        }
    }
}

fn tellers(question: &Question, scene: &Scene) -> Result<Vec<Box<dyn Teller>>, ExplainError> {
    Ok(match question {
        Question::Overview => vec![Box::new(overview::Overview::default())],
        Question::Deficit(id) => vec![Box::new(deficit::Deficit::new(*id))],
        Question::Stage(stage) => vec![Box::new(stage::Work::new(*stage))],
        Question::At(when) => {
            let at = when.after(scene.header.start);
            vec![Box::new(moment::Moment::new(at))]
        }
        Question::Account(text) => {
            let subjects = scene.names.subjects(text)?;
            let teller = |subject| -> Box<dyn Teller> {
                match subject {
                    Subject::Trader(id) => Box::new(trader::Trader::new(id)),
                    Subject::Party(owner) => Box::new(party::Party::new(owner)),
                    Subject::Capital(account) => Box::new(provider::Capital::new(account)),
                }
            };
            subjects.into_iter().map(teller).collect()
        }
    })
}

/// What was asked, for the title.
fn asked_for(question: &Question) -> String {
    match question {
        Question::Overview => String::from("overview"),
        Question::Account(text) => format!("account {text}"),
        Question::Deficit(id) => format!("deficit {id}"),
        Question::Stage(stage) => format!("stage {}", stage.name()),
        Question::At(when) => format!("the second {when}"),
    }
}

/// The journal never spoke of the subject.
fn nothing(question: &Question, scene: &Scene, note: Option<String>) -> ExplainError {
    let legal = match question {
        Question::Overview | Question::Account(_) => scene.legal_accounts(),
        Question::Deficit(_) => match scene.last_deficit {
            Some(last) => format!("0 to {last}"),
            None => String::from("none, this journal has no deficit"),
        },
        Question::Stage(_) => String::from("a stage of this journal"),
        Question::At(_) => scene.legal_moments(),
    };
    let note = note.map(|note| format!("{note} ")).unwrap_or_default();
    let what = format!("{note}the journal has nothing on {}", asked_for(question));
    ExplainError::Unknown { what, legal }
}

/// A moment as people read it: the time of day, which inside a journal is enough.
fn clock(time: Time) -> String {
    time.clock()
}
