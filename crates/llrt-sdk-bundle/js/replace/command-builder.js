import { Command } from "./command";
import { schemaLogFilter } from "./schemaLogFilter";

const definition = Symbol("definition");

/**
 * What every command class inherits. The package makes these methods anew for each command of a client; one class that
 * looks its command's definition up does the same, and a client of a hundred commands loads in a fraction of the time.
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
  resolveMiddleware(stack, configuration, options) {
    const own = this.constructor[definition];
    const { schema } = own;
    return this.resolveMiddlewareWithContext(stack, configuration, options, {
      CommandCtor: own.CommandCtor,
      middlewareFn: own.middleware,
      clientName: own.clientName,
      commandName: own.commandName,
      inputFilterSensitiveLog: schemaLogFilter.bind(null, schema?.[4] ?? schema?.input),
      outputFilterSensitiveLog: schemaLogFilter.bind(null, schema?.[5] ?? schema?.output),
      smithyContext: own.smithyContext,
      additionalContext: {},
    });
  }
}

export function makeBuilder(common, service, clientName, endpointPlugin) {
  return function makeCommand(added, plugins, operation, schema, smithyContext) {
    let instructions;
    const CommandCtor = class extends ServiceCommand {
      static getEndpointParameterInstructions() {
        return (instructions ??= { ...common, ...added });
      }
    };
    CommandCtor[definition] = {
      schema,
      CommandCtor,
      clientName,
      commandName: `${operation.charAt(0).toUpperCase()}${operation.slice(1)}Command`,
      smithyContext: { service, operation, ...smithyContext, operationSchema: schema },
      middleware(Ctor, stack, config, options) {
        return [endpointPlugin(config, Ctor.getEndpointParameterInstructions()), ...plugins.call(this, Ctor, stack, config, options)];
      },
    };
    return CommandCtor;
  };
}
