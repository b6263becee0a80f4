import assert from "node:assert/strict";
import { MatrixClient, MatrixError } from "matrix-bot-sdk";
import { synapseAdministration } from "../../../scripts/content/administration/synapse.ts";

describe("a reactivation", function () {
    this.timeout(20_000);

    const answering = (failures: number) => {
        let asked = 0;
        const client = new MatrixClient("http://127.0.0.1:1", "t");
        client.doRequest = async () => {
            asked++;
            if (asked <= failures) throw new MatrixError({ errcode: "M_UNKNOWN", error: "Internal server error" }, 500);
            return {};
        };
        return { administration: synapseAdministration(client), asked: () => asked };
    };

    it("is repeated while a new database lacks the index that it needs", async () => {
        const { administration, asked } = answering(1);
        await administration.save("@a:localhost", { deactivated: false });
        assert.equal(asked(), 2);
    });

    it("alone is: any other change fails at once", async () => {
        const { administration, asked } = answering(1);
        await assert.rejects(administration.save("@a:localhost", { displayName: "A" }), /M_UNKNOWN/);
        assert.equal(asked(), 1);
    });
});
