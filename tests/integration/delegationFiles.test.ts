/** What the output `delegation` says for other web servers, pasted into real ones. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { delegation } from "../../components/gateway/delegation.ts";
import { wellKnown } from "../../components/gateway/wellKnown.ts";
import { imageReference } from "../../scripts/project/checkout.ts";
import { docker, eventually } from "../support/docker.ts";
import { webServers } from "../support/webServers/image.ts";

const port = 31_080;
const container = "matrix-synapse-test-web-server";

describe("another web server with the server name's files", function () {
    this.timeout(120_000);
    const served = wellKnown({
        publicUrl: "https://matrix.example.org",
        federationAddress: "matrix.example.org:8448",
        // With what would break out of a configuration's quotes.
        support: { contacts: [{ role: "admin", matrixId: "@o'neill$1:example.org" }], page: "https://example.org/help?a={b}&c='d'`" },
    });
    const behind = {
        gateway: { host: "127.0.0.1", port: 443 },
        hosts: ["matrix.example.org"],
        announced: { httpsPort: 443, federationPort: 443 },
    };
    const rendered = delegation({ baseDomain: "example.org", wellKnown: served, service: undefined, behind });
    let image: string;
    const directory = mkdtempSync(join(tmpdir(), "web-server-"));

    before(async () => {
        image = await webServers();
    });
    afterEach(() => docker("rm", "--force", container));
    after(() => rmSync(directory, { recursive: true }));

    function write(path: string, text: string): void {
        mkdirSync(dirname(join(directory, path)), { recursive: true });
        writeFileSync(join(directory, path), text);
    }

    async function run(reference: string, ...command: string[]): Promise<void> {
        const place = ["--name", container, "--publish", `127.0.0.1:${port}:80`, "--volume", `${directory}:/given:ro`];
        await docker("run", "--detach", ...place, "--entrypoint", command[0] ?? "", reference, ...command.slice(1));
    }

    async function assertServed(): Promise<void> {
        for (const [kind, content] of Object.entries(served)) {
            // Docker takes a connection before there is anybody to answer it.
            const ask = () => fetch(`http://127.0.0.1:${port}/.well-known/matrix/${kind}`, { signal: AbortSignal.timeout(3000) });
            const answer = await eventually(kind, 15_000, ask);
            assert.deepEqual(
                [answer.status, answer.headers.get("content-type"), answer.headers.get("access-control-allow-origin")],
                [200, "application/json", "*"],
                kind,
            );
            assert.deepEqual(await answer.json(), content);
        }
        assert.equal((await fetch(`http://127.0.0.1:${port}/.well-known/matrix/other`)).status, 404);
    }

    it("is nginx", async () => {
        write("nginx.conf", `events {}\nhttp {\n  server {\n    listen 80;\n${rendered.nginx}  }\n}\n`);
        await run(image, "nginx", "-c", "/given/nginx.conf", "-g", "daemon off;");
        await assertServed();
    });

    it("is Apache httpd", async () => {
        for (const [path, body] of Object.entries(rendered.files)) write(`www${path}`, body);
        write("site.conf", `<VirtualHost *:80>\n${rendered.apache}</VirtualHost>\n`);
        const start =
            "cp /given/site.conf /etc/apache2/sites-enabled/ && mkdir -p /var/www/matrix && cp -r /given/www/. /var/www/matrix && exec apachectl -D FOREGROUND";
        await run(image, "sh", "-c", start);
        await assertServed();
    });

    it("is Caddy", async () => {
        write("Caddyfile", `:80 {\n${rendered.caddy}handle {\n    respond 404\n}\n}\n`);
        await run(imageReference("caddy"), "caddy", "run", "--config", "/given/Caddyfile", "--adapter", "caddyfile");
        await assertServed();
    });

    it("is a bucket, by its keys", () => {
        assert.deepEqual(
            rendered.objects.map(({ key, contentType, body }) => [key, contentType, JSON.parse(body)]),
            Object.entries(served).map(([kind, content]) => [`.well-known/matrix/${kind}`, "application/json", content]),
        );
    });
});
