import {
  CreateConfigurationSetCommand, CreateTemplateCommand, DeleteIdentityCommand, DeleteTemplateCommand, GetIdentityVerificationAttributesCommand, GetSendQuotaCommand, GetSendStatisticsCommand,
  GetTemplateCommand, ListTemplatesCommand, MessageRejected, RuleSetDoesNotExistException, DescribeReceiptRuleSetCommand, SESClient, SendEmailCommand, SendRawEmailCommand,
  SendTemplatedEmailCommand, TemplateDoesNotExistException, VerifyEmailIdentityCommand, paginateListIdentities, waitUntilIdentityExists,
} from "@aws-sdk/client-ses";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new SESClient({});
const Source = "me@example.com";
const Destination = { ToAddresses: ["you@example.com"], CcAddresses: ["a@example.com", "b@example.com"] };
const Message = { Subject: { Data: "h\u00e9llo" }, Body: { Text: { Data: "text & <more>" }, Html: { Data: "<b>text</b>" } } };

await test("an address that is not verified is rejected, by type", async () => {
  const error = await rejection(client.send(new SendEmailCommand({ Source, Destination, Message })));
  ok(error instanceof MessageRejected, `MessageRejected, got ${error.name}`);
});

await test("verify an address and wait for it", async () => {
  await client.send(new VerifyEmailIdentityCommand({ EmailAddress: Source }));
  const { state } = await waitUntilIdentityExists({ client, maxWaitTime: 10, minDelay: 1 }, { Identities: [Source] });
  equal(state, "SUCCESS");
  const { VerificationAttributes } = await client.send(new GetIdentityVerificationAttributesCommand({ Identities: [Source] }));
  equal(VerificationAttributes[Source].VerificationStatus, "Success");
});

await test("send, raw and whole", async () => {
  ok((await client.send(new SendEmailCommand({ Source, Destination, Message }))).MessageId, "an id");
  const Data = new TextEncoder().encode(`From: ${Source}\r\nTo: you@example.com\r\nSubject: raw\r\n\r\nraw\r\n`);
  ok((await client.send(new SendRawEmailCommand({ RawMessage: { Data } }))).MessageId, "an id");
  const { SentLast24Hours } = await client.send(new GetSendQuotaCommand({}));
  ok(SentLast24Hours >= 4, `${SentLast24Hours} sent`); // copies count, and so does what another script sends
  ok(Array.isArray((await client.send(new GetSendStatisticsCommand({}))).SendDataPoints), "a list");
});

await test("templates", async () => {
  const Template = { TemplateName: "t", SubjectPart: "Hi {{name}}", TextPart: "Dear {{name}}", HtmlPart: "<p>Dear {{name}}</p>" };
  await client.send(new CreateTemplateCommand({ Template }));
  equal((await client.send(new GetTemplateCommand({ TemplateName: "t" }))).Template, Template);
  equal((await client.send(new ListTemplatesCommand({}))).TemplatesMetadata.map(({ Name }) => Name), ["t"]);
  ok((await client.send(new SendTemplatedEmailCommand({ Source, Destination, Template: "t", TemplateData: '{"name":"x"}' }))).MessageId, "an id");
  await client.send(new DeleteTemplateCommand({ TemplateName: "t" }));
  const error = await rejection(client.send(new GetTemplateCommand({ TemplateName: "t" })));
  ok(error instanceof TemplateDoesNotExistException, `TemplateDoesNotExistException, got ${error.name}`);
});

await test("configuration sets; a rule set that is not there", async () => {
  equal((await client.send(new CreateConfigurationSetCommand({ ConfigurationSet: { Name: "set" } }))).$metadata.httpStatusCode, 200);
  const error = await rejection(client.send(new DescribeReceiptRuleSetCommand({ RuleSetName: "none" })));
  ok(error instanceof RuleSetDoesNotExistException, `RuleSetDoesNotExistException, got ${error.name}`);
});

await test("identities in pages, and deleting one", async () => {
  const seen = [];
  for await (const page of paginateListIdentities({ client }, {})) seen.push(...page.Identities);
  ok(seen.includes(Source), seen.join());
  await client.send(new DeleteIdentityCommand({ Identity: Source }));
  const after = [];
  for await (const page of paginateListIdentities({ client }, {})) after.push(...(page.Identities ?? []));
  ok(!after.includes(Source), after.join());
});
