/** Whether state and engine belong together. */
import assert from "node:assert/strict";
import type { Deployed } from "../../../components/platform/docker/changes/deployed.ts";
import { type Standing, standingFault } from "../../../components/platform/docker/changes/identity.ts";
import { deployed, onServer, prefix, volumes, wanted } from "../../support/deployedStack.ts";

describe("what the engine has of a stack", () => {
    const engine = "ssh://far";
    const containers = [{ name: `${prefix}-gateway`, id: "1" }];
    const [media = "", postgres = ""] = volumes;
    const said = (standing: Partial<Standing>, state: Partial<Deployed> | null = {}) =>
        standingFault(
            { deployed: state ? { ...deployed, ...state } : undefined, standing: { engine, volumes, containers, ...standing } },
            wanted,
        );

    it("is what its state has", () => {
        assert.equal(said({}), undefined);
        assert.equal(said({ volumes: [], containers: [] }, null), undefined);
        assert.equal(said({ volumes: [], containers: [] }, { createdVolumes: [] }), undefined, "cut short before it had any");
        assert.equal(said({ containers: [] }), undefined, "containers that were removed by hand");
        assert.equal(said({ volumes: [media] }, onServer), undefined, "a database elsewhere");
    });

    it("is missed altogether where it may be another engine", () => {
        const { fault, elsewhere } = said({ volumes: [], containers: [] }) ?? {};
        assert.equal(elsewhere, true);
        assert.match(fault ?? "", /^this stack is deployed, but the Docker engine at ssh:\/\/far has nothing of it, .*point DOCKER_HOST/);
    });

    it("is missed in part where a volume was removed", () =>
        assert.deepEqual(said({ volumes: [media] }), {
            elsewhere: false,
            fault: `${postgres}: gone from the Docker engine at ssh://far, and new, empty volumes would take their place; restore them (docs/changes.md, "A volume is gone")`,
        }));

    it("is told apart from what a later state has", () =>
        assert.equal(
            said({ containers: [...containers, { name: `${prefix}-relay`, id: "2" }] })?.fault,
            `${prefix}-relay: made by an update that this stack's state knows nothing of, because the state is an older one or another checkout's; bring back the latest state, or run docker rm --force ${prefix}-relay and then make up, which makes them anew from this state`,
        ));
});
