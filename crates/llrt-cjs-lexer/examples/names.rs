//! Prints what each file exports: `cargo run --example names -- FILE...`

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::{env, fs, io};

fn main() -> io::Result<()> {
    for path in env::args().skip(1) {
        let source = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        match llrt_cjs_lexer::lex(&source) {
            Ok(found) => println!("{path}: {:?}, from {:?}", found.names, found.reexports),
            Err(error) => println!("{path}: {error}"),
        }
    }
    Ok(())
}
