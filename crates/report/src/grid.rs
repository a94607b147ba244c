//! Plain grids of text: Markdown tables and CSV.

/// The head of every CSV in long form.
pub const LONG: [&str; 4] = ["metric", "unit", "venue", "value"];

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Text that Markdown shows as it is: table bars, emphasis and tags lose their meaning.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '\\' => out.extend(['\\', letter]),
            '\n' | '\r' => out.push(' '),
            _ => out.push(letter),
        }
    }
    out
}

/// A table of GitHub-flavoured Markdown; cells are taken as they are.
#[must_use]
pub fn markdown(head: &[(String, Align)], lines: &[Vec<String>]) -> String {
    let row = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<&str> = cells.collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = row(&mut head.iter().map(|(name, _)| name.as_str()));
    text.push_str(&row(&mut head.iter().map(|(_, align)| match align {
        Align::Left => ":---",
        Align::Right => "---:",
    })));
    for line in lines {
        text.push_str(&row(&mut line.iter().map(String::as_str)));
    }
    text
}

/// A table of text: the first column to the stated side, the others to the right; lines may be
/// shorter than the head.
#[must_use]
pub fn aligned(head: &[&str], lines: &[Vec<String>], first: Align) -> String {
    let long = |text: &str| text.chars().count();
    let widths = head.iter().enumerate().map(|(place, name)| {
        let cells = lines.iter().filter_map(|line| line.get(place));
        let widest = cells.map(|cell| long(cell)).chain([long(name)]).max();
        widest.unwrap_or(0)
    });
    let widths: Vec<usize> = widths.collect();
    let mut text = String::new();
    let mut push = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths).enumerate();
        let padded = cells.map(|(place, (cell, width))| match (place, first) {
            (0, Align::Left) => format!("  {cell:<width$}"),
            _ => format!("  {cell:>width$}"),
        });
        let row: String = padded.collect();
        text.push_str(row.trim_end());
        text.push('\n');
    };
    push(&mut head.iter().copied());
    for line in lines {
        push(&mut line.iter().map(String::as_str));
    }
    text
}

/// A file of comma-separated values, quoted where a value asks for it.
#[must_use]
pub fn csv_text(head: &[&str], lines: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut write = || -> csv::Result<()> {
        writer.write_record(head)?;
        lines.iter().try_for_each(|line| writer.write_record(line))
    };
    // Memory takes every byte, and every line has the columns of the head.
    let written = write().is_ok();
    let bytes = writer.into_inner().unwrap_or_default();
    match written {
        true => String::from_utf8(bytes).unwrap_or_default(),
        false => unreachable!("invariant: every line has the columns of the head"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_keeps_its_columns() {
        let head = [
            (String::from("a"), Align::Left),
            (String::from("b"), Align::Right),
        ];
        let lines = [vec![escaped("x|y*"), String::from("1")]];
        let expect = "| a | b |\n| :--- | ---: |\n| x\\|y\\* | 1 |\n";
        assert_eq!(markdown(&head, &lines), expect);
    }

    #[test]
    fn csv_quotes_what_asks_for_it() {
        let lines = [vec![String::from("a,b"), String::from("1")]];
        assert_eq!(csv_text(&["x", "y"], &lines), "x,y\n\"a,b\",1\n");
    }
}
