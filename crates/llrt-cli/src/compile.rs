//! `llrt compile`: a JavaScript file as bytecode, or as an executable with the runtime in it.

use std::{
    fmt, fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use llrt_runtime::compiled::{self, CompileError};

use crate::{FAILURE, args, complain, executable};

/// Why there is no file.
enum Failure {
    Compile(String, CompileError),
    Runtime(io::Error),
    Write(PathBuf, io::Error),
    /// The source itself would be overwritten.
    Overwrites(PathBuf),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compile(_, CompileError::Syntax(text)) => f.write_str(text),
            Self::Compile(file, error) => write!(f, "{file}: {error}"),
            Self::Runtime(error) => write!(f, "the runtime cannot be copied: {error}"),
            Self::Write(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Overwrites(path) => write!(f, "{} is the program itself: name another file with -o", path.display()),
        }
    }
}

/// Writes the file and gives the exit code.
pub(crate) fn run(compile: &args::Compile) -> i32 {
    match write(compile) {
        Ok(()) => 0,
        Err(failure) => {
            complain(&format!("llrt: {failure}"));
            FAILURE
        }
    }
}

fn write(compile: &args::Compile) -> Result<(), Failure> {
    let file = Path::new(&compile.file);
    let target = match &compile.output {
        Some(output) => PathBuf::from(output),
        None => file.with_extension(if compile.executable { "" } else { "lrt" }),
    };
    let is_source = |target: &Path| matches!((target.canonicalize(), file.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if is_source(&target) {
        return Err(Failure::Overwrites(target));
    }
    let program = compiled::compile(file).map_err(|error| Failure::Compile(compile.file.clone(), error))?;
    let bytes = if compile.executable { executable::with(&program).map_err(Failure::Runtime)? } else { program };
    let failed = |error| Failure::Write(target.clone(), error);
    // A file that is running cannot be written to, but it can be replaced.
    match fs::remove_file(&target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => fs::write(&target, bytes).map_err(failed)?,
    }
    if compile.executable {
        fs::set_permissions(&target, fs::Permissions::from_mode(0o755)).map_err(failed)?;
    }
    Ok(())
}
