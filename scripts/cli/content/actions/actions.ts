/** The actions that `content execute` knows. */
import type { Action } from "./action.ts";
import { announce } from "./announce.ts";
import { backup, restore, verify } from "./backups.ts";
import { bridgeLogin } from "./bridgeLogin.ts";
import { deliveryCheck } from "./deliveryCheck.ts";
import { federationCheck } from "./federationCheck.ts";
import { resetPassword, signOutEverywhere } from "./people.ts";
import { rotate } from "./rotate.ts";

export const actions: Record<string, Action> = {
    announce,
    backup,
    "bridge-login": bridgeLogin,
    "delivery-check": deliveryCheck,
    "federation-check": federationCheck,
    "reset-password": resetPassword,
    restore,
    rotate,
    "sign-out-everywhere": signOutEverywhere,
    verify,
};
