import { Command } from "./command";
import { schemaLogFilter } from "./schemaLogFilter";

const definition = Symbol("definition");

/**
 * What every command class inherits. The package makes these methods anew for each command of a client; one class that
 * looks its command's definition up does the same, and a client of a hundred commands loads in a fraction of the time. What only
 * a call needs is made by the first.
 */
class ServiceCommand extends Command {
  input;
  constructor(input) {
    super();
    this.input = input ?? {};
    this.schema = new.target[definition].schema;
    this.serialize = null;
    this.deserialize = null;
  }
  /** A getter, as the function is also called without its class. */
  static get getEndpointParameterInstructions() {
    const own = this[definition];
    return (own.instructions ??= () => (own.parameters ??= { ...own.client.common, ...own.added }));
  }
  resolveMiddleware(stack, configuration, options) {
    const own = this.constructor[definition];
    const { schema, client } = own;
    return this.resolveMiddlewareWithContext(stack, configuration, options, {
      CommandCtor: own.CommandCtor,
      middlewareFn: middleware,
      clientName: client.clientName,
      commandName: own.commandName,
      inputFilterSensitiveLog: schemaLogFilter.bind(null, schema?.[4] ?? schema?.input),
      outputFilterSensitiveLog: schemaLogFilter.bind(null, schema?.[5] ?? schema?.output),
      smithyContext: (own.context ??= { service: client.service, operation: own.operation, ...own.smithyContext, operationSchema: schema }),
      additionalContext: {},
    });
  }
}

function middleware(Ctor, stack, config, options) {
  const { client, plugins } = Ctor[definition];
  return [client.endpointPlugin(config, Ctor.getEndpointParameterInstructions()), ...plugins.call(this, Ctor, stack, config, options)];
}

/** The class has the name of its command, so that it can stand for `class PutItemCommand extends command(...) {}` (lib/commands.mjs). */
export function makeBuilder(common, service, clientName, endpointPlugin) {
  const client = { common, service, clientName, endpointPlugin };
  return function makeCommand(added, plugins, operation, schema, smithyContext) {
    const commandName = `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Command`;
    const CommandCtor = { [commandName]: class extends ServiceCommand {} }[commandName];
    CommandCtor[definition] = { client, CommandCtor, commandName, added, plugins, operation, schema, smithyContext };
    return CommandCtor;
  };
}
