/** How refusals leave the API: `{"error": {code, message, details?}}` with the status of the code. */
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { REJECTIONS, rejection, type ErrorBody, type Rejection } from '../../../shared/errors.ts';

export function sendRejection(reply: FastifyReply, error: Rejection): FastifyReply {
  if (error.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer realm="koubou"');
  const seconds = error.details?.['retryAfterSeconds'];
  if (typeof seconds === 'number') void reply.header('retry-after', String(seconds));
  const body: ErrorBody = { error };
  return reply.code(REJECTIONS[error.code]).type('application/json; charset=utf-8').send(body);
}

/** Names every field that is wrong, for people in the message and for programs in `details.fields`. */
export function invalidInput(error: z.ZodError): Rejection {
  const fields = error.issues.flatMap((issue) => {
    const base = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys')
      return [{ path: base.join('.'), message: issue.message }];
    return issue.keys.map((key) => ({
      path: [...base, key].join('.'),
      message: 'is not a known field',
    }));
  });
  const sentence = fields
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  return rejection('invalid_input', sentence.slice(0, 2_000), { fields: fields.slice(0, 50) });
}
