/**
 * What `class X extends Base { name = "X"; $fault = fault; $retryable = {...}; Message; constructor(options) {...} }` of a client's errors is, of which
 * some have a hundred (lib/errors.mjs): one function's code for all.
 *
 * @param {string} id of the shape, `namespace#X`, or only `X` where the class does not name it
 * @param {string[]} members that it has beside those of `Base`
 */
export function errorClass(Base, id, fault, members = [], retryable = undefined) {
  const name = id.slice(id.indexOf("#") + 1);
  const Class = {
    [name]: class extends Base {
      constructor(options) {
        super({ name, $fault: fault, ...options });
        this.name = name;
        this.$fault = fault;
        if (retryable) this.$retryable = { ...retryable };
        Object.setPrototypeOf(this, Class.prototype);
        for (const member of members) this[member] = options[member];
      }
    },
  }[name];
  if (id !== name) Class.shapeId = id;
  return Class;
}
