// What Pulumi starts as the plugin `matrix`.
import { compiled } from "../../scripts/project/compiled.js";

const { serve } = await compiled("provider/plugin/server.ts", /^(@matrix-org\/matrix-sdk-crypto-wasm|matrix-sdk-crypto-native)$/);
await serve(process.argv.slice(2));
