//! Which operations start a thread.

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use llrt_core::{host, task};
use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Module};

/// Runs `script`, which finds the global `directory`, and counts the threads that start meanwhile.
fn threads(directory: &std::path::Path, script: &'static str) -> usize {
    let started = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&started);
    let event_loop = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .on_thread_start(move || {
            count.fetch_add(1, Ordering::SeqCst);
        })
        .build()
        .unwrap();
    let directory = directory.to_str().unwrap().to_owned();
    event_loop.block_on(async {
        let runtime = AsyncRuntime::new().unwrap();
        runtime.set_loader(host::Resolver, host::Loader).await;
        let context = AsyncContext::full(&runtime).await.unwrap();
        context
            .async_with(async move |ctx| {
                host::attach(&ctx, support::MODULES).catch(&ctx).unwrap();
                ctx.globals().set("directory", directory).unwrap();
                let (_, done) = Module::declare(ctx.clone(), "/test.mjs", script).unwrap().eval().unwrap();
                done.into_future::<()>().await.catch(&ctx).unwrap();
                task::idle(&ctx).await;
            })
            .await;
    });
    started.load(Ordering::SeqCst)
}

#[test]
fn small_files_and_metadata_need_no_thread() {
    let directory = tempfile::tempdir().unwrap();
    let script = r#"
        import { access, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
        const file = `${directory}/f`;
        await writeFile(file, "x".repeat(100_000));
        if ((await readFile(file, "utf8")).length !== 100_000) throw new Error("short");
        await stat(file); await access(file); await mkdir(`${directory}/d`); await readdir(directory);
        await rm(file);
        await readFile(`${directory}/none`).catch((error) => { if (error.code !== "ENOENT") throw error; });
    "#;
    assert_eq!(threads(directory.path(), script), 0);
}

#[test]
fn a_large_file_is_read_off_the_loop() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("f"), vec![b'x'; 300_000]).unwrap();
    let script = r#"
        import { readFile } from "node:fs/promises";
        if ((await readFile(`${directory}/f`)).length !== 300_000) throw new Error("short");
    "#;
    assert_eq!(threads(directory.path(), script), 1);
}

#[test]
fn a_fifo_does_not_block_the_loop() {
    let directory = tempfile::tempdir().unwrap();
    nix::unistd::mkfifo(&directory.path().join("f"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    // Reader and writer wait for each other: on one thread neither would come to its end.
    let script = r#"
        import { readFile, writeFile } from "node:fs/promises";
        const [text] = await Promise.all([readFile(`${directory}/f`, "utf8"), writeFile(`${directory}/f`, "through")]);
        if (text !== "through") throw new Error(text);
    "#;
    assert_eq!(threads(directory.path(), script), 2);
}
