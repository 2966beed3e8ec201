/**
 * When a recurring task comes: five fields as in crontab, by the clock of a time zone. A time of day that a change of clocks
 * leaves out comes right after the gap; one that it repeats comes once. Pure; the one place that reads such patterns.
 */
import { Cron } from 'croner';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

export interface Times {
  /** The next so many times after `after` (epoch ms); fewer where there are no more, such as for a 30th of February. */
  next(count: number, after: number): number[];
}

/** The times of a pattern; the refusal names what is wrong with which of the two. */
export function readTimes(cron: string, timeZone: string): Result<Times> {
  if (cron.trim().split(/\s+/).length !== 5) {
    return fail(
      wrong('cron', `"${cron}" does not have five fields: minute hour day month weekday`),
    );
  }
  if (!isTimeZone(timeZone)) {
    return fail(
      wrong('timeZone', `"${timeZone}" is no time zone; give one such as Asia/Tokyo or UTC`),
    );
  }
  try {
    const times = new Cron(cron.trim(), { timezone: timeZone, mode: '5-part', paused: true });
    return ok({
      next: (count, after) => times.nextRuns(count, new Date(after)).map((at) => at.getTime()),
    });
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^Cron\w+: /, '') : String(error);
    return fail(wrong('cron', `"${cron}" is not understood: ${said}`));
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function wrong(field: string, message: string): Rejection {
  const example = field === 'cron' ? '. Half past six on weekdays is "30 6 * * 1-5"' : '';
  const fields = [{ path: field, message }];
  return rejection('invalid_input', `${field}: ${message}${example}`, { fields });
}
