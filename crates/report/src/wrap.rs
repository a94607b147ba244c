//! Lines of running text.

/// `text` in lines of at most `width` columns: the first begins with `head`, the others with as
/// many blanks. A word that is longer than a line stands alone and whole, and no line begins
/// with `%`.
#[must_use]
pub fn wrapped(head: &str, text: &str, width: usize) -> String {
    let indent = " ".repeat(head.chars().count());
    let mut lines = String::from(head);
    let mut column = indent.len();
    let glued = text.replace(" %", "\u{a0}%");
    let words = glued.split(|each: char| each.is_ascii_whitespace());
    for (index, word) in words.filter(|word| !word.is_empty()).enumerate() {
        let length = word.chars().count();
        let after = column.saturating_add(length).saturating_add(1);
        if index > 0 && after > width {
            lines.push('\n');
            lines.push_str(&indent);
            column = indent.len();
        } else if index > 0 {
            lines.push(' ');
            column = column.saturating_add(1);
        }
        lines.push_str(word);
        column = column.saturating_add(length);
    }
    lines.push('\n');
    lines.replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn breaks_between_words_and_indents() {
        assert_eq!(wrapped("- ", "aa bb cc", 7), "- aa bb\n  cc\n");
        assert_eq!(wrapped("", "aaa 5 %", 6), "aaa\n5 %\n");
        assert_eq!(wrapped("", "", 7), "\n");
        assert_eq!(wrapped("x ", "abcdefghij k", 5), "x abcdefghij\n  k\n");
    }
}
