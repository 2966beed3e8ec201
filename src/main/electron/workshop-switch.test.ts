import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../shared/contract.ts';
import { SWITCHES } from './workshop-switch.ts';

describe('the switches in the tray', () => {
  it.each(Object.entries(SWITCHES))('%s is asked for where the contract has it', (name, place) => {
    const { method, path } = new Map(Object.entries(OPERATIONS)).get(name) ?? {};
    expect({ method, path }).toEqual(place);
  });
});
