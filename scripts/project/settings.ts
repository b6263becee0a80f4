/** What a stack's file of settings says, read without starting Pulumi. */
import { existsSync, readFileSync } from "node:fs";
import { project } from "./checkout.ts";
import { Failure, oneLine } from "./failure.ts";
import { settingsFile } from "./stacks.ts";

export interface StackSettings {
    serverName?: string;
    keeper?: boolean | string;
    database?: { host?: string; port?: number };
}

/** The few settings that the command line itself looks at; none where there is no such file. */
export async function settingsOf(stack: string): Promise<StackSettings> {
    const file = settingsFile(stack);
    if (!existsSync(file)) return {};
    const { parse } = await import("yaml");
    try {
        const config: Record<string, unknown> = parse(readFileSync(file, "utf8"))?.config ?? {};
        const prefix = `${project}:`;
        return Object.fromEntries(
            Object.entries(config).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])),
        );
    } catch (error) {
        throw new Failure(`Pulumi.${stack}.yaml cannot be read: ${oneLine(error)}`);
    }
}

/** Containers that the settings ask for, by role. */
export function leftOut({ keeper, database }: StackSettings): Set<string> {
    return new Set([...(`${keeper}` === "false" ? ["keeper", "keeper-second"] : []), ...(database?.host ? ["postgres"] : [])]);
}
