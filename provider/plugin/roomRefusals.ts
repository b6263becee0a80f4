/** What this server or this account does not allow of a room, as far as that can be known before anything is changed. */
import { access } from "node:fs/promises";
import type { MatrixClient } from "matrix-bot-sdk";
import { answered, ifFound, isUnknownEndpoint } from "../../scripts/content/client.ts";
import { findRoom } from "../../scripts/content/room/alias.ts";
import { suspendedMember } from "../../scripts/content/room/members.ts";
import { levelOf, type PowerLevels, privilegedCreators } from "../../scripts/content/room/powerLevels.ts";
import { obstacleTo, purgeNeedsAdmin } from "../../scripts/content/room/room.ts";
import { serverOf } from "../../scripts/content/room/takeBack.ts";
import type { Session } from "../../scripts/content/session.ts";
import type { RoomInputs } from "../resources/room.ts";
import { heldAlready } from "./held.ts";
import type { KindFault } from "./kind.ts";
import { unknown } from "./wire.ts";

/** Only what is new in the declaration is asked about, so that a preview without changes stays quick. */
export async function refusalsOfRoom(session: Session, inputs: RoomInputs, before: RoomInputs | undefined): Promise<KindFault[]> {
    const found = await Promise.all([
        refusedAlias(session, inputs, before),
        refusedAvatar(inputs, before),
        refusedPurge(session, inputs, before),
        refusedParent(session, inputs, before),
        refusedMembers(session, inputs, before),
        refusedRetention(session, inputs, before),
    ]);
    return found.filter((fault) => fault !== undefined);
}

async function refusedAlias(
    session: Session,
    { alias, space }: RoomInputs,
    before: RoomInputs | undefined,
): Promise<KindFault | undefined> {
    if (before?.alias === alias || alias.includes(unknown)) return undefined;
    const own = serverOf(await session.client.getUserId());
    if (serverOf(alias) !== own)
        return { property: "alias", reason: `${alias} is not an alias of this server; write ${alias.slice(0, alias.indexOf(":"))}:${own}` };
    // The room may have the alias already, which an update finds out.
    const holder = before ? undefined : await findRoom(session.client, alias);
    const heldAs = holder === undefined ? undefined : session.held.get(holder);
    if (heldAs !== undefined) return { property: "alias", reason: heldAlready(`${alias} (${holder})`, heldAs, "give the room up") };
    const reason = holder === undefined ? undefined : await obstacleTo(session, holder, { alias, space });
    return reason === undefined ? undefined : { property: "alias", reason };
}

async function refusedAvatar({ avatar }: RoomInputs, before: RoomInputs | undefined): Promise<KindFault | undefined> {
    if (avatar === undefined || avatar === before?.avatar || avatar.includes(unknown) || avatar.startsWith("mxc://")) return undefined;
    const path = avatar.replace(/ sha256:[0-9a-f]+$/, "");
    return access(path).then(
        () => undefined,
        () => ({ property: "avatar", reason: `there is no file ${JSON.stringify(path)} in ${process.cwd()}` }),
    );
}

async function refusedPurge(session: Session, { onDelete }: RoomInputs, before: RoomInputs | undefined): Promise<KindFault | undefined> {
    if (onDelete !== "purge" || before?.onDelete === "purge" || (await session.administration.permitted())) return undefined;
    return { property: "onDelete", reason: purgeNeedsAdmin(await session.client.getUserId()) };
}

/** A space lists a room only if the account may change the space. A server admin makes the spaces, and a look at each is not quick. */
async function refusedParent(session: Session, { parent }: RoomInputs, before: RoomInputs | undefined): Promise<KindFault | undefined> {
    const { client, administration } = session;
    if (parent === undefined || parent === before?.parent || parent.includes(unknown) || (await administration.permitted()))
        return undefined;
    const self = await client.getUserId();
    const refused = (reason: string) => ({ property: "parent", reason });
    try {
        // The event with its sender; the SDK gives the content only.
        const state = (await client.getRoomState(parent)) as { type: string; state_key: string; sender: string; content: object }[];
        const create = state.find(({ type }) => type === "m.room.create");
        if (create && privilegedCreators(create).includes(self)) return undefined;
        const levels = (state.find(({ type }) => type === "m.room.power_levels")?.content ?? {}) as PowerLevels;
        const needed = levels.events?.["m.space.child"] ?? (levels.state_default as number | undefined) ?? 50;
        const own = levelOf(levels, self);
        if (own >= needed) return undefined;
        return refused(
            `${self} has power level ${own} in the space ${parent}, and listing a room there takes ${needed}; let somebody there give it that`,
        );
    } catch (error) {
        if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_NOT_FOUND")) throw error;
        return refused(`${self} is not in the space ${parent}; invite it there with power level 50, or leave parent out`);
    }
}

/** Without the admin API, accounts of this server are invited; the server would invite accounts that do not exist as well. */
async function refusedMembers(
    session: Session,
    { members, alias }: RoomInputs,
    before: RoomInputs | undefined,
): Promise<KindFault | undefined> {
    const { client, administration } = session;
    const own = serverOf(await client.getUserId());
    const added = Object.keys(members).filter((userId) => !(userId in (before?.members ?? {})) && serverOf(userId) === own);
    if (added.length === 0) return undefined;
    if (await administration.permitted()) {
        for (const userId of added) {
            const suspended = (await session.account(userId))?.suspended ?? false;
            if (suspended && !(await isIn(client, alias, userId))) return { property: "members", reason: suspendedMember(userId) };
        }
        return undefined;
    }
    for (const userId of added) {
        const profile = await ifFound(client.getUserProfile(userId));
        if (profile === undefined) return { property: "members", reason: `there is no account ${userId} on this server` };
    }
    return undefined;
}

/** Whether somebody is in the room that has the alias. */
async function isIn(client: MatrixClient, alias: string, userId: string): Promise<boolean> {
    const roomId = alias.includes(unknown) ? undefined : await findRoom(client, alias);
    if (roomId === undefined) return false;
    const member = await client.getRoomStateEvent(roomId, "m.room.member", userId).catch((error) => {
        if (!answered(error, "M_FORBIDDEN") && !answered(error, "M_NOT_FOUND")) throw error;
    });
    return member?.membership === "join";
}

/**
 * Without the setting, a server deletes nothing, whatever a room says. A server admin's own stack turns it on in the same run.
 * Source: https://github.com/matrix-org/matrix-spec-proposals/pull/1763
 */
async function refusedRetention(
    session: Session,
    { retention }: RoomInputs,
    before: RoomInputs | undefined,
): Promise<KindFault | undefined> {
    const { client, administration } = session;
    if (retention === undefined || before?.retention !== undefined || (await administration.permitted())) return undefined;
    try {
        await client.doRequest("GET", "/_matrix/client/unstable/org.matrix.msc1763/retention/configuration");
        return undefined;
    } catch (error) {
        if (!isUnknownEndpoint(error)) throw error;
        const remedy = "set homeserver.retention, or the retention of a room there, and run pulumi up";
        return {
            property: "retention",
            reason: `the server deletes no messages, whatever a room says; in the server's own stack, ${remedy}`,
        };
    }
}
