//! The global `awslambda`.

use llrt_core::{Entry, Export, Global, Module, ModuleInfo, module::function};
use rquickjs::Ctx;

use super::{client, concurrency, stream};

/// The runtime's modules with those that a Lambda function finds beside them.
pub static MODULES: &[Entry] = &const {
    let mut all = [Entry::of::<AwsLambda>(); llrt_runtime::MODULES.len() + 3];
    let mut index = 0;
    while index < llrt_runtime::MODULES.len() {
        all[index] = llrt_runtime::MODULES[index];
        index += 1;
    }
    all[index] = stream::ENTRY;
    all[index + 1] = concurrency::ENTRY;
    all
};

/// `internal:awslambda`: the global `awslambda`.
struct AwsLambda;

impl Module for AwsLambda {
    const INFO: &'static ModuleInfo = &ModuleInfo {
        globals: &[Global { name: "awslambda", export: "awslambda", enumerable: true }],
        exports: &[
            Export { name: "isConcurrent", build: |ctx| function(ctx, "isConcurrent", 0, is_concurrent) },
            Export { name: "requestId", build: |ctx| function(ctx, "requestId", 0, request_id) },
            Export { name: "tenantId", build: |ctx| function(ctx, "tenantId", 0, tenant_id) },
            Export { name: "traceId", build: |ctx| function(ctx, "traceId", 0, trace_id) },
        ],
        script: Some(llrt_core::script!("awslambda")),
        ..ModuleInfo::new("internal:awslambda")
    };
}

fn is_concurrent(ctx: Ctx<'_>) -> bool {
    client(&ctx).is_some_and(|client| client.is_concurrent())
}

fn request_id(ctx: Ctx<'_>) -> Option<String> {
    client(&ctx)?.current(&ctx).map(|invocation| invocation.request_id.clone())
}

fn tenant_id(ctx: Ctx<'_>) -> Option<String> {
    client(&ctx)?.current(&ctx)?.tenant_id.clone()
}

fn trace_id(ctx: Ctx<'_>) -> Option<String> {
    client(&ctx)?.current(&ctx)?.trace_id.clone()
}
