// What Pulumi starts. The program is index.ts; tsx reads its TypeScript, in a fraction of the time that ts-node takes.
import { register } from "tsx/esm/api";

register();
export default { ...(await import("./index.ts")) };
