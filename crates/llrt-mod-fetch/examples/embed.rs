//! `fetch` in a plain rquickjs program, with a server of its own.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use llrt_core::{Entry, Export, Module, ModuleInfo, host, task};
use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Module as JsModule};

/// Stands for `node:url`, as far as this program needs it.
struct Url;

impl Module for Url {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        exports: &[Export {
            name: "URL",
            build: |ctx| {
                ctx.eval(
                    r#"(class URL {
                    constructor(href) {
                        const [, protocol, hostname, port, pathname] = /^(\w+:)\/\/([^:/]+):(\d+)(.*)$/.exec(href);
                        Object.assign(this, { href, protocol, hostname, port, pathname, search: "", hash: "" });
                    }
                })"#,
                )
            },
        }],
        ..ModuleInfo::new("node:url")
    };
}

static MODULES: &[Entry] = &{
    let [a, b, c, d, e, f, g, h] = llrt_mod_fetch::ENTRIES;
    [a, b, c, d, e, f, g, h, Entry::of::<Url>()]
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"seen\": true}"[..].as_ref());
        }
    });
    let script = format!("export const seen = (await (await fetch('http://{address}/')).text()).length;");
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let runtime = AsyncRuntime::new()?;
        runtime.set_loader(host::Resolver, host::Loader).await;
        let context = AsyncContext::full(&runtime).await?;
        let seen: Result<usize, String> = context
            .async_with(async |ctx| {
                let run = async {
                    host::attach(&ctx, MODULES)?;
                    let (module, done) = JsModule::declare(ctx.clone(), "/main.mjs", script)?.eval()?;
                    done.into_future::<()>().await?;
                    task::idle(&ctx).await;
                    module.namespace()?.get("seen")
                };
                run.await.catch(&ctx).map_err(|error| error.to_string())
            })
            .await;
        assert_eq!(seen?, 14);
        Ok(())
    })
}
