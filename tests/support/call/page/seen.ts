/** A peer connection's own account of what it sends through what, and of what arrived. */
import type { Route, Seen } from "../callPage.ts";

// The parts of each kind of record that are read here; lib.dom leaves some out.
interface Transport {
    selectedCandidatePairId?: string;
}
interface Pair {
    localCandidateId: string;
    remoteCandidateId: string;
}
interface Candidate {
    candidateType: string;
    relayProtocol?: string;
}
interface Inbound {
    kind: "audio" | "video";
    framesDecoded?: number;
    bytesReceived: number;
    packetsReceived: number;
}

export async function seenBy(connection: RTCPeerConnection): Promise<Seen> {
    const records = [...(await connection.getStats()).values()] as (RTCStats & object)[];
    const ofType = <T>(type: string) => records.filter((record) => record.type === type) as (RTCStats & T)[];
    const inbound = (kind: Inbound["kind"]) => ofType<Inbound>("inbound-rtp").find((record) => record.kind === kind);
    return {
        candidates: ofType<Candidate>("local-candidate").map(({ candidateType }) => candidateType),
        route: routeIn(records),
        frames: inbound("video")?.framesDecoded ?? 0,
        videoBytes: inbound("video")?.bytesReceived ?? 0,
        audioPackets: inbound("audio")?.packetsReceived ?? 0,
    };
}

function routeIn(records: RTCStats[]): Route | undefined {
    const byId = <T>(id: string | undefined) => records.find((record) => record.id === id) as T | undefined;
    const transport = records.find(({ type }) => type === "transport") as Transport | undefined;
    const pair = byId<Pair>(transport?.selectedCandidatePairId);
    const local = byId<Candidate>(pair?.localCandidateId);
    const remote = byId<Candidate>(pair?.remoteCandidateId);
    if (!local || !remote) return undefined;
    return { local: local.candidateType, remote: remote.candidateType, transport: local.relayProtocol ?? "" };
}
