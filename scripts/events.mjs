import { eventsMain } from '../libs/eventing/dist/cli/main.js';

/** `npm run events`: parked messages, replay and republish; run without arguments for its usage. */
process.exitCode = await eventsMain(process.argv.slice(2), process.env.DATABASE_URL);
