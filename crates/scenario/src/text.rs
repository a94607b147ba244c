use crate::ScenarioError;
use crate::document::line_and_column;

/// The bytes as text.
pub(crate) fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, ScenarioError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to();
        let before = bytes.get(..byte).unwrap_or(&[]);
        let (line, column, _) = line_and_column(std::str::from_utf8(before).unwrap_or(""), byte);
        ScenarioError::NotUtf8 {
            file: file.to_owned(),
            line,
            column,
            byte,
        }
    })
}
