import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isProblem } from './api/problem';
import { queryClient } from './api/query-client';
import { safeReturnTo } from './api/return-to';
import { sessionQuery } from './api/session';
import { ErrorPage, NotFoundPage } from './shell/failure-pages';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
});

interface SignInSearch {
  returnTo?: string;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ returnTo }: Record<string, unknown>): SignInSearch =>
    returnTo === undefined ? {} : { returnTo: safeReturnTo(returnTo, window.location.origin) },
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page'), 'SignInPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./sign-in/invitation-page'), 'InvitationPage'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('./sign-in/reset-page'), 'ResetPage'),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('./sign-in/forgot-page'), 'ForgotPage'),
});

/** What needs somebody signed in; others are asked to, and come back. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!isProblem(error) || error.status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { returnTo: location.href } });
    }
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('./shell/home-page'), 'HomePage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/accounts/$accountId',
  component: lazyRouteComponent(() => import('./shell/account-shell'), 'AccountShell'),
});

const accountStart = createRoute({
  getParentRoute: () => account,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/accounts/$accountId/sso', params });
  },
});

const sso = createRoute({
  getParentRoute: () => account,
  path: '/sso',
  component: lazyRouteComponent(() => import('./sso/sso-page'), 'SsoPage'),
});

const members = createRoute({
  getParentRoute: () => account,
  path: '/members',
  component: lazyRouteComponent(() => import('./members/members-page'), 'MembersPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => account,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./api-keys/api-keys-page'), 'ApiKeysPage'),
});

const setupLanding = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./setup/landing-page'), 'LandingPage'),
});

const setupStep = createRoute({
  getParentRoute: () => root,
  path: '/setup/$step',
  component: lazyRouteComponent(() => import('./setup/dashboard'), 'Dashboard'),
});

const routeTree = root.addChildren([
  signIn,
  invitation,
  reset,
  forgot,
  signedIn.addChildren([home, account.addChildren([accountStart, sso, members, apiKeys])]),
  setupLanding,
  setupStep,
]);

export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
