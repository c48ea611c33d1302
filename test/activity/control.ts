export * from '../../cli/check/stage/control';
