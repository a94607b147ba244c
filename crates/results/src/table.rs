//! Rows as columns and back.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, Decimal128Array, RecordBatch, StringArray, UInt32Array, UInt64Array,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::head::{Better, DIGITS, Head};
use crate::row::Row;

/// The columns of a file, with label, unit and better direction as metadata of the figures.
pub(crate) fn schema(head: &Head) -> SchemaRef {
    let mut names = head.column_names().into_iter();
    let mut next = |kind: DataType| Field::new(names.next().unwrap_or_default(), kind, false);
    let mut fields = vec![next(DataType::UInt64), next(DataType::UInt32)];
    let keys = head.points.first().map_or(0, |point| point.values.len());
    let strings = keys.saturating_add(head.drawn.len()).saturating_add(1);
    fields.extend((0..strings).map(|_| next(DataType::Utf8)));
    fields.extend(head.figures.iter().map(|column| {
        let places = i8::try_from(column.places).unwrap_or(i8::MAX);
        let digits = u8::try_from(DIGITS).unwrap_or(u8::MAX);
        let field = next(DataType::Decimal128(digits, places)).with_nullable(true);
        let better = match column.better {
            None => "",
            Some(Better::Higher) => "higher",
            Some(Better::Lower) => "lower",
        };
        field.with_metadata([
            ("label", column.label.as_str()),
            ("unit", column.unit.as_str()),
            ("better", better),
        ])
    }));
    fields.push(next(DataType::UInt32));
    Arc::new(Schema::new(fields))
}

/// Rows as a batch of columns.
pub(crate) fn to_batch(
    head: &Head,
    schema: &SchemaRef,
    rows: &[Row],
) -> Result<RecordBatch, ArrowError> {
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from_iter_values(
            rows.iter().map(|row| row.path),
        )),
        Arc::new(UInt32Array::from_iter_values(
            rows.iter().map(|row| row.point),
        )),
    ];
    let keys = head.points.first().map_or(0, |point| point.values.len());
    for key in 0..keys {
        let value = |row: &Row| {
            let point = head.points.get(usize::try_from(row.point).ok()?)?;
            point.values.get(key).map(|(_, value)| value.as_str())
        };
        columns.push(strings(rows, value));
    }
    for key in 0..head.drawn.len() {
        columns.push(strings(rows, |row| row.drawn.get(key).map(String::as_str)));
    }
    let venue = |row: &Row| head.venues.get(usize::try_from(row.venue).ok()?);
    columns.push(strings(rows, |row| venue(row).map(String::as_str)));
    for place in 0..head.figures.len() {
        let units = rows.iter().map(|row| row.figures.get(place).copied()?);
        let kind = schema.field(columns.len()).data_type().clone();
        let column = Decimal128Array::from_iter(units).with_data_type(kind);
        columns.push(Arc::new(column));
    }
    let breaches = rows.iter().map(|row| row.breaches);
    columns.push(Arc::new(UInt32Array::from_iter_values(breaches)));
    RecordBatch::try_new(schema.clone(), columns)
}

fn strings<'a>(rows: &'a [Row], value: impl Fn(&'a Row) -> Option<&'a str>) -> ArrayRef {
    let values = rows.iter().map(|row| value(row).unwrap_or_default());
    Arc::new(StringArray::from_iter_values(values))
}

/// The rows of a batch; `None` when it is not what [`to_batch`] makes.
pub(crate) fn from_batch(head: &Head, batch: &RecordBatch) -> Option<Vec<Row>> {
    let keys = head.points.first().map_or(0, |point| point.values.len());
    let mut columns = batch.columns().iter();
    let path = columns.next()?.as_primitive_opt::<UInt64Type>()?;
    let point = columns.next()?.as_primitive_opt::<UInt32Type>()?;
    let mut columns = columns.skip(keys);
    let mut drawn = Vec::with_capacity(head.drawn.len());
    for _ in &head.drawn {
        drawn.push(columns.next()?.as_string_opt::<i32>()?);
    }
    let venue = columns.next()?.as_string_opt::<i32>()?;
    let mut figures = Vec::with_capacity(head.figures.len());
    for _ in &head.figures {
        figures.push(columns.next()?.as_primitive_opt::<Decimal128Type>()?);
    }
    let breaches = columns.next()?.as_primitive_opt::<UInt32Type>()?;
    let mut rows = Vec::with_capacity(batch.num_rows());
    for at in 0..batch.num_rows() {
        let name = venue.value(at);
        let venue = head.venues.iter().position(|venue| venue == name)?;
        let units = |column: &&Decimal128Array| column.is_valid(at).then(|| column.value(at));
        rows.push(Row {
            path: path.value(at),
            point: point.value(at),
            venue: u32::try_from(venue).ok()?,
            drawn: drawn
                .iter()
                .map(|column| column.value(at).to_owned())
                .collect(),
            figures: figures.iter().map(units).collect(),
            breaches: breaches.value(at),
        });
    }
    Some(rows)
}
