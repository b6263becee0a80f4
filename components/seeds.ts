/** Seeds: the operator's scripts, run after a deployment, each as one account. See docs/seeds.md. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Content } from "./content/content.ts";
import type { Homeserver } from "./homeserver/homeserver.ts";
import type { Settings } from "./settings/index.ts";
import { own } from "./settings/own.ts";
import { digestOf } from "./settings/seedScripts.ts";

export interface SeedsArgs {
    /** The seeds, and the account that they act as where they name none. */
    settings: Pick<Settings, "serverName" | "administrator" | "seeds">;
    /** The homeserver that they talk to. */
    homeserver: Pick<Homeserver, "administrationUrl">;
    /** Everything declared in it, which is there before a seed runs. */
    content: Content;
}

/**
 * One command a seed. It runs when the seed is new, when its script or anything that it imports changes, and when it acts as another
 * account. Seeds do not wait for each other.
 *
 * ```ts
 * const content = new Content("content", { settings, secrets, homeserver, data: database.data });
 * new Seeds("seeds", { settings, homeserver, content });
 * ```
 */
export class Seeds extends pulumi.ComponentResource {
    constructor(name: string, args: SeedsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("matrix-synapse:index:Seeds", name, {}, opts);
        const { settings, homeserver, content } = args;
        const { administrator } = settings;
        const userIds = (accounts: Record<string, { userId: string }>) =>
            Object.fromEntries(Object.entries(accounts).map(([key, { userId }]) => [key, userId]));

        for (const [key, { script, as = administrator, timeout }] of Object.entries(settings.seeds)) {
            const account = as === administrator ? content.administrator : own(content.bots, as);
            if (account === undefined) throw new Error(`seeds.${key}.as: there is no bot ${as}`);
            const payload = pulumi.jsonStringify({
                homeserverUrl: homeserver.administrationUrl,
                accessToken: account.accessToken,
                userId: account.userId,
                serverName: settings.serverName,
                users: { [administrator]: content.administrator.userId, ...userIds(content.users) },
                bots: userIds(content.bots),
                rooms: content.roomIds,
                spaces: content.spaceIds,
                timeout,
            });
            new command.local.Command(
                `${name}-${key}`,
                {
                    create: `node scripts/project/start.js scripts/seed/run.ts ${script}`,
                    // Only triggers run it again, by a replacement. Other IDs or another token are an update, which has nothing to do.
                    triggers: [digestOf(script), account.userId],
                    update: "true",
                    stdin: pulumi.secret(payload),
                    logging: "none",
                },
                { parent: this, dependsOn: [content], additionalSecretOutputs: ["stdout", "stderr"] },
            );
        }
        this.registerOutputs({});
    }
}
