// Reads the text of each of several supergraphs as @apollo/gateway does.
// In: [sdl]; out: [{ api, subgraphs: { name: sdl } } or { failed }], everything sorted.
import { printSchema as printWithDirectives, Supergraph } from "@apollo/federation-internals";
import { lexicographicSortSchema, printSchema } from "graphql";
import { readFileSync } from "node:fs";

function read(sdl) {
  try {
    const supergraph = Supergraph.build(sdl);
    const api = printSchema(lexicographicSortSchema(supergraph.apiSchema().toGraphQLJSSchema()));
    const subgraphs = [...supergraph.subgraphs()].map((each) => [
      each.name,
      printWithDirectives(each.schema).split("\n").sort(),
    ]);
    return { api, subgraphs: Object.fromEntries(subgraphs) };
  } catch (error) {
    return { failed: error.message };
  }
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
