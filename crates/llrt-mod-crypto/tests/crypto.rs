//! `node:crypto` as JavaScript sees it. Expected values are what Node.js 24 gives.

use llrt_core::Entry;
use llrt_mod_buffer::Buffer;
use llrt_mod_crypto::{Crypto, CryptoKeys, Hash};
use llrt_test::{check, eval};

static MODULES: &[Entry] = &[Entry::of::<Crypto>(), Entry::of::<CryptoKeys>(), Entry::of::<Buffer>()];

#[test]
fn a_hash_takes_parts_and_gives_any_encoding() {
    check(
        MODULES,
        r#"
        import crypto, { createHash, createHmac, hash, getHashes } from "crypto";
        assert.equal(createHash("sha256").update("a").update(Buffer.from("bc")).digest("hex"),
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert.equal(createHash("md5").update("abc").digest("base64"), "kAFQmDzST7DWlj99KOF/cg==");
        assert.equal(createHash("sha1").update("616263", "hex").digest("hex"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert.ok(Buffer.isBuffer(createHash("sha512").update("").digest()));
        assert.equal(createHmac("sha256", "key").update("data").digest("hex"),
          "5031fe3d989c6d1537a013fa6e739da23463fdaec3b70137d828e36ace221bd0");
        assert.equal(hash("sha1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert.equal(hash("sha1", "abc", "base64url"), "qZk-NkcGgWq6PiVxeFDCbJzQ2J0");
        assert.ok(getHashes().includes("sha512"));
        assert.equal(crypto.createHash, createHash);
        assert.ok(createHash("md5") instanceof crypto.Hash);
        "#,
    );
}

#[test]
fn a_hash_can_be_copied_but_not_finished_twice() {
    check(
        MODULES,
        r#"
        import { createHash, createHmac } from "crypto";
        const first = createHash("sha1").update("ab");
        const second = first.copy();
        assert.equal(first.update("c").digest("hex"), second.update("c").digest("hex"));
        const error = { code: "ERR_CRYPTO_HASH_FINALIZED", message: "Digest already called" };
        assert.throws(() => first.digest(), error);
        assert.throws(() => first.update("x"), error);
        assert.throws(() => first.copy(), error);
        const hmac = createHmac("sha1", "k");
        hmac.digest();
        assert.equal(hmac.digest("hex"), "");
        "#,
    );
}

#[test]
fn what_is_wrong_with_a_hash_is_nodes_error() {
    check(
        MODULES,
        r#"
        import { createHash, createHmac } from "crypto";
        assert.throws(() => createHash("xyz"), { name: "Error", message: "Digest method not supported" });
        assert.throws(() => createHmac("xyz", "k"), { code: "ERR_CRYPTO_INVALID_DIGEST", message: "Invalid digest: xyz" });
        assert.throws(() => createHash(5), { code: "ERR_INVALID_ARG_TYPE",
          message: 'The "algorithm" argument must be of type string. Received type number (5)' });
        assert.throws(() => createHash("sha1").update(5), { code: "ERR_INVALID_ARG_TYPE",
          message: 'The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received type number (5)' });
        assert.throws(() => createHmac("sha1", null), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn random_values_have_their_size_and_range() {
    check(
        MODULES,
        r#"
        import { randomBytes, randomFillSync, randomInt, randomUUID, randomFill } from "crypto";
        assert.equal(randomBytes(8).length, 8);
        assert.ok(Buffer.isBuffer(randomBytes(0)));
        await new Promise((done, fail) => randomBytes(4, (error, bytes) => (error ? fail(error) : (assert.equal(bytes.length, 4), done()))));
        const part = randomFillSync(new Uint8Array(64), 32);
        assert.ok(part.subarray(0, 32).every((byte) => byte === 0) && part.subarray(32).some((byte) => byte !== 0));
        await new Promise((done) => randomFill(new Uint8Array(4), (error, bytes) => { assert.equal(bytes.length, 4); done(error); }));
        for (let i = 0; i < 100; i++) {
          const number = randomInt(-3, 3);
          assert.ok(number >= -3 && number < 3 && Number.isInteger(number));
        }
        assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(randomUUID()));
        assert.throws(() => randomBytes(-1), { code: "ERR_OUT_OF_RANGE" });
        assert.throws(() => randomBytes("1"), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => randomInt(5, 5), { code: "ERR_OUT_OF_RANGE" });
        assert.throws(() => randomFillSync(new Uint8Array(4), 5), { code: "ERR_OUT_OF_RANGE" });
        "#,
    );
}

#[test]
fn comparing_wants_equal_lengths() {
    check(
        MODULES,
        r#"
        import { timingSafeEqual } from "crypto";
        assert.equal(timingSafeEqual(Buffer.from("abc"), Buffer.from("abc")), true);
        assert.equal(timingSafeEqual(Buffer.from("abc"), Buffer.from("abd")), false);
        assert.throws(() => timingSafeEqual(Buffer.from("a"), Buffer.from("ab")), {
          name: "RangeError", code: "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", message: "Input buffers must have the same byte length" });
        assert.throws(() => timingSafeEqual("a", Buffer.from("a")), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn web_crypto_gives_random_values_and_digests() {
    check(
        MODULES,
        r#"
        const bytes = new Uint8Array(16);
        assert.equal(crypto.getRandomValues(bytes), bytes);
        assert.ok(bytes.some((byte) => byte !== 0));
        assert.equal(crypto.randomUUID().length, 36);
        const digest = await crypto.subtle.digest("SHA-256", new TextEncoderStandIn().encode("abc"));
        assert.equal(Buffer.from(digest).toString("hex").slice(0, 8), "ba7816bf");
        assert.throws(() => crypto.getRandomValues(new Float32Array(1)), { name: "TypeMismatchError" });
        assert.throws(() => crypto.getRandomValues(new Uint8Array(65537)), { name: "QuotaExceededError" });
        await assert.rejects(crypto.subtle.digest("MD5", bytes), { name: "NotSupportedError" });
        await assert.rejects(crypto.subtle.encrypt("AES-GCM", null, bytes), { name: "NotSupportedError" });
        assert.throws(() => new Crypto(), { code: "ERR_ILLEGAL_CONSTRUCTOR" });
        function TextEncoderStandIn() { this.encode = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0)); }
        "#,
    );
}

#[test]
fn bundled_packages_hash_without_the_public_module() {
    assert_eq!(
        probe(),
        r#"["709e80c88487a241","709e80c88487a241",true,3421780262,3808858755,3421780262,36,"ERR_INVALID_ARG_TYPE","ba7816bf8f01cfea","9c196e32dc0175f8",true,"ERR_INVALID_ARG_TYPE"]"#
    );
}

/// What `internal:hash` gives, asked from a built-in script, as user code cannot import it.
fn probe() -> String {
    static PROBE: &[Entry] = &[Entry::of::<Hash>(), Entry::of::<Probe>()];
    eval(PROBE, "export { default } from 'llrt:probe';")
}

struct Probe;

impl llrt_core::Module for Probe {
    const INFO: &'static llrt_core::ModuleInfo = &llrt_core::ModuleInfo {
        exports: &[llrt_core::Export {
            name: "default",
            build: |ctx| {
                let hash = llrt_core::host::import(ctx, "internal:hash")?;
                ctx.globals().set("hash", hash)?;
                ctx.eval(
                    r#"
                    const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
                    const sha = new hash.Hash("sha256").update(new Uint8Array(3));
                    const hmac = (key) => hex(new hash.Hash("sha1", key).update("x").digest());
                    let code;
                    try { sha.update(5); } catch (error) { code = error.code; }
                    let hmacCode;
                    try { hash.hmacSha256Hex("key", 5); } catch (error) { hmacCode = error.code; }
                    [hex(sha.digest()), hex(sha.digest()), hmac("") === hmac(new Uint8Array(0)), hash.crc32("123456789"),
                     hash.crc32c("123456789"), hash.crc32("6789", hash.crc32("12345")), hash.randomUUID().length, code,
                     hash.sha256Hex("abc").slice(0, 16), hex(hash.hmacSha256("key", "abc")),
                     hash.hmacSha256Hex(new Uint8Array([107, 101, 121]), "abc").startsWith(hex(hash.hmacSha256("key", "abc"))), hmacCode];
                    "#,
                )
            },
        }],
        ..llrt_core::ModuleInfo::new("llrt:probe")
    };
}

#[test]
fn what_is_missing_says_so_when_it_is_called() {
    check(
        MODULES,
        r#"
        import { createSign, scryptSync, generateKeyPairSync } from "crypto";
        for (const call of [createSign, scryptSync, generateKeyPairSync])
          assert.throws(() => call("x"), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", message: new RegExp(call.name) });
        "#,
    );
}

#[test]
fn a_secret_key_is_made_of_bytes_or_text_and_gives_them_back() {
    check(
        MODULES,
        r#"
        import { createSecretKey, KeyObject } from "crypto";
        const key = createSecretKey("616263", "hex");
        assert.ok(key instanceof KeyObject);
        assert.deepEqual([key.constructor.name, key.type, key.symmetricKeySize, key.export().toString()], ["SecretKeyObject", "secret", 3, "abc"]);
        assert.deepEqual(key.export({ format: "jwk" }), { kty: "oct", k: "YWJj" });
        assert.deepEqual([key.asymmetricKeyType, Object.prototype.toString.call(key)], [undefined, "[object KeyObject]"]);
        const bytes = Buffer.from("abc");
        const other = createSecretKey(bytes);
        bytes[0] = 0;
        other.export()[1] = 0;
        assert.ok(key.equals(other) && !key.equals(createSecretKey("abd")) && !key.equals(createSecretKey("ab")));
        assert.equal(createSecretKey(new Uint16Array(2).buffer).symmetricKeySize, 4);
        assert.equal(createSecretKey(Buffer.alloc(0)).symmetricKeySize, 0);
        const error = (code, message) => ({ name: "TypeError", code, message });
        assert.throws(() => createSecretKey(5), error("ERR_INVALID_ARG_TYPE",
          'The "key" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView. Received type number (5)'));
        assert.throws(() => createSecretKey("a", "nope"), error("ERR_UNKNOWN_ENCODING", "Unknown encoding: nope"));
        assert.throws(() => key.export(5), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => key.equals(5), error("ERR_INVALID_ARG_TYPE",
          'The "otherKeyObject" argument must be an instance of KeyObject. Received type number (5)'));
        assert.throws(() => new KeyObject("x"), error("ERR_INVALID_ARG_VALUE", "The argument 'type' is invalid. Received 'x'"));
        assert.throws(() => new KeyObject("secret", {}), { code: "ERR_INVALID_ARG_TYPE" });
        assert.throws(() => KeyObject.prototype.type, error("ERR_INVALID_THIS", 'Value of "this" must be of type KeyObject'));
        assert.throws(() => key.toCryptoKey(), { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" });
        "#,
    );
}

#[test]
fn an_hmac_takes_a_secret_key() {
    check(
        MODULES,
        r#"
        import { createHmac, createSecretKey } from "crypto";
        const digest = (key) => createHmac("sha256", key).update("data").digest("hex");
        assert.equal(digest(createSecretKey("key")), digest("key"));
        assert.throws(() => createHmac("sha256", {}), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn secret_keys_are_generated_in_the_length_that_is_asked_for() {
    check(
        MODULES,
        r#"
        import { generateKey, generateKeySync } from "crypto";
        assert.equal(generateKeySync("hmac", { length: 65 }).symmetricKeySize, 8);
        assert.equal(generateKeySync("aes", { length: 256 }).symmetricKeySize, 32);
        const key = await new Promise((resolve, reject) => generateKey("hmac", { length: 64 }, (error, key) => (error ? reject(error) : resolve(key))));
        assert.equal(key.export().length, 8);
        assert.ok(!key.equals(generateKeySync("hmac", { length: 64 })));
        assert.throws(() => generateKeySync("hmac", { length: 7 }), { name: "RangeError", code: "ERR_OUT_OF_RANGE" });
        assert.throws(() => generateKeySync("x", { length: 8 }), { code: "ERR_INVALID_ARG_VALUE",
          message: "The argument 'type' must be a supported key type. Received 'x'" });
        assert.throws(() => generateKeySync("aes", { length: 65 }), { code: "ERR_INVALID_ARG_VALUE",
          message: "The property 'options.length' must be one of: 128, 192, 256. Received 65" });
        assert.throws(() => generateKey("hmac", { length: 64 }), { code: "ERR_INVALID_ARG_TYPE" });
        "#,
    );
}

#[test]
fn constants_are_openssls() {
    check(
        MODULES,
        r#"
        import { constants } from "crypto";
        assert.deepEqual([constants.RSA_PKCS1_PSS_PADDING, constants.RSA_PSS_SALTLEN_AUTO, constants.SSL_OP_CRYPTOPRO_TLSEXT_BUG], [6, -2, 2147483648]);
        assert.equal(Object.getPrototypeOf(constants), null);
        assert.ok(constants.defaultCipherList.startsWith("TLS_AES_256_GCM_SHA384:"));
        "#,
    );
}

#[test]
fn an_hmac_key_of_the_web_signs_and_keeps_to_its_usages() {
    check(
        MODULES,
        r#"
        import { KeyObject, subtle } from "crypto";
        const algorithm = { name: "HMAC", hash: "SHA-256" };
        const key = await subtle.importKey("raw", Buffer.from("key"), algorithm, true, ["verify", "sign"]);
        assert.deepEqual([key.type, key.extractable, key.algorithm, key.usages],
          ["secret", true, { name: "HMAC", length: 24, hash: { name: "SHA-256" } }, ["sign", "verify"]]);
        const signature = await subtle.sign("HMAC", key, Buffer.from("data"));
        assert.equal(Buffer.from(signature).toString("hex"), "5031fe3d989c6d1537a013fa6e739da23463fdaec3b70137d828e36ace221bd0");
        assert.deepEqual(await subtle.exportKey("jwk", key), { key_ops: ["sign", "verify"], ext: true, alg: "HS256", kty: "oct", k: "a2V5" });
        assert.equal(KeyObject.from(key).export().toString(), "key");
        const verifying = await subtle.importKey("raw", Buffer.from("key"), algorithm, false, ["verify"]);
        assert.ok(await subtle.verify("HMAC", verifying, signature, Buffer.from("data")));
        assert.ok(!(await subtle.verify("HMAC", verifying, signature, Buffer.from("datb"))));
        assert.equal((await subtle.generateKey({ name: "HMAC", hash: "SHA-512" }, true, ["sign"])).algorithm.length, 1024);
        for (const [rejected, name] of [
          [subtle.sign("HMAC", verifying, Buffer.alloc(1)), "InvalidAccessError"],
          [subtle.exportKey("raw", verifying), "InvalidAccessError"],
          [subtle.importKey("raw", Buffer.alloc(0), algorithm, true, ["sign"]), "DataError"],
          [subtle.importKey("raw", Buffer.alloc(1), algorithm, true, ["encrypt"]), "SyntaxError"],
          [subtle.importKey("raw", Buffer.alloc(1), algorithm, true, []), "SyntaxError"],
          [subtle.importKey("raw", Buffer.alloc(1), { name: "HMAC", hash: "x" }, true, ["sign"]), "NotSupportedError"],
          [subtle.importKey("raw", Buffer.alloc(1), "AES-GCM", true, ["encrypt"]), "NotSupportedError"],
        ])
          assert.equal((await rejected.then(() => "", (error) => error)).name, name);
        "#,
    );
}
