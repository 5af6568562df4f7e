// Annotations as GitHub's own toolkit writes them: an array of them over standard input, the commands on standard output.
//
//   [{"level":"error","message":…,"properties":{"file","title","startLine","endLine","startColumn","endColumn"}}]

import { error, notice, warning } from "@actions/core";

const levels = { error, notice, warning };
let text = "";
for await (const piece of process.stdin) {
  text += piece;
}
for (const { level, message, properties } of JSON.parse(text)) {
  levels[level](message, properties);
}
