/** One thing that is wrong with the settings: where it is, and what would be right. */
export interface Fault {
    /** Path below the project's namespace, such as rooms.lobby.members.bob. */
    path: string;
    /** Follows the path and, where there is one, the value: "is not a server name". */
    message: string;
}
