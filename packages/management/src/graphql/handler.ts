import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  parse,
  specifiedRules,
  VariablesInAllowedPositionRule,
  validate,
} from 'graphql';
import { boundsRule, MAX_TOKENS } from './bounds.ts';
import { root, type Scope } from './resolvers.ts';
import { createSchema } from './schema.ts';

/** What a client asks, as its body has it. */
export interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

/** Answers a question of GraphQL. Whatever is wrong with it stands in the `errors` of the answer. */
export type GraphqlHandler = (question: Question, scope: Scope) => Promise<ExecutionResult>;

/** A handler; the schema is made once. */
export function createGraphql(report: (error: unknown) => void): GraphqlHandler {
  const schema = createSchema();
  // Queries for Cloudflare declare a moment as `string` and a limit as `Int`, which its server takes. Filters look themselves.
  const rules = [...specifiedRules.filter((rule) => rule !== VariablesInAllowedPositionRule), boundsRule];
  return async ({ query, variables, operationName }, scope) => {
    const document = read(query);
    if (document instanceof GraphQLError) return { errors: [document] };
    const errors = validate(schema, document, rules);
    if (errors.length > 0) return { errors };
    const result = await execute({
      schema,
      document,
      rootValue: root,
      contextValue: scope,
      variableValues: variables,
      operationName,
    });
    if (result.errors === undefined) return result;
    return { ...result, errors: result.errors.map((error) => shown(error, report)) };
  };
}

function read(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** What a resolver did not mean to say is for the operator alone. */
function shown(error: GraphQLError, report: (error: unknown) => void): GraphQLError {
  const { originalError } = error;
  if (originalError === undefined || originalError instanceof GraphQLError) return error;
  report(originalError);
  return new GraphQLError('Internal error. The log of the server says more.', { path: error.path });
}
