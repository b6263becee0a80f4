/** What the page of a call offers to the test that opened it. Plain data both ways. */
export interface CallPage {
    /** Starts a client that relays every call, and waits until it has synced and has the server's relay. */
    start(session: Session): Promise<void>;
    /** Calls the other person in the room, with picture and sound. */
    place(roomId: string): Promise<void>;
    /** Waits for a call in this room and takes it, with picture and sound. */
    answer(roomId: string): Promise<void>;
    /** Matrix: invite_sent, ringing, connecting, connected, ended, … */
    state(): string;
    seen(): Promise<Seen>;
    /** What the relay said no to: code and URI, such as `401 turn:example.org:3478?transport=udp`. */
    refusals(): string[];
    /** What the remote video shows now. */
    picture(): Picture;
    hangUp(): void;
}

export interface Session {
    homeserver: string;
    userId: string;
    deviceId: string;
    accessToken: string;
}

/** What the peer connection has come to. Source: https://www.w3.org/TR/webrtc-stats */
export interface Seen {
    /** The ways to reach this side, by type: relay, host, srflx. */
    candidates: string[];
    /** The way in use. Absent while there is none. */
    route?: Route;
    /** Pictures decoded. */
    frames: number;
    videoBytes: number;
    audioPackets: number;
}

export interface Route {
    /** Type of this side's end. */
    local: string;
    /** Type of the other side's end. */
    remote: string;
    /** Between this side and its relay: udp or tcp. */
    transport: string;
}

export interface Picture {
    width: number;
    height: number;
    /** The picture itself, as a data URL. */
    image: string;
}
