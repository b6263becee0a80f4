/** Signs a person in to a network through its bridge. */
import { z } from "zod";
import { mautrixPlatforms } from "../../../../components/bridges/mautrix/networks.ts";
import { bridgeName, type Platform, platformNames, platforms } from "../../../../components/bridges/platforms.ts";
import { didYouMean } from "../../../../components/settings/nearest.ts";
import { own } from "../../../../components/settings/own.ts";
import { signInToNetwork } from "../../../bridges/login.ts";
import { provisioningApi, Refused } from "../../../bridges/provisioning.ts";
import { atTerminal } from "../../../bridges/terminal.ts";
import { Failure, Interrupted, oneLine } from "../../../project/failure.ts";
import { quoted, shortened } from "../../../project/visible.ts";
import { componentsOf, isHealthy } from "../../../stack/components.ts";
import { dockerOutput } from "../../../stack/docker.ts";
import { userIdOf } from "../names.ts";
import type { DeployedStack } from "../server.ts";
import { stackAction } from "./action.ts";

/** Of the whole login: a person looks for a phone, and reads a code that comes by mail. */
const loginSeconds = 600;

const options = z.strictObject({ bridge: z.string().min(1), flow: z.string().min(1).optional(), user: z.string().min(1).optional() });

export const bridgeLogin = stackAction(
    "signs a person in to a network, by QR code or whatever the bridge asks for: bridge=whatsapp[,flow=qr][,user=alice]; the user is the administrator unless it is given",
    options,
    async (deployed, { bridge, flow, user }) => {
        const platform = declared(bridge, deployed);
        const userId = user === undefined ? deployed.outputs.adminUserId : idOf(user, deployed);
        const container = await containerOf(platform, deployed.stack);
        const interruption = new AbortController();
        const interrupt = () => interruption.abort();
        process.once("SIGINT", interrupt);
        const person = atTerminal(interruption.signal);
        try {
            const api = await provisioningApi(container, userId, loginSeconds, interruption.signal);
            const { login, line } = await signInToNetwork(api, person, flow);
            return { line, result: { bridge: platform, user: userId, login } };
        } catch (error) {
            if (interruption.signal.aborted) throw new Interrupted("the login was given up; nobody was signed in");
            throw await explained(error, platform, userId, container);
        } finally {
            process.off("SIGINT", interrupt);
            person.close();
        }
    },
    loginSeconds,
);

/** @throws Failure that says how people sign in to the bridge otherwise */
function declared(bridge: string, { settings, stack, name }: DeployedStack): Platform {
    const platform = platformNames.find((one) => one === bridge);
    if (platform === undefined)
        throw new Failure(`there is no bridge ${quoted(bridge)}${didYouMean(bridge, platformNames)}; bridges: ${platformNames.join(", ")}`);
    const { bridges = {} } = settings as { bridges?: Record<string, unknown> };
    if (bridges[platform] === undefined)
        throw new Failure(`bridges.${platform} is not declared in Pulumi.${stack}.yaml; declare it, then run: make up`);
    const { title, localpart } = platforms[platform];
    if (!(mautrixPlatforms as readonly string[]).includes(platform))
        throw new Failure(`the bridge to ${title} signs nobody in: what it needs to know is in bridges.${platform}`);
    if (platform === "discord")
        throw new Failure(
            `the bridge to ${title} signs people in by chat alone: start a chat with @${localpart}:${name}, and write login-qr`,
        );
    return platform;
}

function idOf(user: string, { outputs, name }: DeployedStack): string {
    return own(outputs.users, user)?.userId ?? userIdOf(user, name);
}

async function containerOf(platform: Platform, stack: string): Promise<string> {
    const component = (await componentsOf(stack)).find(({ role }) => role === bridgeName(platform));
    if (!component) throw new Failure(`the bridge to ${platforms[platform].title} is declared, but not deployed; run: make up`);
    if (!isHealthy(component))
        throw new Failure(
            `the bridge to ${platforms[platform].title} does not serve; see: resource-matrix-synapse logs ${bridgeName(platform)} --stack ${stack}`,
        );
    return component.container;
}

async function explained(error: unknown, platform: Platform, userId: string, container: string): Promise<unknown> {
    if (!(error instanceof Refused)) return error instanceof Failure ? error : new Failure(oneLine(error));
    if (error.code === "M_FORBIDDEN")
        return new Failure(`${userId} may not use this bridge: add it to bridges.${platform}.users, then run: make up`);
    const reason = await lastError(container);
    return new Failure(reason === undefined ? error.message : `${error.message}: ${reason}`);
}

/** The bridge tells its log more than whoever asks. */
async function lastError(container: string): Promise<string | undefined> {
    const { stdout, stderr } = await dockerOutput(["logs", "--since", "1m", "--tail", "50", container], 5).catch(() => ({
        stdout: "",
        stderr: "",
    }));
    const texts = [...`${stdout}\n${stderr}`.matchAll(/ ERR .* error="((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
        text.replace(/\\(.)/g, "$1"),
    );
    return texts.length > 0 ? shortened(texts.at(-1) ?? "", 300) : undefined;
}
