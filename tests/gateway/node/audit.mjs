// Asks the audits of graphql-http about a server. In: { url, headers }; out: [{ id, name, status, reason }].
// A GET says that it is no form of a browser's, as servers that prevent CSRF demand.
import { auditServer } from "graphql-http";
import { readFileSync } from "node:fs";

const { url, headers } = JSON.parse(readFileSync(0, "utf8"));
const fetchFn = (address, init = {}) =>
  fetch(address, { ...init, headers: { ...init.headers, ...((init.method ?? "GET") === "GET" ? headers : {}) } });
const results = await auditServer({ url, fetchFn });
process.stdout.write(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
