import assert from "node:assert/strict";
import { diskFault, nodeFault } from "../../../scripts/setup/prerequisites.ts";

describe("prerequisites", () => {
    const room = { path: "/var/lib/docker", purpose: "container images and volumes", needed: 4e9 };

    it("name the path, what is free and what is needed where a disk is too small", () => {
        assert.equal(
            diskFault([{ ...room, free: 1.26e9 }]),
            "Too little disk at /var/lib/docker: 1.3 GB free, 4.0 GB needed for container images and volumes",
        );
    });

    it("are met by just enough disk", () => {
        assert.equal(diskFault([{ ...room, free: 4e9 }]), undefined);
    });

    for (const version of ["20.19.0", "20.20.2", "22.1.0"]) {
        it(`are met by Node.js ${version}`, () => assert.equal(nodeFault(version), undefined));
    }

    for (const version of ["18.20.4", "20.18.3"]) {
        it(`are not met by Node.js ${version}`, () => assert.match(nodeFault(version) ?? "", new RegExp(`is ${version}, and 20\\.19`)));
    }
});
