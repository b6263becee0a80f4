/** What a seed's run is given on standard input. `components/seeds.ts` writes it. */
import type { RoomId, UserId } from "../../seeds/index.ts";

export interface Payload {
    homeserverUrl: string;
    /** Secret. */
    accessToken: string;
    /** The account that the token belongs to. */
    userId: UserId;
    serverName: string;
    /** Key of the settings → ID. */
    users: Record<string, UserId>;
    bots: Record<string, UserId>;
    rooms: Record<string, RoomId>;
    spaces: Record<string, RoomId>;
    /** Seconds after which the script is ended. */
    timeout: number;
}
