/** Creates an entry on the server, if its name is free. */
import { randomBytes } from "node:crypto";
import { type Place, roomInputs } from "../../../components/content/roomInputs.ts";
import { lifetime } from "../../../matrix/lifetime.ts";
import type { Account } from "../../content/administration/administration.ts";
import { answered } from "../../content/client.ts";
import { mediaOf } from "../../content/media.ts";
import { findRoom } from "../../content/room/alias.ts";
import type { DeclaredRoom } from "../../content/room/declared.ts";
import { createRoom } from "../../content/room/room.ts";
import { Failure } from "../../project/failure.ts";
import { quoted, shortened } from "../../project/visible.ts";
import type { AccountEntry } from "./entry.ts";
import { roomIdOf, userIdOf } from "./names.ts";
import { assertAcceptable } from "./passwordPolicy.ts";
import type { Server } from "./server.ts";

/** 144 bits of letters, digits, - and _. */
export function generatedPassword(): string {
    return randomBytes(18).toString("base64url");
}

/** @throws Failure with exit code 2 if the name is taken */
export async function createUser(server: Server, name: string, entry: AccountEntry, password: string): Promise<string> {
    const { administration } = server;
    const userId = await freeUserId(server, name, entry);
    await assertAcceptable(server.client, userId, password);
    const { displayName, admin, deactivated } = entry;
    const avatarUrl = await avatarOn(server, entry.avatar);
    await namedRefusal(userId, () => administration.save(userId, { displayName, avatarUrl, admin, password }));
    if (deactivated) await administration.save(userId, { deactivated });
    return userId;
}

/** @returns with a token that does not expire. @throws Failure with exit code 2 if the name is taken */
export async function createBot(
    server: Server,
    name: string,
    entry: AccountEntry,
): Promise<{ userId: string; deviceId: string; accessToken: string }> {
    if (entry.appservice)
        throw new Failure(`bot ${quoted(name)}: an application service is part of the server's configuration; declare it with --declare`);
    const { administration } = server;
    const userId = await freeUserId(server, name, entry);
    const { displayName, admin, deactivated, unlimited } = entry;
    const avatarUrl = await avatarOn(server, entry.avatar);
    const secret = server.outputs.registrationSharedSecret;
    const localpart = userId.slice(1, userId.indexOf(":"));
    const access = await namedRefusal(userId, () =>
        administration.register({ name: localpart, password: generatedPassword(), admin, secret }),
    );
    if (!access) throw existsAlready(userId, undefined);
    // Only the mark tells a bot from a person later.
    await administration.save(userId, { bot: true, displayName, avatarUrl });
    if (unlimited) await administration.setUnlimited(userId, true);
    if (deactivated) await administration.save(userId, { deactivated });
    return { userId, ...access };
}

/** @throws Failure with exit code 2 if the alias is taken */
export async function createPlace(
    server: Server,
    type: "room" | "space",
    name: string,
    place: Place,
): Promise<{ roomId: string; alias: string }> {
    const declared = await declaredRoom(server, type, name, place);
    const { alias } = declared;
    const holder = await findRoom(server.client, alias);
    if (holder) throw new Failure(`the alias ${shortened(alias)} is taken by ${holder}`, 2);
    for (const userId of Object.keys(declared.members)) await assertThere(server, userId);
    try {
        const { roomId } = await createRoom(server, declared);
        return { roomId, alias };
    } catch (error) {
        if (answered(error, "M_ROOM_IN_USE")) throw new Failure(`the alias ${shortened(alias)} is taken`, 2);
        throw error;
    }
}

/** Whether there is an account of this server to bring into a room. */
export async function assertThere(server: Server, userId: string): Promise<void> {
    if (!userId.endsWith(`:${server.name}`)) return;
    const account = await server.administration.account(userId);
    if (!account) throw new Failure(`there is no user ${shortened(userId)}; see: resource-matrix-synapse content list-users`);
    if (account.deactivated) throw new Failure(`user ${shortened(userId)} is deactivated`);
}

/** The place as the functions take it that `pulumi up` uses, too. */
export async function declaredRoom(server: Server, type: "room" | "space", name: string, place: Place): Promise<DeclaredRoom> {
    const members = Object.entries(place.members).map(([member, level]) => [userIdOf(member, server.name), level] as const);
    const { avatar, retention, onDelete: _, ...inputs } = roomInputs(type, name, server.name, place, members);
    const parent = place.parent === undefined ? undefined : await roomIdOf(server, place.parent);
    if (place.parent !== undefined && !parent) throw new Failure(`there is no space ${quoted(place.parent)} for "parent"`);
    const avatarUrl = await avatarOn(server, avatar);
    return {
        ...inputs,
        ...(parent !== undefined && { parent }),
        ...(avatarUrl !== undefined && { avatarUrl }),
        ...(retention !== undefined && { retention: lifetime(retention) }),
    };
}

async function freeUserId(server: Server, name: string, { localpart = name }: AccountEntry): Promise<string> {
    const userId = userIdOf(localpart, server.name);
    const account = await server.administration.account(userId);
    if (account) throw existsAlready(userId, account);
    return userId;
}

function existsAlready(userId: string, account: Account | undefined): Failure {
    const advice = account?.deactivated
        ? ", deactivated; a name in Matrix cannot be used again. To reactivate the account, declare it (--declare) and run pulumi up"
        : "";
    return new Failure(`${userId} exists already${advice}`, 2);
}

async function namedRefusal<T>(userId: string, act: () => Promise<T>): Promise<T> {
    try {
        return await act();
    } catch (error) {
        if (answered(error, "M_EXCLUSIVE")) throw new Failure(`${userId} is reserved by an application service; choose another name`);
        throw error;
    }
}

async function avatarOn(server: Server, avatar: string | undefined): Promise<string | undefined> {
    if (avatar === undefined) return undefined;
    return mediaOf(server.client, avatar).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") throw new Failure(`avatar: there is no file ${quoted(avatar)} in this project`);
        throw error;
    });
}
