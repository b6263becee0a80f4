import assert from "node:assert/strict";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { root } from "../../scripts/project/checkout.ts";
import { commandLine } from "../support/commandLine.ts";
import { configure, pulumiEnvironment } from "../support/stack.ts";

const stackName = "test-cli-mistakes";

/** Every command that takes --stack and needs it. */
const commands = [
    ["manage", "install"],
    ["manage", "uninstall"],
    ["manage", "start"],
    ["manage", "stop"],
    ["manage", "restart"],
    ["test", "smoke"],
    ["test", "all"],
    ["status"],
    ["logs"],
    ["credentials"],
];

/** Side by side: most of each is the start of a process. */
async function all<T>(of: readonly T[], check: (one: T) => Promise<unknown>): Promise<void> {
    await Promise.all(of.map(check));
}

/** @throws unless it failed with this one line on standard error, and nothing else */
async function fails(parameters: readonly string[], line: RegExp, options = {}): Promise<void> {
    const { exitCode, stdout, stderr } = await commandLine(parameters, options);
    assert.deepEqual([exitCode, stderr.split("\n").length, stdout], [1, 1, ""], `${parameters.join(" ")}: ${stdout}\n${stderr}`);
    assert.match(stderr, line);
}

describe("resource-matrix-synapse, used wrongly", function () {
    this.timeout(60_000);
    before(() => configure(stackName, { serverName: "localhost" }));
    after(() => rmSync(`${root}/Pulumi.${stackName}.yaml`, { force: true }));

    it("names the nearest command", async () => {
        const line = (typed: string, meant: string) => new RegExp(`unknown command "${typed}" \\(did you mean "${meant}"\\?\\)`);
        await Promise.all([
            fails(["statsu"], line("statsu", "status")),
            fails(["manage", "instal"], line("manage instal", "install")),
            fails(["manage", "instal", "--help"], line("manage instal", "install")),
            fails(["test", "unti"], line("test unti", "unit")),
            fails(["content", "ad-user"], line("content ad-user", "add-user")),
            fails(["help", "mange"], line("mange", "manage")),
        ]);
    });

    it("names the nearest option", async () => {
        const line = (typed: string, meant: string) => new RegExp(`unknown option "${typed}" of ".*" \\(did you mean "${meant}"\\?\\)`);
        await Promise.all([
            fails(["--stak", "dev"], line("--stak", "--stack")),
            fails(["manage", "install", "--skip-validaton"], line("--skip-validaton", "--skip-validation")),
            fails(["manage", "uninstall", "--kep-data"], line("--kep-data", "--keep-data")),
            fails(["status", "--verbos"], line("--verbos", "--verbose")),
            fails(["credentials", "--show-secret"], line("--show-secret", "--show-secrets")),
            fails(["logs", "--folow"], line("--folow", "--follow")),
            fails(["info", "--jsn"], line("--jsn", "--json")),
        ]);
    });

    it("names the nearest stack", async () => {
        await all(commands, (command) =>
            fails(
                [...command, "--stack", "test-cli-mistake"],
                /there is no stack "test-cli-mistake": no Pulumi\.test-cli-mistake\.yaml and no state of it \(did you mean "test-cli-mistakes"\?\)/,
            ),
        );
        await fails(["status", "--stack", "../dev"], /--stack: "\.\.\/dev" is no name of a stack/);
    });

    it("names the nearest component and the nearest format", async () => {
        await fails(
            ["logs", "homesever", "--stack", stackName],
            /there is no component "homesever" \(did you mean "homeserver"\?\); there are: /,
        );
        await fails(["status", "--format", "yml"], /--format: "yml" is none of text, json, yaml \(did you mean "yaml"\?\)/);
        await fails(["credentials", "--format", "environment"], /--format: "environment" is none of text, json, env/);
    });

    it("refuses numbers and times that are none, or above what the command may take", async () => {
        await all(["0", "-1", "1.5", "soon", "", "1e3", "111"], (timeout) =>
            fails(["manage", "start", "--timeout", timeout], new RegExp(`--timeout: "${timeout}" is not a whole number from 1 to 110`)),
        );
        await Promise.all([
            fails(["manage", "stop", "--timeout", "56"], /--timeout: "56" is not a whole number from 1 to 55/),
            fails(["test", "unit", "--timeout", "61"], /--timeout: "61" is not a whole number/),
            fails(["manage", "start", "--timeout"], /option '--timeout <seconds>' argument missing/),
            fails(["logs", "--tail", "all"], /--tail: "all" is not a whole number/),
            fails(["logs", "--since", "yesterday"], /--since: "yesterday" is neither a span such as 10m, 2h, 1d nor a time/),
        ]);
    });

    it("refuses arguments too many, and shells that it does not know", async () => {
        await fails(["status", "now"], /too many arguments for 'status'/);
        await fails(["completion", "tcsh"], /'tcsh' is invalid .* bash, zsh, fish/);
    });

    it("shows what a group has where none of its commands is named", async () => {
        await all([[], ["manage"], ["test"], ["content"]], async (parameters) => {
            const { exitCode, stderr } = await commandLine(parameters);
            assert.equal(exitCode, 1);
            assert.match(stderr, /^Usage: resource-matrix-synapse/);
        });
    });

    it("says in one line that Docker does not answer", async () => {
        const asking = [["status"], ["logs"], ["manage", "install"], ["manage", "start"], ["manage", "stop"], ["manage", "restart"]];
        await all(asking, (command) =>
            fails([...command, "--stack", stackName], /Docker does not answer at DOCKER_HOST=tcp:\/\/127\.0\.0\.1:1: start it/, {
                env: { DOCKER_HOST: "tcp://127.0.0.1:1" },
            }),
        );
    });

    describe("where Docker hangs", () => {
        const directory = mkdtempSync(join(tmpdir(), "hanging-"));
        let hanging: Server;
        before((done) => {
            hanging = createServer().listen(join(directory, "docker.sock"), done);
        });
        after(() => {
            hanging.close();
            rmSync(directory, { recursive: true });
        });

        for (const command of [["status"], ["logs"], ["manage", "start", "--timeout", "2"], ["manage", "stop", "--timeout", "2"]]) {
            it(`gives up in time: ${command.join(" ")}`, () =>
                fails([...command, "--stack", stackName], /Docker does not answer|was not done within \d+ s and was given up/, {
                    env: { DOCKER_HOST: `unix://${join(directory, "docker.sock")}` },
                    seconds: 10,
                }));
        }
    });

    it("tells of faults in the settings, with their names, before anything is made", async () => {
        configure(stackName, { serverName: "local host" });
        const { exitCode, stderr } = await commandLine(["manage", "install", "--stack", stackName]);
        configure(stackName, { serverName: "localhost" });
        await execa("pulumi", ["stack", "rm", "--yes", "--preserve-config", stackName], { cwd: root, env: pulumiEnvironment() });
        assert.equal(exitCode, 1);
        assert.match(
            stderr,
            /^resource-matrix-synapse: the preview failed: The settings of this stack have faults; nothing was changed\. matrix-synapse:serverName: .*$/,
        );
    });
});

describe("resource-matrix-synapse help and info", function () {
    this.timeout(60_000);

    it("help shows usage examples, the commands and the default configuration", async () => {
        const { exitCode, stdout } = await commandLine(["help"]);
        assert.equal(exitCode, 0);
        for (const command of ["info", "manage", "test", "status", "logs", "credentials", "content", "completion"]) {
            assert.match(stdout, new RegExp(`^ {2}${command} `, "m"));
        }
        assert.match(stdout, /^Examples:\n {2}\$ resource-matrix-synapse manage install$/m);
        assert.match(stdout, /^Default configuration:\n/m);
    });

    it("every command has its own help, with an example and --stack", async () => {
        const groups = { manage: ["install", "uninstall", "start", "stop", "restart"], test: ["smoke", "integration", "unit", "all"] };
        const named = Object.entries(groups).flatMap(([group, names]) => names.map((name) => [group, name]));
        await all([...named, ["status"], ["logs"], ["credentials"], ["info"], ["completion"]], async (words) => {
            const { exitCode, stdout } = await commandLine([...words, "--help"]);
            assert.equal(exitCode, 0);
            assert.match(stdout, new RegExp(`^Examples?:\n {2}\\$ resource-matrix-synapse ${words.join(" ")}`, "m"), words.join(" "));
            assert.match(stdout, /^ {2}--stack <name>/m);
            assert.equal((await commandLine(["help", ...words])).stdout, stdout);
        });
    });

    it("info answers with what whoever starts it needs", async () => {
        const { exitCode, stdout } = await commandLine(["info", "--json"]);
        assert.equal(exitCode, 0);
        const info = JSON.parse(stdout);
        assert.ok(info.startup_order >= 0 && info.startup_order <= 1000, stdout);
        assert.ok(info.startup_timeout > 0 && /^\d+-\d+s$/.test(info.startup_time_estimate), stdout);
        assert.ok(Array.isArray(info.dependencies) && info.dependencies.includes("docker"), stdout);
        assert.ok(info.recovery_attempts >= 1 && info.recovery_attempts <= 5, stdout);
        assert.ok(["critical", "high", "medium", "low"].includes(info.priority), stdout);
        const text = (await commandLine(["info"])).stdout;
        for (const key of Object.keys(info)) assert.match(text, new RegExp(`^${key} `, "m"));
    });

    it("completes in bash", async () => {
        const { stdout } = await commandLine(["completion", "bash"]);
        const complete = async (...words: string[]) => {
            const quoted = words.map((word) => `'${word}'`).join(" ");
            const script = `${stdout}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _resource_matrix_synapse; echo "\${COMPREPLY[*]}"`;
            return (await execa("bash", ["-c", script])).stdout;
        };
        assert.equal(await complete("resource-matrix-synapse", "sta"), "status");
        assert.equal(await complete("resource-matrix-synapse", "manage", "st"), "start stop");
        assert.equal(await complete("resource-matrix-synapse", "--stack", "dev", "status", "--f"), "--format");
    });

    it("prints completions for zsh and fish", async () => {
        assert.match((await commandLine(["completion", "zsh"])).stdout, /^#compdef resource-matrix-synapse\n/);
        assert.match((await commandLine(["completion", "fish"])).stdout, /^complete -c resource-matrix-synapse .*-a status /m);
    });

    it("runs from any folder, through a link as npm makes it", async () => {
        const directory = mkdtempSync(join(tmpdir(), "bin-"));
        const program = join(directory, "resource-matrix-synapse");
        symlinkSync(join(root, "scripts/cli/resource-matrix-synapse"), program);
        const { exitCode } = await commandLine(["info"], { program, cwd: directory });
        rmSync(directory, { recursive: true });
        assert.equal(exitCode, 0);
    });
});
