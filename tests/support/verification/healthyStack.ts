/** What a deployed stack serves when nothing is wrong with it: the gateway's answers, and what they were deployed with. */
import { timeLimitedCredentials } from "../../../scripts/checks/relay/turn/credentials.ts";
import { cors, keyAnswer, type Reply } from "../federation/world.ts";

export const hosts = ["matrix.example.test", "example.test"];
export const wellKnown = {
    client: { "m.homeserver": { base_url: "https://matrix.example.test" } },
    server: { "m.server": "matrix.example.test:8448" },
};
export const administrator = { userId: "@admin:example.test", password: "the right one" };
export const secret = "shared by homeserver and relay";
const given = timeLimitedCredentials(secret, administrator.userId, Date.now() / 1000 + 3600);

export const homeserver: Record<string, Reply> = {
    "/_matrix/client/versions": { headers: cors, body: { versions: ["v1.1", "v1.15"] } },
    "/_matrix/key/v2/server": { body: keyAnswer("example.test") },
    "/_matrix/client/v3/login": { body: { access_token: "token", device_id: "DEVICE" } },
    "/_matrix/client/v3/logout": { body: {} },
    "/_matrix/client/v3/voip/turnServer": { body: { ...given, ttl: 3600, uris: ["turn:example.test"] } },
    "/.well-known/matrix/client": { headers: cors, body: wellKnown.client },
    "/.well-known/matrix/server": { headers: cors, body: wellKnown.server },
};
