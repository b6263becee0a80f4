// What Pulumi starts as the plugin `matrix`.
import { existsSync } from "node:fs";

// A package has the plugin compiled, and not its sources.
const { serve } = existsSync(new URL("server.ts", import.meta.url)) ? await ofCheckout() : await import("../../dist/plugin.cjs");
await serve(process.argv.slice(2));

async function ofCheckout() {
    const { compiled } = await import("../../scripts/project/compiled.js");
    return compiled("provider/plugin/server.ts", /^(@matrix-org\/matrix-sdk-crypto-wasm|matrix-sdk-crypto-native)$/);
}
