import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MatrixError } from "matrix-bot-sdk";
import { Session } from "../../../scripts/content/session.ts";

function session(): Session {
    return new Session({ homeserverUrl: "http://127.0.0.1:1", accessToken: "t" }, () => {});
}

describe("a run's session", () => {
    it("asks for the accounts once, and again after a failure", async () => {
        const one = session();
        let asked = 0;
        one.administration.accounts = async () => {
            asked++;
            if (asked === 1) throw new Error("half an answer");
            return new Map();
        };
        await assert.rejects(one.accounts(), /half an answer/);
        await Promise.all([one.accounts(), one.accounts()]);
        await one.accounts();
        assert.equal(asked, 2);
    });

    it("fails for all who asked at the same time, and once only", async () => {
        const one = session();
        let asked = 0;
        one.administration.accounts = async () => {
            asked++;
            throw new Error("half an answer");
        };
        const both = await Promise.allSettled([one.accounts(), one.accounts()]);
        assert.deepEqual([both.map(({ status }) => status), asked], [["rejected", "rejected"], 1]);
    });

    it("does not remember an upload that failed", async () => {
        const one = session();
        one.client.uploadContent = () => Promise.reject(new Error("half an answer"));
        await assert.rejects(one.mediaOf("package.json"), /half an answer/);
        one.client.uploadContent = async () => "mxc://localhost/one";
        assert.equal(await one.mediaOf("package.json"), "mxc://localhost/one");
    });

    it("says who can declare accounts where the one who acts cannot", async () => {
        const one = session();
        const forbidden = new MatrixError({ errcode: "M_FORBIDDEN", error: "You are not a server admin" }, 403);
        one.administration.account = () => Promise.reject(forbidden);
        await assert.rejects(
            one.account("@a:localhost"),
            /^Error: only a server admin can declare accounts, and the provider's accessToken is not of one; make its account one/,
        );
    });

    it("says where accounts can be declared where the admin API is not passed on", async () => {
        const one = session();
        one.administration.accounts = () =>
            Promise.reject(new MatrixError({ errcode: "M_UNRECOGNIZED", error: "Unrecognized request" }, 404));
        await assert.rejects(
            one.accounts(),
            /^Error: accounts are declared by the admin API, which http:\/\/127\.0\.0\.1:1 does not pass on; give/,
        );
    });

    describe("whose token the server does not take", () => {
        /** @returns what a look says: the warnings, or the error */
        const look = async (errcode: string, secret: { registrationSharedSecret?: string }): Promise<string> => {
            const server = createServer((_, answer) => answer.writeHead(401).end(JSON.stringify({ errcode, error: "No" }))).listen(
                0,
                "127.0.0.1",
            );
            await once(server, "listening");
            const homeserverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
            const warnings: string[] = [];
            const one = new Session({ homeserverUrl, accessToken: "t", ...secret }, (message) => warnings.push(message));
            try {
                return (await one.canLook()) ? "it looked" : warnings.join();
            } catch (error) {
                return String(error);
            } finally {
                server.close();
            }
        };

        it("fails at once, with what to do, in a program that has nothing but the token", async () => {
            assert.match(
                await look("M_UNKNOWN_TOKEN", {}),
                /^Error: the server does not take the provider's accessToken; run pulumi up in the server's/,
            );
            assert.match(
                await look("M_USER_LOCKED", {}),
                /^Error: the account of the provider's accessToken is locked; a server admin can unlock it$/,
            );
        });

        it("only does not look in the server's own stack, which gets another token in the same run", async () => {
            const secret = { registrationSharedSecret: "secret" };
            assert.match(
                await look("M_UNKNOWN_TOKEN", secret),
                /^Drift was not looked at: the server does not take the provider's accessToken\. What/,
            );
        });
    });
});
