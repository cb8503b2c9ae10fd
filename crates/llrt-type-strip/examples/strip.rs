//! Strips files: `cargo run -p llrt-type-strip --example strip FILE... [--transform]`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    let transform = std::env::args().any(|argument| argument == "--transform");
    let mut out = std::io::stdout().lock();
    for file in std::env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        let source = std::fs::read_to_string(&file)?;
        let result = match transform {
            true => llrt_type_strip::transform(&source).map(|output| output.code),
            false => llrt_type_strip::strip(&source),
        };
        match result {
            Ok(code) => writeln!(out, "{code}")?,
            Err(error) => writeln!(out, "{file}:{}\n{}\n{error}", error.line, error.snippet)?,
        }
    }
    Ok(())
}
