/** Bridges of the mautrix family: what their sections say against the rest. Pure. */
import { type MautrixPlatform, mautrixNetworks, mautrixPlatforms } from "../../bridges/mautrix/networks.ts";
import { faultInPermitted } from "../../bridges/mautrix/permissions.ts";
import { accountIds } from "../accounts.ts";
import type { Fault } from "../fault.ts";
import type { MautrixBridges } from "../schema/bridges/mautrix.ts";
import type { Sections } from "./check.ts";

export function faultsInMautrix(sections: Sections): Fault[] {
    return mautrixPlatforms.flatMap((platform) => {
        const settings = sections.bridges?.[platform];
        if (settings === undefined) return [];
        return [
            ...faultsInUsers(platform, settings, sections),
            ...faultsInDatabase(platform, sections),
            ...faultsInConfig(platform, settings),
            ...(platform === "meta" ? faultsInApp(settings as MautrixBridges["meta"], sections) : []),
        ];
    });
}

function faultsInUsers(
    platform: MautrixPlatform,
    { users, doublePuppeting }: MautrixBridges[MautrixPlatform],
    sections: Sections,
): Fault[] {
    const { serverName, users: accounts = {}, bots = {} } = sections;
    if (serverName === undefined) return [];
    const ids = accountIds({ serverName, users: accounts, bots }, users);
    const faults = ids.flatMap((userId, index): Fault[] => {
        const message = faultInPermitted(userId);
        return message === undefined
            ? []
            : [{ path: `bridges.${platform}.users.${index}`, message: `${JSON.stringify(users[index])} ${message}` }];
    });
    if (!doublePuppeting || !ids.some((userId) => userId.includes("*"))) return faults;
    const message = `is true, so the bridge could act as everyone on this server, administrators too; name its users in bridges.${platform}.users`;
    return [...faults, { path: `bridges.${platform}.doublePuppeting`, message }];
}

/** One role and one database are given, and they are the homeserver's. */
function faultsInDatabase(platform: MautrixPlatform, { database }: Sections): Fault[] {
    if (database?.password === undefined) return [];
    return [
        {
            path: `bridges.${platform}`,
            message:
                "needs a database of its own, and database.password gives one for the homeserver alone; give database.adminPassword instead",
        },
    ];
}

const setting = (platform: MautrixPlatform, name: string) => `is what bridges.${platform}.${name} is for; set that instead`;
const fixed = "cannot be changed: this program gives the bridge its addresses, tokens and keys; remove it";

/** Options of the bridge's own configuration that this program sets from elsewhere, by their beginning. */
function ownedOptions(platform: MautrixPlatform): Record<string, string> {
    const legacy = mautrixNetworks[platform].configuration === "legacy";
    const bridge = legacy ? "bridge." : "";
    return {
        homeserver: fixed,
        ...(legacy ? {} : { database: fixed }),
        appservice: fixed,
        [`${bridge}provisioning`]: fixed,
        "bridge.permissions": setting(platform, "users"),
        ...(legacy ? { "bridge.login_shared_secret_map": setting(platform, "doublePuppeting") } : {}),
        "double_puppet.secrets": setting(platform, "doublePuppeting"),
        ...Object.fromEntries(
            ["allow", "default", "require", "appservice", "msc4190"].map((name) => [
                `${bridge}encryption.${name}`,
                setting(platform, "encryption"),
            ]),
        ),
        [`${bridge}encryption.pickle_key`]: fixed,
        ...(legacy ? { "bridge.username_template": fixed } : { "bridge.relay.enabled": setting(platform, "relayMode") }),
        env_config_prefix: fixed,
    };
}

function faultsInConfig(platform: MautrixPlatform, { config }: MautrixBridges[MautrixPlatform]): Fault[] {
    return Object.entries(ownedOptions(platform)).flatMap(([option, message]): Fault[] =>
        isGiven(config, option.split(".")) ? [{ path: `bridges.${platform}.config.${option}`, message }] : [],
    );
}

function isGiven(value: unknown, [first, ...rest]: string[]): boolean {
    if (first === undefined) return true;
    return (
        typeof value === "object" &&
        value !== null &&
        Object.hasOwn(value, first) &&
        isGiven((value as Record<string, unknown>)[first], rest)
    );
}

/** Upstream makes an image of each from one source. Source: github.com/mautrix/meta v0.2608.0, CHANGELOG.md */
function faultsInApp({ app }: MautrixBridges["meta"], { images }: Sections): Fault[] {
    const image = images?.mautrixMeta;
    if (image === undefined || !image.includes("/mautrix/meta:")) return [];
    const isInstagrams = image.includes(":ig-");
    if (isInstagrams === (app === "instagram")) return [];
    const right = `dock.mau.dev/mautrix/meta:${app === "instagram" ? "ig-" : ""}${mautrixNetworks.meta.version}`;
    return [
        {
            path: "images.mautrixMeta",
            message: `is the image of the bridge to ${isInstagrams ? "Instagram" : "Messenger"}, and bridges.meta.app is ${app}; set ${right}`,
        },
    ];
}
