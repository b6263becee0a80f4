/** Writes docs/stack.schema.json from the settings' schema: npm run schema */
import { writeFileSync } from "node:fs";
import { stackFileJsonSchema } from "../../components/settings/stackFileSchema.ts";

writeFileSync("docs/stack.schema.json", `${JSON.stringify(stackFileJsonSchema("matrix-synapse"), undefined, 2)}\n`);
