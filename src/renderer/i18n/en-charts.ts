/** What charts say, in English. */
export const enCharts = {
  none: 'Nothing measured yet',
  unknown: 'unknown',
  time: 'Time',
  total: 'Total',
  nothing: (label: string) => `${label}: nothing measured yet.`,
  summary: (label: string, latest: string, lowest: string, highest: string) =>
    `${label}: ${latest} now, between ${lowest} and ${highest}.`,
};
