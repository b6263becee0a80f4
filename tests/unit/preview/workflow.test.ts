import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { parse } from "yaml";
import { keepPreview } from "../../../scripts/preview/preview.ts";
import { root } from "../../../scripts/project/checkout.ts";

interface Step {
    uses?: string;
    run?: string;
    env?: Record<string, string>;
    with?: Record<string, string>;
}
interface Job {
    if?: string;
    permissions?: Record<string, string>;
    steps: Step[];
}

const text = readFileSync(`${root}/.github/workflows/preview.yml`, "utf8");
const workflow = parse(text) as { on: unknown; permissions: object; jobs: Record<"preview" | "comment" | "fork", Job> };
const { preview, comment, fork } = workflow.jobs;

describe("the workflow that comments a preview", () => {
    it("runs with no right by default, and with a fork's code sees no secret", () => {
        // pull_request_target would hand secrets to a fork's code.
        assert.equal(workflow.on, "pull_request");
        assert.deepEqual(workflow.permissions, {});
        const same = "github.event.pull_request.head.repo.full_name == github.repository";
        assert.equal(preview.if, same);
        assert.equal(fork.if, same.replace("==", "!="));
        assert.doesNotMatch(JSON.stringify([fork, comment]), /secrets\./);
    });

    it("lets only the job that runs none of the code write to the pull request", () => {
        assert.deepEqual(preview.permissions, { contents: "read" });
        assert.deepEqual(comment.permissions, { "pull-requests": "write" });
        assert.equal(
            comment.steps.some(({ uses, run }) => run !== undefined || uses?.startsWith("actions/checkout")),
            false,
        );
    });

    it("uses GitHub's own actions at a pinned version", () => {
        for (const { uses } of Object.values(workflow.jobs).flatMap(({ steps }) => steps)) {
            if (uses) assert.match(uses, /^actions\/[a-z-]+@v\d+$/, uses);
        }
    });

    it("calls what exists: a target of the Makefile that writes the file which is handed over", () => {
        const command = preview.steps.find(({ run }) => run)?.run ?? "";
        const [, target = "", variable = "", file = ""] = /^make (\w+) (\w+)=(\S+)$/.exec(command) ?? [];
        // make hands a variable of its command line on to what it starts. What it would run is printed, and not run.
        const planned = execFileSync("make", ["--dry-run", "--always-make", "--no-print-directory", target], {
            cwd: root,
            encoding: "utf8",
        });
        assert.match(planned, new RegExp(` ${target}$`, "m"));
        const folder = mkdtempSync(`${tmpdir()}/preview-`);
        keepPreview("the text", { [variable]: `${folder}/${file}` });
        assert.equal(readFileSync(`${folder}/${file}`, "utf8"), "the text");
        rmSync(folder, { recursive: true });
        assert.equal(preview.steps.find(({ uses }) => uses?.includes("upload-artifact"))?.with?.path, file);
        assert.ok(comment.steps.at(-1)?.with?.script?.includes(`"${file}"`), "the comment is made of another file");
    });
});

interface Comment {
    id: number;
    body: string;
    user: { login: string };
}

/** The part of GitHub that the script talks to, as https://docs.github.com/en/rest/issues/comments has it. */
class Issues {
    readonly comments: Comment[] = [];
    readonly rest = {
        issues: {
            listComments: "listComments",
            createComment: async ({ body, issue_number }: { body: string; issue_number: number }) => {
                assert.equal(issue_number, 7);
                this.add(body, "github-actions[bot]");
            },
            updateComment: async ({ comment_id, body }: { comment_id: number; body: string }) => {
                const found = this.comments.find(({ id }) => id === comment_id);
                assert.ok(found, `no comment ${comment_id}`);
                found.body = body;
            },
        },
    };
    paginate = async (): Promise<Comment[]> => this.comments;
    add(body: string, login: string): void {
        this.comments.push({ id: this.comments.length + 1, body, user: { login } });
    }
}

describe("the comment", () => {
    const before = process.cwd();
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(`${tmpdir()}/comment-`);
        process.chdir(folder);
        process.env.STACK = "dev";
    });
    afterEach(() => {
        process.chdir(before);
        delete process.env.STACK;
        rmSync(folder, { recursive: true });
    });

    const run = async (github: Issues, preview?: string): Promise<void> => {
        if (preview) writeFileSync("preview.md", preview);
        const context = {
            serverUrl: "https://github.example",
            repo: { owner: "o", repo: "r" },
            runId: 5,
            issue: { number: 7 },
            payload: { pull_request: { head: { sha: "0123456789abcdef" } } },
        };
        const AsyncFunction = (async () => {}).constructor as new (...parameters: string[]) => (...values: unknown[]) => Promise<void>;
        const script = new AsyncFunction("github", "context", "require", comment.steps.at(-1)?.with?.script ?? "");
        await script(github, context, createRequire(import.meta.url));
    };

    it("is made the first time and changed from then on", async () => {
        const github = new Issues();
        github.add("Looks good", "alice");
        await run(github, "### Preview of `dev`: 1 changed\n");
        await run(github, "### Preview of `dev`: no change\n");
        assert.equal(github.comments.length, 2);
        assert.equal(
            github.comments[1]?.body,
            "<!-- preview of dev -->\n### Preview of `dev`: no change\n\n<sub>of 01234567 · [log](https://github.example/o/r/actions/runs/5)</sub>",
        );
    });

    it("of somebody who writes the marker by hand stays as it is", async () => {
        const github = new Issues();
        github.add("<!-- preview of dev --> mine", "mallory");
        await run(github, "### Preview of `dev`: no change\n");
        assert.equal(github.comments[0]?.body, "<!-- preview of dev --> mine");
        assert.equal(github.comments.length, 2);
    });

    it("says so where there is no text", async () => {
        const github = new Issues();
        await run(github);
        assert.match(github.comments[0]?.body ?? "", /could not be made/);
    });
});
