/** What Dendrite cannot do, of what the settings ask for. Pure. */
import { administrationLocalpart } from "../../homeserver/dendrite/administrationService.ts";
import { type Refusal, refusals } from "../dendriteSupport.ts";
import type { Fault } from "../fault.ts";
import { own } from "../own.ts";
import type { Check, Sections } from "./check.ts";

export const faultsInDendrite: Check = (sections, { users, bots, settings }) => {
    const { kind } = (settings.homeserver ?? {}) as { kind?: unknown };
    if (kind !== "dendrite") return [];
    const taken = Object.entries({ users, bots }).flatMap(([section, entries]) =>
        Object.entries(entries).flatMap(([key, entry]) => {
            const localpart = (entry as { localpart?: unknown } | null)?.localpart;
            if ((localpart ?? key) !== administrationLocalpart) return [];
            const path = `${section}.${key}${localpart === undefined ? "" : ".localpart"}`;
            return [
                {
                    path,
                    message: `${administrationLocalpart} is the account that this program administers Dendrite by; choose another name`,
                },
            ];
        }),
    );
    return [
        ...Object.entries(refusals).flatMap(([pattern, refusal]) => refused(settings, pattern, refusal)),
        ...privateAutoJoins(sections),
        ...taken,
    ];
};

function refused(settings: Record<string, unknown>, pattern: string, { except, at, why }: Refusal): Fault[] {
    return found(settings, pattern.split("."), [])
        .filter(([, value]) => !except?.(value))
        .map(([path, value]) => {
            const whole = at === undefined ? path : [...path, at];
            const shown =
                typeof value === "string" && value.length < 40 && !/secret|password|key/i.test(pattern) ? `${JSON.stringify(value)} ` : "";
            return { path: whole.join("."), message: `${shown}${why}` };
        });
}

/** The values at a path, in which * stands for any key, with their own paths. */
function found(value: unknown, [key, ...rest]: string[], path: string[]): [path: string[], value: unknown][] {
    if (key === undefined) return value === undefined || value === null ? [] : [[path, value]];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    const entries = value as Record<string, unknown>;
    const keys = key === "*" ? Object.keys(entries) : [key];
    return keys.flatMap((one) => found(own(entries, one), rest, [...path, one]));
}

/** Dendrite lets a new account join, and does not invite it. */
function privateAutoJoins({ homeserver, rooms, spaces }: Sections): Fault[] {
    return (homeserver?.autoJoinRooms ?? []).flatMap((key, index) => {
        const place = own(rooms, key) ?? own(spaces, key);
        if (place === undefined || (place.joinRule ?? (place.visibility === "public" ? "public" : "invite")) === "public") return [];
        return [
            {
                path: `homeserver.autoJoinRooms.${index}`,
                message: `${JSON.stringify(key)} is not open to join, and Dendrite invites nobody to it; set joinRule: public there, or homeserver.kind: synapse`,
            },
        ];
    });
}
