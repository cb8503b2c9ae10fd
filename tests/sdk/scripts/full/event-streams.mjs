// Event streams over HTTP/2, with TLS and without, and over HTTP/1.1: servers/streams.mjs.
import { BedrockRuntimeClient, ConverseStreamCommand, InvokeModelWithBidirectionalStreamCommand, ModelStreamErrorException, ThrottlingException } from "@aws-sdk/client-bedrock-runtime";
import { KinesisClient, ListStreamsCommand, ResourceInUseException, SubscribeToShardCommand } from "@aws-sdk/client-kinesis";
import { InvokeWithResponseStreamCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PollyClient, SynthesizeSpeechCommand } from "@aws-sdk/client-polly";
import { NodeHttp2Handler } from "@smithy/node-http-handler";
import { equal, ok, rejection, test } from "../check.mjs";

const { STREAMS_H1, STREAMS_H2C, STREAMS_H2 } = process.env;
const text = (bytes) => new TextDecoder().decode(bytes);
const subscribe = (client, consumer = "plain") =>
  client.send(new SubscribeToShardCommand({ ConsumerARN: `arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/${consumer}`, ShardId: "shardId-1", StartingPosition: { Type: "LATEST" } }));

for (const [name, endpoint] of [["TLS", STREAMS_H2], ["plain text", STREAMS_H2C]]) {
  const kinesis = new KinesisClient({ endpoint, maxAttempts: 1 });

  await test(`${name}: HTTP/2 is spoken`, async () => {
    equal((await kinesis.send(new ListStreamsCommand({}))).StreamNames, ["over 2.0"]);
    const many = await Promise.all(Array.from({ length: 20 }, () => kinesis.send(new ListStreamsCommand({}))));
    equal(new Set(many.map(({ StreamNames }) => StreamNames[0])).size, 1);
  });

  await test(`${name}: SubscribeToShard`, async () => {
    const { EventStream, $metadata } = await subscribe(kinesis);
    equal($metadata.httpStatusCode, 200);
    const records = [];
    for await (const { SubscribeToShardEvent } of EventStream) records.push(...SubscribeToShardEvent.Records);
    equal([records.length, text(records[0].Data), records[0].ApproximateArrivalTimestamp], [2, "shardId-1 LATEST over 2.0", new Date(1700000000500)]);
    equal(records[1].Data.length, 300_000);
  });

  await test(`${name}: an exception in the stream`, async () => {
    const { EventStream } = await subscribe(kinesis, "failing");
    let events = 0;
    const error = await rejection((async () => { for await (const event of EventStream) events += event.SubscribeToShardEvent ? 1 : 0; })());
    ok(error instanceof ResourceInUseException, `ResourceInUseException, got ${error.name}: ${error.message}`);
    equal(events, 2);
  });

  await test(`${name}: a stream that breaks, and one that is spoiled`, async () => {
    for (const consumer of ["broken", "spoiled"]) {
      const { EventStream } = await subscribe(kinesis, consumer);
      const error = await rejection((async () => { for await (const event of EventStream) ok(event, "an event"); })());
      ok(error instanceof Error, `${consumer}: ${error}`);
    }
  });

  await test(`${name}: an endless stream that is left`, async () => {
    let events = 0;
    for await (const event of (await subscribe(kinesis, "endless")).EventStream) if (event && ++events === 5) break;
    const controller = new AbortController();
    const { EventStream } = await kinesis.send(new SubscribeToShardCommand({ ConsumerARN: "arn:aws:kinesis:us-east-1:123456789012:stream/s/consumer/endless", ShardId: "shardId-1", StartingPosition: { Type: "LATEST" } }), { abortSignal: controller.signal });
    const error = await rejection((async () => { for await (const event of EventStream) if (event) controller.abort(); })().then(() => { throw Object.assign(new Error("ended"), { name: "Ended" }); }));
    ok(["AbortError", "Ended", "Error"].includes(error.name), `${error.name}: ${error.message}`);
    equal(events, 5);
  });

  const bedrock = new BedrockRuntimeClient({ endpoint, maxAttempts: 1, authSchemePreference: ["sigv4"] });
  const converse = (modelId) => bedrock.send(new ConverseStreamCommand({ modelId, messages: [{ role: "user", content: [{ text: "a b c" }] }] }));

  await test(`${name}: ConverseStream`, async () => {
    const words = [];
    let stop;
    for await (const event of (await converse("model:1")).stream) {
      if (event.contentBlockDelta) words.push(event.contentBlockDelta.delta.text);
      if (event.messageStop) stop = event.messageStop.stopReason;
    }
    equal([words, stop], [["a", "b", "c"], "end_turn"]);
    const failed = await rejection((async () => { for await (const event of (await converse("failing")).stream) ok(event, "an event"); })());
    ok(failed instanceof ModelStreamErrorException && failed.originalStatusCode === 500, `ModelStreamErrorException, got ${failed.name}`);
    const throttled = await rejection(converse("throttled"));
    ok(throttled instanceof ThrottlingException, `ThrottlingException, got ${throttled.name}`);
  });

  await test(`${name}: both ways at once, every event signed`, async () => {
    // Each answer decides what is said next: neither side may wait for the end of the other.
    const said = [];
    let hear;
    let heard = new Promise((resolve) => (hear = resolve));
    async function* speech() {
      for (let turn = 0; turn < 3; turn++) {
        const answer = await heard;
        heard = new Promise((resolve) => (hear = resolve));
        yield { chunk: { bytes: new TextEncoder().encode(`turn ${turn} after ${answer}`) } };
      }
      await heard;
    }
    const { body } = await bedrock.send(new InvokeModelWithBidirectionalStreamCommand({ modelId: "m", body: speech() }));
    for await (const { chunk } of body) {
      const value = JSON.parse(text(chunk.bytes));
      said.push(value);
      hear(value.greeting ?? value.echo);
    }
    equal(said.map(({ greeting, echo, end }) => greeting ?? echo ?? end), ["2.0", "turn 0 after 2.0", "turn 1 after turn 0 after 2.0", "turn 2 after turn 1 after turn 0 after 2.0", true]);
    ok(said.slice(1).every(({ signed }) => signed), JSON.stringify(said));
  });

  await test(`${name}: a long body as a stream`, async () => {
    const polly = new PollyClient({ endpoint, maxAttempts: 1 });
    const { AudioStream, RequestCharacters, ContentType } = await polly.send(new SynthesizeSpeechCommand({ OutputFormat: "mp3", Text: "hello", VoiceId: "Joanna" }));
    const bytes = await AudioStream.transformToByteArray();
    equal([bytes.length, bytes.at(-1), RequestCharacters, ContentType], [200_000, 19, 5, "audio/mpeg"]);
  });

  kinesis.destroy();
  bedrock.destroy();
}

await test("handlers of one's own: options, limits, destroy", async () => {
  const handler = new NodeHttp2Handler({ requestTimeout: 5000, sessionTimeout: 5000, maxConcurrentStreams: 10 });
  equal(handler.metadata.handlerProtocol, "h2");
  const client = new KinesisClient({ endpoint: STREAMS_H2, requestHandler: handler });
  equal((await client.send(new ListStreamsCommand({}))).StreamNames, ["over 2.0"]);
  client.destroy();
  equal((await client.send(new ListStreamsCommand({}))).StreamNames, ["over 2.0"]);
  handler.destroy();
});

await test("Lambda: a streamed response, over HTTP/1.1", async () => {
  const client = new LambdaClient({ endpoint: STREAMS_H1 });
  const invoke = async (payload) => {
    const { EventStream, ExecutedVersion } = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: "f", Payload: new TextEncoder().encode(payload) }));
    let body = "", complete;
    for await (const event of EventStream) {
      if (event.PayloadChunk) body += text(event.PayloadChunk.Payload);
      if (event.InvokeComplete) complete = event.InvokeComplete;
    }
    return [body, complete.ErrorCode ?? null, ExecutedVersion];
  };
  equal(await invoke('"hi"'), ['you said "hi"!', null, "$LATEST"]);
  equal(await invoke('"fail"'), ['you said "fail"!', "Unhandled", "$LATEST"]);
});
