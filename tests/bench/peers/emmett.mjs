// Emmett's PostgreSQL event store, obeying the words of `tests/bench/writing.py`. argv: connection string, payload.
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const require = createRequire(pathToFileURL(process.cwd() + "/.bench/"));
const { getPostgreSQLEventStore } = await import(pathToFileURL(require.resolve("@event-driven-io/emmett-postgresql").replace(/\.cjs$/, ".js")));
const pg = require("pg");

const [dsn, payload] = process.argv.slice(2);
const data = JSON.parse(payload);
const pool = new pg.Pool({ connectionString: dsn, max: 64 });
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
