/** Configuration that leads from the server name's own web server and DNS to the gateway, ready to paste. Pure. */
import { type BehindProxy, type ProxyConfigurations, proxyConfigurations } from "./proxies.ts";
import { type WellKnown, wellKnownPath } from "./wellKnown.ts";

export interface Delegation {
    /** Path → content of each file. Content type: application/json; header: Access-Control-Allow-Origin: *. */
    files: Record<string, string>;
    /** For a `server` block of nginx. */
    nginx: string;
    /** For a site block of a Caddyfile. */
    caddy: string;
    /** For a virtual host of Apache httpd; needs mod_headers and mod_alias. */
    apache: string;
    /** For a bucket that is served under the server name: what to put under which key. */
    objects: { key: string; contentType: string; body: string }[];
    /** Lines of a DNS zone file. */
    dns: string[];
    /** Of a proxy in front of the gateway. */
    proxy: ProxyConfigurations;
}

export interface DelegationArgs {
    /** Without a port. */
    baseDomain: string;
    wellKnown: WellKnown;
    /** The gateway's host and port, where a DNS record is what leads there. */
    service: { host: string; port: number } | undefined;
    /** Where a proxy in front finds the gateway, and what it takes over from it. */
    behind: BehindProxy;
}

export function delegation({ baseDomain, wellKnown, service, behind }: DelegationArgs): Delegation {
    const files = Object.fromEntries(
        Object.entries(wellKnown).map(([kind, content]) => [`${wellKnownPath}/${kind}`, JSON.stringify(content)]),
    );
    const blocks = (block: (path: string, body: string) => string) =>
        Object.entries(files)
            .map(([path, body]) => block(path, body))
            .join("\n");
    return {
        files,
        // In nginx and Apache a quote or a backslash ends or escapes; JSON has neither of the first.
        nginx: blocks(
            (path, body) => `location = ${path} {
    default_type application/json;
    add_header Access-Control-Allow-Origin * always;
    return 200 '${body.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("$", "\\u0024")}';
}
`,
        ),
        caddy: blocks(
            (path, body) => `handle ${path} {
    header Content-Type application/json
    header Access-Control-Allow-Origin *
    respond \`${body.replaceAll("`", "\\u0060")}\` 200
}
`,
        ),
        apache: `# Copy the files of the output \`delegation.files\` below this directory.
Alias ${wellKnownPath}/ /var/www/matrix${wellKnownPath}/
<Directory /var/www/matrix${wellKnownPath}>
    Require all granted
    ForceType application/json
    Header always set Access-Control-Allow-Origin "*"
</Directory>
`,
        objects: Object.entries(files).map(([path, body]) => ({ key: path.slice(1), contentType: "application/json", body })),
        dns: service ? [`_matrix-fed._tcp.${baseDomain}. 3600 IN SRV 10 0 ${service.port} ${service.host}.`] : [],
        proxy: proxyConfigurations(behind),
    };
}
