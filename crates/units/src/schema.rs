//! What JSON Schema can say of an exact number in a file.

use schemars::{Schema, json_schema};

use crate::text::{Format, Forms};

/// A string in one of the forms of the type, or an integer; never a float, which would have been
/// rounded before it is read.
///
/// The range cannot be said of a string: the description names it, the reader enforces it.
pub(crate) fn number(format: &Format) -> Schema {
    let (suffix, such_as) = match format.forms {
        Forms::Plain => ("", "\"12.50\""),
        Forms::Fraction => ("(%|bp)?", "\"0.04\", \"4%\" or \"400bp\""),
    };
    let (unit, places, min, max) = (format.unit, format.places, format.min, format.max);
    json_schema!({
        "type": ["string", "integer"],
        "pattern": format!("^-?([0-9][0-9_]*(\\.[0-9_]*)?|\\.[0-9][0-9_]*){suffix}$"),
        "description": format!(
            "{unit}, exact: a string such as {such_as}, or an integer; at most {places} decimals, {min} to {max}."
        ),
    })
}
