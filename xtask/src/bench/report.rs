//! Markdown tables, and the place in docs/benchmarks.md that they go to.

use std::{fmt, fs};

use crate::{
    error::{Context, Error, Result},
    workspace::Workspace,
};

/// A table in Markdown, aligned for reading as text.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        Self { rows: vec![header.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows[0].len();
        let width = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
        let widths: Vec<_> = (0..columns).map(width).collect();
        for (index, row) in self.rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(&widths) {
                write!(f, "| {cell:width$} ")?;
            }
            writeln!(f, "|")?;
            if index == 0 {
                widths.iter().try_for_each(|width| write!(f, "|{}", "-".repeat(width + 2)))?;
                writeln!(f, "|")?;
            }
        }
        Ok(())
    }
}

/// Puts `text` between the marks `<!-- mark -->` and `<!-- /mark -->` of docs/benchmarks.md.
pub(crate) fn write(workspace: &Workspace, mark: &str, text: &str) -> Result<()> {
    let path = workspace.root.join("docs/benchmarks.md");
    let page = fs::read_to_string(&path).context(path.display())?;
    let page = replaced(&page, mark, text)
        .ok_or_else(|| Error::new(format!("{}: no <!-- {mark} --> ... <!-- /{mark} -->", path.display())))?;
    fs::write(&path, page).context(path.display())
}

fn replaced(page: &str, mark: &str, text: &str) -> Option<String> {
    let (open, close) = (format!("<!-- {mark} -->"), format!("<!-- /{mark} -->"));
    let (before, rest) = page.split_once(&open)?;
    let (_, after) = rest.split_once(&close)?;
    Some(format!("{before}{open}\n{}\n{close}{after}", text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned() {
        let mut table = Table::new(&["what", "ms"]);
        table.row(["hello".to_owned(), "1.25".to_owned()]);
        assert_eq!(table.to_string(), "| what  | ms   |\n|-------|------|\n| hello | 1.25 |\n");
    }

    #[test]
    fn a_marked_place_is_filled_again_and_again() {
        let page = "a\n<!-- x -->\n<!-- /x -->\nb\n";
        let filled = replaced(page, "x", "new\n").unwrap();
        assert_eq!(filled, "a\n<!-- x -->\nnew\n<!-- /x -->\nb\n");
        assert_eq!(replaced(&filled, "x", "new").unwrap(), filled);
        assert_eq!(replaced(page, "y", "new"), None);
    }
}
