import assert from "node:assert/strict";
import { type Person, signInToNetwork } from "../../../../scripts/bridges/login.ts";
import type { LoginFlow, LoginStep, ProvisioningApi } from "../../../../scripts/bridges/provisioning.ts";

const qr: LoginFlow = { id: "qr", name: "QR", description: "Scan a QR code" };
const phone: LoginFlow = { id: "phone", name: "Pairing code", description: "Enter a phone number" };
const code = (data: string): LoginStep => ({
    login_id: "login",
    type: "display_and_wait",
    step_id: "scan",
    instructions: "Scan it",
    display_and_wait: { type: "qr", data },
});
const done: LoginStep = {
    login_id: "login",
    type: "complete",
    step_id: "end",
    instructions: "Successfully logged in as +1",
    complete: { user_login_id: "1" },
};

/** An API that takes these steps, and a person who gives these answers. */
function scene(flows: LoginFlow[], steps: (LoginStep | Error)[], typed: string[] = []) {
    const asked: string[] = [];
    const heard: string[] = [];
    const submitted: Record<string, string>[] = [];
    const next = () => {
        const step = steps.shift();
        if (step instanceof Error) throw step;
        assert.ok(step, "the bridge was asked for more steps than it has");
        return step;
    };
    const api: ProvisioningApi = {
        flows: async () => flows,
        start: async (flow) => {
            asked.push(`start ${flow}`);
            return next();
        },
        step: async ({ step_id, login_id }, values) => {
            asked.push(`${login_id} ${step_id}`);
            submitted.push(values);
            return next();
        },
        cancel: async ({ login_id }) => void asked.push(`cancel ${login_id}`),
    };
    const person: Person = {
        say: (text) => void heard.push(text),
        draw: (data) => void heard.push(`QR ${data}`),
        ask: async (question, hidden) => {
            heard.push(`${question}${hidden ? " (hidden)" : ""}?`);
            const answer = typed.shift();
            assert.ok(answer !== undefined, `nobody answers: ${question}`);
            return answer;
        },
    };
    return { api, person, asked, heard, submitted };
}

describe("signing in to a network through a bridge", () => {
    it("draws each code that the bridge shows, says its instructions once, and ends with the login", async () => {
        const { api, person, asked, heard } = scene([qr, phone], [code("one"), code("two"), done]);
        assert.deepEqual(await signInToNetwork(api, person, "qr"), { login: "1", line: "Successfully logged in as +1" });
        assert.deepEqual(heard, ["Scan it", "QR one", "A new code; the one before is no longer valid:", "QR two"]);
        assert.deepEqual(asked, ["start qr", "login scan", "login scan"]);
    });

    it("asks which way, where there are several and none is named", async () => {
        const { api, person, asked, heard } = scene([qr, phone], [done], ["phone"]);
        await signInToNetwork(api, person, undefined);
        assert.deepEqual(heard, ["Ways to sign in: qr (Scan a QR code), phone (Enter a phone number)", "Which one?"]);
        assert.deepEqual(asked, ["start phone"]);
    });

    it("takes the only way without asking, and refuses one that the bridge does not have", async () => {
        const only = scene([qr], [done]);
        await signInToNetwork(only.api, only.person, undefined);
        assert.deepEqual(only.asked, ["start qr"]);
        const { api, person } = scene([qr], []);
        await assert.rejects(signInToNetwork(api, person, "fax"), /^Failure: flow "fax" is none of the bridge's: qr \(Scan a QR code\)$/);
    });

    it("asks for every field, hides secrets, and asks again for what does not fit", async () => {
        const fields = [
            { id: "phone_number", type: "phone_number", name: "Phone number", description: "With +", pattern: "^\\+\\d+$" },
            { id: "password", type: "password", name: "Password" },
            { id: "region", type: "select", name: "Region", options: ["eu", "us"] },
        ];
        const input: LoginStep = { login_id: "login", type: "user_input", step_id: "form", user_input: { fields } };
        const { api, person, heard, submitted } = scene([phone], [input, done], ["123", "+123", "hush", "asia", "eu"]);
        await signInToNetwork(api, person, undefined);
        assert.deepEqual(submitted, [{ phone_number: "+123", password: "hush", region: "eu" }]);
        assert.deepEqual(heard, [
            "Phone number (With +)?",
            "that does not fit; try again",
            "Phone number (With +)?",
            "Password (hidden)?",
            "Region (eu, us)?",
            "one of: eu, us",
            "Region (eu, us)?",
        ]);
    });

    it("asks for cookies without showing them, and leaves out those that nobody has", async () => {
        const cookies = {
            url: "https://slack.com",
            fields: [
                { id: "d", required: true },
                { id: "x", required: false },
            ],
        };
        const { api, person, heard, submitted } = scene(
            [qr],
            [{ login_id: "login", type: "cookies", step_id: "c", cookies }, done],
            ["v", ""],
        );
        await signInToNetwork(api, person, undefined);
        assert.deepEqual(submitted, [{ d: "v" }]);
        assert.deepEqual(heard.slice(1), ["d (hidden)?", "x, or nothing (hidden)?"]);
    });

    it("shows a pairing code as text", async () => {
        const pairing: LoginStep = { ...code(""), display_and_wait: { type: "code", data: "ABCD-EFGH" } };
        const { api, person, heard } = scene([phone], [pairing, done]);
        await signInToNetwork(api, person, undefined);
        assert.match(heard[1] ?? "", /^\s+ABCD-EFGH\s+$/);
    });

    it("gives up what it began where the bridge fails or asks for more than a terminal can give", async () => {
        const late = scene([qr], [code("one"), new Error("timed out")]);
        await assert.rejects(signInToNetwork(late.api, late.person, undefined), /timed out/);
        assert.equal(late.asked.at(-1), "cancel login");
        const browser = scene([qr], [{ login_id: "login", type: "webauthn", step_id: "key" }]);
        await assert.rejects(signInToNetwork(browser.api, browser.person, undefined), /"webauthn", which needs a browser; sign in by chat/);
        assert.equal(browser.asked.at(-1), "cancel login");
    });
});
