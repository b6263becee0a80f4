/** The section `homeserver.proxy`: the way out for the homeserver. Pure. */
import { z } from "zod";
import { leadsToThisMachine } from "../../../matrix/httpUrl.ts";
import { keptEncrypted } from "../configText.ts";
import { named } from "./valueTypes.ts";

function faultInProxyUrl(url: string): string | undefined {
    if (/^https?:\/\/[^/]*@/i.test(url)) return "has a user in it; set homeserver.proxy.user and homeserver.proxy.password instead";
    if (!/^https?:\/\//i.test(url)) return "is not the URL of an HTTP proxy, such as http://proxy.example.org:3128";
    // Synapse's own default is 1080, which is hardly ever meant.
    if (!/:\d{1,5}\/?$/.test(url)) return "does not end with a port; write it like http://proxy.example.org:3128";
    if (!/^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+):\d{1,5}$/i.test(url))
        return "has more than a host and a port; write it like http://proxy.example.org:3128";
    if (!URL.canParse(url) || /:0+$/.test(url))
        return "has a host or a port that no proxy has; write it like http://proxy.example.org:3128";
    return leadsToThisMachine(new URL(url))
        ? "leads to the homeserver's own container; give an address of this machine that containers reach (172.17.0.1, where the proxy must listen too)"
        : undefined;
}

/** Synapse compares names alone. Source: synapse/http/proxyagent.py, and proxy_bypass_environment in Python's urllib */
function faultInException(host: string): string | undefined {
    if (/^[^:]+:\d+$/.test(host)) return `has a port, and hosts are compared without one; write ${host.replace(/:.*/, "")}`;
    if (/^[*]\.[a-z0-9.-]+$/i.test(host)) return `has a *; write ${host.slice(2)}, which stands for the names below it, too`;
    return /^[A-Za-z0-9._:-]+$/.test(host) ? undefined : "is not a host name, such as partner.example.org";
}

/** Synapse reads user and password out of a URL, and decodes nothing in it. */
function faultInCredential(text: string): string | undefined {
    if (text === keptEncrypted) return undefined;
    return /^[!-~]+$/.test(text) && !/[/?#[\]]/.test(text)
        ? undefined
        : "has a space, a letter outside ASCII, or one of / ? # [ ], which Synapse cannot pass on to a proxy; choose another one";
}

export const proxy = z
    .strictObject({
        // Not the whole URL, so that the password alone is a secret and the rest can be read in a preview.
        url: named(faultInProxyUrl).describe("URL of the proxy, such as http://proxy.example.org:3128, as seen from the container."),
        user: named((user) => (user.includes(":") ? "has a colon" : faultInCredential(user)))
            .optional()
            .describe("User name at the proxy. Default: none is given."),
        password: named(faultInCredential)
            .optional()
            .describe("Password at the proxy. Set it with: pulumi config set --secret --path homeserver.proxy.password"),
        except: z
            .array(named(faultInException))
            .default([])
            .describe(
                "Hosts to connect to directly, each with the names below it (Synapse: no_proxy_hosts). The bots' own application services are among them always.",
            ),
    })
    .refine(({ user, password }) => (user === undefined) === (password === undefined), { error: "has only one of user and password" })
    .describe(
        "HTTP proxy for connections to other servers, push gateways and link previews (Synapse: http_proxy, https_proxy). Default: direct connections.",
    );
