//! What JSON Schema says of the types that read themselves, in the words of their readers.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::model::FaultSource;
use crate::{At, Moment};

const CLOCK: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$";
const MOMENT: &str = "^[-+0-9]+[Tt ][0-9:]+Z$";

/// A table whose keys another crate knows.
pub(crate) fn table(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

impl JsonSchema for At {
    fn schema_name() -> Cow<'static, str> {
        "At".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A moment: a time of day \"21:10:05\" (the first one at or after the start), a moment in UTC \"2025-10-10T21:10:05Z\", or whole seconds after the start.",
            "anyOf": [
                { "type": "string", "pattern": CLOCK },
                { "type": "string", "pattern": MOMENT },
                { "type": "integer", "minimum": 0 },
            ],
        })
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A moment in UTC with whole seconds, such as \"2025-10-10T21:00:00Z\".",
            "type": "string",
            "pattern": MOMENT,
        })
    }
}

impl JsonSchema for FaultSource {
    fn schema_name() -> Cow<'static, str> {
        "FaultSource".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A price source: its number from 0, or \"all\".",
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": u16::MAX },
                { "const": "all" },
            ],
        })
    }
}
