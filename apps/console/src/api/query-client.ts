import { QueryClient } from '@tanstack/react-query';
import { isProblem } from './problem';

/** Refusals are final; only a missing answer or a failing server is asked again. */
function shouldRetry(failures: number, error: Error): boolean {
  if (failures >= 2) return false;
  return isProblem(error) && (error.status === 0 || error.status === 502 || error.status === 503);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: shouldRetry, staleTime: 5_000 },
    mutations: { retry: false },
  },
});
