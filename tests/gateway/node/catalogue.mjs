// A subgraph of books and films made with @apollo/subgraph. Usage: node catalogue.mjs PORT
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { createHandler } from "graphql-http/lib/use/http";
import { createServer } from "node:http";

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

  interface Item { id: ID! title: String! }
  type Book implements Item @key(fields: "id") { id: ID! title: String! pages: Int! size: Size! }
  type Film implements Item @key(fields: "id") { id: ID! title: String! minutes: Int! }
  type Size @shareable { cover: String! weight: Weight! }
  type Weight @shareable { grams: Int! }
  union Found = Book | Film
  type Query { item(id: ID!): Item items: [Item!]! search(text: String!): [Found!]! }
`);

const book = (id, title, pages, grams) => ({
  __typename: "Book", id, title, pages, size: { cover: "hard", weight: { grams } },
});
const ITEMS = [
  book("b1", "西游记", 1200, 900),
  { __typename: "Film", id: "f1", title: "大闹天宫", minutes: 106 },
  book("b2", "Lost in the post", 90, 100),
  book("b3", "Written in haste", 20, 50),
];
const byId = (id) => ITEMS.find((item) => item.id === id) ?? null;

const schema = buildSubgraphSchema({
  typeDefs,
  resolvers: {
    Query: {
      item: (_, { id }) => byId(id),
      items: () => ITEMS,
      search: (_, { text }) => ITEMS.filter(({ title }) => title.includes(text)),
    },
    Book: { __resolveReference: ({ id }) => byId(id) },
    Film: { __resolveReference: ({ id }) => byId(id) },
  },
});

createServer(createHandler({ schema })).listen(Number(process.argv[2]), "127.0.0.1");
