export * from '../../cli/check/stage/organisation';
