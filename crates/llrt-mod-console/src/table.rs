//! `console.table`: values to columns, columns to text.

use llrt_inspect::{Entries, InspectOptions};
use rquickjs::{Ctx, Object, Result, Value};

const INDEX: &str = "(index)";
const ITERATION: &str = "(iteration index)";
const KEY: &str = "Key";
const VALUES: &str = "Values";

/// A column: its head, and its cells by row.
struct Column {
    head: String,
    cells: Vec<Option<String>>,
}

impl Column {
    fn new(head: &str, cells: impl IntoIterator<Item = String>) -> Self {
        Self { head: head.to_owned(), cells: cells.into_iter().map(Some).collect() }
    }

    fn set(&mut self, row: usize, text: String) {
        if self.cells.len() <= row {
            self.cells.resize(row + 1, None);
        }
        self.cells[row] = Some(text);
    }
}

/// The table of an object; `properties` picks columns.
///
/// # Errors
/// What getters and custom inspection functions threw.
pub(crate) fn table<'js>(
    ctx: &Ctx<'js>,
    data: &Object<'js>,
    properties: Option<&[String]>,
    options: &InspectOptions<'js>,
) -> Result<String> {
    let cell = |value: &Value<'js>| cell_text(ctx, value, options);
    let numbers = |count: usize| Column::new(ITERATION, (0..count).map(|index| index.to_string()));
    match llrt_inspect::entries(ctx, data.as_value()) {
        Some(Entries::Pairs(pairs)) => {
            let keys = pairs.iter().map(|(key, _)| cell(key)).collect::<Result<Vec<_>>>()?;
            let values = pairs.iter().map(|(_, value)| cell(value)).collect::<Result<Vec<_>>>()?;
            Ok(render(&[numbers(pairs.len()), Column::new(KEY, keys), Column::new(VALUES, values)]))
        }
        Some(Entries::Values(values)) => {
            let texts = values.iter().map(cell).collect::<Result<Vec<_>>>()?;
            Ok(render(&[numbers(values.len()), Column::new(VALUES, texts)]))
        }
        None => rows(data, properties, cell),
    }
}

fn rows<'js>(
    data: &Object<'js>,
    properties: Option<&[String]>,
    cell: impl Fn(&Value<'js>) -> Result<String>,
) -> Result<String> {
    let index = data.keys::<String>().collect::<Result<Vec<_>>>()?;
    let mut columns: Vec<Column> = Vec::new();
    let mut primitives = Column::new(VALUES, []);
    for (row, key) in index.iter().enumerate() {
        let item: Value<'js> = data.get(key.as_str())?;
        let object = item.as_object();
        let keys = match (properties, object) {
            (Some(properties), _) => properties.to_vec(),
            (None, Some(item)) => item.keys::<String>().collect::<Result<Vec<_>>>()?,
            (None, None) => {
                primitives.set(row, cell(&item)?);
                continue;
            }
        };
        for key in keys {
            let text = match object {
                Some(item) if llrt_inspect::has_own(item, &key) => cell(&item.get(key.as_str())?)?,
                _ => String::new(),
            };
            let known = columns.iter().position(|column| column.head == key);
            let position = known.unwrap_or_else(|| {
                columns.push(Column::new(&key, []));
                columns.len() - 1
            });
            columns[position].set(row, text);
        }
    }
    // An object's keys come in this order: integers by value, then the others as they were added.
    columns.sort_by_key(|column| array_index(&column.head).map_or((1, 0), |index| (0, index)));
    columns.insert(0, Column::new(INDEX, index));
    if !primitives.cells.is_empty() {
        columns.push(primitives);
    }
    Ok(render(&columns))
}

fn array_index(key: &str) -> Option<u32> {
    key.parse().ok().filter(|index: &u32| *index != u32::MAX && index.to_string() == key)
}

fn cell_text<'js>(ctx: &Ctx<'js>, value: &Value<'js>, options: &InspectOptions<'js>) -> Result<String> {
    let wide = match value.as_object() {
        Some(object) if !value.is_array() && !value.is_function() => object.len() > 2,
        _ => false,
    };
    let mut options = options.clone();
    options.depth = Some(if wide { -1.0 } else { 0.0 });
    options.max_array_length = 3.0;
    options.break_length = f64::INFINITY;
    llrt_inspect::try_inspect(ctx, value, &options)
}

fn render(columns: &[Column]) -> String {
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| {
            let cells = column.cells.iter().flatten().map(|cell| llrt_inspect::width(cell));
            cells.chain([llrt_inspect::width(&column.head)]).max().unwrap_or(0) + 2
        })
        .collect();
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let line = |left: &str, middle: &str, right: &str| {
        let dashes: Vec<_> = widths.iter().map(|width| "─".repeat(*width)).collect();
        format!("{left}{}{right}", dashes.join(middle))
    };
    let row = |cell: &dyn Fn(&Column) -> String| {
        let mut text = String::from("│");
        for (column, width) in columns.iter().zip(&widths) {
            let cell = cell(column);
            let room = (width - 1).saturating_sub(llrt_inspect::width(&cell));
            text += &format!(" {cell}{}│", " ".repeat(room));
        }
        text
    };
    let mut lines = vec![line("┌", "┬", "┐"), row(&|column| column.head.clone()), line("├", "┼", "┤")];
    lines.extend((0..rows).map(|index| row(&|column| column.cells.get(index).cloned().flatten().unwrap_or_default())));
    lines.push(line("└", "┴", "┘"));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_padded_by_their_width() {
        let columns = [Column::new(INDEX, ["0".to_owned()]), Column::new("a", ["漢字".to_owned()])];
        let expected = "\
┌─────────┬──────┐
│ (index) │ a    │
├─────────┼──────┤
│ 0       │ 漢字 │
└─────────┴──────┘";
        assert_eq!(render(&columns), expected);
    }
}
