import assert from "node:assert/strict";
import { createServer } from "node:net";
import { inspectHost } from "../../../components/platform/docker/engine.ts";
import { freeSpaceFault } from "../../../components/platform/docker/freeSpace.ts";
import { answers } from "../../../components/platform/reachable.ts";

describe("the host check", () => {
    it("says how little disk there is and how much is needed", async () => {
        assert.match((await freeSpaceFault("/", 2 ** 60)) ?? "", /^too little disk: \/ has \d+\.\d GB free, 1073741824\.0 GB are needed$/);
        assert.equal(await freeSpaceFault("/", 1), undefined);
        // An engine's folder that this machine does not have.
        assert.equal(await freeSpaceFault("/nowhere", 2 ** 60), undefined);
    });

    it("says that Docker does not answer, and what Docker said", async () => {
        const before = process.env.DOCKER_HOST;
        process.env.DOCKER_HOST = "unix:///nowhere/docker.sock";
        try {
            await assert.rejects(
                inspectHost("stack", "unix:///nowhere/docker.sock"),
                /^Error: Docker does not answer; start it or set DOCKER_HOST \(.*nowhere\/docker\.sock/,
            );
        } finally {
            if (before === undefined) delete process.env.DOCKER_HOST;
            else process.env.DOCKER_HOST = before;
        }
    });

    it("tells a server that answers from one that does not", async () => {
        const server = createServer();
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as { port: number };
        assert.equal(await answers("127.0.0.1", port, 1000), true);
        await new Promise((resolve) => server.close(resolve));
        assert.equal(await answers("127.0.0.1", port, 1000), false);
    });
});
