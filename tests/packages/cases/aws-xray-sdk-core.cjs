// What needs no daemon: segments as they would be sent.
const AWSXRay = require("aws-xray-sdk-core");

AWSXRay.setLogger({ error: console.log, warn() {}, info() {}, debug() {} });
AWSXRay.enableManualMode();
AWSXRay.setContextMissingStrategy("IGNORE_ERROR");
const segment = new AWSXRay.Segment("own", "1-5f84c7a5-0123456789abcdef01234567", "0123456789abcdef");
segment.addAnnotation("key", 1);
segment.addMetadata("data", { a: [1] }, "space");
const sub = segment.addNewSubsegment("inner");
sub.addError(new TypeError("bad"), true);
sub.notTraced = true;
sub.close();
const text = JSON.parse(segment.toString());
console.log(Object.keys(text).sort(), text.annotations, text.metadata.space, segment.trace_id, segment.parent_id, segment.fault, segment.subsegments.length, sub.name, sub.cause.exceptions[0].type);
console.log(AWSXRay.utils.processTraceData("Root=1-5f84c7a5-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1"), AWSXRay.TraceID ? new AWSXRay.TraceID().toString().length : 0, typeof AWSXRay.captureAWSv3Client, typeof AWSXRay.express);
AWSXRay.enableAutomaticMode();
const session = AWSXRay.getNamespace();
session.run(() => {
  AWSXRay.setSegment(segment);
  setTimeout(() => {
    console.log(AWSXRay.getSegment() === segment);
    console.log("done");
    process.exit();
  }, 5);
});
