/** Accounts in the schema. */
import {
    boolean,
    enumeration,
    identity,
    integer,
    named,
    type PackageSchema,
    type Property,
    resource,
    secret,
    string,
    withDescription,
} from "./language.ts";

export const picture = "Picture: an mxc:// URI, or a file's path with the file's hash as avatarInput makes it.";
const displayName = withDescription(string, "Display name. Absent: left as it is.");
export const avatarUrl = withDescription(string, "The picture on the server: an mxc:// URI.");
const userId = withDescription(string, "User ID.");
const accountId = withDescription(identity, "User ID with @ and server name. A change makes another account.");

const account: Record<string, Property> = {
    userId: withDescription(string, "User ID with @ and server name. It cannot be changed later."),
    displayName,
    avatar: withDescription(string, `${picture} Absent: left as it is.`),
    admin: withDescription(boolean, "Whether the account may use the server's admin API."),
    deactivated: withDescription(boolean, "Whether the account is deactivated (nobody can sign in)."),
    onDelete: withDescription(
        named("AccountRemoval"),
        "What happens to the account when the resource is deleted. erase: also hides its messages from people who join later.",
    ),
};

export const administrator = resource(
    "The first account of a server whose registration is closed, and a server admin. It is registered by the shared secret or, where it exists, signed in to by its password. Deleting the resource leaves the account on the server.",
    {
        userId: accountId,
        displayName,
        password: withDescription(secret, "Password of the account, new or existing. Secret."),
        passwordSetting: withDescription(
            string,
            "Where the password is set, as `pulumi config set --path` takes it; errors name it. Absent: users.NAME.password, by the user name.",
        ),
    },
    ["displayName", "passwordSetting"],
    {
        userId,
        password: withDescription(secret, "Password of the account. Secret."),
        accessToken: withDescription(secret, "Token that does not expire. Secret."),
    },
);

export const user = resource(
    "A person's account. An account that exists is adopted and keeps its password. Needs a provider that acts as a server admin.",
    {
        ...account,
        password: withDescription(
            secret,
            "First password; people change theirs. Absent: derived from the provider's passwordSeed. Secret.",
        ),
    },
    ["displayName", "avatar", "password"],
    {
        adopted: withDescription(
            boolean,
            "Whether the account has a password that is not known here: it existed before, or a given password is declared no more.",
        ),
        avatarUrl,
    },
    ["adopted", "avatarUrl"],
);

export const bot = resource(
    "A program's account, and a token for it. The provider must act as a server admin and have registrationSharedSecret and passwordSeed.",
    {
        ...account,
        unlimited: withDescription(boolean, "Whether the server's rate limits on messages do not apply to the account."),
        applicationServiceToken: withDescription(
            secret,
            "Token of the application service that the bot belongs to (as_token). Absent: the bot is an account of its own. Secret.",
        ),
        tokenGeneration: withDescription(
            integer,
            "Any other number gets the bot a new token. The one before stays valid until the next time, every earlier one ends. Of an application service the token decides. Absent: 1.",
        ),
    },
    ["displayName", "avatar", "applicationServiceToken", "tokenGeneration"],
    {
        userId,
        accessToken: withDescription(secret, "Token that does not expire. Empty for a deactivated bot. Secret."),
        deviceId: withDescription(string, "Device that the token belongs to. Empty for an application service."),
        avatarUrl,
    },
    ["avatarUrl"],
);

export const accountTypes: PackageSchema["types"] = {
    "matrix:index:AccountRemoval": enumeration("What happens to an account when its resource is deleted.", "deactivate", "erase"),
};
