/** The pepper of passwords: every stored one was made with it. */
import assert from "node:assert/strict";
import { standingPepper } from "../../../components/homeserver/synapse/standing.ts";
import { paths } from "../../../components/homeserver/synapse/synapseConfig.ts";
import { SecretValue } from "../../../components/settings/secretValue.ts";

describe("the pepper of passwords", () => {
    const peppered = (pepper: string) => ({ password_config: { pepper: new SecretValue(pepper) } });
    const running = (pepper?: string) =>
        new Map(
            Object.entries({
                [paths.config]: "password_config: { policy: { enabled: true } }",
                ...(pepper !== undefined && { [paths.secretOptions]: `password_config: { pepper: "${pepper}" }` }),
            }),
        );

    it("stays as it is on a server that runs", () => {
        assert.deepEqual(standingPepper({ config: peppered("a") }).faults(running("a")), []);
        assert.deepEqual(standingPepper({ config: {} }).faults(running()), []);
    });

    it("is refused where it would be another one, new or gone, and not shown", () => {
        for (const [config, before, how] of [
            [peppered("hidden"), "other", "cannot change on"],
            [{}, "hidden", "cannot change on"],
            [peppered("hidden"), undefined, "cannot be added to"],
        ] as const)
            assert.deepEqual(standingPepper({ config }).faults(running(before)), [
                `homeserver.config.password_config.pepper: ${how} a running server: no password would be right any more; put it back as it was`,
            ]);
    });
});
