// Runs a script of this project: node scripts/project/start.js scripts/setup/main.ts [ARGUMENTS]
import { compiled } from "./compiled.js";

const [script] = process.argv.splice(2, 1);
await compiled(script);
