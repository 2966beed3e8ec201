/** Answers of the agent's own API, in the one form of errors. */
import type { ServerResponse } from 'node:http';

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(value)}\n`);
}

export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  details?: unknown,
): void {
  // What is still sent of a body is let pass.
  response.req.resume();
  sendJson(response, status, { error: { code, message, details } });
}
