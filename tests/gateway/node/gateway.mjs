// Serves a supergraph with @apollo/gateway at /graphql. Usage: node gateway.mjs PORT < supergraph.graphql
// Bare: nothing between HTTP and the gateway's executor but parsing and validation, each once for a document.
import { ApolloGateway } from "@apollo/gateway";
import { parse, validate } from "graphql";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(0, "utf8") });
const { schema, executor } = await gateway.load();
const documents = new Map();

function prepared(query) {
  let known = documents.get(query);
  if (known === undefined) {
    const document = parse(query);
    known = { document, errors: validate(schema, document), queryHash: createHash("sha256").update(query).digest("hex") };
    documents.set(query, known);
  }
  return known;
}

async function answer({ query, variables, operationName }) {
  const { document, errors, queryHash } = prepared(query);
  if (errors.length) return { errors };
  return executor({ request: { query, variables, operationName }, document, operationName, queryHash, context: {}, schema });
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.stringify(await answer(JSON.parse(Buffer.concat(chunks).toString())));
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}).listen(Number(process.argv[2]), "127.0.0.1");
