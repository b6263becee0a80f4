import assert from "node:assert/strict";
import { faultsIn } from "../../../scripts/testing/importOrder.ts";

const importing = (specifier: string): string => `import { x } from "${specifier}";\n`;

describe("the order of imports", () => {
    for (const [file, specifier] of [
        ["matrix/names.ts", "./serverName.ts"],
        ["provider/resources/index.ts", "../../matrix/names.ts"],
        ["provider/plugin/room.ts", "../../scripts/content/room/room.ts"],
        ["components/gateway/gateway.ts", "../platform/platform.ts"],
        ["components/content/content.ts", "../../provider/resources/index.ts"],
        ["components/platform/docker/docker.ts", "./labels.ts"],
        ["index.ts", "./components/platform/docker/docker.ts"],
        ["program.js", "./index.ts"],
        ["scripts/project/stacks.ts", "../../components/settings/nearest.ts"],
        ["scripts/stack/components.ts", "../../components/parts.ts"],
        ["scripts/deployment/recovery.ts", "../stack/objects.ts"],
        ["scripts/setup/main.ts", "../mesh/mesh.ts"],
        ["scripts/cli/main.ts", "./groups.ts"],
        ["scripts/cli/manage/install.ts", "../../deployment/automation.ts"],
    ] as const) {
        it(`lets ${file} import ${specifier}`, () => assert.deepEqual(faultsIn(file, importing(specifier)), []));
    }

    for (const [file, specifier, target, rule] of [
        ["matrix/serverName.ts", "../components/settings/delegation.ts", "components/settings/delegation.ts", /imports nothing of ours/],
        ["provider/resources/index.ts", "../plugin/wire.ts", "provider/plugin/wire.ts", /matrix only/],
        ["provider/plugin/bot.ts", "../../components/parts.ts", "components/parts.ts", /scripts\/content/],
        ["components/gateway/gateway.ts", "../../scripts/stack/docker.ts", "scripts/stack/docker.ts", /components import/],
        ["components/gateway/gateway.ts", "../../provider/resources/index.ts", "provider/resources/index.ts", /components import/],
        ["components/turn/turn.ts", "../platform/docker/docker.ts", "components/platform/docker/docker.ts", /interface/],
        ["index.ts", "./provider/resources/index.ts", "provider/resources/index.ts", /components only/],
        ["scripts/content/client.ts", "../project/failure.ts", "scripts/project/failure.ts", /scripts\/content imports/],
        ["scripts/project/stacks.ts", "../setup/step.ts", "scripts/setup/step.ts", /scripts\/project imports/],
        ["scripts/stack/docker.ts", "../cli/bound.ts", "scripts/cli/bound.ts", /a room of scripts/],
        ["scripts/setup/main.ts", "../cli/bound.ts", "scripts/cli/bound.ts", /nobody imports scripts\/cli/],
        ["scripts/deployment/recovery.ts", "../../components/secrets.ts", "components/secrets.ts", /pure pieces/],
    ] as const) {
        it(`refuses that ${file} imports ${target}`, () => {
            const [fault, ...others] = faultsIn(file, importing(specifier));
            assert.ok(fault?.startsWith(`${file}: imports ${target}; `), fault);
            assert.match(fault ?? "", rule);
            assert.deepEqual(others, []);
        });
    }

    it("sees exports, type imports, dynamic imports and imports over several lines", () => {
        for (const text of [
            'export { x } from "../components/parts.ts";',
            'import type { X } from "../components/parts.ts";',
            'import "../components/parts.ts";',
            'const x = await import("../components/parts.ts");',
            'import {\n    x,\n    y,\n} from "../components/parts.ts";',
        ]) {
            assert.equal(faultsIn("matrix/names.ts", text).length, 1, text);
        }
    });

    it("does not take an example in a comment for an import", () => {
        assert.deepEqual(faultsIn("matrix/names.ts", '/**\n * import { x } from "../index.ts";\n */\n// import "../index.ts"\n'), []);
    });

    it("keeps Docker and Synapse's administration to those that are for them", () => {
        const docker = 'import * as docker from "@pulumi/docker";';
        const start = 'await execa("docker", ["ps"]);';
        const admin = 'await client.doRequest("GET", "/_synapse/admin/v1/rooms");';
        assert.match(faultsIn("components/gateway/gateway.ts", docker)[0] ?? "", /has @pulumi\/docker; only components\/platform\/docker/);
        assert.match(faultsIn("scripts/mesh/network.ts", start)[0] ?? "", /has "docker"; .* start docker/);
        assert.match(faultsIn("scripts/cli/content/find.ts", admin)[0] ?? "", /has \/_synapse\/admin; only/);
        assert.deepEqual(faultsIn("components/platform/docker/docker.ts", docker), []);
        assert.deepEqual(faultsIn("scripts/stack/docker.ts", start), []);
        assert.deepEqual(faultsIn("scripts/content/administration/synapse.ts", admin), []);
    });
});
