// What Pulumi starts. The program is index.ts; tsx reads its TypeScript, in a fraction of the time that ts-node takes.
import { register } from "tsx/esm/api";

// Pulumi's SDK keeps a stack trace of each promise it makes: for a thousand users that was half of this program's time.
Error.stackTraceLimit = 1;

register();
const { loadSettings } = await import("./components/settings/index.ts");
const { checkHost } = await import("./components/platform/docker/preflight.ts");
await checkHost(loadSettings());

export default { ...(await import("./index.ts")) };
