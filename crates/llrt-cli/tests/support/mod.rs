//! Runs the `llrt` binary on programs written into a fresh folder.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A folder of files, removed with its last use.
pub(crate) struct Program {
    folder: tempfile::TempDir,
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    /// A folder with these files: pairs of relative path and contents.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = Self { folder };
        for (path, contents) in files {
            program.write(path, contents.as_bytes());
        }
        program
    }

    /// Adds a file.
    pub(crate) fn write(&self, path: &str, contents: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file in the folder")).expect("its folder is made");
        fs::write(path, contents).expect("the file is written");
    }

    /// The real path of a file in the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).expect("the folder exists").join(path)
    }

    /// Runs `llrt` with these words in the folder.
    pub(crate) fn run(&self, words: &[&str]) -> Run {
        self.run_with_input(words, "")
    }

    /// Runs `llrt` with text on standard input.
    pub(crate) fn run_with_input(&self, words: &[&str], input: &str) -> Run {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("llrt starts");
        // A program that ends without reading its input closes the pipe.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        Run::of(child.wait_with_output().expect("llrt ends"))
    }

    /// The command, to be started by the test.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_llrt"));
        command.args(words).current_dir(self.path("")).env_remove("AWS_LAMBDA_RUNTIME_API").env("NO_COLOR", "1");
        command
    }
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Standard output of a run that must have gone well.
    #[track_caller]
    pub(crate) fn ok(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:#?}");
        &self.stdout
    }

    /// Standard error of a run that must have ended with `code`.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32) -> &str {
        assert_eq!(self.code, Some(code), "{self:#?}");
        &self.stderr
    }
}

/// Runs one file.
#[track_caller]
pub(crate) fn run_file(name: &str, text: &str) -> Run {
    Program::new(&[(name, text)]).run(&[name])
}

/// The text with the folder's path replaced, to compare messages that name files.
pub(crate) fn without_folder(text: &str, program: &Program) -> String {
    let folder: &Path = &program.path("");
    text.replace(folder.to_string_lossy().trim_end_matches('/'), "<folder>")
}
