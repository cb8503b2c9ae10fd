//! `node:os` as JavaScript sees it.

use llrt_core::Entry;
use llrt_mod_os::Os;
use llrt_test::check;

static MODULES: &[Entry] = &[Entry::of::<Os>()];

#[test]
fn facts_have_nodes_types_and_agree_with_the_system() {
    check(
        MODULES,
        r#"
        import os, { cpus, hostname, EOL } from "os";
        assert.equal(EOL, "\n");
        assert.equal(os.devNull, "/dev/null");
        assert.ok(["x64", "arm64"].includes(os.arch()));
        assert.equal(os.platform(), "linux");
        assert.equal(os.type(), "Linux");
        assert.equal(os.endianness(), "LE");
        assert.ok(os.totalmem() > os.freemem() && os.freemem() > 0);
        assert.ok(os.uptime() > 0);
        assert.equal(os.loadavg().length, 3);
        assert.ok(cpus().length >= 1 && cpus()[0].times.idle > 0);
        assert.ok(os.availableParallelism() >= 1);
        assert.ok(hostname().length > 0 && os.release().length > 0 && os.version().length > 0);
        assert.ok(os.machine().length > 0);
        assert.ok(os.homedir().startsWith("/") && os.tmpdir().startsWith("/"));
        assert.equal(`${os.tmpdir}`, os.tmpdir());
        "#,
    );
}

#[test]
fn the_loopback_interface_is_internal() {
    check(
        MODULES,
        r#"
        import { networkInterfaces } from "node:os";
        const all = Object.values(networkInterfaces()).flat();
        const local = all.find((entry) => entry.address === "127.0.0.1");
        assert.deepEqual(local, {
          address: "127.0.0.1", netmask: "255.0.0.0", family: "IPv4", mac: "00:00:00:00:00:00", internal: true, cidr: "127.0.0.1/8",
        });
        "#,
    );
}

#[test]
fn constants_are_grouped() {
    check(
        MODULES,
        r#"
        import { constants } from "node:os";
        assert.equal(constants.errno.ENOENT, 2);
        assert.equal(constants.signals.SIGTERM, 15);
        assert.equal(constants.priority.PRIORITY_LOW, 19);
        assert.equal(constants.dlopen.RTLD_NOW, 2);
        assert.equal(Object.getPrototypeOf(constants.signals), null);
        "#,
    );
}

#[test]
fn the_user_is_known_by_number_and_name() {
    check(
        MODULES,
        r#"
        import { userInfo } from "node:os";
        const user = userInfo();
        assert.ok(Number.isInteger(user.uid) && Number.isInteger(user.gid));
        assert.ok(user.username.length > 0 && user.homedir.startsWith("/"));
        assert.ok(userInfo({ encoding: "buffer" }).username instanceof Uint8Array);
        "#,
    );
}

#[test]
fn priorities_are_read_set_and_refused() {
    check(
        MODULES,
        r#"
        import { getPriority, setPriority } from "node:os";
        const before = getPriority();
        setPriority(Math.min(before + 1, 19));
        assert.equal(getPriority(), Math.min(before + 1, 19));
        assert.throws(() => setPriority(20), {
          name: "RangeError", code: "ERR_OUT_OF_RANGE",
          message: 'The value of "priority" is out of range. It must be >= -20 && <= 19. Received 20',
        });
        assert.throws(() => getPriority("1"), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => getPriority(2147483646), { code: "ERR_SYSTEM_ERROR", syscall: "uv_os_getpriority" });
        "#,
    );
}

#[test]
fn constants_cannot_be_assigned_to() {
    check(
        MODULES,
        r#"
        import os from "os";
        assert.throws(() => { os.EOL = 1; }, { name: "TypeError" });
        assert.throws(() => { os.devNull = 1; }, { name: "TypeError" });
        assert.throws(() => { os.constants.signals.SIGX = 1; }, { name: "TypeError" });
        os.hostname = () => "mine";
        assert.equal(os.hostname(), "mine");
        "#,
    );
}

#[test]
fn what_the_system_refuses_is_a_system_error() {
    check(
        MODULES,
        r#"
        import os from "os";
        let error;
        try { os.getPriority(-1); } catch (caught) { error = caught; }
        assert.deepEqual([error.name, error.code, error.message, error.errno, error.syscall, error.info.code],
          ["SystemError", "ERR_SYSTEM_ERROR", "A system error occurred: uv_os_getpriority returned ESRCH (no such process)", -3, "uv_os_getpriority", "ESRCH"]);
        assert.throws(() => os.setPriority(0, 20), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn every_error_that_node_names_has_its_number() {
    check(
        MODULES,
        r#"
        import { constants } from "os";
        assert.deepEqual(["ECHILD", "EDQUOT", "ETIME", "EWOULDBLOCK"].map((name) => typeof constants.errno[name]), Array(4).fill("number"));
        assert.equal(constants.errno.EWOULDBLOCK, constants.errno.EAGAIN);
        "#,
    );
}
