/** Writes tests/integration/registrations.json: npm run registrations. Never part of a test run, so that a failure cannot overwrite it. */
import { writeFileSync } from "node:fs";
import { previewedResources } from "./registrations.ts";
import { smallStack } from "./stack.ts";

const resources = await previewedResources("test-registrations", smallStack(21000, { protectData: true }));
writeFileSync(new URL("../integration/registrations.json", import.meta.url), `${JSON.stringify(resources, undefined, 2)}\n`);
