//! Sockets where two processes have to do with them.

mod support;

use support::Program;

#[test]
fn a_connection_and_a_server_go_to_a_child() {
    let program = Program::new(&[
        (
            "child.cjs",
            r#"
            process.on("disconnect", () => process.exit());
            process.on("message", (message, handle) => {
              if (message === "socket") handle.end("from the child");
              if (message === "server") {
                handle.on("connection", (socket) => { socket.end("served by the child"); handle.close(); });
                process.send("listening");
              }
              if (message === "udp") handle.once("message", (text) => { process.send(String(text)); handle.close(); });
            });
            "#,
        ),
        (
            "main.mjs",
            r#"
            import { fork } from "node:child_process";
            import { once } from "node:events";
            import dgram from "node:dgram";
            import net from "node:net";
            const child = fork("./child.cjs");
            const server = net.createServer((socket) => child.send("socket", socket)).listen(0, "127.0.0.1");
            await once(server, "listening");
            const read = async () => {
              const socket = net.connect(server.address().port, "127.0.0.1");
              const chunks = [];
              for await (const chunk of socket) chunks.push(chunk);
              console.log(Buffer.concat(chunks).toString());
            };
            await read();
            const { promise, resolve } = Promise.withResolvers();
            server.getConnections((error, count) => resolve(error === null && count <= 1));
            console.log(await promise);
            child.send("server", server);
            console.log((await once(child, "message"))[0]);
            // The child accepts it or this process does, which hands it on.
            await read();
            server.close();
            const udp = dgram.createSocket("udp4").bind(0, "127.0.0.1");
            await once(udp, "listening");
            const { port } = udp.address();
            child.send("udp", udp, () => {
              udp.close();
              const sender = dgram.createSocket("udp4");
              sender.send("datagram", port, "127.0.0.1", () => sender.close());
            });
            console.log((await once(child, "message"))[0]);
            process.exit();
            "#,
        ),
    ]);
    let run = program.run(&["main.mjs"]);
    let seen = run.ok();
    let lines: Vec<_> = seen.lines().collect();
    assert_eq!(lines[..3], ["from the child", "true", "listening"]);
    assert!(["from the child", "served by the child"].contains(&lines[3]), "{seen}");
    assert_eq!(lines[4..], ["datagram"]);
}

#[test]
fn what_the_variables_forbid_is_not_connected_to() {
    let program = Program::new(&[(
        "main.mjs",
        r#"
        import dgram from "node:dgram";
        import dns from "node:dns";
        import { once } from "node:events";
        import net from "node:net";
        const codes = [];
        for (const target of [[{ port: 1, host: "127.0.0.1" }], [{ port: 1, host: "example.invalid" }], ["/nope.sock"]])
          codes.push((await once(net.connect(...target), "error"))[0].code);
        const socket = dgram.createSocket("udp4");
        await new Promise((resolve) => socket.send("x", 1, "127.0.0.1", (error) => { codes.push(error.code); socket.close(); resolve(); }));
        dns.setServers(["127.0.0.1"]);
        await dns.promises.resolve4("a").catch(({ code }) => codes.push(code));
        console.log(codes.join());
        "#,
    )]);
    let output = program.command(&["main.mjs"]).env("LLRT_NET_ALLOW", "localhost").output().expect("llrt runs");
    let denied = ["ERR_ACCESS_DENIED"; 5].join(",");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), denied, "{}", String::from_utf8_lossy(&output.stderr));
}
