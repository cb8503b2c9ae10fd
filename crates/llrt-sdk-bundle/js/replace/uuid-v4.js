import { randomUUID } from "internal:hash";

// `getRandomValues` is what the caller would have used where there is no native UUID.
export function bindV4(getRandomValues) {
  return () => randomUUID();
}
