/** The section `turn` with what depends on other settings filled in. */
import * as pulumi from "@pulumi/pulumi";
import { runsRelay } from "../parts.ts";
import type { ParsedSettings } from "./schema/index.ts";

export type TurnSettings = Omit<ParsedSettings["turn"], "external"> & {
    host: string;
    /** Whether the stack runs a relay of its own. */
    own: boolean;
    external?: {
        uris: string[];
        /** Secret. */
        sharedSecret?: pulumi.Output<string>;
        /** The password is secret. */
        login?: { username: string; password: pulumi.Output<string> };
    };
};

/** @param gateway host of the gateway */
export function turnSettings({ external, ...turn }: ParsedSettings["turn"], gateway: string): TurnSettings {
    const own = runsRelay({ ...turn, external });
    const settings = { ...turn, host: turn.host ?? gateway, own };
    if (!external) return settings;
    const { uris, sharedSecret, username, password } = external;
    const login = username !== undefined && password !== undefined ? { username, password: pulumi.secret(password) } : undefined;
    return {
        ...settings,
        external: { uris, ...(sharedSecret !== undefined && { sharedSecret: pulumi.secret(sharedSecret) }), ...(login && { login }) },
    };
}
