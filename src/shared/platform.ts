/** The kinds of machines that an executable is built for. */
import { z } from 'zod';

export const PLATFORMS = [
  'linux-x64',
  'linux-arm64',
  'win-x64',
  'darwin-arm64',
  'darwin-x64',
] as const;

export const Platform = z.enum(PLATFORMS);
export type Platform = z.infer<typeof Platform>;
