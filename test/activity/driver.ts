export * from '../../cli/check/stage/driver';
