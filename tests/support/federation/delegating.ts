/** A server name whose well-known file leads somewhere, for the tests of the federation check. */
import { homeserverRoutes, type Reply, type Routes, World, webRoutes } from "./world.ts";

export const here = (to = "127.0.0.1") => ({ type: "A", to }) as const;
export const leadsTo = (host: string) => (port: number) => ({ body: { "m.server": `${host}:${port}` } });
export const matrixHost = { certificate: { names: ["matrix.example.test"] } };

/** A world, and what its server name's host says of where the homeserver is. */
export function delegatingWorld() {
    const world = new World();

    /** A web server on the server name's host, whose well-known file leads to a homeserver, or says what `file` says. */
    async function delegating(
        file?: Reply | "silence" | ((port: number) => Reply),
        served: Parameters<World["web"]>[1] = {},
        routes = homeserverRoutes(),
    ) {
        const port = await world.web(routes, served);
        const reply = typeof file === "function" ? file(port) : file;
        return { port, web: await world.web(webRoutes(reply)) };
    }

    /** With nothing but port 8448 of the server name: where a well-known file that is no good leaves other servers. */
    async function checkFile(file: Reply | "silence", more: Routes = {}) {
        const web = await world.web({ ...webRoutes(file), ...more });
        return world.check("example.test", { "example.test": [here()] }, { "example.test:443": web, "example.test:8448": 1 });
    }

    return { world, delegating, checkFile };
}
