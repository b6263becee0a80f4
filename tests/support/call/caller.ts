/** A person with the page of a call open in a browser. */
import type { Browser, Page } from "playwright-core";
import type { CallPage, Session } from "./callPage.ts";

/** What the server answers to a client that asks for its relay. Source: GET /_matrix/client/v3/voip/turnServer */
export interface RelayAnswer {
    uris: string[];
    username: string;
    password: string;
    ttl: number;
}

export interface Caller {
    /** Calls one of the page's functions. */
    ask<Name extends keyof CallPage>(name: Name, ...parameters: Parameters<CallPage[Name]>): Promise<Awaited<ReturnType<CallPage[Name]>>>;
    /** @param file PNG */
    photograph(file: string): Promise<void>;
    close(): Promise<void>;
}

/** @param relay what the page gets to see of the server's answer; the whole of it unless given */
export async function openCaller(
    browser: Browser,
    url: string,
    session: Session,
    relay: (answer: RelayAnswer) => RelayAnswer = (answer) => answer,
): Promise<Caller> {
    const context = await browser.newContext({ viewport: { width: 740, height: 320 } });
    const page = await context.newPage();
    await page.route("**/_matrix/client/v3/voip/turnServer", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: relay(await response.json()) });
    });
    await page.goto(url);
    const caller = callerOn(page);
    await caller.ask("start", session);
    return caller;
}

function callerOn(page: Page): Caller {
    return {
        // What stands in the braces runs in the page.
        ask: (name, ...parameters) =>
            page.evaluate(
                ([called, given]) => {
                    const { callPage } = globalThis as unknown as { callPage: Record<string, (...given: unknown[]) => never> };
                    return callPage[called as string]?.(...(given as unknown[]));
                },
                [name, parameters] as [string, unknown[]],
            ) as never,
        photograph: async (file) => {
            await page.screenshot({ path: file });
        },
        close: () => page.context().close(),
    };
}
