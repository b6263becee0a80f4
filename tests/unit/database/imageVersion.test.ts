import assert from "node:assert/strict";
import { majorByTag } from "../../../components/database/imageVersion.ts";
import { dataDirectory } from "../../../components/database/ownServer.ts";

describe("the version that an image's tag promises", () => {
    const tags: [string, number | undefined][] = [
        ["docker.io/library/postgres:15-bookworm", 15],
        ["postgres:18", 18],
        ["postgres:18.1-alpine", 18],
        ["registry:5000/postgres", undefined],
        ["postgres:latest", undefined],
        ["postgres@sha256:0123", undefined],
        ["postgres:17@sha256:0123", 17],
        ["timescale/timescaledb:2.17.2-pg16", 16],
        ["pgvector/pgvector:pg17", 17],
    ];
    for (const [reference, major] of tags) it(`${reference}: ${major}`, () => assert.equal(majorByTag(reference), major));

    it("decides where the volume is mounted: where the image declares one", () => {
        assert.equal(dataDirectory("postgres:17-bookworm"), "/var/lib/postgresql/data");
        for (const image of ["postgres:18", "postgres:latest"]) assert.equal(dataDirectory(image), "/var/lib/postgresql");
    });
});
