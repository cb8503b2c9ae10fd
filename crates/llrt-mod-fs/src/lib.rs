//! `node:fs` and `node:fs/promises`.
//!
//! Node: <https://nodejs.org/api/fs.html>. What is missing or differs is in README.md.
//!
//! Functions are rows of native tables, one for each way of answering: at once, by callback, by promise. What is made
//! of events and streams is JavaScript that is loaded when it is first used, so that loading `node:fs` reads no bytecode.
#![forbid(unsafe_code)]

use llrt_core::{Export, Module, ModuleInfo, module::function};

mod args;
mod classes;
mod constants;
mod encoding;
pub mod error;
mod functions;
mod members;
mod op;
pub mod ops;
mod output;
mod text_file;

use functions::{data, lazy};

/// Properties of `fs` and, behind the bar, classes whose scripts an import alone does not load.
macro_rules! exports {
    ($object:ident: $($name:literal)* | $($class:literal)*) => {
        &[
            $(Export { name: $name, build: |ctx| members::$object(ctx)?.get($name) },)*
            $(Export { name: $class, build: |ctx| lazy::class(ctx, $class) },)*
            Export { name: "default", build: |ctx| Ok(members::$object(ctx)?.into_value()) },
        ]
    };
}

/// The module `node:fs`, also `fs`.
pub struct Fs;

impl Module for Fs {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["fs"],
        requires: &["internal:fs-classes"],
        exports: exports!(fs:
            "appendFile" "appendFileSync" "access" "accessSync" "chown" "chownSync" "chmod" "chmodSync" "close" "closeSync"
            "copyFile" "copyFileSync" "cp" "cpSync" "createReadStream" "createWriteStream" "exists" "existsSync" "fchown"
            "fchownSync" "fchmod" "fchmodSync" "fdatasync" "fdatasyncSync" "fstat" "fstatSync" "fsync" "fsyncSync" "ftruncate"
            "ftruncateSync" "futimes" "futimesSync" "glob" "globSync" "lchown" "lchownSync" "link" "linkSync" "lstat" "lstatSync"
            "lutimes" "lutimesSync" "mkdir" "mkdirSync" "mkdtemp" "mkdtempSync" "mkdtempDisposableSync" "open" "openSync"
            "openAsBlob" "readdir" "readdirSync" "read" "readSync" "readv" "readvSync" "readFile" "readFileSync" "readlink"
            "readlinkSync" "realpath" "realpathSync" "rename" "renameSync" "rm" "rmSync" "rmdir" "rmdirSync" "stat" "statfs"
            "statSync" "statfsSync" "symlink" "symlinkSync" "truncate" "truncateSync" "unwatchFile" "unlink" "unlinkSync"
            "utimes" "utimesSync" "watch" "watchFile" "writeFile" "writeFileSync" "write" "writeSync" "writev" "writevSync"
            "_toUnixTimestamp" "opendir" "opendirSync" "lchmod" "lchmodSync" "Stats" "Dirent" "constants" "promises"
            | "ReadStream" "WriteStream" "FileReadStream" "FileWriteStream" "Dir" "Utf8Stream"),
        ..ModuleInfo::new("node:fs")
    };
}

/// The module `node:fs/promises`, also `fs/promises`.
pub struct FsPromises;

impl Module for FsPromises {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        aliases: &["fs/promises"],
        exports: exports!(promises:
            "access" "copyFile" "cp" "glob" "open" "opendir" "rename" "truncate" "rm" "rmdir" "mkdir" "readdir" "readlink"
            "symlink" "lstat" "stat" "statfs" "link" "unlink" "chmod" "lchmod" "lchown" "chown" "utimes" "lutimes" "realpath"
            "mkdtemp" "mkdtempDisposable" "writeFile" "appendFile" "readFile" "watch" "constants"
            |),
        ..ModuleInfo::new("node:fs/promises")
    };
}

/// `internal:fs-classes`: the classes of `node:fs` that are made whole when they are first used.
pub struct FsClasses;

impl Module for FsClasses {
    const INFO: &'static ModuleInfo =
        &ModuleInfo { script: Some(llrt_core::script!("classes")), ..ModuleInfo::new("internal:fs-classes") };
}

/// `internal:text-file`: `readTextFile(path)`, for built-in code that reads one small file.
pub struct TextFile;

impl Module for TextFile {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export { name: "readTextFile", build: |ctx| function(ctx, "readTextFile", 1, text_file::read) }],
        ..ModuleInfo::new("internal:text-file")
    };
}

/// `internal:fs-handle`: `FileHandle`, and contents from iterables. Loaded by `promises.open`.
pub struct FsHandle;

impl Module for FsHandle {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:events", "node:fs"],
        exports: &[
            Export { name: "descriptors", build: members::descriptors },
            Export { name: "setHandleClass", build: |ctx| function(ctx, "setHandleClass", 1, data::set_handle_class) },
        ],
        script: Some(llrt_core::script!("handle")),
        ..ModuleInfo::new("internal:fs-handle")
    };
}

/// `internal:fs-dir`: `Dir`, and temporary directories that remove themselves.
pub struct FsDir;

impl Module for FsDir {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fs-classes", "node:fs"],
        exports: &[
            Export { name: "absolute", build: |ctx| members::helper(ctx, "absolute") },
            Export { name: "list", build: |ctx| members::helper(ctx, "list") },
            Export { name: "listSync", build: |ctx| members::helper(ctx, "listSync") },
        ],
        script: Some(llrt_core::script!("dir")),
        ..ModuleInfo::new("internal:fs-dir")
    };
}

/// `internal:fs-streams`: `ReadStream` and `WriteStream`.
pub struct FsStreams;

impl Module for FsStreams {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fs-classes", "node:buffer", "node:fs", "node:stream"],
        exports: &[
            Export { name: "checkDescriptor", build: |ctx| members::helper(ctx, "checkDescriptor") },
            Export { name: "checkOptions", build: |ctx| members::helper(ctx, "checkOptions") },
            Export { name: "pathText", build: |ctx| members::helper(ctx, "pathText") },
        ],
        script: Some(llrt_core::script!("streams")),
        ..ModuleInfo::new("internal:fs-streams")
    };
}

/// `internal:fs-tree`: `cp` and `glob`.
pub struct FsTree;

impl Module for FsTree {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:fs", "node:path"],
        exports: &[
            Export { name: "checkMode", build: |ctx| members::helper(ctx, "checkMode") },
            Export { name: "pathText", build: |ctx| members::helper(ctx, "pathText") },
            Export { name: "refused", build: |ctx| members::helper(ctx, "refused") },
        ],
        script: Some(llrt_core::script!("tree")),
        ..ModuleInfo::new("internal:fs-tree")
    };
}

/// `internal:fs-utf8-stream`: `Utf8Stream`.
pub struct FsUtf8Stream;

impl Module for FsUtf8Stream {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["internal:fs-classes", "node:buffer", "node:events", "node:fs", "node:path"],
        exports: &[Export { name: "sleep", build: |ctx| function(ctx, "sleep", 1, functions::wait::sleep) }],
        script: Some(llrt_core::script!("utf8-stream")),
        ..ModuleInfo::new("internal:fs-utf8-stream")
    };
}

/// `internal:fs-watch`: `watch` and `watchFile`.
#[cfg(target_os = "linux")]
pub struct FsWatch;

#[cfg(target_os = "linux")]
impl Module for FsWatch {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        requires: &["node:events", "node:fs", "node:path"],
        exports: &[
            Export { name: "checkOptions", build: |ctx| members::helper(ctx, "checkOptions") },
            Export { name: "decode", build: |ctx| members::helper(ctx, "decode") },
            Export { name: "open", build: |ctx| function(ctx, "open", 2, functions::watch::open) },
            Export { name: "pathText", build: |ctx| members::helper(ctx, "pathText") },
        ],
        script: Some(llrt_core::script!("watch")),
        ..ModuleInfo::new("internal:fs-watch")
    };
}
