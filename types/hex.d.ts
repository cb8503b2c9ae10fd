/** Bytes to hexadecimal text and back, with SIMD. */
declare module "llrt:hex" {
  /**
   * The digits of `bytes`, in lower case. A string stands for its UTF-8.
   *
   * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE`
   */
  export function encode(bytes: ArrayBufferLike | ArrayBufferView | string): string;

  /**
   * The bytes that `text` spells, in digits of either case.
   *
   * @throws `TypeError` with code `ERR_INVALID_ARG_VALUE` when a character is no digit, or the last one stands alone
   */
  export function decode(text: string): Uint8Array;

  const hex: { encode: typeof encode; decode: typeof decode };
  export default hex;
}

declare module "hex" {
  export * from "llrt:hex";
  export { default } from "llrt:hex";
}
