/** The page of a call: one signed-in client, its own picture and the other's. Runs in the browser, on matrix-js-sdk. */
import { CallEvent, ClientEvent, createClient, type MatrixCall, type MatrixClient } from "matrix-js-sdk";
import { CallErrorCode } from "matrix-js-sdk/lib/webrtc/call.js";
import { CallEventHandlerEvent } from "matrix-js-sdk/lib/webrtc/callEventHandler.js";
import type { CallPage, Picture, Session } from "../callPage.ts";
import { seenBy } from "./seen.ts";

let client: MatrixClient;
let call: MatrixCall;
let refusals: string[] = [];

async function start({ homeserver, ...session }: Session): Promise<void> {
    client = createClient({ baseUrl: homeserver, ...session, forceTURN: true });
    const ready = Promise.all([
        new Promise((resolve) => client.once(ClientEvent.TurnServers, resolve)),
        new Promise((resolve) => client.once(ClientEvent.Sync, resolve)),
    ]);
    await client.startClient({ initialSyncLimit: 1 });
    await ready;
}

/** Shows both sides' pictures as they come. */
function watch(next: MatrixCall): void {
    call = next;
    call.on(CallEvent.Error, (error) => console.error(`call: ${error.code} ${error.message}`));
    call.on(CallEvent.FeedsChanged, () => {
        video("local").srcObject = call.localUsermediaStream ?? null;
        video("remote").srcObject = call.remoteUsermediaStream ?? null;
    });
}

/** What the relay says no to, from here on. */
function watchRelay(): void {
    refusals = [];
    call.peerConn?.addEventListener("icecandidateerror", ({ url, errorCode }) => refusals.push(`${errorCode} ${url}`));
}

async function place(roomId: string): Promise<void> {
    const placed = client.createCall(roomId);
    if (!placed) throw new Error("this browser has no WebRTC");
    watch(placed);
    await placed.placeVideoCall();
    watchRelay();
}

async function answer(roomId: string): Promise<void> {
    const incoming = new Promise<MatrixCall>((resolve) =>
        client.on(CallEventHandlerEvent.Incoming, (next) => next.roomId === roomId && resolve(next)),
    );
    watch(await incoming);
    watchRelay();
    await call.answer(true, true);
}

function seen() {
    if (!call.peerConn) throw new Error(`no peer connection, the call is ${call.state}`);
    return seenBy(call.peerConn);
}

function picture(): Picture {
    const remote = video("remote");
    const canvas = document.createElement("canvas");
    const { videoWidth: width, videoHeight: height } = remote;
    Object.assign(canvas, { width, height });
    canvas.getContext("2d")?.drawImage(remote, 0, 0);
    return { width, height, image: canvas.toDataURL() };
}

function video(id: "local" | "remote"): HTMLVideoElement {
    return document.getElementById(id) as HTMLVideoElement;
}

const page: CallPage = {
    start,
    place,
    answer,
    state: () => call?.state ?? "none",
    seen,
    refusals: () => refusals,
    picture,
    hangUp: () => call.hangup(CallErrorCode.UserHangup, false),
};
Object.assign(globalThis, { callPage: page });
