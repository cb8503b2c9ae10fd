//! Bundles readable-stream in parts that load when they are needed, and compiles the scripts.
use llrt_build::Bundle;

/// What all parts of readable-stream get from the program.
const BUILT_IN: &[(&str, &str, &str)] = &[
    ("buffer", "node:buffer", "default"),
    ("events", "node:events", "default"),
    ("readable-stream/lib/internal/validators.js", "internal:validators", "*"),
];

/// Files of readable-stream that are in `internal:streams`, where the other parts find them, and their names there.
const CORE: &[(&str, &str, &str)] = &[
    ("readable-stream/lib/internal/shims/process.js", "internal:streams", "process"),
    ("readable-stream/lib/internal/streams/add-abort-signal.js", "internal:streams", "addAbortSignal"),
    ("readable-stream/lib/internal/streams/destroy.js", "internal:streams", "destroy"),
    ("readable-stream/lib/internal/streams/duplex.js", "internal:streams", "Duplex"),
    ("readable-stream/lib/internal/streams/end-of-stream.js", "internal:streams", "eos"),
    ("readable-stream/lib/internal/streams/from.js", "internal:streams", "from"),
    ("readable-stream/lib/internal/streams/passthrough.js", "internal:streams", "PassThrough"),
    ("readable-stream/lib/internal/streams/readable.js", "internal:streams", "Readable"),
    ("readable-stream/lib/internal/streams/utils.js", "internal:streams", "utils"),
    ("readable-stream/lib/internal/streams/writable.js", "internal:streams", "Writable"),
    ("readable-stream/lib/ours/errors.js", "internal:streams", "errors"),
    ("readable-stream/lib/ours/primordials.js", "internal:streams", "primordials"),
    ("readable-stream/lib/ours/util.js", "internal:streams", "util"),
    ("abort-controller", "internal:abort", "*"),
    // Parts of their own.
    ("readable-stream/lib/internal/streams/compose.js", "internal:streams/compose", "default"),
    ("readable-stream/lib/internal/streams/pipeline.js", "internal:streams/pipeline", "default"),
];

const READABLE: &str = "readable-stream/lib/internal/streams/readable.js";
const END_OF_STREAM: &str = "readable-stream/lib/internal/streams/end-of-stream.js";
const WRITABLE: &str = "readable-stream/lib/internal/streams/writable.js";

/// What Node 24 does otherwise inside functions of readable-stream, so that nothing around them could.
const PATCHES: &[(&str, &str, &str)] = &[
    // The default encoding is checked.
    (
        READABLE,
        "this.defaultEncoding = (options && options.defaultEncoding) || 'utf8'",
        "this.defaultEncoding = require('../../ours/util').checkEncoding(options && options.defaultEncoding)",
    ),
    (
        WRITABLE,
        "this.defaultEncoding = (options && options.defaultEncoding) || 'utf8'",
        "this.defaultEncoding = require('../../ours/util').checkEncoding(options && options.defaultEncoding)",
    ),
    // A destination that throws is destroyed.
    (
        READABLE,
        "const ret = dest.write(chunk)",
        "let ret; try { ret = dest.write(chunk) } catch (error) { dest.destroy(error) }",
    ),
    // Only strings have the default encoding.
    (
        WRITABLE,
        "if (!encoding) encoding = state.defaultEncoding\n    else if",
        "if (!encoding) encoding = typeof chunk === 'string' || !state.objectMode ? state.defaultEncoding : encoding\n    else if",
    ),
    // The writable side of a stream is not finished while it writes.
    (
        END_OF_STREAM,
        "(writableFinished || isWritable(stream) === false)\n  ) {",
        "(writableFinished || isWritable(stream) === false) &&\n    !wState?.pendingcb\n  ) {",
    ),
    // Callbacks are called with `null`.
    (WRITABLE, "    state.pendingcb--\n    cb()\n", "    state.pendingcb--\n    cb(null)\n"),
    (WRITABLE, "onfinishCallbacks[i]()", "onfinishCallbacks[i](null)"),
    (WRITABLE, "process.nextTick(cb, err)\n    } else {", "process.nextTick(cb, err || null)\n    } else {"),
];

fn main() {
    let core = Bundle {
        scripts: &[("internal:streams", "js/core.js")],
        provide: BUILT_IN,
        replace: &[
            ("readable-stream/lib/internal/shims/process.js", "js/shims/process.js"),
            ("readable-stream/lib/internal/streams/duplexify.js", "js/shims/duplexify.js"),
            ("readable-stream/lib/ours/errors.js", "js/shims/errors.js"),
            ("readable-stream/lib/ours/util.js", "js/shims/util.js"),
            ("string_decoder/", "js/shims/string_decoder.js"),
        ],
        pure: &["debug"],
        patches: PATCHES,
        ..Bundle::default()
    };
    let parts = Bundle {
        scripts: &[
            ("internal:streams/compose", "js/compose.js"),
            ("internal:streams/duplexify", "js/duplexify.js"),
            ("internal:streams/operators", "js/operators.js"),
            ("internal:streams/pipeline", "js/pipeline.js"),
        ],
        provide: &[BUILT_IN, CORE].concat(),
        // The package is asked instead of the global.
        define: &[("globalThis.AbortController", "undefined")],
        ..Bundle::default()
    };
    llrt_build::bundle(&[core, parts]);
    llrt_build::scripts(&[
        ("internal:streams/adapters", "js/adapters.js"),
        ("internal:web-streams/common", "js/web/common.js"),
        ("internal:web-streams/pipe", "js/web/pipe.js"),
        ("internal:web-streams/readable", "js/web/readable.js"),
        ("internal:web-streams/tee", "js/web/tee.js"),
        ("internal:web-streams/text", "js/web/text.js"),
        ("internal:web-streams/transform", "js/web/transform.js"),
        ("internal:web-streams/writable", "js/web/writable.js"),
        ("node:stream", "js/stream.js"),
        ("node:stream/consumers", "js/consumers.js"),
        ("node:stream/promises", "js/promises.js"),
        ("node:stream/web", "js/web/web.js"),
    ]);
}
