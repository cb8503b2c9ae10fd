//! The handler string (`dir/file.export.path`), and the file that it names.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Kind};

/// A handler string, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The whole string, as error messages show it.
    pub name: String,
    /// The folder of the file, relative to the task root; empty or with a slash at its end.
    directory: String,
    /// The file's name without its extension.
    module: String,
    /// The names to follow from the module's exports to the function; never empty.
    pub export: Vec<String>,
}

/// What a handler string names on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This file. It may turn out to be a directory: importing it says so in Node's words.
    File(PathBuf),
    /// No such file: a package of this name, looked up from the task root, may be meant.
    Package(String),
}

impl Handler {
    /// Takes a handler string apart: the folder up to the last slash, the file up to the first dot, and the export path.
    ///
    /// # Errors
    /// [`Kind::MalformedHandlerName`]: no dot, or `..` in it.
    pub fn parse(name: &str) -> Result<Self, Failure> {
        if name.contains("..") {
            let text =
                "is not a valid handler name. Use absolute paths when specifying root directories in handler names.";
            return Err(Kind::MalformedHandlerName.failure(format!("'{name}' {text}")));
        }
        let (directory, rest) = name.split_at(name.rfind('/').map_or(0, |slash| slash + 1));
        let Some((module, export)) = rest.split_once('.') else {
            return Err(Kind::MalformedHandlerName.failure("Bad handler"));
        };
        Ok(Self {
            name: name.to_owned(),
            directory: directory.to_owned(),
            module: module.to_owned(),
            export: export.split('.').map(str::to_owned).collect(),
        })
    }

    /// Looks for the file: the name as it stands, then with `.js`, `.mjs`, `.cjs` and, compiled, `.lrt`. A directory of that name counts only when no
    /// file does.
    pub fn find(&self, task_root: &Path) -> Target {
        // The folder may begin with a slash and is below the task root all the same.
        let base = task_root.join(self.directory.trim_start_matches('/'));
        // Of an empty name the folder remains, without a slash at its end.
        let with = |extension: &str| base.join(format!("{}{extension}", self.module)).components().collect();
        let mut directory = None;
        for extension in ["", ".js", ".mjs", ".cjs", ".lrt"] {
            let path: PathBuf = with(extension);
            match path.metadata() {
                Ok(metadata) if metadata.is_dir() => directory = directory.or(Some(path)),
                Ok(_) => return Target::File(path),
                Err(_) => {}
            }
        }
        directory.map_or_else(|| Target::Package(self.module.clone()), Target::File)
    }

    /// The error when neither a file nor a package is there. `requirer` is the program that looked: the runtime's own path.
    pub fn not_found(&self, requirer: &str) -> Failure {
        Kind::ImportModuleError
            .failure(format!("Error: Cannot find module '{}'\nRequire stack:\n- {requirer}", self.module))
    }

    /// The error when the export path ends nowhere.
    pub fn undefined(&self) -> Failure {
        Kind::HandlerNotFound.failure(format!("{} is undefined or not exported", self.name))
    }

    /// The error when what is exported cannot be called.
    pub fn not_a_function(&self) -> Failure {
        Kind::HandlerNotFound.failure(format!("{} is not a function", self.name))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn parts(name: &str) -> (String, String, String) {
        let handler = Handler::parse(name).expect("a good name");
        (handler.directory, handler.module, handler.export.join("|"))
    }

    #[test]
    fn names_fall_into_folder_file_and_exports() {
        let expect = |name, directory: &str, module: &str, export: &str| {
            assert_eq!(parts(name), (directory.to_owned(), module.to_owned(), export.to_owned()), "{name}");
        };
        expect("index.handler", "", "index", "handler");
        expect("a/b.c.d", "a/", "b", "c|d");
        expect("a.b/c.d", "a.b/", "c", "d");
        expect("./x.y", "./", "x", "y");
        expect("/x.y", "/", "x", "y");
        expect("hello.", "", "hello", "");
        expect(".handler", "", "", "handler");
    }

    #[test]
    fn malformed_names_are_told_apart() {
        let message = |name| Handler::parse(name).expect_err("malformed").message;
        assert_eq!(message("hello"), "Bad handler");
        assert_eq!(message(""), "Bad handler");
        assert_eq!(message("a.b/c"), "Bad handler");
        assert!(message("../x.y").starts_with("'../x.y' is not a valid handler name. "));
        assert!(message("x..y").starts_with("'x..y' is not a valid handler name. "));
    }

    #[test]
    fn extensions_are_tried_in_order_and_directories_last() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let handler = Handler::parse("dir/f.h").expect("a good name");
        let found = || handler.find(root.path());
        let file = |name: &str| Target::File(root.path().join("dir").join(name));
        assert_eq!(found(), Target::Package("f".to_owned()));
        fs::create_dir_all(root.path().join("dir/f")).expect("a folder");
        assert_eq!(found(), file("f"));
        for name in ["f.cjs", "f.mjs", "f.js"] {
            fs::write(root.path().join("dir").join(name), "").expect("a file");
            assert_eq!(found(), file(name));
        }
        fs::remove_dir(root.path().join("dir/f")).expect("an empty folder");
        fs::write(root.path().join("dir/f"), "").expect("a file");
        assert_eq!(found(), file("f"));
    }

    #[test]
    fn an_empty_name_is_the_folder() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let handler = Handler::parse(".handler").expect("a good name");
        let Target::File(path) = handler.find(root.path()) else { panic!("not a package") };
        assert_eq!(path.to_string_lossy(), root.path().to_string_lossy());
    }

    #[test]
    fn a_leading_slash_stays_below_the_task_root() {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::write(root.path().join("x.mjs"), "").expect("a file");
        let find = |name| Handler::parse(name).expect("a good name").find(root.path());
        assert_eq!(find("/x.y"), Target::File(root.path().join("x.mjs")));
        assert!(matches!(find("./x.y"), Target::File(_)));
    }

    #[test]
    fn errors_carry_what_the_node_client_says() {
        let handler = Handler::parse("no/such/dir.handler").expect("a good name");
        assert_eq!(handler.not_found("/r").message, "Error: Cannot find module 'dir'\nRequire stack:\n- /r");
        assert_eq!(handler.undefined().message, "no/such/dir.handler is undefined or not exported");
        assert_eq!(handler.not_a_function().error_type, "Runtime.HandlerNotFound");
    }
}
