import assert from "node:assert/strict";
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
});
