// The servers that scripts talk to beside moto. `environment` says where they are.
import { faults } from "./faults.mjs";
import { identity } from "./identity.mjs";
import { serve } from "./serve.mjs";
import { streams } from "./streams.mjs";

/** Starts them all. `python` has the package cryptography; files go into `folder`. */
export async function startServers(python, folder) {
  const [faulty, identities, streaming] = await Promise.all([serve(faults()), serve(identity()), streams(python, folder)]);
  return {
    environment: { FAULTS: faulty.origin, IDENTITY: identities.origin, ...streaming.environment },
    stop: () => [faulty, identities, streaming].forEach(({ stop }) => stop()),
  };
}
