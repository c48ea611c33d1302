const CENTRAL = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Chicago' });

/** The day of an instance, which ends at midnight US Central (marketo-api §3). @param at epoch ms */
export const dayOf = (at: number): string => CENTRAL.format(at);
