/** Serves the page of a call on the loopback address, which browsers take for as safe as HTTPS: camera and microphone need that. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const html = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>Call</title>
<style>
    body { display: flex; gap: 1em; margin: 1em; font: 16px sans-serif }
    figure { margin: 0 }
    video { width: 320px; background: black }
</style>
<figure><video id="remote" autoplay playsinline></video><figcaption>The other</figcaption></figure>
<figure><video id="local" autoplay playsinline muted></video><figcaption>I</figcaption></figure>
<script type="module" src="page.js"></script>`;

/** @returns the server and the address of the page */
export async function servePage(): Promise<{ server: Server; url: string }> {
    const script = await bundle();
    const server = createServer(({ url }, response) => {
        if (url === "/") response.setHeader("content-type", "text/html").end(html);
        else if (url === "/page.js") response.setHeader("content-type", "text/javascript").end(script);
        else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function bundle(): Promise<Uint8Array> {
    const { outputFiles } = await build({
        entryPoints: [fileURLToPath(new URL("page/page.ts", import.meta.url))],
        bundle: true,
        format: "esm",
        platform: "browser",
        target: "es2023",
        write: false,
        logLevel: "error",
    });
    const [script] = outputFiles;
    if (!script) throw new Error("esbuild made no bundle");
    return script.contents;
}
