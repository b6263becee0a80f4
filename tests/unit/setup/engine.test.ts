import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasBuildKit } from "../../../scripts/setup/builder.ts";
import { removeStalePidFiles, whatToDo } from "../../../scripts/setup/engine.ts";

describe("where Docker does not answer", () => {
    it("root on Debian gets it installed and started: nothing to say", () => {
        assert.equal(whatToDo("docker is not installed", {}, true, "debian"), undefined);
    });

    it("a user without root is told to install or start it", () => {
        assert.match(whatToDo("docker is not installed", {}, false, "debian") ?? "", /install it .* or start it/);
    });

    it("a user outside the docker group is told how to get in", () => {
        const fault = "permission denied while trying to connect to the Docker daemon socket";
        assert.match(whatToDo(fault, {}, false, "debian") ?? "", /usermod -aG docker/);
    });

    it("an engine named by DOCKER_HOST is never replaced by another", () => {
        assert.match(whatToDo("no route", { DOCKER_HOST: "tcp://far:2375" }, true, "debian") ?? "", /DOCKER_HOST=tcp:\/\/far:2375/);
    });

    it("says it in one line", () => {
        assert.doesNotMatch(whatToDo("x", {}, false, "fedora") ?? "\n", /\n/);
    });
});

describe("a docker client can build", () => {
    it("before 23.0 by itself", () => assert.equal(hasBuildKit("20.10.24+dfsg1", false), true));
    it("since 23.0 only with buildx", () => {
        assert.equal(hasBuildKit("28.1.0", false), false);
        assert.equal(hasBuildKit("28.1.0", true), true);
    });
});

describe("an engine that was killed", () => {
    it("leaves process IDs that are removed, where their processes are others by now or gone", () => {
        const directory = mkdtempSync(join(tmpdir(), "run-"));
        mkdirSync(join(directory, "docker/containerd"), { recursive: true });
        // This process is no dockerd, and no process has the other ID.
        writeFileSync(join(directory, "docker.pid"), `${process.pid}`);
        writeFileSync(join(directory, "docker/containerd/containerd.pid"), "4194305");
        removeStalePidFiles(directory);
        assert.deepEqual(
            [existsSync(join(directory, "docker.pid")), existsSync(join(directory, "docker/containerd/containerd.pid"))],
            [false, false],
        );
        removeStalePidFiles(directory);
        rmSync(directory, { recursive: true });
    });

    it("leaves alone what a running one has written", () => {
        const directory = mkdtempSync(join(tmpdir(), "run-"));
        mkdirSync(join(directory, "docker/containerd"), { recursive: true });
        const files = ["docker.pid", "docker/containerd/containerd.pid"].map((file) => join(directory, file));
        try {
            // By the name that the system has for this process, each file's owner in turn.
            const names: Record<string, string> = { dockerd: "docker.pid", containerd: "docker/containerd/containerd.pid" };
            for (const [name, own] of Object.entries(names)) {
                for (const file of files) writeFileSync(file, `${process.pid}\n`);
                removeStalePidFiles(directory, () => name);
                assert.deepEqual(
                    files.filter((file) => existsSync(file)),
                    [join(directory, own)],
                );
            }
        } finally {
            rmSync(directory, { recursive: true });
        }
    });
});
