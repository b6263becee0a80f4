/** Whether the homeserver reaches a bridge. */
import { z } from "zod";
import type { Registration } from "./registration.ts";

export type Ping = { milliseconds: number } | { fault: string };

const answer = z.object({ duration_ms: z.number() });
const refusal = z.object({ errcode: z.string(), error: z.string().optional(), status: z.number().optional() });

/**
 * The homeserver asks the bridge, and says how long the answer took.
 * Source: https://spec.matrix.org/v1.16/application-service-api/#post_matrixclientv1appserviceappserviceidping
 * @param homeserverUrl the client API, as this machine reaches it
 */
export async function ping(homeserverUrl: string, { id, as_token: token }: Registration, timeLimit: number): Promise<Ping> {
    try {
        const response = await fetch(`${homeserverUrl}/_matrix/client/v1/appservice/${encodeURIComponent(id)}/ping`, {
            method: "POST",
            headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
            body: JSON.stringify({ transaction_id: `status-${Date.now()}` }),
            signal: AbortSignal.timeout(timeLimit),
        });
        const body: unknown = await response.json();
        if (response.ok) return { milliseconds: answer.parse(body).duration_ms };
        return { fault: faultOf(refusal.parse(body)) };
    } catch (error) {
        const late = error instanceof DOMException && error.name === "TimeoutError";
        return { fault: late ? `does not answer the homeserver within ${timeLimit / 1000} s` : "the homeserver does not answer" };
    }
}

function faultOf({ errcode, error = "", status }: z.output<typeof refusal>): string {
    switch (errcode) {
        case "M_CONNECTION_FAILED":
            return "the homeserver cannot connect to it";
        case "M_CONNECTION_TIMEOUT":
            return "does not answer the homeserver";
        case "M_BAD_STATUS":
            return `answers the homeserver with status ${status ?? "unknown"}: their tokens may differ; run: make up`;
        case "M_UNKNOWN_TOKEN":
        case "M_FORBIDDEN":
            return "the homeserver does not know its token; run: make up";
        default:
            return `${errcode} ${error}`.trim();
    }
}
