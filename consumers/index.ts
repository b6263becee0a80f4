/** For other teams' Pulumi programs: `import { matrixServer } from "matrix-synapse/consumers"`. */
export { BotContainer, type BotContainerArgs } from "./botContainer.ts";
export { type MatrixServer, matrixServer, type ServerBot, type ServerRoom, type ServerUser } from "./matrixServer.ts";
