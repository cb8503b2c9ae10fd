import {
  CognitoIdentityClient, CreateIdentityPoolCommand, DeleteIdentityPoolCommand, DescribeIdentityPoolCommand, GetCredentialsForIdentityCommand, GetIdCommand, GetOpenIdTokenCommand,
  ResourceNotFoundException as NoPool, UpdateIdentityPoolCommand, paginateListIdentityPools,
} from "@aws-sdk/client-cognito-identity";
import {
  AdminCreateUserCommand, AdminGetUserCommand, AdminInitiateAuthCommand, AdminSetUserPasswordCommand, CognitoIdentityProviderClient, CreateUserPoolClientCommand, CreateUserPoolCommand,
  DeleteUserPoolCommand, DescribeUserPoolCommand, GetUserCommand, ListUsersCommand, NotAuthorizedException, ResourceNotFoundException, UserNotFoundException, UsernameExistsException,
  paginateListUserPools, paginateListUsers,
} from "@aws-sdk/client-cognito-identity-provider";
import { fromCognitoIdentity, fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { equal, ok, rejection, test } from "./check.mjs";

const identities = new CognitoIdentityClient({});
const users = new CognitoIdentityProviderClient({});
let IdentityPoolId, UserPoolId, ClientId;

await test("an identity pool", async () => {
  ({ IdentityPoolId } = await identities.send(new CreateIdentityPoolCommand({ IdentityPoolName: "pool", AllowUnauthenticatedIdentities: true })));
  await identities.send(new UpdateIdentityPoolCommand({ IdentityPoolId, IdentityPoolName: "pool", AllowUnauthenticatedIdentities: true, DeveloperProviderName: "dev" }));
  equal((await identities.send(new DescribeIdentityPoolCommand({ IdentityPoolId }))).DeveloperProviderName, "dev");
  const names = [];
  for await (const page of paginateListIdentityPools({ client: identities, pageSize: 10 }, {})) names.push(...page.IdentityPools.map((p) => p.IdentityPoolName));
  equal(names, ["pool"]);
});

await test("credentials of an identity", async () => {
  const { IdentityId } = await identities.send(new GetIdCommand({ IdentityPoolId, AccountId: "123456789012" }));
  const { Credentials } = await identities.send(new GetCredentialsForIdentityCommand({ IdentityId }));
  ok(Credentials.AccessKeyId && Credentials.Expiration instanceof Date, "keys with an end");
  ok((await identities.send(new GetOpenIdTokenCommand({ IdentityId }))).Token, "a token");
  const byIdentity = await fromCognitoIdentity({ identityId: IdentityId, client: identities })();
  ok(byIdentity.accessKeyId && byIdentity.sessionToken && byIdentity.identityId === IdentityId, "the provider's keys");
  const byPool = await fromCognitoIdentityPool({ identityPoolId: IdentityPoolId, accountId: "123456789012", clientConfig: { region: "us-east-1" } })();
  ok(byPool.accessKeyId, "the pool provider's keys");
});

await test("a missing identity pool is a typed exception", async () => {
  await identities.send(new DeleteIdentityPoolCommand({ IdentityPoolId }));
  const error = await rejection(identities.send(new DescribeIdentityPoolCommand({ IdentityPoolId })));
  ok(error instanceof NoPool, `ResourceNotFoundException, got ${error.name}`);
});

await test("a user pool with a client", async () => {
  const { UserPool } = await users.send(new CreateUserPoolCommand({ PoolName: "people", Policies: { PasswordPolicy: { MinimumLength: 8 } } }));
  UserPoolId = UserPool.Id;
  ok(UserPool.CreationDate instanceof Date, "CreationDate is a Date");
  const { UserPoolClient } = await users.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "web", ExplicitAuthFlows: ["ADMIN_NO_SRP_AUTH"] }));
  ({ ClientId } = UserPoolClient);
  const names = [];
  for await (const page of paginateListUserPools({ client: users, pageSize: 1 }, {})) names.push(...page.UserPools.map((p) => p.Name));
  equal(names, ["people"]);
});

await test("users, by page and by filter", async () => {
  for (const Username of ["ann", "bob", "cy"])
    await users.send(new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes: [{ Name: "email", Value: `${Username}@example.com` }] }));
  const error = await rejection(users.send(new AdminCreateUserCommand({ UserPoolId, Username: "ann" })));
  ok(error instanceof UsernameExistsException, `UsernameExistsException, got ${error.name}`);
  const pages = [];
  for await (const page of paginateListUsers({ client: users, pageSize: 2 }, { UserPoolId })) pages.push(page.Users.length);
  equal(pages, [2, 1]);
  const { Users } = await users.send(new ListUsersCommand({ UserPoolId, Filter: 'email = "bob@example.com"' }));
  equal(Users.map((u) => u.Username), ["bob"]);
});

await test("log in", async () => {
  await users.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "ann", Password: "P2$$word!", Permanent: true }));
  const auth = { UserPoolId, ClientId, AuthFlow: "ADMIN_NO_SRP_AUTH" };
  const { AuthenticationResult } = await users.send(new AdminInitiateAuthCommand({ ...auth, AuthParameters: { USERNAME: "ann", PASSWORD: "P2$$word!" } }));
  const me = await users.send(new GetUserCommand({ AccessToken: AuthenticationResult.AccessToken }));
  equal(me.Username, "ann");
  const error = await rejection(users.send(new AdminInitiateAuthCommand({ ...auth, AuthParameters: { USERNAME: "ann", PASSWORD: "wrong" } })));
  ok(error instanceof NotAuthorizedException, `NotAuthorizedException, got ${error.name}`);
});

await test("what is missing is a typed exception", async () => {
  const user = await rejection(users.send(new AdminGetUserCommand({ UserPoolId, Username: "nobody" })));
  ok(user instanceof UserNotFoundException, `UserNotFoundException, got ${user.name}`);
  await users.send(new DeleteUserPoolCommand({ UserPoolId }));
  const pool = await rejection(users.send(new DescribeUserPoolCommand({ UserPoolId })));
  ok(pool instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${pool.name}`);
});
