// Emmett's PostgreSQL event store, obeying the words of `tests/bench/writing.py`. argv: connection string,
// payload, the folder of its packages, and how many connections it may have.
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const [dsn, payload, modules, connections] = process.argv.slice(2);
const require = createRequire(pathToFileURL(modules + "/"));
const { getPostgreSQLEventStore } = require("@event-driven-io/emmett-postgresql");
const pg = require("pg");
const data = JSON.parse(payload);
const pool = new pg.Pool({ connectionString: dsn, max: Number(connections) });
const store = getPostgreSQLEventStore(dsn, { connectionOptions: { pooled: true, pool } });
await store.schema.migrate();
process.stdout.write("{}\n");

for await (const line of createInterface({ input: process.stdin })) {
  const [, writers, seconds] = line.split(" ").map(Number);
  const cpu = process.cpuUsage();
  const began = performance.now();
  const until = began + seconds * 1000;
  const work = async () => {
    let done = 0;
    while (performance.now() < until) {
      const id = randomUUID();
      await store.appendToStream(`task-${id}`, [{ type: "task-issued", data }], { expectedStreamVersion: "STREAM_DOES_NOT_EXIST" });
      done++;
    }
    return done;
  };
  const done = await Promise.all(Array.from({ length: writers }, work));
  const used = process.cpuUsage(cpu);
  process.stdout.write(JSON.stringify({
    events: done.reduce((a, b) => a + b, 0),
    seconds: (performance.now() - began) / 1000,
    cpu: (used.user + used.system) / 1e6,
    memory: process.memoryUsage().rss / 1e6,
  }) + "\n");
}
await store.close();
await pool.end();
