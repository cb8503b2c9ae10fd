// What `expect` uses of jest-message-util: a thrown error's text and stack, for messages.
const separate = (content) => {
  const stack = String(content ?? "");
  const start = stack.search(/^\s+at /m);
  return start < 0 ? { message: stack, stack: "" } : { message: stack.slice(0, start), stack: stack.slice(start) };
};

export default {
  separateMessageFromStack: separate,
  formatStackTrace: (stack) =>
    stack
      .split("\n")
      .filter((line) => line.trim() !== "" && !/\((?:internal|node|llrt):|<anonymous>/.test(line))
      .join("\n"),
  formatExecError: (error) => `\n\n  ${error?.stack ?? String(error)}`,
};
