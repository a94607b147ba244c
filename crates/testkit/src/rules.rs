//! Which function and which test cite a rule of the mechanism.
//!
//! A citation is a rule id such as `M-8.5` in a comment. A doc comment belongs to the item below
//! it, a comment in a body to the function around it, a `//!` line to its file and, if that is not
//! the root of a crate, to all functions in it. The scanner reads formatted source: a scope ends
//! where a line at its own indent begins with `}`.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::Source;

/// A rule id: section and item, `M-<section>` or `M-<section>.<item>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleId {
    /// The section of the mechanism.
    pub section: u32,
    /// The item in it; zero for the section as a whole.
    pub item: u32,
}

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.item {
            0 => write!(f, "M-{}", self.section),
            item => write!(f, "M-{}.{item}", self.section),
        }
    }
}

impl RuleId {
    /// The section this rule is in.
    #[must_use]
    pub const fn whole(self) -> Self {
        Self {
            section: self.section,
            item: 0,
        }
    }
}

/// Every rule id in a text, in order.
#[must_use]
pub fn ids_in(text: &str) -> Vec<RuleId> {
    let mut ids = Vec::new();
    for (at, _) in text.match_indices("M-") {
        let joined = text[..at].chars().next_back();
        if joined.is_some_and(|c| c.is_alphanumeric() || c == '-') {
            continue;
        }
        let rest = &text[at + 2..];
        let Some((section, rest)) = number(rest) else {
            continue;
        };
        let item = rest.strip_prefix('.').and_then(number);
        let item = item.map_or(0, |(item, _)| item);
        ids.push(RuleId { section, item });
    }
    ids
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let value = text[..end].parse().ok()?;
    Some((value, &text[end..]))
}

/// What cites a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A function outside tests.
    Function,
    /// A type, constant or field.
    Item,
    /// The root of a crate, or a file without functions.
    File,
    /// A test function, or a whole file of tests.
    Test,
    /// A runnable example in the documentation of what it names.
    DocTest,
}

/// One citation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citation {
    /// The rule.
    pub id: RuleId,
    /// What cites it.
    pub kind: Kind,
    /// The file, below the workspace root.
    pub path: String,
    /// The name inside the file; empty for the whole file.
    pub name: String,
}

struct Scope {
    indent: usize,
    name: String,
    is_fn: bool,
    is_test: bool,
    /// A module, impl block or function that only exists under test.
    in_tests: bool,
    names_members: bool,
}

struct Scanner<'a> {
    path: &'a str,
    scopes: Vec<Scope>,
    pending: BTreeSet<RuleId>,
    has_example: bool,
    fence: Fence,
    test_attribute: bool,
    cfg_test: bool,
    in_attribute: bool,
    found: BTreeSet<Citation>,
    test_file: bool,
    has_function: bool,
}

#[derive(PartialEq, Eq)]
enum Fence {
    Outside,
    Inside,
}

/// Every citation in one source file.
#[must_use]
pub fn scan(source: &Source) -> BTreeSet<Citation> {
    let mut scanner = Scanner {
        path: &source.path,
        scopes: Vec::new(),
        pending: BTreeSet::new(),
        has_example: false,
        fence: Fence::Outside,
        test_attribute: false,
        cfg_test: false,
        in_attribute: false,
        found: BTreeSet::new(),
        test_file: source.path.contains("/tests/") || source.path.ends_with("/tests.rs"),
        has_function: false,
    };
    for line in source.text.lines() {
        scanner.line(line);
    }
    scanner.carry_the_file();
    scanner.found
}

impl Scanner<'_> {
    /// A file about one rule carries it with all its functions. The root of a crate speaks for the
    /// whole crate, which is too much to count.
    fn carry_the_file(&mut self) {
        if !self.has_function || self.path.ends_with("/lib.rs") {
            return;
        }
        let found = std::mem::take(&mut self.found);
        let carried = found.into_iter().map(|citation| match citation.kind {
            Kind::File => Citation {
                kind: Kind::Function,
                ..citation
            },
            _ => citation,
        });
        self.found = carried.collect();
    }

    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if text.is_empty() {
            return;
        }
        if let Some(doc) = text.strip_prefix("//!") {
            let kind = if self.in_tests() {
                Kind::Test
            } else {
                Kind::File
            };
            for id in ids_in(doc) {
                self.cite(id, kind, String::new());
            }
        } else if let Some(doc) = text.strip_prefix("///") {
            self.doc(doc.trim());
        } else if let Some(comment) = text.strip_prefix("//") {
            self.comment(comment);
        } else {
            self.code(text, indent);
        }
    }

    fn doc(&mut self, doc: &str) {
        if let Some(info) = doc.strip_prefix("```") {
            match self.fence {
                Fence::Outside => {
                    let runs = matches!(info, "" | "rust" | "should_panic");
                    self.has_example |= runs;
                    self.fence = Fence::Inside;
                }
                Fence::Inside => self.fence = Fence::Outside,
            }
        }
        self.pending.extend(ids_in(doc));
    }

    fn comment(&mut self, comment: &str) {
        let ids = ids_in(comment);
        match self.scopes.iter().any(|scope| scope.is_fn) {
            true => self.cite_function(&ids),
            false => self.pending.extend(ids),
        }
    }

    fn code(&mut self, text: &str, indent: usize) {
        if self.in_attribute {
            self.in_attribute = !text.ends_with(']');
            return;
        }
        if text.starts_with("#[") || text.starts_with("#![") {
            self.test_attribute |= text.contains("test]") || text.contains("#[rstest");
            self.cfg_test |= text.contains("cfg(test)");
            self.in_attribute = !text.contains(']');
            return;
        }
        let closes = text.starts_with('}') || (text.starts_with(')') && text.ends_with(';'));
        if closes {
            while self.scopes.last().is_some_and(|s| s.indent >= indent) {
                self.scopes.pop();
            }
            return;
        }
        let trailing = text.split_once("//").map_or("", |(_, comment)| comment);
        let trailing = ids_in(trailing);
        match item(text) {
            Some(item) => self.item(&item, text, indent, &trailing),
            None => self.member(text, &trailing),
        }
    }

    /// A declared item takes what was said above it.
    fn item(&mut self, item: &Declared<'_>, text: &str, indent: usize, trailing: &[RuleId]) {
        let in_tests = self.in_tests() || self.cfg_test;
        let is_fn = item.keyword == "fn";
        let is_test = is_fn && in_tests && self.test_attribute;
        self.has_function |= is_fn && !in_tests;
        let name = self.full_name(item.name);
        let pending = std::mem::take(&mut self.pending);
        let example = std::mem::take(&mut self.has_example);
        for id in pending.into_iter().chain(trailing.iter().copied()) {
            match (in_tests, is_fn) {
                (true, _) if is_test => self.cite(id, Kind::Test, name.clone()),
                (true, _) => {}
                (false, true) => self.cite(id, Kind::Function, name.clone()),
                (false, false) if item.keyword == "impl" => {}
                (false, false) => self.cite(id, Kind::Item, name.clone()),
            }
            if example && !in_tests {
                self.cite(id, Kind::DocTest, name.clone());
            }
        }
        self.test_attribute = false;
        self.cfg_test = false;
        let one_line = text.ends_with(';') || text.ends_with('}') || item.keyword == "const";
        if !one_line {
            self.scopes.push(Scope {
                indent,
                name: item.name.to_owned(),
                is_fn,
                is_test,
                in_tests,
                names_members: matches!(item.keyword, "impl" | "trait" | "struct" | "enum"),
            });
        }
    }

    /// A line that declares nothing: a statement, a field, a variant, a line of a macro.
    fn member(&mut self, text: &str, trailing: &[RuleId]) {
        if self.scopes.iter().any(|scope| scope.is_fn) {
            self.cite_function(trailing);
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        self.has_example = false;
        if self.in_tests() {
            return;
        }
        let name: String = text
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ")
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        for id in pending.into_iter().chain(trailing.iter().copied()) {
            self.cite(id, Kind::Item, self.full_name(&name));
        }
    }

    fn cite_function(&mut self, ids: &[RuleId]) {
        let Some(scope) = self.scopes.iter().rev().find(|scope| scope.is_fn) else {
            return;
        };
        let kind = match (scope.in_tests, scope.is_test) {
            (true, false) => return, // a helper of tests proves nothing by itself
            (true, true) => Kind::Test,
            (false, _) => Kind::Function,
        };
        let name = self.name_of(scope);
        for id in ids {
            self.cite(*id, kind, name.clone());
        }
    }

    fn name_of(&self, scope: &Scope) -> String {
        let outer = self
            .scopes
            .iter()
            .rev()
            .find(|s| s.names_members && s.indent < scope.indent);
        match outer {
            Some(outer) => format!("{}::{}", outer.name, scope.name),
            None => scope.name.clone(),
        }
    }

    fn full_name(&self, name: &str) -> String {
        match self.scopes.iter().rev().find(|s| s.names_members) {
            Some(outer) => format!("{}::{name}", outer.name),
            None => name.to_owned(),
        }
    }

    fn in_tests(&self) -> bool {
        self.test_file || self.scopes.iter().any(|scope| scope.in_tests)
    }

    fn cite(&mut self, id: RuleId, kind: Kind, name: String) {
        let path = self.path.to_owned();
        self.found.insert(Citation {
            id,
            kind,
            path,
            name,
        });
    }
}

struct Declared<'a> {
    keyword: &'static str,
    name: &'a str,
}

/// The item that a line declares.
fn item(text: &str) -> Option<Declared<'_>> {
    const KEYWORDS: [&str; 9] = [
        "fn", "struct", "enum", "trait", "impl", "mod", "type", "const", "static",
    ];
    let mut rest = text;
    for word in ["pub(crate) ", "pub(super) ", "pub ", "unsafe ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    if let Some(function) = rest.strip_prefix("const fn ") {
        rest = function;
        return Some(Declared {
            keyword: "fn",
            name: identifier(rest),
        });
    }
    for keyword in KEYWORDS {
        let Some(after) = rest.strip_prefix(keyword) else {
            continue;
        };
        if !after.starts_with([' ', '<']) {
            continue;
        }
        let name = match keyword {
            "impl" => implemented(after),
            _ => identifier(after.trim_start()),
        };
        return Some(Declared { keyword, name });
    }
    None
}

fn identifier(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    &text[..end]
}

/// The type of an `impl` line: what follows `for`, or else the generics.
fn implemented(after: &str) -> &str {
    let target = match after.split_once(" for ") {
        Some((_, target)) => target,
        None if after.starts_with('<') => after.split_once("> ").map_or(after, |(_, rest)| rest),
        None => after,
    };
    identifier(target.trim_start())
}

/// A rule as the mechanism lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// Its title.
    pub title: String,
}

/// The rules of a mechanism document and those it says are not modelled yet.
#[derive(Debug, Clone, Default)]
pub struct Mechanism {
    /// Every rule, in the order of the document.
    pub rules: Vec<Rule>,
    /// Rules that the document lists under "Not yet modelled".
    pub not_yet: BTreeSet<RuleId>,
}

/// Reads the rules from their headings (`### M-8.5 Title`) and the list under the heading
/// "Not yet modelled" (`- M-9.3: what is missing`).
#[must_use]
pub fn mechanism(text: &str) -> Mechanism {
    let mut read = Mechanism::default();
    let mut in_list = false;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix('#') {
            let heading = heading.trim_start_matches('#').trim();
            in_list = heading == "Not yet modelled";
            if let (true, Some(id)) = (heading.starts_with("M-"), ids_in(heading).first()) {
                let title = heading.split_once(' ').map_or("", |(_, title)| title);
                read.rules.push(Rule {
                    id: *id,
                    title: title.to_owned(),
                });
            }
        } else if in_list && line.starts_with("- M-") {
            read.not_yet.extend(ids_in(line).first());
        }
    }
    read
}

/// The citations of one rule by what cites it.
#[derive(Debug, Clone, Default)]
pub struct Mapped {
    /// Functions, by file.
    pub functions: BTreeMap<String, BTreeSet<String>>,
    /// Types, constants and fields, by file.
    pub items: BTreeMap<String, BTreeSet<String>>,
    /// Tests and runnable examples, by file.
    pub tests: BTreeMap<String, BTreeSet<String>>,
}

/// Citations by rule.
#[must_use]
pub fn by_rule(citations: &BTreeSet<Citation>) -> BTreeMap<RuleId, Mapped> {
    let mut map: BTreeMap<RuleId, Mapped> = BTreeMap::new();
    for citation in citations {
        let entry = map.entry(citation.id).or_default();
        let name = match (citation.kind, citation.name.is_empty()) {
            (_, true) => "the whole file".to_owned(),
            (Kind::DocTest, false) => format!("example of `{}`", citation.name),
            (_, false) => format!("`{}`", citation.name),
        };
        let files = match citation.kind {
            Kind::Function => &mut entry.functions,
            Kind::Item | Kind::File => &mut entry.items,
            Kind::Test | Kind::DocTest => &mut entry.tests,
        };
        files.entry(citation.path.clone()).or_default().insert(name);
    }
    map
}
