/** A room of the provider on a running server, and somebody who changes it by hand. */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { MatrixClient } from "matrix-bot-sdk";
import { room } from "../../../provider/plugin/room.ts";
import type { FoundRoom } from "../../../provider/plugin/roomLive.ts";
import type { RoomInputs } from "../../../provider/resources/index.ts";
import { accessBy } from "../../../scripts/content/access.ts";
import { connect, reason } from "../../../scripts/content/client.ts";
import { stateKeyOf } from "../../../scripts/content/room/declared.ts";
import { readRoom } from "../../../scripts/content/room/live.ts";
import { Session } from "../../../scripts/content/session.ts";
import { signIn } from "../../../scripts/content/signIn.ts";

/** The server, and accounts on it that no stack declares. */
export interface World {
    url: string;
    serverName: string;
    /** What the provider warned of since the last look. */
    warnings: string[];
    /** Makes the account, exempt from limits. @param at where it connects; absent: the server itself */
    account(name: string, admin?: boolean, at?: string): Promise<Person>;
}

export interface Person {
    userId: string;
    client: MatrixClient;
    session: Session;
}

/** @param secret the server's registration secret */
export function worldOf(url: string, secret: string): World {
    const warnings: string[] = [];
    const serverName = "localhost";
    const administrator = register("room-administrator", true);

    async function register(name: string, admin: boolean, at = url): Promise<Person> {
        const [userId, password] = [`@${name}:${serverName}`, "a long password"];
        const registered = await accessBy(connect(url, "")).administration.register({ name, password, admin, secret });
        // Files of a run share the stack, and the account that exempts the others from limits.
        const accessToken = registered?.accessToken ?? (await signIn(url, userId, password));
        const session = new Session({ homeserverUrl: at, accessToken }, (warning) => warnings.push(warning));
        return { userId, client: session.client, session };
    }

    return {
        url,
        serverName,
        warnings,
        async account(name, admin = false, at = url) {
            const person = await register(name, admin, at);
            await (await administrator).session.administration.setUnlimited(person.userId, true);
            return person;
        },
    };
}

const declaration = { space: false, visibility: "private", joinRule: "invite", historyVisibility: "shared", encrypted: false } as const;

/** What a preview would say of a room, and what `pulumi up` would make of it. */
export class DeclaredRoom {
    private constructor(
        readonly person: Person,
        readonly inputs: FoundRoom,
        public id: string,
        private outputs: { roomId: string; pinnedEventId?: string; avatarUrl?: string },
    ) {}

    static async create(person: Person, given: Partial<RoomInputs> & { alias: string }): Promise<DeclaredRoom> {
        const inputs: FoundRoom = { ...declaration, members: {}, onDelete: "leave", ...given, administered: true };
        const faults = [...(room.faults?.(inputs, undefined) ?? []), ...((await room.refusals?.(person.session, inputs, undefined)) ?? [])];
        if (faults.length > 0) throw new Error(faults.map((fault) => `${fault.property}: ${fault.reason}`).join("\n"));
        const { id, outputs } = await room.create(person.session, inputs);
        return new DeclaredRoom(person, inputs, id, outputs);
    }

    /** @returns the differing properties, with what is there and what is declared, or undefined if the room is gone */
    async shown(): Promise<Record<string, readonly [unknown, unknown]> | undefined> {
        const found = await room.read(this.person.session, this.id, this.inputs, this.outputs);
        return found && differences(found.inputs, this.inputs);
    }

    /** As `pulumi up` does: it looks, and puts right what differs. */
    async up(change: Partial<RoomInputs> = {}): Promise<void> {
        const found = await room.read(this.person.session, this.id, this.inputs, this.outputs);
        assert.ok(found, "the room is gone");
        this.id = found.id ?? this.id;
        Object.assign(this.inputs, change);
        const faults = (await room.refusals?.(this.person.session, this.inputs, found.inputs)) ?? [];
        if (faults.length > 0) throw new Error(faults.map((fault) => `${fault.property}: ${fault.reason}`).join("\n"));
        this.outputs = await room.update(this.person.session, this.id, this.inputs, found.inputs, found.outputs);
    }

    delete(): Promise<void> {
        return room.delete(this.person.session, this.id, this.inputs, this.outputs);
    }

    /** Content of a state event. */
    async state(type: string, stateKey = ""): Promise<Record<string, unknown> | undefined> {
        return (await readRoom(this.person.session, this.id))?.state.get(stateKeyOf(type, stateKey))?.content;
    }
}

function differences(live: object, declared: object): Record<string, readonly [unknown, unknown]> {
    const [a, b] = [live, declared] as Record<string, unknown>[];
    const names = [...new Set([...Object.keys(live), ...Object.keys(declared)])];
    return Object.fromEntries(
        names.filter((name) => !isDeepStrictEqual(a?.[name], b?.[name])).map((name) => [name, [a?.[name], b?.[name]] as const]),
    );
}

/** The one line in which it fails. */
export async function failure(acting: Promise<unknown>): Promise<string> {
    return acting.then(
        () => assert.fail("it did not fail"),
        (error) => reason(error),
    );
}
