import assert from "node:assert/strict";
import { factsOf } from "../../../matrix/certificates.ts";
import { presentedCertificate } from "../../../scripts/checks/presentedCertificate.ts";
import { Authority } from "../../support/federation/authority.ts";
import { type FakeGateway, fakeGateway } from "../../support/verification/fakeGateway.ts";

describe("the certificate that status compares", () => {
    const authority = new Authority();
    const certificate = authority.issue({ names: ["example.test"] });
    let server: FakeGateway;
    before(async () => {
        server = await fakeGateway({}, certificate);
    });
    after(() => {
        server.close();
        authority.remove();
    });

    const compared = async (fingerprint: () => Promise<string | undefined>, own: { port?: number; declaredCertificate?: boolean } = {}) => {
        const gateway = { bind: "0.0.0.0", port: server.port, host: "example.test", declaredCertificate: true, ...own };
        return (await presentedCertificate({ gateway }, fingerprint, 3000)).map(({ state, found }) => [state, found]);
    };
    const { fingerprint } = factsOf(certificate.cert);

    it("is the deployed one, or another", async () => {
        assert.deepEqual(await compared(async () => fingerprint), [["ok", `it is the one that was deployed, ${fingerprint}`]]);
        const [[state, found] = []] = await compared(async () => "0123456789abcdef");
        assert.equal(state, "fault");
        assert.match(found ?? "", new RegExp(`: ${fingerprint} \\(by Test Intermediate, for example\\.test\\), not 0123456789abcdef$`));
    });

    it("is not compared where the gateway gets its own, where nothing tells which was deployed, or where nothing answers", async () => {
        assert.deepEqual(await compared(async () => fingerprint, { declaredCertificate: false }), []);
        const unknown = await compared(async () => undefined);
        assert.match(`${unknown}`, /^skipped,not compared: the stack's outputs have no certificateFingerprint/);
        const failed = await compared(() => Promise.reject(new Error("pulumi did not answer within 4 s")));
        assert.deepEqual(failed, [["skipped", "not compared: pulumi did not answer within 4 s"]]);
        const stopped = await compared(async () => fingerprint, { port: 1 });
        assert.deepEqual(stopped, [["skipped", "not compared: the connection is refused"]]);
    });
});
