import { createServer } from 'node:http';

/** Answers 200 with the headers that it was given, as flat name and value pairs in JSON. */
const headers = JSON.parse(process.argv[2]);
const server = createServer((_request, response) => response.writeHead(200, headers).end());
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.once('disconnect', () => process.exit());
