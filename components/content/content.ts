/** The homeserver's content: administrator, users, bots, spaces and rooms, one resource each. */
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { firstPassword, firstPasswordLength } from "../../matrix/firstPassword.ts";
import { Administrator, Bot, MatrixProvider, Room, User } from "../../provider/resources/index.ts";
import { type BridgePlatform, bridgeName, type Platform, platformNames, platforms, runs } from "../bridges/platforms.ts";
import type { Homeserver } from "../homeserver/homeserver.ts";
import type { Secrets } from "../secrets.ts";
import { bridgeUserId, userIdOf } from "../settings/accounts.ts";
import { roomEnds } from "../settings/bridgedRooms.ts";
import { configPath } from "../settings/configPath.ts";
import type { Settings } from "../settings/index.ts";
import { own } from "../settings/own.ts";
import { generationName } from "../settings/rotation.ts";
import { withSecretMarks } from "../settings/secretPaths.ts";
import { type Place, roomInputs } from "./roomInputs.ts";

export interface ContentArgs {
    /** Declared content, and the administrator's key. */
    settings: Pick<
        Settings,
        "serverName" | "administrator" | "users" | "bots" | "bridges" | "rooms" | "spaces" | "rotation" | "secretPaths"
    >;
    /** Registration secret, the passwords' seed and the application services' tokens. */
    secrets: Pick<Secrets, "knownRegistrationSharedSecret" | "passwordSeed" | "applicationService">;
    /** The homeserver it is brought to; must answer first. */
    homeserver: Homeserver;
}

/** Power level of a bridge in a room: it invites the people of the other side, and removes messages that they removed. */
const bridgeLevel = 50;

export class Content extends pulumi.ComponentResource {
    readonly administrator: { userId: string; password: pulumi.Output<string>; accessToken: pulumi.Output<string> };
    /** By key of the settings, the administrator left out. */
    readonly users: Record<string, { userId: string; password: pulumi.Output<string> }>;
    /** By key of the settings. */
    readonly bots: Record<string, { userId: string; accessToken: pulumi.Output<string>; deviceId: pulumi.Output<string> }>;
    /** The bridges' own accounts. */
    readonly bridgeAccounts: Partial<Record<Platform, Bot>>;
    /** Alias → room ID, spaces included. */
    readonly rooms: Record<string, pulumi.Output<string>>;
    /** Room IDs by key of the settings. */
    readonly roomIds: Record<string, pulumi.Output<string>>;
    /** Room IDs by key of the settings. */
    readonly spaceIds: Record<string, pulumi.Output<string>>;

    constructor(name: string, args: ContentArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:content:Content", name, {}, opts);
        const { settings, homeserver, secrets } = args;
        const { serverName, administrator, secretPaths = [] } = settings;
        const { [administrator]: acting, ...people } = settings.users;
        const idOf = (key: string) => userIdOf(settings, key);

        const connection = {
            homeserverUrl: homeserver.administrationUrl,
            registrationSharedSecret: secrets.knownRegistrationSharedSecret,
            administrationToken: homeserver.administrationToken,
            passwordSeed: secrets.passwordSeed,
        };
        const first = new Administrator(
            "administrator",
            {
                userId: idOf(administrator),
                displayName: acting?.displayName,
                password:
                    acting?.password === undefined
                        ? this.administratorPassword(settings.rotation.administratorPassword)
                        : pulumi.secret(acting.password),
                passwordSetting: passwordSetting(administrator, idOf(administrator)),
            },
            // Its first registration needs no token; all others act by the one it gets.
            { ...this.child(homeserver), provider: new MatrixProvider("registrar", connection, { parent: this }) },
        );
        const provider = new MatrixProvider("matrix", { ...connection, accessToken: first.accessToken }, { parent: this });
        const child = (kind: string, formerly?: string) => ({
            ...this.child(homeserver),
            provider,
            // A renamed key is the same thing under another name.
            aliases: formerly === undefined ? [] : [{ name: `${kind}-${formerly}` }],
        });

        const accounts = new Map<string, pulumi.Resource>([[administrator, first]]);
        const users = Object.entries(people).map(([key, user]) => {
            const { formerly, localpart: _, password, ...inputs } = user;
            const secret = password === undefined ? undefined : pulumi.secret(password);
            // Not dependent on the container, as the others are: Pulumi writes the whole state at each step, and there may be thousands.
            const options = { ...child("user", formerly), dependsOn: [] };
            const resource = new User(
                `user-${key}`,
                { userId: idOf(key), ...withSecretMarks(inputs, "users", key, secretPaths), password: secret },
                options,
            );
            accounts.set(key, resource);
            return [
                key,
                {
                    userId: idOf(key),
                    password: inputs.deactivated ? pulumi.secret("") : this.firstPassword(resource, secrets, idOf(key), secret),
                },
            ] as const;
        });
        const bots = Object.entries(settings.bots).map(([key, bot]) => {
            const { formerly, localpart: _, appservice, ...inputs } = bot;
            const applicationServiceToken = appservice && secrets.applicationService(key).asToken;
            const resource = new Bot(
                `bot-${key}`,
                {
                    userId: idOf(key),
                    ...withSecretMarks(inputs, "bots", key, secretPaths),
                    applicationServiceToken,
                    tokenGeneration: own(settings.rotation.bots, key),
                },
                child("bot", formerly),
            );
            accounts.set(key, resource);
            return [key, { userId: idOf(key), accessToken: resource.accessToken, deviceId: resource.deviceId }] as const;
        });

        this.bridgeAccounts = Object.fromEntries(
            platformNames
                .filter((platform) => runs(settings.bridges, platform))
                .map((platform) => [platform, this.bridgeAccount(platform, args, { ...child("bridge"), retainOnDelete: true })] as const),
        );
        const deactivated = (key: string) => (own(settings.users, key) ?? own(settings.bots, key))?.deactivated ?? false;
        const ends = roomEnds(settings.rooms).filter(({ platform }) => runs(settings.bridges, platform));
        const bridgesOf = (key: string) => [...new Set(ends.filter(({ room }) => room === key).map(({ platform }) => platform))];
        const memberIds = (key: string, { members }: Place) => [
            ...Object.entries(members)
                // The server takes a deactivated account out of its rooms.
                .filter(([member]) => !deactivated(member))
                .map(([member, level]) => [member.startsWith("@") ? member : idOf(member), level] as const),
            ...bridgesOf(key).map((platform) => [bridgeUserId(platform, serverName), bridgeLevel] as const),
        ];
        const declare = (kind: "space" | "room", places: Record<string, Place>, parents: Record<string, Room>) =>
            Object.entries(places).map(([key, place]) => {
                const members = memberIds(kind === "room" ? key : "", place);
                const inputs = withSecretMarks(roomInputs(kind, key, serverName, place, members), `${kind}s`, key, secretPaths);
                const needed = [
                    ...Object.keys(place.members).flatMap((member) => accounts.get(member) ?? []),
                    ...(kind === "room" ? bridgesOf(key).flatMap((platform) => this.bridgeAccounts[platform] ?? []) : []),
                ];
                const { dependsOn, ...options } = child(kind, place.formerly);
                const parent = place.parent === undefined ? undefined : parents[place.parent]?.roomId;
                return [
                    key,
                    new Room(`${kind}-${key}`, { ...inputs, parent }, { ...options, dependsOn: [...dependsOn, ...needed] }),
                ] as const;
            });
        const spaces: Record<string, Room> = {};
        // Parents first; the settings were checked for circles.
        for (const [key, place] of byDepth(settings.spaces)) {
            for (const [, space] of declare("space", { [key]: place }, spaces)) spaces[key] = space;
        }
        const rooms = Object.fromEntries(declare("room", settings.rooms, spaces));

        this.administrator = { userId: idOf(administrator), password: first.password, accessToken: first.accessToken };
        this.users = Object.fromEntries(users);
        this.bots = Object.fromEntries(bots);
        const idsOf = (places: Record<string, Room>) =>
            Object.fromEntries(Object.entries(places).map(([key, { roomId }]) => [key, roomId] as const));
        this.roomIds = idsOf(rooms);
        this.spaceIds = idsOf(spaces);
        const aliasOf = (key: string, { alias = key }: Place) => `#${alias}:${serverName}`;
        this.rooms = Object.fromEntries([
            ...Object.entries(settings.spaces).map(([key, place]) => [aliasOf(key, place), (spaces[key] as Room).roomId] as const),
            ...Object.entries(settings.rooms).map(([key, place]) => [aliasOf(key, place), (rooms[key] as Room).roomId] as const),
        ]);
        this.registerOutputs({});
    }

    /** Empty where it is not known: the account was there before, or its given password was taken out of the settings. */
    private firstPassword(
        user: User,
        secrets: ContentArgs["secrets"],
        userId: string,
        given: pulumi.Output<string> | undefined,
    ): pulumi.Output<string> {
        const password = given ?? secrets.passwordSeed.apply((seed) => firstPassword(seed, userId));
        return pulumi.all([user.adopted, password]).apply(([adopted, known]) => (adopted ? "" : known));
    }

    /** The application service's own account, or one with a token like any bot's. */
    private bridgeAccount(platform: Platform, { settings, secrets }: ContentArgs, options: ConstructorParameters<typeof Bot>[2]): Bot {
        const { namespace }: BridgePlatform = platforms[platform];
        const id = bridgeName(platform);
        return new Bot(
            id,
            {
                userId: bridgeUserId(platform, settings.serverName),
                admin: false,
                deactivated: false,
                onDelete: "deactivate",
                // An application service is exempt by its registration.
                unlimited: namespace === undefined,
                ...(namespace !== undefined && { applicationServiceToken: secrets.applicationService(id).asToken }),
                tokenGeneration: own(settings.rotation.bridges, platform),
            },
            options,
        );
    }

    private child(homeserver: Homeserver) {
        // A provider's dependsOn is not honoured (pulumi#8917), so each waits for the server by itself.
        return { parent: this, dependsOn: [homeserver.ready], deletedWith: homeserver.data };
    }

    /** Every generation is kept, and the last one is in use. */
    private administratorPassword(generation: number): pulumi.Output<string> {
        const name = "administrator-password";
        // It was the child of a component of its own before.
        const earlier = `matrix-synapse:content:Content$matrix-synapse:content:Administrator$random:index/randomPassword:RandomPassword::${name}`;
        const urn = `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${earlier}`;
        const generations = Array.from({ length: generation }, (_, index) => {
            const options = { parent: this, aliases: index === 0 ? [urn] : [] };
            return new random.RandomPassword(generationName(name, index + 1), { length: firstPasswordLength, special: false }, options);
        });
        return (generations.at(-1) as random.RandomPassword).result;
    }
}

/** Every space after the one it belongs to. */
function byDepth(spaces: Settings["spaces"]): [string, Settings["spaces"][string]][] {
    const depth = (key: string): number => {
        const parent = spaces[key]?.parent;
        return parent === undefined ? 0 : 1 + depth(parent);
    };
    return Object.entries(spaces).sort(([a], [b]) => depth(a) - depth(b));
}

/** Where the administrator's password is set; undefined where the user name alone tells it. */
function passwordSetting(key: string, userId: string): string | undefined {
    const setting = configPath(["users", key, "password"]);
    return setting === `users.${userId.slice(1, userId.indexOf(":"))}.password` ? undefined : setting;
}
