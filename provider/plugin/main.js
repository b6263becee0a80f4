// What Pulumi starts as the plugin `matrix`. tsx reads its TypeScript.
import { register } from "tsx/esm/api";

register();
const { serve } = await import("./server.ts");
await serve(process.argv.slice(2));
