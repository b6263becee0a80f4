/** Team workspace: a space, and in it a room for each team. A bot makes them and stays in them. */
import * as pulumi from "@pulumi/pulumi";
import { matrixServer } from "matrix-synapse/consumers";
import { MatrixProvider, Room } from "matrix-synapse/provider";

interface Team {
    topic?: string;
    /** User IDs. */
    members: string[];
}

const config = new pulumi.Config();
const teams = config.requireObject<Record<string, Team>>("teams");
const matrix = matrixServer(new pulumi.StackReference(config.require("matrixStack")));
const provider = new MatrixProvider("matrix", { homeserverUrl: matrix.clientUrl, accessToken: matrix.bot("workspace").accessToken });

const aliasOf = (name: string) => pulumi.interpolate`#${name}:${matrix.serverName}`;
const invited = (members: string[]) => Object.fromEntries(members.map((userId) => [userId, 0]));
/** What a space and its rooms have in common. */
const shared = { visibility: "private", historyVisibility: "shared", onDelete: "leave" } as const;

const everyone = [...new Set(Object.values(teams).flatMap(({ members }) => members))].sort();
const workspace = new Room(
    "workspace",
    {
        ...shared,
        alias: aliasOf("workspace"),
        space: true,
        name: "Workspace",
        joinRule: "invite",
        encrypted: false,
        members: invited(everyone),
    },
    { provider },
);
const rooms = Object.entries(teams).map(([key, { topic, members }]) => {
    const room = new Room(
        `team-${key}`,
        {
            ...shared,
            alias: aliasOf(`team-${key}`),
            space: false,
            name: `Team ${key}`,
            topic,
            // Whoever is in the space may come in.
            joinRule: "restricted",
            parent: workspace.roomId,
            encrypted: true,
            members: invited(members),
        },
        { provider },
    );
    return [key, room.roomId] as const;
});

export const workspaceId = workspace.roomId;
/** Team → room ID. */
export const teamRooms = Object.fromEntries(rooms);
