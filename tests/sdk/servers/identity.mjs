// Where credentials come from: a container's agent, an instance's metadata, the SSO portal and its tokens. Keys are named after their source.
import { json } from "./serve.mjs";

const expiration = new Date(Date.now() + 3600_000).toISOString();
const keys = (name) => ({ AccessKeyId: `${name}KEY`, SecretAccessKey: `${name}-secret`, Token: `${name}-token`, Expiration: expiration });

export function identity() {
  let imdsTokens = 0;
  return (request, response, body) => {
    const url = new URL(request.url, "http://x");
    const text = (status, value) => response.writeHead(status, { "content-type": "text/plain" }).end(value);
    switch (url.pathname) {
      case "/container":
        return json(response, 200, keys("CONTAINER"));
      case "/container/guarded":
        return request.headers.authorization === "Basic guard" ? json(response, 200, keys("GUARDED")) : json(response, 401, { code: "no", message: "no" });
      case "/container/denied":
        return json(response, 403, { code: "AccessDenied", message: "not you" });
      // The instance metadata service, version 2: a token first.
      case "/latest/api/token":
        if (request.method !== "PUT" || !request.headers["x-aws-ec2-metadata-token-ttl-seconds"]) return text(400, "");
        return text(200, `imds-${++imdsTokens}`);
      case "/latest/meta-data/iam/security-credentials/":
        return request.headers["x-aws-ec2-metadata-token"]?.startsWith("imds-") ? text(200, "the-role") : text(401, "");
      case "/latest/meta-data/iam/security-credentials/the-role":
        return request.headers["x-aws-ec2-metadata-token"]?.startsWith("imds-")
          ? json(response, 200, { Code: "Success", Type: "AWS-HMAC", LastUpdated: new Date().toISOString(), ...keys("IMDS") })
          : text(401, "");
      case "/latest/meta-data/placement/region":
        return text(200, "eu-west-3");
      // The SSO portal.
      case "/federation/credentials": {
        const token = request.headers["x-amz-sso_bearer_token"];
        if (token !== "sso-cached" && token !== "sso-refreshed") return json(response, 401, { message: "Session token not found or invalid" }, { "x-amzn-errortype": "UnauthorizedException" });
        const { AccessKeyId, SecretAccessKey, Token } = keys(token === "sso-cached" ? "SSO" : "SSOREFRESHED");
        const name = `${url.searchParams.get("account_id")}-${url.searchParams.get("role_name")}`;
        return json(response, 200, { roleCredentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: `${Token}-${name}`, expiration: Date.parse(expiration) } });
      }
      case "/token": {
        const { grantType, refreshToken, clientId, clientSecret } = JSON.parse(body);
        if (grantType !== "refresh_token" || refreshToken !== "refresh" || clientId !== "cid" || clientSecret !== "csecret")
          return json(response, 400, { error: "invalid_grant" }, { "x-amzn-errortype": "InvalidGrantException" });
        return json(response, 200, { accessToken: "sso-refreshed", expiresIn: 3600, tokenType: "Bearer", refreshToken: "refresh2" });
      }
    }
    text(404, "");
  };
}
