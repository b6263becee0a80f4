// What Pulumi starts. The program is index.ts.
import { compiled } from "./scripts/project/compiled.js";

// Pulumi's SDK keeps a stack trace of each promise it makes: for a thousand users that was half of this program's time.
Error.stackTraceLimit = 1;

const { outputs } = await compiled("program.ts");
export default outputs;
