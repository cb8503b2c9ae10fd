import { BatchGetTracesCommand, GetTraceSummariesCommand, PutTelemetryRecordsCommand, PutTraceSegmentsCommand, XRayClient, XRayServiceException, paginateGetTraceSummaries } from "@aws-sdk/client-xray";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new XRayClient({});
const start = Math.floor(Date.now() / 1000);
const trace_id = `1-${start.toString(16)}-0123456789abcdef01234567`;
const segment = { name: "web", id: "70de5b6f19ff9a0a", trace_id, start_time: start - 1, end_time: start };
const window = { StartTime: new Date((start - 60) * 1000), EndTime: new Date((start + 60) * 1000) };

await test("put segments, good and bad", async () => {
  const { UnprocessedTraceSegments } = await client.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(segment), "not JSON"] }));
  equal(UnprocessedTraceSegments.length, 1);
  ok(UnprocessedTraceSegments[0].ErrorCode, "with a reason");
});

await test("find the trace, and read it", async () => {
  const { TraceSummaries } = await client.send(new GetTraceSummariesCommand(window));
  equal(TraceSummaries.map(({ Id }) => Id), [trace_id]);
  const ids = [];
  for await (const page of paginateGetTraceSummaries({ client }, window)) ids.push(...page.TraceSummaries.map(({ Id }) => Id));
  equal(ids, [trace_id]);
  const { Traces, UnprocessedTraceIds } = await client.send(new BatchGetTracesCommand({ TraceIds: [trace_id] }));
  equal([Traces[0].Segments.map(({ Id }) => Id), UnprocessedTraceIds], [[segment.id], []]);
  equal(JSON.parse(Traces[0].Segments[0].Document).name, "web");
});

await test("telemetry", async () => {
  const record = { Timestamp: new Date(), SegmentsReceivedCount: 1, BackendConnectionErrors: { TimeoutCount: 2 } };
  equal((await client.send(new PutTelemetryRecordsCommand({ TelemetryRecords: [record] }))).$metadata.httpStatusCode, 200);
});

await test("a request without its window is an exception of the service", async () => {
  const error = await rejection(client.send(new GetTraceSummariesCommand({ StartTime: window.StartTime })));
  ok(error instanceof XRayServiceException && error.$metadata.httpStatusCode === 400, `${error.name}: ${error.message}`);
});
