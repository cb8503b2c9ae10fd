/** Greets whoever the event names. */
export const handler = async ({ name = "world" }) => {
  console.log("greeting", name);
  return { statusCode: 200, body: `hello ${name}` };
};
