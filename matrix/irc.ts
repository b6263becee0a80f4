/** What IRC takes for names. Pure. Source: RFC 2812, 1.3 and 2.3.1 */

/** @returns what is wrong with a nickname, or undefined */
export function faultInNick(nick: string): string | undefined {
    if (/^[0-9-]/.test(nick)) return "begins with a digit or a hyphen, which no nickname of IRC does";
    // Networks of today take more than the 9 characters of the RFC: 30 at Libera.Chat and OFTC.
    return /^[A-Za-z[\]\\`_^{|}][A-Za-z0-9[\]\\`_^{|}-]{0,29}$/.test(nick)
        ? undefined
        : "is not a nickname of IRC; use at most 30 of A-Z, a-z, 0-9 and [ ] \\ ` _ ^ { | } -";
}

/** @returns what is wrong with a channel's name and what would be right, or undefined */
export function faultInChannel(channel: string): string | undefined {
    if (!/^[#&+!]/.test(channel)) return `has no # before it; write #${channel}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL and BEL are what the RFC excludes.
    return /^[#&+!][^\0\x07\r\n ,:]{1,49}$/.test(channel)
        ? undefined
        : "is not a channel of IRC, which has at most 50 characters and no space, comma or colon";
}

/** IRC does not tell these apart. Source: RFC 2812, 2.2 */
export function foldedChannel(channel: string): string {
    return channel.toLowerCase().replaceAll("[", "{").replaceAll("]", "}").replaceAll("\\", "|").replaceAll("~", "^");
}
