/** Runs the program, index.ts, once the host is found to be fit for it. */
import { checkHost } from "./components/platform/docker/preflight.ts";
import { loadSettings } from "./components/settings/index.ts";

await checkHost(loadSettings());

export const outputs = { ...(await import("./index.ts")) };
