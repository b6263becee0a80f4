/** What `make mesh` and `make mesh-down` do, with names, ports and a range that are the tests' own: meshTool.ts up|down. */
import { pathToFileURL } from "node:url";
import { type Mesh, meshDown, meshUp } from "../../scripts/mesh/mesh.ts";

export const testMesh: Mesh = {
    name: "test-mesh",
    base: 11_800,
    network: { name: "matrix-synapse-test-mesh", subnet: "10.94.17.0/24" },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
    await (process.argv[2] === "up" ? meshUp(2, testMesh) : meshDown(testMesh));
}
