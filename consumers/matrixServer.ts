/** A Matrix server as other stacks see it, typed: addresses, bots' tokens, rooms' IDs. */
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";

export interface ServerUser {
    /** `@name:server`. Secret, since it comes with the password. */
    userId: pulumi.Output<string>;
    /** The first password; the person may have changed it. Empty for an account that was there before its stack. Secret. */
    password: pulumi.Output<string>;
}

export interface ServerBot {
    /** `@name:server`. Secret, since it comes with the token. */
    userId: pulumi.Output<string>;
    /** Does not expire. Secret. */
    accessToken: pulumi.Output<string>;
    /** The device that the token belongs to; empty for an application service. Secret, since it comes with the token. */
    deviceId: pulumi.Output<string>;
}

export interface ServerRoom {
    /** The client-server API's room_id. */
    id: pulumi.Output<string>;
    /** `#name:server` */
    alias: pulumi.Output<string>;
}

export interface MatrixServer {
    /** The part of user IDs after the colon. */
    serverName: pulumi.Output<string>;
    /** Base URL for clients and bots, without a trailing slash. */
    clientUrl: pulumi.Output<string>;
    /** URIs of the relay for calls, as clients get them. */
    turnUris: pulumi.Output<string[]>;
    /** PEM of the authority behind the gateway's certificate, for a server that has one of its own. */
    certificateAuthority: pulumi.Output<string>;
    /** @param key of `bots` in the server's settings */
    bot(key: string): ServerBot;
    /** @param key of `users` in the server's settings */
    user(key: string): ServerUser;
    /** @param name the alias, `#name:server` or only `name`. By default that is the key of `rooms` or `spaces` in the server's settings. */
    room(name: string): ServerRoom;
}

type Named<T> = Record<string, T>;

/**
 * The outputs of a stack of `matrix-synapse`. What is not there fails the preview, with the name of the stack to update.
 *
 * ```ts
 * const matrix = matrixServer(new pulumi.StackReference("organization/matrix-synapse/prod"));
 * const token = matrix.bot("notifier").accessToken;
 * ```
 */
export function matrixServer(reference: pulumi.StackReference): MatrixServer {
    const output = <T>(name: string): pulumi.Output<T> =>
        pulumi.all([reference.name, reference.getOutput(name)]).apply(([stack, value]) => {
            if (value === undefined) throw missing(stack, `no output ${name}`, "is it a stack of matrix-synapse? Run pulumi up there");
            return value as T;
        });
    /** A field of one of a kind. Secret where the output is. */
    const field = (outputName: "bots" | "users", key: string, name: string): pulumi.Output<string> =>
        pulumi.all([reference.name, output<Named<Named<string>>>(outputName)]).apply(([stack, all]) => {
            const kind = outputName.slice(0, -1);
            const entry = Object.hasOwn(all, key) ? all[key] : undefined;
            if (!entry) throw missing(stack, `no ${kind} "${key}"${suggestion(key, Object.keys(all))}`, declareThere(outputName));
            const value = entry[name];
            if (value !== undefined) return value;
            throw missing(
                stack,
                `no ${name} for the ${kind} "${key}"`,
                "its program is older than this one: update it and run pulumi up there",
            );
        });
    return {
        serverName: output("serverName"),
        clientUrl: output("clientUrl"),
        turnUris: output("turnUris"),
        certificateAuthority: output("certificateAuthority"),
        bot: (key) => ({
            userId: field("bots", key, "userId"),
            accessToken: field("bots", key, "accessToken"),
            deviceId: field("bots", key, "deviceId"),
        }),
        user: (key) => ({ userId: field("users", key, "userId"), password: field("users", key, "password") }),
        room: (name) => {
            const found = pulumi
                .all([reference.name, output<string>("serverName"), output<Named<string>>("rooms")])
                .apply(([stack, server, rooms]) => {
                    const alias = name.startsWith("#") ? name : `#${name}:${server}`;
                    const id = Object.hasOwn(rooms, alias) ? rooms[alias] : undefined;
                    if (id !== undefined) return { id, alias };
                    const names = Object.keys(rooms).map((known) =>
                        name.startsWith("#") ? known : known.slice(1).replace(`:${server}`, ""),
                    );
                    throw missing(stack, `no room "${name}"${suggestion(name, names)}`, declareThere("rooms"));
                });
            return { id: found.id, alias: found.alias };
        },
    };
}

/** Names that an error lists. */
const mostNames = 8;

function declareThere(section: string): string {
    return `declare it under ${section} and run pulumi up there`;
}

/** A RunError: Pulumi shows its message alone, without a stack trace. */
function missing(stack: string, what: string, next: string): pulumi.RunError {
    const error = new pulumi.RunError(`stack ${stack} has ${what}; ${next}`);
    // Pulumi also inspects an error, with everything that hangs on it: half a minute for a program of five resources.
    Object.defineProperty(error, inspect.custom, { value: () => error.message });
    return error;
}

/** A suggestion: the nearest name, or all names there are. */
function suggestion(asked: string, known: string[]): string {
    if (known.length === 0) return " (it has none)";
    const near = closest(asked, known);
    if (distance(asked, near) <= Math.max(2, asked.length / 3)) return ` (did you mean "${near}"?)`;
    const shown = known.sort().slice(0, mostNames).join(", ");
    return known.length > mostNames ? ` (it has ${shown} and ${known.length - mostNames} more)` : ` (it has ${shown})`;
}
