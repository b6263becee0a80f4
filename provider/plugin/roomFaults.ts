/** What cannot be declared of a room. Programs of any language declare rooms, without the settings' schema. Pure. */
import { faultInContentSize, largestContent } from "../../matrix/eventSize.ts";
import { faultInLength } from "../../matrix/identifierLength.ts";
import { faultInLifetime } from "../../matrix/lifetime.ts";
import { faultInAliasLocalpart } from "../../matrix/roomAlias.ts";
import { faultInAccessList, faultInServerGlob } from "../../matrix/serverGlob.ts";
import { faultInServerName, partsOf } from "../../matrix/serverName.ts";
import { isUserId } from "../../matrix/userId.ts";
import type { RoomInputs } from "../resources/room.ts";
import type { KindFault } from "./kind.ts";
import { unknown } from "./wire.ts";

type Find = (value: never, inputs: RoomInputs) => KindFault | string | undefined;

const oneOf =
    (...values: string[]) =>
    (value: string) =>
        values.includes(value) ? undefined : `${JSON.stringify(value)} is not one of ${values.join(", ")}`;

/** By property: what is wrong with its value. */
const finders: Partial<Record<keyof RoomInputs, Find>> = {
    alias: faultInAlias,
    topic: (topic: string) => faultInContentSize(topic, "m.room.topic", largestContent / 2),
    name: (name: string) => faultInContentSize(name, "m.room.name"),
    avatar: (avatar: string) =>
        /^https?:/.test(avatar) ? "is a web address; give a file's path by avatarInput, or an mxc:// URI of the homeserver" : undefined,
    visibility: oneOf("private", "public"),
    joinRule: (rule: string, { parent }: RoomInputs) =>
        rule === "restricted" && parent === undefined
            ? "restricted needs a parent, whose members may join"
            : oneOf("public", "invite", "knock", "restricted")(rule),
    historyVisibility: oneOf("invited", "joined", "shared", "world_readable"),
    onDelete: oneOf("leave", "purge"),
    parent: (parent: string) =>
        parent.startsWith("!") ? undefined : `${JSON.stringify(parent)} is not a room ID; give the roomId of the space`,
    retention: (retention: string) => {
        const fault = faultInLifetime(retention);
        return fault && `${JSON.stringify(retention)} ${fault}`;
    },
    pinnedMessage: (text: string) => (text === "" ? "is empty; leave it out to pin nothing" : faultInContentSize(text, "m.room.message")),
    members: faultInMembers,
    powerLevels: ({ events, ...actions }: NonNullable<RoomInputs["powerLevels"]>) =>
        faultInLevels({ ...actions, ...events }, "powerLevels") ?? faultInContentSize(events ?? {}, "m.room.power_levels"),
    serverAcl: faultInServerAcl,
};

export function faultsInRoom(inputs: RoomInputs, before: RoomInputs | undefined): KindFault[] {
    const found = (Object.entries(finders) as [keyof RoomInputs, Find][]).flatMap(([property, find]) => {
        const value = inputs[property];
        // In a preview, what another resource will tell is not known yet.
        if (value === undefined || holdsUnknown(value)) return [];
        const fault = find(value as never, inputs);
        if (fault === undefined) return [];
        return [typeof fault === "string" ? { property, reason: fault } : fault];
    });
    if (before?.encrypted && !inputs.encrypted) {
        const reason = "the room is encrypted, which cannot be taken back; declare encrypted: true, or another room";
        found.push({ property: "encrypted", reason });
    }
    if (before && before.space !== inputs.space)
        found.push({ property: "space", reason: "a room cannot become a space, nor a space a room; declare another one" });
    return found;
}

function holdsUnknown(value: unknown): boolean {
    if (typeof value === "string") return value.includes(unknown);
    return typeof value === "object" && value !== null && Object.entries(value).flat().some(holdsUnknown);
}

function faultInAlias(alias: string): string | undefined {
    const [, localpart, serverName] = /^#([^:]*):(.+)$/s.exec(alias) ?? [];
    if (localpart === undefined || serverName === undefined)
        return `${JSON.stringify(alias)} is not an alias with # and server name, such as #lobby:example.org`;
    return faultInAliasLocalpart(localpart) ?? faultInServerName(serverName) ?? faultInLength("room alias", localpart, serverName);
}

function faultInMembers(members: RoomInputs["members"], { powerLevels }: RoomInputs): KindFault | string | undefined {
    const stranger = Object.keys(members).find((member) => !isUserId(member));
    if (stranger !== undefined) return `${JSON.stringify(stranger)} is not a user ID, such as @bob:example.org`;
    const usual = powerLevels?.usersDefault ?? 0;
    const levels = Object.fromEntries(Object.entries(members).filter(([, level]) => level !== usual));
    return faultInLevels(members, "members") ?? faultInContentSize(levels, "m.room.power_levels");
}

/** Source: https://spec.matrix.org/v1.16/appendices/#canonical-json */
function faultInLevels(levels: Record<string, number | undefined>, property: string): KindFault | undefined {
    const [name, level] = Object.entries(levels).find(([, value]) => value !== undefined && !Number.isSafeInteger(value)) ?? [];
    if (name === undefined) return undefined;
    return { property: `${property}.${name}`, reason: `${level} is not a power level, which is a whole number such as 0, 50 or 100` };
}

function faultInServerAcl(serverAcl: NonNullable<RoomInputs["serverAcl"]>, { alias }: RoomInputs): KindFault | string | undefined {
    for (const list of ["deny", "allow"] as const) {
        const index = serverAcl[list].findIndex((glob) => faultInServerGlob(glob) !== undefined);
        const glob = serverAcl[list][index];
        if (glob !== undefined)
            return { property: `serverAcl.${list}[${index}]`, reason: `${JSON.stringify(glob)} ${faultInServerGlob(glob)}` };
    }
    const fault = holdsUnknown(alias) ? undefined : faultInAccessList(serverAcl, partsOf(alias.slice(alias.indexOf(":") + 1)).host);
    if (fault) return { property: `serverAcl.${fault.property}`, reason: fault.message };
    return faultInContentSize(serverAcl, "m.room.server_acl");
}
