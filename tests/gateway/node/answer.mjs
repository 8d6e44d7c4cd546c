// Asks @apollo/gateway over several sets of subgraphs.
// In: [{ supergraph, urls: { NAME: URL }, questions: [{ query, variables }] }]; out: [[{ data, errors: [{ message, path }] }]].
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { parse } from "graphql";
import { readFileSync } from "node:fs";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function answered({ supergraph, urls, questions }) {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ name }) => new RemoteGraphQLDataSource({ url: urls[name] }),
    logger: silent,
  });
  const { executor } = await gateway.load();
  const answers = [];
  for (const { query, variables } of questions) {
    const { data, errors } = await executor({
      source: query,
      document: parse(query),
      operationName: null,
      queryHash: query,
      request: { query, variables },
      context: {},
      cache: undefined,
      logger: silent,
      metrics: {},
    });
    answers.push({ data: data ?? null, errors: (errors ?? []).map(({ message, path }) => ({ message, path: path ?? [] })) });
  }
  await gateway.stop();
  return answers;
}

const answers = [];
for (const set of JSON.parse(readFileSync(0, "utf8"))) answers.push(await answered(set));
process.stdout.write(JSON.stringify(answers));
