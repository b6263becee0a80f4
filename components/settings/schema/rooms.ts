/** An entry of the section `rooms`. Pure. */
import { z } from "zod";
import { faultInContentSize } from "../../../matrix/eventSize.ts";
import { faultInLifetime, lifetimePattern } from "../../../matrix/lifetime.ts";
import { faultInServerGlob } from "../../../matrix/serverGlob.ts";
import { roomBridge } from "./bridges/index.ts";
import { place } from "./place.ts";
import { fault, named } from "./valueTypes.ts";

const serverAcl = z.strictObject({
    deny: z.array(named(faultInServerGlob)).default([]).describe("Servers to keep out, such as evil.example or *.evil.example."),
    allow: z
        .array(named(faultInServerGlob))
        .default(["*"])
        .describe("Servers to let in, and no others. Default: every server that is not denied."),
});

export const room = z.strictObject({
    ...place,
    encrypted: z
        .boolean()
        .optional()
        .describe("Whether messages are encrypted. Default: true for private rooms, false for public ones. It cannot be turned off later."),
    retention: z
        .string()
        .regex(lifetimePattern, { error: "is not a duration with its unit, such as 12h, 30d, 8w or 1y", abort: true })
        .superRefine(fault(faultInLifetime))
        .optional()
        .describe("How long messages are kept (m.room.retention: max_lifetime)."),
    pinnedMessage: z
        .string()
        .min(1)
        .max(10_000)
        .superRefine(fault((text) => faultInContentSize(text, "m.room.message")))
        .optional()
        .describe("A message to pin. The server can read it, even in an encrypted room."),
    bridge: roomBridge.optional().describe("Channels of other platforms whose messages are the room's, and the room's theirs."),
    serverAcl: serverAcl
        .optional()
        .describe(
            "Which servers may take part (spec: m.room.server_acl). * stands for any text, ? for any one character. Servers named by an IP address are kept out.",
        ),
});
