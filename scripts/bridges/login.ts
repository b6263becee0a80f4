/** Signs a person in to a network through a bridge, step by step, as the bridge asks for it. */
import { Failure } from "../project/failure.ts";
import { quoted, visible } from "../project/visible.ts";
import type { LoginField, LoginFlow, LoginStep, ProvisioningApi } from "./provisioning.ts";

/** How the person is asked and told. */
export interface Person {
    say(text: string): void;
    /** @param hidden what is typed does not appear */
    ask(question: string, hidden: boolean): Promise<string>;
    /** A code to scan. */
    draw(data: string): void;
}

/** @param flow ID of the way to sign in; absent: the only one, or the person's choice */
export async function signInToNetwork(
    api: ProvisioningApi,
    person: Person,
    flow: string | undefined,
): Promise<{ login: string; line: string }> {
    let step = await api.start(await chosen(await api.flows(), flow, person));
    try {
        for (let shown: LoginStep | undefined; step.type !== "complete"; shown = step) {
            const { type, instructions } = step;
            if (instructions && instructions !== shown?.instructions) person.say(visible(instructions));
            if (type === "display_and_wait") {
                show(step, shown, person);
                step = merged(step, await api.step(step, {}));
            } else if (type === "user_input" || type === "cookies") {
                step = merged(step, await api.step(step, await answers(step, person)));
            } else {
                throw new Failure(`the bridge asks for ${quoted(type)}, which needs a browser; sign in by chat, as docs/bridges.md shows`);
            }
        }
    } catch (error) {
        await api.cancel(step).catch(() => {});
        throw error;
    }
    const login = step.complete?.user_login_id ?? "";
    return { login, line: step.instructions ? visible(step.instructions) : `signed in as ${visible(login)}` };
}

/** The bridge names the login in every answer; a test's or a former one's may not. */
function merged(before: LoginStep, next: LoginStep): LoginStep {
    return { ...next, login_id: next.login_id || before.login_id };
}

async function chosen(flows: readonly LoginFlow[], wanted: string | undefined, person: Person): Promise<string> {
    const listed = flows.map(({ id, description }) => `${id} (${visible(description)})`).join(", ");
    const check = (flow: string) => {
        if (!flows.some(({ id }) => id === flow)) throw new Failure(`flow ${quoted(flow)} is none of the bridge's: ${listed}`);
        return flow;
    };
    if (wanted !== undefined) return check(wanted);
    const [only, another] = flows;
    if (!only) throw new Failure("the bridge knows no way to sign in");
    if (!another) return only.id;
    person.say(`Ways to sign in: ${listed}`);
    return check((await person.ask("Which one", false)).trim());
}

function show({ display_and_wait: shown }: LoginStep, before: LoginStep | undefined, person: Person): void {
    const { type, data = "" } = shown ?? {};
    if (type === "qr") {
        if (before?.display_and_wait?.type === "qr") person.say("A new code; the one before is no longer valid:");
        person.draw(data);
    } else if (type === "code" || type === "emoji") person.say(`\n    ${visible(data)}\n`);
}

const secretTypes = new Set(["password", "token", "2fa_code"]);

/** @returns values by the fields' IDs */
async function answers({ type, user_input, cookies }: LoginStep, person: Person): Promise<Record<string, string>> {
    if (cookies) person.say(`Sign in at ${visible(cookies.url)} in a browser, and copy these from its developer tools:`);
    const values: Record<string, string> = {};
    for (const field of (user_input ?? cookies)?.fields ?? []) {
        const value = await answer(field, type === "cookies" || secretTypes.has(field.type ?? ""), person);
        if (value !== "") values[field.id] = value;
    }
    return values;
}

/** Asked again until it fits. */
async function answer(field: LoginField, hidden: boolean, person: Person): Promise<string> {
    const { id, name = id, description, pattern, options, required = true } = field;
    const hint = options ? ` (${options.join(", ")})` : description && description !== name ? ` (${description})` : "";
    for (;;) {
        const value = (await person.ask(visible(`${name}${hint}${required ? "" : ", or nothing"}`), hidden)).trim();
        if (value === "" && !required) return value;
        if (value !== "" && (options?.includes(value) ?? true) && fits(pattern, value)) return value;
        person.say(options ? `one of: ${options.join(", ")}` : "that does not fit; try again");
    }
}

/** The bridge checks by itself; a pattern that this language does not take is no reason to refuse. */
function fits(pattern: string | undefined, value: string): boolean {
    if (!pattern) return true;
    try {
        return new RegExp(pattern).test(value);
    } catch {
        return true;
    }
}
