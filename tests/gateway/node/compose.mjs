// Composes each of several sets of subgraphs with @apollo/composition.
// In: [[{ name, url, sdl }]]; out: [{ codes, messages, sdl, api }], where api is printed with everything sorted.
import { composeServices } from "@apollo/composition";
import { lexicographicSortSchema, parse, printSchema } from "graphql";
import { readFileSync } from "node:fs";

function failed(errors) {
  return {
    codes: [...new Set(errors.map((error) => error.extensions?.code ?? "NO_CODE"))].sort(),
    messages: errors.map((error) => error.message),
  };
}

function composed(subgraphs) {
  try {
    const { errors, schema, supergraphSdl } = composeServices(
      subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
    );
    if (errors) return failed(errors);
    const api = printSchema(lexicographicSortSchema(schema.toAPISchema().toGraphQLJSSchema()));
    return { codes: [], messages: [], sdl: supergraphSdl, api };
  } catch (error) {
    return failed([error]);
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(composed)));
