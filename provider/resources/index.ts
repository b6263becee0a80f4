/** What a Pulumi program imports: the resources of the provider `matrix`, and the types of their inputs and outputs. */
export type { AccountInputs, AccountOutputs, AccountRemoval } from "./account.ts";
export { Administrator, type AdministratorInputs, type AdministratorOutputs } from "./administrator.ts";
export { avatarInput } from "./avatar.ts";
export { Bot, type BotInputs, type BotOutputs } from "./bot.ts";
export { MatrixProvider, type ProviderConfig } from "./provider.ts";
export {
    type HistoryVisibility,
    type JoinRule,
    type PowerLevels,
    Room,
    type RoomInputs,
    type RoomOutputs,
    type RoomRemoval,
    type ServerAcl,
    type Visibility,
} from "./room.ts";
export { User, type UserInputs, type UserOutputs } from "./user.ts";
