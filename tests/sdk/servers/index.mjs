// The servers that scripts talk to beside moto. `environment` says where they are.
import { faults } from "./faults.mjs";
import { identity } from "./identity.mjs";
import { serve } from "./serve.mjs";

/** Starts them all. */
export async function startServers() {
  const started = await Promise.all([serve(faults()), serve(identity())]);
  const [faulty, identities] = started;
  return {
    environment: { FAULTS: faulty.origin, IDENTITY: identities.origin },
    stop: () => started.forEach(({ stop }) => stop()),
  };
}
