import type { Table } from '../types';
import { organization } from './organization';
import { business, people } from './people';

/** A fresh copy of the standard tables; the loader widens and adds columns in place. */
export const standardTables = (): Table[] => [...organization(), ...business(), ...people()];
