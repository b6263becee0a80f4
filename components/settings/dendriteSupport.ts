/**
 * What Dendrite v0.13.8 makes of each setting. A setting that it cannot honour is refused by name, with the alternative, and never
 * ignored; a unit test wants a word here for every setting of the schema. Pure. The reader's table is in docs/dendrite.md.
 */

export interface Refusal {
    /** Values that mean the same as what Dendrite does anyway. */
    except?: (value: unknown) => boolean;
    /** Setting below this one that the fault names. */
    at?: string;
    /** What is missing, and what to do. */
    why: string;
}

const other = "or homeserver.kind: synapse";
const remove = `remove it, ${other}`;
const isOff = (value: unknown) => value === false || value === undefined;
const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
const isFirst = (value: unknown) => value === 1;
const lacks = (key: string) => (value: unknown) =>
    typeof value !== "object" || value === null || isOff((value as Record<string, unknown>)[key]);

const erased: Refusal = {
    except: (value) => value !== "erase",
    why: `is not possible: Dendrite can deactivate an account, but does not hide its messages; write deactivate, ${other}`,
};
const knock: Refusal = {
    except: (value) => value !== "knock",
    why: `knock is not possible: Dendrite has no knocking; write invite or restricted, ${other}`,
};

/** By path, in which * stands for any key. What is below one is refused with it. */
export const refusals: Readonly<Record<string, Refusal>> = {
    "homeserver.encryption": {
        except: (value) => value === "off",
        why: `is not possible: Dendrite encrypts no room on its own; write off, and set rooms.NAME.encrypted where it matters, ${other}`,
    },
    "homeserver.media.uploadLimits": {
        except: isEmpty,
        why: `is not possible: Dendrite limits one file (homeserver.media.maxUpload) and not what people upload over time; ${remove}`,
    },
    "homeserver.media.retention.local": { why: `is not possible: Dendrite never deletes files; ${remove}` },
    "homeserver.media.retention.remote": { why: `is not possible: Dendrite never deletes copies of other servers' files; ${remove}` },
    "homeserver.media.scan": { why: `is not possible: Dendrite asks no scanner before it keeps a file; ${remove}` },
    "homeserver.media.s3": { why: `is not possible: Dendrite keeps files on its own disk alone; ${remove}` },
    "homeserver.passwords.minimumLength": {
        except: (value) => value === 8,
        why: `is not possible: Dendrite's own minimum is 8 characters, and cannot be changed; write 8, ${other}`,
    },
    "homeserver.roomDirectory.publishers": {
        except: isEmpty,
        why: `is not possible: in Dendrite every room's administrators may list it in the directory; ${remove}`,
    },
    "homeserver.roomDirectory.aliasCreators": {
        except: (value) => Array.isArray(value) && value.includes("*"),
        why: `is not possible: in Dendrite everyone may give a room an alias; ${remove}`,
    },
    "homeserver.linkPreviews": {
        except: lacks("enabled"),
        at: "enabled",
        why: `is not possible: Dendrite has no link previews; ${remove}`,
    },
    "homeserver.serverNotices.topic": { why: `is not possible: the rooms of Dendrite's server notices have no topic; ${remove}` },
    "homeserver.serverNotices.autoJoin": {
        except: isOff,
        why: `is not possible: Dendrite invites people to the room of server notices; ${remove}`,
    },
    "homeserver.presence": {
        except: (value) => value !== "untracked",
        why: `untracked is not possible: Dendrite's presence is on or off; write true or false, ${other}`,
    },
    "homeserver.userDirectory": {
        except: (value) => value === "shared",
        why: `is not possible: in Dendrite people find those with whom they share a room; write shared, ${other}`,
    },
    "homeserver.retention": { why: `is not possible: Dendrite never deletes messages by their age; ${remove}` },
    "homeserver.limits": {
        why: `is not possible: Dendrite has one limit, of 20 sign-ins, joins, invitations and the like in half a second, and none for messages; ${remove}`,
    },
    "homeserver.proxy": { why: `is not possible: Dendrite connects directly; ${remove}` },
    "homeserver.config": {
        except: (value) => typeof value === "object" && value !== null && Object.keys(value).length === 0,
        why: `is for options of Synapse, and Dendrite takes an option that it does not know without a word; ${remove}`,
    },
    "federation.allow": {
        except: isEmpty,
        why: `is not possible: Dendrite federates with every server or, with federation.enabled: false, with none; ${remove}, and keep servers out of single rooms with rooms.NAME.serverAcl`,
    },
    "federation.keyServers": {
        except: isEmpty,
        why: `is not possible: Dendrite would want each notary's public key as well, so each server is asked for its own keys; ${remove}`,
    },
    "federation.privatePeers": {
        except: isEmpty,
        why: `has no effect: Dendrite connects to every address, private ones too; ${remove}, and keep addresses that nobody may reach behind a firewall`,
    },
    backup: {
        except: lacks("repository"),
        at: "repository",
        why: `is not possible: what Dendrite has accepted waits in a queue that cannot be copied while it runs; stop the stack and copy its volumes, ${other}`,
    },
    "rotation.macaroonSecretKey": { except: isFirst, why: `has no effect: Dendrite has no such key; ${remove}` },
    "rotation.formSecret": { except: isFirst, why: `has no effect: Dendrite has no such key; ${remove}` },
    "rotation.backupPassword": { except: isFirst, why: `has no effect: with Dendrite there are no backups; ${remove}` },
    monitoring: {
        except: lacks("enabled"),
        at: "enabled",
        why: `is not possible: its alerts and dashboards read Synapse's metrics; ${remove}`,
    },
    bridges: {
        except: (value) =>
            typeof value !== "object" ||
            value === null ||
            Object.values(value).every((bridge) => bridge === null || bridge?.enabled === false),
        why: `is not possible: bridges need what Dendrite lacks (pings of application services, MSC3202, MSC4190), and were tried with Synapse alone; ${remove}`,
    },
    "users.*.onDelete": erased,
    "bots.*.onDelete": erased,
    "rooms.*.joinRule": knock,
    "spaces.*.joinRule": knock,
    "rooms.*.retention": { why: `is not possible: Dendrite never deletes messages by their age; ${remove}` },
};

/** What Dendrite does as Synapse does, or what is another part's: a setting, or a section that ends with `.`. */
export const supported: readonly string[] = [
    ...["serverName", "administrator", "protectData", "database.", "network.", "gateway.", "turn.", "seeds.", "images."],
    ...["kind", "publicUrl", "port", "registration", "memory", "startSeconds", "logLevel", "signingKey", "oldSigningKeys."].map(
        (key) => `homeserver.${key}`,
    ),
    ...["media.maxUpload", "passwords.hashRounds", "autoJoinRooms[]"].map((key) => `homeserver.${key}`),
    ...["localpart", "displayName", "roomName"].map((key) => `homeserver.serverNotices.${key}`),
    ...["enabled", "delegation", "publicRooms", "authorities[]", "network"].map((key) => `federation.${key}`),
    ...["databasePassword", "databaseAdminPassword", "turnSharedSecret", "registrationSharedSecret", "signingKey"].map(
        (key) => `rotation.${key}`,
    ),
    ...["administratorPassword", "bots.", "bridges."].map((key) => `rotation.${key}`),
    ...["users", "bots"].flatMap((section) =>
        ["localpart", "displayName", "avatar", "admin", "deactivated", "formerly"].map((key) => `${section}.*.${key}`),
    ),
    "users.*.password",
    ...["unlimited", "appservice.namespace", "appservice.url"].map((key) => `bots.*.${key}`),
    ...["rooms", "spaces"].flatMap((section) => [
        ...["name", "topic", "alias", "avatar", "visibility", "historyVisibility", "parent", "onDelete", "formerly"].map(
            (key) => `${section}.*.${key}`,
        ),
        ...["powerLevels.", "members."].map((key) => `${section}.*.${key}`),
    ]),
    // A room's bridge must be one of bridges.
    ...["encrypted", "pinnedMessage", "serverAcl.", "bridge."].map((key) => `rooms.*.${key}`),
];
