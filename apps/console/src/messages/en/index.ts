import { apiKeys } from './api-keys';
import { common } from './common';
import { members } from './members';
import { setup } from './setup';
import { signIn } from './sign-in';
import { sso } from './sso';

export const en = { common, signIn, sso, members, apiKeys, setup };
