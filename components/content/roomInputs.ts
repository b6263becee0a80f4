/** An entry of `rooms` or `spaces` as inputs of its resource. Pure. */
import type { RoomInputs } from "../../provider/resources/index.ts";
import type { Settings } from "../settings/index.ts";

export type Place = Settings["spaces"][string] &
    Partial<Pick<Settings["rooms"][string], "encrypted" | "retention" | "pinnedMessage" | "serverAcl" | "bridge">>;

/** @param members user ID and power level of each */
export function roomInputs(
    kind: "space" | "room",
    key: string,
    serverName: string,
    place: Place,
    members: (readonly [string, number])[],
): Omit<RoomInputs, "parent"> {
    const { parent: _, formerly: __, members: ___, bridge: ____, ...declared } = place;
    const { alias = key, visibility, joinRule, encrypted, powerLevels, serverAcl, ...rest } = declared;
    return {
        ...rest,
        alias: `#${alias}:${serverName}`,
        space: kind === "space",
        visibility,
        joinRule: joinRule ?? (visibility === "public" ? "public" : "invite"),
        // A space has no conversation.
        encrypted: kind === "room" && (encrypted ?? visibility === "private"),
        ...(powerLevels && { powerLevels: Object.fromEntries(Object.entries(powerLevels).sort(byKey)) }),
        ...(serverAcl && { serverAcl: { deny: [...serverAcl.deny].sort(), allow: [...serverAcl.allow].sort() } }),
        members: Object.fromEntries([...members].sort(byKey)),
    };
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
    return a < b ? -1 : 1;
}
