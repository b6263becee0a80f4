/** What no single stack declares: two instances of components, jobs, and what a workload may ask for. */
import * as pulumi from "@pulumi/pulumi";
import { Certificate } from "../../../components/certificate/certificate.ts";
import { DatabaseServer } from "../../../components/database/server.ts";
import { DockerPlatform } from "../../../components/platform/docker/docker.ts";
import type { Job } from "../../../components/platform/platform.ts";
import type { Settings } from "../../../components/settings/index.ts";

const config = new pulumi.Config();
const image = config.require("image");
const port = config.requireNumber("port");
const platform = new DockerPlatform("platform", { protectData: false });

const servers = ["database", "archive"].map((name, index) => {
    const settings = { port: port + index, memory: 256, connections: 10, name: "synapse", adminUser: "postgres" } as Settings["database"];
    const superuserPassword = pulumi.secret(`superuser of ${name}`);
    return new DatabaseServer(name, { settings, protectData: false, image, superuserPassword, backups: false, platform });
});
const removed = config.getBoolean("bridgesRemoved") ?? false;
const databases = servers.flatMap((server, index) =>
    (removed ? ["synapse"] : ["synapse", "bridge-irc"]).map((purpose) =>
        server.database(purpose, { password: pulumi.secret(`password of ${purpose}`), keep: index === 1 }),
    ),
);
// The first server once more, as one that is there already, with an administrator who is no superuser.
const clerk = config.getSecret("clerk");
if (clerk) {
    const settings = { host: "127.0.0.1", port, sslMode: "disable", name: "synapse", adminUser: "clerk", adminPassword: clerk };
    const existing = new DatabaseServer("existing", {
        settings: settings as Settings["database"],
        ...{ protectData: false, image, superuserPassword: pulumi.secret(""), backups: false, platform },
    });
    for (const purpose of ["first", "second"])
        databases.push(existing.database(purpose, { password: pulumi.secret(`password of ${purpose}`) }));
}
export const urls = pulumi.all(databases.map(({ url }) => url));

const gateway = { host: "example.org", hosts: ["example.org"], trustedProxies: [] as string[] } as Settings["gateway"];
const certificates = ["certificate", "other"].map((name) => new Certificate(name, { settings: gateway, authorities: [], platform }));
export const fingerprints = certificates.map(({ fingerprint }) => fingerprint);

const job = (script: string, more: Partial<Job> = {}): Job => ({
    image,
    entrypoint: ["sh", "-c"],
    command: [script],
    user: { uid: 999, gid: 999 },
    limits: { memory: 64, sharedMemory: 32, cpu: { request: 0.25, limit: 0.5 } },
    timeoutSeconds: 20,
    ...more,
});
const root = new pulumi.ComponentResource("platform-test:index:Jobs", "jobs");
const volume = platform.volume("jobs-shared", { parent: root });
const opts = { parent: root };
const mounted = { volumes: [{ volume, path: "/var/tmp" }] };
const once = platform.schedule("once", job(config.require("once"), mounted), opts);
platform.schedule("again", job("date +%s.%N >> /var/tmp/again; exit 3", { ...mounted, everySeconds: 1 }), {
    ...opts,
    dependsOn: [once.ready],
});
const reader = platform.run(
    "reader",
    {
        ...job("exec sleep 1000"),
        volumes: [{ volume, path: "/var/tmp", readOnly: true }],
        secrets: { "/run/secrets/word": pulumi.secret("the word of the test") },
        stopSeconds: 1,
    },
    { ...opts, dependsOn: [once.ready] },
);
platform.install(
    "installed",
    {
        into: reader,
        path: "/tmp/installed",
        content: pulumi.secret("the content of the test"),
        facts: { NAME: "of the test" },
        reload: ["sh", "-c", 'cp /tmp/installed "/tmp/read again"'],
    },
    opts,
);
