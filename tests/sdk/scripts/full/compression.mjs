// Requests that are compressed: CloudWatch's metrics are, from some size on.
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { equal, ok, test } from "../check.mjs";

const server = process.env.FAULTS;

for (const [name, config, compressed] of [["large", { requestMinCompressionSizeBytes: 1000 }, true], ["small", { requestMinCompressionSizeBytes: 1_000_000 }, false], ["switched off", { disableRequestCompression: true }, false]])
  await test(`metrics: ${name}`, async () => {
    const id = `compression-${name.replace(" ", "-")}`;
    const client = new CloudWatchClient({ endpoint: `${server}/${id}/${encodeURIComponent("200:")}`, maxAttempts: 1, ...config });
    await client.send(new PutMetricDataCommand({ Namespace: "n", MetricData: Array.from({ length: 200 }, (_, n) => ({ MetricName: `metric-${n}`, Value: n })) })).catch((error) => error);
    const [{ headers, length }] = await (await fetch(`${server}/log/${id}`)).json();
    equal(headers["content-encoding"] ?? null, compressed ? "gzip" : null);
    ok(compressed ? length < 5000 : length > 5000, `${length} bytes`);
    equal(Number(headers["content-length"]), length);
  });
