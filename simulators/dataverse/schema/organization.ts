import type { Table } from '../types';
import { table } from './define';

/** Users, teams, connections and the organisation itself, dataverse-api §9.3-9.5. */
export const organization = (): Table[] => [
  table({
    logicalName: 'systemuser',
    setName: 'systemusers',
    primaryName: 'fullname',
    objectTypeCode: 8,
    tracked: true,
    ownership: 'None',
    columns: `firstname:s256! middlename:s50 lastname:s256! fullname:s200* internalemailaddress:s100 domainname:s1024
      title:s128 jobtitle:s100 mobilephone:s64 homephone:s50 address1_telephone1:s64 address1_line1:s1024
      address1_city:s128 address1_stateorprovince:s128 address1_postalcode:s40 address1_country:s128
      businessunitid:l=businessunit parentsystemuserid:l=systemuser isdisabled:b disabledreason:s500* accessmode:p
      applicationid:g azureactivedirectoryobjectid:g* islicensed:b azurestate:p deletedstate:p*`,
  }),
  table({
    logicalName: 'team',
    setName: 'teams',
    primaryName: 'name',
    objectTypeCode: 9,
    tracked: true,
    ownership: 'None',
    columns: `name:s160! description:m2000 emailaddress:s100 teamtype:p isdefault:b* businessunitid:l=businessunit
      administratorid:l=systemuser azureactivedirectoryobjectid:g`,
  }),
  table({
    logicalName: 'teammembership',
    setName: 'teammemberships',
    primaryName: null,
    objectTypeCode: 23,
    tracked: false, // dataverse-api §9.4: to be expected, hence the full read and set difference
    ownership: 'None',
    intersect: true,
    columns: 'teamid:g* systemuserid:g*',
  }),
  table({
    logicalName: 'connection',
    setName: 'connections',
    primaryName: 'name',
    objectTypeCode: 3234,
    tracked: true,
    ownership: 'UserOwned',
    columns: `name:s500* record1id:l=account|contact|opportunity|lead|systemuser|team
      record2id:l=account|contact|opportunity|lead|systemuser|team record1roleid:l=connectionrole
      record2roleid:l=connectionrole record1objecttypecode:i* record2objecttypecode:i* effectivestart:t effectiveend:t
      description:m2000 ismaster:b* relatedconnectionid:l=connection* statecode:state statuscode:status`,
  }),
  table({
    logicalName: 'connectionrole',
    setName: 'connectionroles',
    primaryName: 'name',
    objectTypeCode: 3231,
    tracked: false,
    ownership: 'OrganizationOwned',
    columns: 'name:s100! category:p description:m2000 statecode:state statuscode:status',
  }),
  table({
    logicalName: 'businessunit',
    setName: 'businessunits',
    primaryName: 'name',
    objectTypeCode: 10,
    tracked: true,
    ownership: 'OrganizationOwned',
    columns: 'name:s160! isdisabled:b parentbusinessunitid:l=businessunit',
  }),
  table({
    logicalName: 'transactioncurrency',
    setName: 'transactioncurrencies',
    primaryName: 'currencyname',
    objectTypeCode: 9105,
    tracked: false,
    ownership: 'OrganizationOwned',
    columns: 'currencyname:s100! isocurrencycode:s5! currencysymbol:s10! exchangerate:d currencyprecision:i',
  }),
  table({
    logicalName: 'organization',
    setName: 'organizations',
    primaryName: 'name',
    objectTypeCode: 1019,
    tracked: false,
    ownership: 'None',
    columns: 'name:s160! expirechangetrackingindays:i languagecode:i',
  }),
];
