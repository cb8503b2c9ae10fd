//! The thread in which the hooks of `module.register` and `--experimental-loader` run: an engine of its own, that answers one request after
//! the other. Who asks waits, as in Node: hooks are asynchronous, what they customize is not. It starts with the first hook.

use std::{sync::mpsc, thread};

use llrt_core::{JsClass, NodeError, error, host, process, task};
use rquickjs::{Ctx, Function, JsLifetime, Promise, Result};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{
    esm,
    main_loop::block_on,
    vm::{Vm, VmOptions},
};

/// A request and where its answer goes, both JSON.
type Request = (String, mpsc::Sender<String>);

/// How to reach the thread.
#[derive(JsLifetime)]
struct HooksThread(UnboundedSender<Request>);

/// `askThread(request)`: what the hooks answer.
pub(crate) fn ask(ctx: Ctx<'_>, request: String) -> Result<String> {
    if ctx.userdata::<HooksThread>().is_none() {
        let thread = start(&ctx)?;
        let _ = ctx.store_userdata(thread);
    }
    let (sender, answer) = mpsc::channel();
    let sent = ctx.userdata::<HooksThread>().is_some_and(|thread| thread.0.send((request, sender)).is_ok());
    let answered = if sent { answer.recv().ok() } else { None };
    answered.ok_or_else(|| {
        let message = "The thread of the module hooks has ended";
        NodeError::new(JsClass::Error, "ERR_WORKER_TERMINATED", message).throw(&ctx)
    })
}

fn start(ctx: &Ctx<'_>) -> Result<HooksThread> {
    let options = VmOptions {
        modules: host::modules(ctx),
        chunks: host::chunks(ctx),
        packages: esm::packages(ctx),
        info: process::info(ctx),
        ..VmOptions::default()
    };
    let (sender, requests) = unbounded_channel();
    // What the engine may use of the stack, and what native code needs beside it.
    let stack_bytes = 2 * options.max_stack_bytes;
    let spawned = thread::Builder::new().name("hooks".to_owned()).stack_size(stack_bytes).spawn(move || {
        drop(block_on(serve(options, requests)));
    });
    match spawned {
        Ok(_) => Ok(HooksThread(sender)),
        Err(failed) => Err(NodeError::plain(JsClass::Error, failed.to_string()).throw(ctx)),
    }
}

async fn serve(options: VmOptions, mut requests: UnboundedReceiver<Request>) -> Option<()> {
    let vm = Vm::new(options).await.ok()?;
    vm.with(async move |ctx| {
        let mut answer: Option<Function<'_>> = None;
        task::run(&ctx, || {
            answer = Some(host::import(&ctx, "internal:hooks-thread")?.get("answer")?);
            Ok(())
        });
        let answer = answer?;
        while let Some((request, sender)) = requests.recv().await {
            let mut promise: Option<Promise<'_>> = None;
            task::run(&ctx, || {
                promise = Some(answer.call((request,))?);
                Ok(())
            });
            let text = match promise?.into_future::<String>().await {
                Ok(text) => text,
                Err(failed) => {
                    drop(error::caught(&ctx, &failed));
                    return None;
                }
            };
            // Whoever asked waits.
            sender.send(text).ok()?;
        }
        Some(())
    })
    .await
}
