// A real npm client, driven over standard input: one JSON command a line, one JSON answer a line.
//
//   WICKET_KEY=wk_… node client.mjs URL auto|pin|sdk
//
//   {"op":"connect"}                      → {"version":"2026-07-28"}
//   {"op":"list"}                         → {"tools":[…]}
//   {"op":"call","name":…,"arguments":…}  → {"result":…}
//
// What the client throws is {"error":{"code","message","data"}}.

import { createInterface } from "node:readline";

const [url, mode] = process.argv.slice(2);
const requestInit = { headers: { authorization: `Bearer ${process.env.WICKET_KEY}` } };
const info = { name: `e2e-npm-${mode}`, version: "1.0.0" };

async function connect() {
  if (mode === "sdk") {
    const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/sdk/client/streamableHttp.js");
    const client = new Client(info);
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
    await client.connect(transport);
    return { client, version: transport.protocolVersion };
  }
  const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const versionNegotiation = { mode: mode === "pin" ? { pin: "2026-07-28" } : "auto" };
  const client = new Client(info, { versionNegotiation });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return { client, version: client.getNegotiatedProtocolVersion?.() };
}

let connected;

const operations = {
  async connect() {
    connected = await connect();
    return { version: connected.version };
  },
  async list() {
    const { tools } = await connected.client.listTools();
    return { tools };
  },
  async call({ name, arguments: args }) {
    return { result: await connected.client.callTool({ name, arguments: args }) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  let answer;
  try {
    answer = await operations[command.op](command);
  } catch (error) {
    answer = { error: { code: error.code ?? null, message: String(error.message), data: error.data ?? null } };
  }
  console.log(JSON.stringify(answer));
}
await connected?.client.close();
