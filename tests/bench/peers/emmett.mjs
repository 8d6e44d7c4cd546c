// Emmett's PostgreSQL event store, obeying the words of `tests/bench/writing.py`. argv: connection string,
// payload, the folder of its packages, and how many connections it may have.
import { createInterface } from "node:readline";
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const [dsn, payload, modules, connections] = process.argv.slice(2);
const require = createRequire(pathToFileURL(modules + "/"));
const { getPostgreSQLEventStore, postgreSQLRawBatchSQLProjection, rebuildPostgreSQLProjections } =
  require("@event-driven-io/emmett-postgresql");
const { SQL } = require("@event-driven-io/dumbo");
const pg = require("pg");
const data = JSON.parse(payload);
const pool = new pg.Pool({ connectionString: dsn, max: Number(connections) });
const store = getPostgreSQLEventStore(dsn, { connectionOptions: { pooled: true, pool } });
await store.schema.migrate();
process.stdout.write("{}\n");

const say = (told) => process.stdout.write(JSON.stringify(told) + "\n");
const append = () => {
  const id = randomUUID();
  return store.appendToStream(`task-${id}`, [{ type: "task-issued", data }], { expectedStreamVersion: 0n });
};

const write = async (writers, seconds) => {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const until = began + seconds * 1000;
  const work = async () => {
    let done = 0;
    for (; performance.now() < until; done++) await append();
    return done;
  };
  const done = await Promise.all(Array.from({ length: writers }, work));
  const used = process.cpuUsage(cpu);
  say({
    events: done.reduce((a, b) => a + b, 0),
    seconds: (performance.now() - began) / 1000,
    cpu: (used.user + used.system) / 1e6,
    memory: process.memoryUsage().rss / 1e6,
  });
};

const seen = postgreSQLRawBatchSQLProjection({
  name: "seen",
  canHandle: ["task-issued"],
  evolve: (events) =>
    events.map(
      (event) =>
        SQL`insert into seen (key, times) values (${event.metadata.streamName}, 1) on conflict (key) do update set times = seen.times + 1`,
    ),
});

const rebuild = async (writers, seconds) => {
  const until = performance.now() + seconds * 1000;
  const work = async () => {
    while (performance.now() < until) await append();
  };
  await pool.query("create table if not exists seen (key text primary key, times integer not null)");
  await pool.query("truncate seen");
  await Promise.all(Array.from({ length: writers }, work));
  const consumer = rebuildPostgreSQLProjections({
    connectionString: dsn,
    projections: [seen],
    pulling: { batchSize: 1000, pullingFrequencyInMs: 0 },
  });
  const began = performance.now();
  await consumer.start();
  const took = (performance.now() - began) / 1000;
  await consumer.close();
  say({ seconds: took });
};

for await (const line of createInterface({ input: process.stdin })) {
  const [word, writers, seconds] = line.split(" ");
  await { write, rebuild }[word](Number(writers), Number(seconds));
}
await store.close();
await pool.end();
