// What Pulumi starts. The program is index.ts; tsx reads its TypeScript.
import { register } from "tsx/esm/api";

register();
export default { ...(await import("./index.ts")) };
